"""The definition of an article in other people's forms: JSON Schema, Arrow schema, features of a Hugging Face card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import UNSET, inspect

from cleaners.article import SCHEMA, Article
from cleaners.vocabulary import Word

if TYPE_CHECKING:
    import pyarrow

SIMPLE = {
    inspect.StrType: "str", inspect.IntType: "int", inspect.FloatType: "float", inspect.EnumType: "str",
    inspect.DictType: "object",
}  # fmt: skip
DATE_FORMAT = "date-time-or-date-or-month"  # no standard name; a validator gets the three it knows
DATE = [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]
MONTH = {"type": "string", "pattern": r"^\d{4}-\d{2}$"}
HUGGING_FACE = {"str": "string", "int": "int64", "float": "float64"}


class Column(NamedTuple):
    """One field of a row: `type` is str, int, float or object, `fields` those of the objects in it.

    It is a list of these where it is `many`, may be null where it is `nullable`, and is left out of a row unless asked
    for where it is `optional`. `words` are all that a field of a closed list may hold.
    """

    name: str
    type: str
    description: str
    many: bool
    nullable: bool
    optional: bool
    fields: tuple[Column, ...] = ()
    words: tuple[str, ...] = ()


def columns(row: type[msgspec.Struct]) -> tuple[Column, ...]:
    """The fields of a kind of row, in the order in which they are written."""
    return tuple(_columns(row))


def _columns(row: type[msgspec.Struct]) -> Iterator[Column]:
    told = inspect.type_info(row)
    assert isinstance(told, inspect.StructType)
    left_out = {field.encode_name for field in msgspec.structs.fields(row) if field.default is UNSET}
    for field in told.fields:
        bare, description = _bare(field.type)
        kinds = [kind for kind, _ in map(_bare, bare.types)] if isinstance(bare, inspect.UnionType) else [bare]
        nullable = any(isinstance(kind, inspect.NoneType) for kind in kinds)
        (kind,) = (kind for kind in kinds if not isinstance(kind, inspect.NoneType))
        many = isinstance(kind, inspect.ListType)
        if isinstance(kind, inspect.ListType):
            kind, _ = _bare(kind.item_type)
        inner = columns(kind.cls) if isinstance(kind, inspect.StructType) else ()
        optional = field.encode_name in left_out
        yield Column(field.encode_name, _name(kind), description, many, nullable, optional, inner, _words(kind))


def _bare(told: inspect.Type) -> tuple[inspect.Type, str]:
    """A type without what is said of it, and its description."""
    description = ""
    while isinstance(told, inspect.Metadata):
        description = description or str((told.extra_json_schema or {}).get("description", ""))
        told = told.type
    return told, description


def _name(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.LiteralType):
        return "int" if isinstance(kind.values[0], int) else "str"
    return "object" if isinstance(kind, inspect.StructType) else SIMPLE[type(kind)]


def _words(kind: inspect.Type) -> tuple[str, ...]:
    if isinstance(kind, inspect.EnumType):
        return tuple(str(word) for word in kind.cls)
    return tuple(str(value) for value in kind.values) if isinstance(kind, inspect.LiteralType) else ()


def json_schema(row: type[msgspec.Struct] = Article) -> dict[str, Any]:
    """The JSON Schema of one line of a kind of row; every field that is always there is required."""
    _, parts = msgspec.json.schema_components([row], ref_template="#/$defs/{name}")
    rows = {kind.__name__: kind for kind in _rows(row)}
    for name, part in parts.items():
        if name in rows:
            part["required"] = [column.name for column in columns(rows[name]) if not column.optional]
            part["properties"] = {field: _standard(said) for field, said in part["properties"].items()}
        else:
            words = next(kind for kind in Word.__subclasses__() if kind.__name__ == name)
            part["enum"] = [str(word) for word in words]  # in the order of the definition
            part["oneOf"] = [{"const": str(word), "description": word.meaning} for word in words]
    top = parts.pop(row.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **top,
        "title": f"{row.__name__}, schema {SCHEMA}",
        "$defs": parts,
    }


def _rows(row: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    yield row
    told = inspect.type_info(row)
    assert isinstance(told, inspect.StructType)
    for field in told.fields:
        kind, _ = _bare(field.type)
        if isinstance(kind, inspect.ListType):
            kind, _ = _bare(kind.item_type)
        if isinstance(kind, inspect.StructType):
            yield from _rows(kind.cls)


def _standard(said: dict[str, Any]) -> dict[str, Any]:
    """What is said of a field, in the standard's own words; a default is no reader's business."""
    bare = {name: value for name, value in said.items() if name != "default"}
    if bare.get("format") != DATE_FORMAT:
        return bare
    return {"description": bare["description"], "anyOf": [*DATE, MONTH, {"type": "null"}]}


def arrow_schema(row: type[msgspec.Struct] = Article) -> pyarrow.Schema:
    """The Arrow schema of a kind of row, without the objects that are left out unless asked for."""
    import pyarrow  # not at the top: most runs write no table

    return pyarrow.schema(_arrow_fields(columns(row)))


def _arrow_fields(fields: tuple[Column, ...]) -> list[pyarrow.Field]:
    import pyarrow

    types = {"str": pyarrow.string(), "int": pyarrow.int64(), "float": pyarrow.float64()}
    made = []
    for field in _in_tables(fields):
        kind = pyarrow.struct(_arrow_fields(field.fields)) if field.fields else types[field.type]
        if field.many:
            kind = pyarrow.list_(pyarrow.field("item", kind, nullable=False))
        made.append(
            pyarrow.field(field.name, kind, field.nullable or field.optional, {"description": field.description})
        )
    return made


def features(row: type[msgspec.Struct] = Article) -> list[dict[str, Any]]:
    """The same fields as `features` in the header of a Hugging Face data card."""
    return _features(columns(row))


def _features(fields: tuple[Column, ...]) -> list[dict[str, Any]]:
    made = []
    for field in _in_tables(fields):
        kind: Any = _features(field.fields) if field.fields else HUGGING_FACE[field.type]
        word = "list" if field.many else "struct" if field.fields else "dtype"
        made.append({"name": field.name, word: kind})
    return made


def _in_tables(fields: tuple[Column, ...]) -> Iterator[Column]:
    """The fields that a table has, though a line may lack them: all but objects with keys of their own."""
    return (field for field in fields if field.fields or field.type != "object")
