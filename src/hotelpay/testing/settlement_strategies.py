"""Hypothesis strategies for what moves money: intents, answers, events, settlements and reports of them.

An intent drawn is one that hotelpay could have claimed; the events of a settlement are any, in any order, since a
ledger has to keep whatever it is told.
"""

from __future__ import annotations

import attrs

from hotelpay.errors import MissingExtra

try:
    from hypothesis import strategies as st
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without Hypothesis
    raise MissingExtra("hotelpay.testing.settlement_strategies", "testing") from _missing

from hotelpay.autopilot.cycle_report import CycleReport, CycleState, PersonWanted, RunReport
from hotelpay.autopilot.decision import Problem
from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.bonus.redemption import Redeemed, Refusal
from hotelpay.bonus.redemption_intents import RedemptionIntent, ReversalIntent
from hotelpay.moments import Instant, next_cycle
from hotelpay.money import Money
from hotelpay.points import Points
from hotelpay.ports import Ports
from hotelpay.recovery import Recovery, Visited
from hotelpay.settlement.cycles import CyclePlan, PlannedRun
from hotelpay.settlement.digest import digest
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import (
    Completed,
    Forgotten,
    PersonNeeded,
    Recorded,
    Sending,
    Settlement,
    SettlementEvent,
)
from hotelpay.settlement.outcome import (
    Approved,
    Declined,
    Done,
    Ending,
    Failed,
    InsideOutcome,
    MoneyOutcome,
    NotAttempted,
    Outcome,
    Refused,
    Result,
    TooLate,
    Unknown,
)
from hotelpay.settlement.stepper import Promises
from hotelpay.testing import strategies as some
from hotelpay.testing.clock import SetClock
from hotelpay.testing.memory_gateway import MemoryGateway, MemoryLoyalty
from hotelpay.testing.memory_hotel import MemoryHotel
from hotelpay.testing.memory_ledger import MemoryLedger

texts: st.SearchStrategy[str] = st.sampled_from(("", "timed out", "не отговаря \N{SNOWMAN}", "line\nbreak"))
"""What the other side says."""
codes: st.SearchStrategy[str] = st.sampled_from(("no_card", "authentication_required", "folio_closed"))
"""Why something was declined or refused."""
references: st.SearchStrategy[str] = st.integers(1, 99).map("ref-{}".format)
"""Names that the other side gives to what it did."""
cycle_instants: st.SearchStrategy[Instant] = some.cycles.map(next_cycle)
"""Instants of cycles."""

promises: st.SearchStrategy[Promises] = st.builds(
    Promises,
    key_memory_hours=st.none() | st.sampled_from((0, 24, 72)),
    can_look_up=st.booleans(),
    grace_seconds=st.sampled_from((120, 0, 3600)),
)
"""What gateways and loyalty systems promise about keys."""
approved: st.SearchStrategy[Approved] = st.builds(
    Approved, some.money | some.points, references, st.none() | some.instants
)
"""Approvals of money and of points."""
declined: st.SearchStrategy[Declined] = st.builds(Declined, codes, texts)
"""Refusals for good of the other side."""
not_attempted: st.SearchStrategy[NotAttempted] = st.builds(NotAttempted, texts)
"""Calls that certainly never happened."""
unknown: st.SearchStrategy[Unknown] = st.builds(Unknown, texts)
"""Calls of which nobody can say yet."""
refused: st.SearchStrategy[Refused] = st.builds(Refused, codes, texts)
"""Refusals for good of the hotel's own books."""
money_outcomes: st.SearchStrategy[MoneyOutcome] = st.one_of(approved, declined, not_attempted, unknown)
"""What a gateway or a loyalty system answers."""
inside_outcomes: st.SearchStrategy[InsideOutcome] = st.just(Done()) | refused
"""What a port inside the hotel answers."""
results: st.SearchStrategy[Result] = st.one_of(
    money_outcomes, inside_outcomes, st.builds(Failed, texts), st.just(TooLate())
)
"""Every answer there is."""
endings: st.SearchStrategy[Ending] = st.builds(
    Ending, st.sampled_from(Outcome), st.none() | codes, st.none() | st.just("posting_refused")
)
"""How settlements end."""

_purposes = st.sampled_from(("charge", "post", "refund", "action-1"))
settlement_events: st.SearchStrategy[SettlementEvent] = st.one_of(
    st.builds(Sending, _purposes),
    st.builds(Recorded, _purposes, results, st.none() | st.just("ivan")),
    st.builds(PersonNeeded, st.just("unknown_outcome"), texts),
    st.builds(Completed, endings),
)
"""What happens to a settlement after its claim."""

# Intents.

_ids = st.sampled_from(("T1", "R1", "A1", "Ж"))
_hotels = st.sampled_from(("default", "seven-gulls"))
_names_of_kinds = {Kind.REDEMPTION: st.tuples(_ids)}
identities: st.SearchStrategy[Identity] = st.sampled_from(Kind).flatmap(
    lambda kind: st.builds(
        Identity, _hotels, st.just(kind), _names_of_kinds.get(kind, st.tuples(_ids, _ids)), st.integers(1, 3)
    )
)
"""Who settlements are: as many names as their kind has, and mostly a first attempt."""


@st.composite
def run_intents(draw: st.DrawFn, hotel: str = "default", reservation: str = "R1") -> RunIntent:
    """Draw what a cycle decided on, of a task with any filters."""
    run = draw(some.runs(reservation))
    return RunIntent.of(
        attrs.evolve(run, task=attrs.evolve(run.task, filters=draw(some.filters))),
        hotel=hotel,
        attempt=1,
        cycle_at=next_cycle(some.CYCLE),
        snapshot=digest(reservation),
    )


@st.composite
def release_intents(draw: st.DrawFn, hotel: str = "default", reservation: str = "R1") -> ReleaseIntent:
    """Draw the release of a blocked amount."""
    held, cycle_at = draw(some.preauthorizations()), draw(cycle_instants)
    return ReleaseIntent.of(held, hotel=hotel, reservation=reservation, attempt=1, cycle_at=cycle_at)


@st.composite
def capture_intents(draw: st.DrawFn, hotel: str = "default", reservation: str = "R1") -> CaptureIntent:
    """Draw the capture of a part of a blocked amount, or of all of it."""
    held = draw(some.preauthorizations())
    return CaptureIntent(
        identity=Identity(hotel, Kind.CAPTURE, (reservation, held.id)),
        reservation=reservation,
        preauthorization=held,
        amount=Money(draw(st.integers(1, held.amount.minor)), held.amount.currency),
        at=draw(some.seconds),
    )


@st.composite
def redemption_intents(draw: st.DrawFn, hotel: str = "default", reservation: str = "R1") -> RedemptionIntent:
    """Draw a redemption, with a comment or without."""
    at = draw(some.seconds)
    return RedemptionIntent(
        identity=Identity(hotel, Kind.REDEMPTION, (f"{reservation}/1",)),
        reservation=reservation,
        folio="F0",
        payment_type="kontur",
        card=draw(some.bonus_cards),
        points=draw(_redeemed_points),
        amount=draw(some.amounts(draw(some.currencies), 1, 100_000)),
        comment=draw(st.none() | texts),
        at=at,
        until=Instant(at + 900),
        with_hold=draw(st.booleans()),
    )


#: With and without zeros at the end, which a quantity keeps.
_quantities = st.sampled_from(("450.00", "10.50", "100")) | some.decimals("0.001", "9000", 3)
_redeemed_points = st.builds(Points.of, _quantities, some.currency_types)


@st.composite
def reversal_intents(draw: st.DrawFn, hotel: str = "default", reservation: str = "R1") -> ReversalIntent:
    """Draw the reversal of a redemption."""
    redeemed = draw(redemption_intents(hotel, reservation))
    return ReversalIntent(
        identity=Identity(hotel, Kind.REVERSAL, (*redeemed.identity.names, "1")),
        reservation=reservation,
        folio=redeemed.folio,
        payment_type=redeemed.payment_type,
        card=redeemed.card,
        points=redeemed.points,
        amount=redeemed.amount,
        posted=redeemed.posting_key,
        debit=draw(references),
        at=redeemed.until,
    )


def intents(hotel: str = "default", reservation: str = "R1") -> st.SearchStrategy[Intent]:
    """Return intents of every kind, of one hotel and about one reservation."""
    kinds = (run_intents, release_intents, capture_intents, redemption_intents, reversal_intents)
    return st.one_of(*(kind(hotel, reservation) for kind in kinds))


# What came of them.


@st.composite
def settlements(draw: st.DrawFn) -> Settlement:
    """Draw a settlement that a few events have happened to."""
    settlement = Settlement(intent=draw(intents()), claimed_at=next_cycle(some.CYCLE))
    for place, event in enumerate(draw(st.lists(settlement_events, max_size=3))):
        settlement = settlement.after(event, Instant(settlement.claimed_at + place))
    return settlement


planned_runs: st.SearchStrategy[PlannedRun] = st.builds(
    PlannedRun,
    task=st.sampled_from(("T1", "T2")),
    reservation=st.sampled_from(("R1", "R2")),
    due_at=some.seconds,
    closes_at=some.seconds,
    operation=st.sampled_from(("payment", "preauthorization", "actions_only")),
    folio=st.just("F0"),
    card=st.none() | st.just("c0"),
    amount=st.none() | some.money,
    problem=st.none() | st.sampled_from(Problem).map(lambda problem: problem.value),
    after=st.just(()) | st.just(("T2",)),
)
"""Rows of the list that a cycle decided at its start."""
cycle_plans: st.SearchStrategy[CyclePlan] = st.builds(
    CyclePlan,
    digest=st.just("5eed"),
    active_tasks=st.just(("T1", "T2")),
    runs=st.lists(planned_runs, max_size=3).map(tuple),
)
"""Lists that cycles decided at their start."""
forgotten: st.SearchStrategy[Forgotten] = st.builds(
    Forgotten, st.sampled_from(("T1", "T2")), st.sampled_from(("R1", "R2")), some.seconds, some.seconds
)
"""What no cycle has seen."""
run_reports: st.SearchStrategy[RunReport] = st.builds(
    RunReport, planned=planned_runs, settlement=settlements(), trouble=st.none() | texts
) | st.builds(RunReport, planned=planned_runs, dropped=st.sampled_from(("held", "gone", "nothing_due")))
"""What became of the rows of a cycle."""
persons_wanted: st.SearchStrategy[PersonWanted] = st.builds(
    PersonWanted,
    kind=st.just("run"),
    names=st.just(("T1", "R1")),
    reservation=st.just("R1"),
    reason=st.just("above_max_amount"),
    message=texts,
)
"""What a person has to look at."""
recoveries: st.SearchStrategy[Recovery] = st.builds(
    Recovery,
    st.lists(st.builds(Visited, settlements(), st.none() | texts, st.booleans()), max_size=2).map(tuple),
)
"""What recoveries did."""
cycle_reports: st.SearchStrategy[CycleReport] = st.builds(
    CycleReport,
    cycle_at=cycle_instants,
    state=st.sampled_from(CycleState),
    runs=st.lists(run_reports, max_size=2).map(tuple),
    releases=st.lists(settlements(), max_size=1).map(tuple),
    forgotten=st.lists(forgotten, max_size=2).map(tuple),
    needs_person=st.lists(persons_wanted, max_size=2).map(tuple),
    recovery=recoveries,
)
"""What cycles told."""
redeemed: st.SearchStrategy[Redeemed] = st.builds(
    Redeemed, settlement=settlements(), refusal=st.none(), quote=st.none() | some.quotes()
) | st.builds(Redeemed, settlement=st.none(), refusal=st.sampled_from(Refusal), quote=st.none() | some.quotes())
"""What came of redemptions and reversals."""


@st.composite
def _memory_ports(draw: st.DrawFn) -> Ports:
    clock, hotel = SetClock(some.CYCLE), MemoryHotel()
    hotel.put(*draw(some.rows))
    gateway = MemoryGateway(clock) if draw(st.booleans()) else None
    loyalty = MemoryLoyalty(clock) if draw(st.booleans()) else None
    return Ports(
        ledger=MemoryLedger.of("default", clock),
        source=hotel,
        book=hotel,
        gateway=gateway,
        loyalty=loyalty,
        mailer=hotel,
        portal=hotel,
        guarantee_desk=hotel,
        todos=hotel,
    )


ports: st.SearchStrategy[Ports] = _memory_ports()
"""Ports in memory with an empty ledger and a few bookings; some hotels have no gateway or no loyalty system."""
