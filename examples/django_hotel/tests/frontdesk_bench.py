"""The hotel under test: which database it is in, and how the suites enter a booking and look into the books."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from django.core.management import call_command
from django.db import connections, transaction
from django.test.utils import override_settings, setup_test_environment, teardown_test_environment
from frontdesk import autopilot
from frontdesk.models import Answer, Booking, Folio, Mail, Todo
from frontdesk.ports import STATUSES, Bookings, Books, Guarantees, GuestPages, Notes, Outbox

from hotelpay import CardKind, Instant, Reservation, utc_datetime
from hotelpay.adapters.sql.schema import PARTS

STATES = {theirs: ours for ours, theirs in STATUSES.items()}
_Port = TypeVar("_Port")


@contextmanager
def hotel_on(database: dict[str, Any], ledger: str | Path) -> Iterator[None]:
    """Let Django and the ledger work on a database, as the settings would have it, with tables that are empty."""
    _connect(database)
    setup_test_environment()
    try:
        with override_settings(HOTELPAY_LEDGER=ledger):
            call_command("migrate", verbosity=0)
            autopilot.sandbox()
            yield
            autopilot.engine().dispose()
    finally:
        autopilot.engine.cache_clear()
        autopilot.gateway.cache_clear()
        teardown_test_environment()
        connections.close_all()


def _connect(database: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = connections.configure_settings({"default": database})["default"]


def empty() -> None:
    """Leave nothing in the hotel, in the ledger and in the made-up processor's books."""
    with transaction.atomic():
        Booking.objects.all().delete()
        Answer.objects.all().delete()
    with autopilot.engine().begin() as connection:
        for part in ("ledger", "simulated"):
            for table in PARTS[part].sorted_tables:
                connection.execute(table.delete())


class _ForThreads:
    """A port that gives its connection back when a thread of a suite has called it: Django has one a thread."""

    def __init__(self, port: object) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)
        return lambda *given, **named: and_close(lambda: method(*given, **named))


def and_close(act: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever it returns
    """Act, and close the connections of a thread that will not come again."""
    try:
        return act()
    finally:
        if threading.current_thread() is not threading.main_thread():
            connections.close_all()


def _for_threads(port: _Port) -> _Port:
    return cast("_Port", _ForThreads(port))


class FrontDeskBench:
    """Our ports, a way to enter a booking, and a look at what became of it."""

    def __init__(self) -> None:
        self.source = _for_threads(Bookings())
        self.book = _for_threads(Books())
        self.mailer = _for_threads(Outbox())
        self.portal = _for_threads(GuestPages())
        self.desk = _for_threads(Guarantees())
        self.todo_list = _for_threads(Notes())

    def put(self, reservation: Reservation) -> Reservation:
        """Enter a booking under the reservation's id, or replace it."""
        with transaction.atomic():
            _put(reservation)
        found = self.source.reservation(reservation.id)
        assert found is not None
        return found

    def sent(self, reservation: str) -> Sequence[str]:
        return [each.template for each in Mail.objects.filter(booking__number=reservation)]

    def visible(self, reservation: str, folio: str) -> bool:
        return bool(Folio.objects.get(booking__number=reservation, number=folio).in_portal)

    def notes(self, reservation: str) -> Sequence[tuple[str, str | None]]:
        return [(each.text, each.channel or None) for each in Todo.objects.filter(booking__number=reservation)]


def _put(reservation: Reservation) -> None:
    values = {
        "guest": f"Guest of {reservation.id}",
        "status": STATES[reservation.status],
        "booked_at": utc_datetime(reservation.created_at),
        "arrival": reservation.arrival,
        "departure": reservation.departure,
        "arrived_at": _moment(reservation.checked_in_at),
        "left_at": _moment(reservation.checked_out_at),
        "cancelled_at": _moment(reservation.cancelled_at),
        "rate": reservation.guarantee_policy or "",
        "guarantee": reservation.guarantee_status.value if reservation.guarantee_status else "",
        "online": reservation.ota,
        "agency": reservation.agent or "",
        "company": reservation.company or "",
    }
    booking, _ = Booking.objects.update_or_create(number=reservation.id, defaults=values)
    for before in (booking.cards, booking.folios, booking.blocks):
        before.all().delete()
    for card in reservation.cards:
        booking.cards.create(token=card.id, label=card.id, virtual=card.kind is CardKind.OTA)
    for bill in reservation.folios:
        folio = booking.folios.create(
            number=bill.id,
            opened_at=utc_datetime(bill.opened_at),
            currency=bill.currency.code,
            closed_with="invoice" if bill.closed else "",
        )
        for charge in bill.charges:
            folio.charges.create(group=charge.revenue_group, minor=charge.amount.minor)
        for payment in bill.payments:
            folio.payments.create(
                minor=payment.amount.minor,
                method=payment.payment_type or "",
                reference=payment.reference,
                paid_at=_moment(payment.paid_at),
                comment=payment.comment or "",
            )
    for held in reservation.preauthorizations:
        booking.blocks.create(
            name=held.id,
            card=held.card,
            folio=held.folio,
            minor=held.amount.minor,
            currency=held.amount.currency.code,
            reference=held.reference,
            ends_at=_moment(held.expires_at),
            state=held.state.value,
        )


def _moment(value: Instant | None) -> datetime | None:
    return None if value is None else utc_datetime(value)
