"""``hotelpay preview --format html``: the page on standard output, with what the programs get."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from command_line import RESERVATIONS, RUNS, SKIPS, Hotel, hotelpay

HTML = ("--format", "html")


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    return Hotel(tmp_path_factory.mktemp("hotel"))


def page_of(hotel: Hotel, *arguments: str | Path) -> str:
    answer = hotel.preview(*HTML, *arguments)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("<!doctype html>\n")
    assert answer.out.endswith("</html>\n")
    return answer.out


def cells(page: str, table: str) -> list[list[str]]:
    """Return the texts of a table's cells, without the way to an amount."""
    body = page.partition(f"<table id={table}")[2].partition("<tbody>")[2].partition("</table>\n<p id=")[0]
    body = re.sub(r"</summary>.*?</details>", "", body)
    return [[_text(cell) for cell in re.split("<t[dh][^>]*>", row)[1:]] for row in body.split("<tr")[1:]]


def _text(cell: str) -> str:
    return unescape(re.sub("<[^>]*>", " ", cell)).strip()


def test_the_page_has_the_rows_that_programs_get(hotel: Hotel) -> None:
    rows = cells(page_of(hotel), "runs")
    assert [(row[1], row[2], row[4], row[5]) for row in rows] == [
        (run["task"], run["reservation"], run["folio"], run["card"] or "") for run in RUNS
    ]
    assert rows[0] == ["30 Jan 2024, 12:00", "first-night", "R-1001", "pre-authorisation", "F1", "c2", "€100.00", ""]
    assert [row[6] for row in rows] == ["€100.00", "€95.00", "€135.00", "JP¥6,750"]
    assert [row[7] for row in rows] == ["", "", "after first-night", "no fitting card"]


def test_what_is_not_taken_stands_there_where_it_is_asked_for(hotel: Hotel) -> None:
    assert not cells(page_of(hotel), "skips")
    rows = cells(page_of(hotel, "--explain"), "skips")
    assert [(row[0], row[1]) for row in rows] == [(task, reservation) for task, reservation, _ in SKIPS]
    assert rows[0][2].startswith("due at 2 Feb 2024, 12:00, after this cycle (1 Feb 2024, 12:00)")


def test_one_task_and_one_reservation_can_be_asked_about(hotel: Hotel) -> None:
    page = page_of(hotel, "--task", "expedia-vcc", "--reservation", "R-1001")
    assert [row[1:3] for row in cells(page, "runs")] == [["expedia-vcc", "R-1001"]]
    assert "Asked about the task expedia-vcc alone" in page
    assert "Asked about the reservation R-1001 alone" in page
    assert "<details open>" in page
    assert "Asked about" not in page_of(hotel)


def test_a_hotel_that_is_named_and_paused_is_so_on_its_page(tmp_path: Path) -> None:
    answer = Hotel(tmp_path, {"hotel": "Seven <Gulls>", "paused": True}).preview(*HTML)
    assert answer.status == 0
    assert answer.err == "hotelpay: the autopilot is paused: until that ends, no cycle starts any of this\n"
    assert "<p class=hotel>Seven &lt;Gulls&gt;</p>" in answer.out
    assert "The autopilot is paused" in answer.out


def test_a_hotel_without_a_name_has_none_on_its_page(hotel: Hotel) -> None:
    assert "<p class=hotel>" not in page_of(hotel)
    assert "<title>What the cycle at 1 Feb 2024, 12:00 will do</title>" in page_of(hotel)


def test_the_page_is_utf_8_whatever_the_terminal_is(hotel: Hotel, tmp_path: Path) -> None:
    row = {**RESERVATIONS[1], "id": "Стая-7"}
    reservations = Hotel(tmp_path).write("cyrillic.jsonl", [row])
    arguments = ("preview", "-s", hotel.setup, "-r", reservations, "--at", "2024-02-01T10:00:00Z", *HTML)
    for encoding in ("ascii", "utf-8"):
        answer = hotelpay(*arguments, settings={"PYTHONIOENCODING": encoding})
        assert answer.status == 0
        assert "Стая-7" in answer.out
        assert '<meta charset="utf-8">' in answer.out


@pytest.mark.parametrize("command", ["check", "backtest"])
def test_other_commands_refuse_to_make_a_page(hotel: Hotel, command: str) -> None:
    days = ("--from", "2024-02-01T10:00:00Z", "--to", "2024-02-02T10:00:00Z", "-r", hotel.reservations)
    answer = hotelpay(command, "-s", hotel.setup, *(days if command == "backtest" else ()), *HTML)
    assert (answer.status, answer.out) == (2, "")
    assert re.search(r"'html' is not one of\W+'table', 'json'", answer.err)
