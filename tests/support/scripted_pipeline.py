"""A stand-in for cleaners.pipeline: pages in it say themselves what shall become of them.

A page is `key: value` lines; `do:` names what the "cleaner" does with it, `shows:` the lines of its text, parted by |, of
which what is known goes; all other keys end up in the article.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from cleaners.article import Article, BlockSpan, Cleaned, Quarantined, Removed, RemovedCount, Source, as_json
from cleaners.errors import BadRules
from cleaners.vocabulary import QuarantineReason, Reason

if TYPE_CHECKING:
    from cleaners.site.boilerplate_index import BoilerplateIndex


def user_rules(texts: dict[str, str], folder: str) -> dict[str, str]:
    """The rules as they are; one that says "bad" is refused."""
    for name, text in texts.items():
        if text.startswith("bad"):
            raise BadRules(f"{folder}/{name}, line 1: it says bad; delete that")
    return texts


def fingerprint(own: dict[str, str] | None = None) -> str:
    """The fingerprint of a pipeline that a test changes through the environment, and by rules that are not of one site."""
    if os.environ.get("SCRIPTED_BROKEN"):
        raise ValueError("rules/promo.toml line 3: no phrases")
    killed_at("fingerprint")
    shared = sorted(text for name, text in (own or {}).items() if not name.startswith("sites/"))
    return hashlib.sha256("".join([os.environ.get("SCRIPTED_PIPELINE", "one"), *shared]).encode()).hexdigest()[:16]


def warm_up() -> None:
    """Load what is needed; a test can make that fail."""
    if os.environ.get("SCRIPTED_COLD"):
        raise OSError("model.json.gz: it is cut short")
    killed_at("warm_up")


def killed_at(moment: str) -> None:
    """End this process where a test wants that: `SCRIPTED_KILLS` says when, how many times, and where that is counted."""
    wanted, times, folder = os.environ.get("SCRIPTED_KILLS", "never 0 x").split(" ", 2)
    if wanted == moment:
        killed(signal.SIGKILL, int(times), Path(folder))


def killed(how: signal.Signals, times: int, folder: Path) -> None:
    """End this process by a signal, the first so many times."""
    so_far = len(list(folder.iterdir()))
    if so_far < times:
        (folder / str(so_far)).mkdir()
        os.kill(os.getpid(), how)


def clean_raw(
    payload: bytes,
    *,
    source: str,
    record: int | None,
    media: str,
    sidecar: dict[str, Any] | None,
    folder_host: str | None,
    sha256: str | None,
    learned: BoilerplateIndex | None,
    own: dict[str, str] | None = None,
) -> Cleaned | Quarantined:
    """What the page says shall become of it."""
    if media == "jsonl":
        try:
            said = json.loads(payload)
        except ValueError as error:
            return Quarantined(reason=QuarantineReason.BAD_RECORD, detail=str(error))
    else:
        lines = payload.decode("utf-8", "replace").splitlines()
        said = dict(line.split(": ", 1) for line in lines if ": " in line)
    said |= sidecar or {}
    time.sleep(float(os.environ.get("SCRIPTED_WAIT", "0")))
    if os.environ.get("SCRIPTED_STOP", "").split(" ")[0] == said.get("id", "none"):
        os.kill(os.getppid(), signal.Signals[os.environ["SCRIPTED_STOP"].split(" ")[1]])  # the run, while it waits
    behave(said.get("do", ""))
    if said.get("do", "").startswith("refuse"):
        reason = said["do"].partition(" ")[2] or "not_text"
        return Quarantined(
            reason=QuarantineReason(reason),
            detail="it asked for it",
            site=folder_host,
            fetched_at=said.get("fetched_at"),
        )
    url, text, fingerprints = said.get("claims", said.get("url")), said.get("text", ""), b""
    if "shows" in said:
        from showing import fingerprints_of, unknown  # not at the top: few pages need it, and it loads numpy

        shown = said["shows"].split("|")
        text, fingerprints = " ".join(unknown(shown, learned, folder_host)), fingerprints_of(shown)
    alternative = f"{source}#{record}"
    chrome = [line for line in ("Menu", "Subscribe now") if said.get("chrome")]
    removed = [RemovedCount(Reason.SITE_CHROME, lines=len(chrome), chars=17)] if chrome else []
    article_id = hex_of(url or alternative)
    none = dict.fromkeys(("site_name", "title", "modified", "description", "image"))
    article = Article(
        **none,
        language="und",
        id=article_id,
        url=url,
        site=folder_host,
        published=said.get("published"),
        authors=[],
        tags=[],
        language_score=0.0,
        section=(own or {}).get(f"sites/{folder_host}.toml"),
        text=text,
        blocks=[BlockSpan("paragraph", 0, len(text))],
        captions=[],
        words=len(text.split()),
        kept_ratio=1.0,
        confidence=0.9,
        flags=[],
        removed=removed,
        source=Source(
            path=source,
            record=record,
            id=said.get("id"),
            sha256=sha256,
            media_type=media,
            encoding="utf-8",
            fetched_at=said.get("fetched_at"),
        ),
        recipe=fingerprint(own),
        meta=as_json(said.get("meta", {})),
    )
    ledger = [
        Removed(
            id=article_id, block=at, text=line, reason=Reason.SITE_CHROME, rule="scripted", step="scripted", score=1.0
        )
        for at, line in enumerate(chrome)
    ]
    return Cleaned(
        article=article,
        ledger=ledger,
        alternative_id=hex_of(alternative),
        claimed="claims" in said,
        own_id=hex_of(said.get("url", alternative)),
        fingerprints=fingerprints,
    )


def hex_of(name: str) -> str:
    """An id."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def behave(how: str) -> None:
    """Do what no page should be able to make a cleaner do."""
    match how.split():
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case ["await", file]:
            while not os.path.exists(file):
                time.sleep(0.02)
        case ["spin"]:
            while True:
                pass
        case ["grind"]:
            pow(3, 1 << 40)  # one call, in C
        case ["grind", "deaf"]:
            signal.signal(signal.SIGXCPU, signal.SIG_IGN)
            pow(3, 1 << 40)
        case ["exit"]:
            os._exit(3)
        case ["leave"]:
            sys.exit(0)
        case ["die", times, folder]:
            killed(signal.SIGTERM, int(times), Path(folder))
        case ["abort"]:
            os.abort()
        case ["end", "all"]:
            os.killpg(0, signal.SIGKILL)  # the worker's own group: the run is in another
        case ["segfault"]:
            import ctypes

            ctypes.string_at(0)
        case ["balloon"]:
            bytearray(1 << 33)
        case ["swell"]:
            bytearray(400 << 20).count(b"x")
        case ["raise"]:
            raise KeyError("headline")
        case ["exhaust"]:
            raise MemoryError
        case ["write"]:
            with TemporaryFile() as file:
                file.write(b"x" * (1 << 20))
        case ["recurse"]:
            behave("recurse")
        case ["flood"]:
            for _ in range(1 << 14):
                os.write(1, b"x" * (1 << 16))
        case ["shout"]:
            os.write(1, b"x" * (1 << 24))
            os.write(2, b"x" * (1 << 24))
