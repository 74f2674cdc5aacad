"""The service: what it answers over HTTP, and what it does while it is up. Every endpoint is a coroutine."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse

from fastapi_hotel import desk
from fastapi_hotel.cycles import CycleDriver
from fastapi_hotel.hotel import Settings, open_hotel
from fastapi_hotel.house import Clock, Here, House, machine_clock
from fastapi_hotel.journal import settled_rows
from fastapi_hotel.pages import preview_page
from hotelpay import InvalidValue, Skip, UnknownName, preview_next
from hotelpay.documents.outputs import run_document, skip_document
from hotelpay.moments import CYCLE_SECONDS, utc_text
from hotelpay.ports import PaymentGateway

#: Whatever a guest is called: no script runs, and nothing is loaded from anywhere.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Cache-Control": "no-store",
}


def create_app(settings: Settings, *, gateway: PaymentGateway | None = None, clock: Clock = machine_clock) -> FastAPI:
    """Return the service; a ``gateway`` stands for the one of the settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Threads are waited for before the connections are closed. Cycles have one of their own, so that neither they
        # nor the requests keep the other waiting.
        with open_hotel(settings, gateway) as hotel, ThreadPoolExecutor(8) as threads, ThreadPoolExecutor(1) as one:
            app.state.house = House(hotel, clock, threads)
            app.state.driver = CycleDriver(hotel, clock, one)
            async with app.state.driver.running() if settings.cycles == "on" else nullcontext():
                yield

    app = FastAPI(title="A hotel that takes hotelpay in", lifespan=lifespan)
    app.include_router(desk.router)
    app.add_exception_handler(InvalidValue, refused)
    app.add_exception_handler(RequestValidationError, malformed)

    @app.get("/")
    async def page(house: Here, why: str = "") -> HTMLResponse:
        return HTMLResponse(await house.ask(lambda hotel, at: preview_page(hotel, at, why)), headers=HEADERS)

    @app.get("/api/preview")
    async def preview(house: Here, why: str = "") -> dict[str, Any]:
        """Answer what the next cycle will do; ``why``: and why each other task leaves this reservation alone."""
        ahead = await house.ask(lambda hotel, at: preview_next(hotel.setup, hotel.ports, at))
        decisions = await house.ask(lambda hotel, at: hotel.why(why, at)) if why else []
        skips = [skip_document(each) for each in decisions if isinstance(each, Skip)]
        return {"cycle_at": utc_text(ahead.cycle_at), "runs": list(map(run_document, ahead.runs)), "skips": skips}

    @app.get("/api/report")
    async def report(house: Here) -> dict[str, Any]:
        """Answer what became of the hotel's money, newest first, and what of it waits for a person."""
        rows = await house.ask(lambda hotel, _: settled_rows(hotel, for_person=False))
        wanted = await house.ask(lambda hotel, _: settled_rows(hotel, for_person=True))
        return {"settled": rows, "needs_person": wanted}

    @app.get("/health")
    async def health(request: Request) -> JSONResponse:
        """Answer for this replica alone, without a thread or the database."""
        driver: CycleDriver = request.app.state.driver
        idle = driver.idle_seconds()
        late = settings.cycles == "on" and idle > 2 * CYCLE_SECONDS
        last = None if driver.completed is None else utc_text(driver.completed)
        found = {"status": "late" if late else "ok", "last_cycle": last, "seconds_since": idle}
        return JSONResponse(found, 503 if late else 200)

    return app


def from_environment() -> FastAPI:
    """Return the service as the environment sets it up, for ``uvicorn --factory``."""
    return create_app(Settings.of(os.environ))


async def refused(_request: Request, error: Exception) -> JSONResponse:
    """Say what is wrong by its code alone: the value may be a card's number."""
    code, field = getattr(error, "code", None), getattr(error, "field", None)
    status = 404 if isinstance(error, UnknownName) else 409 if code == "duplicate_id" else 422
    return JSONResponse({"error": code, "field": field}, status)


async def malformed(_request: Request, error: Exception) -> JSONResponse:
    """Say where a request is malformed; what it holds is left out, which FastAPI would repeat."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    return JSONResponse({"error": "malformed", "faults": [[*each["loc"], each["type"]] for each in faults]}, 422)
