"""Results on standard output: a page or a picture, or one JSON object with its long lists row by row as they come."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any


def write_whole(text: str) -> None:
    """Write a page or a picture to standard output: it is UTF-8, whatever a terminal would like."""
    sys.stdout.buffer.write(text.encode())


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
