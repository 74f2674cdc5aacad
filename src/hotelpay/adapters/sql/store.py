"""One hotel in one database: ledger, hotel and made-up processors together."""

from __future__ import annotations

from pathlib import Path

import attrs
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from hotelpay.adapters.sql.connections import Clock, OwnsConnections, connect
from hotelpay.adapters.sql.hotel import SqlHotel
from hotelpay.adapters.sql.ledger import SqlLedger
from hotelpay.adapters.sql.migrations import create_tables
from hotelpay.adapters.sql.schema import STORE_PARTS
from hotelpay.ports import LoyaltyProcessor, PaymentGateway, Ports


@attrs.frozen(eq=False)
class SqlStore(OwnsConnections):
    """An embedded hotel with its ledger; close it, or use it in a ``with`` statement, to give its connections back."""

    engine: Engine = attrs.field(repr=False)
    ledger: SqlLedger
    hotel: SqlHotel

    def ports(self, *, gateway: PaymentGateway | None = None, loyalty: LoyaltyProcessor | None = None) -> Ports:
        """Return the ports of this hotel, with these processors; everything inside the hotel is the store's."""
        hotel = self.hotel
        return Ports(
            ledger=self.ledger,
            source=hotel,
            book=hotel,
            gateway=gateway,
            loyalty=loyalty,
            mailer=hotel,
            portal=hotel,
            guarantee_desk=hotel,
            todos=hotel,
        )

    def erase(self, reservation: str) -> int:
        """Remove a reservation's personal data and free text from ledger and hotel; return its settlements erased."""
        self.hotel.erase(reservation)
        return self.ledger.erase(reservation)


def open_store(
    database: str | Path | URL, hotel: str, worker: str, *, lease_seconds: int = 300, clock: Clock | None = None
) -> SqlStore:
    """Open a hotel's store, with tables created or brought up to date.

    ``database`` is the path of an SQLite file or the URL of an SQLite or PostgreSQL database; ``worker`` names this
    process in the journal. Raises :class:`~hotelpay.adapters.sql.NewerSchema` where a newer hotelpay has written it.
    """
    engine = connect(database)
    try:
        create_tables(engine, STORE_PARTS)
        ledger = SqlLedger(engine, hotel, worker, lease_seconds=lease_seconds, clock=clock)
        return SqlStore(engine, ledger, SqlHotel(engine, hotel))
    except BaseException:
        engine.dispose()
        raise
