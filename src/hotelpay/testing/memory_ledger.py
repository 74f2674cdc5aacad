"""The run ledger in memory: the reference that every other ledger is measured against."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import count
from typing import Final

import attrs

from hotelpay.errors import InvalidValue
from hotelpay.moments import Instant
from hotelpay.ports import Claim, CycleEnd, Hold
from hotelpay.reservation import Pair
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, CycleRefusal, EarlierCycle
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    CycleCompleted,
    Entry,
    Erased,
    Event,
    Forgotten,
    PersonNeeded,
    Rearmed,
    Recorded,
    Sending,
    Settlement,
    SettlementEvent,
    erased_event,
    fold,
)

LEASE_SECONDS: Final = 300


@attrs.define
class _Row:
    """A settlement's claim: who has it, until when, and whether it has ended."""

    identity: Identity
    reservation: str
    epoch: int
    lease_until: Instant
    ended: bool = False
    told: str | None = None


@attrs.define
class _Cycle:
    epoch: int
    lease_until: Instant
    plan: CyclePlan | None = None
    completed: bool = False


@attrs.define
class Books:
    """What the workers of one hotel share."""

    hotel: str
    clock: Callable[[], Instant]
    entries: list[Entry] = attrs.field(factory=list)
    of_key: dict[str, list[Entry]] = attrs.field(factory=dict)
    rows: dict[str, _Row] = attrs.field(factory=dict)
    of_reservation: dict[str, list[str]] = attrs.field(factory=dict)
    attempts: dict[tuple[Kind, tuple[str, ...]], set[int]] = attrs.field(factory=dict)
    holds: dict[str, Hold] = attrs.field(factory=dict)
    tokens: Iterator[int] = attrs.field(factory=lambda: count(1))
    imported: set[Pair] = attrs.field(factory=set)
    rearmed: set[tuple[Kind, tuple[str, ...], int]] = attrs.field(factory=set)
    cycles: dict[Instant, _Cycle] = attrs.field(factory=dict)
    lock: threading.RLock = attrs.field(factory=threading.RLock)


@attrs.define
class MemoryLedger:
    """One worker's view of a ledger in memory; :meth:`of_worker` gives another's view of the same one."""

    books: Books
    worker: str = "worker-1"
    lease_seconds: int = LEASE_SECONDS

    @classmethod
    def of(cls, hotel: str, clock: Callable[[], Instant], *, lease_seconds: int = LEASE_SECONDS) -> MemoryLedger:
        """Return the first worker's view of an empty ledger."""
        return cls(Books(hotel, clock), lease_seconds=lease_seconds)

    def of_worker(self, worker: str) -> MemoryLedger:
        """Return another worker's view of the same ledger."""
        return MemoryLedger(self.books, worker, self.lease_seconds)

    @property
    def hotel(self) -> str:
        """The hotel whose ledger it is."""
        return self.books.hotel

    def _until(self) -> Instant:
        return Instant(self.books.clock() + self.lease_seconds)

    def hold(self, reservation: str) -> Hold | None:
        """Take the lease on a reservation."""
        with self.books.lock:
            now, other = self.books.clock(), self.books.holds.get(reservation)
            if other is not None and now < other.until:
                return None
            token = f"{self.worker}/{next(self.books.tokens)}"
            hold = Hold(reservation=reservation, token=token, now=now, until=self._until())
            self.books.holds[reservation] = hold
            return hold

    def let_go(self, hold: Hold) -> None:
        """Give a hold back."""
        with self.books.lock:
            if self._holds(hold):
                del self.books.holds[hold.reservation]

    def _holds(self, hold: Hold) -> bool:
        known = self.books.holds.get(hold.reservation)
        return known is not None and known.token == hold.token

    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        """Claim a settlement under a hold that still holds."""
        with self.books.lock:
            now, identity = self.books.clock(), intent.identity
            if identity.hotel != self.hotel:
                raise InvalidValue("hotel", identity.hotel, f"the ledger's own, {self.hotel}", code="other_hotel")
            if not self._holds(hold) or now >= hold.until or hold.reservation != intent.reservation:
                return None
            if identity.key in self.books.rows or self.next_attempt(identity.kind, identity.names) != identity.attempt:
                return None
            self.books.rows[identity.key] = _Row(identity, intent.reservation, 1, self._until())
            self.books.of_reservation.setdefault(intent.reservation, []).append(identity.key)
            self.books.attempts.setdefault((identity.kind, identity.names), set()).add(identity.attempt)
            self._append(identity.key, 1, (Claimed(intent), *events))
            return Claim(settlement=self._settlement(identity.key), epoch=1, now=now)

    def take(self, key: str) -> Claim | None:
        """Take over an unfinished settlement whose lease has ended."""
        return self._taken(key, ended=False)

    def reopen(self, key: str) -> Claim | None:
        """Take an ended settlement once more."""
        return self._taken(key, ended=True)

    def _taken(self, key: str, *, ended: bool) -> Claim | None:
        with self.books.lock:
            row, now = self.books.rows.get(key), self.books.clock()
            if row is None or row.ended != ended or now < row.lease_until:
                return None
            row.epoch += 1
            row.lease_until = self._until()
            return Claim(settlement=self._settlement(key), epoch=row.epoch, now=now)

    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Instant | None:
        """Append events under the claim's epoch."""
        with self.books.lock:
            row, now = self.books.rows.get(claim.key), self.books.clock()
            if row is None or row.epoch != claim.epoch:
                return None
            if now >= row.lease_until and any(isinstance(event, Sending) for event in events):
                return None
            row.lease_until = self._until()
            self._append(claim.key, claim.epoch, events)
            return now

    def give_back(self, claim: Claim) -> None:
        """End the lease of a claim early."""
        with self.books.lock:
            row = self.books.rows.get(claim.key)
            if row is not None and row.epoch == claim.epoch:
                row.lease_until = self.books.clock()

    def find(self, identity: Identity) -> Settlement | None:
        """Return a settlement."""
        with self.books.lock:
            return self._settlement(identity.key) if identity.key in self.books.rows else None

    def unfinished(self) -> Sequence[str]:
        """Return the keys of the unfinished settlements whose lease has ended."""
        with self.books.lock:
            now = self.books.clock()
            return [key for key, row in self.books.rows.items() if not row.ended and row.lease_until <= now]

    def of_reservation(self, reservation: str) -> Sequence[Settlement]:
        """Return every settlement of a reservation."""
        with self.books.lock:
            return [self._settlement(key) for key in self.books.of_reservation.get(reservation, ())]

    def next_attempt(self, kind: Kind, names: tuple[str, ...]) -> int | None:
        """Return the attempt that may be claimed now."""
        with self.books.lock:
            claimed = self.books.attempts.get((kind, names), set())
            imported = kind is Kind.RUN and names in self.books.imported
            allowed = {attempt for each, known, attempt in self.books.rearmed if (each, known) == (kind, names)}
            return min(allowed.union(() if imported else (1,)) - claimed, default=None)

    def processed(self, pairs: Collection[Pair]) -> AbstractSet[Pair]:
        """Return those of the pairs that had their turn."""
        return {pair for pair in pairs if self.next_attempt(Kind.RUN, pair) is None}

    def import_processed(self, pairs: Iterable[Pair]) -> int:
        """Count pairs as processed elsewhere: that was their first attempt, whatever a person allowed since."""
        with self.books.lock:
            new = {pair for pair in pairs if 1 not in self.books.attempts.get((Kind.RUN, pair), ())}
            new -= self.books.imported
            self.books.imported |= new
            return len(new)

    def rearm(self, kind: Kind, names: tuple[str, ...], attempt: int, *, by: str, reason: str) -> bool:
        """Allow one more attempt."""
        with self.books.lock:
            if attempt == 1 or (kind, names, attempt) in self.books.rearmed:
                return False
            self.books.rearmed.add((kind, names, attempt))
            self._append(None, 0, (Rearmed(names, attempt, by, reason),))
            return True

    def begin_cycle(self, cycle_at: Instant) -> CycleClaim | CycleRefusal:
        """Claim or resume a cycle."""
        with self.books.lock:
            now, cycle = self.books.clock(), self.books.cycles.get(cycle_at)
            if cycle is not None and cycle.completed:
                return CycleRefusal.ALREADY_RUN
            if cycle is not None and now < cycle.lease_until:
                return CycleRefusal.IN_PROGRESS
            if cycle is None:
                cycle = self.books.cycles[cycle_at] = _Cycle(0, now)
            cycle.epoch += 1
            cycle.lease_until = self._until()
            return CycleClaim(
                cycle_at=cycle_at, epoch=cycle.epoch, now=now, plan=cycle.plan, previous=self._previous(cycle_at)
            )

    def _previous(self, cycle_at: Instant) -> EarlierCycle | None:
        earlier = [at for at, cycle in self.books.cycles.items() if at < cycle_at and cycle.completed]
        if not earlier:
            return None
        plan = self.books.cycles[max(earlier)].plan
        return EarlierCycle(cycle_at=max(earlier), active_tasks=() if plan is None else plan.active_tasks)

    def plan_cycle(self, claim: CycleClaim, plan: CyclePlan) -> bool:
        """Keep the list of a cycle."""
        with self.books.lock:
            cycle = self._kept(claim)
            if cycle is not None:
                cycle.plan = plan
            return cycle is not None

    def keep_cycle(self, claim: CycleClaim) -> bool:
        """Extend the lease of a cycle."""
        with self.books.lock:
            return self._kept(claim) is not None

    def give_back_cycle(self, claim: CycleClaim) -> None:
        """End the lease of a cycle early."""
        with self.books.lock:
            cycle = self._kept(claim)
            if cycle is not None:
                cycle.lease_until = self.books.clock()

    def _kept(self, claim: CycleClaim) -> _Cycle | None:
        cycle = self.books.cycles[claim.cycle_at]
        if cycle.epoch != claim.epoch or cycle.completed:
            return None
        cycle.lease_until = self._until()
        return cycle

    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        """End a cycle."""
        with self.books.lock:
            cycle = self._kept(claim)
            if cycle is None:
                return None
            cycle.completed = True
            cycle.plan = plan or cycle.plan
            known = {entry.event for entry in self.books.entries if isinstance(entry.event, Forgotten)}
            new = [each for each in dict.fromkeys(forgotten) if each not in known]
            self._append(None, claim.epoch, (*new, CycleCompleted(claim.cycle_at)))
            return CycleEnd(forgotten=tuple(new), waiting=tuple(self._not_told()))

    def _not_told(self) -> Iterator[Settlement]:
        """Yield the settlements that need a person for a reason that no cycle has told, and note that one has now."""
        for key, row in self.books.rows.items():
            settlement = self._settlement(key)
            person = settlement.waits_for_person
            if person is not None and person != row.told:
                row.told = person
                yield settlement

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Return the journal's entries with a number above ``after``."""
        with self.books.lock:
            return iter(self.books.entries[after:])

    def erase(self, reservation: str) -> int:
        """Remove personal data and free text from a reservation's ended settlements."""
        with self.books.lock:
            keys = [key for key in self.books.of_reservation.get(reservation, ()) if self.books.rows[key].ended]
            names = {self.books.rows[key].identity.names for key in keys}
            self.books.entries[:] = [
                _erased(each) if each.key in keys or _rearms(each, names) else each for each in self.books.entries
            ]
            for key in keys:
                self.books.of_key[key] = [_erased(each) for each in self.books.of_key[key]]
            self._append(None, 0, (Erased(reservation),))
            return len(keys)

    def _append(self, key: str | None, epoch: int, events: Iterable[Event]) -> None:
        for event in events:
            number = len(self.books.entries) + 1
            entry = Entry(number=number, at=self.books.clock(), worker=self.worker, key=key, epoch=epoch, event=event)
            self.books.entries.append(entry)
            if key is not None:
                self.books.of_key.setdefault(key, []).append(entry)
                if isinstance(event, Completed):
                    self.books.rows[key].ended = True
                    self.books.rows[key].lease_until = self.books.clock()

    def _settlement(self, key: str) -> Settlement:
        return fold(self.books.of_key[key])


def _erased(entry: Entry) -> Entry:
    event = entry.event
    if isinstance(event, Claimed | Sending | Recorded | PersonNeeded | Completed):
        return attrs.evolve(entry, event=erased_event(event))
    if isinstance(event, Rearmed):
        return attrs.evolve(entry, event=attrs.evolve(event, reason=""))
    return entry


def _rearms(entry: Entry, names: set[tuple[str, ...]]) -> bool:
    return isinstance(entry.event, Rearmed) and entry.event.names in names
