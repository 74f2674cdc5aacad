"""The extra ``plot``: the chart of a back-test, drawn by the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOTELPAY = Path(sys.executable).with_name("hotelpay")
FILES = ("-s", "demo/setup.json", "-r", "demo/reservations.jsonl")
CHART = ("--from", "2025-07-01T00:00Z", "--to", "2025-08-01T00:00Z", "--chart", "chart.png")

for arguments in (("demo", "--write", "demo"), ("backtest", *FILES, *CHART)):
    subprocess.run([HOTELPAY, *arguments], capture_output=True, check=True)  # noqa: S603  the installed command
assert Path("chart.png").read_bytes().startswith(b"\x89PNG\r\n")

sys.stdout.write("draws the chart of a back-test\n")
