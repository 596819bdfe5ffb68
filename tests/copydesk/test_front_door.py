"""The front door for programs: what is public, what an article says, how wrong arguments are refused."""

from __future__ import annotations

import doctest
import io
import json
import os
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

import copydesk
from cleaners import article as stored
from copydesk import Article, BadRules, CopydeskError, NoArticle, Removed, clean_html, clean_text, explain
from lantern import HTML, SIGN_UP, TEXT, URL
from running import cleaned_into, lines, rows
from stories import markup, story

HOME = Path(__file__).parents[2]
HEAVY = (
    "numpy",
    "lxml",
    "selectolax",
    "trafilatura",
    "msgspec",
    "orjson",
    "prefect",
    "flows",
    "re2",
    "cleaners.pipeline",
)


def alone(code: str, folder: Path = HOME) -> str:
    """What Python prints in a process of its own, in some folder, with Copydesk as if it were installed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_public_names() -> None:
    assert copydesk.__all__ == (
        "Article",
        "BadRules",
        "Caption",
        "CopydeskError",
        "Explanation",
        "Line",
        "NoArticle",
        "Removed",
        "__version__",
        "clean_html",
        "clean_text",
        "explain",
    )
    everything: dict[str, object] = {}
    exec("from copydesk import *", everything)
    assert set(copydesk.__all__) <= set(everything)
    assert {name for name in vars(copydesk) if not name.startswith("_")} <= set(copydesk.__all__)


def test_modules_inside_are_private() -> None:
    folder = Path(copydesk.__file__).parent
    assert {path.name for path in folder.glob("*.py") if not path.name.startswith("_")} == set()
    assert (folder / "py.typed").is_file()
    for name in set(copydesk.__all__) - {"__version__", "Caption"}:
        assert getattr(copydesk, name).__module__ == "copydesk"


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match=r"copydesk has no 'extract'; it has Article, .*clean_html"):
        copydesk.extract  # noqa: B018


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert copydesk.__version__ == project["version"]


def test_importing_it_loads_nothing_heavy(tmp_path: Path) -> None:
    """And that what is counted here is loaded by the first page, or the test would see nothing."""
    said = f"print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    code = f"import copydesk, json, sys; {said}; copydesk.clean_html('<p>The ferry is back.'); {said}"
    before, after = map(json.loads, alone(code).splitlines())
    assert before == [] and {"numpy", "selectolax", "msgspec", "cleaners.pipeline"} <= set(after)


def test_it_works_in_a_folder_with_flows_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("raise ImportError('these flows are another project’s')")
    (tmp_path / "rules").mkdir()
    code = (
        "from copydesk import clean_html, explain; a = clean_html('<p>The ferry is back.', rules='rules'); explain(a); "
        "print(a.why('ferry').lines[0].verdict)"
    )
    assert alone(f"import sys; sys.path.insert(0, ''); {code}", tmp_path) == "kept\n"


@pytest.mark.parametrize("module", ["copydesk", "copydesk._clean", "copydesk._article"])
def test_examples_in_docstrings(module: str) -> None:
    shown = sys.modules[module]
    assert isinstance(shown, ModuleType)
    names = {name: getattr(copydesk, name) for name in copydesk.__all__}
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    owned = [value for value in vars(shown).values() if getattr(value, "__module__", "") == "copydesk"]
    tried = 0
    for thing in [shown, *owned]:
        for test in finder.find(thing, getattr(thing, "__name__", module), module=False, globs=dict(names)):
            tried += runner.run(test, out=io.StringIO().write).attempted
    assert tried and not runner.failures


def test_an_article_names_every_field_of_the_record() -> None:
    """But `removed`, which is other here, and those that a run writes where they are asked for."""
    fields = msgspec.structs.fields(stored.Article)
    always = [field.name for field in fields if field.default is not msgspec.UNSET and field.name != "removed"]
    assert list(Article.__annotations__) == always
    assert set(dir(clean_html(HTML))) > {*always, "removed", "why", "to_dict", "ledger"}


def test_an_article_says_what_the_page_says() -> None:
    article = clean_html(HTML, url=URL)
    assert (article.title, article.text) == ("The lantern of Fenmoor", TEXT)
    assert (
        (article.url, article.site) == (URL, "fenmoor.example") == (clean_html(HTML, url=f" {URL} ").url, article.site)
    )
    assert article.captions == [copydesk.Caption(text="The bank on Sunday", credit="Biscuit Pryce")]
    (promo,) = [line for line in article.removed if line.text == SIGN_UP]
    assert isinstance(promo, Removed)
    assert (promo.reason, promo.step) == ("promo", "promos") and promo.why and 0 < promo.score <= 1
    assert [line.block for line in article.removed] == sorted(line.block for line in article.removed)
    assert repr(article) == (
        f"<Article 'The lantern of Fenmoor': {article.words} words, {len(article.removed)} lines removed>"
    )


def test_an_article_cannot_be_changed_by_mistake() -> None:
    article: Any = clean_html(HTML)
    for name in ("title", "removed", "comment"):
        with pytest.raises(AttributeError):
            setattr(article, name, "other")
    with pytest.raises(AttributeError, match="an article has no 'headline'; it has schema, id, url"):
        _ = article.headline


def test_articles_and_errors_travel_between_processes() -> None:
    article = clean_html(HTML, url=URL, rules={"sites/fenmoor.example.toml": f'keep = ["{SIGN_UP}"]'})
    copy = pickle.loads(pickle.dumps(article))
    assert copy == article and hash(copy) == hash(article) and copy != clean_html(HTML, url=URL)
    assert str(copy.why(SIGN_UP)) == str(article.why(SIGN_UP)) and str(explain(copy)) == str(explain(article))
    assert explain(copy).lines[-1].step == "site_rules"
    assert clean_html(HTML, url=URL) != clean_html(HTML, url=f"{URL}-2")
    for error in (NoArticle("too_little", "nothing"), BadRules("ours.toml, line 1: no"), CopydeskError("no")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_records_are_those_that_the_command_writes(tmp_path: Path) -> None:
    """Field by field, of a file, of a record with HTML and of one with text; but for the source, which it cannot share."""
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    latin = HTML.replace("<head>", "<head><meta charset=windows-1252>").replace("baker", "bouchère").encode("cp1252")
    (raw / "a").mkdir(parents=True)
    (raw / "a" / "p.html").write_bytes(latin)
    (raw / "a" / "p.html.meta.json").write_text(json.dumps({"url": "https://a.example/1"}))
    second, third = markup(story(5), "The quarry"), "\n".join([*story(7), SIGN_UP])
    lines(
        raw / "b.jsonl", {"html": second, "url": "https://b.example/2"}, {"text": third, "url": "https://c.example/3"}
    )
    cleaned_into(raw, clean)
    theirs = {row["url"]: row for row in rows(clean, "articles")}
    removed = rows(clean, "removed")
    ours = {
        "https://a.example/1": clean_html(latin, url="https://a.example/1"),
        "https://b.example/2": clean_html(second, url="https://b.example/2"),
        "https://c.example/3": clean_text(third, url="https://c.example/3"),
    }
    assert set(theirs) == set(ours)
    for url, article in ours.items():
        record = json.loads(json.dumps(article.to_dict()))
        source, other = record.pop("source"), theirs[url].pop("source")
        assert list(record) == list(theirs[url]) and record == theirs[url]
        assert {name for name in source if source[name] != other[name]} <= {"path", "record", "sha256"}
        assert (source["sha256"] == other["sha256"]) == (url == "https://a.example/1")
        assert article.ledger() == [row for row in removed if row["id"] == article.id]


def test_pages_without_an_address_have_ids_of_their_content() -> None:
    first, again, other = clean_html(HTML), clean_html(HTML), clean_html(HTML + " ")
    assert first.id == again.id != other.id
    assert first.source.path == f"{first.source.sha256}.html" and clean_text(TEXT).source.path.endswith(".txt")


ENCODED = [
    ("utf-8", "utf-8", "Ærø får sin færge"),
    ("with a mark of its byte order", "utf-16", "Ærø får sin færge"),
    ("as declared", "iso-8859-1", "Ærø får sin færge"),
    ("as declared, cyrillic", "windows-1251", "Паром вернулся"),
    ("as declared, japanese", "shift_jis", "渡し船が戻る"),
]


@pytest.mark.parametrize(("why", "encoding", "title"), ENCODED, ids=[row[0] for row in ENCODED])
def test_bytes_in_any_encoding_are_the_str(why: str, encoding: str, title: str) -> None:
    lines = [line.replace("“", '"').replace("”", '"') for line in story(1)]
    html = markup(lines, title).replace("<head>", f"<head><meta charset={encoding}>")
    article, same = clean_html(html.encode(encoding)), clean_html(html)
    assert (article.title, article.text) == (same.title, same.text) == (title, "\n\n".join(lines))


def test_half_a_character_in_a_str_costs_itself_alone() -> None:
    article = clean_html(HTML.replace("baker", "ba\ud800ker"))
    assert article.text == TEXT.replace("baker", "ba?ker") and article.why("ba\ud800ker")
