"""The front door for programs: what is public, what an article says, how wrong arguments are refused."""

from __future__ import annotations

import doctest
import io
import json
import os
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

import copydesk
from cleaners import article as stored
from copydesk import Article, BadRules, CopydeskError, NoArticle, Removed, clean_html, clean_text, explain
from flows.explain import main as explain_command
from flows.run.user_rules import read_own
from running import cleaned_into, lines, rows
from stories import markup, story

HOME = Path(__file__).parents[2]
URL = "https://fenmoor.example/ferry"
SIGN_UP = "Sign up to our newsletter"
CREDIT = "The bank on Sunday (Image: Biscuit Pryce)"
HTML = markup(story(3), "The lantern of Fenmoor").replace(
    "</article>", f"<figure><img src=a.jpg><figcaption>{CREDIT}</figcaption></figure><p>{SIGN_UP}</p></article>"
)
TEXT = "\n\n".join(story(3))
HEAVY = (
    "numpy",
    "lxml",
    "selectolax",
    "trafilatura",
    "msgspec",
    "orjson",
    "prefect",
    "flows",
    "re2",
    "cleaners.pipeline",
)


def alone(code: str, folder: Path = HOME) -> str:
    """What Python prints in a process of its own, in some folder, with Copydesk as if it were installed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_public_names() -> None:
    assert copydesk.__all__ == (
        "Article",
        "BadRules",
        "Caption",
        "CopydeskError",
        "Explanation",
        "Line",
        "NoArticle",
        "Removed",
        "__version__",
        "clean_html",
        "clean_text",
        "explain",
    )
    everything: dict[str, object] = {}
    exec("from copydesk import *", everything)
    assert set(copydesk.__all__) <= set(everything)
    assert {name for name in vars(copydesk) if not name.startswith("_")} <= set(copydesk.__all__)


def test_modules_inside_are_private() -> None:
    folder = Path(copydesk.__file__).parent
    assert {path.name for path in folder.glob("*.py") if not path.name.startswith("_")} == set()
    assert (folder / "py.typed").is_file()
    for name in set(copydesk.__all__) - {"__version__", "Caption"}:
        assert getattr(copydesk, name).__module__ == "copydesk"


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match=r"copydesk has no 'extract'; it has Article, .*clean_html"):
        copydesk.extract  # noqa: B018


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert copydesk.__version__ == project["version"]


def test_importing_it_loads_nothing_heavy(tmp_path: Path) -> None:
    """And that what is counted here is loaded by the first page, or the test would see nothing."""
    said = f"print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    code = f"import copydesk, json, sys; {said}; copydesk.clean_html('<p>The ferry is back.'); {said}"
    before, after = map(json.loads, alone(code).splitlines())
    assert before == [] and {"numpy", "selectolax", "msgspec", "cleaners.pipeline"} <= set(after)


def test_it_works_in_a_folder_with_flows_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("raise ImportError('these flows are another project’s')")
    (tmp_path / "rules").mkdir()
    code = (
        "from copydesk import clean_html, explain; a = clean_html('<p>The ferry is back.', rules='rules'); explain(a); "
        "print(a.why('ferry').lines[0].verdict)"
    )
    assert alone(f"import sys; sys.path.insert(0, ''); {code}", tmp_path) == "kept\n"


@pytest.mark.parametrize("module", ["copydesk", "copydesk._clean", "copydesk._article"])
def test_examples_in_docstrings(module: str) -> None:
    shown = sys.modules[module]
    assert isinstance(shown, ModuleType)
    names = {name: getattr(copydesk, name) for name in copydesk.__all__}
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    owned = [value for value in vars(shown).values() if getattr(value, "__module__", "") == "copydesk"]
    tried = 0
    for thing in [shown, *owned]:
        for test in finder.find(thing, getattr(thing, "__name__", module), module=False, globs=dict(names)):
            tried += runner.run(test, out=io.StringIO().write).attempted
    assert tried and not runner.failures


def test_an_article_names_every_field_of_the_record() -> None:
    """But `removed`, which is other here, and those that a run writes where they are asked for."""
    fields = msgspec.structs.fields(stored.Article)
    always = [field.name for field in fields if field.default is not msgspec.UNSET and field.name != "removed"]
    assert list(Article.__annotations__) == always
    assert set(dir(clean_html(HTML))) > {*always, "removed", "why", "to_dict", "ledger"}


def test_an_article_says_what_the_page_says() -> None:
    article = clean_html(HTML, url=URL)
    assert (article.title, article.text) == ("The lantern of Fenmoor", TEXT)
    assert (
        (article.url, article.site) == (URL, "fenmoor.example") == (clean_html(HTML, url=f" {URL} ").url, article.site)
    )
    assert article.captions == [copydesk.Caption(text="The bank on Sunday", credit="Biscuit Pryce")]
    (promo,) = [line for line in article.removed if line.text == SIGN_UP]
    assert isinstance(promo, Removed)
    assert (promo.reason, promo.step) == ("promo", "promos") and promo.why and 0 < promo.score <= 1
    assert [line.block for line in article.removed] == sorted(line.block for line in article.removed)
    assert repr(article) == (
        f"<Article 'The lantern of Fenmoor': {article.words} words, {len(article.removed)} lines removed>"
    )


def test_an_article_cannot_be_changed_by_mistake() -> None:
    article: Any = clean_html(HTML)
    for name in ("title", "removed", "comment"):
        with pytest.raises(AttributeError):
            setattr(article, name, "other")
    with pytest.raises(AttributeError, match="an article has no 'headline'; it has schema, id, url"):
        _ = article.headline


def test_articles_and_errors_travel_between_processes() -> None:
    article = clean_html(HTML, url=URL, rules={"sites/fenmoor.example.toml": f'keep = ["{SIGN_UP}"]'})
    copy = pickle.loads(pickle.dumps(article))
    assert copy == article and hash(copy) == hash(article) and copy != clean_html(HTML, url=URL)
    assert str(copy.why(SIGN_UP)) == str(article.why(SIGN_UP)) and str(explain(copy)) == str(explain(article))
    assert explain(copy).lines[-1].step == "site_rules"
    assert clean_html(HTML, url=URL) != clean_html(HTML, url=f"{URL}-2")
    for error in (NoArticle("too_little", "nothing"), BadRules("ours.toml, line 1: no"), CopydeskError("no")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_records_are_those_that_the_command_writes(tmp_path: Path) -> None:
    """Field by field, of a file, of a record with HTML and of one with text; but for the source, which it cannot share."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    latin = HTML.replace("<head>", "<head><meta charset=windows-1252>").replace("baker", "bouchère").encode("cp1252")
    (raw / "a").mkdir(parents=True)
    (raw / "a" / "p.html").write_bytes(latin)
    (raw / "a" / "p.html.meta.json").write_text(json.dumps({"url": "https://a.example/1"}))
    second, third = markup(story(5), "The quarry"), "\n".join([*story(7), SIGN_UP])
    lines(
        raw / "b.jsonl", {"html": second, "url": "https://b.example/2"}, {"text": third, "url": "https://c.example/3"}
    )
    cleaned_into(raw, clean)
    theirs = {row["url"]: row for row in rows(clean, "articles")}
    removed = rows(clean, "removed")
    ours = {
        "https://a.example/1": clean_html(latin, url="https://a.example/1"),
        "https://b.example/2": clean_html(second, url="https://b.example/2"),
        "https://c.example/3": clean_text(third, url="https://c.example/3"),
    }
    assert set(theirs) == set(ours)
    for url, article in ours.items():
        record = json.loads(json.dumps(article.to_dict()))
        source, other = record.pop("source"), theirs[url].pop("source")
        assert list(record) == list(theirs[url]) and record == theirs[url]
        assert {name for name in source if source[name] != other[name]} <= {"path", "record", "sha256"}
        assert (source["sha256"] == other["sha256"]) == (url == "https://a.example/1")
        assert article.ledger() == [row for row in removed if row["id"] == article.id]


def test_pages_without_an_address_have_ids_of_their_content() -> None:
    first, again, other = clean_html(HTML), clean_html(HTML), clean_html(HTML + " ")
    assert first.id == again.id != other.id
    assert first.source.path == f"{first.source.sha256}.html" and clean_text(TEXT).source.path.endswith(".txt")


ENCODED = [
    ("utf-8", "utf-8", "Ærø får sin færge"),
    ("with a mark of its byte order", "utf-16", "Ærø får sin færge"),
    ("as declared", "iso-8859-1", "Ærø får sin færge"),
    ("as declared, cyrillic", "windows-1251", "Паром вернулся"),
    ("as declared, japanese", "shift_jis", "渡し船が戻る"),
]


@pytest.mark.parametrize(("why", "encoding", "title"), ENCODED, ids=[row[0] for row in ENCODED])
def test_bytes_in_any_encoding_are_the_str(why: str, encoding: str, title: str) -> None:
    lines = [line.replace("“", '"').replace("”", '"') for line in story(1)]
    html = markup(lines, title).replace("<head>", f"<head><meta charset={encoding}>")
    article, same = clean_html(html.encode(encoding)), clean_html(html)
    assert (article.title, article.text) == (same.title, same.text) == (title, "\n\n".join(lines))


def test_half_a_character_in_a_str_costs_itself_alone() -> None:
    assert clean_html(HTML.replace("baker", "ba\ud800ker")).text == TEXT.replace("baker", "ba?ker")


REFUSED: list[tuple[str, Any, dict[str, Any], type[Exception], str]] = [
    ("nothing was fetched", None, {}, TypeError, "html is None: give the page as str or bytes; where nothing was"),
    ("a path", Path("page.html"), {}, TypeError, r"html is a \w+Path: give what is in it, html.read_bytes\(\)"),
    ("an open file", io.StringIO(HTML), {}, TypeError, r"html is a StringIO: give what is in it, html.read\(\)"),
    ("a number", 3, {}, TypeError, "html is an int: give the page as str or bytes"),
    ("bytes that may change", bytearray(b"<p>"), {}, TypeError, r"html is a bytearray: give bytes\(html\)"),
    ("a list of pages", [HTML], {}, TypeError, "html is a list: give the page as str or bytes"),
    ("an address", URL, {}, ValueError, f"html is the address '{URL}', not a page: fetch it first"),
    ("the name of a file", "raw/page.html", {}, ValueError, "html is the name of a file, 'raw/page.html', not a page"),
    (
        "no scheme",
        HTML,
        {"url": "fenmoor.example/ferry"},
        ValueError,
        "url is 'fenmoor.example/ferry', which is no http",
    ),
    ("another scheme", HTML, {"url": "file:///page.html"}, ValueError, "url is 'file:///page.html', which is no http"),
    ("no host", HTML, {"url": "https:///ferry"}, ValueError, "url is 'https:///ferry', which is no http"),
    ("half a host", HTML, {"url": "https://[fenmoor"}, ValueError, r"url is 'https://\[fenmoor', which is no http"),
    ("an empty address", HTML, {"url": ""}, ValueError, "url is '', which is no http .* or None where it is not known"),
    ("bytes as address", HTML, {"url": URL.encode()}, TypeError, "url is a bytes: give the page's address as a str"),
    ("no such folder", HTML, {"rules": "no-such-folder"}, ValueError, "rules is 'no-such-folder', which is no folder"),
    ("no folder named", HTML, {"rules": ""}, ValueError, "rules is '', which is no folder"),
    ("a file", HTML, {"rules": Path(__file__)}, ValueError, "rules is '.+', which is no folder"),
    ("a list", HTML, {"rules": ["ours.toml"]}, TypeError, "rules is a list: give the path of a folder, or its texts"),
    ("a number as name", HTML, {"rules": {3: ""}}, TypeError, "rules has an int as a name: name each text by its path"),
    ("bytes as text", HTML, {"rules": {"ours.toml": b""}}, TypeError, r"rules\['ours.toml'\] is a bytes: give what"),
    ("too deep", HTML, {"rules": {"sites/a/b.toml": ""}}, ValueError, "rules has a text called 'sites/a/b.toml': call"),
    ("no ending", HTML, {"rules": {"ours": ""}}, ValueError, "rules has a text called 'ours': call it 'ours.toml'"),
]


@pytest.mark.parametrize(("why", "html", "named", "kind", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_wrong_arguments_are_refused_in_words(
    why: str, html: Any, named: dict[str, Any], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=f"^{said}") as refused:
        clean_html(html, **named)
    assert type(refused.value) is kind
    with pytest.raises(
        kind, match=f"^{said}".replace("^html", "^page").replace("html.read", "page.read").replace("(html", "(page")
    ):
        explain(html, **named)


def test_what_clean_text_refuses() -> None:
    wrong: list[tuple[Any, type[Exception], str]] = [
        (TEXT.encode(), TypeError, "text is bytes: decode it first, or give it to clean_html"),
        (None, TypeError, "text is None: give the page as str"),
        (Path("a.txt"), TypeError, r"give what is in it, text.read_text\(\)"),
        (URL, ValueError, "text is the address"),
        ("a.txt", ValueError, "text is the name of a file"),
    ]
    for text, kind, said in wrong:
        with pytest.raises(kind, match=said):
            clean_text(text)


def test_look_alikes_of_names_are_pages() -> None:
    assert clean_html(f"Read {URL} for more").text == f"Read {URL} for more"
    assert clean_text("The ferry is back on page.html").text == "The ferry is back on page.html"


EMPTY: list[tuple[str, str | bytes, str, str]] = [
    ("an empty str", "", "too_little", "nothing visible is left"),
    ("empty bytes", b"", "too_little", "nothing visible is left"),
    ("blanks", " \n ", "too_little", "nothing visible is left"),
    ("a page that a script makes", "<body><script>load()</script></body>", "too_little", "nothing visible is left"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(99), "not_text", "looks like"),
]


@pytest.mark.parametrize(("why", "html", "reason", "detail"), EMPTY, ids=[row[0] for row in EMPTY])
def test_a_page_without_an_article_says_why(why: str, html: str | bytes, reason: str, detail: str) -> None:
    for function in (clean_html, explain):
        with pytest.raises(NoArticle) as none:
            function(html)
        assert none.value.reason == reason and none.value.detail.startswith(detail)
        assert str(none.value) == f"{reason}: {none.value.detail}" and isinstance(none.value, CopydeskError)
        assert none.value.__cause__ is not None


def test_text_without_a_word_is_no_article() -> None:
    with pytest.raises(NoArticle, match=r"^too_little: "):
        clean_text("* * *")


def test_rules_as_texts_or_in_a_folder(tmp_path: Path) -> None:
    texts = {
        "sites/fenmoor.example.toml": 'keep = ["Sign up to our newsletter"]\r\ndrop_patterns = ["A choir from .*"]',
        "ours.toml": '[newsletter_label]\nphrases = ["letters by pigeon"]\n',
    }
    (tmp_path / "sites").mkdir()
    for name, text in texts.items():
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    (tmp_path / ".ours.toml.swp.toml").write_text("an editor's")
    html = HTML.replace("</article>", "<p>Letters by pigeon</p></article>")
    article = clean_html(html, url=URL, rules=texts)
    (kept,) = article.why(SIGN_UP)
    assert (kept.verdict, kept.reason, kept.step, kept.rule) == ("kept", "", "site_rules", "keep_line")
    assert SIGN_UP in article.text and "A choir from" not in article.text and "pigeon" not in article.text
    for folder in (tmp_path, str(tmp_path)):
        assert clean_html(html, url=URL, rules=folder) == article
    assert article.recipe != clean_html(html, url=URL).recipe
    assert clean_html(html, url="https://oxley.example/", rules=texts).why(SIGN_UP).lines[0].verdict == "removed"
    (tmp_path / "sites" / "fenmoor.example.toml").unlink()
    assert SIGN_UP not in clean_html(html, url=URL, rules=tmp_path).text  # a change counts from the next page on
    assert clean_html(html, url=URL, rules={}) == clean_html(html, url=URL)


def test_the_command_reads_a_folder_with_rules_alike(tmp_path: Path) -> None:
    from copydesk._rules import rule_texts

    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "a.example.toml").write_bytes(b'\xef\xbb\xbfdrop = ["one"]\r\n')
    (tmp_path / "b.toml").write_bytes(b"# two\r")
    own = read_own(tmp_path, tmp_path / "raw")
    assert rule_texts(tmp_path) == (own.folder, tuple(sorted(own.texts.items()))) and len(own.texts) == 2


BAD_RULES: list[tuple[str, str, bytes, str]] = [
    ("no such key", "sites/a.example.toml", b'dorp = ["x"]', r"sites/a.example.toml, line 1: .*did you mean 'drop'"),
    ("no such family", "ours.toml", b"\n[newsletters_label]\n", r"ours.toml, line 2: .*did you mean"),
    ("no place for it", "more/ours.toml", b"", r"ours.toml would not be read: move it to"),
    ("not UTF-8", "ours.toml", b"# \xe9", r"ours.toml cannot be read \(.*\): make it readable, as UTF-8"),
    ("too long", "ours.toml", b"#" * (1024 * 1024 + 1), r"ours.toml has more than 1,048,576 bytes"),
]


@pytest.mark.parametrize(("why", "name", "content", "said"), BAD_RULES, ids=[row[0] for row in BAD_RULES])
def test_rules_that_cannot_be_used(why: str, name: str, content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadRules, match=said) as bad:
        clean_html(HTML, rules=tmp_path)
    assert isinstance(bad.value, CopydeskError)


def test_rules_in_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ours.toml")
    with pytest.raises(BadRules, match=r"ours.toml is no file but a folder, pipe or device"):
        clean_html(HTML, rules=tmp_path)


def test_why_of_a_line() -> None:
    article = clean_html(HTML, url=URL)
    (kept,) = article.why("opens  AGAIN on sunday")
    assert (kept.verdict, kept.reason, kept.text) == ("kept", "", story(3)[0]) and kept.step and kept.rule and kept.why
    (gone,) = article.why("newsletter")
    assert (gone.verdict, gone.reason, gone.step, gone.text) == ("removed", "promo", "promos", SIGN_UP)
    assert str(gone) == f"{gone.block:>4} removed (promo, promos/{gone.rule}, 1.00): {gone.why}\n     {SIGN_UP}"
    (caption,) = article.why("the bank")
    assert caption.verdict == "removed" and ("caption", "The bank on Sunday") in caption.lifted
    many = article.why("the")
    assert len(many) > 1 and [line.block for line in many] == sorted(line.block for line in many)
    assert repr(many) == str(many) == "\n\n".join(map(str, many)) and bool(many)


def test_why_of_a_lifted_headline() -> None:
    """One that stands above a text goes whole into the title."""
    article = clean_text((HOME / "raw" / "archive" / "0412-ferry-timetable.txt").read_text(encoding="utf-8"))
    assert article.title
    (line,) = [line for line in article.why(article.title) if line.lifted]
    assert line.verdict == "lifted" and ("title", article.title) in line.lifted


def test_words_that_no_line_holds() -> None:
    html = HTML.replace("<meta name=description content=''>", "<meta name=description content='Lock and key'>")
    article = clean_html(html.replace("<body>", "<body><script>var a = 'load the tide'</script>"))
    for words, said in (
        ("lock and key", "its head states it, as the article's description"),
        ("load the tide", "is in the page, but in no line that a reader sees"),
        ("the lighthouse", "is nowhere on this page. Check the spelling"),
    ):
        answer = article.why(words)
        assert not answer and len(answer) == 0 and said in str(answer) and repr(words)[1:-1] in str(answer)
    wrong: list[tuple[Any, type[Exception]]] = [(None, TypeError), (3, TypeError), ("", ValueError), (" ", ValueError)]
    for words, kind in wrong:
        with pytest.raises(kind, match="give a part of the line"):
            article.why(words)


def test_explain_says_what_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    path = HOME / "raw" / "nordhafen-bote.example" / "strandbad-alter-kai.html"
    html = path.read_bytes()
    url = "https://nordhafen-bote.example/"
    assert explain_command([str(path), str(HOME / "raw"), str(HOME / "no-clean"), "--json"]) == 0
    theirs = json.loads(capsys.readouterr().out)
    ours = explain(html, url=url)
    assert str(ours) == str(explain(clean_html(html, url=url)))
    assert len(ours.lines) == len(theirs["page"]) > 30
    marks = {"kept": "kept", "removed": "removed", "lifted": "moved to metadata"}
    for line, row in zip(ours, theirs["page"], strict=True):
        assert (line.block, line.text, line.step, line.rule, line.score, line.why) == tuple(
            row[name] for name in ("block", "text", "step", "rule", "score", "why")
        )
        assert marks[line.verdict] == row["mark"] and line.reason == ("" if line.verdict == "kept" else row["reason"])
        assert line.lifted == tuple((lift["field"], lift["value"]) for lift in row["lifted"])
        evidence = [(round(weight, 4), words) for weight, words in line.evidence]
        assert evidence == [(piece["contribution"], piece["words"]) for piece in row["evidence"]]
    assert any(line.evidence for line in ours)
    head = str(ours).split("\n\n")[0]
    assert head.startswith(f"{theirs['title']}\n{theirs['url']}\nflags: none")
    assert f"judge: the {theirs['judge']['head']} trees" in head


def test_explaining_an_article_takes_no_address_or_rules_again() -> None:
    article = clean_html(HTML)
    with pytest.raises(ValueError, match="url and rules are those that the article was made with"):
        explain(article, url=URL)
    with pytest.raises(ValueError, match="url and rules are those that the article was made with"):
        explain(article, rules={})


def test_explaining_text_goes_by_its_article() -> None:
    article = clean_text("\n".join([*story(3), "a < b, said the baker"]), url=URL)
    told = explain(article)
    assert [line[:8] for line in told] == [line[:8] for line in article._lines]
