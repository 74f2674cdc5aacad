"""The windows of the modes, and what a catch-up is for: drawn from real timelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from drawings.hotel import RULES, moment, reservation, task
from drawings.shapes import MARGIN, SMALL, WIDTH, bar, flat, heading, measure
from hotelpay import Instant, Mode, Run, Task, TimelineRow, timeline
from hotelpay.messages import ENGLISH
from hotelpay.moments import CYCLE_SECONDS, HOUR, instant
from hotelpay.pictures.svg import Element, colour, document, element, line, text
from hotelpay.pictures.words import on_the_clock

_AXIS: Final = 108
_HEIGHT: Final = 236


@attrs.frozen
class _Span:
    """The stretch of time that a picture shows, true to scale."""

    start: Instant
    end: Instant

    def x(self, at: Instant) -> float:
        return MARGIN + (at - self.start) / (self.end - self.start) * (WIDTH - 2 * MARGIN)


def _row(this: Task, at: str) -> TimelineRow:
    (row,) = timeline([this], reservation(), at=moment(at), rules=RULES).rows
    return row


def _clock(at: Instant) -> str:
    return on_the_clock(at, RULES.timezone, ENGLISH)


def _mark(x: float, name: str, at: Instant, *, below: int = 0) -> Iterator[Element]:
    """Yield an instant on the axis with its name above it and its time below it."""
    yield line((x, _AXIS - 22), (x, _AXIS + 14), stroke=colour("ink"), stroke_width=2)
    yield text(x, _AXIS - 30, name, anchor="middle", bold=True)
    yield text(x, _AXIS + 30 + below, _clock(at), size=SMALL, ink="muted", anchor="middle")


def _axis() -> Iterator[Element]:
    yield line((MARGIN, _AXIS), (WIDTH - MARGIN, _AXIS), stroke=colour("ink"), stroke_width=1.5)


def _outside(left: float, right: float, words: str) -> Iterator[Element]:
    yield text((left + right) / 2, _AXIS - 8, words, size=SMALL, ink="muted", anchor="middle")


def _window_bar(left: float, right: float) -> Iterator[Element]:
    yield bar(left, _AXIS - 14, right - left, height=28, ink="green")
    yield text((left + right) / 2, _AXIS + 5, "a cycle takes it", size=13, ink="green", anchor="middle")


def _opened(row: TimelineRow) -> tuple[Instant, Instant, Instant]:
    if row.anchor_at is None or row.window is None:
        raise ValueError(f"{row.task.id} has no window to draw")
    return row.anchor_at, row.window.due_at, row.window.closes_at


def _picture(name: str, title: str, description: str, parts: list[Element]) -> str:
    return document(
        WIDTH, _HEIGHT, [heading(title), *parts], title=title, description=description, name=f"window-{name}"
    )


def after_creation() -> str:
    """Draw the window of a task that counts from an instant that has happened."""
    this = task("welcome", Mode.AFTER_CREATION, 24)
    anchor, due, closes = _opened(_row(this, "2024-01-10T10:00:00"))
    span = _Span(Instant(anchor - 7 * HOUR), Instant(closes + 13 * HOUR))
    x, opens, ends = span.x(anchor), span.x(due), span.x(closes)
    return _picture(
        "after-creation",
        "after_creation, 24 hours",
        f"Booked at {_clock(anchor)}. The task is due 24 hours later, at {_clock(due)}; before that the reason is "
        f"not_due. For the 24 hours of the catch-up, until {_clock(closes)}, a cycle takes the reservation; from "
        "then on the reason is window_closed.",
        flat(
            (
                _axis(),
                _window_bar(opens, ends),
                _mark(x, "booking", anchor),
                _mark(opens, "due", due),
                _mark(ends, "closes", closes),
                _outside(x, opens, "not_due"),
                _outside(ends, WIDTH - MARGIN, "window_closed"),
                measure(x, opens, 168, "offset: 24 hours"),
                measure(opens, ends, 168, "catch-up: 24 hours", "green"),
            )
        ),
    )


def before_arrival() -> str:
    """Draw the one window that stays open until the catch-up after its anchor."""
    this = task("deposit", Mode.BEFORE_ARRIVAL, 72)
    anchor, due, closes = _opened(_row(this, "2024-01-20T10:00:00"))
    span = _Span(Instant(due - 30 * HOUR), Instant(closes + 30 * HOUR))
    x, opens, ends = span.x(anchor), span.x(due), span.x(closes)
    return _picture(
        "before-arrival",
        "before_arrival, 72 hours",
        f"Noon of arrival is at {_clock(anchor)}. The task is due 72 hours before it, at {_clock(due)}; before that "
        "the reason is not_due. The window stays open over the noon of arrival and the 24 hours of the catch-up, "
        f"until {_clock(closes)}; from then on the reason is window_closed.",
        flat(
            (
                _axis(),
                _window_bar(opens, ends),
                _mark(opens, "due", due),
                _mark(x, "noon of arrival", anchor),
                _mark(ends, "closes", closes, below=17),
                _outside(MARGIN, opens, "not_due"),
                _outside(ends, WIDTH - MARGIN, "window_closed"),
                measure(opens, x, 180, "offset: 72 hours"),
                measure(x, ends, 180, "catch-up: 24 hours", "green"),
            )
        ),
    )


def before_departure() -> str:
    """Draw the window that lies before its anchor and ends a catch-up after it began."""
    this = task("rest", Mode.BEFORE_DEPARTURE, 48)
    anchor, due, closes = _opened(_row(this, "2024-01-20T10:00:00"))
    span = _Span(Instant(due - 13 * HOUR), Instant(anchor + 9 * HOUR))
    x, opens, ends = span.x(anchor), span.x(due), span.x(closes)
    return _picture(
        "before-departure",
        "before_departure, 48 hours",
        f"Noon of departure is at {_clock(anchor)}. The task is due 48 hours before it, at {_clock(due)}; before "
        "that the reason is not_due. A cycle takes the reservation for the 24 hours of the catch-up, until "
        f"{_clock(closes)}; from then on the reason is window_closed, a day before the guest leaves.",
        flat(
            (
                _axis(),
                _window_bar(opens, ends),
                _mark(opens, "due", due),
                _mark(ends, "closes", closes),
                _mark(x, "noon of departure", anchor),
                _outside(MARGIN, opens, "not_due"),
                _outside(ends, x, "window_closed"),
                measure(opens, ends, 156, "catch-up: 24 hours", "green"),
                measure(opens, x, 194, "offset: 48 hours"),
            )
        ),
    )


def catch_up() -> str:
    """Draw an outage that the window outlasts: the first cycle after it takes the reservation."""
    this = task("on-arrival", Mode.BEFORE_ARRIVAL)
    silent, back = instant(moment("2024-02-01T09:00:00")), instant(moment("2024-02-01T19:00:00"))
    row = _row(this, "2024-02-01T19:00:00")
    _, due, closes = _opened(row)
    if not isinstance(row.decision, Run):
        raise TypeError("the first cycle after the outage takes it")
    span = _Span(Instant(silent - 7 * HOUR), Instant(closes + 7 * HOUR))
    opens, ends, left, right = span.x(due), span.x(closes), span.x(silent), span.x(back)
    outage = [
        element("rect", x=left, y=_AXIS - 44, width=right - left, height=88, fill=colour("red-soft")),
        text((left + right) / 2, _AXIS + 38, "no cycle runs", size=SMALL, ink="red", anchor="middle"),
    ]
    quarter = [Instant(at) for at in range(span.start, span.end, CYCLE_SECONDS) if not silent < at < back]
    cycles = [line((span.x(at), _AXIS + 8), (span.x(at), _AXIS + 14), stroke=colour("line")) for at in quarter]
    taken = [
        element("path", d=_diamond(right, _AXIS), fill=colour("green"), stroke=colour("paper"), stroke_width=1.5),
        text(right + 14, _AXIS + 5, "the first cycle takes it", size=13, ink="green"),
    ]
    return _picture(
        "catch-up",
        "An outage, and the catch-up",
        f"The task is due at noon of arrival, {_clock(due)}. From {_clock(silent)} to {_clock(back)} no cycle runs. "
        f"The window is open until {_clock(closes)}, so the first cycle after the outage, at {_clock(back)}, takes "
        f"the reservation: {row.decision.amount.total if row.decision.amount else ''}.",
        flat(
            (
                outage,
                _axis(),
                [bar(opens, _AXIS - 14, ends - opens, height=28, ink="green")],
                cycles,
                [line((opens, _AXIS - 22), (opens, _AXIS + 14), stroke=colour("ink"), stroke_width=2)],
                [text(opens, _AXIS - 30, "due", anchor="middle", bold=True)],
                [text(opens, _AXIS + 60, _clock(due), size=SMALL, ink="muted", anchor="middle")],
                [line((ends, _AXIS - 22), (ends, _AXIS + 14), stroke=colour("ink"), stroke_width=2)],
                [text(ends, _AXIS - 30, "closes", anchor="middle", bold=True)],
                [text(ends, _AXIS + 60, _clock(closes), size=SMALL, ink="muted", anchor="middle")],
                taken,
                measure(opens, ends, 192, "catch-up: 24 hours", "green"),
            )
        ),
    )


def _diamond(x: float, y: int) -> str:
    return f"M{x - 8:.2f},{y} L{x:.2f},{y - 8} L{x + 8:.2f},{y} L{x:.2f},{y + 8} Z"
