"""Reservations as the embedded hotel knows them: an imported document, and what hotelpay did since, put together."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import Connection, Select, Table, select

from hotelpay.adapters.sql.connections import MOST_PARAMETERS, Row, chunks
from hotelpay.adapters.sql.journal import compact
from hotelpay.adapters.sql.schema import (
    folio_states,
    guarantee_states,
    postings,
    preauthorizations,
)
from hotelpay.documents import reservation_document, reservation_from
from hotelpay.documents.converters import converter
from hotelpay.documents.thorough import STAND_IN
from hotelpay.folio import Folio, Payment
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant
from hotelpay.money import Currency, Money
from hotelpay.reservation import PreAuthorization, PreAuthorizationState, Reservation

_T = TypeVar("_T")
_MOST_IDS: Final = MOST_PARAMETERS - 10
#: What filters look at, of a reservation's row.
FILTER_COLUMNS: Final = ("guarantee_status", "guarantee_policy", "ota", "card_class", "company", "agent")


def reservation_row(hotel: str, reservation: Reservation) -> Row:
    """Return a reservation's row; its pre-authorisations have a table of their own."""
    return {
        "hotel": hotel,
        "id": reservation.id,
        "status": reservation.status.value,
        "created_at": reservation.created_at,
        "arrival": reservation.arrival,
        "departure": reservation.departure,
        "checked_in_at": reservation.checked_in_at,
        "checked_out_at": reservation.checked_out_at,
        "cancelled_at": reservation.cancelled_at,
        "document": compact(reservation_document(attrs.evolve(reservation, preauthorizations=()))),
        **filter_columns(reservation),
    }


def filter_columns(reservation: Reservation) -> Row:
    """Return the columns of a reservation's row that filters look at."""
    status = reservation.guarantee_status
    return {
        "guarantee_status": None if status is None else status.value,
        "guarantee_policy": reservation.guarantee_policy,
        "ota": reservation.ota,
        "card_class": reservation.card_class.value,
        "company": reservation.company,
        "agent": reservation.agent,
    }


def preauthorization_row(hotel: str, reservation: str, held: PreAuthorization, *, kept: bool, place: int) -> Row:
    """Return a pre-authorisation's row."""
    return {
        "hotel": hotel,
        "reservation": reservation,
        "id": held.id,
        "kept": kept,
        "place": place,
        "card": held.card,
        "folio": held.folio,
        "minor": held.amount.minor,
        "currency": held.amount.currency.code,
        "reference": held.reference,
        "expires_at": held.expires_at,
        "state": held.state.value,
    }


def preauthorization_of(row: Any) -> PreAuthorization:  # noqa: ANN401  a row of the table
    """Return the pre-authorisation of a row."""
    return PreAuthorization(
        id=row.id,
        card=row.card,
        folio=row.folio,
        amount=Money(row.minor, Currency.of(row.currency)),
        reference=row.reference,
        expires_at=None if row.expires_at is None else Instant(row.expires_at),
        state=PreAuthorizationState(row.state),
    )


def payment_of(row: Any) -> Payment:  # noqa: ANN401  a row of the table
    """Return the payment of a posting's row."""
    return Payment(
        amount=Money(row.minor, Currency.of(row.currency)),
        payment_type=row.payment_type,
        reference=row.key,
        paid_at=None if row.paid_at is None else Instant(row.paid_at),
        comment=row.comment,
    )


def read_document(text: str) -> Reservation:
    """Return the reservation of a stored document, without looking for faults that it cannot have."""
    value = json.loads(text)
    try:
        found: Reservation = converter(STAND_IN, detailed=False).structure(value, Reservation)
    except Exception:  # noqa: BLE001  the thorough reader says what is wrong
        return reservation_from(value)
    return found


def assembled(connection: Connection, hotel: str, documents: Sequence[str]) -> list[Reservation]:
    """Return the reservations of these documents as they stand now, in their order."""
    found: list[Reservation] = []
    for some in chunks(documents, _MOST_IDS):
        read = [read_document(text) for text in some]
        since = _Since.of(connection, hotel, [each.id for each in read])
        found += map(since.applied_to, read)
    return found


@attrs.frozen
class _Since:
    """What hotelpay did to some reservations since they were imported, by their ids."""

    payments: Mapping[str, Sequence[tuple[str, Payment]]]
    closed: Mapping[str, Sequence[str]]
    guarantees: Mapping[str, Sequence[GuaranteeStatus]]
    preauthorizations: Mapping[str, Sequence[PreAuthorization]]

    @classmethod
    def of(cls, connection: Connection, hotel: str, ids: Sequence[str]) -> _Since:
        def rows(query: Select[Any], table: Table, make: Callable[[Any], _T]) -> dict[str, list[_T]]:
            query = query.where(table.c.hotel == hotel, table.c.reservation.in_(ids))
            found: dict[str, list[_T]] = {}
            for row in connection.execute(query):
                found.setdefault(row.reservation, []).append(make(row))
            return found

        paid, state, held = postings.c, folio_states.c, preauthorizations.c
        return cls(
            rows(select(postings).order_by(paid.paid_at, paid.key), postings, lambda row: (row.folio, payment_of(row))),
            rows(select(folio_states).where(state.closed_with.is_not(None)), folio_states, lambda row: str(row.folio)),
            rows(select(guarantee_states), guarantee_states, lambda row: GuaranteeStatus(row.status)),
            rows(
                select(preauthorizations).order_by(held.kept, held.place, held.id),
                preauthorizations,
                preauthorization_of,
            ),
        )

    def applied_to(self, reservation: Reservation) -> Reservation:
        name = reservation.id
        posted, closed = self.payments.get(name, ()), self.closed.get(name, ())
        status, held = self.guarantees.get(name), self.preauthorizations.get(name, ())
        if not (posted or closed or status or held):
            return reservation
        return attrs.evolve(
            reservation,
            folios=[_folio_since(folio, posted, closed) for folio in reservation.folios],
            guarantee_status=status[0] if status else reservation.guarantee_status,
            preauthorizations=held,
        )


def _folio_since(folio: Folio, posted: Sequence[tuple[str, Payment]], closed: Sequence[str]) -> Folio:
    """Return a folio with hotelpay's payments: a payment of the document that bears such a key is that payment."""
    keys = {payment.reference for _, payment in posted}
    if keys:
        own = [payment for payment in folio.payments if payment.reference not in keys]
        payments = (*own, *(payment for name, payment in posted if name == folio.id))
    else:
        payments = folio.payments
    return attrs.evolve(folio, payments=payments, closed=folio.closed or folio.id in closed)
