"""Which: a task's filters as data, and the interpreters that read them (D13).

A filter set is a list of conditions; a condition is a field of the reservation, the values it may (or may not)
have, and the reason code given where it fails. :func:`explain` and :func:`sift` interpret the same
conditions, one for a person and one for many rows, and a database that hands out candidates may be a third
(:class:`~hotelpay.ports.AnchorSpan`); none knows a rule of its own.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from operator import attrgetter

import attrs

from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.reasons import Reason, ReasonCode
from hotelpay.conditions import Condition, Field
from hotelpay.errors import InvalidValue
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import Instant
from hotelpay.reservation import CardClass, Reservation
from hotelpay.texts import choice, identifier, switch, text_set

#: The fields that are read off the reservation alone, and where they stand there.
_ATTRIBUTES = {
    Field.GUARANTEE_POLICY: "guarantee_policy",
    Field.OTA: "ota",
    Field.CARDS: "card_class",
    Field.COMPANY: "company",
    Field.AGENT: "agent",
}


def _statuses(values: Iterable[GuaranteeStatus]) -> frozenset[GuaranteeStatus]:
    return frozenset(values)


def _card_classes(values: Iterable[CardClass]) -> frozenset[CardClass]:
    return frozenset(values)


@attrs.frozen(kw_only=True)
class Filters:
    """Which reservations a task is for; every filter left empty is not taken into account (AP-FILTER-EMPTY).

    The filters set must all hold; of the values inside one, any will do. Raises
    :class:`~hotelpay.errors.InvalidValue` for a profile that is both included and excluded.
    """

    guarantee_statuses: frozenset[GuaranteeStatus] = attrs.field(default=frozenset(), converter=_statuses)
    guarantee_policies: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    ota: bool | None = None
    cards: frozenset[CardClass] = attrs.field(default=frozenset(), converter=_card_classes)
    included_companies: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    excluded_companies: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    included_agents: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    excluded_agents: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)

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

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The filters that are set, in the order in which reasons are listed."""
        candidates = (
            Condition(Field.GUARANTEE_STATUS, self.guarantee_statuses),
            Condition(Field.GUARANTEE_POLICY, self.guarantee_policies),
            Condition(Field.OTA, frozenset(() if self.ota is None else (self.ota,))),
            Condition(Field.CARDS, self.cards),
            Condition(Field.COMPANY, self.included_companies),
            Condition(Field.COMPANY, self.excluded_companies, wanted=False),
            Condition(Field.AGENT, self.included_agents),
            Condition(Field.AGENT, self.excluded_agents, wanted=False),
        )
        return tuple(condition for condition in candidates if condition.values)


_PROFILE_LISTS = ("included_companies", "excluded_companies", "included_agents", "excluded_agents")


def _not_both(what: str, included: frozenset[str], excluded: frozenset[str]) -> None:
    for profile in sorted(included & excluded):
        raise InvalidValue(
            f"excluded_{what}", profile, f"free of what included_{what} holds", code="included_and_excluded"
        )


def reader(field: Field, rules: HouseRules, at: Instant) -> Callable[[Reservation], object]:
    """Return what reads a field off a reservation, under a hotel's rules and as of an instant."""
    if field is Field.GUARANTEE_STATUS:
        return lambda reservation: rules.guarantee_status_of(reservation, at)
    return attrgetter(_ATTRIBUTES[field])


def explain(conditions: Iterable[Condition], reservation: Reservation, rules: HouseRules, at: Instant) -> list[Reason]:
    """Return a reason for every condition that does not hold."""
    reasons = []
    for condition in conditions:
        found = reader(condition.field, rules, at)(reservation)
        if (found in condition.values) is not condition.wanted:
            code = ReasonCode(condition.field.value)
            template = None if condition.wanted else f"{code.value}_excluded"
            values = {"found": found, "wanted": _in_order(condition.values)}
            reasons.append(Reason(code, values, template))
    return reasons


def sift(
    conditions: Iterable[Condition], reservations: list[Reservation], rules: HouseRules, at: Instant
) -> list[Reservation]:
    """Return the reservations for which every condition holds, in their order."""
    for condition in conditions:
        read, values = reader(condition.field, rules, at), condition.values
        if condition.wanted:
            reservations = [reservation for reservation in reservations if read(reservation) in values]
        else:
            reservations = [reservation for reservation in reservations if read(reservation) not in values]
    return reservations


def _in_order(values: frozenset[object]) -> list[object]:
    return sorted(values, key=lambda value: str(value.value if isinstance(value, enum.Enum) else value))
