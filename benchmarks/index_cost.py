"""What a cycle costs that looks its reservations up in memory: with a longer history, and against the naive loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import attrs

from cost_rows import Row, Topic, agree
from generated import AT, DENSE, LONG_AGO, TWO_YEARS, reservations, rules, tasks
from hotelpay import Run, decide_all
from hotelpay.autopilot.candidates import candidates_at
from hotelpay.autopilot.index import ReservationIndex
from hotelpay.moments import utc_datetime
from naive_hotel import hotel_clock, naive_reservation, naive_tasks, naively_taken
from plain_hotel import Taken
from selection_cost import as_taken
from timing import in_turns, ratios

_ROUNDS: Final = 15
_RECENT: Final = 10_000
_TIMES: Final = 10
_HISTORY_TARGET: Final = 1.5
_ALL: Final = 100_000
_NAIVE_TARGET: Final = 1 / 300
#: The naive loop takes some seconds a round.
_NAIVE_ROUNDS: Final = 3
#: An indexed cycle is too short to be timed alone.
_CYCLES: Final = 10
_TASKS: Final = tasks()
_HOUSE: Final = rules()


def index_rows() -> Iterator[Row]:
    """Measure both."""
    yield from _history_rows()
    yield from _naive_rows()


def _history_rows() -> Iterator[Row]:
    """Compare cycles that find the same runs among a tenth of the reservations and among all."""
    recent = list(reservations(_RECENT, DENSE))
    older = [attrs.evolve(row, id=f"H-{row.id}") for row in reservations((_TIMES - 1) * _RECENT, LONG_AGO)]
    short, long = ReservationIndex(recent), ReservationIndex([*older, *recent])
    for way, decide_due in _WAYS.items():
        found = decide_due(short)
        agree("runs with a short and a long history", decide_due(long), found)
        rounds = in_turns([_repeated(decide_due, short), _repeated(decide_due, long)], _ROUNDS)
        yield Row(
            topic=Topic.CYCLE,
            what=f"an indexed cycle in memory, {way}: {len(long):,} reservations",
            against=f"{len(short):,} reservations, the same due",
            spread=ratios(rounds, 1, 0),
            target=_HISTORY_TARGET,
            note=f"{len(_TASKS)} tasks, {len(found):,} runs with amounts; the index is made beforehand",
        )


def _naive_rows() -> Iterator[Row]:
    """Compare an indexed cycle with a loop that tests every pair on datetimes of the hotel's own clock."""
    rows, clock, moment = list(reservations(_ALL, TWO_YEARS)), hotel_clock(_HOUSE), utc_datetime(AT)
    plain_rows, plain_tasks = [naive_reservation(row, _HOUSE, clock) for row in rows], naive_tasks(_TASKS)
    index = ReservationIndex(rows)

    def naive() -> list[Taken]:
        return naively_taken(plain_tasks, plain_rows, moment, clock)

    expected = sorted(naive())
    for way, decide_due in _WAYS.items():
        agree(f"runs of the index, {way}, and of the naive loop", sorted(as_taken(decide_due(index))), expected)
    actions = [*(_repeated(decide_due, index) for decide_due in _WAYS.values()), naive]
    taken = in_turns(actions, _NAIVE_ROUNDS)
    rounds = [(*(many / _CYCLES for many in indexed), once) for *indexed, once in taken]
    for place, way in enumerate(_WAYS):
        yield Row(
            topic=Topic.CYCLE,
            what=f"an indexed cycle in memory, {way}: {len(rows):,} reservations x {len(_TASKS)} tasks",
            against="the naive loop: every pair, on datetimes of dateutil's clock",
            spread=ratios(rounds, place, len(_WAYS)),
            target=_NAIVE_TARGET,
            note=f"{len(expected):,} runs with amounts; the index is made beforehand",
            why="the runs themselves, and each task looking through what all of them asked for",
        )


def _task_by_task(index: ReservationIndex) -> list[Run]:
    """Decide each task on what its own window may hold."""
    return [
        run
        for task in _TASKS
        for run in decide_all(task, index.candidates(candidates_at([task], _HOUSE, AT)), at=AT, rules=_HOUSE)
    ]


def _all_at_once(index: ReservationIndex) -> list[Run]:
    """Decide all tasks on one reading, in the order in which a cycle that acts does so."""
    due = sorted(index.candidates(candidates_at(_TASKS, _HOUSE, AT)), key=lambda row: row.id)
    return [run for task in _TASKS for run in decide_all(task, due, at=AT, rules=_HOUSE)]


#: How the candidates are looked up.
_WAYS: Final = {"a query a task": _task_by_task, "one query for all tasks": _all_at_once}


def _repeated(decide_due: Callable[[ReservationIndex], object], index: ReservationIndex) -> Callable[[], None]:
    def repeat() -> None:
        for _ in range(_CYCLES):
            decide_due(index)

    return repeat
