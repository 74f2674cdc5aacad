"""Log records as JSON Lines, for machines that gather them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Final

#: Every field that a record may bear beside its message; all instants are UTC with ``Z``, and the ledger's.
FIELDS: Final = (
    "hotel",
    "event",
    "kind",
    "names",
    "task",
    "reservation",
    "attempt",
    "key",
    "epoch",
    "at",
    "start",
    "purpose",
    "answer",
    "by_hand",
    "outcome",
    "code",
    "person",
    "seconds",
    "cycle_at",
    "due_at",
    "closed_at",
    "forgotten",
    "waiting",
    "settlements",
)


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: ``time``, ``level``, ``logger``, ``message``, and the fields that it has.

    ``time`` is when this process logged it. It formats records of other loggers too, with their traces.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: vars(record)[name] for name in FIELDS if name in vars(record)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
