"""Two hotels' bookings as documents: real ones where they are at hand, made-up ones of the same shape elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

import generated
from hotelpay import preview
from hotelpay.documents import reservation_document, setup_document
from hotelpay.documents.outputs import run_document
from hotelpay.moments import utc_text

#: As many as the real hotels have on file at the instant of the expected preview.
_MADE_UP_COUNT: Final = 79_207
_REAL_AT: Final = "2016-10-10T11:00:00Z"
_EXPECTED: Final = "preview-2016-10-10T11.json"
_BESIDE_THE_REPOSITORY: Final = Path(__file__).resolve().parents[2] / "shared" / "data"


@attrs.frozen(kw_only=True)
class Bookings:
    """A setup and its reservations as files, the instant to ask about, and the runs it must give where known."""

    name: str
    setup: Path
    reservations: Path
    at: str
    expected: tuple[Mapping[str, Any], ...] | None


def bookings(folder: Path) -> Bookings:
    """Write the documents into a folder: of the real bookings, or of a made-up hotel where those are missing.

    The real ones are looked for where ``HOTELPAY_BOOKINGS`` says, else beside the repository.
    """
    source = Path(os.environ.get("HOTELPAY_BOOKINGS") or _BESIDE_THE_REPOSITORY)
    files = ("to_reservations.py", "hotel_bookings.csv.gz")
    if all((source / name).is_file() for name in files):
        return _real(source, folder)
    return _made_up(source, folder)


def _real(source: Path, folder: Path) -> Bookings:
    setup, rows, expected = folder / "setup.json", folder / "reservations.jsonl", source / _EXPECTED
    for path, arguments in ((setup, ["--setup"]), (rows, ["--at", _REAL_AT])):
        with path.open("wb") as file:
            subprocess.run([sys.executable, str(source / "to_reservations.py"), *arguments], check=True, stdout=file)
    runs = tuple(json.loads(expected.read_bytes())["runs"]) if expected.is_file() else None
    return Bookings(name="real bookings", setup=setup, reservations=rows, at=_REAL_AT, expected=runs)


def _made_up(source: Path, folder: Path) -> Bookings:
    hotel, rows = generated.setup(), list(generated.reservations(_MADE_UP_COUNT, generated.TWO_YEARS))
    setup, lines = folder / "setup.json", folder / "reservations.jsonl"
    setup.write_text(json.dumps(setup_document(hotel)), encoding="utf-8")
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(reservation_document(row), separators=(",", ":")) + "\n" for row in rows)
    found = preview(hotel.tasks, rows, at=generated.AT, rules=hotel.rules)
    return Bookings(
        name=f"a MADE-UP hotel, for there are no real bookings in {source}",
        setup=setup,
        reservations=lines,
        at=utc_text(generated.AT),
        expected=tuple(run_document(run) for run in found.runs),
    )
