"""Calls that wait, each in a thread of its own beside the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

_T = TypeVar("_T")


async def in_thread(call: Callable[[], _T]) -> _T:
    """Return what a call returns, made in a thread of its own; how many there are is the caller's business.

    A thread of a pool is waited for when the process ends. These are not: a worker that has to go goes, whatever call
    hangs, and what that call was about is recovered.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    def work() -> None:
        answer: Callable[[], None]
        try:
            answer = partial(future.set_result, call())
        except BaseException as fault:  # noqa: BLE001  the waiting task raises it
            answer = partial(future.set_exception, fault)
        with suppress(RuntimeError):  # the loop is closed: the worker is gone
            loop.call_soon_threadsafe(lambda: None if future.done() else answer())

    threading.Thread(target=work, daemon=True).start()
    return await future
