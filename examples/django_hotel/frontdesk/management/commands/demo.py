"""A made-up hotel: the same guests each time, at the same distance from now."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import now

from frontdesk.autopilot import setup
from frontdesk.models import Booking
from hotelpay import next_cycle, utc_datetime

FLEXIBLE, SURE = {"rate": "flexible"}, {"rate": "flexible", "guarantee": "guaranteed"}
ADVANCE = {"rate": "advance", "guarantee": "guaranteed"}
AGENCY = {"online": True, "agency": "wavebook", "guarantee": "guaranteed"}
VISA, MASTERCARD, VIRTUAL = "Visa •••• 4242", "Mastercard •••• 5100", "Virtual •••• 0077"


@dataclass(frozen=True)
class Guest:
    """Who is in the story: hours count back from now, days forward; amounts are for the whole stay, in cents."""

    number: str
    name: str
    room: str
    booked: int
    arrives: int
    nights: int
    price: int
    terms: Mapping[str, Any]
    card: str = ""
    paid: int = 0
    bar: int = 0
    left: float | None = None
    cancelled: float | None = None


GUESTS = (
    Guest("1001", "Elena Petrova", "", 3, 21, 4, 38400, FLEXIBLE, VISA),
    Guest("1002", "Jonas Weber", "", 1, 9, 2, 20800, FLEXIBLE, MASTERCARD),
    Guest("1003", "Aiko Tanaka", "305", 600, 0, 3, 42000, AGENCY, VIRTUAL),
    Guest("1004", "The O'Connor family", "401", 900, 0, 12, 178800, AGENCY, VIRTUAL),
    Guest("1005", "Marta Nowak", "210", 400, 1, 3, 36000, SURE, VISA, paid=10800),
    Guest("1006", "Luca Ferri", "118", 90, 1, 1, 9500, FLEXIBLE),
    Guest("1007", "Sofie & Per Lindqvist", "", 260, 2, 3, 25000, ADVANCE, VISA, cancelled=2),
    Guest("1008", "Priya Nair", "207", 700, -3, 3, 31500, ADVANCE, VISA, paid=31500, bar=1850, left=2),
    Guest("1009", "Tomáš Dvořák", "112", 500, -2, 2, 17800, ADVANCE, paid=17800, left=4),
    Guest("1010", "Grace Mbeki", "303", 650, -4, 4, 45200, SURE, VISA, paid=45200, bar=4600, left=5),
    Guest("1011", "Henri Dubois", "109", 310, -1, 1, 8900, ADVANCE, paid=8900, bar=2700, left=2),
    Guest("1012", "Nadia Haddad", "402", 800, -1, 6, 98400, ADVANCE, MASTERCARD, paid=98400, bar=3150),
    Guest("1013", "Oskar Lind", "115", 200, 1, 2, 19000, ADVANCE, VISA, paid=19000),
    Guest("1014", "Ana Kovač", "220", 350, 0, 2, 26400, SURE, MASTERCARD, paid=7920),
    Guest("1015", "M. Costa (Wavebook)", "221", 480, 0, 1, 11200, AGENCY),
    Guest("1016", "Ingrid Berg", "", 30, 34, 7, 80500, SURE, VISA, paid=24150),
)


class Command(BaseCommand):
    help = "Fill an empty database with a made-up hotel."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=datetime.fromisoformat, help="as if it were then (hotel time)")

    def handle(self, *, at: datetime | None, **_: object) -> None:
        if Booking.objects.exists():
            raise CommandError("there are bookings already; the demo fills an empty database")
        moment = utc_datetime(next_cycle((at or now()).astimezone())).astimezone(setup().timezone)
        with transaction.atomic():
            for guest in GUESTS:
                _enter(guest, moment)
        self.stdout.write(f"{len(GUESTS)} bookings")


def _enter(guest: Guest, moment: datetime) -> None:
    arrival = moment.date() + timedelta(days=guest.arrives)
    came = moment + timedelta(days=guest.arrives, hours=1) if guest.arrives < 0 else None
    left, cancelled = (
        None if hours is None else moment - timedelta(hours=hours) for hours in (guest.left, guest.cancelled)
    )
    status = "cancelled" if cancelled else "departed" if left else "in_house" if came else "reserved"
    booking = Booking.objects.create(
        number=guest.number,
        guest=guest.name,
        room=guest.room,
        status=status,
        booked_at=moment - timedelta(hours=guest.booked),
        arrival=arrival,
        departure=arrival + timedelta(days=guest.nights),
        arrived_at=came,
        left_at=left,
        cancelled_at=cancelled,
        **guest.terms,
    )
    if guest.card:
        booking.cards.create(token=f"pm_{guest.number}", label=guest.card, virtual=guest.card == VIRTUAL)
    folio = booking.folios.create(number=f"F-{guest.number}", opened_at=booking.booked_at, currency="EUR")
    folio.charges.create(group="room", minor=guest.price)
    if guest.bar:
        folio.charges.create(group="bar", minor=guest.bar)
    if guest.paid:
        folio.payments.create(minor=guest.paid, method="transfer", paid_at=booking.booked_at)
