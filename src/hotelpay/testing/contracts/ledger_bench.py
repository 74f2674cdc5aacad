"""What the suite of a ledger is handed, and the few moves that all of its tests make."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from hotelpay.moments import Instant
from hotelpay.ports import Claim, Hold, RunLedger
from hotelpay.settlement.cycles import CycleClaim
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Completed, Entry, Event, SettlementEvent
from hotelpay.settlement.outcome import Ending, Outcome


class LedgerBench(Protocol):
    """An empty journal of one hotel, and a clock that stands still until the suite moves it."""

    @property
    def hotel(self) -> str:
        """The hotel whose journal it is."""
        ...

    def worker(self, name: str) -> RunLedger:
        """Return the ledger as one worker sees it; every worker sees the same journal."""
        ...

    def advance(self, seconds: int) -> None:
        """Let so many seconds of the ledger's time pass."""


class SharedStoreBench(LedgerBench, Protocol):
    """A bench whose store holds the journals of several hotels."""

    def other_hotel(self, hotel: str) -> RunLedger:
        """Return the ledger of another hotel in the same store."""
        ...


class HostTransactionBench(LedgerBench, Protocol):
    """A bench on a store in which the host has transactions of its own."""

    def rolled_back(self) -> AbstractContextManager[object]:
        """Return a block of the host's that runs in a transaction of its own and rolls it back at the end."""
        ...


class ReadableStoreBench(LedgerBench, Protocol):
    """A bench whose store can be read behind the ledger's back."""

    def everything_stored(self) -> str:
        """Return all that the store holds, as one text."""
        ...


def held(ledger: RunLedger, reservation: str = "R1") -> Hold:
    """Return a hold on a reservation that nobody has."""
    hold = ledger.hold(reservation)
    assert hold is not None, f"nobody holds {reservation}, and still {ledger} does not get it"
    return hold


def claimed(ledger: RunLedger, intent: Intent, *events: SettlementEvent) -> Claim:
    """Return the claim of a settlement that nobody has claimed, without leaving its reservation held."""
    hold = held(ledger, intent.reservation)
    try:
        claim = ledger.claim(intent, hold, events)
    finally:
        ledger.let_go(hold)
    assert claim is not None, "a claim under a good hold is refused"
    return claim


def taken(ledger: RunLedger, key: str) -> Claim:
    """Return the claim of a settlement whose lease has ended."""
    claim = ledger.take(key)
    assert claim is not None, "a settlement whose lease has ended is not handed over"
    return claim


def reopened(ledger: RunLedger, key: str) -> Claim:
    """Return the claim of a settlement that has ended and that nobody has."""
    claim = ledger.reopen(key)
    assert claim is not None, "a settlement that has ended is not opened again"
    return claim


def recorded(ledger: RunLedger, claim: Claim, *events: SettlementEvent) -> Instant:
    """Return the time at which events were recorded under a claim that is good."""
    at = ledger.record(claim, events)
    assert at is not None, "a record under a good claim is refused"
    return at


def ended(ledger: RunLedger, intent: Intent, *events: SettlementEvent) -> Claim:
    """Return the claim of a settlement that was claimed and completed just now."""
    claim = claimed(ledger, intent, *events)
    recorded(ledger, claim, Completed(Ending(Outcome.APPROVED)))
    return claim


def begun(ledger: RunLedger, cycle_at: Instant) -> CycleClaim:
    """Return the claim of a cycle that nobody works on."""
    claim = ledger.begin_cycle(cycle_at)
    assert isinstance(claim, CycleClaim), f"a cycle that nobody works on is refused: {claim}"
    return claim


def events_of(entries: Iterable[Entry]) -> list[Event]:
    """Return what happened, entry by entry."""
    return [entry.event for entry in entries]
