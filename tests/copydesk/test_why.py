"""Why of one line and of all: the answers, and that the command gives the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copydesk import clean_html, clean_text, explain
from flows.explain import main as explain_command
from lantern import HTML, SIGN_UP, URL
from stories import story

HOME = Path(__file__).parents[2]


def test_why_of_a_line() -> None:
    article = clean_html(HTML, url=URL)
    (kept,) = article.why("opens  AGAIN on sunday")
    assert (kept.verdict, kept.reason, kept.text) == ("kept", "", story(3)[0]) and kept.step and kept.rule and kept.why
    (gone,) = article.why("newsletter")
    assert (gone.verdict, gone.reason, gone.step, gone.text) == ("removed", "promo", "promos", SIGN_UP)
    assert str(gone) == f"{gone.block:>4} removed (promo, promos/{gone.rule}, 1.00): {gone.why}\n     {SIGN_UP}"
    (caption,) = article.why("the bank")
    assert caption.verdict == "removed" and ("caption", "The bank on Sunday") in caption.lifted
    many = article.why("the")
    assert len(many) > 1 and [line.block for line in many] == sorted(line.block for line in many)
    assert repr(many) == str(many) == "\n\n".join(map(str, many)) and bool(many)


def test_why_of_a_lifted_headline() -> None:
    """One that stands above a text goes whole into the title."""
    article = clean_text((HOME / "raw" / "archive" / "0412-ferry-timetable.txt").read_text(encoding="utf-8"))
    assert article.title
    (line,) = [line for line in article.why(article.title) if line.lifted]
    assert line.verdict == "lifted" and ("title", article.title) in line.lifted


def test_words_that_no_line_holds() -> None:
    html = HTML.replace("<meta name=description content=''>", "<meta name=description content='Lock and key'>")
    article = clean_html(html.replace("<body>", "<body><script>var a = 'load the tide'</script>"))
    for words, said in (
        ("lock and key", "its head states it, as the article's description"),
        ("load the tide", "is in the page, but in no line that a reader sees"),
        ("the lighthouse", "is nowhere on this page. Check the spelling"),
    ):
        answer = article.why(words)
        assert not answer and len(answer) == 0 and said in str(answer) and repr(words)[1:-1] in str(answer)
    wrong: list[tuple[Any, type[Exception]]] = [(None, TypeError), (3, TypeError), ("", ValueError), (" ", ValueError)]
    for words, kind in wrong:
        with pytest.raises(kind, match="give a part of the line"):
            article.why(words)


UNSEEN: list[tuple[str, str, str]] = [
    ("in another alphabet", "windows-1251", "<script>var a = 'Прилив'</script>"),
    ("of one byte", "iso-8859-1", "<script>var a = 'PRILIV, flóð'</script>"),
    ("of two bytes", "utf-16", "<script>var a = 'Прилив'</script>"),
    ("as entities", "utf-8", "<img src=a.png title='Tide &amp; flóð'>"),
    ("as entities, in bytes of one", "iso-8859-1", "<img src=a.png title='Tide &amp; fl&oacute;&eth;'>"),
]


@pytest.mark.parametrize(("why", "encoding", "hidden"), UNSEEN, ids=[row[0] for row in UNSEEN])
def test_words_that_no_reader_sees_are_found_in_any_encoding(why: str, encoding: str, hidden: str) -> None:
    plain = "".join(f"<p>{line.replace('“', '&quot;').replace('”', '&quot;')}" for line in story(3))
    page = f"<head><meta charset={encoding}></head><h1>The lock</h1>{plain}{hidden}".encode(
        encoding, "xmlcharrefreplace"
    )
    article = clean_html(page)
    words = "прилив" if "Прилив" in hidden else "flóð"
    assert "but in no line that a reader sees" in str(article.why(words)), article.source.encoding
    assert "is nowhere on this page" in str(article.why("отлив"))


def test_explain_says_what_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    path = HOME / "raw" / "nordhafen-bote.example" / "strandbad-alter-kai.html"
    html = path.read_bytes()
    url = "https://nordhafen-bote.example/"
    assert explain_command([str(path), str(HOME / "raw"), str(HOME / "no-clean"), "--json"]) == 0
    theirs = json.loads(capsys.readouterr().out)
    ours = explain(html, url=url)
    assert str(ours) == str(explain(clean_html(html, url=url)))
    assert len(ours.lines) == len(theirs["page"]) > 30
    marks = {"kept": "kept", "removed": "removed", "lifted": "moved to metadata"}
    for line, row in zip(ours, theirs["page"], strict=True):
        assert (line.block, line.text, line.step, line.rule, line.score, line.why) == tuple(
            row[name] for name in ("block", "text", "step", "rule", "score", "why")
        )
        assert marks[line.verdict] == row["mark"] and line.reason == ("" if line.verdict == "kept" else row["reason"])
        assert line.lifted == tuple((lift["field"], lift["value"]) for lift in row["lifted"])
        evidence = [(round(weight, 4), words) for weight, words in line.evidence]
        assert evidence == [(piece["contribution"], piece["words"]) for piece in row["evidence"]]
    assert any(line.evidence for line in ours)
    head = str(ours).split("\n\n")[0]
    assert head.startswith(f"{theirs['title']}\n{theirs['url']}\nflags: none")
    assert f"judge: the {theirs['judge']['head']} trees" in head


def test_explaining_an_article_takes_no_address_or_rules_again() -> None:
    article = clean_html(HTML)
    with pytest.raises(ValueError, match="url and rules are those that the article was made with"):
        explain(article, url=URL)
    with pytest.raises(ValueError, match="url and rules are those that the article was made with"):
        explain(article, rules={})


def test_explaining_text_goes_by_its_article() -> None:
    article = clean_text("\n".join([*story(3), "a < b, said the baker"]), url=URL)
    told = explain(article)
    assert [line[:8] for line in told] == [line[:8] for line in article._lines]
