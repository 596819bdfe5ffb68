"""Reads one short line of already-extracted text for what it says of author and date, where no markup tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from cleaners.metadata.authors import is_person, read_names
from cleaners.metadata.byline_words import BylineWords, byline_words
from cleaners.metadata.calendars import plain_digits, western
from cleaners.metadata.dates import find_dates, read_date
from cleaners.metadata.line_looks import connectors, has_a_year, is_mute
from cleaners.metadata.line_shapes import as_written
from cleaners.metadata.person_names import begins_with_first_name
from cleaners.rules.phrases import built_in
from cleaners.text.fold import fold

LONGEST = 260  # characters of a line with several names and two dates
LONGEST_NAMES = 120  # characters of names without "by"
LONGEST_REST = 7  # words of a job, a place or a section beside a name or a date
LONGEST_FILED = 24  # words of the sections in which a line that begins with "Posted on" and a day files its page
MOST_SIGNED = 24  # words of a line without a date that begins like a byline
MOST_UNSIGNED = 14  # words of a line of names and jobs without a date
_SHORTEST_GLUED = 4  # letters of a word that can be told from the end of a name
_CLOCK = re.compile(
    r"(?<!\d)(?:[01]?\d|2[0-4])(?:[:.h：]\s?|\s?[時点시時]\s?)[0-5]\d(?:[:.][0-5]\d)?\s?분?分?(?:\s?[ap]\.?\s?m\b\.?|\s?h\b\.?)?"
    r"|(?<!\d)[01]?\d\s?[ap]\.?m\b\.?|(?<!\d)[0-2]?\d\s?h\b",
    re.I,
)
_ADDRESS = re.compile(r"\S+@\S*|@\s?\w+|https?:\S+|www\.\S+|\S+\.\w+/\S*|\+?\d[\d ()/-]{7,}\d", re.I)
_MAY_BE_ADDRESS = re.compile(r"[@/]|[Ww][Ww][Ww]\.|:\S|\d[\d ()/-]{7,}\d")
_BRACKETED = re.compile(r"\(([^\W\d_][^()\d]{3,30})\)")
_DESK = re.compile(r"(?:[A-ZÀ-Þ][^\s,]* ){1,3}(?:Team|Staff|Newsdesk|Newsroom|Bureau|Redaktion)")
_NUMBERED = re.compile(r"(?:#|No\. ?)?\d{1,3}[.)] ?[^\W\d_]+ ")
_PARTS = re.compile(r"\n|[|｜•·●▪;–—〡【】\[\]()（）/／_]|\s+-+\s+|^-+|-+$|\s[~›»>]\s")
_WORD = re.compile(r"\d+|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e\u064b-\u0652\u200c'’])*")
_HAS_CAMEL = re.compile(r"[a-zß-öø-ÿ][A-ZÀ-Þ]")
_CAMEL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-Þ])")
_GLUED_DIGIT = re.compile(r"(?<=\d)(?=[A-ZÀ-Þ][a-zß-öø-ÿ])|(?<=[a-zß-öø-ÿ])(?=\d{1,4}[./-]\d|\d{1,2}\s)")
_GLUED_YEAR = re.compile(r"([^\W\d_]{3,}\.?\s+\d{1,2},?\s+20[0-4]\d)(?=\d)")
_GLUED_ACCOUNT = re.compile(r"(?<=[a-zß-öø-ÿ])@(?=[A-Z])")
_NUMBER_BEHIND = re.compile(r"\s+\d.*$|(?<=[^\W\d_])\d{2,}$")
_HAN_HOUSE = re.compile(
    r"[新聞报報社网網局部刊版台臺]|通信|放送|記事|文字|一覧|速報|印刷|日报|时报|首页|正文|字号|分享|打印|뉴스|신문|일보|방송|기사"
)
_PURE_HAN = re.compile(r"[\u3400-\u9fff々ヶ]{3,5}|[\uac00-\ud7af]{3}")
_HAN_NAME = re.compile(r"[\u3400-\u9fff々ヶ]{2,6}|[\uac00-\ud7af]{2,4}|[\u3400-\u9fff]{1,3}[\u3040-\u30ff]{1,4}")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u10a0-\u10ff]")
_CLOCK_WORDS = frozenset(("uhr", "kl", "klo", "klokken", "kello", "klock", "om"))
_ACCOUNT = re.compile(r"(?:by|von|par|por|da|door|av|af|przez|oleh)\s+([a-z][a-z0-9_]{2,24})", re.I)
_PICTURE = re.compile(
    r"(?<=\w)[\s,]+(?:und |och |og |and |en |et |e |y )?(?:foto|fotos|photo|photos|bild|bilder|pictures?|images?|video|kuva|kuvat|zdjęcia|фото|图|圖|摄影|攝影|写真|사진)\s*[:：/／ ]",
    re.I,
)
_HOUSE_BEHIND = re.compile(r"\s+(?=(?:The|Associated Press|Agence|Canadian Press|Press Association|Local Democracy)\b)")
_HALF_LOWER = re.compile(r"[A-ZÀ-Þ]\S+ [a-zß-öø-ÿ][^\W\d_]+")
_SHOUTED = re.compile(r"\b[A-ZÀ-Þ]{3,}\b")
_DIGIT = re.compile(r"\d")
_FIGURES = re.compile(r"\d[./-]\s?\d|20\d{6}")
_EDGES = " \t\n.,:：;|/\\-–—•·*\"'“”„«»()[]<>=＝"


class Stated(NamedTuple):
    """What a line says: the names it gives, its dates, and how sure that is.

    `signed` is true for names behind "by" or a label, `told` where a word for publishing or updating stands in it, `aged`
    for the age of a story or a reading time. `rest` counts the words that are neither: a place, a job, a section.
    """

    names: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    signed: bool = False
    told: bool = False
    aged: bool = False
    noted: bool = False  # it says whence the text was taken, or who edited it
    rest: int = 0
    first_told: bool = False  # it begins with a word for publishing and the day


def may_be_told(text: str) -> bool:
    """False for most lines that have no date and no label, and at most a name."""
    if _DIGIT.search(text) or "|" in text or ":" in text or "：" in text or text[0] == "(" or "ः " in text:
        return True
    words = byline_words()
    first = text.split(None, 1)[0]
    if text.isascii():
        return first.lower().strip(_EDGES) in words.openers
    return fold(first).strip(_EDGES) in words.openers or bool(_HAN.search(text))


def _may_say(text: str, words: BylineWords) -> bool:
    """False for most lines without a date that say nothing of the author, told by their small words without much ado."""
    folded = fold(text).split()
    if not folded:
        return False
    if folded[0].strip(_EDGES) in words.starters or ":" in text or "：" in text or text[:2] == "by" or "|" in text:
        return len(folded) <= MOST_SIGNED
    if len(folded) > MOST_UNSIGNED or not words.no_byline.isdisjoint(folded):
        return is_desk_name(text) or _is_with_house(text, words)
    known = words.small
    return all(
        not token[0].islower() or plain.strip(_EDGES) in known or "@" in token
        for token, plain in zip(text.split(), folded, strict=False)
    )


def _only_counts(text: str, words: BylineWords) -> bool:
    """True for most lines whose numbers are no dates: no month, no day in figures, no word of such lines beside them."""
    if _FIGURES.search(text) or _HAS_CAMEL.search(text) or _GLUED_DIGIT.search(text):
        return False
    tokens = [token.strip(_EDGES) for token in fold(text).split()]
    return tokens[0] not in words.starters and words.stamps.isdisjoint(tokens)


@lru_cache(maxsize=4_096)  # the same line is asked about before the judge and after, and on a site's next page
def read_stated(text: str, language: str = "", day_first: bool | None = None) -> Stated | None:
    """What a line says of author and date; None for a line that says other things as well, or nothing of them."""
    words = byline_words()
    if len(text) > LONGEST or text[0] == "©":
        return None
    if _DIGIT.search(text) and text.isascii() and _only_counts(text, words):
        return None
    text = as_written(text)
    looked_at = not has_a_year(text)
    if looked_at and not _may_say(text, words):
        return None
    if (alone := _BRACKETED.fullmatch(text)) and not text.isascii():
        if _UNCASED.search(text):
            return Stated(names=(alone[1],), signed=True) if 2 <= len(alone[1].split()) <= 3 else None
        if _PURE_HAN.fullmatch(alone[1]) and not _HAN_HOUSE.search(alone[1]):
            return Stated(names=(alone[1],), signed=True)
    if is_desk_name(text) or (fold(text) in words.agencies and (text.isupper() or not text.isascii() or text == "dpa")):
        return Stated(names=(text,))
    if " " not in text and text.isalpha() and text[0].isupper() and begins_with_first_name(text):
        return Stated(names=(text,)) if fold(text) not in words.stamps else None
    if looked_at and is_mute(text):
        return None
    plain = _unglued(western(plain_digits(text)), words)
    found = find_dates(plain, language=language, day_first=day_first)
    if not found and (_NUMBERED.match(plain) or not ((looked_at and plain == text) or _may_say(plain, words))):
        return None
    published = modified = None
    told = first_told = False
    behind, rest = 0, ""
    for number, date in enumerate(found):
        until = found[number + 1].start if number + 1 < len(found) else len(plain)
        stamp = read_date(plain[date.start : until], language=language, day_first=day_first) or date.stamp
        stamp = stamp if stamp[:10] == date.stamp else date.stamp
        before = {fold(word) for word in _WORD.findall(plain[behind : date.start])}
        if before & _UNTIL:
            continue
        told = told or bool(before & (words.published | words.modified))
        first_told = first_told or (not number and told and before <= words.stamps)
        if before & words.modified and not before & _STRONG_PUBLISHED:
            modified = modified or stamp
        else:
            published = published or stamp
        rest += plain[behind : date.start] + "\n"
        behind = date.end
    rest = _without_figures(rest + plain[behind:])
    return _about(rest, words, Stated(published=published, modified=modified, told=told, first_told=first_told))


def _without_figures(rest: str) -> str:
    """The line with a break in place of times, addresses and numbers of telephones."""
    if _DIGIT.search(rest):
        rest = _CLOCK.sub("\n", rest)
    return _ADDRESS.sub("\n", rest) if _MAY_BE_ADDRESS.search(rest) else rest


_UNTIL = frozenset(("bis", "until", "till", "jusqu'au", "hasta", "fino", "até", "tot", "до", "til", "expires", "ends"))
_STRONG_PUBLISHED = frozenset(
    ("published", "posted", "veröffentlicht", "publié", "publicado", "pubblicato", "gepubliceerd")
)


def _unglued(text: str, words: BylineWords) -> str:
    """The line with a space where a date or one of its words is glued to what stands beside it."""
    if "@" in text:
        text = _GLUED_ACCOUNT.sub(" @", text)
    if _DIGIT.search(text):
        text = _GLUED_YEAR.sub(r"\1 ", _GLUED_DIGIT.sub(" ", text))
    if not _HAS_CAMEL.search(text):
        return text
    tokens = []
    for token in text.split(" "):
        sides = _CAMEL.split(token)
        if len(sides) > 1 and any(_is_known(side, words) for side in sides):
            token = " ".join(sides)
        tokens.append(token)
    return " ".join(tokens)


def _is_known(side: str, words: BylineWords) -> bool:
    plain = fold(side).strip(_EDGES)
    return (
        plain == "uhr"
        or (len(plain) >= _SHORTEST_GLUED and plain in words.stamps)
        or plain in ("af", "av", "by", "von", "par")
    )


def _about(rest: str, words: BylineWords, stated: Stated) -> Stated | None:
    """`stated` with what the parts of the line beside its dates say; None where too much is left, or nothing is said."""
    signed: list[str] = []
    unsigned: list[str] = []
    aged = noted = told = False
    others = 0
    for part in _parts(rest):
        tokens = _WORD.findall(part.lower()) if part.isascii() else [fold(word) for word in _WORD.findall(part)]
        if all(token.isdigit() or token in words.stamps for token in tokens):
            aged = aged or any(token in words.ages for token in tokens)
            told = told or any(token in words.published or token in words.modified for token in tokens)
        elif (not part.isascii() or tokens[0] in words.starters) and (
            words.helpers.match(part) or words.sources.match(part)
        ):
            noted = True
        else:
            aged = aged or any(token in words.ages for token in tokens)
            people, by_label = _people(part, tokens, words, bool(stated.published or stated.modified))
            if (
                not people
                and stated.told
                and (account := _ACCOUNT.fullmatch(part))
                and fold(account[1]) not in words.small
            ):
                people, by_label = read_names(account[1]), True
            (signed if by_label else unsigned).extend(people)
            others += 0 if people else len(part.split()) + len(_HAN_NAME.findall(part))
    dated = stated.published or stated.modified
    filed = dated and stated.told and stated.first_told
    if others > (LONGEST_FILED if filed else LONGEST_REST) or not (
        dated or signed or unsigned or aged or noted or told
    ):
        return None
    if others and not (dated or signed or unsigned or aged):
        return None
    if filed and (others or len(unsigned) > 1):
        unsigned = []
    return stated._replace(
        names=tuple(dict.fromkeys(_without_house(signed or unsigned, words))), signed=bool(signed), aged=aged,
        noted=noted, rest=others + (len(unsigned) if signed else 0), told=stated.told or told,
    )  # fmt: skip


def _parts(rest: str) -> list[str]:
    """The parts of a line between its marks, those of letters; what follows the label of a picture is none."""
    parts = [_PICTURE.split(part.strip(_EDGES) + " ")[0].strip(_EDGES) for part in _PARTS.split(rest)]
    return [part for part in parts if _WORD.search(part) and any(map(str.isalpha, part))]


def _without_house(names: list[str], words: BylineWords) -> list[str]:
    """The people of a list, where there are any: no agency and no house in capitals beside them."""
    people = [name for name in names if fold(name) not in words.agencies]
    people = [name for number, name in enumerate(people) if not number or not _is_addition(name, people[0])]
    return people or names


def _is_addition(name: str, first: str) -> bool:
    """True for what stands behind a name in a list and is none: a house in capitals, a town."""
    if _SHOUTED.search(name) and not _SHOUTED.search(first):
        return True
    return (" " not in name and " " in first) or (_has_house_word(name) and not _has_house_word(first))


def _is_with_house(text: str, words: BylineWords) -> bool:
    """True for a person's name and, after a comma, the house where the person works."""
    name, comma, house = text.partition(", ")
    if not comma or not 2 <= len(name.split()) <= 4 or len(house.split()) > LONGEST_REST:
        return False
    return (
        begins_with_first_name(name) and words.no_byline.isdisjoint(fold(name).split()) and _has_capitals(text.split())
    )


def _has_house_word(name: str) -> bool:
    """True for a name with a longer word that no person is called by: a newspaper, a desk."""
    return any(len(part) > _SHORTEST_GLUED and fold(part) in byline_words().no_person for part in name.split())


def _people(part: str, tokens: Sequence[str], words: BylineWords, dated: bool) -> tuple[list[str], bool]:
    """The names in a part of a line, and whether "by" or a label stands before them."""
    cased = part.isascii()
    opens = not cased or tokens[0] in words.starters
    label = (words.labels.match(part) or words.before.match(part)) if opens else None
    named = _without_stamps(part[label.end() :] if label else part, words)
    if again := words.before.match(named) if named[:1] != part[:1] else None:
        label, named = label or again, named[again.end() :]
    after = words.after.search(named) if not cased and named.endswith(words.after_ends) else None
    if label is None and after is None:
        named = _HOUSE_BEHIND.split(named)[0]
        if len(named) > LONGEST_NAMES or not _has_capitals(
            [token for token in named.replace(",", " ").split() if token not in words.agencies]
        ):
            return [], False
        return [name for name in read_names(named) if _is_somebody(name, False, words)], False
    if after:
        named = named[: after.start()]
    named = _NUMBER_BEHIND.sub("", _HOUSE_BEHIND.split(named)[0]).strip(_EDGES)
    if place := words.places.search(named):
        named = named[: place.start()] if _is_named(named[: place.start()].split()) else named
    if label and ((dated and _HALF_LOWER.fullmatch(named)) or is_desk_name(named)):
        return [named], True
    return [name for name in read_names(named) if _is_somebody(name, True, words)], True


def _without_stamps(named: str, words: BylineWords) -> str:
    """The part without words of dates at its ends: weekdays, "published", small ones."""
    tokens = named.split()
    while tokens and _is_furniture(tokens[0], words):
        tokens.pop(0)
    while tokens and _is_furniture(tokens[-1], words):
        tokens.pop()
    return " ".join(tokens)


def _is_furniture(token: str, words: BylineWords) -> bool:
    folded = fold(token).strip(_EDGES)
    if not folded or folded.isdigit() or folded in _CLOCK_WORDS:
        return True
    if folded in words.published or folded in words.modified:
        return len(folded) >= _SHORTEST_GLUED or token[:1].islower()
    return folded in words.stamps and (token[:1].islower() or folded in _weekdays())


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    days = map(fold, built_in().settings["bylines"]["weekdays"])
    return frozenset(day for day in days if len(day) > _SHORTEST_GLUED)


def _is_somebody(name: str, by_label: bool, words: BylineWords) -> bool:
    if fold(name) in words.agencies:
        return True
    if _HAN_NAME.fullmatch(name.replace(" ", "")):
        return by_label or bool(_PURE_HAN.fullmatch(name) and not _HAN_HOUSE.search(name))
    if _HAN.search(name) or "©" in name:
        return False
    if _UNCASED.search(name):
        return by_label and 2 <= len(name.split()) <= 4
    parts = name.split()
    if not by_label:
        return is_person(name) and _has_capitals(parts) and not any(fold(part) in words.no_person for part in parts)
    return (
        (name[0].isupper() or parts[-1][0].isupper())
        and len(parts) <= 5
        and (len(parts) > 1 or name.isalpha())
        and _has_capitals(parts)
    )


def is_desk_name(text: str) -> bool:
    """True for a line that names a desk and nobody: "Harbour Post Staff"."""
    return bool(_DESK.fullmatch(text)) and not byline_words().before.match(text)


def may_sign_alone(text: str) -> bool:
    """True for a line that begins with a first name we know, or is an agency's."""
    return begins_with_first_name(text) or fold(text) in byline_words().agencies


def is_agency(name: str) -> bool:
    """True for the short name of an agency, or of a desk that signs as one does."""
    return fold(name) in byline_words().agencies


def names_helper(text: str) -> bool:
    """True for a line that announces who edited, filmed or checked."""
    return bool(byline_words().helpers.match(text))


def is_house(names: Iterable[str]) -> bool:
    """True for names that hold a word no person is called by: a newspaper, a desk, an agency."""
    words = byline_words()
    return any(fold(part) in words.no_person or fold(name) in words.agencies for name in names for part in name.split())


def _is_named(tokens: list[str]) -> bool:
    """True for one to five capitalised words, small ones of names between them."""
    return 1 <= len(tokens) <= 5 and tokens[0][:1].isupper() and _has_capitals(tokens)


def _has_capitals(tokens: list[str]) -> bool:
    return all(not token[:1].islower() or fold(token) in connectors() for token in tokens)
