"""What the path of an input says: the shard its pages belong to, the host of its site, a spelling that is always UTF-8."""

from __future__ import annotations

import hashlib
import os

BUCKETS = 16  # files a folder of loose pages is written to; fixed, so that one new page rewrites one of them
LONGEST_SLUG = 60
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


def slug(path: str) -> str:
    """A readable file name for a relative path, with 8 hex of its hash: nothing in it can climb out of a folder."""
    plain = "".join(c if c in PLAIN else "-" for c in path.lower().replace("/", "_"))
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{plain[:LONGEST_SLUG].strip('.-_') or 'raw'}-{digest}"


def shard_of(path: str, *, container: bool) -> str:
    """The shard of an input, a relative path without suffix: its own for a container, else folder and bucket."""
    if container:
        return slug(path)
    folder, _, name = path.rpartition("/")
    bucket = hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[0] % BUCKETS
    return f"{slug(folder)}/{bucket:02x}"


def spelled(path: str) -> str:
    """The path as it is written into outputs: itself, or for bytes that are no UTF-8 an unambiguous spelling.

    The spelling starts with //, which no relative path does, and so cannot be taken for another file's name.
    """
    raw = os.fsencode(path)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "//" + raw.replace(b"\\", b"\\x5c").decode("utf-8", "backslashreplace")


def host_of(path: str) -> str | None:
    """The first folder of a path when it looks like a host name: dotted labels, the last one alphabetic."""
    first, slash, _ = path.partition("/")
    labels = first.lower().split(".")
    if not slash or len(labels) < 2 or len(first) > 253:
        return None
    fits = all(0 < len(x) < 64 and x.replace("-", "a").isalnum() and x[0] != "-" != x[-1] for x in labels)
    top = labels[-1]
    fits = fits and ((len(top) > 1 and top.isalpha()) or top.startswith("xn--"))
    return first.lower() if fits else None
