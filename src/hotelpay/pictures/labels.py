"""Labels that lie close to one another: each gets a row in which it touches no other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import count

import attrs

from hotelpay.pictures.svg import Length

#: How far a label lies from its dot, and from the next label.
BESIDE = 9
_APART = 8


@attrs.frozen
class Placed:
    """A label beside its dot at ``x``: the row that it is in, counted from above, and where it begins and ends."""

    x: Fraction
    row: int
    left: Fraction
    right: Fraction


def placed(labels: Iterable[tuple[Fraction, Fraction]], left: Length, right: Length) -> list[Placed]:
    """Return where labels lie, each given as the place of its dot and its width, from left to right.

    A line leads from each dot down through all rows below it. No two labels overlap, and where it can be had no line
    runs through a label. A label that has no room on the right of its dot stands on its left.
    """
    found: list[Placed] = []
    for x, width in labels:
        begin, end = _beside(x, width, Fraction(left), Fraction(right))
        rows = 1 + max((box.row for box in found), default=-1)
        row = next(row for row in count() if row == rows or _is_free(found, row, x, begin, end))
        found.append(Placed(x, row, begin, end))
    return found


def _beside(x: Fraction, width: Fraction, left: Fraction, right: Fraction) -> tuple[Fraction, Fraction]:
    begin = x + BESIDE
    if begin + width <= right:
        return begin, begin + width
    if x - BESIDE - width >= left:
        return x - BESIDE - width, x - BESIDE
    # Neither side is wide enough: the wider one is taken, and the words are cut to it.
    return (begin, right) if right - x >= x - left else (left, x - BESIDE)


def _is_free(found: Sequence[Placed], row: int, x: Fraction, begin: Fraction, end: Fraction) -> bool:
    for box in found:
        if box.row == row and _meet(box, begin, end, x):
            return False
        if box.row < row and begin - 2 <= box.x <= end + 2:
            return False
        if box.row > row and box.left - 2 <= x <= box.right + 2:
            return False
    return True


def _meet(box: Placed, begin: Fraction, end: Fraction, x: Fraction) -> bool:
    ours = (min(begin, x - BESIDE), max(end, x + BESIDE))
    theirs = (min(box.left, box.x - BESIDE), max(box.right, box.x + BESIDE))
    return ours[0] < theirs[1] + _APART and theirs[0] < ours[1] + _APART
