"""Would the campaigns notice? A fault is planted in each promise, and has to be caught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import attrs
import pytest

from hotelpay.autopilot.cycle import run_cycle
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.bonus.redemption_intents import RedemptionIntent
from hotelpay.moments import HOUR, Instant
from hotelpay.money import Money
from hotelpay.ports import Claim, Hold
from hotelpay.settlement.identity import Call, Identity
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Settlement, SettlementEvent
from hotelpay.settlement.outcome import Declined, Ending, MoneyOutcome, Outcome, Unknown
from hotelpay.settlement.stepper import Progress
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.books import violations
from hotelpay.testing.crashes import Life, crash_everywhere
from hotelpay.testing.interleaving import interleave_everywhere
from hotelpay.testing.memory_hotel import MemoryHotel
from hotelpay.testing.memory_ledger import MemoryLedger
from hotelpay.testing.stories import cases, setup_of, task

CASES = {case.name: case for case in cases()}


def broken_by_deaths(name: str, *, delays: Sequence[int] = (600, 25 * HOUR)) -> tuple[str, ...]:
    case = CASES[name]
    return crash_everywhere(lambda: case.bench(MemoryBench.at), case.story, delays=delays).broken


def broken_by_company(name: str, stalls: Sequence[int] = (0, 301)) -> tuple[str, ...]:
    case = CASES[name]
    return interleave_everywhere(
        lambda: case.bench(MemoryBench.at), case.story, case.story.settle, stalls=stalls
    ).broken


def test_without_a_planted_fault_these_stories_break_nothing() -> None:
    for name in ("payment", "payment, unknown, then found", "redemption, posting refused"):
        assert broken_by_deaths(name) == ()
        assert broken_by_company(name) == ()


def test_promise_1_a_record_made_only_after_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "_announcement", lambda _self, _step: ())
    assert any("the other side moved" in fault for fault in broken_by_deaths("payment"))


def test_promise_1_a_new_key_for_every_try(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = count(1)
    honest = Identity.call

    def dishonest(self: Identity, purpose: str) -> Call:
        call = honest(self, purpose)
        return attrs.evolve(call, key=f"hp1-{next(tries)}") if purpose == "charge" else call

    monkeypatch.setattr(Identity, "call", dishonest)
    assert any("never claimed" in fault for fault in broken_by_deaths("payment"))


def test_promise_1_sent_again_when_the_other_side_has_forgotten_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "_may_send_again", lambda _self, _promises, _since: True)
    monkeypatch.setattr(Progress, "_may_look_up", lambda _self, _effect, _promises: False)
    assert any("charge moved 2 times" in fault for fault in broken_by_deaths("payment"))


def test_promise_1_a_claim_that_anybody_may_make_again(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = MemoryLedger.next_attempt

    def next_one(self: MemoryLedger, kind: Any, names: tuple[str, ...]) -> int:
        return honest(self, kind, names) or max(self.books.attempts.get((kind, names), {0})) + 1

    monkeypatch.setattr(MemoryLedger, "next_attempt", next_one)
    assert any("nobody re-armed it" in fault for fault in broken_by_deaths("payment, declined"))


def sleep_before_each_record(name: str) -> list[str]:
    """Let the one who settles what is unknown sleep for a day before each record, and return what is broken."""
    case = CASES[name]
    bench = case.bench(MemoryBench.at)
    case.story.arrange(bench)
    case.story.act(bench.ports("first"), bench)
    bench.advance(900)

    def sleep(_number: int, called: str) -> None:
        if called == "ledger.record":
            bench.advance(25 * HOUR)

    sleeper = Life(at_call=sleep)
    case.story.settle(sleeper.ports(bench.ports("sleeper")), bench)
    ledger = bench.ports("auditor").ledger
    source = bench.ports("auditor").source
    return violations(ledger, source, bench.gateway.movements, case.story.reservations, at_rest=False)


def test_a_worker_that_slept_for_a_day_sends_nothing() -> None:
    assert sleep_before_each_record("payment, no look-up, unknown, then found") == []


def test_promise_1_records_under_a_lost_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    def record(self: MemoryLedger, claim: Claim, events: Sequence[SettlementEvent]) -> Instant | None:
        with self.books.lock:
            self._append(claim.key, claim.epoch, events)
            return self.books.clock()

    monkeypatch.setattr(MemoryLedger, "record", record)
    found = sleep_before_each_record("payment, no look-up, unknown, then found")
    assert any("charge moved 2 times" in fault for fault in found)


def test_promise_1_unknown_taken_for_declined() -> None:
    honest = MemoryBench.at

    def hasty(*given: Any, **named: Any) -> MemoryBench:
        bench = honest(*given, **named)
        charge = bench.gateway.charge

        def charge_hastily(key: str, card: str, amount: Any) -> MoneyOutcome:
            outcome = charge(key, card, amount)
            return Declined("timed_out") if isinstance(outcome, Unknown) else outcome

        bench.ports("any")
        object.__setattr__(bench, "gateway", _Replaced(bench.gateway, charge=charge_hastily))
        return bench

    case = CASES["payment, unknown, then found"]
    broken = crash_everywhere(lambda: case.bench(hasty), case.story, delays=(600,)).broken
    assert any("it ended declined, and the other side moved" in fault for fault in broken)


class _Replaced:
    """A port of which one method is another."""

    def __init__(self, port: object, **methods: Callable[..., object]) -> None:
        self._port = port
        self.__dict__.update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


def test_promise_2_an_approved_charge_that_is_not_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunIntent, "_kept", lambda _self, _approved, _results: None)
    assert any("are to be on the folio" in fault for fault in broken_by_deaths("payment"))


def test_promise_2_a_book_that_posts_a_repeat_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def every_time(_self: MemoryHotel, _key: str, act: Callable[[], Any]) -> Any:
        from hotelpay.settlement.outcome import Done  # noqa: PLC0415

        return act() or Done()

    monkeypatch.setattr(MemoryHotel, "_once", every_time)
    assert any("posted 2 times" in fault for fault in broken_by_deaths("payment"))


def test_promise_4_points_kept_although_the_posting_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(_self: RedemptionIntent, _taken: object, _results: object, reason: str) -> Ending:
        return Ending(Outcome.REVERSED, reason)

    monkeypatch.setattr(RedemptionIntent, "_undone", keep)
    assert broken_by_deaths("redemption, posting refused") != ()


def test_promise_6_actions_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunIntent, "_followed_up", lambda _self, _results, ending: ending)
    assert any("it ended without" in fault for fault in broken_by_deaths("payment"))


def stall_before_claim(seconds: int) -> list[str]:
    """Let a worker sleep between its decision and its claim, while the guest pays by another task of the hotel."""
    case = CASES["two tasks"]
    bench = case.bench(MemoryBench.at)
    case.story.arrange(bench)
    slept: list[int] = []

    def sleep(number: int, called: str) -> None:
        if called == "ledger.claim" and not slept:
            slept.append(number)
            bench.advance(seconds)
            ports = bench.ports("second")
            run_cycle(attrs.evolve(setup_of(task("third")), paused=False), ports, bench.now)

    case.story.act(Life(at_call=sleep).ports(bench.ports("sleeper")), bench)
    assert slept
    charges = (each.amount for each in bench.gateway.movements if each.operation == "charge")
    charged = sum(amount.minor for amount in charges if isinstance(amount, Money))
    return [] if charged == 180000 else [f"{charged} charged, and 180000 were due"]


def test_a_claim_is_made_only_under_a_hold_that_still_holds() -> None:
    """Else two workers decide on the same balance, and both charge it."""
    assert stall_before_claim(301) == []


def test_a_planted_claim_under_a_hold_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = MemoryLedger.claim

    def trusting(self: MemoryLedger, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        renewed = attrs.evolve(hold, until=Instant(self.books.clock() + 1))
        self.books.holds[hold.reservation] = renewed
        return honest(self, intent, renewed, events)

    monkeypatch.setattr(MemoryLedger, "claim", trusting)
    assert stall_before_claim(301) != []


def test_a_settlement_that_nobody_finishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemoryLedger, "unfinished", lambda _self: [])
    assert any("rests unfinished" in fault for fault in broken_by_deaths("payment"))


def test_every_settlement_is_what_its_entries_say() -> None:
    """The state in hand and the state read back are one: the journal holds everything."""
    for case in CASES.values():
        bench = case.bench(MemoryBench.at)
        case.story.arrange(bench)
        case.story.act(bench.ports("first"), bench)
        case.story.settle(bench.ports("second"), bench)
        ledger = bench.ports("auditor").ledger
        for reservation in case.story.reservations:
            for settlement in ledger.of_reservation(reservation):
                assert ledger.find(settlement.intent.identity) == settlement
                assert isinstance(settlement, Settlement)
