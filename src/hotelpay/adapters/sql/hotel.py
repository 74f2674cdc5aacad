"""The embedded hotel: a PMS's reservations and hotelpay's own books, in one database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Engine, Table, select, update

from hotelpay.adapters.sql.candidates import candidate_rows
from hotelpay.adapters.sql.connections import (
    checked,
    forget_deleted,
    insert_absent,
    insert_or_update,
    reading,
    writing,
)
from hotelpay.adapters.sql.imports import CHUNK, take_over
from hotelpay.adapters.sql.journal import compact
from hotelpay.adapters.sql.schema import (
    answers,
    folio_states,
    guarantee_states,
    mails,
    postings,
    preauthorizations,
    reservations,
    todos,
)
from hotelpay.adapters.sql.snapshots import (
    assembled,
    payment_of,
    preauthorization_row,
    read_document,
)
from hotelpay.documents import reservation_document
from hotelpay.folio import Folio, Payment
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant
from hotelpay.money import Currency, Money
from hotelpay.ports import CandidateQuery
from hotelpay.reservation import PreAuthorization, PreAuthorizationState, Reservation
from hotelpay.settlement.outcome import Done, InsideOutcome, Refused
from hotelpay.texts import identifier

_DONE: Final = Done()
#: What a key is refused with that was used for something else.
_OTHER: Final = {"post": "other_payment", "take_back": "other_payment"}


@attrs.frozen(kw_only=True)
class Posting:
    """A payment that hotelpay posted: ``received`` is the outside call's reference, ``posted`` what it takes back."""

    reservation: str
    folio: str
    payment: Payment
    received: str | None
    posted: str | None


@attrs.frozen(kw_only=True)
class Mail:
    """An e-mail to be sent to a reservation, made from a template."""

    key: str
    reservation: str
    template: str
    amount: Money | None


@attrs.frozen(kw_only=True)
class Todo:
    """A note to the staff."""

    key: str
    reservation: str
    text: str
    channel: str | None


@attrs.frozen(eq=False)
class SqlHotel:
    """Reservations, folios, portal, guarantee desk, outbox and to-dos of one hotel, in a database.

    It implements every port inside a hotel (see :mod:`hotelpay.ports`). What a PMS hands in is stored as it is; what
    hotelpay does is kept beside it and shown on top: payments, closed folios, a guarantee that was set, blocked
    amounts. Its tables are created by :func:`~hotelpay.adapters.sql.create_tables` (part ``hotel``).
    """

    engine: Engine = attrs.field(repr=False)
    hotel: str

    def __attrs_post_init__(self) -> None:
        checked(self.engine)
        identifier(self.hotel, "hotel")

    # Reservations.

    def import_reservations(self, rows: Iterable[Reservation]) -> int:
        """Store reservations as a PMS hands them in; return how many. Importing again doubles nothing.

        What was done since stays: a payment whose ``reference`` is a posting's key *is* that posting, a captured or
        released amount is not held again. Each few hundred are one transaction, so a fault leaves those before it.
        """
        count = 0
        stream = iter(rows)
        while some := tuple(islice(stream, CHUNK)):
            by_id = {row.id: row for row in some}
            with writing(self.engine) as connection:
                take_over(connection, self.hotel, tuple(by_id.values()))
            count += len(some)
        return count

    def candidates(self, query: CandidateQuery) -> Sequence[Reservation]:
        """Return every reservation in any of the spans: mostly one statement, a range of an index for each span.

        Filters are judged by the database, as far as they fit into a statement.
        """
        with reading(self.engine) as connection:
            documents: dict[str, str] = {}
            for statement in candidate_rows(self.hotel, query):
                documents |= {row.id: row.document for row in connection.execute(statement)}
            return assembled(connection, self.hotel, list(documents.values()))

    def holding(self, left_until: Instant) -> Sequence[Reservation]:
        """Return the reservations checked out at ``left_until`` or before that have a held pre-authorisation."""
        held = preauthorizations
        query = (
            select(reservations.c.id, reservations.c.document)
            .select_from(held)
            .join(reservations, (reservations.c.hotel == held.c.hotel) & (reservations.c.id == held.c.reservation))
            .where(
                held.c.hotel == self.hotel,
                held.c.state == PreAuthorizationState.HELD.value,
                reservations.c.checked_out_at <= left_until,
            )
        )
        with reading(self.engine) as connection:
            documents = {row.id: row.document for row in connection.execute(query)}
            return assembled(connection, self.hotel, list(documents.values()))

    def reservation(self, reservation: str) -> Reservation | None:
        """Return one reservation afresh, or None where there is none of that id."""
        with reading(self.engine) as connection:
            return self._fresh(connection, reservation)

    # Folios.

    def post(self, key: str, reservation: str, folio: str, payment: Payment, *, received: str) -> InsideOutcome:
        """Post a payment to a folio, once by its key.

        Refused for good with ``unknown_folio``, ``folio_closed`` or ``currency``; a key that was used for another
        payment is refused with ``other_payment``. An overpayment is posted: the money is there.
        """
        return self._post("post", key, reservation, folio, payment, received=received)

    def take_back(self, key: str, reservation: str, folio: str, payment: Payment, *, posted: str) -> InsideOutcome:
        """Post the negative ``payment`` against the one posted under ``posted``, never more than that in all.

        Refused as :meth:`post` is, and with ``not_posted`` or ``more_than_posted``.
        """
        return self._post("take_back", key, reservation, folio, payment, posted=posted)

    def close(self, key: str, reservation: str, folio: str, document_type: str) -> InsideOutcome:
        """Close a folio with a document; one with a balance is refused (``folio_has_balance``) and stays open."""

        def closed(connection: Connection) -> InsideOutcome:
            found = _folio(self._fresh(connection, reservation), folio)
            if found is None:
                return Refused("unknown_folio")
            if found.closed:
                return Refused("folio_closed")
            if found.balance:
                return Refused("folio_has_balance", f"its balance is {found.balance}")
            self._folio_state(connection, reservation, folio, closed_with=document_type)
            return _DONE

        return self._answered(key, reservation, "close", closed)

    def keep(self, reservation: str, preauthorization: PreAuthorization) -> InsideOutcome:
        """Keep a blocked amount beside the reservation, once by its id."""
        row = preauthorization_row(self.hotel, reservation, preauthorization, kept=True, place=0)
        with writing(self.engine) as connection:
            if self._lock(connection, reservation) is None:
                return Refused("unknown_reservation")
            if insert_absent(connection, preauthorizations, [row]):
                return _DONE
            query = select(preauthorizations).where(*self._held(reservation, preauthorization.id))
            before = connection.execute(query).one()
        same = all(getattr(before, name) == row[name] for name in ("card", "folio", "minor", "currency", "reference"))
        return _DONE if same else Refused("other_preauthorization")

    def mark(self, reservation: str, preauthorization: str, state: PreAuthorizationState) -> InsideOutcome:
        """Write down what became of a blocked amount; one that was captured or released stays that."""
        with writing(self.engine) as connection:
            self._lock(connection, reservation)
            this = self._held(reservation, preauthorization)
            before = connection.execute(select(preauthorizations.c.state).where(*this)).scalar()
            if before is None:
                return Refused("unknown_preauthorization")
            if before not in (PreAuthorizationState.HELD.value, state.value):
                return Refused(f"already_{before}")
            connection.execute(update(preauthorizations).where(*this).values(state=state.value))
        return _DONE

    # What follows.

    def send(self, key: str, reservation: str, template: str, amount: Money | None) -> InsideOutcome:
        """Put an e-mail into the outbox, once by its key."""
        row = {
            "reservation": reservation,
            "template": template,
            "minor": None if amount is None else amount.minor,
            "currency": None if amount is None else amount.currency.code,
        }
        self._insert(mails, key, row)
        return _DONE

    def create(self, key: str, reservation: str, text: str, channel: str | None) -> InsideOutcome:
        """Leave a note on a reservation, once by its key."""
        self._insert(todos, key, {"reservation": reservation, "text": text, "channel": channel})
        return _DONE

    def set_folio_visibility(self, key: str, reservation: str, folio: str, *, visible: bool) -> InsideOutcome:
        """Show a folio in the portal, or hide it; an older call that comes again changes nothing."""

        def shown(connection: Connection) -> InsideOutcome:
            if _folio(self._fresh(connection, reservation), folio) is None:
                return Refused("unknown_folio")
            self._folio_state(connection, reservation, folio, visible=visible)
            return _DONE

        return self._answered(key, reservation, "set_folio_visibility", shown)

    def set_guarantee_status(self, key: str, reservation: str, status: GuaranteeStatus) -> InsideOutcome:
        """Make a reservation guaranteed or not; that stands whatever is imported later."""

        def decided(connection: Connection) -> InsideOutcome:
            if self._document(connection, reservation) is None:
                return Refused("unknown_reservation")
            row = {"hotel": self.hotel, "reservation": reservation, "status": status.value}
            insert_or_update(connection, guarantee_states, [row])
            return _DONE

        return self._answered(key, reservation, "set_guarantee_status", decided)

    # What can be read besides.

    def postings(self, reservation: str) -> Sequence[Posting]:
        """Return the payments that hotelpay posted on a reservation's folios."""
        rows = self._rows(postings, reservation, "paid_at", "key")
        return tuple(
            Posting(
                reservation=row.reservation,
                folio=row.folio,
                payment=payment_of(row),
                received=row.received,
                posted=row.posted,
            )
            for row in rows
        )

    def mails(self) -> Sequence[Mail]:
        """Return the outbox."""
        return tuple(
            Mail(key=row.key, reservation=row.reservation, template=row.template, amount=_amount(row))
            for row in self._rows(mails, None, "reservation", "key")
        )

    def todos(self, reservation: str | None = None) -> Sequence[Todo]:
        """Return the notes on a reservation, or all."""
        return tuple(
            Todo(key=row.key, reservation=row.reservation, text=row.text, channel=row.channel)
            for row in self._rows(todos, reservation, "reservation", "key")
        )

    def visible(self, reservation: str, folio: str) -> bool | None:
        """Tell whether a folio was shown (or hidden) in the portal; None where nobody decided."""
        query = select(folio_states.c.visible).where(*self._state(reservation, folio))
        with reading(self.engine) as connection:
            found: bool | None = connection.execute(query).scalar()
        return found

    def closed_with(self, reservation: str, folio: str) -> str | None:
        """Return the type of the document that hotelpay closed a folio with, if it did."""
        query = select(folio_states.c.closed_with).where(*self._state(reservation, folio))
        with reading(self.engine) as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def erase(self, reservation: str) -> bool:
        """Remove comments, ``extra`` and texts of a reservation; tell whether it was there.

        Amounts, keys, templates and answers stay. Its next import brings back what the PMS still has.
        """
        with writing(self.engine) as connection:
            document = self._lock(connection, reservation)
            about = (postings.c.hotel == self.hotel, postings.c.reservation == reservation)
            connection.execute(update(postings).where(*about).values(comment=None))
            notes = (todos.c.hotel == self.hotel, todos.c.reservation == reservation)
            connection.execute(update(todos).where(*notes).values(text=""))
            if document is not None:
                written = compact(reservation_document(_without_texts(read_document(document))))
                connection.execute(update(reservations).where(*self._reservation(reservation)).values(document=written))
        forget_deleted(self.engine)
        return document is not None

    # Parts of a transaction.

    def _answered(
        self, key: str, reservation: str, call: str, act: Callable[[Connection], InsideOutcome]
    ) -> InsideOutcome:
        """Act once by the key; a repeat gets the first answer, and one for another call is refused."""
        with writing(self.engine) as connection:
            self._lock(connection, reservation)
            query = select(answers).where(answers.c.hotel == self.hotel, answers.c.key == key)
            before = connection.execute(query).first()
            if before is not None:
                if (before.reservation, before.call) != (reservation, call):
                    return Refused(_OTHER.get(call, "other_call"))
                return _DONE if before.refused is None else Refused(before.refused)
            answer = act(connection)
            code = answer.code if isinstance(answer, Refused) else None
            row = {"hotel": self.hotel, "key": key, "reservation": reservation, "call": call, "refused": code}
            connection.execute(answers.insert(), [row])
            return answer

    def _post(  # noqa: PLR0913  a posting, part by part
        self,
        call: str,
        key: str,
        reservation: str,
        folio: str,
        payment: Payment,
        *,
        received: str | None = None,
        posted: str | None = None,
    ) -> InsideOutcome:
        row = {
            "hotel": self.hotel,
            "key": key,
            "reservation": reservation,
            "folio": folio,
            "minor": payment.amount.minor,
            "currency": payment.amount.currency.code,
            "payment_type": payment.payment_type,
            "paid_at": payment.paid_at,
            "comment": payment.comment,
            "received": received,
            "posted": posted,
        }

        def stand(connection: Connection) -> InsideOutcome:
            found = _folio(self._fresh(connection, reservation), folio)
            refused = _refused(found, payment) or (posted and self._not_taken_back(connection, row))
            if refused:
                return Refused(refused)
            connection.execute(postings.insert(), [row])
            return _DONE

        answer = self._answered(key, reservation, call, stand)
        return answer if isinstance(answer, Refused) or self._is_posted(row) else Refused("other_payment")

    def _not_taken_back(self, connection: Connection, row: dict[str, Any]) -> str | None:
        """Return why a payment cannot be taken back, None where it can."""
        table = postings
        query = select(table).where(table.c.hotel == self.hotel, table.c.reservation == row["reservation"])
        all_rows = connection.execute(query).all()
        original = next((each for each in all_rows if each.key == row["posted"]), None)
        if original is None or (original.folio, original.currency) != (row["folio"], row["currency"]):
            return "not_posted"
        left = original.minor + sum(each.minor for each in all_rows if each.posted == original.key)
        return "more_than_posted" if -row["minor"] > left else None

    def _is_posted(self, row: dict[str, Any]) -> bool:
        """Tell whether the payment that stands under a key is this one; its comment may be erased."""
        names = ("reservation", "folio", "minor", "currency", "payment_type", "posted")
        query = select(postings).where(postings.c.hotel == self.hotel, postings.c.key == row["key"])
        with reading(self.engine) as connection:
            stands = connection.execute(query).first()
        return stands is not None and all(getattr(stands, name) == row[name] for name in names)

    def _folio_state(self, connection: Connection, reservation: str, folio: str, **values: object) -> None:
        row = {"hotel": self.hotel, "reservation": reservation, "folio": folio, **values}
        insert_or_update(connection, folio_states, [row])

    def _insert(self, table: Table, key: str, values: dict[str, Any]) -> None:
        with writing(self.engine) as connection:
            insert_absent(connection, table, [{"hotel": self.hotel, "key": key, **values}])

    def _rows(self, table: Table, reservation: str | None, *order: str) -> Sequence[Any]:
        query = select(table).where(table.c.hotel == self.hotel)
        if reservation is not None:
            query = query.where(table.c.reservation == reservation)
        with reading(self.engine) as connection:
            return connection.execute(query.order_by(*(table.c[name] for name in order))).all()

    def _lock(self, connection: Connection, reservation: str) -> str | None:
        """Let nobody else write about a reservation until the transaction ends; return its document."""
        query = select(reservations.c.document).where(*self._reservation(reservation)).with_for_update()
        found: str | None = connection.execute(query).scalar()
        return found

    def _document(self, connection: Connection, reservation: str) -> str | None:
        query = select(reservations.c.document).where(*self._reservation(reservation))
        found: str | None = connection.execute(query).scalar()
        return found

    def _fresh(self, connection: Connection, reservation: str) -> Reservation | None:
        document = self._document(connection, reservation)
        return None if document is None else assembled(connection, self.hotel, [document])[0]

    def _reservation(self, reservation: str) -> tuple[ColumnElement[bool], ...]:
        return reservations.c.hotel == self.hotel, reservations.c.id == reservation

    def _held(self, reservation: str, name: str) -> tuple[ColumnElement[bool], ...]:
        table = preauthorizations
        return table.c.hotel == self.hotel, table.c.reservation == reservation, table.c.id == name

    def _state(self, reservation: str, folio: str) -> tuple[ColumnElement[bool], ...]:
        table = folio_states
        return table.c.hotel == self.hotel, table.c.reservation == reservation, table.c.folio == folio


def _folio(reservation: Reservation | None, name: str) -> Folio | None:
    folios = () if reservation is None else reservation.folios
    return next((folio for folio in folios if folio.id == name), None)


def _refused(folio: Folio | None, payment: Payment) -> str | None:
    """Return the code for a payment that cannot stand on a folio, None where it can."""
    if folio is None:
        return "unknown_folio"
    if folio.closed:
        return "folio_closed"
    return "currency" if folio.currency.code != payment.amount.currency.code else None


def _amount(row: Any) -> Money | None:  # noqa: ANN401  a row of the table
    return None if row.minor is None else Money(row.minor, Currency.of(row.currency))


def _without_texts(reservation: Reservation) -> Reservation:
    folios = [
        attrs.evolve(folio, payments=[attrs.evolve(each, comment=None) for each in folio.payments])
        for folio in reservation.folios
    ]
    return attrs.evolve(reservation, folios=folios, extra=None)
