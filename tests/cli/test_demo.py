"""The demo: the whole story on a made-up hotel, run as a process."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hotelpay import LineKind, Mode, Problem, ReservationStatus, Task, forecast, preview, quote_folio, skips
from hotelpay.cli import made_up_hotel
from hotelpay.cli.demo import commands
from hotelpay.cli.made_up_crash import FATAL_CHARGE
from hotelpay.cli.made_up_story import CARD_BALANCE, Story, forecast_end, made_up_story
from hotelpay.documents import load_reservations, load_setup, reservation_from, setup_from
from hotelpay.documents.outputs import (
    finding_document,
    foreseen_document,
    quote_document,
    run_document,
    skip_document,
)
from hotelpay.findings import Severity, review
from hotelpay.points import Points

WIDTHS = (80, 100, 120, 140)
LAST_CHAPTER = "8  What to try next"


def hotelpay(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with standard output as no terminal, 100 columns wide unless told."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "NO_COLOR"}}
    settings = {**inherited, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8", **environment}
    command = [sys.executable, "-m", "hotelpay", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=settings, cwd=cwd, check=False)


@pytest.fixture(scope="module")
def story() -> Story:
    return made_up_story()


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    """Return what the demo prints for programs."""
    ran = hotelpay("demo", "--format", "json")
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the demo has written its documents into."""
    written = tmp_path_factory.mktemp("demo") / "my hotel"
    ran = hotelpay("demo", "--write", str(written))
    assert ran.returncode == 0, ran.stderr
    assert str(written) in ran.stderr
    assert f"cd {shlex.quote(str(written))}" in ran.stdout
    return written


def test_the_story_is_told_the_same_way_every_time() -> None:
    first, second = hotelpay("demo"), hotelpay("demo", PYTHONHASHSEED="1")
    assert first.returncode == 0
    assert first.stderr == ""
    assert first.stdout == second.stdout
    assert [line[:1] for line in first.stdout.splitlines() if line[1:3] == "  " and line[0].isdigit()] == [*"12345678"]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_fits_the_terminal(width: int) -> None:
    """Only the commands may be longer: they are there to be copied whole."""
    story, _, _ = hotelpay("demo", COLUMNS=str(width)).stdout.partition(LAST_CHAPTER)
    assert max(map(len, story.splitlines())) <= width
    assert "█" in story


def test_a_terminal_of_plain_letters_gets_plain_letters() -> None:
    ran = hotelpay("demo", PYTHONIOENCODING="ascii")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.isascii()
    assert "###" in ran.stdout


def test_the_findings_are_those_of_a_review(parts: dict[str, Any]) -> None:
    findings = review(setup_from(parts["setup"]))
    assert parts["findings"] == [finding_document(each) for each in findings]
    assert {each.code for each in findings} >= {"double_charging", "card_may_be_missing", "no_failure_actions"}
    assert all(each.severity is Severity.WARNING for each in findings)


def test_the_preview_is_that_of_the_library(parts: dict[str, Any], story: Story) -> None:
    setup = setup_from(parts["setup"])
    ahead = preview(setup.tasks, story.reservations, at=made_up_hotel.NOW, rules=setup.rules)
    assert parts["preview"]["runs"] == [run_document(run) for run in ahead.runs]
    assert {run.problem for run in ahead.runs} == {None, Problem.NO_CARD, Problem.ABOVE_MAX_AMOUNT}
    assert any(run.after for run in ahead.runs)


def test_the_decision_that_is_explained_is_a_row_of_the_preview(parts: dict[str, Any], story: Story) -> None:
    taken = dict(parts["decision"]["taken"])
    lines = taken.pop("breakdown")
    assert taken in parts["preview"]["runs"]
    assert {line["line"] for line in lines} == {kind.value for kind in LineKind}
    assert sum(line.exact for line in story.fee.breakdown if line.counts) == story.fee.total.minor


def test_the_reservation_left_alone_has_several_reasons(parts: dict[str, Any], story: Story) -> None:
    setup = setup_from(parts["setup"])
    missed = skips([setup.task("deposit")], story.reservations, at=made_up_hotel.NOW, rules=setup.rules)
    assert parts["decision"]["not_taken"] in [skip_document(each) for each in missed]
    assert len(parts["decision"]["not_taken"]["reasons"]) > 2


def test_the_forecast_is_that_of_the_library(parts: dict[str, Any], story: Story) -> None:
    setup = setup_from(parts["setup"])
    start, end = made_up_hotel.NOW, forecast_end(setup)
    found = forecast(setup.tasks, story.reservations, start=start, end=end, rules=setup.rules)
    assert parts["forecast"] == [foreseen_document(each) for each in found]


@pytest.mark.scenario("BN-QUOTE-SEED", "BN-QUOTE-ZERO")
def test_the_quotes_are_those_of_the_library(parts: dict[str, Any], story: Story) -> None:
    setup = setup_from(parts["setup"])
    kontur, card = setup.bonus.payment_type("kontur"), Points.of(CARD_BALANCE, "BONUS")
    folio_of = {each.id: each.folios[0] for each in story.reservations}
    for part, guest in (("quote", made_up_hotel.SPA_GUEST), ("quote_of_nothing", made_up_hotel.PAID_UP)):
        assert parts[part] == quote_document(quote_folio(setup.bonus, kontur, folio_of[guest], card))
    assert folio_of[made_up_hotel.SPA_GUEST].balance.text == "-1800.00"
    assert (parts["quote"]["points"], parts["quote"]["amount"], parts["quote"]["currency"]) == (
        "450.00",
        "450.00",
        "RUB",
    )
    assert parts["quote_of_nothing"]["amount"] == "0.00"
    assert [reason["code"] for reason in parts["quote_of_nothing"]["reasons"]] == ["balance_not_negative"]


def test_the_books_balance_after_the_crash(parts: dict[str, Any], story: Story) -> None:
    crash = parts["crash"]
    died, healed, done = crash["moments"]
    assert (died["charges"], died["payments"]) == (FATAL_CHARGE, FATAL_CHARGE - 1)
    assert died["difference"] != "0.00"
    assert [(each["charges"] - each["payments"], each["difference"]) for each in (healed, done)] == [(0, "0.00")] * 2
    assert (healed["taken"], healed["posted"]) == (died["taken"], died["taken"])
    (found,) = crash["recovery"]["recovered"]
    assert (found["outcome"], found["amount"]) == ("approved", died["difference"])
    assert crash["charged_once"]
    rows = crash["report"]["runs"]
    assert [(row["task"], row["reservation"]) for row in rows] == [
        (run.task.id, run.reservation) for run in story.preview.runs
    ]
    charged = [row for row in rows if (row["operation"], row["outcome"]) == ("payment", "approved")]
    assert (done["charges"], done["payments"]) == (len(charged), len(charged))


def test_the_crash_is_told_with_its_books(parts: dict[str, Any]) -> None:
    told = hotelpay("demo").stdout.partition("7  A crash")[2]
    for moment in parts["crash"]["moments"]:
        (row,) = [line.split() for line in told.splitlines() if line.startswith(moment["moment"])]
        figures = [moment[name] for name in ("charges", "taken", "payments", "posted", "difference")]
        assert row[-5:] == [str(figure) for figure in figures]
    assert "none was made twice" in " ".join(told.split())


def test_the_documents_written_are_those_of_the_story(folder: Path, story: Story) -> None:
    assert load_setup(folder / "setup.json") == story.setup
    assert tuple(load_reservations(folder / "reservations.jsonl")) == story.reservations


def test_the_documents_written_are_accepted(folder: Path, parts: dict[str, Any]) -> None:
    checked = hotelpay("check", "--setup", "setup.json", "--format", "json", cwd=folder)
    assert (checked.returncode, json.loads(checked.stdout)["findings"]) == (0, parts["findings"])
    files = ("--setup", "setup.json", "--reservations", "reservations.jsonl")
    ahead = hotelpay("preview", *files, "--at", parts["at"], "--format", "json", cwd=folder)
    assert (ahead.returncode, json.loads(ahead.stdout)) == (0, parts["preview"])


def test_every_command_that_is_proposed_works(folder: Path, story: Story) -> None:
    into_folder, *lines = commands(story, folder)
    assert shlex.split(into_folder) == ["cd", str(folder)]
    for line in lines:
        program, *arguments = shlex.split(line)
        ran = hotelpay(*arguments, cwd=folder)
        # A person has to look at one row of the cycle: status 1.
        status = 1 if arguments[0] == "run" else 0
        assert (program, ran.returncode, ran.stderr) == ("hotelpay", status, ""), line
        assert ran.stdout


def test_without_a_folder_the_first_command_makes_one(story: Story) -> None:
    assert commands(story, None)[:2] == ["hotelpay demo --write seven-gulls", "cd seven-gulls"]


@pytest.mark.parametrize("name", ["setup.json", "reservations.jsonl"])
def test_a_file_that_stands_there_is_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    ran = hotelpay("demo", "--write", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert name in ran.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_every_status_and_every_mode_appears(story: Story) -> None:
    assert {each.status for each in story.reservations} == set(ReservationStatus)
    assert {task.mode for task in story.setup.tasks} == set(Mode)


def test_every_task_that_is_on_does_something_in_the_first_cycle(story: Story) -> None:
    def ids(tasks: list[Task]) -> set[str]:
        return {task.id for task in tasks}

    active = [task for task in story.setup.tasks if task.active]
    assert ids([run.task for run in story.preview.runs]) == ids(active)
    assert len(active) < len(story.setup.tasks)


def test_every_seed_makes_reservations_that_are_accepted() -> None:
    made = [made_up_hotel.reservations(seed) for seed in range(100)]
    assert len({json.dumps(each) for each in made}) == 100
    for documents in made:
        assert len({reservation_from(each).id for each in documents}) == len(documents)
