"""A ledger that tells observers what it has kept."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

import attrs

from hotelpay.moments import Instant
from hotelpay.observed.happenings import (
    AttemptAllowed,
    CycleBegun,
    CycleEnded,
    CycleRefused,
    GivenBack,
    Happening,
    LeaseLost,
    ReservationErased,
    RunForgotten,
    Start,
    Stop,
    Visit,
    VisitBegun,
    happenings_of,
)
from hotelpay.ports import Claim, CycleEnd, Hold, RunLedger
from hotelpay.reservation import Pair
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, CycleRefusal
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Claimed, Entry, Forgotten, Settlement, SettlementEvent

LOGGER: Final = logging.getLogger("hotelpay.observed")
#: The classes of observers and of their faults that were logged: each pair is, once in a process.
_LOGGED: Final[set[tuple[str, str]]] = set()


class Observer(Protocol):
    """Who listens to a ledger: a log, traces, metrics, or something of the host's own."""

    def observe(self, happening: Happening) -> None:
        """Hear what the ledger has just kept.

        Called in the worker's own thread, between a record and the call that follows, while a lease runs: be quick.
        Several threads may call at once. What it raises is dropped, and logged once.
        """


def _all_of(observers: Iterable[Observer]) -> tuple[Observer, ...]:
    return tuple(observers)


@attrs.frozen(eq=False)
class ObservedLedger:
    """A run ledger (:class:`~hotelpay.ports.RunLedger`) that passes every call to another one and then tells observers.

    They hear what was kept, after it was kept. A call that raises, or that the ledger refuses without anybody having
    lost anything, tells nothing. Nothing that an observer does changes what the ledger answers.
    """

    ledger: RunLedger
    observers: tuple[Observer, ...] = attrs.field(converter=_all_of)

    def _tell(self, *happenings: Happening) -> None:
        for happening in happenings:
            for observer in self.observers:
                try:
                    observer.observe(happening)
                except Exception as fault:  # noqa: BLE001  who only listens must never stop a payment
                    _log_once(observer, fault)

    @property
    def hotel(self) -> str:
        """The hotel whose ledger it is."""
        return self.ledger.hotel

    @property
    def lease_seconds(self) -> int:
        """How long a hold, a claim and a cycle are leased for."""
        return self.ledger.lease_seconds

    # Holds.

    def hold(self, reservation: str) -> Hold | None:
        """Take the lease on a reservation; None while anybody has it."""
        return self.ledger.hold(reservation)

    def let_go(self, hold: Hold) -> None:
        """Give a hold back."""
        self.ledger.let_go(hold)

    # Settlements.

    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        """Claim a settlement with its whole intent, and append the first events."""
        claim = self.ledger.claim(intent, hold, events)
        if claim is not None:
            self._tell(*happenings_of(claim, (Claimed(intent), *events), claim.now))
        return claim

    def take(self, key: str) -> Claim | None:
        """Take over an unfinished settlement whose lease has ended."""
        return self._begun(self.ledger.take(key), Start.TAKEN_OVER)

    def reopen(self, key: str) -> Claim | None:
        """Take an ended settlement once more."""
        return self._begun(self.ledger.reopen(key), Start.REOPENED)

    def _begun(self, claim: Claim | None, start: Start) -> Claim | None:
        if claim is not None:
            self._tell(VisitBegun(Visit.of(claim), claim.now, start))
        return claim

    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Instant | None:
        """Append events and extend the lease; None where the claim is lost."""
        at = self.ledger.record(claim, events)
        if at is None:
            self._tell(LeaseLost(Visit.of(claim)))
        else:
            self._tell(*happenings_of(claim, events, at))
        return at

    def give_back(self, claim: Claim) -> None:
        """End the lease of a claim early."""
        self.ledger.give_back(claim)
        self._tell(GivenBack(Visit.of(claim)))

    def find(self, identity: Identity) -> Settlement | None:
        """Return a settlement, or None where it was never claimed."""
        return self.ledger.find(identity)

    def unfinished(self) -> Sequence[str]:
        """Return the keys of all settlements that have not ended and whose lease has, oldest first."""
        return self.ledger.unfinished()

    def of_reservation(self, reservation: str) -> Sequence[Settlement]:
        """Return every settlement of a reservation, oldest first."""
        return self.ledger.of_reservation(reservation)

    # Turns.

    def next_attempt(self, kind: Kind, names: tuple[str, ...]) -> int | None:
        """Return the attempt that may be claimed now, or None where all that were allowed are used up."""
        return self.ledger.next_attempt(kind, names)

    def processed(self, pairs: Collection[Pair]) -> AbstractSet[Pair]:
        """Return those of the pairs that have no attempt left."""
        return self.ledger.processed(pairs)

    def import_processed(self, pairs: Iterable[Pair]) -> int:
        """Count the first attempt of pairs as made elsewhere; return for how many that is new."""
        return self.ledger.import_processed(pairs)

    def rearm(self, kind: Kind, names: tuple[str, ...], attempt: int, *, by: str, reason: str) -> bool:
        """Allow one more attempt, this one; False where it is allowed already."""
        allowed = self.ledger.rearm(kind, names, attempt, by=by, reason=reason)
        if allowed:
            self._tell(AttemptAllowed(hotel=self.hotel, kind=kind, names=names, attempt=attempt))
        return allowed

    # Cycles.

    def begin_cycle(self, cycle_at: Instant) -> CycleClaim | CycleRefusal:
        """Claim a cycle, or resume one whose worker's lease has ended."""
        claim = self.ledger.begin_cycle(cycle_at)
        if isinstance(claim, CycleRefusal):
            self._tell(CycleRefused(hotel=self.hotel, cycle_at=cycle_at, refusal=claim))
        else:
            self._tell(CycleBegun(hotel=self.hotel, cycle_at=cycle_at, epoch=claim.epoch, at=claim.now))
        return claim

    def plan_cycle(self, claim: CycleClaim, plan: CyclePlan) -> bool:
        """Keep the list that a cycle decided at its start; False where the claim is lost."""
        return self._kept(claim, kept=self.ledger.plan_cycle(claim, plan))

    def keep_cycle(self, claim: CycleClaim) -> bool:
        """Extend the lease of a cycle; False where the claim is lost."""
        return self._kept(claim, kept=self.ledger.keep_cycle(claim))

    def _kept(self, claim: CycleClaim, *, kept: bool) -> bool:
        if not kept:
            self._tell(self._ended(claim, Stop.LOST))
        return kept

    def give_back_cycle(self, claim: CycleClaim) -> None:
        """End the lease of a cycle early."""
        self.ledger.give_back_cycle(claim)
        self._tell(self._ended(claim, Stop.GIVEN_BACK))

    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        """End a cycle, and return what no completed cycle has told before; None where the claim is lost."""
        end = self.ledger.complete_cycle(claim, forgotten, plan=plan)
        if end is None:
            self._tell(self._ended(claim, Stop.LOST))
            return None
        self._tell(
            *(self._forgotten(each) for each in end.forgotten),
            attrs.evolve(self._ended(claim, Stop.COMPLETED), forgotten=len(end.forgotten), waiting=len(end.waiting)),
        )
        return end

    def _ended(self, claim: CycleClaim, stop: Stop) -> CycleEnded:
        return CycleEnded(hotel=self.hotel, cycle_at=claim.cycle_at, epoch=claim.epoch, stop=stop)

    def _forgotten(self, found: Forgotten) -> RunForgotten:
        return RunForgotten(
            hotel=self.hotel,
            task=found.task,
            reservation=found.reservation,
            due_at=found.due_at,
            closed_at=found.closed_at,
        )

    # The journal.

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Return the journal's entries with a number above ``after``, in order."""
        return self.ledger.entries(after)

    def erase(self, reservation: str) -> int:
        """Remove personal data and free text from a reservation's settlements; return how many there were."""
        erased = self.ledger.erase(reservation)
        self._tell(ReservationErased(hotel=self.hotel, reservation=reservation, settlements=erased))
        return erased


def _log_once(observer: Observer, fault: Exception) -> None:
    """Log that an observer fails, by the names of the classes alone: what a fault says may be anything."""
    pair = type(observer).__qualname__, type(fault).__qualname__
    if pair not in _LOGGED:
        _LOGGED.add(pair)
        LOGGER.log(logging.ERROR, "an observer of the ledger fails, and is not heard: %s raised %s", *pair)
