"""Creating the tables, and bringing those of an older hotelpay up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from sqlalchemy import Connection, Engine, bindparam, inspect, select, text, tuple_, update

from hotelpay.adapters.sql import schema
from hotelpay.adapters.sql.connections import checked, insert_or_update, reading, writing
from hotelpay.adapters.sql.snapshots import FILTER_COLUMNS, filter_columns, read_document
from hotelpay.adapters.sql.summary import names_from, posting_key
from hotelpay.errors import HotelpayError, InvalidValue
from hotelpay.settlement.identity import Identity, Kind

#: One step of an upgrade: a statement that both databases understand, or what no statement can do.
Step: TypeAlias = str | Callable[[Connection], None]

_BATCH: Final = 500
#: One key for all: PostgreSQL lets one process at a time through.
_LOCK: Final = text("SELECT pg_advisory_xact_lock(7305808869232150355)")


def _fill_posting(connection: Connection) -> None:
    """Work the keys of postings out: they follow from the identity of a settlement."""
    rows = connection.execute(
        text("SELECT hotel, key, kind, names, attempt, operation FROM hotelpay_settlements")
    ).all()
    statement = text("UPDATE hotelpay_settlements SET posting = :posting WHERE hotel = :hotel AND key = :key")
    for row in rows:
        identity = Identity(row.hotel, Kind(row.kind), names_from(row.names), row.attempt)
        posting = posting_key(identity, row.operation)
        connection.execute(statement, {"hotel": row.hotel, "key": row.key, "posting": posting})


def _fill_filter_columns(connection: Connection) -> None:
    """Read what filters look at off the documents, some hundred at a time, in the order of the primary key."""
    table = schema.reservations.c
    query = select(table.hotel, table.id, table.document).order_by(table.hotel, table.id).limit(_BATCH)
    statement = (
        update(schema.reservations)
        .where(table.hotel == bindparam("of_hotel"), table.id == bindparam("of_id"))
        .values({name: bindparam(name) for name in FILTER_COLUMNS})
    )
    rows = connection.execute(query).all()
    while rows:
        changes = [
            {"of_hotel": row.hotel, "of_id": row.id, **filter_columns(read_document(row.document))} for row in rows
        ]
        connection.execute(statement, changes)
        last = rows[-1]
        rows = connection.execute(query.where(tuple_(table.hotel, table.id) > (last.hotel, last.id))).all()


_INDEX_UNFINISHED: Final = (
    "CREATE INDEX hotelpay_settlements_unfinished ON hotelpay_settlements (hotel, lease_until) WHERE ended_at IS NULL"
)

#: What turns each version of a part into the next one.
_STEPS: Final[Mapping[str, Mapping[int, tuple[Step, ...]]]] = {
    "ledger": {
        1: (
            "ALTER TABLE hotelpay_settlements ADD COLUMN posting VARCHAR(64)",
            _fill_posting,
            "CREATE INDEX hotelpay_settlements_by_reservation ON hotelpay_settlements (hotel, reservation)",
            "ALTER TABLE hotelpay_settlements ADD COLUMN told VARCHAR(128)",
            # Version 1 told what it found where it found it.
            "UPDATE hotelpay_settlements SET told = person",
            "CREATE INDEX hotelpay_settlements_by_person ON hotelpay_settlements (hotel, person)",
        ),
        2: (
            "DROP INDEX hotelpay_settlements_unfinished",
            _INDEX_UNFINISHED,
        ),
    },
    "hotel": {
        1: (
            "ALTER TABLE hotelpay_postings ADD COLUMN received VARCHAR(128)",
            "ALTER TABLE hotelpay_folio_states ADD COLUMN visible BOOLEAN",
        ),
        2: (
            "ALTER TABLE hotelpay_reservations ADD COLUMN guarantee_status VARCHAR(16)",
            "ALTER TABLE hotelpay_reservations ADD COLUMN guarantee_policy VARCHAR(128)",
            "ALTER TABLE hotelpay_reservations ADD COLUMN ota BOOLEAN DEFAULT false NOT NULL",
            "ALTER TABLE hotelpay_reservations ADD COLUMN card_class VARCHAR(16) DEFAULT 'none' NOT NULL",
            "ALTER TABLE hotelpay_reservations ADD COLUMN company VARCHAR(128)",
            "ALTER TABLE hotelpay_reservations ADD COLUMN agent VARCHAR(128)",
            _fill_filter_columns,
        ),
    },
    "simulated": {},
    "chain": {},
}


class NewerSchema(HotelpayError, ValueError):
    """The tables were written by a newer hotelpay: this one would not understand them."""

    def __init__(self, part: str, found: int, known: int) -> None:
        """Keep the part, the version that was found, and the newest that is known."""
        super().__init__(part, found, known)
        self.part = part
        self.found = found
        self.known = known

    def __str__(self) -> str:
        """Name both versions."""
        return (
            f"the {self.part} was written by a newer hotelpay (schema {self.found}; this one reads up to {self.known})"
        )


def create_tables(engine: Engine, parts: Iterable[str] = ("ledger",)) -> None:
    """Create the tables of these parts, or upgrade them; safe to repeat.

    The parts are ``ledger``, ``hotel``, ``simulated`` and ``chain``. All or nothing, also where several processes do
    it at once. Raises :class:`NewerSchema` for tables that a newer hotelpay has written.
    """
    wanted = tuple(parts)
    for part in wanted:
        if part not in schema.PARTS:
            raise InvalidValue("part", part, f"one of {', '.join(schema.PARTS)}", code="unknown_choice")
    with writing(checked(engine)) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK)
        schema.VERSIONS.create_all(connection)
        for part in wanted:
            _bring_up_to_date(connection, part)


def table_versions(engine: Engine) -> dict[str, int]:
    """Return the version of each part that the database has."""
    with reading(checked(engine)) as connection:
        if not inspect(connection).has_table(schema.schema_versions.name):
            return {}
        rows = connection.execute(select(schema.schema_versions)).all()
    return {row.part: row.version for row in rows}


def _bring_up_to_date(connection: Connection, part: str) -> None:
    versions = schema.schema_versions
    found = connection.execute(select(versions.c.version).where(versions.c.part == part)).scalar()
    if found is None:
        schema.PARTS[part].create_all(connection)
    elif found > schema.VERSION:
        raise NewerSchema(part, found, schema.VERSION)
    else:
        for version in range(found, schema.VERSION):
            for step in _STEPS[part].get(version, ()):
                if isinstance(step, str):
                    connection.exec_driver_sql(step)
                else:
                    step(connection)
    if found != schema.VERSION:
        insert_or_update(connection, versions, [{"part": part, "version": schema.VERSION}])
