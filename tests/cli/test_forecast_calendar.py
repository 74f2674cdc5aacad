"""``hotelpay forecast --format calendar`` and ``svg``: the days ahead as a calendar."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Answer, Hotel, hotelpay
from drawn import SVG, outside, overlapping, parsed, spoken_of

START, END = "2024-01-30T00:00:00Z", "2024-02-05T00:00:00Z"


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    return Hotel(tmp_path_factory.mktemp("hotel"))


def asked(hotel: Hotel, *arguments: str | Path, start: str = START, end: str = END, **settings: str) -> Answer:
    files = ("--setup", hotel.setup, "--reservations", hotel.reservations, "--from", start, "--to", end)
    return hotelpay("forecast", *files, *arguments, settings=settings)


def test_a_terminal_gets_months_with_a_calendar_for_each_currency(hotel: Hotel) -> None:
    answer = asked(hotel, "--format", "calendar", "--count", "total", COLUMNS="80")
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.splitlines()[:18] == [
        "330.00 EUR in all: to be charged, to be blocked or hindered",
        "",
        "2024-01  195.00 EUR",
        "Mon        Tue        Wed        Thu        Fri        Sat        Sun",
        "           30▓ 100    31▒ 95",
        "",
        "2024-02  135.00 EUR",
        "Mon        Tue        Wed        Thu        Fri        Sat        Sun",
        "                                  1█ 135     2          3          4",
        " 5",
        "",
        "Each shade has a quarter of the days that take something.",
        "    nothing",
        "▒▒  95.00 EUR",
        "▓▓  100.00 EUR",
        "██  135.00 EUR",
        "",
        "6750 JPY in all: to be charged, to be blocked or hindered",
    ]


def test_runs_are_counted_over_all_currencies(hotel: Hotel) -> None:
    answer = asked(hotel, "--format", "calendar", "--count", "runs", COLUMNS="80")
    assert answer.out.startswith("4 runs\n\n2024-01  2 runs\n")
    assert " 1" in answer.out


def test_without_block_characters_it_is_ascii(hotel: Hotel) -> None:
    answer = asked(hotel, "--format", "calendar", COLUMNS="80", PYTHONIOENCODING="ascii")
    assert answer.out.isascii()
    assert "?" not in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80


def test_a_browser_gets_a_picture(hotel: Hotel) -> None:
    answer = asked(hotel, "--format", "svg")
    assert (answer.status, answer.err) == (0, "")
    picture = parsed(answer.out)
    assert overlapping(picture) == []
    assert outside(picture) == []
    assert spoken_of(picture)[0] == "What the days from 30 Jan 2024 to 5 Feb 2024 will take"
    titles = [each.findtext(f"{SVG}title") or "" for each in picture.iter(f"{SVG}g")]
    assert "1 Feb 2024: 1 run\nto be charged: €135.00" in titles
    # The end is two in the morning on the hotel's clock: that day has a cell. There are two currencies.
    assert len(titles) == 2 * 7


def test_an_end_at_midnight_is_not_included(hotel: Hotel) -> None:
    answer = asked(hotel, "--format", "svg", end="2024-02-05T00:00:00+02:00")
    assert spoken_of(parsed(answer.out))[0].endswith("to 4 Feb 2024 will take")


def test_a_stretch_of_nothing_is_one_quiet_day(hotel: Hotel) -> None:
    answer = asked(hotel, "--format", "calendar", start=END, end=END)
    assert answer.out.startswith("no runs\n\n2024-02  no runs\n")


def test_a_pause_is_told_beside_the_calendar(tmp_path: Path) -> None:
    answer = asked(Hotel(tmp_path, {"paused": True}), "--format", "calendar")
    assert answer.err.startswith("hotelpay: the autopilot is paused")
