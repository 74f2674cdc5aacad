"""The extra ``otel``: spans and metrics of a cycle on OpenTelemetry's API alone, which drops them."""

from __future__ import annotations

import sys

import attrs
from opentelemetry import metrics, trace

from hotelpay import CycleState, ObservedLedger, Observer, run_cycle
from hotelpay.adapters.otel import MetricObserver, SpanObserver
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.stories import START, guest, setup_of, task


class Counted(trace.NoOpTracer):
    """Counts the spans that are begun."""

    begun = 0

    def start_span(self, *args: object, **kwargs: object) -> trace.Span:
        Counted.begun += 1
        return super().start_span(*args, **kwargs)  # type: ignore[arg-type]


class Provider(trace.NoOpTracerProvider):
    """Hands that tracer out."""

    def get_tracer(self, *args: object, **kwargs: object) -> trace.Tracer:
        del args, kwargs
        return Counted()


hotel = MemoryBench.at(START)
hotel.put(guest())
observers: list[Observer] = [SpanObserver(Provider()), MetricObserver(metrics.NoOpMeterProvider())]
ports = attrs.evolve(hotel.ports(), ledger=ObservedLedger(hotel.ledger.of_worker("worker-1"), observers))
assert run_cycle(setup_of(task()), ports, START).state is CycleState.COMPLETED
assert Counted.begun > 1

sys.stdout.write("spans and metrics of a cycle on the API alone\n")
