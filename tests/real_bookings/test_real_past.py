"""Back-tests of whole hotels: what the real cycles, a quarter of an hour after the other, would have done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from command_line import hotelpay
from hotelpay import Setup, UndatedPayments
from hotelpay.documents import load_setup, reservation_from
from real_bookings import made_up_bookings
from real_bookings.hotels import FOLDER, JSON, made_up
from real_bookings.relived import Relived, Row

#: When the real bookings were handed in: long after the month, so that the past is all told.
LATER: Final = "2017-09-30T00:00:00+00:00"
LIVED: Final = timedelta(days=3)


@attrs.frozen(kw_only=True)
class Past:
    """A hotel's documents, and the time that is tested."""

    setup: Path
    reservations: Path
    start: datetime
    end: datetime

    def bookings(self) -> Iterator[dict[str, Any]]:
        with self.reservations.open("rb") as lines:
            yield from map(json.loads, lines)


@pytest.fixture(scope="module", params=["real", "made up"])
def past(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Past:
    folder = tmp_path_factory.mktemp("past")
    return _real_august(folder) if request.param == "real" else _made_up_days(folder)


def _made_up_days(folder: Path) -> Past:
    """Return the last days of every fourth reservation of the made-up hotel."""
    hotel, few = made_up(folder), folder / "few.jsonl"
    few.write_bytes(b"".join(hotel.reservations_file.read_bytes().splitlines(keepends=True)[::4]))
    end = made_up_bookings.AT + timedelta(days=1)
    return Past(setup=hotel.setup_file, reservations=few, start=end - timedelta(days=7), end=end)


def _real_august(folder: Path) -> Past:
    """Return August 2016 of the real bookings: of those on file, the ones that the month can be about."""
    converter = FOLDER / "to_reservations.py"
    if not converter.exists():
        pytest.skip(f"the real bookings are not at hand: {converter} is missing (set HOTELPAY_BOOKINGS)")
    start, end = datetime.fromisoformat("2016-08-01T00:00:00Z"), datetime.fromisoformat("2016-09-01T00:00:00Z")
    setup, reservations = folder / "setup.json", folder / "reservations.jsonl"
    setup.write_bytes(subprocess.run([sys.executable, converter, "--setup"], capture_output=True, check=True).stdout)
    converted = subprocess.run([sys.executable, converter, "--at", LATER], capture_output=True, check=True).stdout
    with reservations.open("wb") as file:
        file.writelines(line for line in converted.splitlines(keepends=True) if _is_about(json.loads(line), start, end))
    return Past(setup=setup, reservations=reservations, start=start, end=end)


def _is_about(booking: dict[str, Any], start: datetime, end: datetime) -> bool:
    """Tell whether anything happens in a time, or in the days around it into which a task looks: at most a week."""
    first, last = (start - timedelta(days=4)).isoformat()[:10], (end + timedelta(days=8)).isoformat()[:10]
    fields = ("created_at", "arrival", "departure", "checked_in_at", "checked_out_at", "cancelled_at")
    return any(first <= (booking.get(field) or "")[:10] <= last for field in fields)


def backtest(past: Past, undated_payments: UndatedPayments) -> Any:
    span = ("--from", past.start.isoformat(), "--to", past.end.isoformat())
    files = ("-s", past.setup, "-r", past.reservations)
    return hotelpay("backtest", *files, *span, "--undated-payments", undated_payments.value, *JSON).json


@pytest.mark.parametrize("undated_payments", UndatedPayments, ids=lambda choice: choice.value)
def test_three_days_are_what_288_cycles_would_have_done(past: Past, undated_payments: UndatedPayments) -> None:
    """Run by run, and so in their sums."""
    found = backtest(past, undated_payments)
    setup, until = load_setup(past.setup), past.start + LIVED
    rows = [reservation_from(booking) for booking in past.bookings() if _is_about(booking, past.start, until)]
    lived = list(Relived.of(setup, rows, past.start, undated_payments).until(until))
    assert len(lived) > 100
    assert {row["result"] for row in lived} >= {"approved", "declined", "done"}
    assert [row for row in found["runs"] if instant_of(row) < until] == lived
    days = sorted({day_of(row, setup) for row in lived if instant_of(row) < until - timedelta(hours=12)})[:3]
    assert len(days) == 3
    for day in days:
        told = {key_of(row): (row["count"], amount_of(row)) for row in found["days"] if row["day"] == day}
        assert told == sums_of(row for row in lived if day_of(row, setup) == day)
    whole = {
        key_of({**task, **row}): (row["count"], amount_of(row)) for task in found["tasks"] for row in task["results"]
    }
    assert whole == sums_of(found["runs"])


def instant_of(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"] or "")


def day_of(row: Row, setup: Setup) -> str:
    """Return the day on the hotel's clock."""
    return instant_of(row).astimezone(setup.timezone).date().isoformat()


def key_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["task"], row["result"], row["reason"], row["currency"]


def amount_of(row: Mapping[str, Any]) -> Decimal:
    return Decimal(row["amount"] or 0)


def sums_of(runs: Iterable[Row]) -> dict[tuple[Any, ...], tuple[int, Decimal]]:
    """Add up runs by task, result, reason and currency."""
    sums: dict[tuple[Any, ...], tuple[int, Decimal]] = {}
    for row in runs:
        count, amount = sums.get(key_of(row), (0, Decimal(0)))
        sums[key_of(row)] = count + 1, amount + amount_of(row)
    return sums
