"""What is wrong with a document: all of it in one go, each with its place, and nothing that is not wrong."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import pytest

from documents.reading import (
    FOLIO,
    FULL_RESERVATION,
    FULL_SETUP,
    RESERVATION,
    SETUP,
    TASK,
    Place,
    lines,
    places,
    read,
    refused,
    setup_faults,
    with_task,
)
from hotelpay import CurrencyMismatch
from hotelpay.documents import (
    DocumentError,
    Fault,
    parse_setup,
    reservation_document,
    reservation_from,
    setup_document,
    setup_from,
)
from hotelpay.documents.complaints import complaints
from hotelpay.documents.lines import steps

MASTERCARD: Final = "5500 0000 0000 0004"


# All at once.

TEN_FAULTS: Final = """\
{
  "format": "hotelpay/1",
  "hotel": "",
  "timezone": "Sofia",
  "currency": "EUR",
  "paused": "no",
  "catch_up_hours": 0,
  "max_runs": 5,
  "guarantee_policies": [
    {"id": "flex", "deposit": {"percent": "-1",
                               "fixed": "1.005"}},
    {"id": "flex"}
  ],
  "tasks": [
    {"id": "a", "mode": "before_arrival", "operation": "payment",
     "amount": {"basis": "folio_balance", "adjust_percent": -50}},
    {"mode": "at_noon",
     "operation": "payment", "offset_hours": 1.5},
    {"id": "c", "mode": "after_creation", "operation": "actions_only", "card": "last",
     "filters": {"included_agents": ["expedia"],
                 "excluded_agents": ["expedia"], "ota": 1},
     "on_success": [{"action": "send_mail"},
                    {"action": "create_todo", "text": " "}]}
  ],
  "bonus": {"payment_types": [{"id": "kontur",
                               "max_percent": "100.01"}]}
}
"""


def test_a_setup_with_many_faults_gives_all_of_them_in_its_own_order() -> None:
    assert places(setup_faults(TEN_FAULTS)) == [
        (3, "hotel", "not_an_identifier"),
        (4, "timezone", "unknown_timezone"),
        (6, "paused", "wrong_type"),
        (7, "catch_up_hours", "number_out_of_range"),
        (8, "max_runs", "unknown_field"),
        (10, "guarantee_policies[0].deposit.percent", "percent_out_of_range"),
        (11, "guarantee_policies[0].deposit.fixed", "too_many_decimals"),
        (12, "guarantee_policies[1].id", "duplicate_id"),
        (16, "tasks[0].amount.adjust_percent", "wrong_type"),
        (17, "tasks[1].mode", "unknown_choice"),
        (17, "tasks[1].id", "missing_field"),
        (17, "tasks[1].amount", "amount_missing"),
        (18, "tasks[1].offset_hours", "wrong_type"),
        (19, "tasks[2].card", "not_with_actions_only"),
        (21, "tasks[2].filters.excluded_agents", "included_and_excluded"),
        (21, "tasks[2].filters.ota", "wrong_type"),
        (22, "tasks[2].on_success[0].action", "unknown_choice"),
        (23, "tasks[2].on_success[1].text", "not_a_text"),
        (25, "bonus.payment_types[0].currency_type", "missing_field"),
        (26, "bonus.payment_types[0].max_percent", "percent_out_of_range"),
    ]


def test_the_text_of_an_error_has_a_fault_a_line() -> None:
    text = '{"format": "hotelpay/1", "timezone": "UTC",\n"currency": "EUR", "paused": 1, "hotel": 2}'
    error = DocumentError(setup_faults(text))
    assert str(error) == "s:2: paused: 1 is not true or false\ns:2: hotel: 2 is not a text"
    assert isinstance(error, ValueError)
    assert [fault.message for fault in error.faults] == ["1 is not true or false", "2 is not a text"]


def test_the_text_of_an_error_shows_twenty_faults_and_counts_the_others() -> None:
    faults = [Fault(code="c", path=f"p{number}", message="m", document="d") for number in range(23)]
    assert str(DocumentError(faults[:20])).splitlines() == [f"d: p{number}: m" for number in range(20)]
    assert str(DocumentError(faults)).splitlines()[19:] == ["d: p19: m", "… and 3 more"]
    assert DocumentError(iter(faults)).faults == tuple(faults)


@pytest.mark.parametrize(
    ("line", "path", "text"),
    [(None, "", "d: m"), (None, "p", "d: p: m"), (7, "", "d:7: m"), (7, "p[0]", "d:7: p[0]: m")],
)
def test_a_fault_is_written_with_what_is_known_of_its_place(line: int | None, path: str, text: str) -> None:
    assert str(Fault(code="c", path=path, message="m", document="d", line=line)) == text


def test_a_value_that_no_text_was_read_for_has_no_lines() -> None:
    assert places(refused(lambda: setup_from({**SETUP, "paused": 0}))) == [(None, "paused", "wrong_type")]
    assert refused(lambda: setup_from({}))[0].document == "setup"
    assert refused(lambda: reservation_from({}))[0].document == "reservation"
    assert refused(lambda: reservation_from({}, document="R"))[0].document == "R"


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"cards": {}}, "cards", "an object is not a list"),
        ({"cards": [[]]}, "cards[0]", "a list is not an object"),
        ({"cards": None}, "cards", "None is not a list"),
        ({"ota": "no"}, "ota", "'no' is not true or false"),
        ({"id": 7}, "id", "7 is not a text"),
        ({"extra": []}, "extra", "a list is not an object"),
        ({"status": "gone"}, "status", "'gone' is not one of expected, checked_in, checked_out, cancelled, no_show"),
    ],
)
def test_a_value_of_another_type_is_told_which_is_right(fields: dict[str, Any], path: str, message: str) -> None:
    for load in (reservation_from, lambda document: read(lines(document))):
        (fault,) = refused(partial(load, {**RESERVATION, **fields}))
        assert (fault.path, fault.message) == (path, message)


@pytest.mark.parametrize("value", [None, [], "x", 7, True])
def test_a_document_is_an_object(value: Any) -> None:
    (fault,) = setup_faults(json.dumps(value))
    assert (fault.path, fault.code) == ("", "wrong_type")
    assert fault.message.endswith(" is not an object with format, timezone, currency …")
    assert places(refused(lambda: reservation_from(value))) == [(None, "", "wrong_type")]


def test_an_id_that_stands_twice_is_found_in_a_list_that_has_other_faults() -> None:
    task = {**TASK, "active": 1}
    kinds = [{"id": "k", "currency_type": "B", "rate": 1}, {"id": "k", "currency_type": "B"}]
    policies = [{"id": "p", "name": 1}, {"id": "q"}, {"id": "p"}]
    document = {**SETUP, "tasks": [task, task], "guarantee_policies": policies, "bonus": {"payment_types": kinds}}
    found = {(path, code) for _, path, code in places(refused(partial(setup_from, document)))}
    assert found == {
        ("tasks[0].active", "wrong_type"),
        ("tasks[1].active", "wrong_type"),
        ("tasks[1].id", "duplicate_id"),
        ("guarantee_policies[0].name", "wrong_type"),
        ("guarantee_policies[2].id", "duplicate_id"),
        ("bonus.payment_types[0].rate", "wrong_type"),
        ("bonus.payment_types[1].id", "duplicate_id"),
    }


def test_a_currency_at_fault_hides_no_other_fault_and_adds_none() -> None:
    """Amounts are read with the most decimals there are, since nobody knows how many they may have."""
    policy = {"id": "flex", "deposit": {"fixed": "1.2345", "nights": 0}}
    for currency in ("eur", None, 5, "XAU"):
        document = {**with_task(max_amount="0.0001"), "guarantee_policies": [policy], "currency": currency, "hotel": ""}
        assert [(path, code) for _, path, code in places(refused(partial(setup_from, document)))] == [
            ("currency", "unknown_currency" if isinstance(currency, str) else "wrong_type"),
            ("guarantee_policies[0].deposit.nights", "number_out_of_range"),
            ("hotel", "not_an_identifier"),
        ]
    held = {"id": "A1", "card": "c1", "folio": "F1", "reference": "r", "amount": "0.00001", "state": "x"}
    folio = {**FOLIO, "currency": "eur", "charges": [{"revenue_group": "", "amount": "0.0001"}]}
    document = {**RESERVATION, "folios": [folio], "preauthorizations": [held, {**held, "currency": "eur"}]}
    assert [(path, code) for _, path, code in places(refused(lambda: reservation_from(document)))] == [
        ("folios[0].currency", "unknown_currency"),
        ("folios[0].charges[0].revenue_group", "not_an_identifier"),
        ("preauthorizations[0].currency", "missing_field"),
        ("preauthorizations[0].amount", "too_many_decimals"),
        ("preauthorizations[0].state", "unknown_choice"),
        ("preauthorizations[1].currency", "unknown_currency"),
        ("preauthorizations[1].amount", "too_many_decimals"),
        ("preauthorizations[1].state", "unknown_choice"),
    ]


def test_a_class_says_all_that_it_has_to_say() -> None:
    """A constructor stops at its first rule; a document is told about all of them."""
    task = {
        "id": "",
        "name": "\n",
        "active": 1,
        "mode": "x",
        "operation": "actions_only",
        "offset_hours": -1,
        "card": "last",
        "max_amount": "-0.01",
        "amount": {"basis": "folio_balance", "fixed": 1},
        "on_success": {},
        "more": 1,
    }
    assert [(path, code) for _, path, code in places(refused(lambda: setup_from({**SETUP, "tasks": [task]})))] == [
        ("tasks[0].id", "not_an_identifier"),
        ("tasks[0].name", "not_an_identifier"),
        ("tasks[0].active", "wrong_type"),
        ("tasks[0].mode", "unknown_choice"),
        ("tasks[0].offset_hours", "number_out_of_range"),
        ("tasks[0].card", "not_with_actions_only"),
        ("tasks[0].max_amount", "negative_amount"),
        ("tasks[0].amount.fixed", "wrong_type"),
        ("tasks[0].on_success", "wrong_type"),
        ("tasks[0].more", "unknown_field"),
    ]
    reservation = {
        "id": "",
        "status": "checked_in",
        "created_at": "now",
        "arrival": "2024-02-30",
        "departure": "2024-02-01",
        "agent": "",
        "company": "",
        "cards": [{"id": "4111111111111111", "kind": "x"}, {"id": "", "kind": "ota"}],
        "folios": [{**FOLIO, "id": "", "opened_at": 1}, {**FOLIO, "opened_at": "1900-01-01T00:00:00Z"}],
        "preauthorizations": [],
    }
    assert [(path, code) for _, path, code in places(refused(lambda: reservation_from(reservation)))] == [
        ("id", "not_an_identifier"),
        ("created_at", "not_an_instant"),
        ("arrival", "not_a_date"),
        ("agent", "not_an_identifier"),
        ("company", "not_an_identifier"),
        ("cards[0].id", "card_number"),
        ("cards[0].kind", "unknown_choice"),
        ("cards[1].id", "not_an_identifier"),
        ("folios[0].id", "not_an_identifier"),
        ("folios[0].opened_at", "wrong_type"),
        ("checked_in_at", "status_without_instant"),
    ]
    late = {**RESERVATION, "departure": "2024-01-31", "agent": "", "cards": [{"id": "c", "kind": "ota"}] * 3}
    assert [(path, code) for _, path, code in places(refused(lambda: reservation_from(late)))] == [
        ("departure", "departure_before_arrival"),
        ("agent", "not_an_identifier"),
        ("cards[1].id", "duplicate_id"),
    ]


@pytest.mark.parametrize(
    ("status", "field"),
    [("checked_in", "checked_in_at"), ("checked_out", "checked_out_at"), ("cancelled", "cancelled_at")],
)
def test_an_instant_that_is_missing_hides_no_other_fault(status: str, field: str) -> None:
    twice = [{**FOLIO}, {**FOLIO}]
    document = {**RESERVATION, "status": status, "folios": twice}
    assert [(path, code) for _, path, code in places(refused(partial(reservation_from, document)))] == [
        ("folios[1].id", "duplicate_id"),
        (field, "status_without_instant"),
    ]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        # A rule that needs a field is not asked where that field is at fault.
        ({"status": "checked_in", "checked_in_at": 5}, [("checked_in_at", "wrong_type")]),
        ({"arrival": 5, "departure": "1900-01-01"}, [("arrival", "wrong_type")]),
        ({"arrival": "2199-12-31", "departure": 5}, [("departure", "wrong_type")]),
        ({"status": "x", "checked_in_at": 5}, [("status", "unknown_choice"), ("checked_in_at", "wrong_type")]),
    ],
)
def test_a_fault_is_not_the_cause_of_another(fields: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert [
        (path, code) for _, path, code in places(refused(lambda: reservation_from({**RESERVATION, **fields})))
    ] == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"amount": {"basis": "x"}}, [("amount.basis", "unknown_choice")]),
        ({"amount": {}}, [("amount.basis", "missing_field")]),
        ({"amount": None}, [("amount", "amount_missing")]),
        ({"amount": []}, [("amount", "wrong_type")]),
        ({"amount": {"basis": ["folio_balance"]}}, [("amount.basis", "unknown_choice")]),
        ({"operation": "x", "amount": None, "card": "last"}, [("operation", "unknown_choice")]),
        ({"operation": "actions_only", "card": "x"}, [("card", "unknown_choice")]),
        ({"amount": None, "max_amount": "-1"}, [("amount", "amount_missing"), ("max_amount", "negative_amount")]),
    ],
)
def test_a_tasks_amount_is_judged_with_its_operation(fields: dict[str, Any], found: list[tuple[str, str]]) -> None:
    faults = places(refused(lambda: setup_from(with_task(**fields))))
    assert [(path.removeprefix("tasks[0]."), code) for _, path, code in faults] == found


def test_a_rule_that_no_stand_in_satisfies_is_reported_once() -> None:
    """Counting a currency, a type must name one; a made-up name is none either."""
    wrong = {"id": "k", "currency_type": "zzz", "unit": "currency", "rate": "0"}
    faults = places(refused(lambda: setup_from({**SETUP, "bonus": {"payment_types": [wrong]}})))
    assert [(path.removeprefix("bonus.payment_types[0]."), code) for _, path, code in faults] == [
        ("currency_type", "unknown_currency"),
        ("rate", "not_positive"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("2024-01-10T09:30:00", "not_an_instant", 'is not an instant such as "2024-01-10T09:30:00+02:00"'),
        ("2024-01-10", "not_an_instant", 'is not an instant such as "2024-01-10T09:30:00+02:00"'),
        ("2024-01-10 09:30:00Z", "not_an_instant", 'is not an instant such as "2024-01-10T09:30:00+02:00"'),
        ("20240110T093000Z", "not_an_instant", 'is not an instant such as "2024-01-10T09:30:00+02:00"'),
        ("2024-01-10T09:30:00z", "not_an_instant", 'is not an instant such as "2024-01-10T09:30:00+02:00"'),
        ("2024-02-30T09:30:00Z", "not_an_instant", "is not an instant that exists, such as"),
        ("2024-01-10T25:00:00Z", "not_an_instant", "is not an instant "),
        ("2024-01-10T09:30:00+24:00", "not_an_instant", "is not an instant "),
        ("1899-12-31T23:59:59Z", "date_out_of_range", "is not in the years 1900 to 2199"),
        ("1900-01-01T00:00:00+00:01", "date_out_of_range", "is not in the years 1900 to 2199"),
        ("2200-01-01T00:00:00Z", "date_out_of_range", "is not in the years 1900 to 2199"),
    ],
)
def test_an_instant_has_an_offset_and_exists(text: str, code: str, message: str) -> None:
    (fault,) = refused(lambda: reservation_from({**RESERVATION, "created_at": text}))
    assert (fault.path, fault.code) == ("created_at", code)
    assert fault.message.startswith(f"{text!r} {message}")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-01-10T09:30Z", "2024-01-10T09:30:00Z"),
        ("2024-01-10T09:30:15+02:00", "2024-01-10T07:30:15Z"),
        ("2024-01-10T00:30:15+05:45", "2024-01-09T18:45:15Z"),
        ("2024-01-10T23:30:15-09:30", "2024-01-11T09:00:15Z"),
        ("2024-01-10T09:30:15.000001Z", "2024-01-10T09:30:16Z"),
        ("2024-01-10T09:30:15.0Z", "2024-01-10T09:30:15Z"),
        ("2024-12-31T23:59:59.5Z", "2025-01-01T00:00:00Z"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ("2199-12-31T23:59:59Z", "2199-12-31T23:59:59Z"),
        ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
    ],
)
def test_an_instant_is_read_as_utc_with_a_fraction_as_the_second_after_it(text: str, written: str) -> None:
    assert reservation_document(reservation_from({**RESERVATION, "created_at": text}))["created_at"] == written


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("2024-2-1", "not_a_date", "'2024-2-1' is not a date such as \"2024-02-01\""),
        ("20240201", "not_a_date", "'20240201' is not a date such as \"2024-02-01\""),
        ("2024-02-30", "not_a_date", "'2024-02-30' is not a date that exists"),
        ("2024-02-01T00:00:00Z", "not_a_date", "'2024-02-01T00:00:00Z' is not a date such as \"2024-02-01\""),
    ],
)
def test_a_date_is_one_of_the_calendar(text: str, code: str, message: str) -> None:
    (fault,) = refused(lambda: reservation_from({**RESERVATION, "arrival": text}))
    assert (fault.path, fault.code, fault.message) == ("arrival", code, message)


def test_what_is_no_fault_of_the_document_is_raised_as_it_is() -> None:
    """A fault of ours must not look like one of a guest's data."""
    ours = RuntimeError("ours")
    with pytest.raises(RuntimeError) as raised:
        list(complaints(ExceptionGroup("document", [ours])))
    assert raised.value is ours


def test_lines_of_two_currencies_are_a_fault_too() -> None:
    (complaint,) = complaints(CurrencyMismatch("EUR", "USD"), "folios[0]")
    assert (complaint.code, complaint.path) == ("currency_mismatch", "folios[0]")
    assert complaint.message == "EUR and USD cannot be added or compared: convert one of them first"


# The format.


@pytest.mark.parametrize(
    ("version", "code", "message"),
    [
        ("hotelpay/1.1", "newer_format", "the document needs a hotelpay that reads hotelpay/1.1; this one reads"),
        ("hotelpay/1.123456", "newer_format", "the document needs a hotelpay that reads hotelpay/1.123456; this one"),
        ("hotelpay/2", "unknown_format", "'hotelpay/2' is not \"hotelpay/1\""),
        ("hotelpay/1.", "unknown_format", "'hotelpay/1.' is not"),
        ("hotelpay/1.1234567", "unknown_format", "'hotelpay/1.1234567' is not"),
        ("hotelpay/1\n", "unknown_format", "'hotelpay/1\\n' is not"),
        ("hotelpay/11", "unknown_format", "'hotelpay/11' is not"),
        ("Hotelpay/1", "unknown_format", "'Hotelpay/1' is not"),
        ("", "unknown_format", "'' is not"),
        (1, "unknown_format", "1 is not"),
        (["hotelpay/1"], "unknown_format", "a list is not"),
        (None, "missing_field", 'this field is needed: "hotelpay/1"'),
    ],
)
def test_another_format_is_named_before_the_faults_it_may_be_the_cause_of(
    version: Any, code: str, message: str
) -> None:
    faults = refused(lambda: setup_from({**SETUP, "format": version, "new_field": 1}))
    assert places(faults) == [(None, "format", code), (None, "new_field", "unknown_field")]
    assert faults[0].message.startswith(message)


def test_without_a_format_nothing_is_read() -> None:
    (fault,) = setup_faults('{"timezone": "UTC",\n"currency": "EUR"}')
    assert str(fault) == 's:1: format: this field is needed: "hotelpay/1"'
    (fault,) = setup_faults('{"format": "hotelpay/1",\n"currency": "EUR"}')
    assert str(fault) == "s:1: timezone: this field is needed"


# One fault at a time, at every place of a document that has every field.


class Kind:
    """A document with every field, and its loader."""

    def __init__(self, full: dict[str, Any], load: Callable[[object], object]) -> None:
        self.full = full
        self.load = load

    def faults_with(self, path: str, change: Callable[[Any, Any], None]) -> list[tuple[str, str]]:
        """Return the faults of the document after its value at ``path`` was changed."""
        document = copy.deepcopy(self.full)
        *way, last = steps(path)
        container: Any = document
        for step in way:
            container = container[step]
        change(container, last)
        try:
            self.load(document)
        except DocumentError as error:
            return [(fault.path, fault.code) for fault in error.faults]
        return []


SETUPS: Final = Kind(FULL_SETUP, setup_from)
RESERVATIONS: Final = Kind(FULL_RESERVATION, reservation_from)
#: A stream has a faster reader, which must refuse the same.
LINES: Final = Kind(FULL_RESERVATION, lambda document: read(lines(document)))


def fields(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every field of every object in a value, and of every item."""
    if isinstance(value, dict):
        children = [(f"{path}.{key}".removeprefix("."), child) for key, child in value.items()]
    elif isinstance(value, list):
        children = [(f"{path}[{place}]", child) for place, child in enumerate(value)]
    else:
        children = []
    for where, child in children:
        yield where
        if where != "extra":
            yield from fields(child, where)


def value_at(kind: Any, path: Any) -> Any:
    value = kind.full
    for step in steps(path):
        value = value[step]
    return value


EVERYWHERE: Final = [
    *(pytest.param(SETUPS, path, id=f"setup {path}") for path in fields(FULL_SETUP)),
    *(pytest.param(RESERVATIONS, path, id=f"reservation {path}") for path in fields(FULL_RESERVATION)),
    *(pytest.param(LINES, path, id=f"line {path}") for path in fields(FULL_RESERVATION)),
]

#: What must be there; everything else may be left out.
NEEDED: Final = {
    *("format", "timezone", "currency", "guarantee_policies[0].id"),
    *(f"tasks[{place}].{field}" for place in (0, 1) for field in ("id", "mode", "operation", "amount")),
    *(f"tasks[{place}].amount.basis" for place in (0, 1)),
    *(f"tasks[0].on_success[{place}].action" for place in range(3)),
    *(f"tasks[0].on_failure[{place}].action" for place in range(2)),
    "tasks[0].on_success[0].visible",
    "tasks[0].on_success[1].status",
    "tasks[0].on_success[2].document_type",
    "tasks[0].on_failure[0].template",
    "tasks[0].on_failure[1].text",
    "bonus.payment_types[0].id",
    "bonus.payment_types[0].currency_type",
    *("id", "status", "created_at", "arrival", "departure", "checked_out_at"),
    *("cards[0].id", "cards[0].kind", "cards[1].id", "cards[1].kind"),
    *("folios[0].id", "folios[0].opened_at", "folios[0].currency"),
    *("folios[0].charges[0].revenue_group", "folios[0].charges[0].amount", "folios[0].payments[0].amount"),
    *(f"preauthorizations[0].{field}" for field in ("id", "card", "folio", "amount", "currency", "reference")),
}
#: Whose absence is judged by a rule of the domain.
BY_RULE: Final = {
    "tasks[0].amount": "amount_missing",
    "tasks[1].amount": "amount_missing",
    "checked_out_at": "status_without_instant",
}


@pytest.mark.parametrize(("kind", "path"), [row for row in EVERYWHERE if not str(row.id).endswith("]")])
def test_a_field_that_is_needed_is_missed_and_no_other(kind: Kind, path: str) -> None:
    expected = [(path, BY_RULE.get(path, "missing_field"))] if path in NEEDED else []
    assert kind.faults_with(path, lambda container, key: container.pop(key)) == expected


def _list_of(path: str) -> str:
    return re.sub(r"\[\d+\]$", "", path)


def replaced_by(value: Any) -> Callable[[Any, Any], None]:
    def change(container: Any, key: Any) -> None:
        container[key] = value

    return change


#: What takes any object, and what gives its refusal a code of its own.
TAKES_ANYTHING: Final = "extra"
OF_A_CHOICE: Final = (".basis", ".action")


@pytest.mark.parametrize(("kind", "path"), EVERYWHERE)
@pytest.mark.parametrize("value", [{}, [], "", 3, 2.5, True, None], ids=repr)
def test_a_wrong_value_is_one_fault_at_its_own_place(kind: Kind, path: str, value: Any) -> None:
    """No type is taken for another: no number for a text, no text for a switch, nothing for a list."""
    found = kind.faults_with(path, replaced_by(value))
    places_found = {where for where, _ in found}
    if type(value) is not type(value_at(kind, path)) and value is not None:
        assert places_found == {path}, found
        assert len(found) == 1
        if not path.endswith(OF_A_CHOICE) and path != "format":
            assert found[0][1] == "wrong_type"
    else:
        # Of the right type, or null: taken, or refused there, within it, or as one of its list.
        assert all(where.startswith(_list_of(path)) for where in places_found), found


@pytest.mark.parametrize(("kind", "path"), EVERYWHERE)
def test_null_is_taken_where_it_means_none_and_nowhere_else(kind: Kind, path: str) -> None:
    may_be_null = path in MAY_BE_NULL
    found = kind.faults_with(path, replaced_by(None))
    assert [where for where, _ in found] == ([] if may_be_null else [path])


MAY_BE_NULL: Final = {
    *("max_runs_per_cycle", "release_preauthorizations_after_days"),
    *(f"guarantee_policies[0].{field}" for field in ("guarantee_period_hours", "deposit")),
    *(f"guarantee_policies[0].deposit.{field}" for field in ("percent", "nights", "fixed")),
    *("tasks[0].filters.ota", "tasks[0].card", "tasks[0].max_amount", "tasks[0].on_failure[1].channel"),
    *("tasks[0].amount.adjust_percent", "tasks[0].amount.fixed"),
    *(f"tasks[1].amount.{field}" for field in ("percent", "nights", "fixed")),
    *(f"bonus.payment_types[0].{field}" for field in ("external_id", "rate")),
    *("checked_in_at", "cancelled_at", "no_show_at", "guarantee_status", "guarantee_policy", "company", "agent"),
    *(f"folios[0].payments[0].{field}" for field in ("payment_type", "reference", "paid_at", "comment")),
    *("preauthorizations[0].expires_at", "extra"),
}


@pytest.mark.parametrize(("kind", "path"), [row for row in EVERYWHERE if isinstance(value_at(*row.values), dict)])
def test_an_unknown_field_is_refused_in_every_object(kind: Kind, path: str) -> None:
    def add(container: Any, key: Any) -> None:
        container[key]["colour"] = 1

    expected = [] if path == TAKES_ANYTHING else [(f"{path}.colour", "unknown_field")]
    assert kind.faults_with(path, add) == expected


def test_an_unknown_field_is_told_which_fields_there_are() -> None:
    (fault,) = refused(lambda: setup_from(with_task(amount={"basis": "folio_balance", "percent": "5"})))
    assert fault.message == "there is no such field; there are adjust_percent, fixed"
    faults = refused(lambda: reservation_from({**RESERVATION, "cards": [{"id": "c", "kind": "ota", "b": 1, "a": 1}]}))
    assert [(fault.path, fault.message) for fault in faults] == [
        ("cards[0].b", "there is no such field; there are id, kind"),
        ("cards[0].a", "there is no such field; there are id, kind"),
    ]


# What could be a card number.


@pytest.mark.parametrize("number", ["4111111111111111", MASTERCARD], ids=["visa", "mastercard"])
@pytest.mark.parametrize(("kind", "path"), EVERYWHERE)
def test_no_fault_repeats_a_card_number(kind: Kind, path: str, number: str) -> None:
    digits = number.replace(" ", "")
    for value in (number, f"card {number}\n", [number], {number: 1}, int(digits), float(digits), f"{number}\x00"):
        document = copy.deepcopy(kind.full)
        *way, last = steps(path)
        container: Any = document
        for step in way:
            container = container[step]
        container[last] = value
        try:
            kind.load(document)
        except DocumentError as error:
            said = f"{error} {error!r} {error.faults}"
            assert number not in said
            assert digits[:12] not in said.replace(" ", "")


def test_no_key_of_a_document_repeats_a_card_number() -> None:
    (fault,) = setup_faults(json.dumps({**SETUP, MASTERCARD: 1}))
    assert (fault.path, fault.line) == ("•••• •••• •••• 0004", 1)


# And back.


def test_a_setup_is_written_as_the_document_that_it_was_read_from() -> None:
    written = setup_document(setup_from(FULL_SETUP))
    assert written["tasks"][0].items() >= {
        ("id", "vcc"),
        ("name", "Virtual cards"),
        ("active", True),
        ("mode", "before_arrival"),
        ("max_amount", "2000.00"),
    }
    assert written["tasks"][0] == {**FULL_SETUP["tasks"][0], "filters": written["tasks"][0]["filters"]}
    assert written["tasks"][0]["filters"]["cards"] == ["guest_and_ota", "ota_only"]
    assert {**written, "tasks": []} == {**FULL_SETUP, "tasks": []}
    assert setup_from(written) == setup_from(FULL_SETUP)
    assert json.loads(json.dumps(written)) == written


def test_what_was_left_out_is_written_with_its_default() -> None:
    assert setup_document(parse_setup(json.dumps(with_task()))) == {
        "format": "hotelpay/1",
        "hotel": "default",
        "timezone": "Europe/Sofia",
        "currency": "EUR",
        "paused": False,
        "catch_up_hours": 24,
        "max_runs_per_cycle": None,
        "release_preauthorizations_after_days": None,
        "guarantee_policies": [],
        "tasks": [
            {
                **TASK,
                "name": "",
                "active": False,
                "offset_hours": 0,
                "filters": {
                    "guarantee_statuses": [],
                    "guarantee_policies": [],
                    "ota": None,
                    "cards": [],
                    "included_companies": [],
                    "excluded_companies": [],
                    "included_agents": [],
                    "excluded_agents": [],
                },
                "card": "last",
                "max_amount": None,
                "amount": {"basis": "folio_balance", "adjust_percent": None, "fixed": None},
                "on_success": [],
                "on_failure": [],
            }
        ],
        "bonus": {"active": False, "payment_types": []},
    }
    bonus = setup_from({**SETUP, "bonus": {"payment_types": [{"id": "k", "currency_type": "B"}]}}).bonus
    document = setup_document(setup_from({**SETUP, "bonus": {"payment_types": [{"id": "k", "currency_type": "B"}]}}))
    assert len(bonus.payment_types) == 1
    assert document["bonus"]["payment_types"] == [
        {
            "id": "k",
            "name": "",
            "external_id": None,
            "currency_type": "B",
            "unit": "points",
            "currency": "EUR",
            "max_percent": "0",
            "enabled": False,
            "rate": "1",
            "step": "0.01",
            "cap_basis": "balance",
        }
    ]


def test_a_reservation_is_written_as_the_document_that_it_was_read_from() -> None:
    written = reservation_document(reservation_from(FULL_RESERVATION))
    assert written["created_at"] == "2024-01-10T07:30:00Z"
    assert written["folios"][0]["opened_at"] == "2024-01-10T07:30:00Z"
    expected = copy.deepcopy(FULL_RESERVATION)
    expected["created_at"] = expected["folios"][0]["opened_at"] = "2024-01-10T07:30:00Z"
    assert written == expected
    assert reservation_from(written) == reservation_from(FULL_RESERVATION)


def test_a_reservation_is_written_without_its_empty_fields() -> None:
    assert reservation_document(reservation_from(RESERVATION)) == {
        **RESERVATION,
        "created_at": "2024-01-10T07:30:00Z",
        "ota": False,
    }


def test_a_place_is_a_line_a_path_and_a_code() -> None:
    assert places((Fault(code="c", path="p", message="m", document="d", line=3),)) == [Place(3, "p", "c")]
