"""What a ledger promises about cycles: claimed once, resumed where the worker died, and completed once."""

from __future__ import annotations

from functools import partial
from typing import Final

import attrs

from hotelpay.moments import CYCLE_SECONDS, HOUR, Instant
from hotelpay.money import Money
from hotelpay.ports import RunLedger
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, CycleRefusal, EarlierCycle, PlannedRun
from hotelpay.settlement.journal import Completed, CycleCompleted, Forgotten, PersonNeeded, Sending
from hotelpay.settlement.outcome import Ending, Outcome
from hotelpay.testing.contracts.at_once import ROUNDS, WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.intents import CYCLE, eur, run_intent
from hotelpay.testing.contracts.ledger_bench import LedgerBench, begun, claimed, events_of

_PERSON: Final = PersonNeeded("unknown_outcome", "look there")
_NEXT: Final = Instant(CYCLE + CYCLE_SECONDS)
_ROW: Final = PlannedRun(
    task="T1",
    reservation="R1",
    due_at=Instant(CYCLE - HOUR),
    closes_at=Instant(CYCLE + HOUR),
    operation="payment",
    folio="F1",
    card="tok_1",
    amount=eur(32000),
    problem=None,
)
_PLAN: Final = CyclePlan(
    digest="5eed",
    active_tasks=("T2", "T1", "Задача"),
    runs=(
        _ROW,
        attrs.evolve(_ROW, task="T2", amount=Money.of(135, "JPY"), problem="above_max_runs", after=("T1", "T0")),
        attrs.evolve(_ROW, operation="actions_only", card=None, amount=None, problem="no_card"),
    ),
)
_OTHER_PLAN: Final = CyclePlan(digest="other", active_tasks=(), runs=())
_EMPTY_PLAN: Final = CyclePlan(digest="empty", active_tasks=("T1", "T7"), runs=())


def _missed(reservation: str, due_at: int = CYCLE) -> Forgotten:
    return Forgotten("T1", reservation, Instant(due_at), Instant(due_at + 24 * HOUR))


def _completed(ledger: RunLedger, claim: CycleClaim, *forgotten: Forgotten) -> list[Forgotten]:
    """Complete a cycle under a claim that is good, and return what it reports as forgotten."""
    told = ledger.complete_cycle(claim, forgotten)
    assert told is not None, "a cycle under a good claim is not completed"
    return list(told.forgotten)


class CycleGuarantees(PortContract):
    """The work of a quarter of an hour is done once, by whomever, and to its end."""

    def test_a_cycle_begins_with_nothing(self, ledgers: LedgerBench) -> None:
        """The first cycle of a hotel has neither a plan nor a cycle before it."""
        ledger = ledgers.worker("a")
        now = begun(ledger, CYCLE).now
        ledgers.advance(9)
        claim = begun(ledger, _NEXT)
        assert (claim.cycle_at, claim.plan, claim.previous) == (_NEXT, None, None)
        assert claim.now == now + 9

    def test_a_cycle_is_claimed_by_one_worker(self, ledgers: LedgerBench) -> None:
        """While a worker is at a cycle nobody else begins it, and neither does that worker again."""
        ledger = ledgers.worker("a")
        begun(ledger, CYCLE)
        assert ledgers.worker("b").begin_cycle(CYCLE) is CycleRefusal.IN_PROGRESS
        assert ledger.begin_cycle(CYCLE) is CycleRefusal.IN_PROGRESS
        ledgers.advance(ledger.lease_seconds - 1)
        assert ledgers.worker("b").begin_cycle(CYCLE) is CycleRefusal.IN_PROGRESS

    def test_other_cycles_are_begun_meanwhile(self, ledgers: LedgerBench) -> None:
        """A cycle that hangs keeps nobody from the next one."""
        begun(ledgers.worker("a"), CYCLE)
        begun(ledgers.worker("b"), _NEXT)

    def test_an_interrupted_cycle_is_resumed_with_its_plan(self, ledgers: LedgerBench) -> None:
        """Whoever resumes a cycle works on the list decided at its start, exactly as it was."""
        ledger = ledgers.worker("a")
        first = begun(ledger, CYCLE)
        assert ledger.plan_cycle(first, _PLAN)
        ledgers.advance(ledger.lease_seconds)
        again = begun(ledgers.worker("b"), CYCLE)
        assert again.plan == _PLAN
        assert again.cycle_at == CYCLE
        assert again.epoch > first.epoch
        assert ledgers.worker("c").begin_cycle(CYCLE) is CycleRefusal.IN_PROGRESS

    def test_a_cycle_interrupted_before_its_plan_begins_afresh(self, ledgers: LedgerBench) -> None:
        """Where no list was kept there is none."""
        ledger = ledgers.worker("a")
        first = begun(ledger, CYCLE)
        ledgers.advance(ledger.lease_seconds)
        again = begun(ledgers.worker("b"), CYCLE)
        assert again.plan is None
        assert again.epoch > first.epoch

    def test_keeping_a_cycle_extends_its_lease(self, ledgers: LedgerBench) -> None:
        """A worker with a long list keeps its cycle as long as it is alive."""
        ledger = ledgers.worker("a")
        claim = begun(ledger, CYCLE)
        for _ in range(2):
            ledgers.advance(ledger.lease_seconds - 1)
            assert ledger.keep_cycle(claim)
        ledgers.advance(ledger.lease_seconds - 1)
        assert ledgers.worker("b").begin_cycle(CYCLE) is CycleRefusal.IN_PROGRESS
        ledgers.advance(1)
        begun(ledgers.worker("b"), CYCLE)

    def test_a_cycle_that_is_given_back_is_begun_at_once(self, ledgers: LedgerBench) -> None:
        """A worker that is asked to stop lets the next delivery go on with its list, without waiting for its lease."""
        ledger = ledgers.worker("a")
        claim = begun(ledger, CYCLE)
        assert ledger.plan_cycle(claim, _PLAN)
        ledger.give_back_cycle(claim)
        again = begun(ledgers.worker("b"), CYCLE)
        assert (again.plan, again.epoch > claim.epoch) == (_PLAN, True)

    def test_a_lost_cycle_cannot_be_given_back(self, ledgers: LedgerBench) -> None:
        """A worker that comes back late leaves the cycle to whoever has it, and an ended one ended."""
        ledger, other = ledgers.worker("a"), ledgers.worker("b")
        late = begun(ledger, CYCLE)
        ledgers.advance(ledger.lease_seconds)
        claim = begun(other, CYCLE)
        ledger.give_back_cycle(late)
        assert ledger.begin_cycle(CYCLE) is CycleRefusal.IN_PROGRESS
        _completed(other, claim)
        other.give_back_cycle(claim)
        assert ledger.begin_cycle(CYCLE) is CycleRefusal.ALREADY_RUN

    def test_a_completed_cycle_is_never_run_again(self, ledgers: LedgerBench) -> None:
        """However often a cycle is delivered after its end, it is already run."""
        ledger = ledgers.worker("a")
        assert _completed(ledger, begun(ledger, CYCLE)) == []
        assert ledgers.worker("b").begin_cycle(CYCLE) is CycleRefusal.ALREADY_RUN
        ledgers.advance(100 * ledger.lease_seconds)
        assert ledger.begin_cycle(CYCLE) is CycleRefusal.ALREADY_RUN

    def test_a_lost_cycle_cannot_be_planned_kept_or_completed(self, ledgers: LedgerBench) -> None:
        """A worker that comes back late changes nothing about the cycle that another one resumed."""
        ledger, other = ledgers.worker("a"), ledgers.worker("b")
        late = begun(ledger, CYCLE)
        ledgers.advance(ledger.lease_seconds)
        claim = begun(other, CYCLE)
        assert other.plan_cycle(claim, _PLAN)
        before = list(ledger.entries())
        assert not ledger.plan_cycle(late, _OTHER_PLAN)
        assert not ledger.keep_cycle(late)
        assert ledger.complete_cycle(late, (_missed("R1"),)) is None
        assert list(ledger.entries()) == before
        ledgers.advance(ledger.lease_seconds)
        assert begun(ledger, CYCLE).plan == _PLAN

    def test_a_completed_cycle_cannot_be_completed_again(self, ledgers: LedgerBench) -> None:
        """The end of a cycle is said once; nothing is planned or kept after it."""
        ledger = ledgers.worker("a")
        claim = begun(ledger, CYCLE)
        assert _completed(ledger, claim) == []
        before = list(ledger.entries())
        assert ledger.complete_cycle(claim, (_missed("R1"),)) is None
        assert not ledger.plan_cycle(claim, _PLAN)
        assert not ledger.keep_cycle(claim)
        assert list(ledger.entries()) == before

    def test_of_many_workers_at_once_one_begins(self, ledgers: LedgerBench) -> None:
        """However many engines deliver a cycle at the same moment, one worker gets it."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        for round_ in range(ROUNDS):
            answers = at_once([partial(each.begin_cycle, Instant(CYCLE + round_ * CYCLE_SECONDS)) for each in workers])
            assert sum(isinstance(answer, CycleClaim) for answer in answers) == 1
            assert answers.count(CycleRefusal.IN_PROGRESS) == WORKERS - 1

    # The cycle before.

    def test_the_previous_cycle_is_the_last_one_completed(self, ledgers: LedgerBench) -> None:
        """A cycle knows when the last completed one before it was, and which tasks were active then."""
        ledger = ledgers.worker("a")
        first = begun(ledger, CYCLE)
        ledger.plan_cycle(first, _PLAN)
        _completed(ledger, first)
        later = Instant(CYCLE + 96 * CYCLE_SECONDS)
        found = begun(ledgers.worker("b"), later).previous
        assert found == EarlierCycle(cycle_at=CYCLE, active_tasks=_PLAN.active_tasks)

    def test_a_list_may_be_kept_by_the_end_alone(self, ledgers: LedgerBench) -> None:
        """Which tasks were active is known of a cycle with an empty list too, which is handed in at its end."""
        ledger = ledgers.worker("a")
        assert ledger.complete_cycle(begun(ledger, CYCLE), (), plan=_EMPTY_PLAN) is not None
        assert begun(ledger, _NEXT).previous == EarlierCycle(cycle_at=CYCLE, active_tasks=_EMPTY_PLAN.active_tasks)

    def test_a_list_that_is_kept_stays(self, ledgers: LedgerBench) -> None:
        """An end without a list takes none away."""
        ledger = ledgers.worker("a")
        first = begun(ledger, CYCLE)
        ledger.plan_cycle(first, _PLAN)
        assert ledger.complete_cycle(first, ()) is not None
        assert begun(ledger, _NEXT).previous == EarlierCycle(cycle_at=CYCLE, active_tasks=_PLAN.active_tasks)

    def test_a_cycle_that_did_not_end_is_not_the_previous_one(self, ledgers: LedgerBench) -> None:
        """What an interrupted cycle did not see is still to be looked for."""
        ledger = ledgers.worker("a")
        first = begun(ledger, CYCLE)
        ledger.plan_cycle(first, _PLAN)
        _completed(ledger, first)
        ledger.plan_cycle(begun(ledger, _NEXT), _OTHER_PLAN)
        found = begun(ledger, Instant(_NEXT + CYCLE_SECONDS)).previous
        assert found is not None
        assert found.cycle_at == CYCLE

    def test_a_later_cycle_is_not_the_previous_one(self, ledgers: LedgerBench) -> None:
        """A cycle resumed late looks back from its own instant, not from the newest one."""
        ledger = ledgers.worker("a")
        for number in (0, 4, 2, 6):
            _completed(ledger, begun(ledger, Instant(CYCLE + number * CYCLE_SECONDS)))
        found = begun(ledger, Instant(CYCLE + 5 * CYCLE_SECONDS)).previous
        assert found is not None
        assert found.cycle_at == CYCLE + 4 * CYCLE_SECONDS
        found = begun(ledger, Instant(CYCLE - CYCLE_SECONDS)).previous
        assert found is None

    # What was forgotten.

    def test_what_was_forgotten_is_reported_once(self, ledgers: LedgerBench) -> None:
        """A completed cycle returns what no cycle has reported before; it stands in the journal once."""
        ledger = ledgers.worker("a")
        first = _completed(ledger, begun(ledger, CYCLE), _missed("R1"), _missed("R2"))
        second = _completed(ledger, begun(ledger, _NEXT), _missed("R2"), _missed("R3"))
        assert (first, second) == ([_missed("R1"), _missed("R2")], [_missed("R3")])
        reported = [event for event in events_of(ledger.entries()) if isinstance(event, Forgotten)]
        assert sorted(each.reservation for each in reported) == ["R1", "R2", "R3"]

    def test_what_one_cycle_found_twice_is_reported_once(self, ledgers: LedgerBench) -> None:
        """The same window in one list twice is one report."""
        ledger = ledgers.worker("a")
        assert _completed(ledger, begun(ledger, CYCLE), _missed("R1"), _missed("R1")) == [_missed("R1")]

    def test_who_waits_for_a_person_is_told_once(self, ledgers: LedgerBench) -> None:
        """Whoever found it, the next cycle that completes tells it, and no later one does."""
        ledger = ledgers.worker("a")
        waiting = claimed(ledgers.worker("clerk"), run_intent(ledgers.hotel), Sending("charge"), _PERSON)
        first = ledger.complete_cycle(begun(ledger, CYCLE), ())
        second = ledger.complete_cycle(begun(ledger, _NEXT), ())
        assert first is not None
        assert second is not None
        assert (first.waiting, second.waiting) == ((waiting.settlement,), ())

    def test_another_reason_to_call_a_person_is_told_again(self, ledgers: LedgerBench) -> None:
        """What turned up and then could not be posted is another call; what ended well is none."""
        ledger = ledgers.worker("a")
        claim = claimed(ledger, run_intent(ledgers.hotel), Sending("charge"), _PERSON)
        other = claimed(ledger, run_intent(ledgers.hotel, name="T2"), Sending("charge"), _PERSON)
        ledger.complete_cycle(begun(ledger, CYCLE), ())
        refused = Ending(Outcome.APPROVED, "folio_closed", "posting_refused")
        ledger.record(claim, [Completed(refused)])
        ledger.record(other, [Completed(Ending(Outcome.APPROVED))])
        end = ledger.complete_cycle(begun(ledger, _NEXT), ())
        assert end is not None
        assert [settlement.ending for settlement in end.waiting] == [refused]

    def test_another_window_is_another_report(self, ledgers: LedgerBench) -> None:
        """A reservation that was moved, and forgotten again, is reported again."""
        ledger = ledgers.worker("a")
        _completed(ledger, begun(ledger, CYCLE), _missed("R1"))
        moved = _missed("R1", CYCLE + HOUR)
        assert _completed(ledger, begun(ledger, _NEXT), moved) == [moved]

    def test_what_a_lost_cycle_found_is_left_to_the_one_that_ends_it(self, ledgers: LedgerBench) -> None:
        """A worker that lost its cycle reports nothing, so that whoever ends it does."""
        ledger, other = ledgers.worker("a"), ledgers.worker("b")
        late = begun(ledger, CYCLE)
        ledgers.advance(ledger.lease_seconds)
        claim = begun(other, CYCLE)
        assert ledger.complete_cycle(late, (_missed("R1"),)) is None
        assert _completed(other, claim, _missed("R1")) == [_missed("R1")]

    def test_the_end_of_a_cycle_is_in_the_journal(self, ledgers: LedgerBench) -> None:
        """A host that reads the journal sees what was forgotten, and that the cycle is done."""
        ledger = ledgers.worker("night")
        _completed(ledger, begun(ledger, CYCLE), _missed("R1"))
        entries = list(ledger.entries())
        assert events_of(entries) == [_missed("R1"), CycleCompleted(CYCLE)]
        assert {(entry.key, entry.worker) for entry in entries} == {(None, "night")}
