"""Where hotelpay is plugged in: its setup, its ledger, the payment gateway, and our ports together."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string
from sqlalchemy import Engine

from frontdesk.ports import Bookings, Books, Guarantees, GuestPages, Notes, Outbox
from hotelpay import Ports, Setup
from hotelpay.adapters.sql import SqlGateway, SqlLedger, connect, create_tables
from hotelpay.documents import load_setup
from hotelpay.ports import PaymentGateway


@cache
def setup() -> Setup:
    """Return the autopilot's setup as it was when this process started."""
    return load_setup(settings.HOTELPAY_SETUP)


@cache
def engine() -> Engine:
    """Return the ledger's own connections, to tables that are there."""
    made = connect(settings.HOTELPAY_LEDGER)
    create_tables(made)
    return made


@cache
def gateway() -> PaymentGateway:
    """Return the payment processor that the settings name."""
    made: PaymentGateway = import_string(settings.HOTELPAY_GATEWAY)()
    return made


def sandbox() -> SqlGateway:
    """Return a processor that is made up: it declines one card in ten, and moves no money."""
    create_tables(engine(), ["simulated"])
    return SqlGateway(engine(), setup().hotel, declines=10)


def ports(worker: str) -> Ports:
    """Return the outside of this hotel as a process of this name sees it."""
    return Ports(
        ledger=SqlLedger(engine(), setup().hotel, worker),
        source=Bookings(),
        book=Books(),
        gateway=gateway(),
        mailer=Outbox(),
        portal=GuestPages(),
        guarantee_desk=Guarantees(),
        todos=Notes(),
    )
