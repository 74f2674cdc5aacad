"""From the exceptions of a strict converter to faults with paths."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from cattrs import AttributeValidationNote, IterableValidationNote

from hotelpay.documents.faults import is_not
from hotelpay.documents.scalars import THE_VALUE
from hotelpay.documents.thorough import MissingField, UnknownField
from hotelpay.errors import CurrencyMismatch, InvalidValue


@attrs.frozen
class Complaint:
    """A fault that knows its path, and not yet its document and line."""

    code: str
    path: str
    message: str


def complaints(error: BaseException, path: str = "") -> Iterator[Complaint]:
    """Yield what an exception of a detailed converter complains about, in the order of the fields."""
    own = _noted_path(error)
    path = f"{path}{own}"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from complaints(inner, path)
        return
    # An error without a note of its own came from a constructor, which names the field itself.
    field = getattr(error, "field", THE_VALUE)
    if not own and field != THE_VALUE:
        path = f"{path}.{field}"
    path = path.removeprefix(".")
    match error:
        case UnknownField():
            message = f"there is no such field; there are {', '.join(error.known)}"
            yield Complaint("unknown_field", path, message)
        case MissingField():
            yield Complaint("missing_field", path, "this field is needed")
        case InvalidValue():
            yield Complaint(error.code, path, is_not(error.value, error.expected))
        case CurrencyMismatch():
            yield Complaint("currency_mismatch", path, str(error))
        case _:
            raise error


def _noted_path(error: BaseException) -> str:
    """Return the path from the nearest outer error to this one; notes stand from the inside out."""
    steps = [_step(note) for note in getattr(error, "__notes__", ())]
    return "".join(reversed(steps))


def _step(note: str) -> str:
    if isinstance(note, AttributeValidationNote):
        return f".{note.name}"
    return f"[{note.index}]" if isinstance(note, IterableValidationNote) else ""
