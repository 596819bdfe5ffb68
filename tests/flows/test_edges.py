"""What surrounds a run and is not as it should be: streams, names, links, rules. Each ends as one line, or does no harm."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaners.metadata.jsonld import read_entities
from cleaners.pipeline import clean_raw
from cleaners.rules.user_folder import LONGEST
from flows import clean as command
from flows import command as whole
from flows import explain, serve, sites
from flows.errors import Unreadable
from flows.read.files import read_sidecar
from flows.run.progress import one_line, plain, ready, say
from running import COMMAND, HOME, PATHS, counts, lines, outputs, page, run

# Resets a terminal, sets its title, rings, goes back over a line, turns the direction of writing, ends a line.
NASTY = "\x1bc\x1b]0;x\x07\x9b2J\r\u202e\u2066\u200f\u061c\u2028\x7f"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
FERRY = "The ferry came back on Sunday after nine years, and some four hundred people watched it from the bank."
FULL = Path("/dev/full")


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A folder with one scripted page."""
    page(tmp_path / "raw" / "a.example" / "1.html", url="https://a.example/1", text="text 1")
    return tmp_path / "raw"


def through_a_shell(redirected: str, *words: str | bytes, **env: str) -> subprocess.CompletedProcess[bytes]:
    """The command with its streams redirected as a shell does it."""
    path = PATHS
    return subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {redirected}', sys.executable, "-c", COMMAND, *words],
        env=os.environ | {"PYTHONPATH": path, "PREFECT_API_URL": ""} | env,
        capture_output=True,
        check=False,
    )


# Streams


@pytest.mark.parametrize(
    "redirected", ["2>&-", ">&-", ">&- 2>&-", ">/dev/full", ">/dev/full 2>/dev/full", "<&- >&- 2>&-"]
)
def test_a_run_does_its_work_whatever_became_of_its_streams(one: Path, clean: Path, redirected: str) -> None:
    done = through_a_shell(redirected, str(one), str(clean))
    assert done.returncode == 0, done.stderr
    assert counts(clean)["article"] == 1 and len(outputs(clean)) == 1
    assert ("standard output cannot be written (No space left" in done.stderr.decode()) == (redirected == ">/dev/full")
    assert b"Traceback" not in done.stderr


def test_a_run_that_cannot_be_still_says_so_with_its_exit_code(tmp_path: Path) -> None:
    for redirected in ("2>&-", "2>/dev/full"):
        assert through_a_shell(redirected, str(tmp_path / "none"), str(tmp_path / "clean")).returncode == 2


def test_an_explanation_that_could_not_be_shown_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A ferry came in.\n")
    words = [sys.executable, "-m", "flows.explain", str(tmp_path / "a.txt"), str(tmp_path), str(tmp_path / "clean")]
    with FULL.open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=HOME)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "standard output cannot be written" in done.stderr
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=HOME) as left:
        assert left.stdout and left.stderr
        left.stdout.close()  # as `| head -0` does
        assert (left.stderr.read(), left.wait()) == (b"", 0)


def test_what_a_stream_cannot_hold_is_spelled(one: Path, tmp_path: Path) -> None:
    clean = tmp_path / "gelöscht-清-😀"
    done = through_a_shell("", str(one), str(clean), PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and rb"gel\u00f6scht-\u6e05-\ud83d\ude00/articles/" in done.stdout
    assert counts(clean)["article"] == 1


# What comes from outside


@pytest.mark.parametrize("sign", [*filter(OBEYED.match, NASTY), "\ud800", "\u202a", "\u2069", "\x00", "\x85"])
def test_what_a_terminal_obeys_is_spelled(sign: str) -> None:
    said = plain(f"a{sign}b")
    assert said.isascii() and said.isprintable() and said[0] + said[-1] == "ab" and len(said) in (6, 8)
    told = json.dumps({"text": sign}, ensure_ascii=False)
    assert json.loads(plain(told)) == {"text": sign}


def test_what_is_text_is_left_alone() -> None:
    text = "one\ttwo\n“Größe” é 漢字 العربية עברית 😀 a\u0301 \u00a0\u200b\u200d\ufeff|"
    assert plain(text) == text
    assert one_line("a\nb") == "a\\nb"


def harmless(said: str) -> bool:
    return not OBEYED.search(said)


@pytest.fixture
def nasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything nasty: names of folders and files, urls, hosts, texts, and rules with their cases."""
    monkeypatch.chdir(tmp_path)
    raw = tmp_path / f"raw{NASTY}\n"
    text = f"The ferry came back{NASTY} on Sunday after nine years, and four hundred people watched it from the bank."
    made = {"url": f"https://a.example/{NASTY}", "text": text, "title": f"T{NASTY}", "id": NASTY}
    lines(raw / f"f{NASTY}.jsonl", made, f"no json {NASTY}")
    (raw / f"p{NASTY}.html").write_text(f"<title>T{NASTY}</title><p>{text}</p>", encoding="utf-8")
    (raw / f"x{NASTY}.pdf").write_text("x")
    for host in ("a.example", "b.example"):
        case = f'[[case]]\nwhy = "w{ascii(NASTY)[1:-1]}"\nhtml = "<p>{host}</p>"\ndrop = ["not there\\u202e\\u001b"]\n'
        page(raw / "rules" / "sites" / f"{host}.toml")
        (raw / "rules" / "sites" / f"{host}.toml").write_text(re.sub(r"\\x(..)", r"\\u00\1", case), encoding="utf-8")
    return raw


def commands(raw: Path) -> Iterator[tuple[Any, list[str]]]:
    """Every command, asked for what it says of nasty things."""
    clean, file = str(raw.parent / f"clean{NASTY}"), str(raw / f"f{NASTY}.jsonl")
    yield command.main, [str(raw), clean, "--workers", "1"]
    yield command.main, [str(raw), clean]
    yield command.main, [NASTY, NASTY]
    yield command.main, [str(raw), str(raw / NASTY)]
    yield command.main, [str(raw), file]
    yield command.main, [str(raw), clean, "--rules", NASTY]
    yield command.main, [str(raw), clean, f"--{NASTY}"]
    for option in ("--workers", "--page-timeout", "--page-memory", "--drift-tail", "--format"):
        yield command.main, [str(raw), clean, option, NASTY]
    for asked in (f"{file}#0", f"{file}#1", f"{file}#7", file, str(raw / f"p{NASTY}.html"), NASTY, f"https://{NASTY}",
                  str(raw / f"x{NASTY}.pdf"), str(raw)):  # fmt: skip
        yield explain.main, [asked, str(raw), clean]
        yield explain.main, [asked, str(raw), clean, "--json", "--full"]
    yield explain.main, [f"--{NASTY}"]
    yield sites.main, ["--clean", clean]
    yield sites.main, ["--clean", clean, "--json"]
    yield sites.main, [f"a.example{NASTY}", "--clean", clean]
    yield sites.main, ["--check", "--rules", str(raw / "rules")]
    yield sites.main, ["--check", "--rules", NASTY]
    yield sites.main, [f"--{NASTY}"]
    yield serve.main, [f"--cron{NASTY}", NASTY]
    yield whole.main, [NASTY]
    yield whole.main, ["clean", NASTY, "--help", NASTY]
    yield whole.main, ["completion", NASTY]


def test_no_command_sends_a_terminal_what_it_obeys(
    nasty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command.signal, "signal", lambda *_: None)  # this process is the tests' own
    told = ""
    for main, words in commands(nasty):
        main(words)
        out, err = capsys.readouterr()
        assert harmless(out + err), (main, words)
        assert out + err, (main, words)
        if "--json" in words and out:
            json.loads(out)
        told += out + err
    assert r"\x1bc" in told and r"\u009b" in told and r"\u202e" in told and "case" in told


@pytest.mark.parametrize("folder", ["families", "sites"])
@pytest.mark.parametrize(
    "text", [f"[x{NASTY}]\n", f"{NASTY} = 1\n", f'keep = ["{NASTY}"\n', "[[case]]\nwhy = 7\n", '"\\u001b\\u202e" = 1\n']
)
def test_a_rule_file_cannot_send_it_either(
    one: Path, clean: Path, folder: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = one.parent / "rules" / ("sites/a.example.toml" if folder == "sites" else f"w{NASTY}.toml")
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert sites.main(["--check", "--rules", str(one.parent / "rules")]) == 2
    said = capsys.readouterr().err
    assert harmless(said) and said.count("\n") == 1


def test_a_traceback_and_a_warning_are_harmless(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import warnings

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        ready()
        warnings.warn(f"warned {NASTY}", stacklevel=1)
        try:
            raise ValueError(f"raised {NASTY}")
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    said = capsys.readouterr().err
    assert harmless(said) and "warned" in said and "raised" in said


def test_nobody_else_prints() -> None:
    """All that a command says goes through flows/run/progress.py. The training of the judge is no command of a user."""
    home = HOME
    found = []
    for path in sorted([*(home / "flows").rglob("*.py"), *(home / "cleaners").rglob("*.py")]):
        if path.name in ("progress.py", "train.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in (
                "print",
                "sys.stdout.write",
                "sys.stderr.write",
                "argparse.ArgumentParser",
                "os.write",
                "warnings.warn",
            ):
                found.append(f"{path.relative_to(home)}:{node.lineno}: {name}")
    assert found == []


def test_a_closed_stream_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    closed = io.StringIO()
    closed.close()
    assert not say("x", closed) and not say("x", None)
    assert command.main(["--\x1b"]) == 2
    assert r"--\x1b" in capsys.readouterr().err


# Places


@pytest.fixture(scope="module")
def stands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with raw/ and the clean/ of a run over it."""
    folder = tmp_path_factory.mktemp("stands")
    page(folder / "raw" / "a.example" / "1.html", text="text 1")
    run(folder / "raw", folder / "clean")
    return folder


def refused(*words: str | bytes) -> str:
    """The one line with which the command refuses."""
    done = through_a_shell("", *words)
    said = done.stderr.decode()
    assert done.returncode == 2 and said.count("\n") == 1 and not done.stdout, said
    return said


@pytest.mark.parametrize(
    "link",
    ["articles", "removed", "quarantine", ".state", ".state/tmp", "articles/deep", ".state/lock", ".state/pages.db"],
)
def test_nothing_is_written_through_a_link(stands: Path, tmp_path: Path, link: str) -> None:
    raw, clean, outside = tmp_path / "raw", tmp_path / "clean", tmp_path / "outside"
    shutil.copytree(stands, tmp_path, dirs_exist_ok=True)
    outside.mkdir()
    (outside / "theirs").write_text("stays")
    place = clean / link
    is_file = link in (".state/lock", ".state/pages.db")
    shutil.rmtree(place, ignore_errors=True)
    place.unlink(missing_ok=True)
    place.symlink_to(outside / ("new" if is_file else ""))
    page(raw / "a.example" / "2.html", text="text 2")
    before = outputs(clean)
    assert f"{clean}/{link} is a link" in refused(str(raw), str(clean))
    assert [path.name for path in outside.iterdir()] == ["theirs"] and outputs(clean) == before


def test_clean_itself_may_be_a_link_and_so_may_what_is_not_ours(one: Path, clean: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    clean.symlink_to(tmp_path / "disk")
    run(one, clean)
    (clean / "notes").symlink_to(tmp_path)
    (clean / "README.md").unlink()
    (tmp_path / "theirs.md").write_text("stays")
    (clean / "README.md").symlink_to(tmp_path / "theirs.md")
    page(one / "a.example" / "2.html", text="text 2")
    run(one, clean)
    assert counts(clean)["article"] == 2 and (tmp_path / "theirs.md").read_text() == "stays"


@pytest.mark.parametrize("place", ["s3://bucket/clean", "gs://b", "file:///srv/pages", "https://a.example/x", "az://"])
def test_an_address_makes_no_folder(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(os.listdir(tmp_path))
    for words in ((str(one), place), (place, "clean")):
        assert f"{place.replace(':///', '://')} is not supported yet by this version" in refused(*words)
    assert f"{place.split('/')[0]}//" in refused(str(one), "clean", "--rules", place)
    assert sorted(os.listdir(tmp_path)) == before


def test_a_link_to_itself_is_no_folder_for_the_output(one: Path, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "choose another folder" in refused(str(one), str(tmp_path / "loop"))
    assert "is not a folder" in refused(str(tmp_path / "loop"), str(tmp_path / "clean"))


def test_a_colon_makes_no_address(one: Path, tmp_path: Path) -> None:
    assert "1 article" in run(one, tmp_path / "12:30" / "c:lean")


def test_a_folder_for_the_output_whose_name_is_no_text(one: Path, tmp_path: Path) -> None:
    clean = os.fsencode(tmp_path) + b"/cl\xe9an"
    assert "cl\\udce9an: its name is not UTF-8" in refused(str(one), clean)
    assert not os.path.exists(clean + b"/.state")
    raw = os.fsencode(tmp_path) + b"/r\xe9w"
    shutil.copytree(one, os.fsdecode(raw))
    assert through_a_shell("", raw, str(tmp_path / "clean")).returncode == 0


# Rules


@pytest.mark.parametrize("what", ["pipe", "zero", "link to zero", "folder", "huge", "link to nothing"])
@pytest.mark.parametrize("name", ["words.toml", "sites/a.example.toml"])
def test_what_is_no_rule_file_is_named(one: Path, clean: Path, what: str, name: str) -> None:
    path = one.parent / "rules" / name
    path.parent.mkdir(parents=True)
    match what:
        case "pipe":
            os.mkfifo(path)
        case "zero":
            path.symlink_to("/dev/zero")
        case "link to zero":
            path.with_name("zero").symlink_to("/dev/zero")
            path.symlink_to(path.with_name("zero"))
        case "folder":
            path.mkdir()
        case "huge":
            path.write_text("#" * (LONGEST + 1))
        case _:
            path.symlink_to(path.with_name("nothing"))
    said = refused(str(one), str(clean))
    assert str(path) in said and not (clean / ".state").exists()


def test_rules_may_be_long_and_put_in_place_by_a_link(one: Path, clean: Path, tmp_path: Path) -> None:
    real = tmp_path / "shared.toml"
    real.write_bytes(b"#" * (LONGEST - 30) + b"\r\n")
    path = tmp_path / "rules" / "sites" / "a.example.toml"
    path.parent.mkdir(parents=True)
    path.symlink_to(real)
    assert "1 article" in run(one, clean)


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000 + "]" * 5_000, "a = " + "{b = " * 5_000 + "1" + "}" * 5_000])
def test_rules_nested_deep_are_refused_in_one_line(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "a.example.toml").write_text(text)
    assert sites.main(["--check", "--rules", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "nested too deep" in said and said.count("\n") == 1 and str(tmp_path) in said


@pytest.mark.parametrize("text", ["a = 1\ndrop = [{long}]", "a = 1\nb = {long}", "a = 1\nb = -{long}"])
def test_rules_with_a_number_of_any_length_are_refused_in_one_line(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "a.example.toml").write_text(text.format(long="7" * 5_000))
    assert sites.main(["--check", "--rules", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "line 2: a number is too long to be read" in said and said.count("\n") == 1


# Numbers


@pytest.mark.parametrize("digits", [16, 19, 20, 30, 400])
def test_a_number_keeps_all_its_digits(digits: int) -> None:
    """Of the numbers of some databases the fast reader would keep seventeen."""
    long = int("7" * digits)
    row = f'{{"text": "{FERRY}", "id": {long}, "views": {{"all": [-{long}, 1e300, 0.5]}}}}'
    found = clean_raw(row.encode(), source="a.jsonl", record=0, media="jsonl").article
    assert found.source.id == str(long)
    assert json.loads(found.meta) == {"views": {"all": [-long if digits < 20 else str(-long), 1e300, 0.5]}}


def test_a_record_nested_without_end_is_said_to_be_so() -> None:
    for deep in (200, 5_000):
        row = f'{{"text": "{FERRY}", "meta": {"[" * deep}{"]" * deep}}}'
        assert "nested" in clean_raw(row.encode(), source="a.jsonl", record=0, media="jsonl").detail


@pytest.mark.parametrize("empty", ["", " \n"])
def test_an_empty_field_of_a_table_does_not_hide_the_text(empty: str) -> None:
    row = json.dumps({"html": empty, "html_b64": empty, "text": FERRY})
    assert clean_raw(row.encode(), source="a.jsonl", record=0, media="jsonl").article.text == FERRY
    row = json.dumps({"html": f"<p>{FERRY}</p>", "text": "another"})
    assert clean_raw(row.encode(), source="a.jsonl", record=0, media="jsonl").article.text == FERRY


def test_a_number_of_any_length_is_read(tmp_path: Path) -> None:
    long = "7" * 5_000
    row = f'{{"text": "{FERRY}", "id": {long}, "views": {long}, "likes": -12, "share": 0.5}}'
    found = clean_raw(row.encode(), source="a.jsonl", record=0, media="jsonl").article
    assert found.text == FERRY and found.source.id == long[:500]
    assert json.loads(found.meta) == {"views": long, "likes": -12, "share": 0.5}
    (tmp_path / "x.meta.json").write_text(f'{{"url": "https://a.example/1", "views": {long}}}')
    assert read_sidecar(tmp_path / "x.meta.json") == {"url": "https://a.example/1", "views": long}
    (tmp_path / "y.meta.json").write_text(f'{{"views": {long}')
    with pytest.raises(Unreadable, match="not JSON"):
        read_sidecar(tmp_path / "y.meta.json")
    told = read_entities([f'{{"@type": "NewsArticle", "headline": "Ferry", "wordCount": {long}}}'])
    assert [entity["headline"] for entity in told] == ["Ferry"]


def test_a_record_that_is_no_json_still_is_none() -> None:
    found = clean_raw(b'{"text": "x", "n": 7' + b"7" * 5_000, source="a.jsonl", record=0, media="jsonl")
    assert found.reason == "bad_record"
