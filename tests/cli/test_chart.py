"""The picture of a back-test: what its rows add up, and that it can be drawn of everything."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from examples import SOFIA, cards, eur, folio, reservation, task, utc
from hotelpay import Backtest, FolioCharges, Mode, Operation, Reservation, Share, Task, UndatedPayments, backtest
from hotelpay.cli.chart import Panel, draw_chart, panels

START, END = utc("2024-01-31 22:00"), utc("2024-02-03 22:00")
HOLD, ALONE = Operation.PREAUTHORIZATION, Operation.ACTIONS_ONLY


def arriving(name: str, day: int, **fields: Any) -> Reservation:
    return reservation(id=name, arrival=date(2024, 2, day), **fields)


def drawn_of(
    tasks: list[Task], *rows: Reservation, start: datetime = START, end: datetime = END, **options: Any
) -> Backtest:
    return backtest(tasks, rows, start=start, end=end, rules=SOFIA, **options)


def arrival(ident: str, **fields: Any) -> Task:
    return task(id=ident, **{"mode": Mode.BEFORE_ARRIVAL, "amount": FolioCharges(percent=Share.of(50)), **fields})


def written(panel: Panel) -> tuple[str, str, list[tuple[str, dict[int, float]]]]:
    stacks = [(stack.label, {day.day: height for day, height in stack.heights.items()}) for stack in panel.stacks]
    return panel.title, panel.unit, stacks


def svg_of(result: Backtest, folder: Path) -> str:
    draw_chart(result, folder / "chart.svg")
    return (folder / "chart.svg").read_text(encoding="utf-8")


def test_charged_blocked_and_failed_are_rows_of_their_own_in_each_currency() -> None:
    """Nothing is added up that is not alike: an amount blocked is not charged, a yen is no euro."""
    yen = folio("6750", currency="JPY")
    rows = [arriving("R1", 1), arriving("R2", 2), arriving("R3", 2, folios=[yen]), arriving("R4", 3, cards=())]
    tasks = [
        arrival("half", name="Half of the stay"),
        arrival("all", amount=FolioCharges(percent=Share.of(100)), max_amount=eur("100.00")),
        arrival("hold", operation=HOLD),
        arrival("note", operation=ALONE, amount=None),
    ]
    assert list(map(written, panels(drawn_of(tasks, *rows)))) == [
        ("Charged: 320.00 EUR", "EUR", [("Half of the stay: 320.00 EUR", {1: 160.0, 2: 160.0})]),
        ("Charged: 3,375 JPY", "JPY", [("Half of the stay: 3,375 JPY", {2: 3375.0})]),
        ("Blocked on cards, not charged: 320.00 EUR", "EUR", [("hold: 320.00 EUR", {1: 160.0, 2: 160.0})]),
        ("Blocked on cards, not charged: 3,375 JPY", "JPY", [("hold: 3,375 JPY", {2: 3375.0})]),
        (
            "Not approved: 5 runs",
            "runs",
            [
                ("Declined, no fitting card: 3", {3: 3}),
                ("For a person, above the task's ceiling: 2", {1: 1, 2: 1}),
            ],
        ),
    ]


def test_the_days_add_up_to_what_the_legend_says() -> None:
    rows = [arriving(f"R{number}", number % 3 + 1) for number in range(9)]
    for panel in panels(drawn_of([arrival("half"), arrival("other")], *rows))[:-1]:
        sums = [sum(stack.heights.values()) for stack in panel.stacks]
        assert [stack.label for stack in panel.stacks] == [f"half: {sums[0]:,.2f} EUR", f"other: {sums[1]:,.2f} EUR"]
        assert panel.title == f"Charged: {sum(sums):,.2f} EUR"
        assert sum(sums) > 1000


def test_a_picture_says_what_and_when_and_under_which_assumption(tmp_path: Path) -> None:
    tasks = [arrival("half", name="Half of the stay"), arrival("note", operation=ALONE, amount=None)]
    svg = svg_of(drawn_of(tasks, arriving("R1", 1)), tmp_path)
    for words in (
        "What 2 tasks would have done, 2024-02-01 to 2024-02-03",
        "Charged: 160.00 EUR",
        "Half of the stay: 160.00 EUR",
        "Not approved: no runs",
        "(Europe/Sofia)",
        "from the opening of their folio",
        "1 run of actions alone not shown",
    ):
        assert words in svg, words
    other = svg_of(drawn_of(tasks[:1], arriving("R1", 1), undated_payments=UndatedPayments.CHECK_OUT), tmp_path)
    assert "from check-out" in other
    assert "actions alone" not in other


@pytest.mark.parametrize("tasks", [[], [arrival("half")]])
def test_nothing_can_be_drawn_too(tasks: list[Task], tmp_path: Path) -> None:
    svg = svg_of(drawn_of(tasks), tmp_path)
    assert "Not approved: no runs" in svg
    assert "2024-02-01 to 2024-02-03" in svg
    assert "2024-02-01 to 2024-02-01" in svg_of(drawn_of(tasks, end=START), tmp_path)


def test_names_are_shown_as_they_are_and_cut_where_they_are_long(tmp_path: Path) -> None:
    """A dollar is no formula, a line in front hides nothing, and letters that the font lacks make no noise."""
    names = ["$x^{2$ & <b>", "_under", "Плащане при пристигане", "全額", "a name " * 18 + "x"]
    tasks = [arrival(f"T{place}", name=name) for place, name in enumerate(names)]
    result = drawn_of(tasks, arriving("R1", 1))
    labels = [stack.label for stack in panels(result)[0].stacks]
    assert labels[:2] == ["$x^{2$ & <b>: 160.00 EUR", "_under: 160.00 EUR"]
    assert labels[4] == f"{('a name ' * 18)[:42]}…: 160.00 EUR"
    svg = svg_of(result, tmp_path)
    assert "$x^{2$ &amp; &lt;b&gt;: 160.00 EUR" in svg
    assert "_under: 160.00 EUR" in svg
    assert "Плащане при пристигане" in svg


def test_every_one_of_many_tasks_has_a_look_of_its_own() -> None:
    tasks = [arrival(f"T{place}") for place in range(30)]
    (charged, _) = panels(drawn_of(tasks, arriving("R1", 1, cards=cards("guest"))))
    looks = {(stack.color, stack.pattern) for stack in charged.stacks}
    assert len(looks) == len(charged.stacks) == 30


@pytest.mark.parametrize(("last", "days"), [("2024-01-31", 31), ("2024-12-31", 366)])
def test_a_month_and_a_year_have_a_bar_for_every_day(last: str, days: int, tmp_path: Path) -> None:
    rows = [
        reservation(id=f"R{number}", created_at=START - timedelta(days=90), arrival=day, departure=day)
        for number, day in enumerate(date(2024, 1, 1) + timedelta(days=number) for number in range(days))
    ]
    result = drawn_of([arrival("half")], *rows, start=utc("2023-12-31 22:00"), end=utc(f"{last} 21:00"))
    svg = svg_of(result, tmp_path)
    assert f"2024-01-01 to {last}" in svg
    # A rectangle each, and the one of the legend.
    assert svg.count("fill: #0072b2") == days + 1
