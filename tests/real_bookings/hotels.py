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
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest

from command_line import hotelpay
from hotelpay import Reservation, Setup
from hotelpay.documents import load_reservations, load_setup
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


def real(folder: Path) -> Bookings:
    """Return the real bookings as documents in a folder; without them the test is skipped."""
    converter = FOLDER / "to_reservations.py"
    if not converter.exists():
        pytest.skip(f"the real bookings are not at hand: {converter} is missing (set HOTELPAY_BOOKINGS)")
    for name, arguments in (("setup.json", ("--setup",)), ("reservations.jsonl", ("--at", REAL_AT))):
        with (folder / name).open("wb") as file:
            subprocess.run([sys.executable, str(converter), *arguments], stdout=file, check=True)
    return Bookings(folder, REAL_AT, every=10)


def made_up(folder: Path) -> Bookings:
    """Return the made-up hotel as documents in a folder."""
    (folder / "setup.json").write_text(json.dumps(made_up_bookings.SETUP), encoding="utf-8")
    with (folder / "reservations.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(booking) + "\n" for booking in made_up_bookings.bookings(MADE_UP))
    return Bookings(folder, made_up_bookings.AT.isoformat().replace("+00:00", "Z"), every=1)


def pairs(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return tasks and reservations of rows."""
    return [(row["task"], row["reservation"]) for row in rows]
