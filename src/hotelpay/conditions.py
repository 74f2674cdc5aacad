"""What a filter asks of a reservation, as data that every interpreter reads: Python's, a database's, a person's."""

from __future__ import annotations

import enum

import attrs


class Field(enum.Enum):
    """What a filter looks at; the value is the code of the reason where it fails."""

    GUARANTEE_STATUS = "guarantee_status"
    GUARANTEE_POLICY = "guarantee_policy"
    OTA = "ota"
    CARDS = "cards"
    COMPANY = "company"
    AGENT = "agent"


@attrs.frozen
class Condition:
    """One filter: the ``field`` must be one of ``values`` or, where ``wanted`` is false, none of them.

    A field without a value is None, which is in no list: not included, and not excluded (AP-COMPANY-NOBODY).
    """

    field: Field
    values: frozenset[object]
    wanted: bool = True
