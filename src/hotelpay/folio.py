"""A guest's bill: charges, payments, balance and amount due."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hotelpay.errors import CurrencyMismatch, WrongType
from hotelpay.moments import Instant, instant, optional_instant
from hotelpay.money import Currency, Money
from hotelpay.texts import every, free_text, identifier, switch


@attrs.frozen
class Charge:
    """A line of a folio: what was sold, by revenue group, net of the line's own discount.

    ``amount`` is negative for a discount of its own or a correction.
    """

    revenue_group: str
    amount: Money

    def __attrs_post_init__(self) -> None:
        identifier(self.revenue_group, "revenue_group")
        _money(self.amount)


def _comment(value: str | None) -> str | None:
    return None if value is None else free_text(value, "comment")


@attrs.frozen(kw_only=True)
class Payment:
    """Money received on a folio; a refund has a negative ``amount``.

    ``reference`` is the key the payment is known by: one that hotelpay posted is recognised by it.
    """

    amount: Money
    payment_type: str | None = None
    reference: str | None = None
    paid_at: Instant | None = attrs.field(default=None, converter=optional_instant)
    comment: str | None = attrs.field(default=None, repr=False, converter=_comment)

    def __attrs_post_init__(self) -> None:
        _money(self.amount)
        if self.payment_type is not None:
            identifier(self.payment_type, "payment_type")
        if self.reference is not None:
            identifier(self.reference, "reference")


def _charges(items: Iterable[Charge]) -> tuple[Charge, ...]:
    return tuple(items)


def _payments(items: Iterable[Payment]) -> tuple[Payment, ...]:
    return tuple(items)


@attrs.frozen(kw_only=True)
class Folio:
    """One bill of a reservation, in one currency, open or closed.

    Raises :class:`~hotelpay.errors.CurrencyMismatch` for a line in another currency.
    """

    id: str
    opened_at: Instant = attrs.field(converter=instant)
    currency: Currency
    closed: bool = False
    charges: tuple[Charge, ...] = attrs.field(default=(), converter=_charges)
    payments: tuple[Payment, ...] = attrs.field(default=(), converter=_payments)

    def __attrs_post_init__(self) -> None:
        identifier(self.id, "id")
        switch(self.closed, "closed")
        if type(self.currency) is not Currency:
            raise WrongType("currency", self.currency, "a Currency")
        if self.charges:
            every(self.charges, Charge, "charges")
            _same_currency(self.charges, self.currency)
        if self.payments:
            every(self.payments, Payment, "payments")
            _same_currency(self.payments, self.currency)

    @property
    def charged(self) -> Money:
        """The sum of all charges."""
        return self.charges_in(())

    @property
    def paid(self) -> Money:
        """The sum of all payments, refunds taken off."""
        return Money(self.paid_minor, self.currency)

    @property
    def balance(self) -> Money:
        """Payments less charges: **negative means that the guest owes**."""
        return self.paid - self.charged

    @property
    def amount_due(self) -> Money:
        """What the guest still owes: the balance turned round where it is negative, else zero."""
        return Money(self.due_minor, self.currency)

    def charges_in(self, revenue_groups: Iterable[str]) -> Money:
        """Return the sum of the charges in these revenue groups; of all charges where none is named."""
        return Money(self.charged_minor(frozenset(revenue_groups)), self.currency)

    # The same sums as bare minor units: a cycle asks for them row by row, and an amount is made once, at the end.

    def charged_minor(self, revenue_groups: frozenset[str] = frozenset()) -> int:
        """Return :meth:`charges_in` in minor units."""
        if not revenue_groups:
            return sum([line.amount.minor for line in self.charges])
        return sum([line.amount.minor for line in self.charges if line.revenue_group in revenue_groups])

    @property
    def paid_minor(self) -> int:
        """:attr:`paid` in minor units."""
        return sum([payment.amount.minor for payment in self.payments])

    @property
    def due_minor(self) -> int:
        """:attr:`amount_due` in minor units."""
        due = 0
        for line in self.charges:
            due += line.amount.minor
        for payment in self.payments:
            due -= payment.amount.minor
        return due if due > 0 else 0  # noqa: FURB136  a call costs as much as the sums


def oldest_open_folio(folios: Iterable[Folio]) -> Folio | None:
    """Return the open folio that was opened first, of equals the first listed (AP-FOLIO-OLDEST)."""
    oldest: Folio | None = None
    for folio in folios:
        if not folio.closed and (oldest is None or folio.opened_at < oldest.opened_at):
            oldest = folio
    return oldest


def _same_currency(lines: Iterable[Charge | Payment], currency: Currency) -> None:
    for line in lines:
        found = line.amount.currency
        if found is not currency and found.code != currency.code:
            raise CurrencyMismatch(found.code, currency.code)


def _money(value: Money) -> None:
    if type(value) is not Money:
        raise WrongType("amount", value, "Money")
