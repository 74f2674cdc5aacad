"""Objects read thoroughly: what is wrong with the fields of one, and what its class says of all the others."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import attrs
from cattrs import AttributeValidationNote, Converter

from hotelpay.autopilot.amounts import FolioBalance
from hotelpay.autopilot.window import Mode
from hotelpay.documents.faults import in_path
from hotelpay.documents.lines import steps
from hotelpay.documents.scalars import Hook, mapping
from hotelpay.errors import HotelpayError, InvalidValue
from hotelpay.moments import FIRST_YEAR, LAST_YEAR, Instant
from hotelpay.money import Currency, Money
from hotelpay.reservation import CardKind, ReservationStatus

#: Stands in where a currency is at fault, so that the other faults are found: it has the most decimals.
STAND_IN: Final = Currency.of("CLF")


@functools.cache
def _stand_ins() -> Mapping[Any, object]:
    """Return what stands in for a field that is at fault, by its type or its name.

    No rule about another field finds anything wrong with these. An operation has none: what else a task
    needs depends on it.
    """
    return {
        str: "x",
        bool: False,
        Instant: Instant(0),
        Currency: STAND_IN,
        Money: Money(0, STAND_IN),
        ZoneInfo: ZoneInfo("UTC"),
        Mode: Mode.BEFORE_ARRIVAL,
        CardKind: CardKind.GUEST,
        ReservationStatus: ReservationStatus.EXPECTED,
        "arrival": date(FIRST_YEAR, 1, 1),
        "departure": date(LAST_YEAR, 12, 31),
        **dict.fromkeys(("checked_in_at", "checked_out_at", "cancelled_at"), Instant(0)),
        "amount": FolioBalance(),
    }


class MissingField(HotelpayError, LookupError):
    """A field that a document must have is not there."""

    def __init__(self, field: str) -> None:
        """Keep the field's name."""
        super().__init__(field)
        self.field = field


class UnknownField(HotelpayError, LookupError):
    """A document has a field that it cannot have."""

    def __init__(self, field: str, known: Iterable[str]) -> None:
        """Keep the field's name and those that there are."""
        super().__init__(field)
        self.field: str = in_path(field)
        self.known: list[str] = sorted(known)


class _Field(NamedTuple):
    kind: Any
    structure: Hook
    needed: bool
    stand_in: object


def thorough_hook(kind: Any, made: Converter) -> Hook:
    """Return what takes a JSON object as a ``kind`` or raises an error with everything that is wrong with it.

    A constructor states its rules one at a time, and only where all fields could be read. So a field that is
    at fault is left out, or stood in for, and the constructor is asked again until it has nothing more to say.
    """
    attrs.resolve_types(kind)
    fields = {field.name: _field(field, made) for field in attrs.fields(kind) if field.init}

    def structure(value: Any, _: Any) -> Any:
        given = mapping(value)
        faults: dict[str, Exception] = {}
        taken: dict[str, Any] = {}
        for name, field in fields.items():
            if name in given:
                try:
                    taken[name] = field.structure(given[name], field.kind)
                except Exception as error:  # noqa: BLE001  reported with the faults of the other fields
                    error.add_note(AttributeValidationNote(f".{name}", name, field.kind))
                    faults[name] = error
            elif field.needed:
                faults[name] = MissingField(name)
        built = _built(kind, fields, taken, faults)
        faults |= {name: UnknownField(name, fields) for name in given if name not in fields}
        if faults:
            in_order = [*(name for name in given if name in faults), *(name for name in faults if name not in given)]
            raise ExceptionGroup(kind.__name__, [faults[name] for name in in_order])
        return built

    return structure


def _field(field: attrs.Attribute[Any], made: Converter) -> _Field:
    stand_in = _stand_ins().get(field.type, _stand_ins().get(field.name))
    return _Field(field.type, made.get_structure_hook(field.type), field.default is attrs.NOTHING, stand_in)


def _built(kind: Any, fields: Mapping[str, _Field], taken: dict[str, Any], faults: dict[str, Exception]) -> Any:
    """Build an object of the fields that were taken, and add what its class complains about to the faults."""
    while True:
        standing_in = {name: fields[name].stand_in for name in faults if fields[name].stand_in is not None}
        if any(field.needed and name not in {*taken, *standing_in} for name, field in fields.items()):
            return None
        try:
            return kind(**taken, **standing_in)
        except InvalidValue as error:
            name = str(steps(error.field)[0])
            if faults.setdefault(name, error) is not error or name not in fields:
                return None
            taken.pop(name, None)
