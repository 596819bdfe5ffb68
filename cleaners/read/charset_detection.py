"""Detects legacy encodings of bytes that are no UTF-8: multi-byte ones by what they decode to, alphabets by letters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

_SAMPLE = 16_384  # bytes with high bits, with their lines, from which an undeclared encoding is told
_PAIRED = 0.6  # least share of high bytes beside another one in East Asian text
_SPARSE = 2.0  # bytes; in Latin alphabets high bytes stand alone, in others they make words
_KNOWN_LETTERS = 0.85  # least share of high characters that a Latin alphabet has
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+[\x20-\x7e]{0,40}")
_RUNS = re.compile(rb"[\x80-\xff]+")

_COMMON_HAN = frozenset("的一是不了在人有我他这这個个们中来上大为为和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實新日月報报")  # fmt: skip
_KANA = range(0x3041, 0x30FB)
_HANGUL = range(0xAC00, 0xD7A4)


def _japanese(text: str) -> float:
    return _share(text, lambda character: ord(character) in _KANA)


def _korean(text: str) -> float:
    return _share(text, lambda character: ord(character) in _HANGUL)


def _chinese(text: str) -> float:
    return _share(text, lambda character: character in _COMMON_HAN)


def _share(text: str, wanted: Callable[[str], bool]) -> float:
    foreign = [character for character in text if character > "\x7f"]
    return sum(map(wanted, foreign)) / len(foreign) if foreign else 0.0


# Codec, what its text is full of, and the least share of that among its characters beyond ASCII.
_MULTI: tuple[tuple[str, Callable[[str], float], float], ...] = (
    ("euc_jp", _japanese, 0.15), ("cp932", _japanese, 0.15), ("cp949", _korean, 0.7), ("gb18030", _chinese, 0.12),
    ("big5hkscs", _chinese, 0.12), ("johab", _korean, 0.7),
)  # fmt: skip
_OTHER_ALPHABETS = (
    "cp1251",
    "koi8-r",
    "iso8859-5",
    "cp866",
    "cp855",
    "mac_cyrillic",
    "cp1253",
    "iso8859-7",
    "cp1255",
    "cp1256",
    "cp1258",
    "cp874",
)
_SIGNS = "\u00a0“”„‘’‚–—…«»‹›€£§°©®™·•¿¡´"
_WESTERN = "äöüßÄÖÜéèêëàâáãåæçñíìîïóòôõøœúùûýÿþðÉÈÊÀÁÂÃÅÆÇÑÍÎÓÔÕØŒÚÛÝÞÐºª"
# Codecs of the Latin alphabets, likeliest first, with the letters of one language or two: an alphabet read in the wrong
# codec shows letters that no single language has.
_LATIN: tuple[tuple[str, str], ...] = (
    ("cp1252", "äöüßÄÖÜé"), ("cp1252", "éèêëàâçîïôœùûüÿÉÈÊÀÂÇÎÔŒÛ"), ("cp1252", "áéíñóúüÁÉÍÑÓÚºª"), ("cp1252", "ãõçáéíóúâêôàÃÕÇÁÉÍÓÚÂÊÔÀºª"),
    ("cp1252", "àèéìòùÀÈÉÌÒÙ"), ("cp1252", "åäöæøéÅÄÖÆØÉ"), ("cp1252", "ëïéèöüáóË"), ("cp1252", "þðæöáéíóúýÞÐÆÖÁÉÍÓÚÝ"),
    ("cp1254", "çğıöşüÇĞİÖŞÜâîû"), ("cp1250", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"), ("iso8859-2", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"),
    ("cp1250", "áäčďéěíľĺňóôřŕšťúůýžÁČĎÉĚÍĽŇÓŘŠŤÚŮÝŽ"), ("iso8859-2", "áäčďéěíľĺňóôřŕšťúůýžÁČĎÉĚÍĽŇÓŘŠŤÚŮÝŽ"),
    ("cp1250", "áéíóöőúüűÁÉÍÓÖŐÚÜŰ"), ("iso8859-2", "áéíóöőúüűÁÉÍÓÖŐÚÜŰ"), ("cp1250", "čćđšžČĆĐŠŽ"), ("iso8859-2", "čćđšžČĆĐŠŽ"),
    ("cp1250", "ăâîşţĂÂÎŞŢ"), ("iso8859-2", "ăâîşţĂÂÎŞŢ"), ("cp1257", "ąčęėįšųūžĄČĘĖĮŠŲŪŽ"), ("cp1257", "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ"),
    ("cp1257", "äöõüšžÄÖÕÜŠŽ"), ("cp1258", "àáâãèéêìíòóôõùúýăđơưÀÁÂĐÊÔƠƯ\u0300\u0301\u0303\u0309\u0323"), ("iso8859-15", "éèêëàâçîïôœùûüÿÉÈÊÀÂÇÎÔŒÛ"),
    ("cp1252", _WESTERN),
)  # fmt: skip
_TURKISH_BYTES = re.compile(rb"[\xd0\xdd\xde\xf0\xfd\xfe]")  # the six in which cp1254 differs from cp1252


def detect(body: bytes) -> str:
    """The most likely legacy encoding of bytes that are no UTF-8; windows-1252 where nothing speaks for another."""
    sample = sample_of(body)
    return east_asian(sample) or _latin(sample) or _other_alphabet(sample)


def east_asian(sample: bytes) -> str | None:
    """The most likely multi-byte encoding of Chinese, Japanese or Korean text, or None."""
    runs = _RUNS.findall(sample)
    if sum(len(run) for run in runs if len(run) > 1) < _PAIRED * sum(map(len, runs)):
        return None
    shares = []
    for codec, measure, least in _MULTI:
        decoded = sample.decode(codec, "replace")
        if decoded.count("\ufffd") * 50 <= len(decoded) and (share := measure(decoded)) >= least:
            shares.append((share / least, codec))
    return max(shares)[1] if shares else None


def _latin(sample: bytes) -> str | None:
    runs = _RUNS.findall(sample)
    high = b"".join(runs)
    if len(high) > _SPARSE * len(runs):
        return None
    best, codec = _KNOWN_LETTERS, None
    for candidate, letters in _LATIN:
        decoded = high.decode(candidate, "replace")
        share = sum(character in letters or character in _SIGNS for character in decoded) / len(decoded)
        if share > best or (share == best and candidate == "cp1254" and _TURKISH_BYTES.search(high)):
            best, codec = share, candidate
    return codec


def _other_alphabet(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # not at the top: few pages need it, and every worker would wait

    best = from_bytes(sample, cp_isolation=list(_OTHER_ALPHABETS), enable_fallback=False).best() if sample else None
    return codecs.lookup(best.encoding).name if best is not None else "cp1252"


def sample_of(body: bytes) -> bytes:
    """The bytes with high bits at the beginning of a text, each run with the line it stands in."""
    parts: list[bytes] = []
    length = 0
    for run in _HIGH_RUNS.finditer(body):
        parts.append(run[0])
        length += len(run[0])
        if length > _SAMPLE:
            break
    return b"\n".join(parts)[: 2 * _SAMPLE]  # one run alone may be a whole page
