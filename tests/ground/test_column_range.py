"""Which values of a column lie in a range of anchors: for a noon, the dates on the hotel's clock that have it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from examples import utc
from hotelpay.autopilot.window import Anchor, AnchorRange, column_range
from hotelpay.moments import Instant, instant

SOFIA, APIA, UTC = "Europe/Sofia", "Pacific/Apia", "UTC"


@pytest.mark.parametrize(
    ("zone", "after", "until", "first", "last"),
    [
        # Noon itself is in the range at its end, and not at its beginning.
        (UTC, "2024-02-01 12:00", "2024-02-02 12:00", "2024-02-02", "2024-02-02"),
        (UTC, "2024-02-01 11:59:59", "2024-02-02 11:59:59", "2024-02-01", "2024-02-01"),
        (SOFIA, "2024-02-01 09:45", "2024-02-01 10:00", "2024-02-01", "2024-02-01"),
        (SOFIA, "2024-07-01 08:45", "2024-07-01 09:00", "2024-07-01", "2024-07-01"),
        # The hotel's date is another one than that of UTC.
        (APIA, "2024-07-01 22:45", "2024-07-01 23:00", "2024-07-02", "2024-07-02"),
        # A day that was left out has the noon of the next.
        (APIA, "2011-12-30 21:45", "2011-12-30 22:00", "2011-12-30", "2011-12-31"),
        (APIA, "2011-12-30 22:00", "2011-12-31 22:00", "2012-01-01", "2012-01-01"),
        (APIA, "2011-12-29 21:45", "2011-12-29 22:00", "2011-12-29", "2011-12-29"),
    ],
)
def test_the_dates_whose_noon_lies_in_a_range(zone: str, after: str, until: str, first: str, last: str) -> None:
    for anchor in (Anchor.ARRIVAL_NOON, Anchor.DEPARTURE_NOON):
        wanted = AnchorRange(anchor, instant(utc(after)), instant(utc(until)))
        assert column_range(wanted, ZoneInfo(zone)) == (date.fromisoformat(first), date.fromisoformat(last))


def test_of_a_range_between_two_noons_the_first_date_is_after_the_last() -> None:
    wanted = AnchorRange(Anchor.ARRIVAL_NOON, instant(utc("2024-02-01 12:00")), instant(utc("2024-02-02 11:45")))
    assert column_range(wanted, ZoneInfo(UTC)) == (date(2024, 2, 2), date(2024, 2, 1))


def test_instants_are_themselves_after_the_first() -> None:
    assert column_range(AnchorRange(Anchor.CHECK_IN, Instant(100), Instant(200)), ZoneInfo(SOFIA)) == (101, 200)
