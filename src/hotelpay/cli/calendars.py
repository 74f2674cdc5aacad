"""A forecast as a calendar: months in the terminal, or a picture for a browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import attrs
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from hotelpay.autopilot.forecast import Foreseen
from hotelpay.cli import tables
from hotelpay.cli.output import write_whole
from hotelpay.cli.speech import for_readers, say, spoken
from hotelpay.moments import Instant, local_date
from hotelpay.pictures.calendar_words import CELL_SIZE, amount_text, cell_text, legend_text, panel_title, weekday_names
from hotelpay.pictures.calendars import calendar_svg
from hotelpay.pictures.day_sums import DaySums
from hotelpay.pictures.panels import Counted, Panel, panels, weeks
from hotelpay.pictures.svg import text_width

#: A cell: the day, its shade, and what it takes.
_CELL: Final = 11
_VALUE: Final = 6
_BLOCKS: Final = " ░▒▓█"
_ASCII: Final = " .:+#"
_STYLES: Final = ("dim", "cyan", "blue", "bold blue", "bold magenta")
#: A value of six digits is written out; a longer one is told in thousands.
_ROOM: Final = text_width("999999", CELL_SIZE, bold=True)


def days_of(start: Instant, end: Instant, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day on the hotel's clock of a stretch whose end is not included."""
    return local_date(zone, start), local_date(zone, Instant(max(start, end - 1)))


def print_calendar(found: Sequence[Foreseen], zone: ZoneInfo, days: tuple[date, date], counted: Counted) -> None:
    """Show a forecast as months, one calendar for each currency."""
    console = tables.console()
    for number, panel in enumerate(panels(found, zone, first=days[0], last=days[1], counted=counted)):
        if number:
            console.print()
        console.print(_Months(panel))


def write_calendar_svg(found: Sequence[Foreseen], zone: ZoneInfo, days: tuple[date, date], counted: Counted) -> None:
    """Write a forecast as a picture."""
    language = for_readers(zone)
    write_whole(calendar_svg(found, zone, first=days[0], last=days[1], counted=counted, language=language))


@attrs.frozen
class _Months:
    """One calendar, month under month."""

    panel: Panel

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del options
        shades = _ASCII if console.options.ascii_only else _BLOCKS
        yield from self._lines(shades)

    def _lines(self, shades: str) -> Iterator[Text]:
        panel, language = self.panel, spoken()
        yield Text(panel_title(panel, language), style="bold")
        for month, days in panel.months:
            yield Text()
            yield from self._month(month, days, shades)
        yield Text()
        yield Text(say("Each shade has a quarter of the days that take something."))
        for level, (low, high) in panel.ranges.items():
            words = legend_text(panel, level, low, high, language)
            yield Text.assemble((shades[level] * 2, _STYLES[level]), "  ", words)

    def _month(self, month: date, days: Sequence[DaySums], shades: str) -> Iterator[Text]:
        writing = spoken().writing
        total = amount_text(self.panel, sum(map(self.panel.value, days)), spoken())
        yield Text.assemble((writing.month(month), "bold"), "  ", (total, "dim"))
        names = (_padded(name, _CELL) for name in weekday_names(writing.first_weekday, spoken()))
        yield Text("".join(names).rstrip(), style="dim")
        for week in weeks(days, writing.first_weekday):
            line = Text.assemble(*(self._cell(day, shades) for day in week))
            line.rstrip()
            yield line

    def _cell(self, day: DaySums | None, shades: str) -> Text:
        if day is None:
            return Text(" " * _CELL)
        level = self.panel.level(day)
        value = cell_text(self.panel, self.panel.value(day), spoken(), _ROOM)
        shade = Text(shades[level], style=_STYLES[level])
        return Text.assemble(f"{day.day.day:>2}", shade, " ", _padded(value, _VALUE + 1))


def _padded(words: str, width: int) -> str:
    """Fill a text up to a width; one that is longer loses its end."""
    while cell_len(words) >= width:
        words = words[:-1]
    return words + " " * (width - cell_len(words))
