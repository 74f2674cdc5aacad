"""Reading what the commands are given."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hotelpay.cli.notes import note
from hotelpay.cli.progress import watched
from hotelpay.cli.speech import on_clock, say
from hotelpay.documents import load_processed, load_setup, read_reservations
from hotelpay.hotel import Setup
from hotelpay.reservation import Pair, Reservation


def hotel_from(path: Path) -> Setup:
    """Load a hotel's setup, and tell instants on its clock from now on."""
    hotel = load_setup(path)
    on_clock(hotel.timezone)
    return hotel


@contextmanager
def reservations_from(path: Path, doing: str) -> Iterator[Iterator[Reservation]]:
    """Open a file of reservations (``-``: standard input) and yield them as a stream with a progress bar."""
    with _opened(path) as file:
        name = "standard input" if file is sys.stdin.buffer else str(path)
        yield _noticed(watched(read_reservations(file, document=name), doing, file), name)


def _noticed(rows: Iterator[Reservation], name: str) -> Iterator[Reservation]:
    """Pass reservations on, and say so where there are none: an export that failed looks like a quiet day."""
    first = next(rows, None)
    if first is None:
        note(say("{file} holds no reservations", file=name))
        return
    yield first
    yield from rows


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield sys.stdin.buffer
    else:
        with path.open("rb") as file:
            yield file


def processed_from(path: Path | None) -> frozenset[Pair]:
    """Return the pairs that had their turn; none without a file."""
    return frozenset() if path is None else load_processed(path)
