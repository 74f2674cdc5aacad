"""Whole stories on a database: cycles with a processor that has bad days, and deaths at every call."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, Self
from zoneinfo import ZoneInfo

import attrs
import pytest
from sqlalchemy import URL

from hotelpay.actions import CreateTodo, SendEmail
from hotelpay.adapters.sql import SqlGateway, SqlLedger, SqlStore, connections, open_store, read_report
from hotelpay.autopilot.amounts import FolioBalance
from hotelpay.autopilot.cycle import run_cycle
from hotelpay.autopilot.cycle_report import CycleState
from hotelpay.autopilot.task import Operation, Task
from hotelpay.autopilot.window import Mode
from hotelpay.folio import Charge, Folio
from hotelpay.hotel import Setup
from hotelpay.moments import Instant, instant
from hotelpay.money import Currency, Money
from hotelpay.ports import Ports
from hotelpay.recovery import recover
from hotelpay.reservation import Card, CardKind, Reservation, ReservationStatus
from hotelpay.settlement.stepper import Promises
from hotelpay.testing.clock import SetClock
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.memory_gateway import GOOD_PROMISES, Faults, MemoryGateway, MemoryLoyalty, no_faults
from hotelpay.testing.stories import Case, cases

HOTEL: Final = "default"
EUR: Final = Currency.of("EUR")
START: Final = datetime(2024, 7, 10, 9, 0, tzinfo=UTC)
CASES: Final = {case.name: case for case in cases()}


# A hotel's day.


def _setup() -> Setup:
    charging = Task(
        id="arrival",
        active=True,
        mode=Mode.AFTER_CREATION,
        operation=Operation.PAYMENT,
        amount=FolioBalance(),
        on_success=[SendEmail("thanks")],
        on_failure=[CreateTodo("Ask for another card", "Payments")],
    )
    return Setup(hotel=HOTEL, timezone=ZoneInfo("Europe/Sofia"), currency=EUR, tasks=[charging])


def _guest(number: int) -> Reservation:
    booked = START - timedelta(hours=1)
    charges = [Charge("rooms", Money(10_000 + 37 * number, EUR))]
    return Reservation(
        id=f"R{number:03}",
        status=ReservationStatus.EXPECTED,
        created_at=booked,
        arrival=date(2024, 7, 20),
        departure=date(2024, 7, 22),
        cards=[Card(f"tok_{number}", CardKind.GUEST)] if number % 10 else [],
        folios=[Folio(id="F1", opened_at=booked, currency=EUR, charges=charges)],
    )


def test_after_a_bad_day_charges_and_postings_agree_to_the_cent(database: URL) -> None:
    """Declines, lost answers and an unreachable processor: what was taken is what stands on the folios."""
    clock = SetClock(START)
    with open_store(database, HOTEL, "night", clock=clock) as store:
        store.hotel.import_reservations(map(_guest, range(60)))
        gateway = SqlGateway(store.engine, HOTEL, declines=15, lost_replies=20, unreachable=20, clock=clock)
        ports = store.ports(gateway=gateway)
        report = run_cycle(_setup(), ports, clock.now)
        assert (report.state, len(report.runs)) == (CycleState.COMPLETED, 60)
        assert read_report(store.engine, HOTEL).unfinished
        for _ in range(3):
            clock.advance(900)
            recover(ports, clock.now)
        found = read_report(store.engine, HOTEL)
        assert (found.unfinished, found.differences, found.needs_person) == ((), (), ())
        assert found.agrees
        assert {money.currency: money for money in found.charged} == gateway.taken()
        assert sum(group.settlements for group in found.groups) == 60
        assert {group.outcome for group in found.groups} == {"approved", "declined"}
        assert len(store.hotel.mails()) == found.posted[0].postings
        assert len(store.hotel.todos()) == 60 - found.posted[0].postings
        assert run_cycle(_setup(), ports, report.cycle_at).state is CycleState.ALREADY_RUN


def test_what_is_not_posted_makes_a_difference(database: URL) -> None:
    """A folio closed between charge and posting: the money is listed, for a person, and the sums differ by it."""
    clock = SetClock(START)
    with open_store(database, HOTEL, "night", clock=clock) as store:
        store.hotel.import_reservations([_guest(1)])
        gateway = SqlGateway(store.engine, HOTEL, unreachable=100, clock=clock)
        run_cycle(_setup(), store.ports(gateway=gateway), clock.now)
        (waiting,) = read_report(store.engine, HOTEL).unfinished
        assert (waiting.reservation, waiting.approved) == ("R001", None)
        bill = _guest(1).folios[0]
        store.hotel.import_reservations([attrs.evolve(_guest(1), folios=[attrs.evolve(bill, closed=True)])])
        clock.advance(900)
        recover(store.ports(gateway=gateway), clock.now)
        found = read_report(store.engine, HOTEL)
        assert not found.agrees
        assert found.posted == ()
        (missing,) = found.differences
        assert (missing.settlement.approved, missing.posted) == (Money(10_037, EUR), None)
        assert [(each.key, each.code) for each in found.needs_person] == [(waiting.key, "posting_refused")]


def test_an_empty_hotel_agrees(database: URL) -> None:
    with open_store(database, HOTEL, "night") as store:
        found = read_report(store.engine, HOTEL)
        assert (found.groups, found.charged, found.posted, found.agrees) == ((), (), (), True)


def test_an_erasure_reaches_ledger_and_hotel(database: URL) -> None:
    clock = SetClock(START)
    with open_store(database, HOTEL, "night", clock=clock) as store:
        store.hotel.import_reservations([attrs.evolve(_guest(1), extra={"name": "Anna Petrova"})])
        run_cycle(_setup(), store.ports(gateway=SqlGateway(store.engine, HOTEL, clock=clock)), clock.now)
        assert store.erase("R001") == 1
        found = store.hotel.reservation("R001")
        assert found is not None
        assert found.extra is None
        assert read_report(store.engine, HOTEL).agrees


# Deaths.


@attrs.define
class SqlBench:
    """A hotel in a database, with the other side in memory."""

    store: SqlStore
    clock: SetClock
    gateway: MemoryGateway
    loyalty: MemoryLoyalty

    @property
    def now(self) -> Instant:
        """Ledger time and hotel time."""
        return self.clock.now

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.advance(seconds)

    def put(self, reservation: Reservation) -> None:
        """Enter a reservation."""
        self.store.hotel.import_reservations([reservation])

    def ports(self, worker: str) -> Ports:
        """Return the ports of a process of this name."""
        ports = self.store.ports(gateway=self.gateway, loyalty=self.loyalty)
        return attrs.evolve(ports, ledger=SqlLedger(self.store.engine, HOTEL, worker, clock=self.clock))


@attrs.define
class Benches:
    """Makes hotels, each in a file of its own."""

    folder: Path
    numbers: itertools.count[int] = attrs.field(factory=itertools.count)
    last: SqlBench | None = None

    def __call__(
        self,
        start: datetime | Instant,
        *,
        promises: Promises = GOOD_PROMISES,
        gateway_faults: Faults = no_faults,
        loyalty_faults: Faults = no_faults,
    ) -> SqlBench:
        """Return an empty hotel at an instant."""
        self.close()
        clock = SetClock(instant(start))
        store = open_store(self.folder / f"{next(self.numbers)}.db", HOTEL, "first", clock=clock)
        gateway, loyalty = (
            MemoryGateway(clock, promises, gateway_faults),
            MemoryLoyalty(clock, promises, loyalty_faults),
        )
        self.last = SqlBench(store, clock, gateway, loyalty)
        return self.last

    def close(self) -> Self:
        """Close the last hotel: one is open at a time."""
        if self.last is not None:
            self.last.store.close()
        return self


@pytest.mark.parametrize("name", ["payment", "redemption, posting refused", "capture", "reversal in part"])
def test_a_death_at_any_call_breaks_no_promise(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign of the hotel in memory, on SQLite; a process dies here and no machine, so the disk may wait."""
    monkeypatch.setattr(connections, "_PRAGMAS", ("busy_timeout = 30000", "synchronous = OFF"))
    case: Case = CASES[name]
    benches = Benches(tmp_path)
    try:
        campaign = crash_everywhere(lambda: case.bench(benches), case.story, delays=(600,))
    finally:
        benches.close()
    assert campaign.runs > 10
    assert campaign.broken == ()
