"""The ledger's own documents: intents, journal events and cycle plans as JSON values, and back, exactly.

They are kept for years and read by later versions, so each bears a format. Amounts are minor units with their
currency, points are decimals as they were given, instants are whole UTC seconds; a task is written with all its
fields, so that a changed default never changes what was claimed.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, get_args

from cattrs import Converter

from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.bonus.redemption_intents import RedemptionIntent, ReversalIntent
from hotelpay.documents.faults import DocumentError, Fault
from hotelpay.documents.scalars import (
    SCALARS,
    THE_VALUE,
    Hook,
    enum_hook,
    mapping,
    optional_text,
    text,
    unknown_choice,
    whole,
)
from hotelpay.documents.tags import TAGGED_UNIONS, TaggedUnion
from hotelpay.errors import HotelpayError, InvalidValue, shown
from hotelpay.moments import Instant
from hotelpay.money import Adjustment, Cap, Currency, Money, Percent, Share, parse_decimal
from hotelpay.points import Points
from hotelpay.settlement.cycles import CyclePlan
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import (
    Claimed,
    Completed,
    CycleCompleted,
    Erased,
    Event,
    Forgotten,
    PersonNeeded,
    Rearmed,
    Recorded,
    Sending,
)
from hotelpay.settlement.outcome import (
    Approved,
    Declined,
    Done,
    Failed,
    NotAttempted,
    Refused,
    Result,
    TooLate,
    Unknown,
)

FORMAT: Final = "hotelpay-ledger/1"
_FORMAT_SHAPE: Final = re.compile(r"hotelpay-ledger/[1-9][0-9]{0,5}")

_RESULTS: Final = TaggedUnion(
    Result,
    "result",
    {
        "approved": Approved,
        "declined": Declined,
        "not_attempted": NotAttempted,
        "unknown": Unknown,
        "done": Done,
        "refused": Refused,
        "failed": Failed,
        "too_late": TooLate,
    },
)
_EVENTS: Final = TaggedUnion(
    Event,
    "event",
    {
        "claimed": Claimed,
        "sending": Sending,
        "recorded": Recorded,
        "person_needed": PersonNeeded,
        "completed": Completed,
        "rearmed": Rearmed,
        "forgotten": Forgotten,
        "cycle_completed": CycleCompleted,
        "erased": Erased,
    },
)
_INTENTS: Final = TaggedUnion(
    RunIntent | ReleaseIntent | CaptureIntent | RedemptionIntent | ReversalIntent,
    "intent",
    {
        "run": RunIntent,
        "release": ReleaseIntent,
        "capture": CaptureIntent,
        "redemption": RedemptionIntent,
        "reversal": ReversalIntent,
    },
)
#: The tag by which a database can tell events apart without reading them.
EVENT_TAG: Final = _EVENTS.tag


def intent_document(intent: Intent) -> dict[str, Any]:
    """Return an intent as the document that :func:`intent_from` reads; its type must be one of the library's."""
    return _written(intent, _INTENTS)


def intent_from(value: object, *, document: str = "intent") -> Intent:
    """Return the intent of a document; raises :class:`~hotelpay.documents.DocumentError` for one it cannot read."""
    found: Intent = _read(value, _INTENTS.union, document)
    return found


def event_document(event: Event) -> dict[str, Any]:
    """Return an event of the journal as the document that :func:`event_from` reads."""
    return _written(event, _EVENTS)


def event_from(value: object, *, document: str = "event") -> Event:
    """Return the event of a document; raises :class:`~hotelpay.documents.DocumentError` for one it cannot read."""
    found: Event = _read(value, _EVENTS.union, document)
    return found


def result_document(result: Result) -> dict[str, Any]:
    """Return the answer to a call as the document that :func:`result_from` reads."""
    return _written(result, _RESULTS)


def result_from(value: object, *, document: str = "result") -> Result:
    """Return the answer of a document; raises :class:`~hotelpay.documents.DocumentError` for one it cannot read."""
    found: Result = _read(value, _RESULTS.union, document)
    return found


def plan_document(plan: CyclePlan) -> dict[str, Any]:
    """Return the list of a cycle as the document that :func:`plan_from` reads."""
    return {"format": FORMAT, **_converter().unstructure(plan, CyclePlan)}


def plan_from(value: object, *, document: str = "plan") -> CyclePlan:
    """Return the list of a document; raises :class:`~hotelpay.documents.DocumentError` for one it cannot read."""
    found: CyclePlan = _read(value, CyclePlan, document)
    return found


def _written(value: object, union: TaggedUnion) -> dict[str, Any]:
    if type(value) not in union.kinds.values():
        raise InvalidValue(union.tag, type(value).__name__, f"one of {', '.join(union.kinds)}", code="unknown_choice")
    return {"format": FORMAT, **_converter().unstructure(value, union.union)}


def _read(value: object, kind: Any, document: str) -> Any:
    try:
        fields = dict(mapping(value))
        _check_format(fields.pop("format", None))
        return _converter().structure(fields, kind)
    except HotelpayError as error:
        code, message = getattr(error, "code", "invalid_value"), str(error)
    except Exception as error:  # noqa: BLE001  whatever else is wrong with it, the ledger cannot use it
        code, message = "unreadable", f"it cannot be read: {type(error).__name__} {shown(str(error))}"
    raise DocumentError([Fault(code=code, path="", message=message, document=document)])


def _check_format(value: object) -> None:
    if value == FORMAT:
        return
    if isinstance(value, str) and _FORMAT_SHAPE.fullmatch(value):
        raise InvalidValue("format", value, f"{FORMAT}, the newest that this hotelpay reads", code="newer_format")
    raise InvalidValue("format", value, FORMAT, code="unknown_format")


@functools.cache
def _converter() -> Converter:
    made = Converter(
        forbid_extra_keys=True,
        detailed_validation=False,
        unstruct_collection_overrides={tuple: list, frozenset: sorted},
    )
    for kind, hook in SCALARS.items():
        made.register_structure_hook(kind, hook)
    made.register_structure_hook_factory(_is_enum, enum_hook)
    made.register_structure_hook_func(lambda kind: kind == (str | None), optional_text)
    made.register_structure_hook(Instant, whole)
    made.register_structure_hook(Money, _money)
    made.register_unstructure_hook(Money, _money_document)
    made.register_unstructure_hook(Currency, lambda currency: currency.code)
    made.register_structure_hook(Decimal, _decimal)
    made.register_unstructure_hook(Decimal, str)
    for percent in (Adjustment, Share, Cap):
        made.register_structure_hook(percent, _percent_hook(percent))
        made.register_unstructure_hook(percent, lambda percentage: str(percentage.value))
    made.register_structure_hook_func(_is_money_or_points, lambda value, _: _money_or_points(value, made))
    made.register_unstructure_hook_func(_is_money_or_points, made.unstructure)
    for union in (*TAGGED_UNIONS, _RESULTS, _INTENTS, _EVENTS):
        _register(union, union.covers(), made)
    _register(_INTENTS, lambda kind: kind is Intent, made)
    return made


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _money(value: Any, _: Any = None) -> Money:
    fields = mapping(value)
    return Money(whole(fields["minor"]), Currency.of(text(fields["currency"])))


def _money_document(money: Money) -> dict[str, Any]:
    return {"minor": money.minor, "currency": money.currency.code}


def _decimal(value: Any, _: Any = None) -> Decimal:
    """Take a decimal as it was: 450.00 stays 450.00, and 1E+2 stays 1E+2."""
    return parse_decimal(Decimal(text(value)), THE_VALUE)


def _percent_hook(kind: type[Percent]) -> Hook:
    return lambda value, _: kind(_decimal(value))


def _is_money_or_points(kind: Any) -> bool:
    return frozenset(get_args(kind)) == {Money, Points}


def _money_or_points(value: Any, made: Converter) -> Money | Points:
    return made.structure(value, Money) if "minor" in mapping(value) else made.structure(value, Points)


def _register(union: TaggedUnion, covers: Callable[[Any], bool], made: Converter) -> None:
    """Teach a converter to read and write a union by its tag."""
    tag, kinds = union.tag, union.kinds
    names = {kind: name for name, kind in kinds.items()}

    def structure(value: Any, kind: Any) -> Any:
        if value is None and type(None) in get_args(kind):
            return None
        fields = dict(mapping(value))
        name = fields.pop(tag, None)
        if type(name) is not str or name not in kinds:
            raise unknown_choice(name, list(kinds))
        return made.structure(fields, kinds[name])

    def unstructure(value: Any) -> Any:
        return None if value is None else {tag: names[type(value)], **made.unstructure(value, type(value))}

    made.register_structure_hook_func(covers, structure)
    made.register_unstructure_hook_func(covers, unstructure)
