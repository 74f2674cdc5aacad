"""What a ledger promises about its journal: numbered, in order, complete, and readable while it is written."""

from __future__ import annotations

import threading
from functools import partial
from itertools import pairwise
from typing import Final

from hotelpay.ports import RunLedger
from hotelpay.settlement.identity import Kind
from hotelpay.settlement.journal import Claimed, Completed, Entry, PersonNeeded, Recorded, Sending, fold
from hotelpay.settlement.outcome import Approved, Ending, NotAttempted, Outcome
from hotelpay.testing.contracts.at_once import WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.intents import eur, redemption_intent, release_intent, run_intent
from hotelpay.testing.contracts.ledger_bench import LedgerBench, claimed, ended, events_of, recorded, taken

_RECORDS_EACH: Final = 20


class JournalGuarantees(PortContract):
    """The entries are all there is to know about a settlement, and a host may follow them."""

    def test_an_empty_journal_has_no_entries(self, ledgers: LedgerBench) -> None:
        """Nothing stands in a journal that nobody has written to."""
        assert list(ledgers.worker("a").entries()) == []

    def test_an_entry_says_when_who_and_what(self, ledgers: LedgerBench) -> None:
        """An entry bears the ledger's time, the worker, the settlement's key and the epoch of the claim."""
        ledger, other = ledgers.worker("a"), ledgers.worker("b")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        ledgers.advance(ledger.lease_seconds)
        again = taken(other, claim.key)
        recorded(other, again, Sending("charge"))
        first, second = ledger.entries()
        assert (first.at, first.worker, first.key, first.epoch) == (claim.now, "a", claim.key, claim.epoch)
        assert (second.at, second.worker, second.key, second.epoch) == (again.now, "b", claim.key, again.epoch)
        assert (first.event, second.event) == (Claimed(claim.settlement.intent), Sending("charge"))

    def test_entries_are_numbered_in_their_order(self, ledgers: LedgerBench) -> None:
        """Numbers grow from one entry to the next, over all settlements and workers."""
        _write_a_bit_of_everything(ledgers)
        numbers = [entry.number for entry in ledgers.worker("a").entries()]
        assert numbers[0] > 0
        assert all(before < after for before, after in pairwise(numbers))

    def test_entries_are_read_on_from_a_number(self, ledgers: LedgerBench) -> None:
        """After any number come exactly the entries above it; after the last one, none."""
        _write_a_bit_of_everything(ledgers)
        ledger = ledgers.worker("reader")
        entries = list(ledger.entries())
        for place, entry in enumerate(entries, 1):
            assert list(ledger.entries(after=entry.number)) == entries[place:]
        assert list(ledger.entries(after=0)) == entries
        assert list(ledger.entries(after=entries[-1].number + 1000)) == []

    def test_entries_amount_to_the_settlement(self, ledgers: LedgerBench) -> None:
        """What is found of a settlement is what its entries say, and nothing else."""
        _write_a_bit_of_everything(ledgers)
        ledger = ledgers.worker("reader")
        by_key: dict[str, list[Entry]] = {}
        for entry in ledger.entries():
            if entry.key is not None:
                by_key.setdefault(entry.key, []).append(entry)
        found = [settlement for name in ("R1", "R2") for settlement in ledger.of_reservation(name)]
        assert {settlement.key: settlement for settlement in found} == {
            key: fold(entries) for key, entries in by_key.items()
        }
        assert [ledger.find(settlement.intent.identity) for settlement in found] == found

    def test_a_journal_may_be_written_while_it_is_read(self, ledgers: LedgerBench) -> None:
        """A host that acts on an entry before it has read the rest neither waits for itself nor misses one."""
        _write_a_bit_of_everything(ledgers)
        ledger = ledgers.worker("a")
        before = list(ledger.entries())
        reading = ledger.entries()
        read = [next(reading)]
        claimed(ledger, run_intent(ledgers.hotel, reservation="R9"))
        read += reading
        assert read[: len(before)] == before

    def test_a_reader_that_reads_on_misses_nothing(self, ledgers: LedgerBench) -> None:
        """However many workers write, whoever reads on from the last number he saw sees every entry once, in order."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        writers = [partial(_write_much, each, ledgers.hotel, f"R{place}") for place, each in enumerate(workers)]
        ledger, done, read = ledgers.worker("reader"), threading.Event(), list[Entry]()

        def follow() -> None:
            while True:
                over = done.is_set()
                read.extend(ledger.entries(after=read[-1].number if read else 0))
                if over:
                    return

        reader = threading.Thread(target=follow)
        reader.start()
        try:
            at_once(writers)
        finally:
            done.set()
            reader.join()
        assert read == list(ledger.entries())
        assert len(read) == WORKERS * (_RECORDS_EACH + 1)


def _write_much(ledger: RunLedger, hotel: str, reservation: str) -> None:
    claim = claimed(ledger, run_intent(hotel, reservation=reservation))
    for _ in range(_RECORDS_EACH):
        recorded(ledger, claim, Sending("charge"))


def _write_a_bit_of_everything(ledgers: LedgerBench) -> None:
    """Write three settlements, entangled: one ended, one that needs a person, one taken over; and one re-armed."""
    first, second, hotel = ledgers.worker("a"), ledgers.worker("b"), ledgers.hotel
    run = claimed(first, run_intent(hotel), Sending("charge"))
    redemption = claimed(second, redemption_intent(hotel))
    recorded(first, run, Recorded("charge", NotAttempted("refused")), Sending("charge"))
    recorded(second, redemption, PersonNeeded("unknown_outcome", "look there"))
    ended(second, release_intent(hotel, reservation="R2"), Sending("release"))
    first.rearm(Kind.RELEASE, ("R2", "A1"), 2, by="ivan", reason="once more")
    ledgers.advance(first.lease_seconds)
    again = taken(second, run.key)
    recorded(second, again, Recorded("charge", Approved(eur(31_000), "ch_1")))
    ledgers.advance(1)
    recorded(second, again, Completed(Ending(Outcome.APPROVED)))
    assert len(events_of(first.entries())) > WORKERS
