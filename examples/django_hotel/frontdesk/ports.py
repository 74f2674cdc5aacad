"""hotelpay's ports on our tables: bookings as it reads them, and everything that it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import Q

import hotelpay as hp
from frontdesk.models import Answer, Block, Booking, Folio
from hotelpay.ports import AnchorSpan, CandidateQuery

Answered: TypeAlias = hp.Done | hp.Refused

STATUSES = {
    Booking.Status.RESERVED: hp.ReservationStatus.EXPECTED,
    Booking.Status.IN_HOUSE: hp.ReservationStatus.CHECKED_IN,
    Booking.Status.DEPARTED: hp.ReservationStatus.CHECKED_OUT,
    Booking.Status.CANCELLED: hp.ReservationStatus.CANCELLED,
    Booking.Status.NO_SHOW: hp.ReservationStatus.NO_SHOW,
}
COLUMNS = {
    "created_at": "booked_at",
    "arrival": "arrival",
    "departure": "departure",
    "checked_in_at": "arrived_at",
    "checked_out_at": "left_at",
    "cancelled_at": "cancelled_at",
}


# Our rows in hotelpay's words.


def reservation_of(booking: Booking) -> hp.Reservation:
    return hp.Reservation(
        id=booking.number,
        status=STATUSES[Booking.Status(booking.status)],
        created_at=booking.booked_at,
        arrival=booking.arrival,
        departure=booking.departure,
        checked_in_at=booking.arrived_at,
        checked_out_at=booking.left_at,
        cancelled_at=booking.cancelled_at,
        guarantee_policy=booking.rate or None,
        guarantee_status=hp.GuaranteeStatus(booking.guarantee) if booking.guarantee else None,
        ota=booking.online,
        agent=booking.agency or None,
        company=booking.company or None,
        cards=[
            hp.Card(each.token, hp.CardKind.OTA if each.virtual else hp.CardKind.GUEST) for each in booking.cards.all()
        ],
        folios=[bill_of(each) for each in booking.folios.all()],
        preauthorizations=[preauthorization_of(each) for each in booking.blocks.all()],
    )


def bill_of(folio: Folio) -> hp.Folio:
    currency = hp.Currency.of(folio.currency)
    return hp.Folio(
        id=folio.number,
        opened_at=folio.opened_at,
        currency=currency,
        closed=bool(folio.closed_with),
        charges=[hp.Charge(each.group, hp.Money(each.minor, currency)) for each in folio.charges.all()],
        payments=[
            hp.Payment(
                amount=hp.Money(each.minor, currency),
                payment_type=each.method or None,
                reference=each.reference,
                paid_at=each.paid_at,
                comment=each.comment or None,
            )
            for each in folio.payments.all()
        ],
    )


def preauthorization_of(block: Block) -> hp.PreAuthorization:
    return hp.PreAuthorization(
        id=block.name,
        card=block.card,
        folio=block.folio,
        amount=hp.Money(block.minor, hp.Currency.of(block.currency)),
        reference=block.reference,
        expires_at=block.ends_at,
        state=hp.PreAuthorizationState(block.state),
    )


def _moment(value: hp.Instant | None) -> datetime | None:
    return None if value is None else hp.utc_datetime(value)


# Reading.


class Bookings:
    """The reservation source."""

    def candidates(self, query: CandidateQuery) -> list[hp.Reservation]:
        wanted = Q(pk__in=[])  # nothing, until a span is added
        for span in query.spans:
            wanted |= _in(span)
        return _read(wanted)

    def holding(self, left_until: hp.Instant) -> list[hp.Reservation]:
        held = Block.objects.filter(state=hp.PreAuthorizationState.HELD.value).values("booking")
        return _read(Q(status=Booking.Status.DEPARTED, left_at__lte=hp.utc_datetime(left_until), pk__in=held))

    def reservation(self, reservation: str) -> hp.Reservation | None:
        return next(iter(_read(Q(number=reservation))), None)


def _in(span: AnchorSpan) -> Q:
    """Return a span as a range query on an indexed column; what its filters leave out is in it, which does no harm."""
    first, last = span.first, span.last
    if isinstance(first, int):
        # A fraction of a second counts as the second after it, so the span begins within the second before.
        first = hp.utc_datetime(first) - timedelta(seconds=1)
    if isinstance(last, int):
        last = hp.utc_datetime(last)
    statuses = [ours for ours, theirs in STATUSES.items() if theirs in span.statuses]
    return Q(**{f"{COLUMNS[span.field]}__range": (first, last)}, status__in=statuses)


def _read(wanted: Q) -> list[hp.Reservation]:
    rows = Booking.objects.filter(wanted).prefetch_related("cards", "folios__charges", "folios__payments", "blocks")
    with one_moment():
        return [reservation_of(each) for each in rows]


@contextmanager
def one_moment() -> Iterator[None]:
    """Let several queries see one state: charges of one moment and payments of the next are a wrong balance."""
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":  # of SQLite every transaction is like that
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


# Writing.


def _once(key: str, number: str, act: Callable[[Booking], str]) -> Answered:
    """Act and keep the answer, both or neither; a repeat of the key hears the answer and does nothing.

    ``act`` returns why it refuses, or nothing. The lock on the booking lets one call at a time through (SQLite has no
    such lock and needs none: its transactions are IMMEDIATE). *Durable*: what hotelpay is told is done must be
    committed, so to be called inside a transaction that could still be rolled back is an error.
    """
    with transaction.atomic(durable=True):
        booking = Booking.objects.select_for_update().filter(number=number).first()
        answer = Answer.objects.filter(key=key).first()
        if answer is None:
            refused = "unknown_booking" if booking is None else act(booking)
            answer = Answer.objects.create(key=key, refused=refused)
    return hp.Refused(answer.refused) if answer.refused else hp.Done()


class Books:
    """The folio book."""

    def post(self, key: str, reservation: str, folio: str, payment: hp.Payment, *, received: str) -> Answered:
        return _once(key, reservation, lambda booking: _enter(booking, folio, payment, received))

    def take_back(self, key: str, reservation: str, folio: str, payment: hp.Payment, *, posted: str) -> Answered:
        def enter(booking: Booking) -> str:
            there = booking.folios.filter(number=folio, payments__reference=posted).exists()
            return _enter(booking, folio, payment) if there else "not_posted"

        return _once(key, reservation, enter)

    def close(self, key: str, reservation: str, folio: str, document_type: str) -> Answered:
        def issue(booking: Booking) -> str:
            bill = booking.folios.filter(number=folio).first()
            if bill is None or bill.closed_with:
                return "unknown_folio" if bill is None else "folio_closed"
            if bill.balance:
                return "folio_has_balance"
            bill.closed_with = document_type
            bill.save()
            return ""

        return _once(key, reservation, issue)

    def keep(self, reservation: str, preauthorization: hp.PreAuthorization) -> Answered:
        with transaction.atomic(durable=True):
            booking = Booking.objects.select_for_update().filter(number=reservation).first()
            if booking is None:
                return hp.Refused("unknown_booking")
            if not booking.blocks.filter(name=preauthorization.id).exists():
                booking.blocks.create(
                    name=preauthorization.id,
                    card=preauthorization.card,
                    folio=preauthorization.folio,
                    minor=preauthorization.amount.minor,
                    currency=preauthorization.amount.currency.code,
                    reference=preauthorization.reference,
                    ends_at=_moment(preauthorization.expires_at),
                    state=preauthorization.state.value,
                )
            return hp.Done()

    def mark(self, reservation: str, preauthorization: str, state: hp.PreAuthorizationState) -> Answered:
        with transaction.atomic(durable=True):
            # What was captured stays captured, whichever worker comes late.
            before = (hp.PreAuthorizationState.HELD.value, state.value)
            found = Block.objects.filter(booking__number=reservation, name=preauthorization, state__in=before)
            return hp.Done() if found.update(state=state.value) else hp.Refused("not_held")


def _enter(booking: Booking, folio: str, payment: hp.Payment, received: str = "") -> str:
    bill = booking.folios.filter(number=folio).first()
    if bill is None or bill.closed_with:
        return "unknown_folio" if bill is None else "folio_closed"
    if bill.currency != payment.amount.currency.code:  # minor units of another currency would be another amount
        return "foreign_currency"
    bill.payments.create(
        minor=payment.amount.minor,
        method=payment.payment_type or "",
        reference=payment.reference,
        received=received,
        paid_at=_moment(payment.paid_at),
        comment=payment.comment or "",
    )
    return ""


class Outbox:
    """The mailer: an e-mail is a row until it is sent, so that it cannot get lost between two systems."""

    def send(self, key: str, reservation: str, template: str, amount: hp.Money | None) -> Answered:
        def queue(booking: Booking) -> str:
            sum_of_money = {} if amount is None else {"minor": amount.minor, "currency": amount.currency.code}
            booking.mails.create(template=template, **sum_of_money)
            return ""

        return _once(key, reservation, queue)


class GuestPages:
    """The portal."""

    def set_folio_visibility(self, key: str, reservation: str, folio: str, *, visible: bool) -> Answered:
        def show(booking: Booking) -> str:
            return "" if booking.folios.filter(number=folio).update(in_portal=visible) else "unknown_folio"

        return _once(key, reservation, show)


class Guarantees:
    """The guarantee desk."""

    def set_guarantee_status(self, key: str, reservation: str, status: hp.GuaranteeStatus) -> Answered:
        def decide(booking: Booking) -> str:
            booking.guarantee = status.value
            booking.save(update_fields=["guarantee"])
            return ""

        return _once(key, reservation, decide)


class Notes:
    """The to-do list."""

    def create(self, key: str, reservation: str, text: str, channel: str | None) -> Answered:
        def leave(booking: Booking) -> str:
            booking.todos.create(text=text, channel=channel or "")
            return ""

        return _once(key, reservation, leave)
