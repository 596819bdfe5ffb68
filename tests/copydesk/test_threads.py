"""Threads: eight of them make of every page what one makes of it, from a cold start too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from cleaners.judge import judgement
from cleaners.judge.second_reader import vote
from cleaners.page import Page
from cleaners.rules import phrases
from copydesk import Article, NoArticle, clean_html, clean_text, explain
from stories import markup, story

HOME = Path(__file__).parents[2]
THREADS = 8
RULES = {"sites/site2.example.toml": 'drop_patterns = ["A choir from .*"]\ndrop_selectors = ["nav"]'}
COLD = """
import json, sys, threading
from copydesk import clean_html
pages = json.load(sys.stdin)
ready, said = threading.Barrier(len(pages)), [None] * len(pages)
def work(number):
    ready.wait()
    article = clean_html(pages[number])
    said[number] = [article.to_dict(), article.ledger()]
threads = [threading.Thread(target=work, args=[number]) for number in range(len(pages))]
for thread in threads: thread.start()
for thread in threads: thread.join()
json.dump(said, sys.stdout)
"""


def jobs() -> list[Callable[[], object]]:
    """Pages of all kinds: HTML, text, odd encodings, users' rules, pages without an article."""
    made: list[Callable[[], object]] = []
    for number in range(6):
        url, title = f"https://site{number % 4}.example/{number}", f"Story {number}"
        lines = [*story(number), "Sign up to our newsletter", f"Photo {number}. Image: Biscuit Pryce"]
        html = markup(lines, title, description=lines[0])
        rules = RULES if number % 2 else None
        made += [
            partial(said_of, clean_html, html, url=url, rules=rules),
            partial(said_of, clean_html, f"<meta charset=utf-16>{html}".encode("utf-16"), url=url),
            partial(said_of, clean_text, "\n".join(lines), url=url),
        ]
    made += [partial(said_of, clean_html, path.read_bytes()) for path in sorted((HOME / "raw").rglob("*.html"))]
    return [*made, partial(said_of, clean_html, "<script>load()</script>"), partial(explained, html)]


def said_of(function: Callable[..., Article], page: str | bytes, **named: Any) -> object:
    """All that an article says, or why there is none."""
    try:
        article = function(page, **named)
    except NoArticle as error:
        return str(error)
    return article.to_dict(), article.ledger(), str(article.why("the"))


def explained(html: str) -> str:
    """The whole explanation of a page."""
    return str(explain(html))


def test_threads_make_what_one_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a table of known lines so small that it is cleared again and again while others read it."""
    monkeypatch.setattr(phrases, "MOST_MET", 20)
    monkeypatch.setattr(judgement, "ASK_BELOW", 1.0)  # the second reader is asked about each page of HTML
    asked = []

    def counted(page: Page) -> object:
        asked.append(page.source)
        return vote(page)

    monkeypatch.setattr(judgement, "vote", counted)
    work = jobs()
    alone = [job() for job in work]
    assert len({json.dumps(said) for said in alone}) == len(work) and asked
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        ready = Barrier(THREADS)

        def all_of_it(first: int) -> list[object]:
            ready.wait()
            found = [job() for job in work[first:] + work[:first]]
            return found[len(work) - first :] + found[: len(work) - first]

        with ThreadPoolExecutor(THREADS) as pool:
            for found in pool.map(all_of_it, range(0, THREADS * 2, 2)):
                assert found == alone
    finally:
        sys.setswitchinterval(before)


def test_threads_may_all_be_first() -> None:
    """Rules and models are loaded once, whoever comes first, and nobody sees half of them."""
    pages = [markup(story(number), f"Story {number}") for number in range(THREADS)]
    done = subprocess.run(
        [sys.executable, "-c", COLD],
        input=json.dumps(pages),
        env=os.environ | {"PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    expected = [[article.to_dict(), article.ledger()] for article in map(clean_html, pages)]
    assert json.loads(done.stdout) == json.loads(json.dumps(expected))
