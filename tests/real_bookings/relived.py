"""The past lived once more: every cycle of a time carried out on the reservations as they stood, in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

import attrs

from deeds import Deeds
from hotelpay import (
    CycleState,
    Instant,
    Pair,
    Reservation,
    ReservationStatus,
    Setup,
    UndatedPayments,
    as_of,
    run_cycle,
)
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.moments import CYCLE_SECONDS, hours_later, instant, next_cycle, utc_text
from hotelpay.testing.bench import MemoryBench

#: A row of ``runs`` as the command writes it.
Row: TypeAlias = dict[str, str | None]


@attrs.define
class Relived:
    """A hotel in memory on whose clock the past goes by, with a real cycle every quarter of an hour.

    Before each cycle every reservation on which something happened is entered as it stood then, with what earlier
    cycles did to it on top.
    """

    setup: Setup
    rows: list[Reservation]
    undated_payments: UndatedPayments
    bench: MemoryBench
    deeds: Deeds = attrs.field(factory=Deeds)

    @classmethod
    def of(
        cls,
        setup: Setup,
        rows: Iterable[Reservation],
        start: datetime | Instant,
        undated_payments: UndatedPayments,
        processed: Iterable[Pair] = (),
    ) -> Relived:
        bench = MemoryBench.at(next_cycle(start))
        bench.ports().ledger.import_processed(processed)
        return cls(setup, list(rows), undated_payments, bench)

    def until(self, end: datetime | Instant) -> Iterator[Row]:
        """Run every cycle before ``end``, and yield what they claimed."""
        happening: defaultdict[Instant, dict[str, Reservation]] = defaultdict(dict)
        for row in self.rows:
            for each in (self.bench.now, *_instants(row)):
                happening[next_cycle(each)][row.id] = row
        while self.bench.now < instant(end):
            yield from self.cycle(happening[self.bench.now].values())
            self.bench.advance(CYCLE_SECONDS)

    def cycle(self, happening: Iterable[Reservation]) -> Iterator[Row]:
        hotel, now = self.bench.hotel, self.bench.now
        for row in happening:
            then = as_of(row, now, zone=self.setup.timezone, undated_payments=self.undated_payments)
            if then is not None:
                hotel.put(self.deeds.on(then))
        before = dict(hotel.reservations)
        report = run_cycle(self.setup, self.bench.ports(), now)
        assert report.state is CycleState.COMPLETED
        for name, row in hotel.reservations.items():
            if row is not before[name]:
                self.deeds.remember(before[name], row)
        for each in report.runs:
            if each.settlement is not None:
                intent, ending = each.settlement.intent, each.settlement.ending
                assert isinstance(intent, RunIntent)
                assert ending is not None
                yield {
                    "at": utc_text(report.cycle_at),
                    "task": intent.task.id,
                    "reservation": intent.reservation,
                    "operation": intent.task.operation.value,
                    "result": ending.outcome.value,
                    "reason": ending.reason,
                    "amount": None if intent.amount is None else intent.amount.text,
                    "currency": None if intent.amount is None else intent.amount.currency.code,
                }


def _instants(row: Reservation) -> Iterator[Instant]:
    """Yield every instant in a reservation, and those in which a no-show without one may have become one."""
    for each in (row.created_at, row.checked_in_at, row.checked_out_at, row.cancelled_at, row.no_show_at):
        if each is not None:
            yield each
    for folio in row.folios:
        yield folio.opened_at
        yield from (payment.paid_at for payment in folio.payments if payment.paid_at is not None)
    if row.status is ReservationStatus.NO_SHOW and row.no_show_at is None:
        noon = instant(datetime.fromisoformat(f"{row.arrival}T12:00:00+00:00"))
        yield from (hours_later(noon, hours) for hours in range(-12, 36))
