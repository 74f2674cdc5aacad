"""One hotel as a replica works for it: what a deployment decides, its setup, its ports. All of it is synchronous."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name
from typing import Final, Self

import attrs
from sqlalchemy import URL, create_engine, insert, select

from fastapi_hotel.ports import Pms
from fastapi_hotel.tables import METADATA, journal, open_database, writing
from hotelpay import Decision, Instant, Ports, Reservation, Setup, UnknownName, decide, next_cycle
from hotelpay.adapters.sql import SqlGateway, SqlLedger, SqlLoyalty, create_tables
from hotelpay.documents import load_setup
from hotelpay.ports import PaymentGateway

SETUP: Final = Path(__file__).with_name("setup.json")


@attrs.frozen(kw_only=True)
class Settings:
    """One replica of the service; ``gateway`` is ``simulated``, or the ``module:function`` that makes one."""

    database: str | URL = attrs.field(default="sqlite:///hotel.db", repr=False)
    setup: str | Path = SETUP
    gateway: str = "simulated"
    cycles: str = "on"
    worker: str = attrs.field(factory=lambda: f"{socket.gethostname()}-{os.getpid()}")

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Read HOTEL_DATABASE, HOTELSETUP, HOTEL_GATEWAY, HOTEL_CYCLES (``on`` or ``off``) and HOTEL_WORKER."""
        names = {field.name: f"HOTEL_{field.name.upper()}" for field in attrs.fields(cls)}
        return cls(**{name: environment[key] for name, key in names.items() if key in environment})


@attrs.frozen(kw_only=True)
class Hotel:
    """A hotel, open for business."""

    setup: Setup
    pms: Pms
    ports: Ports

    def stay(self, reservation: str) -> Reservation:
        """Return a reservation as it stands now; raises UnknownName."""
        # PostgreSQL takes no NUL, and whoever types one means no reservation.
        found = self.pms.reservation(reservation) if reservation.isprintable() else None
        if found is None:
            raise UnknownName("reservation", reservation, "one of the hotel's reservations", code="unknown_id")
        return found

    def why(self, reservation: str, at: Instant) -> Sequence[Decision]:
        """Return what each task makes of a reservation in the next cycle, with every reason where it is nothing."""
        stay, tasks, cycle_at = self.stay(reservation), self.setup.tasks_in_order, next_cycle(at)
        done = self.ports.ledger.processed([(task.id, reservation) for task in tasks])
        return [decide(task, stay, at=cycle_at, rules=self.setup.rules, processed=done) for task in tasks]


@contextmanager
def open_hotel(settings: Settings, gateway: PaymentGateway | None = None) -> Iterator[Hotel]:
    """Open the hotel's connections; its tables are there already (:func:`prepare`)."""
    setup, own = load_setup(settings.setup), open_database(settings.database)
    # The ledger has connections of its own: a claim stays when a transaction of the hotel's is rolled back.
    ledgers = create_engine(settings.database, hide_parameters=True, pool_pre_ping=True)
    try:
        if gateway is None:
            simulated = settings.gateway == "simulated"
            gateway = SqlGateway(ledgers, setup.hotel) if simulated else resolve_name(settings.gateway)()
        pms = Pms(own)
        ports = Ports(
            ledger=SqlLedger(ledgers, setup.hotel, settings.worker),
            source=pms,
            book=pms,
            gateway=gateway,
            loyalty=SqlLoyalty(ledgers, setup.hotel),
            mailer=pms,
            portal=pms,
            guarantee_desk=pms,
            todos=pms,
        )
        yield Hotel(setup=setup, pms=pms, ports=ports)
    finally:
        own.dispose()
        ledgers.dispose()


def prepare(database: str | URL) -> None:
    """Create all tables, the hotel's and hotelpay's; a deployment does it once, before its replicas start."""
    own, ledgers = open_database(database), create_engine(database)
    try:
        with writing(own) as connection:
            METADATA.create_all(connection)
            if connection.execute(select(journal)).first() is None:
                connection.execute(insert(journal).values(read=0))
        create_tables(ledgers, ["ledger", "simulated"])
    finally:
        own.dispose()
        ledgers.dispose()
