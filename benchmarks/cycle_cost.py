"""What a run of a cycle costs that acts, against the bare inserts that it must make."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import attrs
import psycopg

from approving import ApprovingGateway
from cost_rows import Disagreement, Row, Topic
from hotelpay import CycleReport, Money, Reservation, run_cycle
from hotelpay.adapters.sql import SqlStore, open_store
from hotelpay.folio import Charge
from hotelpay.moments import instant
from hotelpay.testing.stories import EUR, START, guest, setup_of, task
from timing import in_turns, ratios

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from adapters.postgresql import running_server

_GUESTS: Final = 60
_ROUNDS: Final = 7
_SETUP: Final = setup_of(task(on_success=[], on_failure=[]))
#: What a run must leave, transaction by transaction: the claim with its intent, the answer, the posting, the end.
_TRANSACTIONS: Final = (2, 1, 1, 2)
_WIDTH: Final = 600


def cycle_rows() -> Iterator[Row]:
    """Measure both databases."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _run_rows("SQLite", str(Path(folder, "runs.db")), _bare_sqlite(Path(folder, "bare.db")))
    with running_server() as server:
        url = server.new_schema().render_as_string(hide_password=False)
        with server.connect() as connection:
            yield from _run_rows("PostgreSQL", url, _bare_postgresql(connection))


def _run_rows(database: str, url: str, bare: Callable[[], None]) -> Iterator[Row]:
    """Compare runs of a cycle with the bare inserts that they must make, a transaction before each call."""
    with open_store(url, "default", "worker") as store:
        hotels = count(1)

        def runs() -> None:
            report = _charged(store, next(hotels))
            if [row.outcome for row in report.runs] != ["approved"] * _GUESTS:
                raise Disagreement("not every run was approved")

        taken = in_turns([bare, runs], _ROUNDS, time.perf_counter)
    yield Row(
        topic=Topic.CYCLE,
        what=f"a run of a cycle on {database}",
        against="its bare inserts, on the clock",
        spread=ratios(taken, 1, 0),
    )


def _charged(store: SqlStore, number: int) -> CycleReport:
    """Let new guests arrive, and charge them; each round takes a day of its own."""
    day = timedelta(days=number)
    store.hotel.import_reservations(_guests(number, day))
    return run_cycle(_SETUP, store.ports(gateway=ApprovingGateway()), instant(START + day))


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
