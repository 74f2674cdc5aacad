"""What a cycle costs that acts: one with nothing due on a large history, and each run against its bare inserts."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import attrs
import psycopg
from sqlalchemy import text

from cost_rows import Disagreement, Row
from hotelpay import Approved, CycleReport, Money, Promises, Reservation, run_cycle
from hotelpay.adapters.sql import SqlStore, open_store
from hotelpay.folio import Charge
from hotelpay.moments import instant
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.outcome import MoneyOutcome
from hotelpay.testing.stories import EUR, START, guest, setup_of, task
from timing import in_turns, ratios

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from adapters.postgresql import running_server

_SMALL, _LARGE = 100_000, 1_000_000
_IDLE_CYCLES: Final = 20
_GUESTS: Final = 60
_ROUNDS: Final = 7
_SETUP: Final = setup_of(task(on_success=[], on_failure=[]))
#: What a run must leave, transaction by transaction: the claim with its intent, the answer, the posting, the end.
_TRANSACTIONS: Final = (2, 1, 1, 2)
_WIDTH: Final = 600


class _Gateway:
    """A processor that approves everything at once."""

    promises = Promises(key_memory_hours=24, can_look_up=True)

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return Approved(amount, f"{card}-{key[-12:]}")

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        raise NotImplementedError

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        raise NotImplementedError

    def release(self, key: str, reference: str) -> MoneyOutcome:
        raise NotImplementedError

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        raise NotImplementedError


def cycle_rows() -> Iterator[Row]:
    """Measure both."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _idle_rows(Path(folder))
        yield from _run_rows("SQLite", str(Path(folder, "runs.db")), _bare_sqlite(Path(folder, "bare.db")))
    with running_server() as server:
        url = server.new_schema().render_as_string(hide_password=False)
        with server.connect() as connection:
            yield from _run_rows("PostgreSQL", url, _bare_postgresql(connection))


# Nothing due.


def _idle_rows(folder: Path) -> Iterator[Row]:
    """Compare the same cycles on a small and a large history, in which nothing is due."""
    with _history(folder / "small.db", _SMALL) as small, _history(folder / "large.db", _LARGE) as large:
        taken = in_turns([_idle(small), _idle(large)], _ROUNDS)
        yield Row(
            what=f"cycles with nothing due, {_LARGE:,} reservations stored",
            against=f"{_SMALL:,} stored",
            spread=ratios(taken, 1, 0),
            target=1.5,
            note=_plan(large),
        )


@contextmanager
def _history(path: Path, rows: int) -> Iterator[SqlStore]:
    """Fill a store with reservations of past years: one is imported, the others are its copies."""
    old = guest(id="R", created_at=START - timedelta(days=4000), arrival=START.date() - timedelta(days=3900))
    with open_store(path, "default", "worker") as store:
        store.hotel.import_reservations([old])
        copies = text(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) "
            "INSERT INTO hotelpay_reservations (hotel, id, status, created_at, arrival, departure, document) "
            "SELECT hotel, id || '-' || i, status, created_at + i * 60, date(arrival, '+' || (i % 3000) || ' days'), "
            "date(departure, '+' || (i % 3000) || ' days'), document FROM hotelpay_reservations, n WHERE id = 'R'"
        )
        with store.engine.begin() as connection:
            connection.execute(copies, {"rows": rows - 1})
        yield store


def _idle(store: SqlStore) -> Callable[[], None]:
    later = count(1)
    ports = store.ports(gateway=_Gateway())

    def run() -> None:
        for _ in range(_IDLE_CYCLES):
            report = run_cycle(_SETUP, ports, START + timedelta(minutes=15 * next(later)))
            if report.runs or report.forgotten:
                raise Disagreement("something was due")

    return run


def _plan(store: SqlStore) -> str:
    query = text(
        "EXPLAIN QUERY PLAN SELECT document FROM hotelpay_reservations "
        "WHERE hotel = 'default' AND arrival BETWEEN '2024-01-31' AND '2024-02-01' AND status IN ('expected')"
    )
    with store.engine.connect() as connection:
        return "; ".join(row.detail for row in connection.execute(query))


# Runs.


def _run_rows(database: str, url: str, bare: Callable[[], None]) -> Iterator[Row]:
    """Compare runs of a cycle with the bare inserts that they must make, a transaction before each call."""
    with open_store(url, "default", "worker") as store:
        hotels = count(1)

        def runs() -> None:
            report = _charged(store, next(hotels))
            if [row.outcome for row in report.runs] != ["approved"] * _GUESTS:
                raise Disagreement("not every run was approved")

        taken = in_turns([bare, runs], _ROUNDS, time.perf_counter)
    yield Row(what=f"a run of a cycle on {database}", against="its bare inserts", spread=ratios(taken, 1, 0))


def _charged(store: SqlStore, number: int) -> CycleReport:
    """Let new guests arrive, and charge them; each round takes a day of its own."""
    day = timedelta(days=number)
    store.hotel.import_reservations(_guests(number, day))
    return run_cycle(_SETUP, store.ports(gateway=_Gateway()), instant(START + day))


def _guests(number: int, day: timedelta) -> Iterator[Reservation]:
    stay = {"arrival": START.date() + day, "departure": START.date() + day + timedelta(days=3)}
    for each in range(_GUESTS):
        bill = attrs.evolve(guest().folios[0], charges=[Charge("rooms", Money(10_000 + each, EUR))])
        yield guest(id=f"R-{number}-{each}", folios=[bill], **stay)


def _bare_sqlite(path: Path) -> Callable[[], None]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return _bare(connection, "INTEGER PRIMARY KEY AUTOINCREMENT", "?")


def _bare_postgresql(connection: psycopg.Connection) -> Callable[[], None]:
    return _bare(connection, "BIGSERIAL PRIMARY KEY", "%s")


def _bare(connection: Any, key: str, mark: str) -> Callable[[], None]:
    connection.execute(f"CREATE TABLE bare_rows (id {key}, document TEXT)")
    insert = f"INSERT INTO bare_rows (document) VALUES ({mark})"  # noqa: S608  the mark is one of two

    def act() -> None:
        for _ in range(_GUESTS):
            for rows in _TRANSACTIONS:
                connection.execute("BEGIN")
                for _ in range(rows):
                    connection.execute(insert, ("x" * _WIDTH,))
                connection.execute("COMMIT")

    return act
