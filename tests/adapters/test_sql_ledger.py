"""The ledger in a database: the contract of every ledger, and what only a database can get wrong."""

from __future__ import annotations

import threading
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from adapters.benches import SqlBench
from adapters.postgresql import Server
from hotelpay.adapters.sql import SqlLedger, connect, connections, create_tables
from hotelpay.adapters.sql.journal import locked
from hotelpay.errors import InvalidValue
from hotelpay.settlement.identity import Kind
from hotelpay.settlement.journal import Rearmed, Recorded, Sending
from hotelpay.settlement.outcome import Done
from hotelpay.testing.contracts.at_once import at_once
from hotelpay.testing.contracts.intents import redemption_intent, run_intent
from hotelpay.testing.contracts.ledger_bench import claimed, ended, held, recorded
from hotelpay.testing.contracts.run_ledger import (
    OwnTransactions,
    RunLedgerContract,
    SharesItsStore,
    StoresNothingErased,
)

HOTEL = "seven-gulls"


class TestSqlLedger(OwnTransactions, SharesItsStore, StoresNothingErased, RunLedgerContract):
    """Everything that a run ledger promises, on SQLite and on PostgreSQL."""

    @pytest.fixture
    def ledgers(self, engine: Engine) -> SqlBench:
        """Return an empty journal."""
        create_tables(engine)
        return SqlBench(engine)


@pytest.fixture
def ledger(engine: Engine) -> SqlLedger:
    """Return a ledger on the database's own clock."""
    create_tables(engine)
    return SqlLedger(engine, HOTEL, "a", lease_seconds=2)


# Time.


def test_the_time_is_the_databases(ledger: SqlLedger, engine: Engine) -> None:
    """Whole seconds of UTC, as the database says, whatever zone its session is in."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET TIME ZONE 'Asia/Kathmandu'"))
            query = "SELECT extract(epoch FROM clock_timestamp())"
        else:
            query = "SELECT (julianday('now') - 2440587.5) * 86400"
        before = float(connection.execute(text(query)).scalar_one())
        hold = held(ledger)
        after = float(connection.execute(text(query)).scalar_one())
    assert before - 1 < hold.now <= after
    assert hold.until == hold.now + 2


def test_a_lease_ends_by_the_databases_clock(ledger: SqlLedger) -> None:
    held(ledger)
    other = SqlLedger(ledger.engine, HOTEL, "b")
    assert other.hold("R1") is None
    threading.Event().wait(2.1)
    assert other.hold("R1") is not None


# Transactions.


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_the_hosts_isolation_is_its_own_affair(postgresql: Server, level: str) -> None:
    """On an engine that a host has set up for itself the ledger is as right as on its own."""
    engine = create_engine(postgresql.new_schema(), isolation_level=level)
    create_tables(engine)
    bench = SqlBench(engine)
    workers = [bench.worker(f"w{n}") for n in range(6)]
    intents = [run_intent(HOTEL, reservation=f"R{n}") for n in range(6)]
    holds = [held(workers[n], f"R{n}") for n in range(6)]
    found = at_once([partial(workers[n].claim, intents[n], holds[n], ()) for n in range(6)])
    assert None not in found
    with engine.connect() as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == level.lower()
    engine.dispose()


def test_the_hosts_sqlite_connections_stay_as_they_were(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A host's transaction still begins and rolls back by itself after the ledger had the same connection."""
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('host')}/host.db", pool_size=1, max_overflow=0)
    create_tables(engine)
    claimed(SqlBench(engine).worker("a"), run_intent(HOTEL))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE hosts_own (value INTEGER)"))
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO hosts_own VALUES (1)"))
        connection.rollback()
        assert connection.execute(text("SELECT count(*) FROM hosts_own")).scalar_one() == 0
    engine.dispose()


def test_two_threads_that_claim_the_same_run_get_it_once(engine: Engine) -> None:
    """Each with a hold that it believes good: the same token, as after a process was copied."""
    create_tables(engine)
    bench = SqlBench(engine)
    for number in range(10):
        hold = held(bench.worker("a"), f"R{number}")
        intent = run_intent(HOTEL, reservation=f"R{number}")
        claims = at_once([partial(bench.worker(name).claim, intent, hold, ()) for name in "abcd"])
        assert sum(claim is not None for claim in claims) == 1


def test_numbers_are_dense_and_each_hotels_own(engine: Engine) -> None:
    create_tables(engine)
    bench = SqlBench(engine)
    other = bench.other_hotel("other-hotel")
    for number in range(3):
        ended(bench.worker("a"), run_intent(HOTEL, reservation=f"R{number}"))
        claimed(other, run_intent("other-hotel", reservation=f"R{number}"))
    assert [entry.number for entry in bench.worker("a").entries()] == [1, 2, 3, 4, 5, 6]
    assert [entry.number for entry in other.entries()] == [1, 2, 3]


def test_a_refused_record_leaves_no_gap(engine: Engine) -> None:
    create_tables(engine)
    bench = SqlBench(engine)
    late = claimed(bench.worker("a"), run_intent(HOTEL))
    bench.advance(1000)
    claim = bench.worker("b").take(late.key)
    assert claim is not None
    assert bench.worker("a").record(late, [Sending("charge")]) is None
    recorded(bench.worker("b"), claim, Sending("charge"))
    assert [entry.number for entry in bench.worker("b").entries()] == [1, 2]


def test_a_long_journal_is_read_in_pages(engine: Engine) -> None:
    create_tables(engine)
    bench = SqlBench(engine)
    claim = claimed(bench.worker("a"), run_intent(HOTEL))
    recorded(bench.worker("a"), claim, *[Sending("charge")] * 1200)
    numbers = [entry.number for entry in bench.worker("b").entries(after=100)]
    assert numbers == list(range(101, 1202))
    assert all(after == before + 1 for before, after in pairwise(numbers))


def test_a_rearming_loses_its_reason_in_an_erasure_and_keeps_its_name(engine: Engine) -> None:
    create_tables(engine)
    ledger = SqlBench(engine).worker("a")
    ended(ledger, run_intent(HOTEL))
    ledger.rearm(Kind.RUN, ("T1", "R1"), 2, by="ivan", reason="Anna Petrova has a new card")
    ledger.rearm(Kind.RUN, ("T1", "R2"), 2, by="ivan", reason="another guest")
    ledger.erase("R1")
    found = [entry.event for entry in ledger.entries() if isinstance(entry.event, Rearmed)]
    assert [event.reason for event in found] == ["", "another guest"]
    assert {event.by for event in found} == {"ivan"}


def test_a_redemptions_rearming_is_erased_with_its_reservation(engine: Engine) -> None:
    """Its names do not tell the reservation; its first attempt does."""
    create_tables(engine)
    ledger = SqlBench(engine).worker("a")
    ended(ledger, redemption_intent(HOTEL))
    assert ledger.rearm(Kind.REDEMPTION, ("D1",), 2, by="ivan", reason="Anna Petrova asked again")
    ledger.erase("R1")
    (rearmed,) = [entry.event for entry in ledger.entries() if isinstance(entry.event, Rearmed)]
    assert rearmed.reason == ""


def test_a_worker_that_stops_in_the_middle_of_a_transaction_keeps_nobody(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends what a sleeping process left open; whoever waited for it then goes on."""
    monkeypatch.setattr(connections, "BUSY_SECONDS", 1)
    engine = connect(postgresql.new_schema())
    create_tables(engine)
    bench = SqlBench(engine)
    claimed(bench.worker("a"), run_intent(HOTEL))
    with pytest.raises(DBAPIError):
        _sleep_in_a_transaction(bench, monkeypatch)
    assert [entry.worker for entry in bench.worker("b").entries()] == ["a", "b"]
    engine.dispose()


def _sleep_in_a_transaction(bench: SqlBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the journal locked, and stop there until another worker has written all the same."""
    with connections.writing(bench.engine) as asleep:
        locked(asleep, HOTEL)
        monkeypatch.undo()
        claimed(bench.worker("b"), run_intent(HOTEL, reservation="R2"))
        asleep.execute(text("SELECT 1"))


def test_a_record_of_nothing_extends_the_lease(engine: Engine) -> None:
    create_tables(engine)
    bench = SqlBench(engine)
    ledger = bench.worker("a")
    claim = claimed(ledger, run_intent(HOTEL))
    bench.advance(ledger.lease_seconds - 1)
    assert ledger.record(claim, []) == bench.time
    bench.advance(ledger.lease_seconds - 1)
    assert ledger.take(claim.key) is None
    assert len(list(ledger.entries())) == 1


class _Refusing:
    """A connection of SQLite that refuses a statement some times, as it does while others change the same thing."""

    def __init__(self, times: int) -> None:
        self.times = times

    def exec_driver_sql(self, statement: str) -> None:
        """Refuse, or do it."""
        if self.times:
            self.times -= 1
            raise OperationalError(statement, None, Exception("database is locked"))


def test_what_sqlite_refuses_at_once_is_tried_again_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_BETWEEN_TRIES", 0)
    patient: Any = _Refusing(100)
    connections._write_ahead(patient)  # noqa: SLF001  no process can be made to hit it
    assert patient.times == 0
    hopeless: Any = _Refusing(101)
    with pytest.raises(OperationalError, match="database is locked"):
        connections._write_ahead(hopeless)  # noqa: SLF001


# Misuse.


def test_another_hotels_intent_is_refused(ledger: SqlLedger) -> None:
    with pytest.raises(InvalidValue, match="the ledger's own, seven-gulls"):
        ledger.claim(run_intent("other-hotel"), held(ledger), ())


def test_a_database_of_another_kind_is_refused() -> None:
    engine = create_engine("sqlite://")
    engine.dialect.name = "oracle"
    with pytest.raises(InvalidValue, match="sqlite or postgresql"):
        SqlLedger(engine, HOTEL, "a")


@pytest.mark.parametrize(
    ("hotel", "worker", "lease"), [("", "a", 300), ("h", "a\n", 300), ("h", "a", 0), ("h", "a", 86_401)]
)
def test_a_ledger_is_set_up_rightly_or_not_at_all(hotel: str, worker: str, lease: int) -> None:
    with pytest.raises(InvalidValue):
        SqlLedger(create_engine("sqlite://"), hotel, worker, lease_seconds=lease)


# Ended, and taken once more.


def test_what_has_ended_is_reopened_at_once_and_stays_ended(engine: Engine) -> None:
    """An ending ends the lease: a person need not wait to have an action done again."""
    create_tables(engine)
    bench = SqlBench(engine)
    claim = ended(bench.worker("a"), run_intent(HOTEL))
    again = bench.worker("clerk").reopen(claim.key)
    assert again is not None
    assert (again.epoch, again.settlement.ending is None) == (claim.epoch + 1, False)
    assert bench.worker("b").reopen(claim.key) is None
    assert bench.worker("a").record(claim, [Recorded("action-1", Done())]) is None
    recorded(bench.worker("clerk"), again, Recorded("action-1", Done()))
    bench.worker("clerk").give_back(again)
    assert bench.worker("b").reopen(claim.key) is not None
    assert list(bench.worker("b").unfinished()) == []


def test_what_has_not_ended_is_not_reopened(engine: Engine) -> None:
    create_tables(engine)
    bench = SqlBench(engine)
    claim = claimed(bench.worker("a"), run_intent(HOTEL))
    bench.advance(1000)
    assert bench.worker("b").reopen(claim.key) is None
    assert bench.worker("b").reopen("hp1-unknown") is None
