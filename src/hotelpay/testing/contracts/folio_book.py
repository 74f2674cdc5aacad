"""The suite of the folio book: what is posted under a key stands on the folio once, whatever is said how often."""

from __future__ import annotations

from functools import partial
from typing import Final

import attrs
import pytest

from hotelpay.folio import Folio, Payment
from hotelpay.money import Money
from hotelpay.ports import FolioBook
from hotelpay.reservation import PreAuthorizationState, Reservation
from hotelpay.settlement.outcome import Done, InsideOutcome
from hotelpay.testing.contracts.at_once import WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.hotel_bench import (
    BOOKED_AT,
    BookBench,
    bill,
    blocked,
    booking,
    done,
    payments_by_reference,
    refused,
    seen,
)
from hotelpay.testing.contracts.payment_gateway import new_key

_HUNDRED: Final = Money.of(100, "EUR")


class FolioBookContract(PortContract):
    """Everything that :class:`~hotelpay.ports.FolioBook` promises."""

    @pytest.fixture
    def books(self) -> BookBench:
        """Return a PMS without bookings; to be overridden."""
        raise NotImplementedError("override the fixture `books`: a PMS without bookings for every test")

    # Posting.

    def test_a_payment_stands_on_the_folio(self, books: BookBench) -> None:
        """A posted payment is seen with its amount, its type and its key, and the balance rises by it."""
        stay = books.put(booking())
        key = new_key()
        done(_post(books.book, key, stay, payment_type="visa"))
        after = seen(books, stay)
        payment = payments_by_reference(after)[key]
        assert (payment.amount, payment.payment_type) == (_HUNDRED, "visa")
        assert _balance(after) == _balance(stay) + _HUNDRED

    def test_a_payment_is_posted_once(self, books: BookBench) -> None:
        """A repeat of a key is answered like the first call, and the balance changes once."""
        stay, key = books.put(booking()), new_key()
        for _ in range(3):
            done(_post(books.book, key, stay))
        assert _balance(seen(books, stay)) == _balance(stay) + _HUNDRED

    def test_two_keys_are_two_payments(self, books: BookBench) -> None:
        """The same amount under another key is another payment."""
        stay = books.put(booking())
        done(_post(books.book, new_key(), stay))
        done(_post(books.book, new_key(), stay))
        assert _balance(seen(books, stay)) == _balance(stay) + _HUNDRED + _HUNDRED

    def test_a_payment_is_posted_once_by_many_workers(self, books: BookBench) -> None:
        """Workers that post under the same key at the same moment post one payment between them."""
        stay, key = books.put(booking()), new_key()
        assert at_once([partial(_post, books.book, key, stay)] * WORKERS) == [Done()] * WORKERS
        assert _balance(seen(books, stay)) == _balance(stay) + _HUNDRED

    def test_more_than_is_owed_is_posted(self, books: BookBench) -> None:
        """Money that was taken stands on the folio also where it is too much: an overpayment is seen, not hidden."""
        stay = books.put(booking(folios=(bill(owes=100),)))
        done(_post(books.book, new_key(), stay))
        assert _balance(seen(books, stay)) == Money.of(99, "EUR")

    def test_a_posting_keeps_what_was_there(self, books: BookBench) -> None:
        """Charges, earlier payments and other folios stay as they are."""
        second = attrs.evolve(bill(owes=5000), id="R1-F2")
        stay = books.put(booking(folios=(bill(), second)))
        done(_post(books.book, new_key(), stay))
        done(_post(books.book, new_key(), stay))
        first, other = seen(books, stay).folios
        assert first.charges == stay.folios[0].charges
        assert other == stay.folios[1]

    def test_a_closed_folio_refuses_for_good(self, books: BookBench) -> None:
        """A refusal posts nothing, now or later: also after the folio was opened again."""
        stay, key = books.put(booking(folios=(bill(closed=True),))), new_key()
        first = refused(_post(books.book, key, stay))
        assert seen(books, stay) == stay
        opened = books.put(booking())
        assert refused(_post(books.book, key, opened)) == first
        assert _balance(seen(books, opened)) == _balance(opened)
        done(_post(books.book, new_key(), opened))

    def test_an_unknown_folio_is_refused(self, books: BookBench) -> None:
        """Where there is no such folio or reservation nothing is posted anywhere."""
        stay = books.put(booking())
        refused(books.book.post(new_key(), stay.id, "no-such-folio", _payment(new_key()), received="ch_1"))
        refused(books.book.post(new_key(), "no-such-stay", stay.folios[0].id, _payment(new_key()), received="ch_1"))
        assert seen(books, stay) == stay

    # Taking back.

    def test_a_payment_is_taken_back_whole(self, books: BookBench) -> None:
        """After it the folio owes what it owed before, and both entries are seen."""
        stay, posted, key = books.put(booking()), new_key(), new_key()
        done(_post(books.book, posted, stay))
        done(_take_back(books.book, key, stay, _HUNDRED, posted))
        after = seen(books, stay)
        assert _balance(after) == _balance(stay)
        assert payments_by_reference(after)[key].amount == -_HUNDRED

    def test_a_payment_is_taken_back_in_parts(self, books: BookBench) -> None:
        """A part comes off the folio, and the rest later."""
        stay, posted = books.put(booking()), new_key()
        done(_post(books.book, posted, stay))
        done(_take_back(books.book, new_key(), stay, Money.of(40, "EUR"), posted))
        assert _balance(seen(books, stay)) == _balance(stay) + Money.of(60, "EUR")
        done(_take_back(books.book, new_key(), stay, Money.of(60, "EUR"), posted))
        assert _balance(seen(books, stay)) == _balance(stay)

    def test_a_payment_is_taken_back_once(self, books: BookBench) -> None:
        """A repeat of a key takes nothing more back."""
        stay, posted, key = books.put(booking()), new_key(), new_key()
        done(_post(books.book, posted, stay))
        for _ in range(3):
            done(_take_back(books.book, key, stay, Money.of(40, "EUR"), posted))
        assert _balance(seen(books, stay)) == _balance(stay) + Money.of(60, "EUR")

    def test_what_was_never_posted_is_not_taken_back(self, books: BookBench) -> None:
        """Without the payment there is nothing to set against it: refused for good."""
        stay = books.put(booking())
        refused(_take_back(books.book, new_key(), stay, _HUNDRED, new_key()))
        assert seen(books, stay) == stay

    # Closing.

    def test_a_folio_without_a_balance_is_closed(self, books: BookBench) -> None:
        """A folio that is paid closes, and a repeat of the key changes nothing."""
        stay, key = books.put(booking(folios=(bill(owes=10000),))), new_key()
        done(_post(books.book, new_key(), stay))
        for _ in range(2):
            done(_close(books.book, key, stay))
        assert seen(books, stay).folios[0].closed

    @pytest.mark.parametrize("owes", [10001, 9999], ids=["owed", "overpaid"])
    def test_a_folio_with_a_balance_stays_open(self, books: BookBench, owes: int) -> None:
        """Whoever still owes, or is owed, gets no final document: refused as ``folio_has_balance``."""
        stay = books.put(booking(folios=(bill(owes=owes),)))
        done(_post(books.book, new_key(), stay))
        assert refused(_close(books.book, new_key(), stay)).code == "folio_has_balance"
        assert not seen(books, stay).folios[0].closed

    def test_a_refused_closing_is_refused_for_good(self, books: BookBench) -> None:
        """Its key is answered the same after the folio was paid; another key closes it."""
        stay, key = books.put(booking(folios=(bill(owes=10000),))), new_key()
        first = refused(_close(books.book, key, stay))
        done(_post(books.book, new_key(), stay))
        assert refused(_close(books.book, key, stay)) == first
        assert not seen(books, stay).folios[0].closed
        done(_close(books.book, new_key(), stay))
        assert seen(books, stay).folios[0].closed

    def test_an_unknown_folio_is_not_closed(self, books: BookBench) -> None:
        """Where there is no such folio there is nothing to close."""
        stay = books.put(booking())
        refused(books.book.close(new_key(), stay.id, "no-such-folio", "invoice"))

    # Blocked amounts.

    def test_a_blocked_amount_is_no_payment(self, books: BookBench) -> None:
        """It is kept beside the reservation, as it is, and the balance stays."""
        stay = books.put(booking())
        held = attrs.evolve(blocked(), folio=stay.folios[0].id)
        done(books.book.keep(stay.id, held))
        after = seen(books, stay)
        assert list(after.preauthorizations) == [held]
        assert after.folios == stay.folios

    def test_a_blocked_amount_is_kept_once(self, books: BookBench) -> None:
        """Keeping it again by its id changes nothing; another id is another amount."""
        stay = books.put(booking())
        held = attrs.evolve(blocked(), folio=stay.folios[0].id)
        other = attrs.evolve(blocked("A2"), folio=stay.folios[0].id)
        for each in (held, held, other, held):
            done(books.book.keep(stay.id, each))
        assert {each.id: each for each in seen(books, stay).preauthorizations} == {"A1": held, "A2": other}
        assert len(seen(books, stay).preauthorizations) == len({held.id, other.id})

    @pytest.mark.parametrize("state", [PreAuthorizationState.CAPTURED, PreAuthorizationState.RELEASED])
    def test_what_became_of_it_is_written_down(self, books: BookBench, state: PreAuthorizationState) -> None:
        """A blocked amount is marked, however often, and no other one with it."""
        stay = books.put(booking())
        for name in ("A1", "A2"):
            done(books.book.keep(stay.id, attrs.evolve(blocked(name), folio=stay.folios[0].id)))
        for _ in range(2):
            done(books.book.mark(stay.id, "A1", state))
        assert _states(seen(books, stay)) == {"A1": state, "A2": PreAuthorizationState.HELD}

    def test_keeping_again_does_not_undo_a_mark(self, books: BookBench) -> None:
        """A worker that comes late does not block an amount again that was given back."""
        stay = books.put(booking())
        held = attrs.evolve(blocked(), folio=stay.folios[0].id)
        done(books.book.keep(stay.id, held))
        done(books.book.mark(stay.id, held.id, PreAuthorizationState.RELEASED))
        done(books.book.keep(stay.id, held))
        assert _states(seen(books, stay)) == {"A1": PreAuthorizationState.RELEASED}

    def test_what_is_not_there_is_neither_kept_nor_marked(self, books: BookBench) -> None:
        """An unknown reservation or blocked amount is refused for good."""
        stay = books.put(booking())
        refused(books.book.keep("no-such-stay", blocked()))
        refused(books.book.mark(stay.id, "no-such-amount", PreAuthorizationState.RELEASED))


def _payment(key: str, amount: Money = _HUNDRED, payment_type: str | None = None) -> Payment:
    return Payment(amount=amount, payment_type=payment_type, reference=key, paid_at=BOOKED_AT)


def _post(book: FolioBook, key: str, stay: Reservation, *, payment_type: str | None = None) -> InsideOutcome:
    return book.post(key, stay.id, _folio(stay).id, _payment(key, payment_type=payment_type), received="ch_1")


def _take_back(book: FolioBook, key: str, stay: Reservation, amount: Money, posted: str) -> InsideOutcome:
    return book.take_back(key, stay.id, _folio(stay).id, _payment(key, -amount), posted=posted)


def _close(book: FolioBook, key: str, stay: Reservation) -> InsideOutcome:
    return book.close(key, stay.id, _folio(stay).id, "invoice")


def _folio(stay: Reservation) -> Folio:
    return stay.folios[0]


def _balance(stay: Reservation) -> Money:
    return _folio(stay).balance


def _states(stay: Reservation) -> dict[str, PreAuthorizationState]:
    return {each.id: each.state for each in stay.preauthorizations}
