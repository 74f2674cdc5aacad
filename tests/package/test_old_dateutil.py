"""Time is right with dateutil 2.9 as with the version installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: `make` puts an old dateutil there, beside the environment's own.
OLD = Path(sys.prefix) / "dateutil-2.9"


def test_the_tests_of_time_pass_with_dateutil_2_9() -> None:
    assert OLD.is_dir(), "run `make test`, which fetches dateutil 2.9 beside the installed one"
    environment = {**os.environ, "PYTHONPATH": str(OLD), "HYPOTHESIS_NO_PLUGINS": "1"}
    version = subprocess.run(
        [sys.executable, "-c", "import dateutil; print(dateutil.__version__)"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    ).stdout
    assert version.startswith("2.9.")
    tests = ["tests/ground/test_moments.py", "tests/scenarios/test_when.py", "tests/scenarios/test_preview.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-W", "ignore:datetime.datetime.utcfromtimestamp", *tests],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout
