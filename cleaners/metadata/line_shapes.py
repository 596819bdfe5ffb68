"""Gives lines of author and date that were squeezed or stretched by an extractor the shape in which they were written."""

from __future__ import annotations

import re
from functools import lru_cache

_CONTACT = re.compile(
    r"(?<=[^\W\d_])[\s,|·•–-]+(?:tips (?:meg|oss|mig)|tipsa (?:mig|oss)|mejla|maila|kontakta?|kontaktieren|folgen|follow(?:ing)?|suivre"
    r"|seguir|segui|volg(?:en)?|följ|følg|seuraa|obserwuj|sledovat|takip et|ikuti|contact|e-?mail|view (?:all )?(?:profile|posts|bio)"
    r"|see all posts|see profile|profile|profil|ver perfil|bio|подписаться|написать|читать)$",
    re.I,
)
_CONTACT_ENDS = frozenset(
    "meg oss mig mejla maila kontakt kontakta kontaktieren folgen follow following suivre seguir segui volg volgen följ følg seuraa "
    "obserwuj sledovat et ikuti contact email e-mail profile profil posts bio perfil подписаться написать читать".split()
)
_GLUED_JOB = re.compile(
    r"(?<=[a-zß-öø-ÿ])(?=(?:Redakteur|Redaktor|Reporter|Journalist|Korrespondent|Autor|Volontär|Editor|Writer|Staff|Contributor|Correspondent"
    r"|Columnist|Journaliste|Periodista|Redactor|Giornalista|Toimittaja)(?:in)?\b)"
)
_LABELLED_HAN = re.compile(r"[\s　]+(?=[\u3400-\u9fff]{1,5}\s?[:：])")
_VISARGA = re.compile(r"(?<=[\u0900-\u097f])ः(?=\s)|\s?:-\s?")
_MIDDLE_DOTS = re.compile(r"(?<!\d)(\d{1,2})·(\d{1,2})·(\d{2,4})(?!\d)")
_PRINT = re.compile(r"(?<=기자)\s+(?:기사\s?)?\S{1,4}하기$")
_HAN_LABEL = re.compile(r"[\u3400-\u9fff]\s?[:：]")
_REPORTERS = re.compile(
    r"[^()（）]{0,14}[(（]\s?(?:本报|本報|本刊|见习|特约)?(?:记者|記者|通讯员|通訊員)\s?[:：]?\s?([^()（）]{2,40})[)）]"
)
_REPORTER_LABELS = re.compile(r"[\s、,，/]+|(?:本报|本報|见习|特约)?(?:记者|記者|通讯员|通訊員|实习生|文|图)")
_KOREAN_REPORTER = re.compile(
    r"[\[【(（<][^\]】)）>]{0,24}?([\uac00-\ud7af]{2,4})\s?(?:선임|인턴|객원|수습)?기자\s?[\]】)）>]"
)
_HAN_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}")


def as_written(text: str) -> str:
    """The line without a button glued to its end, and with marks where its labels begin."""
    if text.isascii():
        glued = text
    else:
        glued = _MIDDLE_DOTS.sub(r"\1.\2.\3", text) if "·" in text else text
        if "ः" in glued or ":-" in glued:
            glued = _VISARGA.sub(": ", glued)
        if _HAN_LABEL.search(glued):
            glued = _LABELLED_HAN.sub("｜", glued)
        glued = _PRINT.sub("", glued)
    end = glued.rsplit(None, 1)[-1].lower()
    if end in _CONTACT_ENDS:
        glued = _CONTACT.sub("", glued)
    elif len(end) > 10 and glued[-1].isalpha():
        glued = _GLUED_JOB.sub(" ", glued)
    return glued


@lru_cache(maxsize=256)
def opening_names(text: str) -> tuple[str, ...]:
    """The reporters whom the brackets at the start of a story name, as in Chinese and Korean papers."""
    start = text[:80]
    if start.isascii():
        return ()
    if korean := _KOREAN_REPORTER.match(start):
        return (korean[1],)
    if chinese := _REPORTERS.match(start):
        parts = _REPORTER_LABELS.split(chinese[1])
        return tuple(part for part in parts if _HAN_PERSON.fullmatch(part))
    return ()
