"""Ledger, embedded hotel and made-up processors on SQLite or PostgreSQL (extra ``sql``, or ``postgresql``)."""

from __future__ import annotations

from hotelpay.errors import MissingExtra

try:
    import sqlalchemy as _sqlalchemy
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without SQLAlchemy
    raise MissingExtra("hotelpay.adapters.sql", "sql") from _missing

from hotelpay.adapters.sql.chain import Enrolled, SqlChain, open_chain
from hotelpay.adapters.sql.connections import connect
from hotelpay.adapters.sql.hotel import Mail, Posting, SqlHotel, Todo
from hotelpay.adapters.sql.ledger import SqlLedger
from hotelpay.adapters.sql.migrations import NewerSchema, create_tables, table_versions
from hotelpay.adapters.sql.report import Report, read_report
from hotelpay.adapters.sql.simulated import SqlGateway, SqlLoyalty
from hotelpay.adapters.sql.store import SqlStore, open_store

del _sqlalchemy

__all__ = [
    "Enrolled",
    "Mail",
    "NewerSchema",
    "Posting",
    "Report",
    "SqlChain",
    "SqlGateway",
    "SqlHotel",
    "SqlLedger",
    "SqlLoyalty",
    "SqlStore",
    "Todo",
    "connect",
    "create_tables",
    "open_chain",
    "open_store",
    "read_report",
    "table_versions",
]
