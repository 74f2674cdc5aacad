"""What a cycle on SQLite costs as the history grows, with the same reservations due."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Date, Engine, event, text

from approving import ApprovingGateway
from cost_rows import Disagreement, Row, Topic, agree
from generated import AT, DENSE, LONG_AGO, reservations, setup
from hotelpay import CycleReport, Reservation, preview_next, run_cycle
from hotelpay.adapters.sql import SqlStore, open_store
from hotelpay.adapters.sql.schema import ANCHORS
from hotelpay.adapters.sql.schema import reservations as table
from hotelpay.moments import instant
from hotelpay.testing.stories import START, guest, setup_of, task
from timing import Spread, in_turns, ratios

_SIZES: Final = (100_000, 1_000_000)
_LONG_SIZES: Final = (*_SIZES, 10_000_000)
_TARGET: Final = 2.0
_ROUNDS: Final = 9
#: Cycles that are short are timed several at once.
_TIMES: Final = 5
_DUE: Final = 400
_GUESTS: Final = 60
#: Reservations of all kinds that the history is multiplied from, and the days over which it is spread.
_TEMPLATES: Final = 50
_SPREAD: Final = 2000
_LONG_BEFORE: Final = 3000
_SETUP: Final = setup_of(task(on_success=[], on_failure=[]))
_RESERVATIONS_SCAN: Final = re.compile(rf"SCAN {table.name}\b")


def history_rows(sizes: Sequence[int] = _SIZES) -> Iterator[Row]:
    """Compare the same cycles on histories of several lengths: deciding, acting, and with nothing to do."""
    with ExitStack() as open_stores:
        folder = Path(open_stores.enter_context(tempfile.TemporaryDirectory()))
        stores = [open_stores.enter_context(_filled(folder / f"{size}.db", size)) for size in sizes]
        plan = sorted(_plan(stores[-1]))
        yield from _compared(stores, sizes, _deciding(stores), "deciding", f"{_found(stores[0])} runs due")
        yield from _compared(
            stores, sizes, _acting(stores), "acting", f"{_GUESTS} guests charged, their import left out"
        )
        yield from _compared(stores, sizes, _idle(stores), "with nothing due", "")
    scans = sum(bool(_RESERVATIONS_SCAN.search(detail)) for detail in plan)
    yield Row(
        topic=Topic.CYCLE,
        what="looks through the whole table of reservations, in all statements of a cycle on SQLite",
        unit="scans",
        spread=Spread(scans, scans, scans),
        target=0,
        note="EXPLAIN QUERY PLAN of every statement executed: "
        + "; ".join(detail for detail in plan if table.name in detail),
    )


def long_history_rows() -> Iterator[Row]:
    """Compare with ten million reservations as well, which takes some minutes and some gigabytes of disk."""
    yield from history_rows(_LONG_SIZES)


def _compared(
    stores: Sequence[SqlStore], sizes: Sequence[int], cycles: Sequence[Callable[[], None]], what: str, note: str
) -> Iterator[Row]:
    rounds = in_turns(cycles, _ROUNDS)
    for place in range(1, len(stores)):
        yield Row(
            topic=Topic.CYCLE,
            what=f"a cycle on SQLite, {what}: {sizes[place]:,} reservations stored",
            against=f"{sizes[0]:,} stored, the same due",
            spread=ratios(rounds, place, 0),
            target=_TARGET,
            note=note,
        )


# The stores.


@contextmanager
def _filled(path: Path, size: int) -> Iterator[SqlStore]:
    """Fill a store with a history, and with the same reservations that are due as every other."""
    with open_store(path, "default", "worker") as store:
        templates = [attrs.evolve(row, id=f"H-{row.id}") for row in reservations(_TEMPLATES, LONG_AGO)]
        store.hotel.import_reservations(templates)
        _multiply(store.engine, [row.id for row in templates], size // _TEMPLATES - 1)
        store.hotel.import_reservations(reservations(_DUE, DENSE))
        for number in range(_ROUNDS + 2):
            store.hotel.import_reservations(_guests(number))
        yield store


def _multiply(engine: Engine, templates: Iterable[str], times: int) -> None:
    """Copy every reservation so many times, each copy some days earlier.

    Indexes are left out meanwhile and built at the end, which takes millions of rows a fraction of the time.
    """
    copy = text(_COPIES)
    with engine.begin() as connection:
        for index in table.indexes:
            index.drop(connection)
    for template in templates:
        with engine.begin() as connection:
            connection.execute(copy, {"template": template, "times": times})
    with engine.begin() as connection:
        for index in table.indexes:
            index.create(connection)


def _copying() -> str:
    """Return the statement that copies one reservation with all its columns, whatever they are."""
    days = f"({_LONG_BEFORE} + i % {_SPREAD})"
    taken = {column.name: column.name for column in table.columns}
    taken["id"] = "id || '-' || i"
    for anchor in ANCHORS:
        is_date = isinstance(table.c[anchor].type, Date)
        taken[anchor] = f"date({anchor}, '-' || {days} || ' days')" if is_date else f"{anchor} - {days} * 86400"
    return (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times) "  # noqa: S608  our own names
        f"INSERT INTO {table.name} ({', '.join(taken)}) "
        f"SELECT {', '.join(taken.values())} FROM {table.name}, n WHERE id = :template"
    )


_COPIES: Final = _copying()


def _guests(number: int) -> Iterator[Reservation]:
    """Yield guests who arrive on one of the days after the stories' own."""
    day = START.date() + timedelta(days=number)
    for each in range(_GUESTS):
        yield guest(id=f"R-{number}-{each}", arrival=day, departure=day + timedelta(days=3))


# The cycles.


def _deciding(stores: Sequence[SqlStore]) -> list[Callable[[], None]]:
    """Return what fetches and decides everything that is due, of ten tasks, and records nothing."""
    hotel = setup()

    def deciding(store: SqlStore) -> Callable[[], None]:
        ports = store.ports(gateway=ApprovingGateway())

        def decide_due() -> None:
            for _ in range(_TIMES):
                preview_next(hotel, ports, AT)

        return decide_due

    found = [preview_next(hotel, store.ports(gateway=ApprovingGateway()), AT).runs for store in stores]
    for each in found:
        agree("runs of different histories", each, found[0])
    return [deciding(store) for store in stores]


def _found(store: SqlStore) -> int:
    return len(preview_next(setup(), store.ports(gateway=ApprovingGateway()), AT).runs)


def _acting(stores: Sequence[SqlStore]) -> list[Callable[[], None]]:
    """Return what carries out the cycle of one day after the other, each with guests of its own."""

    def acting(store: SqlStore) -> Callable[[], None]:
        days = count()

        def act() -> None:
            report = _run(store, timedelta(days=next(days)))
            if [row.outcome for row in report.runs] != ["approved"] * _GUESTS:
                raise Disagreement("not every guest was charged")

        return act

    return [acting(store) for store in stores]


def _idle(stores: Sequence[SqlStore]) -> list[Callable[[], None]]:
    """Return what carries out cycles after all guests have come."""

    def idle(store: SqlStore) -> Callable[[], None]:
        quarters = count()

        def run() -> None:
            for _ in range(_TIMES):
                report = _run(store, timedelta(days=60, minutes=15 * next(quarters)))
                if report.runs:
                    raise Disagreement("something was due")

        return run

    return [idle(store) for store in stores]


def _run(store: SqlStore, after: timedelta) -> CycleReport:
    return run_cycle(_SETUP, store.ports(gateway=ApprovingGateway()), instant(START + after))


# The plan.


def _plan(store: SqlStore) -> set[str]:
    """Return how SQLite answers every statement that a cycle, decided and carried out, has executed."""
    statements: set[tuple[str, Any]] = set()

    def note(*call: Any) -> None:
        _, _, statement, parameters, _, many = call
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            statements.add((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    preview_next(setup(), store.ports(gateway=ApprovingGateway()), AT)
    _run(store, -timedelta(days=1))
    event.remove(store.engine, "before_cursor_execute", note)
    with store.engine.connect() as connection:
        return {detail for each in statements for detail in _details(connection, *each)}


def _details(connection: Connection, statement: str, parameters: Any) -> Iterable[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [str(row.detail) for row in rows]
