"""The words of a calendar: what it counts, and what a day comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, assert_never

from hotelpay.messages import Language
from hotelpay.money import Money
from hotelpay.pictures.day_sums import DaySums
from hotelpay.pictures.panels import WEEK, Counted, Panel
from hotelpay.pictures.svg import text_width

#: The size of a cell's letters.
CELL_SIZE: Final = 11
#: The letters of the SI, in every language: beside three digits a cell has no room for the short words that Russian and
#: Bulgarian have for a thousand (four letters with the point), and one Cyrillic letter alone would be read as a tonne.
_THOUSANDS: Final = (("", 1), ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000))


def calendar_title(first: date, last: date, language: Language) -> str:
    """Return what a calendar is of."""
    writing = language.writing
    return language.say(
        "What the days from {first} to {last} will take", first=writing.day(first), last=writing.day(last)
    )


def weekday_names(first_weekday: int, language: Language) -> list[str]:
    """Return the days of the week as the heads of columns, in a few letters."""
    monday = date(2024, 1, 1)
    return [language.writing.weekday(monday + timedelta(days=first_weekday + place)) for place in range(WEEK)]


def cell_text(panel: Panel, value: int, language: Language, fits: Fraction) -> str:
    """Return a value in whole units, in thousands where it has no room; nothing for nothing."""
    if not value:
        return ""
    scale = 1 if panel.currency is None else 10**panel.currency.decimals
    if value * 2 < scale:
        return "<1"
    shorter = [
        f"{language.writing.number(int(Fraction(value, scale * thousands) + Fraction(1, 2)))}{suffix}"
        for suffix, thousands in _THOUSANDS
    ]
    return next((each for each in shorter if text_width(each, CELL_SIZE, bold=True) <= fits), shorter[-1])


def amount_text(panel: Panel, value: int, language: Language) -> str:
    """Return a value with its currency, or a number of runs in words."""
    if panel.currency is None:
        return runs_text(value, language)
    return language.text(Money(value, panel.currency))


def runs_text(number: int, language: Language) -> str:
    """Return a number of runs in words."""
    return language.count(number, "no runs", "{number} run", "{number} runs")


def panel_title(panel: Panel, language: Language) -> str:
    """Return what all days of a calendar take together, and what that is."""
    total = amount_text(panel, sum(map(panel.value, panel.days)), language)
    match panel.counted:
        case Counted.TOTAL:
            return language.say("{total} in all: to be charged, to be blocked or hindered", total=total)
        case Counted.CHARGED:
            return language.say("{total}: to be charged", total=total)
        case Counted.BLOCKED:
            return language.say("{total}: to be blocked on cards, not charged", total=total)
        case Counted.HINDERED:
            return language.say("{total}: hindered by a problem that is known today", total=total)
        case Counted.RUNS:
            return total
    assert_never(panel.counted)


def day_text(day: DaySums, language: Language) -> str:
    """Return all that a day holds, line by line."""
    lines = [
        language.say("{day}: {runs}", day=language.writing.day(day.day), runs=runs_text(day.runs, language)),
        *([language.say("to be charged: {amount}", amount=day.charged)] if day.charged else ()),
        *([language.say("to be blocked: {amount}", amount=day.blocked)] if day.blocked else ()),
        *([language.say("hindered: {amount}", amount=day.hindered)] if day.hindered else ()),
    ]
    return "\n".join(lines)


def legend_text(panel: Panel, level: int, low: int, high: int, language: Language) -> str:
    """Return what a shade of the calendar stands for."""
    if level == 0:
        return language.say("nothing")
    if low == high:
        return amount_text(panel, low, language)
    return language.say(
        "{low} to {high}", low=amount_text(panel, low, language), high=amount_text(panel, high, language)
    )


def calendar_lines(drawn: Iterable[Panel], language: Language) -> Iterator[str]:
    """Yield what a calendar shows: what all days take together, and the days that take something."""
    for panel in drawn:
        yield panel_title(panel, language)
        for day in panel.days:
            if panel.value(day):
                amount = amount_text(panel, panel.value(day), language)
                yield language.say("{day}: {amount}", day=language.writing.day(day.day), amount=amount)
