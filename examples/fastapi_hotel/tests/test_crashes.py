"""The hotel under processes that die before and after every call: its tables and the ledger, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import attrs
import pytest
from sqlalchemy import Engine, MetaData, create_engine, delete, event
from sqlalchemy.engine import URL

from fastapi_hotel.tables import open_database, writing
from fastapi_hotel.tests.bench import PmsBench
from hotelpay import Instant, Ports, Reservation
from hotelpay.adapters.sql import SqlLedger, connections
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.memory_gateway import MemoryGateway, MemoryLoyalty
from hotelpay.testing.stories import Case, cases

STORIES: Final = {case.name: case for case in cases()}


class OurHotel:
    """The hotel in its database, empty again, with the processors in memory."""

    def __init__(self, own: Engine, ledgers: Engine, start: datetime | Instant, **other_side: Any) -> None:  # noqa: ANN401
        _empty(own)
        self.pms, self.ledgers, self.rest = PmsBench(own), ledgers, MemoryBench.at(start, **other_side)

    @property
    def gateway(self) -> MemoryGateway:
        return self.rest.gateway

    @property
    def loyalty(self) -> MemoryLoyalty:
        return self.rest.loyalty

    @property
    def now(self) -> Instant:
        return self.rest.now

    def advance(self, seconds: int) -> None:
        self.rest.advance(seconds)

    def put(self, reservation: Reservation) -> None:
        self.pms.put(reservation)

    def ports(self, worker: str) -> Ports:
        ledger, pms = SqlLedger(self.ledgers, "default", worker, clock=self.rest.clock), self.pms.source
        return attrs.evolve(
            self.rest.ports(worker),
            ledger=ledger,
            source=pms,
            book=pms,
            mailer=pms,
            portal=pms,
            guarantee_desk=pms,
            todos=pms,
        )


def _empty(own: Engine) -> None:
    everything = MetaData()
    everything.reflect(own)
    with writing(own) as connection:
        for table in everything.sorted_tables:
            if table.name not in ("hotelpay_schema", "journal"):
                connection.execute(delete(table))


@pytest.fixture
def engines(database: URL, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, Engine]]:
    """Return connections of the hotel and of the ledger; a process dies here and no machine, so the disk may wait."""
    monkeypatch.setattr(connections, "_PRAGMAS", ("busy_timeout = 30000", "synchronous = OFF"))
    own, ledgers = open_database(database), create_engine(database)
    if own.dialect.name == "sqlite":
        event.listen(own, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF").close())
    yield own, ledgers
    own.dispose()
    ledgers.dispose()


@pytest.mark.parametrize("name", ["redemption, posting refused", "reversal in part"])
def test_a_death_at_any_call_breaks_no_promise(name: str, engines: tuple[Engine, Engine]) -> None:
    _campaign(STORIES[name], engines)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["payment, unknown, then found", "pre-authorization"])
def test_a_death_in_a_cycle_breaks_no_promise(name: str, engines: tuple[Engine, Engine]) -> None:
    """A cycle makes many calls, so these take their time: on one database."""
    _campaign(STORIES[name], engines)


def _campaign(case: Case, engines: tuple[Engine, Engine]) -> None:
    def hotel(start: datetime | Instant, **other_side: Any) -> OurHotel:  # noqa: ANN401  as the bench in memory
        return OurHotel(*engines, start, **other_side)

    campaign = crash_everywhere(lambda: case.bench(hotel), case.story, delays=[600])
    assert campaign.runs > 20
    assert campaign.broken == ()
