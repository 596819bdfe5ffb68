"""Decodes the bytes of a page: by byte-order mark, header, <meta> and detection, in this order, and whatever they are."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

from cleaners.errors import NotText
from cleaners.read.charset_detection import detect, east_asian, sample_of

UNDECODABLE = "undecodable_bytes"  # the flag of a page with bytes that no encoding reads, now U+FFFD

_PRESCAN = 4_096  # bytes in which a <meta> may declare the encoding; the WHATWG asks for 1,024, pages need more
_BINARY_SAMPLE = 4_096
_MAX_NULS = 0.02  # share of NUL bytes above which bytes that are no UTF-16 are no text
_MAX_CONTROLS = 0.1  # the same for all control bytes that no text uses
_FEW_FAULTS = 0.01  # of the high bytes; an encoding that is declared or named by escapes is right, its page damaged
_MOSTLY_UTF8 = 0.5  # of the high bytes in valid sequences; East Asian legacy text, asked first, reaches as much
_TORN = 0.1  # share of the high bytes outside valid sequences from which text may be East Asian

_SIGNATURES = (
    (b"%PDF-", "a PDF"), (b"\x89PNG\r\n", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"), (b"PK\x03\x04", "a ZIP archive"), (b"PK\x05\x06", "a ZIP archive"), (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh9", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"\x7fELF", "a program"), (b"wOFF", "a font"), (b"wOF2", "a font"), (b"ID3\x03", "an MP3"), (b"ID3\x04", "an MP3"),
    (b"OggS\x00", "an Ogg file"), (b"SQLite format 3\x00", "a database"), (b"\x1aE\xdf\xa3", "a Matroska film"),
    (b"PAR1", "a Parquet file"),
)  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip

# Labels that mean another encoding on the web than Python's codec of that name (encoding.spec.whatwg.org).
_WEB_LABELS = {
    "ascii": "windows-1252", "us-ascii": "windows-1252", "iso-8859-1": "windows-1252", "iso8859-1": "windows-1252",
    "iso_8859-1": "windows-1252", "iso88591": "windows-1252", "latin1": "windows-1252", "latin-1": "windows-1252", "l1": "windows-1252",
    "ansi_x3.4-1968": "windows-1252", "cp819": "windows-1252", "x-cp1252": "windows-1252", "x-user-defined": "windows-1252",
    "iso-8859-9": "windows-1254", "latin5": "windows-1254", "iso8859-9": "windows-1254", "x-cp1254": "windows-1254",
    "iso-8859-11": "windows-874", "tis-620": "windows-874", "dos-874": "windows-874",
    "gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "chinese": "gb18030", "cp936": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "korean": "cp949", "windows-949": "cp949", "ksc5601": "cp949",
    "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs",
    "x-cp1250": "windows-1250", "x-cp1251": "windows-1251", "koi": "koi8-r", "koi8": "koi8-r", "koi8-ru": "koi8-u",
    "iso-8859-8-i": "iso-8859-8", "logical": "iso-8859-8", "visual": "iso-8859-8", "x-mac-cyrillic": "mac-cyrillic",
    "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8", "x-unicode20utf8": "utf-8", "macintosh": "mac-roman", "x-mac-roman": "mac-roman",
}  # fmt: skip
_WIDE = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))
_WEB_CODECS = frozenset(codecs.lookup(name).name for name in (
    "utf-8", "cp866", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-10",
    "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp874", "cp1250",
    "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "gb18030", "hz", "big5hkscs", "euc_jp",
    "iso2022_jp", "iso2022_kr", "cp932", "cp949", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
))  # fmt: skip

_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.S)
_META = re.compile(rb"<meta\s[^>]{0,600}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})", re.I)
_XML = re.compile(rb"^\s{0,9}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:+-]{1,40})", re.I)
_HEADER = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})", re.I)
_HIGH = re.compile(rb"[\x80-\xff]")
_ESCAPED = re.compile("[\udc80-\udcff]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_ISO_2022_KR = b"\x1b$)C"  # stands at the head of such a text; its shifts look binary
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_HTML_START = re.compile(
    r"\s*+(?:<\?xml[^>]{0,300}>\s*+)?+(?:(?><!--.{0,2000}?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAG = re.compile(
    r"</(?:p|div|a|span|h[1-6]|ul|ol|li|table|tr|td|script|style|title|section|article|em|strong|b|i)\s*>|<br\s*/?>",
    re.I,
)
_EAST = (("\t", "~"), ("\u3000", "\u30ff"), ("\u4e00", "\u9fff"), ("\uac00", "\ud7a3"), ("\uff00", "\uffef"))
_MIN_TAGS = 3  # a text about HTML shows one or two


class Decoded(NamedTuple):
    """A page's text, the encoding it was read with, and flags: encoding_mismatch, mixed_encoding, undecodable_bytes."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


def decode(body: bytes, *, header: str | None = None, is_html: bool = True) -> Decoded:
    """The text of a page's bytes, whatever they are; never loses the page.

    `header` is the value of its Content-Type. Byte-order mark, header, <meta> and detection are asked in this order,
    but valid UTF-8 beats a declaration that contradicts it. Raises NotText for binary files, and nothing else.
    """
    for bom, codec in _BOMS:
        if body.startswith(bom):
            return _strictly_or_marked(body[len(bom) :], codec)
    if body.isascii() and _ISO_2022_KR in body[:_PRESCAN]:
        return _strictly_or_marked(body, "iso2022_kr")
    _refuse_binary(body)
    wide = _wide_without_bom(body)
    if wide:
        return _strictly_or_marked(body, wide)
    declared = _declared(body, header, is_html)
    if _ISO_2022_JP.search(body[:65_536]):
        found = _strictly_or_marked(body, "iso2022_jp_ext")
        faults = found.text.count("\ufffd") if found.flags else 0
        if not faults or (body.isascii() and faults <= max(1, _FEW_FAULTS * len(found.text))):
            return Decoded(found.text, "iso-2022-jp", (*_mismatch(declared, "iso2022_jp"), *found.flags))
    if declared in ("hz", "iso2022_kr", "iso2022_jp"):
        return _strictly_or_marked(body, declared)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return _legacy(body, declared)
    return Decoded(text, "utf-8", () if text.isascii() else _mismatch(declared, "utf-8"))


def looks_like_html(text: str) -> bool:
    """True when a text is an HTML document or fragment, whatever its file is called."""
    start = text[:4_096]
    return bool(_HTML_START.match(start)) or len(_HTML_TAG.findall(start)) >= _MIN_TAGS


def _refuse_binary(body: bytes) -> None:
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            raise NotText(f"looks like {kind}, not text")
    if body[4:8] == b"ftyp" or (body[:4] == b"RIFF" and body[8:12] in (b"WEBP", b"WAVE", b"AVI ")):
        raise NotText("looks like an image, sound or film, not text")
    sample = body[:_BINARY_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls and not _wide_without_bom(body):
        nuls = sample.count(0)
        if nuls > _MAX_NULS * len(sample) or controls > _MAX_CONTROLS * len(sample):
            raise NotText(f"looks binary: {nuls} NUL and {controls} control bytes in the first {len(sample)}")


def _wide_without_bom(body: bytes) -> str | None:
    """The UTF-16 or UTF-32 that the places of NUL bytes betray: markup and spaces have one in each wide unit."""
    sample = body[: _BINARY_SAMPLE & ~3]
    if len(sample) < 4 or not _CONTROL.search(sample):
        return None
    nuls = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    even, odd = (nuls[0] + nuls[2]) / 2, (nuls[1] + nuls[3]) / 2
    if max(even, odd) < 0.9 and sample.isascii() and not _CONTROL.search(sample.replace(b"\0", b"")):
        return None  # NULs strewn over ASCII; in wide units half of all bytes would be NUL
    codec = None
    if min(nuls[1:]) > 0.7 and nuls[0] < 0.3:
        codec = "utf-32-le"
    elif min(nuls[:3]) > 0.7 and nuls[3] < 0.3:
        codec = "utf-32-be"
    elif odd > 0.15 and even < 0.02:
        codec = "utf-16-le"
    elif even > 0.15 and odd < 0.02:
        codec = "utf-16-be"
    else:
        shares = sorted((_share_of_east(sample.decode(east, "replace")), east) for east in ("utf-16-le", "utf-16-be"))
        (worse, _), (better, east) = shares
        return east if better > 0.95 and worse < 0.8 else None
    text = sample.decode(codec, "replace")
    return codec if sum(c < " " and not c.isspace() for c in text) <= _MAX_NULS * len(text) else None


def _share_of_east(text: str) -> float:
    """Share of characters that East Asian text is made of; its UTF-16 has NULs in its spaces and digits alone."""
    return sum(any(first <= c <= last for first, last in _EAST) for c in text) / len(text)


def _declared(body: bytes, header: str | None, is_html: bool) -> str | None:
    """The codec that the header, else the document names; None for labels the web does not know."""
    if header and (found := _HEADER.search(header[:1_000])) and (codec := codec_of(found[1])):
        return codec
    if not is_html:
        return None
    start = body[:_PRESCAN]
    if b"<!--" in start:
        start = _COMMENT.sub(b"", start)
    named = _META.search(start) or _XML.match(start)
    codec = codec_of(named[1].decode("ascii", "replace")) if named else None
    return "utf-8" if codec in _WIDE else codec  # a declaration that can be read as ASCII is not in UTF-16


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """Python's name of the codec that browsers use for this label; None when they know none."""
    low = label.strip().lower()
    try:
        name = codecs.lookup(_WEB_LABELS.get(low, low)).name
    except (LookupError, ValueError):
        return None
    return name if name in _WEB_CODECS else None


def _mismatch(declared: str | None, used: str) -> tuple[str, ...]:
    return ("encoding_mismatch",) if declared and declared != used else ()


def _legacy(body: bytes, declared: str | None) -> Decoded:
    """Bytes that are not UTF-8 throughout: the declared encoding, UTF-8 with damage or foreign lines, or a guess."""
    if declared and declared not in _WIDE and declared != "utf-8":
        decoded = _try(body, declared)
        if decoded is not None:
            return Decoded(decoded, declared)
    high = len(_HIGH.findall(body))
    escaped = body.decode("utf-8", "surrogateescape")
    faults = sum(map(len, _ESCAPED.findall(escaped)))
    east = east_asian(sample_of(body)) if faults > _TORN * high else None
    if east is None and high - faults >= _MOSTLY_UTF8 * high:
        return _mixed(body, declared)
    if declared and declared not in _WIDE and declared != "utf-8":
        replaced = body.decode(declared, "replace")
        if replaced.count("\ufffd") <= max(1, _FEW_FAULTS * high):
            return Decoded(replaced, declared, (UNDECODABLE,))
    guessed = detect(body)
    found = _strictly_or_marked(body, guessed)
    return found._replace(flags=(*_mismatch(declared, guessed), *found.flags))


def _mixed(body: bytes, declared: str | None) -> Decoded:
    """UTF-8 lines as UTF-8; lines without any UTF-8 in the fallback; single stray bytes as cp1252, others marked."""
    fallback = declared if declared and declared != "utf-8" and declared not in _WIDE else None
    lines: list[str] = []
    foreign: list[bytes] = []
    for line in body.split(b"\n"):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            escaped = line.decode("utf-8", "surrogateescape")
            if _ESCAPED.sub("", escaped).isascii():
                foreign.append(line)
            lines.append(escaped)
    if foreign and fallback is None:
        fallback = detect(b"\n".join(foreign))
    flags: set[str] = set(_mismatch(declared, "utf-8"))
    for number, text in enumerate(lines):
        if not _ESCAPED.search(text):
            continue
        raw = text.encode("utf-8", "surrogateescape")
        if fallback and _ESCAPED.sub("", text).isascii() and (decoded := _try(raw, fallback)) is not None:
            lines[number] = decoded
            flags.add("mixed_encoding")
            continue
        lines[number] = _ESCAPED.sub(_stray, text)
        flags.add(UNDECODABLE if "\ufffd" in lines[number] else "mixed_encoding")
    return Decoded("\n".join(lines), "utf-8", tuple(sorted(flags)))


def _stray(found: re.Match[str]) -> str:
    """A lone cp1252 byte inside UTF-8 is a pasted quote or letter; a run is a torn character."""
    raw = found[0].encode("utf-8", "surrogateescape")
    if len(raw) == 1 and (raw[0] < 0xC2 or _next_is_letter(found)):
        return _cp1252(raw)
    return "\ufffd"


def _next_is_letter(found: re.Match[str]) -> bool:
    return found.string[found.end() : found.end() + 1].isalpha()


def _try(body: bytes, codec: str) -> str | None:
    """The text when every byte means something in this codec, else None."""
    if codec == "cp1252":
        return _cp1252(body)
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None


def _cp1252(body: bytes) -> str:
    """Windows-1252 as browsers read it: the five bytes it leaves out are the controls of Latin-1."""
    return body.decode("cp1252", "copydesk-latin1")


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("copydesk-latin1", _as_latin1)


def _strictly_or_marked(body: bytes, codec: str) -> Decoded:
    decoded = _try(body, codec)
    if decoded is not None:
        return Decoded(decoded, codec)
    return Decoded(body.decode(codec, "replace"), codec, (UNDECODABLE,))
