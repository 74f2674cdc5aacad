"""Which reservations tasks have to look at, as range queries that any database answers from an index.

A task says which range of which anchor it needs at an instant. The ranges of one mode that overlap or touch become
one query, in which every task keeps its own stretch with its own filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Final

import attrs

from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.task import Task
from hotelpay.autopilot.window import MODE_RULES, AnchorRange, Mode, anchor_range, column_range, shifts
from hotelpay.moments import Instant, next_cycle
from hotelpay.ports import AnchorSpan, CandidateQuery, Stretch
from hotelpay.reservation import ReservationStatus

#: Who is in the house, or was.
_ARRIVED: Final = (ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT)


def statuses_too_late(task: Task) -> tuple[ReservationStatus, ...]:
    """Return the statuses in which a task will never take whom it waited for: they came before any cycle did."""
    return _ARRIVED if task.mode is Mode.BEFORE_ARRIVAL else ()


def candidates_at(tasks: Iterable[Task], rules: HouseRules, at: datetime | Instant) -> CandidateQuery:
    """Return where the reservations are that any of these tasks may take in the first cycle not before ``at``."""
    cycle_at = next_cycle(at)
    return _query((_taken_at(task, rules, cycle_at) for task in tasks), rules, cycle_at)


def candidates_missed(tasks: Iterable[Task], rules: HouseRules, after: Instant, until: Instant) -> CandidateQuery:
    """Return where those are whose window opened and closed in ``after < due … closes ≤ until``.

    And those who have arrived while a task that waits for them came due in ``after < due ≤ until``.
    """
    return _query((span for task in tasks for span in _missed(task, rules, after, until)), rules, until)


def _taken_at(task: Task, rules: HouseRules, at: Instant) -> AnchorSpan:
    rule = MODE_RULES[task.mode]
    wanted = anchor_range(rule, task.offset_hours, rules.catch_up_hours, at)
    return _span(task, wanted, rule.statuses, rules)


def _missed(task: Task, rules: HouseRules, after: Instant, until: Instant) -> Iterator[AnchorSpan]:
    rule = MODE_RULES[task.mode]
    due, closes = shifts(rule, task.offset_hours, rules.catch_up_hours)
    closed = AnchorRange(rule.anchor, Instant(after - due), Instant(until - closes))
    yield _span(task, closed, rule.statuses, rules)
    too_late = statuses_too_late(task)
    if too_late:
        yield _span(task, AnchorRange(rule.anchor, Instant(after - due), Instant(until - due)), too_late, rules)


def _span(task: Task, wanted: AnchorRange, statuses: tuple[ReservationStatus, ...], rules: HouseRules) -> AnchorSpan:
    """Return a task's range of anchors as a span of a column."""
    first, last = column_range(wanted, rules.timezone)
    return AnchorSpan(wanted.anchor.value, first, last, statuses, (Stretch(first, last, task.filters.conditions),))


def _query(spans: Iterable[AnchorSpan], rules: HouseRules, at: Instant) -> CandidateQuery:
    # A catch-up of less than a day may hold no noon.
    not_empty = (span for span in spans if _number(span.first) <= _number(span.last))
    return CandidateQuery(tuple(_merged(not_empty)), at, rules.guarantee_policies)


def _merged(spans: Iterable[AnchorSpan]) -> Iterator[AnchorSpan]:
    """Yield as few spans as hold the same: those of one column and statuses that overlap or touch become one."""
    for _, same in groupby(sorted(spans, key=lambda span: (*_column(span), _number(span.first))), key=_column):
        whole, *others = same
        for each in others:
            if _number(each.first) > _number(whole.last) + 1:
                yield whole
                whole = each
            else:
                last = max(whole.last, each.last, key=_number)
                whole = attrs.evolve(whole, last=last, any_of=(*whole.any_of, *each.any_of))
        yield whole


def _column(span: AnchorSpan) -> tuple[str, list[str]]:
    return span.field, [status.value for status in span.statuses]


def _number(moment: Instant | date) -> int:
    """Return a second or a day as a number, so that neighbors differ by one."""
    return moment.toordinal() if isinstance(moment, date) else moment
