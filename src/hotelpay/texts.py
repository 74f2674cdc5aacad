"""What a text may hold where it enters the library: identifiers, names, free text, choices."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import Final, TypeVar

from hotelpay.card_numbers import contains_card_number, mask_card_numbers
from hotelpay.errors import InvalidValue, WrongType

LONGEST_IDENTIFIER: Final = 128
LONGEST_TEXT: Final = 4000

#: Control characters (but tab and line breaks) and lone surrogates: neither a terminal nor a database takes them.
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def identifier(value: str, field: str) -> str:
    """Return ``value`` if it can name something: 1 to 128 printable characters."""
    # The good case first: this is asked of every name in every row.
    if type(value) is str and 0 < len(value) <= LONGEST_IDENTIFIER and value.isprintable():
        return value
    if type(value) is not str:
        raise WrongType(field, value, "a text")
    raise InvalidValue(
        field, value, f"a text of 1 to {LONGEST_IDENTIFIER} printable characters", code="not_an_identifier"
    )


def optional_identifier(value: str | None, field: str) -> str | None:
    """Return :func:`identifier` of ``value``, or None for None."""
    return None if value is None else identifier(value, field)


def card_token(value: str, field: str) -> str:
    """Return ``value`` if it names a stored card and cannot be a card's own number."""
    if contains_card_number(identifier(value, field)):
        raise InvalidValue(
            field, "a card number, not repeated here", "a token of the payment processor", code="card_number"
        )
    return value


def free_text(value: str, field: str = "text") -> str:
    """Return a text people wrote, with apparent card numbers masked.

    At most 4000 characters; line breaks and tabs are allowed, other control characters are not.
    """
    if type(value) is not str:
        raise WrongType(field, value, "a text")
    if len(value) > LONGEST_TEXT or not _is_writable(value):
        raise InvalidValue(
            field, value, f"a text of at most {LONGEST_TEXT} characters without control characters", code="not_a_text"
        )
    return mask_card_numbers(value)


def _is_writable(value: str) -> bool:
    # Joiners and directional marks are how some scripts are written: only controls and surrogates are refused.
    return value.isprintable() or not UNWRITABLE.search(value)


def whole_number(value: int, field: str, lowest: int, highest: int) -> int:
    """Return ``value`` if it is an int (no bool, no float) from ``lowest`` to ``highest``."""
    if type(value) is not int:
        raise WrongType(field, value, f"a whole number from {lowest} to {highest}")
    if not lowest <= value <= highest:
        raise InvalidValue(field, value, f"a whole number from {lowest} to {highest}", code="number_out_of_range")
    return value


def switch(value: bool, field: str) -> bool:  # noqa: FBT001  a switch is what this checks
    """Return ``value`` if it is true or false, and not something that merely counts as it."""
    if type(value) is not bool:
        raise WrongType(field, value, "true or false")
    return value


_Choice = TypeVar("_Choice", bound=enum.Enum)


def choice(value: _Choice, kind: type[_Choice], field: str) -> _Choice:
    """Return ``value`` if it is a member of the enumeration ``kind``."""
    if not isinstance(value, kind):
        raise WrongType(field, value, f"a {kind.__name__}")
    return value


def text_set(values: Iterable[str]) -> frozenset[str]:
    """Return several texts as a set; a single text is not several, though Python would take it for its letters."""
    if isinstance(values, str):
        raise WrongType("values", values, "a list of texts")
    return frozenset(values)


def every(items: Iterable[object], kind: type, field: str) -> None:
    """Raise :class:`~hotelpay.errors.WrongType` for the first item that is not exactly a ``kind``."""
    for item in items:
        if type(item) is not kind:
            raise WrongType(field, item, f"a list of {kind.__name__}")


def all_different(ids: Iterable[str], field: str) -> None:
    """Raise :class:`~hotelpay.errors.InvalidValue` for the first id that stands twice in the list ``field``."""
    ids = tuple(ids)
    if len(ids) == len(set(ids)):
        return
    first = {each: place for place, each in reversed(tuple(enumerate(ids)))}
    again = min(place for place, each in enumerate(ids) if first[each] < place)
    raise InvalidValue(f"{field}[{again}].id", ids[again], "different from the ids before it", code="duplicate_id")
