"""Small git repositories of the shapes that the public measuring sets have, in our words."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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


def origins(folder: Path, repositories: Mapping[str, Files] = REPOSITORIES) -> list[str]:
    """The options that fetch from small repositories made below this folder."""
    options = []
    for name, files in repositories.items():
        (folder / name).mkdir(parents=True)
        options += ["--from", f"{name}={folder / name}#{repository(folder / name, files)}"]
    return options


def fake_extract(markup: str, main: bool) -> str:
    return f"  Back\n\n\n{markup.count('<p>')} paragraphs  \n" if main else " Menu \n \n Back"
