"""Bars of block characters: how long, how divided, and of what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import SOFIA, decided, folio, reservation, task, utc
from hotelpay import CardChoice, CurrencyMismatch, Foreseen, Money, Operation, Reservation, Run, Task
from hotelpay.moments import instant
from hotelpay.pictures.bars import stacked_bar
from hotelpay.pictures.day_sums import DaySums, day_sums

SOFIA_CLOCK = ZoneInfo("Europe/Sofia")
FIRST = date(2024, 1, 10)
NOTHING = "0.00"


def foreseen(at: str, this: Task | None = None, taken: Reservation | None = None) -> Foreseen:
    """Return a run that the cycle at an instant of UTC will make."""
    run = decided(this or task(), taken or reservation(), "2024-01-10 08:00", SOFIA)
    assert isinstance(run, Run)
    return Foreseen(instant(utc(at)), run)


def sums(*found: Foreseen) -> tuple[DaySums, ...]:
    return day_sums(found, SOFIA_CLOCK, first=FIRST, days=3, currency="EUR")


def texts(day: DaySums) -> tuple[str, str, str, int]:
    return day.charged.text, day.blocked.text, day.hindered.text, day.runs


@pytest.mark.parametrize(
    ("parts", "whole", "drawn"),
    [
        ((10, 0), 10, "####"),
        ((5, 5), 10, "##=="),
        ((5, 0), 10, "##"),
        ((0, 0), 10, ""),
        ((5, 3), 0, ""),
        ((1, 0), 1000, "#"),
        ((1, 999), 1000, "#==="),
        ((999, 1), 1000, "###="),
        ((1, 2), 8, "#="),
        ((-5, 5), 10, "=="),
    ],
)
def test_a_bar(parts: Sequence[int], whole: int, drawn: str) -> None:
    """A part that is there can be seen, and the bar is as long as the sum."""
    assert stacked_bar(parts, whole, 4, "#=") == drawn


@given(st.lists(st.integers(0, 10**9), min_size=3, max_size=3), st.integers(0, 10**9), st.integers(3, 200))
def test_a_bar_is_true_to_scale(parts: list[int], more: int, width: int) -> None:
    whole = sum(parts) + more
    bar = stacked_bar(parts, whole, width, "abc")
    assert list(bar) == sorted(bar)
    assert len(bar) <= width
    for mark, part in zip("abc", parts, strict=True):
        assert (bar.count(mark) > 0) is (part > 0)
        # One cell is the least that can be seen: what two small parts take too much, the third may miss.
        assert abs(bar.count(mark) - Fraction(part * width, max(whole, 1))) < 3


def test_a_day_is_a_day_on_the_hotels_clock() -> None:
    """22:00 in UTC is midnight in Sofia."""
    days = sums(foreseen("2024-01-10 21:45"), foreseen("2024-01-10 22:00"), foreseen("2024-01-10 23:00"))
    assert [(each.day.day, each.runs) for each in days] == [(10, 1), (11, 2), (12, 0)]


def test_what_is_charged_is_not_what_is_blocked() -> None:
    hold = task(operation=Operation.PREAUTHORIZATION)
    found = sums(foreseen("2024-01-10 08:00"), foreseen("2024-01-10 09:00"), foreseen("2024-01-10 09:00", hold))
    assert texts(found[0]) == ("640.00", "320.00", NOTHING, 3)
    assert found[0].total == Money.of("960.00", "EUR")


def test_what_a_problem_hinders_is_not_charged() -> None:
    above = task(max_amount=Money.of("100.00", "EUR"))
    no_card = task(card=CardChoice.LAST_OTA, operation=Operation.PREAUTHORIZATION)
    found = sums(foreseen("2024-01-10 08:00", above), foreseen("2024-01-10 08:00", no_card))
    assert texts(found[0]) == (NOTHING, NOTHING, "640.00", 2)


def test_actions_alone_have_no_sum() -> None:
    """Not even where a formula gives an amount for the text of a to-do."""
    bare = task(operation=Operation.ACTIONS_ONLY)
    with_amount = task(operation=Operation.ACTIONS_ONLY, amount=task().amount)
    found = sums(foreseen("2024-01-10 08:00", bare), foreseen("2024-01-10 08:00", with_amount))
    assert texts(found[0]) == (NOTHING, NOTHING, NOTHING, 2)


def test_what_falls_on_another_day_is_left_out() -> None:
    days = sums(foreseen("2024-01-09 21:00"), foreseen("2024-01-12 22:00"))
    assert [each.runs for each in days] == [0, 0, 0]


def test_currencies_are_never_added() -> None:
    leva = reservation(folios=(folio("320.00", currency="BGN"),))
    with pytest.raises(CurrencyMismatch):
        sums(foreseen("2024-01-10 08:00", taken=leva))
