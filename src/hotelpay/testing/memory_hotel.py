"""A hotel in memory: reservations, folios, mails, portal, guarantees and to-dos, behind all the inside ports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from hotelpay.folio import Charge, Folio, Payment
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant
from hotelpay.money import Money
from hotelpay.ports import AnchorSpan, CandidateQuery
from hotelpay.reservation import PreAuthorization, PreAuthorizationState, Reservation, ReservationStatus
from hotelpay.settlement.outcome import Done, InsideOutcome, Refused

_DONE: Final = Done()


@attrs.frozen
class Mail:
    """An e-mail that was sent."""

    reservation: str
    template: str
    amount: Money | None


@attrs.frozen
class Todo:
    """A note that staff got."""

    reservation: str
    text: str
    channel: str | None


@attrs.define
class MemoryHotel:
    """The inside of a hotel; it is source, book, mailer, portal, guarantee desk and to-do list in one.

    Clerks change it with :meth:`put`, :meth:`pay` and :meth:`charge`. What each call answered is kept by its key.
    """

    reservations: dict[str, Reservation] = attrs.field(factory=dict)
    mails: list[Mail] = attrs.field(factory=list)
    todos: list[Todo] = attrs.field(factory=list)
    visible: dict[tuple[str, str], bool] = attrs.field(factory=dict)
    documents: dict[tuple[str, str], str] = attrs.field(factory=dict)
    _answers: dict[str, InsideOutcome] = attrs.field(factory=dict)
    _lock: threading.RLock = attrs.field(factory=threading.RLock, repr=False)

    # Clerks.

    def put(self, *reservations: Reservation) -> None:
        """Enter reservations, or replace those that are there."""
        for each in reservations:
            self.reservations[each.id] = each

    def pay(self, reservation: str, folio: str, amount: Money) -> None:
        """Take a payment at the desk."""
        self._change_folio(reservation, folio, lambda bill: _with_payment(bill, Payment(amount=amount)))

    def charge(self, reservation: str, folio: str, charge: Charge) -> None:
        """Sell something."""
        self._change_folio(reservation, folio, lambda bill: attrs.evolve(bill, charges=(*bill.charges, charge)))

    def change(self, reservation: str, **fields: Any) -> None:  # noqa: ANN401  the fields of a reservation
        """Change fields of a reservation."""
        self.reservations[reservation] = attrs.evolve(self.reservations[reservation], **fields)

    # Source.

    def candidates(self, query: CandidateQuery) -> Iterable[Reservation]:
        """Return the reservations in any of the spans."""
        return [each for each in self.reservations.values() if any(_lies_in(each, span) for span in query.spans)]

    def holding(self, left_until: Instant) -> Iterable[Reservation]:
        """Return those that have left and still have a held pre-authorisation."""
        return [
            each
            for each in self.reservations.values()
            if each.status is ReservationStatus.CHECKED_OUT
            and each.checked_out_at is not None
            and each.checked_out_at <= left_until
            and any(held.state is PreAuthorizationState.HELD for held in each.preauthorizations)
        ]

    def reservation(self, reservation: str) -> Reservation | None:
        """Return a reservation as it stands."""
        return self.reservations.get(reservation)

    # Book.

    def post(self, key: str, reservation: str, folio: str, payment: Payment, *, received: str) -> InsideOutcome:
        """Post a payment once."""
        del received
        return self._once(key, lambda: self._post(reservation, folio, payment))

    def take_back(self, key: str, reservation: str, folio: str, payment: Payment, *, posted: str) -> InsideOutcome:
        """Post a negative payment once."""
        if self._folio(reservation, folio) is None or not self._is_posted(reservation, folio, posted):
            return self._once(key, lambda: Refused("not_posted"))
        return self._once(key, lambda: self._post(reservation, folio, payment))

    def close(self, key: str, reservation: str, folio: str, document_type: str) -> InsideOutcome:
        """Close a folio that has no balance."""
        return self._once(key, lambda: self._close(reservation, folio, document_type))

    def keep(self, reservation: str, preauthorization: PreAuthorization) -> InsideOutcome:
        """Keep a blocked amount."""
        found = self.reservations.get(reservation)
        if found is None:
            return Refused("unknown_reservation")
        if all(each.id != preauthorization.id for each in found.preauthorizations):
            self.change(reservation, preauthorizations=(*found.preauthorizations, preauthorization))
        return _DONE

    def mark(self, reservation: str, preauthorization: str, state: PreAuthorizationState) -> InsideOutcome:
        """Write down what became of a blocked amount."""
        found = self.reservations.get(reservation)
        if found is None or all(each.id != preauthorization for each in found.preauthorizations):
            return Refused("unknown_preauthorization")
        marked = (
            attrs.evolve(each, state=state) if each.id == preauthorization else each for each in found.preauthorizations
        )
        self.change(reservation, preauthorizations=tuple(marked))
        return _DONE

    # Mailer, portal, guarantee desk, to-dos.

    def send(self, key: str, reservation: str, template: str, amount: Money | None) -> InsideOutcome:
        """Send an e-mail once."""
        return self._once(key, lambda: self.mails.append(Mail(reservation, template, amount)))

    def set_folio_visibility(self, key: str, reservation: str, folio: str, *, visible: bool) -> InsideOutcome:
        """Show or hide a folio."""
        return self._once(key, lambda: self.visible.update({(reservation, folio): visible}))

    def set_guarantee_status(self, key: str, reservation: str, status: GuaranteeStatus) -> InsideOutcome:
        """Make a reservation guaranteed or not."""
        return self._once(key, lambda: self.change(reservation, guarantee_status=status))

    def create(self, key: str, reservation: str, text: str, channel: str | None) -> InsideOutcome:
        """Leave a note once."""
        return self._once(key, lambda: self.todos.append(Todo(reservation, text, channel)))

    # Inside.

    def _once(self, key: str, act: Callable[[], InsideOutcome | None]) -> InsideOutcome:
        with self._lock:
            if key not in self._answers:
                self._answers[key] = act() or _DONE
            return self._answers[key]

    def _folio(self, reservation: str, folio: str) -> Folio | None:
        found = self.reservations.get(reservation)
        return None if found is None else next((each for each in found.folios if each.id == folio), None)

    def _is_posted(self, reservation: str, folio: str, key: str) -> bool:
        bill = self._folio(reservation, folio)
        return bill is not None and any(payment.reference == key for payment in bill.payments)

    def _post(self, reservation: str, folio: str, payment: Payment) -> InsideOutcome:
        bill = self._folio(reservation, folio)
        if bill is None or bill.closed:
            return Refused("unknown_folio" if bill is None else "folio_closed")
        if bill.currency.code != payment.amount.currency.code:
            return Refused("currency")
        self._change_folio(reservation, folio, lambda each: _with_payment(each, payment))
        return _DONE

    def _close(self, reservation: str, folio: str, document_type: str) -> InsideOutcome:
        bill = self._folio(reservation, folio)
        if bill is None or bill.balance:
            return Refused("unknown_folio" if bill is None else "folio_has_balance")
        self._change_folio(reservation, folio, lambda each: attrs.evolve(each, closed=True))
        self.documents[reservation, folio] = document_type
        return _DONE

    def _change_folio(self, reservation: str, folio: str, change: Callable[[Folio], Folio]) -> None:
        found = self.reservations[reservation]
        folios = tuple(change(each) if each.id == folio else each for each in found.folios)
        self.reservations[reservation] = attrs.evolve(found, folios=folios)


def _with_payment(bill: Folio, payment: Payment) -> Folio:
    return attrs.evolve(bill, payments=(*bill.payments, payment))


def _lies_in(reservation: Reservation, span: AnchorSpan) -> bool:
    anchor = getattr(reservation, span.field)
    return reservation.status in span.statuses and anchor is not None and span.first <= anchor <= span.last
