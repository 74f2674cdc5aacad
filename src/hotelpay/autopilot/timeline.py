"""The timeline: one reservation's life, and the window of every task in it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.decision import Decision, Run, decide, window_of
from hotelpay.autopilot.forecast import Foreseen, first_taken
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.reasons import ReasonCode
from hotelpay.autopilot.task import Task
from hotelpay.autopilot.window import MODE_RULES, Anchor, Window, anchor_reader
from hotelpay.guarantee import guarantee_deadline
from hotelpay.moments import CYCLE_SECONDS, Instant, cycle_from, hotel_noon, next_cycle
from hotelpay.money import Money
from hotelpay.reservation import Pair, PreAuthorizationState, Reservation


class Milestone(enum.Enum):
    """What may happen in the life of a reservation."""

    CREATED = "created"
    FOLIO_OPENED = "folio_opened"
    PAID = "paid"
    GUARANTEE_DEADLINE = "guarantee_deadline"
    ARRIVAL_NOON = "arrival_noon"
    CHECKED_IN = "checked_in"
    DEPARTURE_NOON = "departure_noon"
    CHECKED_OUT = "checked_out"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    HOLD_EXPIRES = "hold_expires"


_PLACE: Final = {milestone: place for place, milestone in enumerate(Milestone)}


@attrs.frozen
class TimelineEvent:
    """One event of a reservation's life; ``name`` is the id of the folio or the blocked amount that it is about."""

    at: Instant
    milestone: Milestone
    name: str | None = None
    amount: Money | None = None


class TimelineState(enum.Enum):
    """How a task stands to a reservation at a cycle, in one word."""

    PROCESSED = "processed"
    """It has had its one turn."""
    INACTIVE = "inactive"
    """The task is switched off."""
    TAKES_NOW = "takes_now"
    """This cycle takes it."""
    WILL_TAKE = "will_take"
    """A later cycle takes it if nothing changes."""
    NO_ANCHOR = "no_anchor"
    """What the task counts from has not happened."""
    CLOSED = "closed"
    """The window has closed."""
    NOT_TAKEN = "not_taken"
    """Something else than the time keeps it from being taken."""


@attrs.frozen(kw_only=True)
class TimelineRow:
    """What one task has to do with the reservation.

    ``window`` is None where what the task counts from (``anchor``) has not happened. ``taken`` is the run of the
    first cycle from ``cycle_at`` on that takes the reservation if nothing changes; ``decision`` is what the cycle
    at ``cycle_at`` does.
    """

    task: Task
    anchor: Anchor
    anchor_at: Instant | None
    window: Window | None
    taken: Foreseen | None
    decision: Decision

    @property
    def first_cycle(self) -> Instant | None:
        """The first cycle in the window."""
        return None if self.window is None else cycle_from(self.window.due_at)

    @property
    def last_cycle(self) -> Instant | None:
        """The last cycle in the window."""
        return None if self.window is None else Instant(cycle_from(self.window.closes_at) - CYCLE_SECONDS)

    @property
    def state(self) -> TimelineState:
        """How the task stands to the reservation: of several that hold, the one that is hardest to change."""
        if isinstance(self.decision, Run):
            return TimelineState.TAKES_NOW
        codes = {reason.code for reason in self.decision.reasons}
        for code, state in _STATE_OF_REASON:
            if code in codes:
                return state
        return TimelineState.NOT_TAKEN if self.taken is None else TimelineState.WILL_TAKE


#: The reasons that say by themselves how a task stands, the strongest first. None of them goes away with time.
_STATE_OF_REASON: Final = (
    (ReasonCode.ALREADY_PROCESSED, TimelineState.PROCESSED),
    (ReasonCode.INACTIVE, TimelineState.INACTIVE),
    (ReasonCode.NO_ANCHOR, TimelineState.NO_ANCHOR),
    (ReasonCode.WINDOW_CLOSED, TimelineState.CLOSED),
)


@attrs.frozen(kw_only=True)
class Timeline:
    """One reservation's life as the cycle at ``cycle_at`` sees it: its events in time order, and a row for every task.

    The rows stand in the order of the tasks. ``timezone`` is the hotel's clock, which pictures are drawn on.
    """

    reservation: Reservation
    cycle_at: Instant
    timezone: ZoneInfo
    events: tuple[TimelineEvent, ...]
    rows: tuple[TimelineRow, ...]


def timeline(
    tasks: Iterable[Task],
    reservation: Reservation,
    *,
    at: datetime | Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair] = frozenset(),
) -> Timeline:
    """Return a reservation's life with the window of every task, as the next cycle from ``at`` on sees it.

    Tasks that are switched off have a row too. Nothing is decided here: a row's decision is that of
    :func:`~hotelpay.autopilot.decision.decide`, the cycle that takes the reservation that of a forecast.
    """
    cycle_at = next_cycle(at)
    events = sorted(_events(reservation, rules), key=lambda each: (each.at, _PLACE[each.milestone]))
    rows = tuple(_row(task, reservation, cycle_at, rules, processed) for task in tasks)
    return Timeline(
        reservation=reservation, cycle_at=cycle_at, timezone=rules.timezone, events=tuple(events), rows=rows
    )


def _row(
    task: Task, reservation: Reservation, cycle_at: Instant, rules: HouseRules, processed: AbstractSet[Pair]
) -> TimelineRow:
    anchor = MODE_RULES[task.mode].anchor
    opening = window_of(task, reservation, rules)
    taken = (
        None
        if opening is None
        else first_taken(task, reservation, cycle_at, cycle_from(opening.closes_at), rules, processed)
    )
    return TimelineRow(
        task=task,
        anchor=anchor,
        anchor_at=anchor_reader(anchor, rules.timezone)(reservation),
        window=opening,
        taken=taken,
        decision=decide(task, reservation, at=cycle_at, rules=rules, processed=processed),
    )


def _events(reservation: Reservation, rules: HouseRules) -> Iterator[TimelineEvent]:
    yield TimelineEvent(reservation.created_at, Milestone.CREATED)
    for folio in reservation.folios:
        yield TimelineEvent(folio.opened_at, Milestone.FOLIO_OPENED, folio.id)
        for payment in folio.payments:
            if payment.paid_at is not None:
                yield TimelineEvent(payment.paid_at, Milestone.PAID, folio.id, payment.amount)
    deadline = guarantee_deadline(rules.policy_of(reservation), reservation.created_at)
    if deadline is not None:
        yield TimelineEvent(deadline, Milestone.GUARANTEE_DEADLINE)
    yield TimelineEvent(hotel_noon(rules.timezone, reservation.arrival), Milestone.ARRIVAL_NOON)
    yield TimelineEvent(hotel_noon(rules.timezone, reservation.departure), Milestone.DEPARTURE_NOON)
    happened = (
        (reservation.checked_in_at, Milestone.CHECKED_IN),
        (reservation.checked_out_at, Milestone.CHECKED_OUT),
        (reservation.cancelled_at, Milestone.CANCELLED),
        (reservation.no_show_at, Milestone.NO_SHOW),
    )
    for moment, milestone in happened:
        if moment is not None:
            yield TimelineEvent(moment, milestone)
    for held in reservation.preauthorizations:
        if held.expires_at is not None and held.state is PreAuthorizationState.HELD:
            yield TimelineEvent(held.expires_at, Milestone.HOLD_EXPIRES, held.id, held.amount)
