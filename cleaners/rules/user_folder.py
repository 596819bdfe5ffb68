"""Reads the files of a folder with a user's rules, once for a run or a program; what a page meets is their text."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cleaners.errors import BadRules

SITES, SUFFIX = "sites", ".toml"  # the folder with a file a site, and how all files with rules end
LONGEST = 1024 * 1024  # bytes of a file with rules; ten thousand phrases have 300,000


def read_rules_folder(folder: Path) -> dict[str, str]:
    """The text of each file with rules by its path in the folder, in order of path. Hidden ones are an editor's.

    Raises BadRules for a file of no use, in one line with the next step.
    """
    texts = {}
    # the folder of sites may be a link to where they are shared, into which a search does not go by itself
    for path in sorted({*folder.rglob(f"*{SUFFIX}"), *(folder / SITES).rglob(f"*{SUFFIX}")}):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):
            continue
        if name.parts[:-1] not in ((), (SITES,)):
            raise BadRules(f"{path} would not be read: move it to {folder}/ or {folder / SITES}/")
        try:
            texts[name.as_posix()] = _text_of(path)
        except (OSError, UnicodeDecodeError) as error:
            raise BadRules(f"{path} cannot be read ({error}): make it readable, as UTF-8") from error
    return dict(sorted(texts.items()))


def _text_of(path: Path) -> str:
    """What a file with rules says. A link is followed, as these files are the user's: some tools put every file in place by
    one. Raises BadRules for what is no file or too long, OSError, UnicodeDecodeError."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise BadRules(f"{path} is no file but a folder, pipe or device: remove it, or put a file in its place")
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # it may have become a pipe just now
    with os.fdopen(number, "rb") as file:
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise BadRules(f"{path} has more than {LONGEST:,} bytes, which no file with rules needs: divide or remove it")
    return one_line_end(content.decode("utf-8-sig"))


def one_line_end(text: str) -> str:
    """The text with all its line ends as "\\n", so that its lines and its digest are the same on every system."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
