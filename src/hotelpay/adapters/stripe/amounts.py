"""Amounts as Stripe counts them, which is not in every currency as ISO 4217 does.

The rules are Stripe's (https://docs.stripe.com/currencies): some currencies are counted in whole units, the króna
in hundredths that are always zero, and dinars in thousandths of which the last is zero. A factor of a hundred is
the worst mistake that a gateway can make, so a currency about which this module is not sure is refused.
"""

from __future__ import annotations

from typing import Final

from hotelpay.money import Currency, Money

_WHOLE: Final = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THOUSANDTHS: Final = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
#: Counted in hundredths, though ISO 4217 gives it none: only multiples of a hundred are taken.
_HUNDREDTHS: Final = frozenset(("ISK",))
_USUAL_DECIMALS: Final = 2


def stripe_decimals(currency: Currency) -> int | None:
    """Return how many decimals Stripe counts a currency in; None where that is not known for certain.

    Not known is the Ugandan shilling, which Stripe has counted in both ways, and what ISO 4217 counts in other than
    hundredths and Stripe does not list.
    """
    if currency.code in _WHOLE:
        return 0
    if currency.code in _THOUSANDTHS:
        return 3
    usual = currency.decimals == _USUAL_DECIMALS or currency.code in _HUNDREDTHS
    return _USUAL_DECIMALS if usual else None


def in_stripe_units(amount: Money) -> int | None:
    """Return an amount as the whole number that Stripe is asked for; None where it cannot be paid there exactly."""
    decimals = stripe_decimals(amount.currency)
    if decimals is None:
        return None
    units, rest = divmod(amount.minor * 10**decimals, 10**amount.currency.decimals)
    return None if rest or (decimals == 3 and units % 10) else units  # noqa: PLR2004  thousandths


def from_stripe_units(units: int, code: str) -> Money:
    """Return what Stripe says it took, in the currency's own minor units.

    Raises :class:`~hotelpay.errors.UnknownName` for an unknown currency, and ``ValueError`` for an amount that the
    currency cannot express or that this module would never have asked for.
    """
    currency = Currency.of(code.upper())
    decimals = stripe_decimals(currency)
    if decimals is None:
        raise ValueError(f"it is not certain how Stripe counts {currency}")
    minor, rest = divmod(units * 10**currency.decimals, 10**decimals)
    if rest:
        raise ValueError(f"{units} of Stripe's units are no amount of {currency}")
    return Money(minor, currency)
