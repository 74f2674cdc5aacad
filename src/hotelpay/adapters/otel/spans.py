"""Traces: a span for each visit to a settlement, and one for each worker's time at a cycle."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final, TypeAlias, assert_never

import attrs
from opentelemetry.context import Context
from opentelemetry.trace import Span, StatusCode, TracerProvider, get_tracer, set_span_in_context
from opentelemetry.util.types import AttributeValue

from hotelpay.adapters.otel.names import (
    ANSWER,
    CODE,
    HOTEL,
    KIND,
    OUTCOME,
    PERSON,
    PURPOSE,
    SCOPE,
    SCOPE_VERSION,
    STATE,
)
from hotelpay.observed import (
    AttemptAllowed,
    CallAnswered,
    CallSent,
    CycleBegun,
    CycleEnded,
    CycleRefused,
    GivenBack,
    Happening,
    LeaseLost,
    PersonCalled,
    ReservationErased,
    RunForgotten,
    SettlementEnded,
    Stop,
    VisitBegun,
)

Attributes: TypeAlias = Mapping[str, AttributeValue]
#: What happens within a visit.
_Step: TypeAlias = CallSent | CallAnswered | PersonCalled | SettlementEnded | GivenBack | LeaseLost

_MOST_OPEN: Final = 1000
#: How a visit ended: with the settlement, before it, without its lease, or nobody has told.
_END: Final = "hotelpay.end"
_AT: Final = "hotelpay.ledger_time"


class SpanObserver:
    """Makes spans of what the ledgers of a process tell; make one for all of its hotels.

    A span bears the process's own times, as all others of its trace do: the ledger's clock counts whole seconds and is
    another machine's, so it is an attribute. Visits within a cycle are children of the cycle's span, if they are made
    in its thread; others, of the span that is current there. No span is made the current one.

    At most ``most_open`` spans of each sort are kept open: where a worker died without a word, the oldest is ended.
    """

    def __init__(self, provider: TracerProvider | None = None, *, most_open: int = _MOST_OPEN) -> None:
        """Take the tracer of the global provider unless one is given."""
        self._tracer = get_tracer(SCOPE, SCOPE_VERSION, provider)
        self._visits = _OpenSpans(most_open)
        self._cycles = _OpenSpans(most_open)

    def observe(self, happening: Happening) -> None:
        """Begin a span, add to it, or end it."""
        match happening:
            case VisitBegun():
                self._begin_visit(happening)
            case CycleBegun():
                self._begin_cycle(happening)
            case CycleEnded():
                self._end_cycle(happening)
            case RunForgotten(hotel=hotel, task=task, reservation=reservation):
                found = self._cycles.of(_of_this_thread(hotel))
                if found is not None:
                    attributes = {"hotelpay.task": task, "hotelpay.reservation": reservation}
                    found.span.add_event("hotelpay.forgotten", attributes)
            case AttemptAllowed() | ReservationErased() | CycleRefused():
                pass  # over as soon as told
            case _:
                self._go_on(happening)

    # Visits.

    def _begin_visit(self, begun: VisitBegun) -> None:
        visit = begun.visit
        kind, names = visit.identity.kind.value, visit.identity.names
        attributes: dict[str, AttributeValue] = {
            HOTEL: visit.hotel,
            KIND: kind,
            "hotelpay.names": list(names),
            "hotelpay.reservation": visit.reservation,
            "hotelpay.attempt": visit.identity.attempt,
            "hotelpay.key": visit.key,
            "hotelpay.epoch": visit.epoch,
            "hotelpay.start": begun.start.value,
            _AT: begun.at,
        }
        if visit.task is not None:
            attributes["hotelpay.task"] = visit.task
        span = self._tracer.start_span(f"{SCOPE}.{kind}", self._parent(visit.hotel), attributes=attributes)
        self._visits.put((visit.hotel, visit.key), _Open(visit.epoch, span))

    def _parent(self, hotel: str) -> Context | None:
        cycle = self._cycles.of(_of_this_thread(hotel))
        return None if cycle is None else set_span_in_context(cycle.span)

    def _go_on(self, happening: _Step) -> None:
        visit = happening.visit
        name = (visit.hotel, visit.key)
        found = self._visits.of(name)
        if found is None or found.epoch != visit.epoch:
            return  # another visit's, or one of too many
        _note(found.span, happening)
        if isinstance(happening, SettlementEnded | GivenBack | LeaseLost):
            self._visits.end(name, found)

    # Cycles.

    def _begin_cycle(self, begun: CycleBegun) -> None:
        attributes: dict[str, AttributeValue] = {
            HOTEL: begun.hotel,
            "hotelpay.cycle.at": begun.cycle_at,
            "hotelpay.epoch": begun.epoch,
            _AT: begun.at,
        }
        span = self._tracer.start_span("hotelpay.cycle", attributes=attributes)
        self._cycles.put(_of_this_thread(begun.hotel), _Open(begun.epoch, span, begun.cycle_at))

    def _end_cycle(self, end: CycleEnded) -> None:
        name = _of_this_thread(end.hotel)
        found = self._cycles.of(name)
        if found is None or (found.epoch, found.cycle_at) != (end.epoch, end.cycle_at):
            return
        found.span.set_attributes(
            {STATE: end.stop.value, "hotelpay.cycle.forgotten": end.forgotten, "hotelpay.cycle.waiting": end.waiting}
        )
        if end.stop is Stop.LOST:
            found.span.set_status(StatusCode.ERROR, "lost")
        self._cycles.end(name, found)


def _note(span: Span, happening: _Step) -> None:
    """Write down what happened within a visit."""
    match happening:
        case CallSent(_, at, purpose):
            span.add_event("hotelpay.sending", {PURPOSE: purpose, _AT: at})
        case CallAnswered():
            span.add_event("hotelpay.answer", _answer(happening))
        case PersonCalled(_, at, code):
            span.add_event("hotelpay.person", {PERSON: code, _AT: at})
            span.set_status(StatusCode.ERROR, code)
        case SettlementEnded():
            span.set_attributes(_end(happening))
            if happening.person is not None:
                span.set_status(StatusCode.ERROR, happening.person)
        case GivenBack():
            span.set_attribute(_END, "given_back")
        case LeaseLost():
            span.set_attribute(_END, "lease_lost")
            span.set_status(StatusCode.ERROR, "lease_lost")
        case _:
            assert_never(happening)


def _answer(answered: CallAnswered) -> Attributes:
    attributes: dict[str, AttributeValue] = {
        PURPOSE: answered.purpose,
        ANSWER: answered.answer.value,
        "hotelpay.by_hand": answered.by_hand,
        _AT: answered.at,
    }
    return attributes if answered.code is None else attributes | {CODE: answered.code}


def _end(end: SettlementEnded) -> Attributes:
    codes = {CODE: end.reason, PERSON: end.person}
    return {
        _END: "ended",
        OUTCOME: end.outcome.value,
        "hotelpay.seconds": end.seconds,
        **{name: code for name, code in codes.items() if code is not None},
    }


# What is open.

_Name: TypeAlias = tuple[str, str | int]


def _of_this_thread(hotel: str) -> _Name:
    return hotel, threading.get_ident()


@attrs.frozen(eq=False)
class _Open:
    """A span that somebody will end, if nothing goes wrong."""

    epoch: int
    span: Span
    cycle_at: int | None = None

    def abandon(self) -> None:
        """End it, though nobody has told how it ended."""
        self.span.set_attribute(_END, "unheard")
        self.span.set_status(StatusCode.ERROR, "unheard")
        self.span.end()


class _OpenSpans:
    """The spans that are open, by what they are about: one for each, and never more than so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: OrderedDict[_Name, _Open] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, name: _Name) -> _Open | None:
        return self._open.get(name)

    def put(self, name: _Name, opened: _Open) -> None:
        """Keep one open; that of an earlier worker on the same, and the oldest of too many, are abandoned."""
        with self._lock:
            left = [self._open.pop(name, None)]
            self._open[name] = opened
            if len(self._open) > self._most:
                left.append(self._open.popitem(last=False)[1])
        for each in left:
            if each is not None:
                each.abandon()

    def end(self, name: _Name, opened: _Open) -> None:
        """End one, unless another has taken its place meanwhile and ended it."""
        with self._lock:
            if self._open.get(name) is not opened:
                return
            del self._open[name]
        opened.span.end()
