"""What a reservation and a run weigh."""

from __future__ import annotations

import gc
import io
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Final

import attrs

from cost_rows import Row, Topic
from generated import AT, DENSE, TWO_YEARS, reservations, rules, tasks, without_amount
from hotelpay import Reservation, Run, Task, decide_all
from hotelpay.documents import read_reservations, reservation_document
from timing import Spread

_ROUNDS: Final = 3
_RESERVATIONS: Final = 5_000
_DENSE_ROWS: Final = 10_000
_RESERVATION_TARGET: Final = 700
_RUN_TARGET: Final = 200


def memory_rows() -> Iterator[Row]:
    """Weigh reservations without their folios, made in the program and read from a document, and runs."""
    for weigh, what in ((_made, "made by a program"), (_read, "read from a document")):
        yield Row(
            topic=Topic.MEMORY,
            what=f"a reservation without its folios, {what}",
            unit="bytes",
            spread=Spread.of(_bytes_each(weigh(seed)) for seed in range(_ROUNDS)),
            target=_RESERVATION_TARGET,
            note=f"{_RESERVATIONS:,} reservations with 0 to 2 cards each",
        )
    priced = [task for task in tasks() if task.amount is not None]
    bare = [without_amount(task) for task in tasks()]
    for wanted, what in ((priced, "with its amount"), (bare, "without a formula")):
        yield Row(
            topic=Topic.MEMORY,
            what=f"a run {what}",
            unit="bytes",
            spread=Spread.of(_bytes_each(_decided(wanted, seed)) for seed in range(_ROUNDS)),
            target=_RUN_TARGET,
            why="what its breakdown is made of is kept with it: total, base, nights and formula",
            note="its explanation not read; the task and the reservation's texts are shared with it",
        )


def _bytes_each(make: Callable[[], list[Reservation] | list[Run]]) -> float:
    """Return what one item of a list weighs that is made while every allocation is traced."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        made = make()
        gc.collect()
        weight = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    return (weight - sys.getsizeof(made)) / len(made)


def _made(seed: int) -> Callable[[], list[Reservation]]:
    """Return what makes reservations, made once before so that the noons are remembered already."""

    def make() -> list[Reservation]:
        return [attrs.evolve(row, folios=()) for row in reservations(_RESERVATIONS, TWO_YEARS, seed)]

    make()
    return make


def _read(seed: int) -> Callable[[], list[Reservation]]:
    """Return what reads a document after another as long, so that the reader's caches hold what they ever will."""
    rows = list(reservations(2 * _RESERVATIONS, TWO_YEARS, seed))
    lines = [json.dumps(reservation_document(attrs.evolve(row, folios=()))).encode() + b"\n" for row in rows]
    earlier, document = (b"".join(lines[place::2]) for place in range(2))
    list(read_reservations(io.BytesIO(earlier)))
    return lambda: list(read_reservations(io.BytesIO(document)))


def _decided(wanted: list[Task], seed: int) -> Callable[[], list[Run]]:
    rows, house = list(reservations(_DENSE_ROWS, DENSE, seed)), rules()
    return lambda: [run for task in wanted for run in decide_all(task, rows, at=AT, rules=house)]
