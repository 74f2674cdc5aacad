"""Exact money: currencies with their ISO 4217 minor units, amounts, percentages, named roundings.

An amount is kept as a whole number of minor units (cents) and shown as a ``Decimal`` at the border. Nothing
here rounds unless it is told how, and nothing converts one currency into another (D1).
"""

from __future__ import annotations

import enum
import functools
import re
from decimal import Decimal
from typing import ClassVar, Final, Self, TypeAlias

import attrs

from hotelpay.errors import CurrencyMismatch, InvalidValue, UnknownName, WrongType

#: ISO 4217 codes by the number of decimals of their minor unit, withdrawn ones included (folios live long).
#: Where ISO never gave a withdrawn code a minor unit, the decimals are those its notes and coins had.
_CODES_BY_DECIMALS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "
    "ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP "
    "MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS "
    "VED VES WST XAD XCD XCG YER ZAR ZMW ZWG "
    "AFA ANG ATS AZM BGN CSD CUC CYP DEM EEK FIM FRF GHC HRK IEP LTL LVL MRO MTL MZM NLG ROL RUR SDD SIT SKK "
    "SLL SRG STD TMM VEB VEF YUM ZMK ZWL",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS: Final = {code: decimals for decimals, codes in _CODES_BY_DECIMALS.items() for code in codes.split()}
_CODE_SHAPE: Final = re.compile(r"[A-Z]{3}")

#: Fourteen digits on either side of the point: at four decimals a sum still fits a 64-bit integer, and no
#: text can make ``int()`` work for long. Python's own grammar (``1_000``, ``1e9``, ``NaN``, ``' 12 '``,
#: digits of other scripts) is wider than money's.
DECIMAL_PATTERN: Final = r"-?[0-9]{1,14}(\.[0-9]{1,14})?"
_DECIMAL_SHAPE: Final = re.compile(DECIMAL_PATTERN)
_LARGEST_WHOLE: Final = 10**14


class Rounding(enum.Enum):
    """How an exact ratio becomes a whole number of minor units; every rounding in hotelpay names one."""

    HALF_UP = "half_up"
    """To the nearest, halves away from zero: what a hotel's bill does (D1)."""
    DOWN = "down"
    """Towards zero: what a guest may redeem, so that no cap is ever exceeded (D1)."""
    UP = "up"
    """Away from zero."""

    def of_ratio(self, numerator: int, denominator: int) -> int:
        """Return ``numerator / denominator`` as a whole number, rounded this way.

        ``denominator`` must be positive.
        """
        if self is Rounding.HALF_UP:
            return half_up(numerator, denominator)
        quotient, rest = divmod(abs(numerator), denominator)
        if self is Rounding.UP:
            quotient += rest > 0
        return quotient if numerator >= 0 else -quotient


def half_up(numerator: int, denominator: int) -> int:
    """Return a ratio with a positive denominator as the nearest whole number, a half away from zero (D1)."""
    twice = 2 * denominator
    return (2 * numerator + denominator) // twice if numerator >= 0 else -((denominator - 2 * numerator) // twice)


def parse_decimal(value: str | Decimal | int, field: str) -> Decimal:
    """Return ``value`` as a finite ``Decimal`` of at most fourteen digits on either side of the point.

    Raises :class:`~hotelpay.errors.WrongType` for floats and bools, :class:`~hotelpay.errors.InvalidValue`
    for anything that is not a plain decimal. Minus zero becomes zero.
    """
    if isinstance(value, str):
        if not _DECIMAL_SHAPE.fullmatch(value):
            raise _not_a_decimal(field, value)
        number = Decimal(value)
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, int) and not isinstance(value, bool):
        # Judged before Decimal() sees it: the conversion of a huge integer takes quadratic time.
        if abs(value) >= _LARGEST_WHOLE:
            raise InvalidValue(field, value, "a number below 10^14", code="not_a_decimal")
        number = Decimal(value)
    else:
        raise WrongType(field, value, "a decimal, as text or Decimal")
    # Neither copy_abs nor as_tuple looks at the caller's decimal context, which may round or trap.
    if not number.is_finite() or not _is_moderate(number):
        raise _not_a_decimal(field, str(number)[:40])
    return number or number.copy_abs()


def _is_moderate(number: Decimal) -> bool:
    digits, exponent = number.as_tuple()[1:]
    return isinstance(exponent, int) and exponent >= -14 and len(digits) + exponent <= 14  # noqa: PLR2004


@attrs.frozen(order=False)
class Currency:
    """An ISO 4217 currency: its ``code`` and the number of ``decimals`` of its minor unit.

    Withdrawn codes (BGN, HRK) stay valid for the folios that bear them; codes without a minor unit (XAU)
    and unknown ones raise :class:`~hotelpay.errors.UnknownName`. ``Currency.of("EUR")`` gives one shared
    object a code.
    """

    code: str
    decimals: int = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.code, str):
            raise WrongType("currency", self.code, 'an ISO 4217 code such as "EUR"')
        decimals = _DECIMALS.get(self.code)
        if decimals is None or not _CODE_SHAPE.fullmatch(self.code):
            raise UnknownName(
                "currency", self.code, 'an ISO 4217 code with a minor unit, such as "EUR"', code="unknown_currency"
            )
        object.__setattr__(self, "decimals", decimals)

    @classmethod
    def of(cls, code: str | Currency) -> Currency:
        """Return the currency of an ISO 4217 code; a currency is returned as it is."""
        if isinstance(code, Currency):
            return code
        # Only a text is looked up: not everything can be.
        return _shared_currency(code) if isinstance(code, str) else cls(code)

    def __str__(self) -> str:
        return self.code


@functools.lru_cache(maxsize=512, typed=True)
def _shared_currency(code: str) -> Currency:
    return Currency(code)


#: What :meth:`Currency.of` takes.
CurrencyLike: TypeAlias = str | Currency


@attrs.frozen(order=False)
class Money:
    """An exact amount of one currency, as a whole number of its minor units.

    ``Money.of("135.00", "EUR")`` reads an amount in major units; ``Money(13500, Currency.of("EUR"))`` takes
    minor units. Amounts of different currencies are never equal, and adding or comparing them raises
    :class:`~hotelpay.errors.CurrencyMismatch`.
    """

    minor: int
    currency: Currency

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int:
            raise WrongType("amount", self.minor, "a whole number of minor units")
        if type(self.currency) is not Currency:
            raise WrongType("currency", self.currency, "a Currency")

    @classmethod
    def of(cls, amount: str | Decimal | int, currency: CurrencyLike, *, rounding: Rounding | None = None) -> Money:
        """Read an amount in **major** units.

        More decimals than the currency has are refused unless a ``rounding`` is named; so are floats,
        infinities, exponents and digits of other scripts (:func:`parse_decimal`).
        """
        currency = Currency.of(currency)
        if rounding is None and isinstance(amount, str):
            return cls(minor_units(amount, currency), currency)
        number = parse_decimal(amount, "amount")
        numerator, denominator = number.as_integer_ratio()
        scaled = numerator * 10**currency.decimals
        if rounding is not None:
            return cls(rounding.of_ratio(scaled, denominator), currency)
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > currency.decimals:
            raise _too_many_decimals(str(number), currency)
        return cls(scaled // denominator, currency)

    @classmethod
    def zero(cls, currency: CurrencyLike) -> Money:
        """Return nothing, in a currency."""
        return cls(0, Currency.of(currency))

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with exactly the currency's decimals."""
        return Decimal(self.text)

    @property
    def text(self) -> str:
        """The amount in major units as documents write it: ``"135.00"``, in yen ``"135"``."""
        return decimal_text(self.minor, self.currency.decimals)

    def __str__(self) -> str:
        return f"{self.text} {self.currency.code}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> int:
        if self.currency.code != other.currency.code:
            raise CurrencyMismatch(self.currency.code, other.currency.code)
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other) if isinstance(other, Money) else NotImplemented

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other) if isinstance(other, Money) else NotImplemented

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other) if isinstance(other, Money) else NotImplemented

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other) if isinstance(other, Money) else NotImplemented


def minor_units(text: str, currency: Currency) -> int:
    """Return the minor units of an amount written in **major** units, by the rules of :meth:`Money.of`.

    It does without the detour over ``Decimal``: a file of reservations is full of amounts.
    """
    if not _DECIMAL_SHAPE.fullmatch(text):
        raise _not_a_decimal("amount", text)
    whole, _, fraction = text.partition(".")
    missing = currency.decimals - len(fraction)
    if missing < 0:
        raise _too_many_decimals(text, currency)
    return int(whole + fraction + "0" * missing)


def _too_many_decimals(text: str, currency: Currency) -> InvalidValue:
    expected = f"an amount of {currency.code}, which has {currency.decimals} decimals"
    return InvalidValue("amount", text, expected, code="too_many_decimals")


def _not_a_decimal(field: str, value: object) -> InvalidValue:
    return InvalidValue(field, value, 'a plain decimal such as "12.50"', code="not_a_decimal")


def decimal_text(units: int, decimals: int) -> str:
    """Write ``units`` of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ as a plain decimal; zero bears no sign."""
    if not decimals:
        return str(units)
    digits = str(abs(units)).zfill(decimals + 1)
    return f"{'-' if units < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


@attrs.frozen(order=False)
class Percent:
    """A percentage of one meaning; the meanings are subclasses and never equal one another.

    ``ratio`` is the same number as a fraction of the whole, ``(numerator, denominator)``: 25 % is a quarter.
    """

    value: Decimal
    ratio: tuple[int, int] = attrs.field(init=False, eq=False, repr=False)

    lowest: ClassVar[int] = 0
    highest: ClassVar[int | None] = None
    meaning: ClassVar[str] = "a percentage"

    def __attrs_post_init__(self) -> None:
        number = parse_decimal(self.value, "percent")
        if number < self.lowest or (self.highest is not None and number > self.highest):
            raise InvalidValue("percent", number, self.meaning, code="percent_out_of_range")
        numerator, denominator = number.as_integer_ratio()
        object.__setattr__(self, "value", number)
        object.__setattr__(self, "ratio", (numerator, denominator * 100))

    @classmethod
    def of(cls, value: str | Decimal | int) -> Self:
        """Read a percentage: ``"25"`` means 25 %."""
        return cls(parse_decimal(value, "percent"))

    def __str__(self) -> str:
        return f"{plain_decimal(self.value)} %"


@attrs.frozen(order=False)
class Adjustment(Percent):
    """A percentage that is **added** to a base: -50 leaves half of it, +10 makes a tenth more (AP-AMOUNT-HALF)."""

    lowest = -100
    meaning = "an adjustment of -100 % or more"


@attrs.frozen(order=False)
class Share(Percent):
    """A percentage that is **taken** of a base: 50 takes half of it (AP-CHARGES-HALF)."""

    meaning = "a share of 0 % or more"


@attrs.frozen(order=False)
class Cap(Percent):
    """A percentage that limits: at most so much of a whole, 0 to 100 (BN-QUOTE-SEED)."""

    highest: ClassVar[int | None] = 100
    meaning = "a cap from 0 % to 100 %"


def plain_decimal(number: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros: ``50``, ``12.5``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
