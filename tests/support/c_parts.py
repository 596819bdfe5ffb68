"""What tests of the C parts share: the mark of those that need them, odd words, and markup drawn from odd tags."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from cleaners._speedups import speedups

built = pytest.mark.skipif(speedups is None, reason="the C parts are not built here: make build")

WORDS = [
    "Word", "plain words", " ", "\n", "\t ", "\r", "\f", "\x1c", "\x85", "\u00a0", "\u2028", "\u3000", "\u0000", " \u0000",
    "\u0000A", ".", "B", "’", "“Q”", "É", "é", "ß", "İ", "Ã©", "â€œ", "Â\u00a0", "&", "&amp;", "&amp;amp;", "&nbsp;", "&lt;b",
    "&gt;", "&quot;", "&am", "&#65;", "& ;", "AT&amp;T", "\u00ad", "\u200b", "\ufeff", "\ud800", "\udfff", "漢字かな", "한국",
    "e\u0301", "\u0301", "😀", "𝒳", "x" * 160, "`", "´", "\u007f", "|", "-", "--", "=", '"', "'", "/",
]  # fmt: skip

_TAGS = [
    "p", "div", "html", "body", "main", "article", "section", "h1", "h6", "h7", "ul", "li", "table", "tr", "td", "th", "pre",
    "textarea", "code", "blockquote", "figure", "figcaption", "nav", "footer", "header", "a", "b", "span", "em", "sup",
    "i", "x-own", "time", "img", "br", "hr", "input", "wbr", "h\u00e9", "a:b", "Div", "xmp", "1",
]  # fmt: skip
_ATTRIBUTES = [
    ' class="byline Author"', ' class=""', ' id="Comments-1"', ' class="É caption"', ' class="a\nb  c"', ' class="x="',
    ' alt="A picture"', ' alt=""', ' alt="&amp;quot; É"', ' alt="  "', ' alt=" Ã©  x"', ' alt="&nbsp;a\nb &#65;"', ' alt="x \u0000Y"', ' data-alt="no"', ' href="/x?a=b&amp;c"', ' style="display:none"',
    ' role="navigation"', ' role="É"', ' hidden=""', ' aria-label="Cookie"', ' itemprop="articleBody"', ' rel="author"',
    ' title="a>b"', ' title="x alt="', ' é="x"', " plain", " alt=bare", ' half="', '"', " ", "  ", "/", "\n", ' a="1"b="2"',
    f' class="{"long " * 90}"', f' aria-label="{"long " * 90}"', f' src="{"long" * 120}"', ' ="x"', ' a<b="c"',
]  # fmt: skip
_START = st.tuples(st.sampled_from(_TAGS), st.lists(st.sampled_from(_ATTRIBUTES), max_size=4).map("".join))
_PIECES = st.one_of(
    st.sampled_from(WORDS),
    _START.map(lambda tag: f"<{tag[0]}{tag[1]}>"),
    st.sampled_from(_TAGS).map(lambda tag: f"</{tag}>"),
    st.sampled_from(
        ["<", ">", "<!--", "-->", "<!-->", "<!-- x -->", "</", "<>", "<!doctype html>", "<a", "</p", "<?x?>"]
    ),
    st.text(max_size=8),
)
MARKUPS = st.lists(_PIECES, max_size=30).map("".join)
