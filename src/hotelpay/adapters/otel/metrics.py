"""Metrics: what ended and how, what calls were answered, who is needed, and how far each hotel is behind."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation, get_meter

from hotelpay.adapters.otel.names import (
    ANSWER,
    HOTEL,
    KIND,
    OUTCOME,
    PERSON,
    PURPOSE,
    SCOPE,
    SCOPE_VERSION,
    STATE,
)
from hotelpay.moments import Instant
from hotelpay.observed import (
    CallAnswered,
    CycleEnded,
    CycleRefused,
    Happening,
    LeaseLost,
    PersonCalled,
    RunForgotten,
    SettlementEnded,
    Stop,
    Visit,
)

#: Returns the last completed cycle of every hotel that is to be watched, None where it has completed none.
LastCompleted: TypeAlias = Callable[[], Mapping[str, Instant | None]]

_NUMBER: Final = re.compile(r"-\d+$")
#: Seconds: most settlements end at once, some in the next recovery, a few when a person has looked.
_DURATIONS: Final = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)


def _now() -> Instant:
    return Instant(time.time_ns() // 10**9)


class MetricObserver:
    """Counts what the ledgers of a process tell; make one for all of its hotels.

    Attributes are the hotel, kinds, outcomes, answers and codes, never a reservation or a key. ``last_completed`` is
    asked whenever metrics are read, such as :meth:`~hotelpay.adapters.sql.SqlChain.last_completed`; without it the
    cycles that this process completed are taken, which says little where several processes share the hotels.
    ``clock`` tells the present.
    """

    def __init__(
        self,
        provider: MeterProvider | None = None,
        *,
        last_completed: LastCompleted | None = None,
        clock: Callable[[], Instant] = _now,
    ) -> None:
        """Create the instruments, with the global provider unless one is given."""
        meter = get_meter(SCOPE, SCOPE_VERSION, provider)
        self._settlements = meter.create_counter("hotelpay.settlements", "{settlement}", "Settlements that ended")
        self._duration = meter.create_histogram(
            "hotelpay.settlement.duration",
            "s",
            "From a settlement's claim to its end, in the ledger's time",
            explicit_bucket_boundaries_advisory=_DURATIONS,
        )
        self._calls = meter.create_counter("hotelpay.calls", "{call}", "Calls that were answered")
        self._persons = meter.create_counter(
            "hotelpay.persons_needed", "{settlement}", "Settlements that were found to need a person"
        )
        self._lost = meter.create_counter("hotelpay.leases_lost", "{lease}", "Records refused for want of a lease")
        self._forgotten = meter.create_counter(
            "hotelpay.forgotten", "{run}", "Runs whose window closed before any cycle looked"
        )
        self._cycles = meter.create_counter("hotelpay.cycles", "{cycle}", "Deliveries of cycles")
        meter.create_observable_gauge(
            "hotelpay.cycle.since_last_completed",
            [self._since_last_completed],
            "s",
            "Since the quarter hour of the last cycle that a hotel completed",
        )
        self._seen: dict[str, Instant] = {}
        self._lock = threading.Lock()
        self._last_completed = self._seen_so_far if last_completed is None else last_completed
        self._clock = clock
        self._made_at = clock()

    def observe(self, happening: Happening) -> None:
        """Count it, if it counts."""
        match happening:
            case SettlementEnded(visit=visit):
                self._count_end(visit, happening)
            case CallAnswered(visit, _, purpose, answer):
                plain = _NUMBER.sub("", purpose)
                self._calls.add(1, {HOTEL: visit.hotel, PURPOSE: plain, ANSWER: answer.value})
            case PersonCalled(visit, _, code):
                self._count_person(visit, code)
            case LeaseLost(visit):
                self._lost.add(1, _kind_of(visit))
            case RunForgotten(hotel=hotel):
                self._forgotten.add(1, {HOTEL: hotel})
            case CycleRefused(hotel=hotel, refusal=refusal):
                self._cycles.add(1, {HOTEL: hotel, STATE: refusal.value})
            case CycleEnded(hotel=hotel, stop=stop):
                self._cycles.add(1, {HOTEL: hotel, STATE: stop.value})
                if stop is Stop.COMPLETED:
                    self._see(hotel, happening.cycle_at)
            case _:  # a step on the way
                pass

    def _count_end(self, visit: Visit, end: SettlementEnded) -> None:
        attributes = {**_kind_of(visit), OUTCOME: end.outcome.value}
        self._settlements.add(1, attributes)
        self._duration.record(end.seconds, attributes)
        if end.person is not None:
            self._count_person(visit, end.person)

    def _count_person(self, visit: Visit, code: str) -> None:
        self._persons.add(1, {**_kind_of(visit), PERSON: code})

    # How far each hotel is behind.

    def _see(self, hotel: str, cycle_at: Instant) -> None:
        with self._lock:
            self._seen[hotel] = max(cycle_at, self._seen.get(hotel, cycle_at))

    def _seen_so_far(self) -> Mapping[str, Instant | None]:
        with self._lock:
            return dict(self._seen)

    def _since_last_completed(self, _options: CallbackOptions) -> Iterable[Observation]:
        """Yield the seconds of each hotel; one that has completed none waits since this observer was made, at least."""
        now = self._clock()
        for hotel, last in self._last_completed().items():
            yield Observation(max(0, now - (self._made_at if last is None else last)), {HOTEL: hotel})


def _kind_of(visit: Visit) -> dict[str, str]:
    return {HOTEL: visit.hotel, KIND: visit.identity.kind.value}
