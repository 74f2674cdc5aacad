"""What an observer is told: the journal's entries, and how each visit and each cycle began and ended.

A happening holds ids of the hotel's own, keys, codes, numbers and instants. There is no field for a card, an amount, a
name or a text that somebody wrote, so nothing that an observer does with it can give away a guest. Who needs more reads
the journal by the key.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias, assert_never

import attrs

from hotelpay.card_numbers import mask_card_numbers
from hotelpay.moments import Instant
from hotelpay.ports import Claim
from hotelpay.settlement.cycles import CycleRefusal
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    PersonNeeded,
    Recorded,
    Sending,
    SettlementEvent,
)
from hotelpay.settlement.outcome import (
    Approved,
    Declined,
    Done,
    Failed,
    NotAttempted,
    Outcome,
    Refused,
    Result,
    TooLate,
    Unknown,
)


def _code(value: str) -> str:
    """Return a code that some adapter chose, without what looks like a card's number."""
    return mask_card_numbers(value)


def _optional_code(value: str | None) -> str | None:
    return None if value is None else _code(value)


class Start(enum.Enum):
    """How a worker came to a settlement."""

    CLAIMED = "claimed"
    TAKEN_OVER = "taken_over"
    """It was unfinished, and nobody was at it any more."""
    REOPENED = "reopened"
    """It had ended, and a failed action is done again."""


class Answer(enum.Enum):
    """What kind of answer a call got."""

    APPROVED = "approved"
    DECLINED = "declined"
    NOT_ATTEMPTED = "not_attempted"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    TOO_LATE = "too_late"


_ANSWERS: Final[Mapping[type[Result], Answer]] = {
    Approved: Answer.APPROVED,
    Declined: Answer.DECLINED,
    NotAttempted: Answer.NOT_ATTEMPTED,
    Unknown: Answer.UNKNOWN,
    Done: Answer.DONE,
    Refused: Answer.REFUSED,
    Failed: Answer.FAILED,
    TooLate: Answer.TOO_LATE,
}


class Stop(enum.Enum):
    """How a worker's time at a cycle ended."""

    COMPLETED = "completed"
    GIVEN_BACK = "given_back"
    """It was asked to stop, or failed: the next delivery goes on."""
    LOST = "lost"
    """Another worker has it."""


@attrs.frozen(kw_only=True)
class Visit:
    """One worker's time at one settlement, under one epoch of its claim."""

    identity: Identity
    reservation: str
    epoch: int

    @classmethod
    def of(cls, claim: Claim) -> Visit:
        """Return the visit that a claim stands for."""
        intent = claim.settlement.intent
        return cls(identity=intent.identity, reservation=intent.reservation, epoch=claim.epoch)

    @property
    def hotel(self) -> str:
        """The hotel."""
        return self.identity.hotel

    @property
    def key(self) -> str:
        """The settlement's key."""
        return self.identity.key

    @property
    def task(self) -> str | None:
        """The task of a run; None of anything else."""
        return self.identity.names[0] if self.identity.kind is Kind.RUN else None


# A settlement. Instants are the ledger's.


@attrs.frozen
class VisitBegun:
    """A worker has a settlement now."""

    visit: Visit
    at: Instant
    start: Start


@attrs.frozen
class CallSent:
    """A call that moves money is about to be made."""

    visit: Visit
    at: Instant
    purpose: str


@attrs.frozen
class CallAnswered:
    """A call was answered; ``code`` is why it was declined or refused, ``by_hand`` that a person found it out."""

    visit: Visit
    at: Instant
    purpose: str
    answer: Answer
    code: str | None = attrs.field(default=None, converter=_optional_code)
    by_hand: bool = False


@attrs.frozen
class PersonCalled:
    """The settlement cannot go on by itself."""

    visit: Visit
    at: Instant
    code: str = attrs.field(converter=_code)


@attrs.frozen(kw_only=True)
class SettlementEnded:
    """The settlement has ended, and the visit with it; ``person`` is why somebody must look at it, if so.

    ``seconds`` have passed since it was claimed.
    """

    visit: Visit
    at: Instant
    seconds: int
    outcome: Outcome
    reason: str | None = attrs.field(default=None, converter=_optional_code)
    person: str | None = attrs.field(default=None, converter=_optional_code)


@attrs.frozen
class GivenBack:
    """A worker has left a settlement to whoever comes next; one that was reopened stays ended."""

    visit: Visit


@attrs.frozen
class LeaseLost:
    """A worker's record was refused: its lease is over, or another worker has the settlement."""

    visit: Visit


# The hotel.


@attrs.frozen(kw_only=True)
class AttemptAllowed:
    """A person has given a settlement another attempt."""

    hotel: str
    kind: Kind
    names: tuple[str, ...]
    attempt: int


@attrs.frozen(kw_only=True)
class RunForgotten:
    """A window closed, or an arrival came, without any cycle having looked."""

    hotel: str
    task: str
    reservation: str
    due_at: Instant
    closed_at: Instant


@attrs.frozen(kw_only=True)
class ReservationErased:
    """The personal data of so many settlements of a reservation were removed."""

    hotel: str
    reservation: str
    settlements: int


@attrs.frozen(kw_only=True)
class CycleBegun:
    """A worker has a cycle now; from the second ``epoch`` on it resumes what another one began."""

    hotel: str
    cycle_at: Instant
    epoch: int
    at: Instant


@attrs.frozen(kw_only=True)
class CycleRefused:
    """A cycle was not to be had: it is completed, or another worker is at it."""

    hotel: str
    cycle_at: Instant
    refusal: CycleRefusal


@attrs.frozen(kw_only=True)
class CycleEnded:
    """A worker's time at a cycle is over.

    Of a completed one: how many runs were ``forgotten``, and how many settlements are ``waiting`` for a person, of
    those that no completed cycle has told before.
    """

    hotel: str
    cycle_at: Instant
    epoch: int
    stop: Stop
    forgotten: int = 0
    waiting: int = 0


#: What happens to one settlement.
SettlementHappening: TypeAlias = (
    VisitBegun | CallSent | CallAnswered | PersonCalled | SettlementEnded | GivenBack | LeaseLost
)
#: What happens to a hotel's ledger as a whole.
HotelHappening: TypeAlias = AttemptAllowed | RunForgotten | ReservationErased | CycleBegun | CycleRefused | CycleEnded
Happening: TypeAlias = SettlementHappening | HotelHappening


def happenings_of(claim: Claim, events: Sequence[SettlementEvent], at: Instant) -> Iterator[SettlementHappening]:
    """Yield what these entries, kept under a claim, tell an observer."""
    visit = Visit.of(claim)
    for event in events:
        match event:
            case Claimed():
                yield VisitBegun(visit, at, Start.CLAIMED)
            case Sending(purpose):
                yield CallSent(visit, at, purpose)
            case Recorded(purpose, result, by):
                answer, code = _answered(result)
                yield CallAnswered(visit, at, purpose, answer, code, by_hand=by is not None)
            case PersonNeeded(code):
                yield PersonCalled(visit, at, code)
            case Completed(ending):
                yield SettlementEnded(
                    visit=visit,
                    at=at,
                    seconds=at - claim.settlement.claimed_at,
                    outcome=ending.outcome,
                    reason=ending.reason,
                    person=ending.person,
                )
            case _:
                assert_never(event)


def _answered(result: Result) -> tuple[Answer, str | None]:
    return _ANSWERS[type(result)], result.code if isinstance(result, Declined | Refused) else None
