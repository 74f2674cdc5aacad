"""Bad input at the border: refused at once, with a word on what would be right, and no card number repeated."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs
import pytest

from examples import EUR, SOFIA, eur, folio, reservation, task, utc
from hotelpay import (
    Adjustment,
    BonusPaymentType,
    Cap,
    Card,
    CardKind,
    Charge,
    CloseFolio,
    CreateTodo,
    Currency,
    CurrencyMismatch,
    Deposit,
    Filters,
    FolioCharges,
    GuaranteePolicy,
    HouseRules,
    InvalidValue,
    Mode,
    Money,
    Payment,
    Points,
    PreAuthorization,
    Rate,
    Rounding,
    SendEmail,
    Setup,
    Share,
    Step,
    WrongType,
    decide,
    forecast,
    next_cycle,
)
from hotelpay.card_numbers import contains_card_number
from hotelpay.moments import hotel_zone, instant
from hotelpay.money import Percent

Build = Callable[[Any], object]

#: The longest sentence that an error may be, whatever it was given.
LONGEST_SENTENCE: Final = 250


def hold(**fields: Any) -> PreAuthorization:
    return PreAuthorization(
        **{"id": "P1", "card": "c1", "folio": "F1", "amount": eur("1"), "reference": "k1", **fields}
    )


def setup(**fields: Any) -> Setup:
    return Setup(**{"timezone": "UTC", "currency": EUR, **fields})


def bonus_type(**fields: Any) -> BonusPaymentType:
    return BonusPaymentType(**{"id": "b", "currency_type": "BONUS", "currency": EUR, **fields})


#: Whatever reads a decimal.
DECIMALS: Final[dict[str, Build]] = {
    "money": lambda value: Money.of(value, "EUR"),
    "money of four decimals": lambda value: Money.of(value, "CLF"),
    "money rounded half up": lambda value: Money.of(value, "EUR", rounding=Rounding.HALF_UP),
    "money rounded down": lambda value: Money.of(value, "JPY", rounding=Rounding.DOWN),
    "a percentage": Percent.of,
    "an adjustment": Adjustment.of,
    "a share": Share.of,
    "a cap": Cap,
    "points": lambda value: Points.of(value, "BONUS"),
    "points built": lambda value: Points(value, "BONUS"),
    "a rate": Rate.of,
    "a step": Step,
}

#: Whatever takes a whole number.
WHOLE_NUMBERS: Final[dict[str, Build]] = {
    "offset_hours": lambda value: task(offset_hours=value),
    "catch_up_hours": lambda value: HouseRules(timezone="UTC", catch_up_hours=value),
    "catch_up_hours of a setup": lambda value: setup(catch_up_hours=value),
    "max_runs_per_cycle": lambda value: setup(max_runs_per_cycle=value),
    "release_preauthorizations_after_days": lambda value: setup(release_preauthorizations_after_days=value),
    "guarantee_period_hours": lambda value: GuaranteePolicy(id="p", guarantee_period_hours=value),
    "nights of a deposit": lambda value: Deposit(nights=value),
    "nights of a formula": lambda value: FolioCharges(nights=value),
}

#: Whatever takes an instant.
INSTANTS: Final[dict[str, Build]] = {
    "created_at": lambda value: reservation(created_at=value),
    "checked_in_at": lambda value: reservation(checked_in_at=value),
    "checked_out_at": lambda value: reservation(checked_out_at=value),
    "cancelled_at": lambda value: reservation(cancelled_at=value),
    "no_show_at": lambda value: reservation(no_show_at=value),
    "opened_at": lambda value: folio(opened_at=value),
    "paid_at": lambda value: Payment(amount=eur("1"), paid_at=value),
    "expires_at": lambda value: hold(expires_at=value),
    "a decision": lambda value: decide(task(), reservation(), at=value, rules=SOFIA),
    "a cycle": next_cycle,
}

#: Whatever names something and is never judged as a card's number.
NAMES: Final[dict[str, Build]] = {
    "reservation": lambda value: reservation(id=value),
    "guarantee_policy": lambda value: reservation(guarantee_policy=value),
    "company": lambda value: reservation(company=value),
    "agent": lambda value: reservation(agent=value),
    "folio": lambda value: folio(id=value),
    "revenue_group": lambda value: Charge(value, eur("1")),
    "payment_type": lambda value: Payment(amount=eur("1"), payment_type=value),
    "reference": lambda value: Payment(amount=eur("1"), reference=value),
    "hold": lambda value: hold(id=value),
    "hold's folio": lambda value: hold(folio=value),
    "hold's reference": lambda value: hold(reference=value),
    "policy": lambda value: GuaranteePolicy(id=value),
    "policy's name": lambda value: GuaranteePolicy(id="p", name=value),
    "deposit's groups": lambda value: Deposit(revenue_groups=[value]),
    "formula's groups": lambda value: FolioCharges(revenue_groups=[value]),
    "task": lambda value: task(id=value),
    "task's name": lambda value: task(name=value),
    "included_companies": lambda value: Filters(included_companies=[value]),
    "excluded_agents": lambda value: Filters(excluded_agents=[value]),
    "guarantee_policies": lambda value: Filters(guarantee_policies=[value]),
    "template": SendEmail,
    "document_type": CloseFolio,
    "channel": lambda value: CreateTodo("call", value),
    "hotel": lambda value: setup(hotel=value),
    "points": lambda value: Points.of(1, value),
    "bonus type": lambda value: bonus_type(id=value),
    "bonus type's name": lambda value: bonus_type(name=value),
    "external_id": lambda value: bonus_type(external_id=value),
    "currency_type": lambda value: bonus_type(currency_type=value),
}
CARDS: Final[dict[str, Build]] = {
    "a card": lambda value: Card(value, CardKind.GUEST),
    "a hold's card": lambda value: hold(card=value),
}
FREE_TEXTS: Final[dict[str, Build]] = {
    "a comment": lambda value: Payment(amount=eur("1"), comment=value),
    "a to-do": CreateTodo,
}
DIRECTORIES: Final[dict[str, Build]] = {
    "a currency": Currency.of,
    "money's currency": lambda value: Money.of(1, value),
    "a zone": hotel_zone,
    "a hotel's zone": lambda value: setup(timezone=value),
}
EVERYTHING: Final = {**DECIMALS, **WHOLE_NUMBERS, **INSTANTS, **NAMES, **CARDS, **FREE_TEXTS, **DIRECTORIES}


def every(table: dict[str, Build]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("build", table.values(), ids=table)


def refused(build: Build, value: Any) -> InvalidValue:
    """Return the error that ``build`` raises for the value, with a sentence that any terminal can show."""
    with pytest.raises(InvalidValue) as caught:
        build(value)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) <= LONGEST_SENTENCE
    assert said in repr(caught.value) or "\\" in repr(caught.value)
    return caught.value


# Numbers


@every(DECIMALS)
def test_no_decimal_is_infinite_enormous_or_not_a_number(build: Build) -> None:
    for text in ("NaN", "-NaN", "sNaN", "NaN123", "Infinity", "-Infinity", "1e999999", "1e-999999", "-1E+999999"):
        assert refused(build, Decimal(text)).code == "not_a_decimal"
        assert refused(build, text).code == "not_a_decimal"
    for digits in ("9" * 10_000, "-" + "9" * 10_000, "0." + "0" * 10_000, "1" + "0" * 31, "0" * 15):
        assert refused(build, digits).code == "not_a_decimal"
    for number in (Decimal("9" * 10_000), 10**10_000, -(10**10_000), Decimal("0." + "1" * 10_000)):
        assert refused(build, number).code == "not_a_decimal"


@every(DECIMALS)
def test_a_decimal_is_written_in_plain_digits(build: Build) -> None:
    odd_digits = ("\u0661\u0662\u0663.\u0664\u0665", "\uff11\uff12", "1\u0660", "\u00b2", "\u2460", "\u2167")
    odd_signs = ("+5", "\u22125", "- 5", "5-", "(5)", "--5", "-")
    odd_forms = (
        "",
        " ",
        " 12 \n",
        "12\n",
        "12 ",
        "1_000.5",
        "1,000.5",
        "1e5",
        "1E5",
        "0x1F",
        "1.",
        ".5",
        "5%",
        "\x00",
        "5\ud800",
    )
    for text in (*odd_digits, *odd_signs, *odd_forms):
        assert refused(build, text).code == "not_a_decimal"


@every(DECIMALS)
def test_floats_bools_and_others_are_no_decimals(build: Build) -> None:
    numbers: tuple[Any, ...] = (1.0, 0.1, float("nan"), float("inf"), True, False, 1 + 0j, Fraction(1, 2))
    others: tuple[Any, ...] = (None, b"1", [1], (1,), {}, eur("1"))
    for value in (*numbers, *others):
        error = refused(build, value)
        assert isinstance(error, WrongType)
        assert error.code == "wrong_type"


def test_minus_zero_is_zero() -> None:
    for zero in ("-0", "-0.00", Decimal("-0.00"), Decimal("-0E+3")):
        texts = [str(Share.of(zero)), f"{Points.of(zero, 'B')}"]
        assert not [text for text in texts if "-" in text]
    assert [Money.of(zero, "EUR").text for zero in ("-0", "-0.00", Decimal("-0.00"))] == ["0.00", "0.00", "0.00"]
    assert [Money.of(zero, "JPY").text for zero in ("-0", Decimal("-0"))] == ["0", "0"]
    assert Money.of("-0.004", "EUR", rounding=Rounding.HALF_UP).text == "0.00"


@every(WHOLE_NUMBERS)
def test_a_whole_number_is_an_int_within_its_limits(build: Build) -> None:
    for value in (-1, 10**9, 10**10_000, -(10**10_000)):
        assert refused(build, value).code == "number_out_of_range"
    others: tuple[Any, ...] = (
        True,
        False,
        1.0,
        float("nan"),
        float("inf"),
        "1",
        "",
        Decimal(1),
        Fraction(1),
        [1],
        b"1",
    )
    for value in others:
        assert isinstance(refused(build, value), WrongType)


# Time


@every(INSTANTS)
def test_an_instant_has_an_offset(build: Build) -> None:
    naive = datetime(2024, 2, 1, 9, 30)  # noqa: DTZ001  what must be refused
    for value in (naive, date(2024, 2, 1), "2024-02-01T09:30:00Z", "", 1706779800.0, Decimal(1706779800), True, [1]):
        assert isinstance(refused(build, value), WrongType)
    for year in (1, 1899, 2200, 9999):
        assert refused(build, utc("2024-06-01").replace(year=year)).code == "date_out_of_range"


def test_nothing_falls_off_the_first_and_the_last_year() -> None:
    first, last = utc("1900-01-01 00:00"), utc("2199-12-31 12:00")
    early = reservation(created_at=first, arrival=date(1900, 1, 2), departure=date(1900, 1, 2))
    before = task(mode=Mode.BEFORE_ARRIVAL, offset_hours=100_000)
    [found] = forecast([before], [early], start=first, end=utc("1900-01-01 06:00"), rules=SOFIA)
    assert found.at == instant(first)
    late = reservation(created_at=last, arrival=date(2199, 12, 31), departure=date(2199, 12, 31))
    after = task(mode=Mode.AFTER_CREATION, offset_hours=100_000)
    assert forecast([after], [late], start=last, end=utc("2199-12-31 23:30"), rules=SOFIA) == ()


# Directories


@every({name: build for name, build in DIRECTORIES.items() if "currency" in name})
def test_no_odd_currency_is_known(build: Build) -> None:
    odd = (
        "",
        "zzz",
        "ZZZ",
        "eur",
        "Eur",
        "EUR ",
        " EUR",
        "EUR\n",
        "EUR\x00",
        "E\ud800R",
        "\u0131qd",
        "I\u0307QD",
        "€",
        "XAU",
        "XXX",
        "XTS",
        "978",
    )
    for code in (*odd, "EUR" * 10_000, "\uff25\uff35\uff32"):
        assert refused(build, code).code == "unknown_currency"
    for value in (None, 978, True, b"EUR", ["EUR"], {"EUR": 1}):
        assert isinstance(refused(build, value), WrongType)


@every({name: build for name, build in DIRECTORIES.items() if "zone" in name})
def test_no_odd_zone_is_known(build: Build) -> None:
    odd = (
        "",
        "/etc/localtime",
        "localtime",
        "../x",
        "../../etc/passwd",
        "UTC+3",
        "Europe/sofia",
        "Europe/Sofia\x00",
        "\ud800",
    )
    for name in (*odd, "Europe/Sofia" * 10_000, "EET-2EEST"):
        assert refused(build, name).code == "unknown_timezone"
    for value in (None, 3, True, b"UTC", ["UTC"], {"UTC": 1}):
        assert isinstance(refused(build, value), WrongType)


def test_two_currencies_never_meet_silently() -> None:
    euro, lev = eur("1.00"), Money.of("1.00", "BGN")
    assert (euro == lev, euro != lev) == (False, True)
    for together in (lambda: euro + lev, lambda: euro - lev, lambda: euro < lev, lambda: sum([lev], euro)):
        with pytest.raises(CurrencyMismatch):
            together()
    with pytest.raises(CurrencyMismatch):
        folio(charges=[Charge("rooms", lev)])


# Texts


@every(NAMES | CARDS)
def test_a_name_is_short_and_printable(build: Build) -> None:
    unprintable = (
        "\x00",
        "a\x00",
        "a\n",
        "\r\n",
        "a\tb",
        "\x1b[2J",
        "\x7f",
        "\x85",
        "\ud800",
        "a\udfff",
        "\u202e",
        "\ufeffa",
    )
    for value in (*unprintable, "x" * 129, "x" * 10_000):
        assert refused(build, value).code == "not_an_identifier"
    others: tuple[Any, ...] = (7, True, 1.5, b"a", CardKind.GUEST, (), frozenset())
    for value in others:
        assert isinstance(refused(build, value), WrongType)


@every(FREE_TEXTS)
def test_a_free_text_is_writable_and_not_endless(build: Build) -> None:
    for value in ("\x00", "a\x1b[2J", "a\x7f", "a\x9b", "\ud800", "a\udfff", "x" * 4001, "x" * 100_000):
        assert refused(build, value).code == "not_a_text"
    others: tuple[Any, ...] = (7, True, b"a", ["a"], {"a": 1})
    for value in others:
        assert isinstance(refused(build, value), WrongType)


@pytest.mark.parametrize(
    "text", ["{amount}", "{0.__class__}", "%s %(amount)s", "${x}", "<b>&amp;</b>", "a\r\nBcc: x@y.z"]
)
def test_a_to_dos_text_means_nothing_but_itself(text: str) -> None:
    assert CreateTodo(text).text == text


# Card numbers

PAN: Final = "4111111111111111"
WRITINGS: Final = (
    PAN,
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111.1111.1111.1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u20131111\u20131111\u20131111",
    "41111111 11111111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "card 4111 1111 1111 1111, 12/26",
    "x4111111111111111x",
    PAN.translate({ord(digit): 0x0660 + int(digit) for digit in "0123456789"}),
    PAN.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}),
    "5555 5555 5555 4444",
    "3782 822463 10005",
    "6304000000000000",
)


def shows_a_card_number(said: str) -> bool:
    """Tell whether a text shows a number of WRITINGS, or more of one than its last four digits."""
    kept = (character for character in said if character not in " -.\u00a0\u2013")
    digits = "".join(str(int(character)) if character.isdecimal() else character for character in kept)
    return contains_card_number(said) or any(part in digits for part in ("41111", "55555", "37828", "63040"))


@every(CARDS)
@pytest.mark.parametrize("written", WRITINGS)
def test_a_card_number_is_no_cards_token(build: Build, written: str) -> None:
    error = refused(build, written)
    assert error.code in {"card_number", "not_an_identifier"}  # no-break spaces are not printable
    assert not shows_a_card_number(f"{error} {error!r}")
    if error.code == "card_number":
        assert not shows_a_card_number(f"{error.args} {vars(error)}")


@every(FREE_TEXTS)
@pytest.mark.parametrize("written", WRITINGS)
def test_a_card_number_in_a_free_text_is_masked(build: Build, written: str) -> None:
    built: Any = build(f"guest says: {written}!")
    [text] = [each for each in attrs.astuple(built, recurse=False) if isinstance(each, str)]
    assert not shows_a_card_number(text)
    assert "••••" in text.translate({ord(separator): None for separator in " -.\u00a0\u2013"})
    assert not shows_a_card_number(f"{built} {built!r} {attrs.asdict(built, recurse=False)}")


def in_other_clothes(written: str) -> Iterator[Any]:
    """Yield a number as people, programs and attackers may hand it in: broken, wrapped, repeated, of other types."""
    yield from (
        written,
        f"{written}\n",
        f"\x00{written}",
        f"{written}\ud800",
        f"{'x' * 55}{written}",
        f"{written}, " * 10,
    )
    yield from ([written], (written,), {written: written}, {written}, written.encode())
    if written.isdecimal():
        number = int(written)
        yield from (number, -number, float(number), Decimal(number), Fraction(number))
        yield from (f"{written}.00", f"-{written}", f"+{written}")


@every(EVERYTHING)
def test_no_refusal_repeats_a_card_number(build: Build) -> None:
    refusals = 0
    for written in (PAN, "4111 1111 1111 1111", "5555555555554444"):
        for value in in_other_clothes(written):
            with contextlib.suppress(TypeError):  # sets refuse what cannot be hashed before hotelpay sees it
                said = said_of(build, value)
                assert not shows_a_card_number(said)
                refusals += bool(said)
    assert refusals > 20


def said_of(build: Build, value: Any) -> str:
    """Return all that the refusal of a value says of it; nothing where it is taken."""
    try:
        build(value)
    except InvalidValue as error:
        return f"{error} {error!r}"
    return ""


@every(NAMES)
def test_other_names_are_never_judged_as_card_numbers(build: Build) -> None:
    build(PAN)
    build("4111 1111 1111 1111")
