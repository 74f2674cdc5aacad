"""Turns: which attempts of a pair may be claimed, and which are used up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select, update

from hotelpay.adapters.sql.connections import MOST_PARAMETERS, chunks, insert_absent
from hotelpay.adapters.sql.schema import turns
from hotelpay.adapters.sql.summary import names_from, names_text
from hotelpay.moments import Instant
from hotelpay.reservation import Pair
from hotelpay.settlement.identity import Kind


def open_attempt(connection: Connection, hotel: str, kind: Kind, names: tuple[str, ...]) -> int | None:
    """Return the smallest attempt that is allowed and not used up; the first needs no one's word."""
    query = (
        select(turns.c.attempt, turns.c.used_at)
        .where(turns.c.hotel == hotel, turns.c.kind == kind.value, turns.c.names == names_text(names))
        .order_by(turns.c.attempt)
    )
    known: dict[int, int | None] = {1: None}
    known |= {row.attempt: row.used_at for row in connection.execute(query)}
    return min((attempt for attempt, used_at in known.items() if used_at is None), default=None)


def use_up(connection: Connection, hotel: str, kind: Kind, names: tuple[str, ...], attempt: int, at: Instant) -> bool:
    """Use an attempt up; False where it was."""
    row = _row(hotel, kind, names, attempt) | {"used_at": at}
    if insert_absent(connection, turns, [row]):
        return True
    same = [turns.c[name] == value for name, value in row.items() if name != "used_at"]
    return connection.execute(update(turns).where(*same, turns.c.used_at.is_(None)).values(used_at=at)).rowcount == 1


def allow(connection: Connection, hotel: str, kind: Kind, names: tuple[str, ...], attempt: int) -> bool:
    """Allow an attempt; False where it is allowed already, or always was."""
    row = _row(hotel, kind, names, attempt) | {"used_at": None}
    return attempt > 1 and insert_absent(connection, turns, [row]) == 1


def used_up(connection: Connection, hotel: str, pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yield the pairs of a task and a reservation that have no open attempt."""
    wanted = sorted({names_text(pair) for pair in pairs})
    for some in chunks(wanted, MOST_PARAMETERS - 10):
        query = (
            select(turns.c.names)
            .where(turns.c.hotel == hotel, turns.c.kind == Kind.RUN.value, turns.c.names.in_(some))
            .group_by(turns.c.names)
            .having(func.min(turns.c.attempt) == 1, func.count() == func.count(turns.c.used_at))
        )
        for (names,) in connection.execute(query).all():
            task, reservation = names_from(names)
            yield task, reservation


def import_used_up(connection: Connection, hotel: str, pairs: Iterable[Pair], at: Instant) -> int:
    """Use the first attempt of these pairs up; return how many had not had it."""
    # In one order, so that two imports at once cannot wait for one another.
    rows = [_row(hotel, Kind.RUN, pair, 1) | {"used_at": at} for pair in sorted(set(pairs))]
    return insert_absent(connection, turns, rows)


def _row(hotel: str, kind: Kind, names: tuple[str, ...], attempt: int) -> dict[str, object]:
    return {"hotel": hotel, "kind": kind.value, "names": names_text(names), "attempt": attempt}
