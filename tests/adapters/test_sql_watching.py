"""Watching hotels in a database: the ledger's contract under observers, and how far each hotel of a chain is behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import attrs
import pytest
from sqlalchemy import Engine, event, text

from adapters.benches import SqlBench
from adapters.chain_hotels import Row, setup_of, write
from hotelpay import ObservedLedger, serve_cycle
from hotelpay.adapters.logs import LogObserver
from hotelpay.adapters.sql import SqlChain, SqlLedger, connect, connections, create_tables, open_chain
from hotelpay.moments import CYCLE_SECONDS, Instant
from hotelpay.observed import CycleEnded, Stop, VisitBegun
from hotelpay.testing.contracts import OwnTransactions, RunLedgerContract, SharesItsStore, StoresNothingErased
from hotelpay.testing.contracts.ledger_bench import begun
from watching import Hears, Raises

AT = Instant(1_700_000_100 // CYCLE_SECONDS * CYCLE_SECONDS)
#: Enough rows that PostgreSQL prefers an index to the table.
ROWS = 5000


@attrs.define
class WatchedSqlBench(SqlBench):
    """A journal on SQLite, under observers of which one fails."""

    def worker(self, name: str) -> SqlLedger:
        # What the suites ask of it is a run ledger, which this is.
        return cast("SqlLedger", ObservedLedger(super().worker(name), [Raises(), LogObserver()]))


class TestObservedSqlLedger(OwnTransactions, SharesItsStore, StoresNothingErased, RunLedgerContract):
    """Everything that a run ledger promises, with observers."""

    @pytest.fixture
    def ledgers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchedSqlBench]:
        # No machine dies here, so the disk may wait.
        monkeypatch.setattr(
            connections, "_PRAGMAS", ("busy_timeout = 30000", "synchronous = OFF", "secure_delete = ON")
        )
        engine = connect(tmp_path / "hotelpay.db")
        create_tables(engine)
        yield WatchedSqlBench(engine)
        engine.dispose()


@pytest.fixture
def chain(database: Any) -> Iterator[SqlChain]:
    with open_chain(database, "worker-1") as made:
        yield attrs.evolve(made, clock=lambda: AT)


def test_a_chain_tells_its_observers_of_every_hotel(chain: SqlChain) -> None:
    hears = Hears()
    watched = attrs.evolve(chain, observers=(hears,))
    write(chain.engine, [Row("a", 0, due=1), Row("b", 0, due=1)], at=AT)
    for hotel in watched.hotels():
        serve_cycle(watched, hotel, AT)
    assert [each.visit.hotel for each in hears.happenings if isinstance(each, VisitBegun)] == ["a", "b"]
    ends = [each for each in hears.happenings if isinstance(each, CycleEnded)]
    assert [(each.hotel, each.stop) for each in ends] == [("a", Stop.COMPLETED), ("b", Stop.COMPLETED)]


def test_a_chain_that_nobody_watches_has_its_ledgers_bare(chain: SqlChain) -> None:
    assert isinstance(chain.ports("a").ledger, SqlLedger)


def test_the_last_completed_cycle_of_each_hotel_is_known(chain: SqlChain) -> None:
    """Not a later one that is still worked on; no paused hotel, and none of another chain."""
    for name in ("new", "quiet", "busy", "paused"):
        chain.enroll(attrs.evolve(setup_of(name), paused=name == "paused"))
    for name, completed in (("quiet", 1), ("busy", 3), ("paused", 2), ("stranger", 5)):
        ledger = chain.store(name).ledger
        for number in range(completed):
            ledger.complete_cycle(begun(ledger, _cycle(number)), ())
    begun(chain.store("busy").ledger, _cycle(9))
    begun(chain.store("new").ledger, _cycle(9))
    assert chain.last_completed() == {"busy": _cycle(2), "new": None, "quiet": _cycle(0)}


def _cycle(number: int) -> Instant:
    return Instant(AT + number * CYCLE_SECONDS)


def test_the_last_cycles_are_found_by_the_key_however_long_the_history(chain: SqlChain) -> None:
    """One look a hotel into the index that the table has anyway, from its end."""
    for name in ("a", "b", "c"):
        chain.enroll(setup_of(name))
        _complete_many(chain.engine, name)
    statements: list[tuple[str, Any]] = []

    def hear(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    event.listen(chain.engine, "before_cursor_execute", hear)
    found = chain.last_completed()
    event.remove(chain.engine, "before_cursor_execute", hear)
    assert found == dict.fromkeys(("a", "b", "c"), ROWS)
    (asked,) = [each for each in statements if "hotelpay_cycles" in each[0]]
    plan = _plan(chain.engine, *asked)
    if chain.engine.dialect.name == "postgresql":
        assert "Index Scan Backward using hotelpay_cycles_pkey" in plan
    else:
        assert "SEARCH hotelpay_cycles USING INDEX sqlite_autoindex_hotelpay_cycles_1 (hotel=?)" in plan
        assert "TEMP B-TREE" not in plan


def _complete_many(engine: Engine, hotel: str) -> None:
    numbers = "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < :rows)"
    columns = "(hotel, cycle_at, epoch, lease_until, completed_at)"
    with engine.begin() as connection:
        connection.execute(
            text(f"INSERT INTO hotelpay_cycles {columns} {numbers} SELECT :hotel, n, 1, n, n FROM many"),  # noqa: S608
            {"hotel": hotel, "rows": ROWS},
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _plan(engine: Engine, statement: str, parameters: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters))
