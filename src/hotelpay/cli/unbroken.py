"""A console and a table that end no line at a no-break space: an amount stays whole on every line that has room for it.

Rich ends lines at whatever Python calls whitespace, a no-break space among it, and knows no other way. So the console
has it lay out each text with stand-ins for these spaces, and puts the spaces back before anybody sees the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

_NO_BREAK: Final = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}"
#: What a line may not end in.
_STRETCH: Final = re.compile(rf"[\S{_NO_BREAK}]+")
#: For private use: one cell wide, as the spaces are, and no whitespace.
_STAND_INS: Final = range(0xE000, 0xF900)
_UNBOUNDED: Final = 1_000_000
#: A column of words gives way to one of amounts, but keeps some letters a line where there is a choice.
_FEW: Final = 4
#: Where columns are narrower Rich loses letters.
_FEWEST: Final = 2


class UnbrokenConsole(Console):
    """A console whose lines do not end at no-break spaces."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield the segments of what is shown; everything that is shown inside of something comes by here too."""
        options = options or self.options
        if isinstance(renderable, str):
            renderable = self.render_str(renderable, highlight=options.highlight, markup=options.markup)
        if not (isinstance(renderable, Text) and _is_held(renderable.plain)):
            yield from super().render(renderable, options)
            return
        text, spaces = _held(renderable, options.max_width)
        for segment in super().render(text, options):
            yield segment._replace(text=segment.text.translate(spaces))


def _held(text: Text, width: int) -> tuple[Text, dict[int, str]]:
    """Return a text with stand-ins, and which space each is for; what is too long for any line keeps its spaces."""
    free = (mark for mark in map(chr, _STAND_INS) if mark not in text.plain)
    stand_ins = dict(zip(_NO_BREAK, free, strict=False))
    there = str.maketrans(stand_ins)

    def hold(stretch: re.Match[str]) -> str:
        return stretch[0].translate(there) if cell_len(stretch[0]) <= width else stretch[0]

    held = text.copy()
    held.plain = _STRETCH.sub(hold, text.plain)
    return held, str.maketrans({mark: space for space, mark in stand_ins.items()})


class UnbrokenTable(Table):
    """A table of texts that cuts nothing off, and whose columns have room for their amounts for as long as it has.

    Where Rich neither tears nor cuts, the columns are as wide as Rich makes them.
    """

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table in the width that there is."""
        texts = [[_plain(each) for each in (column.header, *column.cells, column.footer)] for column in self.columns]
        whole = [max(map(_width, each)) for each in texts]
        frame = copy(self)
        frame.show_header, frame.columns = True, [replace(each.copy(), header="", footer="") for each in self.columns]
        unbounded = options.update(max_width=_UNBOUNDED)
        too_much = Measurement.get(console, unbounded, frame).maximum + sum(whole) - options.max_width
        table = copy(self)
        if too_much > 0:
            # The last column has what is left.
            widths = [*self._narrowed(texts, whole, too_much)[:-1], None]
            columns = zip(self.columns, widths, strict=True)
            table.columns = [replace(column, width=each, no_wrap=False, overflow="fold") for column, each in columns]
        yield from super(UnbrokenTable, table).__rich_console__(console, options)

    def _narrowed(self, texts: Sequence[Sequence[str]], whole: Sequence[int], too_much: int) -> Sequence[int]:
        """Return the widths of the columns, without their padding, when what is too much is taken from them.

        ``texts`` are those of each column, its heading first, and ``whole`` the widths in which none is folded.
        """
        firm = [column.no_wrap for column in self.columns]
        below = [max(map(_width, each[1:])) for each in texts]
        stretches = [_longest_stretch(each[1:], words=stays) for each, stays in zip(texts, firm, strict=True)]
        # As Rich does it; then words give way, headings of amounts, more of the words, and what is not to be wrapped.
        for rigid, kept, few in (
            (whole, [0] * len(whole), _FEWEST),
            (whole, stretches, _FEW),
            (below, stretches, _FEW),
            (below, stretches, 1),
            (stretches, stretches, 1),
        ):
            columns = zip(firm, rigid, kept, whole, strict=True)
            least = [wide if stays else max(stretch, min(few, most)) for stays, wide, stretch, most in columns]
            widths = self._levelled(whole, least, too_much)
            torn = any(width < stretch for width, stretch in zip(widths, stretches, strict=True))
            if sum(widths) == sum(whole) - too_much and not torn:
                return widths
        return self._levelled(whole, [1] * len(whole), too_much)

    def _levelled(self, widths: Sequence[int], least: Sequence[int], too_much: int) -> Sequence[int]:
        """Take what is too much from the widest columns, as evenly as Rich does; none gets narrower than its least."""
        _, right, _, left = self.padding
        last = len(widths) - 1
        padding = [
            (left if place or self.pad_edge else 0) + (right if place < last or self.pad_edge else 0)
            for place in range(len(widths))
        ]
        found = list(widths)
        while too_much and (free := [place for place, width in enumerate(found) if width > least[place]]):
            top, second, *_ = *sorted({found[place] + padding[place] for place in free}, reverse=True), 0
            widest = [place for place in free if found[place] + padding[place] == top]
            for to_come, place in zip(range(len(widest), 0, -1), widest, strict=True):
                taken = min(round(too_much / to_come), top - second, found[place] - least[place])
                found[place] -= taken
                too_much -= taken
        return found


def _longest_stretch(texts: Iterable[str], *, words: bool) -> int:
    """Return the width of the longest stretch that no-break spaces hold together, or of the longest one with words."""
    stretches = (stretch for text in texts for stretch in _STRETCH.findall(text) if words or _is_held(stretch))
    return max(map(cell_len, stretches), default=0)


def _is_held(text: str) -> bool:
    return any(space in text for space in _NO_BREAK)


def _plain(shown: RenderableType) -> str:
    return shown.plain if isinstance(shown, Text) else str(shown)


def _width(text: str) -> int:
    return max(map(cell_len, text.splitlines()), default=0)
