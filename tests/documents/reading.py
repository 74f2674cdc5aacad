"""Documents as texts, and what is wrong with them in a form that a test can compare."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest

from hotelpay import Reservation
from hotelpay.documents import DocumentError, Fault, Limits, parse_setup, read_reservations
from hotelpay.documents.strict_json import JsonFault, parse

#: The smallest documents that are complete.
SETUP: Final = {"format": "hotelpay/1", "timezone": "Europe/Sofia", "currency": "EUR"}
TASK: Final = {
    "id": "T1",
    "mode": "after_creation",
    "operation": "payment",
    "amount": {"basis": "folio_balance"},
}
RESERVATION: Final = {
    "id": "R1",
    "status": "expected",
    "created_at": "2024-01-10T09:30:00+02:00",
    "arrival": "2024-02-01",
    "departure": "2024-02-04",
}
FOLIO: Final = {"id": "F1", "opened_at": "2024-01-10T09:30:00+02:00", "currency": "EUR"}


class Place(NamedTuple):
    """A fault without its sentence."""

    line: int | None
    path: str
    code: str


def refused(load: Callable[[], object]) -> tuple[Fault, ...]:
    """Return the faults of a document that must have some."""
    with pytest.raises(DocumentError) as error:
        load()
    return error.value.faults


def places(faults: tuple[Fault, ...]) -> list[Place]:
    return [Place(fault.line, fault.path, fault.code) for fault in faults]


def json_fault(text: bytes) -> JsonFault:
    """Return the fault of a text that is not the JSON that is wanted."""
    with pytest.raises(JsonFault) as error:
        parse(text)
    return error.value


def setup_faults(text: str | bytes, *, toml: bool = False) -> tuple[Fault, ...]:
    return refused(lambda: parse_setup(text, document="s", toml=toml))


def with_task(**fields: Any) -> dict[str, Any]:
    """Return a setup with one task, some of whose fields are others."""
    return {**SETUP, "tasks": [{**TASK, **fields}]}


def lines(*documents: object) -> bytes:
    """Write JSON Lines: a text as it stands, everything else as JSON."""
    return b"".join((each if isinstance(each, str) else json.dumps(each)).encode() + b"\n" for each in documents)


def read(text: bytes, limits: Limits | None = None) -> list[Reservation]:
    return list(read_reservations(io.BytesIO(text), document="r", limits=limits))


def line_faults(text: bytes, limits: Limits | None = None) -> tuple[Fault, ...]:
    return refused(lambda: read(text, limits))


def line_of(number: int) -> dict[str, Any]:
    """Return a good reservation of that number."""
    return {**RESERVATION, "id": f"R{number}"}


#: Documents that have every field there is.
FULL_SETUP: Final[dict[str, Any]] = {
    "format": "hotelpay/1",
    "hotel": "seaside",
    "timezone": "Europe/Sofia",
    "currency": "EUR",
    "paused": False,
    "catch_up_hours": 24,
    "max_runs_per_cycle": 200,
    "release_preauthorizations_after_days": 2,
    "guarantee_policies": [
        {
            "id": "flex",
            "name": "Flexible",
            "guarantee_period_hours": 48,
            "deposit": {"revenue_groups": ["rooms"], "percent": "30", "nights": 1, "fixed": "10.00"},
        }
    ],
    "tasks": [
        {
            "id": "vcc",
            "name": "Virtual cards",
            "active": True,
            "mode": "before_arrival",
            "offset_hours": 0,
            "filters": {
                "guarantee_statuses": ["guaranteed"],
                "guarantee_policies": ["flex"],
                "ota": True,
                "cards": ["ota_only", "guest_and_ota"],
                "included_companies": ["acme"],
                "excluded_companies": ["other"],
                "included_agents": ["expedia"],
                "excluded_agents": ["booking"],
            },
            "operation": "payment",
            "card": "last_ota",
            "max_amount": "2000.00",
            "amount": {"basis": "folio_balance", "adjust_percent": "-50", "fixed": "0.00"},
            "on_success": [
                {"action": "set_folio_visibility", "visible": False},
                {"action": "set_guarantee_status", "status": "guaranteed"},
                {"action": "close_folio", "document_type": "invoice"},
            ],
            "on_failure": [
                {"action": "send_email", "template": "card-declined"},
                {"action": "create_todo", "text": "Call the guest", "channel": "Payments"},
            ],
        },
        {
            "id": "fee",
            "mode": "after_cancellation",
            "operation": "preauthorization",
            "amount": {
                "basis": "folio_charges",
                "revenue_groups": ["rooms"],
                "percent": "50",
                "nights": 1,
                "fixed": "-5.00",
            },
        },
    ],
    "bonus": {
        "active": True,
        "payment_types": [
            {
                "id": "kontur",
                "name": "Kontur bonus",
                "external_id": "0042",
                "currency_type": "BONUS",
                "unit": "points",
                "currency": "EUR",
                "max_percent": "25",
                "enabled": True,
                "rate": "1",
                "step": "0.01",
                "cap_basis": "balance",
            }
        ],
    },
}
FULL_RESERVATION: Final[dict[str, Any]] = {
    "id": "R-1001",
    "status": "checked_out",
    "created_at": "2024-01-10T09:30:00+02:00",
    "arrival": "2024-02-01",
    "departure": "2024-02-04",
    "checked_in_at": "2024-02-01T14:00:00Z",
    "checked_out_at": "2024-02-04T08:00:00Z",
    "cancelled_at": "2024-01-11T08:00:00Z",
    "no_show_at": "2024-02-01T23:00:00Z",
    "guarantee_status": "guaranteed",
    "guarantee_policy": "flex",
    "ota": True,
    "company": "acme",
    "agent": "expedia",
    "cards": [{"id": "c1", "kind": "guest"}, {"id": "c2", "kind": "ota"}],
    "folios": [
        {
            "id": "F1",
            "opened_at": "2024-01-10T09:30:00+02:00",
            "closed": False,
            "currency": "EUR",
            "charges": [{"revenue_group": "rooms", "amount": "300.00"}],
            "payments": [
                {
                    "amount": "50.00",
                    "payment_type": "visa",
                    "reference": "P-77",
                    "paid_at": "2024-01-11T08:00:00Z",
                    "comment": "by phone",
                }
            ],
        }
    ],
    "preauthorizations": [
        {
            "id": "A1",
            "card": "c1",
            "folio": "F1",
            "amount": "100.00",
            "currency": "EUR",
            "reference": "pi_1",
            "expires_at": "2024-02-06T00:00:00Z",
            "state": "held",
        }
    ],
    "extra": {"any": [1, 2.5, {"thing": None}]},
}
