"""Benches of the ledger's contract on a database, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from sqlalchemy import Engine, MetaData, select, text

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
            everything = MetaData()
            everything.reflect(connection)
            for table in everything.sorted_tables:
                # As tuples: the repr of a row leaves the middle of a long text out.
                rows += map(tuple, connection.execute(select(table)))
        files = ""
        if self.engine.url.get_backend_name() == "sqlite":
            base = str(self.engine.url.database)
            files = "".join(Path(base + suffix).read_bytes().decode(errors="replace") for suffix in ("", "-wal"))
        return repr(rows) + files
