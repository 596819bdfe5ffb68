"""Makes hostile entries of RAW that are more than bytes: links, pipes, sockets, odd names, growing files."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from hostile.kinds import ARTICLE, page

LONG_NAME = 250  # bytes; file systems take 255
LEVELS = 20  # of folders with such names: beyond what the system takes as one path
SKIPPED = frozenset(["skipped"])
GROWN = frozenset(["article", "changed_while_read"])


class Entry(NamedTuple):
    """One kind of entry: how to make it in an empty folder of its own, and what may become of each of its inputs."""

    name: str
    make: Callable[[Path], None]
    allowed: frozenset[str]
    inputs: int = 1


def _written(folder: Path, name: str | bytes, content: bytes | None = None) -> None:
    path = os.path.join(os.fsencode(folder), name if isinstance(name, bytes) else os.fsencode(name))
    with open(path, "wb") as file:
        file.write(page("") if content is None else content)


def _linked(name: str, target: str) -> Callable[[Path], None]:
    return lambda folder: os.symlink(target, folder / name)


def _named(name: str | bytes) -> Callable[[Path], None]:
    return lambda folder: _written(folder, name)


def _beside(folder: Path, name: str) -> Path:
    """A file outside RAW, which stands two folders up."""
    outside = folder.parent.parent.parent / "outside"
    outside.mkdir(exist_ok=True)
    _written(outside, name, b"<p>nobody may read this secret")
    return outside / name


def _link_to_secret(folder: Path) -> None:
    os.symlink(_beside(folder, "secret.html"), folder / "secret.html")


def _link_to_folder(folder: Path) -> None:
    os.symlink(_beside(folder, "secret.html").parent, folder / "all")


def _climbing_link(folder: Path) -> None:
    _beside(folder, "secret.html")
    os.symlink("../../../outside/secret.html", folder / "up.html")


def _sidecar_link(folder: Path) -> None:
    _written(folder, "a.html")
    os.symlink(_beside(folder, "secret.json"), folder / "a.html.meta.json")


def _hard_link(folder: Path) -> None:
    _written(folder, "a.html")
    os.link(folder / "a.html", folder / "b.html")


def _socket(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"/proc/self/fd/{number}/s.html")  # its own path may be too long for a socket's address
    os.close(number)


def _unreadable(folder: Path) -> None:
    _written(folder, "a.html")
    (folder / "a.html").chmod(0)


def _unreadable_folder(folder: Path) -> None:
    (folder / "closed").mkdir()
    (folder / "closed").chmod(0)


def _deep_folders(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    for _ in range(LEVELS):
        os.mkdir("d" * LONG_NAME, dir_fd=number)
        below = os.open("d" * LONG_NAME, os.O_RDONLY, dir_fd=number)
        os.close(number)
        number = below
    os.close(number)


def _many_folders(folder: Path) -> None:
    for number in range(300):
        folder = folder / str(number)
        folder.mkdir()
    _written(folder, "a.html")


def _case_twins(folder: Path) -> None:
    for name in ("a.html", "A.html", "a.HTML", "a.htm"):
        _written(folder, name)


def _empty_folders(folder: Path) -> None:
    for number in range(100):
        (folder / f"{number}.html").mkdir()


def _sparse(folder: Path) -> None:
    with open(folder / "a.html", "wb") as file:
        file.truncate(1 << 40)


ENTRIES = (
    Entry("link_to_a_secret", _link_to_secret, frozenset(["link_leaves_raw"])),
    Entry("link_to_a_folder", _link_to_folder, frozenset(["link_leaves_raw"])),
    Entry("link_that_climbs", _climbing_link, frozenset(["link_leaves_raw"])),
    Entry("link_to_a_system_file", _linked("a.html", "/etc/passwd"), frozenset(["link_leaves_raw"])),
    Entry("link_to_zeros", _linked("a.html", "/dev/zero"), frozenset(["link_leaves_raw"])),
    Entry("link_to_the_processes", _linked("a", "/proc/self"), frozenset(["link_leaves_raw"])),
    Entry("link_to_nothing", _linked("a.html", "nowhere.html"), SKIPPED),
    Entry("link_to_itself", _linked("a.html", "a.html"), SKIPPED),
    Entry("link_to_its_folder", _linked("loop", "."), SKIPPED),
    Entry("link_to_raw", _linked("loop", ".."), SKIPPED),
    Entry("link_for_a_sidecar", _sidecar_link, frozenset(["article", "link_leaves_raw"]), 2),
    Entry("hard_links", _hard_link, ARTICLE, 2),
    Entry("pipe", lambda folder: os.mkfifo(folder / "a.html"), frozenset(["not_a_file"])),
    Entry("pipe_for_lines", lambda folder: os.mkfifo(folder / "a.jsonl.gz"), frozenset(["not_a_file"])),
    Entry("socket", _socket, frozenset(["not_a_file"])),
    Entry("unreadable", _unreadable, frozenset(["unreadable", "article"])),  # root reads it
    Entry("unreadable_folder", _unreadable_folder, frozenset(["unreadable_folder"]), -1),
    Entry("folders_beyond_a_path", _deep_folders, frozenset(["unreadable", "unreadable_folder"])),
    Entry("folders_in_folders", _many_folders, ARTICLE),
    Entry("folders_named_as_pages", _empty_folders, ARTICLE, 0),
    Entry("sparse_terabyte", _sparse, frozenset(["too_large"])),
    Entry("name_with_a_newline", _named("a\nb.html"), ARTICLE),
    Entry("name_with_quotes", _named("a\"'`$(touch x);b.html"), ARTICLE),
    Entry("name_with_escapes", _named("\x1b[2J\x07a.html"), ARTICLE),
    Entry("name_of_no_utf8", _named(b"\xff\xfe\x80.html"), frozenset(["unreadable_name"])),
    Entry("name_in_latin1", _named("caf\xe9.html".encode("latin-1")), frozenset(["unreadable_name"])),
    Entry("name_decomposed", _named("cafe\u0301.html"), ARTICLE),
    Entry("name_of_direction_marks", _named("\u202elmth.html"), ARTICLE),
    Entry("name_very_long", _named("a" * (LONG_NAME - 5) + ".html"), ARTICLE),
    Entry("name_of_markup", _named("<script>alert(1)<.html"), ARTICLE),
    Entry("name_of_dots", _named("....html"), SKIPPED),
    Entry("name_of_a_suffix_only", _named(".html"), SKIPPED),
    Entry("name_hidden", _named(".a.html"), SKIPPED),
    Entry("name_of_many_suffixes", _named("a.html.gz.gz"), frozenset(["unknown_kind"])),
    Entry("name_without_suffix", _named("page"), frozenset(["unknown_kind"])),
    Entry("name_of_a_device", _named("con.html"), ARTICLE),
    Entry("name_with_spaces", _named("  a  .html"), ARTICLE),
    Entry("name_with_backslashes", _named("a\\..\\..\\b.html"), ARTICLE),
    Entry("name_like_an_option", _named("--help.html"), ARTICLE),
    Entry("names_by_case", _case_twins, ARTICLE, 4),
    Entry("sidecar_of_nothing", _named("a.html.meta.json"), frozenset(["orphan_sidecar"])),
    Entry("sidecar_of_a_sidecar", _named("a.meta.json.meta.json"), frozenset(["orphan_sidecar"])),
    Entry("archive_of_the_web", lambda folder: _written(folder, "a.warc", b"WARC/1.0\r\n"), frozenset(["broken_record"])),
    Entry("table_of_pages", _named("a.parquet"), frozenset(["not_read_yet"])),
)  # fmt: skip


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """A page that is written to, again and again, for as long as this holds."""
    stop = threading.Event()

    def grow() -> None:
        with open(path, "ab", buffering=0) as file:
            while not stop.wait(0.005):
                file.write(b"<p>more</p>\n")

    path.write_bytes(page(""))
    writer = threading.Thread(target=grow)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()
