"""What a cycle tells afterwards."""

from __future__ import annotations

import enum

import attrs

from hotelpay.moments import Instant
from hotelpay.recovery import Recovery, Visited
from hotelpay.settlement.cycles import PlannedRun
from hotelpay.settlement.journal import Forgotten, Settlement
from hotelpay.settlement.outcome import Approved, Outcome


class CycleState(enum.Enum):
    """What became of a cycle when it was asked to run."""

    COMPLETED = "completed"
    ALREADY_RUN = "already_run"
    """It was completed before; nothing was done now."""
    IN_PROGRESS = "in_progress"
    """Another worker is at it; nothing was done now."""
    PAUSED = "paused"
    """The autopilot is paused: what was unfinished was settled, and nothing new was begun."""
    LOST = "lost"
    """Another worker has taken the cycle over, and ends it."""


@attrs.frozen(kw_only=True)
class RunReport:
    """What became of one row of the list: the row as it was planned, and its settlement, where it was claimed.

    ``dropped`` says why a row came to nothing and used nothing up: a reason code of the decision taken afresh
    (``nothing_due`` …), ``held`` (another worker has the reservation), ``unsettled`` (money on it is still on its
    way), ``gone`` (the reservation is no longer there) or ``fault``. ``trouble`` is what a port said.
    """

    planned: PlannedRun
    settlement: Settlement | None = None
    dropped: str | None = None
    trouble: str | None = None

    @property
    def outcome(self) -> str:
        """The outcome as documents write it; ``dropped`` where nothing came of the row."""
        if self.settlement is None:
            return "dropped"
        return "dropped" if self.settlement.outcome is Outcome.LEFT_TO_PERSON else self.settlement.outcome.value

    @property
    def approved(self) -> Approved | None:
        """What was approved, if anything was."""
        opening = None if self.settlement is None else self.settlement.intent.opening
        found = None if self.settlement is None or opening is None else self.settlement.results.get(opening)
        return found if isinstance(found, Approved) else None


@attrs.frozen(kw_only=True)
class PersonWanted:
    """Something that a person has to look at: the code of the reason and a sentence."""

    kind: str
    names: tuple[str, ...]
    reservation: str
    reason: str
    message: str


@attrs.frozen(kw_only=True)
class CycleReport:
    """What a cycle did: its rows in order, what it settled of earlier ones, releases, and what it missed.

    ``needs_person`` is everything that no completed cycle has told before, whoever found it; of a paused cycle, which
    is not counted, only what it found itself.
    """

    cycle_at: Instant
    state: CycleState
    runs: tuple[RunReport, ...] = ()
    releases: tuple[Settlement, ...] = ()
    forgotten: tuple[Forgotten, ...] = ()
    needs_person: tuple[PersonWanted, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    """Reservations whose release failed, with what a port said; each is looked at again in the next cycle."""
    recovery: Recovery = attrs.field(factory=lambda: Recovery(()))


#: Why a person is needed, as a sentence.
_SENTENCES = {
    "above_max_amount": "the amount is above the task's ceiling; nothing was charged",
    "above_max_runs": "the cycle's limit was reached before this row; nothing was charged",
    "not_attempted": "the processor could not be reached before the window closed; nothing was charged",
    "posting_refused": "the amount was taken, and the folio refuses its posting: post it by hand",
    "foreign_currency": "the amount was taken in another currency: post it by hand",
    "approved_above_asked": "more was approved than was asked for",
    "not_marked": "it is done at the processor, and the books refuse to note it",
    "points_not_returned": "the payment does not stand and the points could not be returned: return them by hand",
    "points_not_taken": "the payment stands and its points were not taken: take one of them back by hand",
    "other_points_returned": "the loyalty system returned another quantity than was asked for",
}


def person_wanted(settlement: Settlement) -> PersonWanted | None:
    """Return why a person must look at a settlement, or None where nobody must."""
    identity = settlement.intent.identity
    if settlement.ending is not None:
        reason, message = settlement.ending.person, _SENTENCES.get(settlement.ending.person or "", "")
    elif settlement.person is not None:
        reason, message = settlement.person.code, settlement.person.message
    else:
        return None
    if reason is None:
        return None
    return PersonWanted(
        kind=identity.kind.value,
        names=identity.names,
        reservation=settlement.intent.reservation,
        reason=reason,
        message=message,
    )


def persons_wanted(visits: tuple[Visited, ...]) -> tuple[PersonWanted, ...]:
    """Return what these visits found a person is needed for; each is said once."""
    wanted = (person_wanted(each.settlement) for each in visits if each.calls_person)
    return tuple(each for each in wanted if each is not None)
