"""What only the loader can see: the faults of documents that :mod:`hotelpay.documents.schema` accepts.

Every other fault is one that the schema sees too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hotelpay.documents.strict_json import DEEPEST
from hotelpay.moments import FIRST_YEAR, LAST_YEAR

#: The code of each such fault, and what is wrong. Two kinds: what a value means, and how its text is written.
LOADER_ONLY: Final[Mapping[str, str]] = {
    # What single values mean.
    "wrong_type": "A whole number is written with a fraction of zero (24.0), which JSON Schema takes for whole.",
    "not_an_identifier": "An id, a name or a template holds a character that cannot be printed.",
    "not_a_text": "A comment or to-do holds control characters, or a to-do nothing but blanks.",
    "not_a_date": "A date has the right shape and is in no calendar (2024-02-30).",
    "not_an_instant": "An instant has the right shape and is on no clock (25:00), in no calendar or at no UTC offset.",
    "date_out_of_range": f"A date or instant lies outside the years {FIRST_YEAR} to {LAST_YEAR}.",
    "unknown_currency": "Three capital letters are no ISO 4217 code with a minor unit (XAU, ZZZ).",
    "unknown_timezone": "A text is not the name of an IANA time zone.",
    "too_many_decimals": "An amount has more decimals than its currency.",
    "negative_amount": "A max_amount or a blocked amount is below zero.",
    "not_positive": "A rate or a step is zero or less.",
    "percent_out_of_range": "A share is below 0 %, an adjustment below -100 %, or a max_percent not from 0 to 100 %.",
    "card_number": "A card's id could be the card's own number.",
    # What values mean together.
    "duplicate_id": "Two in one list have the same id, or two reservations in one file.",
    "included_and_excluded": "A company or agent is both included and excluded by one task's filters.",
    "departure_before_arrival": "A reservation's departure is before its arrival.",
    # What is lost when a text is read as JSON, before a schema can see it.
    "duplicate_key": "An object has the same key twice; most programs silently keep the last.",
    "not_json": "A number has so many digits that programs read it as infinity, or differ in how they read it.",
    "not_utf8": "The text is in another encoding than UTF-8.",
    "too_deep": f"What a PMS put under extra is nested deeper than {DEEPEST} levels.",
    "too_large": "A setup is larger than 4 MB, one of its lists has more than 1000 items, a line of reservations is "
    "longer than 1 MB, or there are more than 10,000,000 of them (settings: Limits).",
}
