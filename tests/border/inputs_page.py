"""Writes docs/inputs.md from the table of inputs: `PYTHONPATH=tests python -m border.inputs_page`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from border.inputs import ROWS, Row

PAGE: Final = Path(__file__).parents[2] / "docs" / "inputs.md"
_LONGEST: Final = 160
_BEGIN: Final = """\
# What gets in, and what is said

Everything crosses one border, constructors and documents, and is checked there once. An error says what was wrong,
where, and what would be right; it repeats no value that could be a payment card's number, and cuts off a long one. Each
row below is handed in by a test, and says what that test was answered: the tables are written from it, and cannot drift
(`tests/border/inputs_page.py`).

**Given** is what somebody hands in, **to** is what it is handed to. Where it is refused, **code** and **where** are
what a program reads: of an object the `code` and `field` of [the error](embedding.md#catching-errors), of a document
the fault's `code`, `line` and `path` ([the codes](documents.md#faults-of-documents)). A row without a code is taken,
and **said** is what is made of it. How large and how deep a document may be are settings:
[limits](documents.md#limits).
"""


def page() -> str:
    """Return the whole page, as the library answers today."""
    return "\n".join([_BEGIN, *(_section(title, rows) for title, rows in ROWS.items())])


def _section(title: str, rows: tuple[Row, ...]) -> str:
    lines = [f"## {title}", "", "| given | to | code | where | said |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *map(_line, rows), ""])


def _line(row: Row) -> str:
    answer = row.answer()
    said = answer.said if len(answer.said) <= _LONGEST else f"{answer.said[:_LONGEST]}…"
    cells = (row.given, row.to, _quoted(answer.code), _quoted(answer.where), _quoted(said))
    return f"| {' | '.join(cells)} |"


def _quoted(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
