"""Reads web archives: the pages among their records, and what was lost between them.

A record says how long it is. Where that cannot be true, the next record is looked for by its first line, as it is behind
bytes that cannot be unpacked; so a broken record costs itself. A record that lost its end may by chance seem to end
where another does, with that one inside: its digest tells it from a page about web archives, else its surroundings do.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cleaners.vocabulary import QuarantineReason
from flows.errors import Trouble, Unreadable
from flows.read.archive_members import Lost, Sound, archive_members
from flows.read.files import LONGEST_PAGE, Line, broken_off, opened

LONGEST_HEAD = 64 * 1024  # bytes of the header of a record, or of the response in it
MOST_DIGITS = 12  # of a length
BEHIND = 40  # bytes behind a record by which its length is believed
PATIENCE = 8  # times the bytes of the stream: looked at in records that may hold another, before all are believed
A_HEAD = 1_000  # bytes that are looked at in the time that reading the header of a record takes

PAGES = frozenset(("text/html", "application/xhtml+xml", "text/plain"))
NO_PAGE = frozenset((204, 205))  # answers of success without content

_FIRST_LINE = re.compile(rb"WARC/[01]\.\d{1,3}[ \t]*\r?\n")
_NEXT = re.compile(rb"(?=WARC/[01]\.\d{1,3}[ \t]*\r?\n[A-Za-z-]{1,40}:)")
_BEHIND = re.compile(  # the first line of a record, or as much as was left of one
    rb"WARC/[01]\.\d{1,3}[ \t]*\r?\n|(?:W(?:A(?:R(?:C(?:/[\d.]{0,5})?)?)?)?)?[\r\n]*(?:\Z|WARC/[01]\.)"
)
_BEGUN = re.compile(rb"W(?:A(?:R(?:C(?:/[\d.]{0,5}[ \t]*(?:\r?\n[A-Za-z-]{0,40})?\r?)?)?)?)?\Z")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_LINE_ENDS = b"\r\n"
_RECORD_END = b"\r\n\r\n"
_LONGEST_FIRST_LINE = 80  # bytes, with the name of the field below it
_DIGESTS = {"sha1": "sha1", "sha-1": "sha1", "sha256": "sha256", "sha-256": "sha256", "sha512": "sha512", "md5": "md5"}


class Record(NamedTuple):
    """One record: its header, its content, and whether that is less than it was, or more than is held."""

    said: dict[str, str]
    block: bytes
    cut: bool = False
    too_large: bool = False


def read_warc(path: Path, codec: str) -> Iterator[Line]:
    """A line for each record in order: a page, one that is none, or trouble where bytes are lost. Never raises.

    The payload of a page is the content of its response as it was sent; its fields are `url`, `fetched_at`, `id`,
    `headers`, and `truncated` where it is known to be cut.
    """
    number = 0
    try:
        with opened(path) as file:
            for found in records(archive_members(file, codec), "what it unpacks to" if codec else "the file"):
                yield _lost(number, found) if isinstance(found, Lost) else _line(number, found)
                number += 1
        if not number:
            yield Line(0, trouble=Trouble(QuarantineReason.EMPTY, "there is no record in it; remove it"), last=True)
    except Unreadable as error:
        yield broken_off(number, error, "records")


def _lost(number: int, lost: Lost) -> Line:
    lost_bytes = f"bytes {lost.first:,} to {lost.last:,} of {lost.of} are lost ({lost.why})"
    detail = f"{lost_bytes}, the records around are kept; fetch it again"
    return Line(number, trouble=Trouble(QuarantineReason.BROKEN_RECORD, detail))


def _line(number: int, record: Record) -> Line:
    """What a run makes of a record: a page, a record without one, or trouble."""
    said = record.said
    if said.get("warc-type", "").lower() != "response" or not _is_http(said):
        return Line(number, skipped=True)
    end = _HEAD_END.search(record.block, 0, LONGEST_HEAD)
    status = _STATUS.match(record.block)
    if end is None or status is None:
        return Line(number, trouble=Trouble(QuarantineReason.BAD_RECORD, "it holds no HTTP response; export it again"))
    answer = int(status[1])
    headers = _fields(record.block[: end.start()])
    kind = headers.get("content-type", said.get("warc-identified-payload-type", "")).partition(";")[0].strip().lower()
    if answer < 200 or 300 <= answer < 400 or answer in NO_PAGE or (kind and kind not in PAGES):
        return Line(number, skipped=True)
    if answer >= 400:
        return Line(
            number, trouble=Trouble(QuarantineReason.HTTP_ERROR, f"the server answered {answer}; fetch the page again")
        )
    if record.too_large:
        return Line(
            number,
            trouble=Trouble(QuarantineReason.TOO_LARGE, f"more than {LONGEST_PAGE:,} bytes; no article is that long"),
        )
    fields: dict[str, Any] = {
        "url": said.get("warc-target-uri", "").strip("<>"), "fetched_at": said.get("warc-date", ""),
        "id": said.get("warc-record-id", "").strip("<>"), "headers": headers,
    }  # fmt: skip
    if record.cut or "warc-truncated" in said:
        fields["truncated"] = True
    return Line(number, record.block[end.end() :], fields=fields, media="warc")


def _is_http(said: dict[str, str]) -> bool:
    kind = said.get("content-type", "application/http").lower()
    return kind.startswith("application/http") and said.get("warc-target-uri", "").strip("<").lower().startswith("http")


def _fields(head: bytes) -> dict[str, str]:
    """The fields of a header by their names in lower case; of several of one name the first."""
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    found: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", text).split("\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def records(pieces: Iterator[bytes | Lost | Sound], of: str) -> Iterator[Record | Lost]:
    """The records in a stream, and what was lost of it, in order; `of` names the stream for what is said of lost bytes."""
    reader = Reader(of)
    sound = False  # True between two members of an archive: a record ends there, or goes on in the next
    for piece in pieces:
        if isinstance(piece, Sound):
            yield from reader.read(paused=True)
            sound = True
            continue
        if isinstance(piece, Lost):
            if sound:
                yield from reader.read(ended=True)
            reader.give_up()
            yield piece
        else:
            if sound and _FIRST_LINE.match(piece):
                yield from reader.read(ended=True)
            reader.held += piece
            yield from reader.read()
        sound = False
    yield from reader.read(ended=True)


def _head(held: bytes | bytearray, at: int) -> tuple[dict[str, str], int, int] | None:
    """The fields of the record that begins at `at`, where its content begins, and before which byte it ends; None where
    its header is not whole or does not say how long the content is."""
    end = _HEAD_END.search(held, at, at + LONGEST_HEAD)
    if end is None or not _FIRST_LINE.match(held, at) or _NEXT.search(held, at + 1, end.start()):
        return None
    said = _fields(bytes(held[at : end.start()]))
    length = said.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) <= MOST_DIGITS):
        return None
    return said, end.end(), end.end() + int(length)


def _is_proven(said: dict[str, str], block: bytes) -> bool:
    """True when a digest of the record, or of the payload in it, is that of these bytes."""
    end = _HEAD_END.search(block, 0, LONGEST_HEAD)
    payload = block[end.end() :] if end else block
    return _has_digest(said.get("warc-block-digest", ""), block) or _has_digest(
        said.get("warc-payload-digest", ""), payload
    )


def _is_refuted(said: dict[str, str], held: bytearray, body: int, stop: int) -> bool:
    """True when the record has a digest that can be read, and it is not that of these bytes.

    That of the payload alone is none to go by: crawlers differ in what they take for it.
    """
    stated = said.get("warc-block-digest", "")
    if stop - body > LONGEST_PAGE or stated.partition(":")[0].strip().lower() not in _DIGESTS:
        return False
    return not _has_digest(stated, bytes(held[body:stop]))


def _has_digest(stated: str, content: bytes) -> bool:
    kind, _, value = stated.partition(":")
    name = _DIGESTS.get(kind.strip().lower())
    if name is None:
        return False
    found = hashlib.new(name, content, usedforsecurity=False)
    if value.strip().lower() == found.hexdigest():
        return True
    try:
        return base64.b32decode(value.strip().upper() + "=" * (-len(value.strip()) % 8)) == found.digest()
    except (binascii.Error, ValueError):
        return False


def _starts(held: bytearray, first: int, last: int) -> Iterator[int]:
    """Where a record may begin, from the first to before the last byte."""
    at = held.find(b"WARC/", first, last)
    while at >= 0:
        if _NEXT.match(held, at):
            yield at
        at = held.find(b"WARC/", at + 1, last)


def _line_ends(held: bytes | bytearray, at: int) -> int:
    """How many bytes of line ends stand there."""
    behind = bytes(held[at : at + LONGEST_HEAD])
    return len(behind) - len(behind.lstrip(_LINE_ENDS))


class Reader:
    """What came of the stream and belongs to no record yet.

    A record is given away once something sound stands behind it: what breaks a member may show only at its end.
    """

    def __init__(self, of: str) -> None:
        self.held = bytearray()
        self.looked_at = 0  # bytes that were looked at in records that may hold another
        self._of = of
        self._at = 0  # bytes of the stream before what is held
        self._searched = 0  # bytes of what is held in which no record begins
        self._astray = False  # True when what comes may be the middle of a record that is told as lost already
        self._gap = 0  # bytes of line ends before what is held, where these part two records

    def give_up(self) -> None:
        """Forget what is held: the record it belongs to is not whole."""
        self._forget(len(self.held))
        self._astray = True

    def read(self, *, paused: bool = False, ended: bool = False) -> Iterator[Record | Lost]:
        """What is complete; what could be, when the stream `paused` here; all that is held, when it `ended`."""
        while self.held:
            before = len(self.held)
            found = self._next(paused, ended)
            if found is not None:
                yield found
            elif len(self.held) == before:
                return

    def _next(self, paused: bool, ended: bool) -> Record | Lost | None:
        """The next record or loss; None when something was only skipped, or when more must come."""
        start = bytes(self.held[:LONGEST_HEAD])
        blank = len(start) - len(start.lstrip(_LINE_ENDS))
        if blank:
            gap = self._gap + blank
            self._forget(blank)
            self._gap = gap
            return None
        if len(start) < _LONGEST_FIRST_LINE and not ended:
            return None
        if not _FIRST_LINE.match(start):
            return self._skip(ended, "no record begins there")
        end = _HEAD_END.search(start)
        other = _NEXT.search(start, 1, end.start() if end else len(start))
        if end is None and other is None and len(start) < LONGEST_HEAD and not ended:
            return None
        head = None if other else _head(start, 0)
        if head is None:
            return self._skip(ended, "a record that does not say how long it is")
        self._astray = False
        return self._record(*head, paused, ended)

    def _record(self, said: dict[str, str], body: int, stop: int, paused: bool, ended: bool) -> Record | None:
        """The record whose content should go from `body` to before `stop`; None when more must come to tell."""
        full = len(self.held) > body + LONGEST_PAGE + BEHIND
        if len(self.held) < stop + BEHIND and not (full or ended or (paused and len(self.held) >= stop)):
            return None
        behind = bytes(self.held[stop : stop + BEHIND])
        next_to_another = _BEHIND.match(behind.lstrip(_LINE_ENDS)) is not None
        if len(self.held) >= stop and (next_to_another or behind.startswith(_RECORD_END)):
            more = len(behind) < BEHIND and not (full or ended)  # must come, should there be any doubt
            if more and _BEGUN.search(self.held, max(body, stop - _LONGEST_FIRST_LINE)):
                return None
            first = self._doubtful(said, body, stop)
            if first is not None and more:
                return None
            swallowed = None if first is None else self._swallowed(said, body, first, stop, next_to_another)
            if swallowed is not None:
                content = bytes(self.held[body:swallowed]).rstrip(_LINE_ENDS)
                return self._give(Record(said, content, cut=True), swallowed)
            too_large = stop - body > LONGEST_PAGE
            content = bytes(self.held[body : body + LONGEST_HEAD if too_large else stop])
            return self._give(Record(said, content, too_large=too_large), stop)
        found = _NEXT.search(self.held, max(body, self._searched))
        if found is None and not ended:
            self._searched = len(self.held) - _LONGEST_FIRST_LINE
            if not full:
                return None
            self._astray = True
            return self._give(
                Record(said, bytes(self.held[body : body + LONGEST_HEAD]), too_large=True), self._searched
            )
        until = found.end() if found else len(self.held)
        content = bytes(self.held[body:until]).rstrip(_LINE_ENDS)
        return self._give(Record(said, content, cut=until < stop), until)

    def _doubtful(self, said: dict[str, str], body: int, stop: int) -> int | None:
        """Where a record seems to begin within this one; None when there is none, or this one is proven by its digest."""
        first = next(_starts(self.held, body, stop), None)
        if first is None or self.looked_at > self._patience():
            return None
        self.looked_at += stop - body
        return None if stop - body <= LONGEST_PAGE and _is_proven(said, bytes(self.held[body:stop])) else first

    def _patience(self) -> int:
        return PATIENCE * (self._at + len(self.held))

    def _swallowed(self, said: dict[str, str], body: int, first: int, stop: int, next_to_another: bool) -> int | None:
        """Where the record begins that came into this one because this one lost its end; None when it is what it says.

        One that holds another to its last byte may also be an archive in an archive; then the inner one brings the
        line ends behind it, and as many as are usual here, or else between the inner ones, stand behind both. One whose
        digest says otherwise is none.
        """
        before = bytes(self.held[max(0, first - LONGEST_HEAD) : first])
        gap = self._gap or max(len(_RECORD_END), len(before) - len(before.rstrip(_LINE_ENDS)))
        seen: set[int] = set()
        for start in _starts(self.held, first, stop):
            at = start
            while at < stop and at not in seen and self.looked_at <= self._patience():
                seen.add(at)
                head = _head(self.held, at)
                self.looked_at += A_HEAD if head else LONGEST_HEAD
                if head is None or "warc-type" not in head[0]:
                    break
                end = head[2]
                at = end + _line_ends(self.held, end)
                if at < stop and not self._gap:
                    gap = at - end
                if end > stop and not next_to_another:
                    return start
                if end <= stop <= at:
                    is_inside = stop > end and at - stop == gap and not _is_refuted(said, self.held, body, stop)
                    return None if is_inside else start
        return None

    def _skip(self, ended: bool, why: str) -> Lost | None:
        """Go on to where the next record begins; what stands before it is lost, and told once."""
        found = _NEXT.search(self.held, max(1, self._searched))
        until = found.end() if found else len(self.held)
        if found is None and not ended:
            until = max(0, until - _LONGEST_FIRST_LINE)
            if not self._astray and until < LONGEST_PAGE:
                self._searched = until
                return None
        lost = None if self._astray else Lost(self._at, self._at + until, why, self._of)
        self._forget(until)
        self._astray = found is None and not ended
        return lost

    def _give(self, record: Record, until: int) -> Record:
        self._forget(until)
        return record

    def _forget(self, length: int) -> None:
        del self.held[:length]
        self._at += length
        self._searched = self._gap = 0
