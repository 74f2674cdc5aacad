"""The formulas and the quote in the money types of two libraries: their bare arithmetic, without a reason or a line.

Both keep a ``Decimal`` and a currency, and neither rounds half up of itself, so the last step is ``quantize``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any, Final

import attrs

from peers import find_peers
from plain_hotel import PlainFolio, PlainFormula, PlainReservation

find_peers()

import moneyed  # noqa: E402  found by the line above
import stockholm  # noqa: E402

_CENT: Final = Decimal("0.01")
_EUR: Final = "EUR"


@attrs.frozen
class MoneyLibrary:
    """A library: how it makes an amount, the number of one, and how often one amount goes into another."""

    package: str
    make: Callable[[Decimal, str], Any]
    number: Callable[[Any], Decimal]
    quotient: Callable[[Any, Any], Decimal]


def _moneyed(amount: Decimal, code: str) -> Any:
    return moneyed.Money(amount, _CURRENCIES.get(code, code))


#: Handing over a currency saves looking up its code.
_CURRENCIES: Final = {code: moneyed.get_currency(code) for code in ("EUR", "JPY")}

LIBRARIES: Final = (
    MoneyLibrary("py-moneyed", _moneyed, lambda money: money.amount, lambda money, part: money / part),
    MoneyLibrary("stockholm", stockholm.Money, lambda money: money.amount, lambda money, part: (money / part).amount),
)


# Amounts.


@attrs.frozen
class MoneyCase:
    """A formula, a reservation and a folio whose amounts are a library's money."""

    library: MoneyLibrary
    formula: PlainFormula
    reservation: PlainReservation
    folio: PlainFolio
    nothing: Any


def money_case(
    library: MoneyLibrary, formula: PlainFormula, reservation: PlainReservation, folio: PlainFolio
) -> MoneyCase:
    """Return a case of the plain hotel in a library's money."""

    def of(amount: Decimal) -> Any:
        return library.make(amount, _EUR)

    def bill(each: PlainFolio) -> PlainFolio:
        charges = [(group, of(amount)) for group, amount in each.charges]
        return replace(each, charges=charges, payments=[of(payment) for payment in each.payments])

    rule = reservation.deposit
    deposit = None if rule is None else replace(rule, fixed=of(rule.fixed))
    guest = replace(reservation, deposit=deposit, folios=[bill(each) for each in reservation.folios])
    return MoneyCase(library, replace(formula, fixed=of(formula.fixed)), guest, bill(folio), of(Decimal(0)))


def money_amount(case: MoneyCase) -> Any:
    """Return what a formula takes in a library's money; None where that is nothing."""
    formula, folio, nothing = case.formula, case.folio, case.nothing
    if formula.basis == "folio_charges":
        charged = _charged(folio, formula.revenue_groups, nothing)
        total = _greater_share(formula, charged, case) + formula.fixed
    else:
        base = _outstanding(case) if formula.basis == "required_deposit" else _owed(folio, nothing)
        if base <= nothing:
            return None
        total = base + formula.fixed
        if formula.percent is not None:
            total += base * formula.percent / 100
    total = _half_up(total, case)
    return total if total > nothing else None


def _owed(folio: PlainFolio, nothing: Any) -> Any:
    return _charged(folio, frozenset(), nothing) - _sum(folio.payments, nothing)


def _charged(folio: PlainFolio, groups: frozenset[str], nothing: Any) -> Any:
    return _sum([amount for group, amount in folio.charges if not groups or group in groups], nothing)


def _sum(amounts: Sequence[Any], nothing: Any) -> Any:
    return sum(amounts, nothing) if amounts else nothing


def _greater_share(rule: PlainFormula, base: Any, case: MoneyCase) -> Any:
    parts, nights = [], case.reservation.nights
    if rule.percent is not None:
        parts.append(base * rule.percent / 100)
    if rule.nights is not None:
        parts.append(base * min(rule.nights, nights) / nights)
    return max(parts, default=case.nothing)


def _outstanding(case: MoneyCase) -> Any:
    rule, folios, nothing = case.reservation.deposit, case.reservation.folios, case.nothing
    if rule is None:
        return nothing
    charged = _sum([_charged(folio, rule.revenue_groups, nothing) for folio in folios], nothing)
    asked = _half_up(_greater_share(rule, charged, case) + rule.fixed, case)
    return asked - _sum([payment for folio in folios for payment in folio.payments], nothing)


def _half_up(money: Any, case: MoneyCase) -> Any:
    library = case.library
    return library.make(library.number(money).quantize(_CENT, ROUND_HALF_UP), _EUR)


# Quotes.


@attrs.frozen(kw_only=True)
class MoneyQuestion:
    """What a quote is asked for: amounts in a library's money, points and rates as numbers."""

    library: MoneyLibrary
    currency: str
    enabled: bool
    percent: Decimal
    step: Decimal
    unit: Decimal
    of_charges: bool
    balance: Any
    card: Decimal
    charges: Any
    redeemed: Any
    worth: Any
    nothing: Any


def money_quote(asked: MoneyQuestion) -> tuple[Decimal, Any, Any]:
    """Return the points, the amount they pay and the cap."""
    nothing = asked.nothing
    due = max(-asked.balance, nothing)
    whole, used = (asked.charges, asked.redeemed) if asked.of_charges else (due, nothing)
    allowed = _down(whole * asked.percent / 100, asked)
    cap = max(nothing, min(due, allowed - used))
    if not asked.enabled or asked.card <= 0 or not cap:
        return Decimal(0), nothing, cap
    quotient = asked.library.quotient
    steps = min(quotient(cap, asked.worth) // 1, asked.card // asked.step)
    amount = _down(asked.worth * steps, asked)
    return quotient(amount, asked.worth).to_integral_value(ROUND_CEILING) * asked.step, amount, cap


def _down(money: Any, asked: MoneyQuestion) -> Any:
    return asked.library.make(asked.library.number(money).quantize(asked.unit, ROUND_DOWN), asked.currency)
