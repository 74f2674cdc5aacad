"""What other programs read of what was done: the exact documents of cycles, recoveries and redemptions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from hotelpay import Mode, Money, Operation, Points, Redeemed, Setup, Task, capture, redeem, reverse, run_cycle
from hotelpay.actions import CloseFolio, SendEmail
from hotelpay.documents.reports import actions_done, cycle_document, recovery_document, redeemed_document
from hotelpay.recovery import recover
from hotelpay.reservation import PreAuthorization, ReservationStatus
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.memory_gateway import GOOD_PROMISES, Fault, faults_in_turn
from hotelpay.testing.stories import BONUS_CARD, EUR, GUEST, POINTS, START, guest, setup_of, task

FORGETFUL = Promises(key_memory_hours=0, can_look_up=False)


def bench(*faults: Fault, promises: Promises = GOOD_PROMISES, **fields: object) -> MemoryBench:
    """Return a hotel with one guest, and a processor whose first calls fail so."""
    made = MemoryBench.at(START, promises=promises, gateway_faults=faults_in_turn(*faults))
    made.put(guest(**fields))
    return made


def cycle(hotel: MemoryBench, *tasks: Task, setup: Setup | None = None) -> dict[str, Any]:
    return cycle_document(run_cycle(setup or setup_of(*tasks), hotel.ports(), hotel.now))


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    return row


def test_a_row_is_written_with_all_its_fields_in_their_order() -> None:
    row = only(cycle(bench(), task())["runs"])
    assert list(row.items()) == [
        ("task", "on-arrival"),
        ("reservation", GUEST),
        ("due_at", "2024-02-01T10:00:00Z"),
        ("closes_at", "2024-02-02T10:00:00Z"),
        ("operation", "payment"),
        ("folio", "F-1"),
        ("card", "card-1"),
        ("amount", "1800.00"),
        ("currency", "EUR"),
        ("problem", None),
        ("after", []),
        ("outcome", "approved"),
        ("reason", None),
        ("reference", row["reference"]),
        ("approved", {"amount": "1800.00", "currency": "EUR"}),
        (
            "actions",
            [
                {"action": "send_email", "result": "done", "error": None},
                {"action": "set_folio_visibility", "result": "done", "error": None},
            ],
        ),
        ("trouble", None),
    ]
    assert row["reference"]


def test_actions_alone_have_no_money() -> None:
    hiding = task(operation=Operation.ACTIONS_ONLY, amount=None, card=None)
    row = only(cycle(bench(), hiding)["runs"])
    missing = dict.fromkeys(("card", "amount", "currency", "reason", "reference", "approved"))
    assert row.items() >= {**missing, "operation": "actions_only", "outcome": "done"}.items()


def test_a_part_that_was_approved_is_told_beside_what_was_asked() -> None:
    row = only(cycle(bench(Fault.IN_PART), task(on_success=[CloseFolio("invoice"), SendEmail("paid")]))["runs"])
    assert (row["amount"], row["approved"]) == ("1800.00", {"amount": "900.00", "currency": "EUR"})
    closing, mailing = row["actions"]
    assert (closing["action"], closing["result"]) == ("close_folio", "failed")
    assert closing["error"].startswith("folio_has_balance")
    assert mailing == {"action": "send_email", "result": "done", "error": None}


def test_the_actions_of_a_declined_run_are_those_on_failure() -> None:
    row = only(cycle(bench(Fault.DECLINED), task())["runs"])
    assert (row["outcome"], row["reference"], row["approved"]) == ("declined", None, None)
    assert row["reason"]
    assert [each["action"] for each in row["actions"]] == ["send_email", "create_todo"]


def test_an_answer_that_was_lost_and_found_is_no_trouble() -> None:
    row = only(cycle(bench(Fault.LOST_REPLY), task())["runs"])
    assert (row["outcome"], row["trouble"]) == ("approved", None)


def test_a_row_that_came_to_nothing_stands_as_it_was_planned() -> None:
    """The first task pays everything; the second was planned with the same amount."""
    paid, dropped = cycle(bench(), task("first"), task("second"))["runs"]
    assert paid["outcome"] == "approved"
    assert (
        dropped.items()
        >= {
            "task": "second",
            "card": "card-1",
            "amount": "1800.00",
            "operation": "payment",
            "after": ["first"],
            "outcome": "dropped",
            "reason": "nothing_due",
            "reference": None,
            "approved": None,
            "actions": [],
        }.items()
    )


def test_what_is_unknown_rests_and_is_recovered_later() -> None:
    hotel = bench(Fault.LOST_REQUEST)
    row = only(cycle(hotel, task())["runs"])
    assert (row["outcome"], row["reason"], row["trouble"]) == ("unknown", None, "timed out")
    at = hotel.now
    rests = recovery_document(recover(hotel.ports("soon"), at), at)
    assert (rests["at"], rests["recovered"], rests["needs_person"]) == ("2024-02-01T10:00:00Z", [], [])
    about = {
        "kind": "run",
        "names": ["on-arrival", GUEST],
        "attempt": 1,
        "task": "on-arrival",
        "reservation": GUEST,
        "amount": "1800.00",
        "currency": "EUR",
    }
    unknown = {"outcome": "unknown", "reason": None, "reference": None}
    assert only(rests["resting"]) == {**about, **unknown, "trouble": only(rests["resting"])["trouble"]}
    hotel.advance(900)
    found = only(cycle(hotel, task())["recovered"])
    assert found == {**about, "outcome": "approved", "reason": None, "reference": found["reference"]}


def test_a_person_is_named_as_long_as_one_is_needed() -> None:
    hotel = bench(Fault.LOST_REQUEST, promises=FORGETFUL)
    report = cycle(hotel, task())
    wanted = only(report["needs_person"])
    assert list(wanted) == ["task", "reservation", "reason", "message", "kind", "names"]
    assert (wanted["task"], wanted["reservation"], wanted["reason"]) == ("on-arrival", GUEST, "unknown_outcome")
    assert only(report["runs"])["reason"] == "unknown_outcome"
    for _ in range(2):
        hotel.advance(900)
        found = recovery_document(recover(hotel.ports(), hotel.now), hotel.now)
        assert found["needs_person"] == [wanted]
        assert only(found["resting"])["reason"] == "unknown_outcome"
    assert cycle(hotel, task())["needs_person"] == []


def test_a_release_is_told() -> None:
    held = PreAuthorization(
        id="A1",
        card="card-1",
        folio="F-1",
        amount=Money.of("100.00", EUR),
        reference="nobody-knows",
        expires_at=START + timedelta(days=3),
    )
    left = {"checked_in_at": START - timedelta(days=2), "checked_out_at": START - timedelta(hours=1)}
    gone = guest(status=ReservationStatus.CHECKED_OUT, folios=[], preauthorizations=[held], **left)
    hotel = MemoryBench.at(START)
    hotel.put(gone)
    report = cycle(hotel, setup=setup_of(release_after=0))
    row = only(report["releases"])
    assert (row["kind"], row["names"], row["task"]) == ("release", [GUEST, "A1"], None)
    assert (row["amount"], row["currency"], row["outcome"]) == ("100.00", "EUR", "declined")


def test_what_no_cycle_saw_is_told_as_forgotten() -> None:
    late = task(mode=Mode.AFTER_CREATION)
    hotel = bench(created_at=START + timedelta(hours=1))
    cycle(hotel, late)
    hotel.advance(26 * 3600)
    assert cycle(hotel, late)["forgotten"] == [
        {
            "task": "on-arrival",
            "reservation": GUEST,
            "due_at": "2024-02-01T11:00:00Z",
            "closed_at": "2024-02-02T11:00:00Z",
        }
    ]


@pytest.mark.parametrize(("paused", "state"), [(True, "paused"), (False, "completed")])
def test_the_state_of_a_cycle_is_told(paused: bool, state: str) -> None:  # noqa: FBT001  a parameter of the test
    found = cycle(bench(), setup=attrs.evolve(setup_of(), paused=paused))
    assert list(found)[:4] == ["cycle_at", "already_run", "state", "runs"]
    assert (found["state"], found["already_run"]) == (state, False)


def test_a_cycle_that_was_completed_is_empty() -> None:
    hotel = bench()
    cycle(hotel, task())
    assert cycle(hotel, task()) == {
        "cycle_at": "2024-02-01T10:00:00Z",
        "already_run": True,
        "state": "already_run",
        **{name: [] for name in ("runs", "releases", "forgotten", "needs_person", "recovered", "resting")},
    }


def test_points_are_told_with_a_masked_card() -> None:
    hotel = bench()
    hotel.loyalty.load(BONUS_CARD, Points.of("1000.00", "BONUS"))
    done = redeem(
        setup_of().bonus,
        hotel.ports(),
        redemption="B-1",
        reservation=GUEST,
        folio="F-1",
        payment_type="kontur",
        card=BONUS_CARD,
        points=POINTS,
        at=hotel.now,
    )
    found = redeemed_document(done)
    assert (found["settlement"]["points"], found["settlement"]["amount"]) == ("450.00", "450.00")
    assert found["settlement"]["card"] == "•••3333"
    back = redeemed_document(reverse(hotel.ports(), redemption="B-1", reversal="back", at=hotel.now))
    assert (back["settlement"]["names"], back["settlement"]["outcome"]) == (["B-1", "back"], "done")
    assert (back["refusal"], back["quote"], back["needs_person"]) == (None, None, [])
    again = redeemed_document(reverse(hotel.ports(), redemption="B-1", reversal="twice", at=hotel.now))
    assert (again["refusal"], again["settlement"]) == ("more_than_taken", None)


def test_of_a_capture_nothing_is_said_of_actions_or_points() -> None:
    """The parts of a report ask each kind of settlement for what it has."""
    held = PreAuthorization(id="A-1", card="card-1", folio="F-1", amount=Money.of("100.00", EUR), reference="hold-1")
    hotel = bench(status=ReservationStatus.CHECKED_OUT, checked_out_at=START, preauthorizations=[held])
    hotel.gateway.block("hold-1", Money.of("100.00", EUR))
    taken = capture(hotel.ports(), reservation=GUEST, preauthorization="A-1", at=START)
    assert actions_done(taken) == []
    document = redeemed_document(Redeemed(settlement=taken))
    assert document["settlement"]["amount"] == "100.00"
    assert "points" not in document["settlement"]
