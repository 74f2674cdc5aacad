"""The tables, defined once for SQLite and PostgreSQL, in four parts that are created and versioned on their own.

``LEDGER`` is what :class:`~hotelpay.adapters.sql.SqlLedger` needs, beside a PMS's own tables if need be; ``HOTEL``
the embedded hotel, ``SIMULATED`` the made-up processors, ``CHAIN`` the hotels that workers serve. Every key begins
with the hotel. Instants are whole UTC seconds, amounts minor units, documents JSON texts.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, MetaData, String, Table, Text, false, text

#: The version that this hotelpay creates, and upgrades older ones to.
VERSION: Final = 3

_HOTEL: Final = "hotel"
_OPEN: Final = text("ended_at IS NULL")


def _name() -> Column[str]:
    return Column(_HOTEL, String(128), primary_key=True)


def _money(prefix: str = "", *, nullable: bool = False) -> tuple[Column[int], Column[str]]:
    """Return the two columns of an amount."""
    amount = Column(f"{prefix}minor", BigInteger, nullable=nullable)
    return amount, Column(f"{prefix}currency", String(3), nullable=nullable)


# The version of each part.

VERSIONS: Final = MetaData()

schema_versions: Final = Table(
    "hotelpay_schema",
    VERSIONS,
    Column("part", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
)

# The ledger.

LEDGER: Final = MetaData()

#: One row a hotel: its lock, and the number of its last entry, so that numbers are dense and committed in order.
hotels: Final = Table("hotelpay_hotels", LEDGER, _name(), Column("last_entry", BigInteger, nullable=False))

holds: Final = Table(
    "hotelpay_holds",
    LEDGER,
    _name(),
    Column("reservation", String(128), primary_key=True),
    Column("token", String(64), nullable=False),
    Column("worker", String(128), nullable=False),
    Column("until", BigInteger, nullable=False),
)

#: Append-only, but for :meth:`SqlLedger.erase`. ``reservation`` is the one that an entry is about, if it is about one.
entries: Final = Table(
    "hotelpay_entries",
    LEDGER,
    _name(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(64)),
    Column("reservation", String(128)),
    Column("at", BigInteger, nullable=False),
    Column("worker", String(128), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("event", String(32), nullable=False),
    Column("document", Text, nullable=False),
    Index("hotelpay_entries_by_key", _HOTEL, "key", "number"),
    Index("hotelpay_entries_by_reservation", _HOTEL, "reservation", "number"),
)

#: The lease of each settlement, and what lists and reports ask of it; what it *is*, only its entries say.
settlements: Final = Table(
    "hotelpay_settlements",
    LEDGER,
    _name(),
    Column("key", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("names", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("reservation", String(128), nullable=False),
    Column("claimed_entry", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("operation", String(32), nullable=False),
    Column("posting", String(64)),
    Column("outcome", String(32)),
    Column("reason", String(128)),
    Column("person", String(128)),
    Column("told", String(128)),
    *_money("approved_", nullable=True),
    # As small as what is unfinished: so it also answers for all hotels together.
    Index("hotelpay_settlements_unfinished", _HOTEL, "lease_until", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("hotelpay_settlements_by_reservation", _HOTEL, "reservation"),
    Index("hotelpay_settlements_by_person", _HOTEL, "person"),
)

#: Attempts that were allowed: used up (claimed or imported) at ``used_at``, or still open. Attempt 1 needs no row.
turns: Final = Table(
    "hotelpay_turns",
    LEDGER,
    _name(),
    Column("kind", String(16), primary_key=True),
    Column("names", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("used_at", BigInteger),
)

cycles: Final = Table(
    "hotelpay_cycles",
    LEDGER,
    _name(),
    Column("cycle_at", BigInteger, primary_key=True, autoincrement=False),
    Column("epoch", Integer, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("completed_at", BigInteger),
    Column("digest", String(64)),
    Column("active_tasks", Text),
    Column("plan", Text),
)

forgotten: Final = Table(
    "hotelpay_forgotten",
    LEDGER,
    _name(),
    Column("task", String(128), primary_key=True),
    Column("reservation", String(128), primary_key=True),
    Column("due_at", BigInteger, primary_key=True, autoincrement=False),
)

# The embedded hotel.

HOTEL: Final = MetaData()

ANCHORS: Final = ("created_at", "arrival", "departure", "checked_in_at", "checked_out_at", "cancelled_at")

#: The columns beside the document are what candidates are found by: anchors by index, then what filters look at.
reservations: Final = Table(
    "hotelpay_reservations",
    HOTEL,
    _name(),
    Column("id", String(128), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("arrival", Date, nullable=False),
    Column("departure", Date, nullable=False),
    Column("checked_in_at", BigInteger),
    Column("checked_out_at", BigInteger),
    Column("cancelled_at", BigInteger),
    Column("document", Text, nullable=False),
    Column("guarantee_status", String(16)),
    Column("guarantee_policy", String(128)),
    Column("ota", Boolean, nullable=False, server_default=false()),
    Column("card_class", String(16), nullable=False, server_default="none"),
    Column("company", String(128)),
    Column("agent", String(128)),
    *(Index(f"hotelpay_reservations_by_{anchor}", _HOTEL, anchor) for anchor in ANCHORS),
)

#: What was answered to each call, for good: null where it was done.
answers: Final = Table(
    "hotelpay_answers",
    HOTEL,
    _name(),
    Column("key", String(64), primary_key=True),
    Column("reservation", String(128), nullable=False),
    Column("call", String(32), nullable=False),
    Column("refused", String(128)),
)

#: ``received`` is the reference of the call that brought the money, ``posted`` the key of what is taken back.
postings: Final = Table(
    "hotelpay_postings",
    HOTEL,
    _name(),
    Column("key", String(64), primary_key=True),
    Column("reservation", String(128), nullable=False),
    Column("folio", String(128), nullable=False),
    *_money(),
    Column("payment_type", String(128)),
    Column("paid_at", BigInteger),
    Column("comment", Text),
    Column("received", String(128)),
    Column("posted", String(64)),
    Index("hotelpay_postings_by_reservation", _HOTEL, "reservation"),
)

folio_states: Final = Table(
    "hotelpay_folio_states",
    HOTEL,
    _name(),
    Column("reservation", String(128), primary_key=True),
    Column("folio", String(128), primary_key=True),
    Column("closed_with", String(128)),
    Column("visible", Boolean),
)

guarantee_states: Final = Table(
    "hotelpay_guarantee_states",
    HOTEL,
    _name(),
    Column("reservation", String(128), primary_key=True),
    Column("status", String(16), nullable=False),
)

#: Those of imported documents, at their ``place`` there, and those that were ``kept`` after the gateway approved.
preauthorizations: Final = Table(
    "hotelpay_preauthorizations",
    HOTEL,
    _name(),
    Column("reservation", String(128), primary_key=True),
    Column("id", String(128), primary_key=True),
    Column("kept", Boolean, nullable=False),
    Column("place", Integer, nullable=False),
    Column("card", String(128), nullable=False),
    Column("folio", String(128), nullable=False),
    *_money(),
    Column("reference", String(128), nullable=False),
    Column("expires_at", BigInteger),
    Column("state", String(16), nullable=False),
    Index("hotelpay_preauthorizations_by_state", _HOTEL, "state", "reservation"),
)

todos: Final = Table(
    "hotelpay_todos",
    HOTEL,
    _name(),
    Column("key", String(64), primary_key=True),
    Column("reservation", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("channel", String(128)),
    Index("hotelpay_todos_by_reservation", _HOTEL, "reservation"),
)

mails: Final = Table(
    "hotelpay_mails",
    HOTEL,
    _name(),
    Column("key", String(64), primary_key=True),
    Column("reservation", String(128), nullable=False),
    Column("template", String(128), nullable=False),
    *_money(nullable=True),
)

# The made-up processors.

SIMULATED: Final = MetaData()

#: ``answer`` is null while the call has knocked and never reached the books.
simulated_calls: Final = Table(
    "hotelpay_simulated_calls",
    SIMULATED,
    _name(),
    Column("system", String(16), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("call", String(32), nullable=False),
    Column("asked", Text, nullable=False),
    Column("reference", String(128)),
    Column("answer", Text),
    Column("at", BigInteger, nullable=False),
    Index("hotelpay_simulated_calls_by_reference", _HOTEL, "system", "reference"),
)

#: Amounts or points set aside, and taken: what is left of them can be captured, released or refunded.
simulated_amounts: Final = Table(
    "hotelpay_simulated_amounts",
    SIMULATED,
    _name(),
    Column("system", String(16), primary_key=True),
    Column("reference", String(128), primary_key=True),
    Column("card", String(128), nullable=False),
    Column("amount", Text, nullable=False),
    Column("unit", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("expires_at", BigInteger),
)

#: ``card`` is a digest of the card's number, which is personal.
simulated_wallets: Final = Table(
    "hotelpay_simulated_wallets",
    SIMULATED,
    _name(),
    Column("card", String(64), primary_key=True),
    Column("currency_type", String(128), primary_key=True),
    Column("amount", Text, nullable=False),
)

# The chain.

CHAIN: Final = MetaData()

#: The hotels that workers serve. ``document`` is a setup without its hotel, so that equal ones are read once.
enrolled: Final = Table(
    "hotelpay_chain",
    CHAIN,
    _name(),
    Column("document", Text, nullable=False),
    Column("paused", Boolean, nullable=False),
)

PARTS: Final = {"ledger": LEDGER, "hotel": HOTEL, "simulated": SIMULATED, "chain": CHAIN}
#: What the store of one hotel is made of.
STORE_PARTS: Final = ("ledger", "hotel", "simulated")
