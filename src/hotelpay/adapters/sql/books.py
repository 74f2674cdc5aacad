"""Do the books add up: what the made-up processor took from cards, and what stands on the folios."""

from __future__ import annotations

import attrs
from sqlalchemy import func, select

from hotelpay.adapters.sql.connections import reading
from hotelpay.adapters.sql.report import Report, read_report
from hotelpay.adapters.sql.schema import postings
from hotelpay.adapters.sql.simulated import SqlGateway
from hotelpay.adapters.sql.store import SqlStore
from hotelpay.money import Currency, Money


@attrs.frozen
class CardBooks:
    """One currency: what the processor took from cards, and what was posted for it."""

    taken: Money
    posted: Money

    @property
    def difference(self) -> Money:
        """What was taken and does not stand on a folio; negative: what stands there and was not taken."""
        return self.taken - self.posted


@attrs.frozen(kw_only=True)
class Books:
    """A hotel's ledger, folios and processor at one moment."""

    hotel: str
    report: Report
    cards: tuple[CardBooks, ...]

    @property
    def add_up(self) -> bool:
        """Whether every amount taken or approved stands on a folio, and nothing else does, to the cent."""
        return self.report.agrees and not any(each.difference for each in self.cards)


def books_of(store: SqlStore) -> Books:
    """Read what ledger, folios and processor of a store say."""
    hotel = store.hotel.hotel
    taken = SqlGateway(store.engine, hotel).taken()
    posted = _posted_for_cards(store)
    currencies = sorted({*taken, *posted}, key=lambda currency: currency.code)
    cards = tuple(
        CardBooks(taken.get(each, Money.zero(each)), posted.get(each, Money.zero(each))) for each in currencies
    )
    return Books(hotel=hotel, report=read_report(store.engine, hotel), cards=cards)


def _posted_for_cards(store: SqlStore) -> dict[Currency, Money]:
    """Sum the payments that hotelpay posted by currency; those with points, which have a type, left out."""
    table = postings.c
    query = (
        select(table.currency, func.sum(table.minor).label("minor"))
        .where(table.hotel == store.hotel.hotel, table.payment_type.is_(None))
        .group_by(table.currency)
    )
    with reading(store.engine) as connection:
        found = [(Currency.of(row.currency), int(row.minor)) for row in connection.execute(query)]
    return {currency: Money(minor, currency) for currency, minor in found}
