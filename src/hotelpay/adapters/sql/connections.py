"""Connections and transactions: the same promises on SQLite and PostgreSQL, on any engine that a host hands in.

Nothing here changes how the host's own connections behave: what SQLite needs (``BEGIN IMMEDIATE``, which Python's
driver does not do by itself) is done on the connection that is taken, and undone when it is given back. One thing an
engine for SQLite must not do: emit a ``BEGIN`` of its own on the event ``begin``. Such a host gives hotelpay a second
engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from hotelpay.errors import InvalidValue, MissingExtra
from hotelpay.moments import Instant

#: What tells the ledger's time instead of the database: a callable that returns whole UTC seconds.
Clock: TypeAlias = Callable[[], int]
Row: TypeAlias = dict[str, Any]

#: How long a transaction waits for another one, and how long PostgreSQL leaves one open whose process sleeps.
BUSY_SECONDS: Final = 30
#: Parameters in one statement: SQLite takes 999 where it is old.
MOST_PARAMETERS: Final = 500
#: Says of a connection that it has its limits.
_LIMITED: Final = "hotelpay_limited"
_TRIES: Final = 100
_BETWEEN_TRIES: Final = 0.05
_NOW: Final = {
    "sqlite": text("SELECT CAST(strftime('%s', 'now') AS INTEGER)"),
    "postgresql": text("SELECT CAST(floor(extract(epoch FROM clock_timestamp())) AS BIGINT)"),
}
#: What was erased is overwritten; what was committed is on the disk.
_PRAGMAS: Final = (f"busy_timeout = {BUSY_SECONDS * 1000}", "synchronous = FULL", "secure_delete = ON")


def connect(database: str | Path | URL, *, threads: int | None = None) -> Engine:
    """Return an engine for a database: the path of an SQLite file, or a URL of SQLite or PostgreSQL.

    ``threads`` says how many threads of a worker use it at once, so that each finds a connection that is open. Whether
    it is still good is then not asked before each transaction: what fails in a worker is tried again.

    Raises SQLAlchemy's ``ArgumentError`` for what is neither a path nor a URL, without repeating it: it may hold a
    password.

    What a failing statement was given is in no error and no log: a bonus card's number may be among it. A host that
    hands in an engine of its own makes it with ``hide_parameters=True`` for that.
    """
    url = _url(database)
    kind = url.get_backend_name()
    if kind not in _NOW:
        raise _unsupported(kind)
    try:
        if threads is not None:
            engine = create_engine(url, hide_parameters=True, pool_size=threads, max_overflow=threads)
        else:
            engine = create_engine(url, hide_parameters=True, pool_pre_ping=kind == "postgresql")
    except ModuleNotFoundError as missing:
        raise MissingExtra(f"a database of {kind}", kind) from missing
    return _limited(engine) if kind == "postgresql" else engine


def _url(database: str | Path | URL) -> URL:
    if isinstance(database, Path) or (isinstance(database, str) and "://" not in database):
        return URL.create("sqlite", database=str(database))
    try:
        url = make_url(database)
    except (ArgumentError, ValueError):
        # What SQLAlchemy says may repeat the URL, or a part of it that was taken for the port.
        raise ArgumentError("this is neither a path nor the URL of a database") from None
    if "@" in (url.host or ""):
        # The rest of the password: nothing is to be asked, or told, about a host of that name.
        raise ArgumentError("an @ within a password is written as %40 in a URL")
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


class OwnsConnections:
    """What has opened an engine for itself: close it, or use it in a ``with`` statement."""

    __slots__ = ()

    engine: Engine

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def checked(engine: Engine) -> Engine:
    """Return the engine if its database is one that hotelpay knows."""
    if engine.dialect.name not in _NOW:
        raise _unsupported(engine.dialect.name)
    return engine


def _unsupported(name: str) -> InvalidValue:
    return InvalidValue("database", name, "sqlite or postgresql", code="unknown_choice")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a short transaction on a connection of its own; it is kept unless the block raises.

    On SQLite it waits for its turn before it reads. On PostgreSQL it is READ COMMITTED whatever the engine's default,
    and a process that stops in the middle loses it, so that its locks keep nobody from working.
    """
    if engine.dialect.name == "sqlite":
        with _sqlite(engine, "BEGIN IMMEDIATE") as connection:
            yield connection
        return
    with engine.connect().execution_options(isolation_level="READ COMMITTED") as connection, connection.begin():
        if _LIMITED not in connection.info:
            connection.exec_driver_sql(_limits("SET LOCAL"))
        yield connection


def _limits(how: str) -> str:
    return f"{how} lock_timeout = '{BUSY_SECONDS}s'; {how} idle_in_transaction_session_timeout = '{BUSY_SECONDS}s'"


def _limited(engine: Engine) -> Engine:
    """Let each connection of an engine of our own have its limits once, and not in every transaction."""

    def limit(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401  the driver's own
        try:
            connection.execute(_limits("SET"))
            connection.commit()
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise
        record.info[_LIMITED] = True

    event.listen(engine, "connect", limit)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the database, however many queries it makes."""
    if engine.dialect.name == "sqlite":
        with _sqlite(engine, "BEGIN") as connection:
            yield connection
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
        yield connection


@contextmanager
def _sqlite(engine: Engine, begin: str) -> Iterator[Connection]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _prepare(connection)
        connection.exec_driver_sql(begin)
        try:
            yield connection
        except BaseException:
            # A full disk has ended the transaction already; what the caller hears is the reason.
            with suppress(DBAPIError):
                connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _prepare(connection: Connection) -> None:
    """Set a connection of SQLite up when it is first seen."""
    if "hotelpay" in connection.info:
        return
    for pragma in _PRAGMAS:
        connection.exec_driver_sql(f"PRAGMA {pragma}")
    _write_ahead(connection)
    connection.info["hotelpay"] = True


def _write_ahead(connection: Connection) -> None:
    """Let readers and the writer of a file not wait for one another.

    Where several processes take this step at once, SQLite may refuse it to some without waiting.
    """
    for _ in range(_TRIES):
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError as refused:
            if "locked" not in str(refused):  # a file that nobody may write stays so
                raise
        else:
            return
        time.sleep(_BETWEEN_TRIES)
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def forget_deleted(engine: Engine) -> None:
    """Let nothing that was erased stay in SQLite's write-ahead file, as far as no reader needs it."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def now(connection: Connection, clock: Clock | None) -> Instant:
    """Return the time: the database's own unless a clock replaces it."""
    if clock is not None:
        return Instant(clock())
    return Instant(connection.execute(_NOW[connection.dialect.name]).scalar_one())


def insert_absent(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert the rows whose key is not there yet; return how many there were."""
    found = 0
    for some in chunks(rows, MOST_PARAMETERS // len(table.columns)):
        statement = _insert(connection, table).values(some).on_conflict_do_nothing()
        found += connection.execute(statement.inline(), execution_options={"preserve_rowcount": True}).rowcount
    return found


def insert_or_update(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows; where one of that key is there, give it the others' values."""
    if not rows:
        return
    statement = _insert(connection, table)
    keys = {column.name for column in table.primary_key}
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    statement = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)
    connection.execute(statement.inline(), list(rows))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def chunks(rows: Sequence[Any], size: int) -> Iterator[Any]:
    """Yield a sequence in pieces of at most ``size``."""
    for first in range(0, len(rows), size):
        yield rows[first : first + size]
