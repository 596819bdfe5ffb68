"""The contract that readers of CLEAN build on says what the definition of an article says, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.contract import PAGE, contract, type_of
from cleaners.article import SCHEMA, Article, QuarantineRow, Removed
from cleaners.vocabulary import Flag, Outcome, QuarantineReason, Reason, SkipReason
from flows.publish.article_schema import Column, columns

SHARED = Path(__file__).parents[2] / "shared" / "CONTRACT.md"  # of all who work on this, where they have it
FIELDS = {column.name: column for column in columns(Article)}
COMMA = re.compile(r", (?![^{]*\})")  # not within braces


def test_the_contract_is_made_from_the_definition_as_it_is_now() -> None:
    page = PAGE.read_text("utf-8")
    assert contract(page) == page, "python -m benchmarks.contract"
    assert contract(page.replace("| `url` |", "| `uri` |")) == page


def test_the_contracts_agree_with_the_definition() -> None:
    for path in (PAGE, SHARED):
        if path.is_file():
            assert list(differences(path.read_text("utf-8"))) == [], path


def test_a_difference_is_found() -> None:
    page = PAGE.read_text("utf-8")
    assert list(differences(f"{page}A page on fire goes to quarantine (`burnt`).\n")) == ["burnt is no reason"]
    for said, other, found in [
        ("| `section` | str or null |", "| `section` | str |", "section: str"),
        ("| `section` |", "| `chapter` |", "chapter"),
        ("`mojibake`,", "`garbled`,", "flags"),
        ("`hidden`,", "", "reasons"),
        ("`{text, credit}`", "`{text, by}`", "captions"),
        ("## An article, `schema: 2`", "## An article, `schema: 3`", "schema"),
    ]:
        assert said in page
        assert any(found in difference for difference in differences(page.replace(said, other))), said


def differences(page: str) -> Iterator[str]:
    """Where a contract and the definition part."""
    heading, table = re.split(r"^## An article, ", page, flags=re.MULTILINE)[1].split("\n", 1)
    if heading != f"`schema: {SCHEMA}`":
        yield f"schema: {heading}"
    table = re.split(r"^## ", table, flags=re.MULTILINE)[0]
    cells = [re.split(r"(?<!\\) *\| *", line.strip("| ")) for line in table.splitlines() if line.startswith("| `")]
    seen: set[str] = {"schema"}
    reasons: set[str] = set()
    for names, types, *meaning in cells:
        named = re.findall(r"`([^`]+)`", names)
        words = set(re.findall(r"`(\w+)`", " ".join(meaning)))
        if named[0] == "flags" and words != set(Flag):
            yield f"flags: {words ^ set(Flag)}"
        if named[0].startswith("removed"):
            reasons |= words
        top = [name for name in named if "." not in name]
        seen |= set(top)
        yield from (f"{name} is not defined" for name in top if name not in FIELDS)
        yield from unlike([FIELDS[name] for name in top if name in FIELDS], types.replace("②", "").strip())
    if reasons != set(Reason):
        yield f"reasons: {reasons ^ set(Reason)}"
    yield from (f"{name} is not told" for name in FIELDS if name not in seen)
    yield from (f"{outcome} is not told" for outcome in Outcome if not re.search(rf"\b{outcome}\b", page))
    for row in (Removed, QuarantineRow):
        for column in columns(row):
            if not re.search(rf"`[^`\n]*\b{column.name}\b[^`\n]*`", page):
                yield f"{column.name} of {row.__name__} is not told"
    for place, known in (("quarantine", QuarantineReason), ("skipped", SkipReason)):
        for named in re.findall(rf"{place} \(([^)]*)\)", page):
            yield from (f"{word} is no reason" for word in set(re.findall(r"`(\w+)`", named)) - set(known))


def unlike(fields: list[Column], types: str) -> Iterator[str]:
    """Fields whose types are not these: one for all of them, or one for each; none where the contract says none."""
    said = COMMA.split(types) if types else [type_of(field) for field in fields]
    said = said * len(fields) if len(said) == 1 else said
    for field, word in zip(fields, said, strict=True):
        if type_of(field) != word:
            yield f"{field.name}: {word}, defined as {type_of(field)}"
