"""What pages that are made from the code are made of: tables, code and docstrings in Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a cell may hold any Markdown of one line."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def code(text: object) -> str:
    """Return a text as code."""
    return f"`{text}`"


def summary(cls: type) -> str:
    """Return the first paragraph of a docstring, its references as Markdown writes them."""
    return re.sub(r":(\w+):`", r"{py:\1}`", (inspect.getdoc(cls) or "").partition("\n\n")[0])
