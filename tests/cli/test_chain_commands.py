"""The commands of a chain, and the worker that serves it, on a PostgreSQL."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.postgresql import Server, running_server
from command_line import COMMAND, RESERVATIONS, SETUP, Hotel, environment, hotelpay

JSON = ("--format", "json")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as found:
        yield found


@pytest.fixture
def dsn(server: Server) -> str:
    # As people write it: without the driver.
    return server.new_schema().set(drivername="postgresql").render_as_string(hide_password=False)


def test_hotels_come_and_go(tmp_path: Path, dsn: str) -> None:
    assert hotelpay("chain", "list", "--dsn", dsn).out == "no hotels\n"
    for name in ("sofia", "varna"):
        (tmp_path / name).mkdir()
        Hotel(tmp_path / name, {"hotel": name})
    sofia, varna = tmp_path / "sofia", tmp_path / "varna"
    added = hotelpay("chain", "add", "--dsn", dsn, "-s", sofia / "setup.json", "-r", sofia / "reservations.jsonl")
    assert (added.status, added.out) == (0, "hotel sofia is served from now on; 4 reservations imported\n")
    found = hotelpay("chain", "add", "--dsn", dsn, "-s", varna / "setup.json", *JSON).json
    assert found == {"hotel": "varna", "new": True, "reservations": None}
    again = hotelpay("chain", "add", "-s", varna / "setup.json", settings={"HOTELPAY_DSN": dsn})
    assert again.out == "hotel varna is served with this setup from now on\n"
    row = {"timezone": "Europe/Sofia", "currency": "EUR", "active_tasks": 2, "paused": False, "fault": None}
    assert hotelpay("chain", "list", "--dsn", dsn, *JSON).json == {
        "hotels": [{"hotel": "sofia", **row}, {"hotel": "varna", **row}]
    }
    gone = hotelpay("chain", "remove", "--dsn", dsn, "--hotel", "varna")
    assert (gone.status, gone.out) == (0, "hotel varna is no longer served\n")
    twice = hotelpay("chain", "remove", "--dsn", dsn, "--hotel", "varna")
    assert (twice.status, twice.err) == (2, "hotelpay: --hotel: 'varna' is not one of the chain's hotels\n")
    listed = hotelpay("chain", "list", "--dsn", dsn).out
    assert "sofia" in listed
    assert "varna" not in listed


def _started(dsn: str, *arguments: str) -> subprocess.Popen[str]:
    command = [*COMMAND, "worker", "--dsn", dsn, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())


def _due_now(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a setup with a task, and a reservation that it takes at any time of today."""
    booked = datetime.now(UTC) - timedelta(hours=2)  # noqa: TID251  a worker goes by the real clock
    task = {
        "id": "on-booking",
        "active": True,
        "mode": "after_creation",
        "operation": "payment",
        "amount": {"basis": "folio_balance"},
    }
    moment = booked.replace(microsecond=0).isoformat()
    folios = [{**folio, "opened_at": moment} for folio in RESERVATIONS[1]["folios"]]
    dates = {
        "arrival": f"{booked + timedelta(days=30):%Y-%m-%d}",
        "departure": f"{booked + timedelta(days=33):%Y-%m-%d}",
    }
    setup = {**SETUP, "hotel": folder.name, "tasks": [task]}
    return setup, {**RESERVATIONS[1], "created_at": moment, "folios": folios, **dates}


def _add(folder: Path, dsn: str) -> None:
    setup, reservation = _due_now(folder)
    hotel = Hotel(folder)
    files = ("-s", hotel.write("setup.json", setup), "-r", hotel.write("reservations.jsonl", [reservation]))
    assert hotelpay("chain", "add", "--dsn", dsn, *files).status == 0


def test_a_worker_serves_the_chain_until_it_is_asked_to_stop(tmp_path: Path, dsn: str) -> None:
    _add(tmp_path, dsn)
    worker = _started(dsn, "--concurrency", "2", "--grace-seconds", "5", "--verbose")
    try:
        charged: list[Any] = []
        deadline = time.monotonic() + 30
        while not charged:
            assert time.monotonic() < deadline
            time.sleep(0.3)
            # Until the worker has begun there is nothing to report on.
            report = hotelpay("report", "--db", dsn, "--hotel", tmp_path.name, *JSON)
            charged = json.loads(report.out)["cards"] if report.status == 0 else []
        assert charged == [{"currency": "EUR", "taken": "270.00", "posted": "270.00", "difference": "0.00"}]
        worker.send_signal(signal.SIGTERM)
        out, err = worker.communicate(timeout=20)
    finally:
        worker.kill()
        worker.wait()
    assert (worker.returncode, out) == (0, "")
    assert err.startswith("hotelpay: serving the chain, 2 hotels at a time\n")
    assert f"hotelpay: hotel {tmp_path.name}: cycle " in err
    assert err.endswith("hotelpay: stopped\n")


@pytest.mark.parametrize("command", [("chain", "list"), ("worker",)])
def test_another_database_than_postgresql_is_refused(command: tuple[str, ...]) -> None:
    answer = hotelpay(*command, "--dsn", "hotel.db")
    assert (answer.status, answer.err) == (2, "hotelpay: --dsn: 'hotel.db' is not a postgresql:// URL\n")


@pytest.mark.parametrize("command", [("chain", "list"), ("worker",)])
def test_a_database_out_of_reach_is_named_without_its_password(command: tuple[str, ...], tmp_path: Path) -> None:
    answer = hotelpay(*command, "--dsn", f"postgresql://anna:s3cret@/hotels?host={tmp_path}")
    assert answer.status == 2
    assert answer.err.count("\n") == 1
    assert "s3cret" not in answer.err
    assert answer.err.startswith("hotelpay: postgresql://anna:***@/hotels")
