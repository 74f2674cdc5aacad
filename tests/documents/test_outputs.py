"""What other programs read: the exact documents of results."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest

from examples import SOFIA, cards, eur, folio, reservation, task, utc
from hotelpay import (
    BonusPaymentType,
    Cap,
    CloseFolio,
    Currency,
    Filters,
    Finding,
    FolioBalance,
    FolioCharges,
    HouseRules,
    Mode,
    Money,
    Operation,
    Points,
    Preview,
    Severity,
    Step,
    Task,
    backtest,
    forecast,
    preview,
    quote,
    skips,
)
from hotelpay.documents import Fault
from hotelpay.documents.outputs import (
    day_sum_documents,
    finding_document,
    foreseen_document,
    past_run_document,
    quote_document,
    run_document,
    skip_document,
    task_sum_documents,
)

AT = utc("2024-02-01 10:00")
ARRIVAL = Mode.BEFORE_ARRIVAL


def previewed(tasks: Sequence[Task], rules: HouseRules = SOFIA, **fields: Any) -> Preview:
    return preview(tasks, [reservation(**fields)], at=AT, rules=rules)


def test_a_run_is_written_with_all_its_fields_in_their_order() -> None:
    (run,) = previewed([task(mode=ARRIVAL)]).runs
    document = run_document(run)
    assert document == {
        "task": "T1",
        "reservation": "R1",
        "due_at": "2024-02-01T10:00:00Z",
        "closes_at": "2024-02-02T10:00:00Z",
        "operation": "payment",
        "folio": "F1",
        "card": "c1",
        "amount": "320.00",
        "currency": "EUR",
        "problem": None,
        "after": [],
    }
    assert list(document) == [
        *("task", "reservation", "due_at", "closes_at", "operation", "folio"),
        *("card", "amount", "currency", "problem", "after"),
    ]


@pytest.mark.parametrize(
    ("fields", "rows", "expected"),
    [
        ({"max_amount": eur("319.99")}, {}, {"problem": "above_max_amount", "amount": "320.00", "card": "c1"}),
        ({"max_amount": eur("320.00")}, {}, {"problem": None}),
        ({}, {"cards": ()}, {"problem": "no_card", "card": None, "amount": "320.00"}),
        ({"operation": Operation.PREAUTHORIZATION}, {}, {"operation": "preauthorization"}),
        ({}, {"folios": [folio("135", currency="JPY")]}, {"amount": "135", "currency": "JPY"}),
        (
            {},
            {"folios": [folio("1.5", currency="KWD", id="F9")]},
            {"amount": "1.500", "currency": "KWD", "folio": "F9"},
        ),
        (
            {"operation": Operation.ACTIONS_ONLY, "on_success": [CloseFolio("invoice")]},
            {},
            {"operation": "actions_only", "amount": None, "currency": None, "card": None, "problem": None},
        ),
        (
            {"operation": Operation.ACTIONS_ONLY, "amount": FolioBalance()},
            {},
            {"operation": "actions_only", "amount": "320.00", "currency": "EUR", "card": None, "problem": None},
        ),
        ({"offset_hours": 49}, {}, {"due_at": "2024-01-30T09:00:00Z", "closes_at": "2024-02-02T10:00:00Z"}),
    ],
)
def test_a_run_says_what_is_known_of_it(
    fields: dict[str, Any], rows: dict[str, Any], expected: dict[str, object]
) -> None:
    (run,) = previewed([task(mode=ARRIVAL, **fields)], **rows).runs
    assert run_document(run).items() >= expected.items()


def test_a_run_names_the_tasks_before_it() -> None:
    runs = previewed([task(id=name, mode=ARRIVAL) for name in "cab"]).runs
    assert [run_document(run)["after"] for run in runs] == [[], ["c"], ["c", "a"]]


def test_a_row_beyond_the_cycles_limit_says_so() -> None:
    result = preview([task(mode=ARRIVAL)], [reservation()], at=AT, rules=SOFIA, max_runs=0)
    assert run_document(result.runs[0])["problem"] == "above_max_runs"


def test_a_skip_is_written_with_every_reason_in_its_order() -> None:
    this = task(mode=Mode.AFTER_CANCELLATION, active=False, filters=Filters(ota=True, included_agents=["expedia"]))
    (skip,) = skips([this], [reservation(folios=())], at=AT, rules=SOFIA, processed={("T1", "R1")})
    assert skip_document(skip) == {
        "task": "T1",
        "reservation": "R1",
        "reasons": [
            {"code": "inactive", "message": "the task is switched off"},
            {
                "code": "already_processed",
                "message": "the task has taken this reservation before, and takes each one once",
            },
            {"code": "wrong_status", "message": "the reservation is expected; the task takes cancelled"},
            {"code": "no_anchor", "message": "the reservation has no cancellation yet to count from"},
            {"code": "ota", "message": "the reservation's OTA mark is no; the filter asks for yes"},
            {"code": "agent", "message": "the agent is none; the filter asks for expedia"},
            {"code": "no_open_folio", "message": "the reservation has no open folio (0 in all)"},
        ],
    }


def test_a_forecast_row_is_written_with_all_its_fields() -> None:
    free = task(
        id="T2", mode=ARRIVAL, operation=Operation.ACTIONS_ONLY, offset_hours=24, on_success=[CloseFolio("invoice")]
    )
    yen = reservation(folios=[folio("135", currency="JPY")])
    found = forecast(
        [task(mode=ARRIVAL), free], [yen], start=utc("2024-01-30 00:00"), end=utc("2024-02-03 00:00"), rules=SOFIA
    )
    assert [foreseen_document(each) for each in found] == [
        {
            "at": "2024-01-31T10:00:00Z",
            "task": "T2",
            "reservation": "R1",
            "operation": "actions_only",
            "amount": None,
            "currency": None,
        },
        {
            "at": "2024-02-01T10:00:00Z",
            "task": "T1",
            "reservation": "R1",
            "operation": "payment",
            "amount": "135",
            "currency": "JPY",
        },
    ]
    assert list(foreseen_document(found[0])) == ["at", "task", "reservation", "operation", "amount", "currency"]


@pytest.mark.parametrize("severity", Severity)
def test_a_finding_is_written_with_its_severity_and_sentence(severity: Severity) -> None:
    finding = Finding("unknown_policy", severity, "tasks[0].filters.guarantee_policies", {"policy": "flex"})
    assert finding_document(finding) == {
        "code": "unknown_policy",
        "severity": severity.value,
        "path": "tasks[0].filters.guarantee_policies",
        "message": "the setup has no guarantee policy flex",
    }


def test_a_fault_is_an_error_among_the_findings() -> None:
    fault = Fault(code="wrong_type", path="paused", message="0 is not true or false", document="s", line=3)
    assert finding_document(fault) == {
        "code": "wrong_type",
        "severity": "error",
        "path": "paused",
        "message": "0 is not true or false",
    }


KONTUR = BonusPaymentType(
    id="kontur", currency_type="BONUS", currency=Currency.of("RUB"), max_percent=Cap.of(25), enabled=True
)


def quoted(payment_type: BonusPaymentType, balance: str, card: str | Decimal, *, active: bool = True) -> dict[str, Any]:
    currency = payment_type.currency
    result = quote(
        payment_type,
        integration_active=active,
        balance=Money.of(balance, currency),
        card_balance=Points.of(card, "BONUS"),
    )
    return quote_document(result)


def test_a_quote_is_written_with_all_its_fields_in_their_order() -> None:
    document = quoted(KONTUR, "-1800.00", "9746600.38")
    assert document == {
        "points": "450.00",
        "amount": "450.00",
        "currency": "RUB",
        "cap": "450.00",
        "card_balance": "9746600.38",
        "limited_by": "cap",
        "reasons": [],
    }
    assert list(document) == ["points", "amount", "currency", "cap", "card_balance", "limited_by", "reasons"]


def test_points_have_the_decimals_of_the_step_and_money_those_of_its_currency() -> None:
    whole = attrs.evolve(KONTUR, step=Step.of("1"), currency=Currency.of("KWD"))
    assert quoted(whole, "-100.000", "7.90") == {
        "points": "7",
        "amount": "7.000",
        "currency": "KWD",
        "cap": "25.000",
        "card_balance": "7.90",
        "limited_by": "card",
        "reasons": [],
    }
    # A card's balance is written out, whatever way the host's decimal would be.
    assert quoted(whole, "-100.000", Decimal("1E+3"))["card_balance"] == "1000"


def test_a_quote_of_nothing_says_why() -> None:
    assert quoted(attrs.evolve(KONTUR, enabled=False), "0.00", "0", active=False) == {
        "points": "0.00",
        "amount": "0.00",
        "currency": "RUB",
        "cap": "0.00",
        "card_balance": "0",
        "limited_by": None,
        "reasons": [
            {
                "code": "inactive_integration",
                "message": "paying with bonus points is switched off for this hotel",
            },
            {"code": "disabled_type", "message": "the payment type kontur is switched off"},
            {
                "code": "balance_not_negative",
                "message": "the folio's balance is 0.00 RUB: only a negative balance can be paid with points",
            },
            {"code": "empty_card", "message": "the card has no points of BONUS"},
        ],
    }


def test_the_card_of_a_run_is_that_which_the_task_chooses() -> None:
    (run,) = previewed([task(mode=ARRIVAL)], cards=cards("ota", "guest", "ota")).runs
    assert run_document(run)["card"] == "c3"
    formula = FolioCharges(fixed=eur("20.5"))
    (run,) = previewed([task(mode=ARRIVAL, amount=formula)]).runs
    assert run_document(run)["amount"] == "20.50"


def test_a_back_test_is_written_by_task_by_day_and_by_run() -> None:
    """Every active task stands there, also one that did nothing; currencies and results are kept apart."""
    tasks = [
        task(id="arrival", mode=ARRIVAL),
        task(id="note", mode=ARRIVAL, operation=Operation.ACTIONS_ONLY),
        task(id="never", mode=Mode.AFTER_DEPARTURE),
    ]
    yen = folio("6750", currency="JPY")
    rows = [reservation(), reservation(id="R2", folios=[yen]), reservation(id="R3", cards=())]
    result = backtest(tasks, rows, start=AT, end=utc("2024-02-01 10:01"), rules=SOFIA)
    euros = {"result": "approved", "reason": None, "count": 1, "amount": "320.00", "currency": "EUR"}
    in_yen = {"result": "approved", "reason": None, "count": 1, "amount": "6750", "currency": "JPY"}
    declined = {"result": "declined", "reason": "no_card", "count": 1, "amount": "320.00", "currency": "EUR"}
    done = {"result": "done", "reason": None, "count": 3, "amount": None, "currency": None}
    assert list(task_sum_documents(result)) == [
        {"task": "arrival", "operation": "payment", "results": [euros, in_yen, declined]},
        {"task": "note", "operation": "actions_only", "results": [done]},
        {"task": "never", "operation": "payment", "results": []},
    ]
    day = {"day": "2024-02-01"}
    assert list(day_sum_documents(result)) == [
        {**day, "task": "arrival", **euros},
        {**day, "task": "arrival", **in_yen},
        {**day, "task": "arrival", **declined},
        {**day, "task": "note", **done},
    ]
    assert past_run_document(result.runs[2]) == {
        "at": "2024-02-01T10:00:00Z",
        "task": "arrival",
        "reservation": "R3",
        "operation": "payment",
        "result": "declined",
        "reason": "no_card",
        "amount": "320.00",
        "currency": "EUR",
    }
    assert past_run_document(result.runs[3])["amount"] is None
