"""The made-up reservation and tasks that the pictures are drawn from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from hotelpay import (
    Card,
    CardKind,
    Charge,
    Currency,
    Folio,
    FolioBalance,
    HouseRules,
    Mode,
    Money,
    Operation,
    Reservation,
    ReservationStatus,
    Task,
)

EUR: Final = Currency.of("EUR")
RULES: Final = HouseRules(timezone="Europe/Sofia")


def moment(text: str) -> datetime:
    """Return an instant of winter on the hotel's clock."""
    return datetime.fromisoformat(f"{text}+02:00")


def euros(amount: str) -> Money:
    """Return an amount in euros."""
    return Money.of(amount, EUR)


def reservation(**fields: Any) -> Reservation:
    """Return a booking of 10 January 2024 for three nights from 1 February on."""
    bill = Folio(
        id="F1",
        opened_at=moment("2024-01-10T09:30:00"),
        currency=EUR,
        charges=[Charge("rooms", euros("300.00")), Charge("extras", euros("20.00"))],
    )
    plain: dict[str, Any] = {
        "id": "R-1001",
        "status": ReservationStatus.EXPECTED,
        "created_at": moment("2024-01-10T09:30:00"),
        "arrival": date(2024, 2, 1),
        "departure": date(2024, 2, 4),
        "cards": [Card("c1", CardKind.GUEST)],
        "folios": [bill],
    }
    return Reservation(**(plain | fields))


def task(ident: str, mode: Mode, offset_hours: int = 0, /, **fields: Any) -> Task:
    """Return a task that charges what is due."""
    plain: dict[str, Any] = {
        "id": ident,
        "active": True,
        "mode": mode,
        "offset_hours": offset_hours,
        "operation": Operation.PAYMENT,
        "amount": FolioBalance(),
    }
    return Task(**(plain | fields))
