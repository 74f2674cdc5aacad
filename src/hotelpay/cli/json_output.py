"""Results for programs: one JSON object, its long lists written row by row as they come."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any


def write_object(fields: Mapping[str, Any], lists: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write an object to standard output: the fields first, then each list with one row a line."""
    out = sys.stdout.write
    out("{" + ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()))
    separator = ",\n " if fields else ""
    for name, rows in lists.items():
        out(f"{separator}{json.dumps(name)}: [")
        before = "\n  "
        for row in rows:
            out(before + json.dumps(row))
            before = ",\n  "
        out("]" if before == "\n  " else "\n ]")
        separator = ",\n "
    out("}\n")
