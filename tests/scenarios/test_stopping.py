"""A cycle that is asked to stop between rows, and goes on with the next delivery of the same instant (D33)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotelpay import CycleState, Money, PreAuthorization, recover, run_cycle
from hotelpay.recovery import Recovery
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.memory_gateway import Fault, faults_in_turn
from hotelpay.testing.stories import EUR, START, departed, guest, setup_of, task


def hotel_with(guests: int, *faults: Fault) -> MemoryBench:
    bench = MemoryBench.at(START, gateway_faults=faults_in_turn(*faults))
    for number in range(guests):
        bench.put(guest(id=f"R-{number}"))
    return bench


def always() -> bool:
    return True


def after(times: int) -> Callable[[], bool]:
    asked = iter([False] * times)
    return lambda: next(asked, True)


def test_a_stopped_cycle_has_done_what_it_reports_and_the_next_delivery_does_the_rest() -> None:
    bench, setup = hotel_with(5), setup_of(task())
    first = run_cycle(setup, bench.ports("a"), START, stopping=after(2))
    assert (first.state, [row.outcome for row in first.runs]) == (CycleState.STOPPED, ["approved"] * 3)
    assert first.recovery == Recovery(())
    bench.advance(1)
    # Nobody has to wait for the lease of a worker that gave its cycle back.
    second = run_cycle(setup, bench.ports("b"), START)
    assert (second.state, [row.outcome for row in second.runs]) == (CycleState.COMPLETED, ["approved"] * 5)
    assert len(bench.gateway.moved("charge")) == 5


def test_every_delivery_gets_further_however_early_it_is_stopped() -> None:
    """So a hotel whose processor takes longer than any budget ends its cycle nevertheless."""
    bench, setup = hotel_with(3), setup_of(task())
    states = []
    for _ in range(4):
        states.append(run_cycle(setup, bench.ports(), START, stopping=always).state.value)
        bench.advance(1)
    assert states == ["stopped", "stopped", "completed", "already_run"]
    assert len(bench.gateway.moved("charge")) == 3


def test_rows_that_move_nothing_stop_nothing() -> None:
    """A cycle that has only to pass over what others did is not sent away for it."""
    bench, setup = hotel_with(4), setup_of(task())
    run_cycle(setup, bench.ports(), START, stopping=after(2))
    bench.advance(1)
    report = run_cycle(setup, bench.ports(), START, stopping=always)
    assert (report.state, len(report.runs)) == (CycleState.COMPLETED, 4)


def test_a_stopped_cycle_keeps_the_list_of_its_start() -> None:
    bench, setup = hotel_with(3), setup_of(task())
    run_cycle(setup, bench.ports(), START, stopping=always)
    bench.put(guest(id="R-late"))
    bench.advance(1)
    report = run_cycle(setup, bench.ports(), START)
    assert [row.planned.reservation for row in report.runs] == ["R-0", "R-1", "R-2"]


def test_a_cycle_that_is_not_asked_to_stop_is_completed() -> None:
    bench = hotel_with(2)
    assert run_cycle(setup_of(task()), bench.ports(), START, stopping=after(99)).state is CycleState.COMPLETED


def test_a_fault_gives_the_cycle_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the source fails, the next delivery begins at once and not after a lease."""
    bench, setup = hotel_with(1), setup_of(task())
    ports = bench.ports()
    with monkeypatch.context() as broken:
        broken.setattr(type(ports.source), "candidates", _broken)
        with pytest.raises(ConnectionError, match="the source is away"):
            run_cycle(setup, ports, START)
    assert run_cycle(setup, bench.ports(), START).state is CycleState.COMPLETED


def test_a_fault_of_the_ledger_is_the_one_that_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    bench, setup = hotel_with(1), setup_of(task())
    ports = bench.ports()
    monkeypatch.setattr(type(ports.source), "candidates", _broken)
    monkeypatch.setattr(type(ports.ledger), "give_back_cycle", _other)
    with pytest.raises(ConnectionError, match="the source is away"):
        run_cycle(setup, ports, START)


def _broken(*_given: object) -> None:
    raise ConnectionError("the source is away")


def _other(*_given: object) -> None:
    raise OSError("the ledger is away")


# Recovery.


def unsettled(guests: int) -> MemoryBench:
    """Return a hotel whose charges are all unknown: each was lost on its way."""
    bench = hotel_with(guests, *[Fault.LOST_REQUEST] * guests)
    run_cycle(setup_of(task()), bench.ports(), START)
    return bench


def names(recovery: Recovery) -> list[str]:
    return [each.settlement.intent.reservation for each in recovery.visited]


def test_a_recovery_visits_at_least_one() -> None:
    bench = unsettled(3)
    bench.advance(1)
    assert len(names(recover(bench.ports(), bench.now, stopping=always))) == 1
    assert len(names(recover(bench.ports(), bench.now, stopping=after(1)))) == 2
    assert len(names(recover(bench.ports(), bench.now, stopping=after(9)))) == 3


def test_recoveries_that_are_always_stopped_leave_nobody_out() -> None:
    """Each begins elsewhere, so that one which hangs does not keep the others from being settled."""
    bench = unsettled(3)
    seen: set[str] = set()
    for _ in range(6):
        bench.advance(60)
        seen.update(names(recover(bench.ports(), bench.now, stopping=always)))
    assert seen == {"R-0", "R-1", "R-2"}


def test_recoveries_that_end_nothing_begin_elsewhere_every_minute() -> None:
    """So nobody waits for ever behind one that never ends."""
    bench = hotel_with(3, *[Fault.NEVER_SENT] * 99)
    run_cycle(setup_of(task()), bench.ports(), START)
    visited = []
    for _ in range(4):
        visited += names(recover(bench.ports(), bench.now, stopping=always))
        bench.advance(60)
    assert (sorted(visited[:3]), visited[3]) == (["R-0", "R-1", "R-2"], visited[0])


def test_a_recovery_that_nobody_stops_begins_with_the_first() -> None:
    """It gets to everybody whatever the minute, so the ledger's order stands."""
    for minute in range(3):
        bench = unsettled(3)
        bench.advance(60 * minute + 1)
        assert names(recover(bench.ports(), bench.now)) == ["R-0", "R-1", "R-2"]


def test_a_recovery_of_nothing_is_not_asked() -> None:
    assert names(recover(hotel_with(1).ports(), START, stopping=always)) == []


# Releases.


def test_releases_stop_between_reservations_too() -> None:
    bench, setup = hotel_with(0), setup_of(release_after=0)
    for number in range(3):
        held = PreAuthorization(id="A-1", card="c-1", folio="F-1", amount=Money(100, EUR), reference=f"auth-{number}")
        bench.put(departed(id=f"R-{number}", preauthorizations=[held]))
    released = []
    for _ in range(3):
        report = run_cycle(setup, bench.ports(), START, stopping=always)
        released.append((report.state.value, len(report.releases)))
        bench.advance(1)
        assert report.recovery == Recovery(())
    assert released == [("stopped", 1), ("stopped", 1), ("completed", 1)]


def test_the_recovery_of_a_cycle_stops_with_it() -> None:
    bench = unsettled(3)
    bench.advance(900)
    report = run_cycle(setup_of(task()), bench.ports(), bench.now, stopping=always)
    assert len(names(report.recovery)) == 1
