"""hotelpay's ports on the hotel's own tables: what it reads as reservations, and what it may change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, SelectBase, Table, insert, select, union, update

from fastapi_hotel.tables import answers, bills, blocks, bookings, cards, notes, outbox, paid, reading, sold, writing
from hotelpay import (
    Card,
    CardKind,
    Charge,
    Currency,
    Done,
    Folio,
    GuaranteeStatus,
    Instant,
    Money,
    Payment,
    PreAuthorization,
    PreAuthorizationState,
    Refused,
    Reservation,
    ReservationStatus,
)
from hotelpay.ports import AnchorSpan, CandidateQuery

STATES: Final = {
    ReservationStatus.EXPECTED: "booked",
    ReservationStatus.CHECKED_IN: "in house",
    ReservationStatus.CHECKED_OUT: "left",
    ReservationStatus.CANCELLED: "cancelled",
    ReservationStatus.NO_SHOW: "never came",
}
_STATUSES: Final = {state: status for status, state in STATES.items()}
_ANCHORS: Final = {
    "created_at": bookings.c.booked_at,
    "arrival": bookings.c.first_day,
    "departure": bookings.c.last_day,
    "checked_in_at": bookings.c.came_at,
    "checked_out_at": bookings.c.left_at,
    "cancelled_at": bookings.c.cancelled_at,
}
#: What belongs to a booking, each in its order.
_PARTS: Final = {cards: cards.c.place, bills: bills.c.name, sold: sold.c.id, paid: paid.c.id, blocks: blocks.c.name}
#: Does something to a booking, or says why it is refused.
_Act = Callable[[Connection, Reservation], str | None]


class Pms:
    """The hotel behind every port that it has, but for the ledger and the processors."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    # The source.

    def candidates(self, query: CandidateQuery) -> Sequence[Reservation]:
        if not query.spans:
            return []
        with reading(self.engine) as connection:
            return stays(connection, union(*map(_in_span, query.spans)))

    def holding(self, left_until: Instant) -> Sequence[Reservation]:
        wanted = select(bookings.c.number).join(blocks, blocks.c.booking == bookings.c.number)
        with reading(self.engine) as connection:
            return stays(connection, wanted.where(bookings.c.left_at <= left_until, blocks.c.state == "held"))

    def reservation(self, reservation: str) -> Reservation | None:
        with reading(self.engine) as connection:
            return _stay(connection, reservation)

    # The books.

    def post(self, key: str, reservation: str, folio: str, payment: Payment, *, received: str) -> Done | Refused:
        return self._once(key, reservation, lambda at, stay: _enter(at, stay, folio, payment, received=received))

    def take_back(self, key: str, reservation: str, folio: str, payment: Payment, *, posted: str) -> Done | Refused:
        def act(connection: Connection, stay: Reservation) -> str | None:
            if all(each.reference != posted for bill in stay.folios if bill.id == folio for each in bill.payments):
                return "not_posted"
            return _enter(connection, stay, folio, payment, against=posted)

        return self._once(key, reservation, act)

    def close(self, key: str, reservation: str, folio: str, document_type: str) -> Done | Refused:
        def act(connection: Connection, stay: Reservation) -> str | None:
            bill = _open_bill(stay, folio)
            if isinstance(bill, str):
                return bill
            return "folio_has_balance" if bill.balance else _change(connection, stay, folio, closed_as=document_type)

        return self._once(key, reservation, act)

    def keep(self, reservation: str, preauthorization: PreAuthorization) -> Done | Refused:
        # It has no key of its own: its id is one.
        key = f"keep {reservation} {preauthorization.id}"
        return self._once(key, reservation, _adding(blocks, **block_row(preauthorization)))

    def mark(self, reservation: str, preauthorization: str, state: PreAuthorizationState) -> Done | Refused:
        this = blocks.c.booking == reservation, blocks.c.name == preauthorization
        with writing(self.engine) as connection:
            found = connection.execute(update(blocks).where(*this).values(state=state.value)).rowcount
        return Done() if found else Refused("unknown_block")

    # What follows a payment.

    def send(self, key: str, reservation: str, template: str, amount: Money | None) -> Done | Refused:
        mail = {"key": key, "template": template, "amount": None if amount is None else str(amount)}
        return self._once(key, reservation, _adding(outbox, **mail))

    def set_folio_visibility(self, key: str, reservation: str, folio: str, *, visible: bool) -> Done | Refused:
        return self._once(key, reservation, lambda at, stay: _change(at, stay, folio, shown=visible))

    def set_guarantee_status(self, key: str, reservation: str, status: GuaranteeStatus) -> Done | Refused:
        def act(connection: Connection, stay: Reservation) -> None:
            connection.execute(update(bookings).where(bookings.c.number == stay.id).values(guarantee=status.value))

        return self._once(key, reservation, act)

    def create(self, key: str, reservation: str, text: str, channel: str | None) -> Done | Refused:
        return self._once(key, reservation, _adding(notes, key=key, text=text, channel=channel))

    def _once(self, key: str, reservation: str, act: _Act) -> Done | Refused:
        """Act, and keep what it was answered, in one transaction: a repeat of the key does nothing and hears the same.

        Whoever was told "refused" may have given the guest's points back, so it stays refused when the bill is opened
        again. The booking's row is locked meanwhile, so that a payment and the closing of its bill, or two payments,
        come one after the other.
        """
        with writing(self.engine) as connection:
            connection.execute(select(bookings.c.number).where(bookings.c.number == reservation).with_for_update())
            before = connection.execute(select(answers.c.refused).where(answers.c.key == key)).first()
            if before is not None:
                refused = before.refused
            else:
                stay = _stay(connection, reservation)
                refused = "unknown_booking" if stay is None else act(connection, stay)
                connection.execute(insert(answers).values(key=key, refused=refused))
        return Done() if refused is None else Refused(refused)


def stays(connection: Connection, wanted: SelectBase) -> list[Reservation]:
    """Return the bookings of these numbers as hotelpay reads them: one query for each table, however many they are."""
    parts: dict[Table, defaultdict[str, list[Any]]] = {}
    for table, order in _PARTS.items():
        rows = parts[table] = defaultdict(list)
        for row in connection.execute(select(table).where(table.c.booking.in_(wanted)).order_by(order)):
            rows[row.booking].append(row)
    found = connection.execute(select(bookings).where(bookings.c.number.in_(wanted)))
    return [_reservation(row, {table: rows[row.number] for table, rows in parts.items()}) for row in found]


def block_row(held: PreAuthorization) -> dict[str, Any]:
    """Return a blocked amount as a row."""
    return {
        "name": held.id,
        "state": held.state.value,
        "card": held.card,
        "bill": held.folio,
        "minor": held.amount.minor,
        "currency": held.amount.currency.code,
        "reference": held.reference,
        "ends_at": held.expires_at,
    }


def _in_span(span: AnchorSpan) -> SelectBase:
    # ``any_of`` would narrow it by the tasks' filters; more than was asked for does no harm.
    states = bookings.c.state.in_([STATES[status] for status in span.statuses])
    return select(bookings.c.number).where(_ANCHORS[span.field].between(span.first, span.last), states)


def _stay(connection: Connection, number: str) -> Reservation | None:
    return next(iter(stays(connection, select(bookings.c.number).where(bookings.c.number == number))), None)


def _reservation(row: Any, parts: dict[Table, list[Any]]) -> Reservation:  # noqa: ANN401  a row, as everywhere here
    return Reservation(
        id=row.number,
        status=_STATUSES[row.state],
        created_at=row.booked_at,
        arrival=row.first_day,
        departure=row.last_day,
        checked_in_at=row.came_at,
        checked_out_at=row.left_at,
        cancelled_at=row.cancelled_at,
        guarantee_status=row.guarantee and GuaranteeStatus(row.guarantee),
        guarantee_policy=row.policy,
        ota=row.by_agency,
        cards=[Card(each.name, CardKind(each.kind)) for each in parts[cards]],
        folios=[_folio(bill, parts[sold], parts[paid]) for bill in parts[bills]],
        preauthorizations=map(_block, parts[blocks]),
    )


def _folio(bill: Any, lines: Iterable[Any], receipts: Iterable[Any]) -> Folio:  # noqa: ANN401
    currency = Currency.of(bill.currency)
    return Folio(
        id=bill.name,
        opened_at=bill.opened_at,
        currency=currency,
        closed=bill.closed_as is not None,
        charges=[Charge(each.revenue_group, Money(each.minor, currency)) for each in lines if each.bill == bill.name],
        payments=[
            # By its key a payment of hotelpay's is known again, by its type what points have paid.
            Payment(
                amount=Money(each.minor, currency),
                payment_type=each.method,
                reference=each.reference,
                paid_at=each.paid_at,
            )
            for each in receipts
            if each.bill == bill.name
        ],
    )


def _block(row: Any) -> PreAuthorization:  # noqa: ANN401
    return PreAuthorization(
        id=row.name,
        card=row.card,
        folio=row.bill,
        amount=Money(row.minor, Currency.of(row.currency)),
        reference=row.reference,
        expires_at=row.ends_at,
        state=PreAuthorizationState(row.state),
    )


def _open_bill(stay: Reservation, name: str) -> Folio | str:
    bill = next((each for each in stay.folios if each.id == name), None)
    if bill is None:
        return "unknown_bill"
    return "bill_closed" if bill.closed else bill


def _enter(connection: Connection, stay: Reservation, name: str, payment: Payment, **more: str) -> str | None:
    """Put money received on a bill, also where it is more than is owed: the money is there."""
    bill = _open_bill(stay, name)
    if isinstance(bill, str):
        return bill
    if bill.currency != payment.amount.currency:
        return "other_currency"
    row = {"booking": stay.id, "bill": name, "minor": payment.amount.minor, "paid_at": payment.paid_at, **more}
    connection.execute(insert(paid).values(row | {"reference": payment.reference, "method": payment.payment_type}))
    return None


def _change(connection: Connection, stay: Reservation, name: str, **values: object) -> str | None:
    this = bills.c.booking == stay.id, bills.c.name == name
    found = connection.execute(update(bills).where(*this).values(values)).rowcount
    return None if found else "unknown_bill"


def _adding(table: Table, **row: object) -> _Act:
    def act(connection: Connection, stay: Reservation) -> None:
        connection.execute(insert(table).values(row | {"booking": stay.id}))

    return act
