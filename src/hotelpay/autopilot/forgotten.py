"""What no cycle has seen: windows that opened and closed between two cycles, arrivals that came too soon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hotelpay.autopilot.candidates import closed_between, due_between
from hotelpay.autopilot.decision import Skip, decide
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.reasons import ReasonCode
from hotelpay.autopilot.task import Task
from hotelpay.autopilot.window import MODE_RULES, Mode, anchor_reader, window
from hotelpay.moments import Instant
from hotelpay.ports import Ports
from hotelpay.reservation import Reservation, ReservationStatus
from hotelpay.settlement.cycles import EarlierCycle
from hotelpay.settlement.journal import Forgotten

_ARRIVED = (ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT)


def forgotten_since(
    previous: EarlierCycle | None, tasks: Iterable[Task], ports: Ports, *, at: Instant, rules: HouseRules
) -> Iterator[Forgotten]:
    """Yield what the cycle at ``at`` finds that no cycle since the ``previous`` one has seen.

    For tasks that were active then and are today, every other condition holding today. Before its first cycle a
    hotel has forgotten nothing: its history is not the autopilot's.
    """
    if previous is None:
        return
    for task in tasks:
        if task.active and task.id in previous.active_tasks:
            yield from _windows_missed(task, previous.cycle_at, ports, at, rules)
            if task.mode is Mode.BEFORE_ARRIVAL:
                yield from _arrived_too_soon(task, previous.cycle_at, ports, at, rules)


def _windows_missed(task: Task, since: Instant, ports: Ports, at: Instant, rules: HouseRules) -> Iterator[Forgotten]:
    span = closed_between(task, rules, since, at)
    if span is None:
        return
    for reservation in ports.source.candidates(span):
        missed = _window(task, reservation, rules)
        in_between = missed is not None and since < missed.due_at and missed.closed_at <= at
        if (
            missed is not None
            and in_between
            and _would_run(task, reservation, ports, at, rules, ReasonCode.WINDOW_CLOSED)
        ):
            yield missed


def _arrived_too_soon(task: Task, since: Instant, ports: Ports, at: Instant, rules: HouseRules) -> Iterator[Forgotten]:
    """Yield those that were checked in before any cycle could take them; they will never be expected again."""
    for reservation in ports.source.candidates(due_between(task, rules, since, at, _ARRIVED)):
        missed = _window(task, reservation, rules)
        if reservation.status not in _ARRIVED or missed is None or not since < missed.due_at <= at:
            continue
        if _would_run(task, reservation, ports, at, rules, ReasonCode.WRONG_STATUS, ReasonCode.WINDOW_CLOSED):
            yield missed


def _window(task: Task, reservation: Reservation, rules: HouseRules) -> Forgotten | None:
    rule = MODE_RULES[task.mode]
    anchor = anchor_reader(rule.anchor, rules.timezone)(reservation)
    if anchor is None:
        return None
    due_at, closes_at = window(rule, task.offset_hours, rules.catch_up_hours, anchor)
    return Forgotten(task.id, reservation.id, due_at, closes_at)


def _would_run(
    task: Task, reservation: Reservation, ports: Ports, at: Instant, rules: HouseRules, *but_for: ReasonCode
) -> bool:
    """Tell whether these reasons alone keep a task from a reservation that has not had its turn."""
    pair = (task.id, reservation.id)
    decision = decide(task, reservation, at=at, rules=rules, processed=ports.ledger.processed([pair]))
    return isinstance(decision, Skip) and all(reason.code in but_for for reason in decision.reasons)
