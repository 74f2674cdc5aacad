"""The extra ``cli``: the installed command itself, from its version to a cycle on SQLite."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HOTELPAY = Path(sys.executable).with_name("hotelpay")
FILES = ("-s", "demo/setup.json", "-r", "demo/reservations.jsonl")
NINE = "2025-07-11T09:00:00Z"


def said(*arguments: str, status: int = 0) -> str:
    command = [str(HOTELPAY), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603  installed
    assert done.returncode == status, done.stderr
    return done.stdout


assert said("--version") == f"hotelpay {version('hotelpay')}\n"
assert "preview" in said("--help")
said("demo", "--write", "demo")
found = json.loads(said("check", "-s", "demo/setup.json", "--format", "json"))
assert not [finding for finding in found["findings"] if finding["severity"] == "error"]
runs = json.loads(said("preview", *FILES, "--at", NINE, "--format", "json"))["runs"]
assert runs
assert runs[0]["task"] in said("preview", *FILES, "--at", NINE)
# One amount is above its task's ceiling, so a person is needed.
said("run", *FILES, "--at", NINE, "--db", "hotel.db", status=1)
books = json.loads(said("report", "--db", "hotel.db", "--format", "json"))
assert books["adds_up"], books

sys.stdout.write("the command checks, previews, carries out and reports\n")
