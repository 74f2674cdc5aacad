"""The extra ``sql``: a cycle on SQLite, the same once more, a second process, and a report whose books agree."""

from __future__ import annotations

import sys

from hotelpay import CycleState, run_cycle
from hotelpay.adapters.sql import SqlGateway, open_store, read_report
from hotelpay.testing.stories import START, guest, setup_of, task

setup = setup_of(task())
states = []
for worker in ("worker-1", "worker-2"):
    with open_store("hotel.db", "default", worker, clock=lambda: int(START.timestamp())) as store:
        if worker == "worker-1":
            store.hotel.import_reservations([guest()])
        states.append(run_cycle(setup, store.ports(gateway=SqlGateway(store.engine, "default")), START).state)
        report = read_report(store.engine, "default")
assert states == [CycleState.COMPLETED, CycleState.ALREADY_RUN], states
assert [(group.outcome, str(group.approved)) for group in report.groups] == [("approved", "1800.00 EUR")]
assert not report.differences

sys.stdout.write("charges once on SQLite, and the books agree\n")
