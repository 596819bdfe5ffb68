"""A user's own rules: reads the folder or takes its texts, and keeps what was made of them for the next page."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from copydesk._arguments import is_storable, kind_of
from copydesk._errors import BadRules

if TYPE_CHECKING:
    from cleaners.site.user_rules import UserRules

RulesGiven = str | os.PathLike[str] | Mapping[str, str] | None

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
            f"rules is {kind_of(rules)}: give the path of a folder, or its texts as {{'ours.toml': '...'}}, or None"
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
            f"rules has {kind_of(name)} as a name: name each text by its path, 'ours.toml' or 'sites/HOST.toml'"
        )
    from cleaners.rules.user_folder import SITES, SUFFIX  # not at the top: importing copydesk is cheap

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
        raise TypeError(f"rules[{name!r}] is {kind_of(text)}: give what stands in the file, as a str")
    if not is_storable(text):
        raise ValueError(f"rules[{name!r}] has half a character, which no file can hold: read the text again, as UTF-8")
    from cleaners.rules.user_folder import one_line_end  # not at the top: importing copydesk is cheap

    return one_line_end(text.removeprefix("\ufeff"))  # the mark that some editors begin a file with


def _read(folder: str) -> list[tuple[str, str]]:
    """The texts of a folder's files by their path in it, in order. Raises BadRules."""
    from pathlib import Path  # not at the top: importing copydesk is cheap

    from cleaners import errors
    from cleaners.rules.user_folder import read_rules_folder

    try:
        return list(read_rules_folder(Path(folder)).items())
    except errors.BadRules as error:
        raise BadRules(str(error)) from error
