"""Laws of the decision: one call and many, preview and cycle, forecast and clock all say the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import TypeAlias
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hotelpay import (
    Filters,
    HouseRules,
    Mode,
    Pair,
    ReasonCode,
    Reservation,
    ReservationStatus,
    Run,
    Skip,
    Task,
    decide,
    decide_all,
    forecast,
    next_cycle,
    preview,
    skips,
)
from hotelpay.autopilot.filters import explain, sift
from hotelpay.autopilot.window import MODE_RULES, anchor_range, anchor_reader, in_range, window
from hotelpay.moments import Instant, hours_later, utc_datetime
from hotelpay.testing import strategies as some

ORDER = list(ReasonCode)

Hotel: TypeAlias = tuple[list[Task], list[Reservation]]


@given(some.hotels(1), some.cycles, some.house_rules, st.sampled_from((0, 0, 1, 3)))
def test_one_call_and_the_batch_are_one_decision(
    hotel: Hotel, at: datetime, rules: HouseRules, done_before: int
) -> None:
    (task,), rows = hotel
    processed = {(task.id, row.id) for row in rows[:done_before]}
    alone = [decide(task, row, at=at, rules=rules, processed=processed) for row in rows]
    batch = decide_all(task, rows, at=at, rules=rules, processed=processed)
    assert batch == [decision for decision in alone if isinstance(decision, Run)]


@given(some.pairs(), some.cycles, some.house_rules)
def test_a_skip_says_why_in_order_and_each_reason_has_a_sentence(
    pair: tuple[Task, Reservation], at: datetime, rules: HouseRules
) -> None:
    task, row = pair
    decision = decide(task, row, at=at, rules=rules)
    if isinstance(decision, Skip):
        places = [ORDER.index(reason.code) for reason in decision.reasons]
        assert places
        assert places == sorted(places)
        assert all(reason.message and "{" not in reason.message for reason in decision.reasons)


@given(some.pairs(), some.cycles, some.house_rules)
def test_what_is_taken_is_positive_and_belongs_to_the_reservation(
    pair: tuple[Task, Reservation], at: datetime, rules: HouseRules
) -> None:
    task, row = pair
    run = decide(task, row, at=at, rules=rules)
    if not isinstance(run, Run):
        return
    folio = next(folio for folio in row.folios if folio.id == run.folio)
    assert not folio.closed
    assert all(other.closed or other.opened_at >= folio.opened_at for other in row.folios)
    assert run.card is None or run.card in {card.id for card in row.cards}
    if run.amount is not None:
        assert run.amount.total.minor > 0
        assert run.amount.total.currency == folio.currency
    assert run.due_at <= next_cycle(at) < run.closes_at


@given(some.pairs(), some.cycles, some.house_rules)
def test_once_processed_never_again(pair: tuple[Task, Reservation], at: datetime, rules: HouseRules) -> None:
    """Once = twice: the pair that a cycle took is skipped by every later one, for that reason alone."""
    task, row = pair
    before = decide(task, row, at=at, rules=rules)
    after = decide(task, row, at=at, rules=rules, processed={(task.id, row.id)})
    assert isinstance(after, Skip)
    codes = [reason.code for reason in after.reasons]
    earlier = [] if isinstance(before, Run) else [reason.code for reason in before.reasons]
    assert sorted(codes, key=ORDER.index) == sorted([*earlier, ReasonCode.ALREADY_PROCESSED], key=ORDER.index)


@given(st.sampled_from(Mode), st.integers(0, 400), st.integers(1, 60), some.instants, some.cycles)
def test_the_range_of_anchors_is_the_window_turned_round(
    mode: Mode, offset: int, catch_up: int, anchor: datetime, at: datetime
) -> None:
    moment, cycle = next_cycle(at), next_cycle(anchor)
    for shift in (-1, 0, 1):
        shifted = Instant(cycle + shift)
        _, after, until = anchor_range(MODE_RULES[mode], offset, catch_up, moment)
        due_at, closes_at = window(MODE_RULES[mode], offset, catch_up, shifted)
        assert (due_at <= moment < closes_at) == (after < shifted <= until)


@given(st.sampled_from(Mode), some.rows, some.zones, some.cycles, st.integers(0, 80), st.integers(1, 60))
def test_a_range_finds_whose_anchor_lies_in_it(
    mode: Mode, rows: list[Reservation], zone: str, at: datetime, offset: int, catch_up: int
) -> None:
    wanted = anchor_range(MODE_RULES[mode], offset, catch_up, next_cycle(at))
    clock = ZoneInfo(zone)
    found = in_range(rows, wanted, tuple(ReservationStatus), clock)
    read = anchor_reader(MODE_RULES[mode].anchor, clock)
    anchors = [(row, read(row)) for row in rows]
    assert found == [row for row, anchor in anchors if anchor is not None and wanted.after < anchor <= wanted.until]


@given(some.filters, some.rows, some.house_rules, some.cycles)
def test_every_interpreter_reads_a_filter_alike(
    filters: Filters, rows: list[Reservation], rules: HouseRules, at: datetime
) -> None:
    moment = next_cycle(at)
    conditions = filters.conditions
    kept = sift(conditions, rows, rules, moment)
    assert kept == [row for row in rows if not explain(conditions, row, rules, moment)]


@given(some.hotels(), some.cycles, some.house_rules, st.none() | st.integers(0, 4))
def test_a_preview_is_every_pair_that_is_taken(
    hotel: Hotel, at: datetime, rules: HouseRules, limit: int | None
) -> None:
    """Each pair stands in the runs or in the skips, and never in both."""
    tasks, rows = hotel
    result = preview(tasks, iter(rows), at=at, rules=rules, max_runs=limit)
    taken = [(run.task.id, run.reservation) for run in result.runs]
    missed = [(skip.task.id, skip.reservation) for skip in skips(tasks, rows, at=at, rules=rules)]
    assert sorted(taken + missed) == sorted((task.id, row.id) for task in tasks for row in rows)
    attempted = [run for run in result.runs if not run.needs_person]
    assert limit is None or len(attempted) <= limit


@given(some.hotels(), some.cycles, some.house_rules, st.randoms(use_true_random=False))
def test_a_preview_does_not_depend_on_the_order_of_the_file(
    hotel: Hotel, at: datetime, rules: HouseRules, shuffle: Random
) -> None:
    tasks, rows = hotel
    result = preview(tasks, rows, at=at, rules=rules)
    shuffle.shuffle(rows)
    assert preview(tasks, rows, at=at, rules=rules) == result
    order = [task.id for task in tasks]
    keys = [(run.due_at, order.index(run.task.id), run.reservation) for run in result.runs]
    assert keys == sorted(keys)


@given(some.hotels(), some.cycles, some.house_rules)
def test_after_names_the_earlier_rows_on_the_same_reservation(hotel: Hotel, at: datetime, rules: HouseRules) -> None:
    tasks, rows = hotel
    runs = preview(tasks, rows, at=at, rules=rules).runs
    for place, run in enumerate(runs):
        assert list(run.after) == [other.task.id for other in runs[:place] if other.reservation == run.reservation]


@given(some.hotels(3, 4), some.cycles, some.house_rules, st.integers(0, 300))
def test_a_forecast_is_what_the_clock_would_bring(
    hotel: Hotel, start: datetime, rules: HouseRules, quarters: int
) -> None:
    """Cycle after cycle with nothing changed but the time, each pair once."""
    tasks, rows = hotel
    first = next_cycle(start)
    end = Instant(first + 900 * quarters)
    processed: set[Pair] = set()
    lived = []
    for number in range(quarters):
        at = Instant(first + 900 * number)
        for run in preview(tasks, rows, at=at, rules=rules, processed=processed).runs:
            lived.append((at, run.task.id, run.reservation, run.amount))
            processed.add((run.task.id, run.reservation))
    foreseen = forecast(tasks, rows, start=first, end=end, rules=rules)
    assert [(each.at, each.run.task.id, each.run.reservation, each.run.amount) for each in foreseen] == lived


@given(some.pairs(plain=True), some.house_rules)
def test_a_window_is_never_left_and_entered_again(pair: tuple[Task, Reservation], rules: HouseRules) -> None:
    """Seen cycle by cycle, a pair without filters is taken in one unbroken stretch."""
    task, row = pair
    begin = next_cycle(some.CYCLE - timedelta(days=12))
    taken = [isinstance(decide(task, row, at=hours_later(begin, hour), rules=rules), Run) for hour in range(24 * 24)]
    changes = sum(one is not other for one, other in pairwise(taken))
    assert changes <= 2


@given(some.instants, st.integers(0, 3000))
def test_hours_are_elapsed_hours(moment: datetime, hours: int) -> None:
    start = next_cycle(moment)
    assert utc_datetime(hours_later(start, hours)) - utc_datetime(start) == timedelta(hours=hours)
