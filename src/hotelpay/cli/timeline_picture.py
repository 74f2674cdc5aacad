"""A timeline in the terminal: a lane for every event and every task, and below it what each task says."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple

import attrs
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from hotelpay.autopilot.timeline import Timeline, TimelineRow, TimelineState
from hotelpay.cli.speech import say, spoken
from hotelpay.cli.tables import table_of, titled
from hotelpay.moments import Instant
from hotelpay.pictures.scale import Scale, ticks
from hotelpay.pictures.timelines import event_groups, timeline_scale
from hotelpay.pictures.words import group_words, on_the_clock, state_words, when_words

#: A lane of more cells than these is no easier to read.
_WIDEST: Final = 140
_NAMES: Final = 28
#: The narrowest lane, where a terminal has fewer columns than a name takes.
_LEAST_LANE: Final = 16
_BETWEEN_LABELS: Final = 2
#: So many cells are between two marks of the clock.
_CELLS_APART: Final = 5


class _Marks(NamedTuple):
    """The characters that a picture is made of."""

    event: str
    cycle: str
    taken: str
    cut: str
    tick: str
    axis: str
    bars: dict[TimelineState, str]


_BLOCKS: Final = _Marks(
    event="●",
    cycle="│",
    taken="◆",
    cut="░",
    tick="┴",
    axis="─",
    bars={
        TimelineState.TAKES_NOW: "█",
        TimelineState.WILL_TAKE: "█",
        TimelineState.NOT_TAKEN: "▒",
        TimelineState.PROCESSED: "▓",
        TimelineState.CLOSED: "▓",
        TimelineState.INACTIVE: "╌",
    },
)
_ASCII: Final = _Marks(
    event="o",
    cycle="|",
    taken="X",
    cut=":",
    tick="+",
    axis="-",
    bars={
        TimelineState.TAKES_NOW: "#",
        TimelineState.WILL_TAKE: "#",
        TimelineState.NOT_TAKEN: "?",
        TimelineState.PROCESSED: "=",
        TimelineState.CLOSED: "=",
        TimelineState.INACTIVE: "~",
    },
)
_STYLES: Final = {
    TimelineState.TAKES_NOW: "green",
    TimelineState.WILL_TAKE: "blue",
    TimelineState.NOT_TAKEN: "yellow",
    TimelineState.PROCESSED: "dim",
    TimelineState.CLOSED: "dim",
    TimelineState.INACTIVE: "dim",
    TimelineState.NO_ANCHOR: "dim",
}


def timeline_picture(timeline: Timeline) -> Group:
    """Show a timeline: its picture as wide as the terminal, then a line for every task."""
    reservation = timeline.reservation
    title = say(
        "Reservation {reservation}: {status:word}, from {arrival} to {departure}",
        reservation=reservation.id,
        status=reservation.status,
        arrival=spoken().writing.day(reservation.arrival),
        departure=spoken().writing.day(reservation.departure),
    )
    zone = Text(say("Times are on the hotel's clock, {zone}.", zone=timeline.timezone.key))
    parts = (_Lanes(timeline), _events_table(timeline), _tasks_table(timeline))
    return titled(title, Group(zone, *(each for part in parts for each in ("", part))))


@attrs.frozen
class _Lanes:
    """The picture itself, as many columns wide as there are."""

    timeline: Timeline

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(options.max_width, _WIDEST)
        names = min(_NAMES, max(width - _LEAST_LANE, 1))
        drawing = _Drawing(
            self.timeline,
            timeline_scale(self.timeline),
            names,
            max(width - names, 1),
            _ASCII if console.options.ascii_only else _BLOCKS,
        )
        yield from drawing.lines()


@attrs.frozen
class _Drawing:
    timeline: Timeline
    scale: Scale
    names: int
    cells: int
    marks: _Marks

    def lines(self) -> Iterator[Text]:
        """Yield the lines from above: events, the axis with its days, tasks, and what the marks mean."""
        for events in event_groups(self.timeline):
            yield self._line(group_words(events, spoken()), self._lane({self.cell(events[0].at): self.marks.event}))
        yield self._axis()
        yield self._days()
        for row in self.timeline.rows:
            yield self._line(row.task.id, self._bar(row), "bold")
        yield Text()
        yield from self._legend()

    def cell(self, moment: Instant) -> int:
        return min(int(self.scale.at(moment) * self.cells), self.cells - 1)

    def _line(self, name: str, lane: Text, style: str = "") -> Text:
        words = Text(name, style=style, no_wrap=True)
        words.truncate(self.names - 1, overflow="ellipsis" if self.marks is _BLOCKS else "crop", pad=True)
        return Text.assemble(words, " ", lane, no_wrap=True, overflow="crop")

    def _lane(self, marks: dict[int, str], style: str = "") -> Text:
        """Return a lane with these marks; behind them the stretches that are cut, and the line of the cycle."""
        background = dict.fromkeys(self._cut_cells(), self.marks.cut)
        background[self.cell(self.timeline.cycle_at)] = self.marks.cycle
        lane = Text()
        for place in range(self.cells):
            if place in marks:
                lane.append(marks[place], style)
            else:
                mark = background.get(place, " ")
                lane.append(mark, "green" if mark == self.marks.cycle else "dim")
        return lane

    def _cut_cells(self) -> Iterator[int]:
        for piece in self.scale.cuts:
            yield from range(int(piece.left * self.cells) + 1, int(piece.right * self.cells))

    def _bar(self, row: TimelineRow) -> Text:
        if row.window is None:
            return self._lane({})
        first, end = self.cell(row.window.due_at), self.cell(row.window.closes_at)
        bar = dict.fromkeys(range(first, max(end, first + 1)), self.marks.bars[row.state])
        if row.taken is not None and row.state in (TimelineState.TAKES_NOW, TimelineState.WILL_TAKE):
            bar[self.cell(row.taken.at)] = self.marks.taken
        return self._lane(bar, _STYLES[row.state])

    def _day_marks(self) -> list[tuple[int, str]]:
        """Return the cells in which days begin, with their dates."""
        found: dict[int, str] = {}
        for tick in ticks(self.scale, self.timeline.timezone, _tick_distance(self.cells)):
            place = min(int(tick.place * self.cells), self.cells - 1)
            found.setdefault(place, spoken().writing.day(tick.day) if tick.begins else "")
        return sorted(found.items())

    def _axis(self) -> Text:
        line = [self.marks.axis] * self.cells
        for place, _ in self._day_marks():
            line[place] = self.marks.tick
        for place in self._cut_cells():
            line[place] = self.marks.cut
        return self._line("", Text("".join(line)))

    def _days(self) -> Text:
        line, free = [" "] * self.cells, 0
        for place, words in self._day_marks():
            start = min(max(place - len(words) // 2, 0), self.cells - len(words))
            if words and start >= free:
                line[start : start + len(words)] = words
                free = start + len(words) + _BETWEEN_LABELS
        return self._line("", Text("".join(line)))

    def _legend(self) -> Iterator[Text]:
        marks = self.marks
        drawn = {marks.bars[row.state] for row in self.timeline.rows if row.window is not None}
        taken, left, over, off = (
            marks.bars[state]
            for state in (
                TimelineState.WILL_TAKE,
                TimelineState.NOT_TAKEN,
                TimelineState.CLOSED,
                TimelineState.INACTIVE,
            )
        )
        for mark, words in (
            (taken, say("{mark} a window in which it is taken", mark=taken)),
            (left, say("{mark} a window in which it is not taken", mark=left)),
            (over, say("{mark} a window that is over, or has had its turn", mark=over)),
            (off, say("{mark} the window of a task that is switched off", mark=off)),
        ):
            if mark in drawn:
                yield Text(words)
        yield Text(say("{mark} the cycle that takes it if nothing changes", mark=marks.taken))
        yield Text(say("{mark} this cycle, {when}", mark=marks.cycle, when=_clock(self.timeline)))
        if self.scale.cuts:
            yield Text(say("{mark} a stretch that is drawn shorter than it is", mark=marks.cut))


def _tick_distance(cells: int) -> Fraction:
    return Fraction(1, max(cells // _CELLS_APART, 1))


def _clock(timeline: Timeline, moment: Instant | None = None) -> str:
    return on_the_clock(timeline.cycle_at if moment is None else moment, timeline.timezone, spoken())


def _events_table(timeline: Timeline) -> Table:
    table = table_of(say("when"), say("event"))
    for events in event_groups(timeline):
        table.add_row(_clock(timeline, events[0].at), group_words(events, spoken()))
    return table


def _tasks_table(timeline: Timeline) -> Table:
    table = table_of(say("task"), say("due"), say("closes"))
    table.add_column(say("state"), overflow="fold", ratio=1)
    for row in timeline.rows:
        due = when_words(row.task, spoken()) if row.window is None else _clock(timeline, row.window.due_at)
        closes = "" if row.window is None else _clock(timeline, row.window.closes_at)
        words = state_words(row, timeline.timezone, spoken())
        table.add_row(row.task.id, due, closes, Text(words, style=_STYLES[row.state]))
    return table
