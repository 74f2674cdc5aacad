"""SVG: elements that are escaped when they are written, how wide a text is at most, and the colours of day and night.

A picture is text that a browser shows by itself: no script, no font from elsewhere, no link. The same picture is the
same bytes. What looks like a card's number is masked, whoever wrote it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias
from zlib import crc32

import attrs

from hotelpay.card_numbers import mask_card_numbers

#: Lengths are numbers of pixels at the size that a picture is drawn for.
Length: TypeAlias = int | float | Fraction

#: What XML 1.0 cannot hold.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_ELLIPSIS: Final = "…"
#: So many digits of a pixel are enough.
_DIGITS: Final = 2

#: Every colour that a picture uses, by name: in the light, and in the dark. Inks have a contrast of 4.5 to 1 and more
#: on paper and panels.
_COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "paper": ("#ffffff", "#14181d"),
    "panel": ("#f4f6f8", "#1d232a"),
    "line": ("#c9d0d7", "#3d4751"),
    "faint": ("#e4e8ec", "#2a323a"),
    "ink": ("#1b2229", "#e8ecf0"),
    "muted": ("#57626d", "#a3afba"),
    "blue": ("#1f5fa8", "#7db4f0"),
    "blue-soft": ("#d7e6f7", "#1c3a5c"),
    "green": ("#1c7040", "#74c794"),
    "green-soft": ("#d5eedd", "#1b4129"),
    "amber": ("#8a5a00", "#e3b04b"),
    "amber-soft": ("#fbeac8", "#4a3610"),
    "red": ("#b02a30", "#f28b8b"),
    "red-soft": ("#fadcdc", "#54201f"),
    "violet": ("#6b3fa0", "#c0a2ec"),
    "violet-soft": ("#e9dff6", "#3a2858"),
    "heat-1": ("#d3e5f5", "#17344f"),
    "heat-2": ("#9cc7ea", "#1f5482"),
    "heat-3": ("#4d94d0", "#3f86c4"),
    "heat-4": ("#17568f", "#9fd0f7"),
    "on-heat-1": ("#1b2229", "#e8ecf0"),
    "on-heat-2": ("#1b2229", "#ffffff"),
    "on-heat-3": ("#0b1116", "#0b1116"),
    "on-heat-4": ("#ffffff", "#0b1116"),
}
_FONT: Final = "system-ui,-apple-system,Segoe UI,Roboto,Helvetica Neue,Arial,Noto Sans,sans-serif"

#: How wide characters are at most, as parts of the size of the font, over the fonts that browsers take.
_WIDTHS: Final = (
    (Fraction(34, 100), "ijl|!.,:;'` "),
    (Fraction(46, 100), 'frtI()[]{}/\\-"*°·'),
    (Fraction(98, 100), "mMW@%жшщюыфмЖМШЩЮФЫ…—→←⇄✓✗●◆▶"),
    (Fraction(88, 100), "wGOQ&+<>=~№ДОН"),
)
_WIDTH_OF: Final = {character: width for width, characters in _WIDTHS for character in characters}
_CAPITAL: Final = Fraction(77, 100)
_SMALL: Final = Fraction(65, 100)
_FULL: Final = Fraction(105, 100)
_OTHER: Final = Fraction(85, 100)
#: Letters set in bold are so much wider.
_BOLD: Final = Fraction(110, 100)


def _masked_values(attributes: Mapping[str, str]) -> Mapping[str, str]:
    return {mask_card_numbers(name): mask_card_numbers(value) for name, value in attributes.items()}


def _masked_texts(children: Iterable[Element | str]) -> tuple[Element | str, ...]:
    return tuple(child if isinstance(child, Element) else mask_card_numbers(child) for child in children)


@attrs.frozen
class Element:
    """One element: its name, its attributes in the order in which they are written, and what stands in it."""

    name: str
    attributes: Mapping[str, str] = attrs.field(factory=dict, hash=False, converter=_masked_values)
    children: tuple[Element | str, ...] = attrs.field(default=(), converter=_masked_texts)

    def __str__(self) -> str:
        """Write the element; texts and attributes are escaped."""
        attributes = "".join(f' {name}="{escaped(value)}"' for name, value in self.attributes.items())
        if not self.children:
            return f"<{self.name}{attributes}/>"
        inside = "".join(str(child) if isinstance(child, Element) else escaped(child) for child in self.children)
        return f"<{self.name}{attributes}>{inside}</{self.name}>"


def element(name: str, *children: Element | str, **attributes: str | Length | None) -> Element:
    """Return an element; ``stroke_width`` is written ``stroke-width``, and an attribute that is None is left out."""
    written = {
        key.rstrip("_").replace("_", "-"): value if isinstance(value, str) else pixels(value)
        for key, value in attributes.items()
        if value is not None
    }
    return Element(name, written, children)


def escaped(text: str) -> str:
    """Return a text as it stands in a document: nothing in it is markup, and no card number can be read."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", mask_card_numbers(text)).translate(_ESCAPES)


def pixels(length: Length) -> str:
    """Write a length, the same on every machine."""
    rounded = f"{float(length):.{_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if rounded == "-0" else rounded


def colour(name: str) -> str:
    """Return a colour by its name, as an attribute takes it: light or dark as the reader's system is."""
    if name not in _COLOURS:
        raise KeyError(name)
    return f"var(--{name})"


def text(  # noqa: PLR0913  what a text looks like
    x: Length,
    y: Length,
    words: str,
    *,
    size: int = 13,
    ink: str = "ink",
    anchor: str = "start",
    bold: bool = False,
    halo: str | None = None,
) -> Element:
    """Return one line of text on the base line ``y``; ``halo`` is the colour that keeps lines behind it apart."""
    attributes: dict[str, str | Length | None] = {
        "x": x,
        "y": y,
        "font_size": size,
        "fill": colour(ink),
        "text_anchor": None if anchor == "start" else anchor,
        "font_weight": "600" if bold else None,
    }
    if halo is not None:
        attributes |= {"stroke": colour(halo), "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}
    return element("text", words, **attributes)


def text_width(words: str, size: Length, *, bold: bool = False) -> Fraction:
    """Return how wide a line of text is at the most: a browser may take any font."""
    ems = sum((_character_width(character) for character in mask_card_numbers(words)), Fraction(0))
    return ems * Fraction(size) * (_BOLD if bold else 1)


def _character_width(character: str) -> Fraction:
    known = _WIDTH_OF.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return Fraction(0)
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return _FULL
    category = unicodedata.category(character)
    if category == "Lu":
        return _CAPITAL
    return _SMALL if category in ("Ll", "Nd") else _OTHER


def fitting(words: str, width: Length, size: Length, *, bold: bool = False) -> str:
    """Return a text that is no wider than ``width``: cut, with an ellipsis, where it is too long."""
    if text_width(words, size, bold=bold) <= width:
        return words
    # A number is masked before it is cut: the part that is left might no longer look like one.
    cut = mask_card_numbers(words)
    while cut and text_width(cut.rstrip() + _ELLIPSIS, size, bold=bold) > width:
        cut = cut[:-1]
    return cut.rstrip() + _ELLIPSIS


def wrapped(words: str, width: Length, size: Length, *, lines: int, bold: bool = False) -> list[str]:
    """Return a text in at most so many lines, broken between words; what is left over is cut."""
    found: list[str] = []
    left = words.split()
    while left and len(found) < lines - 1:
        taken = [left.pop(0)]
        while left and text_width(" ".join([*taken, left[0]]), size, bold=bold) <= width:
            taken.append(left.pop(0))
        found.append(fitting(" ".join(taken), width, size, bold=bold))
    if left:
        found.append(fitting(" ".join(left), width, size, bold=bold))
    return found


def path(points: Sequence[tuple[Length, Length]], **attributes: str | Length | None) -> Element:
    """Return a line through points."""
    # Commas, not blanks: numbers with blanks between them may look like a card's.
    steps = " ".join(f"{'L' if place else 'M'}{pixels(x)},{pixels(y)}" for place, (x, y) in enumerate(points))
    return element("path", d=steps, **{"fill": "none", **attributes})


def line(start: tuple[Length, Length], end: tuple[Length, Length], **attributes: str | Length | None) -> Element:
    """Return a straight line."""
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **attributes)


def document(
    width: Length, height: Length, children: Iterable[Element], *, title: str, description: str, name: str
) -> str:
    """Return a whole picture, which shrinks with a narrower place.

    ``title`` and ``description`` are what a screen reader says, ``name`` is what kind of picture it is: its style names
    that kind alone. Pictures of different titles may stand on one page.
    """
    size = f"0,0,{pixels(width)},{pixels(height)}"
    own = f"{name}-{crc32(title.encode(errors='replace')):08x}"
    head = (
        element("title", title, id=f"{own}-title"),
        element("desc", description, id=f"{own}-desc"),
        element("style", _style(f"svg-{name}")),
        element("rect", x=0, y=0, width=width, height=height, fill=colour("paper")),
    )
    root = element(
        "svg",
        *head,
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=size,
        width=width,
        height=height,
        role="img",
        class_=f"svg-{name}",
        aria_labelledby=f"{own}-title {own}-desc",
        style="max-width:100%;height:auto",
    )
    return f"{root}\n"


def _style(scope: str) -> str:
    """Return the style sheet of a picture: it names its own root alone, so that it is safe inside a page."""
    light, dark = ("".join(f"--{name}:{shades[place]};" for name, shades in _COLOURS.items()) for place in (0, 1))
    return (
        f".{scope}{{{light}font-family:{_FONT};font-variant-numeric:tabular-nums;color-scheme:light dark}}"
        f"@media (prefers-color-scheme:dark){{.{scope}{{{dark}}}}}"
    )
