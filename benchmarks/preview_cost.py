"""What ``hotelpay preview`` costs over everything that two hotels have on file."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bookings import Bookings, bookings
from cost_rows import Row, Topic, agree
from timing import processes_in_turns, ratios

_ROUNDS: Final = 7
_TARGET: Final = 6.0
#: Reading text is the faster way for ``json.loads``, which would have to guess the encoding of bytes.
_JSON_ALONE: Final = """
import json, sys
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        json.loads(line)
"""


def preview_rows() -> Iterator[Row]:
    """Compare the whole command with a process that parses every line and does nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        given = bookings(Path(folder))
        command = _command(given)
        runs = _checked_runs(given, command)
        json_alone = (sys.executable, "-I", "-c", _JSON_ALONE, str(given.reservations))
        rounds = processes_in_turns([command, json_alone], _ROUNDS)
        with given.reservations.open("rb") as lines:
            count = sum(1 for _ in lines)
    checked = f"{runs:,} runs as expected" if given.expected is not None else f"{runs:,} runs, nothing to check them by"
    yield Row(
        topic=Topic.PREVIEW,
        what="hotelpay preview --format json, whole process",
        against="a process that runs json.loads on every line",
        spread=ratios(rounds, 0, 1),
        target=_TARGET,
        why="most of it is reading: each line becomes a checked reservation, and the command imports its own parts",
        note=f"{given.name}: {count:,} reservations, {checked}",
    )


def _command(given: Bookings) -> tuple[str, ...]:
    options = {
        "--setup": str(given.setup),
        "--reservations": str(given.reservations),
        "--at": given.at,
        "--format": "json",
    }
    words = [word for option in options.items() for word in option]
    return (sys.executable, "-I", "-m", "hotelpay", "preview", *words)


def _checked_runs(given: Bookings, command: tuple[str, ...]) -> int:
    """Return how many runs the command lists, in the fields and the order that are expected."""
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["runs"]
    if given.expected is not None:
        # A later version may write more fields.
        fields = given.expected[0] if given.expected else {}
        agree("preview", [{name: run.get(name) for name in fields} for run in found], given.expected)
    return len(found)
