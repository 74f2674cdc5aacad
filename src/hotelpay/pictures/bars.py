"""Bars of characters, true to scale."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def stacked_bar(parts: Sequence[int], whole: int, width: int, marks: str) -> str:
    """Draw ``parts`` one after the other, each with its mark, to a scale on which ``whole`` fills ``width``.

    The bar's length is that of the sum, rounded half up; a part above zero gets a cell at the least, since
    one that cannot be seen reads as nothing.
    """
    if whole <= 0:
        return ""
    exact = [Fraction(max(part, 0) * width, whole) for part in parts]
    length = max(sum(1 for part in exact if part), int(sum(exact) + Fraction(1, 2)))
    return "".join(mark * cells for mark, cells in zip(marks, _shared_out(exact, length), strict=True))


def _shared_out(exact: Sequence[Fraction], length: int) -> list[int]:
    """Share out ``length`` cells as near to the exact sizes as whole cells go."""
    cells = [max(int(part), 1) if part else 0 for part in exact]
    while sum(cells) != length:
        if sum(cells) < length:
            place = max(range(len(cells)), key=lambda each: exact[each] - cells[each])
            cells[place] += 1
        else:
            shrinkable = [each for each in range(len(cells)) if cells[each] > 1]
            place = max(shrinkable, key=lambda each: cells[each] - exact[each])
            cells[place] -= 1
    return cells
