"""The command as a person types it, with the real cleaners, on the sample the repository brings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from flows.clean import main
from running import outputs, rows

HOME = Path(__file__).parents[2]


def command(*words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "flows.clean", *words], cwd=HOME, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    clean = tmp_path_factory.mktemp("command") / "clean"
    said = command("raw", str(clean))
    assert "13 article" in said and "0 quarantined" in said
    return clean


def article(clean: Path, part: str) -> dict[str, Any]:
    (found,) = [row for row in rows(clean) if part in row["source"]["path"]]
    return found


def test_the_second_run_finds_nothing_new(cleaned: Path) -> None:
    before = outputs(cleaned)
    assert "nothing new" in command("raw", str(cleaned))
    assert outputs(cleaned) == before


def test_two_workers_give_the_same_bytes(cleaned: Path, tmp_path: Path) -> None:
    command("raw", str(tmp_path / "clean"), "--workers", "2")
    assert outputs(tmp_path / "clean") == outputs(cleaned)


def test_the_ledger_and_the_summary_agree(cleaned: Path) -> None:
    ledger = rows(cleaned, "removed")
    for row in rows(cleaned):
        removed = [line for line in ledger if line["id"] == row["id"]]
        assert sum(entry["lines"] for entry in row["removed"]) == len(removed)
        assert [line["block"] for line in removed] == sorted({line["block"] for line in removed})
        assert all(row["text"][span["start"] : span["end"]].strip() for span in row["blocks"])


def test_html_of_two_languages(cleaned: Path) -> None:
    for part, language, banner in (("nordhafen", "de", "Cookies"), ("biblioteca", "es", "cookies")):
        found = article(cleaned, part)
        assert found["language"] == language and found["title"] and found["published"] and found["authors"]
        assert banner not in found["text"] and found["words"] > 100
        removed = [row for row in rows(cleaned, "removed") if row["id"] == found["id"]]
        assert {"cookie_banner", "site_chrome", "caption"} <= {row["reason"] for row in removed}


def test_a_leading_date_and_headline_become_metadata(cleaned: Path) -> None:
    found = article(cleaned, "0412-ferry-timetable")
    assert found["title"] and found["published"] and found["title"] not in found["text"]


def test_the_report_is_whole_and_fetches_nothing(cleaned: Path) -> None:
    report = BeautifulSoup((cleaned / "report.html").read_text(encoding="utf-8"), "html.parser")
    assert report.title and len(report.find_all("table")) >= 2
    fetched = [tag for tag in report.find_all(True) if tag.get("src") or (tag.name == "link" and tag.get("href"))]
    assert fetched == [] and report.find("script") is None
    manifest = json.loads((cleaned / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["counts"]["article"] == 13
    assert all(site in report.get_text() for site in manifest["sites"])


def test_a_program_that_runs_the_command_keeps_its_own_way_to_be_ended(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert main([str(tmp_path / "nowhere"), str(tmp_path / "clean")]) == 2
    (tmp_path / "raw").mkdir()
    assert main([str(tmp_path / "raw"), str(tmp_path / "clean"), "--quiet"]) == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_markdown_goes_through_the_command(tmp_path: Path) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    sail = (
        "The ferry between Fenmoor and the eastern bank will sail every half hour from May, the council said on Friday."
    )
    sign = (
        "Nearly four hundred people had signed a letter that asked for it, and the owner had promised to try in March."
    )
    (raw / "ferry.md").write_text(
        f"---\nauthor: Vera Falk\n---\n# The ferry is back\n\n{sail}\n\n- a child goes free\n\n{sign}\n"
    )
    command(str(raw), str(clean))
    (found,) = rows(clean)
    assert (found["title"], found["authors"]) == ("The ferry is back", ["Vera Falk"])
    assert found["text"] == f"{sail}\n\na child goes free\n\n{sign}"
    assert [block["kind"] for block in found["blocks"]] == ["paragraph", "list_item", "paragraph"]
    assert found["source"]["media_type"] == "text/markdown"
