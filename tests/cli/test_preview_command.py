"""``hotelpay preview``: what the next cycle will do, for programs and for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import AT, RESERVATIONS, RUNS, SETUP, SKIPS, Hotel, hotelpay, json_lines

JSON = ("--format", "json")
OTHERS = [run for run in RUNS if run["task"] != "expedia-vcc"]


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    return Hotel(tmp_path_factory.mktemp("hotel"))


def test_the_next_cycle_is_shown_in_the_order_of_its_work(hotel: Hotel) -> None:
    assert hotel.preview(*JSON).json == {"cycle_at": AT, "runs": list(RUNS)}


def test_the_text_has_a_row_a_line(hotel: Hotel) -> None:
    rows = ",\n  ".join(json.dumps(run) for run in RUNS)
    assert hotel.preview(*JSON).out == f'{{"cycle_at": "{AT}",\n "runs": [\n  {rows}\n ]}}\n'
    nothing = hotel.preview(*JSON, at="2030-01-01T00:00:00Z").out
    assert nothing == '{"cycle_at": "2030-01-01T00:00:00Z",\n "runs": []}\n'


def test_the_cycle_is_the_first_quarter_hour_from_the_instant_on(hotel: Hotel) -> None:
    later = hotel.preview(*JSON, at="2024-02-01T11:45:01+02:00").json
    assert later == {"cycle_at": AT, "runs": list(RUNS)}
    earlier = hotel.preview(*JSON, at="2024-02-01T11:45:00+02:00").json
    assert earlier["cycle_at"] == "2024-02-01T09:45:00Z"
    assert earlier["runs"] == list(RUNS[:2])


def test_one_task_alone_can_be_previewed(hotel: Hotel) -> None:
    assert hotel.preview(*JSON, "--task", "first-night").json["runs"] == OTHERS


def test_a_task_that_is_switched_off_is_previewed_as_if_it_were_on(hotel: Hotel) -> None:
    created = "2024-01-10T07:30:00Z"
    assert hotel.preview(*JSON, at=created).json["runs"] == []
    asked = hotel.preview(*JSON, "--task", "ask", at=created).json
    assert asked["runs"] == [
        {
            "task": "ask",
            "reservation": "[red]x",
            "due_at": created,
            "closes_at": "2024-01-11T07:30:00Z",
            "operation": "actions_only",
            "folio": "F1",
            "card": None,
            "amount": None,
            "currency": None,
            "problem": None,
            "after": [],
        }
    ]


def test_pairs_that_had_their_turn_are_left_out(hotel: Hotel) -> None:
    done = [
        {"task": "first-night", "reservation": "R-1001"},
        {"reservation": "R-1002", "task": "first-night"},
        {"task": "deleted", "reservation": "R-1001"},
    ]
    processed = hotel.write("processed.jsonl", done)
    assert hotel.preview(*JSON, "--processed", processed).json["runs"] == [{**RUNS[2], "after": []}, RUNS[3]]


def test_explained_are_all_other_pairs_with_all_their_reasons(hotel: Hotel) -> None:
    explained = hotel.preview(*JSON, "--explain").json
    assert explained["runs"] == list(RUNS)
    found = [
        (skip["task"], skip["reservation"], tuple(reason["code"] for reason in skip["reasons"]))
        for skip in explained["skips"]
    ]
    assert found == list(SKIPS)
    assert len(found) + len(RUNS) == len(RESERVATIONS) * len(SETUP["tasks"])
    assert explained["skips"][0]["reasons"][0] == {
        "code": "not_due",
        "message": "due at 2024-02-02T10:00:00Z, after this cycle (2024-02-01T10:00:00Z)",
    }
    assert list(explained) == ["cycle_at", "runs", "skips"]


def test_people_read_one_clock_in_rows_and_in_reasons(hotel: Hotel) -> None:
    told = hotel.preview("--explain").out
    assert "not_due: due at 2024-02-02 12:00, after this cycle (2024-02-01 12:00)" in told
    assert "00Z" not in told


def test_why_one_reservation_is_not_taken_is_told_without_asking(hotel: Hotel) -> None:
    told = hotel.preview("--reservation", "R-1002", at="2024-03-01T10:00:00Z").out
    assert [line for line in told.splitlines() if line.startswith("Why not")] == [
        f"Why not: task {task['id']}, reservation R-1002" for task in SETUP["tasks"]
    ]
    assert "window_closed" in told
    assert "remarks" not in told


def test_a_file_without_reservations_is_noticed(hotel: Hotel) -> None:
    """An export that failed looks like a quiet day."""
    empty = hotel.write("empty.jsonl", [])
    answer = hotelpay("preview", "-s", hotel.setup, "-r", empty, "--at", AT, *JSON)
    assert answer.told(0, f"hotelpay: {empty} holds no reservations\n")["runs"] == []


def test_one_reservation_can_be_explained(hotel: Hotel) -> None:
    """It is what the front desk asks: why was this guest not charged."""
    processed = hotel.write("done.jsonl", [{"task": "first-night", "reservation": "R-1002"}])
    asked = ("--reservation", "R-1002", "--explain", "--processed", processed)
    explained = hotel.preview(*JSON, *asked).json
    assert explained["runs"] == []
    assert [(skip["task"], [reason["code"] for reason in skip["reasons"]]) for skip in explained["skips"]] == [
        ("expedia-vcc", list(SKIPS[0][2])),
        ("first-night", ["already_processed"]),
        ("ask", ["inactive", "window_closed", "cards"]),
    ]
    told = hotel.preview(*asked).out
    lines = told.splitlines()[-9:]
    assert [line.split("  ")[:2] for line in lines] == [
        *[["expedia-vcc", "R-1002"]] * 5,
        ["first-night", "R-1002"],
        *[["ask", "R-1002"]] * 3,
    ]
    assert lines[5] == (
        "first-night  R-1002  already_processed: the task has taken this reservation before, and takes each one once"
    )


def test_a_task_that_is_asked_for_by_name_is_not_explained_as_switched_off(hotel: Hotel) -> None:
    explained = hotel.preview(*JSON, "--explain", "--task", "ask", "--reservation", "R-1001").json
    assert [reason["code"] for reason in explained["skips"][0]["reasons"]] == ["window_closed", "cards"]
    assert len(explained["skips"]) == 1


def test_one_reservation_alone_can_be_previewed(hotel: Hotel) -> None:
    assert hotel.preview(*JSON, "--reservation", "R-1001").json["runs"] == [RUNS[0], RUNS[2]]


def test_reservations_may_come_from_standard_input(hotel: Hotel) -> None:
    rows = json_lines(RESERVATIONS)
    piped = hotelpay("preview", "-s", hotel.setup, "-r", "-", "--at", AT, *JSON, stdin=rows)
    assert piped.json == {"cycle_at": AT, "runs": list(RUNS)}
    faulty = hotelpay("preview", "-s", hotel.setup, "-r", "-", "--at", AT, *JSON, stdin=rows + b"\n{")
    assert (faulty.status, faulty.out) == (2, "")
    assert faulty.err.startswith("hotelpay: standard input:6: not JSON: ")


def test_a_limit_of_the_cycle_counts_in_the_order_of_work(tmp_path: Path) -> None:
    hotel = Hotel(tmp_path, {"max_runs_per_cycle": 2})
    problems = [run["problem"] for run in hotel.preview(*JSON).json["runs"]]
    assert problems == [None, None, "above_max_runs", "above_max_runs"]


def test_a_hotel_that_is_paused_is_previewed_and_told_so(tmp_path: Path) -> None:
    hotel = Hotel(tmp_path, {"paused": True})
    answer = hotel.preview(*JSON)
    assert json.loads(answer.out)["runs"] == list(RUNS)
    assert answer.status == 0
    assert answer.err == "hotelpay: the autopilot is paused: until that ends, no cycle starts any of this\n"


TOML = """\
format = "hotelpay/1"
timezone = "Europe/Sofia"
currency = "EUR"
[[tasks]]
id = "first-night"
active = true
mode = "before_arrival"
offset_hours = 48
operation = "preauthorization"
amount = {basis = "folio_charges", revenue_groups = ["rooms"], nights = 1}
"""


def test_the_setup_may_be_toml(hotel: Hotel) -> None:
    setup = hotel.write("setup.toml", TOML)
    found = hotelpay("preview", "-s", setup, "-r", hotel.reservations, "--at", AT, "-f", "json").json
    assert found["runs"] == OTHERS


def words(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_people_get_a_table_with_what_the_programs_get(hotel: Hotel) -> None:
    answer = hotel.preview()
    assert (answer.status, answer.err) == (0, "")
    rows = words(answer.out)
    assert ["2024-01-30", "12:00", "first-night", "R-1001", "preauthorization", "F1", "c2", "100.00", "EUR"] in rows
    assert ["2024-01-31", "12:00", "first-night", "R-1002", "preauthorization", "F1", "c1", "95.00", "EUR"] in rows
    paid = ["2024-02-01", "12:00", "expedia-vcc", "R-1001", "payment", "F1", "c2", "135.00", "EUR"]
    assert [*paid, "after", "first-night"] in rows
    assert ["2024-02-01", "12:00", "first-night", "[red]x", "preauthorization", "F1", "6750", "JPY", "no_card"] in rows
    assert "2024-02-01 12:00+0200" in answer.out


def test_a_table_of_one_reservation_shows_how_its_amounts_came_about(hotel: Hotel) -> None:
    told = hotel.preview("--reservation", "R-1001").out
    rows = words(told)
    assert ["Why", "135.00", "EUR:", "task", "expedia-vcc,", "reservation", "R-1001"] in rows
    assert ["amount", "due", "270.00"] in rows
    assert ["percent", "-50", "%", "-135.00"] in rows
    assert ["total", "135.00"] in rows
    assert ["nights", "1", "of", "3", "100.00"] in rows
    assert "R-1002" not in told


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_ids_that_look_like_markup_are_shown_as_they_are(hotel: Hotel, width: str) -> None:
    answer = hotel.preview("--explain", settings={"COLUMNS": width})
    assert answer.status == 0
    assert "[red]x" in answer.out
    assert "\x1b" not in answer.out


def test_no_escape_reaches_a_terminal(hotel: Hotel) -> None:
    """Neither out of an id, which is refused, nor out of what a fault repeats of it."""
    escape = "\x1b[2J\x1b]0;title\x07"
    row: dict[str, Any] = {**RESERVATIONS[1], "id": escape, "agent": escape, escape: 1, "extra": {escape: {"a": 1}}}
    text = json.dumps(row).replace('{"a": 1}', '{"a": 1, "a": 1}').encode() + b"\n" + json.dumps(row).encode()
    reservations = hotel.write("hostile.jsonl", text)
    answer = hotelpay("preview", "-s", hotel.setup, "-r", reservations, "--at", AT)
    assert (answer.status, answer.out) == (2, "")
    assert "\x1b" not in answer.err
    assert "\x07" not in answer.err
    assert "\\x1b[2J\\x1b]0;title\\x07" in answer.err
    assert len(answer.err.splitlines()) == 4
