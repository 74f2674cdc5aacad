"""Recognise what looks like a payment card's number, so that none is kept, logged or repeated.

A text is taken for a card number where a run of digits has a length some issuer uses, begins as that
issuer's numbers begin **and** passes the Luhn check. One 16-digit string in ten passes Luhn alone, so
identifiers of reservations, folios and bonus cards are never judged by this module.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

_SHORTEST: Final = 12
#: So many digits at the end of a number may be shown.
_SHOWN: Final = 4
_LONGEST_PREFIX: Final = 4

#: (first prefix, last prefix, lengths) of the issuers a hotel meets; the prefixes of a row have one length.
_ISSUER_RANGES: Final = (
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),  # Mastercard, second series
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14, 16, 19)),  # Diners Club
    ("36", "36", (14, 16, 19)),
    ("38", "39", (14, 16, 19)),
    ("3528", "3589", (16, 17, 18, 19)),  # JCB
    ("6011", "6011", (16, 17, 18, 19)),  # Discover
    ("644", "649", (16, 17, 18, 19)),
    ("65", "65", (16, 17, 18, 19)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("2200", "2204", (16, 17, 18, 19)),  # Mir
    ("5018", "5018", tuple(range(12, 20))),  # Maestro
    ("5020", "5020", tuple(range(12, 20))),
    ("5038", "5038", tuple(range(12, 20))),
    ("5893", "5893", tuple(range(12, 20))),
    ("6304", "6304", tuple(range(12, 20))),
    ("6759", "6759", tuple(range(12, 20))),
    ("6761", "6763", tuple(range(12, 20))),
)

# People write card numbers in groups: 4111 1111 1111 1111, or with hyphens, dots or tabs between. A group of more
# digits than any number has is part of none.
_GROUP: Final = r"\d{1,19}(?!\d)"
_GROUPED_DIGITS: Final = re.compile(rf"(?<!\d){_GROUP}(?:[ \t.\u00a0\u2010-\u2015-]{_GROUP})*")


def contains_card_number(text: str) -> bool:
    """Tell whether some part of ``text`` looks like a payment card's number."""
    return any(next(run.numbers(run.begins), None) is not None for run in _runs(text))


def mask_card_numbers(text: str) -> str:
    """Return ``text`` with all but the last four digits of every apparent card number as ``•``."""
    hidden = [place for run in _runs(text) for place in run.hidden()]
    if not hidden:
        return text
    masked = list(text)
    for place in hidden:
        masked[place] = "•"
    return "".join(masked)


class _Run:
    """Groups of digits that may be one number, or several; ``places`` says where in the text each digit stands.

    Luhn's sums are kept from the first digit on, so that asking for any part of a run takes no longer than the next:
    a hostile text is all groups of one digit.
    """

    __slots__ = ("begins", "digits", "ends", "places", "sums")

    def __init__(self, text: str, start: int, end: int) -> None:
        """Take the run from ``start`` to ``end`` apart."""
        self.places = [place for place in range(start, end) if text[place].isdecimal()]
        # int() reads the digits of every script, so that no script hides a number.
        self.digits = "".join([str(int(text[place])) for place in self.places])
        self.begins = [0]
        self.begins += [i for i in range(1, len(self.places)) if self.places[i] > self.places[i - 1] + 1]
        self.ends = {*self.begins[1:], len(self.places)}
        self.sums = _luhn_sums(self.digits)

    def numbers(self, begins: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield the first digit of each apparent number that begins at one of these, and the one after its last."""
        for first in begins:
            for length in _lengths(self.digits[first : first + _LONGEST_PREFIX]):
                last = first + length
                if last in self.ends and self._passes_luhn(first, last):
                    yield first, last

    def _passes_luhn(self, first: int, last: int) -> bool:
        sums = self.sums[last % 2]
        return (sums[last] - sums[first]) % 10 == 0

    def hidden(self) -> list[int]:
        """Return where in the text the digits stand that are not to be shown."""
        hidden: set[int] = set()
        begins: Collection[int] = self.begins
        while begins:
            found = [number for number in self.numbers(begins) if hidden.isdisjoint(range(*number))]
            for first, last in found:
                hidden.update(range(first, last - _SHOWN))
            # What is left of a number can be the beginning of another one.
            begins = {last - _SHOWN for _, last in found} - hidden
        return [self.places[digit] for digit in hidden]


def _runs(text: str) -> Iterator[_Run]:
    for run in _GROUPED_DIGITS.finditer(text):
        if run.end() - run.start() >= _SHORTEST:
            yield _Run(text, run.start(), run.end())


@functools.lru_cache(maxsize=16384)
def _lengths(prefix: str) -> tuple[int, ...]:
    """Return the lengths that numbers with these first digits may have."""
    found = {
        length for first, last, lengths in _ISSUER_RANGES if first <= prefix[: len(first)] <= last for length in lengths
    }
    return tuple(sorted(found))


def _luhn_sums(digits: str) -> tuple[list[int], list[int]]:
    """Return the sums up to each digit: with those at even places doubled, and with those at odd ones.

    A number's last digit counts once, so one that ends before an even place has its even places doubled.
    """
    sums: tuple[list[int], list[int]] = ([0], [0])
    for place, digit in enumerate(map(int, digits)):
        doubled = digit * 2 - 9 if digit > 4 else digit * 2  # noqa: PLR2004  the digit sum of 10…18
        sums[place % 2].append(sums[place % 2][-1] + doubled)
        sums[1 - place % 2].append(sums[1 - place % 2][-1] + digit)
    return sums
