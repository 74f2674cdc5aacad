"""Hypothesis strategies for the domain: small hotels in which things really happen (extra ``testing``).

Instants lie near one cycle, offsets are few and ids come from a handful of letters, so that windows are met
and missed, filters hold and fail, and boundaries are hit exactly. ``st.from_type`` finds them by themselves
wherever the extra is installed. What moves money has its own: :mod:`hotelpay.testing.settlement_strategies`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from hotelpay.errors import MissingExtra

try:
    from hypothesis import strategies as st
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without Hypothesis
    raise MissingExtra("hotelpay.testing.strategies", "testing") from _missing

import attrs

from hotelpay import (
    Action,
    Adjustment,
    Amount,
    Backtest,
    BonusCard,
    BonusPaymentType,
    BonusSettings,
    Cap,
    CapBasis,
    Card,
    CardChoice,
    CardClass,
    CardKind,
    Charge,
    CloseFolio,
    CreateTodo,
    Currency,
    Decision,
    Deposit,
    Filters,
    Finding,
    Folio,
    FolioBalance,
    FolioCharges,
    Foreseen,
    Formula,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Mode,
    Money,
    Operation,
    Outcome,
    PastRun,
    Payment,
    Points,
    PreAuthorization,
    PreAuthorizationState,
    Preview,
    Problem,
    Quote,
    Rate,
    RequiredDeposit,
    Reservation,
    ReservationStatus,
    Run,
    RunSum,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
    Setup,
    Share,
    Skip,
    Step,
    Task,
    Timeline,
    UndatedPayments,
    Unit,
    Window,
    backtest,
    decide,
    preview,
    quote,
    review,
    timeline,
)
from hotelpay.autopilot.window import MODE_RULES, Anchor
from hotelpay.moments import Instant, hours_later, instant

#: The cycle that everything lies around: a summer day, so that zones with a clock change differ from winter.
CYCLE: Final = datetime(2024, 7, 10, 9, 0, tzinfo=UTC)
ZONES: Final = ("Europe/Sofia", "Pacific/Apia", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
#: The euro is the setup's currency; what is not in it is the exception.
CURRENCIES: Final = ("EUR",) * 9 + ("BGN", "JPY", "KWD")

_EUR: Final = Currency.of("EUR")

zones: st.SearchStrategy[str] = st.sampled_from(ZONES)
"""Time zones of every shape: with clock changes by an hour and by half of one, with skipped days, with none."""
currencies: st.SearchStrategy[Currency] = st.sampled_from(CURRENCIES).map(Currency.of)
"""Mostly the euro; also currencies without, with two and with three decimals."""
names: st.SearchStrategy[str] = st.sampled_from(("a", "b", "c"))
"""Names of companies, agents, policies and payment types; so few that they meet."""
name_sets: st.SearchStrategy[frozenset[str]] = st.frozensets(names, max_size=2)
"""Sets of names."""

#: How far an instant lies from the cycle: whole hours, a second to either side, or anything.
_distances = st.builds(
    lambda hours, seconds: timedelta(hours=hours, seconds=seconds),
    st.integers(-26, 1) | st.integers(-80, 80),
    st.sampled_from((0, 0, 0, -1, 1, 450, -450)),
)
instants: st.SearchStrategy[datetime] = _distances.map(lambda distance: CYCLE + distance)
"""Moments around the cycle, as datetimes."""
cycles: st.SearchStrategy[datetime] = st.integers(-6, 6).map(lambda quarters: CYCLE + timedelta(minutes=15 * quarters))
"""Quarter hours around the cycle, as datetimes."""
seconds: st.SearchStrategy[Instant] = instants.map(instant)
"""Moments around the cycle, as instants."""


@st.composite
def amounts(draw: st.DrawFn, currency: Currency, least: int = -50_000, most: int = 500_000) -> Money:
    """Draw an amount of one currency, in minor units from ``least`` to ``most``."""
    return Money(draw(st.integers(least, most)), currency)


money: st.SearchStrategy[Money] = currencies.flatmap(amounts)
"""Amounts of any currency."""


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    """Return decimals of at most so many places."""
    return st.decimals(least, most, places=places, allow_nan=False, allow_infinity=False)


adjustments: st.SearchStrategy[Adjustment] = (
    st.sampled_from((-100, -50, -33, 0, 10)) | decimals("-100", "200", 3)
).map(Adjustment.of)
"""Percentages that are added to a base."""
shares: st.SearchStrategy[Share] = (st.sampled_from((0, 30, 50, 100)) | decimals("0", "200", 3)).map(Share.of)
"""Percentages that are taken of a base."""
caps: st.SearchStrategy[Cap] = (st.sampled_from((0, 25, 33, 100)) | decimals("0", "100", 2)).map(Cap.of)
"""Percentages that limit."""
rates: st.SearchStrategy[Rate] = decimals("0.0001", "40", 4).map(Rate.of)
"""What a point is worth."""
steps: st.SearchStrategy[Step] = st.sampled_from(("0.01", "1", "0.5", "2.5", "10")).map(Step.of)
"""The quantities in which points are spent."""
currency_types: st.SearchStrategy[str] = st.sampled_from(("BONUS", "BONUS", "MILES"))
"""What a loyalty system counts."""
points: st.SearchStrategy[Points] = st.builds(
    Points.of, st.sampled_from((0, 450)) | decimals("-1", "9000", 3), currency_types
)
"""Points on a card, in euros' magnitude; a card may be overdrawn."""
bonus_cards: st.SearchStrategy[BonusCard] = st.sampled_from(("0042", "9990001234567", "ÄÖ-1")).map(BonusCard)
"""Bonus cards, short and long."""
cards: st.SearchStrategy[Card] = st.builds(Card, st.sampled_from(("c0", "c1", "tok_8f")), st.sampled_from(CardKind))
"""Stored cards."""


def payments(currency: Currency) -> st.SearchStrategy[Payment]:
    """Return payments and refunds in one currency, mostly small ones."""
    return st.builds(Payment, amount=amounts(currency, 1, 3_000) | amounts(currency), payment_type=st.none() | names)


def charges(currency: Currency) -> st.SearchStrategy[Charge]:
    """Return lines of a folio in one currency, mostly sales."""
    groups = st.sampled_from(("rooms", "rooms", "extras", "packages"))
    return st.builds(Charge, groups, amounts(currency, 1, 500_000) | amounts(currency))


@st.composite
def folios(draw: st.DrawFn, name: str, currency: Currency) -> Folio:
    """Draw a bill that mostly is open and owed; discounts, refunds and credits are among them."""
    return Folio(
        id=name,
        opened_at=draw(instants),
        currency=currency,
        closed=draw(st.sampled_from((False,) * 6 + (True,))),
        charges=draw(st.lists(charges(currency), min_size=draw(st.sampled_from((1, 1, 1, 0))), max_size=3)),
        payments=draw(st.lists(payments(currency), max_size=draw(st.sampled_from((0, 0, 1, 2))))),
    )


@st.composite
def preauthorizations(draw: st.DrawFn, name: str = "A1") -> PreAuthorization:
    """Draw a blocked amount: mostly still held, and mostly with an end."""
    return PreAuthorization(
        id=name,
        card="c0",
        folio="F0",
        amount=draw(amounts(draw(currencies), 1, 100_000)),
        reference=f"auth-{name}",
        expires_at=draw(st.none() | instants),
        state=draw(st.sampled_from((PreAuthorizationState.HELD, *PreAuthorizationState))),
    )


@st.composite
def reservations(draw: st.DrawFn, name: str = "R1", *, made_for: Task | None = None) -> Reservation:
    """Draw a reservation around the cycle, with every instant its status needs.

    ``made_for`` a task, it mostly has a status and an anchor that the task takes at about the cycle.
    """
    currency = draw(currencies)
    kinds = draw(st.lists(st.sampled_from(CardKind), max_size=3))
    status, moments, arrival, departure = draw(_lives(made_for))
    return Reservation(
        id=name,
        status=status,
        created_at=moments["created_at"],
        arrival=arrival,
        departure=departure,
        guarantee_status=draw(st.none() | st.sampled_from(GuaranteeStatus)),
        guarantee_policy=draw(st.none() | names),
        ota=draw(st.booleans()),
        company=draw(st.none() | names),
        agent=draw(st.none() | names),
        cards=[Card(f"c{place}", kind) for place, kind in enumerate(kinds)],
        folios=[
            draw(folios(f"F{place}", draw(st.sampled_from((currency,) * 9) | currencies)))
            for place in range(draw(st.sampled_from((1, 1, 1, 2, 3, 0))))
        ],
        preauthorizations=[
            draw(preauthorizations(f"A{place}")) for place in range(draw(st.sampled_from((0, 0, 0, 1, 2))))
        ],
        checked_in_at=moments.get("checked_in_at"),
        checked_out_at=moments.get("checked_out_at"),
        cancelled_at=moments.get("cancelled_at"),
    )


@st.composite
def _lives(draw: st.DrawFn, made_for: Task | None) -> tuple[ReservationStatus, dict[str, datetime], date, date]:
    """Draw a status with its instants, and the dates of the stay."""
    statuses = list(ReservationStatus)
    if made_for is not None and draw(st.sampled_from((True,) * 9 + (False,))):
        statuses = list(MODE_RULES[made_for.mode].statuses)
    status = draw(st.sampled_from(statuses))
    moments = {name: draw(instants) for name in ("created_at", *_INSTANTS_OF[status])}
    arrival = CYCLE.date() + timedelta(days=draw(st.sampled_from((-1, 0, 0, 1, 2, -4, 4))))
    nights = timedelta(days=draw(st.sampled_from((0, 1, 1, 2, 4))))
    if made_for is not None:
        rule = MODE_RULES[made_for.mode]
        late = timedelta(hours=draw(st.integers(0, 25)), seconds=draw(st.sampled_from((0, 0, 1, -1))))
        anchor = CYCLE - timedelta(hours=rule.sign * made_for.offset_hours) - late
        if rule.anchor is Anchor.ARRIVAL_NOON:
            arrival = anchor.date()
        elif rule.anchor is Anchor.DEPARTURE_NOON:
            arrival = anchor.date() - nights
        elif rule.anchor.value in moments:
            moments[rule.anchor.value] = anchor
    return status, moments, arrival, arrival + nights


_INSTANTS_OF = {
    ReservationStatus.EXPECTED: (),
    ReservationStatus.NO_SHOW: (),
    ReservationStatus.CHECKED_IN: ("checked_in_at",),
    ReservationStatus.CHECKED_OUT: ("checked_in_at", "checked_out_at"),
    ReservationStatus.CANCELLED: ("cancelled_at",),
}


deposits: st.SearchStrategy[Deposit] = st.builds(
    Deposit,
    revenue_groups=st.frozensets(st.sampled_from(("rooms", "extras")), max_size=1),
    percent=st.none() | shares,
    nights=st.none() | st.integers(1, 5),
    fixed=st.none() | amounts(_EUR, -100, 5000),
)
"""What policies ask for; some ask for nothing."""
policies: st.SearchStrategy[GuaranteePolicy] = st.builds(
    GuaranteePolicy,
    id=names,
    guarantee_period_hours=st.none() | st.integers(0, 60),
    deposit=st.none() | deposits,
)
"""Guarantee policies."""
_policy_lists = st.lists(policies, max_size=3, unique_by=lambda policy: policy.id)
_catch_up_hours = st.sampled_from((24, 24, 1, 48))
house_rules: st.SearchStrategy[HouseRules] = st.builds(
    HouseRules, timezone=zones, guarantee_policies=_policy_lists, catch_up_hours=_catch_up_hours
)
"""What decisions read of a setup."""

_T = TypeVar("_T")


def _mostly_empty(sets: st.SearchStrategy[frozenset[_T]]) -> st.SearchStrategy[frozenset[_T]]:
    empty: frozenset[_T] = frozenset()
    return st.sampled_from((True, True, False)).flatmap(lambda left_out: st.just(empty) if left_out else sets)


filters: st.SearchStrategy[Filters] = st.builds(
    lambda included, excluded, agents_in, agents_out, **rest: Filters(
        included_companies=included,
        excluded_companies=excluded - included,
        included_agents=agents_in,
        excluded_agents=agents_out - agents_in,
        **rest,
    ),
    _mostly_empty(name_sets),
    _mostly_empty(name_sets),
    _mostly_empty(name_sets),
    _mostly_empty(name_sets),
    guarantee_statuses=_mostly_empty(st.frozensets(st.sampled_from(GuaranteeStatus), max_size=3)),
    guarantee_policies=_mostly_empty(name_sets),
    ota=st.sampled_from((None,) * 4 + (True, False)),
    cards=_mostly_empty(st.frozensets(st.sampled_from(CardClass), max_size=3)),
)
"""Filters that mostly let through; what is included is never excluded."""

_fixed = st.none() | amounts(_EUR, -5000, 5000)
balance_formulas: st.SearchStrategy[FolioBalance] = st.builds(
    FolioBalance, adjust_percent=st.none() | adjustments, fixed=_fixed
)
"""The amount due, adjusted."""
deposit_formulas: st.SearchStrategy[RequiredDeposit] = st.builds(
    RequiredDeposit, adjust_percent=st.none() | adjustments, fixed=_fixed
)
"""What is left of a deposit, adjusted."""
charge_formulas: st.SearchStrategy[FolioCharges] = st.builds(
    FolioCharges,
    revenue_groups=st.frozensets(st.sampled_from(("rooms", "extras")), max_size=2),
    percent=st.none() | shares,
    nights=st.none() | st.integers(1, 6),
    fixed=_fixed,
)
"""A part of the charges."""
formulas: st.SearchStrategy[Formula] = st.one_of(balance_formulas, deposit_formulas, charge_formulas)
"""How much: the three formulas, in the setup's currency."""

emails: st.SearchStrategy[SendEmail] = st.builds(SendEmail, st.sampled_from(("thanks", "declined")))
"""E-mails to the guest."""
closings: st.SearchStrategy[CloseFolio] = st.builds(CloseFolio, st.sampled_from(("invoice", "receipt")))
"""Folios to be closed."""
visibilities: st.SearchStrategy[SetFolioVisibility] = st.builds(SetFolioVisibility, st.booleans())
"""Folios to be shown or hidden."""
guarantees: st.SearchStrategy[SetGuaranteeStatus] = st.builds(
    SetGuaranteeStatus, st.sampled_from((GuaranteeStatus.GUARANTEED, GuaranteeStatus.NOT_GUARANTEED))
)
"""Guarantees to be given or taken back."""
todos: st.SearchStrategy[CreateTodo] = st.builds(
    CreateTodo, st.sampled_from(("Call the guest", "{0} %s")), st.none() | st.just("Payments")
)
"""Notes to be left."""
actions: st.SearchStrategy[Action] = st.one_of(emails, closings, visibilities, guarantees, todos)
"""What a task does afterwards."""


@st.composite
def tasks(draw: st.DrawFn, name: str = "T1", *, plain: bool = False) -> Task:
    """Draw an active or inactive task; a ``plain`` one is active and has no filters."""
    operation = draw(st.sampled_from(Operation))
    acts_alone = operation is Operation.ACTIONS_ONLY
    return Task(
        id=name,
        active=plain or draw(st.sampled_from((True,) * 9 + (False,))),
        mode=draw(st.sampled_from(Mode)),
        offset_hours=draw(st.sampled_from((0, 0, 0, 1, 5, 20)) | st.integers(0, 80)),
        filters=Filters() if plain else draw(st.sampled_from((Filters(),) * 2) | filters),
        operation=operation,
        card=None if acts_alone else draw(st.sampled_from(CardChoice)),
        max_amount=None if acts_alone else draw(st.none() | amounts(_EUR, 0, 100_000)),
        amount=draw(st.none() | formulas) if acts_alone else draw(formulas),
        on_success=draw(st.lists(actions, max_size=2)),
        on_failure=draw(st.lists(actions, max_size=1)),
    )


@st.composite
def pairs(draw: st.DrawFn, *, plain: bool = False) -> tuple[Task, Reservation]:
    """Draw a task and a reservation that it often takes at about the cycle."""
    task = draw(tasks(plain=plain))
    return task, draw(reservations(made_for=task))


@st.composite
def hotels(draw: st.DrawFn, most_tasks: int = 4, most_rows: int = 5) -> tuple[list[Task], list[Reservation]]:
    """Draw tasks and reservations with different ids, not in the order of their ids."""
    task_ids = draw(
        st.lists(st.sampled_from([f"T{n}" for n in range(1, 13)]), unique=True, min_size=1, max_size=most_tasks)
    )
    row_ids = draw(st.lists(st.sampled_from([f"R{n}" for n in range(1, 21)]), unique=True, max_size=most_rows))
    drawn = [draw(tasks(name)) for name in task_ids]
    return drawn, [draw(reservations(name, made_for=draw(st.sampled_from(drawn)))) for name in row_ids]


rows: st.SearchStrategy[list[Reservation]] = hotels(1).map(lambda hotel: hotel[1])
"""Reservations of one hotel."""


@st.composite
def bonus_types(draw: st.DrawFn, name: str = "kontur", *, working: bool = False) -> BonusPaymentType:
    """Draw a payment type; a ``working`` one is switched on and has a rate and a percentage."""
    currency = draw(currencies)
    unit = Unit.POINTS if working else draw(st.sampled_from(Unit))
    return BonusPaymentType(
        id=name,
        currency_type="BONUS" if unit is Unit.POINTS else draw(currencies).code,
        unit=unit,
        currency=currency,
        max_percent=draw(caps.filter(lambda cap: cap.value > 0) if working else caps),
        enabled=working or draw(st.sampled_from((True, True, True, False))),
        rate=draw(st.none() | rates),
        step=draw(steps),
        cap_basis=draw(st.sampled_from(CapBasis)),
    )


bonus_settings: st.SearchStrategy[BonusSettings] = st.builds(
    BonusSettings,
    active=st.booleans(),
    payment_types=st.lists(names, max_size=2, unique=True).flatmap(
        lambda ids: st.tuples(*(bonus_types(name) for name in ids))
    ),
)
"""The integration with a loyalty system, and its payment types."""
setups: st.SearchStrategy[Setup] = st.builds(
    Setup,
    timezone=zones,
    currency=st.just(_EUR),
    paused=st.sampled_from((False, False, True)),
    catch_up_hours=_catch_up_hours,
    max_runs_per_cycle=st.none() | st.integers(0, 5),
    release_preauthorizations_after_days=st.none() | st.integers(0, 3),
    guarantee_policies=_policy_lists,
    tasks=hotels(most_rows=0).map(lambda hotel: hotel[0]),
    bonus=bonus_settings,
)
"""A hotel's whole setup; it is in euros, some of its folios are not."""

days: st.SearchStrategy[date] = st.dates(date(1901, 1, 1), date(2198, 12, 31))
"""Dates of bookings, up to a year from the first and the last one there may be."""

# What is decided.


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Draw what a task does with a reservation, or why nothing."""
    task, row = draw(pairs())
    return decide(task, row, at=draw(cycles), rules=draw(house_rules))


@st.composite
def runs(draw: st.DrawFn, reservation: str = "R1") -> Run:
    """Draw a run, of a task that may be above its ceiling or find no card, on a reservation that owes something."""
    task = attrs.evolve(draw(tasks(plain=True)), mode=Mode.AFTER_CREATION, offset_hours=0, amount=FolioBalance())
    owed = Folio(id="F0", opened_at=CYCLE, currency=_EUR, charges=[Charge("rooms", draw(amounts(_EUR, 1, 200_000)))])
    row = attrs.evolve(
        draw(reservations(reservation)), status=ReservationStatus.EXPECTED, created_at=CYCLE, folios=[owed]
    )
    run = decide(task, row, at=CYCLE, rules=draw(house_rules))
    assert isinstance(run, Run), "what is due, owes something and is not filtered is taken"
    return attrs.evolve(run, problem=draw(st.just(run.problem) | st.sampled_from(Problem)))


@st.composite
def skips(draw: st.DrawFn) -> Skip:
    """Draw a skip with its reasons: of a task that is switched off, besides whatever else holds."""
    task, row = draw(pairs())
    skip = decide(attrs.evolve(task, active=False), row, at=draw(cycles), rules=draw(house_rules))
    assert isinstance(skip, Skip), "a task that is switched off takes nothing"
    return skip


@st.composite
def previews(draw: st.DrawFn) -> Preview:
    """Draw what a cycle will do."""
    tasks_, rows_ = draw(hotels())
    return preview(
        tasks_, rows_, at=draw(cycles), rules=draw(house_rules), max_runs=draw(st.none() | st.integers(0, 3))
    )


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Draw a finding about a setup: of an autopilot that is paused, besides whatever else is found."""
    return draw(st.sampled_from(review(attrs.evolve(draw(setups), paused=True))))


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """Draw a quote: of points, or of nothing with its reasons."""
    payment_type = draw(bonus_types())
    currency = draw(st.just(payment_type.currency) | currencies)
    return quote(
        payment_type,
        integration_active=draw(st.booleans()),
        balance=draw(amounts(currency, -500_000, 50_000)),
        card_balance=Points.of(draw(decimals("-1", "9000", 3)), payment_type.currency_type),
        charges=draw(amounts(currency, 0, 800_000)),
        redeemed=draw(amounts(currency, 0, 2_000)),
    )


def _amount_of(run: Run) -> Amount:
    assert run.amount is not None, "the runs drawn here take an amount"
    return run.amount


calculated_amounts: st.SearchStrategy[Amount] = runs().map(_amount_of)
"""What formulas come to, with their breakdown."""
foreseen: st.SearchStrategy[Foreseen] = st.builds(Foreseen, cycles.map(instant), runs())
"""What a forecast says of one cycle."""
past_runs: st.SearchStrategy[PastRun] = st.builds(
    PastRun,
    cycles.map(instant),
    runs(),
    st.sampled_from(Outcome),
    st.none() | st.sampled_from(("no_card", "above_max_runs")),
)
"""What a back-test says of one run."""
run_sums: st.SearchStrategy[RunSum] = st.builds(
    RunSum, tasks(), st.sampled_from(Outcome), st.none() | st.just("no_card"), st.integers(1, 99), st.none() | money
)
"""Sums of a back-test."""


@st.composite
def backtests(draw: st.DrawFn) -> Backtest:
    """Draw what tasks would have done around the cycle."""
    tasks_, rows_ = draw(hotels())
    return backtest(
        tasks_,
        rows_,
        start=CYCLE - timedelta(hours=draw(st.integers(0, 30))),
        end=CYCLE + timedelta(hours=draw(st.integers(0, 30))),
        rules=draw(house_rules),
        max_runs=draw(st.none() | st.integers(0, 3)),
        undated_payments=draw(st.sampled_from(UndatedPayments)),
    )


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Draw one reservation's life, with some tasks."""
    tasks_, _ = draw(hotels(3, 0))
    row = draw(reservations("R1", made_for=draw(st.sampled_from(tasks_))))
    return timeline(tasks_, row, at=draw(cycles), rules=draw(house_rules))


windows: st.SearchStrategy[Window] = st.builds(
    lambda due_at, hours: Window(due_at, hours_later(due_at, hours)), seconds, st.integers(1, 48)
)
"""When a task may take a reservation."""
