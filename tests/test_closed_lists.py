"""What has one name in the whole product: the words of the closed lists, and a line of prose."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaners.vocabulary import Flag, QuarantineReason, Reason, SkipReason
from flows.errors import Trouble, Unreadable
from test_house import HOME, PRODUCT, module_of

LISTS = (Flag, QuarantineReason, Reason, SkipReason)
WORDS = {str(word) for words in LISTS for word in words}
DEFINED = HOME / "cleaners" / "vocabulary.py"
# Words that are also something else, by what: as that they may be written, but never as a reason.
STEPS = {path.stem for path in (HOME / "cleaners" / "steps").glob("*.py")}
HOMONYMS = {
    "byline": "a class, a rule and a place where authors are found",
    "caption": "a class and a field that a line is lifted into",
    "comments": "a class and a landmark of pages",
    "hidden": "an attribute of HTML and a zone",
    "lifted": "what became of a line, as explained to a person",
    "link": "an element of HTML",
    "promo": "a zone",
    "related": "a zone and a step",
    "site_chrome": "a step",
    "title_repeat": "a step",
    "unreadable": "why an article stands without its input",
}
REASON_IS_THIRD = {"Rule", "Verdict"}
REASON_IS_FIRST = {"UnreadablePage", "Unreadable", "Trouble", "RemovedCount", "NoArticle"}
REASON_IS_SECOND = {"rejected", "skipped"}
PROSE = HOME / "cleaners" / "text" / "prose.py"
TWELVE = 12
# By how it is compared, the number that makes it twelve at least, or less: `words >= 12`, `12 > words`.
LEAST_ON_RIGHT = {ast.GtE: TWELVE, ast.Lt: TWELVE, ast.Gt: TWELVE - 1, ast.LtE: TWELVE - 1}
LEAST_ON_LEFT = {ast.LtE: TWELVE, ast.Gt: TWELVE, ast.Lt: TWELVE - 1, ast.GtE: TWELVE - 1}


def written(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and word of each word of a closed list that is written as a string, or quoted inside one, as in SQL."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)  # a docstring may quote one
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            found = {node.value, *re.findall(r"""(?<=['"])\w+(?=['"])""", node.value)}
            yield from ((node.lineno, word) for word in sorted(found & WORDS))


def as_reasons(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and word of each word of a closed list that is written as a string where a reason belongs."""
    for node in ast.walk(tree):
        for place in places(node):
            for part in ast.walk(place):
                if isinstance(part, ast.Constant) and part.value in WORDS:
                    yield part.lineno, part.value


def places(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions directly in this node that are a reason: given, stored or compared with one."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for names, at in ((REASON_IS_FIRST, 0), (REASON_IS_SECOND, 1), (REASON_IS_THIRD, 2)):
            yield from node.args[at : at + 1] if called in names else ()
        yield from (keyword.value for keyword in node.keywords if keyword.arg in ("reason", "blank"))
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from sides if any(map(is_reason, sides)) else ()
    elif isinstance(node, ast.Dict):
        keyed = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in keyed if isinstance(key, ast.Constant) and key.value == "reason")
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(target.elts, node.value.elts, strict=True) if several else [(target, node.value)]
            yield from (value for name, value in pairs if is_reason(name))


def is_reason(side: ast.expr) -> bool:
    """True for what is called a reason: a name, an attribute, a key."""
    if isinstance(side, ast.Subscript):
        return isinstance(side.slice, ast.Constant) and side.slice.value == "reason"
    name = side.attr if isinstance(side, ast.Attribute) else side.id if isinstance(side, ast.Name) else ""
    return name.lower() == "reason"


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(HOME)))
def test_a_word_of_a_closed_list_is_written_where_it_is_declared_alone(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path != DEFINED:
        assert [found for found in written(tree) if found[1] not in HOMONYMS] == [], "name its member"
        assert list(as_reasons(tree)) == [], "name its member"


def test_each_homonym_is_one() -> None:
    """A word is excused while it stands for something else, and no longer; a step is one by its file."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PRODUCT if path != DEFINED]
    assert {word for tree in trees for _, word in written(tree)} == set(HOMONYMS)
    assert {word for word, what in HOMONYMS.items() if what.endswith("a step")} <= STEPS


@pytest.mark.parametrize(
    ("code", "found", "why"),
    [
        ('raise UnreadablePage("too_little", told)', True, "a reason of the quarantine"),
        ('flags = page.flags | {"paywalled"}', True, "a flag in a set"),
        ("""rows("SELECT 1 FROM pages WHERE reason = 'blocked'")""", True, "quoted in SQL"),
        ("""rows(f"SELECT {what} WHERE reason IN ('timeout')")""", True, "in a part of an f-string"),
        ('Rule(STEP, "by_name", "byline", "a name")', True, "a homonym where a rule has its reason"),
        ('Rule(STEP, "byline", Reason.BYLINE, "a name")', False, "a rule's id that is a reason's word too"),
        ('lift.field != "caption"', False, "a field"),
        ('verdict.reason != "caption"', True, "compared with a reason"),
        ('row["reason"] in ("promo", "advert")', True, "one of several"),
        ('row = {"reason": "hidden"}', True, "a row"),
        ('STEP, REASON = "related", Reason.RELATED', False, "the step"),
        ('STEP, REASON = "related", "related"', True, "the step, and a reason"),
        ('yield skipped(path, "link")', True, "why a file is skipped"),
        ('"""Flags the page "paywalled"."""', False, "a docstring"),
        ('told = "the page was blocked"', False, "a word of a sentence"),
    ],
)
def test_what_is_found(code: str, found: bool, why: str) -> None:
    tree = ast.parse(code)
    alone = [word for _, word in written(tree) if word not in HOMONYMS]
    assert bool([*alone, *as_reasons(tree)]) is found, why


def test_an_unknown_reason_cannot_be_raised() -> None:
    with pytest.raises(ValueError, match="'burnt' is not a valid QuarantineReason"):
        Unreadable("burnt", "it is on fire")  # type: ignore[arg-type]
    assert Unreadable(QuarantineReason.EMPTY, "nothing").trouble == Trouble(QuarantineReason.EMPTY, "nothing")


def test_why_a_file_is_not_read_costs_no_definition_of_an_article() -> None:
    """Every command waits for what its readers of RAW load, `--help` too."""
    code = """if True:
        import sys
        import cleaners.errors, flows.read.kinds, flows.read.scan, flows.run.pool
        print(sorted({"cleaners.article", "msgspec"} & sys.modules.keys()))"""
    said = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True)
    assert said.stdout == "[]\n", said


def test_a_word_is_said_somewhere_or_marked_as_not_yet() -> None:
    """Comparing with a word is not saying it."""
    said: set[tuple[str, str]] = set()
    for path in PRODUCT:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        compared = {id(side) for node in ast.walk(tree) if isinstance(node, ast.Compare) for side in node.comparators}
        said |= {
            (node.value.id, node.attr)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and id(node) not in compared
        }
    for words in LISTS:
        assert {word for word in words if (words.__name__, word.name) not in said} == {
            word for word in words if word.not_yet
        }


def twelves(tree: ast.Module, values: dict[str, int]) -> Iterator[int]:
    """The lines where something must be twelve at least, by a number or by a name of it that is not PROSE_WORDS.

    At least, or less than: what may be twelve at most is a limit of its own, of a label or a month. What is compared is
    a length: less than twelve spaces, or than twelve words taken so far, is twelve words at most.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            for left, how, right in zip(sides, node.ops, sides[1:], strict=False):
                on_right = number(right, values) == LEAST_ON_RIGHT.get(type(how), -1) and is_length(left)
                on_left = number(left, values) == LEAST_ON_LEFT.get(type(how), -1) and is_length(right)
                if on_right or on_left:
                    yield node.lineno


def is_length(side: ast.expr) -> bool:
    """True for a name, an attribute or `len(...)`."""
    return isinstance(side, ast.Name | ast.Attribute) or (
        isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "len"
    )


def number(side: ast.expr, values: dict[str, int]) -> int | None:
    """The whole number that is written there, or that the name has which is; None for PROSE_WORDS."""
    if isinstance(side, ast.Constant) and type(side.value) is int:
        return side.value
    return values.get(side.id) if isinstance(side, ast.Name) and side.id != "PROSE_WORDS" else None


def constants(tree: ast.Module) -> dict[str, int]:
    """The whole numbers that a module gives names."""
    named = [(node.targets[0], node.value) for node in tree.body if isinstance(node, ast.Assign)]
    named += [(node.target, node.value) for node in tree.body if isinstance(node, ast.AnnAssign) and node.value]
    return {
        name.id: value.value
        for name, value in named
        if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and type(value.value) is int
    }


def prose_again(tree: ast.Module) -> Iterator[int]:
    """The lines that ask for the length of prose and the end of a sentence together."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            names = {getattr(part, "id", getattr(part, "attr", "")) for part in ast.walk(node)}
            if {"PROSE_WORDS", "ends_sentence"} <= names:
                yield node.lineno


def test_a_line_of_prose_has_one_name() -> None:
    """Its twelve words are PROSE_WORDS of cleaners/text/prose.py, and with the final stop one of the functions there."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PRODUCT}
    assert [path for path, tree in trees.items() if "PROSE_WORDS" in constants(tree)] == [PROSE]
    assert constants(trees[PROSE])["PROSE_WORDS"] == TWELVE
    values = {module_of(path): constants(tree) for path, tree in trees.items()}
    for path, tree in trees.items():
        known = {
            alias.asname or alias.name: values[node.module][alias.name]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.name in values.get(node.module or "", ())
        }
        assert list(twelves(tree, known | constants(tree))) == [], f"{path}: PROSE_WORDS, if it is a line of prose"
        assert path == PROSE or list(prose_again(tree)) == [], f"{path}: is_sentence or is_prose"


@pytest.mark.parametrize(
    ("code", "found", "why"),
    [
        ("ENOUGH = 12\nblock.words >= ENOUGH", True, "a second name of it"),
        ("block.words < 12", True, "no name"),
        ("block.words > 11", True, "the same in other words"),
        ("12 <= block.words <= 40", True, "from the left"),
        ("block.words >= PROSE_WORDS", False, "its name"),
        ("LABEL_WORDS = 12\nblock.words <= LABEL_WORDS", False, "a label's most"),
        ("1 <= month <= 12", False, "a month"),
        ("block.words >= 11", False, "another length"),
        ("len(text.split()) >= 12", True, "the words of a text"),
        ("MOST = 12\npart.count(' ') < MOST", False, "twelve words at most"),
        ("MOST = 12\nwhile len(words) - first < MOST: first -= 1", False, "so are these"),
        ("block.words >= PROSE_WORDS and block.ends_sentence", True, "is_sentence once more"),
        ("block.words >= PROSE_WORDS and block.path", False, "something else of it"),
    ],
)
def test_which_lines_are_twelve_words_of_prose(code: str, found: bool, why: str) -> None:
    tree = ast.parse(code)
    assert bool([*twelves(tree, constants(tree)), *prose_again(tree)]) is found, why
