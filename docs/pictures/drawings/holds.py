"""What becomes of blocked amounts: released, kept while the guest owes, captured, or expired."""

from __future__ import annotations

from typing import Final

import attrs

from drawings.hotel import RULES, euros, moment, reservation
from drawings.shapes import MARGIN, SMALL, WIDTH, bar, flat, heading, words
from hotelpay import Instant, Payment, PreAuthorization, Reservation, ReservationStatus, releasable, release_due
from hotelpay.messages import ENGLISH
from hotelpay.moments import CYCLE_SECONDS, HOUR, instant, next_cycle
from hotelpay.pictures.svg import Element, colour, document, element, line, text
from hotelpay.pictures.words import on_the_clock

_AFTER_DAYS: Final = 2
_BLOCKED: Final = instant(moment("2024-02-01T12:00:00"))
_LEFT: Final = instant(moment("2024-02-04T10:50:00"))
_EXPIRES: Final = instant(moment("2024-02-08T12:00:00"))
_CAPTURED: Final = instant(moment("2024-02-04T10:30:00"))
_HEIGHT: Final = 304
_TOP: Final = 66


def _guest(*, paid: bool) -> Reservation:
    (bill,) = reservation().folios
    held = PreAuthorization(
        id="A1", card="c1", folio="F1", amount=euros("200.00"), reference="hold-1", expires_at=_EXPIRES
    )
    payments = [Payment(amount=bill.charged)] if paid else []
    return reservation(
        status=ReservationStatus.CHECKED_OUT,
        checked_in_at=_BLOCKED,
        checked_out_at=_LEFT,
        folios=[attrs.evolve(bill, payments=payments)],
        preauthorizations=[held],
    )


def _released(guest: Reservation) -> Instant | None:
    """Return the cycle that releases the amount before it expires, if one does."""
    for at in map(Instant, range(next_cycle(_LEFT), _EXPIRES, CYCLE_SECONDS)):
        if releasable(guest, after_days=_AFTER_DAYS, at=at, zone=RULES.timezone):
            return at
    return None


def _x(at: Instant) -> float:
    start, end = _BLOCKED - 18 * HOUR, _EXPIRES + 16 * HOUR
    return MARGIN + (at - start) / (end - start) * (WIDTH - 2 * MARGIN)


def _clock(at: Instant) -> str:
    return on_the_clock(at, RULES.timezone, ENGLISH)


def _lane(y: int, title: str, end: Instant, said: str, ink: str) -> list[Element]:
    right = _x(end)
    return [
        text(MARGIN, y, title, bold=True, halo="paper"),
        *words(WIDTH - MARGIN, y, said, anchor="end", ink=ink),
        bar(_x(_BLOCKED), y + 10, right - _x(_BLOCKED), ink=ink),
        element("circle", cx=right, cy=y + 21, r=6, fill=colour(ink), stroke=colour("paper"), stroke_width=1.5),
    ]


def holds() -> str:
    """Draw the three ends of a blocked amount, and when each comes."""
    due = release_due(_guest(paid=True), after_days=_AFTER_DAYS, zone=RULES.timezone)
    released = _released(_guest(paid=True))
    if due is None or released is None or _released(_guest(paid=False)) is not None:
        raise ValueError("who has paid is released, who owes is not")
    marks = ((_BLOCKED, "blocked"), (_LEFT, "check-out"), (due, "release due"), (_EXPIRES, "expires"))
    bottom = _HEIGHT - 54
    lines = [
        [
            line((_x(at), _TOP - 16), (_x(at), bottom), stroke=colour("line"), stroke_dasharray="3 3"),
            text(_x(at), bottom + 18, name, size=13, anchor="middle", bold=True),
            text(_x(at), bottom + 35, _clock(at)[5:], size=SMALL, ink="muted", anchor="middle"),
        ]
        for at, name in marks
    ]
    lanes = (
        _lane(_TOP, "The bill is paid", released, f"a cycle releases it, {_clock(released)[5:]}", "green"),
        _lane(_TOP + 62, "The guest owes", _EXPIRES, "kept until it expires", "amber"),
        _lane(_TOP + 124, "It is captured", _CAPTURED, f"posted on the folio, {_clock(_CAPTURED)[5:]}", "blue"),
    )
    return document(
        WIDTH,
        _HEIGHT,
        [heading(f"A blocked amount, released {_AFTER_DAYS} days after check-out"), *flat(lines), *flat(lanes)],
        title="What becomes of a blocked amount",
        description=(
            f"An amount is blocked at {_clock(_BLOCKED)}. The guest checks out at {_clock(_LEFT)}. Where the bill is "
            f"paid the release is due {_AFTER_DAYS} calendar days later at the same hour, {_clock(due)}, and the "
            f"cycle at {_clock(released)} does it. A guest who owes keeps the hold, and every cycle looks again, "
            f"until the processor gives it back by itself at {_clock(_EXPIRES)}. A captured amount is posted on the "
            "folio."
        ),
        name="holds",
    )
