"""How much a task takes: the folio, the three formulas, the ceiling, the breakdown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from examples import EUR, codes, decided, eur, folio, reservation, task, utc
from hotelpay import (
    Adjustment,
    CreateTodo,
    Deposit,
    FolioBalance,
    FolioCharges,
    Formula,
    GuaranteePolicy,
    HouseRules,
    Language,
    LineKind,
    Money,
    Operation,
    Problem,
    RequiredDeposit,
    Run,
    Share,
    todo_text,
)
from hotelpay.autopilot.amounts import line_word
from hotelpay.messages import ENGLISH
from scenario_marks import scenario

AT = "2024-01-10 07:30"
NIGHTS_3 = {"arrival": date(2024, 2, 1), "departure": date(2024, 2, 4)}
DAY_USE = {"arrival": date(2024, 2, 1), "departure": date(2024, 2, 1)}
ROOMS = [folio(("rooms", "300.00"), ("extras", "20.00"))]
PAID_ROOMS = [folio(("rooms", "300.00"), ("extras", "20.00"), paid=("320.00",))]


def balance(percent: str | None = None, fixed: str | None = None) -> FolioBalance:
    return FolioBalance(
        adjust_percent=None if percent is None else Adjustment.of(percent), fixed=None if fixed is None else eur(fixed)
    )


def charges(
    percent: str | None = None,
    nights: int | None = None,
    fixed: str | None = None,
    groups: tuple[str, ...] = ("rooms",),
) -> FolioCharges:
    return FolioCharges(
        revenue_groups=groups,
        percent=None if percent is None else Share.of(percent),
        nights=nights,
        fixed=None if fixed is None else eur(fixed),
    )


def outcome(formula: Formula | None, rules: HouseRules | None = None, **fields: Any) -> str | list[str]:
    """Return the amount a task takes, or the codes of why it takes nothing."""
    rules = rules or HouseRules(timezone="Europe/Sofia")
    decision = decided(task(amount=formula), reservation(**fields), AT, rules)
    if not isinstance(decision, Run):
        return codes(decision)
    assert decision.amount is not None
    return str(decision.amount.total)


@pytest.mark.parametrize(
    ("formula", "fields", "expected"),
    [
        scenario("AP-AMOUNT-ALL", balance(), {"folios": [folio("320.00")]}, "320.00 EUR"),
        scenario("AP-AMOUNT-HALF", balance("-50"), {"folios": [folio("320.00")]}, "160.00 EUR"),
        scenario("AP-AMOUNT-HALF-CENT", balance("-50"), {"folios": [folio("100.05")]}, "50.03 EUR"),
        scenario("AP-AMOUNT-FIXED", balance("10", "-2.00"), {"folios": [folio("320.00")]}, "350.00 EUR"),
        scenario(
            "AP-AMOUNT-CURRENCY",
            balance(None, "5.00"),
            {"folios": [folio("320", currency="BGN")]},
            ["currency_mismatch"],
        ),
        scenario("AP-AMOUNT-ZERO", balance(None, "50.00"), {"folios": [folio()]}, ["nothing_due"]),
        scenario("AP-AMOUNT-CREDIT", balance(), {"folios": [folio(paid=("20.00",))]}, ["nothing_due"]),
        pytest.param(
            balance("-50", "0.00"),
            {"folios": [folio("320", currency="BGN")]},
            "160.00 BGN",
            id="a zero has no currency",
        ),
        pytest.param(balance("-100"), {"folios": [folio("320")]}, ["nothing_to_charge"], id="nothing is left"),
        pytest.param(balance(None, "-320.00"), {"folios": [folio("320")]}, ["nothing_to_charge"], id="all taken off"),
        pytest.param(balance("-99.99"), {"folios": [folio("0.49")]}, ["nothing_to_charge"], id="rounds to nothing"),
        pytest.param(
            balance(None, "5.00"),
            {"folios": [folio(currency="BGN")]},
            ["nothing_due", "currency_mismatch"],
            id="each judged on its own",
        ),
        pytest.param(
            balance(None, "5.00"),
            {"folios": [folio("0.01", currency="BGN")]},
            ["currency_mismatch"],
            id="a stotinka is due",
        ),
        pytest.param(balance("-50"), {"folios": [folio("1001", currency="JPY")]}, "501 JPY", id="yen have no decimals"),
        pytest.param(balance("-50"), {"folios": [folio("1.001", currency="KWD")]}, "0.501 KWD", id="dinars have three"),
        scenario("AP-CHARGES-ALL", charges("100"), {"folios": ROOMS}, "300.00 EUR"),
        scenario("AP-CHARGES-ALL", charges("100"), {"folios": PAID_ROOMS}, "300.00 EUR"),
        scenario("AP-CHARGES-ALL", charges("100", groups=()), {"folios": PAID_ROOMS}, "320.00 EUR"),
        scenario("AP-CHARGES-HALF", charges("50"), {"folios": ROOMS}, "150.00 EUR"),
        scenario("AP-CHARGES-HALF", charges("50"), {"folios": PAID_ROOMS}, "150.00 EUR"),
        scenario("AP-CHARGES-NIGHTS", charges(nights=1), {"folios": ROOMS, **NIGHTS_3}, "100.00 EUR"),
        scenario("AP-CHARGES-BOTH", charges("50", 2), {"folios": ROOMS, **NIGHTS_3}, "200.00 EUR"),
        pytest.param(charges("90", 2), {"folios": ROOMS, **NIGHTS_3}, "270.00 EUR", id="percent is greater"),
        scenario("AP-CHARGES-BEYOND", charges(nights=5), {"folios": ROOMS, **NIGHTS_3}, "300.00 EUR"),
        scenario("AP-CHARGES-DAYUSE", charges(nights=1), {"folios": [folio("80.00")], **DAY_USE}, "80.00 EUR"),
        scenario("AP-CHARGES-FIXED-ONLY", charges(fixed="100.00", groups=()), {"folios": [folio()]}, "100.00 EUR"),
        pytest.param(charges(), {"folios": ROOMS}, ["nothing_to_charge"], id="an empty share is no share"),
        pytest.param(charges("0"), {"folios": ROOMS}, ["nothing_to_charge"], id="a share of zero"),
        pytest.param(charges("50"), {"folios": [folio(("extras", "5"))]}, ["nothing_to_charge"], id="no such group"),
        pytest.param(
            charges(fixed="5.00"),
            {"folios": [folio("9", currency="BGN")]},
            ["currency_mismatch"],
            id="fixed is foreign",
        ),
    ],
)
def test_an_amount(formula: Formula, fields: dict[str, Any], expected: str | list[str]) -> None:
    assert outcome(formula, **fields) == expected


def policy(**deposit: Any) -> HouseRules:
    """Return a house with the policy ``flex`` that asks for a deposit over the rooms."""
    rule = Deposit(revenue_groups=["rooms"], **deposit) if deposit else None
    return HouseRules(timezone="Europe/Sofia", guarantee_policies=[GuaranteePolicy(id="flex", deposit=rule)])


def deposit(percent: str | None = None, fixed: str | None = None) -> RequiredDeposit:
    return RequiredDeposit(
        adjust_percent=None if percent is None else Adjustment.of(percent), fixed=None if fixed is None else eur(fixed)
    )


THIRTY = {"percent": Share.of("30")}
FLEX = {"guarantee_policy": "flex", **NIGHTS_3}


@pytest.mark.parametrize(
    ("formula", "asked", "fields", "expected"),
    [
        scenario("AP-DEPOSIT", deposit(), THIRTY, {"folios": [folio("300", paid=("40",))]}, "50.00 EUR"),
        scenario("AP-DEPOSIT", deposit("-50"), THIRTY, {"folios": [folio("300", paid=("40",))]}, "25.00 EUR"),
        scenario("AP-DEPOSIT-PAID", deposit(), THIRTY, {"folios": [folio("300", paid=("90",))]}, ["nothing_due"]),
        pytest.param(deposit(None, "5"), {}, {"folios": ROOMS}, ["nothing_due"], id="a policy that asks for nothing"),
        pytest.param(
            deposit(None, "5"), THIRTY, {"guarantee_policy": "other"}, ["nothing_due"], id="an unknown policy"
        ),
        pytest.param(deposit(None, "5"), THIRTY, {"guarantee_policy": None}, ["nothing_due"], id="no policy"),
        pytest.param(
            deposit(),
            {**THIRTY, "nights": 2, "fixed": eur("7")},
            {"folios": ROOMS},
            "207.00 EUR",
            id="nights are greater",
        ),
        pytest.param(
            deposit(),
            THIRTY,
            {"folios": [folio("200"), folio("100", id="F2", closed=True, paid=("10", "-4"))]},
            "84.00 EUR",
            id="charges and payments of every folio",
        ),
        pytest.param(
            deposit("-50"),
            {"percent": Share.of("33.335")},
            {"folios": [folio("100")]},
            "16.67 EUR",
            id="rounded before it is used",
        ),
        pytest.param(
            deposit(),
            {"percent": Share.of("0")},
            {"folios": [folio("9", paid=("-5",))]},
            ["nothing_due"],
            id="a refund is no deposit",
        ),
        pytest.param(
            deposit(),
            THIRTY,
            {"folios": [folio("300"), folio("9", id="F2", currency="BGN")]},
            ["currency_mismatch"],
            id="folios of two currencies",
        ),
        pytest.param(
            deposit(),
            {"fixed": eur("9")},
            {"folios": [folio("300", currency="BGN")]},
            ["currency_mismatch"],
            id="a foreign deposit",
        ),
        pytest.param(
            deposit(),
            {"fixed": Money.zero(EUR), **THIRTY},
            {"folios": [folio("300", currency="BGN")]},
            "90.00 BGN",
            id="a deposit in the folio's currency",
        ),
    ],
)
def test_a_required_deposit(
    formula: RequiredDeposit, asked: dict[str, Any], fields: dict[str, Any], expected: str | list[str]
) -> None:
    assert outcome(formula, policy(**asked), **{**FLEX, **fields}) == expected


@pytest.mark.parametrize(
    ("folios", "expected"),
    [
        scenario(
            "AP-FOLIO-OLDEST",
            [
                folio("1", id="F2", opened_at=utc("2024-01-02 00:00")),
                folio("2", id="F1", opened_at=utc("2024-01-01 00:00")),
            ],
            "2.00 EUR",
        ),
        scenario(
            "AP-FOLIO-OLDEST",
            [
                folio("1", id="F0", opened_at=utc("2023-01-01 00:00"), closed=True),
                folio("2", id="F1"),
                folio("3", id="F2"),
            ],
            "2.00 EUR",
        ),
        scenario("AP-FOLIO-CLOSED", [folio("1", closed=True)], ["no_open_folio"]),
        scenario("AP-FOLIO-CLOSED", [], ["no_open_folio"]),
    ],
)
def test_the_oldest_open_folio_is_charged(folios: list[Any], expected: str | list[str]) -> None:
    assert outcome(balance(), folios=folios) == expected


@pytest.mark.scenario("AP-FOLIO-CLOSED")
def test_actions_alone_need_an_open_folio_too() -> None:
    this = task(operation=Operation.ACTIONS_ONLY)
    assert codes(decided(this, reservation(folios=[folio("1", closed=True)]), AT)) == ["no_open_folio"]


@pytest.mark.parametrize(
    ("ceiling", "currency", "problem"),
    [
        (None, "EUR", None),
        ("320.00", "EUR", None),
        ("319.99", "EUR", Problem.ABOVE_MAX_AMOUNT),
        ("0.00", "EUR", Problem.ABOVE_MAX_AMOUNT),
        ("0.00", "BGN", Problem.ABOVE_MAX_AMOUNT),
    ],
)
def test_above_the_ceiling_a_person_decides(ceiling: str | None, currency: str, problem: Problem | None) -> None:
    this = task(max_amount=None if ceiling is None else eur(ceiling))
    run = decided(this, reservation(folios=[folio("320", currency=currency)]), AT)
    assert isinstance(run, Run)
    assert run.problem is problem
    assert run.needs_person is (problem is not None)


def test_a_ceiling_in_another_currency_is_compared_with_nothing() -> None:
    this = task(max_amount=eur("5000"))
    assert codes(decided(this, reservation(folios=[folio("320", currency="BGN")]), AT)) == ["currency_mismatch"]
    both = task(max_amount=eur("5000"), amount=balance(None, "1"))
    assert codes(decided(both, reservation(folios=[folio("320", currency="BGN")]), AT)) == ["currency_mismatch"]


def test_a_missing_card_is_named_before_the_ceiling() -> None:
    run = decided(task(max_amount=eur("1")), reservation(cards=()), AT)
    assert isinstance(run, Run)
    assert run.problem is Problem.NO_CARD


def test_actions_alone_with_a_formula_obey_it() -> None:
    this = task(operation=Operation.ACTIONS_ONLY, amount=balance())
    assert codes(decided(this, reservation(folios=[folio()]), AT)) == ["nothing_due"]
    run = decided(this, reservation(), AT)
    assert isinstance(run, Run)
    assert run.amount is not None
    assert run.amount.total == eur("320.00")


@pytest.mark.scenario("AP-TODO-AMOUNT")
def test_a_to_do_ends_with_the_amount() -> None:
    assert todo_text(CreateTodo("Call the guest"), eur("160.00")) == "Call the guest: 160.00 EUR"
    assert todo_text(CreateTodo("Call {guest}"), None) == "Call {guest}"


@pytest.mark.parametrize(
    ("formula", "fields", "lines"),
    [
        (balance(), {}, [("base", "320.00", True)]),
        (
            balance("-50", "-2.00"),
            {"folios": [folio("100.05")]},
            [
                ("base", "100.05", True),
                ("percent", "-50.025", True),
                ("fixed", "-2.00", True),
                ("rounding", "0.005", True),
            ],
        ),
        (
            charges("50", 2, "20.00"),
            {"folios": [folio("100.00")], **NIGHTS_3},
            [
                ("base", "100.00", False),
                ("percent", "50.00", False),
                ("nights", "66.66666…", True),
                ("fixed", "20.00", True),
                ("rounding", "0.00333…", True),
            ],
        ),
        (charges(fixed="9.00"), {}, [("base", "320.00", False), ("fixed", "9.00", True)]),
        (
            charges("50", 1),
            NIGHTS_3,
            [("base", "320.00", False), ("percent", "160.00", True), ("nights", "106.66666…", False)],
        ),
        # Of two equal parts the percentage is the one that counts.
        (
            charges("50", 1),
            {"arrival": date(2024, 2, 1), "departure": date(2024, 2, 3)},
            [("base", "320.00", False), ("percent", "160.00", True), ("nights", "160.00", False)],
        ),
        # Six decimals more than usual are written out, seven are not.
        (
            charges("0.0000001", fixed="9.00"),
            {},
            [
                ("base", "320.00", False),
                ("percent", "0.00000032", True),
                ("fixed", "9.00", True),
                ("rounding", "-0.00000032", True),
            ],
        ),
        (
            charges("0.00000001", fixed="9.00"),
            {},
            [
                ("base", "320.00", False),
                ("percent", "0.00000…", True),
                ("fixed", "9.00", True),
                ("rounding", "0.00000…", True),
            ],
        ),
    ],
)
def test_the_breakdown_says_why(formula: Formula, fields: dict[str, Any], lines: list[tuple[str, str, bool]]) -> None:
    run = decided(task(amount=formula), reservation(**fields), AT)
    assert isinstance(run, Run)
    assert run.amount is not None
    amount = run.amount
    found = [(line.kind.value, amount.line_text(line), line.counts) for line in amount.breakdown]
    assert amount.base.text == lines[0][1]
    assert found == lines


def test_a_line_says_what_it_was_made_with() -> None:
    run = decided(task(amount=charges("50", 2, "20.00")), reservation(folios=[folio("100.00")], **NIGHTS_3), AT)
    assert isinstance(run, Run)
    assert run.amount is not None
    assert [line.note for line in run.amount.breakdown] == ["", "50 %", "2 of 3", "", "half_up"]
    bulgarian = Language.of("bg")
    said = [bulgarian.word(line.about) for line in run.amount.breakdown if line.about is not None]
    assert said == ["50 %", "2 от 3", "до най-близкото"]


@pytest.mark.parametrize(
    ("formula", "called"),
    [
        (balance("-50", "5.00"), ["amount due", "percent", "fixed sum"]),
        (charges("50", 1), ["charges", "percent", "nights"]),
        (deposit("-50"), ["outstanding deposit", "percent"]),
    ],
)
def test_a_base_is_called_by_what_its_formula_takes_it_of(formula: Formula, called: list[str]) -> None:
    run = decided(task(amount=formula), reservation(folios=ROOMS, **FLEX), AT, policy(**THIRTY))
    assert isinstance(run, Run)
    assert run.amount is not None
    lines = [line for line in run.amount.breakdown if line.kind is not LineKind.ROUNDING]
    assert [line_word(line, run.amount, ENGLISH) for line in lines] == called
