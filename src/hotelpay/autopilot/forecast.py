"""The forecast: every moment at which a task will take a reservation if nothing changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime

import attrs

from hotelpay.autopilot.decision import Run, decide, window_of
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.task import Task
from hotelpay.autopilot.window import MODE_RULES
from hotelpay.errors import InvalidValue
from hotelpay.guarantee import guarantee_deadline
from hotelpay.moments import Instant, cycle_from, next_cycle, utc_text
from hotelpay.reservation import Pair, Reservation


@attrs.frozen
class Foreseen:
    """That the cycle ``at`` will take a reservation: the run as it would be decided on today's data."""

    at: Instant
    run: Run


def forecast(
    tasks: Iterable[Task],
    reservations: Iterable[Reservation],
    *,
    start: datetime | Instant,
    end: datetime | Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair] = frozenset(),
) -> tuple[Foreseen, ...]:
    """Return what the cycles from ``start`` up to, and not including, ``end`` will take if nothing changes.

    Each pair is taken once, by the first cycle that decides to. Nothing changes but the time: statuses, cards
    and folios stay as they are handed in, while a derived guarantee status expires when its period ends.
    The order is that of the cycles, and within one that of a preview. Raises
    :class:`~hotelpay.errors.InvalidValue` where ``end`` is before ``start``.
    """
    first, stop = span_of_cycles(start, end)
    tasks = tuple(task for task in tasks if task.active)
    found = [
        (foreseen.at, foreseen.run.due_at, place, foreseen.run.reservation, foreseen)
        for reservation in reservations
        for place, task in enumerate(tasks)
        if (foreseen := first_taken(task, reservation, first, stop, rules, processed)) is not None
    ]
    found.sort(key=lambda row: row[:4])
    return tuple(row[4] for row in found)


def span_of_cycles(start: datetime | Instant, end: datetime | Instant) -> tuple[Instant, Instant]:
    """Return the first cycle from ``start`` on, and the one before which the cycles up to ``end`` stop.

    Raises :class:`~hotelpay.errors.InvalidValue` where ``end`` is before ``start``.
    """
    first, stop = next_cycle(start), next_cycle(end)
    if stop < first:
        raise InvalidValue("end", utc_text(stop), f"at or after the start ({utc_text(first)})", code="end_before_start")
    return first, stop


def first_taken(
    task: Task,
    reservation: Reservation,
    first: Instant,
    stop: Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair],
) -> Foreseen | None:
    """Return the first cycle from ``first`` up to ``stop`` that takes a pair if nothing changes, or None."""
    if reservation.status not in MODE_RULES[task.mode].statuses:
        return None
    changes = guarantee_changes(reservation, rules)
    for cycle in turning_cycles(task, reservation, rules, changes, first=first, stop=stop):
        decision = decide(task, reservation, at=cycle, rules=rules, processed=processed)
        if isinstance(decision, Run):
            return Foreseen(cycle, decision)
    return None


def turning_cycles(
    task: Task,
    reservation: Reservation,
    rules: HouseRules,
    changes: Iterable[Instant],
    *,
    first: Instant,
    stop: Instant,
) -> Iterator[Instant]:
    """Yield the cycles from ``first`` up to ``stop`` at which a decision can turn in the reservation's favour.

    These are the first cycle of the window, and the first after each of the ``changes`` while it is open.
    """
    opening = window_of(task, reservation, rules)
    if opening is None:
        return
    opens, closes = max(first, cycle_from(opening.due_at)), min(stop, opening.closes_at)
    if opens >= closes:
        return
    yield opens
    for change in changes:
        if opens < (cycle := cycle_from(change)) < closes:
            yield cycle


def guarantee_changes(reservation: Reservation, rules: HouseRules) -> tuple[Instant, ...]:
    """Return when a derived guarantee status expires; nothing where it is handed in, or none is awaited."""
    deadline = guarantee_deadline(rules.policy_of(reservation), reservation.created_at)
    return () if reservation.guarantee_status is not None or deadline is None else (deadline,)
