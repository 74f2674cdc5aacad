"""Every scenario of the document has a test, and no test names a scenario that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ((?:AP|BN)-[A-Z0-9-]+) \|.*\| (decides|acts) \|$", re.MULTILINE)


def test_every_scenario_has_a_test() -> None:
    rows = dict(ROW.findall((ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")))
    assert len(rows) > 70
    listing = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:randomly", "--scenarios", "tests/scenarios"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    covered = {line.split()[0] for line in listing.splitlines() if line.startswith(("AP-", "BN-"))}
    assert covered == rows.keys()
