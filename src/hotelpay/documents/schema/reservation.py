"""The schema of one reservation."""

from __future__ import annotations

from typing import Any

from hotelpay.documents.schema.parts import (
    Fields,
    Schema,
    choice,
    closed_object,
    document,
    field,
    list_of,
    nullable,
    ref,
    switch,
    texts,
)
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.reservation import CardKind, PreAuthorizationState, ReservationStatus
from hotelpay.texts import LONGEST_TEXT


def reservation_schema() -> dict[str, Any]:
    """Return the schema of one reservation: one line of a file of reservations."""
    fields: Fields = {
        "id": field(ref("identifier"), "The reservation's id, different from the others in its file."),
        "status": field(choice(ReservationStatus), "Where the reservation stands."),
        "created_at": field(ref("instant"), "When it was booked."),
        "arrival": field(ref("date"), "The day of arrival."),
        "departure": field(ref("date"), "The day of departure, not before the arrival."),
        "checked_in_at": nullable(ref("instant"), "When the guest arrived; checked_in needs it."),
        "checked_out_at": nullable(ref("instant"), "When the guest left; checked_out needs it."),
        "cancelled_at": nullable(ref("instant"), "When it was cancelled; cancelled needs it."),
        "no_show_at": nullable(ref("instant"), "When the guest was found not to have come."),
        "guarantee_status": nullable(
            choice(GuaranteeStatus), "How sure the reservation is; null: derived from its policy."
        ),
        "guarantee_policy": nullable(ref("identifier"), "The id of its guarantee policy.", examples=["flex"]),
        "ota": switch("Whether it came through an online travel agency."),
        "company": nullable(ref("identifier"), "The company that booked."),
        "agent": nullable(ref("identifier"), "The agent that booked.", examples=["expedia"]),
        "cards": list_of(ref("card"), "The stored cards, in the order in which they were added."),
        "folios": list_of(ref("folio"), "The guest's bills."),
        "preauthorizations": list_of(ref("preauthorization"), "The amounts blocked on its cards."),
        "extra": nullable({"type": "object"}, "What else the PMS hands in: carried through and never read."),
    }
    needs_instant = [
        _needs_instant(ReservationStatus.CHECKED_IN, "checked_in_at"),
        _needs_instant(ReservationStatus.CHECKED_OUT, "checked_out_at"),
        _needs_instant(ReservationStatus.CANCELLED, "cancelled_at"),
    ]
    definitions = {
        **texts("identifier", "decimal", "instant", "date", "currency"),
        "card": _card(),
        "folio": _folio(),
        "charge": _charge(),
        "payment": _payment(),
        "preauthorization": _preauthorization(),
    }
    body = {**closed_object("One booking, as it stands now.", fields), "allOf": needs_instant}
    return document("reservation", "hotelpay reservation", body, definitions)


def _needs_instant(status: ReservationStatus, name: str) -> Schema:
    has_status = {"properties": {"status": {"const": status.value}}, "required": ["status"]}
    return {"if": has_status, "then": {"properties": {name: {"type": "string"}}, "required": [name]}}


def _card() -> Schema:
    fields = {
        "id": field(ref("identifier"), "The payment processor's token of the card, never the card's number."),
        "kind": field(choice(CardKind), "The guest's own card, or a virtual one of an online travel agency."),
    }
    return closed_object("A stored payment card.", fields)


def _folio() -> Schema:
    fields = {
        "id": field(ref("identifier"), "The folio's id, different from the reservation's others."),
        "opened_at": field(ref("instant"), "When it was opened."),
        "currency": field(ref("currency"), "The currency of all its lines."),
        "closed": switch("Whether it is closed."),
        "charges": list_of(ref("charge"), "What was sold."),
        "payments": list_of(ref("payment"), "What was paid."),
    }
    return closed_object("One bill, in one currency.", fields)


def _charge() -> Schema:
    fields = {
        "revenue_group": field(ref("identifier"), "What was sold.", examples=["rooms"]),
        "amount": field(ref("decimal"), "In major units of the folio's currency; negative for a correction."),
    }
    return closed_object("A line of a folio, net of its own discount.", fields)


def _payment() -> Schema:
    comment = {"type": "string", "maxLength": LONGEST_TEXT}
    fields: Fields = {
        "amount": field(ref("decimal"), "In major units of the folio's currency; negative for a refund."),
        "payment_type": nullable(ref("identifier"), "How it was paid.", examples=["visa"]),
        "reference": nullable(ref("identifier"), "The key it is known by; one that hotelpay gave is recognised."),
        "paid_at": nullable(ref("instant"), "When it was paid."),
        "comment": nullable(comment, "What people wrote about it; apparent card numbers in it are masked."),
    }
    return closed_object("Money received on a folio.", fields)


def _preauthorization() -> Schema:
    fields: Fields = {
        "id": field(ref("identifier"), "Its id, different from the reservation's others."),
        "card": field(ref("identifier"), "The id of the card it is blocked on."),
        "folio": field(ref("identifier"), "The id of the folio it is meant for."),
        "amount": field(ref("decimal"), "What is blocked, in major units of its currency, 0 or more."),
        "currency": field(ref("currency"), "The currency of the amount."),
        "reference": field(ref("identifier"), "The key the payment processor knows it by.", examples=["pi_1"]),
        "expires_at": nullable(ref("instant"), "When the processor gives it back by itself."),
        "state": field(choice(PreAuthorizationState), "What became of it.", default=PreAuthorizationState.HELD.value),
    }
    return closed_object("An amount blocked on a card; it is not a payment.", fields)
