"""What comes from the definition of an article: JSON Schema, Arrow schema, the data card; real articles fit them all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow
import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from cleaners.article import Article, Removed
from cleaners.vocabulary import Flag, Reason
from flows.publish.article_schema import arrow_schema, columns, features, json_schema
from running import cleaned_into, rows

CONTRACT = Path(__file__).parents[3] / "docs" / "contract.md"
SAMPLE = Path(__file__).parents[3] / "raw"
VALID = Draft202012Validator(json_schema(), format_checker=FormatChecker())


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CLEAN of the sample."""
    clean = tmp_path_factory.mktemp("card") / "clean"
    cleaned_into(SAMPLE, clean)
    return clean


def test_articles_and_ledger_are_valid_against_their_schema(cleaned: Path) -> None:
    assert json.loads((cleaned / "schema.json").read_bytes()) == json_schema()
    assert len(rows(cleaned)) > 9 and [str(e) for row in rows(cleaned) for e in VALID.iter_errors(row)] == []
    ledger = Draft202012Validator(json_schema(Removed))
    assert len(rows(cleaned, "removed")) > 9
    assert [str(e) for row in rows(cleaned, "removed") for e in ledger.iter_errors(row)] == []


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("schema", 1, "an earlier schema is another schema"),
        ("id", "0" * 31, "32 hex digits"),
        ("published", "2024-03", None),
        ("published", "2024-03-04", None),
        ("published", "last week", "a date, or nothing"),
        ("published", None, None),
        ("flags", ["mixed_encoding"], "the list of flags is closed"),
        ("flags", ["short"], None),
        ("removed", [{"reason": "paywall", "lines": 1, "chars": 2}], "the list of reasons is closed"),
        ("removed", [{"reason": "promo", "lines": 1}], "parts are required too"),
        ("confidence", 1.01, "0 to 1"),
        ("meta", {}, "a string of JSON"),
        ("blocks", [{"kind": "menu", "start": 0, "end": 1}], "kinds of blocks are closed"),
    ],
)
def test_what_is_no_article_is_refused(cleaned: Path, field: str, value: Any, why: str | None) -> None:
    row = rows(cleaned)[0] | {field: value}
    assert VALID.is_valid(row) is (why is None), why


def test_every_field_has_a_description_and_is_required_unless_asked_for() -> None:
    schema = json_schema()
    objects = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    assert len(objects) == 7
    for part in objects:
        assert all(field.get("description") for field in part["properties"].values())
        assert set(part["required"]) == set(part["properties"]) - {"provenance", "stats"}
    assert schema["$defs"]["Flag"]["enum"] == list(Flag) and schema["$defs"]["Reason"]["enum"] == list(Reason)
    assert {said["const"]: said["description"] for said in schema["$defs"]["Reason"]["oneOf"]} == {
        reason: reason.meaning for reason in Reason
    }


@pytest.mark.parametrize(("kind", "row"), [("articles", Article), ("removed", Removed)])
def test_a_table_of_the_arrow_schema_holds_all_that_the_lines_say(cleaned: Path, kind: str, row: Any) -> None:
    found = rows(cleaned, kind)
    table = pyarrow.Table.from_pylist(found, schema=arrow_schema(row))
    table.validate(full=True)
    absent = {column.name: None for column in columns(row) if column.optional and column.type != "object"}
    assert table.to_pylist() == [absent | line for line in found]
    assert all(field.metadata[b"description"] for field in table.schema)


def test_the_example_in_the_contract_reads_what_a_run_wrote(
    cleaned: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", CONTRACT.read_text("utf-8"), flags=re.DOTALL)
    monkeypatch.chdir(cleaned.parent)
    exec(compile(example, CONTRACT.name, "exec"), {})
    assert " site_chrome: site_chrome/in_nav\n" in capsys.readouterr().out


def test_the_data_card_lists_the_fields_that_lines_have(cleaned: Path) -> None:
    header = yaml.safe_load(re.split(r"^---$", (cleaned / "README.md").read_text("utf-8"), flags=re.MULTILINE)[1])
    told = {config["config_name"]: config["features"] for config in header["dataset_info"]}
    assert told == {"articles": features(Article), "removed": features(Removed)}
    assert [feature["name"] for feature in told["articles"]] == list(rows(cleaned)[0])
    assert {feature["name"]: feature for feature in told["articles"]}["captions"] == {
        "name": "captions",
        "list": [{"name": "text", "dtype": "string"}, {"name": "credit", "dtype": "string"}],
    }
