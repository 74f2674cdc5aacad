"""``hotelpay run``: a cycle on an embedded store, with a made-up processor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import AT, RUNS, SETUP, Hotel, hotelpay

JSON = ("--format", "json")
NEXT = "2024-02-01T10:15:00Z"
DONE: dict[str, Any] = {"outcome": "approved", "reason": None, "actions": [], "trouble": None}
LISTS = ("runs", "releases", "forgotten", "needs_person", "recovered", "resting")
NOTHING: dict[str, Any] = {name: [] for name in LISTS}


@pytest.fixture
def hotel(tmp_path: Path) -> Hotel:
    return Hotel(tmp_path)


def approved(row: dict[str, Any]) -> dict[str, Any]:
    return {"approved": {"amount": row["amount"], "currency": row["currency"]}, "reference": row["reference"]}


def without_references(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in {"reference", "approved"}} for row in rows]


def test_a_cycle_does_what_the_preview_showed(hotel: Hotel) -> None:
    shown = hotel.preview(*JSON).json["runs"]
    report = hotel.run(*JSON).json
    assert {name: value for name, value in report.items() if name != "runs"} == {
        **{name: [] for name in LISTS if name != "runs"},
        "cycle_at": AT,
        "already_run": False,
        "state": "completed",
    }
    assert [{name: row[name] for name in shown[0]} for row in report["runs"]] == shown == list(RUNS)
    *charged, without_card = report["runs"]
    for row in charged:
        assert row.items() >= {**DONE, **approved(row)}.items()
        assert row["reference"].startswith("sim-")
    assert (
        without_card.items()
        >= {
            "outcome": "declined",
            "reason": "no_card",
            "reference": None,
            "approved": None,
            "actions": [{"action": "create_todo", "result": "done", "error": None}],
            "trouble": None,
        }.items()
    )


def test_the_same_quarter_hour_is_run_once(hotel: Hotel) -> None:
    assert len(hotel.run(*JSON).json["runs"]) == 4
    for at in (AT, "2024-02-01T09:46:00Z", "2024-02-01T12:00:00+02:00"):
        again = hotel.run(*JSON, at=at).told(0, "hotelpay: this cycle was completed before: nothing was done now\n")
        assert again == {"cycle_at": AT, "already_run": True, "state": "already_run", **NOTHING}
    assert hotel.run(*JSON, at=NEXT).json == {
        "cycle_at": NEXT,
        "already_run": False,
        "state": "completed",
        **NOTHING,
    }


def test_people_get_a_table(hotel: Hotel) -> None:
    answer = hotel.run()
    assert (answer.status, answer.err) == (0, "")
    title, _, _, _, *rows = answer.out.splitlines()
    assert title == "The cycle at 2024-02-01 12:00+0200: 4 runs, 3 approved, 1 declined"
    assert [" ".join(row.split()) for row in rows] == [
        "2024-01-30 12:00 first-night R-1001 preauthorization c2 100.00 EUR approved",
        "2024-01-31 12:00 first-night R-1002 preauthorization c1 95.00 EUR approved",
        "2024-02-01 12:00 expedia-vcc R-1001 payment c2 135.00 EUR approved after first-night",
        "2024-02-01 12:00 first-night [red]x preauthorization 6750 JPY declined no_card",
    ]
    assert hotel.run().out == "The cycle at 2024-02-01 12:00+0200: no runs\n"


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_narrow_terminal_gets_two_lines_a_row(hotel: Hotel, width: int) -> None:
    answer = hotel.run(settings={"COLUMNS": str(width)})
    assert max(map(len, answer.out.splitlines())) <= max(width, len("The cycle at 2024-02-01 12:00+0200: 4 runs"))
    assert "approved" in answer.out


def test_what_needs_a_person_is_status_1_and_said_once(tmp_path: Path) -> None:
    tasks = [{**SETUP["tasks"][0], "max_amount": "100.00"}]
    hotel = Hotel(tmp_path, {"tasks": tasks})
    report = hotel.run(*JSON).told(1)
    (row,) = report["runs"]
    assert (row["outcome"], row["reason"], row["problem"]) == ("dropped", "above_max_amount", "above_max_amount")
    assert report["needs_person"] == [
        {
            "task": "expedia-vcc",
            "reservation": "R-1001",
            "reason": "above_max_amount",
            "message": "the amount is above the task's ceiling; nothing was charged",
            "kind": "run",
            "names": ["expedia-vcc", "R-1001"],
        }
    ]
    assert hotel.run(*JSON, at=NEXT).json["needs_person"] == []
    table = hotel.run(db=tmp_path / "other.db")
    assert table.status == 1
    assert "A person has to look at this" in table.out


def test_pairs_that_were_processed_elsewhere_are_not_done(hotel: Hotel) -> None:
    pairs = [{"task": run["task"], "reservation": run["reservation"]} for run in RUNS[:2]]
    processed = hotel.write("processed.jsonl", pairs)
    rows = hotel.run(*JSON, "--processed", processed).json["runs"]
    assert [(row["task"], row["reservation"]) for row in rows] == [
        (run["task"], run["reservation"]) for run in RUNS[2:]
    ]
    assert hotel.run(*JSON, at=NEXT).json["runs"] == []


def test_a_paused_hotel_begins_nothing(tmp_path: Path) -> None:
    hotel = Hotel(tmp_path)
    assert hotel.run(*JSON, "--timeouts", "100").json["runs"][1]["outcome"] == "unknown"
    paused = Hotel(tmp_path, {"paused": True})
    note = "hotelpay: the autopilot is paused: what was unfinished is settled, and nothing new was begun\n"
    report = paused.run(*JSON, at=NEXT).told(0, note)
    assert (report["state"], report["already_run"], report["runs"]) == ("paused", False, [])
    assert [row["outcome"] for row in report["recovered"]] == ["approved", "approved"]
    again = paused.run(*JSON, at=NEXT).told(0, note)
    assert (again["state"], again["recovered"]) == ("paused", [])
    Hotel(tmp_path)
    assert hotel.run(*JSON, at=NEXT).json["state"] == "completed"


# The processor's bad days.


@pytest.mark.parametrize(
    ("option", "outcome", "reason", "trouble"),
    [
        ("--declines", "declined", "card_declined", None),
        ("--timeouts", "unknown", None, "no answer in time"),
        ("--unreachable", "not_attempted", None, "the connection was refused"),
        ("--lost-replies", "approved", None, None),
    ],
)
def test_the_made_up_processor_fails_as_it_is_told_to(
    hotel: Hotel, option: str, outcome: str, reason: str | None, trouble: str | None
) -> None:
    *with_card, without = hotel.run(*JSON, option, "100").json["runs"]
    assert [row["reservation"] for row in with_card] == ["R-1001", "R-1002", "R-1001"]
    # The first row's call is settled by the third, which is about the same reservation.
    told = with_card[1]
    assert (told["outcome"], told["reason"], told["trouble"]) == (outcome, reason, trouble)
    assert without["reason"] == "no_card"


def test_what_is_unknown_is_settled_by_the_next_cycle(hotel: Hotel) -> None:
    rows = hotel.run(*JSON, "--timeouts", "100").json["runs"]
    assert [(row["outcome"], row["reason"]) for row in rows] == [
        ("approved", None),  # settled by the third row, which is about the same reservation
        ("unknown", None),
        ("unknown", None),
        ("declined", "no_card"),
    ]
    later = hotel.run(*JSON, at=NEXT).json
    assert [(row["task"], row["reservation"], row["outcome"]) for row in later["recovered"]] == [
        ("first-night", "R-1002", "approved"),
        ("expedia-vcc", "R-1001", "approved"),
    ]
    assert later["runs"] == []
    assert hotelpay("report", "--db", hotel.store, *JSON).json["adds_up"]


def test_an_unreachable_processor_is_tried_again_under_the_same_key(hotel: Hotel) -> None:
    first = hotel.run(*JSON, "--unreachable", "100").json
    assert {row["outcome"] for row in first["runs"][1:2]} == {"not_attempted"}
    later = hotel.run(*JSON, "--unreachable", "100", at=NEXT).json
    assert {row["outcome"] for row in later["recovered"]} == {"approved"}


def test_failing_calls_cannot_be_more_than_all(hotel: Hotel) -> None:
    answer = hotel.run("--declines", "60", "--timeouts", "60")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == "hotelpay: faults: 120 is not a whole number from 0 to 100\n"


# Importing.


def test_importing_again_doubles_nothing_and_keeps_what_was_posted(hotel: Hotel) -> None:
    hotel.run(*JSON)
    changed = hotel.reservations.read_text(encoding="utf-8").replace('"expected"', '"checked_in"')
    hotel.reservations.write_text(
        "".join(
            json.dumps({**json.loads(line), "checked_in_at": "2024-02-01T10:05:00Z"}) + "\n"
            for line in changed.splitlines()
        ),
        encoding="utf-8",
    )
    hotel.run(*JSON, at=NEXT)
    books = hotelpay("report", "--db", hotel.store, *JSON).json
    assert books["cards"] == [{"currency": "EUR", "taken": "135.00", "posted": "135.00", "difference": "0.00"}]
    assert books["postings"] == [{"currency": "EUR", "postings": 1, "amount": "135.00"}]


def test_a_faulty_document_is_refused_as_a_whole(hotel: Hotel) -> None:
    lines = hotel.reservations.read_bytes() + b'{"id": "R-9"}\n'
    hotel.reservations.write_bytes(lines)
    answer = hotel.run(*JSON)
    assert (answer.status, answer.out) == (2, "")
    assert "R-9" not in answer.out
    assert not hotel.store.exists()


def test_two_hotels_share_a_store_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here, there = Hotel(tmp_path / "a"), Hotel(tmp_path / "b", {"hotel": "other"})
    db = tmp_path / "both.db"
    for hotel in (here, there):
        assert len(hotel.run(*JSON, db=db).json["runs"]) == 4
    asked = hotelpay("report", "--db", db)
    assert (asked.status, asked.out) == (2, "")
    assert "--hotel: None is not one of the store's hotels (default, other)" in asked.err
    assert hotelpay("report", "--db", db, "--hotel", "other", *JSON).json["hotel"] == "other"
