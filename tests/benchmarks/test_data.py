"""Measuring sets are built from repositories of the shapes that public ones have; here small local ones, in our words."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import builders, data, train
from benchmarks.builders import WrongShape
from benchmarks.data import SOURCES, main, sources
from benchmarks.fetch import DataError, Origin, fetch
from benchmarks.pages import Record, export_line, html_bytes, read_set, site_of

FERRY = "<title>The ferry</title><p>The ferry is back after nine years.</p><p>The baker is glad.</p>"
NO_COMMIT = "0" * 40
Files = Mapping[str, Any]


def packed(markup: str) -> bytes:
    """A page as these repositories hold it."""
    return gzip.compress(markup.encode(), mtime=0)


def wcxb_case(number: str, kind: str, **truth: Any) -> dict[str, Any]:
    truth = {"title": "The ferry", "author": "Agnes Thorley", "publish_date": "2025-09-04",
             "main_content": "The ferry is back.", "with": ["is back"], "without": ["Order now"]} | truth  # fmt: skip
    return {"schema_version": "2.0", "url": f"https://www.post{number}.example/ferry", "file_id": number,
            "_internal": {"page_type": {"primary": kind}}, "ground_truth": truth}  # fmt: skip


WCXB: Files = {
    "dev/ground-truth/0001.json": wcxb_case("0001", "article"),
    "dev/ground-truth/0002.json": wcxb_case("0002", "forum", author=None, publish_date=None, title=None),
    "dev/ground-truth/0003.json": wcxb_case("0003", "article", main_content=None),
    "dev/html/0001.html.gz": packed(FERRY), "dev/html/0002.html.gz": packed(FERRY),
    "dev/html/0003.html.gz": packed(FERRY), "test/ground-truth/0004.json": wcxb_case("0004", "article"),
}  # fmt: skip
FIVE: Files = {
    "dataset/ground_truth.json": {
        "APNews_0.html.gz": {"body": ["It rained.", "[It snowed.]"], "url": "https://wire.example/rain", "crawl_date": "2024"},
        "CNBC_0.html.gz": {"body": ["Shares fell."], "url": "https://shares.example/1", "crawl_date": "2024"},
    },
    "dataset/html/APNews_0.html.gz": packed(FERRY), "dataset/html/CNBC_0.html.gz": packed(FERRY),
}  # fmt: skip


def extraction(title: str, *paragraphs: str, **more: Any) -> dict[str, Any]:
    """What one version of a publisher's parser made of its page."""
    body = {"summary": ["In short."], "sections": [
        {"headline": [], "paragraphs": list(paragraphs[:1])}, {"headline": ["A subhead"], "paragraphs": list(paragraphs[1:])},
    ]}  # fmt: skip
    return {"title": title, "authors": ["Jo Bell"], "body": body, "publishing_date": "2024-05-03 15:47:42+00:00"} | more


CASES = "tests/resources/parser/test_data"
PRESS: Files = {
    f"{CASES}/at/meta.info": {
        "DerStandard_2024_05_03.html.gz": {"url": "https://standard.example/a", "crawl_date": "2024-05-03 18:19:08"},
        "ORF_2024_11_22.html.gz": {"url": "https://orf.example/late", "crawl_date": "2024-11-22 09:47:48"},
        "ORF_2023_04_28.html.gz": {"url": "https://orf.example/early", "crawl_date": "2023-04-28 09:47:48"},
        "DiePresse_2025_06_05.html.gz": {"url": "https://presse.example/a", "crawl_date": "2025-06-05 19:01:58"},
    },
    f"{CASES}/at/DerStandard.json": {"V1": extraction("The bridge", "One.", "Two.", images=[
        {"caption": "The bridge in May.", "description": "x"}, {"caption": None}])},
    f"{CASES}/at/ORF.json": {"V10": extraction("Late", "Late."), "V2": extraction("Early", "Early.")},
    f"{CASES}/at/DiePresse.json": {"V1": extraction("a", "A."), "V2": extraction("b", "B.")},
    **{f"{CASES}/at/{name}.html.gz": packed(f"<p>{name}</p>")
       for name in ("DerStandard_2024_05_03", "ORF_2024_11_22", "ORF_2023_04_28", "DiePresse_2025_06_05")},
}  # fmt: skip
NEWS: Files = {
    "news_articles.json": [
        {"id": 1, "title": "Ferry", "authors": "Jo Bell, Agnes Thorley", "date": "2023-12-17", "text": "The ferry is back.",
         "site": "http://post.example", "link": "https://www.post.example/ferry", "html_file": "6a32"},
        {"id": 2, "title": "Rain", "authors": "", "date": None, "text": "It rained.", "link": "https://rain.example/", "html_file": "7b"},
    ],
    "html/6a32.html": FERRY.encode(), "html/7b.html": "<p>Café</p>".encode("latin-1"),
}  # fmt: skip
TESTED = "tests/site_test_data/post.example"
RULES: Files = {
    f"{TESTED}/article-1_extracted_data.json": {
        "site_name": "post.example", "article_url": "https://www.post.example/ferry", "title": "Ferry", "byline": "Jo Bell",
        "publication_datetime": "2019-06-19T12:30:19", "plain_text": [{"text": "It rained."}, {"text": "It snowed."}],
    },
    f"{TESTED}/article-1_article.html": FERRY.encode(),
    f"{TESTED}/article-2_extracted_data.json": {"plain_text": [{"text": "Its page was not kept."}]},
    f"{TESTED}/article-3_extracted_data.json": {"plain_text": None}, f"{TESTED}/article-3_article.html": FERRY.encode(),
}  # fmt: skip
MAGIC: Files = {
    "benchmark/data/forum/base.json": {
        "009ca1a442c9e2568c": {"url": "https://talk.example/1", "content": "A question\n        \n        An answer\n"},
        "0293c0b3ec71d0c789": {"url": "https://talk.example/2", "content": "Its page was not kept"},
    },
    "benchmark/data/forum/htmls/009ca1a442c9e2568c.html": FERRY.encode(),
}  # fmt: skip
REPOSITORIES = {
    "wcxb": WCXB, "five": FIVE, "press": PRESS, "more_news": NEWS, "more_rules": RULES, "more_magic": MAGIC,
}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(["git", *arguments], cwd=folder, env=clean, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def repository(folder: Path, files: Files) -> str:
    """A repository with these files, which gives away what GitHub does; its commit."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    git(folder, "init", "--quiet")
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(folder, "add", "--all")
    who = ("-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false")
    git(folder, *who, "commit", "--quiet", "--message", "pages")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def pages_of_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources as data.toml has them, but with the pages of the small repositories."""
    wanted = {"press": ("at/DerStandard_2024_05_03", "at/ORF_*", "at/DiePresse_2025_06_05")}
    known = [source._replace(pages=wanted.get(source.name, source.pages and ("APNews_*",))) for source in sources()]
    monkeypatch.setattr(data, "sources", lambda: known)


def origins(folder: Path, repositories: Mapping[str, Files] = REPOSITORIES) -> list[str]:
    """The options that fetch from small repositories made below this folder."""
    options = []
    for name, files in repositories.items():
        (folder / name).mkdir(parents=True)
        options += ["--from", f"{name}={folder / name}#{repository(folder / name, files)}"]
    return options


def fake_extract(markup: str, main: bool) -> str:
    return f"  Back\n\n\n{markup.count('<p>')} paragraphs  \n" if main else " Menu \n \n Back"


@pytest.mark.usefixtures("pages_of_press")
def test_all_sets_are_built_as_the_other_commands_read_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(data, "find_spec", lambda name: True)
    monkeypatch.setattr(builders, "resiliparse", fake_extract)
    made = tmp_path / "made"
    options = origins(tmp_path)
    assert main([str(made), *options]) == 0
    learned = sorted(path.name.split(".")[0] for path in made.iterdir())
    assert learned == ["articles", "five", "others", "press", "text"], "the others when they are named"
    assert main([str(made), "more_magic", "more_news", "more_rules", *options]) == 0
    assert sorted(path.name for path in made.iterdir()) == [
        f"{name}.jsonl.zst"
        for name in ("articles", "five", "more_magic", "more_news", "more_rules", "others", "press", "text")
    ], "and nothing half done beside them"
    sets = {path.name.split(".")[0]: read_set(made, path.name.split(".")[0]) for path in made.iterdir()}
    assert {name: [record["id"] for record in records] for name, records in sets.items()} == {
        "articles": ["wcxb-dev-0001"], "others": ["wcxb-dev-0002"], "five": ["five-APNews_0"],
        "press": ["press-at-DerStandard_2024_05_03", "press-at-ORF_2023_04_28", "press-at-ORF_2024_11_22"],
        "more_news": ["andy-6a32", "andy-7b"], "more_rules": ["misinfo-post.example-article-1"],
        "more_magic": ["magic-forum-009ca1a442c9e256"],
        "text": [f"{page}-{form}" for page in (
            "five-APNews_0", "press-at-DerStandard_2024_05_03", "press-at-ORF_2023_04_28",
            "press-at-ORF_2024_11_22", "wcxb-dev-0001") for form in ("dump", "leaky")],
    }  # fmt: skip
    for record in [record for records in sets.values() for record in records]:
        assert {"id", "set", "site", "url", "kind", "gold"} <= set(record) and b'"url"' in export_line(record)
    assert len(list(train.read_pages(made))) == 20, "the trainer finds gold text on all of them"
    said = capsys.readouterr().out
    assert "articles: 1 pages of" in said and "(Murrough Foley, CC-BY-4.0)" in said
    assert "wcxb: left out 1 pages: no main content" in said
    assert "more_rules: left out 2 pages: no text, or no page" in said
    assert "press: left out at/DiePresse_2025_06_05: 1 pages for 2 versions of its parser" in said


def only(folder: Path, name: str, files: Files, at: int = 0) -> Record:
    """The record of a set that is built from these files alone."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    shape = next(source.builder for source in sources() if name in source.sets)
    return builders.BUILDERS[shape](folder).sets[name][at]


@pytest.mark.parametrize(
    ("why", "name", "files", "at", "wanted"),
    [
        ("an article has all its gold", "articles", WCXB, 0, {
            "id": "wcxb-dev-0001", "set": "wcxb", "site": "www.post0001.example",
            "url": "https://www.post0001.example/ferry", "kind": "article", "html": FERRY, "gold": {
                "text": "The ferry is back.", "title": "The ferry", "authors": ["Agnes Thorley"],
                "published": "2025-09-04", "with": ["is back"], "without": ["Order now"]}}),
        ("what is no article says its kind, and nobody signed it", "others", WCXB, 0, {
            "id": "wcxb-dev-0002", "set": "wcxb", "site": "www.post0002.example",
            "url": "https://www.post0002.example/ferry", "kind": "forum", "html": FERRY, "gold": {
                "text": "The ferry is back.", "title": None, "authors": [], "published": None,
                "with": ["is back"], "without": ["Order now"]}}),
        ("paragraphs that may be missing keep their brackets", "five", FIVE, 0, {
            "id": "five-APNews_0", "set": "five", "site": "wire.example", "url": "https://wire.example/rain",
            "kind": "article", "html": FERRY, "gold": {"text": "It rained.\n\n[It snowed.]"}}),
        ("standfirst and subheads are text, captions are not", "press", PRESS, 0, {
            "id": "press-at-DerStandard_2024_05_03", "set": "press", "site": "standard.example",
            "url": "https://standard.example/a", "kind": "article", "html": "<p>DerStandard_2024_05_03</p>",
            "country": "at", "gold": {
                "text": "In short.\n\nOne.\n\nA subhead\n\nTwo.", "title": "The bridge", "authors": ["Jo Bell"],
                "published": "2024-05-03 15:47:42+00:00", "captions": ["The bridge in May."]}}),
        ("each author is one", "more_news", NEWS, 0, {
            "id": "andy-6a32", "set": "andy", "site": "www.post.example", "url": "https://www.post.example/ferry",
            "kind": "article", "html": FERRY, "gold": {
                "text": "The ferry is back.", "title": "Ferry", "authors": ["Jo Bell", "Agnes Thorley"],
                "published": "2023-12-17", "quality": "human"}}),
        ("what a rule took is marked as that", "more_rules", RULES, 0, {
            "id": "misinfo-post.example-article-1", "set": "misinfo", "site": "www.post.example",
            "url": "https://www.post.example/ferry", "kind": "article", "html": FERRY, "gold": {
                "text": "It rained.\n\nIt snowed.", "title": "Ferry", "authors": ["Jo Bell"],
                "published": "2019-06-19T12:30:19", "quality": "rules"}}),
        ("a line is a paragraph, a forum is no article", "more_magic", MAGIC, 0, {
            "id": "magic-forum-009ca1a442c9e256", "set": "magic", "site": "talk.example",
            "url": "https://talk.example/1", "kind": "forum", "html": FERRY, "gold": {
                "text": "A question\n\nAn answer", "quality": "human"}}),
    ],
)  # fmt: skip
def test_a_record(tmp_path: Path, why: str, name: str, files: Files, at: int, wanted: Record) -> None:
    assert only(tmp_path, name, files, at) == wanted, why


def test_versions_of_a_parser_meet_their_pages_in_the_order_of_time(tmp_path: Path) -> None:
    """V2 came before V10, though not by the alphabet, and the page of 2023 before that of 2024, though listed second."""
    early, late = only(tmp_path, "press", PRESS, 1), only(tmp_path, "press", PRESS, 2)
    assert (early["url"], early["gold"]["title"]) == ("https://orf.example/early", "Early")
    assert (late["url"], late["gold"]["title"]) == ("https://orf.example/late", "Late")


def test_a_page_that_is_not_utf_8_keeps_its_bytes(tmp_path: Path) -> None:
    record = only(tmp_path, "more_news", NEWS, 1)
    assert "html" not in record and html_bytes(record) == "<p>Café</p>".encode("latin-1")


@pytest.mark.parametrize(
    ("why", "url", "site"),
    [
        ("sister pages share a host, whatever its case", "https://WWW.Post.example/a", "post.example"),
        ("a page without an address is a site of its own", "", "wcxb-dev-0001"),
        ("so is one whose address is none", "https://[ad-server]/x", "wcxb-dev-0001"),
    ],
)
def test_the_site_of_a_page(tmp_path: Path, why: str, url: str, site: str) -> None:
    case = wcxb_case("0001", "article") | {"url": url}
    assert site_of(only(tmp_path, "articles", WCXB | {"dev/ground-truth/0001.json": case})) == site, why


def test_text_is_made_of_five_press_and_every_fourth_article() -> None:
    def page(name: str) -> Record:
        return {
            "id": name,
            "set": "s",
            "site": "a.example",
            "url": None,
            "kind": "article",
            "html": FERRY,
            "gold": {"text": "g"},
        }

    sets = {"five": [page("f")], "press": [page("p")], "articles": [page(f"a{number}") for number in range(6)]}
    made = builders.text(sets, fake_extract)
    assert [record["id"] for record in made[::2]] == ["f-dump", "p-dump", "a0-dump", "a4-dump"]
    assert made[1] == {
        "id": "f-leaky", "set": "text", "form": "leaky", "site": "a.example", "url": None, "kind": "article",
        "gold": {"text": "g"}, "text": "Back\n\n\n2 paragraphs",
    }  # fmt: skip
    assert made[0]["text"] == "Menu\nBack", "a dump has no blank lines"


ENTRY = NEWS["news_articles.json"][0]


@pytest.mark.parametrize(
    ("why", "name", "changed", "message"),
    [
        ("the folder has another name", "wcxb", {}, "dev/ground-truth: has no *.json"),
        ("a page is missing", "wcxb", {"dev/ground-truth/0001.json": wcxb_case("0001", "article")}, "dev/html/0001.html.gz: not there"),
        ("a page is not packed", "wcxb", {**WCXB, "dev/html/0001.html.gz": b"<p>"}, "dev/html/0001.html.gz: not gzip"),
        ("a page is cut short", "wcxb", {**WCXB, "dev/html/0001.html.gz": packed(FERRY)[:-12]}, "dev/html/0001.html.gz: not gzip"),
        ("gold has another schema", "wcxb", {"dev/ground-truth/1.json": {"articleBody": "x"}}, "dev/ground-truth/1.json: has no ground_truth"),
        ("gold is a list", "wcxb", {"dev/ground-truth/1.json": []}, "dev/ground-truth/1.json: an object was expected, this is list"),
        ("a snippet is a number", "wcxb", {**WCXB, "dev/ground-truth/0001.json": wcxb_case("0001", "article", **{"with": [1]})},
         "dev/ground-truth/0001.json: with: a string was expected, this is int"),
        ("gold is no JSON", "five", {"dataset/ground_truth.json": b"{"}, "dataset/ground_truth.json: not JSON"),
        ("gold is a pointer to large files", "five", {"dataset/ground_truth.json": b"version https://git-lfs"}, "dataset/ground_truth.json: not JSON"),
        ("paragraphs are one string", "five", {"dataset/ground_truth.json": {"A_0.html.gz": {"body": "x"}}},
         "dataset/ground_truth.json: A_0.html.gz: body: a list was expected, this is str"),
        ("a publisher has no cases", "press", {f"{CASES}/at/meta.info": {"ORF_1.html.gz": {"url": "u"}}}, f"{CASES}/at/ORF.json: not there"),
        ("a body has no sections of that kind", "press", {**PRESS, f"{CASES}/at/DerStandard.json": {"V1": {"body": {"sections": ["x"]}}}},
         f"{CASES}/at/DerStandard.json: V1: an object was expected, this is str"),
        ("a name leads out of the repository", "more_news", {"news_articles.json": [ENTRY | {"html_file": "../../../secret"}]},
         "secret.html: its path leads out of the repository"),
        ("so does one from the root", "more_news", {"news_articles.json": [ENTRY | {"html_file": "/secret"}]},
         "secret.html: its path leads out of the repository"),
    ],
)  # fmt: skip
def test_another_shape_is_named_with_its_file(
    tmp_path: Path, why: str, name: str, changed: Files, message: str
) -> None:
    root = tmp_path / "a" / "b"
    root.mkdir(parents=True)
    (tmp_path / "secret.html").write_text("not of the repository")
    source = next(source for source in sources() if source.name == name)
    with pytest.raises(WrongShape) as raised:
        only(root, source.sets[0], changed)
    assert str(raised.value) == message, why


def failing(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said when nothing can be built: one line."""
    assert main([str(tmp_path / "made"), *arguments]) == 1
    said = capsys.readouterr().err.strip()
    assert "\n" not in said and not list((tmp_path / "made").iterdir())
    return said


def test_a_source_of_another_shape_names_set_file_and_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = origins(tmp_path, {"five": {"dataset/ground_truth.json": []}})
    said = failing(tmp_path, capsys, "five", *options)
    assert said.startswith("five: dataset/ground_truth.json: an object was expected") and "--from five=" in said


def test_a_commit_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    origins(tmp_path, {"five": FIVE})
    said = failing(tmp_path, capsys, "five", "--from", f"five={tmp_path / 'five'}#{NO_COMMIT}")
    assert said.startswith(f"five: {tmp_path / 'five'} has no commit {NO_COMMIT}") and "--from five=" in said


def test_without_a_commit_the_one_of_the_table_is_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    origins(tmp_path, {"five": FIVE})
    commit = next(source.origin.commit for source in sources() if source.name == "five")
    assert commit in failing(tmp_path, capsys, "five", "--from", f"five={tmp_path / 'five'}")


def test_a_remote_that_is_away_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = failing(tmp_path, capsys, "five", "--from", f"five={tmp_path / 'nowhere'}#{NO_COMMIT}")
    assert said.startswith(f"five: cannot fetch from {tmp_path / 'nowhere'} (git: fatal:")
    assert "check the address and the network, or give a copy with --from five=FOLDER" in said


def test_without_git_nothing_is_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / "made")])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and said.count("\n") == 1 and "git is not installed" in said


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / "file" / "made")])
    said = capsys.readouterr().err
    assert ended.value.code == 2 and said.count("\n") == 1
    assert f"cannot write to {tmp_path / 'file' / 'made'} (Not a directory): give another DIR" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["pres"],
            "no set is named pres: there are articles, others, five, press, more_news, more_rules, more_magic, text",
        ),
        (["--from", "pres=x"], "--from pres=x: write NAME=REMOTE or NAME=REMOTE#COMMIT with one of wcxb, five, press"),
        (["--from", "press"], "--from press: write NAME=REMOTE"),
    ],
)
def test_unknown_names_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(tmp_path / "made"), *arguments])
    assert ended.value.code == 2 and message in capsys.readouterr().err and not (tmp_path / "made").exists()


def test_one_source_that_fails_does_not_keep_the_others_from_being_built(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [*origins(tmp_path, {"wcxb": WCXB}), "--from", f"more_news={tmp_path / 'nowhere'}"]
    assert main([str(tmp_path / "made"), "more_news", "articles", *options]) == 1
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["articles.jsonl.zst"], "others was not asked for"
    assert capsys.readouterr().err.startswith("more_news: cannot fetch")


def test_a_set_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "made"
    made.mkdir()
    (made / "articles.jsonl.zst").write_bytes(b"mine")
    assert main([str(made), "articles", "others", *origins(tmp_path, {"wcxb": WCXB})]) == 0
    assert (made / "articles.jsonl.zst").read_bytes() == b"mine" and len(read_set(made, "others")) == 1
    assert "articles: is there already" in capsys.readouterr().out


def test_half_a_set_is_never_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = data.write_set

    def full(folder: Path, name: str, records: Any) -> None:
        real(folder, name, records)
        if name == "others":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(data, "write_set", full)
    said = failing(tmp_path, capsys, "articles", "others", *origins(tmp_path, {"wcxb": WCXB}))
    assert said == f"wcxb: cannot write to {tmp_path / 'made'} (No space left on device): make room or give another DIR"


def test_text_says_what_it_is_made_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = failing(tmp_path, capsys, "text")
    assert (
        said
        == f"text: is made of five, press, articles, and {tmp_path / 'made'} has no five, press, articles: build them first"
    )
    for name in ("five", "press", "articles"):
        (tmp_path / "made" / f"{name}.jsonl.zst").write_bytes(b"")
    monkeypatch.setattr(data, "find_spec", lambda name: None)
    assert main([str(tmp_path / "made"), "text"]) == 1
    assert capsys.readouterr().err == 'text: needs Resiliparse: pip install ".[bench]"\n'


def test_a_repository_without_most_of_the_named_pages_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Here data.toml's own list of pages holds, of which the small repository has three."""
    said = failing(tmp_path, capsys, "press", *origins(tmp_path, {"press": PRESS}))
    assert said.startswith("press: 116 of the 118 pages that data.toml names are not in")


def test_only_the_asked_folders_are_fetched(tmp_path: Path) -> None:
    (tmp_path / "remote").mkdir()
    commit = repository(tmp_path / "remote", WCXB)
    out = fetch("wcxb", Origin(f"file://{tmp_path / 'remote'}", commit), ["dev/"], tmp_path / "out")
    assert (out / "dev" / "html" / "0001.html.gz").exists() and not (out / "test").exists()
    held = git(out, "rev-list", "--objects", "--missing=print", commit)
    assert any(line.startswith("?") for line in held.splitlines()), "what nobody asked for has not been sent"


def test_a_link_in_a_repository_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "remote" / "dev").mkdir(parents=True)
    (tmp_path / "secret").write_text("not of the repository")
    (tmp_path / "remote" / "dev" / "page").symlink_to(tmp_path / "secret")
    commit = repository(tmp_path / "remote", {})
    out = fetch("wcxb", Origin(str(tmp_path / "remote"), commit), ["dev/"], tmp_path / "out")
    assert (out / "dev" / "page").read_text() == str(tmp_path / "secret"), "the name it links to, as git keeps it"


def test_a_hook_of_another_repository_may_start_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("remote", "other"):
        (tmp_path / name).mkdir()
    commit = repository(tmp_path / "remote", FIVE)
    before = repository(tmp_path / "other", {"a": b"a"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    out = fetch("five", Origin(str(tmp_path / "remote"), commit), ["dataset/"], tmp_path / "out")
    monkeypatch.delenv("GIT_DIR")
    assert (out / "dataset" / "ground_truth.json").exists() and git(tmp_path / "other", "rev-parse", "HEAD") == before
    assert git(tmp_path / "other", "remote") == ""


def test_an_option_for_a_remote_is_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot fetch from --upload-pack"):
        fetch("five", Origin(f"--upload-pack=touch {tmp_path / 'x'}", NO_COMMIT), ["dataset/"], tmp_path / "out")
    assert not (tmp_path / "x").exists()


def test_the_table_of_sources_is_whole() -> None:
    known = sources()
    told = (SOURCES.parent.parent / "docs" / "training.md").read_text(encoding="utf-8")
    names = [name for source in known for name in source.sets]
    assert len(names) == len(set(names)) and set(builders.TEXT_OF) <= set(names)
    for source in known:
        assert source.builder in builders.BUILDERS and len(source.origin.commit) == 40
        assert source.origin.remote.startswith("https://github.com/") and source.folders
        assert source.origin.remote.removeprefix("https://github.com/") in told and source.licence in told
    assert set(builders.BUILDERS) == {source.builder for source in known}, "no builder without a source"
    assert len(next(source.pages for source in known if source.name == "press")) == 118
