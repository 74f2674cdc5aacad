"""How a test says which scenarios of docs/scenarios.md it covers."""

from __future__ import annotations

from typing import Any

import pytest


def scenario(name: str, *values: Any) -> Any:
    """Return a row of a parametrised table that stands for one scenario."""
    return pytest.param(*values, id=name, marks=pytest.mark.scenario(name))
