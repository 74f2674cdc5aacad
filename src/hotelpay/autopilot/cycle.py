"""The cycle: what a preview shows, done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Protocol

import attrs

from hotelpay.autopilot.candidates import candidates_at
from hotelpay.autopilot.cycle_report import (
    CycleReport,
    CycleState,
    RunReport,
    person_wanted,
    persons_wanted,
)
from hotelpay.autopilot.decision import Problem, Run, Skip, decide_all
from hotelpay.autopilot.forgotten import forgotten_since
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.preview import Preview, decide_at_its_turn, worklist
from hotelpay.autopilot.reasons import ReasonCode
from hotelpay.autopilot.releasing import Releases, release_all
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.autopilot.task import Task
from hotelpay.driver import claim_and_drive, described
from hotelpay.errors import InvalidValue
from hotelpay.moments import Instant, next_cycle
from hotelpay.ports import Hold, Ports
from hotelpay.recovery import Recovery, Stopping, recover, settle_first
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, CycleRefusal, PlannedRun
from hotelpay.settlement.digest import digest
from hotelpay.settlement.identity import Kind
from hotelpay.settlement.journal import Settlement


class AutopilotSettings(Protocol):
    """What a cycle reads of a hotel's :class:`~hotelpay.Setup`."""

    @property
    def hotel(self) -> str:
        """The hotel's id."""
        ...

    @property
    def tasks_in_order(self) -> tuple[Task, ...]:
        """The tasks, in the order in which a cycle works them."""
        ...

    @property
    def rules(self) -> HouseRules:
        """What decisions read."""
        ...

    @property
    def paused(self) -> bool:
        """Whether nothing new may be begun."""
        ...

    @property
    def max_runs_per_cycle(self) -> int | None:
        """How many runs one cycle attempts at most."""
        ...

    @property
    def release_preauthorizations_after_days(self) -> int | None:
        """When held amounts are given back; None for never."""
        ...


def run_cycle(
    setup: AutopilotSettings, ports: Ports, at: datetime | Instant, *, stopping: Stopping | None = None
) -> CycleReport:
    """Carry out the cycle at the first quarter hour not before ``at``, and report what it did.

    First whatever earlier workers left unfinished is settled. Then the list is decided, exactly as
    :func:`preview_next` shows it, and worked in its order: each row is decided again on the reservation as it then
    stands, claimed, and carried out. A row that fails never stops the others. Then pre-authorisations are released.

    However often and by however many workers the same cycle is run, its work is done once; one whose worker died is
    resumed with the list decided at its start. With ``paused`` nothing new is begun and no cycle is counted (D14).

    ``stopping`` is asked between rows. Once it says so the cycle ends as :attr:`CycleState.STOPPED`, and the next
    delivery with the same ``at`` goes on there. Every delivery begins at least one row, so that a cycle which is
    always stopped ends nevertheless (D33).
    """
    if setup.hotel != ports.ledger.hotel:
        raise InvalidValue("hotel", ports.ledger.hotel, f"the setup's own, {setup.hotel}", code="other_hotel")
    cycle_at = next_cycle(at)
    if setup.paused:
        recovery = recover(ports, cycle_at, stopping=stopping)
        wanted = persons_wanted(recovery.visited)
        return CycleReport(cycle_at=cycle_at, state=CycleState.PAUSED, recovery=recovery, needs_person=wanted)
    claim = ports.ledger.begin_cycle(cycle_at)
    if isinstance(claim, CycleRefusal):
        return CycleReport(cycle_at=cycle_at, state=CycleState(claim.value))
    try:
        return _Worker(setup, ports, claim, stopping).work()
    except Exception:
        # Whatever failed, the next delivery need not wait for the lease.
        with suppress(Exception):
            ports.ledger.give_back_cycle(claim)
        raise


def preview_next(setup: AutopilotSettings, ports: Ports, at: datetime | Instant) -> Preview:
    """Return exactly what :func:`run_cycle` would attempt at ``at``, in its order; nothing is changed (S2's *Test*).

    As in every preview a paused autopilot still shows its rows (D14).
    """
    cycle_at = next_cycle(at)
    return Preview(
        cycle_at, worklist(setup.tasks_in_order, _decided(setup, ports, cycle_at), max_runs=setup.max_runs_per_cycle)
    )


def _decided(setup: AutopilotSettings, ports: Ports, cycle_at: Instant) -> Iterator[Run]:
    """Decide every task on the reservations that its window may hold, on one reading of them."""
    tasks = [task for task in setup.tasks_in_order if task.active]
    query = candidates_at(tasks, setup.rules, cycle_at)
    rows = sorted(ports.source.candidates(query), key=lambda row: row.id) if query.spans else []
    found = [run for task in tasks for run in decide_all(task, rows, at=cycle_at, rules=setup.rules)]
    processed = ports.ledger.processed([run.pair for run in found]) if found else ()
    yield from (run for run in found if run.pair not in processed)


@attrs.define
class _Worker:
    """One worker at one cycle; ``heard_at`` is the last ledger time that it knows, ``kept_at`` that of the lease."""

    setup: AutopilotSettings
    ports: Ports
    claim: CycleClaim
    stopping: Stopping | None
    heard_at: Instant = attrs.field(init=False)
    kept_at: Instant = attrs.field(init=False)
    begun: bool = attrs.field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self.heard_at = self.kept_at = self.claim.now

    def work(self) -> CycleReport:
        ports, cycle_at = self.ports, self.claim.cycle_at
        recovery = recover(ports, cycle_at, stopping=self.stopping)
        plan = self.claim.plan or self._plan()
        lost = CycleReport(cycle_at=cycle_at, state=CycleState.LOST, recovery=recovery)
        if plan is None:
            return lost
        tasks = {task.id: task for task in self.setup.tasks_in_order}
        runs: list[RunReport] = []
        for row in plan.runs:
            if self._stops():
                return self._stopped(runs, Releases(), recovery)
            if not self._keeps():
                return lost
            runs.append(self._run(row, tasks.get(row.task)))
            self._note(runs[-1])
        releases = release_all(self.setup, ports, cycle_at, stopping=self.stopping)
        if releases.stopped:
            return self._stopped(runs, releases, recovery)
        found = forgotten_since(
            self.claim.previous, self.setup.tasks_in_order, ports, at=cycle_at, rules=self.setup.rules
        )
        end = ports.ledger.complete_cycle(self.claim, tuple(found), plan=None if plan.runs else plan)
        if end is None:
            return lost
        wanted = map(person_wanted, end.waiting)
        return attrs.evolve(
            self._report(CycleState.COMPLETED, runs, releases, recovery),
            forgotten=end.forgotten,
            needs_person=tuple(each for each in wanted if each is not None),
        )

    def _plan(self) -> CyclePlan | None:
        """Decide the list and keep it; None where another worker has the cycle by now.

        An empty one is kept by the end of the cycle alone: there is nothing to resume, and most cycles of most hotels
        have nothing to do.
        """
        setup = self.setup
        rows = worklist(
            setup.tasks_in_order, _decided(setup, self.ports, self.claim.cycle_at), max_runs=setup.max_runs_per_cycle
        )
        plan = CyclePlan(
            digest=digest((setup.tasks_in_order, setup.rules, setup.max_runs_per_cycle)),
            active_tasks=tuple(task.id for task in setup.tasks_in_order if task.active),
            runs=tuple(map(_planned, rows)),
        )
        return plan if not plan.runs or self.ports.ledger.plan_cycle(self.claim, plan) else None

    def _stops(self) -> bool:
        """Tell whether to end here; never before this delivery has begun something."""
        return self.begun and self.stopping is not None and self.stopping()

    def _note(self, report: RunReport) -> None:
        """Note whether a row was begun by this delivery, and not by an earlier one."""
        self.begun = self.begun or (report.settlement is not None and report.settlement.claimed_at >= self.claim.now)

    def _stopped(self, runs: Iterable[RunReport], releases: Releases, recovery: Recovery) -> CycleReport:
        """Give the cycle back as far as it got."""
        self.ports.ledger.give_back_cycle(self.claim)
        return self._report(CycleState.STOPPED, runs, releases, recovery)

    def _report(
        self, state: CycleState, runs: Iterable[RunReport], releases: Releases, recovery: Recovery
    ) -> CycleReport:
        return CycleReport(
            cycle_at=self.claim.cycle_at,
            state=state,
            runs=tuple(map(self._afterwards, runs)),
            releases=tuple(each.settlement for each in releases.visited),
            faults=releases.faults,
            recovery=recovery,
        )

    def _afterwards(self, report: RunReport) -> RunReport:
        """Return a row as it stands in the end: a later row on its reservation may have settled it."""
        before = report.settlement
        if before is None or before.ending is not None:
            return report
        after = self.ports.ledger.find(before.intent.identity)
        return attrs.evolve(report, settlement=after, trouble=report.trouble if after == before else None)

    def _keeps(self) -> bool:
        """Extend the lease of the cycle once a third of it is over; tell whether it is still this worker's.

        Each row is guarded by its own hold and claim: the lease only keeps two workers from doing the same in vain.
        """
        if self.heard_at < self.kept_at + self.ports.ledger.lease_seconds // 3:
            return True
        self.kept_at = self.heard_at
        return self.ports.ledger.keep_cycle(self.claim)

    def _run(self, row: PlannedRun, task: Task | None) -> RunReport:
        """Carry out one row; whatever goes wrong with it is told in its report and stops nothing else."""
        if task is None:
            return RunReport(planned=row, dropped="inactive")
        ledger = self.ports.ledger
        try:
            hold = ledger.hold(row.reservation)
            if hold is None:
                return RunReport(planned=row, dropped="held")
            self.heard_at = hold.now
            try:
                return self._held_run(row, task, hold)
            finally:
                ledger.let_go(hold)
        except Exception as fault:  # noqa: BLE001  one failing reservation never stops the others
            return self._failed_run(row, described(fault))

    def _held_run(self, row: PlannedRun, task: Task, hold: Hold) -> RunReport:  # noqa: PLR0911  each says why
        """Decide a row afresh under its hold, claim it, and carry it out."""
        ports, cycle_at = self.ports, self.claim.cycle_at
        history = ports.ledger.of_reservation(row.reservation)
        before = _of_this_cycle(row, history, cycle_at)
        if before is not None:
            return RunReport(planned=row, settlement=before)
        if not settle_first(history, row.reservation, ports, at=cycle_at):
            return RunReport(planned=row, dropped="unsettled")
        names = (row.task, row.reservation)
        attempt = ports.ledger.next_attempt(Kind.RUN, names)
        if attempt is None:
            return RunReport(planned=row, dropped=ReasonCode.ALREADY_PROCESSED.value)
        reservation = ports.source.reservation(row.reservation)
        if reservation is None:
            return RunReport(planned=row, dropped="gone")
        beyond_limit = row.problem == Problem.ABOVE_MAX_RUNS.value
        run = decide_at_its_turn(task, reservation, at=cycle_at, rules=self.setup.rules, beyond_limit=beyond_limit)
        if isinstance(run, Skip):
            return RunReport(planned=row, dropped=run.reasons[0].code.value)
        intent = RunIntent.of(
            run, hotel=self.setup.hotel, attempt=attempt, cycle_at=cycle_at, snapshot=digest(reservation)
        )
        progress = claim_and_drive(intent, hold, ports, at=cycle_at)
        if progress is None:
            return RunReport(planned=row, dropped="held")
        return RunReport(planned=row, settlement=progress.settlement, trouble=progress.trouble)

    def _failed_run(self, row: PlannedRun, trouble: str) -> RunReport:
        """Report a row in which the ledger or the source failed: its claim says whether anything was begun."""
        try:
            history = self.ports.ledger.of_reservation(row.reservation)
        except Exception:  # noqa: BLE001  the ledger is gone: nobody can say
            return RunReport(planned=row, trouble=trouble)
        begun = _of_this_cycle(row, history, self.claim.cycle_at)
        return RunReport(planned=row, settlement=begun, dropped=None if begun else "fault", trouble=trouble)


def _of_this_cycle(row: PlannedRun, history: Iterable[Settlement], cycle_at: Instant) -> Settlement | None:
    """Return what this cycle has claimed for a row already, before its worker died."""
    for settlement in history:
        intent = settlement.intent
        if isinstance(intent, RunIntent) and intent.task.id == row.task and intent.cycle_at == cycle_at:
            return settlement
    return None


def _planned(run: Run) -> PlannedRun:
    return PlannedRun(
        task=run.task.id,
        reservation=run.reservation,
        due_at=run.due_at,
        closes_at=run.closes_at,
        operation=run.task.operation.value,
        folio=run.folio,
        card=run.card,
        amount=None if run.amount is None else run.amount.total,
        problem=None if run.problem is None else run.problem.value,
        after=run.after,
    )
