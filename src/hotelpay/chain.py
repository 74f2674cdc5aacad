"""A chain: many hotels that one set of workers serves, and the calls with which whatever starts cycles serves them.

An engine (the extra ``procrastinate`` brings one), a Celery task or a line of cron calls :func:`serve_cycle` for each
hotel every quarter of an hour, and :func:`serve_recovery` in between. However often that is, and from wherever, the
ledger of the hotel guards that its work is done once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from hotelpay.autopilot.cycle import AutopilotSettings, run_cycle
from hotelpay.autopilot.cycle_report import CycleReport
from hotelpay.moments import Instant
from hotelpay.ports import Ports
from hotelpay.recovery import Recovery, Stopping, recover


class Chain(Protocol):
    """The hotels that a worker serves; each has its own setup, zone, currency and ports.

    Its methods are called from several threads at once. What they raise for a hotel is that hotel's own trouble.
    """

    def hotels(self) -> Iterable[str]:
        """Return the ids of the hotels whose cycles are to run, each once, in any order.

        A paused hotel may be left out: its cycle would only recover (D34).
        """
        ...

    def unsettled(self) -> Iterable[str]:
        """Return the hotels that have something unfinished which no worker is at; more than those do no harm."""
        ...

    def setup(self, hotel: str) -> AutopilotSettings:
        """Return a hotel's setup as it is now, such as a :class:`~hotelpay.Setup`."""
        ...

    def ports(self, hotel: str) -> Ports:
        """Return a hotel's ports; the caller uses them in one thread, and keeps them no longer than for one call."""
        ...


def serve_cycle(chain: Chain, hotel: str, at: datetime | Instant, *, stopping: Stopping | None = None) -> CycleReport:
    """Carry out one hotel's cycle (:func:`~hotelpay.run_cycle`).

    Call it again with the same ``at`` where the report's state is ``stopped``, ``in_progress`` or ``lost``, or where it
    raised. Any other state is the end of this cycle.
    """
    return run_cycle(chain.setup(hotel), chain.ports(hotel), at, stopping=stopping)


def serve_recovery(chain: Chain, hotel: str, at: datetime | Instant, *, stopping: Stopping | None = None) -> Recovery:
    """Settle what one hotel has unfinished (:func:`~hotelpay.recover`); its setup is not needed for that."""
    return recover(chain.ports(hotel), at, stopping=stopping)
