"""Opening the store that a command acts on, and saying in one sentence what is wrong with it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hotelpay.errors import HotelpayError, InvalidValue, UnknownName

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from hotelpay.adapters.sql import SqlChain, SqlGateway, SqlStore
    from hotelpay.ports import Ports

#: How long what a process has begun is its own after its last sign of life.
LEASE_SECONDS: Final = 300


class StoreFault(HotelpayError, ValueError):
    """A database that cannot be read or written: it is locked, damaged, out of reach or none at all."""

    def __init__(self, database: str, fault: str) -> None:
        """Keep the database, without a password, and what it said."""
        super().__init__(database, fault)
        self.database = database
        self.fault = fault

    def __str__(self) -> str:
        """Name the database and what is wrong with it."""
        return f"{self.database}: {self.fault}"


@contextmanager
def new_store(database: str, hotel: str, *, lease_seconds: int = LEASE_SECONDS) -> Iterator[SqlStore]:
    """Open a hotel's store; one that is not there is made."""
    with _explained(database):
        from hotelpay.adapters.sql import open_store  # noqa: PLC0415  commands that only decide need no database

        with open_store(database, hotel, _worker(), lease_seconds=lease_seconds) as store:
            yield store


@contextmanager
def known_store(database: str, hotel: str | None) -> Iterator[SqlStore]:
    """Open a hotel's store that is there; without a ``hotel`` the only one in it."""
    with _explained(database):
        from hotelpay.adapters.sql import connect, open_store  # noqa: PLC0415  as above

        engine = connect(database)
        try:
            _must_be_a_store(engine, database)
            found = _hotel_of(engine, hotel)
        finally:
            engine.dispose()
        with open_store(database, found, _worker(), lease_seconds=LEASE_SECONDS) as store:
            yield store


@contextmanager
def known_chain(dsn: str, *, lease_seconds: int = LEASE_SECONDS, threads: int | None = None) -> Iterator[SqlChain]:
    """Open the chain of a PostgreSQL; tables that are not there are made."""
    with _explained(dsn):
        from hotelpay.adapters.sql import open_chain  # noqa: PLC0415  as above

        if not dsn.startswith("postgresql"):
            raise InvalidValue("--dsn", without_password(dsn), "a postgresql:// URL", code="unknown_choice")
        with open_chain(dsn, _worker(), lease_seconds=lease_seconds, threads=threads) as chain:
            yield chain


def ports_of(
    store: SqlStore, declines: int = 0, timeouts: int = 0, lost_replies: int = 0, unreachable: int = 0
) -> Ports:
    """Return the ports of a store with a made-up loyalty system, and a made-up processor that fails so often.

    Always with both: whoever looks after a reservation settles first whatever is unfinished on it.
    """
    from hotelpay.adapters.sql import SqlLoyalty  # noqa: PLC0415  as above

    hotel = store.hotel.hotel
    gateway = gateways_of(store.engine, declines, timeouts, lost_replies, unreachable)(hotel)
    return store.ports(gateway=gateway, loyalty=SqlLoyalty(store.engine, hotel))


def gateways_of(
    engine: Engine, declines: int, timeouts: int, lost_replies: int, unreachable: int
) -> Callable[[str], SqlGateway]:
    """Return what gives a hotel its made-up processor, which fails so often."""
    from hotelpay.adapters.sql import SqlGateway  # noqa: PLC0415  as above

    return lambda hotel: SqlGateway(
        engine, hotel, declines=declines, timeouts=timeouts, lost_replies=lost_replies, unreachable=unreachable
    )


def _worker() -> str:
    return f"hotelpay-{os.getpid()}"


@contextmanager
def _explained(database: str) -> Iterator[None]:
    """Turn what a database driver raises into one sentence."""
    try:
        yield
    except HotelpayError:
        raise
    except Exception as fault:
        said = _said_by_database(fault)
        if said is None:
            raise
        raise StoreFault(without_password(database), said) from fault


def _said_by_database(fault: Exception) -> str | None:
    from sqlalchemy.exc import ArgumentError, DBAPIError  # noqa: PLC0415  as above

    if isinstance(fault, ArgumentError):
        return "this is neither a path nor the URL of a database"
    if isinstance(fault, DBAPIError):
        return _first_line(fault.orig)
    # What the queue of a worker raises, which has connections of its own.
    return _first_line(fault) if type(fault).__module__.startswith(("psycopg", "procrastinate")) else None


def _first_line(fault: BaseException | None) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]


def without_password(database: str) -> str:
    """Return a database as messages name it."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415  as above
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415  as above

    if "://" not in database:
        return database
    try:
        url = make_url(database)
    except (ArgumentError, ValueError):
        return "--db"
    # libpq takes a password among the options too, and what follows an @ in one is taken for the host.
    return "--db" if "@" in (url.host or "") else str(url.set(query={}).render_as_string(hide_password=True))


def _must_be_a_store(engine: Engine, database: str) -> None:
    """Refuse a database that hotelpay has not made, before anything is changed in it."""
    from sqlalchemy import inspect  # noqa: PLC0415  as above

    from hotelpay.adapters.sql import table_versions  # noqa: PLC0415  as above
    from hotelpay.adapters.sql.schema import STORE_PARTS, schema_versions  # noqa: PLC0415  as above

    path = engine.url.database or ""
    if engine.dialect.name == "sqlite" and not Path(path).exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    known = inspect(engine).has_table(schema_versions.name)
    if not known or not table_versions(engine).keys() >= set(STORE_PARTS):
        raise InvalidValue("--db", without_password(database), "a store that `hotelpay run` has made", code="no_store")


def _hotel_of(engine: Engine, asked: str | None) -> str:
    """Return the hotel that is asked for, or the only one there is."""
    from sqlalchemy import select, union  # noqa: PLC0415  as above

    from hotelpay.adapters.sql import create_tables  # noqa: PLC0415  as above
    from hotelpay.adapters.sql.connections import reading  # noqa: PLC0415  as above
    from hotelpay.adapters.sql.schema import STORE_PARTS, hotels, reservations  # noqa: PLC0415  as above

    create_tables(engine, STORE_PARTS)
    with reading(engine) as connection:
        query = union(select(hotels.c.hotel), select(reservations.c.hotel).distinct())
        known = sorted(map(str, connection.execute(query).scalars()))
    if asked is None and len(known) == 1:
        return known[0]
    if asked is None or asked not in known:
        raise UnknownName("--hotel", asked, f"one of the store's hotels ({', '.join(known)})", code="unknown_id")
    return asked
