"""The JSON Schemas, held to the loader: neither says no where the other would say yes, but for a known list."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError, validators

from documents.document_strategies import (
    ODD_TEXTS,
    OTHER_TYPES,
    Document,
    changed,
    places,
    reservations,
    setups,
)
from hotelpay.documents import (
    DocumentError,
    Fault,
    parse_setup,
    read_reservations,
    reservation_document,
    reservation_from,
    setup_document,
    setup_from,
)
from hotelpay.documents.lines import steps
from hotelpay.documents.rules import LOADER_ONLY
from hotelpay.documents.schema import SCHEMAS, reservation_schema, setup_schema


def _ecma_pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """Read ``$`` as JSON Schema's ECMA-262 does: the very end, where Python's also stands before a last line break."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: Final = validators.extend(Draft202012Validator, {"pattern": _ecma_pattern})  # type: ignore[no-untyped-call]


class Kind(NamedTuple):
    """A document: its schema, its loader, its writer and what makes valid ones."""

    name: str
    validator: Any
    load: Callable[[Any], Any]
    read: Callable[[bytes], Any]
    write: Callable[[Any], Document]
    valid: st.SearchStrategy[Document]

    def faults(self, value: Any) -> tuple[Fault, ...]:
        """Return why the loader refuses a value; every exception but its own is a failure of the test."""
        try:
            self.load(value)
        except DocumentError as error:
            return error.faults
        return ()


SETUP: Final = Kind("setup", _Validator(setup_schema()), setup_from, parse_setup, setup_document, setups())
RESERVATION: Final = Kind(
    "reservation",
    _Validator(reservation_schema()),
    reservation_from,
    lambda text: list(read_reservations(io.BytesIO(text))),
    reservation_document,
    reservations(),
)
KINDS: Final = {kind.name: kind for kind in (SETUP, RESERVATION)}
every_kind: Final = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


# The examples of the contract, as they stand there, and documents that have every field there is.

CONTRACT_SETUP: Final = """
{
  "format": "hotelpay/1",
  "hotel": "default",
  "timezone": "Europe/Sofia",
  "currency": "EUR",
  "paused": false,
  "catch_up_hours": 24,
  "max_runs_per_cycle": null,
  "release_preauthorizations_after_days": 2,
  "guarantee_policies": [
    {"id": "flex", "name": "Flexible", "guarantee_period_hours": 48,
     "deposit": {"revenue_groups": ["rooms"], "percent": "30", "nights": 1, "fixed": "10.00"}}
  ],
  "tasks": [
    {"id": "expedia-vcc", "name": "Expedia virtual cards on arrival", "active": true,
     "mode": "before_arrival", "offset_hours": 0,
     "filters": {"guarantee_statuses": ["guaranteed"], "guarantee_policies": [], "ota": true,
                 "cards": ["ota_only", "guest_and_ota"],
                 "included_companies": [], "excluded_companies": [],
                 "included_agents": ["expedia"], "excluded_agents": []},
     "operation": "payment", "card": "last_ota", "max_amount": "2000.00",
     "amount": {"basis": "folio_balance", "adjust_percent": "-50", "fixed": "0.00"},
     "on_success": [{"action": "set_folio_visibility", "visible": false}],
     "on_failure": [{"action": "send_email", "template": "card-declined"},
                    {"action": "create_todo", "text": "Call the guest", "channel": "Payments"}]}
  ],
  "bonus": {"active": true, "payment_types": [
    {"id": "kontur", "name": "Kontur bonus", "external_id": "0042", "currency_type": "BONUS", "unit": "points",
     "currency": "EUR", "max_percent": "25", "enabled": true, "rate": "1", "step": "0.01", "cap_basis": "balance"}]}
}
"""
CONTRACT_RESERVATION: Final = """
{"id": "R-1001", "status": "expected", "created_at": "2024-01-10T09:30:00+02:00", "arrival": "2024-02-01",
 "departure": "2024-02-04",
 "checked_in_at": null, "checked_out_at": null, "cancelled_at": null, "no_show_at": null,
 "guarantee_status": "guaranteed", "guarantee_policy": "flex", "ota": true, "company": null, "agent": "expedia",
 "cards": [{"id": "c1", "kind": "guest"}, {"id": "c2", "kind": "ota"}],
 "folios": [{"id": "F1", "opened_at": "2024-01-10T09:30:00+02:00", "closed": false, "currency": "EUR",
             "charges": [{"revenue_group": "rooms", "amount": "300.00"},
                         {"revenue_group": "extras", "amount": "20.00"}],
             "payments": [{"amount": "50.00", "payment_type": "visa", "reference": "P-77",
                           "paid_at": "2024-01-11T08:00:00Z", "comment": null}]}],
 "preauthorizations": [{"id": "A1", "card": "c1", "folio": "F1", "amount": "100.00", "currency": "EUR",
                        "reference": "pi_1", "expires_at": "2024-02-06T00:00:00Z", "state": "held"}]}
"""


def _full_setup() -> Document:
    """Return the contract's example with one more task for each formula, and every action."""
    document: Document = json.loads(CONTRACT_SETUP)
    charges = {"basis": "folio_charges", "revenue_groups": ["rooms"], "percent": "50", "nights": 1, "fixed": "1.00"}
    deposit = {"basis": "required_deposit", "adjust_percent": "10", "fixed": "-1.50"}
    document["tasks"] += [
        {"id": "charges", "mode": "after_creation", "operation": "preauthorization", "amount": charges},
        {"id": "deposit", "mode": "after_cancellation", "operation": "payment", "amount": deposit},
        {"id": "tidy", "mode": "after_departure", "operation": "actions_only", "card": None, "max_amount": None},
    ]
    document["tasks"][-1]["on_success"] = [
        {"action": "close_folio", "document_type": "invoice"},
        {"action": "set_guarantee_status", "status": "not_guaranteed"},
    ]
    document["guarantee_policies"].append({"id": "strict"})
    roubles = {"id": "roubles", "currency_type": "RUB", "unit": "currency", "currency": "RUB", "cap_basis": "charges"}
    document["bonus"]["payment_types"].append(roubles)
    return document


def _full_reservation() -> Document:
    """Return the contract's example, checked in, with two of everything."""
    document: Document = json.loads(CONTRACT_RESERVATION)
    document |= {"status": "checked_in", "checked_in_at": "2024-02-01T15:00:00Z", "extra": {"room": [101, "sea"]}}
    document["folios"].append({"id": "F2", "opened_at": "2024-02-01T15:00:00Z", "currency": "JPY"})
    document["preauthorizations"].append({**document["preauthorizations"][0], "id": "A2"})
    document["folios"][0]["payments"][0]["comment"] = "at the desk"
    return document


FULL: Final = {"setup": _full_setup(), "reservation": _full_reservation()}


def _objects(kind: Kind, schema: Document, value: Any) -> Iterator[tuple[Document, Document]]:
    """Yield every object of a valid document with the schema of its fields."""
    match schema:
        case {"$ref": target}:
            yield from _objects(kind, kind.validator.schema["$defs"][target.removeprefix("#/$defs/")], value)
        case {"anyOf": [inner, {"type": "null"}]} if value is not None:
            yield from _objects(kind, inner, value)
        case {"oneOf": variants}:
            fitting = [variant for variant in variants if kind.validator.evolve(schema=variant).is_valid(value)]
            yield from _objects(kind, fitting[0], value)
        case {"items": items}:
            for item in value:
                yield from _objects(kind, items, item)
        case {"properties": fields}:
            yield schema, value
            for name in fields.keys() & value.keys():
                yield from _objects(kind, fields[name], value[name])
        case _:
            pass


def _parts(schema: Any) -> Iterator[Document]:
    """Yield a schema and every schema inside it."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _parts(inner)


def _fields(kind: Kind) -> Iterator[tuple[str, Document]]:
    """Yield every field that a schema describes (those of its conditions are described elsewhere)."""
    for part in _parts(kind.validator.schema):
        if part.get("type") == "object" and "properties" in part:
            yield from part["properties"].items()


# The schemas by themselves.


def test_there_is_a_schema_of_each_document() -> None:
    assert set(SCHEMAS) == set(KINDS)
    assert all(SCHEMAS[name]() == kind.validator.schema for name, kind in KINDS.items())


@every_kind
def test_a_schema_is_a_valid_schema_of_the_2020_12_draft(kind: Kind) -> None:
    Draft202012Validator.check_schema(kind.validator.schema)
    assert kind.validator.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert kind.validator.schema["$id"] == f"urn:hotelpay:1:{kind.name}"


@every_kind
def test_a_schema_survives_being_written_as_json(kind: Kind) -> None:
    assert json.loads(json.dumps(kind.validator.schema)) == kind.validator.schema


@every_kind
def test_every_field_says_what_it_means(kind: Kind) -> None:
    assert [name for name, field in _fields(kind) if not field.get("description")] == []


@every_kind
def test_every_object_but_extra_is_closed(kind: Kind) -> None:
    open_ones = [
        part
        for part in _parts(kind.validator.schema)
        if part.get("type") == "object" and "properties" in part
        if part.get("additionalProperties") is not False
    ]
    assert open_ones == []


@every_kind
def test_every_pattern_is_anchored(kind: Kind) -> None:
    patterns = {part["pattern"] for part in _parts(kind.validator.schema) if isinstance(part.get("pattern"), str)}
    assert patterns
    assert [pattern for pattern in patterns if not (pattern.startswith("^(") and pattern.endswith(")$"))] == []


@every_kind
def test_every_definition_is_used(kind: Kind) -> None:
    used = {part["$ref"] for part in _parts(kind.validator.schema) if "$ref" in part}
    assert used == {f"#/$defs/{name}" for name in kind.validator.schema["$defs"]}


@every_kind
def test_every_example_and_default_is_one_that_the_schema_takes(kind: Kind) -> None:
    judged = 0
    for part in _parts(kind.validator.schema):
        for value in [*part.get("examples", ()), *([part["default"]] if "default" in part else ())]:
            kind.validator.evolve(schema=part).validate(value)
            judged += 1
    assert judged


@every_kind
def test_what_a_caller_does_to_a_schema_stays_with_the_caller(kind: Kind) -> None:
    mine = SCHEMAS[kind.name]()
    for part in list(_parts(mine)):
        part.clear()
    assert SCHEMAS[kind.name]() == kind.validator.schema


# The schemas and the loader.


@pytest.mark.parametrize(("name", "text"), [("setup", CONTRACT_SETUP), ("reservation", CONTRACT_RESERVATION)])
def test_the_example_of_the_contract_is_accepted(name: str, text: str) -> None:
    document = json.loads(text)
    KINDS[name].validator.validate(document)
    KINDS[name].load(document)


@every_kind
@given(data=st.data())
def test_a_valid_document_is_accepted_by_the_schema_and_by_the_loader(kind: Kind, data: st.DataObject) -> None:
    document = data.draw(kind.valid)
    kind.validator.validate(document)
    kind.load(document)


@every_kind
@given(data=st.data())
def test_what_is_written_is_valid_and_reads_as_the_same(kind: Kind, data: st.DataObject) -> None:
    loaded = kind.load(data.draw(kind.valid))
    written = kind.write(loaded)
    kind.validator.validate(written)
    assert json.loads(json.dumps(written)) == written
    assert kind.load(written) == loaded


@every_kind
@given(data=st.data())
def test_a_default_written_out_means_the_same_as_a_field_left_out(kind: Kind, data: st.DataObject) -> None:
    document = data.draw(kind.valid)
    loaded = kind.load(document)
    written_out = copy.deepcopy(document)
    # Defaults of defaults are found when the objects are gone through again.
    for _ in range(2):
        for schema, value in list(_objects(kind, kind.validator.schema, written_out)):
            for name, field in schema["properties"].items():
                if "default" in field:
                    value.setdefault(name, copy.deepcopy(field["default"]))
    kind.validator.validate(written_out)
    assert kind.load(written_out) == loaded


def _assert_agreement(kind: Kind, document: Any) -> None:
    """Hold a document to the law: only the loader may be alone in refusing it, and only for a known reason."""
    faults = kind.faults(document)
    refused = next(kind.validator.iter_errors(document), None)
    if refused is not None:
        assert faults, f"only the schema refuses this: {refused.message} at {refused.json_path}"
        return
    assert [fault for fault in faults if fault.code not in LOADER_ONLY] == []
    # Of a type that is wrong a schema overlooks one kind alone.
    wrong = [_value_at(document, fault.path) for fault in faults if fault.code == "wrong_type"]
    assert [value for value in wrong if not (type(value) is float and value.is_integer())] == []


def _value_at(document: Any, path: str) -> Any:
    for step in steps(path):
        document = document[step]
    return document


def _full_but(name: str, path: str, value: Any) -> Document:
    """Return the full example with another value at one place."""
    document = copy.deepcopy(FULL[name])
    *way, last = steps(path)
    container: Any = document
    for step in way:
        container = container[step]
    container[last] = value
    return document


@every_kind
@settings(max_examples=3 * settings().max_examples)
@given(data=st.data())
def test_schema_and_loader_agree_on_a_document_that_was_changed(kind: Kind, data: st.DataObject) -> None:
    _assert_agreement(kind, data.draw(changed(kind.valid)))


@every_kind
def test_the_full_example_has_every_field_that_the_schema_knows(kind: Kind) -> None:
    kind.validator.validate(FULL[kind.name])
    found: dict[int, set[str]] = {}
    for schema, value in _objects(kind, kind.validator.schema, FULL[kind.name]):
        found.setdefault(id(schema["properties"]), set()).update(value)
    closed = [part for part in _parts(kind.validator.schema) if part.get("additionalProperties") is False]
    missing = [part["properties"].keys() - found.get(id(part["properties"]), set()) for part in closed]
    assert missing == [set()] * len(closed)


@every_kind
def test_schema_and_loader_agree_wherever_the_full_example_is_given_a_wrong_value(kind: Kind) -> None:
    document = copy.deepcopy(FULL[kind.name])
    for container, key in list(places(document)):
        right = container[key]
        for wrong in (*OTHER_TYPES, *(() if isinstance(right, dict | list) else ODD_TEXTS)):
            container[key] = wrong
            _assert_agreement(kind, document)
        container[key] = right


@every_kind
def test_schema_and_loader_agree_wherever_the_full_example_lacks_a_field_or_has_one_more(kind: Kind) -> None:
    document = copy.deepcopy(FULL[kind.name])
    for container, key in list(places(document)):
        right = container[key]
        del container[key]
        _assert_agreement(kind, document)
        container.insert(key, right) if isinstance(container, list) else container.update({key: right})
        if isinstance(right, dict):
            right["x"] = 1
            _assert_agreement(kind, document)
            del right["x"]
    assert document == FULL[kind.name]


#: Of faults that the loader calls by a code of :data:`LOADER_ONLY`, those that a schema sees: the wrong shapes.
_WRONG_SHAPES: Final[list[tuple[str, str, Any]]] = [
    ("setup", "hotel", ""),
    ("setup", "hotel", "x" * 129),
    ("setup", "tasks[0].name", "x" * 129),
    ("setup", "tasks[0].on_failure[1].text", ""),
    ("setup", "tasks[0].on_failure[1].text", "x" * 4001),
    ("setup", "timezone", ""),
    ("setup", "currency", "eur"),
    ("setup", "currency", "EURO"),
    ("setup", "bonus.payment_types[1].currency_type", "points"),
    ("setup", "tasks[0].offset_hours", 0.5),
    ("setup", "tasks[0].offset_hours", True),
    ("reservation", "folios[0].payments[0].comment", "x" * 4001),
    ("reservation", "folios[1].currency", "yen"),
    ("reservation", "preauthorizations[0].card", ""),
    ("reservation", "arrival", "2024-2-3"),
    ("reservation", "departure", "2024-02-04\n"),
    ("reservation", "created_at", "2024-01-10T09:30:00"),
    ("reservation", "created_at", "2024-01-10T09:30:00Z\n"),
]


# What only the loader sees.

#: A code, the document and place where the full example is given a wrong value, and that value.
_WRONG_VALUES: Final[list[tuple[str, str, str, Any]]] = [
    ("wrong_type", "setup", "catch_up_hours", 24.0),
    ("wrong_type", "setup", "tasks[0].offset_hours", 0.0),
    ("wrong_type", "setup", "guarantee_policies[0].deposit.nights", 1.0),
    ("not_an_identifier", "setup", "hotel", "\x00"),
    ("not_an_identifier", "setup", "tasks[0].name", "two\nlines"),
    ("not_an_identifier", "setup", "tasks[0].on_failure[0].template", "\u202e"),
    ("not_an_identifier", "reservation", "folios[0].charges[0].revenue_group", "\ud800"),
    ("not_a_text", "setup", "tasks[0].on_failure[1].text", "Call\x07"),
    ("not_a_text", "setup", "tasks[0].on_failure[1].text", " \n"),
    ("not_a_date", "reservation", "arrival", "2024-02-30"),
    ("not_a_date", "reservation", "departure", "2024-13-01"),
    ("not_an_instant", "reservation", "created_at", "2024-01-10T09:60:00Z"),
    ("not_a_text", "reservation", "folios[0].payments[0].comment", "\x00"),
    ("not_an_instant", "reservation", "folios[0].opened_at", "2024-02-30T12:00:00Z"),
    ("not_an_instant", "reservation", "folios[0].payments[0].paid_at", "2024-01-10T09:30:00+24:00"),
    ("date_out_of_range", "reservation", "arrival", "1899-12-31"),
    ("date_out_of_range", "reservation", "departure", "2200-01-01"),
    ("date_out_of_range", "reservation", "preauthorizations[0].expires_at", "2200-01-02T00:00:00Z"),
    ("unknown_currency", "setup", "currency", "ZZZ"),
    ("unknown_currency", "setup", "bonus.payment_types[0].currency", "XAU"),
    ("unknown_currency", "setup", "bonus.payment_types[1].currency_type", "XXX"),
    ("unknown_currency", "reservation", "folios[0].currency", "ZZZ"),
    ("unknown_currency", "reservation", "preauthorizations[0].currency", "ZZZ"),
    ("unknown_timezone", "setup", "timezone", "Mars/Base"),
    ("too_many_decimals", "setup", "tasks[0].max_amount", "1.001"),
    ("too_many_decimals", "setup", "tasks[0].amount.fixed", "1.000"),
    ("too_many_decimals", "setup", "guarantee_policies[0].deposit.fixed", "0.001"),
    ("too_many_decimals", "reservation", "folios[0].charges[1].amount", "1.001"),
    ("too_many_decimals", "reservation", "folios[0].payments[0].amount", "1.001"),
    ("too_many_decimals", "reservation", "preauthorizations[0].amount", "1.001"),
    ("negative_amount", "setup", "tasks[0].max_amount", "-0.01"),
    ("negative_amount", "reservation", "preauthorizations[1].amount", "-1"),
    ("not_positive", "setup", "bonus.payment_types[0].rate", "0"),
    ("not_positive", "setup", "bonus.payment_types[0].step", "-0.01"),
    ("percent_out_of_range", "setup", "tasks[0].amount.adjust_percent", "-100.01"),
    ("percent_out_of_range", "setup", "tasks[1].amount.percent", "-1"),
    ("percent_out_of_range", "setup", "bonus.payment_types[0].max_percent", "100.01"),
    ("card_number", "reservation", "cards[0].id", "4111 1111 1111 1111"),
    ("card_number", "reservation", "preauthorizations[0].card", "4111111111111111"),
    ("duplicate_id", "setup", "tasks[1].id", "expedia-vcc"),
    ("duplicate_id", "setup", "guarantee_policies[1].id", "flex"),
    ("duplicate_id", "setup", "bonus.payment_types[1].id", "kontur"),
    ("duplicate_id", "reservation", "cards[1].id", "c1"),
    ("duplicate_id", "reservation", "folios[1].id", "F1"),
    ("duplicate_id", "reservation", "preauthorizations[1].id", "A1"),
    ("included_and_excluded", "setup", "tasks[0].filters.excluded_agents", ["other", "expedia"]),
    ("departure_before_arrival", "reservation", "departure", "2024-01-31"),
]

_LINE: Final = json.dumps(FULL["reservation"])
_NESTED: Final = "[" * 70 + "]" * 70
#: A code, the document, a text that other programs read as a valid document, and the path of the fault in it.
_WRONG_TEXTS: Final[dict[str, tuple[str, str, bytes, str]]] = {
    "a key of the document": ("duplicate_key", "setup", b'{"paused": true, ' + CONTRACT_SETUP.strip()[1:].encode(), ""),
    "a key of a card": (
        "duplicate_key",
        "reservation",
        _LINE.replace('{"id": "c1"', '{"id": "x", "id": "c1"').encode(),
        "cards[0]",
    ),
    "an infinite number": ("not_json", "reservation", _LINE.replace("101", "1e999").encode(), ""),
    "another encoding": ("not_utf8", "setup", CONTRACT_SETUP.encode("utf-16"), ""),
    "depths": ("too_deep", "reservation", _LINE.replace("101", _NESTED).encode(), ""),
    "an endless line": ("too_large", "reservation", _LINE.replace('"sea"', f'"{"x" * 1_000_000}"').encode(), ""),
    "a reservation twice": ("duplicate_id", "reservation", f"{_LINE}\n{_LINE}\n".encode(), "id"),
}


@pytest.mark.parametrize(("name", "path", "wrong"), _WRONG_SHAPES)
def test_schema_and_loader_both_see_a_wrong_shape(name: str, path: str, wrong: Any) -> None:
    kind = KINDS[name]
    document = _full_but(name, path, wrong)
    assert not kind.validator.is_valid(document)
    assert {fault.code for fault in kind.faults(document)} & LOADER_ONLY.keys()


@pytest.mark.parametrize(("code", "name", "path", "wrong"), _WRONG_VALUES)
def test_only_the_loader_sees_what_a_value_means(code: str, name: str, path: str, wrong: Any) -> None:
    document, kind = _full_but(name, path, wrong), KINDS[name]
    kind.validator.validate(document)
    assert [(fault.code, fault.path) for fault in kind.faults(document)] == [(code, path)]


@pytest.mark.parametrize(("code", "name", "text", "path"), _WRONG_TEXTS.values(), ids=_WRONG_TEXTS)
def test_only_the_loader_sees_how_a_text_is_written(code: str, name: str, text: bytes, path: str) -> None:
    kind = KINDS[name]
    for part in text.splitlines() if name == "reservation" else [text]:
        kind.validator.validate(json.loads(part))
    with pytest.raises(DocumentError) as refused:
        kind.read(text)
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [(code, path)]


def test_every_code_that_only_the_loader_sees_has_an_example_and_a_sentence() -> None:
    assert {code for code, *_ in (*_WRONG_VALUES, *_WRONG_TEXTS.values())} == set(LOADER_ONLY)
    assert [code for code, sentence in LOADER_ONLY.items() if not sentence.endswith(".")] == []
