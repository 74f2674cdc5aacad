"""What other programs read of a timeline."""

from __future__ import annotations

import attrs

from examples import SOFIA, eur, folio, reservation, task, utc
from hotelpay import Mode, Payment, timeline
from hotelpay.documents.outputs import run_document, timeline_document


def test_a_timeline_is_written_with_all_its_fields_in_their_order() -> None:
    bill = attrs.evolve(folio("320.00"), payments=[Payment(amount=eur("20.00"), paid_at=utc("2024-01-11 08:00"))])
    tasks = [task(mode=Mode.BEFORE_ARRIVAL), task(id="T2", mode=Mode.AFTER_DEPARTURE)]
    drawn = timeline(tasks, reservation(folios=[bill]), at=utc("2024-01-20 10:00"), rules=SOFIA)
    taken = drawn.rows[0].taken
    assert taken is not None
    document = timeline_document(drawn)
    assert document == {
        "reservation": "R1",
        "status": "expected",
        "cycle_at": "2024-01-20T10:00:00Z",
        "events": [
            {"at": "2024-01-01T08:00:00Z", "event": "folio_opened", "name": "F1", "amount": None, "currency": None},
            {"at": "2024-01-10T07:30:00Z", "event": "created", "name": None, "amount": None, "currency": None},
            {"at": "2024-01-11T08:00:00Z", "event": "paid", "name": "F1", "amount": "20.00", "currency": "EUR"},
            {"at": "2024-02-01T10:00:00Z", "event": "arrival_noon", "name": None, "amount": None, "currency": None},
            {"at": "2024-02-04T10:00:00Z", "event": "departure_noon", "name": None, "amount": None, "currency": None},
        ],
        "tasks": [
            {
                "task": "T1",
                "state": "will_take",
                "anchor": "arrival",
                "anchor_at": "2024-02-01T10:00:00Z",
                "due_at": "2024-02-01T10:00:00Z",
                "closes_at": "2024-02-02T10:00:00Z",
                "first_cycle": "2024-02-01T10:00:00Z",
                "last_cycle": "2024-02-02T09:45:00Z",
                "taken_at": "2024-02-01T10:00:00Z",
                "run": run_document(taken.run),
                "reasons": [
                    {
                        "code": "not_due",
                        "message": "due at 2024-02-01T10:00:00Z, after this cycle (2024-01-20T10:00:00Z)",
                    }
                ],
            },
            {
                "task": "T2",
                "state": "no_anchor",
                "anchor": "checked_out_at",
                "anchor_at": None,
                "due_at": None,
                "closes_at": None,
                "first_cycle": None,
                "last_cycle": None,
                "taken_at": None,
                "run": None,
                "reasons": [
                    {
                        "code": "wrong_status",
                        "message": "the reservation is expected; the task takes checked out",
                    },
                    {"code": "no_anchor", "message": "the reservation has no check-out yet to count from"},
                ],
            },
        ],
    }
    assert list(document) == ["reservation", "status", "cycle_at", "events", "tasks"]
    assert list(document["tasks"][0]) == [
        *("task", "state", "anchor", "anchor_at", "due_at", "closes_at"),
        *("first_cycle", "last_cycle", "taken_at", "run", "reasons"),
    ]


def test_of_a_run_there_is_no_reason() -> None:
    (row,) = timeline_document(timeline([task()], reservation(), at=utc("2024-01-10 08:00"), rules=SOFIA))["tasks"]
    assert (row["state"], row["taken_at"], row["reasons"]) == ("takes_now", "2024-01-10T08:00:00Z", [])
