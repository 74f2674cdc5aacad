"""The hotel under processes that die before and after every call: its tables and the ledger, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Final

import attrs
import pytest
from sqlalchemy import Engine, MetaData, create_engine, delete, event
from sqlalchemy.engine import URL

from fastapi_hotel.tables import open_database, writing
from fastapi_hotel.tests.bench import PmsBench
from hotelpay import Instant, Ports
from hotelpay.adapters.sql import SqlLedger, connections
from hotelpay.testing.bench import MemoryBench, OwnPortsBench
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.stories import Case, cases

STORIES: Final = {case.name: case for case in cases()}


def our_hotel(own: Engine, ledgers: Engine, start: datetime | Instant, **other_side: Any) -> OwnPortsBench:  # noqa: ANN401
    """Return the hotel in its database, empty again, with the processors in memory."""
    _empty(own)
    bench, rest = PmsBench(own), MemoryBench.at(start, **other_side)
    pms = bench.source

    def ours(ports: Ports, worker: str) -> Ports:
        ledger = SqlLedger(ledgers, "default", worker, clock=rest.clock)
        return attrs.evolve(
            ports, ledger=ledger, source=pms, book=pms, mailer=pms, portal=pms, guarantee_desk=pms, todos=pms
        )

    return OwnPortsBench(rest=rest, enter=bench.put, own=ours)


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
    campaign = crash_everywhere(lambda: case.bench(partial(our_hotel, *engines)), case.story, delays=[600])
    assert campaign.runs > 20
    assert campaign.broken == ()
