"""How a request asks the hotel: in one of so many threads, and never on the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Annotated, TypeAlias, TypeVar

import attrs
from fastapi import Depends, Request

from fastapi_hotel.hotel import Hotel
from hotelpay import Instant

#: Tells the hotel's time. To hotelpay ``now`` is always an argument; this is where it comes from.
Clock: TypeAlias = Callable[[], Instant]
_T = TypeVar("_T")


def machine_clock() -> Instant:
    """Return the machine's time."""
    return Instant(int(time.time()))  # noqa: TID251  somebody has to look at a clock


@attrs.frozen
class House:
    """What requests are answered with."""

    hotel: Hotel
    clock: Clock
    threads: Executor

    async def ask(self, question: Callable[[Hotel, Instant], _T]) -> _T:
        """Ask the hotel something, beside the event loop.

        A thread cannot be canceled. What was asked goes on to its end when whoever awaits it is, and shutdown waits.
        """
        return await asyncio.get_running_loop().run_in_executor(self.threads, question, self.hotel, self.clock())


async def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house


Here = Annotated[House, Depends(_house)]
