"""What a hotel's ledger adds up to, and whether the books agree with it to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Connection, Engine, case, func, select

from hotelpay.adapters.sql.connections import reading
from hotelpay.adapters.sql.schema import postings, settlements
from hotelpay.adapters.sql.summary import names_from
from hotelpay.money import Currency, Money


@attrs.frozen(kw_only=True)
class Group:
    """The settlements of one kind, operation, outcome and currency.

    ``outcome`` is None for those that have not ended, ``approved`` None where no money was approved. What a
    pre-authorisation blocked is approved too; only payments, captures and redemptions are posted.
    """

    kind: str
    operation: str
    outcome: str | None
    settlements: int
    approved: Money | None


@attrs.frozen(kw_only=True)
class Posted:
    """The payments that hotelpay posted in one currency, those taken back included."""

    postings: int
    amount: Money


@attrs.frozen(kw_only=True)
class Listed:
    """One settlement in a list; ``code`` says why it is there."""

    key: str
    kind: str
    names: tuple[str, ...]
    attempt: int
    reservation: str
    code: str | None
    approved: Money | None


@attrs.frozen(kw_only=True)
class Difference:
    """An approved amount that does not stand in the books as it should: ``posted`` is None where it is missing."""

    settlement: Listed
    posted: Money | None


@attrs.frozen(kw_only=True)
class Report:
    """A hotel's settlements and postings at one moment.

    ``charged`` is what ended settlements must have brought into the books, by currency. Where nothing is unfinished
    and nothing differs it is exactly what was ``posted`` (:attr:`agrees`).
    """

    groups: tuple[Group, ...]
    charged: tuple[Money, ...]
    posted: tuple[Posted, ...]
    unfinished: tuple[Listed, ...]
    needs_person: tuple[Listed, ...]
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether every approved amount is posted, and nothing else, to the cent."""
        sums = {each.amount.currency.code: each.amount.minor for each in self.posted}
        charged = {each.currency.code: each.minor for each in self.charged}
        return not self.differences and {c: m for c, m in sums.items() if m} == {c: m for c, m in charged.items() if m}


def read_report(engine: Engine, hotel: str) -> Report:
    """Return what a hotel's ledger and books say now, all of one moment."""
    with reading(engine) as connection:
        table = settlements.c
        return Report(
            groups=tuple(_groups(connection, hotel)),
            charged=tuple(_charged(connection, hotel)),
            posted=tuple(_posted(connection, hotel)),
            unfinished=_listed(connection, hotel, table.ended_at.is_(None)),
            needs_person=_listed(connection, hotel, table.person.is_not(None)),
            differences=tuple(_differences(connection, hotel)),
        )


#: What an ended settlement must have brought into the books.
def _standing(hotel: str) -> tuple[ColumnElement[bool], ...]:
    table = settlements.c
    return (
        table.hotel == hotel,
        table.ended_at.is_not(None),
        table.outcome.in_(("approved", "done")),
        table.posting.is_not(None),
        table.approved_minor.is_not(None),
    )


def _groups(connection: Connection, hotel: str) -> Iterable[Group]:
    table = settlements.c
    names = (table.kind, table.operation, table.outcome, table.approved_currency)
    query = (
        select(*names, func.count().label("settlements"), func.sum(table.approved_minor).label("minor"))
        .where(table.hotel == hotel)
        .group_by(*names)
        .order_by(table.kind, table.operation, case((table.outcome.is_(None), 1), else_=0), *names[2:])
    )
    for row in connection.execute(query):
        yield Group(
            kind=row.kind,
            operation=row.operation,
            outcome=row.outcome,
            settlements=row.settlements,
            approved=_money(row.minor, row.approved_currency),
        )


def _charged(connection: Connection, hotel: str) -> Iterable[Money]:
    table = settlements.c
    query = (
        select(table.approved_currency, func.sum(table.approved_minor).label("minor"))
        .where(*_standing(hotel))
        .group_by(table.approved_currency)
        .order_by(table.approved_currency)
    )
    for row in connection.execute(query):
        yield Money(int(row.minor), Currency.of(row.approved_currency))


def _posted(connection: Connection, hotel: str) -> Iterable[Posted]:
    table = postings.c
    query = (
        select(table.currency, func.count().label("postings"), func.sum(table.minor).label("minor"))
        .where(table.hotel == hotel)
        .group_by(table.currency)
        .order_by(table.currency)
    )
    for row in connection.execute(query):
        yield Posted(postings=row.postings, amount=Money(int(row.minor), Currency.of(row.currency)))


def _listed(connection: Connection, hotel: str, condition: ColumnElement[bool]) -> tuple[Listed, ...]:
    query = select(settlements).where(settlements.c.hotel == hotel, condition).order_by(settlements.c.claimed_entry)
    return tuple(map(_listed_row, connection.execute(query)))


def _differences(connection: Connection, hotel: str) -> Iterable[Difference]:
    table, paid = settlements.c, postings.c
    query = (
        select(settlements, paid.minor.label("posted_minor"), paid.currency.label("posted_currency"))
        .select_from(settlements)
        .outerjoin(postings, (paid.hotel == table.hotel) & (paid.key == table.posting))
        .where(*_standing(hotel))
        .where(paid.key.is_(None) | (paid.minor != table.approved_minor) | (paid.currency != table.approved_currency))
        .order_by(table.claimed_entry)
    )
    for row in connection.execute(query):
        yield Difference(settlement=_listed_row(row), posted=_money(row.posted_minor, row.posted_currency))


def _listed_row(row: Any) -> Listed:  # noqa: ANN401  a row of the table
    return Listed(
        key=row.key,
        kind=row.kind,
        names=names_from(row.names),
        attempt=row.attempt,
        reservation=row.reservation,
        code=row.person or row.reason,
        approved=_money(row.approved_minor, row.approved_currency),
    )


def _money(minor: Any, currency: str | None) -> Money | None:  # noqa: ANN401  a sum: PostgreSQL's is a Decimal
    return None if minor is None or currency is None else Money(int(minor), Currency.of(currency))
