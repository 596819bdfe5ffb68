"""Hostile containers: JSONL with bad lines, broken and exploding archives, sidecars of every sort."""

from __future__ import annotations

import base64
import json
import random
import zlib
from collections.abc import Callable
from typing import Any

import zstandard

from hostile.kinds import AFTER, ARTICLE, BEFORE, BOTH, NO_TEXT, NOTHING_SEEN, Kind, gz, page

BAD = frozenset(["bad_record"])
CUT = frozenset(["broken_archive"])
BOMB = frozenset(["decompression_bomb", "too_large"])


def record(**says: Any) -> bytes:
    """A line with a good page and whatever else it says."""
    return json.dumps({"text": f"{BEFORE}\n{AFTER}", **says}).encode() + b"\n"


def lines(name: str, make: Callable[[int], bytes], allowed: frozenset[str], *, size: int = 1, records: int = 1) -> Kind:
    """A container with so many inputs."""
    return Kind(name, make, size, allowed, (), ".jsonl", records=records)


def line(name: str, written: bytes, allowed: frozenset[str] = BAD) -> Kind:
    """A container in which one bad line stands between two good ones."""
    return lines(name, lambda _: record() + written + b"\n" + record(), ARTICLE | allowed, records=3)


BAD_LINES = (
    line("line_no_json", b"boats"),
    line("line_half", record()[:50]),
    line("line_of_noise", random.Random(5).randbytes(300).replace(b"\n", b" ")),
    line("line_of_nuls", b"\0" * 1_000),
    line("line_list", b"[1, 2]"),
    line("line_number", b"3"),
    line("line_null", b"null"),
    line("line_string", b'"boats"'),
    line("line_without_content", b'{"url": "https://x.example/"}'),
    line("line_content_null", b'{"html": null, "text": null}'),
    line("line_content_number", b'{"text": 7}'),
    line("line_content_list", b'{"html": ["<p>x"]}'),
    line("line_content_empty", b'{"html": ""}', NOTHING_SEEN),
    line("line_deep_lists", b"[" * 100_000),
    line("line_deep_objects", b'{"a":' * 100_000),
    line("line_deep_meta", b'{"text": "' + BEFORE.encode() + b'", "meta": ' + b"[" * 900 + b"]" * 900 + b"}", BAD | ARTICLE),
    line("line_deeper_meta", b'{"text": "' + BEFORE.encode() + b'", "meta": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", BAD | ARTICLE),
    line("line_huge_number", b'{"text": "' + BEFORE.encode() + b'", "id": ' + b"9" * 5_000 + b"}", BAD | ARTICLE),
    line("line_huge_exponent", record(id=1)[:-2] + b', "n": 1e99999}', ARTICLE | BAD),
    line("line_not_a_number", record(id=1)[:-2] + b', "n": NaN, "m": -Infinity}', ARTICLE),
    line("line_twice_the_same_key", record(id=1)[:-2] + b', "id": 2, "text": "' + AFTER.encode() + b'"}', ARTICLE),
    line("line_wrong_types", record(url=7, id=[1], fetched_at={"a": 1}, headers="x", meta=[1, 2])[:-1], ARTICLE),
    line("line_bad_date", record(fetched_at="9999-99-99")[:-1], ARTICLE),
    line("line_giant_date", record(fetched_at="9" * 100_000)[:-1], ARTICLE),
    line("line_bad_url", record(url="http://[::1")[:-1], ARTICLE),
    line("line_giant_url", record(url="https://x.example/" + "a" * 100_000)[:-1], ARTICLE),
    line("line_giant_id", record(id="x" * 100_000)[:-1], ARTICLE),
    line("line_path_for_id", record(id="../../../../tmp/copydesk-escape")[:-1], ARTICLE),
    line("line_nul_in_id", record(id="a\0b")[:-1], ARTICLE),
    line("line_giant_meta", record(meta={"x": "y" * 2_000_000})[:-1], ARTICLE),
    line("line_many_fields", record(**{f"f{i}": i for i in range(20_000)})[:-1], ARTICLE),
    line("line_lone_surrogate", b'{"text": "\\ud800 ' + BEFORE.encode() + b'", "id": "\\udfff"}', ARTICLE),
    line("line_lone_surrogate_key", record()[:-2] + b', "\\ud800": 1}', ARTICLE | BAD),
    line("line_bad_bytes", b'{"text": "\xff\xfe ' + BEFORE.encode() + b'"}', ARTICLE),
    line("line_bad_bytes_in_a_key", record()[:-2] + b', "\xff": 1}', ARTICLE),
    line("line_carriage_return", record().strip() + b"\r", ARTICLE),
    line("line_with_a_mark", b"\xef\xbb\xbf" + record().strip(), ARTICLE | BAD),
    line("line_base64_broken", b'{"html_b64": "####"}', BAD | NOTHING_SEEN),
    line("line_base64_of_noise", b'{"html_b64": "' + base64.b64encode(random.Random(6).randbytes(5_000)) + b'"}', NO_TEXT),
    line("line_base64_of_a_bomb", b'{"html_b64": "' + base64.b64encode(gz(bytes(20_000_000))) + b'"}', NO_TEXT),
    line("line_comment", b"// boats"),
    line("line_trailing_comma", b'{"text": "x",}'),
    line("line_of_many_objects", record().strip() * 3),
    line("line_content_twice", record(html="<p>" + BEFORE)[:-1], ARTICLE),
    line("line_prototype", b'{"__proto__": {"x": 1}, "constructor": 2, "text": "' + BEFORE.encode() + b'"}', ARTICLE),
)  # fmt: skip


def zst(content: bytes) -> bytes:
    """The content as one frame."""
    return zstandard.compress(content)


FILES = (
    lines("lines_blank", lambda n: b"\n" * n, frozenset(["skipped"]), size=1_000, records=1_000),
    lines("lines_none", lambda _: b"", frozenset(["empty"])),
    lines("lines_all_bad", lambda n: b"{\n" * n, BAD, size=500, records=500),
    lines("lines_without_an_end", lambda _: record().strip(), ARTICLE),
    lines("lines_utf16", lambda _: record().decode().encode("utf-16"), BAD, records=2),
    lines("lines_too_long", lambda n: b'{"text": "' + b"a" * n + b'"}\n', frozenset(["too_large"]), size=64 * 1024 * 1024 + 1),
    lines("lines_never_end", lambda n: b"[" * n, BAD, size=5_000_000),
    lines("lines_of_html", lambda _: page("x"), BAD, records=3),
    lines("lines_of_an_archive", lambda _: gz(b"x"), BAD, records=1),
    lines("lines_many", lambda n: b"".join(record(id=i, url=f"https://lines.example/{i}") for i in range(n)), ARTICLE, size=300, records=300),
    lines("lines_of_one_page", lambda n: record(url="https://lines.example/one", fetched_at="2026-01-01") * n, ARTICLE, size=100, records=100),
    lines("lines_takes_of_one_page", lambda n: b"".join(record(url="https://lines.example/two", fetched_at=f"{1000 + i}-01-01") for i in range(n)),
          ARTICLE | {"superseded"}, size=100, records=100),
    lines("lines_ids_of_paths", lambda _: b"".join(record(id=x) for x in ("/etc/passwd", "..", "a/../../b", "con", "", "\n", "a" * 5_000, "%00")), ARTICLE, records=8),
)  # fmt: skip
ARCHIVES = (
    Kind("archive_cut", lambda _: gz(page(""))[:-30], 1, CUT, (), ".html.gz"),
    Kind("archive_of_nothing", lambda _: gz(b""), 1, NOTHING_SEEN, (), ".html.gz"),
    Kind("archive_empty", lambda _: b"", 1, CUT | NOTHING_SEEN, (), ".html.gz"),
    Kind("archive_is_none", lambda _: page(""), 1, CUT, (), ".html.gz"),
    Kind("archive_with_a_bad_sum", lambda _: gz(page(""))[:-8] + bytes(8), 1, CUT, (), ".html.gz"),
    Kind("archive_corrupt", lambda _: gz(page("x" * 5_000))[:200] + b"\xff" * 300, 1, CUT, (), ".html.gz"),
    Kind("archive_with_garbage_behind", lambda _: gz(page("")) + b"garbage", 1, CUT | ARTICLE, BOTH, ".html.gz"),
    Kind("archive_of_many_members", lambda n: gz(page("")) + gz(b"<p>x</p>\n") * n, 5_000, ARTICLE, BOTH, ".html.gz"),
    Kind("archive_of_empty_members", lambda n: gz(b"") * n + gz(page("")), 5_000, ARTICLE, BOTH, ".html.gz"),
    Kind("archive_bomb", lambda n: gz(bytes(n)), 100_000_000, BOMB, (), ".html.gz"),
    Kind("archive_bomb_of_spaces", lambda n: gz(b" " * n), 60_000_000, BOMB | NOTHING_SEEN, (), ".txt.gz"),
    Kind("archive_in_an_archive", lambda n: gz(gz(bytes(n))), 100_000_000, NO_TEXT, (), ".html.gz"),
    Kind("archive_lines_bomb", lambda n: gz(bytes(n)), 100_000_000, BOMB, (), ".jsonl.gz", records=1),
    Kind("archive_lines_cut", lambda _: gz(record() * 500)[:-60], 1, ARTICLE | CUT | BAD, (), ".jsonl.gz", records=-1),
    Kind("archive_lines_bad_member", lambda _: gz(record()) + b"\x1f\x8b\x08" + b"\xff" * 50 + gz(record()), 1,
         ARTICLE | CUT, (), ".jsonl.gz", records=2),
    Kind("zst_cut", lambda _: zst(page("x" * 1_000))[:-10], 1, CUT, (), ".html.zst"),
    Kind("zst_corrupt", lambda _: zst(page("x" * 1_000))[:40] + b"\xff" * 50, 1, CUT, (), ".html.zst"),
    Kind("zst_is_none", lambda _: page(""), 1, CUT, (), ".html.zst"),
    Kind("zst_bomb", lambda n: zst(bytes(n)), 200_000_000, BOMB, (), ".html.zst"),
    Kind("zst_lines_bomb", lambda n: zst(bytes(n)), 200_000_000, BOMB, (), ".jsonl.zst"),
    Kind("zst_of_many_frames", lambda n: zst(page("")) + zst(b"<p>x</p>\n") * n, 2_000, ARTICLE, BOTH, ".html.zst"),
    Kind("zst_wide_window", lambda _: b"\x28\xb5\x2f\xfd\x00\xff" + b"\0" * 20, 1, CUT, (), ".html.zst"),
    Kind("zlib_named_gz", lambda n: zlib.compress(bytes(n)), 1_000_000, CUT, (), ".html.gz"),
)  # fmt: skip


def sidecar(name: str, content: bytes, size: int = 1) -> Kind:
    """A good page with this beside it; a sidecar that is broken is an input of its own."""
    return Kind(
        name, lambda _: page(""), size, ARTICLE | {"broken_sidecar"}, BOTH, sidecar=lambda count: content * count
    )


SIDECARS = (
    Kind(
        "sidecar_newer_than_the_page_it_claims_to_be",
        lambda _: page("", head="<link rel=canonical href='https://fenmoor.example/news/1'>"),
        sidecar=lambda _: b'{"fetched_at": "2030-01-01T00:00:00Z"}',
    ),
    sidecar("sidecar_empty", b""),
    sidecar("sidecar_no_json", b"boats"),
    sidecar("sidecar_list", b"[1]"),
    sidecar("sidecar_deep", b"[", 200_000),
    sidecar("sidecar_huge", b" " * 1_000, 2_000),
    sidecar("sidecar_noise", random.Random(8).randbytes(1_000)),
    sidecar("sidecar_wrong_types", b'{"url": {"a": 1}, "fetched_at": [], "headers": 3, "id": null}'),
    sidecar("sidecar_bad_url", b'{"url": "http://[::1", "fetched_at": "yesterday"}'),
    sidecar("sidecar_path_url", b'{"url": "file:///etc/passwd"}'),
    sidecar("sidecar_giant_url", b'{"url": "https://x.example/' + b"a" * 500_000 + b'"}'),
    sidecar("sidecar_surrogate", b'{"url": "https://x.example/\\ud800", "x\\udfff": "\\ud800"}'),
    sidecar("sidecar_not_a_number", b'{"x": NaN, "y": 1e999, "z": ' + b"9" * 4_000 + b"}"),
    sidecar("sidecar_deep_meta", b'{"x": ' + b"[" * 900 + b"]" * 900 + b"}"),
    sidecar("sidecar_utf16", '{"url": "https://x.example/"}'.encode("utf-16")),
    sidecar("sidecar_twice_the_same_key", b'{"url": "https://x.example/1", "url": 7}'),
)

KINDS = (*BAD_LINES, *FILES, *ARCHIVES, *SIDECARS)
