"""hotelpay's ledger beside our tables: what it was told stays, whatever we roll back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from frontdesk.autopilot import engine
from frontdesk.models import Answer

from hotelpay.adapters.sql import SqlLedger
from hotelpay.testing.contracts import OwnTransactions, RunLedgerContract
from hotelpay.testing.contracts.intents import CYCLE


class LedgerBench:
    """The hotel's ledger, on a clock that stands still."""

    hotel = "harbor-house"

    def __init__(self) -> None:
        self.time: int = CYCLE

    def worker(self, name: str) -> SqlLedger:
        return SqlLedger(engine(), self.hotel, name, clock=lambda: self.time)

    def advance(self, seconds: int) -> None:
        self.time += seconds

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Run a block inside one of our own transactions, which has written something and is rolled back."""
        with transaction.atomic():
            Answer.objects.create(key="ours")
            yield
            transaction.set_rollback(True)
        assert not Answer.objects.exists()


class TestLedger(OwnTransactions, RunLedgerContract):
    @pytest.fixture
    def ledgers(self) -> LedgerBench:
        return LedgerBench()
