"""A suite of tests for each port: what an adapter has to keep, shown by running it.

Subclass a suite in a test module and override its one fixture. What not every adapter can do is a class of its own
beside the suite (:class:`HoldsPoints`, :class:`LooksUpByKey` …): put it before the suite in the list of bases.
"""

from __future__ import annotations

from hotelpay.errors import MissingExtra

try:
    import hypothesis as _hypothesis
    import pytest as _pytest
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without pytest
    raise MissingExtra("hotelpay.testing.contracts", "testing") from _missing

# Before the suites are imported: a failing assert of theirs then shows its values, like one in a test module.
_pytest.register_assert_rewrite(
    *(
        f"{__name__}.{module}"
        for module in (
            "ledger_bench",
            "ledger_claims",
            "ledger_cycles",
            "ledger_holds",
            "ledger_journal",
            "ledger_records",
            "ledger_storage",
            "ledger_turns",
            "run_ledger",
        )
    )
)

from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.ledger_bench import (
    HostTransactionBench,
    LedgerBench,
    ReadableStoreBench,
    SharedStoreBench,
)
from hotelpay.testing.contracts.run_ledger import (
    OwnTransactions,
    RunLedgerContract,
    SharesItsStore,
    StoresNothingErased,
)

del _hypothesis, _pytest
