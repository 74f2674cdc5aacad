"""What the service answers: the next cycle, what became of it, points, and nothing that is nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, update
from sqlalchemy.engine import URL

from fastapi_hotel import demo
from fastapi_hotel.app import create_app, from_environment
from fastapi_hotel.demo import BONUS_CARD
from fastapi_hotel.hotel import Hotel, Settings, open_hotel
from fastapi_hotel.journal import settled_rows
from fastapi_hotel.ports import Pms
from fastapi_hotel.tables import bills, bookings, paid, writing
from fastapi_hotel.tests.visits import NOON, made_up_hotel, until, visit
from hotelpay import Declined, Instant, Promises, Refused, rearm, run_cycle
from hotelpay.adapters.sql import SqlGateway, SqlLoyalty
from hotelpay.moments import CYCLE_SECONDS
from hotelpay.testing.clock import SetClock
from hotelpay.testing.memory_gateway import Fault, MemoryGateway, faults_in_turn


@pytest.fixture
def hotel(database: URL) -> Iterator[Hotel]:
    with made_up_hotel(database) as found:
        yield found


@pytest.fixture
def app(database: URL, hotel: Hotel) -> FastAPI:
    """Return a replica that answers and drives no cycles."""
    assert hotel.setup.hotel == "heron-house"
    return create_app(Settings(database=database, cycles="off"), clock=SetClock(NOON))


def get(app: FastAPI, *paths: str) -> list[httpx.Response]:
    async def deed(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.get(path) for path in paths]

    return visit(app, deed)


def post(app: FastAPI, path: str, *bodies: dict[str, Any]) -> list[httpx.Response]:
    async def deed(client: httpx.AsyncClient) -> list[httpx.Response]:
        return [await client.post(path, json=body) for body in bodies]

    return visit(app, deed)


# The preview, and what becomes of it.


def test_the_cycle_does_what_the_preview_shows(app: FastAPI, database: URL) -> None:
    """The same rows with the same amounts, in that order; and what the preview gives to a person waits for one."""
    (preview,) = get(app, "/api/preview")
    assert preview.json()["cycle_at"] == "2025-07-11T09:00:00Z"
    rows = preview.json()["runs"]
    driving = create_app(Settings(database=database), clock=SetClock(NOON))

    async def work(client: httpx.AsyncClient) -> dict[str, Any]:
        await until(lambda: driving.state.driver.completed == NOON)
        found: dict[str, Any] = (await client.get("/api/report")).json()
        return found

    report = visit(driving, work)
    done = report["settled"][::-1]
    assert [(row["what"], row["booking"]) for row in done] == [(row["task"], row["reservation"]) for row in rows]
    # A row that comes after another one of its reservation may change: what was paid is not blocked any more.
    alone = [place for place, row in enumerate(rows) if not row["after"]]
    assert [done[place]["amount"] for place in alone] == [_amount(rows[place]) for place in alone]
    assert (len(rows), len(alone)) == (11, 10)
    wanted = [row["reservation"] for row in rows if row["problem"] == "above_max_amount"]
    assert [row["booking"] for row in report["needs_person"]] == wanted == ["R-1006"]
    assert {row["outcome"] for row in report["settled"]} == {"approved", "declined", "done", "left_to_person"}
    after = get(app, "/api/preview")[0].json()["runs"]
    assert after == []


def _amount(row: dict[str, Any]) -> str | None:
    return None if row["amount"] is None else f"{row['amount']} {row['currency']}"


def test_the_page_says_how_much_and_why(app: FastAPI) -> None:
    """Amounts with every line, what keeps a row from success, and sums of what will really be tried."""
    (page,) = get(app, "/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for said in ("The cycle at 12:00", "Friday, 11 July 2025, Europe/Riga", "Siobhán O&#x27;Brien", "428.00 EUR"):
        assert said in page.text
    for line in ("166.66666…", "nights 1 of 3", "rounding half_up", "166.67 EUR"):
        assert line in page.text
    assert "Above the task&#x27;s ceiling: left to a person." in page.text
    assert "No fitting card" in page.text
    assert "After deposit, which may change it." in page.text
    assert "<dt>takes</dt><dd>1771.67 EUR</dd>" in page.text
    assert "Nobody." in page.text


def test_a_quiet_hotel_has_a_page_too(database: URL) -> None:
    quiet = create_app(Settings(database=database, cycles="off"), clock=SetClock(NOON))
    page, preview, report, health = get(quiet, "/", "/api/preview", "/api/report", "/health")
    assert "Nothing is due." in page.text
    assert preview.json() == {"cycle_at": "2025-07-11T09:00:00Z", "runs": [], "skips": []}
    assert report.json() == {"settled": [], "needs_person": []}
    assert health.json() == {"status": "ok", "last_cycle": None, "seconds_since": 0}


def test_whoever_asks_why_hears_every_reason(app: FastAPI) -> None:
    page, answer, unknown, nobody = get(
        app, "/?why=R-1016", "/api/preview?why=R-1016", "/?why=R%00", "/api/preview?why=R-9"
    )
    deposit = next(each for each in answer.json()["skips"] if each["task"] == "deposit")
    assert [each["code"] for each in deposit["reasons"]] == [
        "window_closed",
        "guarantee_status",
        "guarantee_policy",
        "nothing_due",
    ]
    for reason in deposit["reasons"]:
        assert reason["message"].replace("'", "&#x27;") in page.text
    assert "There is no reservation" in unknown.text
    assert (nobody.status_code, nobody.json()) == (404, {"error": "unknown_id", "field": "reservation"})


def test_what_waits_for_a_person_waits_until_one_has_looked(app: FastAPI, hotel: Hotel) -> None:
    """Kept by the hotel itself, since a cycle tells it once; a re-arming takes it off the list."""
    run_cycle(hotel.setup, hotel.ports, NOON)
    for _ in range(2):
        (page,) = get(app, "/")
        assert "Reisegruppe Grünwald" in page.text.partition("Waiting for a person")[2]
        assert "above max amount" in page.text
    rearm(hotel.ports, task="agency-card", reservation="R-1006", by="Zane", reason="the group confirmed")
    assert settled_rows(hotel, for_person=True) == []


def test_money_that_cannot_be_posted_waits_for_a_person(
    app: FastAPI, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bill that refuses what was taken: the amount is on the list, with the reason."""
    monkeypatch.setattr(Pms, "post", lambda *_, **__: Refused("bill_closed"))
    run_cycle(hotel.setup, hotel.ports, NOON)
    (report,) = get(app, "/api/report")
    waiting = {row["booking"]: (row["amount"], row["person"]) for row in report.json()["needs_person"]}
    assert waiting["R-1010"] == ("23.00 EUR", "posting_refused")


def test_a_charge_of_which_nobody_knows_waits_for_a_person(app: FastAPI, hotel: Hotel, database: URL) -> None:
    """Its answer is lost, and this processor can neither be asked nor remembers keys; it has not ended yet."""
    forgetful = Promises(key_memory_hours=0, can_look_up=False)
    gateway = MemoryGateway(SetClock(NOON), forgetful, faults_in_turn(Fault.LOST_REPLY))
    with open_hotel(Settings(database=database), gateway) as unlucky:
        run_cycle(hotel.setup, unlucky.ports, NOON)
    (report,) = get(app, "/api/report")
    found = [row for row in report.json()["needs_person"] if row["person"] == "unknown_outcome"]
    assert [row["outcome"] for row in found] == [None]


def test_what_no_cycle_looked_at_in_time_is_on_the_list(app: FastAPI, hotel: Hotel) -> None:
    run_cycle(hotel.setup, hotel.ports, Instant(NOON - CYCLE_SECONDS))
    run_cycle(hotel.setup, hotel.ports, Instant(NOON + 4 * 24 * 3600))
    (report,) = get(app, "/api/report")
    forgotten = [(row["what"], row["booking"]) for row in report.json()["needs_person"] if row["person"] == "forgotten"]
    assert ("minibar", "R-1010") in forgotten


# Hostile names.

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>$runs ${hotel}"


class Tags(HTMLParser):
    """What a browser would make of a page: its tags, their attributes, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_guests_name_is_text_and_nothing_else(app: FastAPI, hotel: Hotel) -> None:
    """Whatever it holds, it is seen as it stands: as the guest's name, and as what somebody asks about."""
    with writing(hotel.pms.engine) as connection:
        connection.execute(update(bookings).values(guest=HOSTILE))
    for page in get(app, "/", f"/?why={httpx.URL('', params={'why': HOSTILE}).query.decode().removeprefix('why=')}"):
        found = Tags(page.text)
        assert HOSTILE in found.text
        assert not found.tags & {"script", "img"}
        assert not {name for name in found.attributes if name.startswith("on")}


# Points.


def wish(**fields: str) -> dict[str, str]:
    usual = {"reservation": "R-1009", "folio": "F-1009", "payment_type": "heron", "card": BONUS_CARD.number}
    return {**usual, **fields}


def test_points_are_redeemed_once_by_their_id(app: FastAPI, hotel: Hotel) -> None:
    """201 for the first, 200 for a repeat, and the points are taken once."""
    first, again = post(app, "/api/redemptions", *[wish(redemption="B-1", points="100.00")] * 2)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["settlement"] == again.json()["settlement"]
    assert first.json()["settlement"]["outcome"] == "approved"
    assert isinstance(hotel.ports.loyalty, SqlLoyalty)
    assert [str(each) for each in hotel.ports.loyalty.balances(BONUS_CARD)] == ["900.00 BONUS"]
    (bill,) = hotel.stay("R-1009").folios
    assert [(each.payment_type, str(each.amount)) for each in bill.payments] == [
        ("card", "160.00 EUR"),
        ("heron", "100.00 EUR"),
    ]
    assert [(row["what"], row["amount"], row["outcome"]) for row in settled_rows(hotel, for_person=False)] == [
        ("redemption", "100.00 EUR", "approved")
    ]


def test_a_quote_says_how_many(app: FastAPI) -> None:
    (answer,) = post(app, "/api/quotes", wish())
    assert (answer.status_code, answer.json()["points"], answer.json()["limited_by"]) == (200, "141.00", "cap")


def test_a_quote_looks_at_the_whole_reservation(app: FastAPI, hotel: Hotel) -> None:
    """Whoever has paid too much on another bill owes nothing: the quote says so, as the redemption does."""
    with writing(hotel.pms.engine) as connection:
        other = {"booking": "R-1009", "name": "F-2", "opened_at": NOON, "currency": "EUR"}
        connection.execute(insert(bills).values(other))
        connection.execute(insert(paid).values(booking="R-1009", bill="F-2", minor=100_000))
    (quoted,) = post(app, "/api/quotes", wish())
    (redeemed,) = post(app, "/api/redemptions", wish(redemption="B-1", points="1"))
    assert [each["code"] for each in quoted.json()["reasons"]] == ["balance_not_negative"]
    assert (redeemed.status_code, redeemed.json()["quote"]) == (409, quoted.json())


def test_what_is_refused_is_a_conflict(app: FastAPI) -> None:
    """More than the quote, and an id that stands for something else; nothing is taken."""
    more, first, other = post(
        app,
        "/api/redemptions",
        wish(redemption="B-1", points="141.01"),
        wish(redemption="B-2", points="1"),
        wish(redemption="B-2", points="1", reservation="R-1008", folio="F-1008"),
    )
    assert (more.status_code, more.json()["refusal"], more.json()["quote"]["points"]) == (
        409,
        "more_than_quote",
        "141.00",
    )
    assert first.status_code == 201
    assert (other.status_code, other.json()["error"]) == (409, "duplicate_id")


def test_a_declined_card_is_a_conflict(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that says it has points, and gives none."""
    monkeypatch.setattr(SqlLoyalty, "debit", lambda *_: Declined("insufficient_points"))
    found, again = post(app, "/api/redemptions", *[wish(redemption="B-1", points="1")] * 2)
    assert found.status_code == again.status_code == 409
    assert found.json()["settlement"]["outcome"] == "declined"


def test_what_nobody_knows_yet_is_on_its_way(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loyalty system does not answer: 202, and who asks again later hears how it went."""
    real = SqlLoyalty.debit

    def lost(*given: Any) -> None:  # noqa: ANN401  as the method takes them
        if given[1:]:
            real(*given)
        raise TimeoutError("no answer")

    with monkeypatch.context() as bad_day:
        bad_day.setattr(SqlLoyalty, "debit", lost)
        bad_day.setattr(SqlLoyalty, "look_up", lambda *_: lost())
        (first,) = post(app, "/api/redemptions", wish(redemption="B-1", points="1"))
    (again,) = post(app, "/api/redemptions", wish(redemption="B-1", points="1"))
    assert (first.status_code, first.json()["settlement"]["outcome"]) == (202, "unknown")
    assert (again.status_code, again.json()["settlement"]["outcome"]) == (200, "approved")


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"reservation": "R-9"}, 404, "unknown_id"),
        ({"folio": "F-9"}, 404, "unknown_id"),
        ({"payment_type": "stars"}, 404, "unknown_id"),
        ({"points": "0.001"}, 422, "not_on_step"),
        ({"points": "many"}, 422, None),
        ({"card": "\x00"}, 422, "not_an_identifier"),
        ({"reservation": "R\x00"}, 422, "malformed"),
    ],
)
def test_what_makes_no_sense_is_told_by_its_code(
    app: FastAPI, fields: dict[str, str], status: int, error: str | None
) -> None:
    (answer,) = post(app, "/api/redemptions", wish(redemption="B-1", points="1") | fields)
    assert answer.status_code == status
    assert error is None or answer.json()["error"] == error


def test_no_quote_on_a_folio_that_is_not_there(app: FastAPI) -> None:
    (answer,) = post(app, "/api/quotes", wish(folio="F-9"))
    assert (answer.status_code, answer.json()) == (404, {"error": "unknown_id", "field": "folio"})


def test_no_answer_and_no_log_repeats_a_cards_number(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    """Not what is right, not what is malformed, and not what fails."""
    caplog.set_level("DEBUG")
    number = "4111111111111111"
    answers = post(
        app,
        "/api/redemptions",
        wish(redemption="B-1", points="1"),
        wish(redemption="B-2", points="1", card=number),
        {"card": number},
        wish(redemption="B-3", points="1", card=f"{number}\x00"),
        wish(redemption="B-4", points=number, card=number),
    )
    assert [each.status_code for each in answers] == [201, 409, 422, 422, 422]
    for each in answers:
        assert BONUS_CARD.number not in each.text
        assert number not in each.text
    assert "•••1234" in answers[0].text
    assert number not in caplog.text
    assert BONUS_CARD.number not in caplog.text


# Settings.


def made_for_the_test() -> MemoryGateway:
    return MemoryGateway(SetClock(NOON))


def test_the_environment_decides(database: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which database, which processor, and whether this replica drives cycles."""
    url = database.render_as_string(hide_password=False)
    environment = {"HOTEL_DATABASE": url, "HOTEL_CYCLES": "off", "HOTEL_WORKER": "three"}
    environment["HOTEL_GATEWAY"] = f"{__name__}:made_for_the_test"
    settings = Settings.of(environment)
    assert (settings.worker, settings.cycles) == ("three", "off")
    with open_hotel(settings) as hotel:
        assert isinstance(hotel.ports.gateway, MemoryGateway)
    with open_hotel(Settings(database=database)) as hotel:
        assert isinstance(hotel.ports.gateway, SqlGateway)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert get(from_environment(), "/health")[0].status_code == 200
    assert url not in repr(settings)


def test_the_demonstration_is_entered_by_one_command(database: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whatever hour of the day it is done, the next cycle has the same rows."""
    monkeypatch.setenv("HOTEL_DATABASE", database.render_as_string(hide_password=False))
    monkeypatch.setattr(demo, "machine_clock", lambda: NOON + 13 * 3600 + 1)
    demo.main()
    later = SetClock(Instant(NOON + 13 * 3600 + 1))
    (preview,) = get(create_app(Settings(database=database, cycles="off"), clock=later), "/api/preview")
    found = {(row["task"], row["reservation"]) for row in preview.json()["runs"]}
    assert len(found) == 11
    assert ("hold", "R-1003") in found
