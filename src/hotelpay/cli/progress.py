"""A progress bar on standard error for work that takes over a second."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

_T = TypeVar("_T")

_PATIENCE: Final = 1.0
_CHECK_EVERY: Final = 512


def watched(items: Iterable[_T], doing: str, file: BinaryIO) -> Iterator[_T]:
    """Yield the items of a stream that is read from ``file``; the bar shows how much of it is read."""
    total = _size(file)
    return watched_until(items, doing, total, lambda _: file.tell())


def watched_until(items: Iterable[_T], doing: str, total: int | None, done: Callable[[_T], int]) -> Iterator[_T]:
    """Yield items; the bar shows how much of ``total`` is ``done`` with each. Without a total there is none."""
    if total is None or not sys.stderr.isatty():
        yield from items
        return
    yield from _with_bar(items, doing, total, done)


def _size(file: BinaryIO) -> int | None:
    try:
        here = file.tell()
        size = file.seek(0, io.SEEK_END)
        file.seek(here)
    except OSError:  # a pipe
        return None
    return size


def _with_bar(items: Iterable[_T], doing: str, total: int, done: Callable[[_T], int]) -> Iterator[_T]:
    began = time.monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(doing, total=total)
    shown = False
    try:
        for number, item in enumerate(items):
            yield item
            if number % _CHECK_EVERY == 0 and (shown or time.monotonic() - began > _PATIENCE):
                if not shown:
                    bar.start()
                    shown = True
                bar.update(task, completed=done(item))
    finally:
        if shown:
            bar.stop()
