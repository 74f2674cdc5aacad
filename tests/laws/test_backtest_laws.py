"""Laws of the back-test: it is what every real cycle would have done on the reservations of its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, TypeAlias

import attrs
from hypothesis import given
from hypothesis import strategies as st

from deeds import Deeds
from hotelpay import (
    Backtest,
    Card,
    CardKind,
    Charge,
    CycleState,
    Filters,
    FolioBalance,
    GuaranteePolicy,
    GuaranteeStatus,
    Instant,
    Mode,
    Money,
    Pair,
    Reservation,
    SetGuaranteeStatus,
    Setup,
    Task,
    UndatedPayments,
    as_of,
    backtest,
    run_cycle,
)
from hotelpay.autopilot.history import turning_points
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.folio import Folio
from hotelpay.moments import CYCLE_SECONDS, HOUR, instant, next_cycle
from hotelpay.money import Currency
from hotelpay.testing import strategies as some
from hotelpay.testing.bench import MemoryBench

#: Cycle, task, reservation, outcome, reason and amount.
Row: TypeAlias = tuple[Instant, str, str, str, str | None, Money | None]

#: Half the time that is tested, in which most of what is drawn happens.
HOURS: Final = 10
_EUR: Final = Currency.of("EUR")
undated = st.sampled_from(UndatedPayments)
_changes = st.lists(some.guarantees | some.closings | some.emails, min_size=1, max_size=2)
_stati = st.frozensets(st.sampled_from(GuaranteeStatus), min_size=1, max_size=1)
_MODES: Final = (Mode.BEFORE_ARRIVAL, Mode.BEFORE_ARRIVAL, Mode.AFTER_CREATION, Mode.BEFORE_DEPARTURE, *Mode)


@attrs.frozen(kw_only=True)
class Past:
    """What a back-test is asked."""

    setup: Setup
    rows: list[Reservation]
    start: Instant
    end: Instant
    processed: frozenset[Pair]
    undated_payments: UndatedPayments

    def backtest(self) -> Backtest:
        return backtest(
            self.setup.tasks,
            iter(self.rows),
            start=self.start,
            end=self.end,
            rules=self.setup.rules,
            processed=self.processed,
            max_runs=self.setup.max_runs_per_cycle,
            undated_payments=self.undated_payments,
        )


@st.composite
def tasks(draw: st.DrawFn, name: str) -> Task:
    """Draw a task that mostly is about guarantees and balances, and changes what other tasks decide on."""
    drawn = draw(some.tasks(name))
    return attrs.evolve(
        drawn,
        active=draw(st.sampled_from((True,) * 9 + (False,))),
        mode=draw(st.sampled_from(_MODES)),
        offset_hours=draw(st.sampled_from((0, 0, 1, 4, 20))),
        filters=draw(st.just(Filters()) | st.builds(Filters, guarantee_statuses=_stati) | some.filters),
        max_amount=draw(st.sampled_from((None,) * 4 + (drawn.max_amount,))),
        amount=draw(st.just(FolioBalance()) | some.formulas),
        on_success=draw(_changes),
        on_failure=draw(_changes),
    )


@st.composite
def task_lists(draw: st.DrawFn) -> list[Task]:
    """Draw four tasks; often the last waits for the guarantee status that another gives, or for its end."""
    first, *others, last = (draw(tasks(name)) for name in draw(st.permutations(["T1", "T2", "T3", "T4"])))
    status = draw(st.sampled_from((None, *GuaranteeStatus)))
    if status is None:
        return [first, *others, last]
    if status in (GuaranteeStatus.GUARANTEED, GuaranteeStatus.NOT_GUARANTEED):
        first = attrs.evolve(first, active=True, filters=Filters(), on_success=[SetGuaranteeStatus(status)])
    waiting = Filters(guarantee_statuses=frozenset({status}))
    return [first, *others, attrs.evolve(last, active=True, mode=first.mode, filters=waiting)]


@st.composite
def snapshots(draw: st.DrawFn, name: str, task: Task) -> Reservation:
    """Draw what a hotel may hand in later: payments with a date and without, instants that do not belong."""
    row = draw(some.reservations(name, made_for=task))
    fields: dict[str, Any] = {
        field: draw(some.seconds)
        for field in ("checked_in_at", "checked_out_at", "cancelled_at", "no_show_at")
        if getattr(row, field) is None and draw(st.sampled_from((False, False, False, True)))
    }
    # Mostly it was there before the day began: what is created later has little to tell.
    early = task.mode is not Mode.AFTER_CREATION and draw(st.sampled_from((True, True, False)))
    created_at = Instant(min(row.created_at, instant(some.CYCLE) - 20 * HOUR) if early else row.created_at)
    owed = Folio(
        id="F9",
        opened_at=created_at,
        currency=_EUR,
        closed=draw(st.booleans()),
        charges=[Charge("rooms", draw(some.amounts(_EUR, 10_000, 90_000)))],
        payments=draw(st.lists(some.payments(_EUR), max_size=1)),
    )
    derived = draw(st.booleans())
    return attrs.evolve(
        row,
        created_at=created_at,
        cards=row.cards or [Card("c9", draw(st.sampled_from(CardKind)))],
        folios=[_dated(folio, draw) for folio in (owed, *row.folios[:1])],
        guarantee_status=None if derived else row.guarantee_status,
        guarantee_policy="a" if derived else row.guarantee_policy,
        **fields,
    )


def _dated(folio: Folio, draw: st.DrawFn) -> Folio:
    return attrs.evolve(
        folio, payments=[attrs.evolve(each, paid_at=draw(st.none() | some.seconds)) for each in folio.payments]
    )


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """Draw a day of a small hotel."""
    listed = draw(task_lists())
    names = draw(
        st.lists(st.sampled_from([f"R{number}" for number in range(1, 13)]), unique=True, min_size=1, max_size=8)
    )
    pairs = st.tuples(st.sampled_from(listed).map(lambda task: task.id), st.sampled_from(names))
    rules = draw(some.house_rules)
    awaited = GuaranteePolicy(id="a", guarantee_period_hours=draw(st.none() | st.integers(12, 28)))
    middle = draw(some.cycles)
    return Past(
        setup=Setup(
            timezone=rules.timezone,
            currency=_EUR,
            catch_up_hours=rules.catch_up_hours,
            guarantee_policies=[awaited, *(each for each in rules.guarantee_policies if each.id != "a")],
            tasks=listed,
            max_runs_per_cycle=draw(st.sampled_from((None, None, None, 0, 1, 2))),
        ),
        rows=[draw(snapshots(name, draw(st.sampled_from(listed)))) for name in names],
        start=next_cycle(middle - timedelta(hours=HOURS)),
        end=next_cycle(middle + timedelta(hours=HOURS)),
        processed=draw(st.just(frozenset[Pair]()) | st.frozensets(pairs, max_size=2)),
        undated_payments=draw(undated),
    )


def rows_of(result: Backtest) -> list[Row]:
    return [
        (each.at, each.run.task.id, each.run.reservation, each.outcome.value, each.reason, each.amount)
        for each in result.runs
    ]


class Relived:
    """A hotel in memory on whose clock the past goes by once more, with real cycles in it."""

    def __init__(self, past: Past) -> None:
        self.past, self.setup = past, past.setup
        self.bench = MemoryBench.at(past.start)
        self.bench.ports().ledger.import_processed(past.processed)
        self.deeds = Deeds()

    def every_cycle(self) -> Iterator[Row]:
        while self.bench.now < self.past.end:
            yield from self.cycle()
            self.bench.advance(CYCLE_SECONDS)

    def cycle(self) -> list[Row]:
        before = self.standing()
        self.bench.hotel.reservations.clear()
        self.bench.hotel.put(*before)
        report = run_cycle(self.setup, self.bench.ports(), self.bench.now)
        assert report.state is CycleState.COMPLETED
        for row in before:
            self.deeds.remember(row, self.bench.hotel.reservations[row.id])
        found: list[Row] = []
        for each in report.runs:
            settlement = each.settlement
            if settlement is not None:
                intent, ending = settlement.intent, settlement.ending
                assert isinstance(intent, RunIntent)
                assert ending is not None
                names = (intent.task.id, intent.reservation)
                found.append((report.cycle_at, *names, ending.outcome.value, ending.reason, intent.amount))
        return found

    def standing(self) -> list[Reservation]:
        """Return the reservations as they stood, with what the cycles have done to them."""
        zone = self.setup.timezone
        undated_payments = self.past.undated_payments
        stood = (as_of(row, self.bench.now, zone=zone, undated_payments=undated_payments) for row in self.past.rows)
        return [self.deeds.on(row) for row in stood if row is not None]


@given(pasts())
def test_a_back_test_is_what_every_cycle_would_have_done(past: Past) -> None:
    assert rows_of(past.backtest()) == list(Relived(past).every_cycle())


@given(pasts())
def test_after_everything_a_reservation_is_what_the_snapshot_says(past: Past) -> None:
    zone = past.setup.timezone
    for row in past.rows:
        points = turning_points(row, zone=zone)
        assert as_of(row, points[-1], zone=zone, undated_payments=past.undated_payments) == row
        assert as_of(row, Instant(points[0] - 1), zone=zone, undated_payments=past.undated_payments) is None


@given(pasts(), some.seconds)
def test_between_its_turning_points_a_reservation_stands_still(past: Past, at: Instant) -> None:
    zone, undated_payments = past.setup.timezone, past.undated_payments
    for row in past.rows:
        turned = [point for point in turning_points(row, zone=zone) if point <= at]
        then = as_of(row, at, zone=zone, undated_payments=undated_payments)
        before = as_of(row, turned[-1], zone=zone, undated_payments=undated_payments) if turned else None
        assert then == before
