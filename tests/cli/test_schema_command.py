"""``hotelpay schema``: what other programs check documents with before they hand them in."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from command_line import RESERVATIONS, SETUP, hotelpay
from hotelpay.documents.schema import SCHEMAS


@pytest.mark.parametrize("name", ["setup", "reservation"])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_schema_is_printed_whole_on_any_terminal(name: str, encoding: str) -> None:
    answer = hotelpay("schema", name, settings={"PYTHONIOENCODING": encoding})
    schema = answer.json
    assert schema == SCHEMAS[name]()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    assert answer.out == json.dumps(schema, indent=2, ensure_ascii=encoding == "ascii") + "\n"


def test_what_the_commands_read_is_what_the_schemas_accept() -> None:
    setup = Draft202012Validator(hotelpay("schema", "setup").json)
    setup.validate(SETUP)
    assert not setup.is_valid({**SETUP, "paused": "no"})
    reservation = Draft202012Validator(hotelpay("schema", "reservation").json)
    for each in RESERVATIONS:
        reservation.validate(each)
        assert not reservation.is_valid({**each, "colour": 1})


@pytest.mark.parametrize("arguments", [(), ("invoice",), ("setup", "reservation")])
def test_there_is_a_schema_of_two_documents(arguments: tuple[str, ...]) -> None:
    answer = hotelpay("schema", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert "Usage:" in answer.err
