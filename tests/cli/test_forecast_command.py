"""``hotelpay forecast``: every moment at which a task will take a reservation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Hotel

JSON = ("--format", "json")
START, END = "2024-01-30T00:00:00Z", "2024-02-05T00:00:00Z"


def row(at: str, task: str, reservation: str, operation: str, amount: str, currency: str = "EUR") -> dict[str, str]:
    return {
        "at": at,
        "task": task,
        "reservation": reservation,
        "operation": operation,
        "amount": amount,
        "currency": currency,
    }


ROWS = [
    row("2024-01-30T10:00:00Z", "first-night", "R-1001", "preauthorization", "100.00"),
    row("2024-01-31T10:00:00Z", "first-night", "R-1002", "preauthorization", "95.00"),
    row("2024-02-01T10:00:00Z", "expedia-vcc", "R-1001", "payment", "135.00"),
    row("2024-02-01T10:00:00Z", "first-night", "[red]x", "preauthorization", "6750", "JPY"),
]


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    return Hotel(tmp_path_factory.mktemp("hotel"))


def test_every_moment_is_told_in_order_of_time(hotel: Hotel) -> None:
    answer = hotel.forecast(START, END, *JSON)
    assert answer.json == {"forecast": ROWS}
    assert answer.out == '{"forecast": [\n  ' + ",\n  ".join(json.dumps(each) for each in ROWS) + "\n ]}\n"


def test_the_end_is_not_included(hotel: Hotel) -> None:
    assert hotel.forecast(START, "2024-02-01T10:00:00Z", *JSON).json["forecast"] == ROWS[:2]
    assert hotel.forecast(START, "2024-02-01T10:00:01Z", *JSON).json["forecast"] == ROWS
    late = hotel.forecast("2024-02-01T13:00:00+02:00", END, *JSON).json["forecast"]
    assert [each["at"] for each in late] == ["2024-02-01T11:00:00Z"] * 4
    assert hotel.forecast(END, END, *JSON).out == '{"forecast": []}\n'


def test_what_had_its_turn_is_not_taken_again(hotel: Hotel) -> None:
    processed = hotel.write("processed.jsonl", [{"task": "first-night", "reservation": "R-1001"}])
    assert hotel.forecast(START, END, *JSON, "--processed", processed).json["forecast"] == ROWS[1:]


def test_people_get_a_table_with_what_the_programs_get(hotel: Hotel) -> None:
    answer = hotel.forecast(START, END)
    assert (answer.status, answer.err) == (0, "")
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["2024-01-30", "12:00", "first-night", "R-1001", "preauthorization", "100.00", "EUR"] in rows
    assert ["2024-02-01", "12:00", "expedia-vcc", "R-1001", "payment", "135.00", "EUR"] in rows
    assert ["2024-02-01", "12:00", "first-night", "[red]x", "preauthorization", "6750", "JPY", "no_card"] in rows


def test_a_pause_is_told_beside_the_forecast(tmp_path: Path) -> None:
    answer = Hotel(tmp_path, {"paused": True}).forecast(START, END, *JSON)
    assert (answer.status, json.loads(answer.out)) == (0, {"forecast": ROWS})
    assert answer.err.startswith("hotelpay: the autopilot is paused")


def test_a_forecast_cannot_end_before_it_begins(hotel: Hotel) -> None:
    answer = hotel.forecast(END, START, *JSON)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("hotelpay: ")
    assert "at or after the start" in answer.err


def test_a_faulty_line_leaves_nothing_on_standard_output(hotel: Hotel, tmp_path: Path) -> None:
    faulty = Hotel(tmp_path)
    faulty.reservations.write_bytes(hotel.reservations.read_bytes() + b'{"id": 7}\n')
    answer = faulty.forecast(START, END)
    assert (answer.status, answer.out) == (2, "")
    assert f"hotelpay: {faulty.reservations}:5: id: 7 is not a text\n" in answer.err
