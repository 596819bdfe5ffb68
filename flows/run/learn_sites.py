"""Learns each site's boilerplate lines from stored line fingerprints, and marks the pages that must be cleaned again.

Only sites whose pages changed are learned anew, each from the fingerprints of all its pages, so that the learned lines
depend on the pages in RAW alone and never on the order or the portions in which they came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flows.store.atomic import put
from flows.store.boilerplate_index import index_digest
from flows.store.codec import unpack as unpack_body
from flows.store.paths import PRIVATE
from flows.store.state import AGAIN, State

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cleaners.site.fingerprints import LineFingerprints
    from cleaners.site.learn import Counts

PLATFORM_SITES = 3  # a line that so many sites were learned to show belongs to what they are made with
PLATFORM_WORDS = 5  # of such a line; shorter ones are subheads that reporters anywhere think of
KEYS_AT_ONCE = 4_000_000  # lines counted in one go: some 200 MB; larger sites are counted in parts
PAGES_AT_ONCE = 2_000  # whose fingerprints are looked through in one go
# Sites with changed pages from which lines can be learned: not from those of one page, as most sites of a scrape are.
TEACHING = """SELECT site FROM unlearned WHERE site <> '' AND (
        (SELECT count(*) FROM (SELECT 1 FROM surveys WHERE surveys.site = unlearned.site LIMIT 2)) > 1
        OR EXISTS (SELECT 1 FROM lines WHERE lines.site = unlearned.site))
    ORDER BY site"""
_SIGNED = 1 << 63  # SQLite's integers are signed, fingerprints are not


class Row(NamedTuple):
    """One line learned of a site: its key, how many stories and pages show it, how many would keep it, its usual place."""

    key: int
    stories: int
    pages: int
    kept: int
    place: int


class Example(NamedTuple):
    """A line as one page shows it."""

    words: int
    text: str
    path: str
    record: int


def learn(clean: Path, state: State) -> int:
    """Learn anew every site whose pages changed; returns how many pages must be cleaned again for it."""
    shared = learn_sites(clean, state)
    _clean_again(clean, state, everywhere=shared)
    state.sql.execute("DELETE FROM unlearned")
    state.unfinish("path IN (SELECT path FROM pages WHERE recipe = '' AND held = '')")
    again: int = state.one("SELECT count(*) FROM pages WHERE recipe = '' AND held = ''")
    return again


def learn_sites(clean: Path, state: State) -> bool:
    """Learn the lines of the sites whose pages changed; True when that changes which lines many sites share."""
    forget_gone(state)
    sites = [site for (site,) in state.rows(TEACHING)]
    if not sites:
        return False
    platform = platform_keys(state)
    changed = [site for site in sites if _learn_site(state, site)]
    if not changed:
        return False
    write_index(clean, state)
    return platform != platform_keys(state)


def forget_gone(state: State) -> None:
    """Delete the line fingerprints of pages that are no articles any more."""
    state.sql.execute(
        """DELETE FROM surveys WHERE (path, record) IN (
            SELECT gone.path, gone.record FROM gone LEFT JOIN pages
            ON pages.path = gone.path AND pages.record = gone.record AND outcome = 'article' WHERE page IS NULL)"""
    )
    state.sql.execute("DELETE FROM gone")


def platform_keys(state: State) -> set[int]:
    """The lines that several sites share."""
    query = "SELECT key FROM lines WHERE words >= ? GROUP BY key HAVING count(*) >= ?"
    return {key + _SIGNED for (key,) in state.rows(query, PLATFORM_WORDS, PLATFORM_SITES)}


def _learn_site(state: State, site: str) -> bool:
    """Replace the learned lines of a site by those that its pages show today; True when they are others."""
    rows = state.rows("SELECT key, path, record FROM lines WHERE site = ?", site)
    before = {key + _SIGNED: (path, record) for key, path, record in rows}
    now = {row.key: row for row in counted(state, site)}
    shown = _shown(state, site, now, before)
    state.sql.executemany(
        "DELETE FROM lines WHERE site = ? AND key = ?", ((site, key - _SIGNED) for key in before.keys() - now.keys())
    )
    state.sql.executemany(
        "INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (site, key - _SIGNED, *now[key][1:4], example.words, now[key].place, *example[1:])
            for key, example in sorted(shown.items())
        ),
    )
    state.sql.executemany(
        "UPDATE lines SET stories = ?, pages = ?, kept = ?, place = ? WHERE site = ? AND key = ?",
        ((*row[1:], site, key - _SIGNED) for key, row in now.items() if key not in shown),
    )
    return before.keys() != now.keys()


def counted(state: State, site: str) -> Iterator[Row]:
    """The lines to learn from a site's pages."""
    import numpy as np  # not at the top: a run that finds nothing new does without

    from cleaners.site.learn import count, learned, sketch, stories

    size = state.one("SELECT sum(length(survey)) FROM surveys WHERE site = ?", site) or 0
    parts = 1 + size // (12 * KEYS_AT_ONCE)
    tells = stories(sketch(fingerprints) for _, _, fingerprints in _fingerprints(state, site))
    for part in range(parts):
        chosen = []
        for _, _, fingerprints in _fingerprints(state, site):
            in_part = fingerprints.keys % np.uint64(parts) == part
            chosen.append(fingerprints if parts == 1 else _some(fingerprints, in_part))
        counts = count(chosen, tells)
        yield from _rows(counts, learned(counts))


def _some(of: LineFingerprints, chosen: npt.NDArray[np.bool_]) -> LineFingerprints:
    return of._replace(keys=of.keys[chosen], words=of.words[chosen], place=of.place[chosen], kept=of.kept[chosen])


def _rows(counts: Counts, chosen: npt.NDArray[np.bool_]) -> Iterator[Row]:
    columns = (counts.keys, counts.stories, counts.pages, counts.kept, counts.place)
    yield from map(Row._make, zip(*(column[chosen].tolist() for column in columns), strict=True))


def _fingerprints(state: State, site: str) -> Iterator[tuple[str, int, LineFingerprints]]:
    """Path, record and line fingerprints of every page of a site, in order of place."""
    from cleaners.site.fingerprints import unpack

    query = "SELECT path, record, survey FROM surveys WHERE site = ? ORDER BY path, record"
    for path, record, stored in state.rows(query, site):
        yield path, record, unpack(stored)


def _shown(
    state: State, site: str, keys: Iterable[int], before: Mapping[int, tuple[str, int]]
) -> Mapping[int, Example]:
    """An example of each of these lines, the first page that would keep it, where that is another one than before."""
    import numpy as np

    from cleaners.site.fingerprints import CONVENTIONS, REQUESTED, among, fingerprint
    from cleaners.text.fold import fold

    missing = np.array(sorted(keys), np.uint64)
    found: dict[int, Example] = {}
    for path, record, fingerprints in _fingerprints(state, site):
        if not len(missing):
            break
        there = among(fingerprints.keys, missing) & fingerprints.kept
        if not there.any():
            continue
        missing = missing[~among(missing, fingerprints.keys[there])]
        words = dict(zip(fingerprints.keys[there].tolist(), fingerprints.words[there].tolist(), strict=True))
        other = [key for key in words if before.get(key) != (path, record)]
        if not other:
            continue
        texts = {fingerprint(fold(text)): text for text in _texts(state, path, record)}
        conventions = (fingerprints.place & ~np.uint8(REQUESTED)) >= CONVENTIONS
        texts |= zip(fingerprints.keys[conventions].tolist(), fingerprints.texts, strict=True)
        found |= {key: Example(words[key], texts.get(key, ""), path, record) for key in other}
    return found


def _texts(state: State, path: str, record: int) -> Iterator[str]:
    """The lines of a page that was cleaned: those of its article and those of its ledger."""
    import json

    body = state.one(
        """SELECT body FROM bodies JOIN pages USING (page) WHERE path = ? AND record = ? AND outcome = 'article'
        ORDER BY held LIMIT 1""",
        path,
        record,
    )
    if body is None:
        return
    article, *removed = unpack_body(body).split(b"\n")
    row = json.loads(article)
    for block in row["blocks"]:
        yield row["text"][block["start"] : block["end"]]
    for line in removed:
        yield json.loads(line)["text"]


def _clean_again(clean: Path, state: State, *, everywhere: bool) -> None:
    """Have the pages cleaned again for which the index says something else now: of sites that changed, or of all."""
    index = index_file(clean, state)
    where = "TRUE" if everywhere else "surveys.site IN (SELECT site FROM unlearned)"
    touched = (
        (path, record)
        for path, record, site, fingerprints, before in state.rows(
            f"""SELECT path, record, surveys.site, survey, known FROM surveys JOIN pages USING (path, record)
            WHERE {where} AND held = ''"""
        )
        if index_digest(fingerprints, site, index) != before
    )
    state.sql.execute("CREATE TEMP TABLE touched (path TEXT, record INTEGER)")
    while some := list(islice(touched, PAGES_AT_ONCE)):
        state.sql.executemany("INSERT INTO touched VALUES (?, ?)", some)
    state.sql.execute(
        """UPDATE pages SET recipe = ? FROM touched
        WHERE pages.path = touched.path AND pages.record = touched.record AND held = ''""",
        (AGAIN,),
    )
    state.sql.execute("DROP TABLE temp.touched")


def write_index(clean: Path, state: State) -> None:
    """Write the index, the file in which workers find the learned lines of all sites, and remember its name."""
    import numpy as np

    from cleaners.site.boilerplate_index import PLATFORM, salt

    mixed = [np.array(sorted(platform_keys(state)), np.uint64) ^ salt(PLATFORM)]
    for site in [site for (site,) in state.rows("SELECT DISTINCT site FROM lines")]:
        keys = [key + _SIGNED for (key,) in state.rows("SELECT key FROM lines WHERE site = ?", site)]
        mixed.append(np.array(keys, np.uint64) ^ salt(site))
    table = np.unique(np.concatenate(mixed)).astype("<u8").tobytes()
    name = _name_of(table)
    if table:
        put(clean, name, [table])
    state.remember("known", name if table else None)


def remove_old_indexes(clean: Path, state: State) -> None:
    """Remove indexes written before the present one; not during a run, as a page that is out may still be cleaned by one."""
    now = state.fact("known")
    for file in (clean / PRIVATE).glob("known-*.bin"):
        if now != f"{PRIVATE}/{file.name}":
            file.unlink()


def index_file(clean: Path, state: State) -> str | None:
    """The path of the index, written again if it is missing or damaged; None while no line is learned."""
    name = state.fact("known")
    if not name:
        return None
    if not (clean / name).is_file() or _name_of((clean / name).read_bytes()) != name:
        write_index(clean, state)
    return str((clean / name).resolve())


def _name_of(table: bytes) -> str:
    return f"{PRIVATE}/known-{hashlib.sha256(table).hexdigest()[:16]}.bin"
