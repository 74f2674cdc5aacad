"""JSON and TOML documents into domain objects and back (extra ``documents``)."""

from __future__ import annotations

from hotelpay.errors import MissingExtra

try:
    import cattrs as _cattrs
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without cattrs
    raise MissingExtra("hotelpay.documents", "documents") from _missing

from hotelpay.documents.faults import DocumentError, Fault
from hotelpay.documents.processed import load_processed
from hotelpay.documents.reservations import (
    load_reservations,
    read_reservations,
    reservation_document,
    reservation_from,
)
from hotelpay.documents.setups import load_setup, parse_setup, setup_document, setup_from
from hotelpay.documents.strict_json import Limits

del _cattrs

__all__ = [
    "DocumentError",
    "Fault",
    "Limits",
    "load_processed",
    "load_reservations",
    "load_setup",
    "parse_setup",
    "read_reservations",
    "reservation_document",
    "reservation_from",
    "setup_document",
    "setup_from",
]
