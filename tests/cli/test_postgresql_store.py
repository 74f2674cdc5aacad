"""The commands that act, on a PostgreSQL store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.postgresql import running_server
from command_line import Hotel, hotelpay

JSON = ("--format", "json")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with running_server() as server:
        # As people write it: without the driver.
        yield server.new_schema().set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_cycle_and_its_report(tmp_path: Path, database: str) -> None:
    hotel = Hotel(tmp_path)
    empty = hotelpay("report", "--db", database)
    assert (empty.status, empty.out) == (2, "")
    assert "is not a store that `hotelpay run` has made" in empty.err
    rows = hotel.run(*JSON, "--lost-replies", "100", db=database).json["runs"]
    assert [row["outcome"] for row in rows] == ["approved", "approved", "approved", "declined"]
    again = hotel.run(*JSON, db=database).told(0, "hotelpay: this cycle was completed before: nothing was done now\n")
    assert again["already_run"]
    assert hotelpay("recover", "--db", database, "--at", "2024-02-01T10:05:00Z").out == "nothing was unfinished\n"
    found = hotelpay("report", "--db", database, *JSON).json
    assert found["adds_up"]
    assert found["cards"] == [{"currency": "EUR", "taken": "135.00", "posted": "135.00", "difference": "0.00"}]
