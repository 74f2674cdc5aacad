"""One rule has one meaning: what a database leaves of the candidates is what Python's predicate leaves of all rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from hotelpay import (
    Card,
    CardKind,
    Filters,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Mode,
    Operation,
    Reservation,
    Task,
    decide_all,
)
from hotelpay.adapters.sql import SqlHotel, create_tables
from hotelpay.adapters.sql.candidates import candidate_rows, holds
from hotelpay.adapters.sql.schema import HOTEL, reservations
from hotelpay.autopilot.candidates import candidates_at
from hotelpay.autopilot.decision import selected
from hotelpay.autopilot.filters import sift
from hotelpay.autopilot.index import ReservationIndex
from hotelpay.conditions import Condition, Field
from hotelpay.moments import HOUR, Instant, hours_later, instant, next_cycle
from hotelpay.ports import AnchorSpan, CandidateQuery, Stretch
from hotelpay.reservation import CardClass, ReservationStatus
from hotelpay.testing import strategies as some

Drawn: TypeAlias = tuple[list[Task], list[Reservation]]

#: Every example empties the tables first, so that one database serves them all.
_SHARED: Final = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, *settings().suppress_health_check]
)
_DAY: Final = date(2024, 2, 1)
_BOOKED: Final = instant(datetime.fromisoformat("2024-01-10T09:30:00+02:00"))
_TASK: Final = Task(id="T", active=True, mode=Mode.BEFORE_ARRIVAL, operation=Operation.ACTIONS_ONLY)


@pytest.fixture
def hotel(engine: Engine) -> SqlHotel:
    """Return a hotel without reservations."""
    create_tables(engine, ["hotel"])
    return SqlHotel(engine, "seven-gulls")


def _filled(hotel: SqlHotel, rows: Iterable[Reservation], made_sure: Iterable[str] = ()) -> list[Reservation]:
    """Let the hotel have these rows alone; return them as they stand once some guarantees have been set."""
    with hotel.engine.begin() as connection:
        for table in reversed(HOTEL.sorted_tables):
            connection.execute(delete(table))
    hotel.import_reservations(rows)
    for name in made_sure:
        hotel.set_guarantee_status(f"k-{name}", name, GuaranteeStatus.NOT_GUARANTEED)
    return [_there(hotel, row.id) for row in sorted(rows, key=lambda row: row.id)]


def _there(hotel: SqlHotel, name: str) -> Reservation:
    found = hotel.reservation(name)
    assert found is not None
    return found


# Conditions.

_SEVERAL_FILTERS: Final = st.lists(some.filters, min_size=1, max_size=4)


@_SHARED
@given(
    some.hotels(1, 8), st.lists(some.filters, min_size=1, max_size=4), some.house_rules, some.cycles, st.integers(0, 2)
)
def test_a_database_and_python_judge_every_filter_alike(
    hotel: SqlHotel, drawn: Drawn, filters: list[Filters], rules: HouseRules, at: datetime, made_sure: int
) -> None:
    """The same rows, also where hotelpay has set a guarantee itself and where it follows from a policy's period."""
    moment = next_cycle(at)
    rows = _filled(hotel, drawn[1], [row.id for row in drawn[1][:made_sure]])
    for conditions in (each.conditions for each in filters):
        query = select(reservations.c.id).where(
            *(holds(condition, rules.guarantee_policies, moment) for condition in conditions)
        )
        with hotel.engine.connect() as connection:
            found = sorted(connection.execute(query).scalars())
        assert found == [row.id for row in sift(conditions, rows, rules, moment)]


_PLAIN: Final = Reservation(
    id="plain", status=ReservationStatus.EXPECTED, created_at=_BOOKED, arrival=_DAY, departure=_DAY
)
_ROWS: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "of-c1": {"company": "c1"},
    "of-c2": {"company": "c2"},
    "quoted": {"agent": "it's; --"},
    "flexible": {"guarantee_policy": "flex"},
    "strict": {"guarantee_policy": "strict"},
    "unheard-of": {"guarantee_policy": "unknown"},
    "online": {"ota": True},
    "sure": {"guarantee_status": GuaranteeStatus.GUARANTEED},
    "carded": {"cards": [Card("tok-1", CardKind.GUEST), Card("tok-2", CardKind.OTA)]},
}
#: Guarantees under the first are awaited for two days; under the other none is.
_POLICIES: Final = (GuaranteePolicy(id="flex", guarantee_period_hours=48), GuaranteePolicy(id="strict"))
_EXPIRES: Final = hours_later(_BOOKED, 48)


@pytest.mark.parametrize(
    ("field", "values", "found"),
    [
        (Field.COMPANY, {"c1"}, {"of-c1"}),
        (Field.COMPANY, {"c1", "c2", "c3"}, {"of-c1", "of-c2"}),
        (Field.AGENT, {"it's; --"}, {"quoted"}),
        (Field.GUARANTEE_POLICY, {"flex", "strict"}, {"flexible", "strict"}),
        (Field.OTA, {True}, {"online"}),
        (Field.CARDS, {CardClass.GUEST_AND_OTA}, {"carded"}),
        (Field.GUARANTEE_STATUS, {GuaranteeStatus.AWAITING, GuaranteeStatus.GUARANTEED}, {"flexible", "sure"}),
        (Field.GUARANTEE_STATUS, {GuaranteeStatus.EXPIRED}, set()),
    ],
)
def test_a_condition_leaves_what_it_names_and_its_contrary_the_rest(
    hotel: SqlHotel, field: Field, values: set[Any], found: set[str]
) -> None:
    """Also where the column is empty: nothing is in no list, so it is not included, and not excluded."""
    hotel.import_reservations(attrs.evolve(_PLAIN, id=name, **changes) for name, changes in _ROWS.items())
    wanted, unwanted = (Condition(field, frozenset(values), each) for each in (True, False))
    assert _judged(hotel, wanted, Instant(_EXPIRES - 1)) == found
    assert _judged(hotel, unwanted, Instant(_EXPIRES - 1)) == _ROWS.keys() - found


def test_a_guarantee_is_awaited_to_the_second(hotel: SqlHotel) -> None:
    hotel.import_reservations([attrs.evolve(_PLAIN, guarantee_policy="flex")])
    expired = Condition(Field.GUARANTEE_STATUS, frozenset({GuaranteeStatus.EXPIRED}))
    assert _judged(hotel, expired, Instant(_EXPIRES - 1)) == set()
    assert _judged(hotel, expired, _EXPIRES) == {"plain"}


def test_a_guarantee_that_hotelpay_set_is_what_counts(hotel: SqlHotel) -> None:
    hotel.import_reservations([attrs.evolve(_PLAIN, guarantee_status=GuaranteeStatus.GUARANTEED)])
    hotel.set_guarantee_status("k1", "plain", GuaranteeStatus.NOT_GUARANTEED)
    guaranteed = Condition(Field.GUARANTEE_STATUS, frozenset({GuaranteeStatus.GUARANTEED}))
    assert _judged(hotel, guaranteed, _BOOKED) == set()


def _judged(hotel: SqlHotel, condition: Condition, at: Instant) -> set[str]:
    with hotel.engine.connect() as connection:
        return set(connection.execute(select(reservations.c.id).where(holds(condition, _POLICIES, at))).scalars())


# Candidates.


@_SHARED
@given(some.hotels(4, 8), some.cycles, some.house_rules)
def test_what_is_decided_on_candidates_is_decided_on_all(
    hotel: SqlHotel, drawn: Drawn, at: datetime, rules: HouseRules
) -> None:
    """Of a database's candidates, and of an index in memory; and the database hands out none in vain."""
    tasks, moment = drawn[0], next_cycle(at)
    rows = _filled(hotel, drawn[1])
    query = candidates_at(tasks, rules, moment)
    expected = [run for task in tasks for run in decide_all(task, rows, at=moment, rules=rules)]
    for found in (hotel.candidates(query), ReservationIndex(rows).candidates(query)):
        in_order = sorted(found, key=lambda row: row.id)
        assert [run for task in tasks for run in decide_all(task, in_order, at=moment, rules=rules)] == expected
    wanted = {row.id for task in tasks for row in selected(task, rows, at=moment, rules=rules)}
    assert {row.id for row in hotel.candidates(query)} == wanted


def test_each_task_keeps_its_own_part_of_a_shared_range(hotel: SqlHotel) -> None:
    """Of two tasks that wait for arrivals each sees its own days, with its own filters."""
    rows = [
        attrs.evolve(_PLAIN, id=f"{name}-{days}", ota=name == "online", arrival=day, departure=day)
        for name in ("online", "direct")
        for days, day in ((0, _DAY), (7, _DAY + timedelta(days=7)))
    ]
    hotel.import_reservations(rows)
    today = attrs.evolve(_TASK, id="T0", filters=Filters(ota=True))
    soon = attrs.evolve(_TASK, id="T7", offset_hours=168, filters=Filters(ota=False))
    noon = instant(datetime.fromisoformat("2024-02-01T12:00:00Z"))
    found = hotel.candidates(candidates_at([today, soon], HouseRules(timezone="UTC"), noon))
    assert sorted(row.id for row in found) == ["direct-0", "direct-7", "online-0"]
    found = hotel.candidates(candidates_at([today], HouseRules(timezone="UTC"), noon))
    assert [row.id for row in found] == ["online-0"]


def _statements(query: CandidateQuery) -> list[str]:
    return [str(statement) for statement in candidate_rows("seven-gulls", query)]


def test_the_tasks_of_a_mode_share_one_range(hotel: SqlHotel) -> None:
    """Four tasks that wait for arrivals ask one range; all modes together ask one statement."""
    rules = HouseRules(timezone="Europe/Sofia")
    waiting = [attrs.evolve(_TASK, id=f"T{hours}", offset_hours=hours) for hours in (0, 24, 48, 168)]
    query = candidates_at(waiting, rules, _BOOKED)
    (span,) = query.spans
    assert (span.field, len(span.any_of)) == ("arrival", 4)
    every_mode = [attrs.evolve(_TASK, id=mode.value, mode=mode) for mode in Mode]
    (statement,) = _statements(candidates_at([*waiting, *every_mode], rules, _BOOKED))
    assert statement.count("UNION ALL") == len(Mode) - 1
    assert hotel.candidates(candidates_at([*waiting, *every_mode], rules, _BOOKED)) == []


def test_ranges_far_from_one_another_stay_apart() -> None:
    tasks = [attrs.evolve(_TASK, id=f"T{hours}", mode=Mode.AFTER_CREATION, offset_hours=hours) for hours in (0, 24, 72)]
    query = candidates_at(tasks, HouseRules(timezone="UTC"), _BOOKED)
    day = 24 * HOUR
    assert [(span.first, span.last) for span in query.spans] == [
        (_BOOKED - 4 * day + 1, _BOOKED - 3 * day),
        (_BOOKED - 2 * day + 1, _BOOKED),
    ]


def test_more_values_than_a_statement_takes_are_left_to_the_decision(hotel: SqlHotel) -> None:
    hotel.import_reservations([attrs.evolve(_PLAIN, company="c1")])
    many = Condition(Field.COMPANY, frozenset(f"other-{number}" for number in range(600)))
    span = AnchorSpan("arrival", _DAY, _DAY, (ReservationStatus.EXPECTED,), (Stretch(_DAY, _DAY, (many,)),))
    assert [row.id for row in hotel.candidates(CandidateQuery((span,), _BOOKED))] == ["plain"]


def test_more_ranges_than_a_statement_takes_are_several(hotel: SqlHotel) -> None:
    days = [_DAY + timedelta(days=2 * number) for number in range(300)]
    hotel.import_reservations(
        attrs.evolve(_PLAIN, id=str(number), arrival=day, departure=day) for number, day in enumerate(days)
    )
    spans = tuple(AnchorSpan("arrival", day, day, (ReservationStatus.EXPECTED,)) for day in days)
    query = CandidateQuery(spans, _BOOKED)
    assert 1 < len(_statements(query)) < 10
    assert {row.id for row in hotel.candidates(query)} == {str(number) for number in range(300)}


def test_nothing_asked_is_nothing_found(hotel: SqlHotel) -> None:
    hotel.import_reservations([_PLAIN])
    assert hotel.candidates(CandidateQuery((), _BOOKED)) == []
