"""``hotelpay recover``: what a process that died left behind is settled by the next one."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from command_line import AT, COMMAND, Hotel, environment, hotelpay, json_lines
from hotelpay.adapters.sql import SqlGateway, open_store
from hotelpay.adapters.sql.books import books_of
from hotelpay.autopilot.cycle import run_cycle
from hotelpay.cli.books import books_document
from hotelpay.documents import load_reservations, load_setup
from hotelpay.documents.scalars import read_instant
from hotelpay.moments import Instant
from hotelpay.testing.clock import SetClock
from hotelpay.testing.crashes import Death, Died, Life, Side

JSON: Final = ("--format", "json")
NEXT: Final = "2024-02-01T10:15:00Z"
MANY: Final = 60


@pytest.fixture
def hotel(tmp_path: Path) -> Hotel:
    return Hotel(tmp_path)


def recover(hotel: Hotel, *arguments: str) -> Any:
    answer = hotelpay("recover", "--db", hotel.store, "--at", NEXT, *JSON, *arguments)
    assert answer.err == ""
    return json.loads(answer.out)


def books(hotel: Hotel) -> Any:
    with open_store(hotel.store, "default", "auditor") as store:
        return books_document(books_of(store))


def die(hotel: Hotel, death: Death) -> list[str]:
    """Run a cycle in a process that dies at a call, ten minutes ago: its leases are over; return its calls."""
    setup = load_setup(hotel.setup)
    ago = SetClock(Instant(int(hotel.setup.stat().st_mtime) - 600))
    with open_store(hotel.store, setup.hotel, "dead", clock=ago) as store:
        store.hotel.import_reservations(load_reservations(hotel.reservations))
        life = Life(death)
        ports = store.ports(gateway=SqlGateway(store.engine, setup.hotel, clock=ago))
        with pytest.raises(Died):
            run_cycle(setup, life.ports(ports), read_instant(AT))
    return life.calls


def test_nothing_unfinished_is_said(hotel: Hotel) -> None:
    hotel.run()
    answer = hotelpay("recover", "--db", hotel.store, "--at", NEXT)
    assert (answer.status, answer.out, answer.err) == (0, "nothing was unfinished\n", "")
    assert recover(hotel) == {"at": NEXT, "recovered": [], "resting": [], "needs_person": [], "elsewhere": []}


def test_a_charge_that_nobody_wrote_down_is_found_and_posted(hotel: Hotel) -> None:
    charge = _calls(hotel).index("gateway.charge") + 1
    assert die(hotel, Death(charge, Side.AFTER))[-1] == "gateway.charge"
    before = books(hotel)
    assert before["cards"] == [{"currency": "EUR", "taken": "135.00", "posted": "0.00", "difference": "135.00"}]
    assert not before["adds_up"]
    assert [row["names"] for row in before["unfinished"]] == [["expedia-vcc", "R-1001"]]

    found = recover(hotel)
    assert [(row["kind"], row["names"], row["outcome"], row["amount"]) for row in found["recovered"]] == [
        ("run", ["expedia-vcc", "R-1001"], "approved", "135.00")
    ]
    assert (found["resting"], found["needs_person"], found["elsewhere"]) == ([], [], [])
    after = books(hotel)
    assert after["cards"] == [{"currency": "EUR", "taken": "135.00", "posted": "135.00", "difference": "0.00"}]
    assert after["adds_up"]

    resumed = hotel.run(*JSON).json
    assert (resumed["state"], resumed["already_run"]) == ("completed", False)
    assert [row["outcome"] for row in resumed["runs"]] == ["approved", "approved", "approved", "declined"]
    assert hotel.run(*JSON).told(0, "hotelpay: this cycle was completed before: nothing was done now\n")["already_run"]
    assert books(hotel)["cards"] == after["cards"]


def _calls(hotel: Hotel) -> list[str]:
    """Return the calls that a cycle makes on another store."""
    setup = load_setup(hotel.setup)
    with open_store(hotel.folder / "trial.db", setup.hotel, "trial") as store:
        store.hotel.import_reservations(load_reservations(hotel.reservations))
        life = Life()
        run_cycle(setup, life.ports(store.ports(gateway=SqlGateway(store.engine, setup.hotel))), read_instant(AT))
    return life.calls


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("name", ["ledger.claim", "ledger.record", "book.post", "book.keep", "todos.create"])
def test_wherever_it_dies_the_books_balance_in_the_end(hotel: Hotel, name: str, side: Side) -> None:
    die(hotel, Death(_calls(hotel).index(name) + 1, side))
    recover(hotel)
    rows = hotel.run(*JSON).json["runs"]
    assert [row["outcome"] for row in rows] == ["approved", "approved", "approved", "declined"]
    found = books(hotel)
    assert found["adds_up"]
    assert found["cards"] == [{"currency": "EUR", "taken": "135.00", "posted": "135.00", "difference": "0.00"}]
    assert found["unfinished"] == []


def test_what_nobody_had_an_answer_to_is_sent_again_under_its_key(hotel: Hotel) -> None:
    hotel.run("--timeouts", "100")
    told = hotelpay("recover", "--db", hotel.store, "--at", NEXT)
    assert (told.status, told.err) == (0, "")
    rows = [" ".join(line.split()) for line in told.out.splitlines()]
    assert rows[0] == "Settled, of what was left unfinished"
    assert rows[-2:] == [
        "run first-night R-1002 95.00 EUR approved",
        "run expedia-vcc R-1001 135.00 EUR approved",
    ]
    assert books(hotel)["adds_up"]


def test_a_claim_that_came_too_late_is_left_to_a_person(hotel: Hotel) -> None:
    """The processor could not be reached, and now the window is closed."""
    hotel.run("--unreachable", "100")
    late = ("recover", "--db", hotel.store, "--at", "2024-02-10T10:00:00Z")
    found = hotelpay(*late, *JSON).told(1)
    assert [row["outcome"] for row in found["recovered"]] == ["not_attempted"] * 2
    assert [(row["task"], row["reservation"], row["reason"]) for row in found["needs_person"]] == [
        ("first-night", "R-1002", "not_attempted"),
        ("expedia-vcc", "R-1001", "not_attempted"),
    ]
    again = hotelpay(*late)
    assert (again.status, again.out) == (0, "nothing was unfinished\n")


def test_what_another_process_has_is_left_alone(hotel: Hotel) -> None:
    """A process is stopped in the middle: until its lease is over nobody takes its claims."""
    _many(hotel)
    _killed(hotel, lambda: _entries(hotel) > 10, lease_seconds=600)
    open_before = len(books(hotel)["unfinished"])
    assert open_before <= 1
    found = recover(hotel)
    assert found["recovered"] == []
    assert len(found["elsewhere"]) == open_before
    assert (
        hotel.run(*JSON).told(0, "hotelpay: another process is at this cycle: nothing was done now\n")["state"]
        == "in_progress"
    )


def test_a_process_that_is_killed_is_healed_by_the_next(hotel: Hotel) -> None:
    """SIGKILL from outside, three times, each at another moment; then all that is left is done once."""
    _many(hotel)
    for entries in (10, 100, 200):
        _killed(hotel, lambda entries=entries: _entries(hotel) > entries, lease_seconds=1)  # type: ignore[misc]
        time.sleep(2.1)
    recover(hotel)
    assert books(hotel)["adds_up"]
    rows = hotel.run(*JSON).json["runs"]
    assert [row["outcome"] for row in rows] == ["approved"] * MANY
    found = books(hotel)
    assert found["adds_up"]
    assert found["unfinished"] == []
    total = f"{MANY * 270 // 2}.00"
    assert found["cards"] == [{"currency": "EUR", "taken": total, "posted": total, "difference": "0.00"}]
    assert found["postings"] == [{"currency": "EUR", "postings": MANY, "amount": total}]


def _many(hotel: Hotel) -> None:
    """Give the hotel one task and many guests that it charges."""
    document = json.loads(hotel.setup.read_text(encoding="utf-8"))
    hotel.write("setup.json", {**document, "tasks": document["tasks"][:1]})
    guest = json.loads(hotel.reservations.read_text(encoding="utf-8").splitlines()[1])
    hotel.reservations.write_bytes(json_lines({**guest, "id": f"R-{number}"} for number in range(MANY)))


def _killed(hotel: Hotel, when: Callable[[], bool], *, lease_seconds: int) -> None:
    """Run a cycle, and kill its process as soon as ``when`` says so."""
    files = ("-s", hotel.setup, "-r", hotel.reservations, "--db", hotel.store, "--at", AT)
    command = [*COMMAND, "run", *map(str, files), "--lease-seconds", str(lease_seconds)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment()) as process:
        while not when():
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL


def _entries(hotel: Hotel) -> int:
    """Return how many entries the journal has."""
    if not hotel.store.exists():
        return 0
    connection = sqlite3.connect(f"file:{hotel.store}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT count(*) FROM hotelpay_entries").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
