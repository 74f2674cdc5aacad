"""Amounts and dates as a locale writes them: other marks, the same digits."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotelpay import Currency, Instant, Money, Points, Share
from hotelpay.adapters.babel import local_language
from hotelpay.errors import UnknownName
from hotelpay.messages import LANGUAGES, Writing

SOFIA = ZoneInfo("Europe/Sofia")
every_language = pytest.mark.parametrize("code", LANGUAGES)


def writing(code: str, zone: ZoneInfo = SOFIA) -> Writing:
    return local_language(code, zone).writing


def at(text: str) -> Instant:
    return Instant(int(datetime.fromisoformat(text).timestamp()))


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownName) as refused:
        local_language("fr")
    assert str(refused.value) == "language: 'fr' is not one of en, ru, bg"
    assert refused.value.code == "unknown_choice"


@every_language
@given(amount=st.from_type(Money))
def test_no_digit_of_an_amount_is_lost(code: str, amount: Money) -> None:
    written = writing(code).money(amount)
    assert digits(written) == digits(amount.text)
    assert (amount.minor < 0) is any(sign in written for sign in "-\N{MINUS SIGN}")


@every_language
def test_an_amount_has_the_decimals_of_its_currency_whatever_a_locale_thinks(code: str) -> None:
    """Tables of locales round two dozen currencies to other decimals than banks do."""
    amounts = [Money(123456789, Currency.of(each.code)) for each in iso4217.Currency if each.exponent is not None]
    assert len(amounts) > 100
    assert [each for each in amounts if digits(writing(code).money(each)) != "123456789"] == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Money.of("-1800.50", "RUB"), "-1 800,50 ₽"),
        (Points.of("1800.50", "BONUS"), "1 800,50 BONUS"),
        (Share.of("12.5"), "12,5 %"),
    ],
)
def test_a_sentence_writes_its_values_as_the_locale_does(value: object, told: str) -> None:
    said = local_language("ru").say("{value}", value=value)
    assert re.sub(r"[\xa0\u202f]", " ", said) == told


@every_language
@given(first=st.from_type(Money), second=st.from_type(Money))
def test_different_amounts_are_written_differently(code: str, first: Money, second: Money) -> None:
    assert (writing(code).money(first) == writing(code).money(second)) is (first == second)


@every_language
@given(points=st.from_type(Points))
def test_no_digit_of_points_is_lost(code: str, points: Points) -> None:
    written = writing(code).points(points)
    assert digits(written.removesuffix(points.currency_type)) == digits(f"{points.amount:f}")


@every_language
@given(number=st.integers(0, 10**12))
def test_no_digit_of_a_number_is_lost(code: str, number: int) -> None:
    assert digits(writing(code).number(number)) == str(number)


@every_language
@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_no_place_of_a_decimal_is_lost(code: str, value: Decimal) -> None:
    assert digits(writing(code).decimal(value)) == digits(f"{value:f}")


@pytest.mark.parametrize(
    ("code", "rubles", "euros", "yen", "dinars"),
    [
        ("en", "RUB 1,800.00", "-€320.50", "JP¥1,000", "KWD 1.234"),
        ("ru", "1 800,00 ₽", "-320,50 €", "1 000 ¥", "1,234 KWD"),
        ("bg", "1 800,00 RUB", "-320,50 €", "1 000 JPY", "1,234 KWD"),
    ],
)
def test_amounts_look_as_people_know_them(code: str, rubles: str, euros: str, yen: str, dinars: str) -> None:
    amounts = [("1800.00", "RUB"), ("-320.50", "EUR"), ("1000", "JPY"), ("1.234", "KWD")]
    written = [re.sub(r"[\xa0\u202f]", " ", writing(code).money(Money.of(*amount))) for amount in amounts]
    assert written == [rubles, euros, yen, dinars]


@pytest.mark.parametrize(("code", "thousands"), [("en", "12,345"), ("ru", "12 345"), ("bg", "12 345")])
def test_thousands_stand_apart(code: str, thousands: str) -> None:
    assert re.sub(r"[\xa0\u202f]", " ", writing(code).number(12345)) == thousands


@pytest.mark.parametrize(
    ("code", "instant", "day", "month", "weekday", "percent"),
    [
        ("en", "1 Feb 2024, 12:00", "1 Feb 2024", "February 2024", "Thu", "12.5 %"),
        ("ru", "1 февр. 2024 г., 12:00", "1 февр. 2024 г.", "февраль 2024 г.", "чт", "12,5 %"),
        ("bg", "1.02.2024 г., 12:00", "1.02.2024 г.", "февруари 2024 г.", "чт", "12,5 %"),
    ],
)
def test_dates_look_as_people_know_them(
    code: str, instant: str, day: str, month: str, weekday: str, percent: str
) -> None:
    said, first = writing(code), date(2024, 2, 1)
    written = [said.instant(at("2024-02-01T10:00:00Z")), said.day(first), said.month(first), said.weekday(first)]
    assert [re.sub(r"[\xa0\u202f]", " ", each) for each in written] == [instant, day, month, weekday]
    assert said.percent(Share.of("12.5")) == percent.replace(" ", "\xa0")
    assert (said.first_weekday, said.short_day(first)) == (0, {"en": "1 Feb", "ru": "1 февр.", "bg": "1.02"}[code])


@every_language
def test_the_hour_that_a_clock_shows_twice_is_told_apart(code: str) -> None:
    first, again = (writing(code).instant(at(text)) for text in ("2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"))
    assert first.endswith("+0300")
    assert again.endswith("+0200")


@every_language
def test_what_is_told_in_utc_says_so(code: str) -> None:
    assert local_language(code, UTC).writing.instant(at("2024-02-01T10:00:00Z")).endswith("10:00 UTC")


@every_language
@given(moments=st.lists(st.from_type(Instant).map(lambda moment: Instant(moment // 60 * 60)), min_size=2, max_size=2))
def test_two_minutes_are_never_written_alike(code: str, moments: list[Instant]) -> None:
    first, second = (writing(code).instant(moment) for moment in moments)
    assert (first == second) is (moments[0] == moments[1])


def test_without_a_locale_values_are_those_of_documents() -> None:
    plain = Writing()
    first = date(2024, 2, 1)
    assert [plain.day(first), plain.short_day(first), plain.month(first), plain.weekday(first)] == [
        "2024-02-01",
        "02-01",
        "2024-02",
        "Thu",
    ]
    assert plain.first_weekday == 0
    assert (plain.number(1000), plain.decimal(Decimal("1E+3"))) == ("1000", "1000")


def test_without_babel_it_says_what_to_install() -> None:
    program = "import sys; sys.modules['babel'] = None; import hotelpay.adapters.babel"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)
    assert ran.returncode == 1
    assert "needs more packages: pip install 'hotelpay[cli]'" in ran.stderr
