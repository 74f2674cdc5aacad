"""The forecast as a calendar: a cell for every day, its shade the stronger the more the day takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from hotelpay.autopilot.forecast import Foreseen
from hotelpay.messages import ENGLISH, Language
from hotelpay.pictures.calendar_words import (
    CELL_SIZE,
    amount_text,
    calendar_lines,
    calendar_title,
    cell_text,
    day_text,
    legend_text,
    panel_title,
    weekday_names,
)
from hotelpay.pictures.day_sums import DaySums
from hotelpay.pictures.panels import WEEK, Counted, Panel, panels, weeks
from hotelpay.pictures.svg import Element, colour, document, element, fitting, line, text, text_width, wrapped

_MARGIN: Final = 20
_LEAST_WIDTH: Final = 320
_TWO_COLUMNS: Final = 600
_BETWEEN: Final = 28
_CELL_HEIGHT: Final = 42
_GAP: Final = 3
_SIZE: Final = 13
_SMALL: Final = CELL_SIZE
_LINE: Final = 18
_SWATCH: Final = 16


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
        title=calendar_title(first, last, language),
        description="\n".join(calendar_lines(drawn, language)),
        name="calendar",
    )


def _heading(zone: ZoneInfo, first: date, last: date, language: Language, width: int) -> tuple[list[Element], int]:
    y, inside = 32, width - 2 * _MARGIN
    found: list[Element] = []
    for words in wrapped(calendar_title(first, last, language), inside, 18, lines=3, bold=True):
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
    cell = (block - _GAP * (WEEK - 1)) / WEEK
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
