"""The ledger in a database: the contract of every ledger, and what only a database can get wrong."""

from __future__ import annotations

import pytest
from adapters.benches import SqlBench
from sqlalchemy import Engine

from hotelpay.adapters.sql import create_tables
from hotelpay.testing.contracts import OwnTransactions, RunLedgerContract, SharesItsStore, StoresNothingErased


class TestSqlLedger(OwnTransactions, SharesItsStore, StoresNothingErased, RunLedgerContract):
    """Everything that a run ledger promises, on SQLite and on PostgreSQL."""

    @pytest.fixture
    def ledgers(self, engine: Engine) -> SqlBench:
        """Return an empty journal."""
        create_tables(engine)
        return SqlBench(engine)
