"""Rules that a person keeps beside their pages: what they say wrong, what they change, and which pages that touches."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from cleaners.article import Cleaned
from cleaners.errors import BadRules
from cleaners.page import Block, Page
from cleaners.pipeline import clean, clean_raw, fingerprint
from cleaners.read.pages import html_page, text_page
from cleaners.read.selectors import selected
from cleaners.rules.phrases import built_in
from cleaners.rules.toml_file import line_of
from cleaners.site.user_rules import UserRules, read_site_file, user_rules, with_user_words
from cleaners.verdict import Verdict
from flows.sites import main
from pages import documents
from running import counts, lines, outputs, page, rows, run
from sites import ruled

HOME = Path(__file__).parents[2]
SITE = "rules/sites/fenmoor.example.toml"
LINE = "The ferry came back on Sunday after nine years, and some four hundred people watched from the bank."


def judged(page: Page) -> list[tuple[Block, Verdict]]:
    """The kept blocks of a clean page with their verdicts."""
    return [(b, v) for b, v in zip(page.blocks, page.verdicts, strict=True) if v and v.keep]


def read(texts: dict[str, str]) -> UserRules:
    own = user_rules(texts, "rules")
    assert own is not None
    return own


WRONG = [  # what the file says, the line that must be named, what must be said of it
    ("no TOML", 'keep = ["a"]\ndrop = [', 2, "not valid TOML"),
    ("a string without end", '\n\ndrop = ["a]\n', 3, "not valid TOML"),
    ("an unknown key", '# mine\nkeep = [\n"x"\n]\n\ndrops = ["y"]', 6, "did you mean 'drop'"),
    ("a key as far from all", "zebra = 1", 1, "it takes keep, drop"),
    ("no list", '\ndrop = "Back"', 2, "drop needs a list"),
    ("a number in a list", 'drop = [\n  "a",\n  7,\n]', 3, "holds 7"),
    ("an empty line", 'drop = ["a",\n  " "]', 2, "holds ' '"),
    ("keep and drop", 'keep = ["Tide 5"]\ndrop = ["x",\n\n"tide 7"]', 4, "stands under keep too"),
    ("look-around", "drop_patterns = [\n'a.*',\n# no ads\n'(?=x)y',\n'c']", 4, "RE2"),
    ("a back-reference", "keep_patterns = ['(a)\\1']", 1, "invalid escape"),
    ("a selector", 'drop = ["x"]\nkeep_selectors = ["p",\n"div >"]', 3, "is no CSS selector"),
    ("a part of an element", 'drop_selectors = ["p::before"]', 1, "is no CSS selector"),
    ("a case without why", 'drop = ["a"]\n\n[[case]]\ntext = "a"', 3, "say what the case shows"),
    ("a case without a page", '[[case]]\nwhy = "a"\ntext = "b"\n[[case]]\nwhy = "c"', 4, "either html or text"),
    ("a key of a case", '[[case]]\nwhy = "a"\ntext = """\ndrop = 1\n"""\n\nstay = []', 7, "no use for 'stay'"),
    ("a page of numbers", '[[case]]\nwhy = "a"\ntext = 5', 3, "text needs"),
    ("a page of elsewhere", '[[case]]\nwhy = "a"\ntext = "b"\nurl = "https://other.example/"', 4, "not one of fenmoor"),
    ("one case", 'drop = []\n[case]\nwhy = "a"', 2, "begin it with [[case]]"),
    ("Windows line ends", 'drop = [\r\n"a",\r\n5]\r\n', 3, "holds 5"),
]


@pytest.mark.parametrize(("text", "line", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_bad_site_file_is_told_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadRules) as error:
        read_site_file(text, SITE)
    assert str(error.value).startswith(f"{SITE}, line {line}: ") and said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["www.fenmoor.example", "Fenmoor.Example", "fenmoor.example:80", "a b", "", "a/b@c"])
def test_a_site_file_is_named_after_its_host(name: str) -> None:
    with pytest.raises(BadRules, match="line 1: the file's name is not a host"):
        read_site_file("", f"rules/sites/{name}.toml")


FAMILIES = [
    ("an unknown family", '[ad_marker]\nphrases = ["x"]\n[ad_markers]\n', 3, "did you mean 'ad_marker'"),
    ("settings", "\n[settings.x]\n", 2, "no family is called 'settings'"),
    ("no table", 'ad_marker = ["x"]', 1, "needs a table"),
    ("an unknown key", '[ad_marker]\nsilent = true\n\nphrase = ["x"]', 4, "no use for 'phrase'"),
    ("another match", '[ad_marker]\nphrases = ["x"]\nmatch = "stem"', 3, "delete match"),
    ("not its phrase", '[ad_marker]\nsilent = [\n "Advertisement",\n "advertisment",\n]', 4, "did you mean"),
    ("silent by a word", '[ad_marker]\nsilent = "yes"', 2, "silent needs a list"),
    ("nothing to look for", '[ad_marker]\nphrases = ["x", "…"]', 2, "no letter or digit"),
]


@pytest.mark.parametrize(("text", "line", "said"), [row[1:] for row in FAMILIES], ids=[row[0] for row in FAMILIES])
def test_a_bad_family_is_told_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadRules) as error:
        with_user_words(built_in(), {"rules/ours.toml": text})
    assert str(error.value).startswith(f"rules/ours.toml, line {line}: ") and said in str(error.value)


def test_lines_are_found_in_all_ways_of_writing() -> None:
    text = '"a" = 1\nb.c = [\n  1, 2,\n  """x\n  y""", 3]\n[t]\n# c\nd = {e = [1]}\n[[t.u]]\nf = 1\n[[t.u]]\nf = 2\n'
    expected = {
        ("a",): 1, ("b", "c"): 2, ("b", "c", 1): 3, ("b", "c", 3): 5, ("t",): 6, ("t", "d"): 8, ("t", "d", "e", 0): 8,
        ("t", "u", 0, "f"): 10, ("t", "u", 1): 11, ("t", "u", 1, "f"): 12, ("t", "u", 1, "none"): 11, ("none",): 1,
    }  # fmt: skip
    assert {path: line_of(text, *path) for path in expected} == expected


def test_families_gain_and_lose_phrases() -> None:
    said = [{"anzeige unserer werft"}, {"advertisement"}]
    texts = {
        "x.toml": '[ad_marker]\nmatch = "whole"\nphrases = ["Anzeige unserer Werft"]\nsilent = ["Advertisement"]\n'
    }
    for rules, found in ((built_in(), [set(), said[1]]), (read(texts).rules, [said[0], set()])):
        page = text_page("x", "Anzeige unserer Werft\nAdvertisement", rules=rules)
        assert [set(hits.values()) & (said[0] | said[1]) for hits in page.hits] == found


def test_any_family_can_be_silent() -> None:
    """No step needs a phrase to be there: with all families silent at once, articles still come."""
    own = read({"x.toml": "".join(f"[{name}]\nsilent = true\n" for name in built_in().families)})
    assert not any(family.phrases for family in own.rules.families.values())
    for path in sorted((HOME / "raw").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            media = "html" if path.suffix == ".html" else "text"
            result = clean_raw(path.read_bytes(), source=path.name, record=None, media=media, own=own)
            assert isinstance(result, Cleaned) and result.article.words > 50


def test_a_site_rule_holds_for_its_site_alone_and_is_part_of_its_fingerprint() -> None:
    text = f"{LINE}\nHear our podcast about ferries and their keepers every Sunday.\n{LINE.replace('ferry', 'bridge')}"
    texts = {"sites/fenmoor.example.toml": 'drop_patterns = ["Hear our podcast.*"]'}
    told: dict[str, Any] = {}
    for host in ("fenmoor.example", "www.fenmoor.example", "other.example", "news.fenmoor.example"):
        record = json.dumps({"url": f"https://{host}/ferry", "text": text}).encode()
        told[host] = clean_raw(record, source="x", record=0, media="jsonl", own=read(texts))
        assert ("podcast" in told[host].article.text) == (host[:3] not in ("fen", "www"))
    (gone,) = told["fenmoor.example"].ledger
    assert (gone.step, gone.reason, gone.rule, gone.score) == (
        "site_rules", "site_rule", "drop_pattern", 1.0,
    )  # fmt: skip
    recipes = {host: result.article.recipe for host, result in told.items()}
    assert recipes["other.example"] == recipes["news.fenmoor.example"] == fingerprint()
    assert recipes["fenmoor.example"] == recipes["www.fenmoor.example"] != fingerprint()
    named = clean_raw(text.encode(), source="x", record=None, media="text", folder_host="www.fenmoor.example",
                      own=read(texts))  # fmt: skip
    assert named.article.site == "fenmoor.example" and "podcast" not in named.article.text


def test_what_a_person_drops_is_no_reason_for_caution() -> None:
    """Most of a page may go on purpose; the cautious steps would only flag it, and obeys the rules as well."""
    text = "\n".join(
        [LINE, *(f"{LINE} {number} and more of the same for all who asked for it." for number in "abcdefgh")]
    )
    rules = read_site_file('drop_patterns = [".* asked for it[.]"]', SITE)
    cleaned = clean(ruled(text_page("x", text), rules, ""))
    assert [block.text for block in cleaned.kept()] == [LINE] and "over_cleaned" not in cleaned.flags
    everything = clean(ruled(text_page("x", text), read_site_file('drop_patterns = [".*"]', SITE), ""))
    assert not everything.kept()


def test_a_kept_line_stays_through_all_later_steps() -> None:
    banner = "We use cookies to give you the best experience on our website. Accept all"
    text = f"{LINE}\nPhoto: Agnes Thorley\n{banner}\n{LINE.replace('ferry', 'bridge')}\nAdvertisement"
    plain = clean(text_page("x", text))
    assert not any(block.text in (banner, "Advertisement") for block in plain.kept())
    rules = read_site_file(f'keep = ["{banner}", "Advertisement"]\nkeep_patterns = ["Photo: .*"]', SITE)
    kept = {block.text: verdict.rule for block, verdict in judged(clean(ruled(text_page("x", text), rules, "")))}
    assert [kept[line] for line in (banner, "Advertisement", "Photo: Agnes Thorley")] == [
        "keep_line", "keep_line", "keep_pattern",
    ]  # fmt: skip


def test_patterns_take_time_in_proportion_to_the_line() -> None:
    rules = read_site_file("drop_patterns = ['(a+)+$', '(a|aa)+b', '(.*)*x']", SITE)
    page = ruled(text_page("x", f"{'a' * 100_000}!\nshort"), rules, "")
    began = time.process_time()
    assert clean(page).verdicts[0] is not None
    assert time.process_time() - began < 5


@settings(max_examples=60, deadline=None)
@given(documents)
def test_selecting_reads_the_page_as_it_was_read(markup: str) -> None:
    """Positions are those of the page's own blocks: all there are, and none that no element but body holds."""
    page = html_page("x", markup)
    found = selected(markup, ["*", "nothing", "li"])
    assert found["nothing"] == frozenset()
    assert found["*"] >= found["li"] >= {block.index for block in page.blocks if block.tag == "li"}
    assert {block.index for block in page.blocks if ">" in block.path} <= found["*"]


def test_boxes_in_boxes_are_selected_however_deep() -> None:
    assert selected(f"{'<div>' * 3_000}<p>Deep</p>", ["p", "div div", "div p"]) == dict.fromkeys(
        ("p", "div div", "div p"), frozenset({0})
    )


def write(folder: Path, **texts: str) -> None:
    """Rules for a scripted run; a site's name has _ for its dot."""
    for name, text in texts.items():
        path = folder / (f"sites/{name.replace('_', '.')}.toml" if "_" in name else f"{name}.toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_changed_site_file_has_that_site_cleaned_again_and_no_other(raw: Path, clean: Path) -> None:
    rules = raw.parent / "rules"
    for number, (change, cleaned, section) in enumerate(
        [
            (lambda: None, "15 pages cleaned", None),
            (lambda: write(rules, site0_example="# one"), "0 pages cleaned", "# one"),
            (lambda: write(rules, site0_example="# two"), "0 pages cleaned", "# two"),
            (lambda: write(rules, nobody_example="# far"), "nothing new", "# two"),
            (lambda: (rules / "sites/site0.example.toml").unlink(), "0 pages cleaned", None),
            (lambda: write(rules, ours="# all"), "15 pages cleaned", None),
            (lambda: write(rules, ours="# others"), "15 pages cleaned", None),
        ]
    ):
        change()
        said = run(raw, clean)
        assert cleaned in said, number
        assert ("6 again" in said) == (number in (1, 2, 4))
        sections = {row["section"] for row in rows(clean) if row["site"] == "site0.example"}
        assert sections == {section} and {row["section"] for row in rows(clean) if row["site"] != "site0.example"} == {
            None
        }
        assert "nothing new" in run(raw, clean)
    run(raw, clean.with_name("fresh"))
    assert outputs(clean) == outputs(clean.with_name("fresh"))


def test_of_a_container_the_records_of_the_site_are_cleaned_again(tmp_path: Path) -> None:
    """With the real cleaners: a rule comes, and goes; records of other sites stay as they are."""
    raw, clean, rules = tmp_path / "raw", tmp_path / "clean", tmp_path / "ours"
    text = f"{LINE}\nHear our podcast about ferries and their keepers every Sunday.\n{LINE.replace('ferry', 'bridge')}"
    lines(raw / "x.jsonl", *({"url": f"https://{site}.example/1", "text": text} for site in "abc"))
    write(rules, b_example='drop_patterns = ["Hear our podcast.*"]')
    (rules / "notes.md").write_text("why we wrote these")
    told = [command("clean", raw, clean, *asked) for asked in ((), ("--rules", rules), ("--rules", rules), ())]
    assert "3 pages cleaned" in told[0]
    assert "0 pages cleaned" in told[1] and ", 1 again" in told[1]
    assert "nothing new" in told[2] and ", 1 again" in told[3]
    command("clean", raw, clean, "--rules", rules)
    assert {row["site"]: "podcast" in row["text"] for row in rows(clean)} == {
        "a.example": True, "b.example": False, "c.example": True,
    }  # fmt: skip
    why = command("explain", f"{raw / 'x.jsonl'}#1", raw, clean, "--rules", rules)
    assert "site_rules/drop_pattern" in why and "note: " not in why
    assert "other rules" in command("explain", f"{raw / 'x.jsonl'}#1", raw, clean)


def command(name: str, *words: object, expect: int = 0) -> str:
    """What one of our commands says."""
    environment = os.environ | {"PREFECT_API_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", f"flows.{name}", *map(str, words)], cwd=HOME, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_bad_file_stops_the_run_before_any_page_is_touched(raw: Path, clean: Path, tmp_path: Path) -> None:
    run(raw, clean)
    before = outputs(clean)
    page(raw / "site0.example/new.html", url="https://site0.example/new", text="new")
    (raw / "site1.example/p1.html").unlink()
    rules = tmp_path / "rules"
    write(rules, site0_example="bad")
    said = run(raw, clean, expect=2)
    assert said == f"{rules}/sites/site0.example.toml, line 1: it says bad; delete that\n"
    write(rules, site0_example="good")
    for name, text in (("site/x.toml", b""), ("sites/y.example.toml", b"# \xff")):
        path = rules / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
        assert str(path) in run(raw, clean, expect=2)
        path.unlink()
    assert "is not a folder" in run(raw, clean, "--rules", str(tmp_path / "none"), expect=2)
    assert outputs(clean) == before
    assert "1 pages cleaned" in run(raw, clean) and counts(clean)["article"] == 14


def test_a_bad_file_is_told_by_the_real_cleaners(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    write(tmp_path / "rules", fenmoor_example='drop = ["a"]\ndrop_patterns = ["("]')
    for name, words in (
        ("clean", (tmp_path / "raw", tmp_path / "clean")),
        ("sites", ("--check", "--rules", tmp_path / "rules")),
    ):
        said = command(name, *words, expect=2)
        assert said.startswith(f"{tmp_path}/rules/sites/fenmoor.example.toml, line 2: '(' is no regular expression")


CASES = f"""drop = ["Hear our podcast"]
keep_patterns = ["Photo: .*"]

[[case]]
why = "the podcast goes"
html = '''<article><p>{LINE}</p><p>Hear our podcast</p><p>Photo: Agnes Thorley</p></article>'''
drop = ["Hear our podcast"]
"""
FAILING = f"""
[[case]]
why = "three mistakes"
text = '''{LINE} It had been away for want of a keeper, said the trust that owns it.
Nobody had counted on the crowd, least of all the baker, whose bread was gone before the first boat had left the bank.
Photo: Agnes Thorley
Hear our podcast'''
drop = ["Photo: Agnes Thorley", "Not there"]

[[case]]
why = "an empty page"
html = ""
"""


def test_check_says_which_cases_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = tmp_path / "rules"
    asked = ["--check", "--rules", str(rules)]
    assert main(asked) == 2 and "is not a folder" in capsys.readouterr().err
    rules.mkdir()
    assert main(asked) == 0 and capsys.readouterr().out == "0 of 0 cases hold\n"
    write(rules, fenmoor_example=CASES)
    assert main(asked) == 0 and capsys.readouterr().out == "1 of 1 cases hold\n"
    write(rules, fenmoor_example=CASES + FAILING)
    assert main(asked) == 1
    told = capsys.readouterr().out
    assert told.count("\n") == 9 and told.endswith("1 of 3 cases hold\n")
    assert told.startswith(
        f"{rules}/sites/fenmoor.example.toml, line 9: three mistakes\n  not on the page: Not there\n"
    )
    for said in (
        "should go, was kept by site_rules/keep_pattern: the rules of this site keep lines like Photo: .*\n"
        "    Photo: Agnes Thorley",
        "should stay, was removed by site_rules/drop_line: the rules of this site drop this line\n    Hear our podcast",
        "line 17: an empty page\n  it is no page: too_little: ",
    ):
        assert said in told


def test_the_examples_of_the_documentation_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site, families = re.findall(
        r"```toml\n(.*?)```", (HOME / "docs/writing-rules.md").read_text(encoding="utf-8"), re.S
    )
    write(tmp_path, fenmoor_example=site, ours=families)
    assert main(["--check", "--rules", str(tmp_path)]) == 0 and capsys.readouterr().out == "1 of 1 cases hold\n"


def test_pages_without_site_rules_are_as_before() -> None:
    page = text_page("x", LINE)
    assert clean(ruled(page, None, "")) == clean(page)
    assert (
        fingerprint(None, "fenmoor.example") == fingerprint() == fingerprint(replace(read({"a.toml": ""}), digest=""))
    )
