"""The definition of an article: closed lists are closed, rows are written as they always were, nothing odd breaks a line."""

from __future__ import annotations

import ast
import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners import article as definition
from cleaners.article import Article, Removed, RemovedCount, as_json, encode
from cleaners.pipeline import clean_raw
from cleaners.vocabulary import Flag, QuarantineReason, Reason, Word

HOME = Path(__file__).parents[2]
ROW: dict[str, Any] = {
    "id": "0" * 32, "block": 3, "text": "x", "reason": Reason.CAPTION, "rule": "credit", "step": "captions", "score": 1.0,
}  # fmt: skip
TROUBLES = {
    "Trouble": 0,
    "Unreadable": 0,
    "UnreadablePage": 0,
    "rejected": 1,
}  # function → which argument is the reason


def made(**fields: Any) -> Article:
    """A real article with these fields changed."""
    text = b"The ferry came back on Sunday after nine years, and some four hundred people watched from the bank."
    result = clean_raw(text, source="a.txt", record=None, media="text")
    return msgspec.structs.replace(result.article, **fields)


@pytest.mark.parametrize("words", Word.__subclasses__())
def test_a_word_is_its_string_and_says_what_it_means(words: type[Word]) -> None:
    for word in words:
        assert word == str(word) == f"{word}" == json.loads(json.dumps(word)) and {word: 1}[str(word)] == 1
        assert words(str(word)) is word is pickle.loads(pickle.dumps(word))
        assert word.isidentifier() and word.islower() and word.meaning and not word.meaning.endswith(".")
    with pytest.raises(ValueError, match="is not a valid"):
        words("not a word of it")


def test_unknown_words_cannot_be_built() -> None:
    """A misspelt reason would be counted, published and never found by a reader of the contract."""
    assert Removed(**ROW).reason == "caption" and made(flags=["short"]).flags == [Flag.SHORT]
    with pytest.raises(ValueError, match="paywall"):
        Removed(**ROW | {"reason": "paywall"})
    with pytest.raises(ValueError, match="capton"):
        RemovedCount("capton", 1, 2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="mixed_encoding"):
        made(flags=["short", "mixed_encoding"])


def test_fields_keep_their_order_and_what_is_not_asked_for_is_absent() -> None:
    row = json.loads(encode(made()))
    assert list(row) == [name for name in Article.__struct_encode_fields__ if name not in ("provenance", "stats")]
    assert (row["schema"], row["cluster"], row["shared"], row["near_duplicates"]) == (2, None, [], [])
    assert json.loads(encode(made(stats={"words": 3.0})))["stats"] == {"words": 3.0}
    assert list(json.loads(encode(Removed(**ROW)))) == list(ROW)
    assert list(json.loads(encode(Removed(**ROW, start=0, end=4)))) == [*ROW, "start", "end"]


@given(st.text(), st.floats(0, 1), st.integers(0, 1 << 40))
def test_rows_are_written_to_the_byte_as_the_other_writer_has_them(text: str, score: float, block: int) -> None:
    row = ROW | {"text": text, "score": score, "block": block}
    assert encode(Removed(**row)) == orjson.dumps(row)


def test_half_a_surrogate_pair_costs_itself_alone() -> None:
    row = json.loads(encode(made(title="a \ud83d b", tags=["\udc00", "c"])))
    assert (row["title"], row["tags"]) == ("a ? b", ["?", "c"])


@pytest.mark.parametrize(
    ("given_", "written", "why"),
    [
        ({}, "{}", "nothing is an object too"),
        ({"a": [1, 2.5, None, "ü"]}, '{"a":[1,2.5,null,"ü"]}', "plain fields stay"),
        ({"a": 1 << 64}, '{"a":"18446744073709551616"}', "beyond 64 bits: many readers give another number"),
        ({"a": (1 << 64) - 1, "b": -(1 << 63)}, '{"a":18446744073709551615,"b":-9223372036854775808}', "just within"),
        ({"\ud83d": ["\ud83d"]}, '{"?":["?"]}', "no UTF-8 holds half a pair"),
    ],
)
def test_fields_from_outside_are_a_string_of_json(given_: dict[str, Any], written: str, why: str) -> None:
    assert as_json(given_) == written, why


def said_reasons(path: Path) -> Iterator[str]:
    """Every reason for which a module puts an input into quarantine, where it names one: a word, or a name of the list."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TROUBLES:
            said = node.args[TROUBLES[node.func.id]]
            if isinstance(said, ast.Constant):
                yield said.value
            if isinstance(said, ast.Attribute) and ast.unparse(said.value) == "QuarantineReason":
                yield said.attr.lower()
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "reason" and isinstance(value, ast.Constant):
                    yield value.value


def test_every_reason_of_the_quarantine_is_in_its_list() -> None:
    said = {reason for folder in ("cleaners", "flows") for path in (HOME / folder).rglob("*.py")
            for reason in said_reasons(path)}  # fmt: skip
    assert len(said) > 9
    assert said <= set(QuarantineReason)


def test_every_field_is_described() -> None:
    for row in (row for row in vars(definition).values() if isinstance(row, type) and issubclass(row, msgspec.Struct)):
        for field in msgspec.inspect.type_info(row).fields if row.__module__ == definition.__name__ else ():
            if row.__name__ not in ("Cleaned", "Quarantined"):  # these are no rows
                assert (field.type.extra_json_schema or {}).get("description"), f"{row.__name__}.{field.name}"
