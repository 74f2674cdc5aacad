"""What the suites of the ports inside a hotel are handed, and the bookings that they try them on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

import attrs

from hotelpay.folio import Charge, Folio, Payment
from hotelpay.moments import Instant, instant
from hotelpay.money import Currency, Money
from hotelpay.ports import FolioBook, ReservationSource
from hotelpay.reservation import PreAuthorization, PreAuthorizationState, Reservation, ReservationStatus
from hotelpay.settlement.outcome import Done, InsideOutcome, Refused

BOOKED_AT: Final = instant(datetime(2024, 6, 1, 8, 30, tzinfo=UTC))
ARRIVAL: Final = date(2024, 7, 8)
DEPARTURE: Final = date(2024, 7, 11)


class HotelBench(Protocol):
    """A PMS without bookings."""

    def put(self, reservation: Reservation) -> Reservation:
        """Enter a booking, or replace it where one of that id is there; return it as the source now shows it.

        A PMS that gives ids of its own returns other ones: the suites go on with what this returns. What it cannot
        keep (a company, an agent, a comment) it may leave out.
        """
        ...


class SourceBench(HotelBench, Protocol):
    """A PMS and its reservation source."""

    @property
    def source(self) -> ReservationSource:
        """The source under test."""
        ...


class BookBench(SourceBench, Protocol):
    """A PMS, its books, and a source to see what became of them."""

    @property
    def book(self) -> FolioBook:
        """The books under test."""
        ...


def booking(name: str = "R1", **fields: Any) -> Reservation:  # noqa: ANN401  the fields of a reservation
    """Return an expected reservation of three nights that owes 320.00 EUR on its one folio."""
    known: dict[str, Any] = {
        "id": name,
        "status": ReservationStatus.EXPECTED,
        "created_at": BOOKED_AT,
        "arrival": ARRIVAL,
        "departure": DEPARTURE,
        "folios": (bill(name),),
    }
    return Reservation(**known | fields)


def bill(reservation: str = "R1", *, owes: int = 32000, closed: bool = False) -> Folio:
    """Return a folio with a charge, in cents of a euro; of nothing where nothing is owed."""
    eur = Currency.of("EUR")
    charges = [Charge("rooms", Money(owes, eur))] if owes else []
    return Folio(id=f"{reservation}-F1", opened_at=BOOKED_AT, currency=eur, closed=closed, charges=charges)


def blocked(name: str = "A1", *, state: PreAuthorizationState = PreAuthorizationState.HELD) -> PreAuthorization:
    """Return 100.00 EUR blocked on a card for the first folio of R1."""
    return PreAuthorization(
        id=name,
        card="tok_1",
        folio="R1-F1",
        amount=Money.of(100, "EUR"),
        reference=f"auth-{name}",
        expires_at=Instant(BOOKED_AT + 7 * 86400),
        state=state,
    )


def seen(bench: SourceBench, reservation: Reservation) -> Reservation:
    """Return a reservation as the source shows it now."""
    found = bench.source.reservation(reservation.id)
    assert found is not None, f"{reservation.id} is not there any more"
    return found


def payments_by_reference(reservation: Reservation) -> dict[str | None, Payment]:
    """Return the payments on the first folio by the key that they are known by."""
    found = {payment.reference: payment for payment in reservation.folios[0].payments}
    assert len(found) == len(reservation.folios[0].payments), "a payment stands on the folio twice"
    return found


def done(answer: InsideOutcome) -> None:
    """Check that something was done."""
    assert answer == Done(), f"not done: {answer}"


def refused(answer: InsideOutcome) -> Refused:
    """Return an answer that has to be a refusal for good."""
    assert isinstance(answer, Refused), f"not refused: {answer}"
    return attrs.evolve(answer, message="")
