"""Which: a task's filters as data, and the interpreters that read them (D13).

A filter set is a list of conditions; a condition is a field of the reservation, the values it may (or may not)
have, and the reason code given where it fails. :func:`explain` and :func:`sift` interpret the same
conditions, one for a person and one for many rows, and a database that hands out candidates may be a third
(:class:`~hotelpay.ports.AnchorSpan`); none knows a rule of its own.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Final

import attrs

from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.reasons import Reason, ReasonCode
from hotelpay.conditions import Condition, Field
from hotelpay.errors import InvalidValue
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant
from hotelpay.reservation import CardClass, Reservation
from hotelpay.texts import choice, identifier, switch, text_set

#: The fields that are read off the reservation alone.
_READERS: Final[Mapping[Field, Callable[[Reservation], object]]] = {
    Field.GUARANTEE_POLICY: attrgetter("guarantee_policy"),
    Field.OTA: attrgetter("ota"),
    Field.CARDS: attrgetter("card_class"),
    Field.COMPANY: attrgetter("company"),
    Field.AGENT: attrgetter("agent"),
}


def _statuses(values: Iterable[GuaranteeStatus]) -> frozenset[GuaranteeStatus]:
    return frozenset(values)


def _card_classes(values: Iterable[CardClass]) -> frozenset[CardClass]:
    return frozenset(values)


@attrs.frozen(kw_only=True)
class Filters:
    """Which reservations a task is for; every filter left empty is not taken into account (AP-FILTER-EMPTY).

    The filters set must all hold; of the values inside one, any will do. ``conditions`` are those that are set, in the
    order in which reasons are listed. Raises :class:`~hotelpay.errors.InvalidValue` for a profile that is both
    included and excluded.
    """

    guarantee_statuses: frozenset[GuaranteeStatus] = attrs.field(default=frozenset(), converter=_statuses)
    guarantee_policies: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    ota: bool | None = None
    cards: frozenset[CardClass] = attrs.field(default=frozenset(), converter=_card_classes)
    included_companies: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    excluded_companies: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    included_agents: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    excluded_agents: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    conditions: tuple[Condition, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        for status in self.guarantee_statuses:
            choice(status, GuaranteeStatus, "guarantee_statuses")
        for card_class in self.cards:
            choice(card_class, CardClass, "cards")
        if self.ota is not None:
            switch(self.ota, "ota")
        for name in ("guarantee_policies", *_PROFILE_LISTS):
            for value in getattr(self, name):
                identifier(value, name)
        _not_both("companies", self.included_companies, self.excluded_companies)
        _not_both("agents", self.included_agents, self.excluded_agents)
        object.__setattr__(self, "conditions", tuple(_conditions(self)))


def _conditions(filters: Filters) -> Iterator[Condition]:
    """Yield the filters that are set, in the order in which reasons are listed."""
    candidates = (
        Condition(Field.GUARANTEE_STATUS, filters.guarantee_statuses),
        Condition(Field.GUARANTEE_POLICY, filters.guarantee_policies),
        Condition(Field.OTA, frozenset(() if filters.ota is None else (filters.ota,))),
        Condition(Field.CARDS, filters.cards),
        Condition(Field.COMPANY, filters.included_companies),
        Condition(Field.COMPANY, filters.excluded_companies, wanted=False),
        Condition(Field.AGENT, filters.included_agents),
        Condition(Field.AGENT, filters.excluded_agents, wanted=False),
    )
    return (condition for condition in candidates if condition.values)


_PROFILE_LISTS = ("included_companies", "excluded_companies", "included_agents", "excluded_agents")


def _not_both(what: str, included: frozenset[str], excluded: frozenset[str]) -> None:
    for profile in sorted(included & excluded):
        raise InvalidValue(
            f"excluded_{what}", profile, f"free of what included_{what} holds", code="included_and_excluded"
        )


def reader(field: Field, rules: HouseRules, at: Instant) -> Callable[[Reservation], object]:
    """Return what reads a field off a reservation, under a hotel's rules and as of an instant."""
    if field is Field.GUARANTEE_STATUS:
        status_of = rules.guarantee_status_of
        return lambda reservation: reservation.guarantee_status or status_of(reservation, at)
    return _READERS[field]


def explain(conditions: Iterable[Condition], reservation: Reservation, rules: HouseRules, at: Instant) -> list[Reason]:
    """Return a reason for every condition that does not hold."""
    reasons = []
    for condition in conditions:
        found = reader(condition.field, rules, at)(reservation)
        if (found in condition.values) is not condition.wanted:
            code = ReasonCode(condition.field.value)
            template = None if condition.wanted else f"{code.value}_excluded"
            reasons.append(Reason(code, {"found": found, "wanted": _in_order(condition.values)}, template))
    return reasons


def sift(
    conditions: Iterable[Condition], reservations: list[Reservation], rules: HouseRules, at: Instant
) -> list[Reservation]:
    """Return the reservations for which every condition holds, in their order."""
    for condition in conditions:
        read, values = reader(condition.field, rules, at), _quickly_searched(condition.values)
        if condition.wanted:
            reservations = [reservation for reservation in reservations if read(reservation) in values]
        else:
            reservations = [reservation for reservation in reservations if read(reservation) not in values]
    return reservations


def _quickly_searched(values: frozenset[object]) -> Collection[object]:
    """Return members of an enumeration as a tuple: it compares their identity, where a set calls their hash."""
    return tuple(values) if all(isinstance(value, enum.Enum) for value in values) else values


@functools.lru_cache(maxsize=4096)
def _in_order(values: frozenset[object]) -> tuple[object, ...]:
    return tuple(sorted(values, key=lambda value: str(value.value if isinstance(value, enum.Enum) else value)))
