"""A made-up hotel, the same every time: ``python -m fastapi_hotel.demo`` enters it around the present day."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Final

import attrs
from sqlalchemy import insert

from fastapi_hotel.hotel import Settings, open_hotel, prepare
from fastapi_hotel.house import machine_clock
from fastapi_hotel.ports import Pms
from fastapi_hotel.tables import bills, bookings, cards, paid, sold, writing
from hotelpay import BonusCard, Instant, Points, next_cycle
from hotelpay.adapters.sql import SqlLoyalty
from hotelpay.moments import HOUR, local_date

#: Its number stands in README.md, for trying a redemption.
BONUS_CARD: Final = BonusCard("9000-0000-1234")


@attrs.frozen
class Guest:
    """A booking: days count from the last noon, minutes from the next cycle; amounts are whole euros."""

    name: str
    arrives: int
    nights: int
    booked: int
    rooms: int
    extras: int = 0
    paid: int = 0
    came: int | None = None
    left: int | None = None
    cancelled: int | None = None
    policy: str | None = "flex"
    cards: tuple[str, ...] = ("guest",)
    state: str = "booked"


def _here(name: str, *, came: int, **fields: Any) -> Guest:  # noqa: ANN401  the fields of a guest
    usual = {"arrives": -2, "nights": 4, "booked": -60_000, "policy": "advance", "state": "in house"}
    return Guest(name, came=came, **{**usual, **fields})


GUESTS: Final = (
    Guest("Kristaps Bērziņš", 20, 3, -125, 447),
    Guest("Marta Kowalska", 34, 2, -140, 318, cards=()),
    Guest("Siobhán O'Brien", 1, 4, -40_000, 612, paid=184),
    Guest("João & Inês Carvalho", 1, 2, -180, 298),
    Guest("Hiroshi Tanaka", 0, 5, -50_000, 1284, policy=None, cards=("ota",)),
    Guest("Reisegruppe Grünwald", 0, 3, -90_000, 4980, policy=None, cards=("guest", "ota")),
    Guest("Nadia Haddad", 3, 3, -30_000, 500, cancelled=-25, state="cancelled"),
    _here("Pedro Álvarez", arrives=0, nights=2, came=-70, rooms=356, paid=356),
    _here("Ilze Ozola", came=-2_700, rooms=640, extras=84, paid=160),
    _here("Anouk de Vries", arrives=-3, nights=3, came=-4_100, left=-65, rooms=405, extras=23, paid=405, state="left"),
    # Their turn comes in the cycles that follow.
    Guest("Emma Lindqvist", 12, 2, -110, 274),
    Guest("Tomáš Novák", 16, 6, -95, 930),
    Guest("Ayşe Demir", 9, 1, -80, 149),
    _here("William Achebe", arrives=-1, nights=1, came=-1_300, left=-35, rooms=139, extras=47, paid=139, state="left"),
    Guest("Freya Sørensen", 25, 4, -20, 556),
    Guest("Liam Byrne", 6, 3, -9_000, 417, policy="advance", paid=417),
)


def enter(pms: Pms, at: Instant, timezone: Any) -> None:  # noqa: ANN401  a zone
    """Enter the guests as they stand at an instant."""
    # The last noon: whoever arrives on its day is due, whatever hour of the day it is now.
    cycle_at, noon = next_cycle(at), local_date(timezone, Instant(at - 12 * HOUR))
    with writing(pms.engine) as connection:
        for number, guest in enumerate(GUESTS, 1001):
            for table, rows in _rows(f"R-{number}", guest, cycle_at, noon).items():
                connection.execute(insert(table), rows)


def _rows(number: str, guest: Guest, cycle_at: Instant, noon: Any) -> dict[Any, Any]:  # noqa: ANN401  a date; tables
    def moment(minutes: int | None) -> int | None:
        return None if minutes is None else cycle_at + 60 * minutes

    first_day, bill = noon + timedelta(days=guest.arrives), {"booking": number, "bill": f"F-{number[2:]}"}
    found: dict[Any, Any] = {
        bookings: {
            "number": number,
            "guest": guest.name,
            "state": guest.state,
            "first_day": first_day,
            "last_day": first_day + timedelta(days=guest.nights),
            "booked_at": moment(guest.booked),
            "came_at": moment(guest.came),
            "left_at": moment(guest.left),
            "cancelled_at": moment(guest.cancelled),
            "guarantee": "guaranteed" if guest.paid or guest.policy is None else None,
            "policy": guest.policy,
            "by_agency": "ota" in guest.cards,
        },
        bills: {"booking": number, "name": bill["bill"], "opened_at": moment(guest.booked), "currency": "EUR"},
        cards: [
            {"booking": number, "name": f"tok_{number[2:]}_{kind}", "place": place, "kind": kind}
            for place, kind in enumerate(guest.cards)
        ],
        sold: [
            {**bill, "revenue_group": group, "minor": 100 * euros}
            for group, euros in (("rooms", guest.rooms), ("extras", guest.extras))
            if euros
        ],
        paid: [{**bill, "minor": 100 * guest.paid, "method": "card", "paid_at": cycle_at}] if guest.paid else [],
    }
    return {table: rows for table, rows in found.items() if rows}


def main() -> None:
    """Enter the hotel into the database that the environment names, which has to be empty."""
    settings = Settings.of(os.environ)
    prepare(settings.database)
    with open_hotel(settings) as hotel:
        enter(hotel.pms, machine_clock(), hotel.setup.timezone)
        if isinstance(hotel.ports.loyalty, SqlLoyalty):
            hotel.ports.loyalty.set_balance(BONUS_CARD, Points.of("1000", "BONUS"))


if __name__ == "__main__":
    main()
