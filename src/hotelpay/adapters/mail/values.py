"""What is put in the place of placeholders: one line each, without control characters and card numbers."""

from __future__ import annotations

import re
from typing import Final

import attrs

from hotelpay.adapters.mail.grammar import Placeholder
from hotelpay.card_numbers import mask_card_numbers
from hotelpay.errors import WrongType
from hotelpay.money import Money

#: A longer value is cut off: no name is longer, and what is may be meant to fill a page.
LONGEST_VALUE: Final = 200
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


def one_line(value: str, field: str) -> str:
    """Return ``value`` as it may be shown to a guest, whatever was entered once.

    Line breaks, control characters and runs of blanks become one space, half a character (a lone surrogate) a question
    mark, what could be a card's number is masked, and what is longer than 200 characters is cut off. Only another type
    is refused (:class:`~hotelpay.errors.WrongType`): an e-mail with an odd name is better than none.
    """
    if not isinstance(value, str):
        raise WrongType(field, value, "a text")
    head = value[: LONGEST_VALUE * 2].encode(errors="replace").decode()
    line = mask_card_numbers(" ".join(_CONTROLS.sub(" ", head).split()))
    # Masked again where it is cut, which can make a number of digits that were none.
    return line if len(line) <= LONGEST_VALUE else mask_card_numbers(line[: LONGEST_VALUE - 1] + "…")


def _shown(value: str | None, field: str) -> str | None:
    return None if value is None else one_line(value, field)


@attrs.frozen(kw_only=True)
class Values:
    """What the placeholders of a template stand for; each has the name of its :class:`Placeholder`.

    Texts are what the guest reads (a date in the guest's own language, say), made one line by :func:`one_line`. None is
    "there is none": a template that names it cannot be rendered. The amount shows as :class:`~hotelpay.money.Money`
    prints itself; a mailer puts in the one that it was told.
    """

    guest: str | None = attrs.field(default=None, repr=False)
    hotel: str | None = None
    reservation: str | None = None
    arrival: str | None = None
    departure: str | None = None
    amount: Money | None = None

    def __attrs_post_init__(self) -> None:
        for field in ("guest", "hotel", "reservation", "arrival", "departure"):
            object.__setattr__(self, field, _shown(getattr(self, field), field))
        if self.amount is not None and not isinstance(self.amount, Money):
            raise WrongType("amount", self.amount, "Money")

    def text_of(self, placeholder: Placeholder) -> str | None:
        """Return what a placeholder stands for, None where there is none."""
        value = getattr(self, placeholder.value)
        return None if value is None else str(value)
