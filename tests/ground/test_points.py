"""Points of a bonus card, their rate and their step."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.refusals import less_than, refusal
from hotelpay import BonusCard, HotelpayError, InvalidValue, Points, PointsMismatch, Rate, Step, WrongType

COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge)
quantities = st.decimals("-99999999999999", "99999999999999", places=2)


@given(quantities, st.data())
def test_points_are_in_the_order_of_their_amounts(amount: Decimal, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([amount, amount + 1, amount - 1]) | quantities)
    if abs(other) >= 10**14:
        other = amount
    a, b = Points.of(amount, "BONUS"), Points(other, "BONUS")
    for compare in (*COMPARISONS, operator.eq, operator.ne):
        assert compare(a, b) is compare(amount, other)


@pytest.mark.parametrize("compare", COMPARISONS)
def test_points_of_two_types_never_meet(compare: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(PointsMismatch) as caught:
        compare(Points.of(1, "BONUS"), Points.of(2, "RUB"))
    assert (caught.value.left, caught.value.right) == ("BONUS", "RUB")
    for other in (1, Decimal(1), None):
        with pytest.raises(TypeError) as wrong:
            compare(Points.of(1, "BONUS"), other)
        assert not isinstance(wrong.value, HotelpayError)


def test_points_are_equal_by_amount_and_type() -> None:
    assert Points.of("1.50", "BONUS") == Points.of("1.5", "BONUS")
    assert Points.of("1.5", "BONUS") != Points.of("1.5", "bonus")
    assert Points.of("1", "BONUS") not in (1, Decimal(1), "1 BONUS")
    assert Points.of("-0", "BONUS") == Points.of(0, "BONUS")


@pytest.mark.parametrize(
    ("amount", "text"),
    [("9746600.38", "9746600.38 B"), (Decimal("1E+3"), "1000 B"), (Decimal("1E-7"), "0.0000001 B"), ("-1", "-1 B")],
)
def test_points_are_written_without_exponent(amount: str | Decimal, text: str) -> None:
    assert str(Points.of(amount, "B")) == text


def test_points_need_a_decimal_and_a_type() -> None:
    for build in (Points, Points.of):
        assert refusal(build, 1.5, "BONUS") == (
            WrongType,
            "wrong_type",
            "points: 1.5 (float) is not a decimal, as text or Decimal",
        )
        assert refusal(build, "1,5", "BONUS")[1] == "not_a_decimal"
        assert refusal(build, "1", "")[2] == "currency_type: '' is not a text of 1 to 128 printable characters"
        assert refusal(build, "1", None)[2] == "currency_type: None (NoneType) is not a text"


@pytest.mark.parametrize(("kind", "field"), [(Rate, "rate"), (Step, "step")])
def test_a_rate_and_a_step_are_above_zero(kind: type[Rate | Step], field: str) -> None:
    for build in (kind, kind.of):
        assert refusal(build, Decimal(0)) == (InvalidValue, "not_positive", f"{field}: 0 is not above zero")
        assert refusal(build, "-0.01") == (InvalidValue, "not_positive", f"{field}: -0.01 is not above zero")
        assert refusal(build, 0.5)[2] == f"{field}: 0.5 (float) is not a decimal, as text or Decimal"
        assert refusal(build, "1/2")[2] == f"{field}: '1/2' is not a plain decimal such as \"12.50\""
    least = kind.of("0.00000000000001")
    assert Fraction(*least.ratio) == Fraction(1, 10**14)
    assert (str(kind.of("0.50")), str(kind.of(10))) == ("0.5", "10")


def test_a_rate_is_no_step() -> None:
    one: list[Any] = [Rate.of(1), Step.of(1), Decimal(1)]
    assert [[a == b for b in one] for a in one] == [[True, False, False], [False, True, False], [False, False, True]]
    assert Rate.of("1.0") == Rate.of(1)
    assert (Step.of("1.0"), hash(Step.of("1.0"))) == (Step.of(1), hash(Step.of(1)))
    for kind in (Rate, Step):
        given_as: Any = "0.50"
        assert kind(given_as).value == Decimal("0.5")
        assert repr(kind(given_as)) == f"{kind.__name__}(value=Decimal('0.50'))"
        with pytest.raises(TypeError):
            less_than(kind.of(1), kind.of(2))


@pytest.mark.parametrize(
    ("step", "decimals", "steps", "quantity"),
    [
        ("0.01", 2, 45000, "450.00"),
        ("0.01", 2, 0, "0.00"),
        ("0.010", 3, 1, "0.010"),
        ("1", 0, 120, "120"),
        ("100", 0, 3, "300"),
        ("0.5", 1, 3, "1.5"),
        ("0.25", 2, 10**12, "250000000000.00"),
        ("1.5", 1, 7, "10.5"),
        ("0.00000000000001", 14, 3, "0.00000000000003"),
    ],
)
def test_a_number_of_steps_is_written_with_the_steps_decimals(
    step: str, decimals: int, steps: int, quantity: str
) -> None:
    assert Step.of(step).decimals == decimals
    assert f"{Step.of(step).quantity(steps):f}" == quantity


@given(st.decimals("0.0001", "1000", places=4), st.integers(0, 10**9))
def test_a_number_of_steps_is_exact(value: Decimal, steps: int) -> None:
    assert Fraction(Step.of(value).quantity(steps)) == Fraction(value) * steps


@pytest.mark.parametrize(
    ("number", "shown"),
    [("9000111122223333", "•••3333"), ("12345678", "•••5678"), ("1234567", "•••"), ("1", "•••")],
)
def test_of_a_bonus_card_only_the_end_of_a_long_number_is_shown(number: str, shown: str) -> None:
    assert (str(BonusCard(number)), repr(BonusCard(number))) == (shown, f"BonusCard('{shown}')")


def test_a_bonus_card_has_a_number() -> None:
    assert refusal(BonusCard, "")[2] == "bonus card: '' is not a text of 1 to 128 printable characters"


def test_a_step_of_hundreds_has_no_decimals() -> None:
    assert Step.of(Decimal("1E+2")).decimals == 0
    assert Step.of(Decimal("1E+2")).quantity(3) == 300
