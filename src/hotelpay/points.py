"""Points: what a loyalty system keeps on a bonus card, never to be confused with money; and the card itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from hotelpay.errors import PointsMismatch
from hotelpay.money import parse_decimal
from hotelpay.texts import identifier


@attrs.frozen(order=False)
class Points:
    """An exact quantity of points of one currency type of the loyalty system (``BONUS``, roubles …)."""

    amount: Decimal
    currency_type: str

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "amount", parse_decimal(self.amount, "points"))
        identifier(self.currency_type, "currency_type")

    @classmethod
    def of(cls, amount: str | Decimal | int, currency_type: str) -> Points:
        """Read a quantity of points."""
        return cls(parse_decimal(amount, "points"), currency_type)

    def _same(self, other: Points) -> Decimal:
        if self.currency_type != other.currency_type:
            raise PointsMismatch(self.currency_type, other.currency_type)
        return other.amount

    def __lt__(self, other: Points) -> bool:
        return self.amount < self._same(other) if isinstance(other, Points) else NotImplemented

    def __le__(self, other: Points) -> bool:
        return self.amount <= self._same(other) if isinstance(other, Points) else NotImplemented

    def __gt__(self, other: Points) -> bool:
        return self.amount > self._same(other) if isinstance(other, Points) else NotImplemented

    def __ge__(self, other: Points) -> bool:
        return self.amount >= self._same(other) if isinstance(other, Points) else NotImplemented

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency_type}"


@attrs.frozen(repr=False)
class BonusCard:
    """The number of a guest's bonus card: personal data, so no repr, log line or message shows more than its end."""

    number: str

    def __attrs_post_init__(self) -> None:
        identifier(self.number, "bonus card")

    def __repr__(self) -> str:
        return f"BonusCard({str(self)!r})"

    def __str__(self) -> str:
        return "•••" + (self.number[-4:] if len(self.number) >= _LONG_ENOUGH else "")


#: A shorter number would be given away by its last four characters.
_LONG_ENOUGH: Final = 8
