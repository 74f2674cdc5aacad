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
