"""The suite of the reservation source: every candidate, once, as it stands now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import attrs
import pytest

from hotelpay.autopilot.filters import reader
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.conditions import Condition, Field
from hotelpay.guarantee import GuaranteePolicy, GuaranteeStatus
from hotelpay.moments import HOUR, Instant
from hotelpay.ports import AnchorSpan, CandidateQuery, Stretch
from hotelpay.reservation import (
    Card,
    CardClass,
    CardKind,
    PreAuthorizationState,
    Reservation,
    ReservationStatus,
)
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.hotel_bench import (
    ARRIVAL,
    BOOKED_AT,
    DEPARTURE,
    SourceBench,
    bill,
    blocked,
    booking,
    seen,
)

_DAY: Final = 24 * HOUR
_CAME: Final = Instant(BOOKED_AT + 37 * _DAY)
_LEFT: Final = Instant(_CAME + 3 * _DAY)

#: The anchors that are instants, each with a status that has it.
_INSTANTS: Final = {
    "created_at": ReservationStatus.EXPECTED,
    "checked_in_at": ReservationStatus.CHECKED_IN,
    "checked_out_at": ReservationStatus.CHECKED_OUT,
    "cancelled_at": ReservationStatus.CANCELLED,
}
#: The anchors that are dates on the hotel's clock.
_DATES: Final = {"arrival": ReservationStatus.EXPECTED, "departure": ReservationStatus.CHECKED_IN}

_RULES: Final = HouseRules(timezone="UTC", guarantee_policies=[GuaranteePolicy(id="flex", guarantee_period_hours=48)])
#: Conditions are judged while a guarantee under that policy is still awaited.
_AT: Final = Instant(BOOKED_AT + 47 * HOUR)
_DETAILS: Final = {
    "guarantee_policy": "flex",
    "ota": True,
    "company": "company-1",
    "agent": "agent-1",
    "cards": (Card("tok-1", CardKind.GUEST), Card("tok-2", CardKind.OTA)),
}
#: What may be excluded without meaning the bookings of these tests.
_OTHERS: Final[dict[Field, frozenset[object]]] = {
    Field.GUARANTEE_STATUS: frozenset(GuaranteeStatus),
    Field.GUARANTEE_POLICY: frozenset({"non-refundable"}),
    Field.OTA: frozenset({True, False}),
    Field.CARDS: frozenset(CardClass),
    Field.COMPANY: frozenset({"company-2"}),
    Field.AGENT: frozenset({"agent-2"}),
}
_NEVER: Final = Condition(Field.COMPANY, frozenset({"no-such-company"}))


class ReservationSourceContract(PortContract):
    """Everything that :class:`~hotelpay.ports.ReservationSource` promises."""

    @pytest.fixture
    def sources(self) -> SourceBench:
        """Return a PMS without bookings; to be overridden."""
        raise NotImplementedError("override the fixture `sources`: a PMS without bookings for every test")

    # Candidates.

    @pytest.mark.parametrize("field", _INSTANTS)
    def test_a_span_of_instants_has_its_ends_in_it(self, sources: SourceBench, field: str) -> None:
        """Whose anchor is the first or the last second of a span is a candidate, and whoever lies between."""
        first, last = _CAME, Instant(_CAME + _DAY)
        rows = [_anchored(field, f"R{place}", moment) for place, moment in enumerate((first, first + 7, last))]
        wanted = {sources.put(row).id for row in rows}
        status = (_INSTANTS[field],)
        assert wanted <= _found(sources, AnchorSpan(field, first, last, status))

    @pytest.mark.parametrize("field", _DATES)
    def test_a_span_of_dates_has_its_ends_in_it(self, sources: SourceBench, field: str) -> None:
        """Who arrives (or departs) on the first or the last day of a span is a candidate."""
        day = ARRIVAL if field == "arrival" else DEPARTURE
        stays = [_moved(_DATES[field], f"R{days}", days) for days in (0, 1, 2)]
        wanted = {sources.put(stay).id for stay in stays}
        assert wanted <= _found(sources, AnchorSpan(field, day, day + timedelta(days=2), (_DATES[field],)))

    @pytest.mark.parametrize("field", _INSTANTS)
    def test_a_span_may_be_one_second(self, sources: SourceBench, field: str) -> None:
        """A span whose ends are one moment still holds that moment."""
        row = sources.put(_anchored(field, "R1", _CAME))
        assert row.id in _found(sources, AnchorSpan(field, _CAME, _CAME, (_INSTANTS[field],)))

    def test_a_span_may_be_one_day(self, sources: SourceBench) -> None:
        """A span of one date holds that date."""
        row = sources.put(booking())
        assert row.id in _found(sources, AnchorSpan("arrival", ARRIVAL, ARRIVAL, (ReservationStatus.EXPECTED,)))

    def test_each_status_that_is_asked_for_is_there(self, sources: SourceBench) -> None:
        """A span over several statuses leaves none of them out."""
        statuses = (ReservationStatus.EXPECTED, ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT)
        wanted = {sources.put(_moved(status, f"R-{status.value}", 0)).id for status in statuses}
        assert wanted <= _found(sources, AnchorSpan("departure", DEPARTURE, DEPARTURE, statuses))

    def test_each_candidate_is_there_once(self, sources: SourceBench) -> None:
        """Two folios, cards or blocked amounts make no reservation two."""
        stay = booking(folios=(bill(), attrs.evolve(bill(), id="R1-F2")), preauthorizations=(blocked(), blocked("A2")))
        sources.put(stay)
        sources.put(booking("R2"))
        found = _list(sources, AnchorSpan("arrival", ARRIVAL, ARRIVAL, (ReservationStatus.EXPECTED,)))
        names = [each.id for each in found]
        assert len(set(names)) == len(names)

    def test_several_spans_are_asked_at_once(self, sources: SourceBench) -> None:
        """Who lies in one of the spans is a candidate, and once where it lies in two of them."""
        status = ReservationStatus.EXPECTED
        rows = [sources.put(_moved(status, f"R{days}", days)).id for days in (0, 1, 9)]
        days = [ARRIVAL + timedelta(days=days) for days in (0, 1, 9)]
        spans = (
            AnchorSpan("arrival", days[0], days[1], (status,)),
            AnchorSpan("arrival", days[2], days[2], (status,)),
            AnchorSpan("created_at", BOOKED_AT, BOOKED_AT, (status,)),
        )
        found = [each.id for each in _list(sources, *spans)]
        assert sorted(found) == sorted(rows)

    @pytest.mark.parametrize("details", [{}, _DETAILS], ids=["bare", "detailed"])
    @pytest.mark.parametrize("field", Field)
    def test_whoever_fulfils_a_filter_is_there(
        self, sources: SourceBench, field: Field, details: dict[str, Any]
    ) -> None:
        """A source may judge filters or leave them alone: for whom they hold must be among the candidates."""
        stay = seen(sources, sources.put(booking(**details)))
        found = reader(field, _RULES, _AT)(stay)
        included = [] if found is None else [Condition(field, frozenset({found}))]
        for condition in (*included, Condition(field, _OTHERS[field] - {found}, wanted=False)):
            any_of = (Stretch(ARRIVAL, ARRIVAL, (_NEVER,)), Stretch(ARRIVAL, ARRIVAL, (condition,)))
            span = AnchorSpan("arrival", ARRIVAL, ARRIVAL, (ReservationStatus.EXPECTED,), any_of)
            assert _found(sources, span) == {stay.id}, condition

    def test_a_candidate_is_the_reservation_itself(self, sources: SourceBench) -> None:
        """A candidate has everything that a single reading has: cards, folios, blocked amounts."""
        stay = sources.put(booking(preauthorizations=(blocked(),)))
        found = _list(sources, AnchorSpan("arrival", ARRIVAL, ARRIVAL, (ReservationStatus.EXPECTED,)))
        assert [each for each in found if each.id == stay.id] == [seen(sources, stay)]

    def test_a_booking_that_was_moved_is_a_candidate_of_its_new_day(self, sources: SourceBench) -> None:
        """Nothing is remembered from an earlier call."""
        status = ReservationStatus.EXPECTED
        later = AnchorSpan("arrival", ARRIVAL + timedelta(days=5), ARRIVAL + timedelta(days=6), (status,))
        stay = sources.put(booking())
        _list(sources, later)
        moved = sources.put(_moved(status, "R1", 5))
        assert moved.id == stay.id
        assert moved.id in _found(sources, later)

    def test_a_hotel_without_bookings_has_no_candidates(self, sources: SourceBench) -> None:
        """Nothing is an answer too."""
        assert _list(sources, AnchorSpan("arrival", ARRIVAL, ARRIVAL, tuple(ReservationStatus))) == []

    # Holding.

    def test_who_left_with_a_blocked_amount_is_holding(self, sources: SourceBench) -> None:
        """Who checked out at that second or before, and still has an amount blocked, is there."""
        held = (blocked(),)
        wanted = {
            sources.put(attrs.evolve(_anchored("checked_out_at", name, moment), preauthorizations=held)).id
            for name, moment in (("R1", _LEFT), ("R2", _LEFT - 40 * _DAY))
        }
        assert {each.id for each in sources.source.holding(_LEFT)} == wanted

    def test_who_has_not_left_or_holds_nothing_is_not_holding(self, sources: SourceBench) -> None:
        """Who left later, is still there, or has nothing blocked any more, is not asked about."""
        gone = (blocked(state=PreAuthorizationState.RELEASED), blocked("A2", state=PreAuthorizationState.CAPTURED))
        held = (blocked(),)
        sources.put(attrs.evolve(_anchored("checked_out_at", "R1", _LEFT + 1), preauthorizations=held))
        sources.put(attrs.evolve(_anchored("checked_in_at", "R2", _CAME), preauthorizations=held))
        sources.put(attrs.evolve(_anchored("checked_out_at", "R3", _LEFT), preauthorizations=gone))
        sources.put(_anchored("checked_out_at", "R4", _LEFT))
        assert list(sources.source.holding(_LEFT)) == []

    def test_who_is_holding_is_there_once(self, sources: SourceBench) -> None:
        """Two amounts blocked on a reservation make it not two."""
        held = (blocked(), blocked("A2"), blocked("A3", state=PreAuthorizationState.RELEASED))
        stay = sources.put(attrs.evolve(_anchored("checked_out_at", "R1", _LEFT), preauthorizations=held))
        assert list(sources.source.holding(_LEFT)) == [seen(sources, stay)]

    # One reservation.

    def test_a_reservation_is_read_afresh(self, sources: SourceBench) -> None:
        """What a clerk changed a moment ago is seen."""
        stay = sources.put(booking())
        before = seen(sources, stay)
        changed = sources.put(booking(folios=(bill(owes=1),)))
        after = seen(sources, changed)
        assert (before.folios[0].amount_due.minor, after.folios[0].amount_due.minor) == (32000, 1)

    def test_a_reservation_that_is_not_there_is_none(self, sources: SourceBench) -> None:
        """An unknown id is an answer, not a fault."""
        sources.put(booking())
        assert sources.source.reservation("no-such-stay") is None


def _anchored(field: str, name: str, moment: int) -> Reservation:
    """Return a reservation in a status that has the anchor, with the anchor at a moment."""
    changes: dict[str, Any] = {field: Instant(moment)}
    return attrs.evolve(_moved(_INSTANTS[field], name, 0), **changes)


def _moved(status: ReservationStatus, name: str, days: int) -> Reservation:
    """Return a reservation in a status, all of whose dates lie some days later than usual."""
    later = timedelta(days=days)
    return booking(
        name,
        status=status,
        arrival=ARRIVAL + later,
        departure=DEPARTURE + later,
        checked_in_at=_CAME if status in (ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT) else None,
        checked_out_at=_LEFT if status is ReservationStatus.CHECKED_OUT else None,
        cancelled_at=_CAME if status is ReservationStatus.CANCELLED else None,
    )


def _list(sources: SourceBench, *spans: AnchorSpan) -> list[Reservation]:
    return list(sources.source.candidates(CandidateQuery(spans, _AT, _RULES.guarantee_policies)))


def _found(sources: SourceBench, *spans: AnchorSpan) -> set[str]:
    return {each.id for each in _list(sources, *spans)}
