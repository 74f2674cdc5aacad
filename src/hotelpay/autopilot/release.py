"""When blocked amounts are given back after departure: the decision, without doing it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hotelpay.moments import Instant, calendar_days_later, observed
from hotelpay.reservation import PreAuthorization, PreAuthorizationState, Reservation, ReservationStatus


def release_due(reservation: Reservation, *, after_days: int | None, zone: ZoneInfo) -> Instant | None:
    """Return when the reservation's pre-authorisations are to be released, or None for never.

    ``after_days`` are calendar days on the hotel's clock, at the hour of check-out; 0 is at once, None off
    (AP-RELEASE-0, -2, -OFF).
    """
    left = reservation.status is ReservationStatus.CHECKED_OUT
    if after_days is None or not left or reservation.checked_out_at is None:
        return None
    return calendar_days_later(zone, reservation.checked_out_at, after_days)


def releasable(
    reservation: Reservation, *, after_days: int | None, at: datetime | Instant, zone: ZoneInfo
) -> tuple[PreAuthorization, ...]:
    """Return the held pre-authorisations that a cycle at ``at`` releases.

    There are none before the due instant, and none while any folio owes: such a reservation is looked at
    again in every cycle (AP-RELEASE-OWES).
    """
    due_at = release_due(reservation, after_days=after_days, zone=zone)
    if due_at is None or observed(at) < due_at or any(folio.amount_due for folio in reservation.folios):
        return ()
    return tuple(held for held in reservation.preauthorizations if held.state is PreAuthorizationState.HELD)
