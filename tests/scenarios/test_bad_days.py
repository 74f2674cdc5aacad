"""Bad days: ports that answer nonsense, ledgers that go away, reservations that vanish, workers that overtake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest

from examples import eur, folio
from hotelpay import (
    Approved,
    BonusCard,
    CreateTodo,
    CurrencyMismatch,
    CycleReport,
    CycleState,
    Declined,
    Folio,
    GuaranteeStatus,
    InvalidValue,
    Mode,
    Money,
    Outcome,
    Points,
    Ports,
    Promises,
    Refusal,
    SetGuaranteeStatus,
    Setup,
    WrongType,
    capture,
    recover,
    reverse,
    run_cycle,
    settle_by_hand,
)
from hotelpay.autopilot.cycle_report import PersonWanted, person_wanted
from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.task import Operation
from hotelpay.bonus.redemption_intents import RedemptionIntent
from hotelpay.documents.reports import cycle_document
from hotelpay.driver import perform
from hotelpay.messages import PERSON_REASONS
from hotelpay.moments import HOUR, Instant, instant
from hotelpay.recovery import Recovery, Visited, visited
from hotelpay.settlement.cycles import CyclePlan, PlannedRun
from hotelpay.settlement.digest import digest
from hotelpay.settlement.effects import Charge, Debit
from hotelpay.settlement.identity import Call, Identity, Kind
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    Entry,
    JournalFault,
    PersonNeeded,
    Recorded,
    Sending,
    Settlement,
    fold,
)
from hotelpay.settlement.outcome import Done, Ending, Failed, NotAttempted, Refused, Unknown
from hotelpay.settlement.stepper import Perform, Progress, Save, Terms
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import Died, Life
from hotelpay.testing.memory_gateway import Fault, faults_in_turn
from hotelpay.testing.stories import BONUS_CARD, START, block, departed, guest, redemption, setup_of, task

QUARTER = timedelta(minutes=15)
HIDING = Operation.ACTIONS_ONLY


class Replaced:
    """A port of which some methods are others."""

    def __init__(self, port: object, **methods: Callable[..., Any]) -> None:
        self._port = port
        self.__dict__.update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)


def with_ports(bench: MemoryBench, **ports: Any) -> Ports:
    return attrs.evolve(bench.ports(), **ports)


def broken(*_given: object, **_named: object) -> Any:
    raise OSError("it is gone")


def hotel(*faults: Fault | None, **fields: Any) -> MemoryBench:
    bench = MemoryBench.at(START, gateway_faults=faults_in_turn(*faults))
    bench.put(guest(**fields))
    return bench


def rows(report: CycleReport) -> list[str]:
    return [row.dropped or row.outcome for row in report.runs]


# Ports that answer nonsense, or not at all.


def test_a_book_that_fails_is_asked_again_and_after_an_hour_a_person_hears_of_it() -> None:
    bench = hotel()
    failing = with_ports(bench, book=Replaced(bench.hotel, post=broken))
    report = run_cycle(setup_of(task()), failing, START)
    assert (rows(report), report.needs_person) == (["approved"], ())
    assert report.runs[0].trouble == "book.Post raised OSError: it is gone"
    bench.advance(HOUR)
    (resting,) = recover(failing, bench.now).resting
    assert resting.calls_person
    assert resting.trouble == "book.Post raised OSError: it is gone"
    assert resting.settlement.person == PersonNeeded("not_posted", "post: book.Post raised OSError: it is gone")
    bench.advance(900)
    (settled,) = recover(bench.ports(), bench.now).settled
    assert settled.outcome is Outcome.APPROVED
    assert bench.hotel.reservations["R-1"].folios[0].balance == eur("0.00")


@pytest.mark.parametrize(
    ("port", "method", "effect", "expected"),
    [
        ("gateway", "charge", "money", Unknown("gateway.Charge answered with a str")),
        ("loyalty", "debit", "points", Unknown("loyalty.Debit answered with a str")),
    ],
)
def test_nonsense_from_a_processor_is_unknown(port: str, method: str, effect: str, expected: Unknown) -> None:
    bench = hotel()
    nonsense = Replaced(getattr(bench, port), **{method: lambda *_given: "approved"})
    call = Call("any", "hp1-any")
    asked = {"money": Charge(call, "c1", eur("1.00")), "points": Debit(call, BONUS_CARD, Points.of(1, "BONUS"))}
    assert perform(asked[effect], with_ports(bench, **{port: nonsense})) == expected  # type: ignore[arg-type]


def test_nonsense_from_the_book_is_a_failure_and_from_an_action_a_refusal() -> None:
    bench = hotel()
    nonsense = Replaced(bench.hotel, post=lambda *_given, **_named: None, send=lambda *_given: None)
    report = run_cycle(setup_of(task()), with_ports(bench, book=nonsense), START)
    assert report.runs[0].trouble == "book.Post answered with a NoneType"
    bench.advance(900)
    recover(with_ports(bench, mailer=nonsense), bench.now)
    (settled,) = bench.ledger.of_reservation("R-1")
    assert settled.results["action-1"] == Refused("port_failed", "SendEmail answered with a NoneType")


def test_a_hotel_without_a_gateway_or_loyalty_system_attempts_nothing() -> None:
    bench = hotel()
    report = run_cycle(setup_of(task()), with_ports(bench, gateway=None), START)
    assert rows(report) == ["not_attempted"]
    assert report.runs[0].trouble == "this hotel has no payment gateway"
    debit = Debit(Call("debit", "hp1-any"), BONUS_CARD, Points.of(1, "BONUS"))
    assert perform(debit, with_ports(bench, loyalty=None)) == NotAttempted("this hotel has no loyalty processor")


def test_a_look_up_that_fails_leaves_the_outcome_unknown() -> None:
    bench = hotel(Fault.LOST_REPLY)
    blind = with_ports(bench, gateway=Replaced(bench.gateway, look_up=broken))
    report = run_cycle(setup_of(task()), blind, START)
    assert rows(report) == ["unknown"]
    assert report.runs[0].trouble == "gateway.Charge: look_up raised OSError: it is gone"
    bench.advance(900)
    assert [each.outcome for each in recover(bench.ports(), bench.now).settled] == [Outcome.APPROVED]
    assert len(bench.gateway.moved("charge")) == 1


def test_every_action_reaches_its_port() -> None:
    bench = hotel()
    doing = task(on_success=[SetGuaranteeStatus(GuaranteeStatus.GUARANTEED), CreateTodo("Welcome")])
    run_cycle(setup_of(doing), bench.ports(), START)
    assert bench.hotel.reservations["R-1"].guarantee_status is GuaranteeStatus.GUARANTEED
    assert [todo.text for todo in bench.hotel.todos] == ["Welcome: 1800.00 EUR"]


def forgetful(*faults: Fault | None) -> MemoryBench:
    """Return a hotel whose processor cannot be asked, and remembers keys for an hour."""
    bench = hotel(*faults)
    bench.gateway.promises = Promises(key_memory_hours=1, can_look_up=False)
    bench.loyalty.load(BONUS_CARD, Points.of("1000.00", "BONUS"))
    return bench


def test_a_person_whom_a_clerk_found_to_be_needed_is_told_by_the_next_cycle() -> None:
    """Whoever meets it first, nobody is called in vain."""
    bench, setup = forgetful(Fault.LOST_REQUEST), setup_of(task())
    assert run_cycle(setup, bench.ports(), START).needs_person == ()
    bench.advance(2 * HOUR)
    busy: Any = redemption(bench.ports("desk"), bench.now)
    assert busy.refusal is Refusal.BUSY
    assert [wanted.reason for wanted in run_cycle(setup, bench.ports(), bench.now).needs_person] == ["unknown_outcome"]
    bench.advance(900)
    assert run_cycle(setup, bench.ports(), bench.now).needs_person == ()


def test_a_worker_without_a_gateway_calls_no_person_for_what_another_can_ask() -> None:
    bench, setup = hotel(Fault.LOST_REPLY), setup_of(task())
    blind = with_ports(bench, gateway=Replaced(bench.gateway, look_up=broken))
    run_cycle(setup, blind, START)
    bench.advance(2 * HOUR)
    (resting,) = recover(with_ports(bench, gateway=None), bench.now).resting
    assert not resting.calls_person
    assert [each.outcome for each in recover(bench.ports(), bench.now).settled] == [Outcome.APPROVED]


def test_a_row_that_a_later_row_settled_is_reported_as_it_stands_in_the_end() -> None:
    bench, setup = hotel(Fault.LOST_REPLY), setup_of(task("first"), task("second"))
    once = Replaced(bench.gateway, look_up=broken)
    ports = with_ports(bench, gateway=once)

    def mend(_number: int, name: str) -> None:
        if name == "ledger.let_go":
            once.__dict__.pop("look_up", None)

    report = run_cycle(setup, Life(at_call=mend).ports(ports), START)
    assert rows(report) == ["approved", "nothing_due"]
    assert report.runs[0].trouble is None


# A cycle that is overtaken, resumed or finds the world changed.


def during(bench: MemoryBench, call: str, deed: Callable[[], object]) -> Ports:
    """Return ports of a worker during whose first such call something else happens."""
    left = [deed]

    def happen(_number: int, name: str) -> None:
        if name == call and left:
            left.pop()()

    return Life(at_call=happen).ports(bench.ports("slow"))


def overtake(bench: MemoryBench, setup: Setup) -> Callable[[], object]:
    def deed() -> object:
        bench.advance(bench.ledger.lease_seconds)
        return run_cycle(setup, bench.ports("fast"), START)

    return deed


@pytest.mark.parametrize("call", ["ledger.plan_cycle", "ledger.complete_cycle"])
def test_a_worker_that_was_overtaken_leaves_the_cycle_to_the_other(call: str) -> None:
    bench, setup = hotel(), setup_of(task())
    report = run_cycle(setup, during(bench, call, overtake(bench, setup)), START)
    assert (report.state, report.runs) == (CycleState.LOST, ())
    assert (report.cycle_at, report.recovery) == (instant(START), Recovery(()))
    assert len(bench.gateway.moved("charge")) == 1
    assert run_cycle(setup, bench.ports(), START).state is CycleState.ALREADY_RUN


def test_a_worker_overtaken_between_two_rows_stops() -> None:
    bench, setup = hotel(), setup_of(task())
    for name in ("R-2", "R-3"):
        bench.put(guest(id=name))
    report = run_cycle(setup, during(bench, "gateway.charge", overtake(bench, setup)), START)
    assert report.state is CycleState.LOST
    assert sorted(str(each.of) for each in bench.gateway.moved("charge")) == ["card-1"] * 3


def test_the_lease_of_a_long_cycle_is_kept_alive() -> None:
    bench, setup = hotel(), setup_of(task())
    for number in range(2, 8):
        bench.put(guest(id=f"R-{number}"))

    def slow(_number: int, name: str) -> None:
        if name == "gateway.charge":
            bench.advance(bench.ledger.lease_seconds // 2)

    life = Life(at_call=slow)
    report = run_cycle(setup, life.ports(bench.ports("slow")), START)
    assert (report.state, rows(report)) == (CycleState.COMPLETED, ["approved"] * 7)
    assert life.calls.count("ledger.keep_cycle") >= 3


def test_a_resumed_cycle_reports_what_the_dead_worker_did() -> None:
    bench, setup = hotel(Fault.LOST_REQUEST), setup_of(task())
    bench.gateway.promises = Promises(key_memory_hours=0, can_look_up=False)
    bench.put(guest(id="R-2"))
    dead = Life(at_call=lambda _number, name: die_at(dead, name, "ledger.let_go"))
    with pytest.raises(Died):
        run_cycle(setup, dead.ports(bench.ports("dead")), START)
    bench.advance(bench.ledger.lease_seconds)
    resumed = run_cycle(setup, bench.ports("next"), START)
    assert rows(resumed) == ["unknown", "approved"]
    assert [row.trouble for row in resumed.runs] == [None, None]
    assert [wanted.reason for wanted in resumed.needs_person] == ["unknown_outcome"]


def die_at(life: Life, name: str, call: str) -> None:
    if name == call:
        life.dead = True
        raise Died


def test_a_task_taken_out_of_the_setup_meanwhile_is_dropped() -> None:
    bench, setup = hotel(), setup_of(task())
    dead = Life(at_call=lambda _number, name: die_at(dead, name, "ledger.hold"))
    with pytest.raises(Died):
        run_cycle(setup, dead.ports(bench.ports("dead")), START)
    bench.advance(bench.ledger.lease_seconds)
    report = run_cycle(setup_of(), bench.ports(), START)
    assert (rows(report), report.runs[0].planned.task) == (["inactive"], "on-arrival")


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        pytest.param(lambda bench: bench.hotel.reservations.clear(), "gone", id="the reservation is gone"),
        pytest.param(lambda bench: bench.ports("other").ledger.hold("R-1"), "held", id="another holds it"),
        pytest.param(
            lambda bench: bench.ports().ledger.import_processed([("on-arrival", "R-1")]),
            "already_processed",
            id="it was imported",
        ),
        pytest.param(lambda bench: bench.hotel.pay("R-1", "F-1", eur("1800.00")), "nothing_due", id="it was paid"),
    ],
)
def test_what_changed_since_the_list_was_decided_drops_the_row(
    deed: Callable[[MemoryBench], object], expected: str
) -> None:
    bench = hotel()
    ports = during(bench, "ledger.hold", lambda: deed(bench))
    report = run_cycle(setup_of(task()), ports, START)
    assert (rows(report), report.runs[0].planned.reservation) == ([expected], "R-1")


def test_a_hold_that_ended_before_the_claim_drops_the_row() -> None:
    bench = hotel()
    ports = during(bench, "ledger.claim", lambda: bench.advance(bench.ledger.lease_seconds))
    report = run_cycle(setup_of(task()), ports, START)
    assert (rows(report), report.runs[0].planned.reservation) == (["held"], "R-1")
    assert bench.gateway.movements == []


def test_a_row_waits_while_a_redemption_is_on_its_way() -> None:
    bench = hotel()
    bench.loyalty.load(BONUS_CARD, Points.of("1000.00", "BONUS"))
    bench.loyalty.faults = faults_in_turn(*[Fault.NEVER_SENT] * 9)
    redemption(bench.ports(), bench.now)
    report = run_cycle(setup_of(task()), bench.ports(), START)
    assert (rows(report), report.runs[0].planned.reservation) == (["unsettled"], "R-1")
    assert bench.gateway.movements == []


def test_the_list_that_a_cycle_keeps_is_what_it_decided() -> None:
    """Whoever resumes it knows by the digest whether the setup is still the same."""
    bench, setup, kept = hotel(), setup_of(task(), task("second"), task("off", active=False)), []

    def keep(_claim: object, plan: CyclePlan) -> bool:
        kept.append(plan)
        return False

    ports = with_ports(bench, ledger=Replaced(bench.ledger, plan_cycle=keep))
    assert run_cycle(setup, ports, START).state is CycleState.LOST
    row = PlannedRun(
        task="on-arrival",
        reservation="R-1",
        due_at=instant(START),
        closes_at=Instant(instant(START) + 24 * HOUR),
        operation="payment",
        folio="F-1",
        card="card-1",
        amount=eur("1800.00"),
        problem=None,
    )
    assert kept == [
        CyclePlan(
            digest=digest((setup.tasks_in_order, setup.rules, None)),
            active_tasks=("on-arrival", "second"),
            runs=(row, attrs.evolve(row, task="second", after=("on-arrival",))),
        )
    ]


def test_a_ledger_that_goes_away_is_told_row_by_row() -> None:
    """What was begun shows as unknown; the cycle itself cannot be completed, and is resumed later."""
    bench, setup = hotel(), setup_of(task())
    gone = Replaced(bench.ledger, record=broken, of_reservation=broken, let_go=broken)
    report = run_cycle(setup, with_ports(bench, ledger=gone), START)
    assert rows(report) == ["unknown"]
    assert report.runs[0].planned.reservation == "R-1"
    assert report.runs[0].trouble == "OSError: it is gone"
    lost = Replaced(bench.ledger, record=broken)
    bench.advance(bench.ledger.lease_seconds)
    bench.put(guest(id="R-2"))
    later = run_cycle(setup, with_ports(bench, ledger=lost), START + QUARTER)
    assert rows(later) == ["unknown", "unknown"]
    assert [row.settlement is not None for row in later.runs] == [True, True]
    bench.advance(1000)
    recover(bench.ports(), bench.now)
    assert len(bench.gateway.moved("charge")) == 2


# Pre-authorisations.


def left(**fields: Any) -> MemoryBench:
    """Return a hotel whose guest has left, with an amount still blocked at the processor."""
    bench = MemoryBench.at(START)
    bench.put(departed(**fields))
    block(bench)
    return bench


def test_a_release_waits_while_another_holds_the_reservation_or_its_money_is_on_its_way() -> None:
    bench = left()
    hold = bench.ports("other").ledger.hold("R-1")
    assert hold is not None
    assert run_cycle(setup_of(release_after=0), bench.ports(), START).releases == ()
    bench.ports("other").ledger.let_go(hold)
    ports = during(bench, "ledger.claim", lambda: bench.advance(bench.ledger.lease_seconds))
    bench.advance(900)
    assert run_cycle(setup_of(release_after=0), ports, bench.now).releases == ()
    bench.advance(900)
    assert len(run_cycle(setup_of(release_after=0), bench.ports(), bench.now).releases) == 1


def test_a_release_waits_for_a_capture_on_its_way() -> None:
    bench = left()
    bench.gateway.faults = faults_in_turn(*[Fault.NEVER_SENT] * 9)
    taken = capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START, amount=eur("10.00"))
    assert taken.ending is None
    report = run_cycle(setup_of(release_after=0), bench.ports(), START)
    assert (report.releases, report.faults) == ((), ())
    with pytest.raises(InvalidValue) as refused:
        capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START, amount=eur("10.00"))
    assert refused.value.code == "unsettled"
    assert str(refused.value) == "reservation: 'R-1' is not free: money on it is still on its way"


def test_a_reservation_that_is_gone_when_it_is_held_has_nothing_to_release() -> None:
    bench = left()
    ports = during(bench, "ledger.hold", bench.hotel.reservations.clear)
    report = run_cycle(setup_of(release_after=0), ports, START)
    assert (report.releases, report.faults) == ((), ())


def test_who_has_nothing_to_release_is_not_held() -> None:
    """So that a redemption at the desk is not refused for it."""
    bench, life = left(folios=guest().folios), Life()
    assert run_cycle(setup_of(release_after=0), life.ports(bench.ports()), START).releases == ()
    assert "ledger.hold" not in life.calls


def test_a_refused_release_does_not_keep_the_next_from_its_turn() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed())
    (refused,) = run_cycle(setup_of(release_after=0), bench.ports(), START).releases
    assert refused.outcome is Outcome.DECLINED
    first = departed().preauthorizations[0]
    bench.hotel.change("R-1", preauthorizations=[first, attrs.evolve(first, id="A-2", reference="hold-2")])
    bench.gateway.block("hold-2", eur("50.00"))
    bench.advance(900)
    (released,) = run_cycle(setup_of(release_after=0), bench.ports(), bench.now).releases
    assert (released.intent.identity.names, released.outcome) == (("R-1", "A-2"), Outcome.APPROVED)


@pytest.mark.parametrize("hours", [0, 25])
def test_a_charge_that_was_never_sent_keeps_the_desk_waiting_while_it_still_may_be(hours: int) -> None:
    bench = left(folios=guest().folios)
    bench.loyalty.load(BONUS_CARD, Points.of("1000.00", "BONUS"))
    bench.gateway.faults = faults_in_turn(*[Fault.NEVER_SENT] * 9)
    run_cycle(setup_of(task(mode=Mode.AFTER_DEPARTURE)), bench.ports(), START)
    bench.advance(hours * HOUR)
    redeemed: Any = redemption(bench.ports(), bench.now)
    assert redeemed.approved is (hours > 24)
    bench.gateway.faults = faults_in_turn()
    taken = capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=bench.now, amount=eur("10.00"))
    assert taken.outcome is Outcome.APPROVED
    assert len(bench.gateway.moved("charge")) == (0 if hours else 1)


def test_a_release_that_fails_stops_no_other() -> None:
    bench = left()
    bench.put(departed(id="R-0"))

    def read(name: str) -> Any:
        if name == "R-0":
            raise OSError("it is gone")
        return bench.hotel.reservation(name)

    ports = with_ports(bench, source=Replaced(bench.hotel, reservation=read))
    report = run_cycle(setup_of(release_after=0), ports, START)
    assert report.state is CycleState.COMPLETED
    assert [each.intent.reservation for each in report.releases] == ["R-1"]
    assert report.faults == (("R-0", "OSError: it is gone"),)
    assert cycle_document(report)["faults"] == [{"reservation": "R-0", "trouble": "OSError: it is gone"}]


def test_releases_that_stop_tell_what_went_wrong_before() -> None:
    bench, setup = MemoryBench.at(START), setup_of(release_after=0)
    for number in range(3):
        bench.put(departed(id=f"R-{number}"))

    def read(name: str) -> Any:
        if name == "R-0":
            raise OSError("it is gone")
        return bench.hotel.reservation(name)

    ports = with_ports(bench, source=Replaced(bench.hotel, reservation=read))
    report = run_cycle(setup, ports, START, stopping=lambda: True)
    assert (report.state, report.faults) == (CycleState.STOPPED, (("R-0", "OSError: it is gone"),))
    (released,) = report.releases
    assert isinstance(released.intent, ReleaseIntent)
    assert (released.intent.reservation, released.intent.cycle_at) == ("R-1", instant(START))


def test_a_cycle_tells_every_release() -> None:
    bench = MemoryBench.at(START)
    for number in range(3):
        bench.put(departed(id=f"R-{number}"))
    released = run_cycle(setup_of(release_after=0), bench.ports(), START).releases
    assert [each.intent.reservation for each in released] == ["R-0", "R-1", "R-2"]


def test_a_capture_is_refused_while_another_holds_the_reservation() -> None:
    bench = left()
    bench.ports("other").ledger.hold("R-1")
    with pytest.raises(InvalidValue) as refused:
        capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START, amount=eur("10.00"))
    assert refused.value.code == "unsettled"


def test_a_capture_whose_hold_ended_before_its_claim_is_refused() -> None:
    bench = left()
    ports = during(bench, "ledger.claim", lambda: bench.advance(bench.ledger.lease_seconds))
    with pytest.raises(InvalidValue) as refused:
        capture(ports, reservation="R-1", preauthorization="A-1", at=START, amount=eur("10.00"))
    assert refused.value.code == "unsettled"
    assert str(refused.value) == "reservation: 'R-1' is not free: money on it is still on its way"
    assert bench.gateway.movements == []


@pytest.mark.parametrize("folios", [[], [folio("10.00", id="F-1", paid=("10.00",))]])
def test_without_an_amount_there_must_be_something_due(folios: list[Folio]) -> None:
    with pytest.raises(InvalidValue) as refused:
        capture(left(folios=folios).ports(), reservation="R-1", preauthorization="A-1", at=START)
    assert refused.value.code == "missing_amount"
    assert str(refused.value) == "amount: None is not given, since the folio owes nothing"


def test_a_capture_that_the_folio_refuses_needs_a_person() -> None:
    bench = left(folios=[attrs.evolve(guest().folios[0], closed=True)])
    taken = capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START)
    assert taken.ending == Ending(Outcome.APPROVED, "folio_closed", "posting_refused")


def test_a_capture_in_another_currency_needs_a_person() -> None:
    bench = left(folios=guest().folios)
    converting = Replaced(bench.gateway, capture=lambda *_given: Approved(Money.of("110.00", "USD"), "cap-1"))
    taken = capture(with_ports(bench, gateway=converting), reservation="R-1", preauthorization="A-1", at=START)
    assert taken.ending == Ending(Outcome.APPROVED, "foreign_currency", "foreign_currency")
    with pytest.raises(CurrencyMismatch):
        capture(left().ports(), reservation="R-1", preauthorization="A-1", at=START, amount=Money.of("1.00", "USD"))


def test_books_that_will_not_note_a_release_leave_a_person_to_correct_them() -> None:
    bench = left()
    deaf = Replaced(bench.hotel, mark=lambda *_given: Refused("locked"))
    (released,) = run_cycle(setup_of(release_after=0), with_ports(bench, book=deaf), START).releases
    assert released.ending == Ending(Outcome.APPROVED, None, "not_marked")


def test_intents_of_holds_hold_nothing_personal() -> None:
    bench = left(folios=guest().folios)
    taken = capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START)
    assert isinstance(taken.intent, CaptureIntent)
    assert taken.intent.erased() is taken.intent
    assert taken.intent.opening == "capture"
    bench = left()
    (released,) = run_cycle(setup_of(release_after=0), bench.ports(), START).releases
    assert released.intent.erased() is released.intent
    assert released.intent.opening == "release"


# The desk.


def desk() -> MemoryBench:
    bench = hotel()
    bench.loyalty.load(BONUS_CARD, Points.of("1000.00", "BONUS"))
    return bench


def test_a_redemption_whose_hold_ended_before_its_claim_is_refused() -> None:
    bench = desk()
    ports = during(bench, "ledger.claim", lambda: bench.advance(bench.ledger.lease_seconds))
    refused: Any = redemption(ports, bench.now)
    assert refused.refusal is Refusal.BUSY
    assert str(refused.quote.points) == "450.00 BONUS"
    assert bench.loyalty.movements == []


def back(ports: Ports, bench: MemoryBench) -> Any:
    return reverse(ports, redemption="B-1", reversal="V-1", at=bench.now)


def test_a_reversal_is_refused_while_the_reservation_is_busy() -> None:
    bench = desk()
    redemption(bench.ports(), bench.now)
    hold = bench.ports("other").ledger.hold("R-1")
    assert hold is not None
    assert back(bench.ports(), bench).refusal is Refusal.BUSY
    bench.ports("other").ledger.let_go(hold)
    ports = during(bench, "ledger.claim", lambda: bench.advance(bench.ledger.lease_seconds))
    assert back(ports, bench).refusal is Refusal.BUSY
    assert back(bench.ports(), bench).approved


def test_a_reversal_waits_for_money_on_its_way() -> None:
    bench = desk()
    redemption(bench.ports(), bench.now)
    bench.gateway.faults = faults_in_turn(*[Fault.NEVER_SENT] * 3)
    run_cycle(setup_of(task()), bench.ports(), START)
    assert back(bench.ports(), bench).refusal is Refusal.BUSY


def test_a_reversal_whose_refund_and_new_posting_are_refused_needs_a_person() -> None:
    bench = desk()
    redemption(bench.ports(), bench.now)
    bench.loyalty.faults = faults_in_turn(Fault.DECLINED)
    once = Replaced(bench.hotel, post=lambda *_given, **_named: Refused("folio_closed"))
    reversed_half = back(with_ports(bench, book=once), bench)
    assert reversed_half.settlement.ending == Ending(Outcome.HALF_DONE, "declined", "points_not_returned")


def test_points_that_stay_set_aside_need_a_person() -> None:
    bench = desk()
    bench.loyalty.can_hold = True
    bench.loyalty.faults = faults_in_turn(None, Fault.DECLINED)
    stuck = Replaced(bench.hotel, take_back=lambda *_given, **_named: Refused("folio_closed"))
    half: Any = redemption(with_ports(bench, book=stuck), bench.now)
    assert half.settlement.ending == Ending(Outcome.HALF_DONE, "folio_closed", "points_not_taken")


def test_a_redemption_intent_is_about_points_and_money() -> None:
    given: dict[str, Any] = {
        "identity": Identity("h", Kind.REDEMPTION, ("B-1",)),
        "reservation": "R-1",
        "folio": "F-1",
        "payment_type": "kontur",
        "card": BonusCard("1234"),
        "points": Points.of(1, "BONUS"),
        "amount": eur("1.00"),
        "at": Instant(0),
        "until": Instant(900),
    }
    assert RedemptionIntent(**given).opening == "debit"
    for field, wrong in (("points", 1), ("amount", "1.00"), ("card", "1234")):
        with pytest.raises(WrongType):
            RedemptionIntent(**{**given, field: wrong})


# The stepper and the journal, asked what no worker asks.

RUN = Identity("default", Kind.RUN, ("on-arrival", "R-1"))


def test_a_person_who_comes_while_a_worker_takes_over_asks_again() -> None:
    bench = hotel(Fault.LOST_REQUEST)
    bench.gateway.promises = Promises(key_memory_hours=0, can_look_up=False)
    run_cycle(setup_of(task()), bench.ports(), START)

    def take_over() -> None:
        bench.advance(bench.ledger.lease_seconds)
        assert bench.ports("other").ledger.take(RUN.key) is not None

    with pytest.raises(InvalidValue) as refused:
        settle_by_hand(during(bench, "ledger.record", take_over), RUN, Approved(eur("1.00"), "ch_1"), by="A", at=START)
    assert refused.value.code == "unsettled"


def test_a_worker_that_loses_its_claim_leaves_what_it_learnt_to_the_other() -> None:
    bench = hotel(Fault.NEVER_SENT)
    run_cycle(setup_of(task()), bench.ports(), START)

    def overtaken() -> None:
        bench.advance(bench.ledger.lease_seconds)
        recover(bench.ports("fast"), START)

    assert recover(during(bench, "gateway.charge", overtaken), START).visited == ()
    assert len(bench.gateway.moved("charge")) == 1


def test_what_another_worker_takes_first_is_left_to_it() -> None:
    bench = hotel(Fault.NEVER_SENT)
    run_cycle(setup_of(task()), bench.ports(), START)
    ports = during(bench, "ledger.take", lambda: bench.ports("fast").ledger.take(RUN.key))
    assert recover(ports, START).visited == ()


def state(**fields: Any) -> Settlement:
    bench = hotel()
    run_cycle(setup_of(task(**fields)), bench.ports(), START)
    return bench.ledger.of_reservation("R-1")[0]


def test_answers_of_the_wrong_kind_are_misuse() -> None:
    begun = Progress.begin(
        attrs.evolve(state(), results={}, sendings={}, ending=None),
        now=instant(START),
        terms=Terms(at=instant(START), lease_seconds=300),
    )
    assert isinstance(begun.request, Save)
    with pytest.raises(TypeError, match=r"^a save is answered with the ledger's time$"):
        begun.after(Done())
    for answer in (None, instant(START)):
        with pytest.raises(TypeError, match=r"^a call is answered with its result$"):
            begun.after(instant(START)).after(answer)
    over = begun.after(None)
    assert (over.lost, over.request) == (True, None)
    with pytest.raises(RuntimeError, match=r"^nothing was asked$"):
        over.after(instant(START))


def test_an_action_that_fails_is_left_for_the_next_visit_and_calls_no_person() -> None:
    paid = state()
    begun = Progress.begin(
        attrs.evolve(paid, ending=None, results={name: paid.results[name] for name in ("charge", "post")}),
        now=Instant(instant(START) + 2 * HOUR),
        terms=Terms(at=instant(START), lease_seconds=300),
    )
    assert isinstance(begun.request, Perform)
    told = begun.after(Failed("down"))
    assert (told.request, told.trouble, told.settlement.person) == (None, "down", None)


def test_each_side_is_held_to_its_own_promises() -> None:
    mine, theirs = Promises(key_memory_hours=1, can_look_up=True), Promises(key_memory_hours=2, can_look_up=False)
    terms = Terms(at=instant(START), lease_seconds=300, gateway=mine, loyalty=theirs)
    call = Call("any", "hp1-any")
    assert terms.promises_for(Charge(call, "c1", eur("1.00"))) is mine
    assert terms.promises_for(Debit(call, BONUS_CARD, Points.of(1, "BONUS"))) is theirs


def test_a_visit_goes_by_the_last_ledger_time_that_it_heard_of() -> None:
    begun = Progress.begin(
        attrs.evolve(state(), results={}, sendings={}, ending=None),
        now=instant(START),
        terms=Terms(at=instant(START), lease_seconds=300),
    )
    later = Instant(instant(START) + 7)
    sent = begun.after(later)
    assert (sent.now, sent.settlement.maybe_sent_since("charge")) == (later, later)
    told = sent.after(Approved(eur("1800.00"), "ch_1"))
    assert told.after(Instant(later + 5)).now == later + 5


@pytest.mark.parametrize(("seconds", "charges"), [(119, 0), (120, 1)])
def test_a_call_is_repeated_once_its_grace_is_over(seconds: int, charges: int) -> None:
    bench = hotel(Fault.LOST_REQUEST)
    run_cycle(setup_of(task()), bench.ports(), START)
    bench.advance(seconds)
    recover(bench.ports(), bench.now)
    assert len(bench.gateway.moved("charge")) == charges


def test_a_call_that_nobody_can_look_up_is_repeated_at_once() -> None:
    """There is nothing to wait for: under its key a repeat is harmless, whatever is still on its way."""
    bench = forgetful(Fault.LOST_REQUEST)
    run_cycle(setup_of(task()), bench.ports(), START)
    bench.advance(1)
    (settled,) = recover(bench.ports(), bench.now).settled
    assert (settled.outcome, len(bench.gateway.moved("charge"))) == (Outcome.APPROVED, 1)


def test_promises_that_are_none_are_refused() -> None:
    assert Promises(key_memory_hours=None, can_look_up=False).still_remembers(Instant(0), Instant(10**9))
    assert not Promises(key_memory_hours=1, can_look_up=False).still_remembers(Instant(0), Instant(3600))
    assert Promises(key_memory_hours=1, can_look_up=False).still_remembers(Instant(0), Instant(3599))
    for wrong in ({"key_memory_hours": -1}, {"can_look_up": 1}, {"grace_seconds": 1.5}):
        with pytest.raises(InvalidValue):
            Promises(**{"key_memory_hours": 24, "can_look_up": True, **wrong})  # type: ignore[arg-type]


def entry(number: int, event: Any) -> Entry:
    return Entry(number=number, at=instant(START), worker="w", key="k", epoch=1, event=event)


def test_a_journal_that_nobody_can_have_written_is_refused() -> None:
    claim = Claimed(state().intent)
    for events in ([], [Sending("charge")], [claim, claim]):
        with pytest.raises(JournalFault, match="cannot be read"):
            fold(entry(number, event) for number, event in enumerate(events, 1))
    with pytest.raises(JournalFault, match="claimed twice"):
        state().after(claim, instant(START))


def test_the_outcome_of_what_has_not_ended_is_that_of_its_money() -> None:
    paid = attrs.evolve(state(), ending=None)
    assert paid.outcome is Outcome.APPROVED
    unanswered = attrs.evolve(paid, results={})
    assert attrs.evolve(unanswered, sendings={}).outcome is Outcome.NOT_ATTEMPTED
    assert attrs.evolve(paid, results={"charge": Declined("no")}).outcome is Outcome.DECLINED
    assert unanswered.outcome is Outcome.UNKNOWN
    hidden = attrs.evolve(state(operation=HIDING, amount=None, card=None, on_success=[]), ending=None)
    assert hidden.outcome is Outcome.DONE


def test_a_visit_calls_a_person_once_and_again_where_it_ends_with_one() -> None:
    ended = state()
    resting = attrs.evolve(ended, ending=None)
    called = attrs.evolve(resting, person=PersonNeeded("unknown_outcome", "look there"))
    left = attrs.evolve(ended, ending=Ending(Outcome.APPROVED, None, "not_marked"))
    for before, after, expected in (
        (resting, resting, Visited(resting, "down", calls_person=False)),
        (resting, called, Visited(called, "down", calls_person=True)),
        (None, called, Visited(called, "down", calls_person=True)),
        (called, called, Visited(called, "down", calls_person=False)),
        (resting, ended, Visited(ended, None, calls_person=False)),
        (called, left, Visited(left, None, calls_person=True)),
        (None, left, Visited(left, None, calls_person=True)),
    ):
        assert visited(before, after, "down") == expected


def test_a_person_is_told_what_is_wrong_now() -> None:
    """While it lasts in the words of whoever called, and once it has ended by the reason that is left."""
    called = attrs.evolve(state(), ending=None, person=PersonNeeded("unknown_outcome", "look there"))
    given: dict[str, Any] = {"kind": "run", "names": ("on-arrival", "R-1"), "reservation": "R-1"}
    assert person_wanted(called) == PersonWanted(**given, reason="unknown_outcome", message="look there")
    ended = attrs.evolve(called, ending=Ending(Outcome.APPROVED, "folio_closed", "posting_refused"))
    assert person_wanted(ended) == PersonWanted(
        **given, reason="posting_refused", message=PERSON_REASONS["posting_refused"]
    )
    assert person_wanted(attrs.evolve(ended, ending=Ending(Outcome.APPROVED))) is None


def test_a_failure_inside_changes_no_state() -> None:
    before = attrs.evolve(state(), ending=None)
    assert before.after(Recorded("post", Failed("x")), instant(START)).results == before.results
    ended = before.after(Completed(Ending(Outcome.APPROVED)), instant(START))
    assert ended.ending == Ending(Outcome.APPROVED)


def test_an_identity_names_something() -> None:
    with pytest.raises(WrongType):
        Identity("default", Kind.RUN, ())
    with pytest.raises(WrongType):
        Approved("100.00", "ref")  # type: ignore[arg-type]
    assert Identity("h", Kind.RUN, ("a", "b")).key != Identity("h", Kind.RUN, ("ab",)).key
    assert len(RUN.call("charge").key) <= 64
