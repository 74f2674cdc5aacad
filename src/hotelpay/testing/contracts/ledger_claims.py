"""What a ledger promises about claims: who settles what, once, and whoever finds it unfinished carries on."""

from __future__ import annotations

from functools import partial

import attrs
import pytest

from hotelpay.errors import InvalidValue
from hotelpay.ports import Hold, RunLedger
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Claimed, PersonNeeded, Recorded, Sending
from hotelpay.settlement.outcome import Approved
from hotelpay.testing.contracts.at_once import ROUNDS, WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.intents import capture_intent, eur, redemption_intent, release_intent, run_intent
from hotelpay.testing.contracts.ledger_bench import LedgerBench, claimed, ended, events_of, held, taken

_PERSON = PersonNeeded("unknown_outcome", "look there")


class ClaimGuarantees(PortContract):
    """A settlement is claimed once, under a hold that holds."""

    def test_a_claim_keeps_the_whole_intent(self, ledgers: LedgerBench) -> None:
        """What was claimed is what every worker finds, with the ledger's time of the claim."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        hold = held(ledger)
        ledgers.advance(3)
        claim = ledger.claim(intent, hold, ())
        assert claim is not None
        assert claim.now == hold.now + 3
        assert claim.key == intent.identity.key
        assert (claim.settlement.intent, claim.settlement.claimed_at) == (intent, claim.now)
        assert ledgers.worker("b").find(intent.identity) == claim.settlement

    def test_the_first_events_are_written_with_the_claim(self, ledgers: LedgerBench) -> None:
        """Claim and first events are one write: the claim already answers with the state after them."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        claim = claimed(ledger, intent, Sending("charge"), _PERSON)
        assert claim.settlement.last_sent_at("charge") == claim.now
        assert claim.settlement.person == _PERSON
        assert events_of(ledger.entries()) == [Claimed(intent), Sending("charge"), _PERSON]
        assert ledger.find(intent.identity) == claim.settlement

    def test_a_settlement_is_claimed_once(self, ledgers: LedgerBench) -> None:
        """A second claim of the same identity is refused, whoever makes it, and nothing is written."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        claimed(ledger, intent)
        _refuses(ledgers, ledger, intent, held(ledger))

    def test_a_claimed_intent_is_frozen(self, ledgers: LedgerBench) -> None:
        """A claim of the same identity with another amount, card or folio changes nothing."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        claimed(ledger, intent)
        other = attrs.evolve(intent, amount=eur(1), card="tok_2", folio="F2")
        _refuses(ledgers, ledger, other, held(ledger))
        found = ledger.find(intent.identity)
        assert found is not None
        assert found.intent == intent

    def test_a_settlement_that_has_ended_is_not_claimed_again(self, ledgers: LedgerBench) -> None:
        """Once is once for good: also long after its end."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        ended(ledger, intent)
        ledgers.advance(10 * ledger.lease_seconds)
        _refuses(ledgers, ledgers.worker("b"), intent, held(ledgers.worker("b")))

    def test_a_claim_does_not_extend_its_hold(self, ledgers: LedgerBench) -> None:
        """The hold ends when it said; from the claim on, the settlement itself is what others see."""
        ledger = ledgers.worker("a")
        hold = held(ledger)
        ledgers.advance(1)
        assert ledger.claim(run_intent(ledgers.hotel), hold, ()) is not None
        ledgers.advance(hold.until - hold.now - 1)
        assert ledgers.worker("b").hold(hold.reservation) is not None

    def test_no_claim_for_another_hotel(self, ledgers: LedgerBench) -> None:
        """An intent of another hotel is misuse, and nothing is written."""
        ledger = ledgers.worker("a")
        hold = held(ledger)
        with pytest.raises(InvalidValue):
            ledger.claim(run_intent("another-hotel"), hold, ())
        assert list(ledger.entries()) == []

    def test_no_claim_after_the_hold_has_ended(self, ledgers: LedgerBench) -> None:
        """A worker that slept over its hold claims nothing, even where nobody else has taken it."""
        ledger = ledgers.worker("a")
        hold = held(ledger)
        ledgers.advance(hold.until - hold.now)
        _refuses(ledgers, ledger, run_intent(ledgers.hotel), hold)

    def test_a_claim_is_good_until_the_last_second_of_the_hold(self, ledgers: LedgerBench) -> None:
        """A hold is worth its whole lease."""
        ledger = ledgers.worker("a")
        hold = held(ledger)
        ledgers.advance(hold.until - hold.now - 1)
        assert ledger.claim(run_intent(ledgers.hotel), hold, ()) is not None

    def test_no_claim_under_a_hold_that_another_worker_has_by_now(self, ledgers: LedgerBench) -> None:
        """A worker whose hold was taken over claims nothing, and the new holder claims as if nothing had been."""
        late = held(ledgers.worker("a"))
        ledgers.advance(late.until - late.now)
        hold = held(ledgers.worker("b"))
        _refuses(ledgers, ledgers.worker("a"), run_intent(ledgers.hotel), late)
        assert ledgers.worker("b").claim(run_intent(ledgers.hotel), hold, ()) is not None

    def test_no_claim_under_a_hold_that_was_let_go(self, ledgers: LedgerBench) -> None:
        """A hold given back is worth nothing, also when the same worker holds the reservation again."""
        ledger = ledgers.worker("a")
        before = held(ledger)
        ledger.let_go(before)
        _refuses(ledgers, ledger, run_intent(ledgers.hotel), before)
        held(ledger)
        _refuses(ledgers, ledger, run_intent(ledgers.hotel), before)

    def test_no_claim_under_a_hold_on_another_reservation(self, ledgers: LedgerBench) -> None:
        """Who holds R2 cannot claim what is about R1."""
        ledger = ledgers.worker("a")
        _refuses(ledgers, ledger, run_intent(ledgers.hotel, reservation="R1"), held(ledger, "R2"))

    def test_no_claim_under_a_hold_that_was_never_given(self, ledgers: LedgerBench) -> None:
        """A token of somebody's own making opens nothing."""
        ledger = ledgers.worker("a")
        made_up = attrs.evolve(held(ledger), token="made-up")  # noqa: S106  a hold's token is no password
        _refuses(ledgers, ledger, run_intent(ledgers.hotel), made_up)

    def test_one_hold_is_good_for_several_settlements(self, ledgers: LedgerBench) -> None:
        """A claim does not use the hold up: a check-out releases two blocked amounts under one."""
        ledger = ledgers.worker("a")
        hold = held(ledger)
        for name in ("A1", "A2"):
            assert ledger.claim(release_intent(ledgers.hotel, name=name), hold, ()) is not None
        assert ledgers.worker("b").hold("R1") is None

    def test_kinds_do_not_get_into_each_others_way(self, ledgers: LedgerBench) -> None:
        """A release and a capture of the same blocked amount are two settlements, each claimed for itself."""
        ledger = ledgers.worker("a")
        release, capture = release_intent(ledgers.hotel), capture_intent(ledgers.hotel)
        claimed(ledger, release)
        claimed(ledger, capture)
        found = ledger.find(release.identity), ledger.find(capture.identity)
        assert [settlement and settlement.intent for settlement in found] == [release, capture]

    def test_only_the_attempt_that_is_allowed_is_claimed(self, ledgers: LedgerBench) -> None:
        """Without a person's word there is no second attempt, neither before the first one nor after it."""
        ledger = ledgers.worker("a")
        second = run_intent(ledgers.hotel, attempt=2)
        hold = held(ledger)
        _refuses(ledgers, ledger, second, hold)
        assert ledger.claim(run_intent(ledgers.hotel), hold, ()) is not None
        _refuses(ledgers, ledger, second, hold)

    def test_what_was_imported_is_not_claimed(self, ledgers: LedgerBench) -> None:
        """A pair that was processed elsewhere has had its first attempt."""
        ledger = ledgers.worker("a")
        ledger.import_processed([("T1", "R1")])
        _refuses(ledgers, ledger, run_intent(ledgers.hotel), held(ledger))

    def test_of_many_workers_at_once_one_claims(self, ledgers: LedgerBench) -> None:
        """However many workers claim the same settlement at the same moment, exactly one gets it, once."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        for round_ in range(ROUNDS):
            intent = run_intent(ledgers.hotel, reservation=f"R{round_}")
            hold = held(workers[0], intent.reservation)
            claims = at_once([partial(each.claim, intent, hold, (Sending("charge"),)) for each in workers])
            assert sum(claim is not None for claim in claims) == 1
        entries = list(workers[0].entries())
        assert [type(entry.event) for entry in entries] == [Claimed, Sending] * ROUNDS

    # Taking over.

    def test_nothing_is_taken_over_while_its_lease_runs(self, ledgers: LedgerBench) -> None:
        """A settlement belongs to its worker until the last second of the lease."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        assert ledgers.worker("b").take(claim.key) is None
        ledgers.advance(ledger.lease_seconds - 1)
        assert ledgers.worker("b").take(claim.key) is None

    def test_an_unfinished_settlement_is_taken_over_after_its_lease(self, ledgers: LedgerBench) -> None:
        """Whoever takes it over gets its whole state, under a higher epoch."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel), Sending("charge"))
        ledgers.advance(ledger.lease_seconds)
        again = taken(ledgers.worker("b"), claim.key)
        assert again.epoch > claim.epoch
        assert again.now == claim.now + ledger.lease_seconds
        assert again.settlement == claim.settlement

    def test_who_takes_over_has_a_lease_of_his_own(self, ledgers: LedgerBench) -> None:
        """A settlement taken over is leased anew, and taken over again only after that."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        ledgers.advance(ledger.lease_seconds)
        second = taken(ledgers.worker("b"), claim.key)
        ledgers.advance(ledger.lease_seconds - 1)
        assert ledgers.worker("c").take(claim.key) is None
        ledgers.advance(1)
        assert taken(ledgers.worker("c"), claim.key).epoch > second.epoch

    def test_a_worker_waits_for_its_own_lease_too(self, ledgers: LedgerBench) -> None:
        """A worker that was started anew under its old name is another one."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        assert ledger.take(claim.key) is None
        ledgers.advance(ledger.lease_seconds)
        assert taken(ledger, claim.key).epoch > claim.epoch

    def test_what_has_ended_is_never_taken_over(self, ledgers: LedgerBench) -> None:
        """A completed settlement is left alone for good."""
        ledger = ledgers.worker("a")
        claim = ended(ledger, run_intent(ledgers.hotel))
        ledgers.advance(10 * ledger.lease_seconds)
        assert ledger.take(claim.key) is None

    def test_what_was_never_claimed_is_not_taken_over(self, ledgers: LedgerBench) -> None:
        """A key that the ledger does not know is nobody's."""
        assert ledgers.worker("a").take(run_intent(ledgers.hotel).identity.key) is None

    def test_what_needs_a_person_is_still_taken_over(self, ledgers: LedgerBench) -> None:
        """A person's call ends nothing: the money may turn up, so it is looked at in every recovery."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel), _PERSON)
        ledgers.advance(ledger.lease_seconds)
        assert taken(ledger, claim.key).settlement.person == _PERSON

    def test_of_many_workers_at_once_one_takes_over(self, ledgers: LedgerBench) -> None:
        """However many workers take the same settlement over at the same moment, exactly one gets it."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        for round_ in range(ROUNDS):
            key = claimed(workers[0], run_intent(ledgers.hotel, reservation=f"R{round_}")).key
            ledgers.advance(workers[0].lease_seconds)
            claims = at_once([partial(each.take, key) for each in workers])
            assert sum(claim is not None for claim in claims) == 1

    # Giving back.

    def test_what_is_given_back_is_taken_over_at_once(self, ledgers: LedgerBench) -> None:
        """After a worker gives a claim back the next visitor need not wait."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel))
        ledger.give_back(claim)
        assert list(ledger.unfinished()) == [claim.key]
        assert taken(ledgers.worker("b"), claim.key).epoch > claim.epoch

    def test_giving_a_lost_claim_back_leaves_the_new_one_alone(self, ledgers: LedgerBench) -> None:
        """A worker that comes back late does not end the lease of whoever has the settlement by now."""
        ledger = ledgers.worker("a")
        late = claimed(ledger, run_intent(ledgers.hotel))
        ledgers.advance(ledger.lease_seconds)
        taken(ledgers.worker("b"), late.key)
        ledger.give_back(late)
        assert ledgers.worker("c").take(late.key) is None

    def test_what_was_given_back_is_not_sent(self, ledgers: LedgerBench) -> None:
        """A claim given back is over for whatever moves money, though an answer still on its way is kept."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel), Sending("charge"))
        ledger.give_back(claim)
        assert ledger.record(claim, [Sending("charge")]) is None
        assert ledger.record(claim, [Recorded("charge", Approved(eur(1), "ch_1"))]) is not None

    # Looking.

    def test_what_was_never_claimed_is_not_found(self, ledgers: LedgerBench) -> None:
        """A settlement is found by its whole identity: kind, names and attempt."""
        ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
        assert ledger.find(intent.identity) is None
        claimed(ledger, intent)
        others = [
            Identity(ledgers.hotel, Kind.RUN, ("T1", "R1"), 2),
            Identity(ledgers.hotel, Kind.RUN, ("R1", "T1")),
            Identity(ledgers.hotel, Kind.RELEASE, ("T1", "R1")),
        ]
        assert [ledger.find(each) for each in others] == [None, None, None]

    def test_a_reservations_settlements_are_all_there_oldest_first(self, ledgers: LedgerBench) -> None:
        """Of one reservation, whatever their kind and whether they have ended, in the order of their claims."""
        ledger, hotel = ledgers.worker("a"), ledgers.hotel
        intents: list[Intent] = [run_intent(hotel, name="T9"), redemption_intent(hotel), run_intent(hotel, name="T1")]
        ended(ledger, intents[0])
        claimed(ledger, intents[1])
        claimed(ledger, run_intent(hotel, reservation="R2"))
        ledgers.advance(1)
        claimed(ledgers.worker("b"), intents[2])
        found = ledgers.worker("c").of_reservation("R1")
        assert [settlement.intent for settlement in found] == intents
        assert list(found) == [ledger.find(intent.identity) for intent in intents]
        assert list(ledger.of_reservation("R3")) == []

    def test_unfinished_are_those_whose_worker_is_gone(self, ledgers: LedgerBench) -> None:
        """Whose lease still runs is not unfinished yet; it is as soon as the lease is over, oldest first."""
        ledger, hotel = ledgers.worker("a"), ledgers.hotel
        keys = [claimed(ledger, run_intent(hotel, name=name)).key for name in ("T9", "T1", "T5")]
        assert list(ledger.unfinished()) == []
        ledgers.advance(ledger.lease_seconds - 1)
        assert list(ledger.unfinished()) == []
        ledgers.advance(1)
        late = claimed(ledger, run_intent(hotel, name="T0")).key
        assert list(ledgers.worker("b").unfinished()) == keys
        ledgers.advance(ledger.lease_seconds)
        assert list(ledger.unfinished()) == [*keys, late]

    def test_what_has_ended_or_was_taken_over_is_not_unfinished(self, ledgers: LedgerBench) -> None:
        """A recovery finds neither what is done nor what another worker is at."""
        ledger, hotel = ledgers.worker("a"), ledgers.hotel
        keys = [claimed(ledger, run_intent(hotel, name=name)).key for name in ("T1", "T2")]
        ended(ledger, run_intent(hotel, name="T3"))
        ledgers.advance(ledger.lease_seconds)
        taken(ledgers.worker("b"), keys[0])
        assert list(ledger.unfinished()) == keys[1:]


def _refuses(ledgers: LedgerBench, ledger: RunLedger, intent: Intent, hold: Hold) -> None:
    """Check that a claim is refused and leaves nothing behind."""
    before, found = list(ledger.entries()), ledger.find(intent.identity)
    assert ledger.claim(intent, hold, (Sending("charge"),)) is None
    assert list(ledger.entries()) == before
    assert ledgers.worker("witness").find(intent.identity) == found
