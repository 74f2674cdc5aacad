"""Time as the autopilot counts it: UTC seconds, elapsed hours, hotel noons, quarter-hour cycles.

An instant is kept as whole UTC seconds. Of an event's fraction of a second the second *after* it is kept, so
that nothing is ever due early; cycles fall on whole quarter hours, so no comparison with one changes.
This is the one module that uses dateutil.
"""

from __future__ import annotations

import functools
import zoneinfo
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NewType

from hotelpay.errors import InvalidValue, UnknownName, WrongType

#: Whole seconds since 1970-01-01T00:00:00Z.
Instant = NewType("Instant", int)

HOUR: Final = 3600
#: Cycles run on the quarter hours of UTC (D4).
CYCLE_SECONDS: Final = 900
_NOON: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
#: Bookings live within these years; the bounds keep every sum of an instant and an offset a valid date.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
_YEARS: Final = f"in the years {FIRST_YEAR} to {LAST_YEAR}"
_FIRST_SECOND: Final = (datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - _EPOCH) // _SECOND
_END: Final = (datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _EPOCH) // _SECOND


def instant(value: datetime | Instant) -> Instant:
    """Return an aware ``datetime`` as an instant; a fraction of a second counts as the second after it.

    Raises :class:`~hotelpay.errors.WrongType` for a naive datetime and for anything else,
    :class:`~hotelpay.errors.InvalidValue` for one outside the years 1900 to 2199 of UTC.
    """
    return _in_years(value if type(value) is int else _second_after(_aware(value)), value)


def _in_years(moment: Instant, given: object) -> Instant:
    if not _FIRST_SECOND <= moment < _END:
        raise InvalidValue("instant", given, _YEARS, code="date_out_of_range")
    return moment


def _second_after(value: datetime) -> Instant:
    return Instant(-((_EPOCH - value) // _SECOND))


def _aware(value: object) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise WrongType("instant", value, "a datetime with a UTC offset")
    return value


def optional_instant(value: datetime | Instant | None) -> Instant | None:
    """Return :func:`instant` of ``value``, or None for None."""
    return None if value is None else instant(value)


def observed(value: datetime | Instant) -> Instant:
    """Return the instant of a clock reading: a fraction of a second is dropped, so that it is never early."""
    return _in_years(value if type(value) is int else Instant((_aware(value) - _EPOCH) // _SECOND), value)


def utc_datetime(moment: Instant) -> datetime:
    """Return an instant as an aware datetime in UTC."""
    return _EPOCH + timedelta(seconds=moment)


def utc_text(moment: Instant) -> str:
    """Write an instant as documents do: ISO 8601 in UTC with ``Z``."""
    return utc_datetime(moment).isoformat().replace("+00:00", "Z")


def clock_text(moment: Instant, zone: tzinfo) -> str:
    """Write an instant on a hotel's clock, to the minute, with its offset: ``2024-02-01 12:00+0200``."""
    local = utc_datetime(moment).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}{local:%z}"


def is_shown_twice(local: datetime) -> bool:
    """Tell whether a clock shows a local time in an hour that it has twice, or not at all."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def calendar_date(value: date, field: str) -> date:
    """Return ``value`` if it is a plain date (no datetime) in the years 1900 to 2199."""
    if type(value) is not date:
        raise WrongType(field, value, "a date")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise InvalidValue(field, value, _YEARS, code="date_out_of_range")
    return value


def hours_later(moment: Instant, hours: int) -> Instant:
    """Return the instant that many **elapsed** hours later; 168 hours are 168 hours on any clock (D2)."""
    return Instant(moment + hours * HOUR)


def next_cycle(moment: datetime | Instant) -> Instant:
    """Return the first quarter hour of UTC not before ``moment`` (D4, AP-CYCLE-GRID)."""
    return cycle_from(instant(moment))


def cycle_from(moment: Instant) -> Instant:
    """Return :func:`next_cycle` of an instant that was worked out: it may lie outside the years of bookings."""
    return Instant(-(-moment // CYCLE_SECONDS) * CYCLE_SECONDS)


@functools.cache
def _known_zones() -> frozenset[str]:
    # Some machines list their own setting, which is no name and differs from one to the next.
    return frozenset(zoneinfo.available_timezones()) - {"localtime"}


def hotel_zone(name: str) -> zoneinfo.ZoneInfo:
    """Return the IANA zone of that exact name.

    Raises :class:`~hotelpay.errors.UnknownName` for every other text: an empty one, a path, an offset, an
    abbreviation that some machines know and others do not.
    """
    if not isinstance(name, str):
        raise WrongType("timezone", name, 'an IANA time zone such as "Europe/Sofia"')
    if name not in _known_zones():
        raise UnknownName("timezone", name, 'an IANA time zone such as "Europe/Sofia"', code="unknown_timezone")
    return zoneinfo.ZoneInfo(name)


@functools.lru_cache(maxsize=65536)
def hotel_noon(zone: zoneinfo.ZoneInfo, day: date) -> Instant:
    """Return 12:00 on the hotel's clock on a date.

    A noon that the clock skips moves forward by the gap, one that happens twice is the first (D3,
    AP-WHEN-NOON-SKIPPED).
    """
    return _hour_of_day(zone, day, _NOON)


@functools.lru_cache(maxsize=65536)
def hotel_midnight(zone: zoneinfo.ZoneInfo, day: date) -> Instant:
    """Return 0:00 on the hotel's clock on a date, when that date begins; skipped or twice it is treated as a noon."""
    return _hour_of_day(zone, day, 0)


def _hour_of_day(zone: zoneinfo.ZoneInfo, day: date, hour: int) -> Instant:
    # Imported here because nothing else of hotelpay's import needs it.
    from dateutil.tz import resolve_imaginary  # noqa: PLC0415

    wall = datetime(day.year, day.month, day.day, hour, tzinfo=zone)  # fold 0: the first of two
    return _second_after(resolve_imaginary(wall))


def calendar_days_later(zone: zoneinfo.ZoneInfo, moment: Instant, days: int) -> Instant:
    """Return the same wall-clock time ``days`` calendar days later on the hotel's clock (AP-RELEASE-2).

    Where that wall-clock time is skipped it moves forward by the gap, where it happens twice it is the first.
    Zero days are no change.
    """
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415
    from dateutil.tz import resolve_imaginary  # noqa: PLC0415

    if not days:
        return moment
    wall = utc_datetime(moment).astimezone(zone) + relativedelta(days=days)  # a sum is the first of two
    return _second_after(resolve_imaginary(wall))


def local_date(zone: zoneinfo.ZoneInfo, moment: Instant) -> date:
    """Return the date on the hotel's clock at an instant."""
    return utc_datetime(moment).astimezone(zone).date()
