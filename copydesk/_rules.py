"""A user's own rules: reads the folder or takes its texts, and keeps what was made of them for the next page."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from copydesk._arguments import _kind, is_storable
from copydesk._errors import BadRules

if TYPE_CHECKING:
    from pathlib import Path

    from cleaners.site.user_rules import UserRules

RulesGiven = str | os.PathLike[str] | Mapping[str, str] | None

SITES, SUFFIX = "sites", ".toml"
LONGEST = 1024 * 1024  # bytes of a file, as for the command; ten thousand phrases have 300,000
MOST_SETS = 8  # of rules kept ready; a program has one or two
_MAKING = threading.Lock()  # threads that ask for the same rules at once have them made once


class RuleTexts(NamedTuple):
    """The texts of files with rules by their path in their folder, in order; `folder` is what messages call that."""

    folder: str = "rules"
    texts: tuple[tuple[str, str], ...] = ()


def rule_texts(rules: RulesGiven) -> RuleTexts:
    """The texts of the rules given. A folder is read now, so that a change of a file counts from the next page on.

    Raises TypeError and ValueError for what is neither a folder nor such texts, BadRules for a file of no use.
    """
    if rules is None:
        return RuleTexts()
    if isinstance(rules, Mapping):
        return RuleTexts(texts=tuple(sorted((_name(name), _text(name, text)) for name, text in rules.items())))
    if not isinstance(rules, (str, os.PathLike)):
        raise TypeError(
            f"rules is {_kind(rules)}: give the path of a folder, or its texts as {{'ours.toml': '...'}}, or None"
        )
    folder = os.fsdecode(rules)  # a path of bytes may be what is made of it
    if not os.path.isdir(folder):
        raise ValueError(f"rules is {folder!r}, which is no folder: give the folder with your rules, or None")
    return RuleTexts(folder, tuple(_read(folder)))


def own_rules(texts: RuleTexts) -> UserRules | None:
    """What these texts rule, made once; None where there are none. Raises BadRules."""
    if not texts.texts:
        return None
    with _MAKING:
        return _made(texts)


@lru_cache(maxsize=MOST_SETS)
def _made(texts: RuleTexts) -> UserRules | None:
    from cleaners import errors
    from cleaners.site.user_rules import user_rules

    try:
        return user_rules(dict(texts.texts), texts.folder)
    except errors.BadRules as error:
        raise BadRules(str(error)) from error


def _name(name: object) -> str:
    """A path as the folder with rules would have it. Raises TypeError, ValueError."""
    if not isinstance(name, str):
        raise TypeError(
            f"rules has {_kind(name)} as a name: name each text by its path, 'ours.toml' or 'sites/HOST.toml'"
        )
    *folders, file = name.split("/")
    if (
        not is_storable(name)
        or "\0" in name
        or folders not in ([], [SITES])
        or not file.endswith(SUFFIX)
        or file.startswith(".")
    ):
        raise ValueError(
            f"rules has a text called {name!r}: call it 'ours.toml' or 'sites/fenmoor.example.toml', for instance"
        )
    return name


def _text(name: object, text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"rules[{name!r}] is {_kind(text)}: give what stands in the file, as a str")
    if not is_storable(text):
        raise ValueError(f"rules[{name!r}] has half a character, which no file can hold: read the text again, as UTF-8")
    return _one_kind_of_line_break(text.removeprefix("\ufeff"))  # the mark that some editors begin a file with


def _read(folder: str) -> list[tuple[str, str]]:
    """The texts of a folder's files by their path in it, in order; hidden ones are an editor's. Raises BadRules."""
    from pathlib import Path  # not at the top: importing copydesk is cheap

    found = []
    # the folder of sites may be a link to where they are shared, into which a search does not go by itself
    for path in sorted({*Path(folder).rglob(f"*{SUFFIX}"), *Path(folder, SITES).rglob(f"*{SUFFIX}")}):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):
            continue
        if name.parts[:-1] not in ((), (SITES,)):
            raise BadRules(f"{path} would not be read: move it to {folder}/ or {folder}/{SITES}/")
        found.append((name.as_posix(), _file(path)))
    return sorted(found)


def _file(path: Path) -> str:
    """What a file with rules says; a link is followed. Raises BadRules."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise BadRules(f"{path} is no file but a folder, pipe or device: remove it, or put a file in its place")
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # it may be a pipe by now
            content = file.read(LONGEST + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRules(f"{path} cannot be read ({error}): make it readable, as UTF-8") from error
    if len(content) > LONGEST:
        raise BadRules(f"{path} has more than {LONGEST:,} bytes, which no file with rules needs: divide or remove it")
    return _one_kind_of_line_break(text)


def _one_kind_of_line_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
