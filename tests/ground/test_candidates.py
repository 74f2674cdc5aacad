"""Where a cycle looks for reservations: the range of each task's anchor, and what of it each task asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

from examples import SOFIA, task, utc
from hotelpay import Filters, GuaranteePolicy, HouseRules, Mode, ReservationStatus
from hotelpay.autopilot.candidates import candidates_at, candidates_missed
from hotelpay.moments import HOUR, Instant, instant
from hotelpay.ports import AnchorSpan, CandidateQuery, Stretch

AT = instant(utc("2024-02-01 10:00"))
EXPECTED, IN, OUT = ReservationStatus.EXPECTED, ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT
WEB = Filters(ota=False)


def hours(number: int, seconds: int = 0) -> Instant:
    """Return the instant that many hours from the cycle."""
    return Instant(AT + number * HOUR + seconds)


def span(field: str, first: Any, last: Any, *statuses: ReservationStatus, filters: Filters = Filters()) -> AnchorSpan:  # noqa: B008  immutable
    return AnchorSpan(field, first, last, statuses, (Stretch(first, last, filters.conditions),))


def test_a_task_asks_for_what_its_window_may_hold_and_says_which_of_it() -> None:
    """Due two hours after creation, and caught up with for a day."""
    policies = [GuaranteePolicy(id="flex")]
    rules = HouseRules(timezone="Europe/Sofia", guarantee_policies=policies)
    booked = span("created_at", hours(-26, 1), hours(-2), EXPECTED, IN, OUT, filters=WEB)
    tasks = [task(offset_hours=2, filters=WEB)]
    assert candidates_at(tasks, rules, utc("2024-02-01 09:46")) == CandidateQuery((booked,), AT, tuple(policies))


def test_of_dates_a_task_asks_for_those_whose_noon_counts() -> None:
    """In Sofia it is noon: who arrives today is due, and who arrived yesterday is due no more."""
    arriving = span("arrival", date(2024, 2, 1), date(2024, 2, 3), EXPECTED)
    assert candidates_at([task(mode=Mode.BEFORE_ARRIVAL, offset_hours=48)], SOFIA, AT).spans == (arriving,)
    assert candidates_at([], SOFIA, AT) == CandidateQuery((), AT)


def test_tasks_over_ranges_that_touch_share_a_span_and_keep_their_own_stretch() -> None:
    tasks = [task(id="a", filters=WEB), task(id="b", offset_hours=24), task(id="c", offset_hours=100)]
    near = Stretch(hours(-24, 1), hours(0), WEB.conditions)
    far = Stretch(hours(-48, 1), hours(-24))
    assert candidates_at(tasks, SOFIA, AT).spans == (
        span("created_at", hours(-124, 1), hours(-100), EXPECTED, IN, OUT),
        AnchorSpan("created_at", hours(-48, 1), hours(0), (EXPECTED, IN, OUT), (far, near)),
    )


def test_missed_is_whose_window_opened_and_closed_in_an_outage() -> None:
    """Due three hours after check-in; the outage began 50 hours ago, and a window lasts a day."""
    missed = span("checked_in_at", hours(-53, 1), hours(-27), IN, OUT, filters=WEB)
    tasks = [task(mode=Mode.AFTER_ARRIVAL, offset_hours=3, filters=WEB)]
    assert candidates_missed(tasks, SOFIA, hours(-50), AT) == CandidateQuery((missed,), AT)
    assert candidates_missed(tasks, SOFIA, hours(-20), AT).spans == ()


def test_missed_is_also_who_came_before_any_cycle_saw_him_due() -> None:
    """A day before arrival, in an outage of three days: the 2nd is due just now, and only the 31st is due no more."""
    tasks = [task(mode=Mode.BEFORE_ARRIVAL, offset_hours=24)]
    assert candidates_missed(tasks, SOFIA, hours(-72), AT).spans == (
        span("arrival", date(2024, 1, 31), date(2024, 2, 2), IN, OUT),
        span("arrival", date(2024, 1, 31), date(2024, 1, 31), EXPECTED),
    )
