"""hotelpay's suites, run on the hotel's own tables: every port, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import URL

from fastapi_hotel.hotel import SETUP, Hotel, Settings, open_hotel
from fastapi_hotel.tables import notes, open_database, reading, writing
from fastapi_hotel.tests.bench import PmsBench
from hotelpay import Done, Money, Payment, Refused, candidates_at
from hotelpay.documents import load_setup
from hotelpay.ports import CandidateQuery, Hold
from hotelpay.testing.contracts import (
    FolioBookContract,
    GuaranteeDeskContract,
    MailerContract,
    PortalContract,
    ReservationSourceContract,
    TodoListContract,
)
from hotelpay.testing.contracts.at_once import ROUNDS, at_once
from hotelpay.testing.contracts.hotel_bench import BOOKED_AT, bill, booking, seen


@pytest.fixture
def pms(database: URL) -> Iterator[PmsBench]:
    engine = open_database(database)
    yield PmsBench(engine)
    engine.dispose()


class TestOurSource(ReservationSourceContract):
    @pytest.fixture
    def sources(self, pms: PmsBench) -> PmsBench:
        return pms

    def test_candidates_come_from_indexes(self, sources: PmsBench) -> None:
        """No query of a cycle looks through the table of bookings, once that is worth avoiding."""
        _fill(sources)
        setup = load_setup(SETUP)
        asked: list[tuple[str, object]] = []
        event.listen(
            sources.engine,
            "before_cursor_execute",
            lambda *given: asked.append((given[2], given[3])) if "FROM bookings" in given[2] else None,
        )
        sources.source.candidates(candidates_at(setup.tasks, setup.rules, BOOKED_AT))
        sources.source.holding(BOOKED_AT)
        assert len(asked) == 12
        explain = "EXPLAIN QUERY PLAN " if sources.engine.dialect.name == "sqlite" else "EXPLAIN "
        for statement, parameters in tuple(asked):
            with sources.engine.connect() as connection:
                plan = [str(tuple(row)) for row in connection.exec_driver_sql(explain + statement, parameters)]  # type: ignore[arg-type]
            assert not [line for line in plan if "SCAN bookings" in line or "Seq Scan on bookings" in line], plan


class TestOurBook(FolioBookContract):
    @pytest.fixture
    def books(self, pms: PmsBench) -> PmsBench:
        return pms

    def test_a_bill_is_not_closed_over_a_payment_that_comes_at_that_moment(self, books: PmsBench) -> None:
        """The payment stands and the bill has a balance, or it is closed and the payment refused: never both."""
        for turn in range(ROUNDS):
            stay = books.put(booking(f"R{turn}", folios=(bill(f"R{turn}", owes=0),)))
            folio, key = stay.folios[0].id, f"post {turn}"
            payment = Payment(amount=Money.of(100, "EUR"), reference=key)
            post = partial(books.book.post, key, stay.id, folio, payment, received="ch_1")
            closed, posted = at_once([partial(books.book.close, f"close {turn}", stay.id, folio, "invoice"), post])
            after = seen(books, stay).folios[0]
            if posted == Done():
                assert (closed, after.closed, len(after.payments)) == (Refused("folio_has_balance"), False, 1)
            else:
                assert (closed, posted, after.closed, after.payments) == (Done(), Refused("bill_closed"), True, ())

    def test_a_payment_of_another_bill_is_not_taken_back(self, books: PmsBench) -> None:
        """What was posted to one bill of a booking cannot be set against another one."""
        stay = books.put(booking(folios=(bill("R1"), bill("R2"))))
        first, second = (folio.id for folio in stay.folios)
        payment = Payment(amount=Money.of(10, "EUR"), reference="p")
        assert books.book.post("p", stay.id, first, payment, received="ch_1") == Done()
        back = Payment(amount=Money.of(-10, "EUR"), reference="b")
        assert books.book.take_back("b", stay.id, second, back, posted="p") == Refused("not_posted")

    def test_another_currency_is_refused(self, books: PmsBench) -> None:
        stay = books.put(booking())
        dollars = Payment(amount=Money.of(10, "USD"), reference="p")
        assert books.book.post("p", stay.id, stay.folios[0].id, dollars, received="ch_1") == Refused("other_currency")


class TestOurMailer(MailerContract):
    @pytest.fixture
    def mailers(self, pms: PmsBench) -> PmsBench:
        return pms


class TestOurPortal(PortalContract):
    @pytest.fixture
    def portals(self, pms: PmsBench) -> PmsBench:
        return pms


class TestOurGuaranteeDesk(GuaranteeDeskContract):
    @pytest.fixture
    def desks(self, pms: PmsBench) -> PmsBench:
        return pms


class TestOurTodoList(TodoListContract):
    @pytest.fixture
    def todo_lists(self, pms: PmsBench) -> PmsBench:
        return pms


def test_a_question_about_nothing_has_no_answer(pms: PmsBench) -> None:
    assert pms.source.candidates(CandidateQuery((), BOOKED_AT)) == []


def test_the_ledger_keeps_what_the_hotel_rolls_back(database: URL) -> None:
    """It has connections of its own, so a request that fails erases no claim."""
    held: list[Hold | None] = []

    def request(hotel: Hotel) -> None:
        # SQLite has one writer at a time, so the hotel writes after the ledger has.
        with reading(hotel.pms.engine) as connection:
            held.append(hotel.ports.ledger.hold("R-1"))
            connection.execute(insert(notes).values(booking="R-1", key="n", text="gone"))
            raise ConnectionError("the request failed")

    with open_hotel(Settings(database=database)) as hotel:
        with pytest.raises(ConnectionError):
            request(hotel)
        assert held != [None]
        assert hotel.ports.ledger.hold("R-1") is None
        with reading(hotel.pms.engine) as connection:
            assert connection.execute(select(notes)).first() is None


def _fill(pms: PmsBench) -> None:
    """Enter some thousand bookings of another year, so that an index is the cheaper way."""
    rows = text(
        "INSERT INTO bookings (number, guest, state, first_day, last_day, booked_at, came_at, left_at, cancelled_at, "
        "by_agency) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
        "SELECT 'Q' || i, 'A guest', 'left', first_day, last_day, i, i, i, i, by_agency FROM n, bookings"
    )
    pms.put(booking())
    with writing(pms.engine) as connection:
        connection.execute(rows)
        connection.execute(
            text("UPDATE bookings SET first_day = '2001-01-01', last_day = '2001-01-02' WHERE booked_at < 9999")
        )
        connection.execute(text("ANALYZE"))
