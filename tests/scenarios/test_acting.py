"""What the autopilot and the desk do: the scenarios that act, on ports in memory."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from examples import EUR, cards, eur, folio, utc
from hotelpay import (
    CloseFolio,
    CreateTodo,
    CycleReport,
    CycleState,
    FolioBalance,
    InvalidValue,
    Mode,
    Money,
    Operation,
    Outcome,
    PreAuthorizationState,
    Problem,
    Promises,
    Reservation,
    ReservationStatus,
    SendEmail,
    SetFolioVisibility,
    Setup,
    UnknownName,
    capture,
    preview_next,
    rearm,
    recover,
    release,
    run_cycle,
)
from hotelpay.moments import HOUR, instant
from hotelpay.settlement.identity import Kind
from hotelpay.settlement.journal import CycleCompleted, Forgotten, Rearmed, Settlement
from hotelpay.settlement.outcome import Refused
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.memory_gateway import Fault, faults_in_turn
from hotelpay.testing.memory_hotel import Mail, Todo
from hotelpay.testing.stories import START, block, departed, guest, setup_of, task

QUARTER = timedelta(minutes=15)


def hotel(*faults: Fault | None, **fields: Any) -> MemoryBench:
    """Return a hotel with the usual guest, whose processor has these faults in their turn."""
    bench = MemoryBench.at(START, gateway_faults=faults_in_turn(*faults))
    bench.put(guest(**fields))
    return bench


def cycle(bench: MemoryBench, setup: Setup, *, minutes: int = 0, worker: str = "worker-1") -> CycleReport:
    """Run the cycle some minutes after the first, the clock with it."""
    at = START + timedelta(minutes=minutes)
    bench.clock.set(at)
    return run_cycle(setup, bench.ports(worker), at)


def outcomes(report: CycleReport) -> list[tuple[str, str]]:
    return [(row.planned.task, row.dropped or row.outcome) for row in report.runs]


def charged(bench: MemoryBench) -> list[str]:
    return [str(each.amount) for each in bench.gateway.moved("charge")]


def test_a_payment_is_taken_posted_and_followed_up() -> None:
    bench = hotel()
    report = cycle(bench, setup_of(task()))
    assert report.state is CycleState.COMPLETED
    assert outcomes(report) == [("on-arrival", "approved")]
    (row,) = report.runs
    assert row.approved is not None
    assert row.approved.reference == "charge-1"
    assert charged(bench) == ["1800.00 EUR"]
    (payment,) = bench.hotel.reservations["R-1"].folios[0].payments
    assert payment.amount == eur("1800.00")
    assert payment.reference is not None
    assert len(payment.reference) <= 64
    assert bench.hotel.mails == [Mail("R-1", "paid", eur("1800.00"))]
    assert bench.hotel.visible == {("R-1", "F-1"): True}
    assert report.needs_person == ()


@pytest.mark.scenario("AP-ONCE-FAILED")
def test_a_declined_attempt_runs_its_actions_once_and_is_never_taken_again() -> None:
    bench = hotel(Fault.DECLINED)
    report = cycle(bench, setup_of(task()))
    assert outcomes(report) == [("on-arrival", "declined")]
    assert bench.hotel.mails == [Mail("R-1", "declined", eur("1800.00"))]
    assert bench.hotel.todos == [Todo("R-1", "Call the guest: 1800.00 EUR", "Payments")]
    for minutes in range(15, 240, 15):
        assert cycle(bench, setup_of(task()), minutes=minutes).runs == ()
    assert len(bench.hotel.mails) == 1
    assert charged(bench) == []


@pytest.mark.scenario("AP-CARD-MISSING")
def test_without_a_card_the_run_fails_and_is_used_up() -> None:
    bench = hotel(cards=())
    report = cycle(bench, setup_of(task()))
    assert outcomes(report) == [("on-arrival", "declined")]
    (row,) = report.runs
    assert row.settlement is not None
    assert row.settlement.ending is not None
    assert row.settlement.ending.reason == "no_card"
    assert bench.hotel.mails == [Mail("R-1", "declined", eur("1800.00"))]
    bench.hotel.change("R-1", cards=cards("guest"))
    assert cycle(bench, setup_of(task()), minutes=15).runs == ()


@pytest.mark.scenario("AP-TWO-TASKS")
def test_the_second_of_two_tasks_finds_nothing_due_and_is_not_used_up() -> None:
    bench, setup = hotel(), setup_of(task("first"), task("second"))
    shown = preview_next(setup, bench.ports(), START)
    assert [(run.task.id, run.after) for run in shown.runs] == [("first", ()), ("second", ("first",))]
    assert outcomes(cycle(bench, setup)) == [("first", "approved"), ("second", "nothing_due")]
    bench.hotel.charge("R-1", "F-1", folio("12.00").charges[0])
    assert outcomes(cycle(bench, setup, minutes=15)) == [("second", "approved")]
    assert charged(bench) == ["1800.00 EUR", "12.00 EUR"]


@pytest.mark.scenario("AP-ONCE-EDIT")
def test_editing_and_switching_a_task_gives_no_second_turn() -> None:
    bench = hotel()
    cycle(bench, setup_of(task()))
    bench.hotel.charge("R-1", "F-1", folio("12.00").charges[0])
    cycle(bench, setup_of(task(active=False)), minutes=15)
    edited = setup_of(task(on_success=[], amount=FolioBalance(fixed=eur("1.00"))))
    assert cycle(bench, edited, minutes=30).runs == ()


@pytest.mark.scenario("AP-EXPEDIA-HIDE")
def test_actions_only_hides_the_folio_and_is_done() -> None:
    hiding = task(
        operation=Operation.ACTIONS_ONLY, amount=None, on_success=[SetFolioVisibility(visible=False)], on_failure=[]
    )
    bench = hotel()
    assert outcomes(cycle(bench, setup_of(hiding))) == [("on-arrival", "done")]
    assert bench.hotel.visible == {("R-1", "F-1"): False}
    assert bench.gateway.movements == []


def test_a_preauthorization_is_kept_with_the_processors_expiry_and_pays_nothing() -> None:
    bench = hotel()
    report = cycle(bench, setup_of(task(operation=Operation.PREAUTHORIZATION)))
    assert outcomes(report) == [("on-arrival", "approved")]
    found = bench.hotel.reservations["R-1"]
    (held,) = found.preauthorizations
    assert held.amount == eur("1800.00")
    assert held.expires_at == instant(START) + 7 * 24 * HOUR
    assert found.folios[0].balance == eur("-1800.00")


def test_what_was_approved_is_posted_though_less_was_approved_than_asked() -> None:
    bench = hotel(Fault.IN_PART)
    cycle(bench, setup_of(task()))
    assert bench.hotel.reservations["R-1"].folios[0].balance == eur("-900.00")


def test_an_action_that_fails_is_told_and_the_others_run() -> None:
    closing = task(on_success=[CloseFolio("invoice"), SendEmail("paid")])
    bench = hotel(Fault.IN_PART)
    (row,) = cycle(bench, setup_of(closing)).runs
    assert row.settlement is not None
    assert row.settlement.results["action-1"] == Refused("folio_has_balance")
    assert bench.hotel.mails == [Mail("R-1", "paid", eur("1800.00"))]
    assert row.outcome == "approved"


def test_a_hotel_without_a_mailer_tells_so_and_pays_all_the_same() -> None:
    bench = hotel()
    report = run_cycle(setup_of(task()), attrs.evolve(bench.ports(), mailer=None), START)
    (row,) = report.runs
    assert row.settlement is not None
    assert row.settlement.results["action-1"] == Refused("no_port", "this hotel has none that does it")
    assert row.outcome == "approved"


def test_a_completed_cycle_is_done_once() -> None:
    bench, setup = hotel(), setup_of(task())
    cycle(bench, setup)
    again = cycle(bench, setup)
    assert (again.state, again.runs) == (CycleState.ALREADY_RUN, ())
    assert charged(bench) == ["1800.00 EUR"]


def test_a_cycle_that_another_worker_has_is_left_to_it() -> None:
    bench, setup = hotel(), setup_of(task())
    bench.ports("other").ledger.begin_cycle(instant(START))
    assert cycle(bench, setup).state is CycleState.IN_PROGRESS
    assert charged(bench) == []


def test_a_processor_that_is_unreachable_for_ten_minutes_uses_up_nobodys_turn() -> None:
    bench, setup = hotel(Fault.NEVER_SENT), setup_of(task())
    report = cycle(bench, setup)
    assert outcomes(report) == [("on-arrival", "not_attempted")]
    assert report.runs[0].trouble == "connection refused"
    assert bench.hotel.mails == []
    later = cycle(bench, setup, minutes=15)
    assert [each.outcome for each in later.recovery.settled] == [Outcome.APPROVED]
    assert charged(bench) == ["1800.00 EUR"]
    assert bench.hotel.mails == [Mail("R-1", "paid", eur("1800.00"))]


def test_what_could_not_be_sent_before_its_window_closed_needs_a_person_once() -> None:
    bench, setup = hotel(*[Fault.NEVER_SENT] * 200), setup_of(task())
    for minutes in range(0, 24 * 60, 60):
        assert cycle(bench, setup, minutes=minutes).needs_person == ()
    (wanted,) = cycle(bench, setup, minutes=24 * 60).needs_person
    assert (wanted.reason, wanted.names) == ("not_attempted", ("on-arrival", "R-1"))
    assert cycle(bench, setup, minutes=24 * 60 + 15).needs_person == ()
    assert charged(bench) == []
    assert bench.hotel.mails == []


def test_what_is_unknown_for_longer_than_keys_are_remembered_needs_a_person_and_is_still_polled() -> None:
    bench, setup = hotel(Fault.LOST_REQUEST), setup_of(task())
    bench.gateway.promises = Promises(key_memory_hours=0, can_look_up=True)
    report = cycle(bench, setup)
    assert outcomes(report) == [("on-arrival", "unknown")]
    assert [wanted.reason for wanted in report.needs_person] == ["unknown_outcome"]
    assert cycle(bench, setup, minutes=15).needs_person == ()
    # The money turns up: somebody at the processor found it.
    (unknown,) = bench.ports().ledger.of_reservation("R-1")
    call = unknown.intent.identity.call("charge")
    bench.gateway.faults = faults_in_turn()
    bench.gateway.charge(call.key, "card-1", eur("1800.00"))
    later = cycle(bench, setup, minutes=30)
    assert [each.outcome for each in later.recovery.settled] == [Outcome.APPROVED]
    assert bench.hotel.reservations["R-1"].folios[0].balance == eur("0.00")


def test_a_posting_that_the_folio_refuses_needs_a_person() -> None:
    bench = hotel()

    def close_meanwhile(_operation: str, _key: str) -> None:
        bench.hotel.change("R-1", folios=[attrs.evolve(guest().folios[0], closed=True)])

    bench.gateway.faults = close_meanwhile
    report = cycle(bench, setup_of(task()))
    assert outcomes(report) == [("on-arrival", "approved")]
    assert [wanted.reason for wanted in report.needs_person] == ["posting_refused"]


def test_one_failing_reservation_does_not_stop_the_others() -> None:
    bench = hotel(Fault.RAISES)
    bench.put(guest(id="R-2"))
    report = cycle(bench, setup_of(task()))
    assert outcomes(report) == [("on-arrival", "unknown"), ("on-arrival", "approved")]
    assert report.runs[0].trouble == ("gateway.Charge raised RuntimeError: the adapter broke before it sent anything")


def test_a_reservation_that_cannot_be_read_is_told_and_not_used_up() -> None:
    bench, setup = hotel(), setup_of(task())
    bench.put(guest(id="R-2"))

    class Broken:
        def reservation(self, name: str) -> Reservation | None:
            if name == "R-1":
                raise OSError("the disk is gone")
            return bench.hotel.reservation(name)

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.hotel, name)

    report = run_cycle(setup, attrs.evolve(bench.ports(), source=Broken()), START)
    assert outcomes(report) == [("on-arrival", "fault"), ("on-arrival", "approved")]
    assert (report.runs[0].planned.reservation, report.runs[0].trouble) == ("R-1", "OSError: the disk is gone")
    assert outcomes(cycle(bench, setup, minutes=15)) == [("on-arrival", "approved")]


def test_above_the_ceiling_a_person_decides_and_is_asked_once() -> None:
    bench, setup = hotel(), setup_of(task(max_amount=eur("1000.00")))
    report = cycle(bench, setup)
    assert [(wanted.reason, wanted.names) for wanted in report.needs_person] == [
        ("above_max_amount", ("on-arrival", "R-1"))
    ]
    assert report.runs[0].outcome == "dropped"
    again = cycle(bench, setup, minutes=15)
    assert (again.runs, again.needs_person, charged(bench)) == ((), (), [])


def test_beyond_the_cycles_limit_a_person_decides() -> None:
    bench = hotel()
    bench.put(guest(id="R-2"))
    bench.put(guest(id="R-3"))
    setup = attrs.evolve(setup_of(task()), max_runs_per_cycle=1)
    report = cycle(bench, setup)
    assert [row.outcome for row in report.runs] == ["approved", "dropped", "dropped"]
    assert [wanted.reservation for wanted in report.needs_person] == ["R-2", "R-3"]
    assert cycle(bench, setup, minutes=15).runs == ()


def test_a_paused_autopilot_settles_what_was_begun_and_begins_nothing() -> None:
    bench = hotel(Fault.LOST_REPLY)
    bench.gateway.promises = Promises(key_memory_hours=24, can_look_up=False)
    cycle(bench, setup_of(task()))
    bench.put(guest(id="R-2"))
    paused = attrs.evolve(setup_of(task()), paused=True)
    report = cycle(bench, paused, minutes=15)
    assert (report.state, report.runs) == (CycleState.PAUSED, ())
    assert [each.outcome for each in report.recovery.settled] == [Outcome.APPROVED]
    assert outcomes(cycle(bench, setup_of(task()), minutes=30)) == [("on-arrival", "approved")]


def test_a_paused_autopilot_tells_what_it_found_a_person_for() -> None:
    bench = hotel(Fault.LOST_REQUEST, Fault.LOST_REQUEST)
    bench.gateway.promises = Promises(key_memory_hours=1, can_look_up=False)
    cycle(bench, setup_of(task()))
    paused = attrs.evolve(setup_of(task()), paused=True)
    assert cycle(bench, paused, minutes=15).needs_person == ()
    (wanted,) = cycle(bench, paused, minutes=60).needs_person
    assert (wanted.reason, wanted.names, wanted.reservation) == ("unknown_outcome", ("on-arrival", "R-1"), "R-1")
    assert wanted.message == (
        "charge: its outcome is unknown, and the other side no longer remembers the key: "
        "look there before anything else"
    )
    assert cycle(bench, paused, minutes=75).needs_person == ()


def test_the_test_of_a_setup_shows_the_cycle_its_rows_and_its_limit() -> None:
    bench = hotel()
    bench.put(guest(id="R-2"))
    setup = attrs.evolve(setup_of(task()), max_runs_per_cycle=1)
    shown = preview_next(setup, bench.ports(), START - timedelta(minutes=7))
    assert shown.cycle_at == instant(START)
    assert [(run.reservation, run.problem) for run in shown.runs] == [
        ("R-1", None),
        ("R-2", Problem.ABOVE_MAX_RUNS),
    ]


def test_imported_pairs_had_their_turn() -> None:
    bench, setup = hotel(), setup_of(task())
    assert bench.ports().ledger.import_processed([("on-arrival", "R-1")]) == 1
    assert cycle(bench, setup).runs == ()
    assert preview_next(setup, bench.ports(), START).runs == ()


def test_another_task_that_took_money_does_not_stand_in_the_way_of_one_that_took_none() -> None:
    bench = hotel(Fault.DECLINED)
    bench.put(guest(id="R-2"))
    setup = setup_of(task(), task(id="again"))
    cycle(bench, setup)
    given: Any = {"by": "M. Petrova", "reason": "new card", "reservation": "R-1"}
    assert rearm(bench.ports(), task="on-arrival", **given) == 2
    with pytest.raises(InvalidValue):
        rearm(bench.ports(), task="again", **given)


def test_a_named_person_rearms_a_declined_run_with_a_reason() -> None:
    bench, setup = hotel(Fault.DECLINED), setup_of(task())
    cycle(bench, setup)
    given: Any = {"task": "on-arrival", "reservation": "R-1", "by": "M. Petrova", "reason": "new card"}
    assert rearm(bench.ports(), **given) == 2
    assert outcomes(cycle(bench, setup, minutes=15)) == [("on-arrival", "approved")]
    told = [entry.event for entry in bench.ports().ledger.entries() if isinstance(entry.event, Rearmed)]
    assert told == [Rearmed(("on-arrival", "R-1"), 2, "M. Petrova", "new card")]


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        pytest.param((), "not_rearmable", id="approved"),
        pytest.param((Fault.LOST_REQUEST,), "not_rearmable", id="unknown"),
    ],
)
def test_what_took_money_or_may_have_is_not_rearmed(faults: tuple[Fault, ...], code: str) -> None:
    bench = hotel(*faults)
    cycle(bench, setup_of(task()))
    with pytest.raises(InvalidValue) as refused:
        rearm(bench.ports(), task="on-arrival", reservation="R-1", by="M. Petrova", reason="again")
    assert refused.value.code == code


def test_a_pair_that_has_its_turn_before_it_needs_no_rearming() -> None:
    with pytest.raises(UnknownName):
        rearm(hotel().ports(), task="on-arrival", reservation="R-1", by="M. Petrova", reason="too early")
    with pytest.raises(InvalidValue):
        rearm(hotel().ports(), task="on-arrival", reservation="R-1", by="M. Petrova", reason="  ")


def test_an_imported_pair_can_be_rearmed() -> None:
    bench = hotel()
    bench.ports().ledger.import_processed([("on-arrival", "R-1")])
    given: Any = {"task": "on-arrival", "reservation": "R-1", "by": "M. Petrova", "reason": "never paid"}
    assert rearm(bench.ports(), **given) == 2
    bench.gateway.faults = faults_in_turn(Fault.DECLINED)
    assert outcomes(cycle(bench, setup_of(task()))) == [("on-arrival", "declined")]
    assert rearm(bench.ports(), **given) == 3
    assert outcomes(cycle(bench, setup_of(task()), minutes=15)) == [("on-arrival", "approved")]


def test_a_cycle_of_another_hotel_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        run_cycle(attrs.evolve(setup_of(), hotel="other"), hotel().ports(), START)
    assert refused.value.code == "other_hotel"


# What was forgotten.


def test_a_window_that_closed_in_an_outage_is_reported_once() -> None:
    bench = hotel(created_at=START + timedelta(hours=1), arrival=date(2024, 3, 1), departure=date(2024, 3, 4))
    setup = setup_of(task(mode=Mode.AFTER_CREATION))
    cycle(bench, setup)
    report = cycle(bench, setup, minutes=60 * 40)
    due = instant(START + timedelta(hours=1))
    assert report.forgotten == (Forgotten("on-arrival", "R-1", due, instant(START + timedelta(hours=25))),)
    assert report.runs == ()
    assert cycle(bench, setup, minutes=60 * 40 + 15).forgotten == ()


def test_an_outage_within_the_window_forgets_nothing() -> None:
    bench = hotel(created_at=START + timedelta(hours=1), arrival=date(2024, 3, 1), departure=date(2024, 3, 4))
    setup = setup_of(task(mode=Mode.AFTER_CREATION))
    cycle(bench, setup)
    report = cycle(bench, setup, minutes=60 * 20)
    assert (report.forgotten, outcomes(report)) == ((), [("on-arrival", "approved")])


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"folios": [folio("10.00", paid=("10.00",))]}, id="nothing due today"),
        pytest.param({"created_at": START - timedelta(hours=1)}, id="due before the earlier cycle, which saw it"),
    ],
)
def test_what_would_not_run_today_or_was_seen_is_not_forgotten(changed: dict[str, Any]) -> None:
    usual = {"created_at": START + timedelta(hours=1), "arrival": date(2024, 3, 1), "departure": date(2024, 3, 4)}
    bench = hotel(**{**usual, **changed, "cards": ()})
    setup = setup_of(task(mode=Mode.AFTER_CREATION))
    cycle(bench, setup)
    assert cycle(bench, setup, minutes=60 * 40).forgotten == ()


def test_what_came_due_with_the_earlier_cycle_was_that_cycles_to_see() -> None:
    """A booking that was entered afterwards, and says that it was made then; the source tells more than it is asked."""
    bench, setup = MemoryBench.at(START), setup_of(task(mode=Mode.AFTER_CREATION))
    cycle(bench, setup)
    for name, made in (("R-1", START), ("R-2", START + timedelta(seconds=1))):
        bench.put(guest(id=name, created_at=made, arrival=date(2024, 3, 1), departure=date(2024, 3, 4)))

    class Sloppy:
        def candidates(self, _query: object) -> list[Reservation]:
            return list(bench.hotel.reservations.values())

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.hotel, name)

    bench.clock.set(START + timedelta(hours=40))
    report = run_cycle(setup, attrs.evolve(bench.ports(), source=Sloppy()), bench.now)
    assert [each.reservation for each in report.forgotten] == ["R-2"]


def test_what_was_processed_elsewhere_is_not_forgotten() -> None:
    bench, setup = MemoryBench.at(START), setup_of(task(mode=Mode.AFTER_CREATION))
    cycle(bench, setup)
    later = START + timedelta(hours=1)
    for name in ("R-1", "R-2"):
        bench.put(guest(id=name, created_at=later, arrival=date(2024, 3, 1), departure=date(2024, 3, 4)))
    bench.ports().ledger.import_processed([("on-arrival", "R-1")])
    assert [each.reservation for each in cycle(bench, setup, minutes=60 * 40).forgotten] == ["R-2"]


def test_a_task_that_was_not_active_then_has_forgotten_nothing() -> None:
    bench = hotel(created_at=START + timedelta(hours=1), arrival=date(2024, 3, 1), departure=date(2024, 3, 4))
    cycle(bench, setup_of(task(mode=Mode.AFTER_CREATION, active=False)))
    assert cycle(bench, setup_of(task(mode=Mode.AFTER_CREATION)), minutes=60 * 40).forgotten == ()


def test_a_guest_who_checked_in_before_the_due_moment_is_reported_once() -> None:
    bench = hotel(arrival=date(2024, 2, 2), departure=date(2024, 2, 4))
    setup = setup_of(task())
    cycle(bench, setup)
    early = START + timedelta(hours=20)
    bench.hotel.change("R-1", status=ReservationStatus.CHECKED_IN, checked_in_at=instant(early))
    assert cycle(bench, setup, minutes=60 * 23).forgotten == ()
    (missed,) = cycle(bench, setup, minutes=60 * 24).forgotten
    assert (missed.task, missed.reservation) == ("on-arrival", "R-1")
    assert cycle(bench, setup, minutes=60 * 24 + 15).forgotten == ()


def test_a_guest_who_checked_in_after_the_due_moment_but_before_any_cycle_is_reported() -> None:
    """The cycle of noon did not run; at a quarter past the guest was in the house already."""
    bench = hotel(arrival=date(2024, 2, 2), departure=date(2024, 2, 4))
    setup = setup_of(task())
    cycle(bench, setup, minutes=60 * 23)
    arrived = instant(START + timedelta(hours=24, minutes=5))
    bench.hotel.change("R-1", status=ReservationStatus.CHECKED_IN, checked_in_at=arrived)
    (missed,) = cycle(bench, setup, minutes=60 * 24 + 15).forgotten
    assert missed.reservation == "R-1"


def test_a_guest_who_came_early_and_owes_nothing_is_not_forgotten() -> None:
    bench = hotel(arrival=date(2024, 2, 2), departure=date(2024, 2, 4), folios=[folio("10.00", paid=("10.00",))])
    setup = setup_of(task())
    cycle(bench, setup)
    bench.hotel.change("R-1", status=ReservationStatus.CHECKED_IN, checked_in_at=instant(START))
    assert cycle(bench, setup, minutes=60 * 24).forgotten == ()


def test_a_guest_whom_the_cycle_took_on_time_is_not_forgotten() -> None:
    bench, setup = hotel(), setup_of(task())
    cycle(bench, setup, minutes=-15)
    assert outcomes(cycle(bench, setup)) == [("on-arrival", "approved")]
    bench.hotel.change("R-1", status=ReservationStatus.CHECKED_IN, checked_in_at=instant(START))
    bench.hotel.charge("R-1", "F-1", folio("12.00").charges[0])
    assert cycle(bench, setup, minutes=15).forgotten == ()


def test_a_source_that_gives_more_than_was_asked_for_does_no_harm() -> None:
    """Candidates may be too many: every row is decided all the same."""
    bench = hotel()
    bench.put(guest(id="R-2", status=ReservationStatus.NO_SHOW))
    bench.put(guest(id="R-3", arrival=date(2024, 3, 1), departure=date(2024, 3, 2)))

    class Sloppy:
        def candidates(self, _span: object) -> list[Reservation]:
            return list(bench.hotel.reservations.values())

        def holding(self, _left_until: object) -> list[Reservation]:
            return list(bench.hotel.reservations.values())

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.hotel, name)

    tasks = (task(), task("after", mode=Mode.AFTER_CANCELLATION), task("in", mode=Mode.AFTER_ARRIVAL))
    setup = setup_of(*tasks, release_after=0)
    ports = attrs.evolve(bench.ports(), source=Sloppy())
    run_cycle(setup, ports, START - timedelta(minutes=15))
    report = run_cycle(setup, ports, START)
    assert [row.planned.reservation for row in report.runs] == ["R-1"]
    assert (report.forgotten, report.releases) == ((), ())
    bench.clock.set(START + timedelta(hours=40))
    assert run_cycle(setup, ports, bench.now).forgotten == ()


def test_the_first_cycle_of_a_hotel_has_forgotten_nothing() -> None:
    bench = hotel(created_at=START - timedelta(hours=100), arrival=date(2024, 3, 1), departure=date(2024, 3, 4))
    assert cycle(bench, setup_of(task(mode=Mode.AFTER_CREATION))).forgotten == ()


# Pre-authorisations at their end.


def test_a_blocked_amount_is_released_at_check_out() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed())
    block(bench)
    (released,) = cycle(bench, setup_of(release_after=0)).releases
    assert released.outcome is Outcome.APPROVED
    assert [each.operation for each in bench.gateway.movements] == ["release"]
    assert bench.hotel.reservations["R-1"].preauthorizations[0].state is PreAuthorizationState.RELEASED
    assert cycle(bench, setup_of(release_after=0), minutes=15).releases == ()


def test_days_after_check_out_are_days_on_the_hotels_clock() -> None:
    """Two days, over the night in which Bulgarian clocks went forward, are an hour short of 48."""
    bench = MemoryBench.at(START)
    left: Any = {"arrival": date(2024, 3, 28), "departure": date(2024, 3, 30)}
    bench.put(departed(checked_out_at=utc("2024-03-30 09:00"), **left))
    block(bench)
    setup = setup_of(release_after=2)
    for at, released in (("2024-04-01 07:45", 0), ("2024-04-01 08:00", 1)):
        bench.clock.set(utc(at))
        assert len(run_cycle(setup, bench.ports(), utc(at)).releases) == released


@pytest.mark.scenario("AP-RELEASE-OWES")
def test_a_guest_who_owes_keeps_the_blocked_amount_until_the_bill_is_paid() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed(folios=guest().folios))
    block(bench)
    assert cycle(bench, setup_of(release_after=0)).releases == ()
    bench.hotel.pay("R-1", "F-1", eur("1800.00"))
    assert len(cycle(bench, setup_of(release_after=0), minutes=15).releases) == 1


@pytest.mark.scenario("AP-RELEASE-ERROR")
def test_a_refused_release_leaves_a_to_do_once() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed())
    (refused,) = cycle(bench, setup_of(release_after=0)).releases
    assert refused.outcome is Outcome.DECLINED
    (todo,) = bench.hotel.todos
    assert todo.channel == "Payments"
    assert "A-1 was refused (no_such_hold)" in todo.text
    for minutes in (15, 30, 45):
        assert cycle(bench, setup_of(release_after=0), minutes=minutes).releases == ()
    assert len(bench.hotel.todos) == 1


def test_a_refused_release_can_be_rearmed() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed())
    cycle(bench, setup_of(release_after=0))
    block(bench)
    given: Any = {"task": "A-1", "reservation": "R-1", "by": "M. Petrova", "reason": "the processor was told"}
    assert rearm(bench.ports(), **given, kind=Kind.RELEASE) == 2
    (released,) = cycle(bench, setup_of(release_after=0), minutes=15).releases
    assert released.outcome is Outcome.APPROVED


def at_desk(bench: MemoryBench, held: str = "A-1") -> Settlement:
    return release(bench.ports(), reservation="R-1", preauthorization=held, at=bench.now)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ReservationStatus.CANCELLED, "cancelled_at": utc("2024-01-31 09:00")},
        {"status": ReservationStatus.NO_SHOW, "no_show_at": utc("2024-01-31 09:00")},
        {"status": ReservationStatus.CHECKED_OUT, "folios": guest().folios},
        {"status": ReservationStatus.EXPECTED},
    ],
    ids=["cancelled", "no-show", "who owes", "expected"],
)
def test_what_no_cycle_releases_the_desk_does(fields: dict[str, Any]) -> None:
    bench = MemoryBench.at(START)
    bench.put(departed(**fields))
    block(bench)
    assert cycle(bench, setup_of(release_after=0)).releases == ()
    released = at_desk(bench)
    assert released.outcome is Outcome.APPROVED
    assert [each.operation for each in bench.gateway.movements] == ["release"]
    assert bench.hotel.reservations["R-1"].preauthorizations[0].state is PreAuthorizationState.RELEASED
    assert at_desk(bench) == released
    assert len(bench.gateway.movements) == 1


def test_what_a_cycle_released_the_desk_finds_released() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed())
    block(bench)
    (released,) = cycle(bench, setup_of(release_after=0)).releases
    assert at_desk(bench) == released


def test_a_release_that_the_desk_was_refused_has_another_turn_when_it_is_rearmed() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed())
    refused = at_desk(bench)
    assert (refused.outcome, [todo.channel for todo in bench.hotel.todos]) == (Outcome.DECLINED, ["Payments"])
    block(bench)
    assert at_desk(bench) == refused
    rearm(bench.ports(), task="A-1", reservation="R-1", by="M. Petrova", reason="it is back", kind=Kind.RELEASE)
    assert at_desk(bench).outcome is Outcome.APPROVED
    assert at_desk(bench).intent.identity.attempt == 2


def test_the_desk_releases_what_is_held_and_nothing_else() -> None:
    bench = MemoryBench.at(START)
    held = departed().preauthorizations[0]
    captured = attrs.evolve(held, id="A-2", state=PreAuthorizationState.CAPTURED)
    bench.put(departed(preauthorizations=[held, captured]))
    for reservation, name in (("R-2", "A-1"), ("R-1", "A-2"), ("R-1", "A-3")):
        with pytest.raises(UnknownName) as refused:
            release(bench.ports(), reservation=reservation, preauthorization=name, at=START)
        assert refused.value.code == "unknown_id"
    assert bench.gateway.movements == []


def test_an_expired_hold_is_noted_as_released_and_nobody_is_asked() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed(expires_at=instant(START)))
    gone = at_desk(bench)
    assert gone.ending is not None
    assert (gone.outcome, gone.ending.reason, bench.gateway.movements) == (Outcome.DONE, "expired", [])


def test_the_desk_waits_for_whoever_holds_the_reservation() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed())
    assert bench.ports("other").ledger.hold("R-1") is not None
    with pytest.raises(InvalidValue) as refused:
        at_desk(bench)
    assert refused.value.code == "unsettled"


def test_what_is_due_is_captured_and_posted_and_no_more_than_was_blocked() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed(folios=guest().folios))
    block(bench)
    taken = capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START)
    assert taken.outcome is Outcome.APPROVED
    assert [str(each.amount) for each in bench.gateway.moved("capture")] == ["100.00 EUR"]
    found = bench.hotel.reservations["R-1"]
    assert found.folios[0].balance == eur("-1700.00")
    assert found.preauthorizations[0].state is PreAuthorizationState.CAPTURED
    assert found.folios[0].payments[-1].paid_at == instant(START)
    assert capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START) == taken


def test_an_expired_hold_is_not_captured() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed(folios=guest().folios, expires_at=instant(START)))
    block(bench)
    missed = capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START)
    assert (missed.outcome, bench.gateway.movements) == (Outcome.NOT_ATTEMPTED, [])


def test_more_than_is_blocked_is_not_captured() -> None:
    bench = MemoryBench.at(START)
    bench.put(departed(folios=guest().folios))
    block(bench)
    for amount in (eur("100.01"), eur("0.00")):
        with pytest.raises(InvalidValue):
            capture(bench.ports(), reservation="R-1", preauthorization="A-1", at=START, amount=amount)
    for reservation, held in (("R-2", "A-1"), ("R-1", "A-2")):
        with pytest.raises(UnknownName):
            capture(bench.ports(), reservation=reservation, preauthorization=held, at=START)
    assert bench.gateway.movements == []


def test_recovery_has_nothing_to_do_where_all_is_settled() -> None:
    bench = hotel()
    cycle(bench, setup_of(task()))
    assert recover(bench.ports(), START).visited == ()
    numbers = [entry.number for entry in bench.ports().ledger.entries()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert isinstance(list(bench.ports().ledger.entries())[-1].event, CycleCompleted)


def test_money_is_in_the_hotels_currency_or_not_at_all() -> None:
    """A processor that answers in another currency leaves a person to post what it took."""
    bench = hotel()
    honest = bench.gateway.charge

    def converting(key: str, card: str, amount: Money) -> Any:
        approved: Any = honest(key, card, amount)
        return attrs.evolve(approved, amount=Money.of("1950.00", "USD"))

    class Converting:
        charge = staticmethod(converting)

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.gateway, name)

    report = run_cycle(setup_of(task()), attrs.evolve(bench.ports(), gateway=Converting()), START)
    assert [wanted.reason for wanted in report.needs_person] == ["foreign_currency"]
    assert bench.hotel.reservations["R-1"].folios[0].balance == Money.of("-1800.00", EUR)


def test_an_email_and_a_to_do_are_one_each_however_often_they_are_asked_for() -> None:
    bench = hotel()
    ports = bench.ports()
    assert ports.todos is not None
    for _ in range(2):
        ports.todos.create("key", "R-1", "text", None)
    assert bench.hotel.todos == [Todo("R-1", "text", None)]
    assert CreateTodo("text").text == "text"
