"""From domain objects to documents: what a converter writes for each kind of value."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, get_origin
from zoneinfo import ZoneInfo

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn

from hotelpay.bonus.points import Rate, Step
from hotelpay.documents.tags import TAGGED_UNIONS, TaggedUnion
from hotelpay.moments import Instant, utc_text
from hotelpay.money import Adjustment, Cap, Currency, Money, Share, plain_decimal

_WRITERS: Final[Mapping[Any, Callable[[Any], str]]] = {
    Money: lambda money: money.text,
    date: lambda day: day.isoformat(),
    Instant: utc_text,
    Currency: lambda currency: currency.code,
    ZoneInfo: lambda zone: zone.key,
    **{kind: lambda percent: plain_decimal(percent.value) for kind in (Adjustment, Share, Cap)},
    **{kind: lambda number: f"{number.value:f}" for kind in (Rate, Step)},
}


def register_writers(made: Converter) -> None:
    """Teach a converter to write documents."""
    for kind, write in _WRITERS.items():
        made.register_unstructure_hook(kind, write)
    made.register_unstructure_hook_func(_is_enum, lambda member: member.value)
    made.register_unstructure_hook_factory(_is_set, lambda _: lambda values: sorted(map(_plain, values)))
    for union in TAGGED_UNIONS:
        made.register_unstructure_hook_func(union.covers(), _tagged_writer(union, made))


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _is_set(kind: Any) -> bool:
    origin: Any = get_origin(kind)
    return origin is frozenset


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def _tagged_writer(union: TaggedUnion, made: Converter) -> Callable[[Any], dict[str, Any] | None]:
    names = {kind: name for name, kind in union.kinds.items()}
    writers: dict[type, Callable[[Any], dict[str, Any]]] = {
        kind: make_dict_unstructure_fn(kind, made) for kind in names
    }
    return lambda value: None if value is None else {union.tag: names[type(value)], **writers[type(value)](value)}
