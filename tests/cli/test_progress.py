"""The progress bar: on a terminal, for work that takes long, and nowhere else."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from command_line import AT, COMMAND, RUNS, Hotel, environment
from hotelpay.cli import progress
from hotelpay.cli.progress import watched, watched_until

ITEMS = 4096
SIZE = ITEMS * 10


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=made.monotonic))
    return made


def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of standard error; within a test, since between fixture and test pytest takes it."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_INTERACTIVE", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return made


def nothing_refreshes_any_more() -> bool:
    drawing = [thread for thread in threading.enumerate() if "Refresh" in type(thread).__name__]
    for thread in drawing:
        thread.join(timeout=2)
    return not any(thread.is_alive() for thread in drawing)


def numbers(file: BinaryIO) -> Iterator[int]:
    """Yield a number for every ten bytes of a file."""
    for number in range(ITEMS):
        file.read(10)
        yield number


def test_quick_work_shows_no_bar(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = a_terminal(monkeypatch)
    file = io.BytesIO(b"x" * SIZE)
    for number in watched(numbers(file), "reading", file):
        clock.now = 101.0 if number > 2 else 100.0  # patience ends only after the first second
    assert terminal.getvalue() == ""


def test_long_work_shows_how_much_of_the_file_is_read_and_removes_the_bar(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    terminal = a_terminal(monkeypatch)
    file = io.BytesIO(b"x" * SIZE)
    half = ITEMS // 2
    shown: list[str] = []
    taken = []
    for number in watched(numbers(file), "reading reservations", file):
        taken.append(number)
        shown.append(terminal.getvalue())
        if number == half - 10:
            clock.now += 1.001
    assert taken == list(range(ITEMS))
    # The clock is looked at now and then, after the item was handled.
    assert shown[half] == ""
    assert "reading reservations" in shown[half + 1]
    _, last, erased = terminal.getvalue().rpartition(" 88%")  # the last look was an eighth before the end
    assert last
    assert "\x1b[2K" in erased
    assert "\x1b[?25h" in erased  # the cursor is back
    assert nothing_refreshes_any_more()


def test_a_bar_can_show_how_much_of_a_time_has_gone_by(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = a_terminal(monkeypatch)
    for number in watched_until(iter(range(1000)), "going through the past", 1000, lambda number: number):
        clock.now = 105.0 if number > 10 else 100.0
    assert "going through the past" in terminal.getvalue()
    assert " 51%" in terminal.getvalue()  # the first look after the patience was over
    assert nothing_refreshes_any_more()


def test_who_stops_early_leaves_no_bar_behind(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = a_terminal(monkeypatch)
    file = io.BytesIO(b"x" * SIZE)
    stream = watched(numbers(file), "reading", file)
    for number in stream:
        clock.now = 105.0
        if number == 1000:
            break
    assert "reading" in terminal.getvalue()
    stream.close()  # type: ignore[attr-defined]
    assert nothing_refreshes_any_more()


def test_a_fault_leaves_no_bar_behind(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = a_terminal(monkeypatch)
    file = io.BytesIO(b"x" * SIZE)

    def faulty() -> Iterator[int]:
        for number in range(2000):
            clock.now += 0.01
            yield number
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        list(watched(faulty(), "reading", file))
    assert "reading" in terminal.getvalue()
    assert nothing_refreshes_any_more()


def test_where_nobody_looks_there_is_no_bar(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    error = io.StringIO()
    monkeypatch.setattr(sys, "stderr", error)
    file = io.BytesIO(b"x" * SIZE)
    for _ in watched(numbers(file), "reading", file):
        clock.now += 10
    assert error.getvalue() == ""


def test_a_pipe_has_no_end_that_a_bar_could_reach(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = a_terminal(monkeypatch)
    reading, writing = os.pipe()
    os.write(writing, b"x" * 2000)
    os.close(writing)
    taken = 0
    with os.fdopen(reading, "rb") as file:
        for _ in watched(iter(lambda: file.read(1), b""), "reading", file):
            taken += 1
            clock.now += 10
    assert (taken, terminal.getvalue()) == (2000, "")


def test_looking_at_the_size_of_a_file_does_not_move_in_it(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = a_terminal(monkeypatch)
    file = io.BytesIO(b"abcdef")
    file.seek(2)
    assert list(watched(iter(lambda: file.read(1), b""), "reading", file)) == [b"c", b"d", b"e", b"f"]
    assert terminal.getvalue() == ""
    assert clock.now == 100.0


def test_a_terminal_gets_the_result_alone_where_the_work_is_quick(tmp_path: Path) -> None:
    """The whole command, with standard error on a pseudo-terminal."""
    hotel = Hotel(tmp_path)
    files = ("-s", str(hotel.setup), "-r", str(hotel.reservations))
    ours, its = pty.openpty()
    try:
        command = [*COMMAND, "preview", *files, "--at", AT, "--format", "json"]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=its, env=environment(), check=False)
        os.write(its, b"the end")
        said = os.read(ours, 1000)
    finally:
        os.close(ours)
        os.close(its)
    assert (ran.returncode, said) == (0, b"the end")
    assert ran.stdout.count(b'{"task"') == len(RUNS)
