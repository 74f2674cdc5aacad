"""``hotelpay timeline``: one reservation's life, for a terminal, a browser and programs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from command_line import AT, RESERVATIONS, Answer, Hotel, hotelpay
from drawn import outside, overlapping, parsed, spoken_of
from hotelpay.adapters.babel import local_language
from hotelpay.autopilot.timeline import timeline
from hotelpay.documents import load_setup, reservation_from
from hotelpay.documents.outputs import timeline_document
from hotelpay.moments import utc_text
from hotelpay.pictures import timeline_svg

ID = "R-1001"


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    return Hotel(tmp_path_factory.mktemp("hotel"))


def asked(hotel: Hotel, *arguments: str | Path, at: str | None = AT, of: str = ID, **settings: str) -> Answer:
    files = ("--setup", hotel.setup, "--reservations", hotel.reservations, "--reservation", of)
    moment = () if at is None else ("--at", at)
    return hotelpay("timeline", *files, *moment, *arguments, settings=settings)


def test_programs_get_the_document(hotel: Hotel) -> None:
    setup = load_setup(hotel.setup)
    taken = reservation_from(RESERVATIONS[1])
    answer = asked(hotel, "--format", "json")
    drawn = timeline(setup.tasks, taken, at=datetime.fromisoformat(AT), rules=setup.rules)
    assert answer.json == timeline_document(drawn)
    assert (answer.status, answer.err) == (0, "")
    language = local_language("en", setup.timezone)
    assert asked(hotel, "--format", "svg").out == timeline_svg(drawn, language=language)


def test_a_browser_gets_a_picture(hotel: Hotel) -> None:
    picture = parsed(asked(hotel, "--format", "svg").out)
    assert overlapping(picture) == []
    assert outside(picture) == []
    assert spoken_of(picture)[0] == f"Timeline of reservation {ID}"


def lane(lines: list[str], name: str) -> str:
    """Return the lane of an event or a task: the picture stands above the tables."""
    return next(line for line in lines if line.startswith(name))


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_terminal_gets_lanes_and_what_each_task_does(hotel: Hotel, columns: int, encoding: str) -> None:
    answer = asked(hotel, COLUMNS=str(columns), PYTHONIOENCODING=encoding)
    lines = answer.out.splitlines()
    assert (answer.status, answer.err) == (0, "")
    assert max(map(len, lines)) <= columns
    assert lines[0].startswith(f"Reservation {ID}: expected")
    if encoding == "ascii":
        assert answer.out.isascii()
        assert "?" not in answer.out
    if columns >= 80:
        taken, cycle = ("X", "|") if encoding == "ascii" else ("◆", "│")
        assert taken in lane(lines, "first-night")
        assert taken in lane(lines, "expedia-vcc")
        assert cycle in lane(lines, "booked")
        assert "takes 135.00 EUR" in answer.out


def test_the_cycle_stands_where_a_task_takes_it(hotel: Hotel) -> None:
    """The mark of the run and the line of the cycle are one column: this cycle takes it."""
    lines = asked(hotel, COLUMNS="100").out.splitlines()
    assert lane(lines, "expedia-vcc").index("◆") == lane(lines, "booked").index("│")


def test_without_an_instant_it_is_seen_from_the_booking_on(hotel: Hotel) -> None:
    document = asked(hotel, "--format", "json", at=None).json
    assert document["cycle_at"] == "2024-01-10T07:30:00Z"
    assert [row["taken_at"] for row in document["tasks"]][:2] == ["2024-02-01T10:00:00Z", "2024-01-30T10:00:00Z"]
    assert utc_text(reservation_from(RESERVATIONS[1]).created_at) == "2024-01-10T07:30:00Z"


def test_one_task_alone_may_be_one_that_is_switched_off(hotel: Hotel) -> None:
    (row,) = asked(hotel, "--task", "ask", "--format", "json").json["tasks"]
    assert (row["task"], row["state"]) == ("ask", "closed")


def test_what_had_its_turn_is_told(hotel: Hotel) -> None:
    done = hotel.write("processed.jsonl", [{"task": "first-night", "reservation": ID}])
    rows = asked(hotel, "--processed", done, "--format", "json").json["tasks"]
    assert [row["state"] for row in rows] == ["takes_now", "processed", "inactive"]


def test_a_reservation_that_there_is_not(hotel: Hotel) -> None:
    answer = asked(hotel, of="R-9")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == "hotelpay: --reservation: 'R-9' is not one of the reservations\n"


def test_a_faulty_line_after_it_leaves_nothing_on_standard_output(tmp_path: Path) -> None:
    faulty = Hotel(tmp_path)
    faulty.reservations.write_bytes(faulty.reservations.read_bytes() + b'{"id": 7}\n')
    answer = asked(faulty)
    assert (answer.status, answer.out) == (2, "")
    assert f"{faulty.reservations}:5: id" in answer.err


def test_a_pause_is_told_beside_it(tmp_path: Path) -> None:
    answer = asked(Hotel(tmp_path, {"paused": True}), "--format", "json")
    assert answer.status == 0
    assert answer.err.startswith("hotelpay: the autopilot is paused")


def test_an_id_of_markup_is_no_markup(hotel: Hotel) -> None:
    assert "[red]x" in asked(hotel, of="[red]x").out
