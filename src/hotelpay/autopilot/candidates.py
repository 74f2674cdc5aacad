"""Which reservations a task has to look at, as range queries that any database answers from an index."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.task import Task
from hotelpay.autopilot.window import MODE_RULES, AnchorRange, ModeRule, anchor_range
from hotelpay.moments import HOUR, Instant, local_date
from hotelpay.ports import AnchorSpan
from hotelpay.reservation import ReservationStatus


def taken_at(task: Task, rules: HouseRules, at: Instant) -> AnchorSpan:
    """Return the span of the reservations whose window contains ``at``."""
    rule = MODE_RULES[task.mode]
    return _span(anchor_range(rule, task.offset_hours, rules.catch_up_hours, at), rule.statuses, rules.timezone)


def closed_between(task: Task, rules: HouseRules, after: Instant, until: Instant) -> AnchorSpan | None:
    """Return the span of those whose whole window lies in ``after < due … closes ≤ until``; None for nobody."""
    rule = MODE_RULES[task.mode]
    offset, catch_up = _signed(rule, task), rules.catch_up_hours * HOUR
    last = until - catch_up - (0 if rule.until_anchor else offset)
    wanted = AnchorRange(rule.anchor, Instant(after - offset), Instant(last))
    return _span(wanted, rule.statuses, rules.timezone) if wanted.after < wanted.until else None


def due_between(
    task: Task, rules: HouseRules, after: Instant, until: Instant, statuses: tuple[ReservationStatus, ...]
) -> AnchorSpan:
    """Return the span of those in these statuses that came due in ``after < due ≤ until``."""
    rule = MODE_RULES[task.mode]
    offset = _signed(rule, task)
    return _span(AnchorRange(rule.anchor, Instant(after - offset), Instant(until - offset)), statuses, rules.timezone)


def _signed(rule: ModeRule, task: Task) -> int:
    return rule.sign * task.offset_hours * HOUR


def _span(wanted: AnchorRange, statuses: tuple[ReservationStatus, ...], zone: ZoneInfo) -> AnchorSpan:
    """Return a range of anchors as a span of a column: of noons, the dates that they may fall on."""
    anchor, after, until = wanted
    if not anchor.is_noon:
        return AnchorSpan(anchor.value, Instant(after + 1), until, statuses)
    # A noon that the clock skips falls on the date after its own, so the dates begin a day early.
    first = local_date(zone, after) - timedelta(days=1)
    return AnchorSpan(anchor.value, first, local_date(zone, until), statuses)
