"""cattrs made strict: documents into domain objects, and back.

Out of the box cattrs coerces (``"no"`` becomes True) and shrugs at unknown fields. Here every primitive is
taken as it is or refused, and every rule that a domain constructor states is reported with its path.

Amounts are written without their currency, which stands elsewhere in the document; so a converter is made
for one currency and kept. ``detailed`` converters collect every fault, the others stop at the first and are
faster: a reader uses the fast one and asks the detailed one only about what that refused.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs
from cattrs import AttributeValidationNote, Converter, IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from hotelpay.autopilot.actions import (
    Action,
    CloseFolio,
    CreateTodo,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
)
from hotelpay.autopilot.amounts import FolioBalance, FolioCharges, Formula, RequiredDeposit
from hotelpay.bonus.payment_types import BonusPaymentType
from hotelpay.bonus.points import Rate, Step
from hotelpay.errors import HotelpayError, InvalidValue, WrongType
from hotelpay.folio import Folio
from hotelpay.moments import Instant, hotel_zone, instant, utc_text
from hotelpay.money import Adjustment, Cap, Currency, Money, Share, plain_decimal
from hotelpay.reservation import PreAuthorization

FORMULAS: Final[Mapping[str, type]] = {
    "folio_balance": FolioBalance,
    "folio_charges": FolioCharges,
    "required_deposit": RequiredDeposit,
}
ACTIONS: Final[Mapping[str, type]] = {
    "send_email": SendEmail,
    "close_folio": CloseFolio,
    "set_folio_visibility": SetFolioVisibility,
    "set_guarantee_status": SetGuaranteeStatus,
    "create_todo": CreateTodo,
}
_TAGGED_UNIONS: Final[tuple[tuple[str, Mapping[str, type], Any], ...]] = (
    ("basis", FORMULAS, Formula),
    ("action", ACTIONS, Action),
)

INSTANT_PATTERN: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
DATE_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_INSTANT_SHAPE: Final = re.compile(INSTANT_PATTERN)
_DATE_SHAPE: Final = re.compile(DATE_PATTERN)

#: Stands in where a currency is at fault, so that the other faults are found: it has the most decimals.
STAND_IN: Final = Currency.of("CLF")

_T = TypeVar("_T")
_Hook = Callable[[Any, Any], Any]


class MissingField(HotelpayError, LookupError):
    """A field that a document must have is not there."""

    def __init__(self, field: str) -> None:
        """Keep the field's name."""
        super().__init__(field)
        self.field = field


@functools.lru_cache(maxsize=256)
def converter(currency: Currency, *, detailed: bool) -> Converter:
    """Return the converter for documents whose amounts are in ``currency``."""
    made = Converter(forbid_extra_keys=True, detailed_validation=detailed)
    for kind, hook in _SCALARS.items():
        made.register_structure_hook(kind, hook)
    made.register_structure_hook(Money, lambda value, _: _money(_text(value), currency))
    made.register_structure_hook_func(lambda kind: kind == Mapping[str, object], _mapping)
    made.register_structure_hook_factory(_is_enum, _enum_hook)
    made.register_structure_hook_factory(_is_optional, _optional_hook)
    made.register_structure_hook_factory(_is_collection, _collection_hook)
    made.register_structure_hook_factory(attrs.has, _class_hook)
    made.register_structure_hook(Folio, _folio_hook(detailed))
    made.register_structure_hook(PreAuthorization, _preauthorization_hook(detailed))
    made.register_structure_hook(BonusPaymentType, _bonus_type_hook(made, currency))
    for tag, kinds, union in _TAGGED_UNIONS:
        made.register_structure_hook_func(_is_union_of(union), _tagged_hook(made, tag, kinds))
    _register_writers(made)
    return made


# Scalars: each takes its own JSON type and nothing else.


def _text(value: Any, _: Any = None) -> str:
    if type(value) is not str:
        raise WrongType("value", value, "a text")
    return value


def _whole(value: Any, _: Any) -> int:
    if type(value) is not int:
        raise WrongType("value", value, "a whole number")
    return value


def _switch(value: Any, _: Any) -> bool:
    if type(value) is not bool:
        raise WrongType("value", value, "true or false")
    return value


def _mapping(value: Any, _: Any = None) -> dict[str, Any]:
    if type(value) is not dict:
        raise WrongType("value", value, "an object")
    return value


# The caches hold what a file of reservations repeats: prices, dates, a folio opened with its reservation.


@functools.lru_cache(maxsize=65536)
def _money(text: str, currency: Currency) -> Money:
    return Money.of(text, currency)


@functools.lru_cache(maxsize=8192)
def read_instant(text: str) -> Instant:
    """Return the instant that a text writes: ISO 8601 with an offset or ``Z``."""
    if not _INSTANT_SHAPE.fullmatch(text):
        raise InvalidValue("value", text, 'an instant such as "2024-01-10T09:30:00+02:00"', code="not_an_instant")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidValue("value", text, "an instant that exists", code="not_an_instant") from None
    return instant(moment)


@functools.lru_cache(maxsize=16384)
def _date(text: str) -> date:
    if not _DATE_SHAPE.fullmatch(text):
        raise InvalidValue("value", text, 'a date such as "2024-02-01"', code="not_a_date")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue("value", text, "a date that exists", code="not_a_date") from None


_SCALARS: Final[Mapping[Any, _Hook]] = {
    str: _text,
    int: _whole,
    bool: _switch,
    date: lambda value, _: _date(_text(value)),
    Instant: lambda value, _: read_instant(_text(value)),
    Currency: lambda value, _: Currency.of(_text(value)),
    ZoneInfo: lambda value, _: hotel_zone(_text(value)),
    Adjustment: lambda value, _: Adjustment.of(_text(value)),
    Share: lambda value, _: Share.of(_text(value)),
    Cap: lambda value, _: Cap.of(_text(value)),
    Rate: lambda value, _: Rate.of(_text(value)),
    Step: lambda value, _: Step.of(_text(value)),
}


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _enum_hook(kind: Any) -> _Hook:
    members = {member.value: member for member in kind}

    def structure(value: Any, _: Any) -> Any:
        member = members.get(_text(value))
        if member is None:
            raise unknown_choice(value, list(members))
        return member

    return structure


def unknown_choice(value: Any, choices: list[str]) -> InvalidValue:
    """Return the error that a value is not one of the choices there are."""
    return InvalidValue("value", value, "one of " + ", ".join(choices), code="unknown_choice")


def _is_optional(kind: Any) -> bool:
    members = get_args(kind)
    return len(members) == 2 and type(None) in members  # noqa: PLR2004  X | None


def _optional_hook(kind: Any, made: Converter) -> _Hook:
    """Null is allowed where a domain class says ``X | None``, and nowhere else."""
    inner = next(member for member in get_args(kind) if member is not type(None))
    structure_value = made.get_structure_hook(inner)
    return lambda value, _: None if value is None else structure_value(value, inner)


# Lists and objects.


def _is_collection(kind: Any) -> bool:
    return get_origin(kind) in (tuple, frozenset)


def _collection_hook(kind: Any, made: Converter) -> _Hook:
    """Take a JSON list and nothing else; every faulty item is reported with its place."""
    element = get_args(kind)[0]
    gather: Callable[[list[Any]], Any] = get_origin(kind)
    structure_item = made.get_structure_hook(element)

    def structure(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise WrongType("value", value, "a list")
        if not made.detailed_validation:
            return gather([structure_item(item, element) for item in value])
        return gather(_every_item(value, element, structure_item))

    return structure


def _every_item(items: list[Any], element: Any, structure_item: _Hook) -> list[Any]:
    found, faulty = [], []
    for place, item in enumerate(items):
        try:
            found.append(structure_item(item, element))
        except Exception as error:  # noqa: BLE001  whatever is wrong with an item is reported with the others
            error.add_note(IterableValidationNote(f"[{place}]", place, element))
            faulty.append(error)
    if faulty:
        raise IterableValidationError("items", faulty, element)
    return found


def _class_hook(kind: Any, made: Converter) -> _Hook:
    """Take a JSON object with known fields and nothing else."""
    if made.detailed_validation:
        structure_fields = make_dict_structure_fn(kind, made)
        return lambda value, _: structure_fields(_mapping(value), kind)
    structure_known = make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=False)
    known = frozenset(field.name for field in attrs.fields(kind) if field.init)

    def structure(value: Any, _: Any) -> Any:
        # cattrs builds two sets to find unknown fields; to know that there are none takes none.
        if not known.issuperset(_mapping(value)):
            raise InvalidValue("value", None, "made of known fields", code="unknown_field")
        return structure_known(value, kind)

    return structure


def _folio_hook(detailed: bool) -> _Hook:  # noqa: FBT001  private, and named at the call
    """A folio's lines are in the folio's own currency."""

    def structure(value: Any, _: Any) -> Any:
        return _class_function(Folio, _currency_of(value), detailed)(value, Folio)

    return structure


def _preauthorization_hook(detailed: bool) -> _Hook:  # noqa: FBT001
    """A pre-authorisation writes its currency beside its amount."""

    def structure(value: Any, _: Any) -> Any:
        currency = _currency_of(value)
        rest = {key: item for key, item in value.items() if key != "currency"}
        structure_fields = _class_function(PreAuthorization, currency, detailed)
        faulty: list[Exception] = []
        try:
            _required_currency(value)
        except HotelpayError as error:
            error.add_note(AttributeValidationNote(".currency", "currency", Currency))
            faulty.append(error)
        try:
            found = structure_fields(rest, PreAuthorization)
        except Exception as error:  # noqa: BLE001  reported together with the currency's fault
            faulty.append(error)
        if faulty:
            raise IterableValidationError("pre-authorization", faulty, PreAuthorization)
        return found

    return structure


def _required_currency(value: dict[str, Any]) -> Currency:
    if "currency" not in value:
        raise MissingField("currency")
    return Currency.of(_text(value["currency"]))


def _currency_of(value: Any) -> Currency:
    code = _mapping(value).get("currency")
    try:
        return Currency.of(_text(code))
    except InvalidValue:
        return STAND_IN


@functools.lru_cache(maxsize=1024)
def _class_function(kind: Any, currency: Currency, detailed: bool) -> _Hook:  # noqa: FBT001
    return _class_hook(kind, converter(currency, detailed=detailed))


def _bonus_type_hook(made: Converter, currency: Currency) -> _Hook:
    """A bonus payment type pays in the setup's currency unless it says otherwise."""
    structure_fields = make_dict_structure_fn(BonusPaymentType, made)

    def structure(value: Any, kind: Any) -> Any:
        return structure_fields({"currency": currency.code, **_mapping(value)}, kind)

    return structure


def _tagged_hook(made: Converter, tag: str, kinds: Mapping[str, type]) -> _Hook:
    """Take an object whose field ``tag`` says which class it is."""
    functions = {name: make_dict_structure_fn(kind, made) for name, kind in kinds.items()}

    def structure(value: Any, kind: Any) -> Any:
        if value is None and type(None) in get_args(kind):
            return None
        name = _mapping(value).get(tag)
        error: Exception | None = None
        if tag not in value:
            error = MissingField(tag)
        elif type(name) is not str or name not in kinds:
            error = unknown_choice(name, list(kinds))
        if error is not None:
            error.add_note(AttributeValidationNote(f".{tag}", tag, str))
            raise error
        rest = {key: item for key, item in value.items() if key != tag}
        return functions[name](rest, kinds[name])

    return structure


def _is_union_of(union: Any) -> Callable[[Any], bool]:
    """Recognise a union of those classes, with or without None."""
    members = frozenset(get_args(union))
    return lambda kind: members <= frozenset(get_args(kind)) <= members | {type(None)}


# Writing.


def _register_writers(made: Converter) -> None:
    for kind, write in _WRITERS.items():
        made.register_unstructure_hook(kind, write)
    made.register_unstructure_hook_func(_is_enum, lambda member: member.value)
    made.register_unstructure_hook_factory(
        lambda kind: get_origin(kind) is frozenset, lambda _: lambda values: sorted(_plain(value) for value in values)
    )
    for tag, kinds, union in _TAGGED_UNIONS:
        made.register_unstructure_hook_func(_is_union_of(union), _tagged_writer(made, tag, kinds))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


_WRITERS: Final[Mapping[Any, Callable[[Any], Any]]] = {
    Money: lambda money: money.text,
    date: lambda day: day.isoformat(),
    Instant: utc_text,
    Currency: lambda currency: currency.code,
    ZoneInfo: lambda zone: zone.key,
    Decimal: plain_decimal,
    **{kind: lambda percent: plain_decimal(percent.value) for kind in (Adjustment, Share, Cap)},
    **{kind: lambda number: f"{number.value:f}" for kind in (Rate, Step)},
}


def _tagged_writer(made: Converter, tag: str, kinds: Mapping[str, type]) -> Callable[[Any], dict[str, Any]]:
    names = {kind: name for name, kind in kinds.items()}
    writers = {kind: make_dict_unstructure_fn(kind, made) for kind in names}
    return lambda value: None if value is None else {tag: names[type(value)], **writers[type(value)](value)}
