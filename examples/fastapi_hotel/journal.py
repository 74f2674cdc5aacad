"""The hotel's own list of what became of its money, written from hotelpay's journal.

A cycle's report tells each thing once, to the replica that ran it. The journal keeps them all. Whoever reads on from
the entry where the last reader stopped, and notes that place in the transaction in which it writes, misses nothing and
writes nothing twice, whichever replica it is and whenever one dies.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from fastapi_hotel.hotel import Hotel
from fastapi_hotel.tables import journal, reading, settled, writing
from hotelpay import Approved, Money
from hotelpay.documents.reports import asked_by, task_named
from hotelpay.settlement.journal import Claimed, Completed, Entry, Forgotten, PersonNeeded, Rearmed, Recorded


def settled_rows(hotel: Hotel, *, for_person: bool, most: int = 100) -> list[dict[str, Any]]:
    """Return the newest rows of the list, after it was brought up to date; ``for_person``: those that wait for one."""
    _catch_up(hotel)
    query = select(settled).order_by(settled.c.id.desc()).limit(most)
    with reading(hotel.pms.engine) as connection:
        found = connection.execute(query.where(settled.c.person.is_not(None)) if for_person else query)
        return [dict(row) for row in found.mappings()]


def _catch_up(hotel: Hotel) -> None:
    with writing(hotel.pms.engine) as connection:
        read = connection.execute(select(journal.c.read).with_for_update()).scalar_one()
        for entry in hotel.ports.ledger.entries(after=read):
            _take_down(connection, entry)
            read = entry.number
        connection.execute(update(journal).values(read=read))


def _take_down(connection: Connection, entry: Entry) -> None:
    def change(**values: object) -> None:
        connection.execute(update(settled).where(settled.c.key == entry.key).values(values))

    def add(key: str | None, booking: str, what: str, **values: object) -> None:
        connection.execute(insert(settled).values(key=key, booking=booking, what=what, **values))

    match entry.event:
        case Claimed(intent):
            kind, amount = intent.identity.kind.value, asked_by(intent)
            what = task_named(kind, intent.identity.names) or kind
            add(entry.key, intent.reservation, what, amount=None if amount is None else str(amount))
        case Recorded(_, Approved(Money() as amount)):
            change(amount=str(amount))  # it may be less than was asked
        case PersonNeeded(code):
            change(person=code)
        case Completed(ending):
            change(outcome=ending.outcome.value, person=ending.person)
        case Forgotten(task, reservation):
            add(f"forgotten {entry.number}", reservation, task, person="forgotten")
        case Rearmed((task, reservation)):  # a person has looked at it
            this = settled.c.what == task, settled.c.booking == reservation
            connection.execute(update(settled).where(*this).values(person=None))
        case _:
            pass
