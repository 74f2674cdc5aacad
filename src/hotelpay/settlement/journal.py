"""The journal: append-only entries, and the state of a settlement, which is what its entries say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias, assert_never

import attrs

from hotelpay.errors import HotelpayError
from hotelpay.moments import Instant
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.outcome import (
    Approved,
    Declined,
    Done,
    Ending,
    Failed,
    NotAttempted,
    Outcome,
    Refused,
    Result,
    TooLate,
    Unknown,
)


@attrs.frozen
class Claimed:
    """A worker has taken a settlement upon itself, with the whole intent."""

    intent: Intent


@attrs.frozen
class Sending:
    """A call that moves money is about to be made: from here on it may have happened."""

    purpose: str


@attrs.frozen
class Recorded:
    """A call was answered. ``by`` names the person who found the answer out, where no port did."""

    purpose: str
    result: Result
    by: str | None = None


@attrs.frozen
class PersonNeeded:
    """The settlement cannot go on by itself; it is still looked at in every recovery."""

    code: str
    message: str


@attrs.frozen
class Completed:
    """The settlement has ended."""

    ending: Ending


@attrs.frozen
class Rearmed:
    """A person has given a settlement another attempt."""

    names: tuple[str, ...]
    attempt: int
    by: str
    reason: str


@attrs.frozen
class Forgotten:
    """A window closed, or an arrival came, without any cycle having looked; reported once."""

    task: str
    reservation: str
    due_at: Instant
    closed_at: Instant


@attrs.frozen
class CycleCompleted:
    """A cycle has done its work."""

    cycle_at: Instant


@attrs.frozen
class Erased:
    """The personal data of a reservation were removed from the ledger."""

    reservation: str


#: What happens to one settlement.
SettlementEvent: TypeAlias = Claimed | Sending | Recorded | PersonNeeded | Completed
#: What happens to the hotel's ledger as a whole.
HotelEvent: TypeAlias = Rearmed | Forgotten | CycleCompleted | Erased
Event: TypeAlias = SettlementEvent | HotelEvent


@attrs.frozen(kw_only=True)
class Entry:
    """One line of the journal: when (ledger time), which worker, under which epoch of the claim, what.

    ``number`` grows with every entry of the ledger; ``key`` is the settlement's, None for the hotel's events.
    """

    number: int
    at: Instant
    worker: str
    key: str | None
    epoch: int
    event: Event


@attrs.frozen
class SendingRecord:
    """A call that may have reached the other side, and what was answered to it, if anything was."""

    at: Instant
    answer: Result | None = None


@attrs.frozen(kw_only=True)
class Settlement:
    """Where a settlement stands: its intent, the definite answers, every sending, and how it ended."""

    intent: Intent
    claimed_at: Instant
    results: Mapping[str, Result] = attrs.field(factory=dict)
    sendings: Mapping[str, tuple[SendingRecord, ...]] = attrs.field(factory=dict)
    person: PersonNeeded | None = None
    ending: Ending | None = None

    @property
    def key(self) -> str:
        """The settlement's key."""
        return self.intent.identity.key

    def maybe_sent_since(self, purpose: str) -> Instant | None:
        """Return the first moment at which a call may have happened, or None where it certainly has not."""
        return min((each.at for each in self._open_sendings(purpose)), default=None)

    def last_sent_at(self, purpose: str) -> Instant | None:
        """Return the last moment at which a call may have been made."""
        return max((each.at for each in self._open_sendings(purpose)), default=None)

    def _open_sendings(self, purpose: str) -> Iterable[SendingRecord]:
        return (each for each in self.sendings.get(purpose, ()) if not isinstance(each.answer, NotAttempted))

    @property
    def approved(self) -> Approved | None:
        """What the other side approved when the money was first moved, if it did."""
        opening = self.intent.opening
        found = None if opening is None else self.results.get(opening)
        return found if isinstance(found, Approved) else None

    @property
    def waits_for_person(self) -> str | None:
        """The code of why a person must look at it, None where nobody must."""
        if self.ending is not None:
            return self.ending.person
        return None if self.person is None else self.person.code

    @property
    def outcome(self) -> Outcome:
        """How it ended; of one that has not, how its money stands."""
        if self.ending is not None:
            return self.ending.outcome
        opening = self.intent.opening
        match None if opening is None else self.results.get(opening):
            case Approved():
                return Outcome.APPROVED
            case Declined():
                return Outcome.DECLINED
            case _ if opening is None:
                return Outcome.DONE
            case _:
                sent = self.maybe_sent_since(opening) is not None
                return Outcome.UNKNOWN if sent else Outcome.NOT_ATTEMPTED

    def after(self, event: SettlementEvent, at: Instant) -> Settlement:
        """Return the state after one more event."""
        match event:
            case Claimed():
                raise JournalFault(self.key, "it is claimed twice")
            case Sending(purpose):
                sent = (*self.sendings.get(purpose, ()), SendingRecord(at))
                return attrs.evolve(self, sendings={**self.sendings, purpose: sent})
            case Recorded(purpose, result):
                return self._answered(purpose, result)
            case PersonNeeded():
                return attrs.evolve(self, person=event)
            case Completed(ending):
                return attrs.evolve(self, ending=ending)
        assert_never(event)

    def _answered(self, purpose: str, result: Result) -> Settlement:
        answered = self
        sent = self.sendings.get(purpose)
        if sent and sent[-1].answer is None:
            last = attrs.evolve(sent[-1], answer=result)
            answered = attrs.evolve(self, sendings={**self.sendings, purpose: (*sent[:-1], last)})
        if not is_definite(result):
            return answered
        return attrs.evolve(answered, results={**self.results, purpose: result})


class JournalFault(HotelpayError, ValueError):
    """The entries of a settlement that no worker can have written in this order."""

    def __init__(self, key: str, fault: str) -> None:
        """Keep the settlement's key and what is wrong with its entries."""
        super().__init__(key, fault)
        self.key = key
        self.fault = fault

    def __str__(self) -> str:
        """Say which settlement and what is wrong."""
        return f"the journal of settlement {self.key} cannot be read: {self.fault}"


def is_definite(result: Result) -> bool:
    """Tell whether an answer is final: nothing more has to be found out about that call."""
    match result:
        case Approved() | Declined() | Done() | Refused() | TooLate():
            return True
        case NotAttempted() | Unknown() | Failed():
            return False
    assert_never(result)


def fold(entries: Iterable[Entry]) -> Settlement:
    """Return the state that the entries of one settlement, in their order, amount to."""
    state: Settlement | None = None
    for entry in entries:
        event = entry.event
        if isinstance(event, Claimed):
            if state is not None:
                raise JournalFault(state.key, "it is claimed twice")
            state = Settlement(intent=event.intent, claimed_at=entry.at)
        elif state is None or not isinstance(event, Sending | Recorded | PersonNeeded | Completed):
            raise JournalFault(str(entry.key), "it does not begin with a claim")
        else:
            state = state.after(event, entry.at)
    if state is None:
        raise JournalFault("?", "it is empty")
    return state


def erased_event(event: SettlementEvent) -> SettlementEvent:
    """Return an event without personal data and free text; codes, amounts, references and keys stay."""
    match event:
        case Claimed(intent):
            return Claimed(intent.erased())
        case Recorded(purpose, result, by):
            return Recorded(purpose, _erased_result(result), by)
        case PersonNeeded(code, _):
            return PersonNeeded(code, "")
        case Sending() | Completed():
            return event
    assert_never(event)


def _erased_result(result: Result) -> Result:
    match result:
        case Declined(code, _):
            return Declined(code)
        case Refused(code, _):
            return Refused(code)
        case NotAttempted() | Unknown() | Failed():
            return type(result)()
        case Approved() | Done() | TooLate():
            return result
    assert_never(result)
