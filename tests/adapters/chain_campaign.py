"""A chain's quarter of an hour: everything enqueued and drained by two workers, one of which is killed on the way."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
from sqlalchemy import Connection, text

from adapters.chain_hotels import Row, write
from adapters.postgresql import WITH_AUTOVACUUM, running_server
from hotelpay.adapters.procrastinate import prepare
from hotelpay.adapters.sql import SqlChain, open_chain
from hotelpay.moments import CYCLE_SECONDS, Instant

_WORKER: Final = Path(__file__).with_name("chain_worker.py")
_LEASE_SECONDS: Final = 3
_DUE_IN: Final = 10
_BROKEN: Final = 5
#: The bookings of the hotel with the slow processor: more than one delivery of its cycle can charge.
_SLOW_DUE: Final = 4

#: Jobs that are done leave the queue, so they are counted as they come in.
_COUNT_JOBS: Final = """
    CREATE TABLE jobs_made (cycle_at bigint NOT NULL, resumed boolean NOT NULL, at double precision NOT NULL);
    CREATE FUNCTION note_job() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO jobs_made VALUES (
            CAST(NEW.args->>'cycle_at' AS bigint), NEW.args ? 'resumed', extract(epoch FROM clock_timestamp())
        );
        RETURN NULL;
    END $$;
    CREATE TRIGGER note_job AFTER INSERT ON procrastinate_jobs FOR EACH ROW
        WHEN (NEW.task_name = 'hotelpay:cycle') EXECUTE FUNCTION note_job()
"""
_ENQUEUED: Final = "SELECT count(*) FROM jobs_made WHERE NOT resumed AND cycle_at = :at"
_ENQUEUING: Final = "SELECT max(at) - min(at) FROM jobs_made WHERE NOT resumed AND cycle_at = :at"
_CONTINUED: Final = "SELECT count(*) FROM jobs_made WHERE resumed"
_DONE: Final = "SELECT count(DISTINCT hotel) FROM hotelpay_cycles WHERE completed_at IS NOT NULL AND cycle_at >= :at"
_TWICE: Final = """
    SELECT count(*) FROM (
        SELECT 1 FROM hotelpay_entries WHERE event = 'cycle_completed' GROUP BY hotel, document HAVING count(*) > 1
    ) AS twice
"""
_CHARGED: Final = """
    SELECT coalesce(sum(times), 0), coalesce(sum(times - 1), 0) FROM (
        SELECT count(*) AS times FROM hotelpay_simulated_calls WHERE call = 'charge' AND answer IS NOT NULL
        GROUP BY hotel, asked
    ) AS charges
"""
_POSTED: Final = "SELECT count(*) FROM hotelpay_postings"
_FAILED: Final = "SELECT count(DISTINCT args->>'hotel') FROM procrastinate_jobs WHERE status = 'failed'"


@attrs.frozen(kw_only=True)
class Result:
    """What came of it all."""

    hotels: int
    broken: int
    enqueued: int
    continued: int
    done: int
    lost: int
    done_twice: int
    due: int
    charges: int
    charged_twice: int
    posted: int
    failed: int
    killed: int
    seeding_seconds: float
    enqueuing_seconds: float
    drain_seconds: float
    share_of_quarter_hour: float
    cpu_seconds: float = 0.0
    """What workers and database used of all cores: what a machine with other work to do tells better than the clock."""
    share_of_two_cores: float = 0.0


def rows_of(hotels: int) -> Iterator[Row]:
    """Yield the hotels: one in ten has a due charge, one a slow processor, one a broken one; some cannot be read."""
    for number in range(hotels):
        yield Row(f"hotel-{number:06}", number, due=number % _DUE_IN == 0)
    yield Row("slow-1", 1, due=_SLOW_DUE)
    yield Row("fail-1", 2, due=1)
    for number in range(_BROKEN):
        yield Row(f"bad-{number}", number, broken=True)


def campaign(*, hotels: int, concurrency: int, kill_at: float, patience_seconds: float) -> Result:
    """Let two workers serve so many hotels once; kill one of them at this share of the drain, and let a third begin."""
    before = _cpu_seconds()
    result = _campaign(hotels, concurrency, kill_at, patience_seconds)
    used = _cpu_seconds() - before
    return attrs.evolve(result, cpu_seconds=used, share_of_two_cores=used / (2 * CYCLE_SECONDS))


def _cpu_seconds() -> float:
    """Return what the processes that have ended used, the database's among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _campaign(hotels: int, concurrency: int, kill_at: float, patience_seconds: float) -> Result:
    rows = list(rows_of(hotels))
    with running_server(WITH_AUTOVACUUM) as server:
        url = server.new_schema().render_as_string(hide_password=False)
        with open_chain(url, "parent", lease_seconds=_LEASE_SECONDS) as chain:
            prepare(url)
            with chain.engine.begin() as connection:
                connection.exec_driver_sql(_COUNT_JOBS)
            at = Instant(int(time.time()) // CYCLE_SECONDS * CYCLE_SECONDS)  # noqa: TID251  workers go by the real clock
            began = time.monotonic()
            write(chain.engine, rows, at=at)
            seeded = time.monotonic()
            good = sum(not row.broken for row in rows)
            drain = _Drain(chain, url, at, good, concurrency).run(kill_at, patience_seconds)
            with chain.engine.connect() as connection:
                return _compared(
                    connection,
                    rows,
                    at,
                    killed=1,
                    seeding_seconds=seeded - began,
                    drain_seconds=drain,
                    share_of_quarter_hour=drain / CYCLE_SECONDS,
                )


@attrs.frozen
class _Drain:
    """Two workers that serve so many good hotels, and whoever takes a killed one's place."""

    chain: SqlChain
    url: str
    at: Instant
    good: int
    concurrency: int

    def run(self, kill_at: float, patience_seconds: float) -> float:
        """Return the seconds from the start of the workers until all was done."""
        began = time.monotonic()
        victim, second = _start(self.url, self.concurrency), _start(self.url, self.concurrency)
        running = [victim, second]
        try:
            while True:
                time.sleep(min(2.0, self.good / 500))  # to look costs time too
                passed = time.monotonic() - began
                found = _counted(self.chain, self.at)
                if found["done"] >= self.good * kill_at and victim in running:
                    victim.send_signal(signal.SIGKILL)
                    victim.wait()
                    running = [second, _start(self.url, self.concurrency)]
                settled = found["failed"] == _BROKEN and found["unfinished"] == found["hopeless"]
                if found["done"] == self.good and settled:
                    return passed
                if passed > patience_seconds or any(worker.poll() is not None for worker in running):
                    raise TimeoutError(f"after {passed:.0f} seconds: {found}")
        finally:
            _end(running)


def _counted(chain: SqlChain, at: Instant) -> dict[str, int]:
    with chain.engine.connect() as connection:
        unfinished = "SELECT count(*) FROM hotelpay_settlements WHERE ended_at IS NULL"
        return {
            "failed": _count(connection, _FAILED),
            "done": _count(connection, _DONE, at=at),
            "unfinished": _count(connection, unfinished),
            # Nobody knows what became of a charge at a processor that is broken: it stays looked after.
            "hopeless": _count(connection, f"{unfinished} AND hotel LIKE 'fail%'"),
        }


def _count(connection: Connection, query: str, **values: Any) -> int:
    return int(connection.execute(text(query), values).scalar_one())


def _start(url: str, concurrency: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(_WORKER), url, str(concurrency), str(_LEASE_SECONDS)])


def _end(workers: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop; every one that is still there has to end well."""
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    try:
        statuses = [worker.wait(30) for worker in workers]
    except subprocess.TimeoutExpired:
        for worker in workers:
            worker.kill()
            worker.wait()
        raise
    if any(statuses):
        raise RuntimeError(f"workers ended with {statuses}")


def _compared(connection: Connection, rows: list[Row], at: Instant, **measured: Any) -> Result:
    good = [row for row in rows if not row.broken]
    due = sum(row.due for row in good if not row.hotel.startswith("fail"))
    done = _count(connection, _DONE, at=at)
    charges, twice = connection.execute(text(_CHARGED)).one()
    return Result(
        hotels=len(rows),
        broken=len(rows) - len(good),
        enqueued=_count(connection, _ENQUEUED, at=at),
        continued=_count(connection, _CONTINUED),
        enqueuing_seconds=float(connection.execute(text(_ENQUEUING), {"at": at}).scalar_one()),
        done=done,
        lost=len(good) - done,
        done_twice=_count(connection, _TWICE),
        due=due,
        charges=int(charges),
        charged_twice=int(twice),
        posted=_count(connection, _POSTED),
        failed=_count(connection, _FAILED),
        **measured,
    )


@contextmanager
def started(url: str, concurrency: int = 4) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker as long as the block does, unless the block ends it."""
    worker = _start(url, concurrency)
    try:
        yield worker
    finally:
        if worker.poll() is None:
            worker.kill()
        worker.wait()
