"""The decision: what a task does with a reservation at an instant, or every reason why nothing.

:func:`decide` explains one pair; :func:`decide_all` is the fast path over many reservations. Both are the same
decision, and preview, forecast and cycle all go through them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import NamedTuple, TypeAlias

import attrs

from hotelpay.autopilot.amounts import Amount, currency_mismatch, formula_amount
from hotelpay.autopilot.filters import explain, sift
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.reasons import Reason, ReasonCode
from hotelpay.autopilot.task import Operation, Task
from hotelpay.autopilot.window import MODE_RULES, Window, anchor_range, anchor_reader, in_range, shifts, window
from hotelpay.folio import Folio, oldest_open_folio
from hotelpay.moments import Instant, observed
from hotelpay.money import Money
from hotelpay.reservation import Card, Pair, Reservation


class Problem(enum.Enum):
    """What is known beforehand to keep a run from being an ordinary success."""

    NO_CARD = "no_card"
    """No fitting card: the run is an attempt that fails and uses up the task's one turn (AP-CARD-MISSING)."""
    ABOVE_MAX_AMOUNT = "above_max_amount"
    """The amount is above the task's ceiling: a person decides instead (D17)."""
    ABOVE_MAX_RUNS = "above_max_runs"
    """The cycle's limit is reached before this row: a person decides instead (D15)."""


@attrs.frozen(weakref_slot=False)
class Run:
    """What a task will do with a reservation.

    ``folio`` and ``card`` are ids; ``amount`` is None only for ``actions_only`` without a formula. ``after``
    names the tasks of earlier rows of the same cycle on the same reservation, which may change this one.
    """

    task: Task
    reservation: str
    due_at: Instant
    closes_at: Instant
    folio: str
    card: str | None
    amount: Amount | None
    problem: Problem | None
    after: tuple[str, ...] = ()

    @property
    def pair(self) -> Pair:
        """The task's and the reservation's id."""
        return self.task.id, self.reservation

    @property
    def needs_person(self) -> bool:
        """Whether the cycle leaves this row to a person instead of attempting it."""
        return self.problem in (Problem.ABOVE_MAX_AMOUNT, Problem.ABOVE_MAX_RUNS)

    @property
    def moves(self) -> Money | None:
        """What is to be charged or blocked; None for actions alone, even where a formula tells a to-do's amount."""
        alone = self.task.operation is Operation.ACTIONS_ONLY
        return None if alone or self.amount is None else self.amount.total


@attrs.frozen
class Skip:
    """That a task does nothing with a reservation, with every reason that holds."""

    task: Task
    reservation: str
    reasons: tuple[Reason, ...]


#: What a task does with a reservation at an instant.
Decision: TypeAlias = Run | Skip


class _Bill(NamedTuple):
    """What a run is about: the folio, the amount and the card."""

    folio: Folio
    amount: Amount | None
    card: Card | None


def decide(
    task: Task,
    reservation: Reservation,
    *,
    at: datetime | Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair] = frozenset(),
) -> Decision:
    """Decide one pair at an instant (the cycle's own), and explain a skip by **every** reason that holds.

    Each reason is judged on its own; one that lacks its input (no anchor, no folio) is left out.
    ``processed`` holds the (task id, reservation id) pairs that had their one turn (AP-ONCE-EDIT).
    """
    at = observed(at)
    reasons: list[Reason] = []
    if not task.active:
        reasons.append(Reason(ReasonCode.INACTIVE))
    if (task.id, reservation.id) in processed:
        reasons.append(Reason(ReasonCode.ALREADY_PROCESSED))
    rule = MODE_RULES[task.mode]
    if reservation.status not in rule.statuses:
        reasons.append(Reason(ReasonCode.WRONG_STATUS, {"found": reservation.status, "wanted": rule.statuses}))
    opening = window_of(task, reservation, rules)
    reasons += _window_reasons(task, opening, at)
    reasons += explain(task.filters.conditions, reservation, rules, at)
    bill = _bill(task, reservation, rules)
    if not isinstance(bill, _Bill):
        reasons += bill
    if opening is not None and isinstance(bill, _Bill) and not reasons:
        return _run(task, reservation, opening, bill)
    return Skip(task, reservation.id, tuple(reasons))


def decide_all(
    task: Task,
    reservations: Sequence[Reservation],
    *,
    at: datetime | Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair] = frozenset(),
) -> list[Run]:
    """Return the runs of one task over many reservations, in their order: :func:`decide` without the skips.

    The window is asked first, since it leaves the fewest rows; amounts are worked out for those alone that
    every filter lets through.
    """
    if not task.active:
        return []
    return list(_runs(task, selected(task, reservations, at=observed(at), rules=rules), rules, processed))


def selected(task: Task, reservations: Iterable[Reservation], *, at: Instant, rules: HouseRules) -> list[Reservation]:
    """Return the reservations whose window contains ``at`` and for whom every filter holds, in their order."""
    rule = MODE_RULES[task.mode]
    wanted = anchor_range(rule, task.offset_hours, rules.catch_up_hours, at)
    rows = in_range(reservations, wanted, rule.statuses, rules.timezone)
    return sift(task.filters.conditions, rows, rules, at)


def _runs(task: Task, rows: Iterable[Reservation], rules: HouseRules, processed: AbstractSet[Pair]) -> Iterable[Run]:
    # What a task alone decides is worked out once, not for every row.
    rule = MODE_RULES[task.mode]
    anchor_of, name = anchor_reader(rule.anchor, rules.timezone), task.id
    due, closes = shifts(rule, task.offset_hours, rules.catch_up_hours)
    for reservation in rows:
        anchor = anchor_of(reservation)
        if anchor is not None and (name, reservation.id) not in processed:
            bill = _bill(task, reservation, rules)
            if isinstance(bill, _Bill):
                yield _run(task, reservation, Window(Instant(anchor + due), Instant(anchor + closes)), bill)


def window_of(task: Task, reservation: Reservation, rules: HouseRules) -> Window | None:
    """Return when a task may take a reservation, or None where what it counts from has not happened."""
    rule = MODE_RULES[task.mode]
    anchor = anchor_reader(rule.anchor, rules.timezone)(reservation)
    return None if anchor is None else window(rule, task.offset_hours, rules.catch_up_hours, anchor)


def _window_reasons(task: Task, opening: Window | None, at: Instant) -> list[Reason]:
    if opening is None:
        return [Reason(ReasonCode.NO_ANCHOR, {"anchor": MODE_RULES[task.mode].anchor})]
    if at < opening.due_at:
        return [Reason(ReasonCode.NOT_DUE, {"due_at": opening.due_at, "at": at})]
    if at >= opening.closes_at:
        return [Reason(ReasonCode.WINDOW_CLOSED, {"closes_at": opening.closes_at, "at": at})]
    return []


def _bill(task: Task, reservation: Reservation, rules: HouseRules) -> _Bill | tuple[Reason, ...]:
    folio = oldest_open_folio(reservation.folios)
    if folio is None:
        return (Reason(ReasonCode.NO_OPEN_FOLIO, {"folios": len(reservation.folios)}),)
    amount = None
    if task.amount is not None:
        reasons: tuple[Reason, ...] = ()
        priced = formula_amount(task.amount, reservation, folio, rules.policy_of(reservation))
        if isinstance(priced, Amount):
            amount = priced
        else:
            reasons = priced
        reasons += _ceiling_reasons(task, folio, reasons)
        if reasons:
            return reasons
    card = None if task.card is None else task.card.of(reservation)
    return _Bill(folio, amount, card)


def _ceiling_reasons(task: Task, folio: Folio, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Refuse a ceiling in another currency, which no amount can be compared with; one of zero needs none."""
    ceiling = task.max_amount
    if ceiling is None or not ceiling.minor or ceiling.currency.code == folio.currency.code:
        return ()
    if any(reason.code is ReasonCode.CURRENCY_MISMATCH for reason in reasons):
        return ()
    return (currency_mismatch(folio, {ceiling.currency.code}),)


def _run(task: Task, reservation: Reservation, opening: Window, bill: _Bill) -> Run:
    # By position: a cycle makes one for each row it takes.
    return Run(
        task,
        reservation.id,
        opening.due_at,
        opening.closes_at,
        bill.folio.id,
        None if bill.card is None else bill.card.id,
        bill.amount,
        _problem(task, bill),
    )


def _problem(task: Task, bill: _Bill) -> Problem | None:
    if task.operation is Operation.ACTIONS_ONLY:
        return None
    if bill.card is None:
        return Problem.NO_CARD
    if bill.amount is None or task.max_amount is None:
        return None
    return Problem.ABOVE_MAX_AMOUNT if bill.amount.total_minor > task.max_amount.minor else None
