"""One reservation's life: its events in time order, and how every task stands to it."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from examples import SOFIA, eur, folio, reservation, task, utc
from hotelpay import (
    Filters,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Milestone,
    Mode,
    Payment,
    PreAuthorization,
    PreAuthorizationState,
    ReservationStatus,
    Task,
    TimelineRow,
    TimelineState,
    timeline,
)
from hotelpay.moments import Instant, instant, utc_text

FLEX = attrs.evolve(SOFIA, guarantee_policies=[GuaranteePolicy(id="flex", guarantee_period_hours=48)])
ARRIVAL = Mode.BEFORE_ARRIVAL
PAIR = ("T1", "R1")


def row(this: Task, at: str = "2024-01-20 10:00", rules: HouseRules = SOFIA, **fields: Any) -> TimelineRow:
    (found,) = timeline([this], reservation(**fields), at=utc(at), rules=rules).rows
    return found


def texts(*moments: Instant | None) -> list[str | None]:
    return [None if moment is None else utc_text(moment) for moment in moments]


def test_a_life_is_told_in_time_order() -> None:
    held = PreAuthorization(
        id="A1", card="c1", folio="F1", amount=eur("100.00"), reference="pi", expires_at=utc("2024-02-08 09:00")
    )
    gone = attrs.evolve(held, id="A2", state=PreAuthorizationState.RELEASED)
    endless = attrs.evolve(held, id="A3", expires_at=None)
    bill = attrs.evolve(
        folio("320.00", opened_at=utc("2024-01-10 07:30")),
        payments=[Payment(amount=eur("50.00"), paid_at=utc("2024-01-11 08:00")), Payment(amount=eur("1.00"))],
    )
    guest = reservation(
        status=ReservationStatus.CHECKED_OUT,
        checked_in_at=utc("2024-02-01 13:20"),
        checked_out_at=utc("2024-02-04 08:50"),
        cancelled_at=utc("2024-02-05 08:00"),
        no_show_at=utc("2024-02-06 08:00"),
        guarantee_policy="flex",
        folios=[bill],
        preauthorizations=[held, gone, endless],
    )
    life = timeline([], guest, at=utc("2024-01-20 09:59"), rules=FLEX)
    assert life.reservation is guest
    assert [(utc_text(event.at), event.milestone.value, event.name) for event in life.events] == [
        ("2024-01-10T07:30:00Z", "created", None),
        ("2024-01-10T07:30:00Z", "folio_opened", "F1"),
        ("2024-01-11T08:00:00Z", "paid", "F1"),
        ("2024-01-12T07:30:00Z", "guarantee_deadline", None),
        ("2024-02-01T10:00:00Z", "arrival_noon", None),
        ("2024-02-01T13:20:00Z", "checked_in", None),
        ("2024-02-04T08:50:00Z", "checked_out", None),
        ("2024-02-04T10:00:00Z", "departure_noon", None),
        ("2024-02-05T08:00:00Z", "cancelled", None),
        ("2024-02-06T08:00:00Z", "no_show", None),
        ("2024-02-08T09:00:00Z", "hold_expires", "A1"),
    ]
    amounts = {event.milestone: event.amount for event in life.events if event.amount is not None}
    assert amounts == {Milestone.PAID: eur("50.00"), Milestone.HOLD_EXPIRES: eur("100.00")}
    assert texts(life.cycle_at) == ["2024-01-20T10:00:00Z"]
    assert life.timezone.key == "Europe/Sofia"


def test_a_window_has_its_anchor_and_its_cycles() -> None:
    """Both edges lie between cycles: the first one is that after the due instant, the last that before the end."""
    found = row(task(offset_hours=2), created_at=utc("2024-01-10 07:31"))
    assert found.anchor.value == "created_at"
    assert found.window is not None
    assert texts(found.anchor_at, *found.window) == [
        "2024-01-10T07:31:00Z",
        "2024-01-10T09:31:00Z",
        "2024-01-11T09:31:00Z",
    ]
    assert texts(found.first_cycle, found.last_cycle) == ["2024-01-10T09:45:00Z", "2024-01-11T09:30:00Z"]


def test_the_last_cycle_is_before_the_end_also_where_that_is_a_quarter_hour() -> None:
    assert texts(row(task(mode=ARRIVAL)).last_cycle) == ["2024-02-02T09:45:00Z"]


def test_without_an_anchor_there_is_no_window() -> None:
    found = row(task(mode=Mode.AFTER_DEPARTURE))
    assert (found.anchor_at, found.window, found.first_cycle, found.last_cycle, found.taken) == (None,) * 5
    assert found.state is TimelineState.NO_ANCHOR


@pytest.mark.parametrize(
    ("these", "state", "taken_at"),
    [
        (task(mode=ARRIVAL, offset_hours=500), TimelineState.TAKES_NOW, "2024-01-20T10:00:00Z"),
        (task(mode=ARRIVAL), TimelineState.WILL_TAKE, "2024-02-01T10:00:00Z"),
        (task(), TimelineState.CLOSED, None),
        (task(active=False, mode=ARRIVAL), TimelineState.INACTIVE, None),
        (task(mode=ARRIVAL, filters=Filters(ota=True)), TimelineState.NOT_TAKEN, None),
        (task(mode=Mode.AFTER_CANCELLATION), TimelineState.NO_ANCHOR, None),
    ],
)
def test_how_a_task_stands(these: Task, state: TimelineState, taken_at: str | None) -> None:
    found = row(these)
    assert found.state is state
    assert texts(None if found.taken is None else found.taken.at) == [taken_at]


@pytest.mark.parametrize("active", [True, False])
def test_what_had_its_turn_stays_so_whatever_else_holds(active: bool) -> None:  # noqa: FBT001  a case
    found = timeline([task(active=active)], reservation(), at=utc("2024-01-20 10:00"), rules=SOFIA, processed={PAIR})
    assert [each.state for each in found.rows] == [TimelineState.PROCESSED]


def test_what_waits_for_a_guarantee_to_expire_is_taken_then() -> None:
    """The window is open, and the filter holds from the deadline on: the time alone brings it."""
    waiting = task(offset_hours=40, filters=Filters(guarantee_statuses=[GuaranteeStatus.EXPIRED]))
    found = row(waiting, "2024-01-12 06:00", FLEX, guarantee_policy="flex")
    assert found.state is TimelineState.WILL_TAKE
    assert found.taken is not None
    assert texts(found.taken.at) == ["2024-01-12T07:30:00Z"]


def test_rows_stand_in_the_order_of_the_tasks() -> None:
    tasks = [task(id="b"), task(id="a"), task(id="c", active=False)]
    found = timeline(iter(tasks), reservation(), at=instant(utc("2024-01-20 10:00")), rules=SOFIA)
    assert [each.task.id for each in found.rows] == ["b", "a", "c"]
