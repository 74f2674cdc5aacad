"""The page, the timer's command and the check of the setup, on the made-up hotel."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error, Warning
from django.core.management import CommandError, call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from frontdesk import autopilot
from frontdesk.checks import check_autopilot
from frontdesk.models import Answer, Block, Booking, Folio, Mail, Payment, Todo
from frontdesk.ports import Bookings
from frontdesk_bench import and_close, empty

from hotelpay import CycleReport, run_cycle
from hotelpay.adapters.sql import SqlGateway
from hotelpay.testing.contracts.at_once import at_once

NOON = datetime(2025, 7, 11, 9, tzinfo=UTC)  # on the hotel's clock
SCRIPT = "<script>alert('Nowak & Söhne')</script>"


@pytest.fixture
def demo() -> None:
    call_command("demo", at=NOON, stdout=io.StringIO())


@pytest.fixture
def look(demo: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., HttpResponse]:  # noqa: ARG001  its guests
    """Return what opens the page, shortly before noon."""
    monkeypatch.setattr("frontdesk.views.now", lambda: NOON - timedelta(minutes=10))

    def get(**query: str) -> HttpResponse:
        answer = Client().get("/", query)
        assert answer.status_code == 200
        return answer

    return get


def cycle(at: datetime = NOON) -> CycleReport:
    return run_cycle(autopilot.setup(), autopilot.ports("a worker"), at)


def timer(at: datetime = NOON) -> str:
    said = io.StringIO()
    call_command("autopilot", at=at, stdout=said)
    return said.getvalue()


def taken() -> int:
    gateway = autopilot.gateway()
    assert isinstance(gateway, SqlGateway)
    return sum(money.minor for money in gateway.taken().values())


def posted() -> int:
    return sum(each.minor for each in Payment.objects.exclude(received=""))


class Tables(HTMLParser):
    """The texts of a page's cells, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ANN401, ARG002
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def cells(answer: HttpResponse) -> list[list[str]]:
    read = Tables()
    read.feed(answer.content.decode())
    return read.rows


# The page.


def test_the_page_shows_what_the_next_cycle_then_does(look: Callable[..., HttpResponse]) -> None:
    """The same rows in the same order: who, what, how much, and what stands in the way."""
    shown = [row["run"] for row in look().context["rows"]]
    done = cycle().runs
    assert len(done) == 11
    assert [(run.task.id, run.reservation, run.amount and run.amount.total) for run in shown] == [
        (run.planned.task, run.planned.reservation, run.planned.amount) for run in done
    ]
    assert [run.problem and run.problem.value for run in shown] == [run.planned.problem for run in done]


def test_a_row_says_to_whom_how_much_and_why(look: Callable[..., HttpResponse]) -> None:
    """The fee of a guest who cancelled: the greater of 30 % and one night of three, and five euros."""
    (row,) = (row for row in cells(look()) if any("Fee for a late" in cell for cell in row))
    guest, task, does, card, amount, how = row
    assert guest == "Sofie & Per Lindqvist 1007 · folio F-1007"
    assert task == "Fee for a late cancellation due 11 Jul, 10:00"
    assert (does, card, amount) == ("charge", "Visa •••• 4242", "88.33 EUR")
    assert how == "charges 250.00 30 % 75.00 1 of 3 nights 83.33333… fixed 5.00 rounding -0.00333…"


def test_a_row_without_money_says_what_is_done(look: Callable[..., HttpResponse]) -> None:
    invoices = [row for row in cells(look()) if "Invoice for a paid bill" in " ".join(row)]
    assert [row[2] for row in invoices] == ["no money then close folio"] * 2
    assert "after check-out, which may change it" in invoices[0][1]


def test_the_totals_are_what_nothing_stands_in_the_way_of(look: Callable[..., HttpResponse]) -> None:
    """Neither the amount above the ceiling nor that of a guest without a card is counted."""
    answer = look()
    assert answer.context["totals"] == [("block", "436.80 EUR"), ("charge", "688.03 EUR")]
    assert [row["problem"] for row in answer.context["for_persons"]] == ["above the ceiling", "no card"]


def test_the_page_changes_nothing(look: Callable[..., HttpResponse]) -> None:
    before = [Bookings().reservation(name) for name in ("1001", "1003", "1010")]
    for query in ({}, {"skips": ""}, {"why": "1002"}):
        look(**query)
    assert [Bookings().reservation(name) for name in ("1001", "1003", "1010")] == before
    assert list(autopilot.ports("auditor").ledger.entries()) == []
    assert not Answer.objects.exists()
    assert taken() == 0


def test_who_is_left_out_is_told_on_demand_with_the_reasons(look: Callable[..., HttpResponse]) -> None:
    assert look().context["left_out"] is None
    found = {(booking.guest, skip.task.id): skip.reasons for booking, skip in look(skips="").context["left_out"]}
    (nothing_due,) = found["Oskar Lind", "block"]
    assert nothing_due.message == "nothing is due: the folio's amount due comes to 0.00 EUR"
    assert ("Jonas Weber", "deposit") not in found  # his time has not come


def test_one_booking_is_asked_about(look: Callable[..., HttpResponse]) -> None:
    text = look(why="1002").content.decode()
    assert "due at 2025-07-11T10:00:00Z, after this cycle (2025-07-11T09:00:00Z)" in text
    assert "There is no booking 4711" in look(why="4711").content.decode()


def test_what_was_done_is_not_shown_again_and_says_why(look: Callable[..., HttpResponse]) -> None:
    cycle()
    answer = look(why="1003")
    assert answer.context["rows"] == []
    assert "has taken this reservation before" in answer.content.decode()


def test_what_a_guest_is_called_is_a_text_and_no_html(look: Callable[..., HttpResponse]) -> None:
    """A name, a note and a question with HTML in them are shown as they were typed."""
    Booking.objects.filter(number="1005").update(guest=SCRIPT)
    Todo.objects.create(booking=Booking.objects.get(number="1005"), text=SCRIPT, channel=SCRIPT)
    for query in ({}, {"skips": ""}, {"why": "1005"}, {"why": SCRIPT}):
        answer = look(**query)
        assert "<script" not in answer.content.decode().lower()
        assert any(cell.startswith(SCRIPT) for row in cells(answer) for cell in row)


def test_notes_that_are_done_are_gone(look: Callable[..., HttpResponse]) -> None:
    cycle()
    assert [todo.booking.number for todo in look().context["todos"]] == ["1001", "1011"]
    Todo.objects.filter(booking__number="1001").update(done=True)
    assert [todo.booking.number for todo in look().context["todos"]] == ["1011"]


# The timer.


@pytest.mark.usefixtures("demo")
def test_the_command_run_twice_charges_once() -> None:
    first = timer(NOON + timedelta(seconds=3))
    assert "cycle 2025-07-11 12:00: completed" in first
    assert "approved      1003   agency-card         420.00 EUR" in first
    assert "declined      1011   check-out            27.00 EUR no_card" in first
    once = taken()
    assert once == posted() > 0
    assert timer(NOON + timedelta(minutes=14)).splitlines() == ["cycle 2025-07-11 12:00: already_run"]
    assert (taken(), posted()) == (once, once)


def test_a_time_without_an_offset_is_hotel_time() -> None:
    said = io.StringIO()
    call_command("demo", "--at", "2025-07-11T12:00", stdout=said)
    call_command("autopilot", "--at", "2025-07-11T12:00", stdout=said)
    assert "cycle 2025-07-11 12:00: completed\n  approved      1014" in said.getvalue()


@pytest.mark.usefixtures("demo")
def test_two_timers_at_once_charge_once() -> None:
    autopilot.gateway()
    said = at_once([partial(and_close, timer)] * 2)
    assert sum("completed" in each for each in said) >= 1
    assert taken() == posted() == 57_283
    assert Payment.objects.exclude(received="").count() == 4


@pytest.mark.usefixtures("demo")
def test_everything_that_follows_is_in_our_tables() -> None:
    """Blocked amounts, closed folios, hidden folios, e-mails and notes, as the tasks ask for them."""
    Folio.objects.filter(number="F-1003").update(in_portal=True)
    timer()
    assert sorted((block.booking.number, block.minor, block.state) for block in Block.objects.all()) == [
        ("1005", 25200, "held"),
        ("1014", 18480, "held"),
    ]
    assert set(Folio.objects.exclude(closed_with="").values_list("number", flat=True)) == {"F-1009", "F-1010"}
    assert not Folio.objects.get(number="F-1003").in_portal
    assert set(Mail.objects.values_list("booking__number", "template", "minor")) == {
        ("1001", "card-declined", 11520),
        ("1008", "receipt", 1850),
        ("1010", "receipt", 4600),
    }


@pytest.mark.usefixtures("demo")
def test_what_needs_a_person_becomes_a_note() -> None:
    timer()
    (note,) = Todo.objects.filter(channel="Autopilot")
    assert note.booking.guest == "The O'Connor family"
    assert note.text == "agency-card: the amount is above the task's ceiling; nothing was charged"


@pytest.mark.usefixtures("demo")
def test_what_no_cycle_looked_at_in_time_becomes_a_note() -> None:
    """The timer stood still for two days: whose window came and went meanwhile is for a person."""
    timer()
    timer(NOON + timedelta(days=2))
    missed = Todo.objects.filter(text__contains="did not look")
    assert {(todo.booking.guest, todo.text.partition(":")[0]) for todo in missed} == {
        ("Priya Nair", "invoice"),
        ("Henri Dubois", "invoice"),
    }


@pytest.mark.usefixtures("demo")
def test_a_cycle_inside_a_transaction_charges_nothing() -> None:
    """What hotelpay is told is done could still be rolled back there, so the first reading refuses."""
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        cycle()
    assert taken() == 0
    assert "completed" in timer()


# The rest.


@pytest.mark.usefixtures("demo")
def test_the_demo_is_the_same_each_time_and_spoils_nothing() -> None:
    names = list(Booking.objects.values_list("number", flat=True))
    first = [Bookings().reservation(name) for name in names]
    with pytest.raises(CommandError, match="there are bookings already"):
        call_command("demo", at=NOON)
    Booking.objects.all().delete()
    call_command("demo", at=NOON, stdout=io.StringIO())
    assert [Bookings().reservation(name) for name in names] == first


def test_the_demo_has_something_to_do_at_any_hour() -> None:
    for hours in range(0, 24, 5):
        empty()
        at = NOON + timedelta(hours=hours)
        call_command("demo", at=at, stdout=io.StringIO())
        problems = [run.planned.problem for run in cycle(at).runs]
        assert len(problems) >= 10
        assert {"no_card", "above_max_amount"} <= set(problems)


def test_the_check_warns_of_what_the_review_finds() -> None:
    found = list(check_autopilot())
    assert {type(each) for each in found} == {Warning}
    assert "hotelpay.card_may_be_missing" in {each.id for each in found}


def test_the_check_names_every_fault_of_the_setup(tmp_path: Path) -> None:
    faulty = tmp_path / "autopilot.toml"
    faulty.write_text('format = "hotelpay/1"\ntimezone = "Europe/Sofia"\ncurrency = "EURO"\ncatch_up_hours = 0\n')
    with override_settings(HOTELPAY_SETUP=faulty):
        found = list(check_autopilot())
    assert {type(each) for each in found} == {Error}
    assert [(each.id, each.obj) for each in found] == [
        ("hotelpay.unknown_currency", "autopilot.toml:3"),
        ("hotelpay.number_out_of_range", "autopilot.toml:4"),
    ]


def test_the_check_compares_the_two_time_zones() -> None:
    with override_settings(TIME_ZONE="Asia/Tokyo"):
        assert "hotelpay.timezone" in {each.id for each in check_autopilot()}


def test_the_migration_makes_the_tables_of_the_models() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, stdout=io.StringIO())
