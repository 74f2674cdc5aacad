"""The flow of a redemption, step by step as the real intent asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from drawings.hotel import euros, moment
from drawings.shapes import WIDTH, Box, arrow, drawn, flat, heading, words
from hotelpay import Approved, BonusCard, Declined, Done, Identity, Kind, Points, Refused
from hotelpay.bonus.redemption_intents import CANCEL, COMMIT, DEBIT, HOLD, POST, REFUND, TAKE_BACK, RedemptionIntent
from hotelpay.moments import instant
from hotelpay.pictures.svg import Element, Length, document
from hotelpay.settlement.outcome import Ending, Result, TooLate

_HEIGHT: Final = 610
_LEFT: Final = 16
_RIGHT: Final = 331
_STEP: Final = 110
_SIDE: Final = 155
_BESIDE: Final = _STEP + 28
_RAIL: Final = 7

#: A step of the flow, by its purpose, or an end of it, by its outcome and what a person has to do.
_Node: TypeAlias = str
_Edge: TypeAlias = tuple[_Node, _Node]

_ANSWERS: Final[tuple[Result, ...]] = (Done(), Declined("no_points"), Refused("folio_closed"), TooLate())


def _intent(*, with_hold: bool) -> RedemptionIntent:
    at = instant(moment("2024-02-01T12:00:00"))
    return RedemptionIntent(
        identity=Identity("seaside", Kind.REDEMPTION, ("B-1",), 1),
        reservation="R-1001",
        folio="F1",
        payment_type="points",
        card=BonusCard("9000"),
        points=Points.of("80", "BONUS"),
        amount=euros("80.00"),
        at=at,
        until=at,
        with_hold=with_hold,
    )


def _edges(intent: RedemptionIntent) -> set[_Edge]:
    """Return every step from one call to what follows it, whatever each call is answered."""
    found: set[_Edge] = set()
    seen: list[Mapping[str, Result]] = [{}]
    while seen:
        results = seen.pop()
        effect = intent.next_effect(results)
        if isinstance(effect, Ending):
            continue
        purpose = effect.call.purpose
        for answer in _answers(intent, purpose):
            after = {**results, purpose: answer}
            follows = intent.next_effect(after)
            found.add((purpose, _end(follows) if isinstance(follows, Ending) else follows.call.purpose))
            seen.append(after)
    return found


def _answers(intent: RedemptionIntent, purpose: str) -> Iterator[Result]:
    """Yield what a call may be answered: the books do or refuse, the loyalty system approves or declines."""
    if purpose in (POST, TAKE_BACK):
        yield from (Done(), Refused("folio_closed"))
        return
    yield from (Approved(intent.points, "ref"), Declined("no_points"))
    if purpose == intent.opening:
        yield TooLate()


def _end(ending: Ending) -> _Node:
    return f"{ending.outcome.value}/{ending.person or ''}"


_APPROVED: Final = "approved/"
_DECLINED: Final = "declined/"
_NEVER: Final = "not_attempted/"
_REVERSED: Final = "reversed/"
_NOT_TAKEN: Final = "half_done/points_not_taken"
_NOT_RETURNED: Final = "half_done/points_not_returned"


def _endings(x: int) -> dict[_Node, Box]:
    return {
        _DECLINED: Box(x + _BESIDE, 112, _SIDE, 44, ("declined", "the card refuses"), "red"),
        _NEVER: Box(x + _BESIDE, 164, _SIDE, 44, ("not attempted", "never sent in time"), "amber"),
        _REVERSED: Box(x + _BESIDE, 480, _SIDE, 44, ("reversed", "the points are back"), "amber"),
        _NOT_RETURNED: Box(x + _BESIDE, 540, _SIDE, 44, ("half done", "points_not_returned"), "red"),
    }


def _direct(x: int) -> dict[_Node, Box]:
    return {
        DEBIT: Box(x, 136, _STEP, 48, ("debit", "the points")),
        POST: Box(x, 240, _STEP, 48, ("post", "on the folio")),
        _APPROVED: Box(x, 480, _STEP, 48, ("approved", "both halves"), "green"),
        REFUND: Box(x + _BESIDE, 240, _SIDE, 48, ("refund", "if the folio refuses")),
        **_endings(x),
    }


def _with_hold(x: int) -> dict[_Node, Box]:
    return {
        HOLD: Box(x, 136, _STEP, 48, ("hold", "set aside")),
        POST: Box(x, 240, _STEP, 48, ("post", "on the folio")),
        COMMIT: Box(x, 330, _STEP, 48, ("commit", "take them")),
        _APPROVED: Box(x, 480, _STEP, 48, ("approved", "both halves"), "green"),
        CANCEL: Box(x + _BESIDE, 240, _SIDE, 48, ("cancel", "the hold is let go")),
        TAKE_BACK: Box(x + _BESIDE, 330, _SIDE, 48, ("take back", "if it is declined")),
        _NOT_TAKEN: Box(x + _BESIDE, 420, _SIDE, 44, ("half done", "points_not_taken"), "red"),
        **_endings(x),
    }


def _arrow(boxes: Mapping[_Node, Box], edge: _Edge) -> Iterator[Element]:
    """Yield the arrow of a step: down, across, or along the rail on the right where other boxes are between."""
    start, end = boxes[edge[0]], boxes[edge[1]]
    if start.left == end.left and not _between(boxes, start, end):
        down = end.top > start.top
        points: tuple[tuple[Length, Length], ...] = (
            (start.middle, start.bottom if down else start.top),
            (end.middle, end.top if down else end.bottom),
        )
    elif start.left == end.left:
        rail = start.right + _RAIL
        points = ((start.right, start.centre), (rail, start.centre), (rail, end.centre), (end.right, end.centre))
    else:
        middle = (start.right + end.left) // 2
        points = ((start.right, start.centre), (middle, start.centre), (middle, end.centre), (end.left, end.centre))
        if start.centre == end.centre:
            points = (points[0], points[-1])
    yield from arrow(*points)


def _between(boxes: Mapping[_Node, Box], start: Box, end: Box) -> bool:
    low, high = sorted((start.top, end.top))
    return any(each.left == start.left and low < each.top < high for each in boxes.values())


def _column(x: int, title: str, boxes: dict[_Node, Box], intent: RedemptionIntent) -> list[Element]:
    """Return one way of redeeming; a step without a box, or a box without a step, is a fault of the picture."""
    edges = _edges(intent)
    if {node for edge in edges for node in edge} != boxes.keys():
        raise ValueError("the boxes are not those of the intent")
    quote = Box(x, 66, _STEP, 40, ("quote",), "violet")
    parts = (
        words(x, 56, title, ink="ink"),
        arrow((quote.middle, quote.bottom), (quote.middle, 136)),
        *(_arrow(boxes, edge) for edge in sorted(edges)),
        drawn(quote),
        *map(drawn, boxes.values()),
    )
    return flat(parts)


def redemption() -> str:
    """Draw both ways of paying with points, and what happens at each failure."""
    columns = [
        *_column(_LEFT, "points are debited first", _direct(_LEFT), _intent(with_hold=False)),
        *_column(_RIGHT, "points can be set aside", _with_hold(_RIGHT), _intent(with_hold=True)),
    ]
    return document(
        WIDTH,
        _HEIGHT,
        [heading("A redemption, and what happens at each failure"), *columns],
        title="The flow of a redemption, and what happens at each failure",
        description=(
            "On the left: after a quote the points are debited, then the payment is posted. Where the debit is "
            "declined or was never sent nothing has happened. Where the folio refuses the payment the points are "
            "refunded; where that fails too a person returns them. On the right, with a loyalty system that can set "
            "points aside: they are held, the payment is posted, then the hold is committed. Where the folio "
            "refuses, the hold is cancelled. Where the commit is declined, the payment is taken back and the hold "
            "is cancelled; where the payment cannot be taken back a person has to."
        ),
        name="redemption",
    )
