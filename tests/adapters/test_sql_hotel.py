"""The embedded hotel: what a PMS hands in, what hotelpay does to it, and both put together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import attrs
import pytest
from sqlalchemy import Engine, text

from hotelpay.adapters.sql import Mail, SqlHotel, Todo, create_tables
from hotelpay.documents import DocumentError
from hotelpay.folio import Charge, Folio, Payment
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant, instant
from hotelpay.money import Currency, Money
from hotelpay.ports import AnchorSpan, CandidateQuery
from hotelpay.reservation import (
    Card,
    CardKind,
    PreAuthorization,
    PreAuthorizationState,
    Reservation,
    ReservationStatus,
)
from hotelpay.settlement.outcome import Done, InsideOutcome, Refused
from hotelpay.testing.contracts.at_once import at_once
from hotelpay.testing.contracts.intents import eur

EXPECTED, CHECKED_OUT = ReservationStatus.EXPECTED, ReservationStatus.CHECKED_OUT
EUR = Currency.of("EUR")
BOOKED = datetime(2024, 1, 10, 9, 30, tzinfo=UTC)
LEFT = instant(datetime(2024, 2, 4, 9, 0, tzinfo=UTC))
DONE = Done()
HELD, RELEASED = PreAuthorizationState.HELD, PreAuthorizationState.RELEASED


def folio(name: str = "F1", *payments: Payment, **fields: Any) -> Folio:
    charges = (Charge("rooms", eur(32000)),)
    return Folio(id=name, opened_at=BOOKED, currency=EUR, charges=charges, payments=payments, **fields)


def reservation(name: str = "R1", **fields: Any) -> Reservation:
    given: dict[str, Any] = {
        "status": EXPECTED,
        "created_at": BOOKED,
        "arrival": date(2024, 2, 1),
        "departure": date(2024, 2, 4),
        "cards": [Card("c1", CardKind.GUEST)],
        "folios": [folio()],
    }
    return Reservation(id=name, **(given | fields))


def held(name: str = "A1", minor: int = 10000, **fields: Any) -> PreAuthorization:
    return PreAuthorization(id=name, card="c1", folio="F1", amount=eur(minor), reference=f"auth-{name}", **fields)


def payment(key: str = "k1", minor: int = 32000, **fields: Any) -> Payment:
    given: dict[str, Any] = {"amount": eur(minor), "reference": key, "paid_at": LEFT}
    return Payment(**(given | fields))


@pytest.fixture
def hotel(engine: Engine) -> SqlHotel:
    """Return a hotel without reservations."""
    create_tables(engine, ["hotel"])
    return SqlHotel(engine, "seven-gulls")


@pytest.fixture
def inn(hotel: SqlHotel) -> SqlHotel:
    """Return a hotel with one reservation that owes 320.00 EUR."""
    hotel.import_reservations([reservation()])
    return hotel


def seen(hotel: SqlHotel, name: str = "R1") -> Reservation:
    found = hotel.reservation(name)
    assert found is not None
    return found


# Importing.


def test_a_reservation_comes_back_as_it_was_handed_in(hotel: SqlHotel) -> None:
    given = reservation(
        checked_in_at=LEFT,
        status=ReservationStatus.CHECKED_IN,
        guarantee_status=GuaranteeStatus.AWAITING,
        guarantee_policy="flex",
        ota=True,
        company="acme",
        agent="expedia",
        cards=[Card("c2", CardKind.OTA), Card("c1", CardKind.GUEST)],
        folios=[
            folio("F2", Payment(amount=eur(-5), comment="a note\nin Български"), Payment(amount=eur(7))),
            folio("F1", closed=True),
        ],
        preauthorizations=[held("A2", expires_at=LEFT), held("A1", state=RELEASED)],
        extra={"anything": [1, {"nested": None}], "text": "\x00"},
    )
    assert hotel.import_reservations(iter([given])) == 1
    assert seen(hotel) == given


def asked(*spans: AnchorSpan) -> CandidateQuery:
    return CandidateQuery(spans, LEFT)


def test_importing_again_replaces_what_the_pms_changed(inn: SqlHotel) -> None:
    changed = reservation(status=ReservationStatus.CANCELLED, cancelled_at=LEFT, folios=[])
    assert inn.import_reservations([changed]) == 1
    assert seen(inn) == changed
    span = AnchorSpan("cancelled_at", LEFT, LEFT, (ReservationStatus.CANCELLED,))
    assert [each.id for each in inn.candidates(asked(span))] == ["R1"]


def test_importing_again_keeps_postings_and_doubles_none(inn: SqlHotel) -> None:
    """The PMS may not know of the payment yet, or know it by the key it was posted under."""
    inn.post("k1", "R1", "F1", payment(), received="ch_1")
    for payments in ((), (payment(),), (Payment(amount=eur(100)), payment(comment="from the PMS"))):
        inn.import_reservations([reservation(folios=[folio("F1", *payments)])])
        (bill,) = seen(inn).folios
        assert sum(each.reference == "k1" for each in bill.payments) == 1
        assert bill.amount_due == eur(0)


def test_a_payment_that_the_pms_moved_to_another_folio_is_not_doubled(inn: SqlHotel) -> None:
    inn.post("k1", "R1", "F1", payment(), received="ch_1")
    inn.import_reservations([reservation(folios=[folio("F1"), folio("F2", payment())])])
    assert sum(len(bill.payments) for bill in seen(inn).folios) == 1


def test_importing_again_keeps_what_was_done(inn: SqlHotel) -> None:
    inn.post("k1", "R1", "F1", payment(), received="ch_1")
    inn.close("k2", "R1", "F1", "invoice")
    inn.set_guarantee_status("k3", "R1", GuaranteeStatus.GUARANTEED)
    inn.keep("R1", held())
    before = seen(inn)
    inn.import_reservations([reservation()])
    assert seen(inn) == before
    assert before.folios[0].closed
    assert before.guarantee_status is GuaranteeStatus.GUARANTEED
    assert before.preauthorizations == (held(),)


def test_a_released_amount_is_not_held_again_by_an_older_file(hotel: SqlHotel) -> None:
    given = reservation(preauthorizations=[held("A1"), held("A2")])
    hotel.import_reservations([given])
    assert hotel.mark("R1", "A1", RELEASED) == DONE
    hotel.import_reservations([given])
    assert [each.state for each in seen(hotel).preauthorizations] == [RELEASED, HELD]


def test_what_a_newer_file_lacks_or_released_is_gone(hotel: SqlHotel) -> None:
    hotel.import_reservations([reservation(preauthorizations=[held("A1"), held("A2")])])
    hotel.keep("R1", held("A3"))
    hotel.import_reservations([reservation(preauthorizations=[held("A2", state=RELEASED)])])
    assert [(each.id, each.state) for each in seen(hotel).preauthorizations] == [("A2", RELEASED), ("A3", HELD)]


def test_a_big_file_is_taken_over_in_pieces(hotel: SqlHotel) -> None:
    rows = [reservation(f"R{number}", preauthorizations=[held()]) for number in range(1100)]
    assert hotel.import_reservations(iter(rows)) == 1100
    hotel.post("k1", "R1099", "F1", payment(), received="ch_1")
    found = hotel.candidates(asked(AnchorSpan("arrival", date(2024, 2, 1), date(2024, 2, 1), (EXPECTED,))))
    assert {each.id for each in found} == {each.id for each in rows}
    assert [each.id for each in found if not each.folios[0].amount_due] == ["R1099"]


def test_a_reservation_that_stands_twice_in_a_file_is_its_last(hotel: SqlHotel) -> None:
    assert hotel.import_reservations([reservation(agent="a"), reservation(agent="b")]) == 2
    assert seen(hotel).agent == "b"


def test_hotels_do_not_see_each_other(inn: SqlHotel) -> None:
    other = SqlHotel(inn.engine, "other-hotel")
    assert other.reservation("R1") is None
    assert other.post("k1", "R1", "F1", payment(), received="ch_1") == Refused("unknown_folio")
    assert inn.post("k1", "R1", "F1", payment(), received="ch_1") == DONE
    other.import_reservations([reservation()])
    assert seen(other).folios[0].amount_due == eur(32000)


def test_a_document_that_somebody_spoilt_says_what_is_wrong(inn: SqlHotel) -> None:
    with inn.engine.begin() as connection:
        connection.execute(text('UPDATE hotelpay_reservations SET document = \'{"id": "R1"}\''))
    with pytest.raises(DocumentError, match="created_at: this field is needed"):
        inn.reservation("R1")


# Range queries.


@pytest.mark.parametrize(
    ("field", "at"),
    [
        ("created_at", instant(BOOKED)),
        ("checked_in_at", Instant(LEFT - 1)),
        ("checked_out_at", LEFT),
        ("cancelled_at", Instant(LEFT + 1)),
        ("arrival", date(2024, 2, 1)),
        ("departure", date(2024, 2, 4)),
    ],
)
def test_a_span_includes_both_its_ends(hotel: SqlHotel, field: str, at: Any) -> None:
    given = reservation(
        status=CHECKED_OUT,
        checked_in_at=Instant(LEFT - 1),
        checked_out_at=LEFT,
        cancelled_at=Instant(LEFT + 1),
    )
    hotel.import_reservations([given])
    step: Any = 1 if isinstance(at, int) else date(2024, 2, 2) - date(2024, 2, 1)
    found = {
        (first, last): [
            each.id for each in hotel.candidates(asked(AnchorSpan(field, first, last, (EXPECTED, CHECKED_OUT))))
        ]
        for first, last in ((at, at), (at - step, at), (at, at + step), (at + step, at + step), (at - step, at - step))
    }
    assert list(found.values()) == [["R1"], ["R1"], ["R1"], [], []]
    assert list(hotel.candidates(asked(AnchorSpan(field, at, at, (EXPECTED,))))) == []


def test_a_span_of_no_anchor_is_refused(hotel: SqlHotel) -> None:
    with pytest.raises(ValueError, match="no anchor"):
        hotel.candidates(asked(AnchorSpan("document", Instant(0), Instant(1), (EXPECTED,))))


def test_holding_are_those_that_left_and_still_have_an_amount_blocked(hotel: SqlHotel) -> None:
    left = {"status": CHECKED_OUT, "checked_out_at": LEFT}
    hotel.import_reservations(
        [
            reservation("both", preauthorizations=[held("A1"), held("A2")], **left),
            reservation("kept", **left),
            reservation("nothing", **left),
            reservation("released", preauthorizations=[held(state=RELEASED)], **left),
            reservation("later", preauthorizations=[held()], status=CHECKED_OUT, checked_out_at=Instant(LEFT + 1)),
            reservation("here", preauthorizations=[held()]),
        ]
    )
    hotel.keep("kept", held())
    found = hotel.holding(LEFT)
    assert sorted(each.id for each in found) == ["both", "kept"]
    assert all(each == hotel.reservation(each.id) for each in found)
    hotel.mark("kept", "A1", RELEASED)
    assert [each.id for each in hotel.holding(LEFT)] == ["both"]


# Posting.


def test_a_posting_is_on_the_folio_once(inn: SqlHotel) -> None:
    for _ in range(3):
        assert inn.post("k1", "R1", "F1", payment(comment="bonus"), received="ch_1") == DONE
    assert seen(inn).folios[0].payments == (payment(comment="bonus"),)
    (posting,) = inn.postings("R1")
    assert (posting.payment, posting.folio, posting.received) == (payment(comment="bonus"), "F1", "ch_1")


@pytest.mark.parametrize(
    ("where", "given", "code"),
    [
        (("R1", "F9"), {}, "unknown_folio"),
        (("R9", "F1"), {}, "unknown_folio"),
        (("R1", "shut"), {}, "folio_closed"),
        (("R1", "F1"), {"amount": Money.of(5, "JPY")}, "currency"),
    ],
)
def test_a_posting_is_refused_for_good(hotel: SqlHotel, where: Any, given: Any, code: str) -> None:
    """Also after the reason has gone: the money was given back, or a person has posted it, meanwhile."""
    hotel.import_reservations([reservation(folios=[folio(), folio("shut", closed=True)])])
    assert _posted(hotel, where, given) == Refused(code)
    hotel.import_reservations(
        [reservation(name, folios=[folio(), folio("shut"), folio("F9")]) for name in ("R1", "R9")]
    )
    assert _posted(hotel, where, given) == Refused(code)
    assert hotel.postings("R1") == ()


def _posted(hotel: SqlHotel, where: tuple[str, str], given: dict[str, Any]) -> InsideOutcome:
    return hotel.post("k1", where[0], where[1], payment(**given), received="ch_1")


@pytest.mark.parametrize(
    "change",
    [{"amount": eur(32001)}, {"amount": Money.of("320.00", "USD")}, {"payment_type": "kontur"}],
    ids=["amount", "currency", "type"],
)
def test_a_key_of_another_payment_is_refused(inn: SqlHotel, change: Any) -> None:
    inn.post("k1", "R1", "F1", payment(), received="ch_1")
    assert inn.post("k1", "R1", "F1", attrs.evolve(payment(), **change), received="ch_1") == Refused("other_payment")
    assert len(inn.postings("R1")) == 1


def test_a_key_of_another_folio_or_call_is_refused(inn: SqlHotel) -> None:
    inn.import_reservations([reservation("R2"), reservation("R1", folios=[folio(), folio("F2")])])
    inn.post("k1", "R1", "F1", payment(), received="ch_1")
    assert inn.post("k1", "R1", "F2", payment(), received="ch_1") == Refused("other_payment")
    assert inn.post("k1", "R2", "F1", payment(), received="ch_1") == Refused("other_payment")
    assert inn.close("k1", "R1", "F1", "invoice") == Refused("other_call")


def test_an_overpayment_is_posted(inn: SqlHotel) -> None:
    """A clerk took cash meanwhile: the money of the card is there all the same, and is shown."""
    inn.import_reservations([reservation(folios=[folio("F1", Payment(amount=eur(32000)))])])
    assert inn.post("k1", "R1", "F1", payment(), received="ch_1") == DONE
    assert seen(inn).folios[0].balance == eur(32000)


def test_many_that_post_at_once_post_once(inn: SqlHotel) -> None:
    for number in range(5):
        key = f"k{number}"
        calls = [partial(inn.post, key, "R1", "F1", payment(key, 100), received="ch_1")] * 6
        assert at_once(calls) == [DONE] * 6
    assert seen(inn).folios[0].paid == eur(500)


def test_a_folio_is_closed_or_posted_to_and_never_both(inn: SqlHotel) -> None:
    """However a clerk's closing and a late posting fall together, a closed folio has no balance."""
    for number in range(12):
        name = f"race-{number}"
        inn.import_reservations([reservation(name, folios=[folio("F1", Payment(amount=eur(32000)))])])
        closing = partial(inn.close, f"c{number}", name, "F1", "invoice")
        posting = partial(inn.post, f"p{number}", name, "F1", payment(f"p{number}"), received="ch_1")
        answers = at_once([closing, posting])
        assert sum(isinstance(answer, Refused) for answer in answers) == 1
        bill = seen(inn, name).folios[0]
        assert bill.closed == (bill.balance == eur(0))


# Taking back.


def test_a_part_may_be_taken_back_and_never_more_than_all(inn: SqlHotel) -> None:
    inn.post("k1", "R1", "F1", payment(minor=4500, payment_type="kontur"), received="debit-1")
    for key, minor, answer in (
        ("b1", -1000, DONE),
        ("b1", -1000, DONE),
        ("b2", -3501, Refused("more_than_posted")),
        ("b3", -3500, DONE),
        ("b4", -1, Refused("more_than_posted")),
    ):
        back = payment(key, minor, payment_type="kontur")
        assert inn.take_back(key, "R1", "F1", back, posted="k1") == answer
    assert seen(inn).folios[0].paid == eur(0)
    assert [each.posted for each in inn.postings("R1") if each.posted] == ["k1", "k1"]


def test_what_was_not_posted_is_not_taken_back(inn: SqlHotel) -> None:
    inn.import_reservations([reservation(folios=[folio(), folio("F2"), folio("shut", closed=True)])])
    inn.post("k1", "R1", "F1", payment(minor=4500), received="debit-1")
    assert inn.take_back("b1", "R1", "F1", payment("b1", -1), posted="k9") == Refused("not_posted")
    assert inn.take_back("b2", "R1", "F2", payment("b2", -1), posted="k1") == Refused("not_posted")
    assert inn.take_back("b3", "R1", "shut", payment("b3", -1), posted="k1") == Refused("folio_closed")
    assert inn.take_back("b4", "R1", "F9", payment("b4", -1), posted="k1") == Refused("unknown_folio")


# Closing.


def test_a_folio_with_a_balance_is_not_closed(inn: SqlHotel) -> None:
    answer = inn.close("k1", "R1", "F1", "invoice")
    assert isinstance(answer, Refused)
    assert (answer.code, answer.message) == ("folio_has_balance", "its balance is -320.00 EUR")
    inn.post("k2", "R1", "F1", payment("k2"), received="ch_1")
    again = inn.close("k1", "R1", "F1", "invoice")
    assert isinstance(again, Refused)
    assert again.code == "folio_has_balance"
    assert not seen(inn).folios[0].closed


def test_a_folio_is_closed_once_with_its_document(inn: SqlHotel) -> None:
    inn.post("k1", "R1", "F1", payment(), received="ch_1")
    assert inn.close("k2", "R1", "F1", "invoice") == inn.close("k2", "R1", "F1", "invoice") == DONE
    assert inn.close("k3", "R1", "F1", "receipt") == Refused("folio_closed")
    assert inn.close("k4", "R1", "F9", "receipt") == Refused("unknown_folio")
    assert (seen(inn).folios[0].closed, inn.closed_with("R1", "F1")) == (True, "invoice")


# Blocked amounts.


def test_a_blocked_amount_is_kept_once_and_is_no_payment(inn: SqlHotel) -> None:
    blocked = held(expires_at=LEFT)
    assert inn.keep("R1", blocked) == inn.keep("R1", blocked) == DONE
    assert seen(inn).preauthorizations == (blocked,)
    assert seen(inn).folios[0].amount_due == eur(32000)
    assert inn.keep("R1", held(minor=1)) == Refused("other_preauthorization")
    assert inn.keep("R9", blocked) == Refused("unknown_reservation")


def test_what_became_of_a_blocked_amount_is_written_down_for_good(inn: SqlHotel) -> None:
    captured = PreAuthorizationState.CAPTURED
    inn.keep("R1", held())
    assert inn.mark("R1", "A1", captured) == inn.mark("R1", "A1", captured) == DONE
    assert inn.mark("R1", "A1", RELEASED) == Refused("already_captured")
    assert inn.mark("R1", "A9", RELEASED) == Refused("unknown_preauthorization")
    assert inn.mark("R9", "A1", RELEASED) == Refused("unknown_preauthorization")
    assert inn.keep("R1", held()) == DONE
    assert [each.state for each in seen(inn).preauthorizations] == [captured]


# What follows.


def test_mails_and_todos_are_left_once(inn: SqlHotel) -> None:
    for _ in range(2):
        assert inn.send("m1", "R1", "thanks", eur(5)) == inn.send("m2", "R1", "thanks", None) == DONE
        assert inn.create("t1", "R1", "Call the guest", "Payments") == inn.create("t2", "R2", "Look", None) == DONE
    assert inn.mails() == (
        Mail(key="m1", reservation="R1", template="thanks", amount=eur(5)),
        Mail(key="m2", reservation="R1", template="thanks", amount=None),
    )
    assert inn.todos("R1") == (Todo(key="t1", reservation="R1", text="Call the guest", channel="Payments"),)
    assert len(inn.todos()) == 2


def test_an_older_call_that_comes_again_changes_nothing(inn: SqlHotel) -> None:
    """A follow-up repeated after a crash must not undo what was decided since."""
    assert inn.visible("R1", "F1") is None
    assert inn.set_folio_visibility("k1", "R1", "F1", visible=False) == DONE
    assert inn.set_folio_visibility("k2", "R1", "F1", visible=True) == DONE
    assert inn.set_folio_visibility("k1", "R1", "F1", visible=False) == DONE
    assert inn.visible("R1", "F1") is True
    assert inn.set_guarantee_status("k3", "R1", GuaranteeStatus.GUARANTEED) == DONE
    assert inn.set_guarantee_status("k4", "R1", GuaranteeStatus.NOT_GUARANTEED) == DONE
    assert inn.set_guarantee_status("k3", "R1", GuaranteeStatus.GUARANTEED) == DONE
    assert seen(inn).guarantee_status is GuaranteeStatus.NOT_GUARANTEED


def test_hiding_a_folio_neither_opens_nor_closes_it(inn: SqlHotel) -> None:
    inn.post("k1", "R1", "F1", payment(), received="ch_1")
    inn.set_folio_visibility("k2", "R1", "F1", visible=False)
    assert not seen(inn).folios[0].closed
    inn.close("k3", "R1", "F1", "invoice")
    assert (inn.visible("R1", "F1"), inn.closed_with("R1", "F1")) == (False, "invoice")


def test_what_is_not_there_is_refused(inn: SqlHotel) -> None:
    assert inn.set_folio_visibility("k1", "R1", "F9", visible=True) == Refused("unknown_folio")
    assert inn.set_folio_visibility("k2", "R9", "F1", visible=True) == Refused("unknown_folio")
    assert inn.set_guarantee_status("k3", "R9", GuaranteeStatus.GUARANTEED) == Refused("unknown_reservation")


# Erasing.


def test_an_erasure_leaves_amounts_and_no_texts(inn: SqlHotel) -> None:
    guest = "Anna Petrova"
    own = Payment(amount=eur(100), comment=guest, payment_type="cash")
    inn.import_reservations([reservation(folios=[folio("F1", own)], extra={"guest": guest}), reservation("R2")])
    inn.post("k1", "R1", "F1", payment(comment=guest), received="ch_1")
    inn.create("t1", "R1", f"Call {guest}", "Payments")
    inn.create("t2", "R2", "Call", None)
    inn.send("m1", "R1", "thanks", None)
    before = seen(inn)
    assert inn.erase("R1")
    after = seen(inn)
    assert after.extra is None
    assert [(each.amount, each.comment) for each in after.folios[0].payments] == [(eur(100), None), (eur(32000), None)]
    assert attrs.evolve(after, folios=before.folios, extra=before.extra) == before
    assert [todo.text for todo in inn.todos()] == ["", "Call"]
    assert [mail.template for mail in inn.mails()] == ["thanks"]
    assert inn.post("k1", "R1", "F1", payment(comment=guest), received="ch_1") == DONE
    with inn.engine.connect() as connection:
        for table in ("reservations", "postings", "todos", "mails", "answers"):
            rows = map(tuple, connection.execute(text(f"SELECT * FROM hotelpay_{table}")))  # noqa: S608  our own
            assert guest not in repr(list(rows))


def test_erasing_who_is_not_there_says_so(inn: SqlHotel) -> None:
    assert not inn.erase("R9")
