"""The promises that hold for every page, each stated once: nothing lost, nothing moved, nothing decided twice."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cleaners.errors import DecidedTwice
from cleaners.metadata import metadata
from cleaners.metadata.lifted import with_lifted
from cleaners.page import Page, SiteRules, run
from cleaners.pipeline import STEPS, clean, clean_raw, sure, sure_again
from cleaners.read.pages import html_page, text_page
from cleaners.read.text import DATED_LEAD, read_line, text_blocks
from cleaners.render import body, ledger
from cleaners.rules.phrases import Rules, built_in
from cleaners.site.fingerprints import fingerprints
from cleaners.steps import captions
from cleaners.steps.cautious import WAYS
from cleaners.steps.keep_rest import keep_rest
from cleaners.steps.second_pass import second_pass
from cleaners.text.credit_grammar import grammar_of
from cleaners.text.credit_hints import GLUED, MARK, hints_of, may_close
from cleaners.text.credits import split_credit
from cleaners.text.fold import fold, squash
from cleaners.text.prose import has_words
from cleaners.text.repair import repair
from cleaners.verdict import Verdict
from cleaners.vocabulary import Reason
from pages import documents, texts

pages = st.one_of(
    documents.map(lambda markup: html_page("law", markup)), texts.map(lambda text: text_page("law", text))
)


@st.composite
def with_site_rules(draw: st.DrawFn) -> Page:
    """A page some of whose lines a person keeps or drops."""
    page = draw(pages)
    lines = st.frozensets(st.sampled_from(fingerprints(page) or [1]))
    return replace(page, site=replace(page.site, rules=SiteRules(keep=draw(lines), drop=draw(lines))))


ruled = st.one_of(pages, with_site_rules())
many = settings(max_examples=150, deadline=None)
FORGETFUL = Rules(built_in().families.values(), built_in().settings)


GRAMMAR = grammar_of(built_in())
HEADLINE_READ = frozenset(("text_head",))  # which is looked for once, above a text as it came
WORDS = (*GRAMMAR, *built_in().settings["captions"].values())
CLOSINGS = sorted({word for words in WORDS if isinstance(words, tuple | list | frozenset) for word in words})
JOINTS = [
    ": ",
    " : ",
    ":",
    ". ",
    " ",
    "",
    "…",
    "Agnes Thorley",
    "The bank at",
    "NHS",
    "é",
    "É",
    "漢",
    "，",
    "x",
    "..",
    "“",
    "”",
    "(",
    ")",
    ").",
    "（",
    "）",
    "]",
    "/",
    " | ",
    "by ",
]
closing = st.one_of(
    st.sampled_from(CLOSINGS), st.sampled_from(CLOSINGS).map(str.title), st.sampled_from(CLOSINGS).map(str.upper),
    st.sampled_from(JOINTS), st.sampled_from([":", ": "]),
)  # fmt: skip


@settings(max_examples=1_000, deadline=None)
@given(st.lists(closing, min_size=1, max_size=7).map("".join))
def test_what_is_passed_over_closes_with_no_credit(line: str) -> None:
    """A line whose colon, slash, bar or bracket is passed over without a look by the grammar would have shown no credit to it."""
    said = built_in().scan([fold(line)])[0]
    quiet = captions._FAMILIES.isdisjoint(said) and "credit_labels_weak" not in said
    hints = hints_of([line])[0]
    glued = hints & GLUED > 0
    if quiet and not hints & MARK and hints and not may_close(line, GRAMMAR, glued=glued):
        assert split_credit(line, GRAMMAR, worded=False) is None


@many
@given(ruled)
def test_a_step_that_is_done_would_find_nothing_in_the_second_pass(page: Page) -> None:
    page = run(page, *STEPS[: STEPS.index(sure_again)])
    again = second_pass(replace(page, done=HEADLINE_READ), sure)
    assert (sure_again(page).verdicts, sure_again(page).lifts) == (again.verdicts, again.lifts)


@many
@given(ruled)
def test_nothing_is_lost_and_nothing_is_moved(page: Page) -> None:
    """Kept + removed are all blocks of the page, each once, in order, with their text."""
    cleaned = clean(page)
    assert [block.text for block in cleaned.blocks] == [block.text for block in page.blocks]
    text, spans = body(cleaned)
    kept = {block.index: block.text for block in cleaned.kept()}
    assert [text[span.start : span.end] for span in spans] == list(kept.values())
    assert text == "\n\n".join(kept.values())
    rows = ledger(cleaned, "0" * 32)
    removed = {row.block: row.text for row in rows}
    assert [row.block for row in rows] == sorted(removed)
    assert len(kept) + len(removed) == len(page.blocks)
    assert sorted((kept | removed).items()) == [(block.index, block.text) for block in page.blocks]


@many
@given(ruled)
def test_what_was_lifted_stands_in_metadata(page: Page) -> None:
    """Of a block with the reason "lifted" something is headline, author or date of the article."""
    cleaned = clean(page)
    found = metadata(cleaned)
    after = with_lifted(cleaned, found)
    for block, before, verdict in zip(after.blocks, cleaned.verdicts, after.verdicts, strict=True):
        if verdict and verdict.reason == Reason.LIFTED:
            assert before and before.reason in (Reason.BYLINE, Reason.TITLE_REPEAT)
            words = squash(block.text)
            named = [squash(name) for name in (found.title or "", *found.authors) if squash(name)]
            dated = any(lift.block == block.index and lift.field in ("published", "modified") for lift in cleaned.lifts)
            assert dated or any(name in words or words in name for name in named)
        else:
            assert verdict == before


@many
@given(ruled)
def test_every_removal_has_a_reason_and_a_rule(page: Page) -> None:
    for row in ledger(clean(page), "0" * 32):
        assert row.reason and row.rule and row.step and 0.0 <= row.score <= 1.0


@many
@given(ruled)
def test_nothing_is_decided_twice(page: Page) -> None:
    """A verdict stands from the step that wrote it to the end of the pipeline."""
    for step in STEPS:
        after = step(page)
        for before, now in zip(page.verdicts, after.verdicts, strict=True):
            assert before is None or now is before
        page = after
    assert None not in page.verdicts


def test_a_second_verdict_is_refused() -> None:
    page = text_page("law", "One line.").decide({0: Verdict(True, "first", "", "rule", "why")})
    with pytest.raises(DecidedTwice, match="block 0"):
        page.decide({0: Verdict(False, "second", "promo", "rule", "why")})


@many
@given(pages)
def test_cleaned_text_loses_nothing_more_to_any_rule(page: Page) -> None:
    """An article's text fed back as text input: no sure rule finds anything in it, a headline aside."""
    cleaned = clean(page)
    if any(block.kind == "code" for block in cleaned.kept()):
        return  # lines of code are left alone because of their markup, which text has not
    if "over_cleaned" in cleaned.flags and not any(
        has_words(keep_rest(way(page, sure, sure_again)).kept()) for way in WAYS[:2]
    ):
        return  # the rules find something in every line of it, and one without text is worse
    text, _ = body(cleaned)
    if DATED_LEAD.match(text):
        return  # at the head of a text it is an extractor's mark, in HTML it is the author's word
    again = sure(replace(text_page("again", text), done=HEADLINE_READ))
    read = zip(again.blocks, again.verdicts, strict=True)
    assert [(block.text, verdict) for block, verdict in read if verdict and not verdict.keep] == []


@many
@given(st.text(max_size=60))
@example("Ã¢â‚¬â„¢ &amp;amp;amp; \u00ad\u200bx")
@example("&lt;b&gt; â€œquotedâ€\x9d")
@example("à¢\r0")
def test_repairing_twice_changes_nothing(text: str) -> None:
    assert repair(repair(text)) == repair(text)


@many
@given(pages)
@example(html_page("law", "<p>hi</p>"))
@example(html_page("law", "<h1>The ferry is back</h1><p>By Agnes Thorley</p>"))
@example(html_page("law", "<figure><img src=a.jpg><figcaption>The bank (Image: Agnes Thorley)</figcaption></figure>"))
@example(html_page("law", "<nav><a href=/>Home</a> <a href=/news>News</a></nav><footer><p>© 2024</p></footer>"))
@example(text_page("law", "We use cookies to improve this site."))
@example(text_page("law", "17\n4\n— — —"))
def test_words_never_make_an_article_without_a_text(page: Page) -> None:
    """Where a page has a letter or a digit, its text has one, but for what rules of its site drop."""
    cleaned = clean(page)
    assert has_words(cleaned.kept()) == has_words(page.blocks)
    lost = all(verdict and not verdict.keep for verdict in run(page, *STEPS).verdicts)
    assert not (lost and has_words(page.blocks)) or "over_cleaned" in cleaned.flags


@many
@given(documents)
def test_same_page_same_bytes(markup: str) -> None:
    first, second = (
        clean_raw(markup.encode(), source="a/b.html", record=None, media="html", folder_host="b.example")
        for _ in range(2)
    )
    assert repr(first) == repr(second)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nordhafen-bote.example", "calderside.police.example"])
def test_same_page_same_bytes_in_another_process(name: str) -> None:
    """Hash seeds differ between processes; articles do not."""
    path = sorted(path for path in (Path("raw") / name).iterdir() if path.suffix in (".html", ".txt"))[0]
    code = (
        "import sys;from pathlib import Path;from cleaners.pipeline import clean_raw;p=Path(sys.argv[1]);"
        "media='html' if p.suffix=='.html' else 'text';"
        "print(clean_raw(p.read_bytes(),source='x',record=None,media=media))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)], env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True,
            text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(answers) == 1


@many
@given(pages)
def test_a_line_reads_the_same_as_text(page: Page) -> None:
    """A block's words and phrases are those a text reader finds in it: the second pass relies on it, and reads none twice."""
    for block, hits in zip(page.blocks, page.hits, strict=True):
        if block.kind != "code" and "\n" not in block.text:
            assert read_line(block.text) == (block.text, block.folded, block.words)
            assert page.rules.scan([block.folded]) == (hits,)


@many
@given(st.lists(texts, max_size=4))
def test_phrases_do_not_depend_on_earlier_pages(earlier: list[str]) -> None:
    """What is remembered of earlier lines changes nothing: rules that saw none find the same, phrase by phrase."""
    for text in earlier:
        lines = [block.folded for block in text_blocks(text)]
        assert built_in().scan(lines) == FORGETFUL.scan(lines[::-1])[::-1]
        FORGETFUL._met.clear()


def test_common_words_are_found_where_they_are_asked_for() -> None:
    blocks = text_blocks("The west bank is ours.\nWe and you.")
    assert built_in().scan([block.folded for block in blocks]) == ({}, {})
    assert [built_in().asks(block.folded, "consent_voice") for block in blocks] == ["", "you"]


@many
@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_plain_words_are_squashed_as_any_others(text: str) -> None:
    assert squash(f"{text} é") == f"{squash(text)} é".lstrip()


@pytest.mark.parametrize(
    ("line", "mended"),
    [
        ("boats " + "e" + "\u0301\u0323" * 400_000 + " home", "boats \u1eb9" + "\u0323" * 14 + "\u0301" * 15 + " home"),
        ("&" + "amp;" * 300_000 + "lt;b>", "<b>"),
    ],
)  # fmt: skip
def test_endless_marks_and_escapes_end(line: str, mended: str) -> None:  # in the square of their number, for days
    assert repair(line) == mended == repair(mended)
