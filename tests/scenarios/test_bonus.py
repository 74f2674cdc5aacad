"""The bonus quote: how many points may be redeemed, what limits them, and why nothing may."""

from __future__ import annotations

from typing import Any

import pytest

from examples import folio
from hotelpay import (
    BonusPaymentType,
    BonusSettings,
    Cap,
    CapBasis,
    Currency,
    CurrencyMismatch,
    InvalidValue,
    Money,
    Payment,
    Points,
    PointsMismatch,
    Quote,
    Rate,
    Setup,
    Step,
    Unit,
    UnknownName,
    quote,
    quote_folio,
    review,
)
from scenario_marks import scenario

MILLIONS = "9746600.38"


def kontur(**fields: Any) -> BonusPaymentType:
    """Return the example's payment type: 25 % of the balance in roubles, one to one."""
    defaults: dict[str, Any] = {
        "id": "kontur",
        "name": "Kontur bonus",
        "currency_type": "BONUS",
        "currency": Currency.of("RUB"),
        "max_percent": Cap.of("25"),
        "enabled": True,
    }
    return BonusPaymentType(**{**defaults, **fields})


def quoted(
    payment_type: BonusPaymentType, balance: str, card: str = MILLIONS, currency: str = "RUB", **known: Any
) -> Quote:
    return quote(
        payment_type,
        **{
            "integration_active": True,
            "balance": Money.of(balance, currency),
            "card_balance": Points.of(card, payment_type.currency_type),
            **known,
        },
    )


def summary(result: Quote) -> tuple[str, str, str | None]:
    limit = None if result.limited_by is None else result.limited_by.value
    return result.points_text, result.amount.text, limit


def codes(result: Quote) -> list[str]:
    return [reason.code.value for reason in result.reasons]


CHARGES = kontur(cap_basis=CapBasis.CHARGES)


@pytest.mark.parametrize(
    ("payment_type", "balance", "card", "expected"),
    [
        scenario("BN-QUOTE-SEED", kontur(), "-1800.00", MILLIONS, ("450.00", "450.00", "cap")),
        scenario("BN-QUOTE-CARD", kontur(), "-1800.00", "120.50", ("120.50", "120.50", "card")),
        scenario("BN-QUOTE-DOWN", kontur(max_percent=Cap.of("33")), "-0.99", MILLIONS, ("0.32", "0.32", "cap")),
        scenario("BN-QUOTE-WHOLE", kontur(step=Step.of(1)), "-1800.50", MILLIONS, ("450", "450.00", "cap")),
        scenario("BN-QUOTE-RATE", kontur(rate=Rate.of("0.5")), "-1800.00", MILLIONS, ("900.00", "450.00", "cap")),
        scenario("BN-QUOTE-AGAIN", kontur(), "-1350.00", MILLIONS, ("337.50", "337.50", "cap")),
        pytest.param(kontur(), "-1800.00", "450.00", ("450.00", "450.00", "cap"), id="of equals the cap"),
        pytest.param(kontur(), "-1800.00", "449.999", ("449.99", "449.99", "card"), id="a card finer than the step"),
        pytest.param(
            kontur(step=Step.of("2.5")), "-1800.00", "9.99", ("7.5", "7.50", "card"), id="steps of two and a half"
        ),
        pytest.param(kontur(rate=Rate.of("0.003")), "-1.00", MILLIONS, ("80.00", "0.24", "cap"), id="an odd rate"),
        pytest.param(kontur(rate=Rate.of("7")), "-100.00", MILLIONS, ("3.57", "24.99", "cap"), id="a dear point"),
    ],
)
def test_points_may_be_redeemed(
    payment_type: BonusPaymentType, balance: str, card: str, expected: tuple[str, str, str]
) -> None:
    result = quoted(payment_type, balance, card)
    assert summary(result) == expected
    assert result.reasons == ()


@pytest.mark.scenario("BN-QUOTE-YEN")
def test_no_guest_pays_half_a_point_for_nothing() -> None:
    yen = kontur(currency=Currency.of("JPY"), max_percent=Cap.of("100"))
    assert summary(quoted(yen, "-1000", "120.50", "JPY")) == ("120.00", "120", "card")


@pytest.mark.parametrize(
    ("payment_type", "balance", "known", "expected"),
    [
        scenario("BN-QUOTE-ZERO", kontur(), "0.00", {}, ["balance_not_negative"]),
        scenario("BN-QUOTE-CREDIT", kontur(), "10.00", {}, ["balance_not_negative"]),
        scenario("BN-QUOTE-DEFAULT", kontur(max_percent=Cap.of(0)), "-1800.00", {}, ["zero_percent"]),
        scenario("BN-QUOTE-DUST", kontur(), "-0.02", {}, ["too_little"]),
        pytest.param(kontur(), "-10.00", {"integration_active": False}, ["inactive_integration"], id="integration off"),
        pytest.param(kontur(enabled=False), "-10.00", {}, ["disabled_type"], id="type off"),
        pytest.param(
            kontur(),
            "-10.00",
            {"reservation_balance": Money.of("0", "RUB")},
            ["balance_not_negative"],
            id="booking paid",
        ),
        pytest.param(
            kontur(),
            "1.00",
            {"reservation_balance": Money.of("1", "RUB")},
            ["balance_not_negative", "balance_not_negative"],
            id="folio and booking paid",
        ),
        pytest.param(kontur(), "-10.00", {"card_balance": Points.of("0", "BONUS")}, ["empty_card"], id="empty card"),
        pytest.param(kontur(), "-10.00", {"card_balance": Points.of("-5", "BONUS")}, ["empty_card"], id="card in debt"),
        pytest.param(kontur(step=Step.of(10)), "-10.00", {}, ["too_little"], id="less than a step"),
        pytest.param(kontur(currency=Currency.of("EUR")), "-10.00", {}, ["currency_mismatch"], id="pays in euros"),
        pytest.param(
            kontur(enabled=False, max_percent=Cap.of(0), currency=Currency.of("EUR")),
            "5.00",
            {"integration_active": False, "card_balance": Points.of("0", "BONUS")},
            [
                "inactive_integration",
                "disabled_type",
                "balance_not_negative",
                "zero_percent",
                "empty_card",
                "currency_mismatch",
            ],
            id="every reason that holds",
        ),
    ],
)
def test_nothing_may_be_redeemed_and_the_quote_says_why(
    payment_type: BonusPaymentType, balance: str, known: dict[str, Any], expected: list[str]
) -> None:
    result = quoted(payment_type, balance, **known)
    assert codes(result) == expected
    assert result.points.amount == 0
    assert result.amount.minor == 0
    assert result.limited_by is None
    assert all(reason.message for reason in result.reasons)


@pytest.mark.scenario("BN-QUOTE-BYN")
def test_another_currency_without_a_rate_is_never_one_to_one() -> None:
    byn = kontur(unit=Unit.CURRENCY, currency_type="BYN")
    setup = Setup(
        timezone="Europe/Moscow", currency=Currency.of("RUB"), bonus=BonusSettings(active=True, payment_types=[byn])
    )
    assert [finding.code for finding in review(setup)] == ["bonus_rate_missing"]
    result = quoted(byn, "-1800.00", "100")
    assert codes(result) == ["currency_mismatch"]
    assert "without a rate for BYN" in result.reasons[0].message
    assert summary(quoted(kontur(unit=Unit.CURRENCY, currency_type="BYN", rate=Rate.of("28.5")), "-1800.00", "10")) == (
        "10.00",
        "285.00",
        "card",
    )
    assert summary(quoted(kontur(unit=Unit.CURRENCY, currency_type="RUB"), "-1800.00", "10")) == (
        "10.00",
        "10.00",
        "card",
    )


@pytest.mark.scenario("BN-QUOTE-AGAIN")
def test_a_cap_over_the_charges_is_used_up() -> None:
    charged = Money.of("1800.00", "RUB")
    first = quoted(CHARGES, "-1800.00", charges=charged, redeemed=Money.zero("RUB"))
    assert summary(first) == ("450.00", "450.00", "cap")
    again = quoted(CHARGES, "-1350.00", charges=charged, redeemed=Money.of("450.00", "RUB"))
    assert codes(again) == ["cap_used_up"]
    partly = quoted(CHARGES, "-1700.00", charges=charged, redeemed=Money.of("100.00", "RUB"))
    assert summary(partly) == ("350.00", "350.00", "cap")
    little_due = quoted(CHARGES, "-20.00", charges=charged, redeemed=Money.zero("RUB"))
    assert summary(little_due) == ("20.00", "20.00", "cap")


def test_the_basis_of_charges_needs_to_know_them() -> None:
    rub = Money.of("1", "RUB")
    missing: list[tuple[dict[str, Any], str]] = [({"redeemed": rub}, "charges"), ({"charges": rub}, "redeemed")]
    for known, field in missing:
        with pytest.raises(InvalidValue) as refused:
            quoted(CHARGES, "-1800.00", **known)
        assert str(refused.value) == f'{field}: None is not an amount, which the cap basis "charges" needs'
        assert refused.value.code == "missing_amount"
    with pytest.raises(CurrencyMismatch) as mixed:
        quoted(CHARGES, "-1800.00", charges=Money.of("1", "EUR"), redeemed=Money.zero("RUB"))
    assert (mixed.value.left, mixed.value.right) == ("EUR", "RUB")


def test_a_card_of_another_currency_type_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(PointsMismatch, match="points of 'MILES' and of 'BONUS'"):
        quoted(kontur(), "-1800.00", card_balance=Points.of(1, "MILES"))


def test_a_folio_is_quoted_as_it_stands() -> None:
    """What any bonus type has paid on the folio counts against a cap over its charges."""
    other = kontur(id="other", currency_type="MILES")
    bonus = BonusSettings(active=True, payment_types=[CHARGES, other])
    bill = folio("1800", currency="RUB")
    rub = Currency.of("RUB")
    payments = [
        Payment(amount=Money.of("100", rub), payment_type="other"),
        Payment(amount=Money.of("50", rub), payment_type="kontur"),
        Payment(amount=Money.of("7", rub), payment_type="cash"),
    ]
    paid = folio("1800", currency="RUB", payments=payments)
    card = Points.of(MILLIONS, "BONUS")
    assert summary(quote_folio(bonus, CHARGES, bill, card)) == ("450.00", "450.00", "cap")
    assert summary(quote_folio(bonus, CHARGES, paid, card)) == ("300.00", "300.00", "cap")
    booking_paid = quote_folio(bonus, CHARGES, bill, card, reservation_balance=Money.zero("RUB"))
    assert codes(booking_paid) == ["balance_not_negative"]


def test_a_payment_type_is_found_by_its_id() -> None:
    bonus = BonusSettings(payment_types=[kontur()])
    assert bonus.payment_type("kontur") == kontur()
    with pytest.raises(UnknownName, match="kontur"):
        bonus.payment_type("miles")
    with pytest.raises(LookupError, match="none is set up"):
        BonusSettings().payment_type("miles")
