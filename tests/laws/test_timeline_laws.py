"""Laws of the timeline: it says of every task what the decision, the forecast and the clock say."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hotelpay import (
    Foreseen,
    HouseRules,
    Instant,
    ReasonCode,
    Reservation,
    Run,
    Skip,
    Task,
    Timeline,
    TimelineRow,
    TimelineState,
    decide,
    forecast,
    next_cycle,
    timeline,
)
from hotelpay.moments import CYCLE_SECONDS
from hotelpay.testing import strategies as some

#: Cycles around the one that everything is drawn around: windows open and close among them.
SPAN = 24 * 8 * 4
OF_TIME = {ReasonCode.NOT_DUE, ReasonCode.WINDOW_CLOSED, ReasonCode.NO_ANCHOR}


def row_of(task: Task, reservation: Reservation, at: datetime | Instant, rules: HouseRules) -> TimelineRow:
    (row,) = timeline([task], reservation, at=at, rules=rules).rows
    return row


@given(some.pairs(), some.cycles, some.house_rules)
def test_the_window_holds_exactly_the_cycles_that_are_neither_too_early_nor_too_late(
    pair: tuple[Task, Reservation], at: datetime, rules: HouseRules
) -> None:
    task, reservation = pair
    row = row_of(task, reservation, at, rules)
    begin = next_cycle(at) - SPAN // 2 * CYCLE_SECONDS
    for cycle in map(Instant, range(begin, begin + SPAN * CYCLE_SECONDS, CYCLE_SECONDS)):
        decision = decide(task, reservation, at=cycle, rules=rules)
        of_time = isinstance(decision, Skip) and bool({reason.code for reason in decision.reasons} & OF_TIME)
        inside = row.window is not None and row.window.due_at <= cycle < row.window.closes_at
        assert inside is not of_time
        if row.first_cycle is not None and row.last_cycle is not None:
            assert inside is (row.first_cycle <= cycle <= row.last_cycle)


@given(some.pairs(), some.cycles, some.house_rules, st.sets(st.just("done")))
def test_the_cycle_that_takes_it_is_that_of_a_forecast(
    pair: tuple[Task, Reservation], at: datetime, rules: HouseRules, done: set[str]
) -> None:
    """And of no other: a forecast from the same cycle to the end of the window sees the same run there."""
    task, reservation = pair
    processed = {(task.id, reservation.id) for _ in done}
    (row,) = timeline([task], reservation, at=at, rules=rules, processed=processed).rows
    start = next_cycle(at)
    end = start if row.window is None else Instant(max(start, row.window.closes_at))
    foreseen = forecast([task], [reservation], start=start, end=end, rules=rules, processed=processed)
    assert (() if row.taken is None else (row.taken,)) == foreseen


@given(some.hotels(4, 1), some.cycles, some.house_rules, st.integers(0, 4))
def test_every_decision_is_the_decision(
    hotel: tuple[list[Task], list[Reservation]], at: datetime, rules: HouseRules, done: int
) -> None:
    tasks, reservations = hotel
    for reservation in reservations:
        processed = {(task.id, reservation.id) for task in tasks[:done]}
        drawn = timeline(tasks, reservation, at=at, rules=rules, processed=processed)
        expected = [decide(task, reservation, at=next_cycle(at), rules=rules, processed=processed) for task in tasks]
        assert [row.decision for row in drawn.rows] == expected
        assert [row.task for row in drawn.rows] == tasks


@given(some.timelines())
def test_the_state_is_what_the_decision_and_the_forecast_say(drawn: Timeline) -> None:
    for row in drawn.rows:
        assert (row.state is TimelineState.TAKES_NOW) is isinstance(row.decision, Run)
        assert (row.state in (TimelineState.TAKES_NOW, TimelineState.WILL_TAKE)) is (row.taken is not None)
        if isinstance(row.decision, Run):
            assert row.taken == Foreseen(drawn.cycle_at, row.decision)
        assert (row.state is TimelineState.INACTIVE) is (not row.task.active)


@given(some.pairs(), some.cycles, some.house_rules)
def test_events_stand_in_time_order_and_say_all_that_is_known(
    pair: tuple[Task, Reservation], at: datetime, rules: HouseRules
) -> None:
    _, reservation = pair
    drawn = timeline([], reservation, at=at, rules=rules)
    assert all(one.at <= other.at for one, other in pairwise(drawn.events))
    happened = {event.at for event in drawn.events}
    known = [
        reservation.created_at,
        reservation.checked_in_at,
        reservation.checked_out_at,
        reservation.cancelled_at,
        reservation.no_show_at,
        *(folio.opened_at for folio in reservation.folios),
        *(payment.paid_at for folio in reservation.folios for payment in folio.payments),
    ]
    assert {moment for moment in known if moment is not None} <= happened
