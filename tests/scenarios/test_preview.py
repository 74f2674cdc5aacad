"""Preview, forecast, release: what is known beforehand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from examples import SOFIA, cards, decided, eur, folio, reservation, task, utc
from hotelpay import (
    CreateTodo,
    Filters,
    FolioBalance,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    InvalidValue,
    Mode,
    Operation,
    PreAuthorization,
    PreAuthorizationState,
    Problem,
    Reservation,
    ReservationStatus,
    Run,
    as_if_active,
    forecast,
    preview,
    skips,
)
from hotelpay.autopilot.release import releasable, release_due
from hotelpay.moments import utc_datetime
from scenario_marks import scenario

AT = utc("2024-01-10 07:30")


@pytest.mark.scenario("AP-TWO-TASKS")
def test_two_tasks_over_one_balance_are_both_shown() -> None:
    """Both are decided on the data as they stand; the second says that the first may change it."""
    tasks = [task(id="first"), task(id="second"), task(id="third")]
    result = preview(tasks, [reservation()], at=AT, rules=SOFIA)
    assert [(run.task.id, run.after) for run in result.runs] == [
        ("first", ()),
        ("second", ("first",)),
        ("third", ("first", "second")),
    ]
    # What the cycle does after the first has paid: the second finds nothing due, and is not used up.
    paid = reservation(folios=[folio("320.00", paid=("320.00",))])
    assert preview(tasks, [paid], at=AT, rules=SOFIA, processed={("first", "R1")}).runs == ()
    more = reservation(folios=[folio("330.00", paid=("320.00",))])
    later = preview(tasks, [more], at=AT, rules=SOFIA, processed={("first", "R1")}).runs
    assert [run.task.id for run in later] == ["second", "third"]


def test_rows_stand_in_the_order_of_work() -> None:
    """By due instant, then by the setup's order of tasks, then by reservation id as plain text."""
    tasks = [task(id="b"), task(id="a"), task(id="early", mode=Mode.BEFORE_ARRIVAL, offset_hours=600)]
    rows = [reservation(id=name) for name in ("R9", "R10", "R1")]
    result = preview(tasks, rows, at=AT, rules=SOFIA)
    assert [(run.task.id, run.reservation) for run in result.runs] == [
        ("early", "R1"),
        ("early", "R10"),
        ("early", "R9"),
        ("b", "R1"),
        ("b", "R10"),
        ("b", "R9"),
        ("a", "R1"),
        ("a", "R10"),
        ("a", "R9"),
    ]


def test_the_preview_is_that_of_the_next_cycle() -> None:
    result = preview(
        [task()], [reservation(created_at=utc("2024-01-10 07:40"))], at=utc("2024-01-10 07:31"), rules=SOFIA
    )
    assert utc_datetime(result.cycle_at) == utc("2024-01-10 07:45")
    assert len(result.runs) == 1


def test_an_inactive_task_can_be_tested() -> None:
    off = task(active=False)
    assert preview([off], [reservation()], at=AT, rules=SOFIA).runs == ()
    assert len(preview([as_if_active(off)], [reservation()], at=AT, rules=SOFIA).runs) == 1
    assert not off.active


@pytest.mark.parametrize(
    ("limit", "problems"),
    [
        (None, [None, Problem.ABOVE_MAX_AMOUNT, Problem.NO_CARD, None]),
        (3, [None, Problem.ABOVE_MAX_AMOUNT, Problem.NO_CARD, None]),
        (2, [None, Problem.ABOVE_MAX_AMOUNT, Problem.NO_CARD, Problem.ABOVE_MAX_RUNS]),
        (1, [None, Problem.ABOVE_MAX_AMOUNT, Problem.ABOVE_MAX_RUNS, Problem.ABOVE_MAX_RUNS]),
        (0, [Problem.ABOVE_MAX_RUNS, Problem.ABOVE_MAX_AMOUNT, Problem.ABOVE_MAX_RUNS, Problem.ABOVE_MAX_RUNS]),
    ],
)
def test_what_lies_beyond_a_cycles_limit_needs_a_person(limit: int | None, problems: list[Problem | None]) -> None:
    """D15: what is not attempted anyway does not count; an attempt without a card does."""
    rows = [
        reservation(id="R1"),
        reservation(id="R2", folios=[folio("5000")]),
        reservation(id="R3", cards=()),
        reservation(id="R4"),
    ]
    result = preview([task(max_amount=eur("400"))], rows, at=AT, rules=SOFIA, max_runs=limit)
    assert [run.problem for run in result.runs] == problems


def test_skips_come_by_task_then_reservation() -> None:
    tasks = [task(id="b", active=False), task(id="a")]
    rows = [reservation(id="R2", folios=()), reservation(id="R1")]
    found = [(skip.task.id, skip.reservation) for skip in skips(tasks, rows, at=AT, rules=SOFIA)]
    assert found == [("b", "R1"), ("b", "R2"), ("a", "R2")]


def moments(
    tasks: list[object], rows: list[Reservation], start: str, end: str, rules: HouseRules = SOFIA
) -> list[datetime]:
    found = forecast(tasks, rows, start=utc(start), end=utc(end), rules=rules)  # type: ignore[arg-type]
    return [utc_datetime(each.at) for each in found]


def test_a_forecast_names_the_first_cycle_that_will_take_a_pair() -> None:
    this = task(mode=Mode.BEFORE_ARRIVAL)
    assert moments([this], [reservation()], "2024-01-30 00:00", "2024-02-03 00:00") == [utc("2024-02-01 10:00")]
    assert moments([this], [reservation()], "2024-02-01 10:01", "2024-02-03 00:00") == [utc("2024-02-01 10:15")]
    assert moments([this], [reservation()], "2024-02-01 09:00", "2024-02-01 10:00") == []
    assert moments([attrs.evolve(this, active=False)], [reservation()], "2024-02-01 09:00", "2024-02-02 10:00") == []


def test_a_forecast_knows_when_a_guarantee_expires() -> None:
    """Awaited until 48 hours after creation: a task for expired ones takes it right then."""
    rules = HouseRules(
        timezone="Europe/Sofia", guarantee_policies=[GuaranteePolicy(id="flex", guarantee_period_hours=48)]
    )
    this = task(
        mode=Mode.BEFORE_ARRIVAL, offset_hours=1000, filters=Filters(guarantee_statuses=[GuaranteeStatus.EXPIRED])
    )
    taken = reservation(guarantee_policy="flex", created_at=utc("2024-01-10 07:31"))
    assert moments([this], [taken], "2024-01-10 08:00", "2024-01-20 00:00", rules) == [utc("2024-01-12 07:45")]
    assert moments([this], [taken], "2024-01-10 08:00", "2024-01-12 07:45", rules) == []


def test_a_forecast_cannot_end_before_it_begins() -> None:
    assert moments([task()], [], "2024-01-30 00:00", "2024-01-30 00:00") == []
    with pytest.raises(
        InvalidValue, match=r"^end: '2024-01-29T00:00:00Z' is not at or after the start \(2024-01-30T00:00:00Z\)$"
    ) as refused:
        moments([task()], [], "2024-01-30 00:00", "2024-01-29 00:00")
    assert refused.value.code == "end_before_start"


def test_what_had_its_turn_is_not_foreseen_and_is_skipped() -> None:
    done = {("T1", "R1")}
    assert forecast([task()], [reservation()], start=AT, end=AT + timedelta(days=1), rules=SOFIA, processed=done) == ()
    missed = list(skips([task()], [reservation()], at=AT, rules=SOFIA, processed=done))
    assert [reason.code.value for skip in missed for reason in skip.reasons] == ["already_processed"]


def test_a_forecast_stands_in_the_order_of_time() -> None:
    late = reservation(id="A", created_at=AT + timedelta(hours=2))
    early = reservation(id="B", created_at=AT + timedelta(hours=1))
    tasks = [task(id="second"), task(id="first")]
    found = forecast(tasks, [late, early], start=AT, end=AT + timedelta(days=1), rules=SOFIA)
    assert [(each.run.reservation, each.run.task.id) for each in found] == [
        ("B", "second"),
        ("B", "first"),
        ("A", "second"),
        ("A", "first"),
    ]


def test_a_forecast_passes_over_who_is_gone_and_what_has_not_happened() -> None:
    gone = reservation(status=ReservationStatus.CANCELLED, cancelled_at=AT)
    assert moments([task()], [gone], "2024-01-10 00:00", "2024-01-12 00:00") == []
    assert moments([task(mode=Mode.AFTER_ARRIVAL)], [reservation()], "2024-01-10 00:00", "2024-01-12 00:00") == []


def departed(**fields: object) -> Reservation:
    held = PreAuthorization(id="A1", card="c1", folio="F1", amount=eur("100"), reference="pi_1")
    captured = attrs.evolve(held, id="A2", state=PreAuthorizationState.CAPTURED)
    return reservation(
        **{
            "status": ReservationStatus.CHECKED_OUT,
            "checked_in_at": utc("2024-03-28 14:00"),
            "checked_out_at": utc("2024-03-30 08:10"),
            "arrival": date(2024, 3, 28),
            "departure": date(2024, 3, 30),
            "cards": cards("guest"),
            "folios": [folio("320.00", paid=("320.00",))],
            "preauthorizations": [held, captured],
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("days", "due"),
    [
        scenario("AP-RELEASE-0", 0, "2024-03-30 08:10"),
        # The clocks of Sofia went forward in between: the same hour is 47 elapsed hours later.
        scenario("AP-RELEASE-2", 2, "2024-04-01 07:10"),
        scenario("AP-RELEASE-OFF", None, None),
    ],
)
def test_holds_are_released_calendar_days_after_check_out(days: int | None, due: str | None) -> None:
    sofia = ZoneInfo("Europe/Sofia")
    moment = release_due(departed(), after_days=days, zone=sofia)
    assert (None if moment is None else utc_datetime(moment)) == (None if due is None else utc(due))
    if due is not None:
        before, then = utc(due) - timedelta(seconds=1), utc(due)
        assert releasable(departed(), after_days=days, at=before, zone=sofia) == ()
        assert [held.id for held in releasable(departed(), after_days=days, at=then, zone=sofia)] == ["A1"]
    else:
        assert releasable(departed(), after_days=days, at=utc("2030-01-01 00:00"), zone=sofia) == ()


@pytest.mark.scenario("AP-RELEASE-OWES")
def test_who_owes_keeps_the_hold() -> None:
    sofia = ZoneInfo("Europe/Sofia")
    second = folio("0.01", id="F2")
    owing = departed(folios=[folio("320.00", paid=("320.00",)), second])
    credit = departed(folios=[folio("320.00", paid=("400.00",))])
    at = utc("2024-05-01 00:00")
    assert releasable(owing, after_days=0, at=at, zone=sofia) == ()
    assert len(releasable(credit, after_days=0, at=at, zone=sofia)) == 1


@pytest.mark.parametrize("left_once", [None, utc("2024-03-30 08:10")])
def test_who_has_not_left_keeps_the_hold(left_once: datetime | None) -> None:
    here = departed(status=ReservationStatus.CHECKED_IN, checked_out_at=left_once)
    assert release_due(here, after_days=0, zone=ZoneInfo("Europe/Sofia")) is None


def test_actions_alone_move_nothing_whatever_their_formula_comes_to() -> None:
    """The formula says how much the to-do is about (AP-TODO-AMOUNT)."""
    tell = task(operation=Operation.ACTIONS_ONLY, amount=FolioBalance(), on_success=[CreateTodo("Ask")])
    run = decided(tell, reservation(), AT)
    assert isinstance(run, Run)
    assert run.amount is not None
    assert run.moves is None
    paid = decided(task(), reservation(), AT)
    assert isinstance(paid, Run)
    assert paid.moves == eur("320.00")
