"""Do the books add up: processor, ledger and folios of one hotel, to the cent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, text

from hotelpay import Money, run_cycle
from hotelpay.adapters.sql import SqlGateway, SqlStore, open_store
from hotelpay.adapters.sql.books import Books, CardBooks, books_of
from hotelpay.folio import Charge, Folio
from hotelpay.testing.stories import START, guest, setup_of, task


@pytest.fixture
def store(database: URL) -> Iterator[SqlStore]:
    """Return a hotel in which two guests owe euros and one owes leva, before any cycle."""
    with open_store(database, "default", "worker") as made:
        charge = Charge("rooms", Money.of("50.00", "BGN"))
        leva = Folio(id="F1", opened_at=START, currency=charge.amount.currency, charges=[charge])
        made.hotel.import_reservations([guest(), guest(id="R-2"), guest(id="R-3", folios=[leva])])
        yield made


def _after_a_cycle(store: SqlStore) -> Books:
    run_cycle(setup_of(task()), store.ports(gateway=SqlGateway(store.engine, "default")), START)
    return books_of(store)


def test_books_of_nothing_add_up(store: SqlStore) -> None:
    books = books_of(store)
    assert (books.hotel, books.cards, books.add_up) == ("default", (), True)


def test_what_was_taken_stands_on_the_folios_by_currency(store: SqlStore) -> None:
    books = _after_a_cycle(store)
    leva, euros = Money.of("50.00", "BGN"), Money.of("3600.00", "EUR")
    assert books.cards == (CardBooks(leva, leva), CardBooks(euros, euros))
    assert books.add_up


def test_a_payment_that_is_missing_is_a_difference(store: SqlStore) -> None:
    _after_a_cycle(store)
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM hotelpay_postings WHERE reservation = 'R-2'"))
    books = books_of(store)
    assert [str(each.difference) for each in books.cards] == ["0.00 BGN", "1800.00 EUR"]
    assert not books.add_up


def test_a_payment_that_nobody_took_is_a_difference(store: SqlStore) -> None:
    _after_a_cycle(store)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE hotelpay_postings SET currency = 'USD' WHERE reservation = 'R-3'"))
    books = books_of(store)
    assert [str(each.difference) for each in books.cards] == ["50.00 BGN", "0.00 EUR", "-50.00 USD"]
    assert not books.add_up


def test_points_are_no_card(store: SqlStore) -> None:
    """A payment with points bears its type: no card was charged for it."""
    _after_a_cycle(store)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE hotelpay_postings SET payment_type = 'kontur' WHERE reservation = 'R-2'"))
    assert [str(each.posted) for each in books_of(store).cards] == ["50.00 BGN", "1800.00 EUR"]
