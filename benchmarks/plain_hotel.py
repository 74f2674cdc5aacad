"""The same hotel as a program without hotelpay would have it: datetimes, texts and ``Decimal``, written by hand.

It knows what the made-up hotel needs and no more: no reasons, no currencies, no cards to choose. That leaves it
less to do, which is the side to err on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias

from hotelpay import (
    CardKind,
    Deposit,
    Folio,
    FolioBalance,
    FolioCharges,
    Formula,
    HouseRules,
    Instant,
    RequiredDeposit,
    Reservation,
    Task,
)
from hotelpay.autopilot.window import MODE_RULES
from hotelpay.moments import hotel_noon, utc_datetime

_CENT: Final = Decimal("0.01")
_NOTHING: Final = Decimal(0)
_CATCH_UP: Final = timedelta(hours=24)


@dataclass
class PlainFormula:
    """A formula, or a policy's deposit; ``percent`` is added or taken, as ``basis`` says."""

    basis: str
    revenue_groups: frozenset[str]
    percent: Decimal | None
    nights: int | None
    fixed: Decimal


@dataclass
class PlainFolio:
    """A bill."""

    id: str
    opened_at: datetime
    closed: bool
    charges: list[tuple[str, Decimal]]
    payments: list[Decimal]


@dataclass
class PlainReservation:
    """A booking, with the noons of its dates worked out beforehand and the policy at hand."""

    id: str
    status: str
    created_at: datetime
    arrival_noon: datetime
    departure_noon: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    cancelled_at: datetime | None
    nights: int
    guarantee_status: str | None
    guarantee_policy: str | None
    guarantee_period: timedelta | None
    deposit: PlainFormula | None
    ota: bool
    company: str | None
    agent: str | None
    cards: list[str]
    folios: list[PlainFolio]


@dataclass
class PlainTask:
    """A task; ``anchor`` names the field that hours are counted from."""

    id: str
    anchor: str
    offset: timedelta
    until_anchor: bool
    statuses: set[str]
    guarantee_statuses: set[str]
    guarantee_policies: set[str]
    ota: bool | None
    cards: set[str]
    included_companies: set[str]
    excluded_companies: set[str]
    included_agents: set[str]
    excluded_agents: set[str]
    formula: PlainFormula | None


#: Task, reservation, folio, amount.
Taken: TypeAlias = tuple[str, str, str, Decimal | None]


def taken(tasks: Iterable[PlainTask], rows: Sequence[PlainReservation], at: datetime) -> list[Taken]:
    """Return what the tasks take, one list comprehension a task and an amount for each row it leaves."""
    found: list[Taken] = []
    for task in tasks:
        for row in [row for row in rows if is_due(task, row, at) and passes(task, row, at)]:
            folio = oldest_open_folio(row.folios)
            if folio is None:
                continue
            amount = None
            if task.formula is not None:
                amount = plain_amount(task.formula, row, folio)
                if amount is None:
                    continue
            found.append((task.id, row.id, folio.id, amount))
    return found


def is_due(task: PlainTask, row: PlainReservation, at: datetime) -> bool:
    """Tell whether a task takes a row at an instant, by status and window."""
    if row.status not in task.statuses:
        return False
    anchor: datetime | None = getattr(row, task.anchor)
    if anchor is None:
        return False
    due_at = anchor + task.offset
    return due_at <= at < (anchor if task.until_anchor else due_at) + _CATCH_UP


def passes(task: PlainTask, row: PlainReservation, at: datetime) -> bool:
    """Tell whether a row passes every filter of a task."""
    return (
        (not task.guarantee_statuses or guarantee_status(row, at) in task.guarantee_statuses)
        and (not task.guarantee_policies or row.guarantee_policy in task.guarantee_policies)
        and (task.ota is None or row.ota is task.ota)
        and (not task.cards or card_class(row) in task.cards)
        and (not task.included_companies or row.company in task.included_companies)
        and row.company not in task.excluded_companies
        and (not task.included_agents or row.agent in task.included_agents)
        and row.agent not in task.excluded_agents
    )


def guarantee_status(row: PlainReservation, at: datetime) -> str:
    """Return the status of a row, derived where it has none."""
    if row.guarantee_status is not None:
        return row.guarantee_status
    if row.guarantee_period is None:
        return "not_guaranteed"
    return "awaiting" if at < row.created_at + row.guarantee_period else "expired"


def card_class(row: PlainReservation) -> str:
    """Return which cards a row has."""
    if "guest" in row.cards:
        return "guest_and_ota" if "ota" in row.cards else "guest_only"
    return "ota_only" if row.cards else "none"


def oldest_open_folio(folios: Iterable[PlainFolio]) -> PlainFolio | None:
    """Return the open folio that was opened first."""
    return min((folio for folio in folios if not folio.closed), key=lambda folio: folio.opened_at, default=None)


def plain_amount(formula: PlainFormula, row: PlainReservation, folio: PlainFolio) -> Decimal | None:
    """Return what a formula takes, rounded half up to the cent; None where that is nothing."""
    if formula.basis == "folio_charges":
        total = _greater_share(formula, _charged(folio, formula.revenue_groups), row.nights) + formula.fixed
    else:
        base = _outstanding(row) if formula.basis == "required_deposit" else _charged(folio) - sum(folio.payments)
        if base <= 0:
            return None
        total = base + formula.fixed
        if formula.percent is not None:
            total += base * formula.percent / 100
    total = total.quantize(_CENT, ROUND_HALF_UP)
    return total if total > 0 else None


def _charged(folio: PlainFolio, groups: frozenset[str] = frozenset()) -> Decimal:
    return sum((amount for group, amount in folio.charges if not groups or group in groups), _NOTHING)


def _greater_share(rule: PlainFormula, base: Decimal, nights: int) -> Decimal:
    parts = []
    if rule.percent is not None:
        parts.append(base * rule.percent / 100)
    if rule.nights is not None:
        parts.append(base * min(rule.nights, nights) / nights)
    return max(parts, default=_NOTHING)


def _outstanding(row: PlainReservation) -> Decimal:
    rule = row.deposit
    if rule is None:
        return _NOTHING
    charged = sum((_charged(folio, rule.revenue_groups) for folio in row.folios), _NOTHING)
    asked = (_greater_share(rule, charged, row.nights) + rule.fixed).quantize(_CENT, ROUND_HALF_UP)
    return asked - sum(sum(folio.payments, _NOTHING) for folio in row.folios)


# From the domain's objects, which is not part of what is timed.


def plain_task(task: Task) -> PlainTask:
    """Return a task in plain values."""
    rule = MODE_RULES[task.mode]
    filters = task.filters
    noons = {"arrival": "arrival_noon", "departure": "departure_noon"}
    return PlainTask(
        id=task.id,
        anchor=noons.get(rule.anchor.value, rule.anchor.value),
        offset=timedelta(hours=rule.sign * task.offset_hours),
        until_anchor=rule.until_anchor,
        statuses={status.value for status in rule.statuses},
        guarantee_statuses={status.value for status in filters.guarantee_statuses},
        guarantee_policies=set(filters.guarantee_policies),
        ota=filters.ota,
        cards={each.value for each in filters.cards},
        included_companies=set(filters.included_companies),
        excluded_companies=set(filters.excluded_companies),
        included_agents=set(filters.included_agents),
        excluded_agents=set(filters.excluded_agents),
        formula=None if task.amount is None else plain_formula(task.amount),
    )


def plain_formula(formula: Formula | Deposit) -> PlainFormula:
    """Return a formula or a deposit in plain values."""
    fixed = _NOTHING if formula.fixed is None else formula.fixed.amount
    if isinstance(formula, FolioBalance | RequiredDeposit):
        basis = "folio_balance" if isinstance(formula, FolioBalance) else "required_deposit"
        adjusted = None if formula.adjust_percent is None else formula.adjust_percent.value
        return PlainFormula(basis, frozenset(), adjusted, None, fixed)
    basis = "folio_charges" if isinstance(formula, FolioCharges) else "deposit"
    taken_share = None if formula.percent is None else formula.percent.value
    return PlainFormula(basis, formula.revenue_groups, taken_share, formula.nights, fixed)


def plain_reservation(reservation: Reservation, rules: HouseRules) -> PlainReservation:
    """Return a reservation in plain values."""
    policy = rules.policy_of(reservation)
    period = None if policy is None else policy.guarantee_period_hours
    return PlainReservation(
        id=reservation.id,
        status=reservation.status.value,
        created_at=utc_datetime(reservation.created_at),
        arrival_noon=utc_datetime(hotel_noon(rules.timezone, reservation.arrival)),
        departure_noon=utc_datetime(hotel_noon(rules.timezone, reservation.departure)),
        checked_in_at=_moment(reservation.checked_in_at),
        checked_out_at=_moment(reservation.checked_out_at),
        cancelled_at=_moment(reservation.cancelled_at),
        nights=reservation.nights,
        guarantee_status=None if reservation.guarantee_status is None else reservation.guarantee_status.value,
        guarantee_policy=reservation.guarantee_policy,
        guarantee_period=None if period is None else timedelta(hours=period),
        deposit=None if policy is None or policy.deposit is None else plain_formula(policy.deposit),
        ota=reservation.ota,
        company=reservation.company,
        agent=reservation.agent,
        cards=["guest" if card.kind is CardKind.GUEST else "ota" for card in reservation.cards],
        folios=[plain_folio(folio) for folio in reservation.folios],
    )


def plain_folio(folio: Folio) -> PlainFolio:
    """Return a folio in plain values."""
    return PlainFolio(
        id=folio.id,
        opened_at=utc_datetime(folio.opened_at),
        closed=folio.closed,
        charges=[(charge.revenue_group, charge.amount.amount) for charge in folio.charges],
        payments=[payment.amount.amount for payment in folio.payments],
    )


def _moment(instant: Instant | None) -> datetime | None:
    return None if instant is None else utc_datetime(instant)
