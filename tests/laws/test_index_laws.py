"""Laws of the index in memory: it answers as a look at every reservation would, whatever was put in and taken out."""

from __future__ import annotations

from datetime import datetime

import attrs
from hypothesis import given
from hypothesis import strategies as st

from hotelpay import HouseRules, Reservation, ReservationStatus, Task
from hotelpay.autopilot.candidates import candidates_at, candidates_missed
from hotelpay.autopilot.index import ReservationIndex
from hotelpay.moments import Instant, next_cycle
from hotelpay.testing import strategies as some
from hotelpay.testing.memory_hotel import MemoryHotel

#: A reservation is put in, or the one of an id taken out.
_CHANGES = st.lists(
    st.one_of(
        st.sampled_from(("R1", "R2", "R3")).flatmap(some.reservations),
        st.sampled_from(("R1", "R2", "R3", "R4")),
    ),
    max_size=8,
)


@given(some.hotels(3, 3), _CHANGES, some.cycles, some.house_rules, st.integers(0, 200))
def test_the_index_finds_what_a_look_at_all_finds(
    drawn: tuple[list[Task], list[Reservation]],
    changes: list[Reservation | str],
    at: datetime,
    rules: HouseRules,
    hours: int,
) -> None:
    tasks, rows = drawn
    index, hotel = ReservationIndex(rows), MemoryHotel()
    hotel.put(*rows)
    for change in changes:
        if isinstance(change, str):
            index.remove(change)
            hotel.reservations.pop(change, None)
        else:
            index.put(change)
            hotel.put(change)
    moment = next_cycle(at)
    earlier = Instant(moment - 3600 * hours)
    for query in (candidates_at(tasks, rules, moment), candidates_missed(tasks, rules, earlier, moment)):
        whatever_status = attrs.evolve(
            query, spans=tuple(attrs.evolve(span, statuses=tuple(ReservationStatus)) for span in query.spans)
        )
        assert _by_id(index.candidates(query)) == _by_id(hotel.candidates(whatever_status))
    assert _by_id(index.holding(moment)) == _by_id(hotel.holding(moment))
    assert len(index) == len(hotel.reservations)
    for name in ("R1", "R4"):
        assert index.reservation(name) == hotel.reservation(name)


def _by_id(rows: object) -> list[Reservation]:
    assert isinstance(rows, list)
    return sorted(rows, key=lambda row: row.id)
