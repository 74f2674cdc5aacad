"""The made-up hotel as a service, at one moment, and a processor that can be held up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Final, TypeVar

import httpx
from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from fastapi_hotel.demo import BONUS_CARD, enter
from fastapi_hotel.hotel import Hotel, Settings, open_hotel
from hotelpay import Money, Points, Promises
from hotelpay.adapters.sql import SqlGateway, SqlLoyalty
from hotelpay.moments import instant
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.outcome import MoneyOutcome

#: Noon in Riga: the cycle of all these tests.
NOON: Final = instant(datetime(2025, 7, 11, 9, tzinfo=UTC))
PATIENCE_SECONDS: Final = 60
_T = TypeVar("_T")


@contextmanager
def made_up_hotel(database: URL) -> Iterator[Hotel]:
    """Enter the made-up hotel as it stands at noon, and open it."""
    with open_hotel(Settings(database=database)) as hotel:
        enter(hotel.pms, NOON, hotel.setup.timezone)
        assert isinstance(hotel.ports.loyalty, SqlLoyalty)
        hotel.ports.loyalty.set_balance(BONUS_CARD, Points.of("1000", "BONUS"))
        yield hotel


@asynccontextmanager
async def up(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Start a service, and stop it at the end of the block."""
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://hotel") as one:
        yield one


def visit(app: FastAPI, deed: Callable[[httpx.AsyncClient], Awaitable[_T]]) -> _T:
    """Do something while a service is up, and return what came of it."""

    async def visited() -> _T:
        async with up(app) as client:
            return await deed(client)

    return asyncio.run(visited())


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop go on until something holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110  what is waited for happens in another thread
            await asyncio.sleep(0.005)


class HeldGateway:
    """The simulated processor; its first call waits until a test lets it go."""

    def __init__(self, inner: SqlGateway) -> None:
        self.inner = inner
        self.entered, self.let_go = threading.Event(), threading.Event()
        self.ended: list[str] = []

    @property
    def promises(self) -> Promises:
        return self.inner.promises

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._held(key, lambda: self.inner.charge(key, card, amount))

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._held(key, lambda: self.inner.preauthorize(key, card, amount))

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        return self.inner.capture(key, reference, amount)

    def release(self, key: str, reference: str) -> MoneyOutcome:
        return self.inner.release(key, reference)

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        return self.inner.look_up(effect)

    def _held(self, key: str, call: Callable[[], MoneyOutcome]) -> MoneyOutcome:
        self.entered.set()
        if not self.let_go.wait(PATIENCE_SECONDS):
            raise TimeoutError("the test has forgotten this call")
        answer = call()
        self.ended.append(key)
        return answer


@contextmanager
def held_gateway(database: URL) -> Iterator[HeldGateway]:
    """Return a processor that can be held up; at the end nothing is held any more."""
    engine = create_engine(database)
    gateway = HeldGateway(SqlGateway(engine, "heron-house"))
    try:
        yield gateway
    finally:
        gateway.let_go.set()
        engine.dispose()
