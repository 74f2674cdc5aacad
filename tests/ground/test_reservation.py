"""A reservation as it is handed in: what it needs, what it may not be, and what follows from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import attrs
import pytest

from examples import cards, eur, folio, reservation, utc
from ground.refusals import refusal
from hotelpay import (
    Card,
    CardClass,
    CardKind,
    GuaranteeStatus,
    InvalidValue,
    PreAuthorization,
    PreAuthorizationState,
    Reservation,
    ReservationStatus,
    WrongType,
)
from hotelpay.moments import instant

AT = utc("2024-02-01 14:00")


def hold(**fields: Any) -> PreAuthorization:
    """Return a held pre-authorisation of 100.00 EUR."""
    return PreAuthorization(
        **{"id": "P1", "card": "c1", "folio": "F1", "amount": eur("100.00"), "reference": "k1", **fields}
    )


@pytest.mark.parametrize(
    ("departure", "nights"), [("2024-02-01", 1), ("2024-02-02", 1), ("2024-02-03", 2), ("2024-03-01", 29)]
)
def test_day_use_counts_as_a_night(departure: str, nights: int) -> None:
    assert reservation(departure=date.fromisoformat(departure)).nights == nights


def test_departure_is_not_before_arrival() -> None:
    assert refusal(reservation, departure=date(2024, 1, 31)) == (
        InvalidValue,
        "departure_before_arrival",
        "departure: 2024-01-31 is not on or after the arrival, 2024-02-01",
    )


@pytest.mark.parametrize(
    ("status", "needs"),
    [
        (ReservationStatus.EXPECTED, None),
        (ReservationStatus.CHECKED_IN, "checked_in_at"),
        (ReservationStatus.CHECKED_OUT, "checked_out_at"),
        (ReservationStatus.CANCELLED, "cancelled_at"),
        (ReservationStatus.NO_SHOW, None),
    ],
)
def test_a_status_is_worth_nothing_without_its_instant(status: ReservationStatus, needs: str | None) -> None:
    instants = ("checked_in_at", "checked_out_at", "cancelled_at", "no_show_at")
    if needs is None:
        assert reservation(status=status).status is status
        return
    assert getattr(reservation(status=status, **{needs: AT}), needs) == instant(AT)
    assert refusal(reservation, status=status, **{name: AT for name in instants if name != needs}) == (
        InvalidValue,
        "status_without_instant",
        f"{needs}: None is not an instant, which {status.value} needs",
    )


@pytest.mark.parametrize(
    ("kinds", "card_class"),
    [
        ((), CardClass.NONE),
        (("guest",), CardClass.GUEST_ONLY),
        (("guest", "guest"), CardClass.GUEST_ONLY),
        (("ota",), CardClass.OTA_ONLY),
        (("ota", "ota"), CardClass.OTA_ONLY),
        (("guest", "ota"), CardClass.GUEST_AND_OTA),
        (("ota", "guest", "ota"), CardClass.GUEST_AND_OTA),
    ],
)
def test_exactly_one_class_of_cards_holds(kinds: tuple[str, ...], card_class: CardClass) -> None:
    assert reservation(cards=cards(*kinds)).card_class is card_class


def test_the_last_card_is_the_one_added_last() -> None:
    taken = reservation(cards=cards("guest", "ota", "guest", "ota", "guest"))
    last = [taken.last_card(kind) for kind in (None, CardKind.GUEST, CardKind.OTA)]
    assert [card and card.id for card in last] == ["c5", "c5", "c4"]
    assert reservation(cards=cards("guest")).last_card(CardKind.OTA) is None
    assert reservation(cards=()).last_card() is None


@pytest.mark.parametrize(
    ("fields", "kind", "sentence"),
    [
        ({"id": ""}, InvalidValue, "id: '' is not a text of 1 to 128 printable characters"),
        ({"id": 12}, WrongType, "id: 12 (int) is not a text"),
        ({"status": "expected"}, WrongType, "status: 'expected' (str) is not a ReservationStatus"),
        ({"created_at": None}, WrongType, "instant: None (NoneType) is not a datetime with a UTC offset"),
        ({"checked_in_at": "now"}, WrongType, "instant: 'now' (str) is not a datetime with a UTC offset"),
        ({"checked_out_at": 1.0}, WrongType, "instant: 1.0 (float) is not a datetime with a UTC offset"),
        ({"cancelled_at": False}, WrongType, "instant: False (bool) is not a datetime with a UTC offset"),
        ({"no_show_at": date(2024, 2, 1)}, WrongType, "instant: 2024-02-01 (date) is not a datetime with a UTC offset"),
        ({"arrival": AT}, WrongType, "arrival: 2024-02-01 14:00:00+00:00 (datetime) is not a date"),
        ({"departure": AT}, WrongType, "departure: 2024-02-01 14:00:00+00:00 (datetime) is not a date"),
        ({"arrival": date(1899, 12, 31)}, InvalidValue, "arrival: 1899-12-31 is not in the years 1900 to 2199"),
        ({"departure": date(2200, 1, 1)}, InvalidValue, "departure: 2200-01-01 is not in the years 1900 to 2199"),
        ({"guarantee_status": "awaiting"}, WrongType, "guarantee_status: 'awaiting' (str) is not a GuaranteeStatus"),
        ({"guarantee_policy": ""}, InvalidValue, "guarantee_policy: '' is not a text of 1 to 128 printable characters"),
        ({"ota": None}, WrongType, "ota: None (NoneType) is not true or false"),
        ({"ota": "yes"}, WrongType, "ota: 'yes' (str) is not true or false"),
        ({"company": ""}, InvalidValue, "company: '' is not a text of 1 to 128 printable characters"),
        ({"agent": 7}, WrongType, "agent: 7 (int) is not a text"),
        ({"cards": ["c1"]}, WrongType, "cards: 'c1' (str) is not a list of Card"),
        ({"folios": [None]}, WrongType, "folios: None (NoneType) is not a list of Folio"),
        ({"preauthorizations": [1]}, WrongType, "preauthorizations: 1 (int) is not a list of PreAuthorization"),
        (
            {"cards": (*cards("guest", "ota"), Card("c1", CardKind.OTA))},
            InvalidValue,
            "cards[2].id: 'c1' is not different from the ids before it",
        ),
        (
            {"folios": (folio(id="a"), folio(id="a"))},
            InvalidValue,
            "folios[1].id: 'a' is not different from the ids before it",
        ),
        (
            {"preauthorizations": (hold(), hold(card="c2"))},
            InvalidValue,
            "preauthorizations[1].id: 'P1' is not different from the ids before it",
        ),
    ],
)
def test_a_reservation_refuses_what_makes_no_sense(
    fields: dict[str, Any], kind: type[InvalidValue], sentence: str
) -> None:
    found = refusal(reservation, **fields)
    assert (found[0], found[2]) == (kind, sentence)


def test_a_reservation_needs_little_and_keeps_the_rest() -> None:
    plain = Reservation(
        id="4111111111111111",  # never refused: one 16-digit number in ten looks like a card's
        status=ReservationStatus.EXPECTED,
        created_at=AT,
        arrival=date(1900, 1, 1),
        departure=date(2199, 12, 31),
    )
    assert attrs.asdict(plain, recurse=False) == {
        "id": "4111111111111111",
        "status": ReservationStatus.EXPECTED,
        "created_at": instant(AT),
        "arrival": date(1900, 1, 1),
        "departure": date(2199, 12, 31),
        "checked_in_at": None,
        "checked_out_at": None,
        "cancelled_at": None,
        "no_show_at": None,
        "guarantee_status": None,
        "guarantee_policy": None,
        "ota": False,
        "company": None,
        "agent": None,
        "cards": (),
        "folios": (),
        "preauthorizations": (),
        "extra": None,
    }
    full = reservation(
        cards=iter(cards("guest", "ota")),
        folios=iter([folio(id="a"), folio(id="b")]),
        preauthorizations=iter([hold(), hold(id="P2")]),
        guarantee_status=GuaranteeStatus.EXPIRED,
        extra={"phone": "1"},
    )
    assert [len(items) for items in (full.cards, full.folios, full.preauthorizations)] == [2, 2, 2]
    assert full.extra == {"phone": "1"}
    assert "phone" not in repr(full)
    assert hash(full) == hash(attrs.evolve(full, extra={"phone": "2"}))
    assert full != attrs.evolve(full, extra={"phone": "2"})


def test_the_same_reservation_may_be_given_by_datetimes_or_instants() -> None:
    assert reservation(created_at=AT) == reservation(created_at=instant(AT))
    assert reservation(created_at=AT) == reservation(created_at=datetime.fromisoformat("2024-02-01T16:00:00+02:00"))


# Cards and pre-authorisations


def test_a_card_has_a_token_and_a_kind() -> None:
    assert refusal(Card, "", CardKind.GUEST)[2] == "id: '' is not a text of 1 to 128 printable characters"
    assert refusal(Card, "4111 1111 1111 1111", CardKind.GUEST)[1] == "card_number"
    assert refusal(Card, "c1", "guest")[2] == "kind: 'guest' (str) is not a CardKind"
    assert Card("c1", CardKind.OTA) != Card("c1", CardKind.GUEST)


@pytest.mark.parametrize(
    ("fields", "code", "sentence"),
    [
        ({"id": ""}, "not_an_identifier", "id: '' is not a text of 1 to 128 printable characters"),
        ({"card": ""}, "not_an_identifier", "card: '' is not a text of 1 to 128 printable characters"),
        (
            {"card": "4111111111111111"},
            "card_number",
            "card: 'a card number, not repeated here' is not a token of the payment processor",
        ),
        ({"folio": ""}, "not_an_identifier", "folio: '' is not a text of 1 to 128 printable characters"),
        ({"reference": ""}, "not_an_identifier", "reference: '' is not a text of 1 to 128 printable characters"),
        ({"amount": 100}, "wrong_type", "amount: 100 (int) is not Money"),
        ({"amount": eur("-0.01")}, "negative_amount", "amount: '-0.01' is not zero or more"),
        ({"state": "held"}, "wrong_type", "state: 'held' (str) is not a PreAuthorizationState"),
        ({"expires_at": "never"}, "wrong_type", "instant: 'never' (str) is not a datetime with a UTC offset"),
    ],
)
def test_a_pre_authorization_refuses_what_makes_no_sense(fields: dict[str, Any], code: str, sentence: str) -> None:
    assert refusal(hold, **fields)[1:] == (code, sentence)


def test_a_pre_authorization_is_held_until_told() -> None:
    held = hold(amount=eur("0.00"), expires_at=AT)
    assert (held.state, held.expires_at, hold().expires_at) == (PreAuthorizationState.HELD, instant(AT), None)
    assert hold(state=PreAuthorizationState.CAPTURED).state is PreAuthorizationState.CAPTURED
    assert hold(id="4111111111111111", folio="4111111111111111").id == "4111111111111111"
