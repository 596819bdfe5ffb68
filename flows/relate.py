"""This file compares pages with each other: which of the takes of one article stand, and which texts are copies.

Both are decided anew from all pages, so that the answer never depends on the order in which pages came; what changed
since the last run marks the shards to write again.
"""

from __future__ import annotations

from flows.store.state import State

# Of pages with one id, all that were fetched before the newest give way to it; one that was fetched while its site
# drifted gives way to any that was not. Where several are left, for want of dates or on a tie, none is lost: the first
# by source path keeps the id, the others stand under their alternative one. A page that alone says at which address it
# stood takes no part where another's input says so: else it could push that one out.
TAKES = """
CREATE TEMP TABLE takes AS
SELECT page, winner,
    CASE WHEN winner IS NULL AND row_number() OVER (PARTITION BY id, winner IS NULL ORDER BY claimed, path, record) > 1
        THEN alternative_id END AS renamed_to
FROM (
    SELECT page, id, alternative_id, path, record, claimed,
        CASE WHEN fresh <> '' AND fresh < max(fresh) OVER (PARTITION BY id, claimed)
            THEN first_value(page) OVER (PARTITION BY id, claimed ORDER BY fresh DESC, path, record) END AS winner
    FROM (
        SELECT *, CASE WHEN fetched = '' THEN '' WHEN EXISTS (
            SELECT 1 FROM drifted WHERE site = pages.site AND substr(fetched, 1, 10) BETWEEN first AND last)
            THEN '0' ELSE '1' END || fetched AS fresh
        FROM pages WHERE outcome = 'article'
        AND id IN (SELECT id FROM pages WHERE outcome = 'article' GROUP BY id HAVING count(*) > 1))
)
"""
# Of articles with one text the earliest published is the original; one without a date is taken for younger than any.
COPIES = """
CREATE TEMP TABLE copies AS
SELECT page, original FROM (
    SELECT page, coalesce(renamed_to, id) AS own, first_value(coalesce(renamed_to, id)) OVER (
        PARTITION BY text_hash
        ORDER BY coalesce(nullif(published, ''), nullif(fetched, ''), '~'), id, path, record) AS original
    FROM pages WHERE outcome = 'article' AND superseded_by IS NULL AND text_hash IN (
        SELECT text_hash FROM pages WHERE outcome = 'article' AND superseded_by IS NULL AND text_hash IS NOT NULL
        GROUP BY text_hash HAVING count(*) > 1)
) WHERE own <> original
"""


def relate(state: State) -> None:
    """Note for every page what supersedes it, under which id it stands, and what it is a copy of."""
    state.sql.execute(TAKES)
    state.sql.execute("CREATE INDEX temp.takes_by_page ON takes (page)")
    state.sql.execute(
        """INSERT OR IGNORE INTO dirty SELECT shard FROM pages LEFT JOIN takes USING (page)
        WHERE (superseded_by IS NULL) <> (winner IS NULL) OR pages.renamed_to IS NOT takes.renamed_to"""
    )
    state.sql.execute(
        """UPDATE pages SET superseded_by = NULL, renamed_to = NULL
        WHERE superseded_by IS NOT NULL OR renamed_to IS NOT NULL"""
    )
    state.sql.execute(
        """UPDATE pages SET superseded_by = takes.winner, renamed_to = takes.renamed_to
        FROM takes WHERE takes.page = pages.page"""
    )

    state.sql.execute(COPIES)
    state.sql.execute("CREATE INDEX temp.copies_by_page ON copies (page)")
    changed = """SELECT page, shard, original FROM pages LEFT JOIN copies USING (page)
        WHERE duplicate_of IS NOT original"""
    state.sql.execute(f"CREATE TEMP TABLE changed AS {changed}")
    state.sql.execute("INSERT OR IGNORE INTO dirty SELECT shard FROM changed")
    state.sql.execute("UPDATE pages SET duplicate_of = changed.original FROM changed WHERE changed.page = pages.page")
    for table in ("takes", "copies", "changed"):
        state.sql.execute(f"DROP TABLE temp.{table}")
