"""Documents for Hypothesis: valid ones with every field they may have, and ones in which something was changed."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from hotelpay.autopilot.task import CardChoice, Operation
from hotelpay.autopilot.window import Mode
from hotelpay.bonus.payment_types import CapBasis, Unit
from hotelpay.card_numbers import contains_card_number
from hotelpay.documents.tags import ACTIONS, FORMULAS
from hotelpay.guarantee import LONGEST_HOURS, MOST_NIGHTS, GuaranteeStatus
from hotelpay.hotel import LONGEST_RELEASE_DAYS, MOST_RUNS
from hotelpay.money import Currency
from hotelpay.reservation import CardClass, CardKind, PreAuthorizationState, ReservationStatus
from hotelpay.texts import LONGEST_IDENTIFIER, LONGEST_TEXT

Document: TypeAlias = dict[str, Any]
_Texts: TypeAlias = st.SearchStrategy[str]

#: One of each number of decimals, and two withdrawn ones.
_CURRENCIES: Final = ("EUR", "USD", "JPY", "KWD", "CLF", "BGN", "ITL")
_MOST_ITEMS: Final = 2


# Texts.

_PRINTABLE: Final = st.one_of(st.just(" "), st.characters(exclude_categories=["C", "Z"]))
identifiers: Final[_Texts] = st.one_of(
    st.sampled_from(("a", "R-1001", "Zürich", "ид", "4111111111111111", "x" * LONGEST_IDENTIFIER)),
    st.text(_PRINTABLE, min_size=1, max_size=12),
)
_names: Final[_Texts] = st.one_of(st.just(""), identifiers)
_card_tokens: Final[_Texts] = identifiers.filter(lambda token: not contains_card_number(token))
_writable: Final = st.one_of(st.sampled_from("\n\r\t\u200d"), st.characters(exclude_categories=["C"]))
_comments: Final[_Texts] = st.one_of(
    st.sampled_from(("", "card 4111 1111 1111 1111", "x" * LONGEST_TEXT)), st.text(_writable, max_size=20)
)
_todo_texts: Final[_Texts] = _comments.filter(lambda text: bool(text.strip()))
_currencies: Final[_Texts] = st.sampled_from(_CURRENCIES)
_timezones: Final[_Texts] = st.sampled_from(("Europe/Sofia", "UTC", "Asia/Kolkata", "America/St_Johns"))

_dates: Final = st.dates(date(1900, 1, 1), date(2199, 10, 1))


@st.composite
def _instants(draw: st.DrawFn) -> str:
    # A day away from the ends of the years that the loader takes: there an offset or a fraction of a second
    # would make another year of it.
    moment = draw(st.dates(date(1900, 1, 2), date(2199, 12, 30))).isoformat()
    clock = draw(st.times()).isoformat(draw(st.sampled_from(("minutes", "seconds", "milliseconds", "microseconds"))))
    return f"{moment}T{clock}{draw(st.sampled_from(('Z', '+00:00', '+02:00', '-09:30', '+14:00', '-00:00')))}"


@st.composite
def _amounts(draw: st.DrawFn, currency: str, *, lowest: int | None = None) -> str:
    """Write an amount with as many decimals as its currency has, or fewer."""
    decimals = draw(st.integers(0, Currency.of(currency).decimals))
    most = 10 ** (14 + decimals) - 1
    units = draw(st.one_of(st.just(0), st.integers(-most if lowest is None else lowest, most)))
    return f"{Decimal(units).scaleb(-decimals):f}"


def _decimals(lowest: int, highest: int = 10**14 - 1) -> _Texts:
    return st.decimals(lowest, highest, places=2, allow_nan=False, allow_infinity=False).map("{:f}".format)


_positive_decimals: Final[_Texts] = st.one_of(
    st.sampled_from(("1", "0.01", "0.00000000000001", "0.50")), st.integers(1, 10**14 - 1).map(str)
)


# Objects.


def _values(kind: Any) -> _Texts:
    return st.sampled_from([member.value for member in kind])


def _or_null(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


def _lists(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=_MOST_ITEMS)


def _of_different_ids(items: st.SearchStrategy[Document]) -> st.SearchStrategy[list[Document]]:
    return st.lists(items, max_size=_MOST_ITEMS, unique_by=lambda item: item["id"])


def _charge_rules(currency: str) -> dict[str, st.SearchStrategy[Any]]:
    return {
        "revenue_groups": _lists(identifiers),
        "percent": _or_null(_decimals(0)),
        "nights": _or_null(st.integers(1, MOST_NIGHTS)),
        "fixed": _or_null(_amounts(currency)),
    }


def _policies(currency: str) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries(
        {"id": identifiers},
        optional={
            "name": _names,
            "guarantee_period_hours": _or_null(st.integers(0, LONGEST_HOURS)),
            "deposit": _or_null(st.fixed_dictionaries({}, optional=_charge_rules(currency))),
        },
    )


def _formulas(currency: str) -> st.SearchStrategy[Document]:
    adjusted: dict[str, st.SearchStrategy[Any]] = {
        "adjust_percent": _or_null(_decimals(-100)),
        "fixed": _or_null(_amounts(currency)),
    }
    fields = {"folio_balance": adjusted, "required_deposit": adjusted, "folio_charges": _charge_rules(currency)}
    return st.one_of(
        *(st.fixed_dictionaries({"basis": st.just(basis)}, optional=fields[basis]) for basis in FORMULAS.kinds)
    )


def _actions() -> st.SearchStrategy[Document]:
    may_be_set = st.sampled_from(("guaranteed", "not_guaranteed"))
    fields: dict[str, tuple[dict[str, st.SearchStrategy[Any]], dict[str, st.SearchStrategy[Any]]]] = {
        "send_email": ({"template": identifiers}, {}),
        "close_folio": ({"document_type": identifiers}, {}),
        "set_folio_visibility": ({"visible": st.booleans()}, {}),
        "set_guarantee_status": ({"status": may_be_set}, {}),
        "create_todo": ({"text": _todo_texts}, {"channel": _or_null(identifiers)}),
    }
    return st.one_of(
        *(
            st.fixed_dictionaries({"action": st.just(name), **fields[name][0]}, optional=fields[name][1])
            for name in ACTIONS.kinds
        )
    )


@st.composite
def _filters(draw: st.DrawFn) -> Document:
    found: Document = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "guarantee_statuses": _lists(_values(GuaranteeStatus)),
                "guarantee_policies": _lists(identifiers),
                "ota": _or_null(st.booleans()),
                "cards": _lists(_values(CardClass)),
                "included_companies": _lists(identifiers),
                "excluded_companies": _lists(identifiers),
                "included_agents": _lists(identifiers),
                "excluded_agents": _lists(identifiers),
            },
        )
    )
    for profiles in ("companies", "agents"):
        excluded, included = f"excluded_{profiles}", found.get(f"included_{profiles}", [])
        if excluded in found:
            found[excluded] = [profile for profile in found[excluded] if profile not in included]
    return found


@st.composite
def _tasks(draw: st.DrawFn, currency: str) -> Document:
    operation = draw(_values(Operation))
    required: dict[str, st.SearchStrategy[Any]] = {
        "id": identifiers,
        "mode": _values(Mode),
        "operation": st.just(operation),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "name": _names,
        "active": st.booleans(),
        "offset_hours": st.integers(0, LONGEST_HOURS),
        "filters": _filters(),
        "on_success": _lists(_actions()),
        "on_failure": _lists(_actions()),
    }
    if operation == Operation.ACTIONS_ONLY.value:
        optional |= {"card": st.none(), "max_amount": st.none(), "amount": _or_null(_formulas(currency))}
    else:
        required["amount"] = _formulas(currency)
        optional |= {"card": _or_null(_values(CardChoice)), "max_amount": _or_null(_amounts(currency, lowest=0))}
    return draw(st.fixed_dictionaries(required, optional=optional))


@st.composite
def _bonus_payment_types(draw: st.DrawFn) -> Document:
    unit = draw(_values(Unit))
    counts_currency = unit == Unit.CURRENCY.value
    required: dict[str, st.SearchStrategy[Any]] = {
        "id": identifiers,
        "currency_type": _currencies if counts_currency else identifiers,
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "name": _names,
        "external_id": _or_null(identifiers),
        "currency": _currencies,
        "max_percent": _decimals(0, 100),
        "enabled": st.booleans(),
        "rate": _or_null(_positive_decimals),
        "step": _positive_decimals,
        "cap_basis": _values(CapBasis),
    }
    (required if counts_currency else optional)["unit"] = st.just(unit)
    return draw(st.fixed_dictionaries(required, optional=optional))


@st.composite
def setups(draw: st.DrawFn) -> Document:
    """Make a setup with any of the fields that one may have."""
    currency = draw(_currencies)
    bonus = st.fixed_dictionaries(
        {}, optional={"active": st.booleans(), "payment_types": _of_different_ids(_bonus_payment_types())}
    )
    return draw(
        st.fixed_dictionaries(
            {"format": st.just("hotelpay/1"), "timezone": _timezones, "currency": st.just(currency)},
            optional={
                "hotel": identifiers,
                "paused": st.booleans(),
                "catch_up_hours": st.integers(1, LONGEST_HOURS),
                "max_runs_per_cycle": _or_null(st.integers(0, MOST_RUNS)),
                "release_preauthorizations_after_days": _or_null(st.integers(0, LONGEST_RELEASE_DAYS)),
                "guarantee_policies": _of_different_ids(_policies(currency)),
                "tasks": _of_different_ids(_tasks(currency)),
                "bonus": bonus,
            },
        )
    )


@st.composite
def _folios(draw: st.DrawFn) -> Document:
    currency = draw(_currencies)
    charges = st.fixed_dictionaries({"revenue_group": identifiers, "amount": _amounts(currency)})
    payments = st.fixed_dictionaries(
        {"amount": _amounts(currency)},
        optional={
            "payment_type": _or_null(identifiers),
            "reference": _or_null(identifiers),
            "paid_at": _or_null(_instants()),
            "comment": _or_null(_comments),
        },
    )
    return draw(
        st.fixed_dictionaries(
            {"id": identifiers, "opened_at": _instants(), "currency": st.just(currency)},
            optional={"closed": st.booleans(), "charges": _lists(charges), "payments": _lists(payments)},
        )
    )


@st.composite
def _preauthorizations(draw: st.DrawFn) -> Document:
    currency = draw(_currencies)
    return draw(
        st.fixed_dictionaries(
            {
                "id": identifiers,
                "card": _card_tokens,
                "folio": identifiers,
                "amount": _amounts(currency, lowest=0),
                "currency": st.just(currency),
                "reference": identifiers,
            },
            optional={"expires_at": _or_null(_instants()), "state": _values(PreAuthorizationState)},
        )
    )


_json_values: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(), inner, max_size=2)),
    max_leaves=4,
)
_INSTANT_OF_STATUS: Final = {
    ReservationStatus.CHECKED_IN.value: "checked_in_at",
    ReservationStatus.CHECKED_OUT.value: "checked_out_at",
    ReservationStatus.CANCELLED.value: "cancelled_at",
}


@st.composite
def reservations(draw: st.DrawFn) -> Document:
    """Make a reservation with any of the fields that one may have."""
    status, arrival = draw(_values(ReservationStatus)), draw(_dates)
    departure = arrival + timedelta(days=draw(st.integers(0, 90)))
    required: dict[str, st.SearchStrategy[Any]] = {
        "id": identifiers,
        "status": st.just(status),
        "created_at": _instants(),
        "arrival": st.just(arrival.isoformat()),
        "departure": st.just(departure.isoformat()),
    }
    cards = st.fixed_dictionaries({"id": _card_tokens, "kind": _values(CardKind)})
    optional: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(("checked_in_at", "checked_out_at", "cancelled_at", "no_show_at"), _or_null(_instants())),
        "guarantee_status": _or_null(_values(GuaranteeStatus)),
        "guarantee_policy": _or_null(identifiers),
        "ota": st.booleans(),
        "company": _or_null(identifiers),
        "agent": _or_null(identifiers),
        "cards": _of_different_ids(cards),
        "folios": _of_different_ids(_folios()),
        "preauthorizations": _of_different_ids(_preauthorizations()),
        "extra": _or_null(st.dictionaries(st.text(), _json_values, max_size=2)),
    }
    if status in _INSTANT_OF_STATUS:
        needed = _INSTANT_OF_STATUS[status]
        del optional[needed]
        required[needed] = _instants()
    return draw(st.fixed_dictionaries(required, optional=optional))


# Documents in which something was changed.

#: Values of another type than any field's.
OTHER_TYPES: Final[tuple[Any, ...]] = (None, True, 0, -1, 1.5, 24.0, 10**30, "", [], [None], ["x"], {}, {"x": 1})
#: Texts that are nearly what some field takes: numbers, dates and instants, names, characters.
ODD_TEXTS: Final = (
    *("1", "-1", "0", "-0.00", "101", "-100.01", "1.234567", "1e5", "NaN", "+5", "\u0661", "100000000000000"),
    *("2024-02-30", "1899-12-31", "2200-01-01", "2024-02-30T00:00:00Z", "1800-01-01T00:00:00Z", "2024-01-10T25:00:00Z"),
    *("2024-01-10T09:30:00", "2024-01-10T09:30:00+24:00", "2024-01-10T09:30Z", "2024-01-10T09:30:00.5+02:00"),
    *("EUR", "JPY", "eur", "ZZZ", "XAU", "Europe/Sofia", "Mars/Base", "hotelpay/1.1", "4111111111111111"),
    *("1\n", "2024-02-01\n", "x\x00", "\ud800", "\u200b", " ", "\n", "x" * 129, "x" * 4001),
)
_CHOICES: Final = sorted(
    {
        *(
            member.value
            for kind in (Mode, Operation, CardChoice, CardClass, CardKind, CapBasis, Unit)
            for member in kind
        ),
        *(member.value for kind in (GuaranteeStatus, ReservationStatus, PreAuthorizationState) for member in kind),
        *FORMULAS.kinds,
        *ACTIONS.kinds,
    }
)

#: A dictionary or list, and the key or place in it.
Place: TypeAlias = tuple[Any, Any]


def places(value: Any) -> Iterator[Place]:
    """Yield every place of a document: its objects' fields and its lists' items, those inside them too."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in list(children):
        yield value, key
        yield from places(child)


def _delete(draw: st.DrawFn, document: Document, place: Place) -> None:
    del document, draw
    container, key = place
    del container[key]


def _add_field(draw: st.DrawFn, document: Document, place: Place) -> None:
    container, key = place
    objects = [each for each in (document, container, container[key]) if isinstance(each, dict)]
    draw(st.sampled_from(objects))[draw(st.sampled_from(("x", "note", "amount", "card", "format")))] = "1"


def _replace(draw: st.DrawFn, document: Document, place: Place) -> None:
    del document
    container, key = place
    wrong = st.one_of(st.sampled_from(OTHER_TYPES), st.sampled_from(ODD_TEXTS), st.sampled_from(_CHOICES))
    container[key] = copy.deepcopy(draw(wrong))


def _near(draw: st.DrawFn, document: Document, place: Place) -> None:
    """Change a value a little: a number by one, a text by a character."""
    del document
    container, key = place
    value = container[key]
    if type(value) is int:
        container[key] = draw(st.sampled_from((value - 1, value + 1, -value, float(value), str(value))))
    elif isinstance(value, str):
        container[key] = draw(
            st.sampled_from(
                (
                    value[1:],
                    value[:-1],
                    f"{value}0",
                    f"{value}\n",
                    f"-{value}",
                    f" {value}",
                    value.swapcase(),
                    value.replace("-", "\N{EN DASH}"),
                    unicodedata.normalize("NFD", value),
                )
            )
        )
    elif isinstance(value, bool):
        container[key] = int(value)


def _duplicate(draw: st.DrawFn, document: Document, place: Place) -> None:
    """Put the item of a list in twice, or a field's value in a list."""
    del draw, document
    container, key = place
    if isinstance(container, list):
        container.append(copy.deepcopy(container[key]))
    else:
        container[key] = [container[key]]


def _graft(draw: st.DrawFn, document: Document, place: Place) -> None:
    """Put at a place what stands at another."""
    container, key = place
    other, other_key = draw(st.sampled_from(list(places(document))))
    container[key] = copy.deepcopy(other[other_key])


def _swap(draw: st.DrawFn, document: Document, place: Place) -> None:
    """Swap two values of one object or list: dates, ids, amounts."""
    del document
    container, key = place
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    other = draw(st.sampled_from(keys))
    container[key], container[other] = container[other], container[key]


_CHANGES: Final[tuple[Callable[[st.DrawFn, Document, Place], None], ...]] = (
    *(_delete, _add_field, _replace, _replace, _near, _duplicate, _graft, _swap),
)


@st.composite
def changed(draw: st.DrawFn, documents: st.SearchStrategy[Document]) -> Document:
    """Make a valid document and change it in one to three places; a lucky change leaves it valid."""
    document = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(1, 3))):
        # A change may have left nothing to change.
        if found := list(places(document)):
            draw(st.sampled_from(_CHANGES))(draw, document, draw(st.sampled_from(found)))
    return document
