"""``hotelpay report``, ``rearm`` and ``erase``: what a store says, and what a person may change in it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.exc import OperationalError

from command_line import AT, SETUP, Hotel, environment, hotelpay
from hotelpay.adapters.sql import open_store
from hotelpay.cli.stores import StoreFault, known_store

JSON: Final = ("--format", "json")
NEXT: Final = "2024-02-01T10:15:00Z"


@pytest.fixture
def hotel(tmp_path: Path) -> Hotel:
    return Hotel(tmp_path)


def report(hotel: Hotel, *arguments: str) -> Any:
    answer = hotelpay("report", "--db", hotel.store, *arguments, *JSON)
    assert answer.err == ""
    return json.loads(answer.out)


def change(hotel: Hotel, statement: str) -> None:
    connection = sqlite3.connect(hotel.store)
    with connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def test_a_store_adds_up(hotel: Hotel) -> None:
    hotel.run()
    assert hotelpay("report", "--db", hotel.store, *JSON).json == {
        "hotel": "default",
        "adds_up": True,
        "operations": [
            {**_group("payment", "approved", 1), "approved": "135.00", "currency": "EUR"},
            {**_group("preauthorization", "approved", 2), "approved": "195.00", "currency": "EUR"},
            {**_group("preauthorization", "declined", 1), "approved": None, "currency": None},
        ],
        "cards": [{"currency": "EUR", "taken": "135.00", "posted": "135.00", "difference": "0.00"}],
        "postings": [{"currency": "EUR", "postings": 1, "amount": "135.00"}],
        "unfinished": [],
        "needs_person": [],
        "differences": [],
    }


def _group(operation: str, outcome: str, settlements: int) -> dict[str, Any]:
    return {"kind": "run", "operation": operation, "outcome": outcome, "settlements": settlements}


def test_people_get_tables(hotel: Hotel) -> None:
    hotel.run("--timeouts", "100")
    answer = hotelpay("report", "--db", hotel.store)
    assert (answer.status, answer.err) == (0, "")
    rows = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert rows[0] == "Hotel default"
    assert "preauthorization declined 1" in rows
    assert "preauthorization unfinished 1" in rows
    assert "run first-night R-1002" in rows
    assert rows[-1] == "the books add up"


@pytest.mark.parametrize(
    ("statement", "taken", "posted"),
    [
        ("UPDATE hotelpay_postings SET minor = minor - 1", "135.00", "134.99"),
        ("DELETE FROM hotelpay_postings", "135.00", "0.00"),
        ("DELETE FROM hotelpay_simulated_calls WHERE call = 'charge'", "0.00", "135.00"),
    ],
)
def test_a_cent_that_is_missing_is_status_1(hotel: Hotel, statement: str, taken: str, posted: str) -> None:
    hotel.run()
    change(hotel, statement)
    found = hotelpay("report", "--db", hotel.store, *JSON).told(1)
    assert not found["adds_up"]
    assert [(row["taken"], row["posted"]) for row in found["cards"]] == [(taken, posted)]
    assert len(found["differences"]) == (posted != "135.00")
    told = hotelpay("report", "--db", hotel.store)
    assert (told.status, told.out.splitlines()[-1]) == (1, "the books do not add up")


def test_what_needs_a_person_is_listed(tmp_path: Path) -> None:
    hotel = Hotel(tmp_path, {"tasks": [{**SETUP["tasks"][0], "max_amount": "100.00"}]})
    hotel.run()
    assert [(row["names"], row["reason"]) for row in report(hotel)["needs_person"]] == [
        (["expedia-vcc", "R-1001"], "above_max_amount")
    ]
    assert "For a person" in hotelpay("report", "--db", hotel.store).out


# Another turn.


def rearm(hotel: Hotel, *arguments: str, task: str = "first-night", reservation: str = "R-1002") -> Any:
    about = ("--task", task, "--reservation", reservation, "--by", "Anna", "--reason", "the bank has called")
    return hotelpay("rearm", "--db", hotel.store, *about, *arguments)


def test_a_declined_run_gets_another_turn(hotel: Hotel) -> None:
    hotel.run("--declines", "100")
    told = rearm(hotel)
    assert (told.status, told.err) == (0, "")
    assert told.out == "first-night may be tried again on reservation R-1002: attempt 2\n"
    rows = hotel.run(*JSON, at=NEXT).json["runs"]
    assert [(row["task"], row["reservation"], row["outcome"]) for row in rows] == [
        ("first-night", "R-1002", "approved")
    ]
    assert report(hotel)["adds_up"]
    with open_store(hotel.store, "default", "auditor") as store:
        assert [entry.event for entry in store.ledger.entries() if "Rearmed" in type(entry.event).__name__]


def test_another_turn_is_a_document_too(hotel: Hotel) -> None:
    hotel.run("--declines", "100")
    assert rearm(hotel, *JSON).json == {
        "task": "first-night",
        "preauthorization": None,
        "reservation": "R-1002",
        "attempt": 2,
    }


def test_what_was_charged_is_never_charged_again(hotel: Hotel) -> None:
    hotel.run()
    charged = rearm(hotel)
    assert (charged.status, charged.out) == (2, "")
    assert "first-night / R-1002: approved' is not an attempt that ended without taking money" in charged.err
    never = rearm(hotel, task="ask")
    assert (never.status, never.out) == (2, "")
    assert "'ask / R-1002' is not a pair that had its turn" in never.err


@pytest.mark.parametrize("arguments", [(), ("--task", "a", "--preauthorization", "b")])
def test_a_task_or_a_blocked_amount_is_named(hotel: Hotel, arguments: tuple[str, ...]) -> None:
    hotel.run()
    who = ("--reservation", "R-1001", "--by", "Anna", "--reason", "why not")
    answer = hotelpay("rearm", "--db", hotel.store, *who, *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert "give --task or --preauthorization" in answer.err


def test_a_release_that_was_refused_gets_another_turn(hotel: Hotel) -> None:
    """Two days after departure; the processor does not know the hold, since the PMS brought it."""
    guest = {
        "id": "R-1",
        "status": "checked_out",
        "created_at": "2024-01-10T09:30:00+02:00",
        "arrival": "2024-01-20",
        "departure": "2024-01-22",
        "checked_in_at": "2024-01-20T14:00:00Z",
        "checked_out_at": "2024-01-22T09:00:00Z",
        "preauthorizations": [
            {"id": "A1", "card": "c1", "folio": "F1", "amount": "100.00", "currency": "EUR", "reference": "hold-1"}
        ],
    }
    hotel.write("reservations.jsonl", [guest])
    (row,) = hotel.run(*JSON).json["releases"]
    assert (row["kind"], row["names"], row["amount"], row["outcome"], row["reason"]) == (
        "release",
        ["R-1", "A1"],
        "100.00",
        "declined",
        "unknown_reference",
    )
    assert hotel.run(*JSON, at=NEXT).json["releases"] == []
    who = ("--reservation", "R-1", "--by", "Anna", "--reason", "the processor is well again")
    again = hotelpay("rearm", "--db", hotel.store, "--preauthorization", "A1", *who)
    assert again.out == "A1 may be tried again on reservation R-1: attempt 2\n"
    (row,) = hotel.run(*JSON, at="2024-02-01T10:30:00Z").json["releases"]
    assert row["attempt"] == 2


# Erasing.


def test_what_is_erased_keeps_its_amounts(hotel: Hotel) -> None:
    hotel.run()
    before = report(hotel)
    answer = hotelpay("erase", "--db", hotel.store, "--reservation", "R-1001")
    assert (answer.status, answer.out, answer.err) == (0, "reservation R-1001: 2 settlements erased\n", "")
    assert report(hotel) == before
    erased = hotelpay("erase", "--db", hotel.store, "--reservation", "R-1003", *JSON).json
    assert erased == {"reservation": "R-1003", "erased": 0, "unfinished": 0}
    unknown = hotelpay("erase", "--db", hotel.store, "--reservation", "R-9")
    assert (unknown.status, unknown.out) == (2, "")
    assert unknown.err == "hotelpay: --reservation: 'R-9' is not one of the store's reservations\n"


def test_what_is_unfinished_is_erased_later(hotel: Hotel) -> None:
    hotel.run("--timeouts", "100")
    answer = hotelpay("erase", "--db", hotel.store, "--reservation", "R-1002")
    assert (answer.status, answer.err) == (1, "")
    assert answer.out == "reservation R-1002: no settlements erased; 1 unfinished: erase again when they have ended\n"


# Stores that are none.


COMMANDS: Final = {
    "report": (),
    "recover": ("--at", AT),
    "erase": ("--reservation", "R-1"),
    "rearm": ("--reservation", "R-1", "--task", "t", "--by", "Anna", "--reason", "why not"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_store_that_is_not_there_is_not_made(hotel: Hotel, command: str) -> None:
    answer = hotelpay(command, "--db", hotel.store, *COMMANDS[command])
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == f"hotelpay: {hotel.store}: No such file or directory\n"
    assert not hotel.store.exists()


def test_a_database_of_others_is_left_as_it_is(hotel: Hotel) -> None:
    connection = sqlite3.connect(hotel.store)
    with connection:
        connection.execute("CREATE TABLE places (url TEXT)")
    connection.close()
    before = hotel.store.read_bytes()
    answer = hotelpay("report", "--db", hotel.store)
    assert (answer.status, answer.out) == (2, "")
    assert "is not a store that `hotelpay run` has made" in answer.err
    assert hotel.store.read_bytes() == before


@pytest.mark.parametrize("command", ["report", "run"])
def test_a_file_that_is_no_database_is_said(hotel: Hotel, command: str) -> None:
    hotel.store.write_text("dear diary, " * 100)
    answer = hotel.run() if command == "run" else hotelpay("report", "--db", hotel.store)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err == f"hotelpay: {hotel.store}: file is not a database\n"


def test_a_newer_store_is_left_alone(hotel: Hotel) -> None:
    hotel.run()
    change(hotel, "UPDATE hotelpay_schema SET version = 99 WHERE part = 'ledger'")
    for answer in (hotel.run(), hotelpay("report", "--db", hotel.store)):
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith("hotelpay: the ledger was written by a newer hotelpay (schema 99; this one reads")


@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("D/nowhere/x.db", "D/nowhere/x.db: unable to open database file"),
        ("D", "D: unable to open database file"),
        ("postgresql://me:secret@localhost:1/hotel", "postgresql://me:***@localhost:1/hotel: connection failed"),
        ("oracle://me:secret@localhost/hotel", "database: 'oracle' is not sqlite or postgresql"),
        ("://", "--db: this is neither a path nor the URL of a database"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_sentence(hotel: Hotel, database: str, said: str) -> None:
    answer = hotel.run(db=database.replace("D", str(hotel.folder)))
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith(f"hotelpay: {said.replace('D', str(hotel.folder))}")
    assert len(answer.err.splitlines()) == 1
    assert "secret" not in answer.err


def test_a_locked_store_is_said(hotel: Hotel) -> None:
    """What the driver says after half a minute, raised at once."""
    hotel.run()
    said = sqlite3.OperationalError("database is locked")
    with (
        pytest.raises(StoreFault, match=re.escape(f"{hotel.store}: database is locked")),
        known_store(str(hotel.store), None),
    ):
        raise OperationalError("BEGIN IMMEDIATE", None, said)


def test_what_is_no_fault_of_the_database_is_not_taken_for_one(hotel: Hotel) -> None:
    hotel.run()
    with pytest.raises(ZeroDivisionError), known_store(str(hotel.store), "default"):
        raise ZeroDivisionError


def test_without_sqlalchemy_the_extra_is_named(hotel: Hotel) -> None:
    """What only decides still works."""
    files = ["-s", str(hotel.setup), "-r", str(hotel.reservations), "--at", AT]
    for arguments, status in ((["run", *files, "--db", "x.db"], 2), (["preview", *files], 0)):
        code = (
            "import sys; sys.modules['sqlalchemy'] = None\n"
            f"sys.argv = ['hotelpay', *{arguments!r}]\n"
            "from hotelpay.cli import main; main()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment()
        )
        assert done.returncode == status, done.stderr
        if status:
            wanted = "hotelpay: hotelpay.adapters.sql needs more packages: pip install 'hotelpay[sql]'\n"
            assert (done.stdout, done.stderr) == ("", wanted)
