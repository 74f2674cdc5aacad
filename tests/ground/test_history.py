"""A reservation as it stood: what a later snapshot tells of the past, and what is assumed where it is silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from examples import eur, folio, reservation, utc
from hotelpay import Folio, Payment, Reservation, ReservationStatus, UndatedPayments, as_of
from hotelpay.autopilot.history import ended_at, turning_points
from hotelpay.moments import hotel_midnight, instant, utc_text

SOFIA = ZoneInfo("Europe/Sofia")
CREATED, CAME, LEFT = utc("2024-01-10 07:30"), utc("2024-02-01 13:20"), utc("2024-02-04 08:05")
SECOND = timedelta(seconds=1)


def stay(**fields: Any) -> Reservation:
    """Return a reservation whose guest has left."""
    left = {"status": ReservationStatus.CHECKED_OUT, "checked_in_at": CAME, "checked_out_at": LEFT}
    return reservation(**{**left, **fields})


def seen(row: Reservation, at: datetime, **options: Any) -> Reservation:
    found = as_of(row, at, zone=SOFIA, **options)
    assert found is not None
    return found


def only_folio(row: Reservation, at: datetime, **options: Any) -> Folio:
    (bill,) = seen(row, at, **options).folios
    return bill


def test_before_it_was_created_there_is_none() -> None:
    assert as_of(stay(), CREATED - SECOND, zone=SOFIA) is None
    assert as_of(stay(), CREATED, zone=SOFIA) is not None


@pytest.mark.parametrize(
    ("at", "status", "came", "left"),
    [
        (CREATED, ReservationStatus.EXPECTED, None, None),
        (CAME - SECOND, ReservationStatus.EXPECTED, None, None),
        (CAME, ReservationStatus.CHECKED_IN, instant(CAME), None),
        (LEFT - SECOND, ReservationStatus.CHECKED_IN, instant(CAME), None),
        (LEFT, ReservationStatus.CHECKED_OUT, instant(CAME), instant(LEFT)),
    ],
)
def test_a_stay_is_expected_then_checked_in_then_checked_out(
    at: datetime, status: ReservationStatus, came: int | None, left: int | None
) -> None:
    then = seen(stay(), at)
    assert (then.status, then.checked_in_at, then.checked_out_at) == (status, came, left)


def test_who_is_still_there_was_expected_before() -> None:
    row = reservation(status=ReservationStatus.CHECKED_IN, checked_in_at=CAME)
    assert seen(row, CAME - SECOND).status is ReservationStatus.EXPECTED
    assert seen(row, CAME) == row


def test_without_a_check_in_a_guest_was_expected_until_check_out() -> None:
    row = stay(checked_in_at=None)
    assert seen(row, LEFT - SECOND).status is ReservationStatus.EXPECTED
    assert seen(row, LEFT) == row


@pytest.mark.parametrize(
    ("status", "field"), [(ReservationStatus.CANCELLED, "cancelled_at"), (ReservationStatus.NO_SHOW, "no_show_at")]
)
def test_what_ended_before_the_stay_was_expected_until_then(status: ReservationStatus, field: str) -> None:
    """A check-in that stands in a cancelled reservation was undone, nobody knows when: it never counts as one."""
    row = reservation(status=status, checked_in_at=CAME, **{field: LEFT})
    then = seen(row, LEFT - SECOND)
    assert (then.status, then.checked_in_at, getattr(then, field)) == (
        ReservationStatus.EXPECTED,
        instant(CAME),
        None,
    )
    assert seen(row, LEFT) == row


def test_a_no_show_without_an_instant_is_one_from_the_end_of_the_arrival_day() -> None:
    """The day ends at midnight on the hotel's clock, which is 22:00 of UTC in a Bulgarian winter."""
    row = reservation(status=ReservationStatus.NO_SHOW)
    midnight = utc("2024-02-01 22:00")
    assert ended_at(row, SOFIA) == instant(midnight)
    assert seen(row, midnight - SECOND).status is ReservationStatus.EXPECTED
    assert seen(row, midnight) == row
    assert turning_points(row, zone=SOFIA)[-1] == instant(midnight)


def test_what_has_not_ended_has_no_end() -> None:
    assert ended_at(reservation(), SOFIA) is None
    assert ended_at(reservation(status=ReservationStatus.CHECKED_IN, checked_in_at=CAME), SOFIA) is None


def test_a_folio_is_there_from_its_opening() -> None:
    bar = folio("12.00", id="F2", opened_at=CAME)
    row = stay(folios=[folio("320.00"), bar])
    assert [bill.id for bill in seen(row, CAME - SECOND).folios] == ["F1"]
    assert [bill.id for bill in seen(row, CAME).folios] == ["F1", "F2"]


def test_a_closed_folio_was_open_until_the_end() -> None:
    row = stay(folios=[folio("320.00", closed=True)])
    assert not only_folio(row, LEFT - SECOND).closed
    assert only_folio(row, LEFT).closed
    assert only_folio(reservation(folios=row.folios), CREATED).closed, "where there is no end it always was"


def test_a_dated_payment_counts_from_its_date() -> None:
    paid = attrs.evolve(folio("320.00"), payments=[Payment(amount=eur("50.00"), paid_at=CAME)])
    row = stay(folios=[paid])
    for undated in UndatedPayments:
        assert only_folio(row, CAME - SECOND, undated_payments=undated).paid == eur("0.00")
        assert only_folio(row, CAME, undated_payments=undated).paid == eur("50.00")


def test_an_undated_payment_counts_from_the_opening_or_from_the_end() -> None:
    row = stay(folios=[folio("320.00", paid=("50.00",))])
    late = {"undated_payments": UndatedPayments.CHECK_OUT}
    assert only_folio(row, CREATED).paid == eur("50.00")
    assert only_folio(row, LEFT - SECOND, **late).paid == eur("0.00")
    assert only_folio(row, LEFT, **late).paid == eur("50.00")
    assert only_folio(reservation(folios=row.folios), CREATED, **late).paid == eur("50.00"), "it has not ended"


def test_the_turning_points_are_what_the_snapshot_dates() -> None:
    paid = attrs.evolve(folio("320.00"), payments=[Payment(amount=eur("50.00"), paid_at=utc("2024-01-12 09:00"))])
    row = stay(folios=[paid, folio("12.00", id="F2", opened_at=utc("2024-02-02 20:00"), paid=("12.00",))])
    assert [utc_text(point) for point in turning_points(row, zone=SOFIA)] == [
        "2024-01-10T07:30:00Z",  # the first folio was opened before, when there was no reservation yet
        "2024-01-12T09:00:00Z",
        "2024-02-01T13:20:00Z",
        "2024-02-02T20:00:00Z",
        "2024-02-04T08:05:00Z",
    ]


def test_a_midnight_that_the_clock_skips_moves_forward() -> None:
    """In Beirut the day of the change began at one o'clock."""
    assert utc_text(hotel_midnight(ZoneInfo("Asia/Beirut"), utc("2022-03-27 12:00").date())) == "2022-03-26T22:00:00Z"
    assert utc_text(hotel_midnight(SOFIA, utc("2024-07-01 12:00").date())) == "2024-06-30T21:00:00Z"
