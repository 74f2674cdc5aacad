"""Without any extra: decide, preview, foresee, review, quote, and carry out a cycle on ports in memory."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta

import attrs

from hotelpay import (
    CycleState,
    ObservedLedger,
    Points,
    Ports,
    Run,
    Severity,
    decide,
    forecast,
    preview,
    quote_folio,
    recover,
    review,
    run_cycle,
)
from hotelpay.adapters.logs import JsonLines, LogObserver
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.stories import START, guest, setup_of, task

setup, arriving = setup_of(task()), guest()
run = decide(setup.task("on-arrival"), arriving, at=START, rules=setup.rules)
assert isinstance(run, Run)
assert run.amount is not None
assert str(run.amount.total) == "1800.00 EUR"
assert preview(setup.tasks, [arriving], at=START, rules=setup.rules).runs == (run,)
assert len(list(forecast(setup.tasks, [arriving], start=START, end=START + timedelta(days=1), rules=setup.rules))) == 1
assert all(finding.severity is Severity.WARNING for finding in review(setup))
quote = quote_folio(setup.bonus, setup.bonus.payment_type("kontur"), arriving.folios[0], Points.of("450", "BONUS"))
assert str(quote.amount) == "450.00 EUR"

lines = logging.StreamHandler(sys.stderr)
lines.setFormatter(JsonLines())
logging.getLogger("hotelpay").addHandler(lines)
logging.getLogger("hotelpay").setLevel(logging.ERROR)
hotel = MemoryBench.at(START)
hotel.put(arriving)
ports: Ports = attrs.evolve(hotel.ports(), ledger=ObservedLedger(hotel.ledger.of_worker("worker-1"), [LogObserver()]))
assert run_cycle(setup, ports, START).state is CycleState.COMPLETED
assert run_cycle(setup, ports, START).state is CycleState.ALREADY_RUN
assert not recover(ports, START).visited
assert [str(moved.amount) for moved in hotel.gateway.moved("charge")] == ["1800.00 EUR"]

sys.stdout.write("decides, previews, foresees, reviews, quotes, and charges once\n")
