"""A plain hotel for examples: one reservation, one task, changed as an example needs it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hotelpay import (
    Card,
    CardKind,
    Charge,
    Currency,
    Decision,
    Folio,
    FolioBalance,
    HouseRules,
    Mode,
    Money,
    Operation,
    Payment,
    Reservation,
    ReservationStatus,
    Run,
    Skip,
    Task,
    decide,
    decide_all,
)

EUR = Currency.of("EUR")
SOFIA = HouseRules(timezone="Europe/Sofia")


def utc(text: str) -> datetime:
    """Read an instant of UTC: ``2024-02-01 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def eur(amount: str) -> Money:
    return Money.of(amount, EUR)


def cards(*kinds: str) -> tuple[Card, ...]:
    """Return cards c1, c2 … of these kinds."""
    return tuple(Card(f"c{place}", CardKind(kind)) for place, kind in enumerate(kinds, 1))


def folio(*charges: str | tuple[str, str], paid: tuple[str, ...] = (), currency: str = "EUR", **fields: Any) -> Folio:
    """Return an open folio with charges (an amount, or a revenue group and an amount) and payments."""
    lines = [("rooms", line) if isinstance(line, str) else line for line in charges]
    return Folio(
        **{
            "id": "F1",
            "opened_at": utc("2024-01-01 08:00"),
            "currency": Currency.of(currency),
            "charges": [Charge(group, Money.of(amount, currency)) for group, amount in lines],
            "payments": [Payment(amount=Money.of(amount, currency)) for amount in paid],
            **fields,
        }
    )


def reservation(**fields: Any) -> Reservation:
    """Return an expected reservation of three nights that owes 320.00 EUR and has one guest card."""
    return Reservation(
        **{
            "id": "R1",
            "status": ReservationStatus.EXPECTED,
            "created_at": utc("2024-01-10 07:30"),
            "arrival": date(2024, 2, 1),
            "departure": date(2024, 2, 4),
            "cards": cards("guest"),
            "folios": (folio("320.00"),),
            **fields,
        }
    )


def task(**fields: Any) -> Task:
    """Return an active task that charges the whole balance right after creation."""
    defaults: dict[str, Any] = {
        "id": "T1",
        "active": True,
        "mode": Mode.AFTER_CREATION,
        "operation": Operation.PAYMENT,
        "amount": FolioBalance(),
    }
    if fields.get("operation") is Operation.ACTIONS_ONLY:
        defaults["amount"] = None
    return Task(**{**defaults, **fields})


def codes(decision: Decision) -> list[str]:
    """Return the codes of a skip's reasons; none for a run."""
    return [reason.code.value for reason in decision.reasons] if isinstance(decision, Skip) else []


def decided(this: Task, taken: Reservation, at: str | datetime, rules: HouseRules = SOFIA) -> Decision:
    """Decide a pair at an instant of UTC, alone and in a batch, which must be the same decision."""
    moment = utc(at) if isinstance(at, str) else at
    decision = decide(this, taken, at=moment, rules=rules)
    assert decide_all(this, [taken], at=moment, rules=rules) == ([decision] if isinstance(decision, Run) else [])
    return decision
