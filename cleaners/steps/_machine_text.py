"""Finds what was never meant for readers and came along into a text: scripts, styles, data, shortcodes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import ahocorasick_rs

from cleaners.page import Page
from cleaners.text.prose import is_prose

MOST_LINES = 8  # of code on a page that is not about code
MIN_PROSE = 2  # lines without which a page may be a listing of code
PLAYER_WORDS = 6
LEAST_PLAYER = 2  # lines of a player's readings; one alone may be the length of a film
_SIGNS = re.compile(r"[{}=<\[%]|[a-z][A-Z]\w*:|\);")
_SCRIPT = re.compile(
    r"\bgoogletag\b|\badsbygoogle\b|\bdataLayer\b|\bgtag\(|\bfbq\(|\b_gaq\b|\bs_account\b|\b_taboola\b"
    r"|\bOneSignal\.push\b|\bjwplayer\(|\bwindow\.[A-Za-z_]\w*(?:\.push\(|\s*=|\[)|\bdocument\.(?:write|getElement|create)"
    r"|\$\(document\)|\bjQuery\s*\(|\bfunction ?\w{0,40}\([^()]{0,80}\) ?\{|\.cmd\.push\(|\.addEventListener\(|\btp\.push\("
    r"|^(?:var|let|const) [A-Za-z_$][\w$]*\s*=|^<!--|-->$|<!\[CDATA\[|^\{?\s*\"[\w@$-]+\"\s*:\s*[\"\[{\dtfn-]"
    r"|^[a-z]+[A-Z][A-Za-z]*:\s?(?:true|false|null|\d+)?$|^\}\)\([^()]*\);?$"
)
_STYLE = re.compile(r"[.#@]?[a-zA-Z*][\w .#:>,+*()-]{0,80}\{ ?[a-z-]{3,30} ?: ?[^{}]{1,400}\}?$|@media\b")
_SHORTCODE = re.compile(
    r"^\[/?(?:caption|gallery|embed|video|audio|playlist|youtube|twitter|tweet|instagram|facebook|vc_\w+|et_pb_\w+|ad|ads|adsense"
    r"|ad_\w+|contact-form\w*|wp_\w+|rev_slider|shortcode|social\w*|related\w*|nextpage|do_widget)\b[^\]]*\]$|^\{\{.*\}\}$|^\{%.*%\}$|^%%\w+%%$"
)
# Each of these lines has one of these cues, which are looked for in the whole page at once; "\n" is a line's beginning.
_CUES = ahocorasick_rs.AhoCorasick([
    "googletag", "adsbygoogle", "dataLayer", "gtag(", "fbq(", "_gaq", "s_account", "_taboola", "OneSignal.push",
    "jwplayer(", "window.", "document.write", "document.getElement", "document.create", "$(document)", "jQuery", "function",
    ".cmd.push(", ".addEventListener(", "tp.push(", "\nvar ", "\nlet ", "\nconst ", "<!--", "-->", "<![CDATA[", '":', '" :',
    "})(", "{", "@media", "\n[", "\n%%",
])  # fmt: skip
_KEY = re.compile(r"\n[a-z]+[A-Z][A-Za-z]*:")
_ON_CODE = re.compile(
    r"\b(?:javascript|html|css|json|yaml|xml|snippet|source code|shortcode|plugin|compiler|python|php)\b"
)
_PLAYER = re.compile(
    r"(?:current time|duration(?: time)?|loaded|progress|remaining time|stream type|playback rate|buffered|volume|aktuelle zeit"
    r"|aktueller zeitpunkt|dauer|verbleibende zeit|restzeit|geladen|fortschritt|temps actuel|durée(?: de la session)?|temps restant"
    r"|chargé|tiempo actual|duración|tiempo restante|cargado|progreso|tempo corrente|tempo attuale|durata|tempo rimanente|caricato"
    r"|tempo atual|duração|tempo restante|carregado|huidige tijd|tijdsduur|duur|resterende tijd|aktuell tid|längd|återstående tid"
    r"|laddad|nåværende tid|varighet|gjenstående tid|aktuel tid|varighed|tilbageværende tid|aktualny czas|czas trwania"
    r"|pozostały czas|załadowany|aktuální čas|doba trvání|zbývající čas|načteno|şu anki zaman|süre|kalan süre|yüklendi"
    r"|текущее время|продолжительность|оставшееся время|загружено|поточний час|тривалість)"
    r"[ :\-−\d%/.x]{0,20}(?:live)?"
)


def machine_lines(page: Page, cued: Sequence[int]) -> list[int]:
    """The lines of scripts, styles and the like on a text page that is not about such things, among those with a cue."""
    lines = [page.blocks[index] for index in cued if page.is_open(index)]
    found = [block.index for block in lines if _SIGNS.search(block.text) and _is_machine(block.text)]
    if not found or len(found) > MOST_LINES or _is_on_code(page, found):
        return []
    return found


def cued_lines(page: Page) -> list[int]:
    """The positions of the lines with a cue of scripts, styles and the like."""
    text = "\n" + page.shown
    places = [start for _, start, _ in _CUES.find_matches_as_indexes(text)]
    places += [key.start() for key in _KEY.finditer(text)]
    if not places:
        return []
    breaks = list(accumulate((len(block.text) + 1 for block in page.blocks), initial=0))
    return sorted({bisect_right(breaks, place) - 1 for place in places})


def _is_machine(text: str) -> bool:
    return bool(_SCRIPT.search(text) or _STYLE.match(text) or _SHORTCODE.match(text))


def _is_on_code(page: Page, found: list[int]) -> bool:
    prose = [block for block in page.blocks if block.index not in found and is_prose(block)]
    return len(prose) < MIN_PROSE or any(_ON_CODE.search(block.folded) for block in prose)


def reading_lines(page: Page) -> list[int]:
    """The positions of the lines that may be what a player shows of itself."""
    return [block.index for block in page.blocks if block.words <= PLAYER_WORDS and _PLAYER.fullmatch(block.folded)]


def player_readings(page: Page, readings: list[int]) -> list[int]:
    """What a player shows of itself, as "Current Time 0:00" and "Loaded: 0%", two lines of it or more."""
    told = sum("player_text" in said for said in page.hits) if readings else 0
    return readings if len(readings) + told >= LEAST_PLAYER else []
