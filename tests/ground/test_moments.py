"""The hotel's clock: instants, noons, calendar days and elapsed hours across every kind of clock change."""

from __future__ import annotations

import csv
import io
import os
import struct
import zoneinfo
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import utc
from ground.refusals import refusal
from hotelpay import InvalidValue, UnknownName, WrongType, next_cycle
from hotelpay.moments import (
    Instant,
    calendar_date,
    calendar_days_later,
    clock_text,
    cycle_from,
    hotel_noon,
    hotel_zone,
    hours_later,
    instant,
    is_shown_twice,
    local_date,
    observed,
    optional_instant,
    utc_datetime,
    utc_text,
)

NOON: Final = time(12)
DAY: Final = timedelta(days=1)
SECOND: Final = timedelta(seconds=1)


class ClockChange(NamedTuple):
    """When a zone's offset changes, and from what to what."""

    at: datetime
    before: timedelta
    after: timedelta


def offset(zone: tzinfo, at: datetime) -> timedelta:
    found = at.astimezone(zone).utcoffset()
    assert found is not None
    return found


def clock_changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[ClockChange]:
    """Yield the changes between two instants: days with different offsets are halved until a second is left."""
    while first < last:
        day = min(first + DAY, last)
        low, high = first, day
        if offset(zone, low) != offset(zone, high):
            while high - low > SECOND:
                middle = low + (high - low) // (2 * SECOND) * SECOND
                low, high = (low, middle) if offset(zone, middle) != offset(zone, low) else (middle, high)
            yield ClockChange(high, offset(zone, low), offset(zone, high))
        first = day


def wall(zone: tzinfo, at: datetime | Instant) -> datetime:
    """Return what the hotel's clock shows at an instant."""
    return (utc_datetime(at) if isinstance(at, int) else at).astimezone(zone).replace(tzinfo=None, fold=0)


def readings(zone: tzinfo, shown: datetime) -> list[datetime]:
    """Return every instant at which the hotel's clock shows this, without what Python knows about folds."""
    around = shown.replace(tzinfo=UTC)
    offsets = {offset(zone, around + timedelta(hours=hours)) for hours in range(-50, 51)}
    return sorted(at for each in offsets if wall(zone, at := around - each) == shown)


def made_up_zone(rule: str) -> ZoneInfo:
    """Return a zone that obeys a POSIX rule, such as ``AAA0BBB,J60/12,J300/13``, in every year."""
    header = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    block = header + struct.pack(">lbb", 0, 0, 0) + b"AAA\0"
    return ZoneInfo.from_file(io.BytesIO(block + block + f"\n{rule}\n".encode()), key=rule)


#: On 1 March the clock goes from 12:00 to 13:00, on 27 October from 13:00 back to 12:00.
NOON_CHANGES: Final = made_up_zone("AAA0BBB,J60/12,J300/13")
ZONES: Final = sorted(zoneinfo.available_timezones() - {"localtime"})


@st.composite
def local_days(draw: st.DrawFn) -> tuple[ZoneInfo, date]:
    """Draw a zone and a day on its clock, most often one on or beside a clock change."""
    zone, first = _zone_and_year(draw)
    changes = list(clock_changes(zone, first, first.replace(year=first.year + 1)))
    if changes and draw(st.sampled_from((True, True, True, False))):
        day = wall(zone, draw(st.sampled_from([change.at for change in changes]))).date()
        return zone, day + draw(st.integers(-1, 1)) * DAY
    return zone, first.date() + draw(st.integers(1, 360)) * DAY


@st.composite
def local_moments(draw: st.DrawFn) -> tuple[ZoneInfo, Instant]:
    """Draw a zone and an instant, most often one within hours of a clock change."""
    zone, first = _zone_and_year(draw)
    changes = list(clock_changes(zone, first, first.replace(year=first.year + 1)))
    near = draw(st.sampled_from([change.at for change in changes])) if changes else first
    seconds = st.one_of(st.integers(-1, 1), st.integers(-90_000, 90_000), st.integers(0, 31_000_000))
    return zone, instant(near + draw(seconds) * SECOND)


def _zone_and_year(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    year = draw(st.one_of(st.integers(1970, 2040), st.integers(1901, 2197)))
    return hotel_zone(draw(st.sampled_from(ZONES))), datetime(year, 1, 1, tzinfo=UTC)


# Instants


@pytest.mark.parametrize(
    ("given_as", "kept"),
    [
        ("1970-01-01T00:00:00+00:00", 0),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-01T00:00:00.000001+00:00", 1),
        ("1970-01-01T00:00:00.999999+00:00", 1),
        ("1969-12-31T23:59:59.000001+00:00", 0),
        ("1969-12-31T23:59:59+00:00", -1),
        ("2024-01-10T09:30:00+02:00", 1704871800),
        ("1900-01-01T00:00:00+00:00", -2208988800),
        ("2199-12-31T23:59:59+00:00", 7258118399),
    ],
)
def test_an_instant_is_whole_seconds_and_a_fraction_is_the_second_after(given_as: str, kept: int) -> None:
    assert instant(datetime.fromisoformat(given_as)) == kept
    assert optional_instant(datetime.fromisoformat(given_as)) == kept


@pytest.mark.parametrize(
    ("given_as", "kept"),
    [
        ("1970-01-01T00:00:00.999999+00:00", 0),
        ("1970-01-01T00:00:01+00:00", 1),
        ("1969-12-31T23:59:59.999999+00:00", -1),
    ],
)
def test_a_clock_reading_drops_the_fraction(given_as: str, kept: int) -> None:
    assert observed(datetime.fromisoformat(given_as)) == kept


def test_a_fraction_may_hide_in_the_offset() -> None:
    half_a_second = timezone(timedelta(milliseconds=500))
    whole = datetime(1970, 1, 1, 0, 0, 1, tzinfo=half_a_second)
    half = whole.replace(microsecond=500_000)
    assert [instant(whole), instant(half)] == [1, 1]
    assert [observed(whole), observed(half)] == [0, 1]


def test_an_instant_stays_as_it_is_and_may_be_missing() -> None:
    assert [read(Instant(-7)) for read in (instant, optional_instant, observed)] == [-7, -7, -7]
    assert optional_instant(None) is None


@pytest.mark.parametrize("read", [instant, optional_instant, observed, next_cycle])
def test_a_naive_datetime_is_no_instant(read: Any) -> None:
    naive = datetime(2024, 2, 1, 9, 30)  # noqa: DTZ001  what must be refused
    sentence = "instant: 2024-02-01 09:30:00 (datetime) is not a datetime with a UTC offset"
    assert refusal(read, naive) == (WrongType, "wrong_type", sentence)
    assert refusal(read, naive.replace(tzinfo=_NoOffset())) == (WrongType, "wrong_type", sentence)


class _NoOffset(tzinfo):
    """A tzinfo that knows no offset: as naive as none at all."""

    def utcoffset(self, _: datetime | None) -> None:
        return None

    def dst(self, _: datetime | None) -> None:
        return None

    def tzname(self, _: datetime | None) -> None:
        return None


@pytest.mark.parametrize("value", ["2024-02-01T09:30:00Z", 1.5, True, date(2024, 2, 1)])
def test_only_a_datetime_or_an_instant_is_an_instant(value: Any) -> None:
    for read in (instant, optional_instant, observed):
        kind, code, sentence = refusal(read, value)
        assert (kind, code) == (WrongType, "wrong_type")
        assert sentence.endswith(f"({type(value).__name__}) is not a datetime with a UTC offset")


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_years_that_no_booking_has_are_refused(year: int) -> None:
    for read in (instant, observed):
        sentence = f"instant: {year:04}-06-01 00:00:00+00:00 is not in the years 1900 to 2199"
        assert refusal(read, datetime(year, 6, 1, tzinfo=UTC)) == (InvalidValue, "date_out_of_range", sentence)
    kind, code, sentence = refusal(calendar_date, date(year, 6, 1), "arrival")
    assert (kind, code) == (InvalidValue, "date_out_of_range")
    assert sentence == f"arrival: {date(year, 6, 1)} is not in the years 1900 to 2199"


def test_the_years_of_bookings_begin_and_end_in_utc() -> None:
    first, last = Instant(-2208988800), Instant(7258118399)
    for read in (instant, observed):
        assert [read(first), read(utc_datetime(first)), read(last), read(utc_datetime(last))] == [
            first,
            first,
            last,
            last,
        ]
        assert read(datetime.fromisoformat("1899-12-31T23:00:00-01:00")) == first
        assert read(datetime.fromisoformat("2200-01-01T00:59:59+01:00")) == last
        for outside in (Instant(first - 1), Instant(last + 1), Instant(10**10_000)):
            assert refusal(read, outside)[:2] == (InvalidValue, "date_out_of_range")
        assert refusal(read, datetime.fromisoformat("1900-01-01T00:00:00+01:00"))[1] == "date_out_of_range"
    a_fraction_later = utc_datetime(last).replace(microsecond=1)
    assert observed(a_fraction_later) == last
    assert refusal(instant, a_fraction_later)[1] == "date_out_of_range"


def test_a_date_is_a_date_and_no_datetime() -> None:
    for day in (date(1900, 1, 1), date(2024, 2, 29), date(2199, 12, 31)):
        assert calendar_date(day, "arrival") is day
    for value in (utc("2024-02-01 00:00"), "2024-02-01", None, 20240201):
        kind, code, sentence = refusal(calendar_date, value, "arrival")
        assert (kind, code) == (WrongType, "wrong_type")
        assert sentence.endswith(" is not a date")


@given(local_moments(), st.integers(0, 999_999))
def test_what_the_hotels_clock_shows_is_the_same_instant(drawn: tuple[ZoneInfo, Instant], microsecond: int) -> None:
    zone, moment = drawn
    local = utc_datetime(moment).astimezone(zone).replace(microsecond=microsecond)
    assert timegm(local.utctimetuple()) == moment
    assert observed(local) == moment
    assert instant(local) == moment + (microsecond > 0)
    assert local_date(zone, moment) == local.date()


@given(st.integers(-2208988800, 7258118399 - 900).map(Instant))
def test_an_instant_is_written_in_utc(moment: Instant) -> None:
    assert utc_datetime(moment).utcoffset() == timedelta(0)
    assert utc_text(moment).endswith("Z")
    assert instant(datetime.fromisoformat(utc_text(moment))) == moment


def test_an_instant_by_example() -> None:
    assert utc_text(Instant(0)) == "1970-01-01T00:00:00Z"
    assert utc_text(Instant(1704871800)) == "2024-01-10T07:30:00Z"
    assert utc_text(Instant(-2208988800)) == "1900-01-01T00:00:00Z"


@given(local_moments(), st.integers(0, 100_000))
def test_hours_are_elapsed_hours_on_every_clock(drawn: tuple[ZoneInfo, Instant], hours: int) -> None:
    zone, moment = drawn
    start = utc_datetime(moment).astimezone(zone)
    end = utc_datetime(hours_later(moment, hours)).astimezone(zone)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    moved = offset(zone, end) - offset(zone, start)
    assert wall(zone, end) - wall(zone, start) == timedelta(hours=hours) + moved


# Cycles


@pytest.mark.parametrize(
    ("at", "cycle"),
    [
        ("2024-01-10T07:30:00+00:00", "2024-01-10T07:30:00Z"),
        ("2024-01-10T07:30:00.000001+00:00", "2024-01-10T07:45:00Z"),
        ("2024-01-10T07:30:01+00:00", "2024-01-10T07:45:00Z"),
        ("2024-01-10T07:44:59.999999+00:00", "2024-01-10T07:45:00Z"),
        ("2024-01-10T23:59:00+00:00", "2024-01-11T00:00:00Z"),
        ("2024-01-10T13:15:00+05:45", "2024-01-10T07:30:00Z"),
        ("1969-12-31T23:46:00+00:00", "1970-01-01T00:00:00Z"),
    ],
)
def test_the_next_cycle_by_example(at: str, cycle: str) -> None:
    assert utc_text(next_cycle(datetime.fromisoformat(at))) == cycle


@given(st.integers(-2208988800, 7258118399 - 900).map(Instant), st.integers(0, 999_999))
def test_the_next_cycle_is_the_first_quarter_hour_not_before(moment: Instant, microsecond: int) -> None:
    at = utc_datetime(moment).replace(microsecond=microsecond)
    cycle = utc_datetime(next_cycle(at))
    assert cycle.minute in (0, 15, 30, 45)
    assert (cycle.second, cycle.microsecond) == (0, 0)
    assert timedelta(0) <= cycle - at < timedelta(minutes=15)
    assert next_cycle(next_cycle(at)) == next_cycle(at)
    assert moment <= next_cycle(moment) <= next_cycle(at)


def test_a_cycle_may_be_worked_out_beyond_the_years_of_bookings() -> None:
    assert cycle_from(Instant(-2208988801)) == -2208988800
    assert cycle_from(Instant(7258118401)) == 7258119300
    assert refusal(next_cycle, Instant(7258118401))[1] == "date_out_of_range"


# Zones


@pytest.mark.parametrize("name", ["Europe/Sofia", "UTC", "Pacific/Apia", "America/Argentina/Ushuaia", "Etc/GMT+3"])
def test_an_iana_name_is_a_zone(name: str) -> None:
    assert hotel_zone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "localtime",
        "posixrules",
        "/etc/localtime",
        "/usr/share/zoneinfo/Europe/Sofia",
        "../x",
        "../zoneinfo/Europe/Sofia",
        "Europe/../Europe/Sofia",
        "posix/Europe/Sofia",
        "UTC+3",
        "+03:00",
        "EEST",
        "AAA0BBB,J60/12,J300/13",
        "Europe",
        "Europe/",
        "Europe/sofia",
        "europe/Sofia",
        "Europe/Sofia ",
        "Europe/Sofia\n",
        "Europe/Sofia\x00",
        "Europe/\ud800",
    ],
)
def test_nothing_else_is_a_zone(name: str) -> None:
    kind, code, sentence = refusal(hotel_zone, name)
    assert (kind, code) == (UnknownName, "unknown_timezone")
    assert sentence.startswith("timezone: '")
    assert sentence.endswith(' is not an IANA time zone such as "Europe/Sofia"')


@pytest.mark.parametrize("name", [None, 3, b"UTC", ["UTC"], {}, UTC, timezone(timedelta(hours=3))])
def test_a_zones_name_is_a_text(name: Any) -> None:
    kind, code, sentence = refusal(hotel_zone, name)
    assert (kind, code) == (WrongType, "wrong_type")
    assert sentence.startswith("timezone: ")
    assert sentence.endswith(' is not an IANA time zone such as "Europe/Sofia"')


# Noons


@pytest.mark.parametrize(
    ("zone", "day", "noon"),
    [
        ("UTC", "2024-02-01", "2024-02-01T12:00:00Z"),
        ("Europe/Sofia", "2024-02-01", "2024-02-01T10:00:00Z"),
        ("Europe/Sofia", "2024-03-31", "2024-03-31T09:00:00Z"),
        ("Europe/Sofia", "2024-10-27", "2024-10-27T10:00:00Z"),
        ("Asia/Kathmandu", "2024-02-01", "2024-02-01T06:15:00Z"),
        ("Europe/Sofia", "2199-07-01", "2199-07-01T09:00:00Z"),
        ("Africa/Khartoum", "2000-01-15", "2000-01-15T10:00:00Z"),  # 12:00 became 13:00
        ("Pacific/Apia", "2011-12-29", "2011-12-29T22:00:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T22:00:00Z"),  # the day was left out: noon of the 31st
        ("Pacific/Apia", "2011-12-31", "2011-12-30T22:00:00Z"),
        ("Pacific/Fakaofo", "2011-12-30", "2011-12-30T23:00:00Z"),
        ("Pacific/Kiritimati", "1994-12-31", "1994-12-31T22:00:00Z"),
        ("Pacific/Kwajalein", "1993-08-21", "1993-08-22T00:00:00Z"),
    ],
)
def test_noon_by_example(zone: str, day: str, noon: str) -> None:
    assert utc_text(hotel_noon(hotel_zone(zone), date.fromisoformat(day))) == noon


def test_a_skipped_noon_moves_forward_by_the_gap() -> None:
    moved = hotel_noon(NOON_CHANGES, date(2024, 3, 1))
    assert readings(NOON_CHANGES, datetime.combine(date(2024, 3, 1), NOON)) == []
    assert utc_text(moved) == "2024-03-01T12:00:00Z"
    assert wall(NOON_CHANGES, moved).hour == 13


def test_of_two_noons_the_first_counts() -> None:
    twice = readings(NOON_CHANGES, datetime.combine(date(2024, 10, 27), NOON))
    assert [at.hour for at in twice] == [11, 12]
    assert utc_text(hotel_noon(NOON_CHANGES, date(2024, 10, 27))) == "2024-10-27T11:00:00Z"


@given(local_days())
def test_noon_is_the_first_time_the_clock_shows_it(drawn: tuple[ZoneInfo, date]) -> None:
    zone, day = drawn
    assert_first_or_moved(zone, hotel_noon(zone, day), datetime.combine(day, NOON))


def assert_first_or_moved(zone: ZoneInfo, found: Instant, shown: datetime) -> None:
    """Assert that ``found`` is the first instant at which the clock shows this or, where it never does, moved."""
    there = readings(zone, shown)
    if there:
        assert utc_datetime(found) == there[0]
        return
    around = shown.replace(tzinfo=UTC)
    for change in clock_changes(zone, around - 2 * DAY, around + 2 * DAY):
        if change.before < change.after and wall(zone, change.at - SECOND) < shown < wall(zone, change.at):
            break
    else:
        pytest.fail(f"{zone} shows {shown} at no instant, and no gap is there")
    assert wall(zone, found) - shown == change.after - change.before
    assert utc_datetime(found) == around - change.before


# Calendar days


@pytest.mark.parametrize(
    ("zone", "start", "days", "end"),
    [
        ("Europe/Sofia", "2024-03-30 10:00", 0, "2024-03-30T10:00:00Z"),
        ("Europe/Sofia", "2024-03-30 10:00", 1, "2024-03-31T09:00:00Z"),  # 23 hours, the same wall clock
        ("Europe/Sofia", "2024-10-26 09:00", 1, "2024-10-27T10:00:00Z"),  # 25 hours
        ("Europe/Sofia", "2024-03-30 01:30", 1, "2024-03-31T01:30:00Z"),  # 03:30 is skipped: 04:30
        ("Europe/Sofia", "2024-10-26 00:30", 1, "2024-10-27T00:30:00Z"),  # 03:30 happens twice: the first
        ("Europe/Sofia", "2024-10-27 01:30", 0, "2024-10-27T01:30:00Z"),  # no change: the second 03:30 stays
        ("Europe/Sofia", "2024-10-27 01:30", 1, "2024-10-28T01:30:00Z"),
        ("Europe/Sofia", "2024-10-27 01:30", 365, "2025-10-27T01:30:00Z"),
        ("Pacific/Apia", "2011-12-29 22:30", 1, "2011-12-30T22:30:00Z"),  # 12:30 on the day left out
        ("UTC", "2024-02-28 12:00", 2, "2024-03-01T12:00:00Z"),
        ("UTC", "2199-12-31 12:00", 3650, "2209-12-29T12:00:00Z"),
    ],
)
def test_calendar_days_by_example(zone: str, start: str, days: int, end: str) -> None:
    assert utc_text(calendar_days_later(hotel_zone(zone), instant(utc(start)), days)) == end


@given(local_moments(), st.one_of(st.integers(1, 3), st.integers(1, 3650)))
def test_calendar_days_keep_what_the_clock_shows(drawn: tuple[ZoneInfo, Instant], days: int) -> None:
    zone, moment = drawn
    found = calendar_days_later(zone, moment, days)
    assert_first_or_moved(zone, found, wall(zone, moment) + days * DAY)
    assert calendar_days_later(zone, moment, 0) == moment


@given(local_days(), st.integers(0, 86_399))
def test_a_calendar_day_into_a_clock_change_is_the_first_or_moves(drawn: tuple[ZoneInfo, date], second: int) -> None:
    zone, day = drawn
    shown = datetime.combine(day, time()) + second * SECOND
    for before in readings(zone, shown - DAY):
        assert_first_or_moved(zone, calendar_days_later(zone, instant(before), 1), shown)


# Every clock change of the hotels' zones, listed outside this project

_BESIDE_THE_REPOSITORY: Final = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def listed_changes() -> list[dict[str, str]]:
    place = Path(os.environ.get("HOTELPAY_BOOKINGS") or _BESIDE_THE_REPOSITORY) / "dst_edges.csv"
    if not place.is_file():
        pytest.skip("the list of clock changes (dst_edges.csv) is not at hand: HOTELPAY_BOOKINGS says where")
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_listed_clock_change_is_obeyed(listed_changes: list[dict[str, str]]) -> None:
    assert listed_changes
    for row in listed_changes:
        zone, at = hotel_zone(row["zone"]), datetime.fromisoformat(row["utc_instant"])
        before, after = (datetime.fromisoformat(row[side]) for side in ("local_before", "local_after"))
        assert (wall(zone, at - SECOND), wall(zone, at)) == (before - SECOND, after)
        assert after - before == timedelta(minutes=int(row["delta_minutes"]))
        # A day earlier the clock showed the first moment that is skipped, or the first that comes twice.
        [day_earlier] = readings(zone, min(before, after) - DAY)
        gap_or_nothing = max(after - before, timedelta(0))
        assert calendar_days_later(zone, instant(day_earlier), 1) == instant(at + min(after - before, timedelta(0)))
        assert wall(zone, instant(at + min(after - before, timedelta(0)))) == min(before, after) + gap_or_nothing


def test_every_noon_beside_a_listed_clock_change_is_noon(listed_changes: list[dict[str, str]]) -> None:
    touched = 0
    for row in listed_changes:
        zone = hotel_zone(row["zone"])
        first = datetime.fromisoformat(min(row["local_before"], row["local_after"])).date()
        for day in (first + number * DAY for number in (-1, 0, 1)):
            shown = datetime.combine(day, NOON)
            assert_first_or_moved(zone, hotel_noon(zone, day), shown)
            touched += len(readings(zone, shown)) != 1
    assert touched == sum(int(row["affects_noon"]) for row in listed_changes)


@pytest.mark.parametrize(
    ("zone", "at", "told"),
    [
        ("Europe/Sofia", "2024-02-01 10:00", "2024-02-01 12:00+0200"),
        ("Europe/Sofia", "2024-07-01 22:59", "2024-07-02 01:59+0300"),
        ("America/St_Johns", "2024-01-01 00:00", "2023-12-31 20:30-0330"),
        ("Europe/Sofia", "2024-10-27 00:30", "2024-10-27 03:30+0300"),
        ("Europe/Sofia", "2024-10-27 01:30", "2024-10-27 03:30+0200"),
    ],
)
def test_a_clock_is_told_with_its_offset(zone: str, at: str, told: str) -> None:
    assert clock_text(instant(utc(at)), hotel_zone(zone)) == told


@pytest.mark.parametrize(
    ("zone", "at", "twice"),
    [
        ("Europe/Sofia", "2024-10-26 23:59", False),
        ("Europe/Sofia", "2024-10-27 00:00", True),
        ("Europe/Sofia", "2024-10-27 00:59", True),
        ("Europe/Sofia", "2024-10-27 01:59", True),
        ("Europe/Sofia", "2024-10-27 02:00", False),
        ("Europe/Sofia", "2024-07-01 00:30", False),
        ("UTC", "2024-10-27 00:30", False),
    ],
)
def test_an_hour_that_a_clock_shows_twice_is_known(zone: str, at: str, twice: bool) -> None:  # noqa: FBT001  a case
    assert is_shown_twice(utc(at).astimezone(hotel_zone(zone))) is twice
