"""Laws of amounts: every line adds up, one rounding at the end, never more than was asked for."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from hotelpay import (
    Adjustment,
    Amount,
    Currency,
    Deposit,
    Folio,
    FolioBalance,
    FolioCharges,
    Formula,
    GuaranteePolicy,
    LineKind,
    Money,
    RequiredDeposit,
    Reservation,
    Share,
)
from hotelpay.autopilot.amounts import formula_amount
from hotelpay.testing import strategies as some

EUR = Currency.of("EUR")
bills = some.folios("F1", EUR).map(lambda folio: folio)
stays = some.reservations()


def total(formula: Formula, stay: Reservation, folio: Folio, policy: GuaranteePolicy | None = None) -> int:
    """Return what a formula takes in minor units; nothing is zero."""
    found = formula_amount(formula, stay, folio, policy)
    return found.total.minor if isinstance(found, Amount) else 0


@given(some.formulas, stays, bills, st.none() | some.policies)
def test_the_lines_that_count_add_up_to_the_total(
    formula: Formula, stay: Reservation, folio: Folio, policy: GuaranteePolicy | None
) -> None:
    found = formula_amount(formula, stay, folio, policy)
    if not isinstance(found, Amount):
        return
    lines = found.breakdown
    assert sum(line.exact for line in lines if line.counts) == found.total.minor
    roundings = [line.exact for line in lines if line.kind is LineKind.ROUNDING]
    assert len(roundings) <= 1
    assert all(-Fraction(1, 2) < rounding <= Fraction(1, 2) for rounding in roundings)
    assert all(found.line_text(line) for line in lines)


@given(some.formulas, stays, bills, st.none() | some.policies)
def test_a_formula_answers_with_an_amount_or_with_reasons(
    formula: Formula, stay: Reservation, folio: Folio, policy: GuaranteePolicy | None
) -> None:
    found = formula_amount(formula, stay, folio, policy)
    assert found.total.minor > 0 if isinstance(found, Amount) else len(found) > 0


@given(bills, stays, st.integers(-100, 0))
def test_a_lowered_balance_never_takes_more_than_is_due(folio: Folio, stay: Reservation, percent: int) -> None:
    taken = total(FolioBalance(adjust_percent=Adjustment.of(percent)), stay, folio)
    assert 0 <= taken <= folio.amount_due.minor


@given(bills, stays)
def test_half_and_half_is_the_whole_to_a_cent(folio: Folio, stay: Reservation) -> None:
    half = total(FolioBalance(adjust_percent=Adjustment.of(-50)), stay, folio)
    assert 0 <= 2 * half - folio.amount_due.minor <= 1


@given(bills, stays, st.integers(1, 20), st.integers(1, 20))
def test_more_nights_never_cost_less_and_never_more_than_all(
    folio: Folio, stay: Reservation, nights: int, more: int
) -> None:
    base = folio.charged.minor
    assume(base > 0)
    few = total(FolioCharges(nights=nights), stay, folio)
    many = total(FolioCharges(nights=nights + more), stay, folio)
    assert few <= many <= base
    assert total(FolioCharges(nights=stay.nights), stay, folio) == base


@given(bills, stays, some.shares, st.integers(1, 6))
def test_of_percent_and_nights_the_greater_counts(folio: Folio, stay: Reservation, share: Share, nights: int) -> None:
    both = total(FolioCharges(percent=share, nights=nights), stay, folio)
    each = (total(FolioCharges(percent=share), stay, folio), total(FolioCharges(nights=nights), stay, folio))
    assert both == max(each)


@given(bills, stays, some.shares)
def test_charges_do_not_look_at_payments(folio: Folio, stay: Reservation, share: Share) -> None:
    unpaid = Folio(id="F1", opened_at=folio.opened_at, currency=folio.currency, charges=folio.charges)
    assert total(FolioCharges(percent=share), stay, folio) == total(FolioCharges(percent=share), stay, unpaid)


@given(bills, stays, some.shares)
def test_a_deposit_paid_is_a_deposit_no_longer_due(folio: Folio, stay: Reservation, share: Share) -> None:
    """Deposit taken + all that was paid before = the deposit asked for; paying more never asks for more."""
    policy = GuaranteePolicy(id="p", deposit=Deposit(percent=share))
    own = Reservation(
        id="R1", status=stay.status, created_at=stay.created_at, arrival=stay.arrival, departure=stay.departure,
        checked_in_at=stay.checked_in_at, checked_out_at=stay.checked_out_at, cancelled_at=stay.cancelled_at,
        folios=[folio],
    )  # fmt: skip
    taken = total(RequiredDeposit(), own, folio, policy)
    asked = total(FolioCharges(percent=share), own, folio)
    if asked:
        assert taken == max(0, asked - folio.paid.minor)
    else:
        assert taken == 0


@given(bills, stays, st.integers(-5000, 5000))
def test_a_fixed_amount_is_added_as_it_is(folio: Folio, stay: Reservation, fixed: int) -> None:
    plain = folio.amount_due.minor
    taken = total(FolioBalance(fixed=Money(fixed, EUR)), stay, folio)
    assert taken == (max(0, plain + fixed) if plain else 0)
