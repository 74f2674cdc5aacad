"""The timeline as an SVG: a reservation's events, and under them the window of every task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final, NamedTuple

import attrs

from hotelpay.autopilot.timeline import Timeline, TimelineEvent, TimelineRow, TimelineState
from hotelpay.messages import ENGLISH, Language
from hotelpay.moments import HOUR, Instant, local_date
from hotelpay.pictures.labels import Placed, placed
from hotelpay.pictures.scale import Scale, scale_of, ticks
from hotelpay.pictures.svg import (
    Element,
    colour,
    document,
    element,
    fitting,
    line,
    path,
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
_EVENT_ROW: Final = 21
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

    It is drawn for a place that is ``width`` pixels wide, 320 at the least, and grows or shrinks with its place:
    for a phone ask for a narrow one. Times are on the hotel's clock. The same timeline is the same text.
    """
    sheet = _Sheet(timeline, language, max(width, _LEAST_WIDTH), timeline_scale(timeline))
    heading, y = _heading(sheet)
    labels, axis = _event_labels(sheet, y)
    rows, bottom = _rows(sheet, axis + 44)
    legend, height = _legend(sheet, bottom + 10)
    grid = _grid(sheet, axis, bottom)
    name = language.say("Timeline of reservation {reservation}", reservation=timeline.reservation.id)
    return document(
        sheet.width,
        height,
        [*heading, *grid, *labels, *rows, *legend],
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
    now = sheet.language.say("this cycle, {when}", when=sheet.clock(sheet.timeline.cycle_at))
    told.append((sheet.timeline.cycle_at, now, "green"))
    told.sort(key=lambda each: each[0])
    boxes = placed([(sheet.x(moment), text_width(words, _SIZE)) for moment, words, _ in told], _MARGIN, sheet.right)
    axis = top + _EVENT_ROW * (1 + max(box.row for box in boxes)) + 4
    leaders: list[Element] = []
    words_: list[Element] = []
    for (_, words, ink), box in zip(told, boxes, strict=True):
        y = top + _EVENT_ROW * box.row
        leaders.append(line((box.x, y), (box.x, axis), stroke=colour("line" if ink == "ink" else ink)))
        words_ += _event(box, y, words, ink)
    return [*leaders, *words_], axis


def _event(box: Placed, y: int, words: str, ink: str) -> Iterator[Element]:
    yield element("circle", cx=box.x, cy=y, r=4, fill=colour("muted" if ink == "ink" else ink))
    shown = fitting(words, box.right - box.left, _SIZE)
    anchor = "start" if box.left > box.x else "end"
    yield text(box.left if anchor == "start" else box.right, y + 4, shown, ink=ink, anchor=anchor, halo="paper")


def _event_label(sheet: _Sheet, events: Sequence[TimelineEvent]) -> str:
    words = group_words(events, sheet.language)
    return sheet.language.say("{event}, {when}", event=words, when=sheet.clock(events[0].at))


def _grid(sheet: _Sheet, axis: int, bottom: int) -> list[Element]:
    """Return what lies behind everything: the stretches that are cut, the marks of the clock, the cycle's line."""
    found: list[Element] = []
    for piece in sheet.scale.cuts:
        left, right = _MARGIN + piece.left * sheet.inside, _MARGIN + piece.right * sheet.inside
        found.append(element("rect", x=left, y=axis, width=right - left, height=bottom - axis, fill=colour("panel")))
        found += _zigzag((left + right) / 2, axis)
    found.append(line((_MARGIN, axis), (sheet.right, axis), stroke=colour("ink"), stroke_width=1.5))
    found += _ticks(sheet, axis, bottom)
    now = sheet.x(sheet.timeline.cycle_at)
    found.append(line((now, axis), (now, bottom), stroke=colour("green"), stroke_width=1.5, stroke_dasharray="5 4"))
    return found


def _zigzag(middle: Fraction, axis: int) -> Iterator[Element]:
    """Yield the mark of a cut: the axis is broken here."""
    yield element("rect", x=middle - 4, y=axis - 3, width=8, height=6, fill=colour("paper"))
    for shift in (-4, 4):
        start, end = (middle + shift - 3, axis + 6), (middle + shift + 3, axis - 6)
        yield line(start, end, stroke=colour("ink"), stroke_width=1.5)


def _ticks(sheet: _Sheet, axis: int, bottom: int) -> Iterator[Element]:
    """Yield the marks of the clock: days with their date, hours between them where there is room."""
    language, zone = sheet.language, sheet.timeline.timezone
    day_free = hour_free = Fraction(0)
    for tick in ticks(sheet.scale, zone, Fraction(44, sheet.inside)):
        x = _MARGIN + tick.place * sheet.inside
        yield line((x, axis), (x, bottom), stroke=colour("faint"))
        yield line((x, axis), (x, axis + (7 if tick.day else 4)), stroke=colour("ink"))
        if tick.hour is not None:
            half = text_width(tick.hour, _SMALL) / 2
            if x - half >= max(hour_free, Fraction(_MARGIN)) and x + half <= sheet.right:
                hour_free = x + half + _GAP
                yield text(x, axis + 19, tick.hour, size=_SMALL, ink="muted", anchor="middle")
        if tick.day is not None:
            words = language.writing.day(tick.day)
            half = text_width(words, _SMALL, bold=True) / 2
            if x - half >= max(day_free, Fraction(_MARGIN)) and x + half <= sheet.right:
                day_free = x + half + _GAP
                yield text(x, axis + 32, words, size=_SMALL, anchor="middle", bold=True)


def _shade(row: TimelineRow) -> _Shade:
    hindered = row.taken is not None and row.taken.run.problem is not None
    takes = row.state in (TimelineState.TAKES_NOW, TimelineState.WILL_TAKE)
    return _PROBLEM if hindered and takes else _SHADES[row.state]


def _rows(sheet: _Sheet, top: int) -> tuple[list[Element], int]:
    found: list[Element] = []
    y = top
    for row in sheet.timeline.rows:
        words, y = _row_words(sheet, row, y + _LINE)
        found.append(element("g", *words, *_bar(sheet, row, y)))
        y += (_BAR if row.window is not None else -8) + _BETWEEN_ROWS
    return found, y


def _row_words(sheet: _Sheet, row: TimelineRow, y: int) -> tuple[list[Element], int]:
    """Return the lines above a bar: the task, its mode, and how it stands, on one line where they fit."""
    ink, zone = _shade(row).ink, sheet.timeline.timezone
    name, when = row.task.name or row.task.id, when_words(row.task, sheet.language)
    state = state_words(row, zone, sheet.language)
    named = fitting(name, sheet.inside * Fraction(3, 5), _SIZE, bold=True)
    used = text_width(named, _SIZE, bold=True) + _GAP
    found = [text(_MARGIN, y, named, bold=True, halo="paper")]
    state_width = text_width(state, _SIZE)
    on_one_line = used + text_width(when, _SMALL) + 3 * _GAP + state_width <= sheet.inside
    room = sheet.inside - used - (state_width + 3 * _GAP if on_one_line else 0)
    found.append(text(_MARGIN + used, y, fitting(when, room, _SMALL), size=_SMALL, ink="muted", halo="paper"))
    if on_one_line:
        found.append(text(sheet.right, y, state, ink=ink, anchor="end", halo="paper"))
        return found, y + 8
    for part in wrapped(state, sheet.inside, _SIZE, lines=3):
        y += _LINE
        found.append(text(_MARGIN, y, part, ink=ink, halo="paper"))
    return found, y + 8


def _bar(sheet: _Sheet, row: TimelineRow, y: int) -> Iterator[Element]:
    """Yield a window: from the due instant, which belongs to it, up to the closing one, which does not."""
    if row.window is None:
        return
    shade = _shade(row)
    left, right = sheet.x(row.window.due_at), sheet.x(row.window.closes_at)
    width = max(right - left, Fraction(_LEAST_BAR))
    yield element(
        "rect",
        element("title", _bar_title(sheet, row)),
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
    yield from _ends(sheet, row, left, left + width, y)
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


def _ends(sheet: _Sheet, row: TimelineRow, left: Fraction, right: Fraction, y: int) -> Iterator[Element]:
    """Yield the two instants beside the bar, each where there is room for it."""
    if row.window is None:
        return
    base = y + _BAR - 4
    due, closes = sheet.clock(row.window.due_at), sheet.clock(row.window.closes_at)
    if left - 10 - text_width(due, _SMALL) >= _MARGIN:
        yield text(left - 10, base, due, size=_SMALL, ink="muted", anchor="end", halo="paper")
    if right + 10 + text_width(closes, _SMALL) <= sheet.right:
        yield text(right + 10, base, closes, size=_SMALL, ink="muted", halo="paper")


def _bar_title(sheet: _Sheet, row: TimelineRow) -> str:
    if row.window is None:
        return row.task.id
    return sheet.language.say(
        "{task}: due {due}, closes {closes}",
        task=row.task.id,
        due=sheet.clock(row.window.due_at),
        closes=sheet.clock(row.window.closes_at),
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
        shown = fitting(words, sheet.inside - 30, _SMALL)
        needed = 30 + text_width(shown, _SMALL)
        if x > _MARGIN and x + needed > sheet.right:
            x, y = Fraction(_MARGIN), y + _LINE
        found += [key(x, y), text(x + 30, y, shown, size=_SMALL, ink="muted")]
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
        language.say("{event}, {when}", event=event_words(event, language), when=sheet.clock(event.at))
        for event in sheet.timeline.events
    )
    return "\n".join([*events, *_row_sentences(sheet)])


def _row_sentences(sheet: _Sheet) -> Iterable[str]:
    for row in sheet.timeline.rows:
        state = state_words(row, sheet.timeline.timezone, sheet.language)
        yield sheet.language.say("{task}: {state}", task=row.task.name or row.task.id, state=state)
