"""What a run did: the figures, and the lines in which they are told."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.publish.findings import Drift, Gate
from flows.run.options import Options


@dataclass
class Summary:
    """What a run did: `counts` and `reasons` as in the manifest, new and changed pages cleaned in this run, pages cleaned
    again because more was learned of their sites or their rules changed, articles withdrawn because their input is gone,
    seconds, whether nothing was new, and the gates that are closed."""

    counts: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, dict[str, int]] = field(default_factory=dict)
    cleaned: int = 0
    again: int = 0
    withdrawn: int = 0
    seconds: float = 0.0
    nothing_new: bool = False
    closed: list[Gate] = field(default_factory=list)
    drifted: list[Drift] = field(default_factory=list)  # news of this run


def told(summary: Summary, options: Options) -> str:
    """What a run did and where to look, in three lines, or four where a site drifted."""
    figures = {name: f"{count:,}" for name, count in summary.counts.items()}
    if summary.nothing_new:
        first = f"nothing new in {options.raw}/: {figures['article']} articles stand, nothing was written"
    else:
        first = (
            f"{summary.cleaned:,} pages cleaned in {summary.seconds:.1f} s, of {figures['inputs']} in {options.raw}/"
        )
        if summary.again:
            first += f", {summary.again:,} again for lines learned of their sites or for your rules"
    if summary.drifted:
        more = f" and {len(summary.drifted) - 1:,} more" if len(summary.drifted) > 1 else ""
        first += f"\ndrifted: {summary.drifted[0].told()}{more}; earlier versions of its pages stand"
    figures["withdrawn"] = f"{summary.withdrawn:,}"
    rest = ("article", "duplicate", "superseded", "skipped", "withdrawn", "quarantined")
    quarantined = sorted(summary.reasons.get("quarantined", {}).items(), key=lambda row: -row[1])
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in quarantined)
    outcomes = ", ".join(f"{figures[name]} {name}" for name in rest) + (f": {reasons}" if reasons else "")
    if summary.counts["standing"]:
        outcomes += f"; {figures['standing']} of the articles stand without their input"
    return "\n".join(
        [
            first,
            outcomes,
            f"articles: {options.clean}/articles/   all figures, flagged pages: {options.clean}/report.html",
        ]
    )
