"""A ledger that somebody watches: as good as the one below it; what is told is true, and says nothing of guests."""

from __future__ import annotations

import enum
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import attrs
import pytest

from examples import utc
from hotelpay import Instant, Kind, ObservedLedger, Observer, Outcome
from hotelpay.moments import instant
from hotelpay.observed import (
    Answer,
    AttemptAllowed,
    CallAnswered,
    CallSent,
    CycleBegun,
    CycleEnded,
    CycleRefused,
    GivenBack,
    Happening,
    LeaseLost,
    PersonCalled,
    ReservationErased,
    RunForgotten,
    SettlementEnded,
    Start,
    Stop,
    Visit,
    VisitBegun,
    ledger,
)
from hotelpay.ports import RunLedger
from hotelpay.settlement.cycles import CyclePlan, CycleRefusal
from hotelpay.settlement.journal import Completed, Forgotten, PersonNeeded, Recorded, Sending
from hotelpay.settlement.outcome import Declined, Done, Ending, Refused
from hotelpay.testing.clock import SetClock
from hotelpay.testing.contracts import OwnTransactions, RunLedgerContract, StoresNothingErased
from hotelpay.testing.contracts.intents import CARD_NUMBER, CYCLE, EVERY_INTENT, EVERY_RESULT, run_intent
from hotelpay.testing.contracts.ledger_bench import begun, claimed, ended, held, recorded, reopened, taken
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.memory_ledger import MemoryLedger
from hotelpay.testing.stories import START, cases
from watching import SECRETS, Hears, Kept, Raises, WatchedBench, loud_day, watched, watched_by

NOW: Instant = instant(utc("2024-07-10 09:01"))
CASES = {case.name: case for case in cases()}
PLAN = CyclePlan(digest="5eed", active_tasks=(), runs=())


@attrs.define
class WatchedLedgers:
    """A journal in memory, under observers that fail and one that does not."""

    ledger: MemoryLedger
    clock: SetClock
    observers: tuple[Observer, ...] = attrs.field(factory=lambda: (Raises(), Hears(), Raises(ValueError)))

    @property
    def hotel(self) -> str:
        return self.ledger.hotel

    def worker(self, name: str) -> RunLedger:
        return ObservedLedger(self.ledger.of_worker(name), self.observers)

    def advance(self, seconds: int) -> None:
        self.clock.advance(seconds)

    def rolled_back(self) -> AbstractContextManager[object]:
        return nullcontext()

    def everything_stored(self) -> str:
        return repr([attrs.asdict(entry) for entry in self.ledger.entries()])


@pytest.fixture
def nothing_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin as a process that has logged no observer's fault yet."""
    monkeypatch.setattr(ledger, "_LOGGED", set())


class TestObservedLedger(OwnTransactions, StoresNothingErased, RunLedgerContract):
    """Whatever its observers do, it is the ledger below it."""

    @pytest.fixture
    def ledgers(self) -> WatchedLedgers:
        clock = SetClock(NOW)
        return WatchedLedgers(MemoryLedger.of("default", clock), clock)


@pytest.fixture
def hears() -> Hears:
    return Hears()


@pytest.fixture
def bench(hears: Hears) -> WatchedLedgers:
    clock = SetClock(NOW)
    return WatchedLedgers(MemoryLedger.of("seven-gulls", clock), clock, (hears,))


@pytest.fixture
def watching(bench: WatchedLedgers) -> RunLedger:
    return bench.worker("a")


INTENT = run_intent("seven-gulls")
FIRST = Visit(identity=INTENT.identity, reservation="R1", epoch=1)


# What is told, call by call.


def test_a_claim_is_told_with_its_first_entries(watching: RunLedger, hears: Hears) -> None:
    claimed(watching, INTENT, Sending("charge"))
    assert hears.taken() == [VisitBegun(FIRST, NOW, Start.CLAIMED), CallSent(FIRST, NOW, "charge")]


def test_a_claim_that_is_refused_is_not_told(watching: RunLedger, hears: Hears) -> None:
    claimed(watching, INTENT)
    hears.taken()
    assert watching.claim(INTENT, held(watching), ()) is None
    assert watching.take(INTENT.identity.key) is None
    assert watching.reopen(INTENT.identity.key) is None
    assert hears.taken() == []


def test_what_raises_is_not_told(watching: RunLedger, hears: Hears) -> None:
    foreign = run_intent("elsewhere")
    with pytest.raises(ValueError, match="hotel"):
        watching.claim(foreign, held(watching), ())
    assert hears.taken() == []


def test_every_entry_is_told_at_the_ledgers_time(bench: WatchedLedgers, watching: RunLedger, hears: Hears) -> None:
    claim = claimed(watching, INTENT, Sending("charge"))
    hears.taken()
    bench.advance(7)
    at = recorded(
        watching,
        claim,
        Recorded("charge", Declined("card_declined", "she has no money"), "ivan"),
        PersonNeeded("unknown_outcome", "look there"),
        Completed(Ending(Outcome.DECLINED, "card_declined", "not_marked")),
    )
    assert at == NOW + 7
    assert hears.taken() == [
        CallAnswered(FIRST, at, "charge", Answer.DECLINED, "card_declined", by_hand=True),
        PersonCalled(FIRST, at, "unknown_outcome"),
        SettlementEnded(
            visit=FIRST, at=at, seconds=7, outcome=Outcome.DECLINED, reason="card_declined", person="not_marked"
        ),
    ]


def test_a_settlement_that_changes_hands_is_told(bench: WatchedLedgers, watching: RunLedger, hears: Hears) -> None:
    """Who gives it back, who takes it, who comes too late, and who opens it once more."""
    first = claimed(watching, INTENT)
    watching.give_back(first)
    second = taken(watching, first.key)
    assert watching.record(first, [Sending("charge")]) is None
    recorded(watching, second, Completed(Ending(Outcome.DONE)))
    watching.give_back(reopened(watching, first.key))
    visits = [attrs.evolve(FIRST, epoch=number) for number in (1, 2, 3)]
    assert hears.taken() == [
        VisitBegun(visits[0], NOW, Start.CLAIMED),
        GivenBack(visits[0]),
        VisitBegun(visits[1], NOW, Start.TAKEN_OVER),
        LeaseLost(visits[0]),
        SettlementEnded(visit=visits[1], at=NOW, seconds=0, outcome=Outcome.DONE),
        VisitBegun(visits[2], NOW, Start.REOPENED),
        GivenBack(visits[2]),
    ]
    bench.advance(watching.lease_seconds)
    assert hears.taken() == []


def test_what_people_do_is_told_without_their_words(watching: RunLedger, hears: Hears) -> None:
    ended(watching, INTENT)
    hears.taken()
    names = ("T1", "R1")
    assert watching.rearm(Kind.RUN, names, 2, by="ivan", reason="Anna Petrova has a new card")
    assert not watching.rearm(Kind.RUN, names, 2, by="ivan", reason="once more")
    assert watching.erase("R1") == 1
    assert hears.taken() == [
        AttemptAllowed(hotel="seven-gulls", kind=Kind.RUN, names=names, attempt=2),
        ReservationErased(hotel="seven-gulls", reservation="R1", settlements=1),
    ]


def test_a_cycle_is_told_from_its_begin_to_its_end(watching: RunLedger, hears: Hears) -> None:
    claim = begun(watching, CYCLE)
    assert watching.plan_cycle(claim, PLAN)
    assert watching.keep_cycle(claim)
    assert watching.begin_cycle(CYCLE) is CycleRefusal.IN_PROGRESS
    watching.give_back_cycle(claim)
    again = begun(watching, CYCLE)
    missed = Forgotten("T1", "R1", CYCLE, CYCLE)
    assert watching.complete_cycle(again, [missed]) is not None
    assert watching.begin_cycle(CYCLE) is CycleRefusal.ALREADY_RUN
    cycle: dict[str, Any] = {"hotel": "seven-gulls", "cycle_at": CYCLE}
    assert hears.taken() == [
        CycleBegun(**cycle, epoch=1, at=NOW),
        CycleRefused(**cycle, refusal=CycleRefusal.IN_PROGRESS),
        CycleEnded(**cycle, epoch=1, stop=Stop.GIVEN_BACK),
        CycleBegun(**cycle, epoch=2, at=NOW),
        RunForgotten(hotel="seven-gulls", task="T1", reservation="R1", due_at=CYCLE, closed_at=CYCLE),
        CycleEnded(**cycle, epoch=2, stop=Stop.COMPLETED, forgotten=1),
        CycleRefused(**cycle, refusal=CycleRefusal.ALREADY_RUN),
    ]


def test_who_waits_for_a_person_is_counted_at_the_end_of_a_cycle(watching: RunLedger, hears: Hears) -> None:
    claimed(watching, INTENT, PersonNeeded("unknown_outcome", "look there"))
    watching.complete_cycle(begun(watching, CYCLE), ())
    last = hears.taken()[-1]
    assert isinstance(last, CycleEnded)
    assert last.waiting == 1


@pytest.mark.parametrize("call", ["plan_cycle", "keep_cycle", "complete_cycle"])
def test_a_cycle_that_another_worker_has_is_told_as_lost(watching: RunLedger, hears: Hears, call: str) -> None:
    lost = begun(watching, CYCLE)
    watching.give_back_cycle(lost)
    begun(watching, CYCLE)
    hears.taken()
    more: dict[str, tuple[Any, ...]] = {"plan_cycle": (PLAN,), "complete_cycle": ((),)}
    assert not getattr(watching, call)(lost, *more.get(call, ()))
    assert hears.taken() == [CycleEnded(hotel="seven-gulls", cycle_at=CYCLE, epoch=1, stop=Stop.LOST)]


@pytest.mark.parametrize("result", EVERY_RESULT, ids=repr)
def test_every_answer_is_told_by_its_kind(watching: RunLedger, hears: Hears, result: Any) -> None:
    recorded(watching, claimed(watching, INTENT), Recorded("charge", result))
    answered = hears.taken()[-1]
    assert isinstance(answered, CallAnswered)
    assert answered.answer.name.replace("_", "") == type(result).__name__.upper()
    assert answered.code == getattr(result, "code", None)
    assert not answered.by_hand


@pytest.mark.parametrize("name", EVERY_INTENT)
def test_of_every_kind_the_ids_are_told(watching: RunLedger, hears: Hears, name: str) -> None:
    intent = EVERY_INTENT[name]("seven-gulls")
    claimed(watching, intent)
    (told,) = hears.taken()
    assert isinstance(told, VisitBegun)
    visit = told.visit
    assert (visit.identity, visit.reservation, visit.hotel) == (intent.identity, intent.reservation, "seven-gulls")
    assert visit.key == intent.identity.key
    assert visit.task == (intent.identity.names[0] if intent.identity.kind is Kind.RUN else None)


def test_observers_hear_in_their_order() -> None:
    clock, order = SetClock(NOW), []
    observers = [_calls(lambda _, number=number: order.append(number)) for number in range(3)]
    ledger = ObservedLedger(MemoryLedger.of("seven-gulls", clock), iter(observers))
    claimed(ledger, INTENT)
    ledger.erase("R1")
    assert order == [0, 1, 2, 0, 1, 2]


def _calls(function: Any) -> Observer:
    class Calls:
        def observe(self, happening: Happening) -> None:
            function(happening)

    return Calls()


# No guest.


def _leaves(value: Any) -> Iterator[type]:
    """Yield the types of all that a happening holds, however deep."""
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from _leaves(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _leaves(each)
    else:
        yield type(value)


def test_no_happening_says_anything_of_a_guest() -> None:
    """Everything happens, and every text names the guest: the journal has it, and no observer hears of it."""
    hears = Hears()
    bench = watched_by(hears)(START)
    assert isinstance(bench, WatchedBench)
    loud_day(bench)
    bench.ports().ledger.begin_cycle(bench.now)
    journal = repr([attrs.asdict(entry) for entry in bench.ledger.entries()])
    assert [secret for secret in SECRETS if secret not in journal] == []
    bench.ports().ledger.erase("R-0")
    told = repr(hears.happenings)
    assert [secret for secret in SECRETS if secret in told] == []
    leaves = {leaf for each in hears.happenings for leaf in _leaves(each)}
    assert {leaf for leaf in leaves if not issubclass(leaf, enum.Enum)} == {str, int, bool, type(None)}
    assert {type(each) for each in hears.happenings} == set(Happening.__args__) - {LeaseLost}


def test_a_code_is_told_without_a_cards_number() -> None:
    """A code is an adapter's own word; should one put a number there, it goes no further."""
    number = "4111111111111111"
    told = (
        CallAnswered(FIRST, NOW, "charge", Answer.DECLINED, number),
        PersonCalled(FIRST, NOW, number),
        SettlementEnded(visit=FIRST, at=NOW, seconds=0, outcome=Outcome.DECLINED, reason=number, person=number),
    )
    assert number not in repr(told)
    assert "1111" in repr(told)


def test_a_bonus_cards_number_is_in_no_happening(watching: RunLedger, hears: Hears) -> None:
    for name, intent in EVERY_INTENT.items():
        if "redemption" in name or "reversal" in name:
            claim = ObservedLedger(MemoryLedger.of("seven-gulls", lambda: NOW), [hears])
            ended(claim, intent("seven-gulls"), Recorded("debit", Refused("closed", CARD_NUMBER)))
    del watching
    assert len(hears.happenings) > 10
    assert CARD_NUMBER not in repr(hears.happenings)


# Observers that fail.


@pytest.mark.usefixtures("nothing_logged")
def test_an_observer_that_raises_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Every story comes to the same journal, and each fault is logged once, without what it says."""
    caplog.set_level(logging.DEBUG)
    for name in ("payment", "payment, unknown, then found", "redemption, posting refused", "release"):
        case, raises = CASES[name], Raises()
        told, alone = watched(case, raises, Raises(ValueError)), case.bench(WatchedBench.at)
        for bench in (told, alone):
            case.story.arrange(bench)
            case.story.act(bench.ports("first"), bench)
            bench.advance(900)
            case.story.settle(bench.ports("second"), bench)
        assert isinstance(alone, WatchedBench)
        assert list(told.ledger.entries()) == list(alone.ledger.entries())
        assert raises.heard > 3
    assert [record.getMessage() for record in caplog.records if record.name == "hotelpay.observed"] == [
        "an observer of the ledger fails, and is not heard: Raises raised RuntimeError",
        "an observer of the ledger fails, and is not heard: Raises raised ValueError",
    ]
    assert all(record.exc_info is None for record in caplog.records)


def test_an_observer_that_raises_keeps_nobody_else_from_hearing(bench: WatchedLedgers, hears: Hears) -> None:
    bench.observers = (Raises(), hears)
    recorded(bench.worker("a"), claimed(bench.worker("a"), INTENT), Recorded("post", Done()))
    assert len(hears.taken()) == 2


# All that happens, and nothing else.


@pytest.mark.parametrize("name", ["payment", "redemption, posting refused", "two tasks, first unknown", "capture"])
def test_whatever_dies_observers_hear_what_the_journal_has(name: str) -> None:
    """A death at any call breaks no promise, and what was told is what was kept."""
    case = CASES[name]
    benches: list[tuple[WatchedBench, Hears]] = []

    def make() -> WatchedBench:
        hears = Hears()
        benches.append((watched(case, Raises(), hears), hears))
        return benches[-1][0]

    campaign = crash_everywhere(make, case.story, delays=(600,))
    assert campaign.runs > 10
    assert campaign.broken == ()
    for bench, hears in benches:
        kept = Kept.by(bench.ledger)
        kinds = [type(each) for each in hears.happenings]
        assert kinds.count(SettlementEnded) == kept.ended.total()
        assert kinds.count(CallAnswered) == kept.answers.total()
        assert kinds.count(CallSent) == kept.sendings
        assert kinds.count(VisitBegun) == bench.visits.total()
