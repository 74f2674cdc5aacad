"""Driving cycles from an event loop: one task that waits, and a thread that works.

A cycle makes blocking calls, to the database and to the payment processor, for as long as they take. It runs in a
thread beside the loop, which goes on answering requests. Several replicas may do so at once: hotelpay's ledger sees to
it that the work of a quarter of an hour is done once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

from fastapi_hotel.hotel import Hotel
from fastapi_hotel.house import Clock
from hotelpay import CycleState, Instant, run_cycle
from hotelpay.moments import CYCLE_SECONDS, utc_text

#: When the same quarter of an hour is asked for again that failed, or that another replica is at.
AGAIN_SECONDS: Final = 30
_UNFINISHED: Final = (CycleState.STOPPED, CycleState.IN_PROGRESS, CycleState.LOST)
_log: Final = logging.getLogger("fastapi_hotel")


class CycleDriver:
    """Has each quarter of an hour (UTC) worked, until it is told to stop."""

    def __init__(self, hotel: Hotel, clock: Clock, thread: Executor) -> None:
        self.hotel, self.clock, self.thread = hotel, clock, thread
        self.stopping = threading.Event()
        self.started_at = clock()
        self.completed: Instant | None = None
        self._woken = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Drive cycles during the block; its end waits for the row that is being worked, and for no other."""
        task = asyncio.create_task(self._run(), name="cycles")
        try:
            yield
        finally:
            # The cycle looks at the one between two rows, the task that waits at the other. Nothing is canceled.
            self.stopping.set()
            self._woken.set()
            await task

    def idle_seconds(self) -> int:
        """Return for how long no cycle has been completed."""
        return self.clock() - max(self.started_at, self.completed or 0)

    async def _run(self) -> None:
        while not self.stopping.is_set():
            # The present one, also after an outage: windows catch up by themselves.
            at = Instant(self.clock() // CYCLE_SECONDS * CYCLE_SECONDS)
            done = await self._work(at)
            self.completed = at if done else self.completed
            with suppress(TimeoutError):
                rest = at + CYCLE_SECONDS - self.clock() if done else AGAIN_SECONDS
                await asyncio.wait_for(self._woken.wait(), rest)

    async def _work(self, at: Instant) -> bool:
        """Run a cycle, or hear that it was run; tell whether its quarter of an hour needs nothing more."""
        cycle = partial(run_cycle, self.hotel.setup, self.hotel.ports, at, stopping=self.stopping.is_set)
        try:
            report = await asyncio.get_running_loop().run_in_executor(self.thread, cycle)
        except Exception:  # noqa: BLE001  whatever failed, the next delivery goes on with it
            _log.exception("cycle %s failed", utc_text(at))
            return False
        wanted = len(report.needs_person)
        _log.info("cycle %s %s: %d runs, %d for a person", utc_text(at), report.state.value, len(report.runs), wanted)
        return report.state not in _UNFINISHED
