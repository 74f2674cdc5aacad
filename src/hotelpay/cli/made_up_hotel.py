"""A made-up hotel by the Black Sea: a setup and a few dozen reservations, as documents write them.

The first reservations are placed by hand, one for each thing the demo shows; the others are drawn with a
seed. The instant is fixed, so that the hotel is the same on every day and every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final, TypeVar

NAME: Final = "Hotel Seven Gulls"
#: Where the demo proposes to write the documents.
FOLDER: Final = "seven-gulls"
#: Noon on the hotel's clock, which is three hours ahead of UTC.
NOW: Final = datetime(2025, 7, 11, 9, tzinfo=UTC)
TODAY: Final = date(2025, 7, 11)
SEED: Final = 50

#: Placed by hand: who is asked about in the demo.
LONG_STAY, NO_CARD, TWO_TASKS, CANCELLED = "R-1001", "R-1002", "R-1003", "R-1004"
PAID_IN_ADVANCE, SPA_GUEST, PAID_UP, LEFT_TODAY = "R-1005", "R-1006", "R-1007", "R-1008"
_DRAWN: Final = 36

_T = TypeVar("_T")

_COMPANIES: Final = ("polar-lines", "amber-freight")
_CARD_OF_GUEST: Final = ["guest_only", "guest_and_ota"]
_TELL_STAFF: Final = {"action": "create_todo", "text": "Ask the guest for another card", "channel": "Payments"}


def setup() -> dict[str, Any]:
    """Return the hotel's setup: eight tasks, three guarantee policies, one bonus payment type."""
    return {
        "format": "hotelpay/1",
        "hotel": "seven-gulls",
        "timezone": "Europe/Moscow",
        "currency": "RUB",
        "release_preauthorizations_after_days": 2,
        "guarantee_policies": [
            {"id": "flex", "name": "Flexible", "guarantee_period_hours": 48, "deposit": _share("30", 1)},
            {"id": "advance", "name": "Paid in advance", "deposit": {"percent": "100"}},
            {"id": "account", "name": "Company account"},
        ],
        "tasks": [*_tasks_before_the_stay(), _cancellation_fee(), *_tasks_of_the_stay()],
        "bonus": {
            "active": True,
            "payment_types": [
                {
                    "id": "kontur",
                    "name": "Kontur bonus",
                    "external_id": "0042",
                    "currency_type": "BONUS",
                    "max_percent": "25",
                    "enabled": True,
                }
            ],
        },
    }


def _share(percent: str, nights: int) -> dict[str, Any]:
    return {"revenue_groups": ["rooms"], "percent": percent, "nights": nights}


def _tasks_before_the_stay() -> list[dict[str, Any]]:
    return [
        # No filter for cards: the review says what that leads to.
        _task("deposit", "Deposit two hours after booking", "after_creation", 2, "payment", card="last_guest")
        | {
            "filters": {"guarantee_statuses": ["awaiting"], "guarantee_policies": ["flex"]},
            "amount": {"basis": "required_deposit"},
            "on_success": [{"action": "set_guarantee_status", "status": "guaranteed"}],
            "on_failure": [{"action": "send_email", "template": "card-declined"}, _TELL_STAFF],
        },
        _task("week-before", "The rest a week before arrival", "before_arrival", 168, "payment", card="last_guest")
        | {
            "active": False,
            "filters": {"guarantee_policies": ["flex"], "ota": False, "cards": _CARD_OF_GUEST},
            "amount": {"basis": "folio_balance"},
            "on_failure": [_TELL_STAFF],
        },
        _task(
            "hold", "Block the rest a day before arrival", "before_arrival", 24, "preauthorization", card="last_guest"
        )
        | {
            "filters": {"guarantee_policies": ["flex"], "ota": False, "cards": _CARD_OF_GUEST},
            "amount": {"basis": "folio_balance"},
            "on_failure": [_TELL_STAFF],
        },
        _task("ota-card", "Virtual cards on the day of arrival", "before_arrival", 0, "payment", card="last_ota")
        | {
            "filters": {"ota": True, "cards": ["ota_only", "guest_and_ota"]},
            "max_amount": "60000.00",
            "amount": {"basis": "folio_balance"},
            "on_success": [{"action": "set_folio_visibility", "visible": False}],
            "on_failure": [_TELL_STAFF],
        },
    ]


def _cancellation_fee() -> dict[str, Any]:
    # Whatever has been paid: together with the deposit that is too much, as the review says.
    return _task("cancel-fee", "Fee for a late cancellation", "after_cancellation", 0, "payment", card="last_guest") | {
        "filters": {"guarantee_policies": ["flex"], "ota": False, "cards": _CARD_OF_GUEST},
        "amount": {"basis": "folio_charges", **_share("30", 1), "fixed": "500.00"},
        "on_failure": [_TELL_STAFF],
    }


def _tasks_of_the_stay() -> list[dict[str, Any]]:
    return [
        _task("welcome", "The bill in the portal after check-in", "after_arrival", 1, "actions_only")
        | {
            "filters": {"ota": False},
            "on_success": [
                {"action": "set_folio_visibility", "visible": True},
                {"action": "send_email", "template": "welcome"},
            ],
        },
        _task("company-bill", "Company cards on the day of departure", "before_departure", 0, "payment")
        | {
            "filters": {
                "guarantee_policies": ["account"],
                "cards": _CARD_OF_GUEST,
                "included_companies": list(_COMPANIES),
            },
            "amount": {"basis": "folio_balance"},
            "on_success": [{"action": "close_folio", "document_type": "invoice"}],
            "on_failure": [_TELL_STAFF],
        },
        # Nobody is told of a declined card: the review asks why.
        _task("minibar", "What is left after check-out", "after_departure", 1, "payment", card="last_guest")
        | {
            "filters": {"cards": _CARD_OF_GUEST, "excluded_companies": list(_COMPANIES)},
            "amount": {"basis": "folio_balance"},
            "on_success": [{"action": "send_email", "template": "receipt"}],
        },
    ]


def _task(name: str, title: str, mode: str, hours: int, operation: str, card: str | None = None) -> dict[str, Any]:
    fields = {"id": name, "name": title, "active": True, "mode": mode, "offset_hours": hours, "operation": operation}
    return fields if card is None else {**fields, "card": card}


def reservations(seed: int = SEED) -> list[dict[str, Any]]:
    """Return the hotel's reservations; another seed draws other ones after those placed by hand."""
    placed = _placed()
    draw = Random(seed)  # noqa: S311  a story, no secret
    return [*placed, *(_drawn(1001 + len(placed) + each, draw) for each in range(_DRAWN))]


def _placed() -> list[dict[str, Any]]:
    guest, ota = [{"id": "c1", "kind": "guest"}], [{"id": "c1", "kind": "ota"}]
    flex, advance = {"guarantee_policy": "flex"}, {"guarantee_policy": "advance", "guarantee_status": "guaranteed"}
    hold = {"id": "A1", "card": "c1", "folio": "F1", "amount": "5000.00", "currency": "RUB", "reference": "hold-1006"}
    in_house = {"status": "checked_in", "checked_in_at": _at(-43), "cards": guest}
    return [
        _booking(LONG_STAY, -600, 0, 12, _folio(-600, "74400.00"))
        | {"ota": True, "agent": "wavebook", "guarantee_status": "guaranteed", "cards": ota},
        _booking(NO_CARD, -3, 9, 4, _folio(-3, "33200.00")) | flex,
        _booking(TWO_TASKS, -17, 1, 3, _folio(-17, "18900.00")) | flex | {"cards": guest},
        # Three nights for an amount that three does not divide: the demo shows the rounding.
        _booking(CANCELLED, -210, 2, 3, _folio(-210, "25000.00"))
        | {**flex, "status": "cancelled", "cancelled_at": _at(-16.5), "cards": guest},
        _booking(PAID_IN_ADVANCE, -71, 6, 5, _folio(-71, "41500.00", paid="41500.00")) | {**advance, "cards": guest},
        _booking(SPA_GUEST, -900, -2, 6, _folio(-900, "53400.00", extras="1800.00", paid="53400.00"))
        | {**in_house, **advance, "preauthorizations": [hold]},
        _booking(PAID_UP, -800, -2, 3, _folio(-800, "21600.00", extras="950.00", paid="22550.00"))
        | {**in_house, **advance},
        _booking(LEFT_TODAY, -500, -3, 3, _folio(-500, "18750.00", extras="640.00", paid="18750.00"))
        | {**advance, "status": "checked_out", "checked_in_at": _at(-68), "checked_out_at": _at(-2.25), "cards": guest},
    ]


def _booking(name: str, created: float, arrival: int, nights: int, folio: dict[str, Any]) -> dict[str, Any]:
    """Return an expected reservation; hours and days count from now."""
    return {
        "id": name,
        "status": "expected",
        "created_at": _at(created),
        "arrival": _day(arrival),
        "departure": _day(arrival + nights),
        "folios": [folio],
    }


def _folio(opened: float, rooms: str, *, extras: str = "0.00", paid: str = "0.00") -> dict[str, Any]:
    charges = [("rooms", rooms), ("extras", extras)]
    return {
        "id": "F1",
        "opened_at": _at(opened),
        "currency": "RUB",
        "charges": [{"revenue_group": group, "amount": amount} for group, amount in charges if amount != "0.00"],
        "payments": [] if paid == "0.00" else [{"amount": paid, "payment_type": "card"}],
    }


def _at(hours: float) -> str:
    return (NOW + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def _day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def _drawn(number: int, draw: Random) -> dict[str, Any]:
    arrival, nights = _below(13, draw) - 4, 1 + _below(6, draw)
    created = min(arrival * 24 - 24 * _pick((1, 3, 9, 20, 45), draw), 0) - 1 - _below(20, draw)
    rooms = nights * _pick((4300, 5400, 6250, 8900, 12600), draw)
    extras = _pick((0, 0, 340, 780, 1460, 2300), draw) if arrival < 0 else 0
    guest = _guest(draw)
    advance = guest.get("guarantee_policy") == "advance"
    folio = _folio(created, _rubles(rooms), extras=_rubles(extras), paid=_rubles(rooms if advance else 0))
    booking = _booking(f"R-{number}", created, arrival, nights, folio) | guest
    return booking | _course(arrival, arrival + nights, created, draw)


def _guest(draw: Random) -> dict[str, Any]:
    """Draw who booked: an agency's guest, a company's, one who pays on the spot or one who paid in advance."""
    guest, ota = {"id": "c1", "kind": "guest"}, {"id": "c2", "kind": "ota"}
    agency = {"ota": True, "agent": _pick(("wavebook", "tripgull"), draw), "guarantee_status": "guaranteed"}
    company = {"company": _pick(_COMPANIES, draw), "guarantee_policy": "account", "guarantee_status": "guaranteed"}
    return _pick(
        (
            {**agency, "cards": [ota]},
            {**agency, "cards": [guest, ota]},
            {**company, "cards": [guest]},
            {"guarantee_policy": "flex", "cards": [guest]},
            {"guarantee_policy": "flex", "cards": [guest]},
            {"guarantee_policy": "advance", "guarantee_status": "guaranteed", "cards": [guest]},
        ),
        draw,
    )


def _course(arrival: int, departure: int, created: float, draw: Random) -> dict[str, Any]:
    """Draw how far a reservation has come: what is past happened, or was cancelled, or nobody came."""
    turn = _below(8, draw)
    if arrival >= 0:
        return {"status": "cancelled", "cancelled_at": _at(-_below(int(-created), draw))} if turn == 0 else {}
    if turn == 0:
        return {"status": "no_show", "no_show_at": _at(arrival * 24 + 15)}
    came = {"status": "checked_in", "checked_in_at": _at(arrival * 24 + 3 + turn / 2)}
    if departure < 0 or (departure == 0 and turn > 3):  # noqa: PLR2004  half of today's guests have left by noon
        return {**came, "status": "checked_out", "checked_out_at": _at(departure * 24 - 4 + turn / 4)}
    return came


# Of the generator's methods only random() draws the same numbers in every version of Python.


def _below(end: int, draw: Random) -> int:
    return int(draw.random() * end)


def _pick(choices: Sequence[_T], draw: Random) -> _T:
    return choices[_below(len(choices), draw)]


def _rubles(amount: int) -> str:
    return f"{amount}.00"
