"""What goes wrong at the command line: one sentence on standard error, and nothing else anywhere."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from command_line import AT, COMMAND, SETUP, Answer, Hotel, environment, hotelpay

COMMANDS = (
    *(("preview",), ("forecast",), ("check",), ("bonus", "quote"), ("schema",), ("demo",)),
    *(("run",), ("recover",), ("report",), ("rearm",), ("erase",), ("bonus", "redeem"), ("bonus", "reverse")),
)


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    made = Hotel(tmp_path_factory.mktemp("hotel"))
    made.write("faulty.json", {**SETUP, "currency": "EURO", "hotel": "", "colour": 1})
    made.write("processed.jsonl", [{"task": "a", "reservation": 7}, {"task": "b"}])
    return made


def words(text: str) -> str:
    """Return a text without the frame that usage errors are drawn in, on one line."""
    return " ".join(text.replace("│", " ").split())


def refused(answer: Answer) -> str:
    """Return what an answer says on standard error, where it says it as it should."""
    assert (answer.status, answer.out) == (2, "")
    assert "Traceback" not in answer.err
    return answer.err


# S, R and P stand for the hotel's files.
WRONG = {
    "no command": ("nope", "No such command 'nope'"),
    "an unknown option": ("check -s S --colour", "--colour"),
    "no setup": ("check", "Missing option '--setup' / '-s'"),
    "no instant": ("preview -s S -r R", "Missing option '--at'"),
    "another format": ("check -s S --format xml", "'xml' is not one of 'table', 'json'"),
    "an instant without an offset": (
        "preview -s S -r R --at 2024-02-01T10:00:00",
        "Invalid value for '--at': '2024-02-01T10:00:00' is not an instant such as",
    ),
    "an instant that never was": (
        "preview -s S -r R --at 2024-02-30T10:00:00Z",
        "'2024-02-30T10:00:00Z' is not an instant",
    ),
    "an instant of no hotel": (
        "forecast -s S -r R --from 1800-01-01T00:00:00Z --to 2024-01-01T00:00:00Z",
        "1900 to 2199",
    ),
    "an unknown task": (
        f"preview -s S -r R --at {AT} --task nope --format json",
        "hotelpay: task: 'nope' is not one of the setup's tasks (expedia-vcc, first-night, ask)",
    ),
    "an unknown reservation": (
        f"preview -s S -r R --at {AT} --reservation R-1 --format json",
        "hotelpay: --reservation: 'R-1' is not one of the reservations",
    ),
    "an unknown reservation, explained": (
        f"preview -s S -r R --at {AT} --reservation R-1 --explain",
        "'R-1' is not one",
    ),
    "no setup there": ("check -s D/nowhere.json", "hotelpay: D/nowhere.json: No such file or directory"),
    "no reservations there": (f"preview -s S -r D/none.jsonl --at {AT}", "hotelpay: D/none.jsonl: No such file"),
    "nothing processed there": (f"preview -s S -r R --at {AT} --processed D/none", "hotelpay: D/none: No such file"),
    "a folder": ("check -s D", "hotelpay: D: Is a directory"),
    "pairs that are none": (
        f"forecast -s S -r R --from {AT} --to {AT} --processed D/processed.jsonl",
        "7 is not a text hotelpay: D/processed.jsonl:2: reservation: this field is needed",
    ),
    "reservations that are a setup": (f"preview -s S -r S --at {AT}", "hotelpay: S:1: id: this field is needed"),
}


@pytest.mark.parametrize(("line", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_named_on_standard_error(hotel: Hotel, line: str, said: str) -> None:
    files = {"S": str(hotel.setup), "R": str(hotel.reservations), "D": str(hotel.folder)}

    def filled(word: str) -> str:
        first, slash, rest = word.partition("/")
        return files.get(first.rstrip(":"), first) + slash + rest

    arguments = [filled(word) for word in line.split()]
    expected = (
        said.replace("D/", f"{hotel.folder}/").replace(": D:", f": {hotel.folder}:").replace(" S:", f" {hotel.setup}:")
    )
    assert expected in words(refused(hotelpay(*arguments, settings={"COLUMNS": "400"})))


def test_every_fault_of_a_setup_has_its_line_of_standard_error(hotel: Hotel) -> None:
    setup = hotel.folder / "faulty.json"
    error = refused(hotelpay("preview", "-s", setup, "-r", hotel.reservations, "--at", AT, "--format", "json"))
    assert [line.split(": ")[:3] for line in error.splitlines()] == [
        ["hotelpay", f"{setup}:1", "currency"],
        ["hotelpay", f"{setup}:1", "hotel"],
        ["hotelpay", f"{setup}:1", "colour"],
    ]


def test_the_version_is_that_of_the_package() -> None:
    assert hotelpay("--version") == Answer(0, f"hotelpay {version('hotelpay')}\n", "")


def test_without_a_command_it_says_which_there_are() -> None:
    answer = hotelpay("--help")
    assert (answer.status, answer.err) == (0, "")
    listed = {line.split()[1] for line in answer.out.splitlines() if line.startswith("│ ") and line[2] != " "}
    assert listed >= {command[0] for command in COMMANDS}
    assert hotelpay("-h").out == answer.out


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_help_of_every_command_shows_an_example(command: tuple[str, ...]) -> None:
    answer = hotelpay(*command, "--help", settings={"COLUMNS": "200"})
    assert (answer.status, answer.err) == (0, "")
    assert f"Example: hotelpay {' '.join(command)} " in words(answer.out)


# Pipes and disks.


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("schema", "setup"),
        ("check", "-s", "S"),
        ("check", "-s", "S", "--format", "json"),
    ],
    ids=" ".join,
)
def test_a_pipe_that_nobody_reads_ends_the_command_quietly(
    hotel: Hotel,
    arguments: tuple[str, ...],
    buffered: bool,  # noqa: FBT001
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    settings = environment() if buffered else environment(PYTHONUNBUFFERED="1")
    command = [*COMMAND, *(str(hotel.setup) if each == "S" else each for each in arguments)]
    try:
        ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=settings, check=False)
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize("output", ["json", "table"])
def test_a_reader_may_stop_after_the_first_line(hotel: Hotel, output: str) -> None:
    """``| head -1`` on an output that is far longer than a pipe holds."""
    rows = hotel.reservations.read_text(encoding="utf-8").splitlines()[3]
    many = hotel.write("many.jsonl", "".join(rows.replace("R-1002", f"R{number}") + "\n" for number in range(1500)))
    files = ("--setup", str(hotel.setup), "--reservations", str(many))
    command = [*COMMAND, "preview", *files, "--at", AT, "--explain", "--format", output]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
    assert first.startswith(b'{"cycle_at"' if output == "json" else b"The cycle at 2024-02-01 12:00")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("output", ["json", "table"])
def test_a_full_disk_is_said_on_standard_error(hotel: Hotel, output: str) -> None:
    command = [*COMMAND, "check", "-s", str(hotel.setup), "--format", output]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert (ran.returncode, ran.stderr) == (2, b"hotelpay: No space left on device\n")


def test_what_a_terminal_cannot_write_is_no_failure(hotel: Hotel) -> None:
    named = hotel.reservations.read_bytes().replace(b"R-1002", "Zürich-旅".encode())
    reservations = hotel.write("named.jsonl", named)
    command = ("preview", "-s", hotel.setup, "-r", reservations, "--at", AT, "--explain")
    answer = hotelpay(*command, settings={"PYTHONIOENCODING": "ascii"})
    assert (answer.status, answer.err) == (0, "")
    assert "Z?rich-?" in answer.out
    found = hotelpay(*command, "--format", "json", settings={"PYTHONIOENCODING": "ascii"}).json
    assert "Zürich-旅" in {run["reservation"] for run in found["runs"]}


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_closed_stream_is_no_traceback(closed: str) -> None:
    command = f"exec {shlex.quote(sys.executable)} -m hotelpay schema setup {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
