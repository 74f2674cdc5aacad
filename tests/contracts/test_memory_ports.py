"""The ports in memory keep what every adapter has to keep."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import attrs
import pytest

from examples import utc
from hotelpay.ports import RunLedger
from hotelpay.testing.clock import SetClock
from hotelpay.testing.contracts import OwnTransactions, RunLedgerContract, StoresNothingErased
from hotelpay.testing.memory_ledger import MemoryLedger

NOW = utc("2024-07-10 09:01")


@attrs.define
class MemoryLedgers:
    """A journal in memory; a host's rollback does not reach it."""

    ledger: MemoryLedger
    clock: SetClock

    @property
    def hotel(self) -> str:
        return self.ledger.hotel

    def worker(self, name: str) -> RunLedger:
        return self.ledger.of_worker(name)

    def advance(self, seconds: int) -> None:
        self.clock.advance(seconds)

    def rolled_back(self) -> AbstractContextManager[object]:
        return nullcontext()

    def everything_stored(self) -> str:
        return repr([attrs.asdict(entry) for entry in self.ledger.entries()])


class TestMemoryLedger(OwnTransactions, StoresNothingErased, RunLedgerContract):
    @pytest.fixture
    def ledgers(self) -> MemoryLedgers:
        clock = SetClock(NOW)
        return MemoryLedgers(MemoryLedger.of("default", clock), clock)
