"""What a ledger tells and what it keeps: the happenings of observers, the entries of the journal."""

from __future__ import annotations

from typing import Any, get_args

import attrs

from extension.names import public_name_of
from extension.tables import code, summary, table
from hotelpay.observed import HotelHappening, SettlementHappening
from hotelpay.settlement.journal import HotelEvent, SettlementEvent


def text() -> str:
    """Return the happenings and the entries, each with its fields."""
    return "\n".join(
        [
            "## Happenings of a settlement\n",
            _rows(SettlementHappening),
            "## Happenings of a hotel\n",
            _rows(HotelHappening),
            "## Entries of a settlement\n",
            _rows(SettlementEvent),
            "## Entries of a hotel\n",
            _rows(HotelEvent),
        ]
    )


def _rows(union: Any) -> str:  # noqa: ANN401  a union of classes
    return table(("class", "what it says", "fields"), [_row(cls) for cls in get_args(union)])


def _row(cls: type[attrs.AttrsInstance]) -> tuple[str, str, str]:
    name = public_name_of(f"{cls.__module__}.{cls.__qualname__}")
    return f"{{py:class}}`~{name}`", summary(cls), ", ".join(code(each.name) for each in attrs.fields(cls))
