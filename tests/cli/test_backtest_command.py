"""``hotelpay backtest``: what the tasks would have done over months of history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from command_line import RESERVATIONS, Answer, Hotel, hotelpay

JSON = ("--format", "json")
SPAN = ("--from", "2024-01-01T00:00:00Z", "--to", "2024-02-05T00:00:00Z")


def past_run(at: str, task: str, reservation: str, operation: str, **fields: Any) -> dict[str, Any]:
    row = {"at": at, "task": task, "reservation": reservation, "operation": operation}
    return {**row, "result": "approved", "reason": None, "currency": "EUR", **fields}


#: The reservations as they were later: the guest of R-1001 had left, and the 50.00 were paid at the desk.
LATER = [
    {
        **row,
        "status": "checked_out",
        "checked_in_at": "2024-02-01T15:00:00+02:00",
        "checked_out_at": "2024-02-04T10:00:00+02:00",
    }
    if row["id"] == "R-1001"
    else row
    for row in RESERVATIONS
]


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    made = Hotel(tmp_path_factory.mktemp("hotel"))
    made.write("reservations.jsonl", LATER)
    return made


def backtest(hotel: Hotel, *arguments: str | Path) -> Answer:
    files = ("--setup", hotel.setup, "--reservations", hotel.reservations)
    return hotelpay("backtest", *files, *SPAN, *arguments)


def test_programs_get_sums_by_task_and_by_day_and_every_run(hotel: Hotel) -> None:
    found = backtest(hotel, *JSON).json
    assert (found["from"], found["to"]) == ("2024-01-01T00:00:00Z", "2024-02-05T00:00:00Z")
    assert found["assumptions"] == [
        "switched_on_at_start",
        "undated_payments_from_opening",
        "closed_folios_from_end",
        "no_show_from_day_end",
        "rest_as_in_snapshot",
        "cards_approved",
        "history_unchanged",
    ]
    assert found["runs"] == [
        past_run("2024-01-30T10:00:00Z", "first-night", "R-1001", "preauthorization", amount="100.00"),
        past_run("2024-01-31T10:00:00Z", "first-night", "R-1002", "preauthorization", amount="95.00"),
        past_run("2024-02-01T10:00:00Z", "expedia-vcc", "R-1001", "payment", amount="135.00"),
        past_run(
            "2024-02-01T10:00:00Z",
            "first-night",
            "[red]x",
            "preauthorization",
            amount="6750",
            currency="JPY",
            result="declined",
            reason="no_card",
        ),
    ]
    approved = {"result": "approved", "reason": None, "currency": "EUR"}
    declined = {"result": "declined", "reason": "no_card", "count": 1, "amount": "6750", "currency": "JPY"}
    assert found["tasks"] == [
        {"task": "expedia-vcc", "operation": "payment", "results": [{**approved, "count": 1, "amount": "135.00"}]},
        {
            "task": "first-night",
            "operation": "preauthorization",
            "results": [{**approved, "count": 2, "amount": "195.00"}, declined],
        },
    ]
    assert found["days"] == [
        {"day": "2024-01-30", "task": "first-night", **approved, "count": 1, "amount": "100.00"},
        {"day": "2024-01-31", "task": "first-night", **approved, "count": 1, "amount": "95.00"},
        {"day": "2024-02-01", "task": "expedia-vcc", **approved, "count": 1, "amount": "135.00"},
        {"day": "2024-02-01", "task": "first-night", **declined},
    ]


def test_when_payments_without_a_date_were_made_can_be_chosen(hotel: Hotel) -> None:
    found = backtest(hotel, *JSON, "--undated-payments", "check-out").json
    assert [row["amount"] for row in found["runs"] if row["task"] == "expedia-vcc"] == ["160.00"]
    assert "undated_payments_from_check_out" in found["assumptions"]
    assert "undated_payments_from_opening" not in found["assumptions"]
    refused = backtest(hotel, "--undated-payments", "never")
    assert (refused.status, refused.out) == (2, "")


def test_what_had_its_turn_is_not_taken_again(hotel: Hotel) -> None:
    processed = hotel.write("processed.jsonl", [{"task": "first-night", "reservation": "R-1001"}])
    found = backtest(hotel, *JSON, "--processed", processed).json
    assert [row["reservation"] for row in found["runs"]] == ["R-1002", "R-1001", "[red]x"]


def test_the_limit_of_a_cycle_counts(tmp_path: Path) -> None:
    limited = Hotel(tmp_path, {"max_runs_per_cycle": 1})
    limited.write("reservations.jsonl", LATER)
    found = backtest(limited, *JSON).json
    assert [(row["result"], row["reason"]) for row in found["runs"]] == [
        ("approved", None),
        ("approved", None),
        ("approved", None),
        ("left_to_person", "above_max_runs"),
    ]


def test_people_get_tables_and_what_was_assumed(hotel: Hotel) -> None:
    answer = backtest(hotel)
    assert (answer.status, answer.err) == (0, "")
    assert "From 2024-01-01 02:00+0200 to 2024-02-05 02:00+0200: 4 runs of 2 tasks" in answer.out
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["expedia-vcc", "payment", "approved", "1", "135.00", "EUR"] in rows
    assert ["first-night", "preauthorization", "declined:", "no_card", "1", "6750", "JPY"] in rows
    assert ["2024-01-30", "100.00", "EUR"] in rows
    assert ["2024-02-01", "135.00", "EUR", "1"] in rows
    assert "- a payment without a date counts from the opening of its folio" in answer.out


def test_a_task_that_did_nothing_is_shown_as_such(hotel: Hotel) -> None:
    answer = hotelpay(
        "backtest", "-s", hotel.setup, "-r", hotel.reservations, "--from", SPAN[1], "--to", "2024-01-02T00:00:00Z"
    )
    assert "no runs of 2 tasks" in answer.out
    assert ["expedia-vcc", "payment", "nothing", "0"] in [line.split() for line in answer.out.splitlines()]
    assert "Day by day" not in answer.out


def test_a_pause_is_told_beside_the_result(hotel: Hotel, tmp_path: Path) -> None:
    paused = Hotel(tmp_path, {"paused": True})
    paused.write("reservations.jsonl", LATER)
    answer = backtest(paused, *JSON)
    assert (answer.status, answer.out) == (0, backtest(hotel, *JSON).out)
    assert answer.err.startswith("hotelpay: the autopilot is paused")


def test_it_cannot_end_before_it_begins(hotel: Hotel) -> None:
    files = ("-s", hotel.setup, "-r", hotel.reservations)
    answer = hotelpay("backtest", *files, "--from", SPAN[3], "--to", SPAN[1])
    assert (answer.status, answer.out) == (2, "")
    assert "at or after the start" in answer.err


@pytest.mark.parametrize(("name", "begins"), [("days.png", b"\x89PNG\r\n"), ("days.SVG", b"<?xml")])
def test_a_chart_is_written_beside_the_result_and_is_the_same_every_time(
    hotel: Hotel, tmp_path: Path, name: str, begins: bytes
) -> None:
    answer = backtest(hotel, *JSON, "--chart", tmp_path / name)
    drawn = (tmp_path / name).read_bytes()
    assert answer.json == backtest(hotel, *JSON).json
    assert drawn.startswith(begins)
    backtest(hotel, "--chart", tmp_path / name)
    assert (tmp_path / name).read_bytes() == drawn
    backtest(hotel, "--undated-payments", "check-out", "--chart", tmp_path / name)
    assert (tmp_path / name).read_bytes() != drawn


@pytest.mark.parametrize("name", ["days.pdf", "days", "png"])
def test_a_chart_of_another_kind_is_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    answer = hotelpay("backtest", "-s", "nowhere.json", "-r", "nowhere", *SPAN, "--chart", tmp_path / name)
    assert (answer.status, answer.out) == (2, "")
    assert "ends neither in .png nor in" in " ".join(answer.err.replace("│", " ").split())
    assert "nowhere" not in answer.err


def test_a_chart_that_cannot_be_written_leaves_nothing_on_standard_output(hotel: Hotel, tmp_path: Path) -> None:
    answer = backtest(hotel, "--chart", tmp_path / "missing" / "days.png")
    assert (answer.status, answer.out) == (2, "")
    assert "No such file or directory" in answer.err


def test_a_faulty_line_leaves_nothing_on_standard_output(hotel: Hotel, tmp_path: Path) -> None:
    faulty = Hotel(tmp_path)
    faulty.reservations.write_bytes(hotel.reservations.read_bytes() + b'{"id": 7}\n')
    answer = backtest(faulty)
    assert (answer.status, answer.out) == (2, "")
    assert f"hotelpay: {faulty.reservations}:5: id: 7 is not a text\n" in answer.err
