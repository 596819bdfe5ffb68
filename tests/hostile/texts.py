"""Hostile text files: floods of lines, giant lines, runs that make patterns slow, other things named .txt."""

from __future__ import annotations

import random

from hostile.kinds import AFTER, ARTICLE, BEFORE, BOTH, NO_TEXT, NOTHING_SEEN, Kind, numbered, page


def text(name: str, unit: str, size: int, *, shows: tuple[str, ...] = BOTH, allowed: frozenset[str] = ARTICLE) -> Kind:
    """A text with one unit so often between two lines."""
    return Kind(
        name,
        lambda count: f"{BEFORE}\n{numbered(unit, count)}\n{AFTER}\n".encode(errors="surrogatepass"),
        size,
        allowed,
        shows,
        ".txt",
    )


LINES = (
    text("text_many_lines", "Boat # went out in the morning and came home late, its crew said.\n", 20_000),
    text("text_many_short_lines", "boat #\n", 50_000),
    text("text_one_line_again", "The same boats went out again this morning.\n", 50_000),
    text("text_two_lines_again", "The boats went out.\nThe boats came home.\n", 25_000),
    text("text_empty_lines", "\n", 1_000_000),
    text("text_carriage_returns", "boat\r", 50_000),
    text("text_line_separators", "boat\u2028", 50_000),
    text("text_giant_line", "The boats went out. ", 400_000),
    text("text_giant_line_past_the_cut", "The boats went out. ", 850_000, shows=(BEFORE,)),
    text("text_giant_word", "a", 9_000_000),
    text("text_giant_word_past_the_cut", "a", 20_000_000, shows=(BEFORE,)),
    text("text_giant_doubled_line", "Crowds wait for the ferry", 50_000),
    text("text_image_openings", "(Image: ", 100_000),
    text("text_image_closings", "A)", 200_000),
    text("text_pipes", "|", 500_000),
    text("text_dashes", "- ", 300_000),
    text("text_dots", ". ", 300_000),
    text("text_quotes_open", "“a ", 200_000),
    text("text_parentheses", "((((", 200_000),
    text("text_colons", "a: ", 200_000),
    text("text_digits", "1 ", 300_000),
    text("text_dates", "1 March 2026 ", 50_000),
    text("text_iso_dates", "2026-03-01T10:00:00Z ", 50_000),
    text("text_mails", "a@b.example ", 50_000),
    text("text_ats", "@ ", 200_000),
    text("text_links", "https://x.example/# ", 30_000),
    text("text_lt", "<", 300_000),
    text("text_amp", "&a", 200_000),
    text("text_entities", "&amp;amp;", 100_000),
    text("text_mojibake", "Ã©", 200_000),
    text("text_mojibake_of_mojibake", "ÃƒÂ©", 100_000),
    text("text_marks", "\u0301", 500_000),
    text("text_wide_spaces", "\u3000\u2003", 300_000),
    text("text_invisible", "\u200b\u00ad\ufeff", 300_000),
    text("text_by_and", "By A and ", 100_000),
    text("text_capitals", "BOATS ", 200_000),
    text("text_hashtags", "#boats", 100_000),
    text("text_bullets", "• a\n", 30_000),
    text("text_bylines", "By Agnes Thorley\n", 20_000),
    text("text_captions", "Boats in the fog (Image: Agnes Thorley)\n", 20_000),
    text("text_doubled_captions", "Fenmoor Gazette: BoatsBoats (Image: A. Thorley)\n", 10_000),
    text("text_cookie_lines", "We use cookies to make this site work. Accept all cookies\n", 20_000),
    text("text_read_more", "Read more: Boat # is home\n", 20_000),
    text("text_share", "Share\nTweet\n", 20_000),
    text("text_nuls", "\0a", 20, allowed=ARTICLE | NO_TEXT),
    text("text_escape_codes", "\x1b[31mboat\x1b[0m\n", 100),
)

OTHERS = (
    Kind("text_nothing", lambda _: b"", 1, NOTHING_SEEN, (), ".txt"),
    Kind("text_blank", lambda n: b" \n" * n, 100_000, NOTHING_SEEN, (), ".txt"),
    Kind("text_noise", lambda n: random.Random(7).randbytes(n), 500_000, NO_TEXT, (), ".txt"),
    Kind("text_is_html", lambda _: page("<p>It is markup.</p>"), suffix=".txt"),
    Kind("text_is_deep_html", lambda n: page("<div>" * n), 20_000, suffix=".txt"),
    Kind("text_is_a_pdf", lambda _: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 1, NO_TEXT, (), ".txt"),
    Kind("text_is_utf16", lambda _: f"{BEFORE}\n{AFTER}".encode("utf-16"), suffix=".txt"),
    Kind("text_is_markdown", lambda n: (f"{BEFORE}\n\n" + "> " * n + f"\n\n{AFTER}").encode(), 50_000, suffix=".md"),
)

KINDS = (*LINES, *OTHERS)
