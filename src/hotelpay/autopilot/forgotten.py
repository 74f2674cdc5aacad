"""What no cycle has seen: windows that opened and closed between two cycles, arrivals that came too soon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hotelpay.autopilot.candidates import candidates_missed, statuses_too_late
from hotelpay.autopilot.decision import Skip, decide, window_of
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.reasons import ReasonCode
from hotelpay.autopilot.task import Task
from hotelpay.moments import Instant
from hotelpay.ports import Ports
from hotelpay.reservation import Reservation
from hotelpay.settlement.cycles import EarlierCycle
from hotelpay.settlement.journal import Forgotten


def forgotten_since(
    previous: EarlierCycle | None, tasks: Iterable[Task], ports: Ports, *, at: Instant, rules: HouseRules
) -> Iterator[Forgotten]:
    """Yield what the cycle at ``at`` finds that no cycle since the ``previous`` one has seen.

    For tasks that were active then and are today, every other condition holding today. Before its first cycle a
    hotel has forgotten nothing: its history is not the autopilot's.
    """
    if previous is None:
        return
    since = previous.cycle_at
    watched = [task for task in tasks if task.active and task.id in previous.active_tasks]
    query = candidates_missed(watched, rules, since, at)
    rows = tuple(ports.source.candidates(query)) if query.spans else ()
    missed = [each for task in watched for row in rows for each in _missed(task, row, since, at=at, rules=rules)]
    seen = ports.ledger.processed([(each.task, each.reservation) for each in missed]) if missed else ()
    yield from (each for each in missed if (each.task, each.reservation) not in seen)


def _missed(
    task: Task, reservation: Reservation, since: Instant, at: Instant, rules: HouseRules
) -> Iterator[Forgotten]:
    """Yield the window of a reservation that came due after ``since``, where being too late is all that is wrong."""
    opening = window_of(task, reservation, rules)
    if opening is not None and since < opening.due_at <= at:
        decision = decide(task, reservation, at=at, rules=rules)
        if isinstance(decision, Skip) and _too_late(task, reservation) >= {each.code for each in decision.reasons}:
            yield Forgotten(task.id, reservation.id, *opening)


def _too_late(task: Task, reservation: Reservation) -> set[ReasonCode]:
    """Return the reasons that only tell that no cycle came in time."""
    if reservation.status in statuses_too_late(task):
        return {ReasonCode.WRONG_STATUS, ReasonCode.WINDOW_CLOSED}
    return {ReasonCode.WINDOW_CLOSED}
