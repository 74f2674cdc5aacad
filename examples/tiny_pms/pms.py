"""A made-up PMS with words of its own: bookings, bills, receipts. It knows nothing of hotelpay."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass
class Receipt:
    """Money received on a bill; negative where it was given back."""

    cents: int
    method: str | None = None
    number: str | None = None


@dataclass
class Bill:
    """What a guest has to pay."""

    number: str
    opened: datetime
    sold: list[tuple[str, int]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    closed_as: str | None = None

    @property
    def balance(self) -> int:
        """Receipts less what was sold, in cents."""
        return sum(receipt.cents for receipt in self.receipts) - sum(cents for _, cents in self.sold)


@dataclass
class Block:
    """An amount blocked on a card."""

    name: str
    card: str
    bill: str
    cents: int
    authorization: str
    ends: datetime | None
    state: str = "held"


@dataclass
class Booking:
    """A guest's stay."""

    number: str
    state: str
    booked: datetime
    first_night: date
    last_morning: date
    came: datetime | None = None
    left: datetime | None = None
    dropped: datetime | None = None
    cards: list[tuple[str, str]] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass
class TinyPms:
    """All bookings; ``answers`` is a table that was added for hotelpay."""

    bookings: dict[str, Booking] = field(default_factory=dict)
    answers: dict[str, str | None] = field(default_factory=dict)
    transaction: threading.RLock = field(default_factory=threading.RLock)

    def between(self, column: str, first: Any, last: Any) -> list[Booking]:  # noqa: ANN401  dates or datetimes
        """Return the bookings with a value from first to last in a column."""
        found = [(getattr(booking, column), booking) for booking in list(self.bookings.values())]
        return [booking for value, booking in found if value is not None and first <= value <= last]

    def bill(self, booking: str, number: str) -> Bill | None:
        """Return a bill of a booking."""
        bills = self.bookings[booking].bills if booking in self.bookings else []
        return next((bill for bill in bills if bill.number == number), None)
