"""Builds measuring sets out of checked-out repositories: a function for each shape that public sources have.

Each takes the folder of the checkout and says which pages it left out. Where a repository has another shape than it
had when the function was written, it raises WrongShape with the file.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from benchmarks.pages import Record, html_bytes

ARTICLE = "article"
TEXT_OF = ("five", "press", "articles")  # sets that `text` is made of
TEXT_ARTICLES = 4  # every so many-th article is in `text`, so that news has its share there
T = TypeVar("T")


class WrongShape(Exception):
    """A file of a source is not there, or not what the builder reads. The message is "path: what is wrong"."""


class Built(NamedTuple):
    """The pages of each set, and a line on what was left out, with the reason."""

    sets: Mapping[str, list[Record]]
    notes: list[str]


def wcxb(root: Path) -> Built:
    """WCXB: `dev/ground-truth/ID.json` beside `dev/html/ID.html.gz`; articles in one set, other types in another."""
    sets: dict[str, list[Record]] = {"articles": [], "others": []}
    empty = 0
    for path in _files(root, "dev/ground-truth", "*.json"):
        case, at = _json(root, path, dict), _relative(root, path)
        truth = _field(case, "ground_truth", dict, at)
        kind = _field(_field(_field(case, "_internal", dict, at), "page_type", dict, at), "primary", str, at)
        text, author = _maybe(truth, "main_content", str, at), _maybe(truth, "author", str, at)
        if not text:
            empty += 1
            continue
        gold = {
            "text": text, "title": _maybe(truth, "title", str, at), "authors": [author] if author else [],
            "published": _maybe(truth, "publish_date", str, at),
            "with": _texts(truth, "with", at), "without": _texts(truth, "without", at),
        }  # fmt: skip
        page = _html(root, root / "dev" / "html" / f"{path.stem}.html.gz")
        sets["articles" if kind == ARTICLE else "others"].append(
            _record(f"wcxb-dev-{path.stem}", "wcxb", _maybe(case, "url", str, at), page, gold, kind=kind)
        )
    return Built(sets, [f"{empty} pages: no main content"] if empty else [])


def fundus_evaluation(root: Path) -> Built:
    """fundus-evaluation: `dataset/ground_truth.json` with paragraphs by file name, the files in `dataset/html/`."""
    path = root / "dataset" / "ground_truth.json"
    at = _relative(root, path)
    records = []
    for name, case in _json(root, path, dict).items():
        paragraphs = _texts(_is(case, dict, f"{at}: {name}"), "body", f"{at}: {name}")
        text = "\n\n".join(paragraphs)  # [in brackets] those that the annotators call optional
        page = _html(root, root / "dataset" / "html" / name)
        url = _field(case, "url", str, f"{at}: {name}")
        records.append(_record(f"five-{_stem(name)}", "five", url, page, {"text": text}))
    return Built({"five": records}, [])


def fundus_cases(root: Path) -> Built:
    """Parser cases of fundus: a folder a country, in it `PUBLISHER.json` and pages `PUBLISHER_YYYY_MM_DD.html.gz`.

    A publisher's case file has one extraction for each version of its parser, and there is one page for each version.
    Which belong together follows from time: fundus picks the version by the day a page was crawled. Where there are
    more or fewer pages than versions the publisher is left out.
    """
    folder = root / "tests" / "resources" / "parser" / "test_data"
    records, notes = [], []
    for meta in _files(root, "tests/resources/parser/test_data", "*/meta.info"):
        crawled = _json(root, meta, dict)
        country, at = meta.parent.name, _relative(root, meta)
        publishers: dict[str, list[str]] = {}
        for name in sorted(crawled, key=lambda name: str(_field(crawled, name, dict, at).get("crawl_date"))):
            publishers.setdefault(name.split("_", 1)[0], []).append(name)
        for publisher, names in sorted(publishers.items()):
            path = folder / country / f"{publisher}.json"
            versions = sorted(_json(root, path, dict).items(), key=lambda item: _numbers(item[0]))
            if len(versions) != len(names):
                notes.append(f"{country}/{publisher}: {len(names)} pages for {len(versions)} versions of its parser")
                continue
            for name, (version, case) in zip(names, versions, strict=True):
                url = _field(crawled[name], "url", str, f"{at}: {name}")
                gold = _press_gold(_is(case, dict, _relative(root, path)), f"{_relative(root, path)}: {version}")
                if not gold["text"]:
                    notes.append(f"{country}/{_stem(name)}: no body")
                    continue
                page = _html(root, folder / country / name)
                records.append(
                    _record(f"press-{country}-{_stem(name)}", "press", url, page, gold) | {"country": country}
                )
    return Built({"press": sorted(records, key=lambda record: str(record["id"]))}, notes)


def _press_gold(case: dict[str, Any], at: str) -> dict[str, Any]:
    """The gold of an extraction: standfirst, subheads and paragraphs; captions of the pictures that have one."""
    body = _maybe(case, "body", dict, at) or {}
    parts = _texts(body, "summary", at)
    for section in _maybe(body, "sections", list, at) or []:
        parts += [*_texts(_is(section, dict, at), "headline", at), *_texts(section, "paragraphs", at)]
    images = _maybe(case, "images", list, at) or []
    captions = [_maybe(_is(image, dict, at), "caption", str, at) for image in images]
    return {
        "text": "\n\n".join(parts), "title": _maybe(case, "title", str, at),
        "authors": _texts(case, "authors", at),
        "published": _maybe(case, "publishing_date", str, at),
        "captions": [caption for caption in captions if caption],
    }  # fmt: skip


def news_articles(root: Path) -> Built:
    """article-extraction-dataset: a list in `news_articles.json`, the pages in `html/NAME.html`."""
    path = root / "news_articles.json"
    records = []
    for number, case in enumerate(_json(root, path, list)):
        at = f"{_relative(root, path)}: entry {number}"
        name = _field(_is(case, dict, at), "html_file", str, at).removesuffix(".html")
        authors = (author.strip() for author in (_maybe(case, "authors", str, at) or "").split(","))
        gold = {
            "text": _field(case, "text", str, at), "title": _maybe(case, "title", str, at),
            "authors": [author for author in authors if author],
            "published": _maybe(case, "date", str, at), "quality": "human",
        }  # fmt: skip
        page = _html(root, root / "html" / f"{name}.html")
        records.append(_record(f"andy-{name}", "andy", _field(case, "link", str, at), page, gold))
    return Built({"more_news": records}, [])


def site_tests(root: Path) -> Built:
    """misinformation-crawler: `tests/site_test_data/SITE/article-N_extracted_data.json` beside `…_article.html`.

    The text is what a rule of that site takes, checked by people; a page that was not kept is left out.
    """
    records, away = [], 0
    for path in _files(root, "tests/site_test_data", "*/*_extracted_data.json"):
        case, at = _json(root, path, dict), _relative(root, path)
        name = path.name.removesuffix("_extracted_data.json")
        markup = path.with_name(f"{name}_article.html")
        paragraphs = [
            _field(_is(part, dict, at), "text", str, at) for part in _maybe(case, "plain_text", list, at) or []
        ]
        if not paragraphs or not markup.exists():
            away += 1
            continue
        byline = _maybe(case, "byline", str, at)
        gold = {
            "text": "\n\n".join(paragraphs), "title": _maybe(case, "title", str, at),
            "authors": [byline] if byline else [], "published": _maybe(case, "publication_datetime", str, at),
            "quality": "rules",
        }  # fmt: skip
        url = _maybe(case, "article_url", str, at)
        records.append(_record(f"misinfo-{path.parent.name}-{name}", "misinfo", url, _html(root, markup), gold))
    return Built({"more_rules": records}, [f"{away} pages: no text, or no page"] if away else [])


def magic_html(root: Path) -> Built:
    """magic-html's benchmark: `benchmark/data/KIND/base.json` by page, the pages in `htmls/`; articles and forums.

    The words of its gold are right, its line breaks are not: each line is a paragraph here.
    """
    records, away = [], 0
    for path in _files(root, "benchmark/data", "*/base.json"):
        kind, at = path.parent.name, _relative(root, path)
        for name, case in _json(root, path, dict).items():
            lines = _field(_is(case, dict, f"{at}: {name}"), "content", str, f"{at}: {name}").splitlines()
            markup = path.parent / "htmls" / f"{name}.html"
            text = "\n\n".join(line.strip() for line in lines if line.strip())
            if not text or not markup.exists():
                away += 1
                continue
            url = _field(case, "url", str, f"{at}: {name}")
            page, gold = _html(root, markup), {"text": text, "quality": "human"}
            records.append(_record(f"magic-{kind}-{name[:16]}", "magic", url, page, gold, kind=kind))
    return Built({"more_magic": records}, [f"{away} pages: no text, or no page"] if away else [])


BUILDERS: Mapping[str, Callable[[Path], Built]] = {
    "wcxb": wcxb, "fundus_evaluation": fundus_evaluation, "fundus_cases": fundus_cases,
    "news_articles": news_articles, "site_tests": site_tests, "magic_html": magic_html,
}  # fmt: skip


def resiliparse(markup: str, main: bool) -> str:
    """All visible text of a page, or what Resiliparse takes for its main content, which loses little and leaves much."""
    from resiliparse.extract.html2text import extract_plain_text  # of the extra `bench`, for the set `text` alone

    return str(extract_plain_text(markup, main_content=main, alt_texts=False, links=False, list_bullets=False))


def text(sets: Mapping[str, Sequence[Record]], extract: Callable[[str, bool], str]) -> list[Record]:
    """Pages as other scrapers extract them, twice each: `dump`, every visible line, and `leaky`, main content and more.

    All pages of five and press, and every fourth article. `extract` gives the text of a page's markup, all or main.
    """
    pages = [*sets["five"], *sets["press"], *sets["articles"][::TEXT_ARTICLES]]
    records = []
    for page in pages:
        markup = html_bytes(page).decode(errors="replace")
        kept = {name: page[name] for name in ("site", "url", "kind", "gold")}
        dump = "\n".join(line.strip() for line in extract(markup, False).splitlines() if line.strip())
        leaky = "\n".join(line.strip() for line in extract(markup, True).splitlines())
        for form, lines in (("dump", dump), ("leaky", leaky)):
            records.append({"id": f"{page['id']}-{form}", "set": "text", "form": form} | kept | {"text": lines})
    return records


def _record(
    name: str, source: str, url: str | None, page: dict[str, str], gold: dict[str, Any], *, kind: str = ARTICLE
) -> Record:
    """A page as the sets hold it. Its site is the host of its address, so that sister pages stay in one fold."""
    try:
        site = urlsplit(url or "").hostname
    except ValueError:  # an address like https://[ad-server]/ has no host
        site = None
    return {"id": name, "set": source, "site": site, "url": url or None, "kind": kind} | page | {"gold": gold}


def _html(root: Path, path: Path) -> dict[str, str]:
    """The page as text where it is UTF-8, else its bytes in base 64, because then the encoding is part of the task."""
    held = _bytes(root, path)
    if path.suffix == ".gz":
        try:
            held = gzip.decompress(held)
        except (OSError, EOFError, zlib.error) as error:
            raise WrongShape(f"{_relative(root, path)}: not gzip") from error
    try:
        return {"html": held.decode()}
    except UnicodeDecodeError:
        return {"html_b64": b64encode(held).decode()}


def _files(root: Path, folder: str, pattern: str) -> list[Path]:
    found = sorted((root / folder).glob(pattern))
    if not found:
        raise WrongShape(f"{folder}: has no {pattern}")
    return found


def _json(root: Path, path: Path, kind: type[T]) -> T:
    try:
        value = json.loads(_bytes(root, path))
    except ValueError as error:  # no JSON, or no UTF-8
        raise WrongShape(f"{_relative(root, path)}: not JSON") from error
    return _is(value, kind, _relative(root, path))


def _texts(case: Mapping[str, Any], name: str, at: str) -> list[str]:
    """A list of strings that may be missing or null."""
    return [_is(text, str, f"{at}: {name}") for text in _maybe(case, name, list, at) or []]


def _bytes(root: Path, path: Path) -> bytes:
    if not path.resolve().is_relative_to(root.resolve()):  # names come from files of others
        raise WrongShape(f"{path.name}: its path leads out of the repository")
    if not path.is_file():
        raise WrongShape(f"{_relative(root, path)}: not there")
    return path.read_bytes()


def _is(value: object, kind: type[T], at: str) -> T:
    if not isinstance(value, kind):
        raise WrongShape(f"{at}: {_WORDS[kind]} was expected, this is {type(value).__name__}")
    return value


def _field(case: Mapping[str, Any], name: str, kind: type[T], at: str) -> T:
    if name not in case:
        raise WrongShape(f"{at}: has no {name}")
    return _is(case[name], kind, f"{at}: {name}")


def _maybe(case: Mapping[str, Any], name: str, kind: type[T], at: str) -> T | None:
    """A field that may be missing or null."""
    return None if case.get(name) is None else _field(case, name, kind, at)


_WORDS: Mapping[type[Any], str] = {dict: "an object", list: "a list", str: "a string"}


def _relative(root: Path, path: Path) -> str:
    """A file of the repository as errors name it."""
    return path.relative_to(root).as_posix()


def _stem(name: str) -> str:
    return name.removesuffix(".gz").removesuffix(".html")


def _numbers(version: str) -> tuple[int, ...]:
    """V1, V1_1, V2 and V10 in the order in which they came."""
    return tuple(int(number) for number in re.findall(r"\d+", version))
