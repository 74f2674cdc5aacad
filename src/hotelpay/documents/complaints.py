"""From the exceptions of a strict converter to faults with paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from cattrs import AttributeValidationNote, ForbiddenExtraKeysError, IterableValidationNote

from hotelpay.documents.faults import in_path, is_not
from hotelpay.documents.thorough import MissingField
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
    # An error without a note of its own came from a constructor: it names the field itself.
    field = "" if own else str(getattr(error, "field", ""))
    match error:
        case ForbiddenExtraKeysError():
            known = ", ".join(sorted(_field_names(error.cl)))
            for name in sorted(error.extra_fields):
                message = f"there is no such field; there are {known}"
                yield _complaint("unknown_field", f"{path}.{in_path(name)}", message)
        case MissingField():
            yield _complaint("missing_field", path if own else f"{path}.{field}", "this field is needed")
        case KeyError():
            yield _complaint("missing_field", path, "this field is needed")
        case InvalidValue():
            yield _complaint(error.code, f"{path}.{field}" if field else path, is_not(error.value, error.expected))
        case CurrencyMismatch():
            yield _complaint("currency_mismatch", path, str(error))
        case _:
            raise error


def _complaint(code: str, path: str, message: str) -> Complaint:
    return Complaint(code, path.removeprefix("."), message)


def _noted_path(error: BaseException) -> str:
    """Return the path from the nearest outer error to this one; notes stand from the inside out."""
    steps = []
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            steps.append(f".{note.name}")
        elif isinstance(note, IterableValidationNote):
            steps.append(f"[{note.index}]")
    return "".join(reversed(steps))


def _field_names(kind: Any) -> list[str]:
    return [field.name for field in attrs.fields(kind) if field.init]
