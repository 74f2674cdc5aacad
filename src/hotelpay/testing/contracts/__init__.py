"""A suite of tests for each port: what an adapter has to keep, shown by running it (extra ``testing``).

Subclass a suite in a test module and override its one fixture. What not every adapter can do is a class of its own
beside the suite (:class:`HoldsPoints`, :class:`LooksUpByKey` …): put it before the suite in the list of bases.
"""

from __future__ import annotations

from hotelpay.errors import MissingExtra

try:
    import hypothesis as _hypothesis
    import pytest
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without pytest
    raise MissingExtra("hotelpay.testing.contracts", "testing") from _missing

# Before the suites are imported: a failing assert of theirs then shows its values, like one in a test module.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{module}"
        for module in (
            "folio_book",
            "follow_ups",
            "hotel_bench",
            "ledger_bench",
            "ledger_claims",
            "ledger_cycles",
            "ledger_holds",
            "ledger_journal",
            "ledger_records",
            "ledger_storage",
            "ledger_turns",
            "loyalty_processor",
            "payment_gateway",
            "reservation_source",
            "run_ledger",
        )
    )
)

from hotelpay.testing.contracts.contract import PortContract  # noqa: E402  see above
from hotelpay.testing.contracts.folio_book import FolioBookContract  # noqa: E402
from hotelpay.testing.contracts.follow_ups import (  # noqa: E402
    GuaranteeDeskBench,
    GuaranteeDeskContract,
    MailerBench,
    MailerContract,
    PortalBench,
    PortalContract,
    TodoListBench,
    TodoListContract,
)
from hotelpay.testing.contracts.hotel_bench import BookBench, HotelBench, SourceBench  # noqa: E402
from hotelpay.testing.contracts.ledger_bench import (  # noqa: E402
    HostTransactionBench,
    LedgerBench,
    ReadableStoreBench,
    SharedStoreBench,
)
from hotelpay.testing.contracts.loyalty_processor import (  # noqa: E402
    HoldsPoints,
    LooksUpPointsByKey,
    LoyaltyBench,
    LoyaltyProcessorContract,
    RemembersPointKeys,
)
from hotelpay.testing.contracts.payment_gateway import (  # noqa: E402
    AsksInVain,
    AstrayBench,
    GatewayBench,
    LooksUpByKey,
    PaymentGatewayContract,
    RemembersKeys,
)
from hotelpay.testing.contracts.reservation_source import ReservationSourceContract  # noqa: E402
from hotelpay.testing.contracts.run_ledger import (  # noqa: E402
    OwnTransactions,
    RunLedgerContract,
    SharesItsStore,
    StoresNothingErased,
)

del _hypothesis

__all__ = [
    "AsksInVain",
    "AstrayBench",
    "BookBench",
    "FolioBookContract",
    "GatewayBench",
    "GuaranteeDeskBench",
    "GuaranteeDeskContract",
    "HoldsPoints",
    "HostTransactionBench",
    "HotelBench",
    "LedgerBench",
    "LooksUpByKey",
    "LooksUpPointsByKey",
    "LoyaltyBench",
    "LoyaltyProcessorContract",
    "MailerBench",
    "MailerContract",
    "OwnTransactions",
    "PaymentGatewayContract",
    "PortContract",
    "PortalBench",
    "PortalContract",
    "ReadableStoreBench",
    "RemembersKeys",
    "RemembersPointKeys",
    "ReservationSourceContract",
    "RunLedgerContract",
    "SharedStoreBench",
    "SharesItsStore",
    "SourceBench",
    "StoresNothingErased",
    "TodoListBench",
    "TodoListContract",
]
