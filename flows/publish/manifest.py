"""The manifest: what became of every input, the figures of each site, and every file with its hash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cleaners.article import SCHEMA
from cleaners.vocabulary import Outcome
from flows.errors import NotAccounted
from flows.publish.findings import Drift, Gate
from flows.read.kinds import KINDS, ManyPages
from flows.store.atomic import put
from flows.store.paths import PRIVATE
from flows.store.state import NO_RECORD, STANDING, State

NAME = "manifest.json"


class Stood(NamedTuple):
    """What stood when the last run came to its end: articles, those of each site, and how many a gate held back."""

    articles: int
    sites: dict[str, int]
    held_back: int


def stood(clean: Path) -> Stood | None:
    """What the manifest of the last run says; None where there is none to read.

    It is asked rather than the state because it changes when a run ends and never before, and outlives the state.
    """
    try:
        told = json.loads((clean / NAME).read_bytes())
        articles = int(told["counts"]["article"]) + int(told["counts"]["duplicate"])
        of_sites = {site: int(figures["pages"]) for site, figures in told["sites"].items()}
        shut = [int(gate["found"]) for gate in told["gates"] if gate["name"] == "withdrawn" and gate["closed"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Stood(articles, of_sites, sum(shut))


def schema_of(clean: Path) -> int | None:
    """The schema of the rows in CLEAN, by its manifest; None where there is none to read."""
    try:
        return int(json.loads((clean / NAME).read_bytes())["schema"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def counts(state: State) -> dict[str, int]:
    """How many inputs there are and what became of them; `standing` of the articles have no input that gives them now.

    Raises NotAccounted when the two do not agree.
    """
    skipped = state.one("SELECT count(*) FROM found WHERE kind = 'skipped'")
    inputs, blank = next(state.rows("SELECT coalesce(sum(inputs), 0), coalesce(sum(blank), 0) FROM files"))
    held = state.one("SELECT count(*) FROM pages WHERE held <> ''")
    figures = {
        "inputs": inputs + blank + skipped + held,
        Outcome.ARTICLE.value: state.one(f"SELECT count(*) FROM pages WHERE {STANDING} AND duplicate_of IS NULL"),
        Outcome.DUPLICATE.value: state.one(f"SELECT count(*) FROM pages WHERE {STANDING} AND duplicate_of IS NOT NULL"),
        Outcome.SUPERSEDED.value: state.one(
            "SELECT count(*) FROM pages WHERE outcome = 'article' AND superseded_by IS NOT NULL"
        ),
        Outcome.SKIPPED.value: skipped + blank,
        Outcome.QUARANTINED.value: state.one("SELECT count(*) FROM pages WHERE outcome = 'quarantined'"),
    }
    ended = sum(figures.values()) - figures["inputs"]
    if ended != figures["inputs"]:
        raise NotAccounted(
            f"{figures['inputs']:,} inputs were read but {ended:,} are accounted for: "
            "this is a fault of ours; report it, remove CLEAN/.state and run again"
        )
    return figures | {"standing": held}


def reasons(state: State) -> dict[str, dict[str, int]]:
    """Why inputs were quarantined or skipped, and how often."""
    quarantined = dict(
        state.rows("SELECT reason, count(*) FROM pages WHERE outcome = 'quarantined' GROUP BY reason ORDER BY reason")
    )
    skipped = dict(
        state.rows("SELECT reason, count(*) FROM found WHERE kind = 'skipped' GROUP BY reason ORDER BY reason")
    )
    for name, count in state.rows(
        "SELECT kind, sum(blank) FROM files JOIN found USING (path) WHERE blank GROUP BY kind"
    ):
        kind = KINDS[name]
        if isinstance(kind, ManyPages):
            skipped[kind.blank] = skipped.get(kind.blank, 0) + count
    return {Outcome.QUARANTINED.value: quarantined, Outcome.SKIPPED.value: skipped}


def sites(state: State) -> dict[str, dict[str, Any]]:
    """Pages, words, mean confidence, mean kept share and removed lines by reason of each site; "" is no known site."""
    figures: dict[str, dict[str, Any]] = {
        site: {"pages": pages, "words": words, "confidence": sure, "kept_ratio": kept, "removed": {}}
        for site, pages, words, sure, kept in state.rows(
            f"""SELECT coalesce(site, ''), count(*), sum(words), round(avg(confidence), 3), round(avg(kept_ratio), 3)
            FROM pages WHERE {STANDING} GROUP BY 1 ORDER BY 1"""
        )
    }
    for site, reason, lines in state.rows(
        f"""SELECT coalesce(site, ''), key, sum(value) FROM pages, json_each(pages.removed)
        WHERE {STANDING} GROUP BY 1, 2 ORDER BY 1, 2"""
    ):
        figures[site]["removed"][reason] = lines
    return figures


def superseded(state: State) -> Iterator[dict[str, Any]]:
    """The pages that a newer version of the same article replaces, each with the newest."""
    for path, record, page_id, by_path, by_record in state.rows(
        """SELECT old.path, old.record, old.id, new.path, new.record
        FROM pages AS old JOIN pages AS new ON old.superseded_by = new.page ORDER BY old.path, old.record"""
    ):
        yield {"source": place(path, record), "id": page_id, "by": place(by_path, by_record)}


def place(path: str, record: int) -> dict[str, Any]:
    """Where a page stands in RAW, as in an article's `source`."""
    return {"path": path, "record": None if record == NO_RECORD else record}


def standing(state: State) -> Iterator[dict[str, Any]]:
    """The articles that no input gives now: id, the place in RAW they came from, and what keeps them."""
    for page_id, path, record, why in state.rows(
        "SELECT coalesce(renamed_to, id), path, record, held FROM pages WHERE held <> '' ORDER BY path, record"
    ):
        yield {"id": page_id, "source": place(path, record), "because": why}


def write_manifest(
    clean: Path,
    state: State,
    fingerprint: str,
    figures: dict[str, int],
    why_not: dict[str, dict[str, int]],
    gates: list[Gate],
    drifts: list[Drift],
) -> None:
    """Write manifest.json, the last file of a run: when it is there, all it lists is. `why_not` is what `reasons` gives."""
    manifest = {
        "schema": SCHEMA,
        "recipe": fingerprint,
        "gates": [gate._asdict() for gate in gates],
        "counts": figures,
        "reasons": why_not,
        "sites": sites(state),
        "superseded": list(superseded(state)),
        "standing": list(standing(state)),
        "drifted": [drift._asdict() for drift in drifts],
        "files": [
            {"path": path, "bytes": size, "sha256": sha256}
            for path, size, sha256 in state.rows("SELECT path, size, sha256 FROM outputs ORDER BY path")
            if path != NAME and not path.startswith(PRIVATE)
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    state.wrote(NAME, "", put(clean, NAME, [text.encode()]))
