"""A measured figure with its target, and the table and the document of many."""

from __future__ import annotations

import enum
import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from timing import Spread

#: Wide enough for the table where no terminal says how wide it is.
_WIDTH_WITHOUT_TERMINAL: Final = 150
#: The unit of figures that are quotients: what is measured, divided by what it is measured against.
RATIO: Final = "ratio"


class Disagreement(Exception):
    """Two ways that must give the same results do not: there is nothing to compare the cost of."""


def agree(what: str, found: Sequence[object], expected: Sequence[object]) -> None:
    """Raise :class:`Disagreement` where two lists of results differ, and show where they first do."""
    if len(found) != len(expected):
        raise Disagreement(f"{what}: {len(found)} results against {len(expected)}")
    for place, (one, other) in enumerate(zip(found, expected, strict=True)):
        if one != other:
            raise Disagreement(f"{what}: result {place} is {one}, against {other}")


class Topic(enum.Enum):
    """What a figure is about; the value heads its table."""

    SELECTION = "Batch selection"
    DECISION = "A single decision"
    CYCLE = "Cycles and the length of history"
    MONEY = "Amounts and quotes"
    IMPORT = "Import"
    MEMORY = "Memory"
    PREVIEW = "hotelpay preview"


@attrs.frozen(kw_only=True)
class Row:
    """One figure: of what, ``against`` what, in which ``unit``, and the ``target`` its median must not exceed.

    ``why`` says what a missed target is owed to, where that is known.
    """

    topic: Topic
    what: str
    against: str = ""
    unit: str = RATIO
    spread: Spread
    target: float | None = None
    note: str = ""
    why: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        return None if self.target is None else self.spread.median <= self.target

    @property
    def verdict(self) -> str:
        """Whether the target is met, or by how much it is missed."""
        if self.target is None:
            return ""
        if self.is_met:
            return "met"
        if not self.target:
            return f"missed by {self.spread.median:g}"
        return f"missed: {self.spread.median / self.target:.2f} times the target"


def show(rows: Iterable[Row]) -> None:
    """Print the rows as a table."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH_WITHOUT_TERMINAL)
    table = Table(
        title=f"What hotelpay costs: ratios of processor time, all of this one run ({_machine()})", show_lines=True
    )
    table.add_column("what")
    table.add_column("against")
    for name in ("median", "min", "max", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict")
    for row in rows:
        what = Text(row.what)
        if row.note:
            what.append(f"\n{row.note}", style="dim")
        figures = (row.spread.median, row.spread.lowest, row.spread.highest)
        table.add_row(
            what,
            Text(row.against),
            *(figure(each, row.unit) for each in figures),
            "" if row.target is None else f"≤ {figure(row.target, row.unit)}",
            Text(row.verdict, style="green" if row.is_met else "red"),
        )
    console.print(table)


def figure(value: float, unit: str) -> str:
    """Write a figure of a unit, a ratio with three digits that count."""
    if unit != RATIO:
        return f"{value:.0f} {unit}"
    return f"{value:#.3g}" if 0 < value < 1 else f"{value:.2f}"


def _machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores"


def write_json(rows: Iterable[Row], path: Path) -> None:
    """Write the rows for programs."""
    document = {"machine": _machine(), "rows": [_row_document(row) for row in rows]}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _row_document(row: Row) -> dict[str, Any]:
    return {
        "what": row.what,
        "against": row.against,
        "unit": row.unit,
        "median": row.spread.median,
        "min": row.spread.lowest,
        "max": row.spread.highest,
        "target": row.target,
        "met": row.is_met,
        "note": row.note,
    }
