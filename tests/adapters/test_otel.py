"""Spans and metrics of real cycles: what they say is what the journal says, and nothing of guests."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from typing import Any

import attrs
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from hotelpay import Kind, ObservedLedger, Outcome, recover, run_cycle
from hotelpay.adapters.otel import LastCompleted, MetricObserver, SpanObserver
from hotelpay.adapters.otel.names import SCOPE_VERSION
from hotelpay.adapters.otel.spans import _Open, _OpenSpans
from hotelpay.moments import CYCLE_SECONDS, Instant, instant
from hotelpay.observed import (
    AttemptAllowed,
    CallSent,
    CycleBegun,
    CycleEnded,
    CycleRefused,
    GivenBack,
    LeaseLost,
    PersonCalled,
    ReservationErased,
    RunForgotten,
    SettlementEnded,
    Start,
    Stop,
    Visit,
    VisitBegun,
)
from hotelpay.settlement.cycles import CycleRefusal
from hotelpay.settlement.identity import Identity
from hotelpay.settlement.journal import Completed, Sending
from hotelpay.settlement.outcome import Ending
from hotelpay.testing.clock import SetClock
from hotelpay.testing.contracts.intents import run_intent
from hotelpay.testing.contracts.ledger_bench import claimed, ended, recorded, reopened, taken
from hotelpay.testing.crashes import crash_everywhere, run_once
from hotelpay.testing.memory_ledger import MemoryLedger
from hotelpay.testing.stories import START, cases, guest, setup_of, task
from watching import Kept, WatchedBench, loud_day, said_of_guests, watched, watched_by

CASES = {case.name: case for case in cases()}
HOTEL = "seven-gulls"
AT = instant(START)
ON_METRICS = {
    "hotelpay.hotel",
    "hotelpay.kind",
    "hotelpay.outcome",
    "hotelpay.purpose",
    "hotelpay.answer",
    "hotelpay.person",
    "hotelpay.cycle.state",
}


class Telemetry:
    """Both observers with an SDK that keeps everything in memory."""

    def __init__(self, *, last_completed: LastCompleted | None = None, most_open: int = 1000) -> None:
        self.exporter = InMemorySpanExporter()
        tracers = TracerProvider(shutdown_on_exit=False)
        tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracers = tracers
        self.reader = InMemoryMetricReader()
        self.clock = SetClock(START)
        meters = MeterProvider([self.reader], shutdown_on_exit=False)
        self.spans = SpanObserver(tracers, most_open=most_open)
        self.metrics = MetricObserver(meters, last_completed=last_completed, clock=self.clock)

    @property
    def observers(self) -> tuple[SpanObserver, MetricObserver]:
        return self.spans, self.metrics

    def ended(self, name: str | None = None) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if name in (None, span.name)]

    def visits(self) -> list[ReadableSpan]:
        return [span for span in self.ended() if span.name != "hotelpay.cycle"]

    def instruments(self) -> dict[str, Any]:
        data = self.reader.get_metrics_data()
        if data is None:
            return {}
        scopes = [scope for resource in data.resource_metrics for scope in resource.scope_metrics]
        return {metric.name: metric for scope in scopes for metric in scope.metrics}

    def points(self, name: str) -> list[Any]:
        metric = self.instruments().get(name)
        return [] if metric is None else list(metric.data.data_points)

    def counts(self, name: str, *attributes: str) -> Counter[Any]:
        """Return the values of a counter by these attributes (the others summed up)."""
        found: Counter[Any] = Counter()
        for point in self.points(name):
            values = tuple(point.attributes[f"hotelpay.{attribute}"] for attribute in attributes)
            found[values if len(values) != 1 else values[0]] += point.value
        return found

    def seconds_behind(self) -> dict[str, int]:
        return {
            point.attributes["hotelpay.hotel"]: point.value
            for point in self.points("hotelpay.cycle.since_last_completed")
        }


@pytest.fixture
def telemetry() -> Telemetry:
    return Telemetry()


def attributes_of(span: ReadableSpan) -> dict[str, Any]:
    return {name.removeprefix("hotelpay."): value for name, value in (span.attributes or {}).items()}


def assert_agrees(telemetry: Telemetry, bench: WatchedBench) -> None:
    """Compare every counter and every span with the ledger's journal."""
    kept = Kept.by(bench.ledger)
    assert telemetry.counts("hotelpay.settlements", "kind", "outcome") == kept.ended
    assert telemetry.counts("hotelpay.calls", "purpose", "answer") == _without_numbers(kept.answers)
    assert telemetry.counts("hotelpay.persons_needed", "person") == kept.persons
    assert telemetry.counts("hotelpay.forgotten").total() == kept.forgotten
    assert telemetry.counts("hotelpay.cycles", "cycle.state")["completed"] == kept.cycles
    durations: list[HistogramDataPoint] = telemetry.points("hotelpay.settlement.duration")
    assert sum(point.count for point in durations) == kept.ended.total()
    assert sum(point.sum for point in durations) == kept.seconds
    events = Counter(event.name for span in _begun(telemetry) for event in span.events)
    assert events["hotelpay.sending"] == kept.sendings
    assert events["hotelpay.answer"] == kept.answers.total()
    assert len(_begun(telemetry)) == bench.visits.total()
    ends = [attributes_of(span) for span in telemetry.visits() if attributes_of(span).get("end") == "ended"]
    assert Counter((end["kind"], end["outcome"]) for end in ends) == kept.ended


def _begun(telemetry: Telemetry) -> list[ReadableSpan]:
    """Return the spans of all visits, also of those that nobody has ended."""
    still_open: list[Any] = [each.span for each in telemetry.spans._visits._open.values()]  # noqa: SLF001
    return [*telemetry.visits(), *still_open]


def _without_numbers(answers: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (purpose, answer), times in answers.items():
        found["action" if purpose.startswith("action-") else purpose, answer] += times
    return found


# Real hotels.


@pytest.mark.parametrize("name", CASES)
def test_of_every_story_the_telemetry_says_what_the_journal_says(name: str, telemetry: Telemetry) -> None:
    """Whatever the other side does: the counters add up to the settlements, and there are as many spans as visits."""
    case = CASES[name]
    bench = watched(case, *telemetry.observers)
    assert run_once(bench, case.story, None, 600) == []
    assert_agrees(telemetry, bench)
    assert len(telemetry.visits()) == bench.visits.total() > 0
    troubled = [span for span in telemetry.visits() if span.status.status_code is StatusCode.ERROR]
    assert len(troubled) == telemetry.counts("hotelpay.persons_needed").total()
    assert said_of_guests(_everything(telemetry)) == []


@pytest.mark.parametrize("name", ["payment", "redemption, posting refused", "release", "two tasks, first unknown"])
def test_after_a_death_at_any_call_they_still_agree(name: str) -> None:
    case = CASES[name]
    made: list[tuple[WatchedBench, Telemetry]] = []

    def make() -> WatchedBench:
        telemetry = Telemetry()
        made.append((watched(case, *telemetry.observers), telemetry))
        return made[-1][0]

    campaign = crash_everywhere(make, case.story, delays=(600,))
    assert campaign.runs > 10
    assert campaign.broken == ()
    for bench, telemetry in made:
        assert_agrees(telemetry, bench)


def _everything(telemetry: Telemetry) -> str:
    """Return all that is exported, as one text."""
    spans = "".join(str(span.to_json()) for span in telemetry.ended())
    data = telemetry.reader.get_metrics_data()
    return spans + ("" if data is None else str(data.to_json()))


def test_neither_spans_nor_metrics_say_anything_of_a_guest(telemetry: Telemetry) -> None:
    bench = watched_by(*telemetry.observers)(START)
    assert isinstance(bench, WatchedBench)
    loud_day(bench)
    bench.ports().ledger.erase("R-0")
    assert_agrees(telemetry, bench)
    exported = _everything(telemetry)
    assert "R-1" in exported
    assert said_of_guests(exported) == []


def test_metrics_bear_few_attributes(telemetry: Telemetry) -> None:
    """No reservation and no key: there would be a series for each guest."""
    bench = watched_by(*telemetry.observers)(START)
    assert isinstance(bench, WatchedBench)
    loud_day(bench)
    names = telemetry.instruments()
    points = [point for metric in names.values() for point in metric.data.data_points]
    assert {name for point in points for name in point.attributes} == ON_METRICS
    values = {value for point in points for value in point.attributes.values()}
    assert not any(str(value).startswith(("hp1-", "R-")) for value in values)


# Spans.


RUN = Visit(identity=Identity(HOTEL, Kind.RUN, ("T1", "R1")), reservation="R1", epoch=1)


def test_a_span_tells_of_a_visit(telemetry: Telemetry) -> None:
    bench = watched_by(*telemetry.observers)(START)
    bench.put(guest())
    run_cycle(setup_of(task()), bench.ports("first"), START)
    (run,) = telemetry.visits()
    found = attributes_of(run)
    assert (run.name, run.status.status_code) == ("hotelpay.run", StatusCode.UNSET)
    scope = run.instrumentation_scope
    assert scope is not None
    assert (scope.name, scope.version) == ("hotelpay", SCOPE_VERSION)
    assert found.pop("key").startswith("hp1-")
    assert found == {
        "hotel": "default",
        "kind": "run",
        "names": ("on-arrival", "R-1"),
        "reservation": "R-1",
        "attempt": 1,
        "epoch": 1,
        "start": "claimed",
        "task": "on-arrival",
        "ledger_time": AT,
        "end": "ended",
        "outcome": "approved",
        "seconds": 0,
    }
    told = [(event.name, (event.attributes or {})["hotelpay.purpose"]) for event in run.events]
    sent, answer = "hotelpay.sending", "hotelpay.answer"
    assert told == [(sent, "charge"), (answer, "charge"), (answer, "post"), (answer, "action-1"), (answer, "action-2")]


def test_the_visits_of_a_cycle_are_its_children(telemetry: Telemetry) -> None:
    bench = watched_by(*telemetry.observers)(START)
    bench.put(guest())
    run_cycle(setup_of(task()), bench.ports("first"), START)
    (cycle,) = telemetry.ended("hotelpay.cycle")
    (run,) = telemetry.visits()
    assert run.parent is not None
    assert cycle.context is not None
    assert run.parent.span_id == cycle.context.span_id
    assert cycle.parent is None
    assert attributes_of(cycle) == {
        "hotel": "default",
        "cycle.at": AT,
        "cycle.state": "completed",
        "cycle.forgotten": 0,
        "cycle.waiting": 0,
        "epoch": 1,
        "ledger_time": AT,
    }


def test_other_visits_are_children_of_what_the_host_does(telemetry: Telemetry) -> None:
    """After a cycle nothing is its child any more, nor is what another hotel or another thread does meanwhile."""
    telemetry.spans.observe(CycleBegun(hotel="elsewhere", cycle_at=AT, epoch=1, at=AT))
    telemetry.spans.observe(CycleBegun(hotel=HOTEL, cycle_at=AT, epoch=1, at=AT))
    thread = threading.Thread(target=_visit, args=(telemetry, attrs.evolve(RUN, epoch=8)))
    thread.start()
    thread.join()
    telemetry.spans.observe(CycleEnded(hotel=HOTEL, cycle_at=AT, epoch=1, stop=Stop.COMPLETED))
    with telemetry.tracers.get_tracer("host").start_as_current_span("request") as request:
        _visit(telemetry, RUN)
    in_thread, in_request = telemetry.ended("hotelpay.run")
    assert in_thread.parent is None
    assert in_request.parent is not None
    assert in_request.parent.span_id == request.get_span_context().span_id


def _visit(telemetry: Telemetry, visit: Visit) -> None:
    telemetry.spans.observe(VisitBegun(visit, AT, Start.CLAIMED))
    telemetry.spans.observe(GivenBack(visit))


def test_where_a_person_is_needed_the_span_is_an_error(telemetry: Telemetry) -> None:
    for happening in (
        VisitBegun(RUN, AT, Start.TAKEN_OVER),
        PersonCalled(RUN, AT, "unknown_outcome"),
        GivenBack(RUN),
        VisitBegun(RUN, AT, Start.TAKEN_OVER),
        SettlementEnded(
            visit=RUN, at=AT, seconds=9, outcome=Outcome.APPROVED, reason="folio_closed", person="posting_refused"
        ),
    ):
        telemetry.spans.observe(happening)
    called, over = telemetry.ended()
    assert (called.status.status_code, called.status.description) == (StatusCode.ERROR, "unknown_outcome")
    assert [(event.name, dict(event.attributes or {})) for event in called.events] == [
        ("hotelpay.person", {"hotelpay.person": "unknown_outcome", "hotelpay.ledger_time": AT})
    ]
    assert attributes_of(called)["end"] == "given_back"
    assert (over.status.status_code, over.status.description) == (StatusCode.ERROR, "posting_refused")
    assert (attributes_of(over)["code"], attributes_of(over)["person"]) == ("folio_closed", "posting_refused")


def test_a_lost_lease_is_an_error_of_who_lost_it(telemetry: Telemetry) -> None:
    """A worker that slept comes back: its span ends as lost, whether or not the other's is still open."""
    clock = SetClock(START)
    books = MemoryLedger.of(HOTEL, clock)
    slow, other = Telemetry(), telemetry
    sleeper = ObservedLedger(books, slow.observers)
    healer = ObservedLedger(books.of_worker("healer"), other.observers)
    claim = claimed(sleeper, run_intent(HOTEL), Sending("charge"))
    clock.advance(books.lease_seconds)
    again = taken(healer, claim.key)
    assert sleeper.record(claim, [Completed(Ending(Outcome.DECLINED))]) is None
    recorded(healer, again, Completed(Ending(Outcome.APPROVED)))
    (lost,) = slow.ended()
    (healed,) = other.ended()
    assert (lost.status.description, attributes_of(lost)["end"]) == ("lease_lost", "lease_lost")
    assert (healed.status.status_code, attributes_of(healed)["end"]) == (StatusCode.UNSET, "ended")
    assert attributes_of(healed)["seconds"] == books.lease_seconds
    assert slow.counts("hotelpay.leases_lost", "hotel", "kind") == {(HOTEL, "run"): 1}


def test_what_is_opened_once_more_is_a_visit_of_its_own(telemetry: Telemetry) -> None:
    ledger = ObservedLedger(MemoryLedger.of(HOTEL, SetClock(START)), telemetry.observers)
    claim = ended(ledger, run_intent(HOTEL))
    ledger.give_back(reopened(ledger, claim.key))
    assert [(attributes_of(span)["start"], attributes_of(span)["end"]) for span in telemetry.ended()] == [
        ("claimed", "ended"),
        ("reopened", "given_back"),
    ]


# Who never tells how it ended.


def test_a_settlement_has_one_open_span_at_most(telemetry: Telemetry) -> None:
    """A worker that died without a word: its span ends when the next one of this process takes the settlement."""
    second = attrs.evolve(RUN, epoch=2)
    for happening in (
        VisitBegun(RUN, AT, Start.CLAIMED),
        VisitBegun(second, AT, Start.TAKEN_OVER),
        CallSent(RUN, AT, "charge"),
        LeaseLost(RUN),
        CallSent(second, AT, "charge"),
        GivenBack(second),
    ):
        telemetry.spans.observe(happening)
    dead, living = telemetry.ended()
    assert (attributes_of(dead)["end"], dead.status.status_code) == ("unheard", StatusCode.ERROR)
    assert dead.events == ()
    assert (attributes_of(living)["end"], len(living.events)) == ("given_back", 1)


def test_spans_that_never_end_are_bounded() -> None:
    telemetry = Telemetry(most_open=10)
    visits = [attrs.evolve(RUN, identity=Identity(HOTEL, Kind.RUN, ("T1", f"R{number}"))) for number in range(100)]
    for visit in visits:
        telemetry.spans.observe(VisitBegun(visit, AT, Start.CLAIMED))
    assert len(telemetry.ended()) == 90
    telemetry.spans.observe(GivenBack(visits[0]))  # long forgotten
    telemetry.spans.observe(GivenBack(visits[-1]))
    assert [attributes_of(span)["end"] for span in telemetry.ended()] == ["unheard"] * 90 + ["given_back"]


def test_a_cycle_that_nobody_ended_ends_with_the_next(telemetry: Telemetry) -> None:
    first: dict[str, Any] = {"hotel": HOTEL, "cycle_at": AT}
    second: dict[str, Any] = {"hotel": HOTEL, "cycle_at": Instant(AT + CYCLE_SECONDS)}
    telemetry.spans.observe(CycleBegun(**first, epoch=1, at=AT))
    telemetry.spans.observe(CycleBegun(**second, epoch=1, at=AT))
    telemetry.spans.observe(CycleEnded(**first, epoch=1, stop=Stop.COMPLETED))  # too late
    telemetry.spans.observe(CycleEnded(**second, epoch=2, stop=Stop.COMPLETED))  # another's
    telemetry.spans.observe(CycleEnded(**second, epoch=1, stop=Stop.LOST))
    assert [(attributes_of(span).get("end"), span.status.description) for span in telemetry.ended()] == [
        ("unheard", "unheard"),
        (None, "lost"),
    ]


def test_a_span_is_ended_once(telemetry: Telemetry) -> None:
    """Two threads of a process, one of which has lost its lease: who comes second ends nothing."""
    first, second = (_Open(epoch, telemetry.tracers.get_tracer("test").start_span(f"{epoch}")) for epoch in (1, 2))
    open_spans = _OpenSpans(5)
    open_spans.put((HOTEL, "key"), first)
    open_spans.put((HOTEL, "key"), second)
    open_spans.end((HOTEL, "key"), first)
    assert open_spans.of((HOTEL, "key")) is second
    open_spans.end((HOTEL, "key"), second)
    assert [span.name for span in telemetry.ended()] == ["1", "2"]


def test_what_was_forgotten_is_noted_at_its_cycle(telemetry: Telemetry) -> None:
    forgotten = RunForgotten(hotel=HOTEL, task="T1", reservation="R1", due_at=AT, closed_at=AT)
    telemetry.spans.observe(forgotten)  # of a cycle that this observer has not seen begin
    telemetry.spans.observe(CycleBegun(hotel=HOTEL, cycle_at=AT, epoch=1, at=AT))
    telemetry.spans.observe(forgotten)
    telemetry.spans.observe(CycleEnded(hotel=HOTEL, cycle_at=AT, epoch=1, stop=Stop.COMPLETED, forgotten=1))
    (cycle,) = telemetry.ended()
    assert [(event.name, dict(event.attributes or {})) for event in cycle.events] == [
        ("hotelpay.forgotten", {"hotelpay.task": "T1", "hotelpay.reservation": "R1"})
    ]
    assert attributes_of(cycle)["cycle.forgotten"] == 1


def test_what_is_over_as_soon_as_told_has_no_span(telemetry: Telemetry) -> None:
    for happening in (
        AttemptAllowed(hotel=HOTEL, kind=Kind.RUN, names=("T1", "R1"), attempt=2),
        ReservationErased(hotel=HOTEL, reservation="R1", settlements=1),
        CycleRefused(hotel=HOTEL, cycle_at=AT, refusal=CycleRefusal.ALREADY_RUN),
    ):
        telemetry.spans.observe(happening)
    assert telemetry.ended() == []
    assert telemetry.spans._visits._open == telemetry.spans._cycles._open == {}  # noqa: SLF001


# Metrics.


def test_instruments_have_names_units_and_descriptions(telemetry: Telemetry) -> None:
    bench = watched_by(*telemetry.observers)(START)
    assert isinstance(bench, WatchedBench)
    loud_day(bench)
    telemetry.metrics.observe(LeaseLost(RUN))
    assert {name: metric.unit for name, metric in telemetry.instruments().items()} == {
        "hotelpay.settlements": "{settlement}",
        "hotelpay.settlement.duration": "s",
        "hotelpay.calls": "{call}",
        "hotelpay.persons_needed": "{settlement}",
        "hotelpay.leases_lost": "{lease}",
        "hotelpay.forgotten": "{run}",
        "hotelpay.cycles": "{cycle}",
        "hotelpay.cycle.since_last_completed": "s",
    }
    assert all(metric.description for metric in telemetry.instruments().values())


@pytest.mark.parametrize(
    ("happening", "state"),
    [
        *((CycleRefused(hotel=HOTEL, cycle_at=AT, refusal=refusal), refusal.value) for refusal in CycleRefusal),
        *((CycleEnded(hotel=HOTEL, cycle_at=AT, epoch=1, stop=stop), stop.value) for stop in Stop),
    ],
)
def test_deliveries_of_cycles_are_counted_by_state(happening: Any, state: str, telemetry: Telemetry) -> None:
    telemetry.metrics.observe(happening)
    assert telemetry.counts("hotelpay.cycles", "hotel", "cycle.state") == {(HOTEL, state): 1}
    assert telemetry.seconds_behind() == ({HOTEL: 0} if state == "completed" else {})


def _completed(hotel: str, cycle_at: int) -> CycleEnded:
    return CycleEnded(hotel=hotel, cycle_at=Instant(cycle_at), epoch=1, stop=Stop.COMPLETED)


def test_a_hotel_is_behind_since_its_last_completed_cycle(telemetry: Telemetry) -> None:
    """The latest quarter hour counts, also where an earlier one is made up for afterwards."""
    telemetry.metrics.observe(_completed("varna", AT + CYCLE_SECONDS))
    telemetry.metrics.observe(_completed("varna", AT))
    telemetry.metrics.observe(_completed("sofia", AT))
    telemetry.clock.advance(CYCLE_SECONDS + 60)
    assert telemetry.seconds_behind() == {"sofia": CYCLE_SECONDS + 60, "varna": 60}


def test_nobody_is_behind_by_less_than_nothing(telemetry: Telemetry) -> None:
    """A cycle may be asked for ahead of its time, or this process's clock be slow."""
    telemetry.metrics.observe(_completed("varna", AT + CYCLE_SECONDS))
    assert telemetry.seconds_behind() == {"varna": 0}


def test_what_the_host_knows_of_last_cycles_is_asked_each_time() -> None:
    """Of all processes together; one that never completed any waits since this process began to watch."""
    known: dict[str, Instant | None] = {"sofia": Instant(AT - 100), "new": None}
    telemetry = Telemetry(last_completed=lambda: known)
    telemetry.metrics.observe(_completed("removed", AT))
    telemetry.clock.advance(50)
    assert telemetry.seconds_behind() == {"sofia": 150, "new": 50}
    known["sofia"] = AT
    assert telemetry.seconds_behind() == {"sofia": 50, "new": 50}


def test_by_itself_the_present_is_that_of_the_process() -> None:
    reader = InMemoryMetricReader()
    metrics = MetricObserver(MeterProvider([reader], shutdown_on_exit=False))
    metrics.observe(_completed("long-ago", AT))
    data = reader.get_metrics_data()
    assert data is not None
    (metric,) = [each for each in data.resource_metrics[0].scope_metrics[0].metrics if each.name.endswith("completed")]
    (point,) = metric.data.data_points
    assert point.value > 24 * 3600  # type: ignore[union-attr]


def test_metrics_hold_nothing_that_grows(telemetry: Telemetry) -> None:
    """What this process has seen is an instant a hotel, however many cycles and settlements there are."""
    for number in range(50):
        telemetry.metrics.observe(_completed("sofia", AT + number * CYCLE_SECONDS))
        telemetry.metrics.observe(VisitBegun(RUN, AT, Start.CLAIMED))
    assert telemetry.metrics._seen == {"sofia": AT + 49 * CYCLE_SECONDS}  # noqa: SLF001


def test_several_threads_may_tell_at_once(telemetry: Telemetry) -> None:
    benches = [WatchedBench.at(START, hotel=f"hotel-{number}") for number in range(4)]

    def serve(bench: WatchedBench) -> None:
        bench.observers = telemetry.observers
        for number in range(5):
            bench.put(guest(id=f"R-{number}"))
        run_cycle(attrs.evolve(setup_of(task()), hotel=bench.ledger.hotel), bench.ports(), START)
        recover(bench.ports(), bench.now)

    threads = [threading.Thread(target=serve, args=(bench,)) for bench in benches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert telemetry.counts("hotelpay.settlements", "hotel") == {bench.ledger.hotel: 5 for bench in benches}
    cycles = {span.context.span_id for span in telemetry.ended("hotelpay.cycle") if span.context}
    assert len(cycles) == 4
    assert Counter(span.parent.span_id for span in telemetry.visits() if span.parent) == dict.fromkeys(cycles, 5)


# The extra.


def test_a_missing_extra_is_named() -> None:
    code = "import sys; sys.modules['opentelemetry'] = None; import hotelpay.adapters.otel"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "pip install 'hotelpay[otel]'" in done.stderr


def test_the_api_alone_is_enough() -> None:
    """Without an SDK, and with none configured, observers are told and nothing happens."""
    code = (
        "import sys; sys.modules['opentelemetry.sdk'] = None\n"
        "from hotelpay.adapters.otel import MetricObserver, SpanObserver\n"
        "from hotelpay import ObservedLedger\n"
        "from hotelpay.testing.memory_ledger import MemoryLedger\n"
        "ledger = ObservedLedger(MemoryLedger.of('a', lambda: 0), [MetricObserver(), SpanObserver()])\n"
        "print(ledger.complete_cycle(ledger.begin_cycle(0), ()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("CycleEnd(forgotten=(), waiting=())\n", "")
