"""A database that is locked, full or gone in the middle: nothing is half done that recovery does not finish."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from adapters.postgresql import Server
from hotelpay import Setup, recover, run_cycle
from hotelpay.adapters.sql import SqlStore, connect, connections, open_store
from hotelpay.adapters.sql.connections import reading
from hotelpay.ports import Ports
from hotelpay.testing.books import violations
from hotelpay.testing.clock import SetClock
from hotelpay.testing.crashes import Life
from hotelpay.testing.memory_gateway import MemoryGateway
from hotelpay.testing.stories import START, guest, setup_of, task

SETUP: Setup = setup_of(task())
GUESTS = ("R-1", "R-2")
_LIMITS = ("lock_timeout", "idle_in_transaction_session_timeout")


@attrs.define
class Hotel:
    """A hotel on a database that can be taken away; the processor's books are elsewhere."""

    store: SqlStore
    clock: SetClock
    gateway: MemoryGateway

    def ports(self) -> Ports:
        return self.store.ports(gateway=self.gateway)

    def healed(self) -> None:
        """Let time pass and later processes come by; then all books must agree."""
        for _ in range(3):
            self.clock.advance(900)
            recover(self.ports(), self.clock.now)
            run_cycle(SETUP, self.ports(), START)
            run_cycle(SETUP, self.ports(), self.clock.now)
        assert violations(self.store.ledger, self.store.hotel, self.gateway.movements, GUESTS) == []
        assert len(self.gateway.moved("charge")) == len(GUESTS)


@contextmanager
def hotel_on(database: URL) -> Iterator[Hotel]:
    clock = SetClock(START)
    with open_store(database, "default", "worker", clock=clock) as store:
        store.hotel.import_reservations(guest(id=name) for name in GUESTS)
        yield Hotel(store, clock, MemoryGateway(clock))


@contextmanager
def failing_from(engine: Engine, first: int) -> Iterator[list[int]]:
    """Let every statement from the first-th one on fail; the list counts those that were asked for."""
    asked: list[int] = []

    def fail(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        asked.append(len(asked))
        if len(asked) >= first and not statement.startswith("ROLLBACK"):
            raise OperationalError(statement, None, RuntimeError("the database is gone"))

    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def statements_of_a_cycle(database: URL) -> int:
    with hotel_on(database) as hotel, failing_from(hotel.store.engine, 10**9) as asked:
        run_cycle(SETUP, hotel.ports(), START)
    return len(asked)


def test_a_database_gone_at_any_statement_is_healed(tmp_path: Path) -> None:
    """On SQLite, at every third statement of the cycle; the phase shifts, so that all kinds of them are met."""
    total = statements_of_a_cycle(URL.create("sqlite", database=str(tmp_path / "whole.db")))
    assert total > 60
    for first in range(1, total + 1, 3):
        with hotel_on(URL.create("sqlite", database=str(tmp_path / f"{first}.db"))) as hotel:
            with failing_from(hotel.store.engine, first), suppress(SQLAlchemyError):
                run_cycle(SETUP, hotel.ports(), START)
            hotel.healed()


def test_a_server_that_ends_its_sessions_at_any_call_is_no_loss(postgresql: Server) -> None:
    """On PostgreSQL: an administrator ends every session of the hotel, before each call in turn."""

    def end_sessions() -> None:
        with postgresql.connect() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = 'hotelpay' AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    with hotel_on(postgresql.new_schema()) as hotel:
        calls = _calls(hotel)
    for number in range(1, calls + 1, 4):
        with hotel_on(postgresql.new_schema()) as hotel:
            life = Life(at_call=_at(number, end_sessions))
            with suppress(SQLAlchemyError):
                run_cycle(SETUP, life.ports(hotel.ports()), START)
            hotel.healed()


def _calls(hotel: Hotel) -> int:
    life = Life()
    run_cycle(SETUP, life.ports(hotel.ports()), START)
    return len(life.calls)


def _at(number: int, deed: Callable[[], None]) -> Callable[[int, str], None]:
    def at_call(call: int, _name: str) -> None:
        if call == number:
            deed()

    return at_call


@pytest.mark.parametrize("own", [True, False])
def test_a_process_that_sleeps_in_a_transaction_loses_it(postgresql: Server, *, own: bool) -> None:
    """So its locks keep nobody from working; a host's own connections behave as they did."""
    url = postgresql.new_schema()
    engine = connections.connect(url) if own else create_engine(url)
    with connections.writing(engine) as connection:
        limits = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in _LIMITS]
    with engine.connect() as connection:
        afterwards = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in _LIMITS]
    engine.dispose()
    assert limits == ["30s", "30s"]
    assert afterwards == (limits if own else ["0", "0"])


def test_a_connection_that_cannot_be_limited_is_not_left_open(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_SECONDS", "a few ")
    engine = connections.connect(postgresql.new_schema())
    with pytest.raises((DBAPIError, psycopg.Error), match="a few s"):
        engine.connect()
    with postgresql.connect() as admin:
        query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%a few s%' AND pid <> pg_backend_pid()"
        for _ in range(100):
            found = admin.execute(query).fetchone()
            if found == (0,):
                break
            time.sleep(0.05)
    assert found == (0,)


def test_a_full_disk_is_told_and_healed_when_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "GUESTS", tuple(f"R-{number}" for number in range(60)))
    with hotel_on(URL.create("sqlite", database=str(tmp_path / "full.db"))) as hotel:

        def fill(connection: sqlite3.Connection, _record: object) -> None:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages + 12}")

        event.listen(hotel.store.engine, "connect", fill)
        hotel.store.engine.dispose()
        with pytest.raises(OperationalError, match="full"):
            run_cycle(SETUP, hotel.ports(), START)
        assert hotel.gateway.moved("charge")  # it was full in the middle
        event.remove(hotel.store.engine, "connect", fill)
        hotel.store.engine.dispose()
        hotel.healed()


def test_a_locked_file_is_told_and_healed_when_it_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_PRAGMAS", ("busy_timeout = 10", "synchronous = FULL"))
    path = tmp_path / "locked.db"
    with hotel_on(URL.create("sqlite", database=str(path))) as hotel:
        other = sqlite3.connect(path, isolation_level=None)
        locked: list[int] = []

        def lock(number: int, name: str) -> None:
            if name == "book.post" and not locked:
                locked.append(number)
                other.execute("BEGIN IMMEDIATE")

        with suppress(SQLAlchemyError):
            run_cycle(SETUP, Life(at_call=lock).ports(hotel.ports()), START)
        assert locked
        other.execute("ROLLBACK")
        other.close()
        hotel.healed()


def test_a_file_that_may_not_be_written_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "read-only.db"
    with hotel_on(URL.create("sqlite", database=str(path))):
        pass
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    readonly = URL.create("sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"})
    with pytest.raises(OperationalError, match="readonly"):
        open_store(readonly, "default", "worker")


@pytest.mark.parametrize("threads", [None, 2])
def test_what_a_failing_statement_was_given_is_not_repeated(database: URL, threads: int | None) -> None:
    """A statement of the ledger may carry a bonus card's number, and errors are logged."""
    engine = connect(database, threads=threads)
    try:
        with pytest.raises(DBAPIError) as told, reading(engine) as connection:
            connection.execute(text("SELECT :number FROM nowhere"), {"number": "9000111122223333"})
    finally:
        engine.dispose()
    assert "9000111122223333" not in str(told.value)
    assert "nowhere" in str(told.value)
