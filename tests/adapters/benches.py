"""Benches of the ledger's contract on a database, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
from sqlalchemy import Engine, inspect, text

from hotelpay.adapters.sql import SqlLedger
from hotelpay.testing.contracts.intents import CYCLE


@attrs.define
class SqlBench:
    """An empty journal in a database."""

    engine: Engine
    hotel: str = "seven-gulls"
    time: int = CYCLE

    def worker(self, name: str) -> SqlLedger:
        """Return the ledger as one worker sees it."""
        return SqlLedger(self.engine, self.hotel, name, clock=lambda: self.time)

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.time += seconds

    def other_hotel(self, hotel: str) -> SqlLedger:
        """Return the ledger of another hotel in the same database."""
        return SqlLedger(self.engine, hotel, "other", clock=lambda: self.time)

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Run a block within a transaction of the host's that is rolled back."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            yield
            # SQLite has one writer at a time, so the host writes after the ledger has.
            connection.execute(text("CREATE TABLE hosts_own (value INTEGER)"))
            transaction.rollback()

    def everything_stored(self) -> str:
        """Return all that the tables hold; of SQLite also what lies in its files."""
        with self.engine.connect() as connection:
            rows: list[Any] = []
            for table in inspect(connection).get_table_names():
                rows += connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
        files = ""
        if self.engine.url.get_backend_name() == "sqlite":
            base = str(self.engine.url.database)
            for suffix in ("", "-wal"):
                with open(base + suffix, "rb") as file:  # noqa: PTH123  the path is put together
                    files += file.read().decode(errors="replace")
        return repr(rows) + files
