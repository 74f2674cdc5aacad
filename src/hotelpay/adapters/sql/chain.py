"""A chain of hotels in one database: their setups, and the ports that workers serve them with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs
from sqlalchemy import Engine, delete, select
from sqlalchemy.engine import URL

from hotelpay.adapters.sql.connections import (
    Clock,
    OwnsConnections,
    connect,
    insert_or_update,
    now,
    reading,
    writing,
)
from hotelpay.adapters.sql.hotel import SqlHotel
from hotelpay.adapters.sql.journal import compact
from hotelpay.adapters.sql.ledger import SqlLedger
from hotelpay.adapters.sql.migrations import create_tables
from hotelpay.adapters.sql.schema import PARTS, cycles, enrolled, settlements
from hotelpay.adapters.sql.store import SqlStore
from hotelpay.documents import DocumentError, parse_setup, setup_document
from hotelpay.errors import UnknownName
from hotelpay.hotel import Setup
from hotelpay.moments import Instant
from hotelpay.observed import ObservedLedger, Observer
from hotelpay.ports import LoyaltyProcessor, PaymentGateway, Ports

#: How many different setups a process remembers; of hotels with equal ones all count as one.
_REMEMBERED: Final = 10_000


def _no_gateway(_hotel: str) -> PaymentGateway | None:
    return None


def _no_loyalty(_hotel: str) -> LoyaltyProcessor | None:
    return None


@attrs.frozen
class Enrolled:
    """A hotel of a chain. ``setup`` is None where its document cannot be read, and ``fault`` then says why."""

    hotel: str
    setup: Setup | None
    fault: str | None = None


@attrs.frozen(eq=False)
class SqlChain(OwnsConnections):
    """Many embedded hotels in one database, for workers (:class:`~hotelpay.chain.Chain`); all share one engine.

    ``worker`` names the process in the journals, ``gateway`` and ``loyalty`` return a hotel's processors. Its methods
    may be called from several threads at once. ``observers`` are told what the ledgers of its :meth:`ports` keep. Close
    it, or use it in a ``with`` statement, to give its connections back.
    """

    engine: Engine = attrs.field(repr=False)
    worker: str
    lease_seconds: int = attrs.field(default=300, kw_only=True)
    gateway: Callable[[str], PaymentGateway | None] = attrs.field(default=_no_gateway, kw_only=True, repr=False)
    loyalty: Callable[[str], LoyaltyProcessor | None] = attrs.field(default=_no_loyalty, kw_only=True, repr=False)
    observers: Sequence[Observer] = attrs.field(default=(), kw_only=True, repr=False)
    clock: Clock | None = attrs.field(default=None, kw_only=True, repr=False)

    # Which hotels there are.

    def enroll(self, setup: Setup) -> bool:
        """Let workers serve a hotel with this setup from now on; False where it only replaces an earlier one."""
        fields = {name: value for name, value in setup_document(setup).items() if name != "hotel"}
        row = {"hotel": setup.hotel, "document": compact(fields), "paused": setup.paused}
        with writing(self.engine) as connection:
            query = select(enrolled.c.hotel).where(enrolled.c.hotel == setup.hotel)
            known = connection.execute(query).first() is not None
            insert_or_update(connection, enrolled, [row])
        return not known

    def remove(self, hotel: str) -> bool:
        """Let nobody serve a hotel any more; False where it was not enrolled.

        Its books stay, and what is unfinished in them is still settled.
        """
        with writing(self.engine) as connection:
            return connection.execute(delete(enrolled).where(enrolled.c.hotel == hotel)).rowcount == 1

    def enrollments(self) -> Iterator[Enrolled]:
        """Yield every hotel with its setup, in the order of their ids."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(enrolled).order_by(enrolled.c.hotel)).all()
        for row in rows:
            try:
                yield Enrolled(row.hotel, _setup_of(row.hotel, row.document))
            except DocumentError as error:
                yield Enrolled(row.hotel, None, str(error))

    # What workers ask.

    def hotels(self) -> Sequence[str]:
        """Return the hotels that are not paused, in the order of their ids."""
        query = select(enrolled.c.hotel).where(enrolled.c.paused.is_(False)).order_by(enrolled.c.hotel)
        with reading(self.engine) as connection:
            return tuple(connection.execute(query).scalars())

    def unsettled(self) -> Sequence[str]:
        """Return the hotels with an unfinished settlement that no worker is at, also those that were removed."""
        with reading(self.engine) as connection:
            free = (settlements.c.ended_at.is_(None), settlements.c.lease_until <= now(connection, self.clock))
            query = select(settlements.c.hotel).where(*free).distinct().order_by(settlements.c.hotel)
            return tuple(connection.execute(query).scalars())

    def last_completed(self) -> Mapping[str, Instant | None]:
        """Return the last completed cycle of every hotel that is not paused; None where it has completed none.

        For whoever watches the chain. It costs one look into an index a hotel, however long their histories are.
        """
        table = cycles.c
        last = (
            select(table.cycle_at)
            .where(table.hotel == enrolled.c.hotel, table.completed_at.is_not(None))
            .order_by(table.cycle_at.desc())
            .limit(1)
            .correlate(enrolled)
            .scalar_subquery()
        )
        query = select(enrolled.c.hotel, last).where(enrolled.c.paused.is_(False)).order_by(enrolled.c.hotel)
        with reading(self.engine) as connection:
            found = connection.execute(query).all()
        return {hotel: None if cycle_at is None else Instant(cycle_at) for hotel, cycle_at in found}

    def setup(self, hotel: str) -> Setup:
        """Return a hotel's setup as it stands.

        Raises :class:`~hotelpay.documents.DocumentError` where it cannot be read, and
        :class:`~hotelpay.errors.UnknownName` where the chain has no such hotel.
        """
        query = select(enrolled.c.document).where(enrolled.c.hotel == hotel)
        with reading(self.engine) as connection:
            document = connection.execute(query).scalar()
        if document is None:
            raise UnknownName("hotel", hotel, "one of the chain's hotels", code="unknown_id")
        return _setup_of(hotel, document)

    def ports(self, hotel: str) -> Ports:
        """Return a hotel's ports."""
        ports = self.store(hotel).ports(gateway=self.gateway(hotel), loyalty=self.loyalty(hotel))
        return attrs.evolve(ports, ledger=ObservedLedger(ports.ledger, self.observers)) if self.observers else ports

    def store(self, hotel: str) -> SqlStore:
        """Return one hotel's store, to import its reservations or to read its books; it shares the connections."""
        ledger = SqlLedger(self.engine, hotel, self.worker, lease_seconds=self.lease_seconds, clock=self.clock)
        return SqlStore(self.engine, ledger, SqlHotel(self.engine, hotel))


def _setup_of(hotel: str, document: str) -> Setup:
    return attrs.evolve(_without_hotel(document), hotel=hotel)


@lru_cache(maxsize=_REMEMBERED)
def _without_hotel(document: str) -> Setup:
    return parse_setup(document)


def open_chain(
    database: str | Path | URL, worker: str, *, lease_seconds: int = 300, threads: int | None = None
) -> SqlChain:
    """Open a chain of hotels, with tables created or brought up to date.

    ``database`` and ``worker`` are as with :func:`~hotelpay.adapters.sql.open_store`; ``threads`` says how many work
    at once.
    """
    engine = connect(database, threads=threads)
    try:
        create_tables(engine, PARTS)
        return SqlChain(engine, worker, lease_seconds=lease_seconds)
    except BaseException:
        engine.dispose()
        raise
