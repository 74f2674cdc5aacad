"""The back-test: what tasks would have done over months of history, cycle by cycle, without running the cycles.

Between two turning points of a reservation no decision on it can change, so only those cycles are looked at in which
something can turn. What they decide, and in which order, is what the cycles themselves would have.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from heapq import heapify, heappop, heappush
from itertools import groupby
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.decision import Problem, Run, decide_all
from hotelpay.autopilot.forecast import guarantee_changes, span_of_cycles, turning_cycles
from hotelpay.autopilot.history import UndatedPayments, as_of, turning_points
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.preview import decide_at_its_turn, worklist
from hotelpay.autopilot.rehearsal import changed_by, rehearse
from hotelpay.autopilot.task import Task
from hotelpay.errors import InvalidValue
from hotelpay.messages import ASSUMPTIONS, ENGLISH, Language
from hotelpay.moments import CYCLE_SECONDS, Instant, local_date
from hotelpay.money import Money
from hotelpay.reservation import Pair, Reservation
from hotelpay.settlement.effects import Effect
from hotelpay.settlement.outcome import Ending, Outcome
from hotelpay.texts import choice


class Assumption(enum.Enum):
    """What a back-test takes for granted where the history is silent; every one stands in its result."""

    SWITCHED_ON_AT_START = "switched_on_at_start"
    UNDATED_PAYMENTS_FROM_OPENING = "undated_payments_from_opening"
    UNDATED_PAYMENTS_FROM_CHECK_OUT = "undated_payments_from_check_out"
    CLOSED_FOLIOS_FROM_END = "closed_folios_from_end"
    NO_SHOW_FROM_DAY_END = "no_show_from_day_end"
    REST_AS_IN_SNAPSHOT = "rest_as_in_snapshot"
    CARDS_APPROVED = "cards_approved"
    HISTORY_UNCHANGED = "history_unchanged"

    @property
    def message(self) -> str:
        """The assumption as an English sentence."""
        return self.message_in(ENGLISH)

    def message_in(self, language: Language) -> str:
        """Return the assumption as a sentence."""
        return language.sentence(ASSUMPTIONS, self.value, {})


_OF_UNDATED: Final = {
    UndatedPayments.OPENING: Assumption.UNDATED_PAYMENTS_FROM_OPENING,
    UndatedPayments.CHECK_OUT: Assumption.UNDATED_PAYMENTS_FROM_CHECK_OUT,
}


@attrs.frozen
class PastRun:
    """That the cycle ``at`` would have taken a reservation: the run as it was decided then, and how it ended.

    ``outcome`` is approved, declined, done or left to a person; ``reason`` says why (``no_card``, ``above_max_amount``,
    ``above_max_runs``), and is None where all went well.
    """

    at: Instant
    run: Run
    outcome: Outcome
    reason: str | None

    @property
    def amount(self) -> Money | None:
        """What was taken or blocked, or would have been had it not failed; None for actions without a formula."""
        return None if self.run.amount is None else self.run.amount.total


@attrs.frozen
class RunSum:
    """How many runs of a task ended one way, and the sum of their amounts, all in one currency.

    Runs without an amount are counted by themselves; their ``amount`` is None.
    """

    task: Task
    outcome: Outcome
    reason: str | None
    runs: int
    amount: Money | None


@attrs.frozen(kw_only=True)
class Backtest:
    """What the active ``tasks`` would have done in the cycles from ``start`` up to, and not including, ``end``.

    ``runs`` stand in the order in which the cycles would have worked. ``timezone`` is the hotel's clock, by which runs
    are counted to a day.
    """

    start: Instant
    end: Instant
    tasks: tuple[Task, ...]
    timezone: ZoneInfo
    undated_payments: UndatedPayments
    runs: tuple[PastRun, ...]

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What was assumed where the history is silent."""
        other = set(_OF_UNDATED.values()) - {_OF_UNDATED[self.undated_payments]}
        return tuple(each for each in Assumption if each not in other)

    @property
    def by_task(self) -> tuple[RunSum, ...]:
        """The sums of the whole time, in the order of the tasks, then of outcomes, reasons and currencies."""
        return self._sums(self.runs)

    @property
    def by_day(self) -> Mapping[date, tuple[RunSum, ...]]:
        """The sums of each day on the hotel's clock that has any runs, in the order of days."""
        days = groupby(self.runs, key=lambda run: local_date(self.timezone, run.at))
        return {day: self._sums(runs) for day, runs in days}

    def _sums(self, runs: Iterable[PastRun]) -> tuple[RunSum, ...]:
        place = {task.id: number for number, task in enumerate(self.tasks)}
        sums: dict[_SumKey, RunSum] = {}
        for run in runs:
            key = _sum_key(run, place[run.run.task.id])
            sums[key] = _one_more(sums.get(key), run)
        return tuple(sums[key] for key in sorted(sums))


#: The place of the task, that of the outcome, the reason and the currency.
_SumKey: TypeAlias = tuple[int, int, str, str]
_PLACE_OF_OUTCOME: Final = {outcome: place for place, outcome in enumerate(Outcome)}


def _sum_key(run: PastRun, place: int) -> _SumKey:
    amount = run.amount
    currency = "" if amount is None else amount.currency.code
    return place, _PLACE_OF_OUTCOME[run.outcome], run.reason or "", currency


def _one_more(so_far: RunSum | None, run: PastRun) -> RunSum:
    if so_far is None:
        return RunSum(run.run.task, run.outcome, run.reason, 1, run.amount)
    amount = so_far.amount if run.amount is None or so_far.amount is None else so_far.amount + run.amount
    return attrs.evolve(so_far, runs=so_far.runs + 1, amount=amount)


def backtest(  # noqa: PLR0913  the arguments of a forecast, and what only the past needs
    tasks: Iterable[Task],
    reservations: Iterable[Reservation],
    *,
    start: datetime | Instant,
    end: datetime | Instant,
    rules: HouseRules,
    processed: AbstractSet[Pair] = frozenset(),
    max_runs: int | None = None,
    undated_payments: UndatedPayments = UndatedPayments.OPENING,
) -> Backtest:
    """Return what the cycles from ``start`` up to, and not including, ``end`` would have done, had there been any.

    ``reservations`` is a snapshot taken afterwards, which may be a stream; each stands there once. The tasks that are
    active begin at ``start``, as if they had been switched on then, and take each pair once. What a cycle did is there
    when the next one decides: a payment on the folio, a folio closed, a guarantee status (D32). What is assumed where
    the history is silent is told by :attr:`Backtest.assumptions` (D28 to D31).

    Raises :class:`~hotelpay.errors.InvalidValue` where ``end`` is before ``start``, and for an id that stands twice.
    """
    replay = Replay.of(
        tasks,
        start=start,
        end=end,
        rules=rules,
        processed=processed,
        max_runs=max_runs,
        undated_payments=undated_payments,
    )
    replay.enter(reservations)
    return replay.told(replay.runs())


@attrs.define(kw_only=True)
class Replay:
    """A back-test step by step, for who wants to watch: reservations entered, cycles run, the result told."""

    tasks: tuple[Task, ...]
    first: Instant
    stop: Instant
    rules: HouseRules
    max_runs: int | None
    undated_payments: UndatedPayments
    processed: set[Pair]
    _snapshots: dict[str, Reservation] = attrs.field(factory=dict)
    _changes: dict[str, tuple[Effect, ...]] = attrs.field(factory=dict)
    _agenda: list[tuple[Instant, str]] = attrs.field(factory=list)

    @classmethod
    def of(  # noqa: PLR0913  those of :func:`backtest`
        cls,
        tasks: Iterable[Task],
        *,
        start: datetime | Instant,
        end: datetime | Instant,
        rules: HouseRules,
        processed: AbstractSet[Pair],
        max_runs: int | None,
        undated_payments: UndatedPayments,
    ) -> Replay:
        """Return a back-test without reservations; the arguments are those of :func:`backtest`."""
        first, stop = span_of_cycles(start, end)
        return cls(
            tasks=tuple(task for task in tasks if task.active),
            first=first,
            stop=stop,
            rules=rules,
            max_runs=max_runs,
            undated_payments=choice(undated_payments, UndatedPayments, "undated_payments"),
            processed=set(processed),
        )

    def enter(self, reservations: Iterable[Reservation]) -> None:
        """Take in reservations; those that no task can take in the time are not kept."""
        for reservation in reservations:
            cycles = self._cycles_of(reservation)
            if cycles and reservation.id in self._snapshots:
                raise InvalidValue("reservations", reservation.id, "there only once", code="duplicate_id")
            if cycles:
                self._snapshots[reservation.id] = reservation
                self._agenda += [(cycle, reservation.id) for cycle in cycles]
        heapify(self._agenda)

    def runs(self) -> Iterator[PastRun]:
        """Yield what the cycles do, in the order in which they work."""
        while self._agenda:
            at = self._agenda[0][0]
            names: set[str] = set()
            while self._agenda and self._agenda[0][0] == at:
                names.add(heappop(self._agenda)[1])
            yield from self._cycle(at, {name: row for name in names if (row := self._at(name, at)) is not None})

    def told(self, runs: Iterable[PastRun]) -> Backtest:
        """Return the result: what :meth:`runs` yielded, and under which assumptions."""
        return Backtest(
            start=self.first,
            end=self.stop,
            tasks=self.tasks,
            timezone=self.rules.timezone,
            undated_payments=self.undated_payments,
            runs=tuple(runs),
        )

    def _cycles_of(self, reservation: Reservation) -> set[Instant]:
        """Return the cycles in which what a task decides on a reservation may turn, as far as history goes."""
        points = turning_points(reservation, zone=self.rules.timezone)
        changes = (*points, *guarantee_changes(reservation, self.rules))
        return {
            cycle
            for task in self.tasks
            if (task.id, reservation.id) not in self.processed
            for cycle in turning_cycles(task, reservation, self.rules, changes, first=self.first, stop=self.stop)
        }

    def _at(self, name: str, at: Instant) -> Reservation | None:
        """Return a reservation as it stood, with what earlier cycles of this back-test changed of it."""
        snapshot = self._snapshots[name]
        row = as_of(snapshot, at, zone=self.rules.timezone, undated_payments=self.undated_payments)
        if row is not None:
            for effect in self._changes.get(name, ()):
                row = changed_by(effect, row)
        return row

    def _cycle(self, at: Instant, rows: dict[str, Reservation]) -> Iterator[PastRun]:
        """Decide the list on the reservations that may have turned, and work it as the cycle does."""
        standing = list(rows.values())
        found: list[Run] = []
        for task in self.tasks:
            found += decide_all(task, standing, at=at, rules=self.rules, processed=self.processed)
        for planned in worklist(self.tasks, found, max_runs=self.max_runs):
            beyond_limit = planned.problem is Problem.ABOVE_MAX_RUNS
            row = rows[planned.reservation]
            run = decide_at_its_turn(planned.task, row, at=at, rules=self.rules, beyond_limit=beyond_limit)
            if isinstance(run, Run):
                ending = self._carry_out(run, rows, at)
                yield PastRun(at, attrs.evolve(run, after=planned.after), ending.outcome, ending.reason)

    def _carry_out(self, run: Run, rows: dict[str, Reservation], at: Instant) -> Ending:
        """Rehearse a run, remember what it changed, and look at its reservation again in the next cycle."""
        name = run.reservation
        self.processed.add((run.task.id, name))
        ending, changes = rehearse(run, rows[name], at)
        if changes:
            self._changes[name] = (*self._changes.get(name, ()), *changes)
            for effect in changes:
                rows[name] = changed_by(effect, rows[name])
            if at + CYCLE_SECONDS < self.stop:
                heappush(self._agenda, (Instant(at + CYCLE_SECONDS), name))
        return ending
