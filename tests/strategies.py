"""Hypothesis strategies for the domain: small hotels in which things really happen.

Instants lie near one cycle, offsets are few and ids come from a handful of letters, so that windows are met
and missed, filters hold and fail, and boundaries are hit exactly.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from hotelpay import (
    Adjustment,
    BonusPaymentType,
    Cap,
    CapBasis,
    Card,
    CardChoice,
    CardClass,
    CardKind,
    Charge,
    Currency,
    Deposit,
    Filters,
    Folio,
    FolioBalance,
    FolioCharges,
    Formula,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Mode,
    Money,
    Operation,
    Payment,
    Rate,
    RequiredDeposit,
    Reservation,
    ReservationStatus,
    SendEmail,
    Share,
    Step,
    Task,
    Unit,
)
from hotelpay.autopilot.window import MODE_RULES, Anchor

#: The cycle that everything lies around: a summer day, so that zones with a clock change differ from winter.
CYCLE = datetime(2024, 7, 10, 9, 0, tzinfo=UTC)
ZONES = ("Europe/Sofia", "Pacific/Apia", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
#: The euro is the setup's currency; what is not in it is the exception.
CURRENCIES = ("EUR",) * 9 + ("BGN", "JPY", "KWD")

zones = st.sampled_from(ZONES)
currencies = st.sampled_from(CURRENCIES).map(Currency.of)
names = st.sampled_from(("a", "b", "c"))
name_sets = st.frozensets(names, max_size=2)

#: How far an instant lies from the cycle: whole hours, a second to either side, or anything.
_distances = st.builds(
    lambda hours, seconds: timedelta(hours=hours, seconds=seconds),
    st.integers(-26, 1) | st.integers(-80, 80),
    st.sampled_from((0, 0, 0, -1, 1, 450, -450)),
)
instants = _distances.map(lambda distance: CYCLE + distance)
cycles = st.integers(-6, 6).map(lambda quarters: CYCLE + timedelta(minutes=15 * quarters))


@st.composite
def amounts(draw: st.DrawFn, currency: Currency, least: int = -50_000, most: int = 500_000) -> Money:
    """Draw an amount of one currency, in minor units from ``least`` to ``most``."""
    return Money(draw(st.integers(least, most)), currency)


def decimals(least: str, most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(least, most, places=places, allow_nan=False, allow_infinity=False)


adjustments = (st.sampled_from((-100, -50, -33, 0, 10)) | decimals("-100", "200", 3)).map(Adjustment.of)
shares = (st.sampled_from((0, 30, 50, 100)) | decimals("0", "200", 3)).map(Share.of)
caps = (st.sampled_from((0, 25, 33, 100)) | decimals("0", "100", 2)).map(Cap.of)


@st.composite
def folios(draw: st.DrawFn, name: str, currency: Currency) -> Folio:
    """Draw a bill that mostly is open and owed; discounts, refunds and credits are among them."""
    charge = st.builds(
        Charge,
        st.sampled_from(("rooms", "rooms", "extras", "packages")),
        amounts(currency, 1, 500_000) | amounts(currency),
    )
    payment = st.builds(Payment, amount=amounts(currency, 1, 3_000) | amounts(currency), payment_type=st.none() | names)
    return Folio(
        id=name,
        opened_at=draw(instants),
        currency=currency,
        closed=draw(st.sampled_from((False,) * 6 + (True,))),
        charges=draw(st.lists(charge, min_size=draw(st.sampled_from((1, 1, 1, 0))), max_size=3)),
        payments=draw(st.lists(payment, max_size=draw(st.sampled_from((0, 0, 1, 2))))),
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


policies = st.builds(
    GuaranteePolicy,
    id=names,
    guarantee_period_hours=st.none() | st.integers(0, 60),
    deposit=st.none()
    | st.builds(
        Deposit,
        revenue_groups=st.frozensets(st.sampled_from(("rooms", "extras")), max_size=1),
        percent=st.none() | shares,
        nights=st.none() | st.integers(1, 5),
        fixed=st.none() | amounts(Currency.of("EUR"), -100, 5000),
    ),
)

house_rules = st.builds(
    HouseRules,
    timezone=zones,
    guarantee_policies=st.lists(policies, max_size=3, unique_by=lambda policy: policy.id),
    catch_up_hours=st.sampled_from((24, 24, 1, 48)),
)

_T = TypeVar("_T")


def _mostly_empty(sets: st.SearchStrategy[frozenset[_T]]) -> st.SearchStrategy[frozenset[_T]]:
    empty: frozenset[_T] = frozenset()
    return st.sampled_from((True, True, False)).flatmap(lambda left_out: st.just(empty) if left_out else sets)


filters = st.builds(
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

_fixed = st.none() | amounts(Currency.of("EUR"), -5000, 5000)
formulas: st.SearchStrategy[Formula] = st.one_of(
    st.builds(FolioBalance, adjust_percent=st.none() | adjustments, fixed=_fixed),
    st.builds(RequiredDeposit, adjust_percent=st.none() | adjustments, fixed=_fixed),
    st.builds(
        FolioCharges,
        revenue_groups=st.frozensets(st.sampled_from(("rooms", "extras")), max_size=2),
        percent=st.none() | shares,
        nights=st.none() | st.integers(1, 6),
        fixed=_fixed,
    ),
)


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
        max_amount=None if acts_alone else draw(st.none() | amounts(Currency.of("EUR"), 0, 100_000)),
        amount=draw(st.none() | formulas) if acts_alone else draw(formulas),
        on_success=draw(st.lists(st.just(SendEmail("thanks")), max_size=1)),
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


rows = hotels(1).map(lambda hotel: hotel[1])


@st.composite
def bonus_types(draw: st.DrawFn, *, working: bool = False) -> BonusPaymentType:
    """Draw a payment type; a ``working`` one is switched on and has a rate and a percentage."""
    currency = draw(currencies)
    unit = Unit.POINTS if working else draw(st.sampled_from(Unit))
    return BonusPaymentType(
        id="kontur",
        currency_type="BONUS" if unit is Unit.POINTS else draw(currencies).code,
        unit=unit,
        currency=currency,
        max_percent=draw(caps.filter(lambda cap: cap.value > 0) if working else caps),
        enabled=working or draw(st.sampled_from((True, True, True, False))),
        rate=draw(st.none() | decimals("0.0001", "40", 4).map(Rate.of)),
        step=draw(st.sampled_from(("0.01", "1", "0.5", "2.5", "10")).map(Step.of)),
        cap_basis=draw(st.sampled_from(CapBasis)),
    )


days = st.dates(date(1901, 1, 1), date(2198, 12, 31))
