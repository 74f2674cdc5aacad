"""Which reservations tasks have to look at, as range queries that any database answers from an index.

A task says which range of which anchor it needs at an instant. The ranges of one mode that overlap or touch become
one query, in which every task keeps its own stretch with its own filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

import attrs

from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.task import Task
from hotelpay.autopilot.window import MODE_RULES, AnchorRange, Mode, ModeRule, anchor_range
from hotelpay.moments import HOUR, Instant, local_date
from hotelpay.ports import AnchorSpan, CandidateQuery, Stretch
from hotelpay.reservation import ReservationStatus

#: Who is in the house, or was: a task that waits for an arrival will never take them.
ARRIVED = (ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT)


def candidates_at(tasks: Iterable[Task], rules: HouseRules, at: Instant) -> CandidateQuery:
    """Return where the reservations are that any of these tasks may take at ``at``."""
    return _query((_taken_at(task, rules, at) for task in tasks), rules, at)


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
    offset, catch_up = _signed(rule, task), rules.catch_up_hours * HOUR
    last = until - catch_up - (0 if rule.until_anchor else offset)
    closed = AnchorRange(rule.anchor, Instant(after - offset), Instant(last))
    if closed.after < closed.until:
        yield _span(task, closed, rule.statuses, rules)
    if task.mode is Mode.BEFORE_ARRIVAL:
        due = AnchorRange(rule.anchor, Instant(after - offset), Instant(until - offset))
        yield _span(task, due, ARRIVED, rules)


def _signed(rule: ModeRule, task: Task) -> int:
    return rule.sign * task.offset_hours * HOUR


def _span(task: Task, wanted: AnchorRange, statuses: tuple[ReservationStatus, ...], rules: HouseRules) -> AnchorSpan:
    """Return a task's range of anchors as a span of a column: of noons, the dates that they may fall on."""
    anchor, after, until = wanted
    first: Instant | date
    last: Instant | date
    if anchor.is_noon:
        # A noon that the clock skips falls on the date after its own, so the dates begin a day early.
        first, last = local_date(rules.timezone, after) - timedelta(days=1), local_date(rules.timezone, until)
    else:
        first, last = Instant(after + 1), until
    return AnchorSpan(anchor.value, first, last, statuses, (Stretch(first, last, task.filters.conditions),))


def _query(spans: Iterable[AnchorSpan], rules: HouseRules, at: Instant) -> CandidateQuery:
    return CandidateQuery(tuple(_merged(spans)), at, rules.guarantee_policies)


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
