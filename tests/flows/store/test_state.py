"""What the state notices: which shards are to be written, and which sites learned again."""

from __future__ import annotations

from pathlib import Path

from flows.store.state import NO_RECORD, Held, State


def test_state_notices_what_to_write(tmp_path: Path) -> None:
    state = State(tmp_path)
    page = {"path": "a", "record": NO_RECORD, "shard": "s", "sha": "1", "recipe": "r", "outcome": "article"}
    state.store(page, b"body")
    state.sql.execute("DELETE FROM dirty")
    state.keep()
    state.store(page | {"sha": "2"}, b"never kept")
    state.close()
    state = State(tmp_path)
    known = state.earlier("a", NO_RECORD)
    assert known and known.sha == "1" and not state.one("SELECT count(*) FROM dirty")
    state.drop("a")
    assert state.one("SELECT shard FROM dirty") == "s" and state.one("SELECT count(*) FROM bodies") == 1
    assert state.one("SELECT held FROM pages") == Held.AWAY
    state.sql.execute("DELETE FROM pages")
    assert not state.one("SELECT count(*) FROM bodies")
    state.close()


def test_a_site_whose_page_shows_something_else_is_to_be_learned_again(tmp_path: Path) -> None:
    state = State(tmp_path)
    page = {"path": "a", "record": NO_RECORD, "shard": "s", "sha": "1", "recipe": "r", "outcome": "article"}
    for site, line_fingerprints, expected in (
        ("x", b"1", "x"),
        ("x", b"2", "x"),
        ("x", b"2", ""),
        ("y", b"2", "xy"),
        ("y", b"3", "y"),
    ):
        state.store(page | {"site": site}, b"", line_fingerprints)
        state.store(page | {"site": site}, b"", line_fingerprints)
        assert "".join(found for (found,) in state.rows("SELECT site FROM unlearned ORDER BY site")) == expected
        state.sql.execute("DELETE FROM unlearned")
    state.close()
