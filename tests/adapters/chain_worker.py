"""A worker of a chain in which some hotels have a slow gateway and some a failing one: killed at any moment.

Arguments: the database, how many hotels at a time, and the seconds of a lease.
"""

from __future__ import annotations

import logging
import signal
import sys
import time

import attrs

from hotelpay import Money
from hotelpay.adapters.procrastinate import Timing, app_of, run_worker
from hotelpay.adapters.sql import SqlChain, SqlGateway, open_chain
from hotelpay.ports import PaymentGateway
from hotelpay.settlement.outcome import MoneyOutcome

#: How long a slow processor takes for one charge.
SLOW_SECONDS = 0.8
BUDGET_SECONDS = 1.0
HEARTBEAT_SECONDS = 0.3
STALLED_SECONDS = 2.0


@attrs.frozen(eq=False)
class SlowGateway(SqlGateway):
    """A processor that takes its time."""

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        time.sleep(SLOW_SECONDS)
        return super().charge(key, card, amount)


@attrs.frozen(eq=False)
class FailingGateway(SqlGateway):
    """A processor that is broken."""

    def charge(self, *_call: object) -> MoneyOutcome:
        raise ConnectionError("the processor is on fire")


def gateway_of(chain: SqlChain, hotel: str) -> PaymentGateway:
    kinds = {"slow": SlowGateway, "fail": FailingGateway}
    return kinds.get(hotel[:4], SqlGateway)(chain.engine, hotel)


def chain_of(url: str, worker: str, *, threads: int, lease_seconds: int) -> SqlChain:
    chain = open_chain(url, worker, threads=threads, lease_seconds=lease_seconds)
    return attrs.evolve(chain, gateway=lambda hotel: gateway_of(chain, hotel))


def main(url: str, concurrency: int, lease_seconds: int) -> None:
    """Work until SIGTERM."""
    timing = Timing(
        budget_seconds=BUDGET_SECONDS,
        stalled_seconds=STALLED_SECONDS,
        stalled="* * * * * *",
        recoveries="* * * * * */2",
        left_alone_seconds=1,
    )
    logging.basicConfig(level=logging.CRITICAL)  # what is broken here is meant to be
    with chain_of(url, "chain-worker", threads=concurrency, lease_seconds=lease_seconds) as chain:
        app = app_of(chain, url, timing=timing)
        asked = run_worker(
            app, concurrency=concurrency, grace_seconds=10, heartbeat_seconds=HEARTBEAT_SECONDS, poll_seconds=0.2
        )
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it is leaving already
    sys.exit(0 if asked else 1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
