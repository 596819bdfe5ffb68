"""Explains one page: each of its blocks with its verdict and the evidence for it, as data and as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from cleaners.explanation_text import judge_in_words, line_in_words, page_in_words
from cleaners.vocabulary import Outcome, Reason
from flows.errors import CannotRun
from flows.read.paths import host_of
from flows.run.asked_page import Asked, content
from flows.run.confined import READING, STARTING, Limited
from flows.run.progress import called
from flows.run.user_rules import UserRuleFiles, load_user_rules
from flows.run.worker import where
from flows.store.boilerplate_index import read_index
from flows.store.paths import PRIVATE
from flows.store.state import NO_RECORD, Held, reading

FIGURES = ("language", "language_score", "flags", "confidence", "words", "kept_ratio")  # of an article
STANDS = "{} keeps the article that stood here before, since its input {}; what is explained is what stands here now"
WHY_IT_STANDS = {
    Held.AWAY: "is away", Held.UNREADABLE: "cannot be read", Held.DRIFTED: "shows a notice or its site drifted"
}  # fmt: skip


def explanation(asked: Asked, clean: Path, rules: UserRuleFiles, limited: Limited) -> dict[str, Any]:
    """Everything there is to say of one page, as `--json` prints it. Raises CannotRun."""
    limited.step(READING)
    payload, media, sidecar = content(asked, limited)
    limited.step(STARTING)
    from cleaners.errors import NoCover, UnreadablePage  # not at the top: loading the cleaners takes a second
    from cleaners.explain import strongest
    from cleaners.pipeline import clean_with_page, fingerprint, warm_up

    own = load_user_rules(rules)
    learned = learned_in(clean)
    warm_up()
    limited.begin_cleaning()
    try:
        result, cleaned = clean_with_page(
            payload,
            source=asked.found.path,
            record=None if asked.record == NO_RECORD else asked.record,
            media=media,
            sidecar=sidecar,
            folder_host=host_of(asked.found.path),
            learned=learned,
            own=own,
        )
    except UnreadablePage as error:
        raise CannotRun(f"{asked.name} becomes no article, {error}") from error
    except MemoryError:
        raise
    except Exception as error:
        raise CannotRun(f"{asked.name} breaks the cleaners: {where(error)}") from error
    limited.end_cleaning()
    article, in_clean = result.article, asked.in_clean
    try:
        judged, evidence = strongest(cleaned)
    except NoCover as error:
        judged, evidence = None, {}
        asked.notes.append(f"why the judge decided so cannot be shown: {error}")
    if in_clean and in_clean.held:
        asked.notes.append(STANDS.format(clean, WHY_IT_STANDS[Held(in_clean.held)]))
    if in_clean and not in_clean.made_with(fingerprint(own), rules.digests().get(article.site or "")):
        asked.notes.append(
            f"{clean} was made by another version or other rules: run {called('clean')} to have it as shown here"
        )
    return {name: getattr(article, name) for name in ("id", "url", "site", "title", *FIGURES)} | {
        "outcome": Outcome.SUPERSEDED
        if in_clean and in_clean.newer
        else Outcome.DUPLICATE
        if in_clean and in_clean.duplicate_of
        else Outcome.ARTICLE,
        "duplicate_of": in_clean.duplicate_of if in_clean else None,
        "superseded_by": in_clean.newer if in_clean else None,
        "source": msgspec.to_builtins(article.source),
        "recipe": article.recipe,
        "notes": asked.notes,
        "judge": judged and {"head": judged.head, "cut": round(judged.judgement.cut, 4)},
        "page": list(verdicts(cleaned, evidence)),
    }


def learned_in(clean: Path) -> Any:
    """The lines that CLEAN has learned of all sites, None where there are none."""
    try:
        with reading(clean) as sql:
            name = sql.execute("SELECT value FROM facts WHERE key = 'known'").fetchone()
        file = clean / name[0] if name and name[0] else None
    except CannotRun:  # none yet, or a run is writing it: the index that was put there last
        indexes = (clean / PRIVATE).glob("known-*.bin")
        file = max(indexes, key=lambda index: index.stat().st_mtime_ns, default=None)
    return read_index(str(file)) if file and file.is_file() else None


def verdicts(cleaned: Any, evidence: dict[int, list[Any]]) -> Iterator[dict[str, Any]]:
    """Every block of a cleaned page in order: the ledger's names, and what the ledger has no room for."""
    lifted: dict[int, list[dict[str, str]]] = {}
    for lift in cleaned.lifts:
        lifted.setdefault(lift.block, []).append({"field": lift.field, "value": lift.value})
    for block, verdict in zip(cleaned.blocks, cleaned.verdicts, strict=True):
        gone = "moved to metadata" if verdict.reason == Reason.LIFTED else "removed"
        yield {
            "block": block.index,
            "mark": "kept" if verdict.keep else gone,
            "step": verdict.step,
            "rule": verdict.rule,
            "reason": verdict.reason,
            "why": verdict.why,
            "score": verdict.score,
            "text": block.text,
            "lifted": lifted.get(block.index, []),
            "evidence": [
                {
                    "feature": piece.feature,
                    "value": round(piece.value, 4),
                    "contribution": round(piece.contribution, 4),
                    "words": piece.words,
                }
                for piece in evidence.get(block.index, [])
            ],
        }


def readable(told: dict[str, Any], *, width: int | None) -> str:
    """The explanation for a person; what is said of a block is cut to `width` characters a line, unless that is None."""
    source = place_name(told["source"])
    outcome = told["outcome"]
    if told["superseded_by"]:
        outcome += f" by {place_name(told['superseded_by'])}"
    elif told["duplicate_of"]:
        outcome += f" of {told['duplicate_of']}"
    lines = [
        told["title"] or "(no title)",
        source + (f"   {told['url']}" if told["url"] else ""),
        f"id: {told['id']}   outcome: {outcome}",
        page_in_words(**{name: told[name] for name in FIGURES}),
    ]
    if told["judge"]:
        lines.append(judge_in_words(told["judge"]["head"], told["judge"]["cut"]))
    lines += [f"note: {note}" for note in told["notes"]]
    return "\n".join([*lines, *(part for row in told["page"] for part in told_of(row, width))])


def told_of(row: dict[str, Any], width: int | None) -> Iterator[str]:
    """One block for a person."""
    more = {
        "lifted": [(lift["field"], lift["value"]) for lift in row["lifted"]],
        "evidence": [(piece["contribution"], piece["words"]) for piece in row["evidence"]],
    }
    yield ""
    yield from (fitted(line, width) for line in line_in_words(**row | more))


def fitted(line: str, width: int | None) -> str:
    """The line, cut to this many characters."""
    return line if width is None or len(line) <= width else f"{line[: width - 1]}…"


def place_name(source: dict[str, Any]) -> str:
    """A page of RAW as it can be asked for."""
    return str(source["path"]) if source["record"] is None else f"{source['path']}#{source['record']}"
