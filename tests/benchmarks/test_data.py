"""The command `python -m benchmarks.data`: what it fetches and builds, and what it says when it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import builders, data, train
from benchmarks.data import SOURCES, main, sources
from benchmarks.fetch import DataError, Origin, fetch
from benchmarks.pages import export_line, read_set
from measuring_sets import (
    FIVE,
    NO_COMMIT,
    PRESS,
    WCXB,
    fake_extract,
    git,
    origins,
    repository,
)


@pytest.fixture
def pages_of_press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources as data.toml has them, but with the pages of the small repositories."""
    wanted = {"press": ("at/DerStandard_2024_05_03", "at/ORF_*", "at/DiePresse_2025_06_05")}
    known = [source._replace(pages=wanted.get(source.name, source.pages and ("APNews_*",))) for source in sources()]
    monkeypatch.setattr(data, "sources", lambda: known)


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
