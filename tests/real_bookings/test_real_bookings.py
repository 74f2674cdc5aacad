"""Whole hotels: the bookings of two real ones where they are at hand, and a made-up one everywhere.

The real bookings are not the project's to ship. They lie in the folder that ``HOTELPAY_BOOKINGS`` names, else
in ``../shared/data``: ``to_reservations.py`` makes reservations of them, and a preview that was worked out
independently of this project says what a cycle must do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest

from command_line import hotelpay
from hotelpay import ReasonCode, Reservation, Run, Setup, Skip, as_if_active, decide, decide_all, forecast, skips
from hotelpay.documents import load_reservations, load_setup
from hotelpay.documents.outputs import foreseen_document, run_document, skip_document
from real_bookings import made_up_bookings

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = Path(os.environ.get("HOTELPAY_BOOKINGS", ROOT.parent / "shared" / "data"))
REAL_AT: Final = "2016-10-10T11:00:00Z"
MADE_UP: Final = 4000
JSON: Final = ("--format", "json")


class Bookings:
    """A hotel's documents in files, and every so-and-so-manieth of its reservations."""

    def __init__(self, folder: Path, at: str, every: int) -> None:
        self.folder = folder
        self.setup_file = folder / "setup.json"
        self.reservations_file = folder / "reservations.jsonl"
        self.sample_file = folder / "sample.jsonl"
        self.at = at
        with self.reservations_file.open("rb") as lines:
            self.sample_file.write_bytes(b"".join(line for place, line in enumerate(lines) if place % every == 0))

    @cached_property
    def setup(self) -> Setup:
        return load_setup(self.setup_file)

    @cached_property
    def sample(self) -> list[Reservation]:
        return list(load_reservations(self.sample_file))

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @cached_property
    def runs(self) -> list[dict[str, Any]]:
        """Return what the command previews of all reservations."""
        return self.preview(self.reservations_file)["runs"]  # type: ignore[no-any-return]

    def preview(self, reservations: Path, *arguments: str | Path, setup: Path | None = None) -> dict[str, Any]:
        files = ("-s", setup or self.setup_file, "-r", reservations)
        answer: dict[str, Any] = hotelpay("preview", *files, "--at", self.at, *JSON, *arguments).json
        assert answer["cycle_at"] == self.at
        return answer


def _real(folder: Path) -> Bookings:
    converter = FOLDER / "to_reservations.py"
    if not converter.exists():
        pytest.skip(f"the real bookings are not at hand: {converter} is missing (set HOTELPAY_BOOKINGS)")
    for name, arguments in (("setup.json", ("--setup",)), ("reservations.jsonl", ("--at", REAL_AT))):
        with (folder / name).open("wb") as file:
            subprocess.run([sys.executable, str(converter), *arguments], stdout=file, check=True)
    return Bookings(folder, REAL_AT, every=10)


def _made_up(folder: Path) -> Bookings:
    (folder / "setup.json").write_text(json.dumps(made_up_bookings.SETUP), encoding="utf-8")
    with (folder / "reservations.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(booking) + "\n" for booking in made_up_bookings.bookings(MADE_UP))
    return Bookings(folder, made_up_bookings.AT.isoformat().replace("+00:00", "Z"), every=1)


@pytest.fixture(scope="module", params=["real", "made up"])
def bookings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bookings:
    folder = tmp_path_factory.mktemp("bookings")
    return _real(folder) if request.param == "real" else _made_up(folder)


def pairs(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["task"], row["reservation"]) for row in rows]


def test_the_command_previews_what_must_be_done(bookings: Bookings) -> None:
    """All of it: by hand for the made-up hotel, by an independent calculation for the real ones."""
    if bookings.at == REAL_AT:
        expected = json.loads((FOLDER / "preview-2016-10-10T11.json").read_text(encoding="utf-8"))
        assert len(expected["runs"]) == 893
        assert bookings.runs == expected["runs"]
    else:
        assert bookings.runs == list(_by_hand(bookings))
        assert {task for task, _ in pairs(bookings.runs)} == {task.id for task in bookings.setup.tasks}
        assert {row["problem"] for row in bookings.runs} == {None, "no_card", "above_max_amount"}
        assert any(row["after"] for row in bookings.runs)


def _by_hand(bookings: Bookings) -> Iterator[dict[str, Any]]:
    """Decide every pair by itself, and put the runs in their order."""
    rules, at = bookings.setup.rules, bookings.instant
    order = {task.id: place for place, task in enumerate(bookings.setup.tasks)}
    decisions = (
        decide(task, reservation, at=at, rules=rules)
        for task in bookings.setup.tasks
        for reservation in bookings.sample
    )
    runs = [decision for decision in decisions if isinstance(decision, Run)]
    before: dict[str, list[str]] = {}
    for run in sorted(runs, key=lambda run: (run.due_at, order[run.task.id], run.reservation)):
        earlier = before.setdefault(run.reservation, [])
        yield {**run_document(run), "after": list(earlier)}
        earlier.append(run.task.id)


def test_what_had_its_turn_is_not_done_again(bookings: Bookings, tmp_path: Path) -> None:
    done = [{"task": task, "reservation": reservation} for task, reservation in pairs(bookings.runs)]
    processed = tmp_path / "processed.jsonl"
    processed.write_text("".join(json.dumps(pair) + "\n" for pair in done), encoding="utf-8")
    assert bookings.preview(bookings.reservations_file, "--processed", processed)["runs"] == []
    halves = tmp_path / "half.jsonl"
    halves.write_text("".join(json.dumps(pair) + "\n" for pair in done[::2]), encoding="utf-8")
    sampled = pairs(bookings.preview(bookings.sample_file)["runs"])
    left = pairs(bookings.preview(bookings.sample_file, "--processed", halves)["runs"])
    gone = {(pair["task"], pair["reservation"]) for pair in done[::2]}
    assert left == [pair for pair in sampled if pair not in gone]
    assert len(left) < len(sampled)


def test_the_fast_way_decides_as_the_one_that_explains(bookings: Bookings) -> None:
    rules, at = bookings.setup.rules, bookings.instant
    assert len(bookings.setup.tasks) == 10
    for task in bookings.setup.tasks:
        one_by_one = [decide(task, reservation, at=at, rules=rules) for reservation in bookings.sample]
        runs = [decision for decision in one_by_one if isinstance(decision, Run)]
        assert decide_all(task, bookings.sample, at=at, rules=rules) == runs
        assert all(decision.reasons for decision in one_by_one if isinstance(decision, Skip))


def test_every_pair_is_either_done_or_explained(bookings: Bookings, tmp_path: Path) -> None:
    few = bookings.sample[:: max(1, len(bookings.sample) // 400)]
    lines = dict(
        zip(
            (reservation.id for reservation in bookings.sample),
            bookings.sample_file.read_bytes().splitlines(keepends=True),
            strict=True,
        )
    )
    file = tmp_path / "few.jsonl"
    file.write_bytes(b"".join(lines[reservation.id] for reservation in few))
    explained = bookings.preview(file, "--explain")
    taken, skipped = pairs(explained["runs"]), pairs(explained["skips"])
    every = [(task.id, reservation.id) for task in bookings.setup.tasks for reservation in few]
    assert len(few) >= 400
    assert Counter(taken + skipped) == Counter(every)
    assert taken
    assert skipped == [
        (task.id, name)
        for task in bookings.setup.tasks
        for name in sorted(reservation.id for reservation in few)
        if (task.id, name) not in set(taken)
    ]
    found = skips(bookings.setup.tasks, few, at=bookings.instant, rules=bookings.setup.rules)
    assert explained["skips"] == [skip_document(skip) for skip in found]
    codes = [[reason["code"] for reason in skip["reasons"]] for skip in explained["skips"]]
    order = [code.value for code in ReasonCode]
    assert all(each and each == sorted(each, key=order.index) for each in codes)
    if bookings.at != REAL_AT:
        # What this hotel lacks: an inactive task, pairs that had their turn.
        assert {code for each in codes for code in each} == set(order) - {"inactive", "already_processed"}


def test_a_task_that_is_switched_off_can_be_tested_alone(bookings: Bookings, tmp_path: Path) -> None:
    document = json.loads(bookings.setup_file.read_text(encoding="utf-8"))
    off = tmp_path / "off.json"
    off.write_text(
        json.dumps({**document, "tasks": [{**task, "active": False} for task in document["tasks"]]}), encoding="utf-8"
    )
    assert bookings.preview(bookings.sample_file, setup=off)["runs"] == []
    sampled = bookings.preview(bookings.sample_file)["runs"]
    for name in ("week-before", "no-card"):
        alone = bookings.preview(bookings.sample_file, "--task", name, setup=off)["runs"]
        assert alone == [{**row, "after": []} for row in sampled if row["task"] == name]
        assert alone
        task = as_if_active(load_setup(off).task(name))
        assert pairs(alone) == [
            (name, run.reservation)
            for run in sorted(
                decide_all(task, bookings.sample, at=bookings.instant, rules=bookings.setup.rules),
                key=lambda run: (run.due_at, run.reservation),
            )
        ]


def test_a_forecast_of_one_cycle_is_its_preview(bookings: Bookings) -> None:
    start, rules = bookings.instant, bookings.setup.rules
    found = forecast(bookings.setup.tasks, bookings.sample, start=start, end=start + timedelta(minutes=15), rules=rules)
    rows = [foreseen_document(each) for each in found]
    assert {row["at"] for row in rows} == {bookings.at}
    sample = {reservation.id for reservation in bookings.sample}
    shared = ("task", "reservation", "operation", "amount", "currency")
    assert [[row[name] for name in shared] for row in rows] == [
        [run[name] for name in shared] for run in bookings.runs if run["reservation"] in sample
    ]
