"""Currencies against ISO 4217, exact amounts, named roundings, percentages; no floats and no ambient context."""

from __future__ import annotations

import decimal
import operator
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any, Final

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.refusals import less_than, refusal
from hotelpay import (
    Adjustment,
    Cap,
    Currency,
    CurrencyMismatch,
    InvalidValue,
    Money,
    Points,
    Rate,
    Rounding,
    Share,
    Step,
    UnknownName,
    WrongType,
)
from hotelpay.money import Percent, decimal_text, parse_decimal, plain_decimal

ACTIVE: Final[dict[str, int | None]] = {each.code: each.exponent for each in iso4217.Currency}

#: Codes that ISO 4217 has withdrawn and old folios still bear: their decimals, and why they went.
WITHDRAWN: Final = {
    "ADP": (0, "Andorra, 2003: the euro"),
    "AFA": (2, "Afghanistan, 2003: AFN"),
    "ANG": (2, "Curaçao and Sint Maarten, 2025: XCG"),
    "ATS": (2, "Austria, 2002: the euro"),
    "AZM": (2, "Azerbaijan, 2006: AZN"),
    "BEF": (0, "Belgium, 2002: the euro"),
    "BGN": (2, "Bulgaria, 2026: the euro"),
    "BYB": (0, "Belarus, 2001: BYR"),
    "BYR": (0, "Belarus, 2017: BYN"),
    "CSD": (2, "Serbia and Montenegro, 2006: RSD"),
    "CUC": (2, "Cuba, 2021: CUP"),
    "CYP": (2, "Cyprus, 2008: the euro"),
    "DEM": (2, "Germany, 2002: the euro"),
    "EEK": (2, "Estonia, 2011: the euro"),
    "ESP": (0, "Spain, 2002: the euro"),
    "FIM": (2, "Finland, 2002: the euro"),
    "FRF": (2, "France, 2002: the euro"),
    "GHC": (2, "Ghana, 2008: GHS"),
    "GRD": (0, "Greece, 2002: the euro"),
    "HRK": (2, "Croatia, 2023: the euro"),
    "IEP": (2, "Ireland, 2002: the euro"),
    "ITL": (0, "Italy, 2002: the euro"),
    "LTL": (2, "Lithuania, 2015: the euro"),
    "LUF": (0, "Luxembourg, 2002: the euro"),
    "LVL": (2, "Latvia, 2014: the euro"),
    "MGF": (0, "Madagascar, 2005: MGA"),
    "MRO": (2, "Mauritania, 2018: MRU"),
    "MTL": (2, "Malta, 2008: the euro"),
    "MZM": (2, "Mozambique, 2006: MZN"),
    "NLG": (2, "Netherlands, 2002: the euro"),
    "PTE": (0, "Portugal, 2002: the euro"),
    "ROL": (2, "Romania, 2005: RON"),
    "RUR": (2, "Russia, 1998: RUB"),
    "SDD": (2, "Sudan, 2007: SDG"),
    "SIT": (2, "Slovenia, 2007: the euro"),
    "SKK": (2, "Slovakia, 2009: the euro"),
    "SLL": (2, "Sierra Leone, 2024: SLE"),
    "SRG": (2, "Suriname, 2004: SRD"),
    "STD": (2, "São Tomé and Príncipe, 2018: STN"),
    "TMM": (2, "Turkmenistan, 2009: TMT"),
    "TPE": (0, "Timor-Leste, 2002: the US dollar"),
    "TRL": (0, "Turkey, 2005: TRY"),
    "VEB": (2, "Venezuela, 2008: VEF"),
    "VEF": (2, "Venezuela, 2018: VES"),
    "YUM": (2, "Yugoslavia, 2003: CSD"),
    "ZMK": (2, "Zambia, 2013: ZMW"),
    "ZWL": (2, "Zimbabwe, 2024: ZWG"),
}
KNOWN: Final = {code: decimals for code, decimals in ACTIVE.items() if decimals is not None} | {
    code: decimals for code, (decimals, _) in WITHDRAWN.items()
}

currencies = st.sampled_from(sorted(KNOWN)).map(Currency.of)


@st.composite
def money(draw: st.DrawFn, currency: Currency | None = None) -> Money:
    """Draw an amount that a text can write: fourteen digits before the point."""
    currency = currency or draw(currencies)
    largest = 10 ** (14 + currency.decimals) - 1
    return Money(draw(st.integers(-largest, largest)), currency)


# Currencies


def test_every_currency_of_iso_4217_with_a_minor_unit_is_known_with_its_decimals() -> None:
    active = {code: decimals for code, decimals in ACTIVE.items() if decimals is not None}
    assert {code: Currency.of(code).decimals for code in active} == active
    assert set(active.values()) == {0, 2, 3, 4}


def test_a_code_without_a_minor_unit_is_no_currency() -> None:
    without = [code for code, decimals in ACTIVE.items() if decimals is None]
    assert {"XAU", "XXX", "XTS", "XDR"} <= set(without)
    for code in without:
        assert refusal(Currency.of, code) == (
            UnknownName,
            "unknown_currency",
            f"currency: '{code}' is not an ISO 4217 code with a minor unit, such as \"EUR\"",
        )


def test_the_withdrawn_codes_are_known_and_no_others() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = [a + b + c for a in letters for b in letters for c in letters]
    assert {code: Currency(code).decimals for code in codes if is_known(code)} == KNOWN
    assert not {code for code in WITHDRAWN if ACTIVE.get(code) is not None}


def is_known(code: str) -> bool:
    try:
        Currency(code)
    except UnknownName:
        return False
    return True


@pytest.mark.parametrize(
    "code", ["", "EU", "EURO", "eur", "Eur", "EUR ", " EUR", "EUR\n", "zzz", "ZZZ", "\u0131qd", "\u0130QD", "978"]
)
def test_nothing_like_a_code_is_taken_for_one(code: str) -> None:
    assert refusal(Currency.of, code)[:2] == (UnknownName, "unknown_currency")
    assert refusal(Money.of, "1", code)[:2] == (UnknownName, "unknown_currency")


@pytest.mark.parametrize("code", [None, 978, b"EUR", ["EUR"], {"EUR"}, True])
def test_a_code_is_a_text(code: Any) -> None:
    for build in (Currency, Currency.of):
        kind, rule, sentence = refusal(build, code)
        assert (kind, rule) == (WrongType, "wrong_type")
        assert sentence.startswith("currency: ")
        assert sentence.endswith(f'({type(code).__name__}) is not an ISO 4217 code such as "EUR"')


def test_one_code_is_one_currency() -> None:
    euro = Currency.of("EUR")
    assert Currency.of("EUR") is euro
    assert Currency.of(euro) is euro
    assert Currency("EUR") == euro
    assert hash(Currency("EUR")) == hash(euro)
    assert euro != Currency.of("BGN")
    with pytest.raises(TypeError):
        less_than(euro, Currency.of("BGN"))
    assert (str(euro), repr(euro)) == ("EUR", "Currency(code='EUR', decimals=2)")


# Reading and writing amounts


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "text"),
    [
        ("135.00", "EUR", 13500, "135.00"),
        ("135", "EUR", 13500, "135.00"),
        ("135.5", "EUR", 13550, "135.50"),
        ("0.05", "EUR", 5, "0.05"),
        ("-0.05", "EUR", -5, "-0.05"),
        ("-1800.00", "RUB", -180000, "-1800.00"),
        ("-0", "EUR", 0, "0.00"),
        ("-0.00", "EUR", 0, "0.00"),
        ("007.10", "EUR", 710, "7.10"),
        ("12000", "JPY", 12000, "12000"),
        ("-12000", "JPY", -12000, "-12000"),
        ("0", "JPY", 0, "0"),
        ("1.234", "KWD", 1234, "1.234"),
        ("1.2345", "UYW", 12345, "1.2345"),
        ("99999999999999.99", "EUR", 9999999999999999, "99999999999999.99"),
        ("-99999999999999.9999", "CLF", -999999999999999999, "-99999999999999.9999"),
    ],
)
def test_an_amount_is_read_in_major_units_and_written_with_the_currencys_decimals(
    amount: str, currency: str, minor: int, text: str
) -> None:
    for given_as in (amount, Decimal(amount)):
        read = Money.of(given_as, currency)
        assert (read.minor, read.text) == (minor, text)
        assert str(read) == f"{text} {currency}"
        assert str(read.amount) == text


def test_whole_and_shifted_decimals_are_amounts_too() -> None:
    assert Money.of(12, "EUR") == Money.of(-1, "EUR") + Money.of("13", "EUR") == Money.of("12.00", "EUR")
    assert Money.of(Decimal("1.2E+3"), "JPY") == Money(1200, Currency.of("JPY"))
    assert Money.of(Decimal("12E-1"), "EUR").text == "1.20"
    assert Money.of(99999999999999, "JPY").minor == 99999999999999
    assert Money.zero("EUR") == Money.of(0, Currency.of("EUR")) == Money(0, Currency.of("EUR"))


def test_only_zero_is_no_money() -> None:
    assert [bool(Money(minor, Currency.of("EUR"))) for minor in (-1, 0, 1)] == [True, False, True]


@pytest.mark.parametrize(
    ("amount", "currency", "decimals"),
    [
        ("0.001", "EUR", 2),
        ("1.500", "EUR", 2),
        ("0.000", "EUR", 2),
        ("1.0", "JPY", 0),
        ("1.2345", "KWD", 3),
        ("1.00000", "CLF", 4),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str, decimals: int) -> None:
    sentence = f"amount: '{amount}' is not an amount of {currency}, which has {decimals} decimals"
    assert refusal(Money.of, amount, currency) == (InvalidValue, "too_many_decimals", sentence)
    assert refusal(Money.of, Decimal(amount), currency) == (InvalidValue, "too_many_decimals", sentence)


def test_a_named_rounding_takes_more_decimals() -> None:
    def rounded(amount: str | Decimal | int, currency: str) -> list[str]:
        return [Money.of(amount, currency, rounding=rounding).text for rounding in Rounding]

    assert rounded("0.005", "EUR") == ["0.01", "0.00", "0.01"]
    assert rounded("0.0049", "EUR") == ["0.00", "0.00", "0.01"]
    assert rounded("-0.005", "EUR") == ["-0.01", "0.00", "-0.01"]
    assert rounded("-0.0049", "EUR") == ["0.00", "0.00", "-0.01"]
    assert rounded("2.5", "JPY") == ["3", "2", "3"]
    assert rounded("2.0005", "KWD") == ["2.001", "2.000", "2.001"]
    assert rounded(Decimal("2.00005"), "UYW") == ["2.0001", "2.0000", "2.0001"]
    assert rounded("1.99", "EUR") == ["1.99", "1.99", "1.99"]
    assert rounded(3, "EUR") == ["3.00", "3.00", "3.00"]


@given(money())
def test_an_amount_reads_back_from_its_text(amount: Money) -> None:
    assert Money.of(amount.text, amount.currency) == amount
    assert Money.of(amount.text, amount.currency.code) == amount
    assert Money.of(amount.amount, amount.currency) == amount
    assert all(Money.of(amount.text, amount.currency, rounding=rounding) == amount for rounding in Rounding)
    assert Fraction(amount.text) == Fraction(amount.minor, 10**amount.currency.decimals)


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1), None])
def test_minor_units_are_an_int(minor: Any) -> None:
    kind, code, sentence = refusal(Money, minor, Currency.of("EUR"))
    assert (kind, code) == (WrongType, "wrong_type")
    assert sentence.startswith("amount: ")
    assert sentence.endswith(f"({type(minor).__name__}) is not a whole number of minor units")


def test_an_amounts_currency_is_a_currency() -> None:
    assert refusal(Money, 1, "EUR") == (WrongType, "wrong_type", "currency: 'EUR' (str) is not a Currency")


def test_a_refused_amount_or_percentage_is_called_so() -> None:
    plain = 'is not a plain decimal such as "12.50"'
    assert refusal(Money.of, "x", "EUR")[2] == f"amount: 'x' {plain}"
    assert refusal(Money.of, "x", "EUR", rounding=Rounding.DOWN)[2] == f"amount: 'x' {plain}"
    assert refusal(Money.of, 1.5, "EUR")[2] == "amount: 1.5 (float) is not a decimal, as text or Decimal"
    for read in (Percent, Percent.of):
        assert refusal(read, "x")[2] == f"percent: 'x' {plain}"


def test_of_a_long_decimal_a_refusal_shows_the_first_forty_characters() -> None:
    sentence = f"percent: '0.{'3' * 38}' is not a plain decimal such as \"12.50\""
    assert refusal(parse_decimal, Decimal(f"0.{'3' * 60}"), "percent")[2] == sentence


# Sums and comparisons


@given(st.data(), currencies)
def test_amounts_of_one_currency_are_a_group(data: st.DataObject, currency: Currency) -> None:
    a, b, c = (data.draw(money(currency)) for _ in range(3))
    zero = Money.zero(currency)
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + zero == a == zero + a
    assert a + -a == zero == a - a
    assert a - b == a + -b
    assert zero - (zero - a) == a
    assert zero - a == -a
    assert (a + b).currency == currency


@given(st.data(), currencies)
def test_amounts_of_one_currency_are_in_the_order_of_their_minor_units(data: st.DataObject, currency: Currency) -> None:
    a = data.draw(money(currency))
    b = data.draw(st.one_of(st.just(Money(a.minor, currency)), st.just(Money(a.minor + 1, currency)), money(currency)))
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compare(a, b) is compare(a.minor, b.minor)
        assert compare(b, a) is compare(b.minor, a.minor)
    assert (a == b) <= (hash(a) == hash(b))


OPERATIONS: Final[tuple[Callable[[Any, Any], Any], ...]] = (
    operator.add,
    operator.sub,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
)


@given(money(), money())
def test_different_currencies_are_never_equal_and_never_meet(a: Money, b: Money) -> None:
    if a.currency == b.currency:
        b = Money(b.minor, Currency.of("EUR" if a.currency.code != "EUR" else "BGN"))
    for other in (b, Money(a.minor, b.currency)):
        assert a != other
        assert not a == other  # noqa: SIM201  the two operators are two methods
        for operation in OPERATIONS:
            with pytest.raises(CurrencyMismatch) as caught:
                operation(a, other)
            assert (caught.value.left, caught.value.right) == (a.currency.code, b.currency.code)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("other", [0, 1.5, "1.00", Decimal(1), None, Points.of(1, "EUR")])
def test_money_does_not_meet_what_is_not_money(operation: Callable[[Any, Any], Any], other: Any) -> None:
    with pytest.raises(TypeError):
        operation(Money.of("1.00", "EUR"), other)
    with pytest.raises(TypeError):
        operation(other, Money.of("1.00", "EUR"))
    assert Money.of("1.00", "EUR") != other


# Rounding


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "down", "up"),
    [
        (0, 1, 0, 0, 0),
        (0, 7, 0, 0, 0),
        (7, 1, 7, 7, 7),
        (-7, 1, -7, -7, -7),
        (1, 2, 1, 0, 1),
        (-1, 2, -1, 0, -1),
        (3, 2, 2, 1, 2),
        (5, 2, 3, 2, 3),
        (-5, 2, -3, -2, -3),
        (49, 100, 0, 0, 1),
        (50, 100, 1, 0, 1),
        (51, 100, 1, 0, 1),
        (-49, 100, 0, 0, -1),
        (-51, 100, -1, 0, -1),
        (1, 3, 0, 0, 1),
        (2, 3, 1, 0, 1),
        (-2, 3, -1, 0, -1),
        (4, 3, 1, 1, 2),
        (200, 100, 2, 2, 2),
        (10**30 + 1, 2, 5 * 10**29 + 1, 5 * 10**29, 5 * 10**29 + 1),
        (1, 10**30, 0, 0, 1),
    ],
)
def test_each_rounding_by_example(numerator: int, denominator: int, half_up: int, down: int, up: int) -> None:
    rounded = [rounding.of_ratio(numerator, denominator) for rounding in (Rounding.HALF_UP, Rounding.DOWN, Rounding.UP)]
    assert rounded == [half_up, down, up]


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**6))
def test_a_rounding_stays_within_its_bounds(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    half_up, down, up = (rounding.of_ratio(numerator, denominator) for rounding in Rounding)
    assert abs(half_up - exact) <= Fraction(1, 2)
    assert abs(half_up) >= abs(exact) or abs(half_up - exact) < Fraction(1, 2)
    assert 0 <= abs(exact) - abs(down) < 1
    assert 0 <= abs(up) - abs(exact) < 1
    assert half_up in (down, up)
    for rounding in Rounding:
        rounded = rounding.of_ratio(numerator, denominator)
        assert rounding.of_ratio(rounded, 1) == rounded
        assert rounding.of_ratio(-numerator, denominator) == -rounded
        assert rounding.of_ratio(numerator * 7, denominator * 7) == rounded
        assert rounded == 0 or (rounded > 0) == (exact > 0)


# Decimals


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("-0.00", "0.00"),
        ("12.50", "12.50"),
        ("-12.5", "-12.5"),
        ("99999999999999.99999999999999", "99999999999999.99999999999999"),
        (Decimal("-0.0"), "0.0"),
        (Decimal("1E+13"), "1E+13"),
        (Decimal("1E-14"), "1E-14"),
        (0, "0"),
        (-99999999999999, "-99999999999999"),
        (99999999999999, "99999999999999"),
    ],
)
def test_a_plain_decimal_is_read_as_it_stands(value: str | Decimal | int, number: str) -> None:
    assert str(parse_decimal(value, "points")) == number


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1E+14"),
        Decimal("1E-15"),
        Decimal("0E+14"),
        Decimal("0E-15"),
        Decimal(100000000000000),
        Decimal(-100000000000000),
        Decimal("10000000000000.000000000000001"),
        "100000000000000",
        "0.000000000000001",
        "1.",
        ".5",
        "1.2.3",
        "--1",
        "1,5",
        "0x10",
    ],
)
def test_a_decimal_has_at_most_fourteen_digits_on_either_side(value: Any) -> None:
    kind, code, sentence = refusal(parse_decimal, value, "points")
    assert (kind, code) == (InvalidValue, "not_a_decimal")
    assert sentence == f'points: {str(value)!r} is not a plain decimal such as "12.50"'


def test_an_int_is_below_ten_to_the_fourteenth() -> None:
    for value in (10**14, -(10**14)):
        assert refusal(parse_decimal, value, "points") == (
            InvalidValue,
            "not_a_decimal",
            f"points: {value} is not a number below 10^14",
        )


@pytest.mark.parametrize("value", [1.5, True, False, None, b"1", ["1"], Fraction(1, 2), 1 + 0j])
def test_floats_and_bools_are_no_decimals(value: Any) -> None:
    kind, code, sentence = refusal(parse_decimal, value, "points")
    assert (kind, code) == (WrongType, "wrong_type")
    assert sentence.endswith(f"({type(value).__name__}) is not a decimal, as text or Decimal")


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (0, 0, "0"),
        (0, 2, "0.00"),
        (5, 2, "0.05"),
        (-5, 2, "-0.05"),
        (100, 2, "1.00"),
        (-7, 0, "-7"),
        (12345, 4, "1.2345"),
    ],
)
def test_units_are_written_as_a_plain_decimal(units: int, decimals: int, text: str) -> None:
    assert decimal_text(units, decimals) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("50", "50"),
        ("50.00", "50"),
        ("12.50", "12.5"),
        ("0.00", "0"),
        ("1E+2", "100"),
        ("-10.010", "-10.01"),
        ("100", "100"),
    ],
)
def test_a_number_is_written_without_trailing_zeros(number: str, text: str) -> None:
    assert plain_decimal(Decimal(number)) == text


# Percentages


@pytest.mark.parametrize(
    ("kind", "accepted", "refused", "meaning"),
    [
        (Percent, ["0", "100", "1000"], ["-0.01"], "a percentage"),
        (Adjustment, ["-100", "0", "250"], ["-100.01", "-101"], "an adjustment of -100 % or more"),
        (Share, ["0", "-0", "100.01"], ["-0.01", "-1"], "a share of 0 % or more"),
        (Cap, ["0", "25", "100"], ["-0.01", "100.01", "101"], "a cap from 0 % to 100 %"),
    ],
)
def test_each_percentage_has_its_limits(
    kind: type[Percent], accepted: list[str], refused: list[str], meaning: str
) -> None:
    assert [kind.of(text).value for text in accepted] == [Decimal(text) for text in accepted]
    for text in refused:
        sentence = f"percent: {text} is not {meaning}"
        assert refusal(kind.of, text) == (InvalidValue, "percent_out_of_range", sentence)
        assert refusal(kind, Decimal(text)) == (InvalidValue, "percent_out_of_range", sentence)
        assert refusal(kind, "x")[1] == refusal(kind.of, "x")[1] == "not_a_decimal"


def test_a_percentage_is_a_ratio_of_the_whole() -> None:
    assert [Fraction(*Cap.of(text).ratio) for text in ("25", "0", "100", "12.5")] == [
        Fraction(1, 4),
        0,
        1,
        Fraction(1, 8),
    ]
    assert Fraction(*Adjustment.of("-50").ratio) == Fraction(-1, 2)
    assert Cap(Decimal("25.0")) == Cap.of(25) == Cap.of("25")
    assert (str(Cap.of("25.0")), str(Adjustment.of("-12.50")), str(Share.of(0))) == ("25 %", "-12.5 %", "0 %")


@pytest.mark.parametrize("kind", [Percent, Adjustment, Share, Cap])
def test_a_percentage_is_a_plain_value_without_an_order(kind: type[Percent]) -> None:
    given_as: Any = "12.50"
    assert kind(given_as).value == Decimal("12.5")
    assert repr(kind(given_as)) == f"{kind.__name__}(value=Decimal('12.50'))"
    with pytest.raises(TypeError):
        less_than(kind.of(1), kind.of(2))


@given(st.decimals("0", "100", places=4))
def test_percentages_of_different_meanings_are_never_equal(value: Decimal) -> None:
    meanings = [kind.of(value) for kind in (Percent, Adjustment, Share, Cap)]
    for first, one in enumerate(meanings):
        for second, other in enumerate(meanings):
            assert (one == other) is (first == second)
        assert one != value
        assert Fraction(*one.ratio) == Fraction(value) / 100


# Nothing here may depend on the decimal context that a host has set.

SIGNALS: Final = (
    decimal.Clamped,
    decimal.DivisionByZero,
    decimal.FloatOperation,
    decimal.Inexact,
    decimal.InvalidOperation,
    decimal.Overflow,
    decimal.Rounded,
    decimal.Subnormal,
    decimal.Underflow,
)
HOSTILE: Final = Context(prec=3, rounding=decimal.ROUND_UP, Emin=-2, Emax=2, clamp=1, traps=list(SIGNALS))
BIG: Final = "12345678901234.56"

COMPUTATIONS: Final[dict[str, Callable[[], object]]] = {
    "reading a text": lambda: Money.of(BIG, "EUR"),
    "reading a decimal": lambda: Money.of(Decimal(BIG), "EUR").minor,
    "reading an int": lambda: Money.of(12345678901234, "JPY").minor,
    "rounding": lambda: [Money.of("12345678901234.5678", "EUR", rounding=rounding).minor for rounding in Rounding],
    "the amount": lambda: repr(Money.of(BIG, "EUR").amount),
    "a sum": lambda: str(Money.of(BIG, "EUR") + Money.of(BIG, "EUR") - -Money.of("0.01", "EUR")),
    "a comparison": lambda: Money.of(BIG, "EUR") < Money.of("12345678901234.57", "EUR"),
    "a percentage": lambda: Cap.of("12.3456789").ratio,
    "a percentage as text": lambda: str(Share.of("1234567.12345000")),
    "a percentage too low": lambda: refusal(Adjustment.of, "-100.0000001"),
    "a percentage too high": lambda: refusal(Cap.of, "100.0000001"),
    "zero": lambda: repr(parse_decimal("-0.000", "x")),
    "a decimal with an exponent": lambda: Money.of(Decimal("123.4567E+4"), "EUR").minor,
    "no decimal": lambda: [
        refusal(Money.of, Decimal(text), "EUR") for text in ("NaN", "sNaN", "-Infinity", "1e999999")
    ],
    "too many decimals": lambda: refusal(Money.of, Decimal("1234.5678"), "EUR"),
    "points": lambda: repr(Points.of(BIG, "BONUS")),
    "points as text": lambda: str(Points.of(Decimal("9746600.38"), "BONUS")),
    "comparing points": lambda: Points.of(BIG, "B") < Points.of("12345678901234.57", "B"),
    "a rate": lambda: (Rate.of("1234.5678").ratio, str(Rate.of("1234.56780")), repr(Rate.of("1234.5678"))),
    "no rate": lambda: refusal(Rate.of, "-0.0001"),
    "steps": lambda: repr(Step.of("0.0125").quantity(98765432109)),
    "a step's decimals": lambda: Step.of("0.00001").decimals,
}


@pytest.mark.parametrize("computation", COMPUTATIONS.values(), ids=COMPUTATIONS)
def test_the_ambient_decimal_context_changes_nothing(computation: Callable[[], object]) -> None:
    usual = computation()
    with localcontext(HOSTILE) as context:
        assert computation() == usual
        assert not any(context.flags.values())
