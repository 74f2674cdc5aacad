"""An SVG picture as tests look at it: where its texts and shapes lie, and whether they keep apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from hotelpay.pictures.svg import text_width

SVG: Final = "{http://www.w3.org/2000/svg}"
#: How far letters reach above and below their base line, as parts of the font's size.
_ABOVE, _BELOW = Fraction(75, 100), Fraction(22, 100)

#: Which part of a text lies before the place that it is anchored at.
_BEFORE: Final = {"start": Fraction(0), "middle": Fraction(1, 2), "end": Fraction(1)}


class Box(NamedTuple):
    """Where something lies."""

    left: Fraction
    top: Fraction
    right: Fraction
    bottom: Fraction
    words: str = ""

    def meets(self, other: Box) -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  drawn by ourselves a moment ago


def size(picture: ET.Element) -> Box:
    left, top, width, height = map(Fraction, picture.attrib["viewBox"].split(","))
    return Box(left, top, left + width, top + height)


def texts(picture: ET.Element) -> list[Box]:
    """Return where the lines of text lie, as wide as they are at the most."""
    return [_text_box(each) for each in picture.iter(f"{SVG}text")]


def _text_box(text: ET.Element) -> Box:
    words, height = text.text or "", Fraction(text.attrib["font-size"])
    width = text_width(words, height, bold="font-weight" in text.attrib)
    x, y = Fraction(text.attrib["x"]), Fraction(text.attrib["y"])
    left = x - width * _BEFORE[text.attrib.get("text-anchor", "start")]
    return Box(left, y - height * _ABOVE, left + width, y + height * _BELOW, words)


def shapes(picture: ET.Element) -> Iterator[Box]:
    """Yield where the shapes lie."""
    for each in picture.iter():
        at = {name: Fraction(value) for name, value in each.attrib.items() if re.fullmatch(r"-?\d+(\.\d+)?", value)}
        match each.tag.removeprefix(SVG):
            case "rect":
                yield Box(at["x"], at["y"], at["x"] + at["width"], at["y"] + at["height"], "rect")
            case "line":
                xs, ys = sorted((at["x1"], at["x2"])), sorted((at["y1"], at["y2"]))
                yield Box(xs[0], ys[0], xs[1], ys[1], "line")
            case "circle":
                x, y, r = at["cx"], at["cy"], at["r"]
                yield Box(x - r, y - r, x + r, y + r, "circle")
            case "path":
                yield from _points(each.attrib["d"])
            case _:
                pass


def _points(steps: str) -> Iterator[Box]:
    for x, y in re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", steps):
        yield Box(Fraction(x), Fraction(y), Fraction(x), Fraction(y), "point")


def overlapping(picture: ET.Element) -> list[tuple[str, str]]:
    """Return the pairs of texts that overlap."""
    return [(one.words, other.words) for one, other in combinations(texts(picture), 2) if one.meets(other)]


def outside(picture: ET.Element) -> list[str]:
    """Return what does not lie wholly in the picture."""
    whole = size(picture)
    return [
        box.words
        for box in [*texts(picture), *shapes(picture)]
        if box.left < whole.left or box.top < whole.top or box.right > whole.right or box.bottom > whole.bottom
    ]


def spoken_of(picture: ET.Element) -> tuple[str, str]:
    """Return what a screen reader says of a picture: its title and its description, found as it finds them."""
    by_id = {each.attrib["id"]: each.text or "" for each in picture.iter() if "id" in each.attrib}
    title, description = picture.attrib["aria-labelledby"].split()
    return by_id[title], by_id[description]
