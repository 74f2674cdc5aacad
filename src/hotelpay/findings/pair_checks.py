"""Findings about two tasks that can take the same reservation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Final

import attrs

from hotelpay.autopilot.amounts import FolioCharges
from hotelpay.autopilot.task import Operation, Task
from hotelpay.autopilot.window import Mode
from hotelpay.conditions import Condition, Field
from hotelpay.findings.finding import Finding, warning

#: Who was here was not cancelled, and the other way round.
_AFTER_CHECK_IN: Final = frozenset({Mode.AFTER_ARRIVAL, Mode.AFTER_DEPARTURE})
#: The guarantee status of a reservation changes with time, so it keeps no two tasks apart.
_CHANGING: Final = frozenset({Field.GUARANTEE_STATUS})


def pair_findings(tasks: tuple[Task, ...]) -> Iterator[Finding]:
    """Yield what is noticed about pairs of active tasks; the path is that of the later one."""
    active = [(place, task) for place, task in enumerate(tasks) if task.active]
    for (_, first), (place, second) in combinations(active, 2):
        if attrs.evolve(first, id=second.id, name=second.name) == second:
            yield warning("duplicate_task", f"tasks[{place}]", other=first.id)
        elif _charge_twice(first, second) and can_share_a_reservation(first, second):
            independent = first.id if isinstance(first.amount, FolioCharges) else second.id
            yield warning(
                "double_charging", f"tasks[{place}]", first=first.id, second=second.id, independent=independent
            )


def _charge_twice(first: Task, second: Task) -> bool:
    """Both take money, and one of them whatever the balance is."""
    both_pay = first.operation is second.operation is Operation.PAYMENT
    return both_pay and (isinstance(first.amount, FolioCharges) or isinstance(second.amount, FolioCharges))


def can_share_a_reservation(first: Task, second: Task) -> bool:
    """Tell whether one reservation could be taken by both tasks in the course of its life."""
    modes = {first.mode, second.mode}
    if Mode.AFTER_CANCELLATION in modes and modes & _AFTER_CHECK_IN:
        return False
    pairs = product(first.filters.conditions, second.filters.conditions)
    return not any(_exclude_each_other(one, other) for one, other in pairs)


def _exclude_each_other(one: Condition, other: Condition) -> bool:
    if one.field is not other.field or one.field in _CHANGING:
        return False
    if one.wanted and other.wanted:
        return not one.values & other.values
    if one.wanted:
        return one.values <= other.values
    return other.wanted and other.values <= one.values
