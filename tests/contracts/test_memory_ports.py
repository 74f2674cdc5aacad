"""The ports in memory keep what every adapter has to keep."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from unittest import mock

import attrs
import pytest

from examples import utc
from hotelpay import BonusCard, Money, Points, Promises, Reservation
from hotelpay.autopilot.index import ReservationIndex
from hotelpay.ports import AnchorSpan, CandidateQuery, RunLedger
from hotelpay.reservation import ReservationStatus
from hotelpay.settlement.outcome import Declined, MoneyOutcome
from hotelpay.testing.clock import SetClock
from hotelpay.testing.contracts import (
    AsksInVain,
    FolioBookContract,
    GuaranteeDeskContract,
    HoldsPoints,
    LooksUpByKey,
    LooksUpPointsByKey,
    LoyaltyProcessorContract,
    MailerContract,
    OwnTransactions,
    PaymentGatewayContract,
    PortalContract,
    RemembersKeys,
    RemembersPointKeys,
    ReservationSourceContract,
    RunLedgerContract,
    StoresNothingErased,
    TodoListContract,
)
from hotelpay.testing.contracts.hotel_bench import ARRIVAL, BOOKED_AT, booking
from hotelpay.testing.memory_gateway import MemoryGateway, MemoryLoyalty
from hotelpay.testing.memory_hotel import MemoryHotel
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


@attrs.define
class WithBadCards(MemoryGateway):
    """A processor that declines one card."""

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._refusing("charge", key, card, amount) or super().charge(key, card, amount)

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._refusing("preauthorize", key, card, amount) or super().preauthorize(key, card, amount)

    def _refusing(self, operation: str, key: str, card: str, amount: Money) -> MoneyOutcome | None:
        if card != "tok_bad":
            return None
        return self._call(operation, key, (card, amount), lambda: Declined("card_declined"))


@attrs.define
class MemorySandbox:
    gateway: MemoryGateway
    currency: str = "EUR"
    good_card: str = "tok_good"
    bad_card: str = "tok_bad"

    def astray(self) -> AbstractContextManager[object]:
        return mock.patch.object(WithBadCards, "look_up", side_effect=ConnectionResetError("no answer"))

    def taken(self) -> int:
        return self._moved("charge") + self._moved("capture")

    def blocked(self) -> int:
        ended = {each.of for kind in ("capture", "release") for each in self.gateway.moved(kind)}
        held = [each for each in self.gateway.moved("preauthorize") if each.reference not in ended]
        return sum(each.amount.minor for each in held if isinstance(each.amount, Money))

    def _moved(self, operation: str) -> int:
        return sum(each.amount.minor for each in self.gateway.moved(operation) if isinstance(each.amount, Money))


class TestMemoryGateway(RemembersKeys, LooksUpByKey, AsksInVain, PaymentGatewayContract):
    @pytest.fixture
    def gateways(self) -> MemorySandbox:
        return MemorySandbox(WithBadCards(SetClock(NOW)))


class TestForgetfulMemoryGateway(PaymentGatewayContract):
    @pytest.fixture
    def gateways(self) -> MemorySandbox:
        promises = Promises(key_memory_hours=0, can_look_up=False)
        return MemorySandbox(WithBadCards(SetClock(NOW), promises))


@attrs.define
class MemoryCard:
    loyalty: MemoryLoyalty
    card: BonusCard
    currency_type: str = "BONUS"


def loaded(*, can_hold: bool) -> MemoryCard:
    loyalty = MemoryLoyalty(SetClock(NOW), can_hold=can_hold)
    card = BonusCard("9990001234567")
    loyalty.load(card, Points.of("120.50", "BONUS"))
    return MemoryCard(loyalty, card)


class TestMemoryLoyalty(RemembersPointKeys, LooksUpPointsByKey, LoyaltyProcessorContract):
    @pytest.fixture
    def loyalties(self) -> MemoryCard:
        return loaded(can_hold=False)


class TestMemoryLoyaltyWithHolds(HoldsPoints, RemembersPointKeys, LooksUpPointsByKey, LoyaltyProcessorContract):
    @pytest.fixture
    def loyalties(self) -> MemoryCard:
        return loaded(can_hold=True)


@attrs.define
class MemoryPms:
    """A hotel in memory as the bench of every port inside it."""

    source: MemoryHotel = attrs.field(factory=MemoryHotel)

    @property
    def book(self) -> MemoryHotel:
        return self.source

    mailer = portal = desk = todo_list = book

    def put(self, reservation: Reservation) -> Reservation:
        self.source.put(reservation)
        return reservation

    def sent(self, reservation: str) -> Sequence[str]:
        return [mail.template for mail in self.source.mails if mail.reservation == reservation]

    def visible(self, reservation: str, folio: str) -> bool:
        return self.source.visible[reservation, folio]

    def notes(self, reservation: str) -> Sequence[tuple[str, str | None]]:
        return [(todo.text, todo.channel) for todo in self.source.todos if todo.reservation == reservation]


class TestMemorySource(ReservationSourceContract):
    @pytest.fixture
    def sources(self) -> MemoryPms:
        return MemoryPms()


@attrs.define
class IndexedRows:
    """Reservations that a host holds in memory, as a bench."""

    source: ReservationIndex = attrs.field(factory=ReservationIndex)

    def put(self, reservation: Reservation) -> Reservation:
        self.source.put(reservation)
        return reservation


class TestIndex(ReservationSourceContract):
    @pytest.fixture
    def sources(self) -> IndexedRows:
        return IndexedRows()

    def test_of_several_on_one_day_the_right_one_goes(self, sources: IndexedRows) -> None:
        index = sources.source
        for name in ("R1", "R2", "R3"):
            sources.put(booking(name))
        index.remove("R2")
        index.remove("no-such-stay")
        day = AnchorSpan("arrival", ARRIVAL, ARRIVAL, (ReservationStatus.EXPECTED,))
        assert [row.id for row in index.candidates(CandidateQuery((day,), BOOKED_AT))] == ["R1", "R3"]
        assert (len(index), index.reservation("R2")) == (2, None)


class TestMemoryBook(FolioBookContract):
    @pytest.fixture
    def books(self) -> MemoryPms:
        return MemoryPms()


class TestMemoryMailer(MailerContract):
    @pytest.fixture
    def mailers(self) -> MemoryPms:
        return MemoryPms()


class TestMemoryPortal(PortalContract):
    @pytest.fixture
    def portals(self) -> MemoryPms:
        return MemoryPms()


class TestMemoryGuaranteeDesk(GuaranteeDeskContract):
    @pytest.fixture
    def desks(self) -> MemoryPms:
        return MemoryPms()


class TestMemoryTodoList(TodoListContract):
    @pytest.fixture
    def todo_lists(self) -> MemoryPms:
        return MemoryPms()
