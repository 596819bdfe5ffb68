"""This file holds what tests of the accelerator share: the mark of those that need it, and odd words."""

from __future__ import annotations

import pytest

from cleaners._speedups import speedups

built = pytest.mark.skipif(speedups is None, reason="the C parts are not built here: make build")

WORDS = [
    "Word", "plain words", " ", "\n", "\t ", "\r", "\f", "\x1c", "\x85", "\u00a0", "\u2028", "\u3000", "\u0000", " \u0000",
    "\u0000A", ".", "B", "’", "“Q”", "É", "é", "ß", "İ", "Ã©", "â€œ", "Â\u00a0", "&", "&amp;", "&amp;amp;", "&nbsp;", "&lt;b",
    "&gt;", "&quot;", "&am", "&#65;", "& ;", "AT&amp;T", "\u00ad", "\u200b", "\ufeff", "\ud800", "\udfff", "漢字かな", "한국",
    "e\u0301", "\u0301", "😀", "𝒳", "x" * 160, "`", "´", "\u007f", "|", "-", "--", "=", '"', "'", "/",
]  # fmt: skip
