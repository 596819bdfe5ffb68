"""Lists learned lines: a table of all sites, or of the lines of one, for a person or a program to review."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from flows.errors import CannotRun
from flows.run.learn_sites import PLATFORM_SITES, PLATFORM_WORDS
from flows.run.progress import called
from flows.store.state import NO_RECORD, reading

SITES = """SELECT site, count(*), sum(kept) FROM lines GROUP BY site
    ORDER BY sum(kept) DESC, site"""
PAGES = "SELECT count(*) FROM surveys WHERE site = ?"
LINES = """SELECT stories, pages, kept, place, text, path, record,
    (SELECT count(*) FROM lines AS other WHERE other.key = lines.key), words FROM lines WHERE site = ?
    ORDER BY kept DESC, stories DESC, text, key"""
ACTIONS = {
    "title part": "goes from titles",
    "caption label": "what it opens is a caption",
    "caption credit": "what it closes is a caption",
}
MOST_TEXT = 70  # characters of a line in the table; --json has all

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]  # the names of the columns, and the rows


def learned_sites(clean: Path) -> list[dict[str, Any]]:
    """Each site with learned lines: its pages, its lines, on how many pages one of them would have been kept."""
    with reading(clean) as sql:
        return [
            {"site": site, "pages": sql.execute(PAGES, (site,)).fetchone()[0], "lines": lines, "would_keep": kept}
            for site, lines, kept in sql.execute(SITES).fetchall()
        ]


def lines_of_site(clean: Path, site: str) -> list[dict[str, Any]]:
    """The lines learned of a site, as the JSON of `sites HOST`. Raises CannotRun when it has no pages here."""
    from cleaners.site.fingerprints import PLACES  # not at the top: it loads numpy, and the list of sites does without

    with reading(clean) as sql:
        rows = sql.execute(LINES, (site,)).fetchall()
        if not rows and not sql.execute(PAGES, (site,)).fetchone()[0]:
            raise CannotRun(
                f"{clean} has no page of {site!r}: {called('sites')} lists the sites it has{_near(sql, site)}"
            )
    return [
        {
            "line": text,
            "stories": stories,
            "pages": pages,
            "would_keep": kept,
            "place": PLACES[place],
            "example": path if record == NO_RECORD else f"{path}#{record}",
            "sites": sites,
            "action": ACTIONS.get(PLACES[place])
            or ("goes here and on every site" if sites >= PLATFORM_SITES and words >= PLATFORM_WORDS else "goes"),
        }
        for stories, pages, kept, place, text, path, record, sites, words in rows
    ]


def _near(sql: sqlite3.Connection, site: str) -> str:
    bare = site.removeprefix("https://").removeprefix("http://").split("/")[0].removeprefix("www.")
    found = sql.execute("SELECT site FROM surveys WHERE site = ? LIMIT 1", (bare,)).fetchone()
    return f"; did you mean {found[0]}?" if found else ""


def table_of_sites(rows: list[dict[str, Any]]) -> Table:
    """The table of sites for a person: its head and its rows."""
    head = ("site", "pages", "lines", "would have been kept")
    return head, [(row["site"], row["pages"], row["lines"], row["would_keep"]) for row in rows]


def table_of_lines(rows: list[dict[str, Any]]) -> Table:
    """The table of one site's lines for a person: its head and its rows."""
    head = ("stories", "pages", "kept on", "place", "action", "line", "example")
    names = ("stories", "pages", "would_keep", "place", "action", "line", "example")
    return head, [tuple(_cut(row[name]) if name == "line" else row[name] for name in names) for row in rows]


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
