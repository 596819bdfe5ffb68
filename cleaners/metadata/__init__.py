"""The metadata of a page: title, authors, dates and names, from what it states about itself and what its text shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cleaners.metadata.author_choice import choose_authors
from cleaners.metadata.dates import choose_date, date_in_url, is_month, read_date
from cleaners.metadata.head import host_of
from cleaners.metadata.titles import choose_title, without_parts
from cleaners.metadata.visible import visible_candidates
from cleaners.page import Candidate, Page
from cleaners.text.language import TEXT_READ, identify

_GRACE = timedelta(days=2)  # between time zones, and for pages dated to their print edition


@dataclass(frozen=True)
class Metadata:
    """What the contract's metadata fields hold for one page; None and empty where the page states nothing."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    site_name: str | None = None
    description: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    language: str = "und"
    language_score: float = 0.0


def metadata(page: Page, *, fetched_at: str | None = None) -> Metadata:
    """Title, authors, dates and the rest of one page, from its head, its lifts and its visible lines.

    A date later than `fetched_at` (ISO 8601) is nobody's date of publication. A text page states only what its lines
    were lifted for.
    """
    head = page.head
    lifted = tuple(
        Candidate(lift.field, f"lift {lift.block}" if lift.field == "author" else "lift", lift.value)
        for lift in page.lifts
        if lift.field != "caption"
    )
    site_name = head.site_name or next(
        (candidate.value for candidate in lifted if candidate.field == "site_name"), None
    )
    host = host_of(page.url) or host_of(head.canonical)
    candidates = head.candidates + lifted
    if page.media == "html":
        candidates += visible_candidates(page, head.title)
    language, score = identify(_sample(page), head.language)
    latest = _latest(fetched_at)
    stated = date_in_url(page.url or head.canonical)
    published = choose_date(candidates, "published", language=language, latest=latest, day=stated)
    modified = choose_date(candidates, "modified", language=language, latest=latest)
    if published is None and page.media == "text":
        published = modified  # the only day that a text shows is the day it is of
    title = choose_title(candidates, site_name=site_name, host=host, section=head.section)
    return Metadata(
        title=title and without_parts(title, page.site.title_parts),
        authors=choose_authors(candidates, site_name=site_name, host=host),
        published=published,
        modified=modified,
        site_name=site_name,
        description=head.description,
        section=head.section,
        tags=head.tags,
        image=head.image,
        language=language,
        language_score=score,
    )


def _sample(page: Page) -> str:
    """The beginning of the text that is kept, or of all that is shown when nothing was decided yet."""
    parts: list[str] = []
    length = 0
    for block in page.kept() or page.alive() or page.blocks:
        parts.append(block.text)
        length += len(block.text)
        if length >= TEXT_READ:
            break
    return "\n".join(parts)[:TEXT_READ]


def _latest(fetched_at: str | None) -> str | None:
    """The last day a page fetched then can have been published; None when nobody says when it was fetched."""
    stamp = read_date(fetched_at) if fetched_at else None
    return (date.fromisoformat(stamp[:10]) + _GRACE).isoformat() if stamp and not is_month(stamp) else None
