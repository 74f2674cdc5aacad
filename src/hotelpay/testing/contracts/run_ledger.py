"""The suite of the run ledger, and what a ledger may promise beyond it."""

from __future__ import annotations

import pytest

from hotelpay.settlement.identity import Kind
from hotelpay.settlement.journal import Claimed, Sending
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.intents import CARD_NUMBER, COMMENT, CYCLE, redemption_intent, run_intent
from hotelpay.testing.contracts.ledger_bench import (
    HostTransactionBench,
    LedgerBench,
    ReadableStoreBench,
    SharedStoreBench,
    begun,
    claimed,
    ended,
    events_of,
    held,
    recorded,
)
from hotelpay.testing.contracts.ledger_claims import ClaimGuarantees
from hotelpay.testing.contracts.ledger_cycles import CycleGuarantees
from hotelpay.testing.contracts.ledger_holds import HoldGuarantees
from hotelpay.testing.contracts.ledger_journal import JournalGuarantees
from hotelpay.testing.contracts.ledger_records import RecordGuarantees
from hotelpay.testing.contracts.ledger_storage import StorageGuarantees
from hotelpay.testing.contracts.ledger_turns import TurnGuarantees

_OTHER = "other-hotel"


class RunLedgerContract(
    HoldGuarantees,
    ClaimGuarantees,
    RecordGuarantees,
    TurnGuarantees,
    CycleGuarantees,
    JournalGuarantees,
    StorageGuarantees,
):
    """Everything that :class:`~hotelpay.ports.RunLedger` promises."""

    @pytest.fixture
    def ledgers(self) -> LedgerBench:
        """Return an empty journal; to be overridden."""
        raise NotImplementedError("override the fixture `ledgers`: an empty journal for every test")

    def test_a_ledger_says_whose_it_is(self, ledgers: LedgerBench) -> None:
        """A ledger names its hotel and how long its leases last."""
        ledger = ledgers.worker("a")
        assert ledger.hotel == ledgers.hotel
        assert ledger.lease_seconds > 1


class OwnTransactions(PortContract):
    """For a ledger that shares a database with its host: what it was told stays, whatever becomes of the host's own.

    The fixture ``ledgers`` gives a :class:`~hotelpay.testing.contracts.HostTransactionBench`.
    """

    def test_a_claim_survives_the_callers_rollback(self, ledgers: HostTransactionBench) -> None:
        """A host whose request fails after the claim, and rolls back, has still claimed."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        with ledgers.rolled_back():
            claim = claimed(ledger, intent, Sending("charge"))
        assert ledgers.worker("b").find(intent.identity) == claim.settlement
        assert ledger.next_attempt(Kind.RUN, ("T1", "R1")) is None

    def test_a_record_survives_the_callers_rollback(self, ledgers: HostTransactionBench) -> None:
        """An answer that was recorded is not forgotten because something else failed."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        with ledgers.rolled_back():
            recorded(ledger, claim, Sending("charge"))
        assert events_of(ledger.entries()) == [Claimed(claim.settlement.intent), Sending("charge")]

    def test_a_claim_is_seen_before_the_caller_commits(self, ledgers: HostTransactionBench) -> None:
        """Another worker need not wait for the end of the host's transaction to see what is claimed."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        with ledgers.rolled_back():
            claimed(ledger, intent)
            assert ledgers.worker("b").find(intent.identity) is not None
            assert ledgers.worker("b").processed([("T1", "R1")]) == {("T1", "R1")}

    def test_a_hold_survives_the_callers_rollback(self, ledgers: HostTransactionBench) -> None:
        """A hold taken inside a host's transaction keeps others out after it was rolled back."""
        with ledgers.rolled_back():
            held(ledgers.worker("a"))
        assert ledgers.worker("b").hold("R1") is None


class SharesItsStore(PortContract):
    """For a ledger whose store holds several hotels: none sees anything of another.

    The fixture ``ledgers`` gives a :class:`~hotelpay.testing.contracts.SharedStoreBench`.
    """

    def test_hotels_hold_their_own_reservations(self, ledgers: SharedStoreBench) -> None:
        """The same reservation number in two hotels is two reservations."""
        held(ledgers.worker("a"))
        held(ledgers.other_hotel(_OTHER))

    def test_hotels_claim_for_themselves(self, ledgers: SharedStoreBench) -> None:
        """The same task on the same reservation number is settled in each hotel for itself."""
        ledger, other = ledgers.worker("a"), ledgers.other_hotel(_OTHER)
        ended(ledger, run_intent(ledgers.hotel))
        ledger.import_processed([("T2", "R1")])
        assert other.processed([("T1", "R1"), ("T2", "R1")]) == set()
        claim = claimed(other, run_intent(_OTHER))
        assert [each.key for each in other.of_reservation("R1")] == [claim.key]
        assert other.find(run_intent(ledgers.hotel).identity) is None

    def test_hotels_rearm_and_run_their_own_cycles(self, ledgers: SharedStoreBench) -> None:
        """A person's word and a completed cycle count where they were given."""
        ledger, other = ledgers.worker("a"), ledgers.other_hotel(_OTHER)
        ledger.rearm(Kind.RUN, ("T1", "R1"), 2, by="ivan", reason="new card")
        ledger.complete_cycle(begun(ledger, CYCLE), ())
        ended(other, run_intent(_OTHER))
        assert other.next_attempt(Kind.RUN, ("T1", "R1")) is None
        assert begun(other, CYCLE).previous is None

    def test_hotels_read_their_own_journal(self, ledgers: SharedStoreBench) -> None:
        """Neither entries nor unfinished settlements of another hotel are seen, or taken over."""
        ledger, other = ledgers.worker("a"), ledgers.other_hotel(_OTHER)
        ours = claimed(ledger, run_intent(ledgers.hotel))
        theirs = claimed(other, run_intent(_OTHER))
        ledgers.advance(ledger.lease_seconds)
        assert [entry.key for entry in ledger.entries()] == [ours.key]
        assert [entry.key for entry in other.entries()] == [theirs.key]
        assert (list(ledger.unfinished()), list(other.unfinished())) == ([ours.key], [theirs.key])
        assert other.take(ours.key) is None

    def test_hotels_erase_their_own(self, ledgers: SharedStoreBench) -> None:
        """An erasure in one hotel leaves the same reservation number of another one alone."""
        ledger, other = ledgers.worker("a"), ledgers.other_hotel(_OTHER)
        intent = redemption_intent(_OTHER)
        ended(other, intent)
        assert ledger.erase("R1") == 0
        found = other.find(intent.identity)
        assert found is not None
        assert found.intent == intent


class StoresNothingErased(PortContract):
    """For a ledger whose store can be read: what was erased is gone from there too.

    The fixture ``ledgers`` gives a :class:`~hotelpay.testing.contracts.ReadableStoreBench`.
    """

    def test_an_erasure_reaches_the_store(self, ledgers: ReadableStoreBench) -> None:
        """No table, column or index still holds a bonus card's number or a comment."""
        ledger = ledgers.worker("a")
        ended(ledger, redemption_intent(ledgers.hotel))
        assert CARD_NUMBER in ledgers.everything_stored()
        ledger.erase("R1")
        stored = ledgers.everything_stored()
        assert CARD_NUMBER not in stored
        assert COMMENT not in stored
