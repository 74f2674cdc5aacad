"""Back-tests: what tasks would have done, example by example."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from examples import SOFIA, cards, eur, folio, reservation, task, utc
from hotelpay import (
    Assumption,
    Backtest,
    CloseFolio,
    Filters,
    FolioBalance,
    FolioCharges,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    InvalidValue,
    Mode,
    Money,
    Operation,
    Outcome,
    Payment,
    Reservation,
    ReservationStatus,
    SetGuaranteeStatus,
    Share,
    Task,
    UndatedPayments,
    WrongType,
    backtest,
)
from hotelpay.messages import ASSUMPTIONS
from hotelpay.moments import utc_text

CAME, LEFT = utc("2024-02-01 13:20"), utc("2024-02-04 08:05")
ARRIVAL, AFTERWARDS = Mode.BEFORE_ARRIVAL, Mode.AFTER_DEPARTURE
GUARANTEED = GuaranteeStatus.GUARANTEED


def stay(**fields: Any) -> Reservation:
    """Return the reservation of a guest who has left, and still owes 320.00 EUR."""
    left = {"status": ReservationStatus.CHECKED_OUT, "checked_in_at": CAME, "checked_out_at": LEFT}
    return reservation(**{**left, **fields})


def replayed(tasks: list[Task], *rows: Reservation, rules: HouseRules = SOFIA, **options: Any) -> Backtest:
    """Back-test January and February."""
    span = {"start": utc("2024-01-01 00:00"), "end": utc("2024-03-01 00:00")}
    return backtest(tasks, rows, rules=rules, **{**span, **options})


def told(result: Backtest) -> list[tuple[str, str, str, str]]:
    """Return cycle, task, reservation and result of each run; the amount, or why there was none."""
    return [
        (utc_text(run.at)[5:16], run.run.task.id, run.run.reservation, run.reason or str(run.amount))
        for run in result.runs
    ]


def test_each_task_is_taken_by_the_first_cycle_of_its_window() -> None:
    tasks = [
        task(id="deposit", offset_hours=2, amount=FolioBalance(fixed=eur("-300.00"))),
        task(id="arrival", mode=ARRIVAL),
        task(id="late", mode=AFTERWARDS, offset_hours=1),
    ]
    assert told(replayed(tasks, stay())) == [
        ("01-10T09:30", "deposit", "R1", "20.00 EUR"),
        ("02-01T10:00", "arrival", "R1", "300.00 EUR"),
    ]


def test_what_a_task_took_is_paid_when_the_next_one_asks() -> None:
    """Without the first task the second would take everything."""
    late = task(id="late", mode=AFTERWARDS)
    assert told(replayed([late], stay())) == [("02-04T08:15", "late", "R1", "320.00 EUR")]
    half = task(id="half", mode=ARRIVAL, amount=FolioCharges(percent=Share.of(50)))
    assert told(replayed([late, half], stay())) == [
        ("02-01T10:00", "half", "R1", "160.00 EUR"),
        ("02-04T08:15", "late", "R1", "160.00 EUR"),
    ]


def test_a_row_whose_balance_an_earlier_one_took_is_dropped_and_not_used_up() -> None:
    """Two tasks over one balance; the second has its turn when the bar was charged to a folio of its own."""
    bar = folio("12.00", id="F2", opened_at=utc("2024-02-01 16:00"))
    closing = [CloseFolio("invoice")]
    tasks = [task(id="first", mode=ARRIVAL, on_success=closing), task(id="second", mode=ARRIVAL)]
    late = stay(checked_in_at=utc("2024-02-01 17:00"), folios=[folio("320.00"), bar])
    assert told(replayed(tasks, late)) == [
        ("02-01T10:00", "first", "R1", "320.00 EUR"),
        ("02-01T16:00", "second", "R1", "12.00 EUR"),
    ]
    # Where the folio stays open the second finds nothing due on it, for as long as its window is open.
    assert told(replayed([task(id="first", mode=ARRIVAL), tasks[1]], late)) == [
        ("02-01T10:00", "first", "R1", "320.00 EUR")
    ]


def test_a_folio_with_a_balance_is_not_closed() -> None:
    closing = [CloseFolio("invoice")]
    part = task(id="part", mode=ARRIVAL, amount=FolioBalance(fixed=eur("-20.00")), on_success=closing)
    rest = task(id="rest", mode=AFTERWARDS)
    assert told(replayed([part, rest], stay())) == [
        ("02-01T10:00", "part", "R1", "300.00 EUR"),
        ("02-04T08:15", "rest", "R1", "20.00 EUR"),
    ]


def test_a_guarantee_that_a_task_gives_lets_another_one_in_a_cycle_later() -> None:
    giving = task(id="giving", operation=Operation.ACTIONS_ONLY, on_success=[SetGuaranteeStatus(GUARANTEED)])
    waiting = task(id="waiting", filters=Filters(guarantee_statuses=frozenset({GUARANTEED})))
    assert told(replayed([waiting, giving], stay())) == [
        ("01-10T07:30", "giving", "R1", "None"),
        ("01-10T07:45", "waiting", "R1", "320.00 EUR"),
    ]
    assert told(replayed([waiting, giving], stay(), end=utc("2024-01-10 07:45"))) == [
        ("01-10T07:30", "giving", "R1", "None")
    ]


def test_a_derived_guarantee_status_expires_on_the_way() -> None:
    rules = HouseRules(
        timezone="Europe/Sofia", guarantee_policies=[GuaranteePolicy(id="flex", guarantee_period_hours=5)]
    )
    asking = task(filters=Filters(guarantee_statuses=frozenset({GuaranteeStatus.EXPIRED})))
    assert told(replayed([asking], stay(guarantee_policy="flex"), rules=rules)) == [
        ("01-10T12:30", "T1", "R1", "320.00 EUR")
    ]


def test_without_a_card_a_run_is_declined_and_what_follows_a_failure_follows() -> None:
    failing = task(on_failure=[SetGuaranteeStatus(GuaranteeStatus.NOT_GUARANTEED)])
    other = task(
        id="hold",
        mode=ARRIVAL,
        operation=Operation.ACTIONS_ONLY,
        filters=Filters(guarantee_statuses=frozenset({GuaranteeStatus.NOT_GUARANTEED})),
    )
    result = replayed([failing, other], stay(cards=(), guarantee_status=GUARANTEED))
    assert [(run.outcome, run.reason, run.amount) for run in result.runs] == [
        (Outcome.DECLINED, "no_card", eur("320.00")),
        (Outcome.DONE, None, None),
    ]


def test_a_blocked_amount_leaves_the_balance() -> None:
    hold = task(id="hold", mode=ARRIVAL, operation=Operation.PREAUTHORIZATION)
    assert told(replayed([hold, task(id="late", mode=AFTERWARDS)], stay())) == [
        ("02-01T10:00", "hold", "R1", "320.00 EUR"),
        ("02-04T08:15", "late", "R1", "320.00 EUR"),
    ]


def test_limits_leave_runs_to_a_person_and_use_them_up() -> None:
    """The second row is above its ceiling and no attempt; of the two others the limit lets one through."""
    tasks = [task(id="all", mode=ARRIVAL), task(id="small", mode=ARRIVAL, max_amount=eur("100.00"))]
    rows = [stay(), stay(id="R2", folios=[folio("90.00")])]
    limited = replayed(tasks, *rows, max_runs=1)
    assert told(limited) == [
        ("02-01T10:00", "all", "R1", "320.00 EUR"),
        ("02-01T10:00", "all", "R2", "above_max_runs"),
        ("02-01T10:00", "small", "R2", "above_max_runs"),
    ]
    assert [run.run.after for run in limited.runs] == [(), (), ("all",)]
    assert told(replayed(tasks[1:], *rows)) == [
        ("02-01T10:00", "small", "R1", "above_max_amount"),
        ("02-01T10:00", "small", "R2", "90.00 EUR"),
    ]
    left = replayed(tasks[1:], rows[0]).runs[0]
    assert (left.outcome, left.amount) == (Outcome.LEFT_TO_PERSON, eur("320.00"))


@pytest.mark.parametrize(("hours", "runs"), [(61, 1), (60, 0)])
def test_a_guest_who_never_came_is_expected_until_the_hotels_midnight(hours: int, runs: int) -> None:
    """The day after the arrival begins 60 hours before noon of the departure."""
    leaving = task(mode=Mode.BEFORE_DEPARTURE, offset_hours=hours)
    assert len(replayed([leaving], reservation(status=ReservationStatus.NO_SHOW)).runs) == runs


def test_what_is_processed_and_what_is_off_takes_no_part() -> None:
    tasks = [task(id="on", mode=ARRIVAL), task(id="off", mode=ARRIVAL, active=False)]
    result = replayed(tasks, stay(), stay(id="R2"), processed={("on", "R1")})
    assert told(result) == [("02-01T10:00", "on", "R2", "320.00 EUR")]
    assert [each.id for each in result.tasks] == ["on"]


def test_the_first_cycle_also_takes_what_was_due_before() -> None:
    """A window that is open at the start is not missed; one that has closed is."""
    tasks = [task(id="arrival", mode=ARRIVAL, offset_hours=168)]
    assert told(replayed(tasks, stay(), start=utc("2024-01-30 00:05"))) == [
        ("01-30T00:15", "arrival", "R1", "320.00 EUR")
    ]
    assert told(replayed(tasks, stay(), start=utc("2024-02-03 00:05"))) == []


def test_a_booking_of_the_last_minute_is_taken_when_it_is_made() -> None:
    """Its window opened before it was there."""
    late = stay(created_at=utc("2024-02-01 11:50"))
    assert told(replayed([task(mode=ARRIVAL)], late)) == [("02-01T12:00", "T1", "R1", "320.00 EUR")]


def test_the_end_is_not_included_and_not_before_the_start() -> None:
    tasks, noon = [task(mode=ARRIVAL)], utc("2024-02-01 10:00")
    assert told(replayed(tasks, stay(), end=noon)) == []
    result = replayed(tasks, stay(), end=noon + timedelta(seconds=1))
    assert len(result.runs) == 1
    assert (utc_text(result.start), utc_text(result.end)) == ("2024-01-01T00:00:00Z", "2024-02-01T10:15:00Z")
    with pytest.raises(InvalidValue) as caught:
        replayed(tasks, start=noon, end=noon - timedelta(hours=1))
    assert caught.value.code == "end_before_start"


def test_a_reservation_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        replayed([task(mode=ARRIVAL)], stay(), stay())
    assert caught.value.code == "duplicate_id"
    assert str(caught.value) == "reservations: 'R1' is not there only once"


def test_when_undated_payments_were_made_is_a_choice_that_is_checked() -> None:
    paid = stay(folios=[folio("320.00", paid=("320.00",))])
    tasks = [task(mode=ARRIVAL)]
    assert told(replayed(tasks, paid)) == []
    assert told(replayed(tasks, paid, undated_payments=UndatedPayments.CHECK_OUT)) == [
        ("02-01T10:00", "T1", "R1", "320.00 EUR")
    ]
    with pytest.raises(WrongType, match=r"^undated_payments: 'check-out' \(str\) is not a UndatedPayments$"):
        replayed(tasks, paid, undated_payments="check-out")


def test_a_dated_payment_can_make_room_for_a_task() -> None:
    """A refund in the morning, and there is something to take."""
    bill = folio(
        "320.00",
        payments=[
            Payment(amount=eur("320.00"), paid_at=utc("2024-01-11 09:00")),
            Payment(amount=eur("-20.00"), paid_at=utc("2024-02-01 11:01")),
        ],
    )
    assert told(replayed([task(mode=ARRIVAL)], stay(folios=[bill]))) == [("02-01T11:15", "T1", "R1", "20.00 EUR")]


def test_what_was_assumed_is_told_with_a_sentence_each() -> None:
    default = replayed([])
    at_the_desk = replayed([], undated_payments=UndatedPayments.CHECK_OUT)
    assert set(default.assumptions) ^ set(at_the_desk.assumptions) == {
        Assumption.UNDATED_PAYMENTS_FROM_OPENING,
        Assumption.UNDATED_PAYMENTS_FROM_CHECK_OUT,
    }
    assert Assumption.UNDATED_PAYMENTS_FROM_OPENING in default.assumptions
    assert {each.value: each.message for each in Assumption} == ASSUMPTIONS


def test_sums_are_kept_apart_by_result_and_by_currency() -> None:
    yen = folio("6750", currency="JPY")
    rows = [stay(id="R1"), stay(id="R2"), stay(id="R3", folios=[yen]), stay(id="R4", cards=())]
    tasks = [task(id="arrival", mode=ARRIVAL), task(id="note", mode=ARRIVAL, operation=Operation.ACTIONS_ONLY)]
    result = replayed(tasks, *rows)
    assert [(each.task.id, each.outcome.value, each.reason, each.runs, each.amount) for each in result.by_task] == [
        ("arrival", "approved", None, 2, eur("640.00")),
        ("arrival", "approved", None, 1, Money.of("6750", "JPY")),
        ("arrival", "declined", "no_card", 1, eur("320.00")),
        ("note", "done", None, 4, None),
    ]


def test_sums_stand_in_the_order_of_tasks_and_each_reason_has_its_own() -> None:
    tasks = [task(id="small", mode=ARRIVAL, max_amount=eur("100.00")), task(id="all", mode=ARRIVAL)]
    rows = [stay(id="R1"), stay(id="R2", folios=[folio("90.00")]), stay(id="R3", folios=[folio("80.00")])]
    assert [
        (each.task.id, each.outcome.value, each.reason, each.runs, each.amount)
        for each in replayed(tasks, *rows, max_runs=1).by_task
    ] == [
        ("small", "approved", None, 1, eur("90.00")),
        ("small", "left_to_person", "above_max_amount", 1, eur("320.00")),
        ("small", "left_to_person", "above_max_runs", 1, eur("80.00")),
        ("all", "left_to_person", "above_max_runs", 2, eur("400.00")),
    ]


def test_a_day_is_one_of_the_hotels_clock() -> None:
    """What is done at 23:00 of UTC in a Bulgarian winter belongs to the day after."""
    rows = [
        stay(created_at=utc("2024-01-10 21:45")),
        stay(id="R2", created_at=utc("2024-01-10 22:00"), cards=cards("ota")),
    ]
    result = replayed([task()], *rows)
    assert {day: [each.runs for each in sums] for day, sums in result.by_day.items()} == {
        date(2024, 1, 10): [1],
        date(2024, 1, 11): [1],
    }
