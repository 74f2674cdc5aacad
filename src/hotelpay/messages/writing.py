"""How values are written inside sentences: as documents write them, unless somebody knows a locale."""

from __future__ import annotations

from datetime import date, tzinfo
from decimal import Decimal

import attrs

from hotelpay.card_numbers import mask_card_numbers
from hotelpay.moments import Instant, is_shown_twice, utc_datetime, utc_text
from hotelpay.money import Money, Percent
from hotelpay.points import Points


class Writing:
    """How instants, dates, amounts and numbers are written: here as in documents, the same in every language.

    Instants are in UTC (``2024-02-01T10:00:00Z``), amounts in major units with the currency's code
    (``320.00 EUR``). :class:`OnClock` tells instants on a hotel's clock; a locale's way with all values is
    :class:`~hotelpay.adapters.babel.LocalWriting`.
    """

    def instant(self, moment: Instant) -> str:
        """Write an instant."""
        return utc_text(moment)

    def day(self, day: date) -> str:
        """Write a date."""
        return day.isoformat()

    def short_day(self, day: date) -> str:
        """Write a date without its year, where there is little room."""
        return f"{day:%m-%d}"

    def month(self, day: date) -> str:
        """Write the month of a date, with its year."""
        return f"{day:%Y-%m}"

    def weekday(self, day: date) -> str:
        """Write the day of the week of a date in a few letters, in English unless a locale knows it."""
        return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]

    @property
    def first_weekday(self) -> int:
        """The day that a week begins with; 0 is Monday."""
        return 0

    def money(self, amount: Money) -> str:
        """Write an amount with its currency."""
        return str(amount)

    def points(self, points: Points) -> str:
        """Write a quantity of points with its currency type."""
        return mask_card_numbers(str(points))

    def percent(self, percent: Percent) -> str:
        """Write a percentage."""
        return str(percent)

    def decimal(self, value: Decimal) -> str:
        """Write a decimal with all of its places."""
        return f"{value:f}"

    def cut_decimal(self, text: str) -> str:
        """Write a decimal that a document would write so; one that was cut off keeps its ``…``."""
        number = text.removesuffix("…")
        return self.decimal(Decimal(number)) + text[len(number) :]

    def number(self, number: int) -> str:
        """Write a whole number."""
        return str(number)


#: What sentences use unless told otherwise.
AS_DOCUMENTS = Writing()


@attrs.frozen(eq=False)
class OnClock(Writing):
    """As documents write, but for instants: they are on a hotel's clock, to the minute (``2024-02-01 12:00``).

    The offset follows where the clock shows two instants alike.
    """

    zone: tzinfo

    def instant(self, moment: Instant) -> str:
        """Write an instant on the hotel's clock."""
        local = utc_datetime(moment).astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M}{f'{local:%z}' if is_shown_twice(local) else ''}"
