"""cattrs made strict: the objects and lists of documents into domain objects.

Unknown fields are refused, and every rule that a domain constructor states is reported with its path.

Amounts are written without their currency, which stands elsewhere in the document; so a converter is made
for one currency and kept. ``detailed`` converters collect every fault, the others stop at the first and are
faster: a reader uses the fast one and asks the detailed one only about what that refused.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args, get_origin

import attrs
from cattrs import AttributeValidationNote, Converter, IterableValidationNote
from cattrs.gen import make_dict_structure_fn

from hotelpay.bonus.payment_types import BonusPaymentType
from hotelpay.documents.scalars import (
    SCALARS,
    THE_VALUE,
    Hook,
    enum_hook,
    mapping,
    money_hook,
    optional_text,
    text,
    unknown_choice,
)
from hotelpay.documents.tags import TAGGED_UNIONS, TaggedUnion
from hotelpay.documents.thorough import STAND_IN, MissingField, thorough_hook
from hotelpay.documents.writers import register_writers
from hotelpay.errors import HotelpayError, InvalidValue, WrongType
from hotelpay.folio import Folio
from hotelpay.money import Currency, Money
from hotelpay.reservation import PreAuthorization


@functools.lru_cache(maxsize=256)
def converter(currency: Currency, *, detailed: bool) -> Converter:
    """Return the converter for documents whose amounts are in ``currency``."""
    made = Converter(forbid_extra_keys=True, detailed_validation=detailed)
    for kind, hook in SCALARS.items():
        made.register_structure_hook(kind, hook)
    made.register_structure_hook(Money, money_hook(currency))
    made.register_structure_hook_func(lambda kind: kind == Mapping[str, object], mapping)
    made.register_structure_hook_factory(_is_enum, enum_hook)
    made.register_structure_hook_factory(_is_optional, _optional_hook)
    made.register_structure_hook_factory(_is_collection, _collection_hook)
    made.register_structure_hook_factory(attrs.has, _class_hook)
    made.register_structure_hook(Folio, _folio_hook(detailed=detailed))
    made.register_structure_hook(PreAuthorization, _preauthorization_hook(detailed=detailed))
    made.register_structure_hook(BonusPaymentType, _bonus_type_hook(made, currency))
    for union in TAGGED_UNIONS:
        made.register_structure_hook_func(union.covers(), _tagged_hook(union, made))
    register_writers(made)
    return made


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _is_optional(kind: Any) -> bool:
    members = get_args(kind)
    return len(members) == 2 and type(None) in members  # noqa: PLR2004  X | None


def _optional_hook(kind: Any, made: Converter) -> Hook:
    """Take null where a domain class says ``X | None``, and nowhere else."""
    inner = next(member for member in get_args(kind) if member is not type(None))
    if inner is str:
        return optional_text
    structure_value = made.get_structure_hook(inner)
    return lambda value, _: None if value is None else structure_value(value, inner)


def _is_collection(kind: Any) -> bool:
    return get_origin(kind) in (tuple, frozenset)


def _collection_hook(kind: Any, made: Converter) -> Hook:
    """Take a JSON list and nothing else; a detailed converter reports every faulty item with its place."""
    element = get_args(kind)[0]
    gather: Callable[[list[Any]], Any] = get_origin(kind)
    structure_item = made.get_structure_hook(element)
    detailed = made.detailed_validation

    def structure(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise WrongType(THE_VALUE, value, "a list")
        if detailed:
            return gather(_every_item(value, element, structure_item))
        return gather([structure_item(item, element) for item in value])

    return structure


def _every_item(items: list[Any], element: Any, structure_item: Hook) -> list[Any]:
    found, faulty = [], []
    for place, item in enumerate(items):
        try:
            found.append(structure_item(item, element))
        except Exception as error:  # noqa: BLE001  whatever is wrong with an item is reported with the others
            error.add_note(IterableValidationNote(f"[{place}]", place, element))
            faulty.append(error)
    if faulty:
        raise ExceptionGroup("items", faulty)
    return found


def _class_hook(kind: Any, made: Converter) -> Hook:
    """Take a JSON object with known fields and nothing else."""
    if made.detailed_validation:
        return thorough_hook(kind, made)
    structure_known: Hook = make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=False)
    known = frozenset(field.name for field in attrs.fields(kind) if field.init)

    def structure(value: Any, _: Any) -> Any:
        # cattrs builds two sets to find unknown fields; to know that there are none takes none.
        if type(value) is not dict or not known.issuperset(value):
            raise InvalidValue(THE_VALUE, None, "an object with known fields", code="unknown_field")
        return structure_known(value, kind)

    return structure


def _folio_hook(*, detailed: bool) -> Hook:
    """Take a folio, whose lines are in its own currency."""
    by_code: dict[str, Hook] = {}

    def structure(value: Any, _: Any) -> Any:
        currency = _currency_of(value)
        hook = by_code.get(currency.code)
        if hook is None:
            hook = by_code[currency.code] = _class_hook(Folio, converter(currency, detailed=detailed))
        return hook(value, Folio)

    return structure


def _preauthorization_hook(*, detailed: bool) -> Hook:
    """Take a pre-authorisation, which writes its currency beside its amount."""
    by_code: dict[str, Hook] = {}

    def structure(value: Any, _: Any) -> Any:
        rest = {key: item for key, item in mapping(value).items() if key != "currency"}
        currency = _currency_of(value)
        if currency.code not in by_code:
            by_code[currency.code] = _class_hook(PreAuthorization, converter(currency, detailed=detailed))
        faulty = [*_currency_errors(value)]
        try:
            found = by_code[currency.code](rest, PreAuthorization)
        except Exception as error:  # noqa: BLE001  reported together with what is wrong with the currency
            faulty.append(error)
        else:
            if not faulty:
                return found
        raise ExceptionGroup("pre-authorization", faulty)

    return structure


def _currency_of(value: Any) -> Currency:
    """Return the currency an object names; where it names none, the stand-in."""
    code = mapping(value).get("currency")
    try:
        return Currency.of(text(code))
    except InvalidValue:
        return STAND_IN


def _currency_errors(value: dict[str, Any]) -> Iterator[Exception]:
    try:
        if "currency" not in value:
            raise MissingField("currency")
        Currency.of(text(value["currency"]))
    except HotelpayError as error:
        error.add_note(AttributeValidationNote(".currency", "currency", Currency))
        yield error


def _bonus_type_hook(made: Converter, currency: Currency) -> Hook:
    """Take a bonus payment type, which pays in the setup's currency unless it says otherwise."""
    structure_fields = _class_hook(BonusPaymentType, made)
    return lambda value, kind: structure_fields({"currency": currency.code, **mapping(value)}, kind)


def _tagged_hook(union: TaggedUnion, made: Converter) -> Hook:
    """Take an object whose tag says which class it is."""
    tag, kinds = union.tag, union.kinds
    functions = {name: _class_hook(kind, made) for name, kind in kinds.items()}

    def structure(value: Any, kind: Any) -> Any:
        if value is None and type(None) in get_args(kind):
            return None
        fields = mapping(value)
        name: Any = fields.get(tag)
        if type(name) is not str or name not in kinds:
            error = unknown_choice(name, list(kinds)) if tag in fields else MissingField(tag)
            error.add_note(AttributeValidationNote(f".{tag}", tag, str))
            raise error
        rest = {key: item for key, item in fields.items() if key != tag}
        return functions[name](rest, kinds[name])

    return structure
