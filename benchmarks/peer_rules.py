"""What the rule engines are asked, in values that all of them know: numbers, texts, truth values and null.

A task is a list of tests on fields of a row. What an engine has no words for is worked out beforehand, which
leaves it less to do than hotelpay: noons as UTC seconds, the guarantee status as of the cycle, the class of
the cards. An instant that has not happened is 0, which lies before every window.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from hotelpay import HouseRules, Instant, Reservation, Task
from hotelpay.autopilot.window import MODE_RULES, anchor_range
from hotelpay.moments import hotel_noon

#: What the fields of a row and the values of a test are.
Value: TypeAlias = int | str | bool
Document: TypeAlias = Mapping[str, Value | None]


class Operator(enum.Enum):
    """What a test asks of a field."""

    AFTER = ">"
    UNTIL = "<="
    AMONG = "in"
    NONE_OF = "not in"


@attrs.frozen
class Test:
    """One condition on one field; the first two operators have one value."""

    field: str
    operator: Operator
    values: tuple[Value, ...]


@attrs.frozen
class PeerRule:
    """A task as an engine knows it: every test must hold."""

    task: str
    tests: tuple[Test, ...]


_NOONS: Final = {"arrival": "arrival_noon", "departure": "departure_noon"}


def peer_rules(tasks: Sequence[Task], rules: HouseRules, at: Instant) -> list[PeerRule]:
    """Return the tasks as rules, the window first: it is the cheapest test and leaves the fewest rows."""
    return [PeerRule(task.id, (*_window_tests(task, rules, at), *_filter_tests(task))) for task in tasks]


def _window_tests(task: Task, rules: HouseRules, at: Instant) -> tuple[Test, ...]:
    rule = MODE_RULES[task.mode]
    anchor, after, until = anchor_range(rule, task.offset_hours, rules.catch_up_hours, at)
    field = _NOONS.get(anchor.value, anchor.value)
    statuses = tuple(status.value for status in rule.statuses)
    return (
        Test(field, Operator.AFTER, (after,)),
        Test(field, Operator.UNTIL, (until,)),
        Test("status", Operator.AMONG, statuses),
    )


def _filter_tests(task: Task) -> list[Test]:
    return [
        Test(
            condition.field.value,
            Operator.AMONG if condition.wanted else Operator.NONE_OF,
            tuple(sorted(map(_plain, condition.values), key=str)),
        )
        for condition in task.filters.conditions
    ]


def _plain(value: object) -> Value:
    found = value.value if isinstance(value, enum.Enum) else value
    if not isinstance(found, int | str):
        raise TypeError(found)
    return found


def document(reservation: Reservation, rules: HouseRules, at: Instant) -> Document:
    """Return a reservation as a row of plain values."""
    return {
        "id": reservation.id,
        "status": reservation.status.value,
        "created_at": reservation.created_at,
        "arrival_noon": hotel_noon(rules.timezone, reservation.arrival),
        "departure_noon": hotel_noon(rules.timezone, reservation.departure),
        "checked_in_at": reservation.checked_in_at or 0,
        "checked_out_at": reservation.checked_out_at or 0,
        "cancelled_at": reservation.cancelled_at or 0,
        "guarantee_status": rules.guarantee_status_of(reservation, at).value,
        "guarantee_policy": reservation.guarantee_policy,
        "ota": reservation.ota,
        "cards": reservation.card_class.value,
        "company": reservation.company,
        "agent": reservation.agent,
    }
