"""Threads: eight of them make of every page what one makes of it, from a cold start too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from cleaners.judge.second_reader import MOST_DEPTH
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


def work() -> list[Callable[[], Article]]:
    """Pages of all kinds: HTML, text, odd encodings, user's rules, the second reader asked and not, walls, captions."""
    jobs: list[Callable[[], Article]] = []
    for number in range(24):
        host, title = f"https://site{number % 4}.example/{number}", f"Story {number}"
        lines = [*story(number), "Sign up to our newsletter", f"Photo {number}. Image: Biscuit Pryce"]
        html = markup(lines, title, description=lines[0])
        rules = RULES if number % 2 else None
        jobs += [
            lambda html=html, url=host, rules=rules: clean_html(html, url=url, rules=rules),
            lambda html=html, url=host: clean_html(f"<meta charset=utf-16>{html}".encode("utf-16"), url=url),
            lambda text="\n".join(lines), url=host: clean_text(text, url=url),
            lambda html=html: clean_html(
                html.replace("<article>", "<div>" * (MOST_DEPTH // 2)).replace("<p>", "<div>")
            ),
        ]
    sample = [path.read_bytes() for path in sorted((HOME / "raw").rglob("*.html"))]
    return [*jobs, *(lambda page=page: clean_html(page) for page in sample)]


def result(job: Callable[[], Article]) -> object:
    """All that an article says, or why there is none."""
    try:
        article = job()
    except NoArticle as error:
        return str(error)
    return article.to_dict(), article.ledger(), str(explain(article)), str(article.why("the"))


def test_threads_make_what_one_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With tables of known lines so small that they are cleared again and again while others read them."""
    jobs = work()
    alone = [result(job) for job in jobs]
    assert len({json.dumps(said) for said in alone}) > len(jobs) // 2
    monkeypatch.setattr(phrases, "MOST_KNOWN", 20)
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        ready = Barrier(THREADS)

        def all_of_them(first: int) -> list[object]:
            ready.wait()
            turned = jobs[first:] + jobs[:first]
            found = [result(job) for job in turned]
            return found[len(jobs) - first :] + found[: len(jobs) - first]

        with ThreadPoolExecutor(THREADS) as pool:
            for found in pool.map(all_of_them, range(0, THREADS * 7, 7)):
                assert found == alone
    finally:
        sys.setswitchinterval(often)


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
