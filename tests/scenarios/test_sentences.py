"""What a person reads: the sentence of every reason, with the values that were compared."""

from __future__ import annotations

from typing import Any

import pytest

from examples import EUR, cards, codes, decided, eur, folio, reservation, task, utc
from hotelpay import (
    BonusPaymentType,
    Cap,
    CapBasis,
    CardClass,
    Currency,
    Deposit,
    Filters,
    FolioBalance,
    FolioCharges,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Mode,
    Money,
    Points,
    ReasonCode,
    RequiredDeposit,
    ReservationStatus,
    Run,
    Share,
    Skip,
    Unit,
    decide,
    quote,
)
from hotelpay.bonus.quote import QuoteReasonCode
from hotelpay.messages import QUOTE_REASONS, REASONS
from hotelpay.moments import utc_datetime

AT = "2024-01-10 07:30"

SENTENCES: list[tuple[dict[str, Any], dict[str, Any], str, str, str]] = [
    ({"active": False}, {}, AT, "inactive", "the task is switched off"),
    (
        {},
        {"status": ReservationStatus.NO_SHOW},
        AT,
        "wrong_status",
        "the reservation is no show; the task takes expected, checked in or checked out",
    ),
    (
        {"mode": Mode.AFTER_DEPARTURE},
        {},
        AT,
        "no_anchor",
        "the reservation has no check-out yet to count from",
    ),
    (
        {"offset_hours": 1},
        {},
        AT,
        "not_due",
        "due at 2024-01-10T08:30:00Z, after this cycle (2024-01-10T07:30:00Z)",
    ),
    (
        {},
        {},
        "2024-01-11 07:30",
        "window_closed",
        "was to be taken before 2024-01-11T07:30:00Z; this cycle is at 2024-01-11T07:30:00Z",
    ),
    (
        {"filters": Filters(guarantee_statuses=[GuaranteeStatus.AWAITING, GuaranteeStatus.GUARANTEED])},
        {},
        AT,
        "guarantee_status",
        "the guarantee status is not guaranteed; the filter asks for awaiting or guaranteed",
    ),
    (
        {"filters": Filters(guarantee_policies=["flex", "advance"])},
        {"guarantee_policy": "loose"},
        AT,
        "guarantee_policy",
        "the guarantee policy is loose; the filter asks for advance or flex",
    ),
    (
        {"filters": Filters(ota=True)},
        {},
        AT,
        "ota",
        "the reservation's OTA mark is no; the filter asks for yes",
    ),
    (
        {"filters": Filters(cards=[CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA])},
        {"cards": cards("guest")},
        AT,
        "cards",
        "the reservation's cards are guest only; the filter asks for guest and ota or ota only",
    ),
    (
        {"filters": Filters(included_companies=["b", "a"])},
        {},
        AT,
        "company",
        "the company is none; the filter asks for a or b",
    ),
    (
        {"filters": Filters(excluded_companies=["a"])},
        {"company": "a"},
        AT,
        "company",
        "the company is a, which the filter excludes",
    ),
    ({"filters": Filters(included_agents=["a"])}, {"agent": "b"}, AT, "agent", "the agent is b; the filter asks for a"),
    (
        {"filters": Filters(excluded_agents=["a"])},
        {"agent": "a"},
        AT,
        "agent",
        "the agent is a, which the filter excludes",
    ),
    (
        {},
        {"folios": [folio("1", closed=True)]},
        AT,
        "no_open_folio",
        "the reservation has no open folio (1 in all)",
    ),
    (
        {},
        {"folios": [folio("5", paid=("7",))]},
        AT,
        "nothing_due",
        "nothing is due: the folio's amount due comes to 0.00 EUR",
    ),
    (
        {"amount": RequiredDeposit()},
        {},
        AT,
        "nothing_due",
        "nothing is due: the outstanding deposit comes to 0.00 EUR",
    ),
    (
        {"amount": FolioCharges(fixed=eur("-1.50"))},
        {},
        AT,
        "nothing_to_charge",
        "the formula comes to -1.50 EUR, and only more than zero is charged",
    ),
    (
        {"amount": FolioBalance(fixed=eur("1"))},
        {"folios": [folio("5", currency="BGN")]},
        AT,
        "currency_mismatch",
        "the folio is in BGN, but there are amounts in EUR; nothing is ever converted",
    ),
    (
        {"max_amount": eur("1")},
        {"folios": [folio("5", currency="BGN")]},
        AT,
        "currency_mismatch",
        "the folio is in BGN, but there are amounts in EUR; nothing is ever converted",
    ),
]


@pytest.mark.parametrize(("task_fields", "fields", "at", "code", "sentence"), SENTENCES)
def test_a_reason_has_its_sentence(
    task_fields: dict[str, Any], fields: dict[str, Any], at: str, code: str, sentence: str
) -> None:
    decision = decided(task(**task_fields), reservation(**fields), at)
    assert isinstance(decision, Skip)
    assert (code, sentence) in [(reason.code.value, reason.message) for reason in decision.reasons]


def test_a_pair_that_had_its_turn_says_so() -> None:
    rules = HouseRules(timezone="Europe/Sofia")
    decision = decide(task(), reservation(), at=utc(AT), rules=rules, processed={("T1", "R1")})
    assert isinstance(decision, Skip)
    assert [reason.message for reason in decision.reasons] == [REASONS["already_processed"]]


def test_every_reason_is_shown_with_its_sentence() -> None:
    assert {row[3] for row in SENTENCES} | {"already_processed"} == {code.value for code in ReasonCode}
    assert {code.value for code in ReasonCode} <= REASONS.keys()


def rub(amount: str) -> Money:
    return Money.of(amount, "RUB")


def bonus_type(**fields: Any) -> BonusPaymentType:
    defaults: dict[str, Any] = {
        "id": "kontur",
        "currency_type": "BONUS",
        "currency": Currency.of("RUB"),
        "max_percent": Cap.of(25),
        "enabled": True,
    }
    return BonusPaymentType(**{**defaults, **fields})


QUOTES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({}, {"integration_active": False}, "inactive_integration", QUOTE_REASONS["inactive_integration"]),
    ({"enabled": False}, {}, "disabled_type", "the payment type kontur is switched off"),
    (
        {},
        {"balance": rub("3.10")},
        "balance_not_negative",
        "the folio's balance is 3.10 RUB: only a negative balance can be paid with points",
    ),
    (
        {},
        {"reservation_balance": rub("0")},
        "balance_not_negative",
        "the reservation's balance is 0.00 RUB: only a negative balance can be paid with points",
    ),
    ({"max_percent": Cap.of(0)}, {}, "zero_percent", "the payment type kontur lets at most 0 % be paid with points"),
    ({}, {"card_balance": Points.of(0, "BONUS")}, "empty_card", "the card has no points of BONUS"),
    (
        {"currency": EUR},
        {},
        "currency_mismatch",
        "the payment type kontur pays in EUR, the folio is in RUB",
    ),
    (
        {"unit": Unit.CURRENCY, "currency_type": "BYN"},
        {"card_balance": Points.of(5, "BYN")},
        "currency_mismatch",
        "the payment type kontur pays in RUB (without a rate for BYN), the folio is in RUB",
    ),
    (
        {"cap_basis": CapBasis.CHARGES},
        {"charges": rub("400"), "redeemed": rub("100")},
        "cap_used_up",
        "bonus points have already paid 100.00 RUB of the 100.00 RUB that they may pay of this folio",
    ),
    (
        {"cap_basis": CapBasis.CHARGES},
        {"charges": rub("0.04"), "redeemed": rub("0.01")},
        "cap_used_up",
        "bonus points have already paid 0.01 RUB of the 0.01 RUB that they may pay of this folio",
    ),
    (
        {},
        {"balance": rub("-0.03")},
        "too_little",
        "what may be paid comes to less than one step of points or one minor unit (cap 0.00 RUB, card 50.5 BONUS)",
    ),
]


@pytest.mark.parametrize(("type_fields", "known", "code", "sentence"), QUOTES)
def test_a_quote_of_nothing_has_its_sentence(
    type_fields: dict[str, Any], known: dict[str, Any], code: str, sentence: str
) -> None:
    payment_type = bonus_type(**type_fields)
    card = Points.of("50.5", "BONUS")
    facts: dict[str, Any] = {"integration_active": True, "balance": rub("-400"), "card_balance": card, **known}
    result = quote(payment_type, **facts)
    assert [(reason.code.value, reason.message) for reason in result.reasons] == [(code, sentence)]
    assert (result.payment_type, result.card_balance) == (payment_type, facts["card_balance"])


def test_every_reason_of_a_quote_is_shown_with_its_sentence() -> None:
    assert {row[2] for row in QUOTES} == {code.value for code in QuoteReasonCode}
    assert {code.value for code in QuoteReasonCode} == QUOTE_REASONS.keys()


def test_a_quote_of_nothing_still_tells_its_cap() -> None:
    result = quote(
        bonus_type(enabled=False), integration_active=True, balance=rub("-400"), card_balance=Points.of("1", "BONUS")
    )
    assert result.cap == rub("100")
    paid = quote(bonus_type(), integration_active=True, balance=rub("5"), card_balance=Points.of("1", "BONUS"))
    assert paid.cap == rub("0")
    whole = bonus_type(max_percent=Cap.of(100))
    settled = quote(whole, integration_active=True, balance=rub("0"), card_balance=Points.of("1", "BONUS"))
    assert settled.cap == rub("0")


def test_a_card_with_less_than_one_point_is_not_empty() -> None:
    result = quote(bonus_type(), integration_active=True, balance=rub("-400"), card_balance=Points.of("0.50", "BONUS"))
    assert result.amount == rub("0.50")


def test_a_run_tells_its_window() -> None:
    run = decided(task(mode=Mode.BEFORE_ARRIVAL, offset_hours=48), reservation(), "2024-01-31 10:00")
    assert isinstance(run, Run)
    assert utc_datetime(run.due_at) == utc("2024-01-30 10:00")
    assert utc_datetime(run.closes_at) == utc("2024-02-02 10:00")


def test_a_cent_is_charged_and_asked_for() -> None:
    run = decided(task(), reservation(folios=[folio("0.01")]), AT)
    assert isinstance(run, Run)
    assert run.amount is not None
    assert run.amount.total == eur("0.01")
    rules = HouseRules(
        timezone="Europe/Sofia",
        guarantee_policies=[GuaranteePolicy(id="flex", deposit=Deposit(percent=Share.of("1")))],
    )
    asked = decided(
        task(amount=RequiredDeposit()), reservation(folios=[folio("1.00")], guarantee_policy="flex"), AT, rules
    )
    assert isinstance(asked, Run)
    foreign = decided(
        task(amount=RequiredDeposit(fixed=eur("5"))),
        reservation(folios=[folio("100", currency="BGN")], guarantee_policy="flex"),
        AT,
        rules,
    )
    assert codes(foreign) == ["currency_mismatch"]


def test_a_breakdown_notes_its_shares() -> None:
    this = task(amount=FolioCharges(percent=Share.of("12.5"), nights=9))
    run = decided(this, reservation(), AT)
    assert isinstance(run, Run)
    assert run.amount is not None
    assert [line.note for line in run.amount.breakdown] == ["", "12.5 %", "3 of 3"]
