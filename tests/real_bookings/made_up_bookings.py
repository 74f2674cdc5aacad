"""A hotel of the same shape as the real bookings, made up anew by the same dice every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

#: The eve of a change of clocks in Lisbon.
AT: Final = datetime(2024, 3, 30, 12, tzinfo=UTC)
_ZONE: Final = ZoneInfo("Europe/Lisbon")
_SEED: Final = 20_240_330


def _task(name: str, mode: str, hours: int, operation: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "active": True, "mode": mode, "offset_hours": hours, "operation": operation, **fields}


_BALANCE: Final = {"basis": "folio_balance"}

SETUP: Final[dict[str, Any]] = {
    "format": "hotelpay/1",
    "timezone": "Europe/Lisbon",
    "currency": "EUR",
    "guarantee_policies": [
        {"id": "flexible", "guarantee_period_hours": 48},
        {"id": "refundable", "deposit": {"revenue_groups": ["rooms"], "percent": "30", "nights": 1}},
        {"id": "non-refundable", "deposit": {"percent": "100", "fixed": "-5.00"}},
    ],
    "tasks": [
        _task(
            "vcc-arrival",
            "before_arrival",
            0,
            "payment",
            filters={"ota": True, "cards": ["ota_only", "guest_and_ota"]},
            card="last_ota",
            amount=_BALANCE,
        ),
        _task(
            "nonref-now",
            "after_creation",
            0,
            "payment",
            filters={"guarantee_policies": ["non-refundable", "refundable"]},
            max_amount="400.00",
            amount={"basis": "required_deposit"},
        ),
        _task(
            "week-before",
            "before_arrival",
            168,
            "payment",
            filters={"ota": False, "excluded_agents": ["agent-1", "agent-2"]},
            card="last_guest",
            amount={"basis": "folio_balance", "adjust_percent": "-50", "fixed": "-20.00"},
        ),
        _task(
            "first-night-hold",
            "before_arrival",
            48,
            "preauthorization",
            filters={"guarantee_statuses": ["guaranteed"]},
            amount={"basis": "folio_charges", "revenue_groups": ["rooms"], "nights": 1, "fixed": "20.00"},
        ),
        _task("settle", "before_departure", 3, "payment", filters={"cards": ["guest_only", "none"]}, amount=_BALANCE),
        _task("late-bar", "after_departure", 2, "payment", amount=_BALANCE),
        _task(
            "cancel-fee",
            "after_cancellation",
            1,
            "payment",
            filters={"included_agents": ["agent-1", "agent-3"]},
            amount={"basis": "folio_charges", "revenue_groups": ["rooms"], "percent": "20", "nights": 1},
        ),
        _task(
            "no-card",
            "after_creation",
            24,
            "actions_only",
            filters={"cards": ["none"], "guarantee_statuses": ["awaiting", "expired", "not_guaranteed"]},
            on_success=[{"action": "send_email", "template": "please-add-a-card"}],
        ),
        _task(
            "damage-deposit",
            "after_arrival",
            1,
            "preauthorization",
            filters={"cards": ["guest_and_ota", "guest_only"]},
            card="last_guest",
            amount={"basis": "folio_charges", "fixed": "100.00"},
        ),
        _task(
            "company-check",
            "before_arrival",
            24,
            "actions_only",
            filters={"included_companies": ["company-1", "company-2"], "excluded_companies": ["company-3"]},
            amount=_BALANCE,
            on_success=[{"action": "create_todo", "text": "Invoice the company"}],
        ),
    ],
}


def bookings(count: int) -> Iterator[dict[str, Any]]:
    """Yield that many reservations as they stand at ``AT``."""
    dice = Random(_SEED)  # noqa: S311  nothing secret depends on it
    for number in range(count):
        yield _booking(number, dice)


def _booking(number: int, dice: Random) -> dict[str, Any]:
    created = AT - timedelta(minutes=dice.choice((dice.randrange(4000), dice.randrange(100_000))))
    arrival = max(created.date(), AT.date() + timedelta(days=dice.randrange(-4, 10)))
    departure = arrival + timedelta(days=dice.choice((0, 1, 1, 2, 3, 7)))
    online = dice.random() < 0.5
    policy = dice.choice(("flexible", "flexible", "refundable", "non-refundable", "unknown", None))
    status = _status(created, arrival, departure, dice)
    return {
        "id": f"{dice.choice('RC')}-{number}",
        "created_at": created.isoformat(),
        "arrival": arrival.isoformat(),
        "departure": departure.isoformat(),
        **status,
        "guarantee_status": dice.choice(("guaranteed", "guaranteed", "not_guaranteed", None)),
        "guarantee_policy": policy,
        "ota": online,
        "company": dice.choice((None, None, f"company-{dice.randrange(5)}")),
        "agent": dice.choice((None, f"agent-{dice.randrange(5)}")),
        "cards": _cards(number, dice, online=online),
        "folios": _folios(number, created, dice),
    }


def _local(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_ZONE) + timedelta(hours=hour)


def _status(created: datetime, arrival: date, departure: date, dice: Random) -> dict[str, Any]:
    """Return where a reservation stands at ``AT``, and the instants of what happened before."""
    if dice.random() < 0.15:
        cancelled = created + (AT - created) * dice.random() ** 8
        return {"status": "cancelled", "cancelled_at": (AT - (cancelled - created)).isoformat()}
    arrived = max(_local(arrival, 14 + dice.random() * 6), created + timedelta(minutes=5))
    left = max(_local(departure, 7 + dice.random() * 5), arrived + timedelta(minutes=30))
    if arrived > AT:
        return {"status": "expected"}
    if dice.random() < 0.05:
        return {"status": "no_show", "no_show_at": arrived.isoformat()}
    if left > AT:
        return {"status": "checked_in", "checked_in_at": arrived.isoformat()}
    return {"status": "checked_out", "checked_in_at": arrived.isoformat(), "checked_out_at": left.isoformat()}


def _cards(number: int, dice: Random, *, online: bool) -> list[dict[str, str]]:
    cards = [{"id": f"g{number}", "kind": "guest"}] if dice.random() < 0.6 else []
    if online and dice.random() < 0.7:
        cards.insert(dice.randrange(len(cards) + 1), {"id": f"v{number}", "kind": "ota"})
    return cards


def _folios(number: int, created: datetime, dice: Random) -> list[dict[str, Any]]:
    folios = []
    for place in range(dice.choice((0, 1, 1, 1, 1, 1, 1, 1, 2))):
        rooms, extras = dice.randrange(60_000), dice.choice((0, 0, dice.randrange(9_000)))
        paid = dice.choice((0, 0, rooms // 3, rooms + extras, rooms + extras - 1_500))
        folios.append(
            {
                "id": f"F{number}.{place}",
                "opened_at": (created - timedelta(hours=place)).isoformat(),
                "closed": dice.random() < 0.1,
                "currency": "JPY" if dice.random() < 0.03 else "EUR",
                "charges": [("rooms", rooms), ("extras", extras)],
                "payments": [paid] if paid > 0 else [],
            }
        )
    return [_written(folio) for folio in folios]


def _written(folio: dict[str, Any]) -> dict[str, Any]:
    def amount(cents: int) -> str:
        return str(cents) if folio["currency"] == "JPY" else f"{cents // 100}.{cents % 100:02}"

    charges = [{"revenue_group": group, "amount": amount(cents)} for group, cents in folio["charges"]]
    return {**folio, "charges": charges, "payments": [{"amount": amount(cents)} for cents in folio["payments"]]}
