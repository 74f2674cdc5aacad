"""Boxes, arrows and words: what the pictures of the documentation are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from hotelpay.pictures.svg import Element, Length, colour, element, line, path, pixels, text, text_width

#: How wide the pictures are: a page of text on a screen, and still readable on a phone.
WIDTH: Final = 640
MARGIN: Final = 16
SIZE: Final = 14
SMALL: Final = 12
_LINE: Final = 17
_HEAD: Final = 8
_HALF_HEAD: Final = 4.5
#: Which part of a text lies before the place that it is anchored at.
_BEFORE: Final = {"start": 0.0, "middle": 0.5, "end": 1.0}


class Box(NamedTuple):
    """A box with lines of text; the first one says what it is."""

    left: int
    top: int
    width: int
    height: int
    lines: tuple[str, ...]
    ink: str = "blue"

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> int:
        """The middle between its left and its right edge."""
        return self.left + self.width // 2

    @property
    def centre(self) -> int:
        """The middle between its upper and its lower edge."""
        return self.top + self.height // 2


def drawn(box: Box) -> Iterator[Element]:
    """Yield a box and its words; words that do not fit are a fault of the picture."""
    yield element(
        "rect",
        x=box.left,
        y=box.top,
        width=box.width,
        height=box.height,
        rx=6,
        fill=colour("paper" if box.ink == "muted" else f"{box.ink}-soft"),
        stroke=colour(box.ink),
        stroke_width=1.5,
    )
    top = box.centre - (len(box.lines) - 1) * _LINE / 2 + 5
    for number, words in enumerate(box.lines):
        bold, size = number == 0, SIZE if number == 0 else SMALL
        if text_width(words, size, bold=bold) > box.width - 6:
            raise ValueError(f"{words!r} does not fit into its box")
        yield text(box.middle, top + number * _LINE, words, size=size, anchor="middle", bold=bold)


def arrow(*points: tuple[Length, Length], ink: str = "muted", broken: bool = False) -> Iterator[Element]:
    """Yield a line through points with a head at its end; it goes straight across or straight down between them."""
    (x0, y0), (x, y) = points[-2:]
    across, down = _sign(float(x) - float(x0)), _sign(float(y) - float(y0))
    base = (float(x) - across * _HEAD, float(y) - down * _HEAD)
    yield path([*points[:-1], base], stroke=colour(ink), stroke_width=1.5, stroke_dasharray="5 4" if broken else None)
    sides = [(base[0] + down * side * _HALF_HEAD, base[1] + across * side * _HALF_HEAD) for side in (-1, 1)]
    corners = " ".join(f"{pixels(px)},{pixels(py)}" for px, py in [(x, y), *sides])
    yield element("polygon", points=corners, fill=colour(ink))


def _sign(length: float) -> int:
    return (length > 0) - (length < 0)


def words(x: Length, y: int, *lines: str, anchor: str = "start", ink: str = "muted") -> list[Element]:
    """Return lines of text one under the other, on a ground that interrupts what runs behind them."""
    found: list[Element] = []
    for number, each in enumerate(lines):
        width = float(text_width(each, SMALL))
        left, top = float(x) - width * _BEFORE[anchor], y + number * (SMALL + 4)
        ground = {"x": left - 3, "y": top - SMALL + 1, "width": width + 6, "height": SMALL + 3}
        found.append(element("rect", fill=colour("paper"), **ground))
        found.append(text(x, top, each, size=SMALL, ink=ink, anchor=anchor))
    return found


def heading(title: str) -> Element:
    """Return the title of a picture, as it stands in it."""
    return text(MARGIN, 28, title, size=16, bold=True)


def measure(left: Length, right: Length, y: int, label: str, ink: str = "muted") -> Iterator[Element]:
    """Yield a length with arrows to both its ends and its name under it."""
    yield from arrow(((float(left) + float(right)) / 2, y), (left, y), ink=ink)
    yield from arrow(((float(left) + float(right)) / 2, y), (right, y), ink=ink)
    yield text((float(left) + float(right)) / 2, y + 17, label, size=SMALL, ink=ink, anchor="middle")


def bar(left: Length, top: int, width: Length, *, height: int = 22, ink: str = "blue", broken: bool = False) -> Element:
    """Return a bar; one that is broken does not count."""
    return element(
        "rect",
        x=left,
        y=top,
        width=width,
        height=height,
        rx=3,
        fill=colour(f"{ink}-soft" if ink != "muted" else "panel"),
        stroke=colour(ink),
        stroke_width=1.5,
        stroke_dasharray="5 4" if broken else None,
    )


def flat(parts: Iterable[Iterable[Element]]) -> list[Element]:
    """Return elements in one list."""
    return [each for part in parts for each in part]


def rule(y: int, left: int = MARGIN, right: int = WIDTH - MARGIN, ink: str = "line") -> Element:
    """Return a line across the picture."""
    return line((left, y), (right, y), stroke=colour(ink))
