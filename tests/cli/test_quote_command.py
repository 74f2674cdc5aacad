"""``hotelpay bonus quote``: how many points may be redeemed, and why not more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from command_line import Answer, Hotel, hotelpay

JSON = ("--format", "json")


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    return Hotel(tmp_path_factory.mktemp("hotel"))


def quoted(hotel: Hotel, payment_type: str, balance: str, currency: str, card: str, *more: str) -> Answer:
    return hotelpay(
        *("bonus", "quote", "--setup", hotel.setup, "--payment-type", payment_type),
        *(f"--balance={balance}", "--currency", currency, "--card-balance", card, *more),
    )


def test_the_example_of_the_hotel_is_limited_by_the_cap(hotel: Hotel) -> None:
    answer = quoted(hotel, "kontur", "-1800.00", "RUB", "9746600.38", *JSON)
    assert answer.json == {
        "points": "450.00",
        "amount": "450.00",
        "currency": "RUB",
        "cap": "450.00",
        "card_balance": "9746600.38",
        "limited_by": "cap",
        "reasons": [],
    }
    assert answer.out == json.dumps(answer.json) + "\n"


def test_people_get_a_table_with_what_the_programs_get(hotel: Hotel) -> None:
    answer = quoted(hotel, "kontur", "-1800.00", "RUB", "9746600.38")
    assert (answer.status, answer.err) == (0, "")
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["Paying", "with", "kontur"] in rows
    assert ["may", "be", "redeemed", "450.00", "points", "=", "450.00", "RUB"] in rows
    assert ["cap", "450.00", "RUB", "(25", "%)"] in rows
    assert ["on", "the", "card", "9746600.38", "BONUS"] in rows
    assert ["limited", "by", "cap"] in rows


def test_a_card_with_little_on_it_limits(hotel: Hotel) -> None:
    answer = quoted(hotel, "kontur", "-1800", "RUB", "120.509", *JSON)
    assert answer.json == {
        "points": "120.50",
        "amount": "120.50",
        "currency": "RUB",
        "cap": "450.00",
        "card_balance": "120.509",
        "limited_by": "card",
        "reasons": [],
    }


def test_a_balance_may_follow_its_option_after_a_blank(hotel: Hotel) -> None:
    answer = hotelpay(
        *("bonus", "quote", "-s", hotel.setup, "--payment-type", "kontur", "--balance", "-1800.00"),
        *("--currency", "RUB", "--card-balance", "1", "-f", "json"),
    )
    assert answer.json["points"] == "1.00"


def test_a_quote_of_nothing_is_an_answer_with_every_reason(hotel: Hotel) -> None:
    answer = quoted(hotel, "off", "10.00", "EUR", "0", *JSON, "--reservation-balance=0")
    assert answer.status == 0
    assert answer.json == {
        "points": "0",
        "amount": "0.00",
        "currency": "EUR",
        "cap": "0.00",
        "card_balance": "0",
        "limited_by": None,
        "reasons": [
            {"code": "disabled_type", "message": "the payment type off is switched off"},
            {
                "code": "balance_not_negative",
                "message": "the folio's balance is 10.00 EUR: only a negative balance can be paid with points",
            },
            {
                "code": "balance_not_negative",
                "message": "the reservation's balance is 0.00 EUR: only a negative balance can be paid with points",
            },
            {"code": "zero_percent", "message": "the payment type off lets at most 0 % be paid with points"},
            {"code": "empty_card", "message": "the card has no points of BONUS"},
            {
                "code": "currency_mismatch",
                "message": "the payment type off pays in RUB, the folio is in EUR",
            },
        ],
    }
    told = quoted(hotel, "off", "10.00", "EUR", "0")
    assert told.status == 0
    assert "disabled_type" in told.out
    assert "the payment type off lets at most 0 % be paid with points" in told.out
    assert "limited by" not in told.out


@pytest.mark.parametrize(
    ("card", "redeemed", "expected"),
    [
        ("500.5", "10", {"points": "500", "amount": "5.00", "cap": "20.00", "limited_by": "card"}),
        ("5000", "10", {"points": "2000", "amount": "20.00", "cap": "20.00", "limited_by": "cap"}),
        ("5000", "30", {"points": "0", "amount": "0.00", "cap": "0.00", "limited_by": None}),
    ],
)
def test_a_cap_on_the_charges_counts_what_was_redeemed(
    hotel: Hotel, card: str, redeemed: str, expected: dict[str, Any]
) -> None:
    given = ("--charges", "100.00", "--redeemed", redeemed)
    found = quoted(hotel, "thirds", "-100.00", "EUR", card, *JSON, *given).json
    assert found.items() >= expected.items()
    assert [reason["code"] for reason in found["reasons"]] == (["cap_used_up"] if redeemed == "30" else [])


@pytest.mark.parametrize(
    ("payment_type", "balance", "currency", "more", "said"),
    [
        ("thirds", "-1", "EUR", (), "charges: None is not "),
        ("thirds", "-1", "EUR", ("--charges", "5"), "redeemed: None is not "),
        ("nowhere", "-1", "RUB", (), "'nowhere' is not one of the bonus payment types (kontur, off, thirds)"),
        ("kontur", "-1", "rub", (), "currency: 'rub' is not an ISO 4217 code"),
        ("kontur", "-1.005", "RUB", (), "'-1.005' is not an amount of RUB, which has 2 decimals"),
        ("kontur", "1e5", "RUB", (), "'1e5' is not a plain decimal"),
        ("kontur", "NaN", "RUB", (), "'NaN' is not a plain decimal"),
        ("kontur", "-1", "RUB", ("--reservation-balance", "\u0661"), "is not a plain decimal"),
    ],
)
def test_what_cannot_be_quoted_is_said_on_standard_error(
    hotel: Hotel, payment_type: str, balance: str, currency: str, more: tuple[str, ...], said: str
) -> None:
    answer = quoted(hotel, payment_type, balance, currency, "1", *more, *JSON)
    assert (answer.status, answer.out) == (2, "")
    assert said in " ".join(answer.err.replace("│", " ").split())
    assert "Traceback" not in answer.err
