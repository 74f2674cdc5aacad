"""What a cycle tells afterwards."""

from __future__ import annotations

import enum

import attrs

from hotelpay.messages import ENGLISH, PERSON_REASONS, Language
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
    STOPPED = "stopped"
    """It was asked to stop between two rows: the next delivery of the same instant goes on there."""


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
        """The outcome as documents write it; ``dropped`` where nothing came of the row.

        ``unknown`` also where the ledger went away: nobody can say whether the row was claimed.
        """
        if self.settlement is None:
            return Outcome.UNKNOWN.value if self.dropped is None else "dropped"
        return "dropped" if self.settlement.outcome is Outcome.LEFT_TO_PERSON else self.settlement.outcome.value

    @property
    def approved(self) -> Approved | None:
        """What was approved, if anything was."""
        return None if self.settlement is None else self.settlement.approved


@attrs.frozen(kw_only=True)
class PersonWanted:
    """Something that a person has to look at: the code of the reason and a sentence."""

    kind: str
    names: tuple[str, ...]
    reservation: str
    reason: str
    message: str

    def message_in(self, language: Language) -> str:
        """Return the sentence in another language; what a processor or a PMS said in it stays as it was said."""
        if language.code == ENGLISH.code or self.reason not in PERSON_REASONS or not self.message:
            return self.message
        purpose, _, trouble = self.message.partition(": ")
        values = {"purpose": language.label("Purpose", purpose), "trouble": trouble}
        return language.sentence(PERSON_REASONS, self.reason, values)


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


def person_wanted(settlement: Settlement) -> PersonWanted | None:
    """Return why a person must look at a settlement, or None where nobody must."""
    identity, reason = settlement.intent.identity, settlement.waits_for_person
    if reason is None:
        return None
    found = None if settlement.ending is not None else settlement.person
    message = ENGLISH.sentence(PERSON_REASONS, reason, {}) if found is None else found.message
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
