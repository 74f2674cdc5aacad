"""hotelpay's suites, run on the front desk's ports."""

from __future__ import annotations

import threading

import attrs
import pytest
from frontdesk.models import Booking
from frontdesk.ports import Bookings, Books, one_moment
from frontdesk_bench import FrontDeskBench, and_close

from hotelpay import Instant, Money, Payment, PreAuthorizationState, Refused, ReservationStatus
from hotelpay.ports import AnchorSpan, CandidateQuery
from hotelpay.testing.contracts import (
    FolioBookContract,
    GuaranteeDeskContract,
    MailerContract,
    PortalContract,
    ReservationSourceContract,
    TodoListContract,
)
from hotelpay.testing.contracts.hotel_bench import BOOKED_AT, blocked, booking


class TestBookings(ReservationSourceContract):
    @pytest.fixture
    def sources(self) -> FrontDeskBench:
        return FrontDeskBench()


class TestBooks(FolioBookContract):
    @pytest.fixture
    def books(self) -> FrontDeskBench:
        return FrontDeskBench()


class TestOutbox(MailerContract):
    @pytest.fixture
    def mailers(self) -> FrontDeskBench:
        return FrontDeskBench()


class TestGuestPages(PortalContract):
    @pytest.fixture
    def portals(self) -> FrontDeskBench:
        return FrontDeskBench()


class TestGuarantees(GuaranteeDeskContract):
    @pytest.fixture
    def desks(self) -> FrontDeskBench:
        return FrontDeskBench()


class TestNotes(TodoListContract):
    @pytest.fixture
    def todo_lists(self) -> FrontDeskBench:
        return FrontDeskBench()


# What is ours alone.


def test_a_fraction_of_a_second_is_found_with_the_second_after_it() -> None:
    """A booking of 8:29:59.5 counts as one of 8:30:00, so whoever asks for that second finds it."""
    bench = FrontDeskBench()
    bench.put(booking())
    row = Booking.objects.get()
    row.booked_at = row.booked_at.replace(minute=29, second=59, microsecond=500_000)
    row.save()
    span = AnchorSpan("created_at", BOOKED_AT, BOOKED_AT, (ReservationStatus.EXPECTED,))
    (found,) = Bookings().candidates(CandidateQuery((span,), BOOKED_AT))
    assert found.created_at == BOOKED_AT


def test_money_of_another_currency_is_not_posted() -> None:
    """A thousand yen on a folio in euros would be read as ten euros."""
    stay = FrontDeskBench().put(booking())
    payment = Payment(amount=Money(1000, Money.of(1, "JPY").currency), reference="k1")
    assert Books().post("k1", stay.id, stay.folios[0].id, payment, received="ch_1") == Refused("foreign_currency")
    assert Bookings().reservation(stay.id) == stay


def test_what_was_captured_is_not_released_by_a_worker_that_comes_late() -> None:
    stay = FrontDeskBench().put(booking())
    Books().keep(stay.id, attrs.evolve(blocked(), folio=stay.folios[0].id))
    Books().mark(stay.id, "A1", PreAuthorizationState.CAPTURED)
    assert Books().mark(stay.id, "A1", PreAuthorizationState.RELEASED) == Refused("not_held")


def test_charges_and_payments_are_read_as_of_one_moment() -> None:
    """What another worker posts meanwhile is seen by the next reading, and not by half of this one."""
    stay = FrontDeskBench().put(booking())
    payment = Payment(amount=Money.of(100, "EUR"), reference="k1")
    posting = threading.Thread(
        target=and_close, args=(lambda: Books().post("k1", stay.id, stay.folios[0].id, payment, received="ch_1"),)
    )
    with one_moment():
        before = Booking.objects.get().folios.get().balance
        posting.start()
        posting.join(0.5)  # PostgreSQL lets it through meanwhile, SQLite lets it wait
        assert Booking.objects.get().folios.get().balance == before
    posting.join()
    assert Booking.objects.get().folios.get().balance == before + 10_000


def test_only_bookings_in_the_span_are_read() -> None:
    """A cycle costs what it finds, and not what there is."""
    bench = FrontDeskBench()
    bench.put(booking("R1"))
    bench.put(booking("R2", created_at=Instant(BOOKED_AT - 86_400)))
    span = AnchorSpan("created_at", BOOKED_AT, BOOKED_AT, (ReservationStatus.EXPECTED,))
    assert [each.id for each in Bookings().candidates(CandidateQuery((span,), BOOKED_AT))] == ["R1"]
