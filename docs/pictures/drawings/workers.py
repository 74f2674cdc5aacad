"""Two workers and one charge: claims, keys and epochs, as a real ledger and processor tell them."""

from __future__ import annotations

from typing import Final

from drawings.shapes import MARGIN, SMALL, WIDTH, Box, arrow, drawn, flat, heading, words
from hotelpay import recover, run_cycle
from hotelpay.pictures.svg import Element, colour, document, element, line, text
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import Death, Died, Life, Side
from hotelpay.testing.stories import START, guest, setup_of, task

_HEIGHT: Final = 560
_FIRST: Final = 76
_LEDGER: Final = 238
_SECOND: Final = 400
_PROCESSOR: Final = 562
#: The call of a cycle on one guest that is the charge.
_CHARGE: Final = 11


def _lived() -> str:
    """Live through it: the first worker dies right after the charge. Return what was charged, once."""
    hotel = MemoryBench.at(START)
    hotel.put(guest())
    life = Life(death=Death(_CHARGE, Side.AFTER))
    try:
        run_cycle(setup_of(task()), life.ports(hotel.ports("first")), START)
    except Died:
        hotel.advance(600)
    recover(hotel.ports("second"), hotel.now)
    (charged,) = hotel.gateway.moved("charge")
    left = hotel.hotel.reservation("R-1")
    if left is None or left.folios[0].amount_due:
        raise ValueError("the charge is posted")
    return str(charged.amount)


def _message(y: int, start: int, end: int, *said: str, ink: str = "muted", broken: bool = False) -> list[Element]:
    """Return an arrow from one lifeline to another, with its words above it."""
    middle = (start + end) // 2
    above = words(middle, y - 8 - 16 * (len(said) - 1), *said, anchor="middle", ink="ink")
    return [*above, *arrow((start, y), (end, y), ink=ink, broken=broken)]


def _note(y: int, x: int, *said: str, ink: str) -> list[Element]:
    return words(x, y, *said, anchor="middle", ink=ink)


def two_workers() -> str:
    """Draw how a charge that a dead worker made is found by another, and made once."""
    charged = _lived()
    heads = (
        Box(_FIRST - 60, 46, 120, 34, ("worker 1",)),
        Box(_LEDGER - 60, 46, 120, 34, ("ledger",), "violet"),
        Box(_SECOND - 60, 46, 120, 34, ("worker 2",)),
        Box(_PROCESSOR - 62, 46, 124, 34, ("processor",), "green"),
    )
    lifelines = [
        line((box.middle, box.bottom), (box.middle, _HEIGHT - 60), stroke=colour("line"), stroke_width=1.5)
        for box in heads
    ]
    messages = (
        _message(112, _FIRST, _LEDGER, "hold R-1"),
        _message(146, _SECOND, _LEDGER, "hold R-1: taken"),
        _message(180, _FIRST, _LEDGER, "Claimed, epoch 1"),
        _message(214, _FIRST, _LEDGER, "Sending"),
        _message(254, _FIRST, _PROCESSOR, f"charge {charged} under key K", ink="green"),
        [*_cross(_FIRST, 284), *_note(312, _FIRST, "dies before", "the answer", ink="red")],
        _message(322, _SECOND, _LEDGER, "the lease is over:", "taken over, epoch 2"),
        _message(372, _SECOND, _PROCESSOR, "what became", "of key K?"),
        _message(408, _PROCESSOR, _SECOND, "Approved", ink="green"),
        _message(442, _SECOND, _LEDGER, "Recorded, Completed"),
        _message(486, _FIRST, _LEDGER, "epoch 1 wakes up:", "refused", broken=True),
    )
    foot = text(
        MARGIN, _HEIGHT - 24, f"One charge of {charged} at the processor, one payment on the folio.", size=SMALL + 1
    )
    return document(
        WIDTH,
        _HEIGHT,
        [heading("Two workers and one charge"), *lifelines, *flat(messages), *flat(map(drawn, heads)), foot],
        title="Two workers and one charge",
        description=(
            "Worker 1 holds the reservation, so worker 2 cannot. Worker 1 claims the settlement under epoch 1, "
            f"writes Sending, and charges {charged} under the key K; it dies before it hears the answer. When its "
            "lease is over worker 2 takes the settlement over under epoch 2, asks the processor what became of the "
            "key, hears that it was approved, posts it and completes the settlement. Should worker 1 wake up, the "
            "ledger refuses its epoch. There is one charge and one payment."
        ),
        name="two-workers",
    )


def _cross(x: int, y: int) -> list[Element]:
    return [
        element(
            "path",
            d=f"M{x - 7},{y - 7} L{x + 7},{y + 7} M{x + 7},{y - 7} L{x - 7},{y + 7}",
            stroke=colour("red"),
            stroke_width=3,
        )
    ]
