"""The timeline as an SVG: a reservation's events, and under them the window of every task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final, NamedTuple

import attrs

from hotelpay.autopilot.timeline import Timeline, TimelineEvent, TimelineRow, TimelineState
from hotelpay.autopilot.window import Window
from hotelpay.messages import ENGLISH, Language
from hotelpay.moments import HOUR, Instant, local_date
from hotelpay.pictures.labels import BESIDE, Placed, placed
from hotelpay.pictures.scale import Scale, Tick, scale_of, ticks
from hotelpay.pictures.svg import (
    Element,
    colour,
    document,
    element,
    fitting,
    line,
    path,
    pixels,
    text,
    text_width,
    wrapped,
)
from hotelpay.pictures.words import event_words, group_words, on_the_clock, state_words, when_words

_MARGIN: Final = 20
_SIZE: Final = 13
_SMALL: Final = 11
_LINE: Final = 18
_BAR: Final = 16
_BESIDE_BAR: Final = 5
_EVENT_ROW: Final = 21
_EVENT_LINE: Final = 16
#: So many pixels are between two marks of the clock.
_TICKS_APART: Final = 44
_BETWEEN_ROWS: Final = 14
_LEAST_BAR: Final = 3
_LEAST_WIDTH: Final = 320
#: So many events are told one by one; of more, those of one kind and one day are told together.
_FEW_EVENTS: Final = 12
#: A window of less than this is not what the scale is made for.
_SHORTEST: Final = 6 * HOUR
_DAY: Final = 24 * HOUR
_GAP: Final = 8


class _Shade(NamedTuple):
    """How a window is drawn: its ink, its fill, and whether its border is broken."""

    ink: str
    fill: str
    broken: bool = False


_SHADES: Final = {
    TimelineState.TAKES_NOW: _Shade("green", "green-soft"),
    TimelineState.WILL_TAKE: _Shade("blue", "blue-soft"),
    TimelineState.NOT_TAKEN: _Shade("amber", "amber-soft", broken=True),
    TimelineState.PROCESSED: _Shade("muted", "faint"),
    TimelineState.CLOSED: _Shade("muted", "panel"),
    TimelineState.INACTIVE: _Shade("muted", "paper", broken=True),
    TimelineState.NO_ANCHOR: _Shade("muted", "paper", broken=True),
}
_PROBLEM: Final = _Shade("red", "red-soft")


@attrs.frozen
class _Sheet:
    """What everything on the picture is measured by."""

    timeline: Timeline
    language: Language
    width: int
    scale: Scale
    marks: tuple[Tick, ...]

    @property
    def right(self) -> int:
        return self.width - _MARGIN

    @property
    def inside(self) -> int:
        return self.width - 2 * _MARGIN

    def x(self, moment: Instant) -> Fraction:
        return _MARGIN + self.scale.at(moment) * self.inside

    def clock(self, moment: Instant) -> str:
        return on_the_clock(moment, self.timeline.timezone, self.language)


def timeline_svg(timeline: Timeline, *, language: Language = ENGLISH, width: int = 960) -> str:
    """Return the timeline of a reservation as an SVG document.

    It is drawn for a place that is ``width`` pixels wide, 320 at the least, and shrinks with a narrower one: for a
    phone rather ask for a narrow picture. Times are on the hotel's clock. The same timeline is the same text.
    """
    wide, scale = max(width, _LEAST_WIDTH), timeline_scale(timeline)
    marks = ticks(scale, timeline.timezone, Fraction(_TICKS_APART, wide - 2 * _MARGIN))
    sheet = _Sheet(timeline, language, wide, scale, marks)
    heading, y = _heading(sheet)
    labels, axis = _event_labels(sheet, y)
    clock, top = _axis(sheet, axis)
    rows, bottom = _rows(sheet, top + 6)
    legend, height = _legend(sheet, bottom + 10)
    name = language.say("Timeline of reservation {reservation}", reservation=timeline.reservation.id)
    return document(
        sheet.width,
        height,
        [*heading, *labels, *clock, *rows, *legend],
        title=name,
        description=_description(sheet),
        name="timeline",
    )


def timeline_scale(timeline: Timeline) -> Scale:
    """Return the scale that a timeline is drawn to: every event and every window can be told apart on it."""
    moments, lengths = [timeline.cycle_at], [_DAY]
    moments += [event.at for event in timeline.events]
    for row in timeline.rows:
        if row.window is not None:
            moments += row.window
            lengths.append(row.window.closes_at - row.window.due_at)
        if row.taken is not None:
            moments.append(row.taken.at)
    return scale_of(moments, max(min(lengths), _SHORTEST))


def _heading(sheet: _Sheet) -> tuple[list[Element], int]:
    reservation, language = sheet.timeline.reservation, sheet.language
    title = language.say("Reservation {reservation}", reservation=reservation.id)
    lines = [
        language.say(
            "{status:word}, from {arrival} to {departure}",
            status=reservation.status,
            arrival=language.writing.day(reservation.arrival),
            departure=language.writing.day(reservation.departure),
        ),
        language.say("Times are on the hotel's clock, {zone}.", zone=sheet.timeline.timezone.key),
    ]
    if sheet.scale.cuts:
        lines.append(language.say("Shaded stretches are drawn shorter than they are."))
    y = 32
    found = [text(_MARGIN, y, fitting(title, sheet.inside, 18, bold=True), size=18, bold=True)]
    for words in lines:
        for part in wrapped(words, sheet.inside, _SIZE, lines=2):
            y += _LINE
            found.append(text(_MARGIN, y, part, ink="muted"))
    return found, y + 22


def event_groups(timeline: Timeline) -> list[tuple[TimelineEvent, ...]]:
    """Return the events as they are told: one by one, or where there are many those of one kind and day together."""
    if len(timeline.events) <= _FEW_EVENTS:
        return [(event,) for event in timeline.events]
    zone = timeline.timezone
    grouped = groupby(timeline.events, key=lambda event: (event.milestone, local_date(zone, event.at)))
    return [tuple(events) for _, events in grouped]


def _event_labels(sheet: _Sheet, top: int) -> tuple[list[Element], int]:
    """Return the events, each with its words beside its dot, and where the axis lies under them."""
    told = [(events[0].at, _event_label(sheet, events), "ink") for events in event_groups(sheet.timeline)]
    now = sheet.language.say("{when}: this cycle", when=sheet.clock(sheet.timeline.cycle_at))
    told.append((sheet.timeline.cycle_at, now, "green"))
    told.sort(key=lambda each: each[0])
    broken = [_beside_its_dot(sheet, moment, words) for moment, words, _ in told]
    widths = [max(text_width(each, _SIZE) for each in lines) for lines in broken]
    places = [sheet.x(moment) for moment, *_ in told]
    boxes = placed(list(zip(places, widths, strict=True)), _MARGIN, sheet.right)
    row = _EVENT_ROW + (max(map(len, broken)) - 1) * _EVENT_LINE
    axis = top + row * (1 + max(box.row for box in boxes)) + 4
    leaders: list[Element] = []
    labels: list[Element] = []
    for (_, _, ink), lines, box in zip(told, broken, boxes, strict=True):
        y = top + row * box.row
        leaders.append(line((box.x, y), (box.x, axis), stroke=colour("line" if ink == "ink" else ink)))
        labels += _event(box, y, lines, ink)
    return [*leaders, *labels], axis


def _beside_its_dot(sheet: _Sheet, moment: Instant, words: str) -> list[str]:
    """Return the words of an event in one line, or two where neither side of its dot has room for one."""
    x = sheet.x(moment)
    room = max(sheet.right - x, x - _MARGIN) - BESIDE
    return wrapped(words, room, _SIZE, lines=2)


def _event(box: Placed, y: int, lines: Sequence[str], ink: str) -> Iterator[Element]:
    # A line that leads down from an event above ends where these words begin, and goes on after them.
    width, height = box.right - box.left, _EVENT_LINE * len(lines)
    yield element("rect", x=box.left - 2, y=y - 9, width=width + 4, height=height + 3, fill=colour("paper"))
    yield element("circle", cx=box.x, cy=y, r=4, fill=colour("muted" if ink == "ink" else ink))
    anchor, x = ("start", box.left) if box.left > box.x else ("end", box.right)
    for number, words in enumerate(lines):
        yield text(x, y + 4 + number * _EVENT_LINE, words, ink=ink, anchor=anchor)


def _event_label(sheet: _Sheet, events: Sequence[TimelineEvent]) -> str:
    words = group_words(events, sheet.language)
    return sheet.language.say("{when}: {event}", event=words, when=sheet.clock(events[0].at))


def _axis(sheet: _Sheet, y: int) -> tuple[list[Element], int]:
    """Return the line with the marks of the clock, and where it ends."""
    found = [line((_MARGIN, y), (sheet.right, y), stroke=colour("ink"), stroke_width=1.5)]
    for piece in sheet.scale.cuts:
        found += _zigzag(_MARGIN + (piece.left + piece.right) / 2 * sheet.inside, y)
    hours = [tick for tick in sheet.marks if tick.hour is not None]
    days = y + (32 if hours else 19)
    for tick in sheet.marks:
        x = _MARGIN + tick.place * sheet.inside
        found.append(line((x, y), (x, y + (7 if tick.begins else 4)), stroke=colour("ink")))
    found += _labels(sheet, [(tick.place, f"{tick.hour:02}:00") for tick in hours], y + 19, bold=False)
    found += _labels(sheet, _day_labels(sheet, sheet.marks), days, bold=True)
    return found, days + 4


def _day_labels(sheet: _Sheet, marks: Sequence[Tick]) -> list[tuple[Fraction, str]]:
    """Return the first mark of each day with its date."""
    by_day = groupby(marks, key=lambda tick: tick.day)
    return [(next(of_day).place, sheet.language.writing.day(day)) for day, of_day in by_day]


def _labels(sheet: _Sheet, labels: Iterable[tuple[Fraction, str]], y: int, *, bold: bool) -> Iterator[Element]:
    """Yield as many labels of the axis as have room."""
    free = Fraction(_MARGIN)
    for place, words in labels:
        x, half = _MARGIN + place * sheet.inside, text_width(words, _SMALL, bold=bold) / 2
        if free <= x - half and x + half <= sheet.right:
            free = x + half + _GAP
            ink = "ink" if bold else "muted"
            yield text(x, y, words, size=_SMALL, ink=ink, anchor="middle", bold=bold)


def _zigzag(middle: Fraction, axis: int) -> Iterator[Element]:
    """Yield the mark of a cut: the axis is broken here."""
    yield element("rect", x=middle - 4, y=axis - 3, width=8, height=6, fill=colour("paper"))
    for shift in (-4, 4):
        start, end = (middle + shift - 3, axis + 6), (middle + shift + 3, axis - 6)
        yield line(start, end, stroke=colour("ink"), stroke_width=1.5)


def _lane(sheet: _Sheet, y: int) -> Iterator[Element]:
    """Yield what lies behind a window: the stretches that are cut, the marks of the clock, the line of the cycle."""
    top, bottom = y - _BESIDE_BAR, y + _BAR + _BESIDE_BAR
    for piece in sheet.scale.cuts:
        left, right = _MARGIN + piece.left * sheet.inside, _MARGIN + piece.right * sheet.inside
        yield element("rect", x=left, y=top, width=right - left, height=bottom - top, fill=colour("panel"))
    strokes = (f"M{pixels(_MARGIN + tick.place * sheet.inside)},{top}V{bottom}" for tick in sheet.marks)
    yield element("path", d="".join(strokes) or None, stroke=colour("line"))
    now = sheet.x(sheet.timeline.cycle_at)
    yield line((now, top), (now, bottom), stroke=colour("green"), stroke_width=1.5, stroke_dasharray="4 3")


def _shade(row: TimelineRow) -> _Shade:
    hindered = row.taken is not None and row.taken.run.problem is not None
    takes = row.state in (TimelineState.TAKES_NOW, TimelineState.WILL_TAKE)
    return _PROBLEM if hindered and takes else _SHADES[row.state]


def _rows(sheet: _Sheet, top: int) -> tuple[list[Element], int]:
    found: list[Element] = []
    y = top
    for row in sheet.timeline.rows:
        words, y = _row_words(sheet, row, y + _LINE)
        found += words
        if row.window is not None:
            found += [*_lane(sheet, y), *_bar(sheet, row, row.window, y)]
            y += _BAR + _BESIDE_BAR
        y += _BETWEEN_ROWS
    return found, y


def _row_words(sheet: _Sheet, row: TimelineRow, y: int) -> tuple[list[Element], int]:
    """Return the lines above a bar: the task, its mode, and how it stands, on one line where they fit."""
    ink, zone = _shade(row).ink, sheet.timeline.timezone
    name, when = row.task.name or row.task.id, when_words(row.task, sheet.language)
    state = state_words(row, zone, sheet.language)
    named = fitting(name, sheet.inside * Fraction(3, 5), _SIZE, bold=True)
    used = text_width(named, _SIZE, bold=True) + _GAP
    found = [text(_MARGIN, y, named, bold=True)]
    state_width = text_width(state, _SIZE)
    on_one_line = used + text_width(when, _SMALL) + 3 * _GAP + state_width <= sheet.inside
    room = sheet.inside - used - (state_width + 3 * _GAP if on_one_line else 0)
    found.append(text(_MARGIN + used, y, fitting(when, room, _SMALL), size=_SMALL, ink="muted"))
    if on_one_line:
        found.append(text(sheet.right, y, state, ink=ink, anchor="end"))
        return found, y + (12 if row.window is not None else 0)
    for part in wrapped(state, sheet.inside, _SIZE, lines=3):
        y += _LINE
        found.append(text(_MARGIN, y, part, ink=ink))
    return found, y + (12 if row.window is not None else 0)


def _bar(sheet: _Sheet, row: TimelineRow, window: Window, y: int) -> Iterator[Element]:
    """Yield a window: from the due instant, which belongs to it, up to the closing one, which does not."""
    shade = _shade(row)
    left, right = sheet.x(window.due_at), sheet.x(window.closes_at)
    width = max(right - left, Fraction(_LEAST_BAR))
    yield element(
        "rect",
        element("title", _bar_title(sheet, row, window)),
        x=left,
        y=y,
        width=width,
        height=_BAR,
        rx=2,
        fill=colour(shade.fill),
        stroke=colour(shade.ink),
        stroke_dasharray="4 3" if shade.broken else None,
    )
    yield line((left, y - 2), (left, y + _BAR + 2), stroke=colour(shade.ink), stroke_width=3)
    yield from _ends(sheet, window, left, left + width, y)
    if row.taken is not None and row.state in (TimelineState.TAKES_NOW, TimelineState.WILL_TAKE):
        yield _diamond(sheet.x(row.taken.at), y + _BAR // 2, shade.ink)


def _diamond(x: Fraction, y: int, ink: str) -> Element:
    points = [(x - 7, y), (x, y - 7), (x + 7, y), (x, y + 7)]
    return element(
        "path",
        d=f"{path(points).attributes['d']} Z",
        fill=colour(ink),
        stroke=colour("paper"),
        stroke_width=1.5,
    )


def _ends(sheet: _Sheet, window: Window, left: Fraction, right: Fraction, y: int) -> Iterator[Element]:
    """Yield the two instants beside the bar, each where there is room for it."""
    base = y + _BAR - 4
    due, closes = sheet.clock(window.due_at), sheet.clock(window.closes_at)
    if left - 10 - text_width(due, _SMALL) >= _MARGIN:
        yield text(left - 10, base, due, size=_SMALL, ink="muted", anchor="end", halo="paper")
    if right + 10 + text_width(closes, _SMALL) <= sheet.right:
        yield text(right + 10, base, closes, size=_SMALL, ink="muted", halo="paper")


def _bar_title(sheet: _Sheet, row: TimelineRow, window: Window) -> str:
    return sheet.language.say(
        "{task}: due {due}, closes {closes}",
        task=row.task.id,
        due=sheet.clock(window.due_at),
        closes=sheet.clock(window.closes_at),
    )


def _legend(sheet: _Sheet, top: int) -> tuple[list[Element], int]:
    """Return what the marks mean, in as many lines as it takes."""
    language = sheet.language
    kinds = (
        (_key_window, language.say("window: due at its left edge, closed from its right edge on")),
        (_key_cycle, language.say("the cycle that takes the reservation if nothing changes")),
        (_key_now, language.say("this cycle")),
    )
    found: list[Element] = [line((_MARGIN, top), (sheet.right, top), stroke=colour("line"))]
    x, y = Fraction(_MARGIN), top + 22
    for key, words in kinds:
        lines = wrapped(words, sheet.inside - 30, _SMALL, lines=2)
        needed = 30 + max(text_width(each, _SMALL) for each in lines)
        if x > _MARGIN and x + needed > sheet.right:
            x, y = Fraction(_MARGIN), y + _LINE
        found.append(key(x, y))
        found += [text(x + 30, y + 14 * place, each, size=_SMALL, ink="muted") for place, each in enumerate(lines)]
        y += 14 * (len(lines) - 1)
        x += needed + 20
    return found, y + 16


def _key_window(x: Fraction, y: int) -> Element:
    return element(
        "rect", x=x + 2, y=y - 10, width=20, height=12, rx=2, fill=colour("blue-soft"), stroke=colour("blue")
    )


def _key_cycle(x: Fraction, y: int) -> Element:
    return _diamond(x + 12, y - 4, "blue")


def _key_now(x: Fraction, y: int) -> Element:
    return line((x + 12, y - 12), (x + 12, y + 3), stroke=colour("green"), stroke_width=1.5, stroke_dasharray="5 4")


def _description(sheet: _Sheet) -> str:
    """Return all that the picture shows, line by line."""
    language = sheet.language
    events = (
        language.say("{when}: {event}", event=event_words(event, language), when=sheet.clock(event.at))
        for event in sheet.timeline.events
    )
    return "\n".join([*events, *_row_sentences(sheet)])


def _row_sentences(sheet: _Sheet) -> Iterable[str]:
    for row in sheet.timeline.rows:
        state = state_words(row, sheet.timeline.timezone, sheet.language)
        yield sheet.language.say("{task}: {state}", task=row.task.name or row.task.id, state=state)
