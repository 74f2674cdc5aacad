"""The preview: exactly what the next cycle will do, without doing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import islice
from typing import Final

import attrs

from hotelpay.autopilot.decision import Decision, Problem, Run, Skip, decide, decide_all
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.task import Task
from hotelpay.moments import Instant, next_cycle
from hotelpay.reservation import Pair, Reservation

#: How many reservations of a stream are held at once.
_CHUNK: Final = 2048


@attrs.frozen
class Preview:
    """What the cycle at ``cycle_at`` will do, in the order in which it works."""

    cycle_at: Instant
    runs: tuple[Run, ...]


def preview(
    tasks: Iterable[Task],
    reservations: Iterable[Reservation],
    *,
    at: datetime | Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair] = frozenset(),
    max_runs: int | None = None,
) -> Preview:
    """Return what the next cycle, the first quarter hour not before ``at``, will do.

    Only active tasks take part; to test one that is not, hand it in switched on (:func:`as_if_active`). The
    rows are in the order of work: by due instant, then by the order of ``tasks``, then by reservation id as
    plain text. Every row is decided on the data as they stand; ``after`` names the tasks of earlier rows that
    may change it. Of the rows a cycle attempts, those beyond ``max_runs`` need a person.

    ``reservations`` may be a stream: only a few thousand of them are held at once.
    """
    tasks = tuple(tasks)
    cycle_at = next_cycle(at)
    found: list[Run] = []
    for chunk in _chunks(reservations):
        for task in tasks:
            found += decide_all(task, chunk, at=cycle_at, rules=rules, processed=processed)
    return Preview(cycle_at, worklist(tasks, found, max_runs=max_runs))


def worklist(tasks: Iterable[Task], found: Iterable[Run], *, max_runs: int | None) -> tuple[Run, ...]:
    """Return the runs that a cycle decided on in the order in which it works them.

    By due instant, then by the order of ``tasks``, then by reservation id as plain text; each row says which ones
    before it may change it, and those beyond the limit that they need a person.
    """
    place = {task.id: number for number, task in enumerate(tasks)}
    ordered = sorted(found, key=lambda run: (run.due_at, place[run.task.id], run.reservation))
    return tuple(_limited(_in_sequence(ordered), max_runs))


def decide_at_its_turn(
    task: Task, reservation: Reservation, *, at: Instant, rules: HouseRules, beyond_limit: bool
) -> Decision:
    """Decide a row of the list afresh when it is worked: an earlier row may have changed its reservation.

    One that the list gave to a person, since it lies beyond the cycle's limit, stays with that person (D15).
    """
    decision = decide(task, reservation, at=at, rules=rules)
    if beyond_limit and isinstance(decision, Run):
        return attrs.evolve(decision, problem=Problem.ABOVE_MAX_RUNS)
    return decision


def skips(
    tasks: Iterable[Task],
    reservations: Sequence[Reservation],
    *,
    at: datetime | Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair] = frozenset(),
) -> Iterator[Skip]:
    """Yield every pair that the next cycle does not take, with all its reasons: by task, then reservation id."""
    cycle_at = next_cycle(at)
    in_order = sorted(reservations, key=lambda reservation: reservation.id)
    for task in tasks:
        for reservation in in_order:
            decision = decide(task, reservation, at=cycle_at, rules=rules, processed=processed)
            if isinstance(decision, Skip):
                yield decision


def as_if_active(task: Task) -> Task:
    """Return the task switched on, as a test of an inactive one needs it; nothing is activated by this."""
    return attrs.evolve(task, active=True)


def _chunks(reservations: Iterable[Reservation]) -> Iterator[list[Reservation]]:
    stream = iter(reservations)
    while chunk := list(islice(stream, _CHUNK)):
        yield chunk


def _in_sequence(runs: Iterable[Run]) -> Iterator[Run]:
    """Say in each row which tasks work on its reservation before it."""
    earlier: defaultdict[str, list[str]] = defaultdict(list)
    for run in runs:
        tasks_before = earlier[run.reservation]
        yield attrs.evolve(run, after=tuple(tasks_before)) if tasks_before else run
        tasks_before.append(run.task.id)


def _limited(runs: Iterable[Run], max_runs: int | None) -> Iterator[Run]:
    """Give what lies beyond a cycle's limit to a person (D15); a row without a card is an attempt and counts."""
    attempts = 0
    for run in runs:
        if run.needs_person:
            yield run
            continue
        attempts += 1
        beyond = max_runs is not None and attempts > max_runs
        yield attrs.evolve(run, problem=Problem.ABOVE_MAX_RUNS) if beyond else run
