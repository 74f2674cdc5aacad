"""How a stored card is named: Stripe charges a saved payment method only together with its customer."""

from __future__ import annotations

import re
from typing import Final, Self

import attrs

from hotelpay.errors import InvalidValue

_SHAPE: Final = re.compile(r"(cus_[A-Za-z0-9_]{1,60})/((?:pm|card|src)_[A-Za-z0-9_]{1,60})")


@attrs.frozen
class StripeCard:
    """A card that a customer saved for off-session payments: ``cus_…`` and ``pm_…``, or an older ``card_…``, ``src_…``.

    As the id of a :class:`~hotelpay.reservation.Card` it is written ``cus_…/pm_…``, which is what ``str`` gives.
    """

    customer: str
    payment_method: str

    def __attrs_post_init__(self) -> None:
        if not _SHAPE.fullmatch(f"{self.customer}/{self.payment_method}"):
            raise InvalidValue("card", str(self), "Stripe's customer and payment method, cus_…/pm_…")

    @classmethod
    def of(cls, card: str) -> Self:
        """Read a card's id; one of another form raises :class:`~hotelpay.errors.InvalidValue`."""
        return cls(*card.partition("/")[::2])

    def __str__(self) -> str:
        return f"{self.customer}/{self.payment_method}"
