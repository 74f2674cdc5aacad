"""The demo's cycle that dies in the middle: on a store for a moment, with a made-up processor, on the hotel's clock."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from hotelpay.adapters.sql import SqlGateway, SqlStore, open_store
from hotelpay.adapters.sql.books import books_of
from hotelpay.autopilot.cycle import run_cycle
from hotelpay.autopilot.cycle_report import CycleReport
from hotelpay.cli import made_up_hotel
from hotelpay.cli.made_up_story import Story
from hotelpay.documents.reports import cycle_document, recovery_document
from hotelpay.money import Money
from hotelpay.ports import Ports
from hotelpay.recovery import Recovery, recover
from hotelpay.testing.clock import SetClock
from hotelpay.testing.crashes import Death, Died, Life, Side

#: The charge after which the process dies: the money is taken, and nobody has written that down.
FATAL_CHARGE: Final = 3
#: How much later the next process comes by, in seconds: the dead one's leases are over by then.
LATER: Final = 600


@attrs.frozen(kw_only=True)
class Moment:
    """What processor and folios say at one moment: how many charges and payments, and their sums."""

    name: str
    charges: int
    taken: Money
    payments: int
    posted: Money

    @property
    def difference(self) -> Money:
        """What was taken and does not stand on a folio."""
        return self.taken - self.posted


@attrs.frozen(kw_only=True)
class Crash:
    """The cycle that died, what settled its last charge, and how it ended; ``once``: no run was charged twice."""

    moments: tuple[Moment, ...]
    recovery: Recovery
    report: CycleReport
    once: bool


def made_up_crash(story: Story) -> Crash:
    """Run the hotel's first cycle with a process that dies, and let the next one go on."""
    clock = SetClock(made_up_hotel.NOW)
    with _store(story, clock) as store:
        gateway = SqlGateway(store.engine, story.setup.hotel, clock=clock)
        _run_and_die(story, store.ports(gateway=gateway))
        moments = [_moment("when it had died", story, store)]
        clock.advance(LATER)
        ports = attrs.evolve(store, ledger=attrs.evolve(store.ledger, worker="the next")).ports(gateway=gateway)
        recovery = recover(ports, clock.now)
        moments.append(_moment("after the recovery", story, store))
        report = run_cycle(story.setup, ports, made_up_hotel.NOW)
        moments.append(_moment("after the whole cycle", story, store))
        once = _charged(store) == _claimed(report)
    return Crash(moments=tuple(moments), recovery=recovery, report=report, once=once)


@contextmanager
def _store(story: Story, clock: SetClock) -> Iterator[SqlStore]:
    """Open a store with the hotel's reservations, which is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="hotelpay-") as folder,
        open_store(Path(folder) / "hotel.db", story.setup.hotel, "the first", clock=clock) as store,
    ):
        store.hotel.import_reservations(story.reservations)
        yield store


def _run_and_die(story: Story, ports: Ports) -> None:
    """Run the cycle in a process that dies between a charge and its record."""
    life = Life()

    def die_after_a_charge(number: int, name: str) -> None:
        if name == "gateway.charge" and life.calls.count(name) == FATAL_CHARGE:
            life.death = Death(number, Side.AFTER)

    life.at_call = die_after_a_charge
    try:
        run_cycle(story.setup, life.ports(ports), made_up_hotel.NOW)
    except Died:
        return


def _moment(name: str, story: Story, store: SqlStore) -> Moment:
    books, currency = books_of(store), story.setup.currency
    cards = next(each for each in books.cards if each.taken.currency == currency)
    payments = sum(each.postings for each in books.report.posted if each.amount.currency == currency)
    return Moment(name=name, charges=len(_charged(store)), taken=cards.taken, payments=payments, posted=cards.posted)


def _charged(store: SqlStore) -> list[str]:
    """Return the keys of all charges that the processor has carried out."""
    return sorted(SqlGateway(store.engine, store.hotel.hotel).keys_of("charge"))


def _claimed(report: CycleReport) -> list[str]:
    """Return the keys under which the runs of a cycle were to be charged, one each."""
    settlements = [each.settlement for each in report.runs if each.settlement is not None]
    return sorted(each.intent.identity.call("charge").key for each in settlements if each.intent.opening == "charge")


def crash_document(crash: Crash) -> dict[str, Any]:
    """Return the crash and its healing for programs."""
    report = crash.report
    return {
        "charged_once": crash.once,
        "moments": [
            {
                "moment": each.name,
                "charges": each.charges,
                "taken": each.taken.text,
                "payments": each.payments,
                "posted": each.posted.text,
                "difference": each.difference.text,
                "currency": each.taken.currency.code,
            }
            for each in crash.moments
        ],
        "recovery": recovery_document(crash.recovery, report.cycle_at),
        "report": cycle_document(report),
    }
