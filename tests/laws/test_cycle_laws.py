"""Laws of the cycle: it does what the preview showed, once, whatever the hotel and however often it is run."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from hotelpay import (
    Currency,
    CycleState,
    HouseRules,
    Preview,
    Reservation,
    Setup,
    Task,
    preview,
    preview_next,
    run_cycle,
)
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.moments import instant
from hotelpay.testing import strategies as some
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.books import violations
from hotelpay.testing.memory_gateway import Fault

Hotel: TypeAlias = tuple[list[Task], list[Reservation]]
FAULTS = st.sampled_from([None, None, None, *Fault])


def bench_of(hotel: Hotel, at: datetime) -> MemoryBench:
    bench = MemoryBench.at(at)
    bench.hotel.put(*hotel[1])
    return bench


def setup_of(hotel: Hotel, rules: HouseRules, max_runs: int | None) -> Setup:
    return Setup(
        timezone=rules.timezone,
        currency=Currency.of("EUR"),
        catch_up_hours=rules.catch_up_hours,
        guarantee_policies=rules.guarantee_policies,
        tasks=hotel[0],
        max_runs_per_cycle=max_runs,
    )


@given(some.hotels(3), some.cycles, some.house_rules, st.none() | st.integers(0, 4))
def test_the_cycle_attempts_what_the_preview_showed_in_that_order(
    hotel: Hotel, at: datetime, rules: HouseRules, max_runs: int | None
) -> None:
    """Only rows marked ``after`` may change or drop."""
    setup, bench = setup_of(hotel, rules, max_runs), bench_of(hotel, at)
    shown = preview_next(setup, bench.ports(), at)
    report = run_cycle(setup, bench.ports(), at)
    assert [(row.planned.task, row.planned.reservation) for row in report.runs] == [
        (run.task.id, run.reservation) for run in shown.runs
    ]
    for run, row in zip(shown.runs, report.runs, strict=True):
        if run.after:
            continue
        assert row.settlement is not None, row
        intent = row.settlement.intent
        assert isinstance(intent, RunIntent)
        asked = None if run.amount is None else run.amount.total
        assert (intent.folio, intent.card, intent.amount, intent.problem) == (run.folio, run.card, asked, run.problem)


@given(some.hotels(3), some.cycles, some.house_rules)
def test_the_preview_on_ports_is_the_preview_of_the_domain(hotel: Hotel, at: datetime, rules: HouseRules) -> None:
    """The windows pushed down to the source lose no row, and add none."""
    tasks, rows = hotel
    setup, bench = setup_of(hotel, rules, None), bench_of(hotel, at)
    assert preview_next(setup, bench.ports(), at) == preview(tasks, rows, at=at, rules=rules)


@given(some.hotels(3), some.cycles, some.house_rules, st.lists(FAULTS, max_size=8))
def test_twice_is_once_and_the_books_balance(
    hotel: Hotel, at: datetime, rules: HouseRules, faults: list[Fault | None]
) -> None:
    setup, bench = setup_of(hotel, rules, None), bench_of(hotel, at)
    left = list(faults)
    bench.gateway.faults = lambda _operation, _key: left.pop(0) if left else None
    first = run_cycle(setup, bench.ports(), at)
    moved = list(bench.gateway.movements)
    again = run_cycle(setup, bench.ports("other"), at)
    assert (first.state, again.state, again.runs) == (CycleState.COMPLETED, CycleState.ALREADY_RUN, ())
    assert bench.gateway.movements == moved
    names = [row.id for row in hotel[1]]
    ledger = bench.ports().ledger
    assert violations(ledger, bench.hotel, bench.gateway.movements, names, at_rest=False) == []
    for _ in range(3):
        bench.advance(900)
        run_cycle(setup, bench.ports("later"), bench.now)
    assert violations(ledger, bench.hotel, bench.gateway.movements, names) == []


@given(some.hotels(2), some.cycles, some.house_rules)
def test_what_had_its_turn_is_never_shown_again(hotel: Hotel, at: datetime, rules: HouseRules) -> None:
    setup, bench = setup_of(hotel, rules, None), bench_of(hotel, at)
    report = run_cycle(setup, bench.ports(), at)
    taken = {(row.planned.task, row.planned.reservation) for row in report.runs if row.settlement is not None}
    bench.advance(900)
    later: Preview = preview_next(setup, bench.ports(), bench.now)
    assert not taken & {(run.task.id, run.reservation) for run in later.runs}
    assert later.cycle_at > instant(at)
