"""Every public class of the package, which of its fields may hold text, and an example of each to plant text in."""

from __future__ import annotations

import enum
import inspect
import pkgutil
import types
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, Final, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs
import stripe
from sqlalchemy import Connection, Engine, create_engine

import examples
import hotelpay
from hotelpay.autopilot.decision import Problem
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant, instant
from hotelpay.money import Currency, Money
from hotelpay.ports import RunLedger
from hotelpay.settlement.intent import Intent
from hotelpay.testing.clock import SetClock
from hotelpay.testing.contracts.intents import run_intent
from hotelpay.testing.memory_ledger import MemoryLedger

_NOW: Final = datetime(2024, 7, 10, 9, 0, tzinfo=UTC)


def public_classes() -> dict[str, type]:
    """Return every class without a leading underscore, by module and name."""
    return {
        f"{module.removeprefix('hotelpay.')}.{name}": found
        for module in _modules()
        for name, found in vars(import_module(module)).items()
        if isinstance(found, type) and found.__module__ == module and not name.startswith("_")
    }


def _modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(hotelpay.__path__, "hotelpay."):
        if not module.name.rpartition(".")[2].startswith("_"):
            yield module.name


def holds_values(kind: type) -> bool:
    """Tell whether a class has instances that a host may make: no choice, no protocol, no suite of tests."""
    return not (
        issubclass(kind, enum.Enum)
        or getattr(kind, "_is_protocol", False)
        or kind.__module__.startswith("hotelpay.testing.contracts")
    )


def text_fields(kind: type) -> dict[str, Any]:
    """Return the arguments of a class that may hold text, with their annotations."""
    return {name: annotation for name, annotation, _ in _arguments(kind) if _may_hold_text(annotation)}


@cache
def _arguments(kind: type) -> tuple[tuple[str, Any, bool], ...]:
    """Return the arguments of a class: name, annotation, and whether it is needed."""
    if attrs.has(kind):
        hints = typing.get_type_hints(kind)
        fields = [field for field in attrs.fields(kind) if field.init]
        return tuple((str(field.alias), hints[field.name], field.default is attrs.NOTHING) for field in fields)
    if hasattr(kind, "_fields"):
        hints, optional = typing.get_type_hints(kind), getattr(kind, "_field_defaults", {})
        return tuple((name, hints[name], name not in optional) for name in kind._fields)
    make = vars(kind).get("__init__")
    if not inspect.isfunction(make):
        inherited = next((each for each in kind.__mro__[1:] if each.__module__.startswith("hotelpay")), None)
        return () if inherited is None else _arguments(inherited)
    hints = typing.get_type_hints(make)
    parameters = list(inspect.signature(make).parameters.values())[1:]
    return tuple((each.name, hints.get(each.name, Any), each.default is each.empty) for each in parameters)


def _may_hold_text(annotation: Any) -> bool:
    if get_origin(annotation) is Callable or get_origin(annotation) is typing.Literal:
        return False
    return annotation in (str, object) or any(map(_may_hold_text, get_args(annotation)))


def planted(annotation: Any, text: str) -> Any:
    """Return a value of an annotation that holds this text wherever it may hold any."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in (str, object):
        return text
    if origin in (Union, types.UnionType):
        return planted(next(filter(_may_hold_text, arguments), arguments[0]), text)
    if origin is tuple and Ellipsis not in arguments:
        return tuple(planted(each, text) for each in arguments)
    if origin in (tuple, frozenset, set, list, Iterable, Sequence, Collection):
        return (tuple if origin in (Iterable, Sequence, Collection) else origin)([planted(arguments[0], text)])
    if origin in (dict, Mapping):
        return {text: planted(arguments[1], text)}
    return example(annotation)


def built(kind: type, /, **fields: Any) -> Any:
    """Return an instance of a class with these arguments; those that it needs besides are examples."""
    chosen = {**_ASIDE.get(kind.__name__, {}), **fields}
    needed = {name: annotation for name, annotation, is_needed in _arguments(kind) if is_needed}
    return kind(**{name: example(annotation) for name, annotation in needed.items() if name not in chosen}, **chosen)


def example(annotation: Any) -> Any:  # noqa: PLR0911  kind by kind
    """Return some value of an annotation."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _EXAMPLES:
        return _EXAMPLES[annotation]()
    if origin in (Union, types.UnionType):
        return None if type(None) in arguments else example(arguments[0])
    if origin in (tuple, frozenset, set, list, dict):
        return origin()
    if origin in (Iterable, Sequence, Collection, Mapping):
        return () if origin is not Mapping else {}
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return next(iter(annotation))
    if getattr(annotation, "_is_protocol", False):
        return _anything
    if isinstance(annotation, type) and annotation.__module__.startswith("hotelpay"):
        return built(annotation)
    return _anything


def _anything(*_: object, **__: object) -> None:
    """Stand for a callable that nobody calls, and for whatever else nobody looks at."""


_EXAMPLES: Final[Mapping[Any, Callable[[], Any]]] = {
    str: lambda: "x1",
    int: lambda: 1,
    float: lambda: 1.0,
    bool: lambda: True,
    object: lambda: "x1",
    Decimal: lambda: Decimal(1),
    date: lambda: date(2024, 7, 10),
    datetime: lambda: _NOW,
    Instant: lambda: instant(_NOW),
    ZoneInfo: lambda: ZoneInfo("UTC"),
    Currency: lambda: examples.EUR,
    Money: lambda: examples.eur("1.00"),
    hotelpay.Task: examples.task,
    hotelpay.Reservation: examples.reservation,
    hotelpay.Folio: examples.folio,
    hotelpay.Setup: lambda: hotelpay.Setup(timezone="UTC", currency=examples.EUR),
    Intent: lambda: run_intent("h"),
    RunLedger: lambda: MemoryLedger.of("h", SetClock(_NOW)),
    Engine: lambda: create_engine("sqlite://"),
    Connection: lambda: None,
    stripe.StripeClient: lambda: stripe.StripeClient("sk_test_x1"),
}
#: What a class needs for itself, beside what its annotations say.
_ASIDE: Final[Mapping[str, Mapping[str, Any]]] = {
    "Currency": {"code": "EUR"},
    "Identity": {"names": ("x1",)},
    "Reservation": {"status": hotelpay.ReservationStatus.EXPECTED},
    "SetGuaranteeStatus": {"status": GuaranteeStatus.GUARANTEED},
    "Setup": {"timezone": "UTC"},
    "HouseRules": {"timezone": "UTC"},
    "Task": {"amount": hotelpay.FolioBalance()},
    "PlannedRun": {"problem": Problem.NO_CARD.value},
    "StripeCard": {"customer": "cus_1", "payment_method": "pm_1"},
    "SmtpMailer": {"clock": _anything, "address_book": None},
    "Mailbox": {"address": "desk@example.com"},
    "SmtpServer": {"host": "127.0.0.1"},
}
