"""A chain of made-up hotels: zones and currencies of the whole world, written with a few statements."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import attrs
from sqlalchemy import Engine, insert

from hotelpay import Card, CardKind, Charge, Currency, Folio, Money, Reservation, ReservationStatus, Setup
from hotelpay.adapters.sql.connections import chunks
from hotelpay.adapters.sql.schema import enrolled, reservations
from hotelpay.adapters.sql.snapshots import reservation_row
from hotelpay.documents import setup_from
from hotelpay.moments import HOUR, Instant, utc_datetime

_ZONES: Final = (
    ("Europe/Sofia", "BGN"),
    ("Asia/Tokyo", "JPY"),
    ("Asia/Kathmandu", "NPR"),
    ("Asia/Kuwait", "KWD"),
    ("America/St_Johns", "CAD"),
    ("Pacific/Apia", "WST"),
    ("Europe/Moscow", "RUB"),
    ("America/Sao_Paulo", "BRL"),
    ("Australia/Lord_Howe", "AUD"),
    ("UTC", "EUR"),
)
_ROWS: Final = 5000


def currency_of(number: int) -> Currency:
    return Currency.of(_ZONES[number % len(_ZONES)][1])


def setup_fields(hotel: str, number: int) -> dict[str, Any]:
    """Return the document of a hotel's setup; no two hotels have equal ones."""
    zone, currency = _ZONES[number % len(_ZONES)]
    return {
        "format": "hotelpay/1",
        "hotel": hotel,
        "timezone": zone,
        "currency": currency,
        "tasks": [
            {
                "id": "on-booking",
                "active": True,
                "mode": "after_creation",
                "operation": "payment",
                "amount": {"basis": "folio_balance"},
                "max_amount": str(1_000_000 + number),
            },
            {
                "id": "first-night",
                "active": True,
                "mode": "before_arrival",
                "offset_hours": 24 + number % 48,
                "filters": {"ota": True},
                "operation": "preauthorization",
                "amount": {"basis": "folio_charges", "revenue_groups": ["rooms"], "nights": 1},
            },
        ],
    }


def setup_of(hotel: str, number: int = 0) -> Setup:
    return setup_from(setup_fields(hotel, number))


def booking(name: str, created_at: Instant, *, currency: Currency, minor: int = 32_000) -> Reservation:
    """Return a reservation that the task ``on-booking`` takes within a day after it was made."""
    made = utc_datetime(created_at)
    folio = Folio(
        id="F1", opened_at=made, currency=currency, charges=[Charge("rooms", Money(minor, currency))], payments=[]
    )
    return Reservation(
        id=name,
        status=ReservationStatus.EXPECTED,
        created_at=made,
        arrival=(made + timedelta(days=200)).date(),
        departure=(made + timedelta(days=203)).date(),
        cards=[Card(id=f"card-{name}", kind=CardKind.GUEST)],
        folios=[folio],
    )


@attrs.frozen
class Row:
    """A hotel of the chain, how many of its bookings are due, and whether its setup can be read."""

    hotel: str
    number: int
    due: int = 0
    broken: bool = False


def write(engine: Engine, rows: Iterable[Row], *, at: Instant) -> None:
    """Enroll hotels and enter their bookings: the due ones, and one that was taken long ago."""
    for some in chunks(list(rows), _ROWS):
        with engine.begin() as connection:
            connection.execute(insert(enrolled), [_enrollment(row) for row in some])
            connection.execute(insert(reservations), [each for row in some for each in _bookings(row, at)])


def _enrollment(row: Row) -> dict[str, Any]:
    fields = setup_fields(row.hotel, row.number)
    del fields["hotel"]
    document = '{"format": "hotelpay/1", "timezone": "Sofia"}' if row.broken else json.dumps(fields)
    return {"hotel": row.hotel, "document": document, "paused": False}


def _bookings(row: Row, at: Instant) -> Iterable[dict[str, Any]]:
    currency = currency_of(row.number)
    yield reservation_row(row.hotel, booking("R-old", Instant(at - 900 * HOUR), currency=currency))
    for place in range(row.due):
        yield reservation_row(row.hotel, booking(f"R-{place}", Instant(at - HOUR), currency=currency))
