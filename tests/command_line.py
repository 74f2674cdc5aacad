"""The ``hotelpay`` command, driven as a process, and a hotel in files for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import warm_starts

COMMAND: Final = (sys.executable, "-m", "hotelpay")

#: How the command finds its terminal and its language; a test says itself what it wants.
_SETTINGS: Final = frozenset(
    {"COLUMNS", "FORCE_COLOR", "HOTELPAY_LANG", "LINES", "NO_COLOR", "PYTHONUNBUFFERED", "TERM"}
)


_AS_IT_IS: Final[Mapping[str, str]] = {}


class Answer(NamedTuple):
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert (self.status, self.err) == (0, "")
        return json.loads(self.out)

    def told(self, status: int, note: str = "") -> Any:
        """Return the JSON of an answer with this status and this note on standard error."""
        assert (self.status, self.err) == (status, note)
        return json.loads(self.out)


def environment(**settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    return {**inherited, "PYTHONIOENCODING": "utf-8", **settings}


def hotelpay(*arguments: str | Path, stdin: bytes = b"", settings: Mapping[str, str] = _AS_IT_IS) -> Answer:
    """Run the command; nothing that it reads or writes is a terminal.

    With settings of its own it has a fresh interpreter: some of them are read when modules are imported.
    """
    if not settings:
        status, out, err = warm_starts.run([str(each) for each in arguments], stdin, environment())
        return Answer(status, out.decode(), err.decode())
    ran = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=environment(**settings),
        check=False,
    )
    return Answer(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


AT: Final = "2024-02-01T10:00:00Z"

SETUP: Final[dict[str, Any]] = {
    "format": "hotelpay/1",
    "timezone": "Europe/Sofia",
    "currency": "EUR",
    "release_preauthorizations_after_days": 2,
    "tasks": [
        {
            "id": "expedia-vcc",
            "active": True,
            "mode": "before_arrival",
            "filters": {
                "guarantee_statuses": ["guaranteed"],
                "ota": True,
                "cards": ["ota_only", "guest_and_ota"],
                "included_agents": ["expedia"],
            },
            "operation": "payment",
            "card": "last_ota",
            "max_amount": "2000.00",
            "amount": {"basis": "folio_balance", "adjust_percent": "-50", "fixed": "0.00"},
            "on_failure": [{"action": "send_email", "template": "card-declined"}],
        },
        {
            "id": "first-night",
            "active": True,
            "mode": "before_arrival",
            "offset_hours": 48,
            "operation": "preauthorization",
            "amount": {"basis": "folio_charges", "revenue_groups": ["rooms"], "nights": 1},
            "on_failure": [{"action": "create_todo", "text": "No hold"}],
        },
        {
            "id": "ask",
            "active": False,
            "mode": "after_creation",
            "filters": {"cards": ["none"]},
            "operation": "actions_only",
            "on_success": [{"action": "send_email", "template": "please-add-a-card"}],
        },
    ],
    "bonus": {
        "active": True,
        "payment_types": [
            {"id": "kontur", "currency_type": "BONUS", "currency": "RUB", "max_percent": "25", "enabled": True},
            {"id": "off", "currency_type": "BONUS", "currency": "RUB", "step": "1"},
            {
                "id": "thirds",
                "currency_type": "MILES",
                "max_percent": "30",
                "enabled": True,
                "rate": "0.01",
                "step": "1",
                "cap_basis": "charges",
            },
        ],
    },
}


def _folio(*charges: tuple[str, str], currency: str = "EUR", paid: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "id": "F1",
        "opened_at": "2024-01-10T09:30:00+02:00",
        "currency": currency,
        "charges": [{"revenue_group": group, "amount": amount} for group, amount in charges],
        "payments": [{"amount": amount} for amount in paid],
    }


RESERVATIONS: Final[tuple[dict[str, Any], ...]] = (
    {
        "id": "[red]x",
        "status": "expected",
        "created_at": "2024-01-10T09:30:00+02:00",
        "arrival": "2024-02-03",
        "departure": "2024-02-05",
        "folios": [_folio(("rooms", "13500"), currency="JPY")],
    },
    {
        "id": "R-1001",
        "status": "expected",
        "created_at": "2024-01-10T09:30:00+02:00",
        "arrival": "2024-02-01",
        "departure": "2024-02-04",
        "guarantee_status": "guaranteed",
        "ota": True,
        "agent": "expedia",
        "cards": [{"id": "c1", "kind": "guest"}, {"id": "c2", "kind": "ota"}],
        "folios": [_folio(("rooms", "300.00"), ("extras", "20.00"), paid=("50.00",))],
    },
    {
        "id": "R-1003",
        "status": "cancelled",
        "created_at": "2024-01-10T09:30:00+02:00",
        "arrival": "2024-02-10",
        "departure": "2024-02-11",
        "cancelled_at": "2024-01-12T18:05:00+02:00",
        "guarantee_status": "guaranteed",
        "ota": True,
        "agent": "booking",
    },
    {
        "id": "R-1002",
        "status": "expected",
        "created_at": "2024-01-10T09:30:00+02:00",
        "arrival": "2024-02-02",
        "departure": "2024-02-03",
        "cards": [{"id": "c1", "kind": "guest"}],
        "folios": [_folio(("rooms", "95.00"))],
    },
)


def run_row(task: str, reservation: str, due_at: str, **fields: Any) -> dict[str, Any]:
    """Return a row of a preview; its window is open until a day after noon of arrival."""
    return {
        "task": task,
        "reservation": reservation,
        "due_at": due_at,
        "closes_at": fields.pop("closes_at"),
        "operation": fields.pop("operation"),
        "folio": "F1",
        "card": None,
        "amount": None,
        "currency": "EUR",
        "problem": None,
        "after": [],
        **fields,
    }


#: What the cycle at ``AT`` does, in the order in which it works.
RUNS: Final = (
    run_row(
        "first-night",
        "R-1001",
        "2024-01-30T10:00:00Z",
        closes_at="2024-02-02T10:00:00Z",
        operation="preauthorization",
        card="c2",
        amount="100.00",
    ),
    run_row(
        "first-night",
        "R-1002",
        "2024-01-31T10:00:00Z",
        closes_at="2024-02-03T10:00:00Z",
        operation="preauthorization",
        card="c1",
        amount="95.00",
    ),
    run_row(
        "expedia-vcc",
        "R-1001",
        "2024-02-01T10:00:00Z",
        closes_at="2024-02-02T10:00:00Z",
        operation="payment",
        card="c2",
        amount="135.00",
        after=["first-night"],
    ),
    run_row(
        "first-night",
        "[red]x",
        "2024-02-01T10:00:00Z",
        closes_at="2024-02-04T10:00:00Z",
        operation="preauthorization",
        amount="6750",
        currency="JPY",
        problem="no_card",
    ),
)

#: Why the cycle at ``AT`` does nothing with the other pairs.
SKIPS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("expedia-vcc", "R-1002", ("not_due", "guarantee_status", "ota", "cards", "agent")),
    ("expedia-vcc", "R-1003", ("wrong_status", "not_due", "cards", "agent", "no_open_folio")),
    ("expedia-vcc", "[red]x", ("not_due", "guarantee_status", "ota", "cards", "agent", "currency_mismatch")),
    ("first-night", "R-1003", ("wrong_status", "not_due", "no_open_folio")),
    ("ask", "R-1001", ("inactive", "window_closed", "cards")),
    ("ask", "R-1002", ("inactive", "window_closed", "cards")),
    ("ask", "R-1003", ("inactive", "wrong_status", "window_closed", "no_open_folio")),
    ("ask", "[red]x", ("inactive", "window_closed")),
)


def json_lines(rows: Iterable[object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


class Hotel:
    """A hotel in a folder."""

    def __init__(self, folder: Path, changes: Mapping[str, Any] | None = None) -> None:
        """Write the hotel's documents; ``changes`` replace fields of its setup."""
        self.folder = folder
        self.setup = folder / "setup.json"
        self.reservations = folder / "reservations.jsonl"
        self.setup.write_text(json.dumps({**SETUP, **(changes or {})}), encoding="utf-8")
        self.reservations.write_bytes(json_lines(RESERVATIONS))

    def write(self, name: str, content: object) -> Path:
        """Write one more document: a text or bytes as they stand, a list as JSON Lines, the rest as JSON."""
        path = self.folder / name
        if isinstance(content, list):
            content = json_lines(content)
        elif not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def preview(self, *arguments: str | Path, at: str = AT, settings: Mapping[str, str] = _AS_IT_IS) -> Answer:
        files = ("--setup", self.setup, "--reservations", self.reservations)
        return hotelpay("preview", *files, "--at", at, *arguments, settings=settings)

    def forecast(self, start: str, end: str, *arguments: str | Path) -> Answer:
        files = ("--setup", self.setup, "--reservations", self.reservations)
        return hotelpay("forecast", *files, "--from", start, "--to", end, *arguments)

    def run(
        self,
        *arguments: str | Path,
        at: str = AT,
        db: str | Path | None = None,
        settings: Mapping[str, str] = _AS_IT_IS,
    ) -> Answer:
        """Carry out a cycle on the hotel's store."""
        files = ("--setup", self.setup, "--reservations", self.reservations, "--db", db or self.store)
        return hotelpay("run", *files, "--at", at, *arguments, settings=settings)

    @property
    def store(self) -> Path:
        """The hotel's store, made by its first cycle."""
        return self.folder / "hotel.db"
