"""How numbers are written, as a shape that a script can follow: a page adds up what it shows, and writes the sums."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import attrs

from hotelpay.messages import Language
from hotelpay.money import Currency, Money

_GROUP: Final = 3
#: Long enough to show a separator of thousands twice.
_PROBE: Final = 1_234_567
#: From how many digits on thousands may be apart: some locales leave four together.
_LEAST_GROUPED: Final = (4, 5)


@attrs.frozen
class Shape:
    """How a number of units of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ is written: ``1234567`` as ``€12,345.67``.

    ``group`` stands between thousands from ``least`` digits on before the ``point``; ``least`` is 0 where they are
    never apart.
    """

    prefix: str = ""
    suffix: str = ""
    point: str = ""
    group: str = ""
    least: int = 0
    decimals: int = 0

    @classmethod
    def of(cls, write: Callable[[int], str], decimals: int) -> Shape:
        """Return the shape of what ``write`` makes of a number of units."""
        scale = 10**decimals
        prefix, digits, suffix = _parts(write(_PROBE * scale))
        whole = digits[: len(digits) - decimals]
        point = re.sub(r".*\d", "", whole) if decimals else ""
        group = _between(digits.removesuffix(point + "0" * decimals))
        least = next((size for size in _LEAST_GROUPED if group and group in write(10 ** (size - 1) * scale)), 0)
        return cls(prefix, suffix, point, group, least, decimals)

    def text(self, units: int) -> str:
        """Write a number of units, zero or more."""
        digits = str(units).zfill(self.decimals + 1)
        split = len(digits) - self.decimals
        whole, fraction = digits[:split], digits[split:]
        if self.least and split >= self.least:
            first = split % _GROUP or _GROUP
            whole = self.group.join([whole[:first], *re.findall(r"\d{3}", whole[first:])])
        return f"{self.prefix}{whole}{self.point}{fraction}{self.suffix}"


def amount_shape(language: Language, currency: Currency) -> Shape:
    """Return how a language writes amounts of a currency."""
    return Shape.of(lambda minor: language.writing.money(Money(minor, currency)), currency.decimals)


def count_shape(language: Language) -> Shape:
    """Return how a language writes whole numbers."""
    return Shape.of(language.writing.number, 0)


def _parts(text: str) -> tuple[str, str, str]:
    """Return what stands before the first digit, from it to the last one, and after that."""
    places = [place for place, each in enumerate(text) if each.isdigit()]
    return text[: places[0]], text[places[0] : places[-1] + 1], text[places[-1] + 1 :]


def _between(whole: str) -> str:
    """Return what stands between the thousands."""
    found = re.search(r"\D+", whole)
    return found.group() if found else ""
