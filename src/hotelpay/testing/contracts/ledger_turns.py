"""What a ledger promises about turns: every task has one on every reservation, and another on a person's word."""

from __future__ import annotations

from functools import partial

from hotelpay.settlement.identity import Kind
from hotelpay.settlement.journal import Rearmed
from hotelpay.testing.contracts.at_once import WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.intents import release_intent, run_intent
from hotelpay.testing.contracts.ledger_bench import LedgerBench, claimed, ended, held

_PAIR = ("T1", "R1")


class TurnGuarantees(PortContract):
    """What has had its turn, here or elsewhere, has no second one until somebody allows it."""

    def test_everything_begins_with_its_first_attempt(self, ledgers: LedgerBench) -> None:
        """What nobody has claimed or imported may be claimed, as attempt 1."""
        ledger = ledgers.worker("a")
        assert ledger.next_attempt(Kind.RUN, _PAIR) == 1
        assert ledger.processed([_PAIR]) == set()

    def test_a_claim_is_a_turn(self, ledgers: LedgerBench) -> None:
        """A pair has had its turn as soon as it is claimed, and also after it has ended."""
        ledger = ledgers.worker("a")
        claimed(ledger, run_intent(ledgers.hotel))
        ended(ledger, run_intent(ledgers.hotel, reservation="R2"))
        assert ledgers.worker("b").next_attempt(Kind.RUN, _PAIR) is None
        assert ledgers.worker("b").processed([_PAIR, ("T1", "R2")]) == {_PAIR, ("T1", "R2")}

    def test_processed_names_those_that_were_asked_for(self, ledgers: LedgerBench) -> None:
        """Of the pairs asked for those that had their turn, and no others; of none, none."""
        ledger = ledgers.worker("a")
        claimed(ledger, run_intent(ledgers.hotel))
        ledger.import_processed([("T2", "R1"), ("T2", "R2")])
        asked = {_PAIR, ("T1", "R2"), ("T2", "R1"), ("R1", "T1")}
        assert ledger.processed(asked) == {_PAIR, ("T2", "R1")}
        assert ledger.processed(()) == set()

    def test_processed_takes_a_whole_hotel(self, ledgers: LedgerBench) -> None:
        """A cycle asks for every candidate of a task at once, however many they are."""
        ledger = ledgers.worker("a")
        pairs = [("T1", f"R{number}") for number in range(5000)]
        assert ledger.import_processed(iter(pairs[::2])) == len(pairs[::2])
        assert ledger.processed(pairs) == set(pairs[::2])

    def test_only_runs_count_as_processed(self, ledgers: LedgerBench) -> None:
        """A release whose names happen to be those of a pair is not that pair's turn, nor the other way round."""
        ledger = ledgers.worker("a")
        claimed(ledger, release_intent(ledgers.hotel, reservation="R1", name="A1"))
        ledger.import_processed([("R2", "A2")])
        assert ledger.processed([("R1", "A1")]) == set()
        assert ledger.next_attempt(Kind.RELEASE, ("R1", "A1")) is None
        assert ledger.next_attempt(Kind.RELEASE, ("R2", "A2")) == 1

    # Importing.

    def test_importing_is_a_turn(self, ledgers: LedgerBench) -> None:
        """What was processed elsewhere has had its turn here, as every worker sees."""
        ledger = ledgers.worker("a")
        assert ledger.import_processed([_PAIR, ("T1", "R2")]) == 2
        assert ledgers.worker("b").processed([_PAIR, ("T1", "R2"), ("T2", "R1")]) == {_PAIR, ("T1", "R2")}
        assert ledger.next_attempt(Kind.RUN, _PAIR) is None

    def test_importing_counts_what_is_new(self, ledgers: LedgerBench) -> None:
        """A pair that stands twice, was imported before or was claimed here is not new."""
        ledger = ledgers.worker("a")
        claimed(ledger, run_intent(ledgers.hotel))
        assert ledger.import_processed([_PAIR]) == 0
        assert ledger.import_processed([("T1", "R2"), ("T1", "R2"), _PAIR]) == 1
        assert ledger.import_processed([("T1", "R2"), ("T1", "R3")]) == 1
        assert ledger.import_processed([]) == 0

    def test_importing_at_once_counts_each_pair_once(self, ledgers: LedgerBench) -> None:
        """Of several workers that import the same list at the same moment each pair is new to one."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        pairs = [("T1", f"R{number}") for number in range(20)]
        counts = at_once([partial(each.import_processed, pairs) for each in workers])
        assert sum(counts) == len(pairs)

    # Re-arming.

    def test_rearming_allows_one_more_attempt(self, ledgers: LedgerBench) -> None:
        """After a person's word the next attempt is claimed like the first one, and then no further one."""
        ledger = ledgers.worker("a")
        first = ended(ledger, run_intent(ledgers.hotel))
        assert ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="new card")
        assert ledgers.worker("b").next_attempt(Kind.RUN, _PAIR) == 2
        assert ledgers.worker("b").processed([_PAIR]) == set()
        second = claimed(ledger, run_intent(ledgers.hotel, attempt=2))
        assert second.key != first.key
        assert ledger.next_attempt(Kind.RUN, _PAIR) is None
        assert ledger.processed([_PAIR]) == {_PAIR}
        assert [each.intent.identity.attempt for each in ledger.of_reservation("R1")] == [1, 2]

    def test_rearming_leaves_the_first_attempt_used_up(self, ledgers: LedgerBench) -> None:
        """A re-armed pair is claimed under its new attempt and never again under the old one."""
        ledger = ledgers.worker("a")
        ended(ledger, run_intent(ledgers.hotel))
        ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="new card")
        assert ledger.claim(run_intent(ledgers.hotel), held(ledger), ()) is None

    def test_rearming_what_was_imported(self, ledgers: LedgerBench) -> None:
        """An imported pair is re-armed like a claimed one: its first attempt was elsewhere."""
        ledger = ledgers.worker("a")
        ledger.import_processed([_PAIR])
        assert ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="it was never charged there")
        assert ledger.processed([_PAIR]) == set()
        hold = held(ledger)
        assert ledger.claim(run_intent(ledgers.hotel), hold, ()) is None
        assert ledger.claim(run_intent(ledgers.hotel, attempt=2), hold, ()) is not None
        assert ledger.processed([_PAIR]) == {_PAIR}

    def test_importing_again_does_not_take_a_persons_word_back(self, ledgers: LedgerBench) -> None:
        """An import stands for the first attempt: the same list read in every night leaves what was re-armed since."""
        ledger = ledgers.worker("a")
        ledger.import_processed([_PAIR])
        ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="it was never charged there")
        assert ledger.import_processed([_PAIR]) == 0
        assert ledger.next_attempt(Kind.RUN, _PAIR) == 2

    def test_importing_what_was_claimed_and_rearmed_changes_nothing(self, ledgers: LedgerBench) -> None:
        """Also where the first attempt was made here, and its second one is allowed."""
        ledger = ledgers.worker("a")
        ended(ledger, run_intent(ledgers.hotel))
        ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="new card")
        assert ledger.import_processed([_PAIR]) == 0
        assert ledger.next_attempt(Kind.RUN, _PAIR) == 2

    def test_an_attempt_is_allowed_once(self, ledgers: LedgerBench) -> None:
        """Re-arming the same attempt again is refused, before and after it was claimed, and is no second entry."""
        ledger = ledgers.worker("a")
        ended(ledger, run_intent(ledgers.hotel))
        assert ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="new card")
        assert not ledgers.worker("b").rearm(Kind.RUN, _PAIR, 2, by="anna", reason="me too")
        ended(ledger, run_intent(ledgers.hotel, attempt=2))
        assert not ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="once more")
        assert ledger.next_attempt(Kind.RUN, _PAIR) is None
        assert sum(isinstance(entry.event, Rearmed) for entry in ledger.entries()) == 1

    def test_the_first_attempt_is_nothing_to_rearm(self, ledgers: LedgerBench) -> None:
        """It is allowed from the beginning, so nobody's word is journaled for it."""
        ledger = ledgers.worker("a")
        assert not ledger.rearm(Kind.RUN, ("T1", "R1"), 1, by="Anna", reason="too early")
        assert list(ledger.entries()) == []

    def test_attempts_are_made_in_their_order(self, ledgers: LedgerBench) -> None:
        """Of several attempts that are allowed the lowest comes first."""
        ledger = ledgers.worker("a")
        ended(ledger, run_intent(ledgers.hotel))
        ledger.rearm(Kind.RUN, _PAIR, 3, by="ivan", reason="two more")
        ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="two more")
        for attempt in (2, 3):
            assert ledger.next_attempt(Kind.RUN, _PAIR) == attempt
            ended(ledger, run_intent(ledgers.hotel, attempt=attempt))
        assert ledger.next_attempt(Kind.RUN, _PAIR) is None

    def test_rearming_before_the_first_attempt_allows_a_second_one(self, ledgers: LedgerBench) -> None:
        """A second attempt allowed in advance does not stand in for the first one."""
        ledger = ledgers.worker("a")
        ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="in advance")
        assert ledger.next_attempt(Kind.RUN, _PAIR) == 1
        ended(ledger, run_intent(ledgers.hotel))
        assert ledger.next_attempt(Kind.RUN, _PAIR) == 2

    def test_importing_a_pair_rearmed_in_advance_uses_up_the_first_attempt_alone(self, ledgers: LedgerBench) -> None:
        """Re-armed, then imported for the first time: the pair is new, and its second attempt stays."""
        ledger = ledgers.worker("a")
        ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="in advance")
        assert ledger.import_processed([_PAIR]) == 1
        assert ledger.next_attempt(Kind.RUN, _PAIR) == 2

    def test_rearming_concerns_one_kind_and_one_pair(self, ledgers: LedgerBench) -> None:
        """A release is re-armed by its own names; no run has another turn because of it."""
        ledger = ledgers.worker("a")
        ended(ledger, release_intent(ledgers.hotel))
        ended(ledger, run_intent(ledgers.hotel, name="R1", reservation="A1"))
        assert ledger.rearm(Kind.RELEASE, ("R1", "A1"), 2, by="ivan", reason="the terminal was down")
        assert ledger.next_attempt(Kind.RELEASE, ("R1", "A1")) == 2
        assert ledger.next_attempt(Kind.RUN, ("R1", "A1")) is None
        claimed(ledger, release_intent(ledgers.hotel, attempt=2))

    def test_rearming_is_in_the_journal(self, ledgers: LedgerBench) -> None:
        """Who allowed what, and why, is an entry of the hotel's."""
        ledger = ledgers.worker("night")
        ledger.rearm(Kind.RUN, _PAIR, 2, by="ivan", reason="new card")
        (entry,) = ledger.entries()
        assert entry.event == Rearmed(_PAIR, 2, "ivan", "new card")
        assert (entry.key, entry.worker) == (None, "night")

    def test_of_many_workers_at_once_one_rearms(self, ledgers: LedgerBench) -> None:
        """However many ask at the same moment, one more attempt is allowed once."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        ended(workers[0], run_intent(ledgers.hotel))
        asked = [partial(each.rearm, Kind.RUN, _PAIR, 2, by="ivan", reason="new card") for each in workers]
        assert sum(at_once(asked)) == 1
