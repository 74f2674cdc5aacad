"""The index in memory: what it finds by its anchors, and what it knows of what was put in, replaced and taken out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from examples import cards, eur, reservation, utc
from hotelpay import PreAuthorization, PreAuthorizationState, Reservation, ReservationIndex, ReservationStatus
from hotelpay.moments import Instant, instant
from hotelpay.ports import AnchorSpan, CandidateQuery

LEFT: Final = "2024-02-04 09:00"


def hold(state: PreAuthorizationState = PreAuthorizationState.HELD) -> PreAuthorization:
    return PreAuthorization(id="A-1", card="c1", folio="F1", amount=eur("1.00"), reference="ch_1", state=state)


def gone(name: str, at: str = LEFT, **fields: Any) -> Reservation:
    """Return a guest who has left, with an amount that is still blocked."""
    return reservation(
        **{
            "id": name,
            "status": ReservationStatus.CHECKED_OUT,
            "checked_in_at": utc("2024-02-01 12:00"),
            "checked_out_at": utc(at),
            "preauthorizations": [hold()],
            **fields,
        }
    )


def booked(name: str, minute: int) -> Reservation:
    return reservation(id=name, created_at=utc(f"2024-01-10 07:{minute:02}"))


def span(field: str, first: Any, last: Any) -> AnchorSpan:
    return AnchorSpan(field, first, last, (ReservationStatus.NO_SHOW,))


def created(first: int, last: int) -> AnchorSpan:
    return span("created_at", *(instant(utc(f"2024-01-10 07:{minute:02}")) for minute in (first, last)))


def found(index: ReservationIndex, *spans: AnchorSpan) -> list[str]:
    return [row.id for row in index.candidates(CandidateQuery(spans, Instant(0)))]


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (0, 59, ["a", "b", "c", "d", "e"]),
        (10, 10, ["b", "c", "d"]),
        (5, 10, ["a", "b", "c", "d"]),
        (6, 9, []),
        (11, 20, ["e"]),
        (21, 59, []),
    ],
)
def test_a_span_holds_its_first_and_its_last_moment(first: int, last: int, names: list[str]) -> None:
    rows = [booked(name, minute) for name, minute in (("b", 10), ("e", 20), ("a", 5), ("c", 10), ("d", 10))]
    assert found(ReservationIndex(rows), created(first, last)) == names
    put_in = ReservationIndex()
    for row in rows:
        put_in.put(row)
    assert found(put_in, created(first, last)) == names


@pytest.mark.parametrize(
    ("field", "moment", "names"),
    [
        ("created_at", instant(utc("2024-01-10 07:30")), ["in", "out", "off", "new"]),
        ("arrival", date(2024, 2, 1), ["in", "out", "off", "new"]),
        ("departure", date(2024, 2, 4), ["in", "out", "off", "new"]),
        ("checked_in_at", instant(utc("2024-02-01 12:00")), ["in", "out"]),
        ("checked_out_at", instant(utc(LEFT)), ["out"]),
        ("cancelled_at", instant(utc("2024-01-20 00:00")), ["off"]),
    ],
)
def test_each_anchor_is_searched_where_it_has_happened(field: str, moment: Any, names: list[str]) -> None:
    """Statuses are left to the decision."""
    index = ReservationIndex(
        [
            reservation(id="in", status=ReservationStatus.CHECKED_IN, checked_in_at=utc("2024-02-01 12:00")),
            gone("out"),
            reservation(id="off", status=ReservationStatus.CANCELLED, cancelled_at=utc("2024-01-20 00:00")),
        ]
    )
    index.put(reservation(id="new"))
    assert found(index, span(field, moment, moment)) == names


def test_a_reservation_in_two_spans_is_found_once() -> None:
    index = ReservationIndex([booked("a", 5), booked("b", 10), booked("c", 15)])
    assert found(index, created(0, 10), created(10, 20)) == ["a", "b", "c"]
    assert found(index, created(15, 15), created(5, 5)) == ["c", "a"]
    assert found(index) == []


def test_what_is_put_in_again_is_replaced() -> None:
    index = ReservationIndex([booked("a", 5), booked("b", 5), booked("a", 10)])
    assert (len(index), found(index, created(5, 5)), found(index, created(10, 10))) == (2, ["b"], ["a"])
    later = booked("b", 20)
    index.put(later)
    assert (len(index), found(index, created(5, 5)), found(index, created(20, 20))) == (2, [], ["b"])
    assert index.reservation("b") is later
    assert index.reservation("c") is None


def test_what_is_removed_is_forgotten_and_the_others_are_not() -> None:
    rows = [booked(name, 5) for name in "abc"]
    index = ReservationIndex(rows)
    index.remove("b")
    index.remove("nobody")
    assert (len(index), found(index, created(5, 5)), index.reservation("b")) == (2, ["a", "c"], None)
    index.put(booked("b", 5))
    index.remove("a")
    assert found(index, created(0, 9)) == ["c", "b"]
    assert found(index, span("arrival", date(2024, 2, 1), date(2024, 2, 1))) == ["c", "b"]


def test_of_those_who_left_the_ones_with_a_blocked_amount_are_known() -> None:
    index = ReservationIndex(
        [
            gone("early", "2024-02-04 08:59"),
            gone("captured", preauthorizations=[hold(PreAuthorizationState.CAPTURED)]),
            gone("cardless", cards=cards(), preauthorizations=[]),
            reservation(id="still here", preauthorizations=[hold()]),
            gone("no show", status=ReservationStatus.NO_SHOW),
        ]
    )
    index.put(gone("on time"))
    index.put(gone("late", "2024-02-04 09:01"))
    assert [row.id for row in index.holding(instant(utc(LEFT)))] == ["early", "on time"]
    index.put(gone("early", preauthorizations=[hold(PreAuthorizationState.RELEASED)]))
    index.remove("on time")
    assert index.holding(instant(utc(LEFT))) == []
