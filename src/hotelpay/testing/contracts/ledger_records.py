"""What a ledger promises about records: each under the epoch of its claim, and none to send after the lease."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hotelpay.moments import Instant
from hotelpay.ports import Claim, RunLedger
from hotelpay.settlement.journal import Completed, Recorded, Sending, SettlementEvent
from hotelpay.settlement.outcome import Approved, Done, Ending, NotAttempted, Outcome, Unknown
from hotelpay.testing.contracts.at_once import ROUNDS, WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.intents import eur, run_intent
from hotelpay.testing.contracts.ledger_bench import LedgerBench, claimed, ended, events_of, recorded, reopened, taken

_APPROVED = Recorded("charge", Approved(eur(32000), "ch_1"))
_ENDED = Completed(Ending(Outcome.APPROVED))


class RecordGuarantees(PortContract):
    """Only whoever has a settlement writes to it, and a worker that slept sends nothing."""

    def test_a_record_answers_with_the_ledgers_time(self, ledgers: LedgerBench) -> None:
        """The time of a record is the ledger's, and every worker sees what was recorded."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        ledgers.advance(5)
        assert recorded(ledger, claim, Sending("charge")) == claim.now + 5
        found = ledgers.worker("b").find(claim.settlement.intent.identity)
        assert found is not None
        assert found.last_sent_at("charge") == claim.now + 5

    def test_events_of_one_record_keep_their_order(self, ledgers: LedgerBench) -> None:
        """Several events are one write, in the order in which they were handed over."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        events: list[SettlementEvent] = [
            Sending("charge"),
            Recorded("charge", NotAttempted("refused")),
            Sending("charge"),
            _APPROVED,
        ]
        at = recorded(ledger, claim, *events)
        entries = list(ledger.entries())[1:]
        assert events_of(entries) == events
        assert {entry.at for entry in entries} == {at}

    def test_a_record_extends_the_lease(self, ledgers: LedgerBench) -> None:
        """A worker that is alive keeps its settlement: each record leases it anew."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        for event in (Sending("charge"), _APPROVED):
            ledgers.advance(ledger.lease_seconds - 1)
            recorded(ledger, claim, event)
        ledgers.advance(ledger.lease_seconds - 1)
        assert ledgers.worker("b").take(claim.key) is None
        ledgers.advance(1)
        taken(ledgers.worker("b"), claim.key)

    def test_a_lost_claim_records_nothing(self, ledgers: LedgerBench) -> None:
        """After another worker has taken over, nothing of the old one is written, whatever it is."""
        ledger = ledgers.worker("a")
        late = claimed(ledger, run_intent(ledgers.hotel), Sending("charge"))
        ledgers.advance(ledger.lease_seconds)
        taken(ledgers.worker("b"), late.key)
        _refuses(ledger, late, _APPROVED)
        _refuses(ledger, late, Sending("charge"))
        _refuses(ledger, late, _APPROVED, _ENDED)

    def test_a_lost_claim_does_not_extend_the_lease_of_the_new_one(self, ledgers: LedgerBench) -> None:
        """What a late worker tries to record changes nothing at all about whose settlement it is."""
        ledger = ledgers.worker("a")
        late = claimed(ledger, run_intent(ledgers.hotel))
        ledgers.advance(ledger.lease_seconds)
        taken(ledgers.worker("b"), late.key)
        ledgers.advance(ledger.lease_seconds - 1)
        _refuses(ledger, late, _APPROVED)
        ledgers.advance(1)
        taken(ledgers.worker("c"), late.key)

    def test_whoever_took_over_records(self, ledgers: LedgerBench) -> None:
        """The new epoch is as good as the first one."""
        ledger = ledgers.worker("a")
        late = claimed(ledger, run_intent(ledgers.hotel), Sending("charge"))
        ledgers.advance(ledger.lease_seconds)
        claim = taken(ledgers.worker("b"), late.key)
        recorded(ledgers.worker("b"), claim, _APPROVED, _ENDED)
        found = ledger.find(late.settlement.intent.identity)
        assert found is not None
        assert found.ending == _ENDED.ending

    def test_nothing_is_sent_after_the_lease(self, ledgers: LedgerBench) -> None:
        """A worker that slept over its lease sends nothing, even where nobody else has taken over."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        ledgers.advance(ledger.lease_seconds)
        _refuses(ledger, claim, Sending("charge"))

    def test_nothing_else_is_written_beside_a_sending_that_is_refused(self, ledgers: LedgerBench) -> None:
        """A record is written whole or not at all."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel), Sending("charge"))
        ledgers.advance(ledger.lease_seconds)
        _refuses(ledger, claim, Recorded("charge", Unknown("timed out")), Sending("charge"))
        _refuses(ledger, claim, Sending("charge"), _APPROVED)

    def test_something_is_sent_until_the_last_second_of_the_lease(self, ledgers: LedgerBench) -> None:
        """A lease is worth its whole time."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        ledgers.advance(ledger.lease_seconds - 1)
        recorded(ledger, claim, Sending("charge"))

    def test_an_answer_is_kept_however_late_it_comes(self, ledgers: LedgerBench) -> None:
        """As long as nobody has taken over, the money that moved is recorded, and the lease begins anew."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel), Sending("charge"))
        ledgers.advance(10 * ledger.lease_seconds)
        assert recorded(ledger, claim, _APPROVED) == claim.now + 10 * ledger.lease_seconds
        assert ledgers.worker("b").take(claim.key) is None
        recorded(ledger, claim, Sending("refund"))

    # Opening again.

    def test_an_end_ends_the_lease(self, ledgers: LedgerBench) -> None:
        """Who has completed a settlement sends nothing more under its claim."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        recorded(ledger, claim, _APPROVED, _ENDED)
        _refuses(ledger, claim, Sending("charge"))

    def test_what_has_ended_is_opened_again(self, ledgers: LedgerBench) -> None:
        """A failed action may be done again at once: under a new epoch, with the state as it was, and still ended."""
        ledger = ledgers.worker("a")
        claim = ended(ledger, run_intent(ledgers.hotel), Sending("charge"))
        before = ledger.find(claim.settlement.intent.identity)
        again = reopened(ledgers.worker("b"), claim.key)
        assert again.epoch > claim.epoch
        assert (again.settlement, again.now) == (before, claim.now)
        recorded(ledgers.worker("b"), again, Recorded("action-1", Done()))
        found = ledger.find(claim.settlement.intent.identity)
        assert found is not None
        assert (found.ending, found.results["action-1"]) == (_ENDED.ending, Done())

    def test_what_is_opened_again_is_not_unfinished(self, ledgers: LedgerBench) -> None:
        """No recovery carries on what a person is at, whether his lease runs or is over."""
        ledger = ledgers.worker("a")
        claim = ended(ledger, run_intent(ledgers.hotel))
        reopened(ledger, claim.key)
        for _ in range(2):
            assert list(ledger.unfinished()) == []
            assert ledger.take(claim.key) is None
            ledgers.advance(ledger.lease_seconds)

    def test_what_has_ended_is_opened_by_one_worker_at_a_time(self, ledgers: LedgerBench) -> None:
        """Until the lease of whoever opened a settlement is over nobody else opens it."""
        ledger, other = ledgers.worker("a"), ledgers.worker("b")
        key = ended(ledger, run_intent(ledgers.hotel)).key
        first = reopened(ledger, key)
        ledgers.advance(ledger.lease_seconds - 1)
        assert other.reopen(key) is None
        ledgers.advance(1)
        second = reopened(other, key)
        assert second.epoch > first.epoch
        _refuses(ledger, first, Recorded("action-1", Done()))
        other.give_back(second)
        reopened(ledger, key)

    def test_of_many_workers_at_once_one_opens_again(self, ledgers: LedgerBench) -> None:
        """However many ask at the same moment, exactly one gets what has ended."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        key = ended(workers[0], run_intent(ledgers.hotel)).key
        claims = at_once([partial(each.reopen, key) for each in workers])
        assert sum(claim is not None for claim in claims) == 1

    def test_what_has_not_ended_is_not_opened_again(self, ledgers: LedgerBench) -> None:
        """What is unfinished is taken over, never opened; what was never claimed is nobody's."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        assert ledger.reopen(intent.identity.key) is None
        claim = claimed(ledger, intent)
        assert ledger.reopen(claim.key) is None
        ledgers.advance(ledger.lease_seconds)
        assert ledger.reopen(claim.key) is None
        taken(ledger, claim.key)

    # At once.

    def test_of_two_epochs_at_once_one_writes(self, ledgers: LedgerBench) -> None:
        """While a settlement is taken over its old worker records before that or not at all."""
        ledger, other = ledgers.worker("a"), ledgers.worker("b")
        for round_ in range(ROUNDS):
            claim = claimed(ledger, run_intent(ledgers.hotel, reservation=f"R{round_}"))
            ledgers.advance(ledger.lease_seconds)
            calls: list[Callable[[], Instant | Claim | None]] = [
                partial(ledger.record, claim, (_APPROVED,)),
                partial(other.take, claim.key),
            ]
            assert sum(answer is not None for answer in at_once(calls)) == 1

    def test_many_workers_at_once_lose_nothing(self, ledgers: LedgerBench) -> None:
        """Records of many settlements at the same moment are all written, each to its own."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        claims = [
            claimed(each, run_intent(ledgers.hotel, reservation=f"R{place}")) for place, each in enumerate(workers)
        ]
        for _ in range(ROUNDS):
            records = [
                partial(each.record, claim, (Sending("charge"),)) for each, claim in zip(workers, claims, strict=True)
            ]
            assert None not in at_once(records)
        for worker, claim in zip(workers, claims, strict=True):
            found = worker.find(claim.settlement.intent.identity)
            assert found is not None
            assert len(found.sendings["charge"]) == ROUNDS


def _refuses(ledger: RunLedger, claim: Claim, *events: SettlementEvent) -> None:
    """Check that a record is refused and leaves nothing behind."""
    before = list(ledger.entries())
    assert ledger.record(claim, events) is None
    assert list(ledger.entries()) == before
