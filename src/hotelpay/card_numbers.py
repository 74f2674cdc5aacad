"""Recognise what looks like a payment card's number, so that none is kept, logged or repeated.

A text is taken for a card number where a run of digits has a length some issuer uses, begins as that
issuer's numbers begin **and** passes the Luhn check. One 16-digit string in ten passes Luhn alone, so
identifiers of reservations, folios and bonus cards are never judged by this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_SHORTEST: Final = 12
_LONGEST: Final = 19

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

# People write card numbers in groups: 4111 1111 1111 1111, or with hyphens, dots or tabs between.
_GROUPED_DIGITS: Final = re.compile(r"\d+(?:[ \t.\u00a0\u2010-\u2015-]\d+)*")
_DIGITS: Final = re.compile(r"\d+")


def contains_card_number(text: str) -> bool:
    """Tell whether some part of ``text`` looks like a payment card's number."""
    return len(text) >= _SHORTEST and next(_spans(text), None) is not None


def mask_card_numbers(text: str) -> str:
    """Return ``text`` with all but the last four digits of every apparent card number as ``•``."""
    # Numbers may overlap: what the first mask leaves can be the beginning of another one.
    while contains_card_number(text):
        text = _masked_once(text)
    return text


def _masked_once(text: str) -> str:
    masked = list(text)
    for start, end in _spans(text):
        places = [place for place in range(start, end) if text[place].isdecimal()]
        for place in places[:-4]:
            masked[place] = "•"
    return "".join(masked)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where apparent card numbers stand; a number is made of whole groups of digits."""
    for run in _GROUPED_DIGITS.finditer(text):
        groups = [group.span() for group in _DIGITS.finditer(text, run.start(), run.end())]
        for first, (start, _) in enumerate(groups):
            digits = ""
            for group_start, end in groups[first:]:
                # int() reads the digits of every script, so that no script hides a number.
                digits += "".join(str(int(digit)) for digit in text[group_start:end])
                if len(digits) > _LONGEST:
                    break
                if _is_card_number(digits):
                    yield start, end


def _is_card_number(digits: str) -> bool:
    return len(digits) >= _SHORTEST and _has_issuer(digits) and _passes_luhn(digits)


def _has_issuer(digits: str) -> bool:
    return any(
        first <= digits[: len(first)] <= last and len(digits) in lengths for first, last, lengths in _ISSUER_RANGES
    )


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004  the digit sum of 10…18
    return total % 10 == 0
