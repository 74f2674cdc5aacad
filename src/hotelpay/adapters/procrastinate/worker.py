"""Making the app, preparing the database, and running a worker until it is asked to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from typing import Any, Final

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.schema import SchemaManager
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url

from hotelpay.adapters.procrastinate.tasks import CYCLE, QUEUE, RECOVERY, STOPPING, Timing, tasks_of
from hotelpay.adapters.procrastinate.told import Told, log
from hotelpay.chain import Chain
from hotelpay.errors import InvalidValue
from hotelpay.moments import CYCLE_SECONDS

NAMESPACE: Final = "hotelpay"
#: One key for all: PostgreSQL lets one process at a time through.
_LOCK: Final = "SELECT pg_advisory_xact_lock(7305808869232150356)"
_KNOWN: Final = "SELECT to_regclass('procrastinate_jobs') IS NOT NULL"
#: Fetching a job looks for others of its hotel. procrastinate's own index has the lock second: with 50,000 jobs
#: waiting that is most of what fetching costs.
_BY_LOCK: Final = (
    "CREATE INDEX IF NOT EXISTS hotelpay_jobs_by_lock ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing')"
)
#: Connections for the queue itself, however many jobs run.
_FEWEST, _MOST = 1, 4


def app_of(chain: Chain, database: str | URL, *, timing: Timing | None = None, told: Told = log) -> App:
    """Return a procrastinate app that serves a chain; ``database`` is the URL of a PostgreSQL, which holds the queue.

    The arguments are those of :func:`tasks_of`. :func:`prepare` makes the tables, :func:`run_worker` runs it.
    """
    connector = PsycopgConnector(
        conninfo=_conninfo(database), min_size=_FEWEST, max_size=_MOST, configure=_one_statement_at_a_time
    )
    # After an outage the quarter hour that it ended in is made up for, and no earlier one: windows catch up.
    app = App(connector=connector, periodic_defaults={"max_delay": CYCLE_SECONDS})
    app.add_tasks_from(tasks_of(chain, timing=timing, told=told), namespace=NAMESPACE)
    return app


def prepare(database: str | URL) -> None:
    """Create the queue's tables where they are missing; safe to repeat, also by several processes at once.

    Tables that are there already are left to procrastinate's own migrations.
    """
    with psycopg.connect(_conninfo(database)) as connection:
        connection.execute(_LOCK)
        known = connection.execute(_KNOWN).fetchone()
        if known != (True,):
            connection.execute(sql.SQL(SchemaManager.get_schema()))
        connection.execute(_BY_LOCK)


def run_worker(
    app: App, *, concurrency: int = 8, grace_seconds: float = 30, heartbeat_seconds: float = 10, poll_seconds: float = 1
) -> bool:
    """Run a worker in this thread until SIGTERM or SIGINT; False where it ended by itself, since its database was lost.

    It serves ``concurrency`` hotels at a time, each in a thread. When it is to stop, cycles end between two rows and go
    on elsewhere. What is still at a call after ``grace_seconds`` is left behind, and is recovered like what a killed
    worker leaves.
    """
    options: dict[str, Any] = {
        "queues": [QUEUE],
        "concurrency": concurrency,
        "shutdown_graceful_timeout": grace_seconds,
        "update_heartbeat_interval": heartbeat_seconds,
        "fetch_job_polling_interval": poll_seconds,
        # A cycle is due every quarter of an hour: nobody has to be woken for it.
        "listen_notify": False,
        # The ledger knows what was done. A queue that only holds what is to be done stays quick.
        "delete_jobs": "successful",
        "install_signal_handlers": False,
    }
    logging.getLogger("procrastinate.worker").addFilter(_is_news)
    return asyncio.run(_run(app, options))


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a line says more than what is told of a hotel already, and there without a trace."""
    job = getattr(record, "job", None)
    return not (
        isinstance(job, dict)
        and job.get("task_name") in (CYCLE, RECOVERY)
        and getattr(record, "action", "") in ("job_error", "job_error_retry")
    )


async def _run(app: App, options: dict[str, Any]) -> bool:
    stopping = threading.Event()
    async with app.open_async():
        worker = asyncio.create_task(app.run_worker_async(**options, additional_context={STOPPING: stopping.is_set}))

        def stop() -> None:
            stopping.set()
            worker.cancel()
            on_signal(stopping.is_set)  # who is impatient makes nothing quicker

        def on_signal(deed: Callable[[], object]) -> None:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, deed)

        loop = asyncio.get_running_loop()
        on_signal(stop)
        await asyncio.wait([worker])
        if not worker.cancelled():
            worker.result()  # raises what ended it
        return stopping.is_set()


def _conninfo(database: str | URL) -> str:
    """Return a URL as libpq reads it: the parts of SQLAlchemy's, with whatever options it names."""
    url = make_url(database)
    if url.get_backend_name() != "postgresql":
        raise InvalidValue("database", url.get_backend_name(), "postgresql: the queue needs it", code="unknown_choice")
    parts = url.translate_connect_args(username="user", database="dbname")
    return make_conninfo(**parts, **{name: value for name, value in url.query.items() if isinstance(value, str)})


async def _one_statement_at_a_time(connection: psycopg.AsyncConnection[Any]) -> None:
    """Let each statement be its own transaction: procrastinate never makes two."""
    await connection.set_autocommit(True)
