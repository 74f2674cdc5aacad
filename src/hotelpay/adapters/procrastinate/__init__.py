"""An engine: workers on PostgreSQL that serve a chain of hotels every quarter of an hour (extra ``procrastinate``)."""

from __future__ import annotations

from hotelpay.errors import MissingExtra

try:
    import procrastinate as _procrastinate
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without it
    raise MissingExtra("hotelpay.adapters.procrastinate", "procrastinate") from _missing

from hotelpay.adapters.procrastinate.tasks import Timing, tasks_of
from hotelpay.adapters.procrastinate.told import Told, log
from hotelpay.adapters.procrastinate.worker import app_of, prepare, run_worker

del _procrastinate

__all__ = ["Timing", "Told", "app_of", "log", "prepare", "run_worker", "tasks_of"]
