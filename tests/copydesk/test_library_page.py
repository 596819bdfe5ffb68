"""Every block of code in docs/library.md, run as it stands there, with the real Scrapy, datatrove and notebook kernel."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from nbclient import NotebookClient

from stories import markup, story

HOME = Path(__file__).parents[2]
PAGE = (HOME / "docs" / "library.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```python\n(.*?)```(?:\n```text\n(.*?)```)?", re.S)
SCRAPY, DATATROVE, NOTEBOOK = "In a Scrapy crawl", "In a datatrove pipeline", "In a notebook"
NOTICE = "<html><body><script>load()</script></body></html>"


class Code(NamedTuple):
    """One block of code, and what the page says that it prints; empty where it says nothing of that."""

    code: str
    printed: str


def sections() -> dict[str, list[Code]]:
    """The page's blocks of code by the heading above them."""
    parts = re.split(r"^#+ (.+)\n", PAGE, flags=re.M)[1:]
    return {
        head: [Code(*found) for found in BLOCK.findall(text)]
        for head, text in zip(parts[::2], parts[1::2], strict=True)
    }


def python(folder: Path, *words: str) -> str:
    """What Python printed, run in a folder as if Copydesk were installed."""
    env = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=env | {"PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A site on this machine: a front page, three stories and a page without an article."""
    folder = tmp_path / "site"
    folder.mkdir()
    links = [f"<a class=story href={number}.html>Story {number}</a>" for number in range(4)]
    (folder / "index.html").write_text(f"<html><body>{''.join(links)}</body></html>", encoding="utf-8")
    for number in range(3):
        page = markup([*story(number), "Sign up to our newsletter"], f"Story {number}")
        (folder / f"{number}.html").write_text(page, encoding="utf-8")
    (folder / "3.html").write_text(NOTICE, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing about it."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def test_every_block_is_run_by_one_of_these_tests() -> None:
    assert {SCRAPY, DATATROVE, NOTEBOOK} <= set(sections())
    assert sum(map(len, sections().values())) == PAGE.count("```python\n") > 10
    assert sum(bool(block.printed) for blocks in sections().values() for block in blocks) == PAGE.count("```text\n")


def test_examples_print_what_the_page_says(tmp_path: Path) -> None:
    """All but the three of the libraries, from the top down, as one program."""
    examples = [
        block for head, blocks in sections().items() if head not in (SCRAPY, DATATROVE, NOTEBOOK) for block in blocks
    ]
    mark = "-- next block --\n"
    code = "\n".join(
        f"{block.code}\nif __name__ == '__main__': print({mark!r}, end='', flush=True)" for block in examples
    )
    (tmp_path / "examples.py").write_text(code, encoding="utf-8")
    printed = python(tmp_path, "examples.py").split(mark)
    assert printed[:-1] == [block.printed for block in examples]


def test_scrapy_crawl(site: str, tmp_path: Path) -> None:
    (example,) = sections()[SCRAPY]
    (tmp_path / "news.py").write_text(example.code, encoding="utf-8")
    (command,) = re.findall(r"^scrapy (runspider .+) -a front=\S+ -O (\S+)$", PAGE, re.M)
    python(tmp_path, "-m", "scrapy", *command[0].split(), "-a", f"front={site}", "-O", command[1], "--logfile", "log")
    articles = [json.loads(line) for line in (tmp_path / command[1]).read_text("utf-8").splitlines()]
    stories = {article["url"]: article for article in articles if article["url"] != site}
    assert sorted(stories) == [f"{site}{number}.html" for number in range(3)]
    for number in range(3):
        assert stories[f"{site}{number}.html"]["text"] == "\n\n".join(story(number))
    log = (tmp_path / "log").read_text("utf-8")
    assert f"Dropped: {site}3.html: too_little" in log
    assert " ERROR: " not in log and "Deprecat" not in log


def test_datatrove_pipeline(tmp_path: Path) -> None:
    (example,) = sections()[DATATROVE]
    (tmp_path / "clean_pages.py").write_text(example.code, encoding="utf-8")
    (tmp_path / "pages").mkdir()
    for part in range(2):
        rows = [
            {"html": markup(story(number), f"Story {number}"), "url": f"https://fenmoor.example/{number}"}
            for number in range(part * 3, part * 3 + 3)
        ]
        lines = [json.dumps(row) for row in (*rows, {"html": NOTICE, "url": f"https://fenmoor.example/none-{part}"})]
        (tmp_path / "pages" / f"{part}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    python(tmp_path, "clean_pages.py")
    found = {}
    for path in (tmp_path / "articles").glob("*.jsonl.gz"):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            row = json.loads(line)
            found[row["metadata"]["url"]] = row
    assert sorted(found) == [f"https://fenmoor.example/{number}" for number in range(6)]
    for number in range(6):
        row = found[f"https://fenmoor.example/{number}"]
        assert row["text"] == "\n\n".join(story(number))
        assert row["metadata"]["title"] == f"Story {number}" and re.fullmatch("[0-9a-f]{32}", row["id"])
    (step,) = [
        step for step in json.loads((tmp_path / "logs" / "stats.json").read_text()) if "Copydesk" in step["name"]
    ]
    assert step["stats"]["dropped_too_little"] == 2


def test_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("PYTHONPATH", str(HOME))
    examples = sections()[NOTEBOOK]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(block.code) for block in examples])
    NotebookClient(notebook, timeout=100, kernel_name="python3", resources={"metadata": {"path": str(HOME)}}).execute()
    shown = ["".join(part["data"]["text/plain"] for part in cell.outputs if "data" in part) for cell in notebook.cells]
    for block, told in zip(examples, shown, strict=True):
        assert not block.printed or told == block.printed.rstrip("\n")
    assert "judge: the html trees" in shown[-1] and "  +" in shown[-1]
