"""hotelpay's own arithmetic against the General Decimal Arithmetic test cases of IBM, which come with Python's tests.

Only the library's code is asked: reading, sums, differences, comparisons, shares and rounding. Where an operand is
beyond its bounds it has to refuse it. A rounding that hotelpay does not have (to even, towards a floor) is passed over.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest

from border.decimal_vectors import Vector, vectors
from examples import decided, folio, reservation, task
from hotelpay import FolioCharges, InvalidValue, Money, Points, Rounding, Run, Share
from hotelpay.money import Currency, parse_decimal

_FOUND: Final = importlib.util.find_spec("test")
FOLDER: Final = Path(_FOUND.origin if _FOUND and _FOUND.origin else "").with_name("decimaltestdata")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="this Python comes without its own tests (decimaltestdata)")

#: Four decimals, the most that any currency has.
CURRENCY: Final = Currency.of("CLF")
BY_DECIMALS: Final = {0: "JPY", 2: "EUR", 3: "KWD", 4: "CLF"}
ROUNDINGS: Final = {"half_up": Rounding.HALF_UP, "down": Rounding.DOWN, "up": Rounding.UP}
#: Ratios of numbers with more digits than that are asked of nobody; the cases reach ten to the 999,999,999.
MOST_DIGITS: Final = 400


def may_be_read(number: Decimal, decimals: int = 14) -> bool:
    """Tell whether a number is within the bounds that the documentation states."""
    _, digits, exponent = number.as_tuple()
    return isinstance(exponent, int) and exponent >= -decimals and len(digits) + exponent <= 14


def is_small(*numbers: Decimal) -> bool:
    return all(
        number.is_finite() and abs(number.adjusted()) + len(number.as_tuple().digits) < MOST_DIGITS
        for number in numbers
    )


def money(number: Decimal) -> Money | None:
    """Return an amount, or None where it is refused; it has to be refused just where the bounds say so."""
    try:
        read = Money.of(number, CURRENCY)
    except InvalidValue:
        assert not may_be_read(number, CURRENCY.decimals)
        return None
    assert may_be_read(number, CURRENCY.decimals)
    assert Fraction(read.minor, 10**CURRENCY.decimals) == Fraction(number)
    return read


def points(number: Decimal) -> Points | None:
    try:
        read = Points.of(number, "BONUS")
    except InvalidValue:
        assert not may_be_read(number)
        return None
    assert may_be_read(number)
    return read


def rounded(vector: Vector, exact: Fraction, exponent: int) -> Fraction | None:
    """Return a ratio rounded to a multiple of ten to the exponent by our own code; None for a rounding we lack."""
    rounding = ROUNDINGS.get(vector.rounding)
    if rounding is None:
        return None
    unit = Fraction(10) ** exponent
    scaled = exact / unit
    return rounding.of_ratio(scaled.numerator, scaled.denominator) * unit


def same(vector: Vector, found: Fraction | None) -> str | None:
    if found is None:
        return None
    assert found == Fraction(vector.expected), vector
    return "equal"


# One function an operation; each returns "equal", "refused", or None where the case asks for what hotelpay has not.


def added(vector: Vector) -> str | None:
    sign = -1 if vector.operation == "subtract" else 1
    read = [money(number) for number in vector.numbers]
    left, right = read
    if left is None or right is None:
        return _ratio_sum(vector, sign) or "refused"
    total = left + right if sign == 1 else left - right
    exact = Fraction(total.minor, 10**CURRENCY.decimals)
    if vector.is_exact:
        assert exact == Fraction(vector.expected), vector
        return "equal"
    return same(vector, rounded(vector, exact, _exponent(vector.expected)))


def _ratio_sum(vector: Vector, sign: int) -> str | None:
    """Round an exact sum of what no amount can hold."""
    left, right = vector.numbers
    if not is_small(left, right, vector.expected):
        return None
    return same(vector, rounded(vector, Fraction(left) + sign * Fraction(right), _exponent(vector.expected)))


def compared(vector: Vector) -> str | None:
    return (
        _compared_as(vector, [money(number) for number in vector.numbers])
        or _compared_as(vector, [points(number) for number in vector.numbers])
        or "refused"
    )


def _compared_as(vector: Vector, read: list[Money | None] | list[Points | None]) -> str | None:
    left, right = read
    if left is None or right is None:
        return None
    found = (left < right, left == right, left > right)  # type: ignore[operator]
    expected = Fraction(vector.expected)
    # Points of 1.0 and of 1.00 are equal decimals.
    assert found == (expected == -1, expected == 0, expected == 1), vector
    assert (left <= right, left >= right) == (expected <= 0, expected >= 0), vector  # type: ignore[operator]
    return "equal"


def greatest(vector: Vector) -> str | None:
    left, right = (money(number) for number in vector.numbers)
    if left is None or right is None:
        return "refused"
    if not vector.is_exact:
        return None
    found = max(left, right) if vector.operation == "max" else min(left, right)
    assert Fraction(found.minor, 10**CURRENCY.decimals) == Fraction(vector.expected), vector
    return "equal"


def quantized(vector: Vector) -> str | None:
    number, by = vector.numbers
    exponent = by.as_tuple().exponent
    if vector.operation == "rescale" and by.is_finite():
        exponent = int(by)
    if not is_small(number, vector.expected) or not isinstance(exponent, int):
        return None if number.is_finite() else _refused(number)
    return _of_currency(vector, number, exponent) or same(vector, rounded(vector, Fraction(number), exponent))


def _of_currency(vector: Vector, number: Decimal, exponent: int) -> str | None:
    """Round an amount as it is read, where a currency has just so many decimals."""
    rounding, code = ROUNDINGS.get(vector.rounding), BY_DECIMALS.get(-exponent)
    if rounding is None or code is None or not may_be_read(number):
        return None
    read = Money.of(number, code, rounding=rounding)
    assert Fraction(read.minor) * Fraction(10) ** exponent == Fraction(vector.expected), vector
    assert same(vector, rounded(vector, Fraction(number), exponent)) == "equal"
    return "equal"


def whole(vector: Vector) -> str | None:
    (number,) = vector.numbers
    if not is_small(number):
        return None if number.is_finite() else _refused(number)
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return same(vector, rounded(vector, Fraction(number), max(0, exponent)))


def divided(vector: Vector) -> str | None:
    left, right = vector.numbers
    if not is_small(left, right, vector.expected) or not right:
        return None
    return same(vector, rounded(vector, Fraction(left) / Fraction(right), _exponent(vector.expected)))


def multiplied(vector: Vector) -> str | None:
    left, right = vector.numbers
    if not is_small(left, right, vector.expected):
        return None
    shared = _share(vector, left, right)
    return same(vector, rounded(vector, Fraction(left) * Fraction(right), _exponent(vector.expected))) or shared


def _share(vector: Vector, left: Decimal, right: Decimal) -> str | None:
    """Take a share of a folio's charges, as a task does; it is rounded half up to the folio's own decimals."""
    percent = right.scaleb(2)
    charged = money(left)
    if charged is None or charged.minor <= 0 or not vector.is_exact or right < 0 or not may_be_read(percent):
        return None
    bill = folio(charged.text, currency=CURRENCY.code)
    decision = decided(
        task(amount=FolioCharges(percent=Share.of(percent))), reservation(folios=(bill,)), "2024-01-10 07:30"
    )
    exact = Fraction(vector.expected) * 10**CURRENCY.decimals
    found = decision.amount.total_minor if isinstance(decision, Run) and decision.amount is not None else 0
    assert Fraction(-1, 2) < found - exact <= Fraction(1, 2), vector
    return "equal"


def turned(vector: Vector) -> str | None:
    (number,) = vector.numbers
    read = money(number)
    if read is None:
        return "refused"
    if not vector.is_exact:
        return None
    found = -read if vector.operation == "minus" else read
    assert Fraction(found.minor, 10**CURRENCY.decimals) == Fraction(vector.expected), vector
    return "equal"


def read_text(vector: Vector) -> str | None:
    """Read a text as the number that the case says, or refuse it: our grammar is the stricter one."""
    (text,) = vector.operands
    try:
        found = parse_decimal(text, "amount")
    except InvalidValue:
        return "refused"
    if not vector.is_exact:  # it overflows what the case allows
        return None
    assert Fraction(found) == Fraction(vector.expected), vector
    return "equal"


def _refused(number: Decimal) -> str:
    assert money(number) is None
    assert points(number) is None
    return "refused"


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


#: The operations that hotelpay has, the files that have cases of them, and at least how many are equal or refused.
OPERATIONS: Final[Mapping[str, tuple[Callable[[Vector], str | None], str, int]]] = {
    "add": (added, "add ddAdd dqAdd rounding randoms", 2000),
    "subtract": (added, "subtract ddSubtract dqSubtract rounding randoms", 1200),
    "compare": (compared, "compare ddCompare dqCompare randoms", 1400),
    "max": (greatest, "max ddMax dqMax", 400),
    "min": (greatest, "min ddMin dqMin", 400),
    "quantize": (quantized, "quantize ddQuantize dqQuantize", 700),
    "rescale": (quantized, "rescale", 300),
    "tointegral": (whole, "tointegral ddToIntegral dqToIntegral", 100),
    "divide": (divided, "divide ddDivide dqDivide rounding randoms", 800),
    "multiply": (multiplied, "multiply ddMultiply dqMultiply rounding randoms", 700),
    "minus": (turned, "minus ddMinus dqMinus", 90),
    "plus": (turned, "plus ddPlus dqPlus", 90),
    "tosci": (read_text, "base ddBase dqBase", 50),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_case_is_answered_alike_or_refused(
    operation: str, record_property: Callable[[str, object], None]
) -> None:
    ask, files, fewest = OPERATIONS[operation]
    counted: Counter[str] = Counter()
    for name in files.split():
        for vector in vectors(FOLDER / f"{name}.decTest"):
            if vector.operation == operation:
                counted[ask(vector) or "not ours"] += 1
    record_property("decimal_vector_runs", counted["equal"] + counted["refused"])
    record_property(f"decimal_{operation}_equal", counted["equal"])
    assert counted["equal"] >= fewest
