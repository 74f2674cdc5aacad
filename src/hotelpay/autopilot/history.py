"""The past: a reservation of today's snapshot as it stood at an earlier instant.

A snapshot tells when most things happened, and is silent on some. What is assumed there is one rule each (D28 to
D31); what it holds without any instant (charges, cards, dates, guarantee status, policy, company, agent) counts from
the beginning.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from hotelpay.folio import Folio, Payment
from hotelpay.moments import Instant, hotel_midnight, observed
from hotelpay.reservation import Reservation, ReservationStatus

_ONE_DAY: Final = timedelta(days=1)
_ARRIVED: Final = (ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT)


class UndatedPayments(enum.Enum):
    """From when a payment without ``paid_at`` counts (D28)."""

    OPENING = "opening"
    """From the opening of its folio: as if everything had been paid in advance."""
    CHECK_OUT = "check-out"
    """From check-out, cancellation or no-show: as if everything had been paid at the desk."""


def as_of(
    reservation: Reservation,
    at: datetime | Instant,
    *,
    zone: ZoneInfo,
    undated_payments: UndatedPayments = UndatedPayments.OPENING,
) -> Reservation | None:
    """Return a reservation of a later snapshot as it stood at an instant; None before it was created.

    Its status follows from the instants that belong to the snapshot's status (D30). Folios, payments and instants that
    came after ``at`` are not there yet, and a closed folio was open until the reservation's end (D29). ``zone`` is the
    hotel's clock.
    """
    at = observed(at)
    if reservation.created_at > at:
        return None
    end = ended_at(reservation, zone)
    undated_from = end if undated_payments is UndatedPayments.CHECK_OUT else None

    def once_past(moment: Instant | None) -> Instant | None:
        return None if moment is None or moment > at else moment

    return attrs.evolve(
        reservation,
        status=_status_at(reservation, end, at),
        folios=[_folio_at(folio, at, end, undated_from) for folio in reservation.folios if folio.opened_at <= at],
        checked_in_at=once_past(reservation.checked_in_at),
        checked_out_at=once_past(reservation.checked_out_at),
        cancelled_at=once_past(reservation.cancelled_at),
        no_show_at=once_past(reservation.no_show_at),
    )


def turning_points(reservation: Reservation, *, zone: ZoneInfo) -> tuple[Instant, ...]:
    """Return the instants at which :func:`as_of` may change, in order; the first is that of the creation."""
    found = {
        reservation.created_at,
        reservation.checked_in_at,
        reservation.checked_out_at,
        reservation.cancelled_at,
        reservation.no_show_at,
        ended_at(reservation, zone),  # a no-show's may stand nowhere
    }
    for folio in reservation.folios:
        found.add(folio.opened_at)
        found |= {payment.paid_at for payment in folio.payments}
    return tuple(sorted(point for point in found if point is not None and point >= reservation.created_at))


def ended_at(reservation: Reservation, zone: ZoneInfo) -> Instant | None:
    """Return when a reservation was checked out, cancelled or a no-show; None where it is none of them.

    A no-show without ``no_show_at`` is one from the end of the arrival day on the hotel's clock (D30).
    """
    match reservation.status:
        case ReservationStatus.CHECKED_OUT:
            return reservation.checked_out_at
        case ReservationStatus.CANCELLED:
            return reservation.cancelled_at
        case ReservationStatus.NO_SHOW:
            if reservation.no_show_at is not None:
                return reservation.no_show_at
            return hotel_midnight(zone, reservation.arrival + _ONE_DAY)
        case _:
            return None


def _status_at(reservation: Reservation, end: Instant | None, at: Instant) -> ReservationStatus:
    """Return expected, checked in while the guest was there, and the snapshot's own status from the end on."""
    if end is not None and end <= at:
        return reservation.status
    arrived_at = reservation.checked_in_at if reservation.status in _ARRIVED else None
    return ReservationStatus.EXPECTED if arrived_at is None or arrived_at > at else ReservationStatus.CHECKED_IN


def _folio_at(folio: Folio, at: Instant, end: Instant | None, undated_from: Instant | None) -> Folio:
    def was_paid(payment: Payment) -> bool:
        since = undated_from if payment.paid_at is None else payment.paid_at
        return since is None or since <= at

    return attrs.evolve(
        folio,
        closed=folio.closed and (end is None or end <= at),
        payments=[payment for payment in folio.payments if was_paid(payment)],
    )
