"""The hotel's own tables, in its own words, on its own connections. Nothing here knows of hotelpay.

Instants are whole UTC seconds, amounts minor units, days those of the hotel's clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

METADATA: Final = sa.MetaData()


def _at(name: str, **options: Any) -> sa.Column[int]:  # noqa: ANN401  as a column takes them
    return sa.Column(name, sa.BigInteger, **options)


def _text(name: str, **options: Any) -> sa.Column[str]:  # noqa: ANN401  as above
    return sa.Column(name, sa.String(128), **options)


def _must(name: str, **options: Any) -> sa.Column[str]:  # noqa: ANN401  as above
    return _text(name, nullable=False, **options)


def _part(name: str, *more: sa.Column[Any] | sa.Index) -> sa.Table:
    """Return a table of what belongs to a booking under a name of its own."""
    return sa.Table(name, METADATA, _text("booking", primary_key=True), _text("name", primary_key=True), *more)


def _list(name: str, *more: sa.Column[Any]) -> sa.Table:
    """Return a table of what is said about bookings, in the order in which it was said."""
    return sa.Table(name, METADATA, sa.Column("id", sa.Integer, primary_key=True), _must("booking", index=True), *more)


#: Each column that hotelpay asks for a range of has an index.
bookings: Final = sa.Table(
    "bookings",
    METADATA,
    _text("number", primary_key=True),
    sa.Column("guest", sa.String(200), nullable=False),
    _must("state"),
    *(sa.Column(day, sa.Date, nullable=False, index=True) for day in ("first_day", "last_day")),
    _at("booked_at", nullable=False, index=True),
    *(_at(moment, index=True) for moment in ("came_at", "left_at", "cancelled_at")),
    _text("guarantee"),
    _text("policy"),
    sa.Column("by_agency", sa.Boolean, nullable=False),
)
#: The name of a card is the processor's token. Its number is nowhere.
cards: Final = _part("cards", sa.Column("place", sa.Integer, nullable=False), _must("kind"))
bills: Final = _part(
    "bills", _at("opened_at", nullable=False), _must("currency"), _text("closed_as"), sa.Column("shown", sa.Boolean)
)
sold: Final = _list("sold", _must("bill"), _must("revenue_group"), _at("minor", nullable=False))
#: ``reference`` is hotelpay's key, ``received`` the processor's reference, ``against`` the key of what is taken back.
paid: Final = _list(
    "paid",
    _must("bill"),
    _at("minor", nullable=False),
    _at("paid_at"),
    _text("reference", unique=True),
    *map(_text, ("method", "received", "against")),
)
blocks: Final = _part(
    "blocks",
    *map(_must, ("state", "card", "bill", "currency", "reference")),
    _at("minor", nullable=False),
    _at("ends_at"),
    sa.Index("blocks_by_state", "state", "booking"),
)
#: What another process sends from. The key goes along, so that nobody gets an e-mail twice.
outbox: Final = _list("outbox", _must("key", unique=True), _must("template"), _text("amount"))
notes: Final = _list("notes", _must("key", unique=True), sa.Column("text", sa.Text, nullable=False), _text("channel"))
#: What each call of hotelpay was answered, for good; without a refusal it was done.
answers: Final = sa.Table("answers", METADATA, sa.Column("key", sa.String(300), primary_key=True), _text("refused"))
#: What became of the money, as hotelpay's journal tells it, up to its entry ``read``.
settled: Final = _list(
    "settled", _must("key", unique=True), _must("what"), *map(_text, ("amount", "outcome")), _text("person", index=True)
)
journal: Final = sa.Table("journal", METADATA, _at("read", primary_key=True))


def open_database(url: str | sa.URL) -> sa.Engine:
    """Return an engine of the hotel's own; its faults, which are logged, repeat no guest's data."""
    engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _leave_transactions_to_us)
        sa.event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that writes; SQLite waits for its turn before it reads, so that it need not give up later."""
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that sees one state of the database, however many queries it makes."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.execution_options(**options).begin() as connection:
        yield connection


def _leave_transactions_to_us(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own
    connection.isolation_level = None
    for pragma in ("busy_timeout = 30000", "journal_mode = WAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
