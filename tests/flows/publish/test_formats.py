"""What a run writes for each format that can be asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaners.article import QuarantineRow
from flows.publish import formats
from flows.publish.formats import ALWAYS, FORMATS, OUTPUTS, Output, PerArticle, PerShard
from flows.run import stages
from flows.run.options import Options
from flows.run.run import run as run_here
from flows.store.paths import FOLDERS, proven_of
from flows.store.shards import Stored, articles
from flows.store.state import State
from running import HerePool, everything, outputs, page, rows


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    for number in range(3):
        page(tmp_path / "raw" / f"{number}.html", url=f"https://a.example/{number}", text=f"told {number}", chrome="y")
    return tmp_path / "raw"


def test_every_output_has_a_folder_that_is_guarded_and_what_recovery_needs_is_always_written() -> None:
    assert {output.folder for output in OUTPUTS} <= set(FOLDERS)
    assert {output.format for output in OUTPUTS} == set(FORMATS) and FORMATS[0] == ALWAYS
    always = [output for output in OUTPUTS if output.format == ALWAYS]
    assert [proven.partition("/")[0] for proven in proven_of("x")] == [output.folder for output in always]


def upper(stored: Stored) -> bytes:
    return stored.article.upper()


def counted(state: State, shard: str) -> Iterator[tuple[str, list[bytes]]]:
    yield f"articles/{shard}.count", [str(len(list(articles(state, shard)))).encode()]


@pytest.mark.parametrize(
    ("why", "writer", "expected"),
    [
        (
            "a file to which each article adds something",
            PerArticle(lambda shard: f"articles/{shard}.count", upper),
            "TOLD",
        ),
        ("a file that takes all articles of a shard to write", PerShard(counted), "1"),
    ],
)
def test_a_format_is_known_by_its_entry_alone(
    raw: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    why: str,
    writer: PerArticle | PerShard,
    expected: str,
) -> None:
    monkeypatch.setattr(stages, "Pool", HerePool)
    plain, clean = tmp_path / "plain", tmp_path / "clean"
    run_here(Options(raw, plain, 1, quiet=True))
    monkeypatch.setattr(
        formats, "OUTPUTS", (*OUTPUTS[:3], Output("txt", "articles", ".count", writer, config="counts"))
    )
    run_here(Options(raw, clean, 1, format="txt", quiet=True))
    more = {path: content for path, content in outputs(clean).items() if path.endswith(".count")}
    assert more and all(expected in content.decode() for content in more.values()), why
    assert outputs(plain).items() == outputs(clean).items() - more.items()
    listed = {file["path"] for file in json.loads((clean / "manifest.json").read_bytes())["files"]}
    assert more.keys() <= listed
    assert '  - config_name: counts\n    data_files: "articles/**/*.count"\n' in (clean / "README.md").read_text()
    run_here(Options(raw, clean, 1, quiet=True))
    assert everything(clean) == everything(plain), "files of a format that is no longer asked for go"


def test_txt_is_a_file_an_article_that_a_person_can_read(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "Pool", HerePool)
    clean = tmp_path / "clean"
    run_here(Options(raw, clean, 1, format="txt", quiet=True))
    shown = {path.stem: path.read_text(encoding="utf-8") for path in (clean / "articles").rglob("*.txt")}
    assert shown.keys() == {row["id"] for row in rows(clean)}
    for row in rows(clean):
        assert shown[row["id"]].endswith(f"\n\n{row['text']}\n") and row["url"] in shown[row["id"]]


def test_a_line_of_the_quarantine_is_the_row_of_the_definition(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written with its blanks, as ever: who compares the files of two runs compares bytes."""
    monkeypatch.setattr(stages, "Pool", HerePool)
    page(raw / "b.html", do="refuse blocked")
    (raw / "a “quote”.pdf").write_bytes(b"%PDF")
    run_here(Options(raw, tmp_path / "clean", 1, quiet=True))
    written = b"".join(path.read_bytes() for path in sorted((tmp_path / "clean" / "quarantine").rglob("*.jsonl")))
    told = [json.loads(line) for line in written.splitlines()]
    assert {(row["source"], row["reason"]) for row in told} == {
        ("a “quote”.pdf", "unknown_kind"),
        ("b.html", "blocked"),
    }
    for row, line in zip(told, written.splitlines(), strict=True):
        assert list(row) == list(QuarantineRow.__struct_fields__)
        assert line.decode() == (
            f'{{"source": "{row["source"]}", "record": null, "reason": "{row["reason"]}", "detail": "{row["detail"]}"}}'
        )
