"""Laws of the bonus quote: points ≤ card, amount ≤ cap ≤ due, as much as possible and not a step more."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from hotelpay import BonusPaymentType, Cap, CapBasis, LimitedBy, Money, Points, Quote, quote
from hotelpay.testing import strategies as some


@st.composite
def quotes(draw: st.DrawFn, *, working: bool = False) -> tuple[Quote, Money, Money, Money]:
    """Draw a quote with its balance, its charges and what was redeemed; a ``working`` one mostly gives points."""
    payment_type: BonusPaymentType = draw(some.bonus_types(working=working))
    own = st.just(payment_type.currency)
    currency = draw(own if working else own | some.currencies)
    balance = draw(some.amounts(currency, -500_000, -20_000 if working else 50_000))
    charges = draw(some.amounts(currency, 400_000 if working else 0, 800_000))
    redeemed = draw(some.amounts(currency, 0, 2_000 if working else 200_000))
    card = draw(st.just(Decimal("120.50")) | some.decimals("20" if working else "-1", "9000", 3))
    result = quote(
        payment_type,
        integration_active=working or draw(st.sampled_from((True, True, True, False))),
        balance=balance,
        card_balance=Points.of(card, payment_type.currency_type),
        charges=charges,
        redeemed=redeemed,
    )
    return result, balance, charges, redeemed


def worth(result: Quote) -> Fraction:
    """Return the exact minor units that the quoted points are worth."""
    assert result.payment_type.rate is not None
    rate, units = Fraction(result.payment_type.rate.value), Fraction(10) ** result.amount.currency.decimals
    exact: Fraction = Fraction(result.points.amount) * rate * units
    return exact


@given(quotes())
def test_amount_is_within_the_cap_and_the_cap_within_what_is_due(
    drawn: tuple[Quote, Money, Money, Money],
) -> None:
    result, balance, charges, redeemed = drawn
    due = max(0, -balance.minor)
    assert 0 <= result.amount.minor <= result.cap.minor <= due
    percent = Fraction(result.payment_type.max_percent.value) / 100
    if result.payment_type.cap_basis is CapBasis.BALANCE:
        assert result.cap.minor <= due * percent
    elif result.cap:
        assert result.cap.minor + redeemed.minor <= charges.minor * percent


@given(quotes())
def test_points_are_on_the_card_and_on_the_step(drawn: tuple[Quote, Money, Money, Money]) -> None:
    result, *_ = drawn
    assert 0 <= result.points.amount <= max(Decimal(0), result.card_balance.amount)
    assert Fraction(result.points.amount) % Fraction(result.payment_type.step.value) == 0


@given(quotes())
def test_either_something_may_be_redeemed_or_the_quote_says_why(drawn: tuple[Quote, Money, Money, Money]) -> None:
    result, *_ = drawn
    assert bool(result.reasons) == (result.amount.minor == 0) == (result.limited_by is None)
    assert (result.points.amount == 0) == (result.amount.minor == 0)
    assert all(reason.message and "{" not in reason.message for reason in result.reasons)


@given(quotes(working=True))
def test_points_buy_their_amount_and_no_fewer_would(drawn: tuple[Quote, Money, Money, Money]) -> None:
    """The amount is what the points are worth, rounded down; one step fewer would pay less."""
    result, *_ = drawn
    assume(not result.reasons)
    assert result.amount.minor <= worth(result)
    step = result.payment_type.step
    fewer = worth(result) - worth(result) * Fraction(step.value) / Fraction(result.points.amount)
    assert fewer < result.amount.minor


@given(quotes(working=True))
def test_nothing_more_could_be_redeemed(drawn: tuple[Quote, Money, Money, Money]) -> None:
    """One minor unit more would take points beyond the card, or be worth more than the cap."""
    result, *_ = drawn
    assume(not result.reasons)
    assert result.payment_type.step_worth is not None
    one_step = Fraction(*result.payment_type.step_worth)
    wanted = result.amount.minor + 1
    steps = -(-wanted // one_step)
    points = steps * Fraction(result.payment_type.step.value)
    over_card = points > Fraction(result.card_balance.amount)
    over_cap = steps * one_step > result.cap.minor
    assert over_card or over_cap
    if result.limited_by is LimitedBy.CARD:
        assert over_card


@given(quotes(working=True), some.caps)
def test_a_higher_card_balance_never_redeems_less(drawn: tuple[Quote, Money, Money, Money], more: Cap) -> None:
    result, balance, charges, redeemed = drawn
    assume(not result.reasons)
    richer = Points.of(result.card_balance.amount + more.value, result.card_balance.currency_type)
    again = quote(
        result.payment_type,
        integration_active=True,
        balance=balance,
        card_balance=richer,
        charges=charges,
        redeemed=redeemed,
    )
    assert again.amount >= result.amount


@given(quotes(working=True))
def test_the_working_quotes_mostly_work(drawn: tuple[Quote, Money, Money, Money]) -> None:
    """Guards the laws above: what they assume away must stay the exception."""
    result, *_ = drawn
    assert {reason.code.value for reason in result.reasons} <= {"too_little", "cap_used_up"}
