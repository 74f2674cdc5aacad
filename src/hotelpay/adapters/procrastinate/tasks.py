"""The tasks: a fan-out every quarter of an hour, a cycle and a recovery a hotel, and what keeps the queue in order.

The queue only says what is to be looked at. What is done once, and by whom, the ledger of each hotel says: every task
here may be delivered twice, late, or to a worker that dies.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

import attrs
from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.types import JSONDict

from hotelpay.adapters.procrastinate.threads import in_thread
from hotelpay.adapters.procrastinate.told import Told, log
from hotelpay.adapters.sql.connections import chunks
from hotelpay.autopilot.cycle_report import CycleReport, CycleState
from hotelpay.chain import Chain, serve_cycle, serve_recovery
from hotelpay.errors import HotelpayError
from hotelpay.moments import CYCLE_SECONDS, Instant
from hotelpay.recovery import Recovery, Stopping

QUEUE: Final = "hotelpay"
#: What a worker that is to stop sets, in the additional context of its jobs: a callable.
STOPPING: Final = "hotelpay_stopping"
CYCLE: Final = "hotelpay:cycle"
RECOVERY: Final = "hotelpay:recovery"
#: What goes first: who keeps the queue in order, then money on its way, then cycles that had to wait too long.
_ORDER, _MONEY, _OVERDUE, _USUAL = 3, 2, 1, 0
#: Jobs of one statement.
_CHUNK: Final = 1000
_ENDS: Final = (CycleState.COMPLETED, CycleState.ALREADY_RUN, CycleState.PAUSED)
_FIRST_WAIT_SECONDS: Final = 10
#: After so many failures of one job the next quarter of an hour brings another.
_MOST_ATTEMPTS: Final = 6
_KEPT_HOURS: Final = 7 * 24

_Report = TypeVar("_Report", CycleReport, Recovery)


@attrs.frozen(kw_only=True)
class Timing:
    """How often a worker does what, and how long it takes for it.

    ``budget_seconds``: after that a cycle or a recovery begins no further row, gives its place back, and goes on behind
    the others. ``stalled_seconds``: a worker without a sign of life for so long counts as dead; it has to be several of
    its heartbeats. ``recoveries`` and ``stalled`` are crontab lines (with a sixth field: seconds) that say when what is
    unfinished, and what dead workers had, is handed out again. ``left_alone_seconds``: how long a cycle that another
    worker has is left to it before somebody asks again.
    """

    budget_seconds: float = 60
    stalled_seconds: float = 60
    recoveries: str = "*/5 * * * *"
    stalled: str = "* * * * *"
    left_alone_seconds: int = 30


class _Backoff(BaseRetryStrategy):
    """A fault is tried again, ever later; what was asked for wrongly is not."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})  # the worker had to go; the job had not failed
        if isinstance(exception, HotelpayError) or job.attempts >= _MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": _FIRST_WAIT_SECONDS * 2**job.attempts})


def tasks_of(chain: Chain, *, timing: Timing | None = None, told: Told = log) -> Blueprint:
    """Return the tasks that serve a chain, for an app of your own: ``app.add_tasks_from(…, namespace="hotelpay")``.

    Periodic tasks among them begin everything, so the app's workers need nothing else. ``told`` is handed what was done
    for each hotel. The namespace has to be this one: tasks find one another by their names.
    """
    timing = Timing() if timing is None else timing
    tasks = Blueprint()
    _add_cycles(tasks, chain, timing, told)
    _add_recoveries(tasks, chain, timing, told)
    _add_order(tasks, timing)
    return tasks


def _add_cycles(tasks: Blueprint, chain: Chain, timing: Timing, told: Told) -> None:
    @tasks.periodic(cron="*/15 * * * *")
    @tasks.task(name="fan_out", queue=QUEUE, priority=_ORDER, pass_context=True, retry=_Backoff())
    async def fan_out(context: JobContext, timestamp: int) -> None:
        # One that comes late is that of the quarter hour in which it comes: windows catch up by themselves.
        cycle_at = max(timestamp, _quarter_hour(context))
        await _defer_all(context, CYCLE, await in_thread(lambda: tuple(chain.hotels())), {"cycle_at": cycle_at})

    @tasks.task(name="cycle", queue=QUEUE, pass_context=True, retry=_Backoff())
    async def cycle(context: JobContext, hotel: str, cycle_at: int, resumed: bool = False) -> None:  # noqa: FBT001, FBT002  JSON
        now = _quarter_hour(context)
        if cycle_at < now and not resumed and not context.job.attempts:
            # It waited so long that its quarter hour is over. Nothing was begun, so the current one does its work.
            await _defer(context, CYCLE, [hotel], {"cycle_at": now}, priority=_OVERDUE)
            return
        stopping = _stopping(context, timing.budget_seconds)
        serve = partial(serve_cycle, chain, hotel, Instant(cycle_at), stopping=stopping)
        report = await _told(hotel, serve, told)
        if report.state not in _ENDS:
            # A new job, behind all that wait: a slow hotel gets on, and delays none.
            wait = 0 if report.state is CycleState.STOPPED else timing.left_alone_seconds
            await _defer(context, CYCLE, [hotel], {"cycle_at": cycle_at, "resumed": True}, wait=wait)


def _add_recoveries(tasks: Blueprint, chain: Chain, timing: Timing, told: Told) -> None:
    @tasks.periodic(cron=timing.recoveries)
    @tasks.task(name="recovery_fan_out", queue=QUEUE, priority=_ORDER, pass_context=True)
    async def recovery_fan_out(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  every periodic task has it
        hotels = await in_thread(lambda: tuple(chain.unsettled()))
        await _defer_all(context, RECOVERY, hotels, {}, priority=_MONEY)

    # Without a retry: the next fan-out looks at what is unfinished then.
    @tasks.task(name="recovery", queue=QUEUE, pass_context=True)
    async def recovery(context: JobContext, hotel: str) -> None:
        stopping = _stopping(context, timing.budget_seconds)
        at = Instant(int(context.start_timestamp))
        await _told(hotel, partial(serve_recovery, chain, hotel, at, stopping=stopping), told)


def _add_order(tasks: Blueprint, timing: Timing) -> None:
    # None of these has a lock: a worker that died with it would keep the others from ever running it.
    @tasks.periodic(cron=timing.stalled)
    @tasks.task(name="retry_stalled", queue=QUEUE, priority=_ORDER, pass_context=True)
    async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  as above
        jobs = context.app.job_manager
        for job in await jobs.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=timing.stalled_seconds):
            with suppress(ConnectorException):  # another worker was quicker
                if job.attempts < _MOST_ATTEMPTS:
                    await jobs.retry_job(job)
                else:  # it may be what kills workers
                    await jobs.finish_job(job, Status.FAILED, delete_job=False)
        await jobs.prune_stalled_workers(timing.stalled_seconds)

    @tasks.periodic(cron="7 3 * * *")
    @tasks.task(name="prune", queue=QUEUE, priority=_ORDER, pass_context=True)
    async def prune(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  as above
        jobs = context.app.job_manager
        await jobs.delete_old_jobs(
            _KEPT_HOURS, queue=QUEUE, include_failed=True, include_cancelled=True, include_aborted=True
        )


def _quarter_hour(context: JobContext) -> Instant:
    """Return the quarter hour in which a job began."""
    return Instant(int(context.start_timestamp) // CYCLE_SECONDS * CYCLE_SECONDS)


def _stopping(context: JobContext, budget_seconds: float) -> Stopping:
    """Return what a cycle asks between rows: whether the worker is to stop, or the time is used up."""
    worker_stops: Callable[[], bool] = context.additional_context.get(STOPPING, context.should_abort)
    deadline = time.monotonic() + budget_seconds
    return lambda: worker_stops() or time.monotonic() > deadline


async def _told(hotel: str, serve: Callable[[], _Report], told: Told) -> _Report:
    """Serve a hotel in a thread of its own and tell what came of it; a fault is told and raised."""

    def served() -> _Report:
        try:
            report = serve()
        except Exception as fault:
            told(hotel, fault)
            raise
        told(hotel, report)
        return report

    return await in_thread(served)


async def _defer_all(
    context: JobContext, task: str, hotels: Iterable[str], arguments: JSONDict, *, priority: int = _USUAL
) -> None:
    """Enqueue a job for each hotel that has none waiting.

    So a fan-out that is delivered again goes on where it died, and hotels that wait are not made to wait twice.
    """
    waiting = await context.app.job_manager.list_jobs_async(queue=QUEUE, task=task, status=Status.TODO.value)
    known = {str(job.task_kwargs["hotel"]) for job in waiting}
    missing = [hotel for hotel in hotels if hotel not in known]
    pieces = list(chunks(missing, _CHUNK))
    for place, some in enumerate(pieces):
        await _defer(context, task, some, arguments, priority=priority)
        if len(pieces) > 1 and place in (0, len(pieces) - 1):
            # The table was all but empty a moment ago. A planner that still thinks so reads and sorts all of it for
            # every job that is fetched, which takes a thousand times as long.
            await context.app.connector.execute_query_async("ANALYZE procrastinate_jobs")


async def _defer(
    context: JobContext,
    task: str,
    hotels: Iterable[str],
    arguments: JSONDict,
    *,
    priority: int = _USUAL,
    wait: int = 0,
) -> None:
    """Enqueue a job for each of these hotels, all in one statement; a hotel has one job at a time."""
    model = context.app.configure_task(
        task, queue=QUEUE, priority=priority, schedule_in={"seconds": wait} if wait else None
    ).job
    jobs = [
        attrs.evolve(model, lock=f"hotelpay:{hotel}", task_kwargs={"hotel": hotel, **arguments}) for hotel in hotels
    ]
    await context.app.job_manager.batch_defer_jobs_async(jobs)
