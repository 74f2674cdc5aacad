"""A guest's bill: sums, the balance and its sign, and what a bill may hold."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import EUR, eur, folio, utc
from ground.refusals import refusal
from hotelpay import Charge, Currency, CurrencyMismatch, Folio, InvalidValue, Money, Payment, WrongType
from hotelpay.folio import oldest_open_folio
from hotelpay.moments import instant

CENTS = st.lists(st.integers(-(10**9), 10**9), max_size=6)


def bill(charges: list[int], payments: list[int], **fields: Any) -> Folio:
    return folio(
        **{
            "charges": [Charge("rooms", Money(minor, EUR)) for minor in charges],
            "payments": [Payment(amount=Money(minor, EUR)) for minor in payments],
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("charges", "payments", "balance", "due"),
    [
        ([], [], 0, 0),
        ([180000], [], -180000, 180000),
        ([180000], [45000], -135000, 135000),
        ([180000, -30000], [], -150000, 150000),
        ([100], [99], -1, 1),
        ([100], [100], 0, 0),
        ([100], [101], 1, 0),
        ([100], [150, -60], -10, 10),
        ([-50], [], 50, 0),
    ],
)
def test_a_negative_balance_is_what_the_guest_owes(
    charges: list[int], payments: list[int], balance: int, due: int
) -> None:
    taken = bill(charges, payments)
    assert (taken.balance, taken.amount_due) == (Money(balance, EUR), Money(due, EUR))


@given(CENTS, CENTS)
def test_a_balance_is_payments_less_charges(charges: list[int], payments: list[int]) -> None:
    taken = bill(charges, payments)
    assert taken.charged == Money(sum(charges), EUR)
    assert taken.paid == Money(sum(payments), EUR)
    assert taken.charged + taken.balance == taken.paid
    assert taken.amount_due - max(taken.balance, Money.zero(EUR)) == -taken.balance
    assert taken.amount_due >= Money.zero(EUR)


def test_charges_are_summed_by_revenue_group() -> None:
    taken = folio(("rooms", "300.00"), ("extras", "20.00"), ("rooms", "-30.00"), ("packages", "5.00"))
    sums = [
        taken.charges_in(groups).text for groups in ([], ["rooms"], ["extras", "packages"], ["spa"], ["spa", "extras"])
    ]
    assert sums == ["295.00", "270.00", "25.00", "0.00", "20.00"]
    assert taken.charges_in(iter(["rooms"])) == eur("270.00")


def test_the_oldest_open_folio_is_the_one_opened_first() -> None:
    closed = folio(id="closed", opened_at=utc("2024-01-01 07:00"), closed=True)
    first = folio(id="first", opened_at=utc("2024-01-01 08:00"))
    equal = folio(id="equal", opened_at=utc("2024-01-01 08:00"))
    late = folio(id="late", opened_at=utc("2024-01-01 08:00:01"))
    assert oldest_open_folio([late, closed, first, equal]) is first
    assert oldest_open_folio([equal, first]) is equal
    assert oldest_open_folio([closed]) is None
    assert oldest_open_folio([]) is None


def test_a_bill_is_in_one_currency() -> None:
    lev = Money.of("1.00", "BGN")
    for lines in ({"charges": [Charge("a", eur("1")), Charge("a", lev)]}, {"payments": [Payment(amount=lev)]}):
        with pytest.raises(CurrencyMismatch) as caught:
            folio(**lines)
        assert (caught.value.left, caught.value.right) == ("BGN", "EUR")
    assert folio(charges=[Charge("a", Money(1, Currency("EUR")))]).charged == eur("0.01")


@pytest.mark.parametrize(
    ("fields", "code", "sentence"),
    [
        ({"id": ""}, "not_an_identifier", "id: '' is not a text of 1 to 128 printable characters"),
        ({"id": 7}, "wrong_type", "id: 7 (int) is not a text"),
        ({"opened_at": None}, "wrong_type", "instant: None (NoneType) is not a datetime with a UTC offset"),
        ({"currency": "EUR"}, "wrong_type", "currency: 'EUR' (str) is not a Currency"),
        ({"closed": 1}, "wrong_type", "closed: 1 (int) is not true or false"),
        ({"closed": None}, "wrong_type", "closed: None (NoneType) is not true or false"),
        ({"charges": [Payment(amount=eur("1"))]}, "wrong_type", None),
        ({"charges": ["1.00"]}, "wrong_type", "charges: '1.00' (str) is not a list of Charge"),
        ({"payments": [Charge("rooms", eur("1"))]}, "wrong_type", None),
        ({"payments": [None]}, "wrong_type", "payments: None (NoneType) is not a list of Payment"),
    ],
)
def test_a_folio_refuses_what_it_cannot_hold(fields: dict[str, Any], code: str, sentence: str | None) -> None:
    whole = {"id": "F1", "opened_at": utc("2024-01-01 08:00"), "currency": EUR}
    found = refusal(Folio, **{**whole, **fields})
    assert found[:2] == (WrongType if code == "wrong_type" else InvalidValue, code)
    assert sentence in {None, found[2]}


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        (
            Charge,
            {"revenue_group": "", "amount": eur("1")},
            "revenue_group: '' is not a text of 1 to 128 printable characters",
        ),
        (Charge, {"revenue_group": None, "amount": eur("1")}, "revenue_group: None (NoneType) is not a text"),
        (Charge, {"revenue_group": "rooms", "amount": "1.00"}, "amount: '1.00' (str) is not Money"),
        (Payment, {"amount": 1}, "amount: 1 (int) is not Money"),
        (Payment, {"amount": None}, "amount: None (NoneType) is not Money"),
        (Payment, {"payment_type": ""}, "payment_type: '' is not a text of 1 to 128 printable characters"),
        (Payment, {"payment_type": 5}, "payment_type: 5 (int) is not a text"),
        (Payment, {"reference": ""}, "reference: '' is not a text of 1 to 128 printable characters"),
        (Payment, {"reference": 0}, "reference: 0 (int) is not a text"),
        (Payment, {"paid_at": 1.5}, "instant: 1.5 (float) is not a datetime with a UTC offset"),
        (Payment, {"comment": 5}, "comment: 5 (int) is not a text"),
    ],
)
def test_a_line_refuses_what_it_cannot_hold(kind: Any, fields: dict[str, Any], sentence: str) -> None:
    whole = {"amount": eur("1")} if kind is Payment else {}
    assert refusal(kind, **{**whole, **fields})[2] == sentence


def test_lines_are_kept_as_they_were_given() -> None:
    charge, payment = Charge("rooms", eur("-1")), Payment(amount=eur("-1"))
    taken = folio(charges=iter([charge]), payments=iter([payment]), closed=True)
    assert (taken.charges, taken.payments, taken.closed) == ((charge,), (payment,), True)
    assert taken.opened_at == instant(utc("2024-01-01 08:00"))
    full = Payment(
        amount=eur("1"), payment_type="cash", reference="k1", paid_at=utc("2024-01-01 09:00"), comment="at the desk"
    )
    assert attrs.asdict(full, recurse=False) == {
        "amount": eur("1"),
        "payment_type": "cash",
        "reference": "k1",
        "paid_at": instant(utc("2024-01-01 09:00")),
        "comment": "at the desk",
    }
    assert attrs.asdict(payment, recurse=False) == {
        "amount": eur("-1"),
        "payment_type": None,
        "reference": None,
        "paid_at": None,
        "comment": None,
    }


def test_a_comment_is_masked_and_in_no_repr() -> None:
    payment = Payment(amount=eur("1"), comment="card 4111 1111 1111 1111")
    assert payment.comment == "card •••• •••• •••• 1111"
    assert "comment" not in repr(payment)
