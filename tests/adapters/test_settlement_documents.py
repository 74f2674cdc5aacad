"""The ledger's own documents: everything that is kept comes back exactly, and what cannot be read says so."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given

from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.autopilot.task import Task
from hotelpay.documents import DocumentError
from hotelpay.documents.settlements import (
    FORMAT,
    event_document,
    event_from,
    intent_document,
    intent_from,
    plan_document,
    plan_from,
    result_document,
    result_from,
)
from hotelpay.errors import InvalidValue
from hotelpay.moments import Instant
from hotelpay.money import Currency, Money
from hotelpay.points import Points
from hotelpay.settlement.cycles import CyclePlan, PlannedRun
from hotelpay.settlement.digest import digest
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    CycleCompleted,
    Erased,
    Event,
    Forgotten,
    PersonNeeded,
    Rearmed,
    Recorded,
    Sending,
)
from hotelpay.settlement.outcome import Approved, Declined, Ending, Outcome, Result
from hotelpay.testing import strategies as some
from hotelpay.testing.contracts.intents import EVERY_ENDING, EVERY_INTENT, EVERY_RESULT, redemption_intent, run_intent

_EVENTS: tuple[Event, ...] = (
    Claimed(run_intent("h")),
    Sending("charge"),
    *(Recorded("charge", result) for result in EVERY_RESULT),
    *(Recorded("charge", result, by="иван") for result in EVERY_RESULT),
    PersonNeeded("unknown_outcome", "look\nthere"),
    *(Completed(ending) for ending in EVERY_ENDING),
    Rearmed(("T1", "R1"), 2, "ivan", "new card"),
    Forgotten("T1", "R1", Instant(-5), Instant(7)),
    CycleCompleted(Instant(1720602000)),
    Erased("R1"),
)

_ROW = PlannedRun(
    task="T1",
    reservation="R1",
    due_at=Instant(1),
    closes_at=Instant(2),
    operation="payment",
    folio="F1",
    card="tok_1",
    amount=Money.of("0.001", "KWD"),
    problem=None,
)
_PLAN = CyclePlan(
    digest="5eed",
    active_tasks=("T2", "T1"),
    runs=(_ROW, attrs.evolve(_ROW, card=None, amount=None, problem="no_card", after=("T1", "T0"))),
)


def _json(document: Any) -> Any:
    """Return a document after a trip through a text, as a database keeps it."""
    return json.loads(json.dumps(document))


# Round trips.


@pytest.mark.parametrize("kind", EVERY_INTENT)
def test_every_intent_comes_back(kind: str) -> None:
    intent = EVERY_INTENT[kind]("seven-gulls")
    written = intent_document(intent)
    assert _json(written) == written
    found = intent_from(_json(written))
    assert (found, type(found), digest(found)) == (intent, type(intent), digest(intent))
    assert found.identity.key == intent.identity.key


@pytest.mark.parametrize("event", _EVENTS, ids=repr)
def test_every_event_comes_back(event: Event) -> None:
    written = event_document(event)
    assert _json(written) == written
    found = event_from(_json(written))
    assert (found, type(found), digest(found)) == (event, type(event), digest(event))


@pytest.mark.parametrize("result", EVERY_RESULT, ids=repr)
def test_every_answer_comes_back(result: Result) -> None:
    found = result_from(_json(result_document(result)))
    assert (found, digest(found)) == (result, digest(result))


def test_a_plan_comes_back() -> None:
    assert plan_from(_json(plan_document(_PLAN))) == _PLAN
    empty = CyclePlan(digest="", active_tasks=(), runs=())
    assert plan_from(_json(plan_document(empty))) == empty


@given(some.tasks())
def test_any_task_comes_back_as_it_was(task: Task) -> None:
    """With the very digits: a percentage of 33.0 stays 33.0, an amount keeps its own currency."""
    intent = run_intent("h", task=task)
    found = intent_from(_json(intent_document(intent)))
    assert (found, digest(found)) == (intent, digest(intent))


@pytest.mark.parametrize("minor", [0, -1, 10**14, -(10**30)])
def test_any_amount_comes_back(minor: int) -> None:
    amount = Money(minor, Currency.of("JPY"))
    assert result_from(_json(result_document(Approved(amount, "r")))) == Approved(amount, "r")


@pytest.mark.parametrize("points", ["450", "450.00", "0.00000000000001", "99999999999999.99999999999999"])
def test_points_keep_their_digits(points: str) -> None:
    answer = Approved(Points.of(points, "BONUS"), "r")
    found = result_from(_json(result_document(answer)))
    assert isinstance(found, Approved)
    assert isinstance(found.amount, Points)
    assert str(found.amount.amount) == str(answer.amount.amount)


def test_a_task_is_written_with_all_its_fields() -> None:
    """What was claimed is not changed by a later version's other defaults."""
    written = intent_document(run_intent("h"))["task"]
    assert set(written) == {field.name for field in attrs.fields(Task)}
    assert set(written["filters"]) > {"ota", "cards"}


def test_a_card_is_written_in_no_error() -> None:
    """A document that cannot be read does not tell the bonus card in it."""
    written = intent_document(redemption_intent("h"))
    written["surprise"] = written["card"]
    with pytest.raises(DocumentError) as caught:
        intent_from(written)
    assert written["card"]["number"] not in str(caught.value)


# What cannot be read.


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (None, "wrong_type", "is not an object"),
        ([], "wrong_type", "is not an object"),
        ({}, "unknown_format", "None is not hotelpay-ledger/1"),
        ({"format": "hotelpay/1"}, "unknown_format", "'hotelpay/1' is not hotelpay-ledger/1"),
        ({"format": "hotelpay-ledger/2"}, "newer_format", "the newest that this hotelpay reads"),
        ({"format": FORMAT}, "unknown_choice", "is not one of claimed, sending"),
        ({"format": FORMAT, "event": "vanished"}, "unknown_choice", "'vanished' is not one of claimed, sending"),
        ({"format": FORMAT, "event": ["sending"]}, "unknown_choice", "is not one of claimed, sending"),
        ({"format": FORMAT, "event": "sending"}, "unreadable", "purpose"),
        ({"format": FORMAT, "event": "sending", "purpose": 3}, "wrong_type", "3 (int) is not a text"),
        ({"format": FORMAT, "event": "sending", "purpose": "x", "more": 1}, "unreadable", "more"),
        ({"format": FORMAT, "event": "cycle_completed", "cycle_at": True}, "wrong_type", "is not a whole number"),
        ({"format": FORMAT, "event": "claimed", "intent": {"intent": "theft"}}, "unknown_choice", "'theft'"),
        (
            {"format": FORMAT, "event": "recorded", "purpose": "x", "by": None, "result": {"result": "maybe"}},
            "unknown_choice",
            "'maybe' is not one of approved",
        ),
    ],
)
def test_what_cannot_be_read_says_why(value: object, code: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        event_from(value, document="journal entry 7")
    (fault,) = caught.value.faults
    assert fault.code == code
    assert message in fault.message
    assert str(caught.value).startswith("journal entry 7: ")


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"minor": "1", "currency": "EUR"}},
        {"amount": {"minor": 1.5, "currency": "EUR"}},
        {"amount": {"minor": 1, "currency": "XXX"}},
        {"identity": {"hotel": "h", "kind": "walk", "names": ["a"], "attempt": 1}},
        {"due_at": "2024-07-10T09:00:00Z"},
        {"problem": "no_money"},
        {"task": {}},
    ],
    ids=repr,
)
def test_a_faulty_intent_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(DocumentError):
        intent_from(intent_document(run_intent("h")) | change)


@pytest.mark.parametrize("value", ["no", 3, {"format": FORMAT}, {"format": FORMAT, "digest": 1}])
def test_a_faulty_plan_is_refused(value: object) -> None:
    with pytest.raises(DocumentError):
        plan_from(value)


def test_an_intent_of_a_hosts_own_is_refused() -> None:
    """The ledger could write it and nobody could read it again."""

    class Theft(RunIntent):
        pass

    run = run_intent("h")
    theft = Theft(**{field.name: getattr(run, field.name) for field in attrs.fields(RunIntent)})
    with pytest.raises(InvalidValue, match="'Theft' is not one of run, release, capture, redemption, reversal"):
        intent_document(theft)


def test_kinds_are_told_apart_by_their_tags() -> None:
    kinds: dict[str, type[Intent]] = {"release": ReleaseIntent, "capture": CaptureIntent}
    for name, kind in kinds.items():
        intent = EVERY_INTENT[f"a {name}"]("h")
        assert intent_document(intent)["intent"] == name
        assert type(intent) is kind
    assert event_document(Completed(Ending(Outcome.DONE)))["event"] == "completed"
    assert result_document(Declined("no_card"))["result"] == "declined"
