"""The tiny PMS behind two of hotelpay's ports: its bookings as a reservation source, its bills as a folio book."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from hotelpay import (
    Card,
    CardKind,
    Charge,
    Currency,
    Done,
    Folio,
    Instant,
    Money,
    Payment,
    PreAuthorization,
    PreAuthorizationState,
    Refused,
    Reservation,
    ReservationStatus,
    utc_datetime,
)
from hotelpay.ports import AnchorSpan, CandidateQuery
from tiny_pms.pms import Bill, Block, Booking, Receipt, TinyPms

EUR = Currency.of("EUR")
STATUSES = {
    "booked": ReservationStatus.EXPECTED,
    "in house": ReservationStatus.CHECKED_IN,
    "gone": ReservationStatus.CHECKED_OUT,
    "dropped": ReservationStatus.CANCELLED,
}
COLUMNS = {
    "created_at": "booked",
    "arrival": "first_night",
    "departure": "last_morning",
    "checked_in_at": "came",
    "checked_out_at": "left",
    "cancelled_at": "dropped",
}


def folio_of(bill: Bill) -> Folio:
    return Folio(
        id=bill.number,
        opened_at=bill.opened,
        currency=EUR,
        closed=bill.closed_as is not None,
        charges=[Charge(group, Money(cents, EUR)) for group, cents in bill.sold],
        payments=[
            Payment(amount=Money(each.cents, EUR), payment_type=each.method, reference=each.number)
            for each in bill.receipts
        ],
    )


def preauthorization_of(block: Block) -> PreAuthorization:
    return PreAuthorization(
        id=block.name,
        card=block.card,
        folio=block.bill,
        amount=Money(block.cents, EUR),
        reference=block.authorization,
        expires_at=block.ends,
        state=PreAuthorizationState(block.state),
    )


def reservation_of(booking: Booking) -> Reservation:
    return Reservation(
        id=booking.number,
        status=STATUSES[booking.state],
        created_at=booking.booked,
        arrival=booking.first_night,
        departure=booking.last_morning,
        checked_in_at=booking.came,
        checked_out_at=booking.left,
        cancelled_at=booking.dropped,
        ota=any(kind == "virtual" for _, kind in booking.cards),
        cards=[Card(token, CardKind.OTA if kind == "virtual" else CardKind.GUEST) for token, kind in booking.cards],
        folios=[folio_of(bill) for bill in booking.bills],
        preauthorizations=[preauthorization_of(block) for block in booking.blocks],
    )


class TinySource:
    """The bookings as hotelpay reads them."""

    def __init__(self, pms: TinyPms) -> None:
        self.pms = pms

    def candidates(self, query: CandidateQuery) -> list[Reservation]:
        found = {each.number: each for span in query.spans for each in self._in(span)}
        return [reservation_of(each) for each in found.values()]

    def _in(self, span: AnchorSpan) -> list[Booking]:
        first, last = (utc_datetime(end) if isinstance(end, int) else end for end in (span.first, span.last))
        # Bookings in other states, and such as a filter would leave out, are among them, which does no harm.
        return self.pms.between(COLUMNS[span.field], first, last)

    def holding(self, left_until: Instant) -> list[Reservation]:
        gone = self.pms.between("left", datetime.min.replace(tzinfo=UTC), utc_datetime(left_until))
        return [reservation_of(each) for each in gone if any(block.state == "held" for block in each.blocks)]

    def reservation(self, reservation: str) -> Reservation | None:
        booking = self.pms.bookings.get(reservation)
        return None if booking is None else reservation_of(booking)


class TinyBook:
    """The bills as hotelpay writes them; what each call was answered is kept with what it did."""

    def __init__(self, pms: TinyPms) -> None:
        self.pms = pms

    def post(self, key: str, reservation: str, folio: str, payment: Payment, *, received: str) -> Done | Refused:
        del received  # this PMS has no column for it
        return self._once(key, lambda: self._enter(reservation, folio, payment))

    def take_back(self, key: str, reservation: str, folio: str, payment: Payment, *, posted: str) -> Done | Refused:
        def enter() -> str | None:
            bill = self.pms.bill(reservation, folio)
            if bill is None or all(receipt.number != posted for receipt in bill.receipts):
                return "not_posted"
            return self._enter(reservation, folio, payment)

        return self._once(key, enter)

    def close(self, key: str, reservation: str, folio: str, document_type: str) -> Done | Refused:
        def issue() -> str | None:
            bill = self.pms.bill(reservation, folio)
            if bill is None or bill.balance:
                return "unknown_bill" if bill is None else "folio_has_balance"
            bill.closed_as = document_type
            return None

        return self._once(key, issue)

    def keep(self, reservation: str, preauthorization: PreAuthorization) -> Done | Refused:
        with self.pms.transaction:
            if reservation not in self.pms.bookings:
                return Refused("unknown_booking")
            blocks = self.pms.bookings[reservation].blocks
            if all(block.name != preauthorization.id for block in blocks):
                blocks.append(_block_of(preauthorization))
            return Done()

    def mark(self, reservation: str, preauthorization: str, state: PreAuthorizationState) -> Done | Refused:
        with self.pms.transaction:
            for block in self.pms.bookings[reservation].blocks if reservation in self.pms.bookings else ():
                if block.name == preauthorization:
                    block.state = state.value
                    return Done()
            return Refused("unknown_block")

    def _enter(self, reservation: str, folio: str, payment: Payment) -> str | None:
        bill = self.pms.bill(reservation, folio)
        if bill is None or bill.closed_as is not None:
            return "unknown_bill" if bill is None else "bill_closed"
        bill.receipts.append(Receipt(payment.amount.minor, payment.payment_type, payment.reference))
        return None

    def _once(self, key: str, act: Callable[[], str | None]) -> Done | Refused:
        with self.pms.transaction:  # what is done and what is answered, or neither
            if key not in self.pms.answers:
                self.pms.answers[key] = act()
            refused = self.pms.answers[key]
        return Done() if refused is None else Refused(refused)


def _block_of(held: PreAuthorization) -> Block:
    ends = None if held.expires_at is None else utc_datetime(held.expires_at)
    return Block(held.id, held.card, held.folio, held.amount.minor, held.reference, ends, held.state.value)
