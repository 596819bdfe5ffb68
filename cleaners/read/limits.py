"""How much of a page or record is read: the depth of its JSON, and what of a giant page nobody would see."""

from __future__ import annotations

import re
from typing import Any

DEEPEST = 100  # lists and objects in each other; at 254 the fast writer gives up, at some 900 Python does
LONGEST_UNSEEN = 256_000  # bytes of one script, comment or attribute value; longer JSON-LD is not read anyway
_UNSEEN = frozenset(b"script style iframe noembed noframes".split())
_VALUE = re.compile(rb"""=[ \t\n\r\f]*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\r\f"'>][^ \t\n\r\f>]*+)""")


def too_deep(value: Any) -> bool:
    """Whether lists and objects are nested more than DEEPEST deep."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def without_unseen(markup: str) -> str:
    """The markup without the scripts, styles, comments and attribute values longer than LONGEST_UNSEEN; tags stay."""
    from cleaners.read.nesting import PIECE  # not at the top: a run asks for the depth of JSON and needs no more

    whole = markup.encode(errors="surrogatepass")
    parts: list[bytes] = []
    at = 0
    for piece in PIECE.finditer(whole):
        if piece.end() - piece.start() > LONGEST_UNSEEN:
            parts += (whole[at : piece.start()], _short(piece))
            at = piece.end()
    parts.append(whole[at:])
    return b"".join(parts).decode(errors="surrogatepass")


def _short(piece: re.Match[bytes]) -> bytes:
    if piece[0].startswith((b"<!", b"<?", b"</")) and not piece["name"]:
        return b""
    from cleaners.read.nesting import START  # as above

    tag = START.match(piece[0])
    if tag is None:  # an end tag
        return b"</%b>" % piece["name"]
    content = b"" if (piece["raw"] or b"").lower() in _UNSEEN else piece[0][tag.end() :]
    if not tag[0].endswith(b">"):
        return b""  # it never ends, and shows nothing
    return _VALUE.sub(lambda value: value[0] if len(value[0]) <= LONGEST_UNSEEN else b'=""', tag[0]) + content
