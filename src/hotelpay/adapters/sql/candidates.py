"""Candidates as one query: a range of an index for each span, with filters judged by the database.

The third interpreter of :mod:`hotelpay.conditions`. What stands on the column's side of a range is the column alone,
so that its index answers; filters are judged on the rows that the range leaves.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Executable, Select, and_, case, func, literal, or_, select, union_all

from hotelpay.adapters.sql.connections import MOST_PARAMETERS
from hotelpay.adapters.sql.schema import ANCHORS, guarantee_states, reservations
from hotelpay.conditions import Condition, Field
from hotelpay.guarantee import GuaranteePolicy, GuaranteeStatus, awaited_if_created_after
from hotelpay.moments import Instant
from hotelpay.ports import AnchorSpan, CandidateQuery, Stretch

_COLUMNS: Final = {
    Field.GUARANTEE_POLICY: reservations.c.guarantee_policy,
    Field.OTA: reservations.c.ota,
    Field.CARDS: reservations.c.card_class,
    Field.COMPANY: reservations.c.company,
    Field.AGENT: reservations.c.agent,
}


def candidate_rows(hotel: str, query: CandidateQuery) -> Iterator[Executable]:
    """Yield the statements that give id and document of all candidates of a hotel: mostly one.

    A reservation that lies in two spans stands there twice.
    """
    spans = [_within_limits(span, query) for span in query.spans]
    while spans:
        size, count = 0, 0
        for span in spans:
            size += _parameters(span, query)
            if count and size > MOST_PARAMETERS:
                break
            count += 1
        parts = [_rows(hotel, span, query) for span in spans[:count]]
        yield union_all(*parts) if count > 1 else parts[0]
        del spans[:count]


def holds(condition: Condition, policies: Iterable[GuaranteePolicy], at: Instant) -> ColumnElement[bool]:
    """Return the expression that is true of a reservation's row exactly where the condition holds as of ``at``."""
    is_guarantee = condition.field is Field.GUARANTEE_STATUS
    column = _guarantee_status(policies, at) if is_guarantee else _COLUMNS[condition.field]
    found = column.in_(sorted(map(_stored, condition.values)))
    # Nothing is in no list; for a database it is neither in it nor not.
    return found if condition.wanted else or_(column.is_(None), ~found)


def _rows(hotel: str, span: AnchorSpan, query: CandidateQuery) -> Select[Any, Any]:
    if span.field not in ANCHORS:
        raise ValueError(f"{span.field} is no anchor")
    anchor = reservations.c[span.field]
    statement = select(reservations.c.id, reservations.c.document).where(
        reservations.c.hotel == hotel,
        anchor.between(span.first, span.last),
        reservations.c.status.in_([status.value for status in span.statuses]),
    )
    if not span.any_of:
        return statement
    return statement.where(or_(*(_lies_in(span, stretch, query) for stretch in span.any_of)))


def _lies_in(span: AnchorSpan, stretch: Stretch, query: CandidateQuery) -> ColumnElement[bool]:
    conditions = [holds(condition, query.policies, query.at) for condition in stretch.conditions]
    return and_(reservations.c[span.field].between(stretch.first, stretch.last), *conditions)


def _guarantee_status(policies: Iterable[GuaranteePolicy], at: Instant) -> ColumnElement[str]:
    """Return what was set by hotelpay, else what the PMS handed in, else what follows from the policy as of ``at``."""
    was_set = (
        select(guarantee_states.c.status)
        .where(
            guarantee_states.c.hotel == reservations.c.hotel,
            guarantee_states.c.reservation == reservations.c.id,
        )
        .scalar_subquery()
    )
    return func.coalesce(was_set, reservations.c.guarantee_status, _derived_status(policies, at))


def _derived_status(policies: Iterable[GuaranteePolicy], at: Instant) -> ColumnElement[str]:
    awaiting, expired, neither = (
        literal(status.value)
        for status in (GuaranteeStatus.AWAITING, GuaranteeStatus.EXPIRED, GuaranteeStatus.NOT_GUARANTEED)
    )
    created_at, policy = reservations.c.created_at, reservations.c.guarantee_policy
    awaited = [(each.id, awaited_if_created_after(each, at)) for each in policies]
    whens = [
        (policy == name, case((created_at > moment, awaiting), else_=expired))
        for name, moment in awaited
        if moment is not None
    ]
    return case(*whens, else_=neither) if whens else neither


def _stored(value: object) -> Any:  # noqa: ANN401  what a column holds
    return value.value if isinstance(value, enum.Enum) else value


def _within_limits(span: AnchorSpan, query: CandidateQuery) -> AnchorSpan:
    """Return a span without its filters where they hold more values than a statement takes: the decision sifts."""
    return span if _parameters(span, query) <= MOST_PARAMETERS else attrs.evolve(span, any_of=())


def _parameters(span: AnchorSpan, query: CandidateQuery) -> int:
    """Return how many values a span hands to the database, at most."""
    of_policies = 3 * len(query.policies) + 3
    conditions = [condition for stretch in span.any_of for condition in stretch.conditions]
    guarantees = sum(condition.field is Field.GUARANTEE_STATUS for condition in conditions)
    values = sum(len(condition.values) for condition in conditions)
    return 3 + len(span.statuses) + 2 * len(span.any_of) + values + of_policies * guarantees
