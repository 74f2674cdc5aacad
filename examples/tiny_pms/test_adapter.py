"""hotelpay's suites, run on the adapter of the tiny PMS."""

from __future__ import annotations

from datetime import datetime

import pytest

from hotelpay import CardKind, Folio, Instant, Reservation, utc_datetime
from hotelpay.testing.contracts import FolioBookContract, ReservationSourceContract
from tiny_pms.adapter import STATUSES, TinyBook, TinySource
from tiny_pms.pms import Bill, Block, Booking, Receipt, TinyPms

STATES = {status: state for state, status in STATUSES.items()}


class TinyBench:
    """An empty PMS, and a way to enter what the suites ask for."""

    def __init__(self) -> None:
        self.pms = TinyPms()
        self.source = TinySource(self.pms)
        self.book = TinyBook(self.pms)

    def put(self, reservation: Reservation) -> Reservation:
        """Enter a booking under the reservation's id, or replace it."""
        self.pms.bookings[reservation.id] = Booking(
            number=reservation.id,
            state=STATES[reservation.status],
            booked=utc_datetime(reservation.created_at),
            first_night=reservation.arrival,
            last_morning=reservation.departure,
            came=_moment(reservation.checked_in_at),
            left=_moment(reservation.checked_out_at),
            dropped=_moment(reservation.cancelled_at),
            cards=[(card.id, "virtual" if card.kind is CardKind.OTA else "guest") for card in reservation.cards],
            bills=[_bill(folio) for folio in reservation.folios],
            blocks=[
                Block(
                    name=held.id,
                    card=held.card,
                    bill=held.folio,
                    cents=held.amount.minor,
                    authorization=held.reference,
                    ends=_moment(held.expires_at),
                    state=held.state.value,
                )
                for held in reservation.preauthorizations
            ],
        )
        found = self.source.reservation(reservation.id)
        assert found is not None
        return found


def _moment(value: Instant | None) -> datetime | None:
    return None if value is None else utc_datetime(value)


def _bill(folio: Folio) -> Bill:
    return Bill(
        number=folio.id,
        opened=utc_datetime(folio.opened_at),
        sold=[(charge.revenue_group, charge.amount.minor) for charge in folio.charges],
        receipts=[Receipt(each.amount.minor, each.payment_type, each.reference) for each in folio.payments],
        closed_as="invoice" if folio.closed else None,
    )


class TestTinySource(ReservationSourceContract):
    @pytest.fixture
    def sources(self) -> TinyBench:
        return TinyBench()


class TestTinyBook(FolioBookContract):
    @pytest.fixture
    def books(self) -> TinyBench:
        return TinyBench()
