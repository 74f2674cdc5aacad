"""The journal's table: entries written in order, read back, folded, and erased."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Executable, insert, select, update

from hotelpay.adapters.sql.connections import insert_absent
from hotelpay.adapters.sql.schema import entries, hotels
from hotelpay.documents.settlements import EVENT_TAG, event_document, event_from
from hotelpay.moments import Instant
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    Entry,
    Event,
    PersonNeeded,
    Rearmed,
    Recorded,
    Sending,
    Settlement,
    erased_event,
    fold,
)

#: An entry as it is read, in the order of :func:`entry_of`'s columns.
COLUMNS: Final = (
    entries.c.number,
    entries.c.at,
    entries.c.worker,
    entries.c.key,
    entries.c.epoch,
    entries.c.document,
)


def compact(document: object) -> str:
    """Return a document as a JSON text without blanks; every character beyond ASCII is escaped."""
    return json.dumps(document, separators=(",", ":"))


@attrs.define
class JournalWriter:
    """Appends to one hotel's journal within one transaction, in which no other worker does."""

    connection: Connection
    hotel: str
    worker: str
    at: Instant
    last: int

    def append(self, key: str | None, epoch: int, reservation: str | None, events: Iterable[Event]) -> list[Entry]:
        """Append events, all at the transaction's time."""
        found, rows = [], []
        for event in events:
            self.last += 1
            document = event_document(event)
            entry = Entry(number=self.last, at=self.at, worker=self.worker, key=key, epoch=epoch, event=event)
            found.append(entry)
            rows.append(
                {
                    "hotel": self.hotel,
                    "number": entry.number,
                    "key": key,
                    "reservation": reservation,
                    "at": self.at,
                    "worker": self.worker,
                    "epoch": epoch,
                    "event": document[EVENT_TAG],
                    "document": compact(document),
                }
            )
        if rows:
            self.connection.execute(insert(entries), rows)
        return found

    def save(self) -> None:
        """Keep the number of the last entry."""
        self.connection.execute(update(hotels).where(hotels.c.hotel == self.hotel).values(last_entry=self.last))


def locked(connection: Connection, hotel: str) -> int:
    """Let no other worker append until the transaction ends; return the number of the last entry.

    Without it PostgreSQL could commit a smaller number after a larger one, and who follows the journal by number
    would never see it.
    """
    query = select(hotels.c.last_entry).where(hotels.c.hotel == hotel).with_for_update()
    last = connection.execute(query).scalar()
    if last is None:
        insert_absent(connection, hotels, [{"hotel": hotel, "last_entry": 0}])
        last = connection.execute(query).scalar_one()
    return int(last)


def entry_of(row: Sequence[Any]) -> Entry:
    """Return the entry of a row of :data:`COLUMNS`."""
    number, at, worker, key, epoch, document = row
    event = event_from(json.loads(document), document=f"journal entry {number}")
    return Entry(number=number, at=Instant(at), worker=worker, key=key, epoch=epoch, event=event)


def read_entries(connection: Connection, query: Executable) -> Iterator[Entry]:
    """Yield the entries that a query of :data:`COLUMNS` finds."""
    return (entry_of(row) for row in connection.execute(query).all())


def settlement_of(connection: Connection, hotel: str, key: str) -> Settlement | None:
    """Return where a settlement stands; None where there is none of that key."""
    query = select(*COLUMNS).where(entries.c.hotel == hotel, entries.c.key == key).order_by(entries.c.number)
    found = list(read_entries(connection, query))
    return fold(found) if found else None


def settlements_about(connection: Connection, hotel: str, reservation: str) -> list[Settlement]:
    """Return where every settlement of a reservation stands, oldest first."""
    about = (entries.c.hotel == hotel, entries.c.reservation == reservation)
    by_key: dict[str, list[Entry]] = {}
    for entry in read_entries(connection, select(*COLUMNS).where(*about).order_by(entries.c.number)):
        if entry.key is not None:
            by_key.setdefault(entry.key, []).append(entry)
    return [fold(each) for each in by_key.values()]


def erase_entries(connection: Connection, hotel: str, reservation: str, ended: Iterable[str]) -> None:
    """Rewrite a reservation's entries without personal data: those of these keys, and those of none."""
    may = {None, *ended}
    query = select(*COLUMNS).where(entries.c.hotel == hotel, entries.c.reservation == reservation)
    for entry in list(read_entries(connection, query)):
        erased = _erased(entry.event)
        if entry.key in may and erased != entry.event:
            row = (entries.c.hotel == hotel, entries.c.number == entry.number)
            connection.execute(update(entries).where(*row).values(document=compact(event_document(erased))))


def _erased(event: Event) -> Event:
    """Return an event without personal data and free text; keys, codes, amounts and who decided stay."""
    match event:
        case Claimed() | Sending() | Recorded() | PersonNeeded() | Completed():
            return erased_event(event)
        case Rearmed():
            return attrs.evolve(event, reason="")
        case _:
            return event
