"""Amounts as Stripe counts them: a factor of a hundred would be the worst mistake of all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotelpay import Currency, Money, UnknownName
from hotelpay.adapters.stripe.amounts import from_stripe_units, in_stripe_units, stripe_decimals
from hotelpay.money import _DECIMALS


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("10.00", "EUR", 1000),
        ("0.01", "USD", 1),
        ("-3.50", "EUR", -350),
        ("500", "JPY", 500),
        ("5", "ISK", 500),
        ("20.00", "MGA", 20),
        ("5.120", "KWD", 5120),
        ("0", "EUR", 0),
    ],
)
def test_an_amount_is_asked_for_in_stripes_units(amount: str, currency: str, units: int) -> None:
    money = Money.of(amount, currency)
    assert in_stripe_units(money) == units
    assert from_stripe_units(units, currency.lower()) == money


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("20.20", "MGA"),
        ("5.124", "KWD"),
        ("1", "UGX"),
        ("1.000", "IQD"),
        ("1.000", "LYD"),
        ("1.0000", "CLF"),
        ("1", "UYI"),
    ],
)
def test_what_cannot_be_paid_there_exactly_is_not_asked_for(amount: str, currency: str) -> None:
    """A fraction of what Stripe counts whole, and currencies of which its own counting is not certain."""
    assert in_stripe_units(Money.of(amount, currency)) is None


@pytest.mark.parametrize(("units", "currency"), [(1, "isk"), (1, "ugx"), (1, "iqd")])
def test_an_answer_that_is_no_amount_is_refused(units: int, currency: str) -> None:
    with pytest.raises(ValueError, match=r"of Stripe's units|how Stripe counts"):
        from_stripe_units(units, currency)


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(UnknownName):
        from_stripe_units(1, "xxx")


@given(st.sampled_from(sorted(_DECIMALS)), st.integers(-(10**12), 10**12))
def test_what_is_asked_for_is_what_is_read(code: str, minor: int) -> None:
    """There and back nothing is gained or lost, in any currency."""
    money = Money(minor, Currency.of(code))
    units = in_stripe_units(money)
    if units is not None:
        assert from_stripe_units(units, money.currency.code) == money


@given(st.sampled_from(sorted(_DECIMALS)))
def test_a_currency_is_counted_as_iso_counts_it_or_by_an_exception(code: str) -> None:
    """The exceptions are these and no others."""
    currency = Currency.of(code)
    decimals = stripe_decimals(currency)
    assert decimals in (None, currency.decimals) or code in ("MGA", "ISK")
