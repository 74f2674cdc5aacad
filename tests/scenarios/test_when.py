"""When a task takes a reservation: modes, offsets, windows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from examples import SOFIA, codes, decided, reservation, task, utc
from hotelpay import HouseRules, Mode, ReservationStatus, Run, next_cycle
from hotelpay.moments import Instant, utc_datetime
from scenario_marks import scenario

CREATED = utc("2024-03-20 09:00")


def due_at(mode: Mode, offset: int, zone: str = "Europe/Sofia", **fields: object) -> datetime:
    """Return the due instant of a run, taken at the latest cycle that its window allows."""
    rules = HouseRules(timezone=zone)
    this = task(mode=mode, offset_hours=offset)
    taken = reservation(**fields)
    for hours in range(-24 * 60, 24 * 60):
        decision = decided(this, taken, utc("2024-03-20 00:00") + timedelta(hours=hours), rules)
        if isinstance(decision, Run):
            return utc_datetime(decision.due_at)
    raise AssertionError("never taken")


@pytest.mark.scenario("AP-WHEN-WEEK")
def test_a_week_after_creation_is_168_hours() -> None:
    assert due_at(Mode.AFTER_CREATION, 168, created_at=CREATED) == CREATED + timedelta(hours=168)


@pytest.mark.scenario("AP-WHEN-WEEK-DST")
def test_a_week_across_a_clock_change_is_still_168_hours() -> None:
    """The clocks of Sofia went forward on 2024-03-31: the hotel's wall clock shows an hour more."""
    created = utc("2024-03-28 09:00")
    due = due_at(Mode.AFTER_CREATION, 168, created_at=created)
    sofia = ZoneInfo("Europe/Sofia")
    assert due - created == timedelta(hours=168)
    assert (created.astimezone(sofia).hour, due.astimezone(sofia).hour) == (11, 12)


@pytest.mark.parametrize(
    ("zone", "arrival", "due"),
    [
        scenario("AP-WHEN-NOON", "Europe/Sofia", date(2024, 2, 1), "2024-02-01 10:00"),
        scenario("AP-WHEN-NOON", "Europe/Sofia", date(2024, 7, 1), "2024-07-01 09:00"),
        scenario("AP-WHEN-NOON-SKIPPED", "Pacific/Apia", date(2011, 12, 30), "2011-12-30 22:00"),
        scenario("AP-WHEN-NOON-SKIPPED", "Pacific/Apia", date(2011, 12, 31), "2011-12-30 22:00"),
        scenario("AP-WHEN-HALF-HOUR", "Australia/Lord_Howe", date(2024, 4, 6), "2024-04-06 01:00"),
        scenario("AP-WHEN-HALF-HOUR", "Australia/Lord_Howe", date(2024, 4, 7), "2024-04-07 01:30"),
        scenario("AP-WHEN-HALF-HOUR", "Australia/Lord_Howe", date(2024, 10, 6), "2024-10-06 01:00"),
    ],
)
def test_before_arrival_is_due_at_the_hotels_noon(zone: str, arrival: date, due: str) -> None:
    taken = reservation(arrival=arrival, departure=arrival + timedelta(days=1), created_at=utc("2011-01-01 00:00"))
    this = task(mode=Mode.BEFORE_ARRIVAL)
    rules = HouseRules(timezone=zone)
    run = decided(this, taken, due, rules)
    assert isinstance(run, Run)
    assert utc_datetime(run.due_at) == utc(due)
    assert codes(decided(this, taken, utc(due) - timedelta(minutes=15), rules)) == ["not_due"]


@pytest.mark.scenario("AP-WHEN-NOON-SKIPPED")
def test_a_skipped_noon_is_found_on_the_day_after() -> None:
    """With an hour of catch-up the range of dates begins after the 30th, and must still hold it."""
    apia = HouseRules(timezone="Pacific/Apia", catch_up_hours=1)
    skipped = date(2011, 12, 30)
    taken = reservation(arrival=skipped, departure=skipped, created_at=utc("2011-01-01 00:00"))
    assert isinstance(decided(task(mode=Mode.BEFORE_ARRIVAL), taken, "2011-12-30 22:45", apia), Run)


@pytest.mark.scenario("AP-WHEN-CHECKIN")
def test_an_hour_after_check_in_falls_to_the_next_quarter_hour() -> None:
    this = task(mode=Mode.AFTER_ARRIVAL, offset_hours=1)
    taken = reservation(status=ReservationStatus.CHECKED_IN, checked_in_at=utc("2024-02-01 14:20"))
    assert codes(decided(this, taken, "2024-02-01 15:15")) == ["not_due"]
    run = decided(this, taken, "2024-02-01 15:30")
    assert isinstance(run, Run)
    assert utc_datetime(run.due_at) == utc("2024-02-01 15:20")


@pytest.mark.parametrize(
    ("offset", "created_ago", "reasons"),
    [
        scenario("AP-CATCHUP-23H", 0, timedelta(hours=23), []),
        scenario("AP-CATCHUP-24H", 0, timedelta(hours=24), ["window_closed"]),
        scenario("AP-CATCHUP-1S", 0, timedelta(hours=24, seconds=-1), []),
        scenario("AP-TEST-JUST", 5, timedelta(0), ["not_due"]),
        scenario("AP-TEST-10H", 5, timedelta(hours=10), []),
        scenario("AP-TEST-30H", 5, timedelta(hours=30), ["window_closed"]),
    ],
)
def test_a_missed_moment_is_caught_up_for_24_hours(offset: int, created_ago: timedelta, reasons: list[str]) -> None:
    cycle = utc("2024-01-20 12:00")
    taken = reservation(created_at=cycle - created_ago)
    assert codes(decided(task(offset_hours=offset), taken, cycle)) == reasons


@pytest.mark.parametrize(
    ("catch_up", "hours_ago", "reasons"),
    [(1, 0, []), (1, 1, ["window_closed"]), (48, 47, []), (48, 48, ["window_closed"])],
)
def test_the_catch_up_is_a_setting(catch_up: int, hours_ago: int, reasons: list[str]) -> None:
    cycle = utc("2024-01-20 12:00")
    taken = reservation(created_at=cycle - timedelta(hours=hours_ago))
    rules = HouseRules(timezone="Europe/Sofia", catch_up_hours=catch_up)
    assert codes(decided(task(), taken, cycle, rules)) == reasons


@pytest.mark.scenario("AP-UPCOMING-7D")
@pytest.mark.parametrize("day", range(13, 22))
def test_a_new_task_takes_who_arrives_within_its_offset(day: int) -> None:
    """At 12:00 in Sofia on the 13th, arrivals up to the noon of the 20th are within 168 hours."""
    this = task(mode=Mode.BEFORE_ARRIVAL, offset_hours=168)
    taken = reservation(arrival=date(2024, 1, day), departure=date(2024, 1, 25))
    assert codes(decided(this, taken, "2024-01-13 10:00")) == ([] if day <= 20 else ["not_due"])


@pytest.mark.scenario("AP-UPCOMING-LATE")
def test_who_has_not_come_a_day_after_noon_is_left_alone() -> None:
    this = task(mode=Mode.BEFORE_ARRIVAL, offset_hours=168)
    taken = reservation(arrival=date(2024, 1, 20))
    assert codes(decided(this, taken, "2024-01-21 09:45")) == []
    assert codes(decided(this, taken, "2024-01-21 10:00")) == ["window_closed"]


@pytest.mark.scenario("AP-UPCOMING-GONE")
@pytest.mark.parametrize(
    ("status", "instant"),
    [
        (ReservationStatus.CHECKED_IN, "checked_in_at"),
        (ReservationStatus.CANCELLED, "cancelled_at"),
        (ReservationStatus.NO_SHOW, "no_show_at"),
    ],
)
def test_before_arrival_takes_the_expected_alone(status: ReservationStatus, instant: str) -> None:
    taken = reservation(status=status, **{instant: utc("2024-02-01 09:00")})
    assert codes(decided(task(mode=Mode.BEFORE_ARRIVAL), taken, "2024-02-01 10:00")) == ["wrong_status"]


@pytest.mark.scenario("AP-DEPARTED-EARLY")
def test_who_left_in_the_morning_is_still_taken_at_noon() -> None:
    taken = reservation(
        status=ReservationStatus.CHECKED_OUT,
        checked_in_at=utc("2024-02-01 14:00"),
        checked_out_at=utc("2024-02-04 08:00"),
    )
    assert isinstance(decided(task(mode=Mode.BEFORE_DEPARTURE), taken, "2024-02-04 10:00"), Run)


STATUSES = {
    Mode.AFTER_CREATION: {"expected", "checked_in", "checked_out"},
    Mode.BEFORE_ARRIVAL: {"expected"},
    Mode.AFTER_ARRIVAL: {"checked_in", "checked_out"},
    Mode.BEFORE_DEPARTURE: {"expected", "checked_in", "checked_out"},
    Mode.AFTER_DEPARTURE: {"checked_out"},
    Mode.AFTER_CANCELLATION: {"cancelled"},
}


@pytest.mark.parametrize("status", ReservationStatus)
@pytest.mark.parametrize("mode", Mode)
def test_each_mode_applies_to_its_statuses(mode: Mode, status: ReservationStatus) -> None:
    """Every anchor is the same instant here, so only the status decides."""
    noon = utc("2024-02-01 10:00")
    taken = reservation(
        status=status,
        created_at=noon,
        departure=date(2024, 2, 1),
        checked_in_at=noon,
        checked_out_at=noon,
        cancelled_at=noon,
    )
    assert codes(decided(task(mode=mode), taken, noon)) == ([] if status.value in STATUSES[mode] else ["wrong_status"])


def test_what_has_not_happened_is_no_anchor() -> None:
    assert codes(decided(task(mode=Mode.AFTER_DEPARTURE), reservation(), "2024-02-01 10:00")) == [
        "wrong_status",
        "no_anchor",
    ]


@pytest.mark.parametrize(
    ("now", "cycle"),
    [
        scenario("AP-CYCLE-GRID", "2024-02-01 10:02", "2024-02-01 10:15"),
        scenario("AP-CYCLE-GRID", "2024-02-01 10:15", "2024-02-01 10:15"),
        scenario("AP-CYCLE-GRID", "2024-02-01 10:15:00.000001", "2024-02-01 10:30"),
        scenario("AP-CYCLE-GRID", "2024-02-01 23:59:59", "2024-02-02 00:00"),
    ],
)
def test_cycles_run_on_the_quarter_hours(now: str, cycle: str) -> None:
    assert utc_datetime(next_cycle(utc(now))) == utc(cycle)


@pytest.mark.scenario("AP-CYCLE-NEPAL")
def test_the_quarter_hours_of_utc_are_nepals_too() -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    cycle = utc_datetime(next_cycle(datetime(2024, 2, 1, 16, 1, tzinfo=kathmandu))).astimezone(kathmandu)
    assert (cycle.hour, cycle.minute) == (16, 15)
    taken = reservation(arrival=date(2024, 2, 1))
    run = decided(task(mode=Mode.BEFORE_ARRIVAL), taken, "2024-02-01 06:15", HouseRules(timezone="Asia/Kathmandu"))
    assert isinstance(run, Run)
    assert run.due_at == Instant(int(utc("2024-02-01 06:15").timestamp()))


def test_a_fraction_of_a_second_is_never_early() -> None:
    """Created half a second after the cycle began: that cycle does not take it, the next one does."""
    taken = reservation(created_at=utc("2024-02-01 10:00:00.500000"))
    assert codes(decided(task(), taken, "2024-02-01 10:00", SOFIA)) == ["not_due"]
    assert codes(decided(task(), taken, "2024-02-01 10:00:00.900000", SOFIA)) == ["not_due"]
    assert codes(decided(task(), taken, "2024-02-01 10:15", SOFIA)) == []
