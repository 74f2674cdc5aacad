"""The document of processed pairs: JSON Lines of ``{"task": …, "reservation": …}``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hotelpay.documents.complaints import Complaint
from hotelpay.documents.faults import in_path, is_not
from hotelpay.documents.json_lines import read_json_lines
from hotelpay.documents.strict_json import Limits
from hotelpay.reservation import Pair

_FIELDS = ("task", "reservation")


def load_processed(path: str | Path, *, limits: Limits | None = None) -> frozenset[Pair]:
    """Read which tasks have had their one turn with which reservations (AP-ONCE-EDIT).

    A task that the setup no longer knows is no fault: it may come back, and is still not to run again.
    """
    with Path(path).open("rb") as file:
        return frozenset(read_json_lines(file, _pair, _complaints, document=str(path), limits=limits))


def _pair(value: Any) -> Pair:
    task, reservation = value["task"], value["reservation"]
    if len(value) != len(_FIELDS) or type(task) is not str or type(reservation) is not str:
        raise ValueError("not a pair")
    return task, reservation


def _complaints(value: Any) -> list[Complaint]:
    if not isinstance(value, dict):
        return [Complaint("wrong_type", "", is_not(value, 'an object {"task": …, "reservation": …}'))]
    found = [
        Complaint("unknown_field", in_path(name), "there is no such field; there are task, reservation")
        for name in sorted(value.keys() - set(_FIELDS))
    ]
    for name in _FIELDS:
        if name not in value:
            found.append(Complaint("missing_field", name, "this field is needed"))
        elif type(value[name]) is not str:
            found.append(Complaint("wrong_type", name, is_not(value[name], "a text")))
    return found
