"""The embedded hotel and the made-up processors keep what every adapter of their ports has to keep."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest
from sqlalchemy import Engine, select

from hotelpay import BonusCard, Currency, Money, Points, Promises, Reservation
from hotelpay.adapters.sql import SqlGateway, SqlHotel, SqlLoyalty, create_tables
from hotelpay.adapters.sql.schema import PARTS, simulated_amounts
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.outcome import MoneyOutcome
from hotelpay.testing.contracts import (
    FolioBookContract,
    GuaranteeDeskContract,
    HoldsPoints,
    LooksUpByKey,
    LooksUpPointsByKey,
    LoyaltyProcessorContract,
    MailerContract,
    PaymentGatewayContract,
    PortalContract,
    RemembersKeys,
    RemembersPointKeys,
    ReservationSourceContract,
    TodoListContract,
)

HOTEL = "seven-gulls"


@attrs.frozen
class SqlPms:
    """An embedded hotel as the bench of every port inside it."""

    source: SqlHotel

    @property
    def book(self) -> SqlHotel:
        return self.source

    mailer = portal = desk = todo_list = book

    def put(self, reservation: Reservation) -> Reservation:
        self.source.import_reservations([reservation])
        found = self.source.reservation(reservation.id)
        assert found is not None
        return found

    def sent(self, reservation: str) -> Sequence[str]:
        return [mail.template for mail in self.source.mails() if mail.reservation == reservation]

    def visible(self, reservation: str, folio: str) -> bool:
        return bool(self.source.visible(reservation, folio))

    def notes(self, reservation: str) -> Sequence[tuple[str, str | None]]:
        return [(todo.text, todo.channel) for todo in self.source.todos(reservation)]


@pytest.fixture
def pms(engine: Engine) -> SqlPms:
    create_tables(engine, PARTS)
    return SqlPms(SqlHotel(engine, HOTEL))


class TestSqlSource(ReservationSourceContract):
    @pytest.fixture
    def sources(self, pms: SqlPms) -> SqlPms:
        return pms


class TestSqlBook(FolioBookContract):
    @pytest.fixture
    def books(self, pms: SqlPms) -> SqlPms:
        return pms


class TestSqlMailer(MailerContract):
    @pytest.fixture
    def mailers(self, pms: SqlPms) -> SqlPms:
        return pms


class TestSqlPortal(PortalContract):
    @pytest.fixture
    def portals(self, pms: SqlPms) -> SqlPms:
        return pms


class TestSqlGuaranteeDesk(GuaranteeDeskContract):
    @pytest.fixture
    def desks(self, pms: SqlPms) -> SqlPms:
        return pms


class TestSqlTodoList(TodoListContract):
    @pytest.fixture
    def todo_lists(self, pms: SqlPms) -> SqlPms:
        return pms


@attrs.frozen
class TwoCards:
    """The made-up processor, which here declines one card and not a share of the keys."""

    good: SqlGateway
    bad: SqlGateway

    @property
    def promises(self) -> Promises:
        return self.good.promises

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._of(card).charge(key, card, amount)

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return self._of(card).preauthorize(key, card, amount)

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        return self.good.capture(key, reference, amount)

    def release(self, key: str, reference: str) -> MoneyOutcome:
        return self.good.release(key, reference)

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        return self.good.look_up(effect)

    def _of(self, card: str) -> SqlGateway:
        return self.bad if card == "tok_bad" else self.good


@attrs.frozen
class SqlSandbox:
    gateway: TwoCards
    currency: str = "EUR"
    good_card: str = "tok_good"
    bad_card: str = "tok_bad"

    def taken(self) -> int:
        found = self.gateway.good.taken().get(Currency.of("EUR"))
        return 0 if found is None else found.minor

    def blocked(self) -> int:
        table = simulated_amounts.c
        held = select(table.amount).where(table.system == "gateway", table.state == "held")
        with self.gateway.good.engine.connect() as connection:
            return sum(int(amount) for amount in connection.execute(held).scalars())


class TestSqlGateway(RemembersKeys, LooksUpByKey, PaymentGatewayContract):
    @pytest.fixture
    def gateways(self, engine: Engine) -> SqlSandbox:
        create_tables(engine, PARTS)
        return SqlSandbox(TwoCards(SqlGateway(engine, HOTEL), SqlGateway(engine, HOTEL, declines=100)))


@attrs.frozen
class SqlCard:
    loyalty: SqlLoyalty
    card: BonusCard
    currency_type: str = "BONUS"


def loaded(engine: Engine, *, can_hold: bool) -> SqlCard:
    create_tables(engine, PARTS)
    loyalty, card = SqlLoyalty(engine, HOTEL, can_hold=can_hold), BonusCard("9990001234567")
    loyalty.set_balance(card, Points.of("120.50", "BONUS"))
    return SqlCard(loyalty, card)


class TestSqlLoyalty(RemembersPointKeys, LooksUpPointsByKey, LoyaltyProcessorContract):
    @pytest.fixture
    def loyalties(self, engine: Engine) -> SqlCard:
        return loaded(engine, can_hold=False)


class TestSqlLoyaltyWithHolds(HoldsPoints, RemembersPointKeys, LooksUpPointsByKey, LoyaltyProcessorContract):
    @pytest.fixture
    def loyalties(self, engine: Engine) -> SqlCard:
        return loaded(engine, can_hold=True)
