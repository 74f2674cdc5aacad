"""How a locale writes dates, amounts and numbers, with Babel (brought by the extra ``cli``)."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Final

import attrs

from hotelpay.card_numbers import mask_card_numbers
from hotelpay.errors import MissingExtra
from hotelpay.messages import Language, Writing
from hotelpay.moments import Instant, is_shown_twice, utc_datetime
from hotelpay.money import Money, Percent, plain_decimal
from hotelpay.points import Points

try:
    from babel import Locale
    from babel.dates import format_date, format_skeleton, format_time, get_timezone_gmt
    from babel.numbers import format_currency, format_decimal, get_currency_symbol
except ModuleNotFoundError as _missing:  # pragma: no cover  shown by a test in a process without it
    raise MissingExtra("writing as a locale does", "cli") from _missing

#: Whose dates and amounts a language takes where nobody says more.
_LOCALES: Final = {"en": "en_GB"}


def local_language(code: str, zone: tzinfo = UTC) -> Language:
    """Return a language whose dates and amounts are written as its speakers write them.

    ``code`` is ``en``, ``ru`` or ``bg``; instants are told on the clock of ``zone``. Raises
    :class:`~hotelpay.errors.UnknownName` for another code.
    """
    language = Language.of(code)
    return attrs.evolve(language, writing=LocalWriting(Locale.parse(_LOCALES.get(code, code)), zone))


@attrs.frozen(eq=False)
class LocalWriting(Writing):
    """How a locale writes values: instants on the clock of ``zone``, amounts with its marks and symbols.

    No digit is lost: an amount has the decimals that ISO 4217 gives its currency, which are not always those of
    Babel's data (:class:`~hotelpay.money.Currency`).
    """

    locale: Locale
    zone: tzinfo = UTC

    def instant(self, moment: Instant) -> str:
        """Write an instant to the minute on the clock of the zone; the offset follows where two instants share it."""
        local = utc_datetime(moment).astimezone(self.zone)
        day, time = self.day(local.date()), self.time(local)
        return f"{self._joined(day, time)}{self._offset(local)}"

    def day(self, day: date) -> str:
        """Write a date in the locale's medium length."""
        return str(format_date(day, "medium", locale=self.locale))

    def short_day(self, day: date) -> str:
        """Write a date without its year, in a few letters."""
        return str(format_skeleton("MMMd", day, locale=self.locale))

    def month(self, day: date) -> str:
        """Write the month of a date with its year."""
        return str(format_skeleton("yMMMM", day, locale=self.locale))

    def weekday(self, day: date) -> str:
        """Write the day of the week in a few letters."""
        return str(format_skeleton("E", day, locale=self.locale))

    @property
    def first_weekday(self) -> int:
        """The day that a week begins with; 0 is Monday."""
        return int(self.locale.first_week_day)

    def time(self, local: datetime) -> str:
        """Write hours and minutes of a local time."""
        return str(format_time(local, "short", locale=self.locale))

    def money(self, amount: Money) -> str:
        """Write an amount with the currency's symbol, or its code where the locale has no symbol."""
        decimals, code = amount.currency.decimals, amount.currency.code
        pattern = _with_places(self.locale.currency_formats["standard"].pattern, decimals)
        text = str(format_currency(amount.amount, code, pattern, self.locale, currency_digits=False))
        symbol = str(get_currency_symbol(code, self.locale))
        before, _, after = text.partition(symbol)
        # A code that stands before the digits is kept apart from them, a sign is not.
        touches = symbol[-1].isalpha() and after[:1].isdigit()
        return f"{before}{symbol}\N{NO-BREAK SPACE}{after}" if touches else text

    def points(self, points: Points) -> str:
        """Write a quantity of points with its currency type, which no locale knows."""
        return f"{self.decimal(points.amount)}\N{NO-BREAK SPACE}{mask_card_numbers(points.currency_type)}"

    def percent(self, percent: Percent) -> str:
        """Write a percentage."""
        return f"{self.decimal(Decimal(plain_decimal(percent.value)))}\N{NO-BREAK SPACE}%"

    def number(self, number: int) -> str:
        """Write a whole number, its thousands apart."""
        return str(format_decimal(number, locale=self.locale))

    def decimal(self, value: Decimal) -> str:
        """Write a decimal with all of its places, and its thousands apart."""
        exponent = value.as_tuple().exponent
        decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
        pattern = _with_places(self.locale.decimal_formats[None].pattern, decimals)
        return str(format_decimal(value, pattern, self.locale))

    def _joined(self, day: str, time: str) -> str:
        return str(self.locale.datetime_formats["medium"]).replace("{1}", day).replace("{0}", time)

    def _offset(self, local: datetime) -> str:
        """Tell the offset in the hour that a clock shows twice, and of UTC, which is no hotel's clock."""
        if self.zone is UTC:
            return " UTC"
        return f" {get_timezone_gmt(local, 'short', locale=self.locale)}" if is_shown_twice(local) else ""


@functools.cache
def _with_places(pattern: str, decimals: int) -> str:
    """Return a number's pattern (``#,##0.00 ¤``) with so many decimal places, no more and no fewer."""
    places = f".{'0' * decimals}" if decimals else ""
    return re.sub(r"0(\.[0#]+)?(?!.*0)", f"0{places}", pattern, count=1)
