"""A cycle on whole hotels: what the preview showed is done once, and the books balance to the cent."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from command_line import hotelpay
from real_bookings.hotels import JSON, REAL_AT, Bookings, made_up, pairs, real

#: An earlier task has changed the reservation: the later row of the same cycle may find less to do, or nothing.
CHANGED: Final = {"nothing_due", "nothing_to_charge", "no_open_folio", "guarantee_status"}


class Cycles:
    """A hotel's bookings and the store that its cycles work on."""

    def __init__(self, bookings: Bookings) -> None:
        """Run the first cycle."""
        self.bookings = bookings
        self.store = bookings.folder / "hotel.db"
        self.first = self.run()

    def run(self) -> Any:
        """Run the cycle of the bookings' instant."""
        files = ("-s", self.bookings.setup_file, "-r", self.bookings.reservations_file, "--db", self.store)
        answer = hotelpay("run", *files, "--at", self.bookings.at, *JSON)
        assert answer.status in (0, 1), answer.err
        return json.loads(answer.out)


@pytest.fixture(scope="module", params=["real", "made up"])
def cycles(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Cycles:
    folder: Path = tmp_path_factory.mktemp("cycles")
    return Cycles(real(folder) if request.param == "real" else made_up(folder))


def test_the_cycle_attempts_the_rows_of_the_preview(cycles: Cycles) -> None:
    shown, done = cycles.bookings.runs, cycles.first["runs"]
    assert pairs(done) == pairs(shown)
    if cycles.bookings.at == REAL_AT:
        assert len(done) == 893
    for before, after in zip(shown, done, strict=True):
        if not before["after"]:
            assert {name: after[name] for name in before} == before
            assert (after["outcome"] == "dropped") == (before["problem"] == "above_max_amount")
        else:
            assert after["after"] == before["after"]
            assert after["outcome"] != "dropped" or after["reason"] in CHANGED | {"above_max_amount"}
    outcomes = Counter(row["outcome"] for row in done)
    assert outcomes.keys() <= {"approved", "declined", "done", "dropped"}
    assert [row["reason"] for row in done if row["outcome"] == "declined"] == ["no_card"] * outcomes["declined"]
    assert {row["problem"] for row in done if row["outcome"] == "declined"} <= {"no_card"}
    assert outcomes["approved"] > outcomes["declined"] > 0


def test_some_rows_change_or_drop_since_an_earlier_one_paid(cycles: Cycles) -> None:
    rows = [row for row in cycles.first["runs"] if row["after"]]
    assert rows
    assert any(row["outcome"] == "dropped" for row in rows)


def test_a_second_run_does_nothing(cycles: Cycles) -> None:
    again = cycles.run()
    assert (again["already_run"], again["runs"], again["needs_person"]) == (True, [], [])


def test_the_books_balance(cycles: Cycles) -> None:
    found = hotelpay("report", "--db", cycles.store, *JSON).json
    assert found["adds_up"]
    charged: dict[str, Decimal] = {}
    for row in cycles.first["runs"]:
        if (row["operation"], row["outcome"]) == ("payment", "approved"):
            charged[row["currency"]] = charged.get(row["currency"], Decimal(0)) + Decimal(row["amount"])
    assert {row["currency"]: Decimal(row["taken"]) for row in found["cards"]} == charged
    assert {Decimal(row["difference"]) for row in found["cards"]} == {0}
    assert found["unfinished"] == found["differences"] == []
    assert [row["names"] for row in found["needs_person"]] == [row["names"] for row in cycles.first["needs_person"]]
