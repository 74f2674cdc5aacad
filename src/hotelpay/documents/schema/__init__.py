"""JSON Schema (2020-12) of the documents: what another program or a configuration screen can check by itself.

A schema sees the shape of a document and never refuses what the loader takes; what only the loader can see is
listed in :mod:`hotelpay.documents.rules`. Limits, choices and patterns are those of the domain's own code.

A field with a default may be left out, and the default written out means the same; a field without one is
required unless its object says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hotelpay.documents.schema.reservation import reservation_schema
from hotelpay.documents.schema.setup import setup_schema

__all__ = ["SCHEMAS", "reservation_schema", "setup_schema"]

#: The schema of each document that has one.
SCHEMAS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "setup": setup_schema,
    "reservation": reservation_schema,
}
