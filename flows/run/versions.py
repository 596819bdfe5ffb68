"""Compares pages with each other: which of the versions of one article stand, and which texts are copies.

Both are decided anew from all pages, so that the answer never depends on the order in which pages came; what changed
since the last run marks the shards to write again.
"""

from __future__ import annotations

from flows.publish.findings import ALIKE
from flows.store.state import SAME_ADDRESS, Held, State

# What came in the place of an article that is held because its site drifted gives way to that one, whatever its address;
# so does a wall elsewhere at its address, also where nobody says when either was fetched.
GIVING_WAY = f"""
CREATE TEMP TABLE giving_way AS
SELECT DISTINCT page, first_value(before) OVER (PARTITION BY page ORDER BY elsewhere, path, record) AS before FROM (
    SELECT now.page AS page, pages.page AS before, pages.path AS path, pages.record AS record, FALSE AS elsewhere
    FROM pages JOIN pages AS now
    ON now.path = pages.path AND now.record = pages.record AND now.held = '' AND now.outcome = 'article'
    WHERE pages.held = '{Held.DRIFTED}'
    UNION ALL SELECT now.page, pages.page, pages.path, pages.record, TRUE FROM pages JOIN pages AS now
    ON now.held = '' AND now.outcome = 'article' AND now.page IN (SELECT page FROM walls) AND {SAME_ADDRESS}
    WHERE pages.held = '{Held.DRIFTED}')
"""
# An address is stated by a page's input, or claimed by the page alone. A claim holds while nobody else has the address
# with another text: then all who claim it stand under their own id, and no text is pushed out by a page that lies or a
# site that states one address everywhere.
CONTESTED = """
CREATE TEMP TABLE contested AS
SELECT page, own_id FROM pages WHERE outcome = 'article' AND claimed AND page NOT IN (SELECT page FROM giving_way)
AND id IN (
    SELECT id FROM pages WHERE outcome = 'article' AND page NOT IN (SELECT page FROM giving_way) AND id IN (
        SELECT id FROM pages WHERE outcome = 'article' GROUP BY id HAVING count(*) > 1)
    GROUP BY id
    HAVING count(DISTINCT CASE WHEN claimed THEN own_id ELSE id END) > 1
        AND count(DISTINCT coalesce(text_hash, '')) > 1)
"""
# Of pages with one id, all that were fetched before the newest give way to it; one that was fetched while its site
# drifted gives way to any that was not. Where several are left, for want of dates or on a tie, none is lost: the first
# by source path keeps the id, the others stand under the id of their place. A page that alone says at which address it
# stood takes no part where another's input says so.
VERSIONS = f"""
CREATE TEMP TABLE takes AS
SELECT page, winner, CASE
    WHEN winner IS NOT NULL THEN NULL
    WHEN row_number() OVER (PARTITION BY id, winner IS NULL ORDER BY claimed, path, record) > 1 THEN alternative_id
    WHEN contested THEN id END AS renamed_to
FROM (
    SELECT page, id, alternative_id, path, record, claimed, contested,
        CASE WHEN fresh <> '' AND fresh < max(fresh) OVER (PARTITION BY id, claimed)
            THEN first_value(page) OVER (PARTITION BY id, claimed ORDER BY fresh DESC, path, record) END AS winner
    FROM (
        SELECT pages.page, coalesce(contested.own_id, id) AS id, alternative_id, path, record,
            claimed AND contested.page IS NULL AS claimed, contested.page IS NOT NULL AS contested,
            CASE WHEN fetched = '' THEN '' WHEN pages.page IN (SELECT page FROM walls) OR EXISTS (
                SELECT 1 FROM drifted WHERE site = pages.site AND measure <> '{ALIKE}'
                AND substr(fetched, 1, 10) BETWEEN first AND last)
                THEN '0' ELSE '1' END || fetched AS fresh
        FROM pages LEFT JOIN contested ON contested.page = pages.page
        WHERE outcome = 'article' AND pages.page NOT IN (SELECT page FROM giving_way)
        AND (id IN (SELECT id FROM pages WHERE outcome = 'article' GROUP BY id HAVING count(*) > 1)
            OR id IN (SELECT own_id FROM contested)))
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


def relate(state: State) -> int:
    """Note for every page what supersedes it, under which id it stands, and what it is a copy of.

    What is held and superseded goes: another input gives the address a newer article. Returns how many these are.
    """
    for table in (GIVING_WAY, CONTESTED, VERSIONS):
        state.sql.execute(table)
    state.sql.execute("CREATE INDEX temp.takes_by_page ON takes (page)")
    state.sql.execute(
        """INSERT INTO takes SELECT giving_way.page, coalesce(winner, before), NULL
        FROM giving_way LEFT JOIN takes ON takes.page = before"""
    )
    state.sql.execute(
        """INSERT OR IGNORE INTO dirty SELECT shard FROM pages LEFT JOIN takes USING (page)
        WHERE (superseded_by IS NULL) <> (winner IS NULL) OR pages.renamed_to IS NOT takes.renamed_to
        OR contested <> (page IN (SELECT page FROM contested))"""
    )
    state.sql.execute(
        """UPDATE pages SET superseded_by = NULL, renamed_to = NULL, contested = 0
        WHERE superseded_by IS NOT NULL OR renamed_to IS NOT NULL OR contested"""
    )
    state.sql.execute(
        """UPDATE pages SET superseded_by = takes.winner, renamed_to = takes.renamed_to
        FROM takes WHERE takes.page = pages.page"""
    )
    state.sql.execute("UPDATE pages SET contested = 1 WHERE page IN (SELECT page FROM contested)")
    gone = state.sql.execute("DELETE FROM pages WHERE held <> '' AND superseded_by IS NOT NULL").rowcount

    state.sql.execute(COPIES)
    state.sql.execute("CREATE INDEX temp.copies_by_page ON copies (page)")
    changed = """SELECT page, shard, original FROM pages LEFT JOIN copies USING (page)
        WHERE duplicate_of IS NOT original"""
    state.sql.execute(f"CREATE TEMP TABLE changed AS {changed}")
    state.sql.execute("INSERT OR IGNORE INTO dirty SELECT shard FROM changed")
    state.sql.execute("UPDATE pages SET duplicate_of = changed.original FROM changed WHERE changed.page = pages.page")
    for table in ("giving_way", "contested", "takes", "copies", "changed"):
        state.sql.execute(f"DROP TABLE temp.{table}")
    return gone
