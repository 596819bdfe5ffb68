"""Finds what was never meant for readers and came along into a text: scripts, styles, data, shortcodes."""

from __future__ import annotations

import re

from cleaners.page import Page
from cleaners.text.prose import is_prose

MOST_LINES = 8  # of code on a page that is not about code
MIN_PROSE = 2  # lines without which a page may be a listing of code
PLAYER_WORDS = 6
LEAST_PLAYER = 2  # lines of a player's readings; one alone may be the length of a film
# No machine's line is without one of these; the last shows only beside a key, as in "autoPlay:".
_SIGNS = ("{", "}", "=", "<", "[", "%", ");", ":")
_KEY = re.compile(r"[a-z][A-Z]\w*:")
_SCRIPT = re.compile(
    r"\bgoogletag\b|\badsbygoogle\b|\bdataLayer\b|\bgtag\(|\bfbq\(|\b_gaq\b|\bs_account\b|\b_taboola\b"
    r"|\bOneSignal\.push\b|\bjwplayer\(|\bwindow\.[A-Za-z_]\w*(?:\.push\(|\s*=|\[)|\bdocument\.(?:write|getElement|create)"
    r"|\$\(document\)|\bjQuery\s*\(|\bfunction ?\w{0,40}\([^()]{0,80}\) ?\{|\.cmd\.push\(|\.addEventListener\(|\btp\.push\("
    r"|^(?:var|let|const) [A-Za-z_$][\w$]*\s*=|^<!--|-->$|<!\[CDATA\[|^\{?\s*\"[\w@$-]+\"\s*:\s*[\"\[{\dtfn-]"
    r"|^[a-z]+[A-Z][A-Za-z]*:\s?(?:true|false|null|\d+)?$|^\}\)\([^()]*\);?$"
)
# A line of a script has one of these words, or begins or ends as one.
_SCRIPT_WORDS = (
    "googletag", "adsbygoogle", "dataLayer", "gtag(", "fbq(", "_gaq", "s_account", "_taboola", "OneSignal", "jwplayer(",
    "window.", "document", "jQuery", "function", ".push(", ".addEventListener(", "<![CDATA[", "-->",
)  # fmt: skip
_SCRIPT_STARTS = re.compile(r"(?:var|let|const) |<!--|\{?\s*\"|[a-z]+[A-Z]|\}\)\(")
_STYLE = re.compile(r"[.#@]?[a-zA-Z*][\w .#:>,+*()-]{0,80}\{ ?[a-z-]{3,30} ?: ?[^{}]{1,400}\}?$|@media\b")
_SHORTCODE = re.compile(
    r"^\[/?(?:caption|gallery|embed|video|audio|playlist|youtube|twitter|tweet|instagram|facebook|vc_\w+|et_pb_\w+|ad|ads|adsense"
    r"|ad_\w+|contact-form\w*|wp_\w+|rev_slider|shortcode|social\w*|related\w*|nextpage|do_widget)\b[^\]]*\]$|^\{\{.*\}\}$|^\{%.*%\}$|^%%\w+%%$"
)
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


def machine_lines(page: Page) -> list[int]:
    """The lines of scripts, styles and the like on a text page that is not about such things."""
    signs = [sign for sign in _SIGNS if sign in page.shown]
    if not signs:
        return []
    found = [block.index for block in page.open() if _is_signed(block.text, signs) and _is_machine(block.text)]
    if not found or len(found) > MOST_LINES or _is_on_code(page, found):
        return []
    return found


def _is_signed(text: str, signs: list[str]) -> bool:
    for sign in signs:
        if sign in text and (sign != ":" or _KEY.search(text)):
            return True
    return False


def _is_machine(text: str) -> bool:
    scripted = _SCRIPT_STARTS.match(text) or any([word in text for word in _SCRIPT_WORDS])
    if scripted and _SCRIPT.search(text):
        return True
    styled = "{" in text or text[0] == "@"
    return bool((styled and _STYLE.match(text)) or (text[0] in "[{%" and _SHORTCODE.match(text)))


def _is_on_code(page: Page, found: list[int]) -> bool:
    prose = [block for block in page.blocks if block.index not in found and is_prose(block)]
    return len(prose) < MIN_PROSE or any(_ON_CODE.search(block.folded) for block in prose)


def player_readings(page: Page) -> list[int]:
    """What a player shows of itself, as "Current Time 0:00" and "Loaded: 0%", two lines of it or more."""
    short = [block for block in page.blocks if block.words <= PLAYER_WORDS and _PLAYER.fullmatch(block.folded)]
    told = sum("player_text" in page.hits[block.index] for block in page.blocks) if short else 0
    return [block.index for block in short] if len(short) + told >= LEAST_PLAYER else []
