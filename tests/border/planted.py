"""Numbers of payment cards to be planted, and what finds them again wherever they come out."""

from __future__ import annotations

import re
from typing import Final

#: Numbers that payment processors publish for tests, one a brand; the first three are also written in groups.
VISA: Final = "4111111111111111"
MASTERCARD: Final = "5555555555554444"
AMEX: Final = "378282246310005"
NUMBERS: Final = {
    "Visa": VISA,
    "Visa of 13": "4222222222222",
    "Mastercard": MASTERCARD,
    "Mastercard of the second series": "2223003122003222",
    "American Express": AMEX,
    "Diners Club": "30569309025904",
    "JCB": "3530111333300000",
    "Discover": "6011111111111117",
    "UnionPay": "6205500000000000004",
    "Mir": "2200000000000053",
    "Maestro": "6304000000000000",
}
#: The same as people write them.
WRITTEN: Final = {
    **NUMBERS,
    "Visa, spaced": "4111 1111 1111 1111",
    "Visa, dashed": "4111-1111-1111-1111",
    "Mastercard, dotted": "5555.5555.5555.4444",
    "American Express, spaced": "3782 822463 10005",
}
_BETWEEN: Final = "[ \\t.\u00a0\u2010-\u2015-]"
#: A number that stands for itself: digits right before or after it make it another, longer one.
_STANDING: Final = re.compile("|".join(rf"(?<!\d){f'{_BETWEEN}?'.join(number)}(?!\d)" for number in NUMBERS.values()))
#: So many digits of a number may be shown at its beginning: who issued it.
_SHOWN_DIGITS: Final = 8
_STARTS: Final = tuple(number[: _SHOWN_DIGITS + 1] for number in NUMBERS.values())


def stands_in(text: str) -> bool:
    """Tell whether one of the numbers stands in a text, written in whatever groups."""
    return _STANDING.search(text) is not None


def is_told_by(text: str) -> bool:
    """Tell whether a text tells one of the numbers, or more than the beginning of one."""
    bare = re.sub(_BETWEEN, "", text)
    return any(start in bare for start in _STARTS)
