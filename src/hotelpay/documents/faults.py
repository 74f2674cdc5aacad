"""What is wrong with a document: every fault with its code, path, line and sentence, all in one go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from hotelpay.card_numbers import mask_card_numbers
from hotelpay.errors import HotelpayError, shown

_MOST_IN_TEXT: Final = 20
_LONGEST_KEY: Final = 60


@attrs.frozen(kw_only=True)
class Fault:
    """One fault of a document.

    ``path`` is written as in ``tasks[2].amount.percent`` (empty: the whole document), ``line`` counts from 1
    and is None where the text has no lines to count; ``message`` says what was found and what would be right.
    """

    code: str
    path: str
    message: str
    document: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.document if self.line is None else f"{self.document}:{self.line}"
        return ": ".join(part for part in (place, self.path, self.message) if part)


class DocumentError(HotelpayError, ValueError):
    """A document that cannot be used; ``faults`` lists all that is wrong with it, in the document's order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Keep the faults."""
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        """Write one fault a line."""
        lines = [str(fault) for fault in self.faults[:_MOST_IN_TEXT]]
        if len(self.faults) > _MOST_IN_TEXT:
            lines.append(f"… and {len(self.faults) - _MOST_IN_TEXT} more")
        return "\n".join(lines)


def is_not(value: object, expected: str) -> str:
    """Return the sentence that a value is not what it should be."""
    return f"{shown(value)} is not {expected}"


def in_path(key: str) -> str:
    """Return a key that somebody wrote as it stands in a path: cut off, escaped, card numbers masked."""
    # Masked before it is cut, lest half a number stays; cut before that, since a hostile key may be megabytes long.
    text = mask_card_numbers(key[: _LONGEST_KEY * 2])[:_LONGEST_KEY]
    if not text.isprintable():
        text = ascii(text)[1:-1]
    # What cannot be printed is escaped, and may be ten times as long then.
    if len(key) > _LONGEST_KEY or len(text) > _LONGEST_KEY * 2:
        text = f"{text[:_LONGEST_KEY]}…"
    # Masked again, since cutting and escaping can make a number of digits that were none.
    return mask_card_numbers(text)
