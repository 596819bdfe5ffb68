"""report.html: one page that opens from disk, needs no network and can be read on a phone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from flows.publish.findings import Drift, Gate
from flows.publish.manifest import sites
from flows.store.atomic import put
from flows.store.codec import unpack
from flows.store.shards import CLAIMED
from flows.store.state import NO_RECORD, STANDING, State

MOST_SITES = 500
MOST_PAGES = 100  # flagged or quarantined pages shown; the manifest and quarantine/ have all
EXAMPLE_PAGES = 200  # looked into for removed lines
EXAMPLES = 6  # lines shown for a reason
EXAMPLE_CHARS = 160
DOUBTFUL = 0.5  # a page of less confidence is worth a look

STYLE = """body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:70rem;padding:1rem;color:#222;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}.wide{overflow-x:auto}
table{border-collapse:collapse;min-width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;vertical-align:top}
th{border-bottom:2px solid #888}td{border-bottom:1px solid #ddd;overflow-wrap:anywhere}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
details{margin:.4rem 0}summary{cursor:pointer}li{overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}td{border-color:#444}}"""


def write_report(
    clean: Path,
    state: State,
    figures: dict[str, int],
    reasons: dict[str, dict[str, int]],
    gates: list[Gate],
    drifts: list[Drift],
) -> None:
    """Write report.html from the state; what a person should look at first stands on top."""
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>Cleaning report</title>',
        f"<style>{STYLE}</style><h1>Cleaning report</h1>",
        *(f"<p><strong>{escape(gate.said)}</strong></p>" for gate in gates if gate.closed),
        *table(("outcome", "pages"), figures.items()),
        *section("Gates", ("gate", "", "found", "of"), by_gate(gates)),
        *section("Quarantined and skipped, by reason", ("", "reason", "inputs"), why_not(reasons)),
        *section("Sites", ("site", "pages", "words", "confidence", "kept", "most removed for"), by_site(state)),
        *section(
            "Drifted sites",
            ("site", "from", "to", "pages", "what", "usual", "now"),
            (drift[:-1] for drift in drifts),
        ),
        *section("Pages worth a look", ("page", "confidence", "flags"), doubtful(state)),
        *section("In quarantine", ("source", "reason", "what to do"), quarantined(state)),
        *examples(state),
        "</html>\n",
    ]
    state.wrote("report.html", "", put(clean, "report.html", ["\n".join(parts).encode("utf-8", "replace")]))


def why_not(reasons: dict[str, dict[str, int]]) -> Iterator[tuple[object, ...]]:
    """Outcome, reason and number of everything that became no article."""
    for outcome, counted in reasons.items():
        for reason, inputs in sorted(counted.items(), key=lambda pair: -pair[1]):
            yield outcome, reason, inputs


def by_gate(gates: list[Gate]) -> Iterator[tuple[object, ...]]:
    """Each gate, whether it is closed, and its figures."""
    for gate in gates:
        yield gate.name, "closed" if gate.closed else "open", gate.found, gate.of


def by_site(state: State) -> Iterator[tuple[object, ...]]:
    """The figures of the sites with the most pages."""
    ordered = sorted(sites(state).items(), key=lambda pair: (-pair[1]["pages"], pair[0]))
    for site, row in ordered[:MOST_SITES]:
        most = sorted(row["removed"].items(), key=lambda pair: -pair[1])[:4]
        said = ", ".join(f"{reason} {lines:,}" for reason, lines in most)
        yield site or "(unknown)", row["pages"], row["words"], row["confidence"], row["kept_ratio"], said


def doubtful(state: State) -> Iterator[tuple[object, ...]]:
    """The articles with flags or little confidence, the least sure first."""
    for path, record, confidence, flags, contested in state.rows(
        f"""SELECT path, record, confidence, flags, contested FROM pages
        WHERE {STANDING} AND (flags <> '[]' OR contested OR confidence < ?)
        ORDER BY confidence, path, record LIMIT ?""",
        DOUBTFUL,
        MOST_PAGES,
    ):
        yield named(path, record), confidence, ", ".join(json.loads(flags) + [CLAIMED] * contested)


def quarantined(state: State) -> Iterator[tuple[object, ...]]:
    """The first pages in quarantine."""
    for path, record, reason, detail in state.rows(
        """SELECT path, record, reason, detail FROM pages WHERE outcome = 'quarantined'
        ORDER BY path, record LIMIT ?""",
        MOST_PAGES,
    ):
        yield named(path, record), reason, detail


def examples(state: State) -> Iterator[str]:
    """For each reason some removed lines, from as many sites as possible."""
    shown: dict[str, dict[str, str]] = defaultdict(dict)
    for body, reasons_there in state.rows(
        f"""SELECT body, removed FROM (
            SELECT page, path, record, removed, row_number() OVER (PARTITION BY site ORDER BY path, record) AS place
            FROM pages WHERE {STANDING}) JOIN bodies USING (page) ORDER BY place, path, record LIMIT ?""",
        EXAMPLE_PAGES,
    ):
        if all(len(shown[reason]) == EXAMPLES for reason in json.loads(reasons_there)):
            continue  # before it is decompressed and read, which costs a few milliseconds a page
        for line in unpack(body).decode().split("\n")[1:]:
            reason = line.partition('"reason":"')[2].partition('"')[0]  # within a string its quotes would be escaped
            if len(shown[reason]) < EXAMPLES:
                row = json.loads(line)
                text = row["text"] if len(row["text"]) <= EXAMPLE_CHARS else row["text"][:EXAMPLE_CHARS] + " …"
                shown[reason].setdefault(text, row["rule"])
    if shown:
        yield "<h2>Examples of what was removed</h2>"
    for reason in sorted(shown):
        items = "".join(
            f"<li>{escape(text)} <small>({escape(str(rule))})</small>" for text, rule in shown[reason].items()
        )
        yield f"<details><summary>{escape(reason)}</summary><ul>{items}</ul></details>"


def section(title: str, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """A titled table; nothing when it has no rows."""
    lines = table(head, rows)
    return [f"<h2>{escape(title)}</h2>", *lines] if len(lines) > 2 else []


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """A table as HTML lines, numbers to the right, everything escaped."""
    first = "".join(f"<th>{escape(name)}" for name in head)
    return [
        f'<div class="wide"><table><tr>{first}',
        *("<tr>" + "".join(map(cell, row)) for row in rows),
        "</table></div>",
    ]


def cell(value: object) -> str:
    """One cell."""
    if isinstance(value, int | float):
        return f'<td class="n">{value:,}'
    return f"<td>{escape(str(value)) if value is not None else ''}"


def named(path: str, record: int) -> str:
    """A page as a person finds it."""
    return path if record == NO_RECORD else f"{path}, line {record + 1:,}"
