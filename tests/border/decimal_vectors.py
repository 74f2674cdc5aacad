"""A small reader of the General Decimal Arithmetic test cases that come with Python's own tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import attrs

_DIRECTIVE: Final = re.compile(r"(\w+)\s*:\s*(\S+)")
_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\S+")
_COMMENT: Final = re.compile(r"^\s*--.*|\s--.*")


@attrs.frozen
class Vector:
    """One case: an operation on operands, what comes of it, and the rounding that holds meanwhile."""

    name: str
    operation: str
    operands: tuple[str, ...]
    result: str
    conditions: frozenset[str]
    rounding: str

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """The operands as decimals."""
        return tuple(Decimal(operand) for operand in self.operands)

    @property
    def expected(self) -> Decimal:
        """The result as a decimal."""
        return Decimal(self.result)

    @property
    def is_exact(self) -> bool:
        """Whether nothing was rounded off."""
        return "Inexact" not in self.conditions


def vectors(path: Path) -> Iterator[Vector]:
    """Yield the cases of a file; those that write a number as bits, or give none, are left out."""
    rounding = ""
    for line in path.read_text(encoding="latin-1").splitlines():
        directive = _DIRECTIVE.match(line)
        if directive:
            rounding = directive[2].lower() if directive[1].lower() == "rounding" else rounding
            continue
        tokens = [_bare(token) for token in _TOKEN.findall(_COMMENT.sub("", line))]
        if "->" not in tokens:
            continue
        arrow = tokens.index("->")
        name, operation, *operands = tokens[:arrow]
        result, *conditions = tokens[arrow + 1 :]
        if not any(text.startswith(("#", "?")) or "#" in text for text in (*operands, result)):
            kept = (name, operation.lower(), tuple(operands), result, frozenset(conditions), rounding)
            yield Vector(*kept)


def _bare(token: str) -> str:
    quote = token[0]
    return token[1:-1].replace(quote * 2, quote) if quote in "'\"" and token != quote else token
