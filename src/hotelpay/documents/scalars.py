"""The smallest parts of a document: each takes its own JSON type and nothing else.

Every function here has the shape of a cattrs hook, ``(value, wanted type)``, and raises an error that says
what would be right. Out of the box cattrs would coerce: ``"no"`` would be True, ``3`` a text.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hotelpay.bonus.points import Rate, Step
from hotelpay.errors import InvalidValue, WrongType
from hotelpay.moments import Instant, hotel_zone, instant
from hotelpay.money import Adjustment, Cap, Currency, Money, Share, minor_units

#: What cattrs calls to structure a value.
Hook = Callable[[Any, Any], Any]

#: What an error calls a value whose field only the reader of the document around it knows.
THE_VALUE: Final = "value"

DATE_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME_PATTERN: Final = r"T([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
INSTANT_PATTERN: Final = DATE_PATTERN + _TIME_PATTERN
#: What an amount, a percentage or a rate is written as.
_DECIMAL: Final = 'a decimal written as a text, such as "12.50"'
_FIRST_DAY: Final = date(1970, 1, 1)
_DATE_SHAPE: Final = re.compile(DATE_PATTERN)
_TIME_SHAPE: Final = re.compile(_TIME_PATTERN)
_INSTANT_SHAPE: Final = re.compile(INSTANT_PATTERN)


def text(value: Any, _: Any = None) -> str:
    """Take a JSON string."""
    if type(value) is not str:
        raise WrongType(THE_VALUE, value, "a text")
    return value


def optional_text(value: Any, _: Any = None) -> str | None:
    """Take a JSON string or null."""
    if value is not None and type(value) is not str:
        raise WrongType(THE_VALUE, value, "a text")
    return value


def whole(value: Any, _: Any = None) -> int:
    """Take a JSON number without a fraction; true and false are none."""
    if type(value) is not int:
        raise WrongType(THE_VALUE, value, "a whole number")
    return value


def switch(value: Any, _: Any = None) -> bool:
    """Take true or false."""
    if type(value) is not bool:
        raise WrongType(THE_VALUE, value, "true or false")
    return value


def mapping(value: Any, _: Any = None) -> dict[str, Any]:
    """Take a JSON object."""
    if type(value) is not dict:
        raise WrongType(THE_VALUE, value, "an object")
    return value


# The caches hold what a file of reservations repeats: days, times of the day, and an instant that a folio shares
# with its reservation.


@functools.lru_cache(maxsize=16)
def read_instant(value: str) -> Instant:
    """Return the instant that a text writes: ISO 8601 with an offset or ``Z``."""
    try:
        moment = Instant(_midnight(value[:10]) + _time_of_day(value[10:]))
    except ValueError:
        exists = "that exists, " if _INSTANT_SHAPE.fullmatch(value) else ""
        expected = f'an instant {exists}such as "2024-01-10T09:30:00+02:00"'
        raise InvalidValue(THE_VALUE, value, expected, code="not_an_instant") from None
    try:
        return instant(moment)
    except InvalidValue as error:
        raise InvalidValue(THE_VALUE, value, error.expected, code=error.code) from None


@functools.lru_cache(maxsize=16384)
def _midnight(day: str) -> int:
    """Return 00:00 UTC of a date."""
    return (_read_date(day) - _FIRST_DAY).days * 86400


@functools.lru_cache(maxsize=3000)  # the minutes of a day, in winter and in summer
def _time_of_day(text: str) -> int:
    """Return the seconds from midnight UTC to a time with an offset; a fraction counts as the second after it."""
    if not _TIME_SHAPE.fullmatch(text):
        raise ValueError(text)
    clock = time.fromisoformat(text[1:])
    offset = clock.utcoffset() or timedelta()
    begun = clock.microsecond > 0
    return clock.hour * 3600 + clock.minute * 60 + clock.second + begun - int(offset.total_seconds())


@functools.lru_cache(maxsize=16384)
def _read_date(value: str) -> date:
    if not _DATE_SHAPE.fullmatch(value):
        raise InvalidValue(THE_VALUE, value, 'a date such as "2024-02-01"', code="not_a_date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidValue(THE_VALUE, value, "a date that exists", code="not_a_date") from None


def money_hook(currency: Currency) -> Hook:
    """Return what takes an amount of one currency, written in its major units."""
    return _of_text(lambda value: Money(minor_units(value, currency), currency), _DECIMAL)


def enum_hook(kind: type[enum.Enum], _: Any = None) -> Hook:
    """Return what takes one of the values of an enumeration."""
    members = {member.value: member for member in kind}

    def structure(value: Any, _: Any) -> Any:
        member = members.get(text(value))
        if member is None:
            raise unknown_choice(value, list(members))
        return member

    return structure


def unknown_choice(value: Any, choices: list[str]) -> InvalidValue:
    """Return the error that a value is not one of the choices there are."""
    return InvalidValue(THE_VALUE, value, "one of " + ", ".join(choices), code="unknown_choice")


def _of_text(read: Callable[[str], Any], expected: str = "a text") -> Hook:
    def structure(value: Any, _: Any) -> Any:
        if type(value) is not str:
            raise WrongType(THE_VALUE, value, expected)
        return read(value)

    return structure


SCALARS: Final[Mapping[Any, Hook]] = {
    str: text,
    int: whole,
    bool: switch,
    date: _of_text(_read_date),
    Instant: _of_text(read_instant),
    Currency: _of_text(Currency.of),
    ZoneInfo: _of_text(hotel_zone),
    Adjustment: _of_text(Adjustment.of, _DECIMAL),
    Share: _of_text(Share.of, _DECIMAL),
    Cap: _of_text(Cap.of, _DECIMAL),
    Rate: _of_text(Rate.of, _DECIMAL),
    Step: _of_text(Step.of, _DECIMAL),
}
