"""What the ledger keeps of a cycle: who works on it, the list decided at its start, whether it is done."""

from __future__ import annotations

import enum

import attrs

from hotelpay.moments import Instant
from hotelpay.money import Money


@attrs.frozen(kw_only=True)
class PlannedRun:
    """A row of the list that a cycle decided at its start; later it may change or drop, and none is added."""

    task: str
    reservation: str
    due_at: Instant
    closes_at: Instant
    operation: str
    folio: str
    card: str | None
    amount: Money | None
    problem: str | None
    after: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class CyclePlan:
    """What a cycle starts from: a digest of the setup, the tasks active then, and its list."""

    digest: str
    active_tasks: tuple[str, ...]
    runs: tuple[PlannedRun, ...]


@attrs.frozen(kw_only=True)
class EarlierCycle:
    """The last completed cycle before another one."""

    cycle_at: Instant
    active_tasks: tuple[str, ...]


@attrs.frozen(kw_only=True)
class CycleClaim:
    """A worker's claim on a cycle; ``plan`` is there already where an interrupted one is resumed."""

    cycle_at: Instant
    epoch: int
    now: Instant
    plan: CyclePlan | None
    previous: EarlierCycle | None


class CycleRefusal(enum.Enum):
    """Why a cycle cannot be claimed."""

    ALREADY_RUN = "already_run"
    IN_PROGRESS = "in_progress"
