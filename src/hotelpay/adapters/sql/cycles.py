"""Cycles: one row each, claimed, leased, resumed and completed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from hotelpay.adapters.sql.connections import insert_absent
from hotelpay.adapters.sql.journal import compact
from hotelpay.adapters.sql.schema import cycles, forgotten
from hotelpay.documents.settlements import plan_document, plan_from
from hotelpay.moments import Instant
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, CycleRefusal, EarlierCycle
from hotelpay.settlement.journal import Forgotten


def begin(
    connection: Connection, hotel: str, cycle_at: Instant, *, now: Instant, lease_seconds: int
) -> CycleClaim | CycleRefusal:
    """Claim a cycle that nobody has, or take one over whose lease has ended."""
    row = {"hotel": hotel, "cycle_at": cycle_at, "epoch": 1, "lease_until": now + lease_seconds}
    plan: CyclePlan | None = None
    epoch = 1
    if not insert_absent(connection, cycles, [row]):
        free = (cycles.c.completed_at.is_(None), cycles.c.lease_until <= now)
        values = {"epoch": cycles.c.epoch + 1, "lease_until": now + lease_seconds}
        taken = connection.execute(update(cycles).where(*_this(hotel, cycle_at), *free).values(values)).rowcount
        query = select(cycles.c.epoch, cycles.c.completed_at, cycles.c.plan).where(*_this(hotel, cycle_at))
        epoch, completed_at, document = connection.execute(query).one()
        if not taken:
            return CycleRefusal.IN_PROGRESS if completed_at is None else CycleRefusal.ALREADY_RUN
        plan = None if document is None else plan_from(json.loads(document), document=f"plan of cycle {cycle_at}")
    previous = _previous(connection, hotel, cycle_at)
    return CycleClaim(cycle_at=cycle_at, epoch=epoch, now=now, plan=plan, previous=previous)


def extend(connection: Connection, hotel: str, claim: CycleClaim, **values: Any) -> bool:  # noqa: ANN401  columns
    """Change the row of a cycle that is still the claim's; False where it is not."""
    held = (cycles.c.epoch == claim.epoch, cycles.c.completed_at.is_(None))
    statement = update(cycles).where(*_this(hotel, claim.cycle_at), *held).values(**values)
    return connection.execute(statement).rowcount == 1


def plan_columns(plan: CyclePlan) -> dict[str, str]:
    """Return the columns that keep a cycle's list."""
    return {
        "digest": plan.digest,
        "active_tasks": compact(plan.active_tasks),
        "plan": compact(plan_document(plan)),
    }


def not_reported(connection: Connection, hotel: str, found: Iterable[Forgotten]) -> list[Forgotten]:
    """Return those that no cycle reported before, and keep that they are reported now."""
    new = []
    for each in found:
        row = {"hotel": hotel, "task": each.task, "reservation": each.reservation, "due_at": each.due_at}
        if insert_absent(connection, forgotten, [row]):
            new.append(each)
    return new


def _this(hotel: str, cycle_at: Instant) -> tuple[ColumnElement[bool], ...]:
    return cycles.c.hotel == hotel, cycles.c.cycle_at == cycle_at


def _previous(connection: Connection, hotel: str, cycle_at: Instant) -> EarlierCycle | None:
    query = (
        select(cycles.c.cycle_at, cycles.c.active_tasks)
        .where(cycles.c.hotel == hotel, cycles.c.cycle_at < cycle_at, cycles.c.completed_at.is_not(None))
        .order_by(cycles.c.cycle_at.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return EarlierCycle(cycle_at=Instant(row.cycle_at), active_tasks=tuple(json.loads(row.active_tasks or "[]")))
