"""The settings of paying with points: the integration's switch and the directory of payment types."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final

import attrs

from hotelpay.bonus.points import Rate, Step
from hotelpay.card_numbers import mask_card_numbers
from hotelpay.errors import UnknownName, WrongType
from hotelpay.money import Cap, Currency
from hotelpay.texts import all_different, choice, every, identifier, optional_identifier, switch


class Unit(enum.Enum):
    """What the currency type of a card counts: points, or a currency whose code it then is."""

    POINTS = "points"
    CURRENCY = "currency"


class CapBasis(enum.Enum):
    """What the percentage is taken of.

    ``balance``: the negative balance at that moment; paying twice takes the share of what is
    left. ``charges``: the folio's charges less what all bonus types have already paid on it (D11).
    """

    BALANCE = "balance"
    CHARGES = "charges"


_ONE: Final = Rate.of(1)


@attrs.frozen(kw_only=True)
class BonusPaymentType:
    """One way to pay with points: a currency type of the loyalty system and how much it may pay.

    ``max_percent`` is 0 and ``enabled`` false until set. ``currency`` is what the type pays in; one point is
    worth ``rate`` of its major units. Without a rate it is 1 for points and for the same currency; a type in
    another currency then has none, and nothing can be redeemed with it (D10).
    """

    id: str
    name: str = ""
    external_id: str | None = None
    currency_type: str
    unit: Unit = Unit.POINTS
    currency: Currency
    max_percent: Cap = attrs.field(factory=lambda: Cap.of(0))
    enabled: bool = False
    rate: Rate | None = None
    step: Step = attrs.field(factory=lambda: Step.of("0.01"))
    cap_basis: CapBasis = CapBasis.BALANCE

    def __attrs_post_init__(self) -> None:
        identifier(self.id, "id")
        if self.name != "":
            identifier(self.name, "name")
        optional_identifier(self.external_id, "external_id")
        identifier(self.currency_type, "currency_type")
        choice(self.unit, Unit, "unit")
        choice(self.cap_basis, CapBasis, "cap_basis")
        switch(self.enabled, "enabled")
        for field, kind in (("currency", Currency), ("max_percent", Cap), ("step", Step)):
            if type(getattr(self, field)) is not kind:
                raise WrongType(field, getattr(self, field), f"a {kind.__name__}")
        if self.unit is Unit.CURRENCY:
            self._check_currency_type()
        if self.rate is None:
            if self.unit is Unit.POINTS or self.currency_type == self.currency.code:
                object.__setattr__(self, "rate", _ONE)
        elif type(self.rate) is not Rate:
            raise WrongType("rate", self.rate, "a Rate")

    def _check_currency_type(self) -> None:
        try:
            Currency.of(self.currency_type)
        except UnknownName as unknown:
            raise UnknownName("currency_type", self.currency_type, unknown.expected, code=unknown.code) from None

    @property
    def step_worth(self) -> tuple[int, int] | None:
        """What one step is worth in **minor** units, as (numerator, denominator); None without a rate."""
        if self.rate is None:
            return None
        rate, step = self.rate.ratio, self.step.ratio
        return rate[0] * step[0] * 10**self.currency.decimals, rate[1] * step[1]


def _types(items: Iterable[BonusPaymentType]) -> tuple[BonusPaymentType, ...]:
    return tuple(items)


@attrs.frozen(kw_only=True)
class BonusSettings:
    """The hotel's integration with its loyalty system: off until switched on, and its payment types."""

    active: bool = False
    payment_types: tuple[BonusPaymentType, ...] = attrs.field(default=(), converter=_types)

    def __attrs_post_init__(self) -> None:
        switch(self.active, "active")
        every(self.payment_types, BonusPaymentType, "payment_types")
        all_different((payment_type.id for payment_type in self.payment_types), "payment_types")

    def payment_type(self, name: str) -> BonusPaymentType:
        """Return the payment type of an id; raises :class:`~hotelpay.errors.UnknownName` (a LookupError)."""
        for payment_type in self.payment_types:
            if payment_type.id == name:
                return payment_type
        ids = ", ".join(payment_type.id for payment_type in self.payment_types)
        known = mask_card_numbers(ids) or "none is set up"
        raise UnknownName("payment_type", name, f"one of the bonus payment types ({known})", code="unknown_id")
