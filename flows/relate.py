"""This file compares pages with each other: which of two takes of one article stands, and which texts are copies.

Both are decided anew from all pages, so that the answer never depends on the order in which pages came; what changed
since the last run marks the shards to write again.
"""

from __future__ import annotations

from flows.store.state import State

# Of pages with one id the newest by fetched_at stands; without dates, or on a tie, the first by source path.
STANDING = """
CREATE TEMP TABLE losers AS
SELECT page, winner FROM (
    SELECT page, first_value(page) OVER (PARTITION BY id ORDER BY fetched DESC, path, record) AS winner FROM pages
    WHERE outcome = 'article' AND id IN (SELECT id FROM pages WHERE outcome = 'article' GROUP BY id HAVING count(*) > 1)
) WHERE page <> winner
"""
# Of articles with one text the earliest published is the original; one without a date is taken for younger than any.
COPIES = """
CREATE TEMP TABLE copies AS
SELECT page, original FROM (
    SELECT page, id, first_value(id) OVER (
        PARTITION BY text_hash ORDER BY coalesce(nullif(published, ''), nullif(fetched, ''), '~'), id) AS original
    FROM pages WHERE outcome = 'article' AND superseded_by IS NULL AND text_hash IN (
        SELECT text_hash FROM pages WHERE outcome = 'article' AND superseded_by IS NULL AND text_hash IS NOT NULL
        GROUP BY text_hash HAVING count(*) > 1)
) WHERE id <> original
"""


def relate(state: State) -> None:
    """Note for every page what supersedes it and what it is a copy of."""
    state.sql.execute(STANDING)
    state.sql.execute("CREATE INDEX temp.losers_by_page ON losers (page)")
    state.sql.execute(
        """INSERT OR IGNORE INTO dirty SELECT shard FROM pages LEFT JOIN losers USING (page)
        WHERE (superseded_by IS NULL) <> (winner IS NULL)"""
    )
    state.sql.execute("UPDATE pages SET superseded_by = NULL WHERE superseded_by IS NOT NULL")
    state.sql.execute("UPDATE pages SET superseded_by = losers.winner FROM losers WHERE losers.page = pages.page")

    state.sql.execute(COPIES)
    state.sql.execute("CREATE INDEX temp.copies_by_page ON copies (page)")
    changed = """SELECT page, shard, original FROM pages LEFT JOIN copies USING (page)
        WHERE duplicate_of IS NOT original"""
    state.sql.execute(f"CREATE TEMP TABLE changed AS {changed}")
    state.sql.execute("INSERT OR IGNORE INTO dirty SELECT shard FROM changed")
    state.sql.execute("UPDATE pages SET duplicate_of = changed.original FROM changed WHERE changed.page = pages.page")
    for table in ("losers", "copies", "changed"):
        state.sql.execute(f"DROP TABLE temp.{table}")
