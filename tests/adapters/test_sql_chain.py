"""A chain of hotels in one database: who is in it, with which setup, and who has something unfinished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from sqlalchemy import inspect, text

from adapters.chain_hotels import Row, booking, currency_of, setup_of, write
from hotelpay import Chain, CycleState, Setup, serve_cycle, serve_recovery
from hotelpay.adapters.sql import NewerSchema, SqlChain, SqlGateway, SqlLoyalty, open_chain
from hotelpay.adapters.sql.schema import VERSION
from hotelpay.documents import DocumentError
from hotelpay.errors import UnknownName
from hotelpay.moments import Instant
from hotelpay.settlement.journal import Sending
from hotelpay.testing.contracts.intents import run_intent
from hotelpay.testing.contracts.ledger_bench import claimed

AT = Instant(1_700_000_100 // 900 * 900)


@pytest.fixture
def chain(database: Any) -> Iterator[SqlChain]:
    with open_chain(database, "worker-1") as made:
        yield made


def test_a_sql_chain_is_a_chain(chain: SqlChain) -> None:
    served: Chain = chain
    assert list(served.hotels()) == list(served.unsettled()) == []


def test_a_hotel_is_enrolled_replaced_and_removed(chain: SqlChain) -> None:
    assert chain.enroll(setup_of("b"))
    assert chain.enroll(setup_of("a", 1))
    assert chain.hotels() == ("a", "b")
    assert not chain.enroll(attrs.evolve(setup_of("a", 1), catch_up_hours=7))
    assert chain.setup("a").catch_up_hours == 7
    assert chain.remove("b")
    assert not chain.remove("b")
    assert chain.hotels() == ("a",)


@pytest.mark.parametrize("number", range(10))
def test_a_setup_comes_back_as_it_was(chain: SqlChain, number: int) -> None:
    """Zone, currency, tasks and all: of each hotel its own."""
    setup = setup_of(f"hotel-{number}", number)
    chain.enroll(setup)
    assert chain.setup(setup.hotel) == setup


def test_hotels_with_equal_setups_stay_apart(chain: SqlChain) -> None:
    for name in ("a", "b"):
        chain.enroll(setup_of(name))
    assert (chain.setup("a").hotel, chain.setup("b").hotel) == ("a", "b")


def test_a_paused_hotel_has_no_cycles(chain: SqlChain) -> None:
    chain.enroll(attrs.evolve(setup_of("a"), paused=True))
    assert chain.hotels() == ()
    chain.enroll(setup_of("a"))
    assert chain.hotels() == ("a",)


def test_a_hotel_that_there_is_not_is_named(chain: SqlChain) -> None:
    with pytest.raises(UnknownName, match="'nowhere' is not one of the chain's hotels"):
        chain.setup("nowhere")


def test_a_setup_that_cannot_be_read_is_the_trouble_of_its_hotel(chain: SqlChain) -> None:
    write(chain.engine, [Row("bad", 0, broken=True), Row("good", 0, due=1)], at=AT)
    with pytest.raises(DocumentError, match="'Sofia' is not an IANA time zone"):
        serve_cycle(chain, "bad", AT)
    assert serve_cycle(chain, "good", AT).state is CycleState.COMPLETED
    bad, good = chain.enrollments()
    assert (bad.hotel, bad.setup) == ("bad", None)
    assert "'Sofia' is not an IANA time zone" in str(bad.fault)
    assert isinstance(good.setup, Setup)
    # What it has unfinished is settled without a setup.
    assert serve_recovery(chain, "bad", AT).visited == ()


def test_what_is_unfinished_is_found_over_all_hotels(chain: SqlChain) -> None:
    clock = [int(AT)]
    chain = attrs.evolve(chain, clock=lambda: clock[0])
    for name in ("b", "a", "c"):
        claimed(chain.store(name).ledger, run_intent(name), Sending("charge"))
    claimed(chain.store("b").ledger, run_intent("b", reservation="R2"), Sending("charge"))
    assert chain.unsettled() == ()  # somebody is at them
    clock[0] += chain.lease_seconds
    assert chain.unsettled() == ("a", "b", "c")
    assert chain.store("a").ledger.take(run_intent("a").identity.key) is not None
    assert chain.unsettled() == ("b", "c")


def test_each_hotel_has_its_own_processors(chain: SqlChain) -> None:
    served = attrs.evolve(
        chain,
        gateway=lambda hotel: SqlGateway(chain.engine, hotel),
        loyalty=lambda hotel: SqlLoyalty(chain.engine, hotel),
    )
    for number, name in enumerate(("a", "b")):
        chain.enroll(setup_of(name, number))
        chain.store(name).hotel.import_reservations([booking("R-1", AT, currency=currency_of(number))])
        (row,) = serve_cycle(served, name, AT).runs
        assert row.approved is not None
        assert str(row.approved.amount).endswith(currency_of(number).code)
    gateway, loyalty = served.ports("b").gateway, served.ports("b").loyalty
    assert isinstance(gateway, SqlGateway)
    assert isinstance(loyalty, SqlLoyalty)
    assert (gateway.hotel, loyalty.hotel) == ("b", "b")
    assert len(gateway.keys_of("charge")) == 1


def test_a_chain_without_processors_takes_nothing(chain: SqlChain) -> None:
    chain.enroll(setup_of("a"))
    assert (chain.ports("a").gateway, chain.ports("a").loyalty) == (None, None)


def test_a_chain_of_a_newer_hotelpay_is_refused(database: Any, chain: SqlChain) -> None:
    with chain.engine.begin() as connection:
        connection.execute(text("UPDATE hotelpay_schema SET version = 99 WHERE part = 'chain'"))
    with pytest.raises(NewerSchema, match=f"the chain was written by .* reads up to {VERSION}"):
        open_chain(database, "worker-1")


def test_threads_share_the_connections(database: Any) -> None:
    with open_chain(database, "worker-1", threads=3) as chain:
        assert chain.engine.pool.size() == 3  # type: ignore[attr-defined]


def test_what_is_unfinished_is_found_by_an_index(chain: SqlChain) -> None:
    """However long the history of all hotels is: the index holds what is unfinished alone."""
    query = "SELECT DISTINCT hotel FROM hotelpay_settlements WHERE ended_at IS NULL AND lease_until <= 5 ORDER BY hotel"
    with chain.engine.connect() as connection:
        if chain.engine.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))  # an empty table is read whole otherwise
            plan = connection.execute(text(f"EXPLAIN {query}")).all()
        else:
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
    assert "hotelpay_settlements_unfinished" in str(plan)


def test_the_index_of_what_is_unfinished_holds_nothing_else(chain: SqlChain) -> None:
    (index,) = (
        each
        for each in inspect(chain.engine).get_indexes("hotelpay_settlements")
        if each["name"] == "hotelpay_settlements_unfinished"
    )
    found = {name: str(value) for name, value in index["dialect_options"].items()}
    assert "ended_at IS NULL" in found[f"{chain.engine.dialect.name}_where"]
