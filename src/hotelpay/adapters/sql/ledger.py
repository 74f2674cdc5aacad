"""The run ledger on SQLite or PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update

from hotelpay.adapters.sql import cycles, turns
from hotelpay.adapters.sql.connections import Clock, checked, forget_deleted, insert_absent, now, reading, writing
from hotelpay.adapters.sql.journal import (
    COLUMNS,
    JournalWriter,
    erase_entries,
    locked,
    read_entries,
    settlement_of,
    settlements_about,
)
from hotelpay.adapters.sql.schema import entries, holds, settlements
from hotelpay.adapters.sql.summary import changed_columns, claimed_columns, reservation_named
from hotelpay.errors import InvalidValue
from hotelpay.moments import Instant
from hotelpay.ports import Claim, CycleEnd, Hold
from hotelpay.reservation import Pair
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, CycleRefusal
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    CycleCompleted,
    Entry,
    Erased,
    Forgotten,
    Rearmed,
    Sending,
    Settlement,
    SettlementEvent,
    fold,
)
from hotelpay.texts import identifier, whole_number

_LONGEST_LEASE: Final = 86_400
_PAGE: Final = 500


class _Lost(Exception):
    """A claim, hold or lease that somebody else has by now."""


@attrs.frozen(eq=False)
class SqlLedger:
    """The journal of one hotel in a database, as one worker sees it (:class:`~hotelpay.ports.RunLedger`).

    Its tables are created by :func:`~hotelpay.adapters.sql.create_tables`. Each method is one short transaction on a
    connection of its own from ``engine``. The time is the database's; ``clock`` (whole UTC seconds) replaces it in
    tests. ``worker`` names the process in the journal.
    """

    engine: Engine = attrs.field(repr=False)
    hotel: str
    worker: str
    lease_seconds: int = attrs.field(default=300, kw_only=True)
    clock: Clock | None = attrs.field(default=None, kw_only=True, repr=False)

    def __attrs_post_init__(self) -> None:
        checked(self.engine)
        identifier(self.hotel, "hotel")
        identifier(self.worker, "worker")
        whole_number(self.lease_seconds, "lease_seconds", 1, _LONGEST_LEASE)

    # Holds.

    def hold(self, reservation: str) -> Hold | None:
        """Take the lease on a reservation; None while another worker has it."""
        with writing(self.engine) as connection:
            at = now(connection, self.clock)
            values = {"token": secrets.token_hex(16), "worker": self.worker, "until": at + self.lease_seconds}
            row = {"hotel": self.hotel, "reservation": reservation, **values}
            if not insert_absent(connection, holds, [row]):
                over = update(holds).where(*self._hold(reservation), holds.c.until <= at).values(values)
                if not connection.execute(over).rowcount:
                    return None
        until = Instant(at + self.lease_seconds)
        return Hold(reservation=reservation, token=str(values["token"]), now=at, until=until)

    def let_go(self, hold: Hold) -> None:
        """Give a hold back; one that was lost meanwhile is left alone."""
        with writing(self.engine) as connection:
            connection.execute(delete(holds).where(*self._hold(hold.reservation), holds.c.token == hold.token))

    # Settlements.

    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        """Claim a settlement with its whole intent, and append the first events, all in one."""
        identity = self._own(intent.identity)
        with suppress(_Lost), self._journal() as journal:
            connection, at = journal.connection, journal.at
            self._check_hold(connection, hold, intent.reservation, at)
            self._take_turn(connection, identity, at)
            row = {
                **self._lease(at),
                **claimed_columns(intent),
                **self._changes(intent, events, at),
                "claimed_entry": journal.last + 1,
                "epoch": 1,
                "hotel": self.hotel,
            }
            connection.execute(insert(settlements), [row])
            written = journal.append(identity.key, 1, intent.reservation, (Claimed(intent), *events))
            return Claim(settlement=fold(written), epoch=1, now=at)
        return None

    def take(self, key: str) -> Claim | None:
        """Take over an unfinished settlement whose lease has ended, under a new epoch; else None."""
        return self._taken(key, settlements.c.ended_at.is_(None))

    def reopen(self, key: str) -> Claim | None:
        """Take an **ended** settlement once more, under a new epoch, to add to its journal; else None."""
        return self._taken(key, settlements.c.ended_at.is_not(None))

    def _taken(self, key: str, state: ColumnElement[bool]) -> Claim | None:
        with writing(self.engine) as connection:
            at = now(connection, self.clock)
            free = (state, settlements.c.lease_until <= at)
            values = {"epoch": settlements.c.epoch + 1, **self._lease(at)}
            if not connection.execute(update(settlements).where(*self._one(key), *free).values(values)).rowcount:
                return None
            epoch = connection.execute(select(settlements.c.epoch).where(*self._one(key))).scalar_one()
            settlement = settlement_of(connection, self.hotel, key)
        return None if settlement is None else Claim(settlement=settlement, epoch=epoch, now=at)

    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Instant | None:
        """Append events and extend the lease (``Completed`` ends it); return the ledger's time, None if it is lost."""
        intent = claim.settlement.intent
        with suppress(_Lost), self._journal() as journal:
            at = journal.at
            held = [*self._one(claim.key), settlements.c.epoch == claim.epoch]
            if any(isinstance(event, Sending) for event in events):
                held.append(settlements.c.lease_until > at)
            values = {**self._lease(at), **self._changes(intent, events, at)}
            if not journal.connection.execute(update(settlements).where(*held).values(values)).rowcount:
                raise _Lost
            journal.append(claim.key, claim.epoch, intent.reservation, events)
            return at
        return None

    def give_back(self, claim: Claim) -> None:
        """End the lease of a claim early, so that the next visitor need not wait; a lost one is left alone."""
        with writing(self.engine) as connection:
            at = now(connection, self.clock)
            held = (*self._one(claim.key), settlements.c.epoch == claim.epoch, settlements.c.lease_until > at)
            connection.execute(update(settlements).where(*held).values(lease_until=at))

    def find(self, identity: Identity) -> Settlement | None:
        """Return a settlement, or None where it was never claimed."""
        with reading(self.engine) as connection:
            return settlement_of(connection, self.hotel, identity.key)

    def unfinished(self) -> Sequence[str]:
        """Return the keys of all settlements that have not ended and whose lease has, oldest first."""
        with reading(self.engine) as connection:
            at = now(connection, self.clock)
            query = (
                select(settlements.c.key)
                .where(
                    settlements.c.hotel == self.hotel,
                    settlements.c.ended_at.is_(None),
                    settlements.c.lease_until <= at,
                )
                .order_by(settlements.c.claimed_entry)
            )
            return tuple(connection.execute(query).scalars())

    def of_reservation(self, reservation: str) -> Sequence[Settlement]:
        """Return every settlement of a reservation, oldest first."""
        with reading(self.engine) as connection:
            return settlements_about(connection, self.hotel, reservation)

    # Turns.

    def next_attempt(self, kind: Kind, names: tuple[str, ...]) -> int | None:
        """Return the attempt that may be claimed now, or None where all that were allowed are used up."""
        with reading(self.engine) as connection:
            return turns.open_attempt(connection, self.hotel, kind, names)

    def processed(self, pairs: Collection[Pair]) -> AbstractSet[Pair]:
        """Return those of the pairs that had their turn: claimed or imported, and not re-armed since."""
        with reading(self.engine) as connection:
            return frozenset(turns.used_up(connection, self.hotel, pairs))

    def import_processed(self, pairs: Iterable[Pair]) -> int:
        """Count pairs as processed elsewhere; return how many are new."""
        # All are read before the transaction begins: they may come from a slow file.
        found = tuple((identifier(task, "task"), identifier(name, "reservation")) for task, name in pairs)
        with writing(self.engine) as connection:
            return turns.import_used_up(connection, self.hotel, found, now(connection, self.clock))

    def rearm(self, kind: Kind, names: tuple[str, ...], attempt: int, *, by: str, reason: str) -> bool:
        """Allow one more attempt, this one; False where it is allowed already."""
        identity = Identity(self.hotel, kind, names, attempt)
        with self._journal() as journal:
            if not turns.allow(journal.connection, self.hotel, kind, identity.names, attempt):
                return False
            about = self._reservation_of(journal.connection, identity)
            journal.append(None, 0, about, [Rearmed(identity.names, attempt, by, reason)])
            return True

    # Cycles.

    def begin_cycle(self, cycle_at: Instant) -> CycleClaim | CycleRefusal:
        """Claim a cycle, or resume one whose worker's lease has ended."""
        with writing(self.engine) as connection:
            at = now(connection, self.clock)
            return cycles.begin(connection, self.hotel, cycle_at, now=at, lease_seconds=self.lease_seconds)

    def plan_cycle(self, claim: CycleClaim, plan: CyclePlan) -> bool:
        """Keep the list that a cycle decided at its start; False where the claim is lost."""
        with writing(self.engine) as connection:
            lease = self._lease(now(connection, self.clock))
            return cycles.extend(connection, self.hotel, claim, **lease, **cycles.plan_columns(plan))

    def keep_cycle(self, claim: CycleClaim) -> bool:
        """Extend the lease of a cycle; False where the claim is lost."""
        with writing(self.engine) as connection:
            return cycles.extend(connection, self.hotel, claim, **self._lease(now(connection, self.clock)))

    def give_back_cycle(self, claim: CycleClaim) -> None:
        """End the lease of a cycle early, so that its next delivery need not wait; a lost one is left alone."""
        with writing(self.engine) as connection:
            cycles.extend(connection, self.hotel, claim, lease_until=now(connection, self.clock))

    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        """End a cycle, and return what no completed cycle has told before; None where the claim is lost."""
        columns = {} if plan is None else cycles.plan_columns(plan)
        with self._journal() as journal:
            if not cycles.extend(journal.connection, self.hotel, claim, completed_at=journal.at, **columns):
                return None
            new = cycles.not_reported(journal.connection, self.hotel, forgotten)
            for each in new:
                journal.append(None, claim.epoch, each.reservation, [each])
            journal.append(None, claim.epoch, None, [CycleCompleted(claim.cycle_at)])
            return CycleEnd(forgotten=tuple(new), waiting=tuple(self._not_told(journal.connection)))

    def _not_told(self, connection: Connection) -> Iterator[Settlement]:
        """Yield the settlements that need a person for a reason that no cycle has told, and note that one has now."""
        table = settlements.c
        waits = (table.hotel == self.hotel, table.person.is_not(None))
        query = select(table.key).where(*waits, table.told.is_distinct_from(table.person)).order_by(table.claimed_entry)
        for key in tuple(connection.execute(query).scalars()):
            connection.execute(update(settlements).where(*self._one(key)).values(told=table.person))
            yield from filter(None, [settlement_of(connection, self.hotel, key)])

    # The journal.

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Return the journal's entries with a number above ``after``, in order.

        Numbers are the hotel's own, without gaps, and none appears after a larger one was seen.
        """
        while True:
            query = (
                select(*COLUMNS)
                .where(entries.c.hotel == self.hotel, entries.c.number > after)
                .order_by(entries.c.number)
                .limit(_PAGE)
            )
            with reading(self.engine) as connection:
                page = list(read_entries(connection, query))
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].number

    def erase(self, reservation: str) -> int:
        """Remove personal data and free text from a reservation's settlements; return how many there were.

        Unfinished ones are left alone: erase again when they have ended.
        """
        with self._journal() as journal:
            query = select(settlements.c.key).where(
                settlements.c.hotel == self.hotel,
                settlements.c.reservation == reservation,
                settlements.c.ended_at.is_not(None),
            )
            ended = tuple(journal.connection.execute(query).scalars())
            erase_entries(journal.connection, self.hotel, reservation, ended)
            journal.append(None, 0, reservation, [Erased(reservation)])
        forget_deleted(self.engine)
        return len(ended)

    # Parts of a transaction.

    @contextmanager
    def _journal(self) -> Iterator[JournalWriter]:
        """Open a transaction in which this worker alone appends to the journal."""
        with writing(self.engine) as connection:
            last = locked(connection, self.hotel)
            writer = JournalWriter(connection, self.hotel, self.worker, now(connection, self.clock), last)
            yield writer
            if writer.last != last:
                writer.save()

    def _check_hold(self, connection: Connection, hold: Hold, reservation: str, at: Instant) -> None:
        """Lock the hold's row, so that nobody takes the hold before the claim is kept."""
        held = (*self._hold(reservation), holds.c.token == hold.token, holds.c.until > at)
        if not connection.execute(update(holds).where(*held).values(until=holds.c.until)).rowcount:
            raise _Lost

    def _take_turn(self, connection: Connection, identity: Identity, at: Instant) -> None:
        turn = (self.hotel, identity.kind, identity.names)
        is_open = turns.open_attempt(connection, *turn) == identity.attempt
        # An import may have used it up since: it waits for no other writer.
        if not is_open or not turns.use_up(connection, *turn, identity.attempt, at):
            raise _Lost

    def _lease(self, at: Instant) -> dict[str, int]:
        return {"lease_until": at + self.lease_seconds}

    def _changes(self, intent: Intent, events: Sequence[SettlementEvent], at: Instant) -> dict[str, Any]:
        """Return what these events change in a settlement's row; its end ends the lease too."""
        changes = changed_columns(intent, events)
        if any(isinstance(event, Completed) for event in events):
            changes |= {"ended_at": at, "lease_until": at}
        return changes

    def _hold(self, reservation: str) -> tuple[ColumnElement[bool], ...]:
        return holds.c.hotel == self.hotel, holds.c.reservation == reservation

    def _one(self, key: str) -> tuple[ColumnElement[bool], ...]:
        return settlements.c.hotel == self.hotel, settlements.c.key == key

    def _own(self, identity: Identity) -> Identity:
        if identity.hotel != self.hotel:
            raise InvalidValue("hotel", identity.hotel, f"the ledger's own, {self.hotel}", code="other_hotel")
        return identity

    def _reservation_of(self, connection: Connection, identity: Identity) -> str | None:
        """Return the reservation that a settlement is about, so that its entries can be found and erased."""
        named = reservation_named(identity.kind, identity.names)
        if named is not None:
            return named
        first = attrs.evolve(identity, attempt=1).key
        return connection.execute(select(settlements.c.reservation).where(*self._one(first))).scalar()
