"""How the database answers: every question of a cycle from an index, and none by looking through a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

import pytest
from sqlalchemy import Connection, Engine, event, text

from hotelpay import Filters, GuaranteePolicy, HouseRules, Mode, Operation, Task
from hotelpay.adapters.sql import SqlHotel, SqlLedger, create_tables
from hotelpay.adapters.sql.schema import PARTS
from hotelpay.autopilot.candidates import candidates_at, candidates_missed
from hotelpay.folio import Payment
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant, instant
from hotelpay.ports import AnchorSpan, CandidateQuery
from hotelpay.reservation import CardClass, PreAuthorization, PreAuthorizationState, Reservation, ReservationStatus
from hotelpay.settlement.cycles import CycleClaim, CyclePlan
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.journal import Completed, Sending
from hotelpay.settlement.outcome import Ending, Outcome
from hotelpay.testing.contracts.intents import CYCLE, eur, run_intent
from hotelpay.testing.contracts.ledger_bench import claimed

HOTEL: Final = "seven-gulls"
NIGHT: Final = instant(datetime(2024, 7, 1, tzinfo=UTC))
LEFT, HERE = ReservationStatus.CHECKED_OUT, ReservationStatus.EXPECTED
#: Enough rows that PostgreSQL prefers an index to the table.
ROWS: Final = 3000
Statement: TypeAlias = tuple[str, Any]
_TABLE: Final = re.compile(r"hotelpay_\w+")


class _Hotel:
    """A ledger and a hotel with a history, on one database."""

    def __init__(self, engine: Engine) -> None:
        create_tables(engine, PARTS)
        self.engine = engine
        self.ledger = SqlLedger(engine, HOTEL, "a", clock=lambda: CYCLE)
        self.hotel = SqlHotel(engine, HOTEL)

    def fill(self, rows: int) -> None:
        """Give it many reservations, turns and finished settlements."""
        self.hotel.import_reservations(map(_reservation, range(rows)))
        self.ledger.import_processed((f"T{number % 7}", f"R{number}") for number in range(rows))
        for number in range(20):
            claim = claimed(self.ledger, run_intent(HOTEL, name="T8", reservation=f"R{number}"), Sending("charge"))
            self.ledger.record(claim, [Completed(Ending(Outcome.DECLINED, "card_declined"))])
        if rows > 1000:
            _multiply(self.engine, rows)


def _reservation(number: int) -> Reservation:
    left = Instant(NIGHT - 3600 * number)
    blocked = PreAuthorization(id="A1", card="c1", folio="F1", amount=eur(1), reference=f"auth-{number}")
    return Reservation(
        id=f"R{number}",
        status=LEFT,
        created_at=left,
        arrival=date.fromordinal(738_000 - number),
        departure=date.fromordinal(738_001 - number),
        checked_in_at=left,
        checked_out_at=left,
        cancelled_at=left,
        preauthorizations=[blocked] if number % 100 == 0 else [],
    )


def _multiply(engine: Engine, rows: int) -> None:
    """Let tables that grow with every run have many rows, and the planner know it."""
    like = {
        "entries": "number + n + 1000, 'T' || n, 'Q' || n, at, worker, epoch, event, document",
        "settlements": "'T' || n, kind, names, attempt, 'Q' || n, claimed_entry, epoch, lease_until, ended_at,"
        " operation, posting, outcome, reason, person, told, approved_minor, approved_currency",
        "turns": "kind, 'T' || n, attempt, used_at",
        "preauthorizations": "'Q' || n, id, kept, place, card, folio, minor, currency, reference, NULL, 'released'",
        # Long gone: a hotel keeps its history.
        "reservations": "'Q' || n, status, n, arrival - 5000, departure - 5000, n, n, n, document",
    }
    with engine.begin() as connection:
        for table, columns in like.items():
            one = f"(SELECT * FROM hotelpay_{table} LIMIT 1) AS one, generate_series(1, {10 * rows}) AS n"  # noqa: S608
            connection.execute(text(f"INSERT INTO hotelpay_{table} SELECT hotel, {columns} FROM {one}"))  # noqa: S608
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


@contextmanager
def _listening(engine: Engine) -> Iterator[list[Statement]]:
    """Gather the statements that an engine executes."""
    found: list[Statement] = []

    def hear(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if _TABLE.search(statement):
            found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def _span(field: str) -> AnchorSpan:
    dates = field in ("arrival", "departure")
    first, last = (date(2021, 7, 1), date(2021, 7, 2)) if dates else (Instant(NIGHT - 7200), Instant(NIGHT))
    return AnchorSpan(field, first, last, (LEFT, HERE))


def _asked(*spans: AnchorSpan) -> CandidateQuery:
    return CandidateQuery(spans, NIGHT)


_ANCHORS: Final = ("created_at", "arrival", "departure", "checked_in_at", "checked_out_at", "cancelled_at")
#: Of every mode three tasks with every filter, two of them near one another.
_FILTERS: Final = Filters(
    guarantee_statuses=set(GuaranteeStatus),
    guarantee_policies={"flex"},
    ota=False,
    cards=set(CardClass),
    included_companies={"c1"},
    excluded_agents={"a1", "a2"},
)
_TASKS: Final = [
    Task(
        id=f"{mode.value}-{hours}",
        active=True,
        mode=mode,
        offset_hours=hours,
        filters=_FILTERS,
        operation=Operation.ACTIONS_ONLY,
    )
    for mode in Mode
    for hours in (0, 12, 72)
]
_RULES: Final = HouseRules(
    timezone="Europe/Sofia", guarantee_policies=[GuaranteePolicy(id="flex", guarantee_period_hours=48)]
)
_PAIRS: Final = [(f"T{number % 7}", f"R{number}") for number in range(100)]

#: What a cycle and a recovery ask, and the indexes that answer.
QUESTIONS: Final[dict[str, tuple[Callable[[_Hotel], object], str]]] = {
    **{
        f"candidates by {field}": (
            lambda each, field=field: each.hotel.candidates(_asked(_span(field))),  # type: ignore[misc]
            f"hotelpay_reservations_by_{field}",
        )
        for field in _ANCHORS
    },
    **{
        f"candidates of all tasks, {field}": (
            lambda each: each.hotel.candidates(candidates_at(_TASKS, _RULES, NIGHT)),
            f"hotelpay_reservations_by_{field}",
        )
        for field in _ANCHORS
    },
    **{
        f"what was missed, {field}": (
            lambda each: each.hotel.candidates(candidates_missed(_TASKS, _RULES, Instant(NIGHT - 300_000), NIGHT)),
            f"hotelpay_reservations_by_{field}",
        )
        for field in _ANCHORS
    },
    "holding": (lambda each: each.hotel.holding(NIGHT), "hotelpay_preauthorizations_by_state"),
    "reservation": (lambda each: each.hotel.reservation("R7"), ""),
    "unfinished": (lambda each: each.ledger.unfinished(), "hotelpay_settlements_unfinished"),
    "of_reservation": (lambda each: each.ledger.of_reservation("R7"), "hotelpay_entries_by_reservation"),
    "find": (
        lambda each: each.ledger.find(Identity(HOTEL, Kind.RUN, ("T8", "R7"))),
        "hotelpay_entries_by_key",
    ),
    "processed": (lambda each: each.ledger.processed(_PAIRS), ""),
    "next_attempt": (lambda each: each.ledger.next_attempt(Kind.RUN, ("T1", "R1")), ""),
    "entries": (lambda each: list(each.ledger.entries(after=5)), ""),
}


def _plans(engine: Engine, statements: list[Statement]) -> list[str]:
    """Return how the database carries these statements out."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        return [_plan(connection, explain + statement, parameters) for statement, parameters in statements]


def _plan(connection: Connection, statement: str, parameters: Any) -> str:
    rows = connection.exec_driver_sql(statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.fixture
def full(engine: Engine) -> _Hotel:
    """Return a hotel with a history."""
    made = _Hotel(engine)
    made.fill(ROWS if engine.dialect.name == "postgresql" else 200)
    return made


def test_every_question_is_answered_from_an_index(full: _Hotel) -> None:
    for name, (ask, index) in QUESTIONS.items():
        with _listening(full.engine) as statements:
            ask(full)
        plans = _plans(full.engine, statements)
        assert plans, name
        for plan in plans:
            _assert_no_scan(full.engine, name, plan)
        assert index in "\n".join(plans), f"{name} uses {plans}"


def _assert_no_scan(engine: Engine, name: str, plan: str) -> None:
    if engine.dialect.name == "sqlite":
        assert "SCAN hotelpay" not in plan, f"{name}: {plan}"
        assert re.search(r"SEARCH hotelpay_\w+ USING (COVERING )?INDEX", plan), f"{name}: {plan}"
    else:
        # Small tables are read whole, whatever indexes they have; these here are not small.
        for table in ("reservations", "entries", "settlements", "turns"):
            assert f"Seq Scan on hotelpay_{table}" not in plan, f"{name}: {plan}"


def test_every_step_of_a_run_reads_by_index(full: _Hotel) -> None:
    """Nothing that a run, a recovery or a cycle does looks through a table, on a database of any size."""
    ledger, hotel = full.ledger, full.hotel
    with _listening(full.engine) as statements:
        cycle = ledger.begin_cycle(CYCLE)
        assert isinstance(cycle, CycleClaim)
        ledger.plan_cycle(cycle, CyclePlan(digest="5eed", active_tasks=("T1",), runs=()))
        ledger.keep_cycle(cycle)
        hold = ledger.hold("R150")
        assert hold is not None
        claim = ledger.claim(run_intent(HOTEL, name="T9", reservation="R150"), hold, [Sending("charge")])
        assert claim is not None
        ledger.give_back(claim)
        claim = ledger.take(claim.key)
        assert claim is not None
        ledger.record(claim, [Completed(Ending(Outcome.DONE))])
        ledger.rearm(Kind.RUN, ("T9", "R150"), 2, by="ivan", reason="once more")
        ledger.let_go(hold)
        ledger.complete_cycle(cycle, ())
        ledger.erase("R150")
        hotel.post("k1", "R150", "F1", Payment(amount=eur(1), reference="k1"), received="ch_1")
        hotel.close("k2", "R150", "F1", "invoice")
        hotel.mark("R100", "A1", PreAuthorizationState.RELEASED)
        hotel.set_folio_visibility("k3", "R150", "F1", visible=True)
        hotel.set_guarantee_status("k4", "R150", GuaranteeStatus.GUARANTEED)
        hotel.erase("R150")
    asked = [each for each in statements if not each[0].startswith("INSERT")]
    assert len(asked) > 25
    for (statement, _), plan in zip(asked, _plans(full.engine, asked), strict=True):
        _assert_no_scan(full.engine, statement, plan)
