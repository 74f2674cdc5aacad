"""Cycles beside an event loop: it goes on answering, nothing is broken off, and nobody pays twice."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import URL

from fastapi_hotel import cycles
from fastapi_hotel.app import create_app
from fastapi_hotel.cycles import CycleDriver
from fastapi_hotel.hotel import Hotel, Settings
from fastapi_hotel.tests.visits import NOON, PATIENCE_SECONDS, HeldGateway, held_gateway, made_up_hotel, until, up
from hotelpay import CycleReport, CycleState, Instant
from hotelpay.moments import CYCLE_SECONDS, utc_text
from hotelpay.ports import PaymentGateway
from hotelpay.settlement.journal import Settlement
from hotelpay.testing.clock import SetClock


@pytest.fixture
def hotel(database: URL) -> Iterator[Hotel]:
    with made_up_hotel(database) as found:
        yield found


@pytest.fixture
def gateway(database: URL) -> Iterator[HeldGateway]:
    with held_gateway(database) as found:
        yield found


def service(database: URL, gateway: PaymentGateway | None = None, *, name: str = "one", at: Instant = NOON) -> FastAPI:
    return create_app(Settings(database=database, worker=name), gateway=gateway, clock=SetClock(at))


@contextmanager
def served(app: FastAPI) -> Iterator[tuple[uvicorn.Server, threading.Thread, httpx.Client]]:
    """Serve an app on a free port of this machine, with a loop of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", ws="none"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS / 2) as client:
                yield server, thread, client
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()


def test_the_loop_answers_while_a_cycle_is_held_up(database: URL, hotel: Hotel, gateway: HeldGateway) -> None:
    """A processor that takes its time keeps nobody waiting: neither health nor what needs the database."""
    app = service(database, gateway)
    with served(app) as (server, _, client):
        assert gateway.entered.wait(PATIENCE_SECONDS)
        assert client.get("/health").json() == {"status": "ok", "last_cycle": None, "seconds_since": 0}
        assert client.get("/").status_code == client.get("/api/preview").status_code == 200
        assert gateway.ended == []
        server.should_exit = True
        driver: CycleDriver = app.state.driver
        assert driver.stopping.wait(PATIENCE_SECONDS)
        gateway.let_go.set()
    assert len(gateway.ended) == 1
    assert [each.ending is not None for each in _approved(hotel)] == [True]


def _approved(hotel: Hotel) -> list[Settlement]:
    """Return what took or blocked money."""
    numbers = [f"R-{number}" for number in range(1001, 1017)]
    found = [each for name in numbers for each in hotel.ports.ledger.of_reservation(name)]
    return [each for each in found if each.approved is not None]


def test_shutdown_waits_for_the_call_in_flight_and_begins_no_other(
    database: URL, hotel: Hotel, gateway: HeldGateway
) -> None:
    """The row is carried through to its end; the rest is left to the next delivery, which goes on with it."""
    told: list[str] = []

    async def be_stopped() -> None:
        stop = asyncio.Event()
        app = service(database, gateway)

        async def live() -> None:
            async with up(app):
                await stop.wait()
            told.append(f"stopped after {len(gateway.ended)} calls")

        life = asyncio.create_task(live())
        await until(gateway.entered.is_set)
        stop.set()
        await until(app.state.driver.stopping.is_set)
        for _ in range(100):
            await asyncio.sleep(0)
        assert not life.done()
        gateway.let_go.set()
        await life

    asyncio.run(be_stopped())
    assert told == ["stopped after 1 calls"]
    assert [each.ending is not None for each in _approved(hotel)] == [True]

    async def go_on() -> None:
        app = service(database, gateway, name="two")
        async with up(app):
            await until(lambda: app.state.driver.completed == NOON)

    asyncio.run(go_on())
    assert len(gateway.ended) == len(set(gateway.ended)) == len(_approved(hotel)) == 7


def test_two_services_on_one_database_charge_once(
    database: URL, hotel: Hotel, gateway: HeldGateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The second one finds the cycle in progress, asks again, and hears in the end that it was run."""
    monkeypatch.setattr(cycles, "AGAIN_SECONDS", 0.01)
    caplog.set_level("INFO", "fastapi_hotel")

    async def both() -> None:
        first, second = (service(database, gateway, name=name) for name in ("one", "two"))
        async with up(first), up(second):
            await until(gateway.entered.is_set)
            await until(lambda: "in_progress" in caplog.text)
            gateway.let_go.set()
            for app in (first, second):
                await until(lambda app=app: app.state.driver.completed == NOON)  # type: ignore[misc]

    asyncio.run(both())
    assert " completed: 11 runs, 1 for a person" in caplog.text
    assert "already_run" in caplog.text
    assert len(gateway.ended) == len(set(gateway.ended)) == len(_approved(hotel)) == 7


def test_the_next_quarter_of_an_hour_is_worked_in_its_turn(database: URL, hotel: Hotel) -> None:
    """A service that has nothing left to do waits for the next one."""
    assert hotel.setup.hotel == "heron-house"
    clock = SetClock(Instant(NOON + CYCLE_SECONDS - 1))
    app = create_app(Settings(database=database), clock=clock)

    async def both() -> None:
        async with up(app) as client:
            await until(lambda: app.state.driver.completed == NOON)
            clock.advance(1)
            await until(lambda: app.state.driver.completed == NOON + CYCLE_SECONDS)
            found = await client.get("/health")
            assert found.json() == {"status": "ok", "last_cycle": "2025-07-11T09:15:00Z", "seconds_since": 0}

    asyncio.run(both())


def test_a_cycle_that_fails_is_asked_for_again(
    database: URL, hotel: Hotel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever went wrong, the next delivery has the same quarter of an hour."""
    monkeypatch.setattr(cycles, "AGAIN_SECONDS", 0.01)
    asked: list[Instant] = []

    def fails_at_first(*_: object, **__: object) -> CycleReport:
        asked.append(NOON)
        if len(asked) == 1:
            raise ConnectionError("the database is gone")
        return CycleReport(cycle_at=NOON, state=CycleState.COMPLETED)

    monkeypatch.setattr(cycles, "run_cycle", fails_at_first)

    async def live() -> None:
        app = service(database)
        async with up(app):
            await until(lambda: app.state.driver.completed == NOON)

    asyncio.run(live())
    assert len(asked) == 2
    assert f"cycle {utc_text(NOON)} failed" in caplog.text
    assert hotel.ports.ledger.unfinished() == ()


def test_a_driver_that_completes_nothing_is_late(database: URL, hotel: Hotel, gateway: HeldGateway) -> None:
    """Half an hour without a completed cycle is what whoever watches the service has to hear of."""
    assert hotel.setup.hotel == "heron-house"
    clock = SetClock(NOON)
    app = create_app(Settings(database=database), gateway=gateway, clock=clock)

    async def live() -> None:
        async with up(app) as client:
            await until(gateway.entered.is_set)
            clock.advance(2 * CYCLE_SECONDS)
            assert (await client.get("/health")).status_code == 200
            clock.advance(1)
            found = await client.get("/health")
            assert (found.status_code, found.json()["status"]) == (503, "late")
            gateway.let_go.set()

    asyncio.run(live())


def test_what_was_asked_goes_on_to_its_end(database: URL) -> None:
    """A request that is broken off leaves no redemption half-way, and shutdown waits for it."""
    entered, let_go = threading.Event(), threading.Event()
    ended: list[str] = []

    def question(hotel: Hotel, at: Instant) -> None:
        entered.set()
        assert let_go.wait(PATIENCE_SECONDS)
        ended.append(f"{hotel.ports.source.reservation('R-1')} at {utc_text(at)}")

    async def be_broken_off() -> None:
        app = create_app(Settings(database=database, cycles="off"), clock=SetClock(NOON))
        async with up(app):
            asked = asyncio.create_task(app.state.house.ask(question))
            await until(entered.is_set)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            assert ended == []
            let_go.set()
        assert ended == ["None at 2025-07-11T09:00:00Z"]

    asyncio.run(be_broken_off())
