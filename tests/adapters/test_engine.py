"""The engine on a real PostgreSQL: what it enqueues, what it runs once, what it retries, and how it stops."""

from __future__ import annotations

import asyncio
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from procrastinate import App
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import text
from sqlalchemy.engine import URL

from adapters.chain_campaign import campaign, started
from adapters.chain_hotels import Row, booking, currency_of, setup_of, write
from adapters.postgresql import Server
from hotelpay import Chain, CycleReport, CycleState, Outcome, Ports, Recovery
from hotelpay.adapters.procrastinate import Timing, app_of, log, prepare, run_worker
from hotelpay.adapters.procrastinate.tasks import CYCLE, QUEUE, RECOVERY
from hotelpay.adapters.procrastinate.threads import in_thread
from hotelpay.adapters.procrastinate.worker import _conninfo, _is_news
from hotelpay.adapters.sql import SqlChain, SqlGateway, open_chain
from hotelpay.autopilot.cycle import AutopilotSettings
from hotelpay.errors import InvalidValue
from hotelpay.moments import CYCLE_SECONDS, HOUR, Instant
from hotelpay.settlement.journal import Sending
from hotelpay.testing.contracts.intents import run_intent
from hotelpay.testing.contracts.ledger_bench import claimed

#: Nothing of it by itself: a test says what is to be done.
_LONGEST_TEST_SECONDS = 8
_SECRET = "s3cret"  # noqa: S105  it is not
QUIET = Timing(recoveries="0 0 1 1 *", stalled="0 0 1 1 *", left_alone_seconds=1)


def quarter_hour() -> Instant:
    return Instant(int(time.time()) // CYCLE_SECONDS * CYCLE_SECONDS)  # noqa: TID251  the engine goes by the real clock


@attrs.define
class Engine:
    """A chain on an empty database, its app, and what was told."""

    chain: SqlChain
    url: URL
    told: list[tuple[str, CycleReport | Recovery | Exception]] = attrs.field(factory=list)
    timing: Timing = QUIET
    served: Chain | None = None

    def app(self) -> App:
        return app_of(self.served or self.chain, self.url, timing=self.timing, told=self._tell)

    def _tell(self, hotel: str, report: CycleReport | Recovery | Exception) -> None:
        self.told.append((hotel, report))

    def enqueue(self, task: str, *, times: int = 1, **arguments: Any) -> None:
        async def defer(app: App) -> None:
            async with app.open_async():
                for _ in range(times):
                    await app.configure_task(task, queue=QUEUE).defer_async(**arguments)

        asyncio.run(defer(self.app()))

    def drain(self, *, concurrency: int = 4) -> None:
        """Do all that is ready, the fan-out of the current quarter hour included."""
        begun = "SELECT 1 FROM procrastinate_periodic_defers WHERE task_name = 'hotelpay:fan_out'"
        ready = "SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
        while True:
            self._work(concurrency)
            if self.sql(begun) and not self.sql(ready):
                return

    def _work(self, concurrency: int) -> None:
        async def work(app: App) -> None:
            async with app.open_async():
                await app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=concurrency,
                    wait=False,
                    listen_notify=False,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )

        asyncio.run(work(self.app()))

    def fan_out(self, at: Instant) -> None:
        """Let the fan-out of a quarter hour run, and nothing that it enqueues."""
        app = self.app()
        context = _Context(app, at)

        async def run() -> None:
            async with app.open_async():
                await app.tasks["hotelpay:fan_out"].func(context, timestamp=int(at))

        asyncio.run(run())

    def sql(self, query: str, **values: Any) -> list[Any]:
        with self.chain.engine.begin() as connection:
            found = connection.execute(text(query), values)
            return list(found.all()) if found.returns_rows else []

    def jobs(self, task: str = CYCLE) -> list[Any]:
        return self.sql("SELECT * FROM procrastinate_jobs WHERE task_name = :task ORDER BY id", task=task)

    def states(self, hotel: str) -> list[str]:
        return [each.state.value for name, each in self.told if name == hotel and isinstance(each, CycleReport)]

    def charges(self, hotel: str) -> int:
        return len(SqlGateway(self.chain.engine, hotel).keys_of("charge"))


@attrs.frozen
class _Context:
    """What a task is told of its job."""

    app: App
    start_timestamp: float


def clear_of_the_next_quarter_hour() -> None:
    """Let no test begin so late that the quarter hour ends in it."""
    left = quarter_hour() + CYCLE_SECONDS - time.time()  # noqa: TID251  as above
    if left < _LONGEST_TEST_SECONDS:
        time.sleep(left)


@pytest.fixture
def engine(postgresql: Server) -> Iterator[Engine]:
    clear_of_the_next_quarter_hour()
    url = postgresql.new_schema()
    with open_chain(url, "worker-1", lease_seconds=3) as chain:
        prepare(url)
        yield Engine(attrs.evolve(chain, gateway=lambda hotel: SqlGateway(chain.engine, hotel)), url)


def enroll(engine: Engine, *hotels: str, due: int = 1) -> None:
    write(engine.chain.engine, [Row(hotel, n, due=due) for n, hotel in enumerate(hotels)], at=quarter_hour())


# The fan-out.


def test_a_fan_out_enqueues_one_job_for_each_hotel_under_its_lock(engine: Engine) -> None:
    enroll(engine, "a", "b", "c")
    at = quarter_hour()
    engine.fan_out(at)
    jobs = engine.jobs()
    assert [(job.lock, job.args, job.status) for job in jobs] == [
        (f"hotelpay:{hotel}", {"hotel": hotel, "cycle_at": at}, "todo") for hotel in "abc"
    ]


def test_a_fan_out_that_died_half_way_is_completed_by_the_next(engine: Engine) -> None:
    """Hotels that wait are not made to wait twice, so a fan-out may be delivered as often as it likes."""
    enroll(engine, "a", "b", "c")
    engine.fan_out(quarter_hour())
    engine.sql("DELETE FROM procrastinate_jobs WHERE lock = 'hotelpay:b'")
    engine.fan_out(quarter_hour())
    assert sorted(job.lock for job in engine.jobs()) == ["hotelpay:a", "hotelpay:b", "hotelpay:c"]


def test_a_large_chain_is_enqueued_in_pieces_that_the_planner_hears_of(engine: Engine) -> None:
    """A planner that takes the queue for empty reads all of it for each job that it fetches."""
    write(engine.chain.engine, [Row(f"h-{n:05}", n) for n in range(2001)], at=quarter_hour())
    engine.fan_out(quarter_hour())
    assert len(engine.jobs()) == 2001
    ((estimated,),) = engine.sql("SELECT reltuples FROM pg_class WHERE oid = 'procrastinate_jobs'::regclass")
    assert estimated == 2001


def test_a_late_fan_out_is_that_of_the_present_quarter_hour(engine: Engine) -> None:
    enroll(engine, "a")
    app, now = engine.app(), quarter_hour()

    async def run() -> None:
        async with app.open_async():
            await app.tasks["hotelpay:fan_out"].func(_Context(app, now + 5), timestamp=now - 3 * HOUR)

    asyncio.run(run())
    assert [job.args["cycle_at"] for job in engine.jobs()] == [now]


def test_a_worker_begins_the_quarter_hour_in_which_it_starts(engine: Engine) -> None:
    """Nobody has to enqueue anything: the periodic fan-out makes up for the present quarter hour alone."""
    enroll(engine, "a", "b")
    engine.drain()
    assert [engine.states(hotel) for hotel in "ab"] == [["completed"], ["completed"]]
    assert [engine.charges(hotel) for hotel in "ab"] == [1, 1]
    assert engine.jobs() == []


# Once.


def test_a_cycle_that_is_delivered_twice_is_done_once(engine: Engine) -> None:
    enroll(engine, "a")
    engine.enqueue(CYCLE, times=3, hotel="a", cycle_at=quarter_hour())
    engine.drain()
    assert engine.states("a").count("completed") == 1
    assert set(engine.states("a")) <= {"completed", "already_run", "in_progress"}
    assert engine.charges("a") == 1


def test_a_job_that_waited_too_long_does_the_present_quarter_hour(engine: Engine) -> None:
    """Its own is over and was never begun: what it would have taken, the present one takes."""
    enroll(engine, "a")
    late = Instant(quarter_hour() - 4 * CYCLE_SECONDS)
    engine.enqueue(CYCLE, hotel="a", cycle_at=late)
    engine.drain()
    reports = [each for _, each in engine.told if isinstance(each, CycleReport)]
    assert {each.cycle_at for each in reports} == {quarter_hour()}
    assert engine.charges("a") == 1


def test_a_job_that_was_begun_keeps_its_quarter_hour(engine: Engine) -> None:
    """Else the list of its start, and the limit that it ran into, would be dropped."""
    enroll(engine, "a")
    late = Instant(quarter_hour() - 4 * CYCLE_SECONDS)
    engine.enqueue(CYCLE, hotel="a", cycle_at=late, resumed=True)
    engine.drain()
    assert late in {each.cycle_at for _, each in engine.told if isinstance(each, CycleReport)}


# One hotel's trouble.


@attrs.frozen(eq=False)
class SlowGateway(SqlGateway):
    """A processor that takes its time."""

    def charge(self, *call: Any) -> Any:
        time.sleep(0.3)
        return super().charge(*call)


@attrs.frozen(eq=False)
class Broken:
    """A chain one of whose hotels has no database any more, for a while."""

    chain: SqlChain
    faults: list[Exception]

    def hotels(self) -> Any:
        return self.chain.hotels()

    def unsettled(self) -> Any:
        return self.chain.unsettled()

    def setup(self, hotel: str) -> AutopilotSettings:
        return self.chain.setup(hotel)

    def ports(self, hotel: str) -> Ports:
        if hotel == "flaky" and self.faults:
            raise self.faults.pop()
        return self.chain.ports(hotel)


def test_a_broken_setup_fails_its_own_job_and_no_other(engine: Engine) -> None:
    enroll(engine, "a", "b")
    write(engine.chain.engine, [Row("bad", 0, broken=True)], at=quarter_hour())
    engine.drain()
    assert [engine.charges(hotel) for hotel in "ab"] == [1, 1]
    ((hotel, fault),) = [(hotel, each) for hotel, each in engine.told if isinstance(each, Exception)]
    assert hotel == "bad"
    assert "'Sofia' is not an IANA time zone" in str(fault)
    assert [(job.lock, job.status, job.attempts) for job in engine.jobs()] == [("hotelpay:bad", "failed", 1)]


def test_a_fault_is_tried_again_later(engine: Engine) -> None:
    enroll(engine, "flaky")
    engine.served = Broken(engine.chain, [ConnectionError("the database is away")])
    engine.drain()
    (job,) = engine.jobs()
    assert (job.status, job.attempts) == ("todo", 1)
    assert job.scheduled_at.timestamp() > time.time() + 5  # noqa: TID251  the queue's own clock
    engine.sql("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    engine.drain()
    assert (engine.charges("flaky"), engine.jobs()) == (1, [])


def test_a_fault_that_stays_is_given_up_until_the_next_quarter_hour(engine: Engine) -> None:
    enroll(engine, "flaky")
    engine.served = Broken(engine.chain, [ConnectionError("the database is away")])
    engine.enqueue(CYCLE, hotel="flaky", cycle_at=quarter_hour())
    engine.sql("UPDATE procrastinate_jobs SET attempts = 6")
    engine.drain()
    assert "failed" in [job.status for job in engine.jobs()]


def test_a_slow_hotel_gives_its_place_back_and_goes_on_behind_the_others(engine: Engine) -> None:
    """With one place for all: the slow one is stopped after each row, and the others are done before it."""
    enroll(engine, "a-slow", due=3)
    enroll_others = [Row(f"b-{number}", number, due=1) for number in range(4)]
    write(engine.chain.engine, enroll_others, at=quarter_hour())
    slow = SlowGateway(engine.chain.engine, "a-slow")
    usual = engine.chain.gateway
    engine.chain = attrs.evolve(engine.chain, gateway=lambda hotel: slow if hotel == "a-slow" else usual(hotel))
    engine.timing = attrs.evolve(QUIET, budget_seconds=0.1)
    engine.drain(concurrency=1)
    assert engine.states("a-slow")[-3:] == ["stopped", "stopped", "completed"]
    assert engine.charges("a-slow") == 3
    order = [hotel for hotel, each in engine.told if isinstance(each, CycleReport)]
    assert order[0] == "a-slow"
    assert set(order[1:5]) == {f"b-{number}" for number in range(4)}


# Recovery.


def test_recovery_settles_what_a_dead_worker_left(engine: Engine) -> None:
    """Of every hotel, also of one that is paused, broken or no longer enrolled."""
    store = engine.chain.store("gone")
    store.hotel.import_reservations([booking("R1", quarter_hour(), currency=currency_of(9))])
    claimed(store.ledger, run_intent("gone"), Sending("charge"))
    engine.enqueue("hotelpay:recovery_fan_out", timestamp=0)
    engine.drain()
    assert engine.told == []  # its worker may be alive
    time.sleep(3.1)
    engine.enqueue("hotelpay:recovery_fan_out", timestamp=0)
    engine.drain()
    ((hotel, report),) = engine.told
    assert isinstance(report, Recovery)
    assert (hotel, len(report.visited)) == ("gone", 1)
    assert engine.jobs(RECOVERY) == []


# Order in the queue.


def _dead_worker(engine: Engine, seconds: int) -> None:
    """Let a cycle's job be one that a worker had when it died, so long ago."""
    engine.sql(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => :ago))", ago=seconds
    )
    engine.sql(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
        " WHERE task_name = :task",
        task=CYCLE,
    )


def _retry_stalled(engine: Engine) -> None:
    app = engine.app()

    async def run() -> None:
        async with app.open_async():
            await app.tasks["hotelpay:retry_stalled"].func(_Context(app, 0), timestamp=0)

    asyncio.run(run())


def test_what_a_dead_worker_had_is_handed_out_again(engine: Engine) -> None:
    engine.enqueue(CYCLE, hotel="a", cycle_at=quarter_hour())
    _dead_worker(engine, 59)
    _retry_stalled(engine)
    assert [job.status for job in engine.jobs()] == ["doing"]
    _dead_worker(engine, 61)
    _retry_stalled(engine)
    assert [(job.status, job.attempts) for job in engine.jobs()] == [("todo", 1)]
    assert engine.sql("SELECT * FROM procrastinate_workers WHERE last_heartbeat < now() - interval '60 seconds'") == []


def test_a_job_that_kills_its_workers_is_given_up(engine: Engine) -> None:
    engine.enqueue(CYCLE, hotel="a", cycle_at=quarter_hour())
    engine.sql("UPDATE procrastinate_jobs SET attempts = 6")
    _dead_worker(engine, 61)
    _retry_stalled(engine)
    assert [job.status for job in engine.jobs()] == ["failed"]


def test_failed_jobs_are_forgotten_after_a_week(engine: Engine) -> None:
    for age in (6, 8):
        engine.sql(
            "WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('hotelpay', 'hotelpay:cycle', 'failed') RETURNING id)"
            " INSERT INTO procrastinate_events (job_id, type, at)"
            " SELECT id, 'failed', now() - make_interval(days => :age) FROM job",
            age=age,
        )
    engine.sql(
        "DELETE FROM procrastinate_events WHERE at > now() - interval '1 hour'"
    )  # the triggers' own, of this moment
    engine.enqueue("hotelpay:prune", timestamp=0)
    engine.drain()
    assert len([job for job in engine.jobs() if job.status == "failed"]) == 1


def test_tables_are_prepared_once_also_by_many_at_once(postgresql: Server) -> None:
    url = postgresql.new_schema()
    threads = [threading.Thread(target=prepare, args=(url,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    prepare(url)
    with open_chain(url, "w") as chain, chain.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one() == 0


# Real workers.


def _until(found: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def test_a_worker_ends_between_rows_when_it_is_asked_to(engine: Engine) -> None:
    """SIGTERM: the row that runs ends, the cycle goes on elsewhere, and the worker leaves with 0."""
    enroll(engine, "slow-1", due=5)
    with started(engine.url.render_as_string(hide_password=False)) as worker:
        _until(lambda: engine.charges("slow-1") > 0)
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)  # impatience changes nothing
        assert worker.wait(15) == 0
    assert time.monotonic() - began < 10
    done = engine.charges("slow-1")
    assert 0 < done < 5
    settlements = [each for n in range(5) for each in engine.chain.store("slow-1").ledger.of_reservation(f"R-{n}")]
    assert [each.outcome for each in settlements] == [Outcome.APPROVED] * done
    assert engine.sql("SELECT count(*) FROM procrastinate_workers") == [(0,)]
    engine.drain()
    assert engine.charges("slow-1") == 5
    assert engine.states("slow-1")[-1] == "completed"


def test_a_call_that_hangs_does_not_keep_a_worker_from_leaving(engine: Engine) -> None:
    enroll(engine, "a")
    hanging, released = threading.Event(), threading.Event()
    left_behind: list[threading.Thread] = []

    @attrs.frozen(eq=False)
    class Hanging(SqlGateway):
        def charge(self, *_call: Any) -> Any:
            left_behind.append(threading.current_thread())
            hanging.set()
            released.wait(60)
            raise SystemExit  # the process is gone by now

    usual = engine.chain
    engine.chain = attrs.evolve(usual, gateway=lambda hotel: Hanging(usual.engine, hotel))

    def stop() -> None:
        hanging.wait(20)
        signal.raise_signal(signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    stopper.start()
    began = time.monotonic()
    assert run_worker(engine.app(), concurrency=1, grace_seconds=0.5, poll_seconds=0.1)
    assert time.monotonic() - began < 15
    stopper.join()
    assert [job.status for job in engine.jobs()] == ["todo"]
    # What the call was about is looked up by its key, once its lease is over.
    engine.chain = usual
    time.sleep(3.1)
    engine.drain()
    assert engine.charges("a") == 1
    # Here it is not: what was left behind would open connections that nobody closes.
    released.set()
    left_behind[0].join(30)
    assert not left_behind[0].is_alive()


def test_a_worker_whose_database_is_lost_says_so(engine: Engine) -> None:
    """It ends by itself then, and whoever started it has to know."""
    enroll(engine, "a")

    def lose() -> None:
        _until(lambda: engine.charges("a") == 1)
        engine.sql("ALTER TABLE procrastinate_workers RENAME TO lost")

    loser = threading.Thread(target=lose)
    loser.start()
    with pytest.raises(Exception, match="Database error"):
        run_worker(engine.app(), heartbeat_seconds=0.2, poll_seconds=0.1)
    loser.join()


def test_a_small_chain_loses_nothing_though_a_worker_is_killed() -> None:
    result = campaign(hotels=60, concurrency=4, kill_at=0.4, patience_seconds=90)
    assert (result.lost, result.done_twice, result.charged_twice) == (0, 0, 0)
    assert (result.charges, result.posted) == (result.due, result.due)
    assert (result.failed, result.killed) == (result.broken, 1)


# Parts.


def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidValue, match="postgresql: the queue needs it"):
        _conninfo("sqlite:///hotel.db")


def test_a_url_is_handed_on_with_its_options() -> None:
    found = _conninfo("postgresql+psycopg://anna:s%40cret@db:5433/hotels?options=-csearch_path%3Dx%20-cjit%3Doff")
    parts = {"user": "anna", "password": "s@cret", "host": "db", "port": "5433", "dbname": "hotels"}
    assert conninfo_to_dict(found) == {**parts, "options": "-csearch_path=x -cjit=off"}


def test_no_password_is_shown(engine: Engine) -> None:
    app = app_of(engine.chain, engine.url.set(password=_SECRET))
    assert _SECRET not in repr(app) + repr(app.connector) + repr(engine.chain)


def test_what_a_call_raises_is_raised_where_it_is_awaited() -> None:
    def fail() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        asyncio.run(in_thread(fail))


def test_a_call_that_nobody_waits_for_ends_unheard() -> None:
    """Its worker went away meanwhile: its loop is closed, or nobody waits any more."""
    gates = [threading.Event(), threading.Event()]

    async def leave(gate: threading.Event, patience: float) -> None:
        task = asyncio.ensure_future(in_thread(gate.wait))
        await asyncio.sleep(0.05)
        task.cancel()
        gate.set() if patience else None
        await asyncio.sleep(patience)

    asyncio.run(leave(gates[0], 0.1))
    asyncio.run(leave(gates[1], 0))
    gates[1].set()
    time.sleep(0.05)


def test_what_is_told_is_one_line_each(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    enroll(engine, "a")
    engine.chain.enroll(attrs.evolve(setup_of("a"), max_runs_per_cycle=0))
    engine.drain()
    (report,) = [each for _, each in engine.told if isinstance(each, CycleReport)]
    assert report.state is CycleState.COMPLETED
    with caplog.at_level(logging.INFO, logger="hotelpay.chain"):
        log("a", attrs.evolve(report, faults=(("R-1", "card 4111111111111111 is away"),)))
        log("a", Recovery(()))
        log("a", ConnectionError("no route for 4111 1111 1111 1111"))
    lines = [(each.levelname, each.getMessage()) for each in caplog.records if each.name == "hotelpay.chain"]
    assert [level for level, _ in lines] == ["INFO", "ERROR", "WARNING", "INFO", "ERROR"]
    assert "1 runs, 0 releases, 0 forgotten" in lines[0][1]
    assert "reservation R-0 needs a person (above_max_runs)" in lines[2][1]
    assert "4111" not in str(lines)


def test_a_line_of_the_queue_that_says_nothing_new_is_left_out() -> None:
    def record(**fields: object) -> logging.LogRecord:
        return logging.makeLogRecord(fields)

    assert not _is_news(record(job={"task_name": CYCLE}, action="job_error"))
    assert not _is_news(record(job={"task_name": RECOVERY}, action="job_error_retry"))
    assert _is_news(record(job={"task_name": "hotelpay:fan_out"}, action="job_error"))
    assert _is_news(record(action="side_task_failed"))


def test_a_missing_package_is_named() -> None:
    code = "import sys; sys.modules['procrastinate'] = None; import hotelpay.adapters.procrastinate"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'hotelpay[procrastinate]'" in done.stderr
