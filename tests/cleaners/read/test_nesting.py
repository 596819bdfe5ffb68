"""Boxes in boxes without end: their text stays, and no page is taken for one by its look."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from cleaners.read import nesting
from cleaners.read.html import parse_tree, walk
from cleaners.read.nesting import DEEPEST, shallow

MANY = 20_000


def lines(markup: str) -> list[str]:
    return [block.text for block in walk(parse_tree(markup)).blocks]


def depth(markup: str) -> int:
    """Open elements around the paragraph that has most."""
    tree, deepest = parse_tree(markup), 0
    for node in tree.css("p"):
        above = 0
        while (node := node.parent) is not None:
            above += 1
        deepest = max(deepest, above)
    return deepest


@pytest.mark.parametrize(
    ("why", "markup"),
    [
        ("where one begins, the one before ends", "<p>x" * MANY),
        ("the same in lists", f"<ul>{'<li>x' * MANY}</ul><dl>{'<dt>x<dd>y' * MANY}</dl>"),
        ("the same in tables", f"<table>{'<tr><td>x<td>y' * MANY}</table>"),
        ("the same in forms", f"<select>{'<option>x' * MANY}</select>{'<button>x' * MANY}"),
        ("they hold nothing", "<br><img src=x><hr><input><wbr>" * MANY),
        ("beside each other", '<div class="a">x</div><DIV>y</div\n><span>z</span>' * MANY),
        ("one letter, and more behind it", '<b class="a">x</b><i\n>y</i><u>z</U>' * MANY),
        ("text", "a < b <3 <- </ < < " * MANY),
        ("attributes", "<p" + ' a="b" c' * 128 + ">" + "words and " * MANY + "</p>"),
        ("as deep as may be", f"{'<div>' * DEEPEST}x{'</div>' * DEEPEST}" * 3),
        ("tables in tables cost nothing", "<table><tr><td>" * DEEPEST * 2),
    ],
)
def test_what_only_looks_deep_stays_as_it_is(why: str, markup: str) -> None:
    assert not nesting._costly(markup.encode()), why
    assert shallow(markup.encode()) == markup.encode(), why


def test_boxes_named_in_comments_and_scripts_are_none() -> None:
    markup = f"<!-- {'<div>' * MANY} --><script>{'<div>' * MANY}</script>".encode()
    assert not nesting._costly(markup)
    markup += f"<p title='{'<div>' * MANY}'>x</p>".encode()
    assert nesting._costly(markup)
    assert shallow(markup) == markup


@pytest.mark.slow
@pytest.mark.parametrize("name", ["div", "blockquote", "span", "b", "ins", "label", "x-box", "box", "br-box"])
def test_lines_of_deep_boxes_stay_in_order_and_the_tree_stays_low(name: str) -> None:
    opened = "".join(f"<{name} class=level>\n<p>in {i}</p>\n" for i in range(3_000))
    closed = "".join(f"</{name}>\n<p>out {i}</p>\n" for i in range(3_000))
    said = [f"in {i}" for i in range(3_000)] + [f"out {i}" for i in range(3_000)]
    assert lines(opened + closed) == said
    assert lines(opened) == said[:3_000]  # never closed
    assert depth(opened + closed) <= DEEPEST + 3


def test_lists_in_lists_keep_their_items() -> None:
    markup = "".join(f"<ul><li>item {i}" for i in range(3_000)) + "</li></ul>" * 3_000
    assert lines(markup) == [f"item {i}" for i in range(3_000)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div>a<div>b</div>c</div>d", "<div>a<div></div>b<div></div>c</div>d"),
        ("<div><div><div>a</div></div></div>", "<div><div></div>a<div></div></div>"),  # one of a run is enough
        ("<div><DIV>a</Div><p>b</div>c", "<div><div></div>a<div></div><p>b</div>c"),
        ("<div><section><div>a", "<div><section><div></div>a"),  # by name
        ("</div><div>a</div>", "</div><div>a</div>"),  # what ends too often begins no less often
        ("<div><div a='>\"' b=\"'>\" c=d'e>a", "<div><div></div>a"),
        ('<div><div ="a>b">c', '<div><div></div>b">c'),  # no value without a name before it
        ('<div><div a=b"c>d"><div e=>f', '<div><div></div>d"><div></div>f'),  # nor a quote inside a bare one
        ("<div><div a = '>'>b", "<div><div></div>b"),
        ('<div><a title="<div>">b</a>', '<div><a title="<div>">b</a>'),
        ("<div><!-- <div> --!><div>a", "<div><!-- <div> --!><div></div>a"),
        ("<div><!--><div>a --><div>b", "<div><!--><div></div>a --><div></div>b"),
        ("<div><!doctype <div>a<?x <div>b</ <div>c", "<div><!doctype <div>a<?x <div>b</ <div>c"),
        ("<div><script>'<div>'</scripts></SCRIPT ><div>a", "<div><script>'<div>'</scripts></SCRIPT ><div></div>a"),
        ("<div><textarea><div></textarea><title><div>", "<div><textarea><div></textarea><title><div>"),
        ("<div><plaintext><div>a</plaintext><div>", "<div><plaintext><div>a</plaintext><div>"),
        ("<div><divan>a<div/>b<div", "<div><divan>a<div></div>b<div></div>"),  # an unfinished tag shows nothing
        ("<div><a title='<div>a", "<div><a title='<div>a"),
        ("<div>é<div>漢</div>", "<div>é<div></div>漢<div></div>"),
    ],
)
def test_tags_end_where_they_end(markup: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "DEEPEST", 1)
    assert shallow(markup.encode()).decode() == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p a b>c", "<p a b>c"),
        ("<p a b c>d", "<p a b>d"),
        ("<p a=1 b = '>' c='\">' d>e", "<p a=1 b = '>'>e"),
        ("<P\na/b/c>d", "<P\na/b>d"),
        ("<p a=\"x\"b='y'c>d", "<p a=\"x\"b='y'>d"),
        ("<p =a b =c>d", "<p =a b =c>d"),
        ("<p =a b c>d", "<p =a b>d"),
        ("<svg><path a b c/>d</svg>", "<svg><path a b/>d</svg>"),
        ("<script a b c>x<y a b c></script>", "<script a b>x<y a b c></script>"),
        ("<plaintext a b c>x<y a b c>", "<plaintext a b>x<y a b c>"),
        ("<!-- <p a b c> --></p a b c>a <b a b c", "<!-- <p a b c> --></p>a <b a b>"),
    ],
)
def test_a_tag_keeps_its_first_attributes(markup: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_ATTRIBUTES", 2)
    assert shallow(markup.encode()).decode() == expected
    assert shallow(expected.encode()).decode() == expected


def test_letters_never_closed_begin_again_in_a_bearable_number_of_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    markup = b"<b id=1>a<b id=2>b<i>c</i></b><p>d<p>e"
    assert shallow(markup) == markup
    monkeypatch.setattr(nesting, "MOST_AGAIN", 11)
    assert not nesting._costly(markup)
    monkeypatch.setattr(nesting, "MOST_AGAIN", 10)
    assert shallow(markup) == b"<b id=1>a<b></b>b<i>c</i><b></b><p>d<p>e"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p a b><p a b><i c>d", "<p a b><p a b><i>d"),
        ("<p a=1 B=2><p b=3 c=4 a=5>d", "<p a=1 B=2><p b=3 a=5>d"),
        ("<x-a>1</x-a><box>2</box><x-b c>3</x-b>", "<x-a>1</x-a><box>2</box><x->3</x->"),
        ("<one></two><three/>a</four><p>", "<one></two><x/>a</x><p>"),
        ("<!-- <p a b c> --><p a>b<p c>d</p e>", "<!-- <p a b c> --><p a>b<p c>d</p>"),
    ],
)
def test_a_page_keeps_its_first_names(markup: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_NAMES", 2)
    assert nesting._costly(markup.encode())
    assert shallow(markup.encode()).decode() == expected
    assert shallow(expected.encode()).decode() == expected


NAMES = ["div", "section", "ul", "span", "b", "font", "p", "li", "a", "h2", "table", "tr", "td", "x-own", "br", "DIV"]
ATTRIBUTES = [
    "",
    " class=a",
    ' title="<div>"',
    " title='<b>\">'",
    ' a=b"c',
    ' ="x"',
    " a = 'x>'",
    "/",
    " a=/b/",
    "\n",
    ' "',
]
markups = st.lists(
    st.one_of(
        st.just(" word"),
        st.tuples(st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES)).map(lambda tag: f"<{tag[0]}{tag[1]}>"),
        st.sampled_from(NAMES).map(lambda name: f"</{name}>"),
        st.sampled_from(
            ["<!-- <div> -->", "<!-->", "<!x <b>", "<script> '<div>\"' </script>", "<textarea> <b> </textarea>", " a < b ", "</>", " &lt;div> "]
        ),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(markups)
def test_no_text_is_lost(pieces: list[str]) -> None:
    markup = "".join(f"{piece}{i} " if piece == " word" else piece for i, piece in enumerate(pieces)).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nesting, "DEEPEST", 1)
        kept = LexborHTMLParser(shallow(markup)).root
    whole = LexborHTMLParser(markup).root
    assert kept is not None and whole is not None
    assert sorted(kept.text().split()) == sorted(whole.text().split())
