"""The forecast as a calendar: a cell for every day, its shade the stronger the more the day takes."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Final, assert_never
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.forecast import Foreseen
from hotelpay.messages import ENGLISH, Language
from hotelpay.money import Currency, Money
from hotelpay.pictures.day_sums import DaySums, day_sums
from hotelpay.pictures.svg import Element, colour, document, element, fitting, line, text, text_width, wrapped

#: The quarters that days are told apart by; what lies below them is nothing at all.
LEVELS: Final = 4
_DAYS: Final = 7
_MARGIN: Final = 20
_LEAST_WIDTH: Final = 320
_TWO_COLUMNS: Final = 600
_BETWEEN: Final = 28
_CELL_HEIGHT: Final = 42
_GAP: Final = 3
_SIZE: Final = 13
_SMALL: Final = 11
_LINE: Final = 18
_SWATCH: Final = 16
#: The letters of the SI, in every language: beside three digits a cell has no room for the short words that Russian and
#: Bulgarian have for a thousand (four letters with the point), and one Cyrillic letter alone would be read as a tonne.
_THOUSANDS: Final = (("", 1), ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000))


class Counted(enum.Enum):
    """What the cells of a calendar count."""

    TOTAL = "total"
    CHARGED = "charged"
    BLOCKED = "blocked"
    HINDERED = "hindered"
    RUNS = "runs"


@attrs.frozen(kw_only=True)
class Panel:
    """A calendar of one currency, or of runs; ``days`` are all of the stretch, quiet ones included.

    A day's ``value`` is in minor units of the currency, or a number of runs.
    """

    counted: Counted
    currency: Currency | None
    days: tuple[DaySums, ...]
    _ranked: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_ranked", tuple(sorted(filter(None, map(self.value, self.days)))))

    def value(self, day: DaySums) -> int:
        """Return what a cell counts."""
        match self.counted:
            case Counted.TOTAL:
                return day.total.minor
            case Counted.CHARGED:
                return day.charged.minor
            case Counted.BLOCKED:
                return day.blocked.minor
            case Counted.HINDERED:
                return day.hindered.minor
            case Counted.RUNS:
                return day.runs
        assert_never(self.counted)

    def level(self, day: DaySums) -> int:
        """Return which quarter of the days that take something a day belongs to: 1 to 4, and 0 for nothing."""
        value, days = self.value(day), len(self._ranked)
        # Counted from above: where there are fewer days than shades, the busiest one has the strongest all the same.
        return LEVELS - LEVELS * (days - bisect_right(self._ranked, value)) // days if value else 0

    @property
    def ranges(self) -> dict[int, tuple[int, int]]:
        """The least and the greatest value of each quarter that has days."""
        found: dict[int, tuple[int, int]] = {}
        for day in self.days:
            value, level = self.value(day), self.level(day)
            low, high = found.get(level, (value, value))
            found[level] = min(low, value), max(high, value)
        return dict(sorted(found.items()))

    @property
    def months(self) -> Iterator[tuple[date, tuple[DaySums, ...]]]:
        """The days of each month, with the first of the month."""
        for first, days in groupby(self.days, key=lambda each: each.day.replace(day=1)):
            yield first, tuple(days)


def panels(
    found: Iterable[Foreseen], zone: ZoneInfo, *, first: date, last: date, counted: Counted = Counted.CHARGED
) -> tuple[Panel, ...]:
    """Return the calendars of a forecast from ``first`` to ``last``: one for each currency, or one of runs.

    Currencies are never added up, so sums of several are several calendars, by their codes. Where no run has an
    amount there is one of runs.
    """
    found, days = tuple(found), (last - first).days + 1
    currencies = {} if counted is Counted.RUNS else _by_currency(found)
    if not currencies:
        return (Panel(counted=Counted.RUNS, currency=None, days=_runs(found, zone, first, days)),)
    return tuple(
        Panel(
            counted=counted,
            currency=currency,
            days=day_sums(runs, zone, first=first, days=days, currency=currency),
        )
        for currency, runs in currencies.items()
    )


def _by_currency(found: Iterable[Foreseen]) -> Mapping[Currency, list[Foreseen]]:
    by_currency: dict[Currency, list[Foreseen]] = {}
    for foreseen in found:
        moves = foreseen.run.moves
        if moves is not None:
            by_currency.setdefault(moves.currency, []).append(foreseen)
    return dict(sorted(by_currency.items(), key=lambda each: each[0].code))


def _runs(found: Iterable[Foreseen], zone: ZoneInfo, first: date, days: int) -> tuple[DaySums, ...]:
    """Return days that count runs alone: their amounts may be of several currencies."""
    bare = [attrs.evolve(each, run=attrs.evolve(each.run, amount=None)) for each in found]
    return day_sums(bare, zone, first=first, days=days, currency=_NO_CURRENCY)


#: Of days that count runs alone nothing is summed: zero is zero in any currency.
_NO_CURRENCY: Final = Currency.of("EUR")


def weeks(days: Sequence[DaySums], first_weekday: int) -> Iterator[list[DaySums | None]]:
    """Yield the weeks of a month, each with seven places; a place outside the stretch is None."""
    week: list[DaySums | None] = [None] * _DAYS
    for each in days:
        place = (each.day.weekday() - first_weekday) % _DAYS
        if place == 0 and any(week):
            yield week
            week = [None] * _DAYS
        week[place] = each
    yield week


def weekday_names(first_weekday: int, language: Language) -> list[str]:
    """Return the days of the week as the heads of columns, in a few letters."""
    monday = date(2024, 1, 1)
    return [language.writing.weekday(monday + timedelta(days=first_weekday + place)) for place in range(_DAYS)]


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
    return next((each for each in shorter if text_width(each, _SMALL, bold=True) <= fits), shorter[-1])


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


def calendar_svg(  # noqa: PLR0913  what a calendar is of
    found: Iterable[Foreseen],
    zone: ZoneInfo,
    *,
    first: date,
    last: date,
    counted: Counted = Counted.CHARGED,
    language: Language = ENGLISH,
    width: int = 760,
) -> str:
    """Return a forecast as an SVG document: a calendar of the days from ``first`` to ``last`` on the hotel's clock.

    Each day has its number and what it takes, in whole units of the currency; the shade is its quarter among the days
    that take something. It is drawn for a place that is ``width`` pixels wide, 320 at the least. The same forecast is
    the same text.
    """
    drawn = panels(found, zone, first=first, last=last, counted=counted)
    wide = max(width, _LEAST_WIDTH)
    parts, y = _heading(zone, first, last, language, wide)
    for panel in drawn:
        below, y = _panel(panel, y, language, wide)
        parts += below
    return document(
        wide,
        y + _MARGIN,
        parts,
        title=_title(first, last, language),
        description="\n".join(_description(drawn, language)),
        name="calendar",
    )


def _title(first: date, last: date, language: Language) -> str:
    writing = language.writing
    return language.say(
        "What the days from {first} to {last} will take", first=writing.day(first), last=writing.day(last)
    )


def _heading(zone: ZoneInfo, first: date, last: date, language: Language, width: int) -> tuple[list[Element], int]:
    y, inside = 32, width - 2 * _MARGIN
    found: list[Element] = []
    for words in wrapped(_title(first, last, language), inside, 18, lines=3, bold=True):
        found.append(text(_MARGIN, y, words, size=18, bold=True))
        y += 23
    lines = (
        language.say("If nothing changes; days on the hotel's clock, {zone}.", zone=zone.key),
        language.say("Each shade has a quarter of the days that take something."),
    )
    for words in lines:
        for part in wrapped(words, inside, _SIZE, lines=2):
            found.append(text(_MARGIN, y - 4, part, ink="muted"))
            y += _LINE
    return found, y


def _panel(panel: Panel, top: int, language: Language, width: int) -> tuple[list[Element], int]:
    """Return one calendar: its heading with the total, its months, and what the shades stand for."""
    inside = width - 2 * _MARGIN
    y = top + 20
    found: list[Element] = [line((_MARGIN, y - 22), (width - _MARGIN, y - 22), stroke=colour("line"))]
    for part in wrapped(panel_title(panel, language), inside, 15, lines=2, bold=True):
        found.append(text(_MARGIN, y, part, size=15, bold=True))
        y += 20
    months = list(panel.months)
    columns = min(2, len(months)) if width >= _TWO_COLUMNS else 1
    block = Fraction(inside - _BETWEEN * (columns - 1), columns)
    for row in range(0, len(months), columns):
        bottoms = [y]
        for column, (month, days) in enumerate(months[row : row + columns]):
            left = _MARGIN + column * (block + _BETWEEN)
            drawn, bottom = _month(panel, month, days, (left, y, block), language)
            found += drawn
            bottoms.append(bottom)
        y = max(bottoms) + 16
    legend, y = _legend(panel, y, language, width)
    return [*found, *legend], y


def _month(
    panel: Panel, month: date, days: Sequence[DaySums], place: tuple[Fraction, int, Fraction], language: Language
) -> tuple[list[Element], int]:
    left, top, block = place
    cell = (block - _GAP * (_DAYS - 1)) / _DAYS
    total = amount_text(panel, sum(map(panel.value, days)), language)
    y = top + 14
    name = fitting(language.writing.month(month), block / 2 - 8, _SIZE, bold=True)
    found = [
        text(left, y, name, bold=True),
        text(left + block, y, fitting(total, block / 2, _SIZE), anchor="end", ink="muted"),
    ]
    y += 18
    for number, weekday in enumerate(weekday_names(language.writing.first_weekday, language)):
        middle = left + number * (cell + _GAP) + cell / 2
        found.append(text(middle, y, fitting(weekday, cell, _SMALL), size=_SMALL, ink="muted", anchor="middle"))
    y += 6
    for week in weeks(days, language.writing.first_weekday):
        for number, day in enumerate(week):
            if day is not None:
                found.append(_cell(panel, day, (left + number * (cell + _GAP), y, cell), language))
        y += _CELL_HEIGHT + _GAP
    return found, y


def _cell(panel: Panel, day: DaySums, place: tuple[Fraction, int, Fraction], language: Language) -> Element:
    left, top, width = place
    level = panel.level(day)
    ink, fill = ("muted", "panel") if level == 0 else (f"on-heat-{level}", f"heat-{level}")
    said = cell_text(panel, panel.value(day), language, width - 4)
    value = text(left + width / 2, top + 33, said, size=_SMALL, ink=ink, anchor="middle", bold=True)
    return element(
        "g",
        element("title", day_text(day, language)),
        element("rect", x=left, y=top, width=width, height=_CELL_HEIGHT, rx=3, fill=colour(fill)),
        text(left + 5, top + 14, str(day.day.day), size=_SMALL, ink=ink),
        *([value] if said else ()),
    )


def _legend(panel: Panel, top: int, language: Language, width: int) -> tuple[list[Element], int]:
    found: list[Element] = []
    x, y = Fraction(_MARGIN), top + 8
    for level, (low, high) in panel.ranges.items():
        words = fitting(legend_text(panel, level, low, high, language), width - 2 * _MARGIN - 24, _SMALL)
        needed = _SWATCH + 8 + text_width(words, _SMALL)
        if x > _MARGIN and x + needed > width - _MARGIN:
            x, y = Fraction(_MARGIN), y + 22
        fill = colour(f"heat-{level}" if level else "panel")
        found.append(
            element("rect", x=x, y=y - 12, width=_SWATCH, height=_SWATCH, rx=3, fill=fill, stroke=colour("line"))
        )
        found.append(text(x + _SWATCH + 8, y, words, size=_SMALL, ink="muted"))
        x += needed + 20
    return found, y + 34


def _description(drawn: Iterable[Panel], language: Language) -> Iterator[str]:
    """Yield what a calendar shows: what all days take together, and the days that take something."""
    for panel in drawn:
        yield panel_title(panel, language)
        for day in panel.days:
            if panel.value(day):
                amount = amount_text(panel, panel.value(day), language)
                yield language.say("{day}: {amount}", day=language.writing.day(day.day), amount=amount)
