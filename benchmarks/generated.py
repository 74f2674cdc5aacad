"""A made-up hotel: reservations, tasks and rules as domain objects, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import attrs

from hotelpay import (
    Adjustment,
    Card,
    CardChoice,
    CardClass,
    CardKind,
    Charge,
    CreateTodo,
    Currency,
    Deposit,
    Filters,
    Folio,
    FolioBalance,
    FolioCharges,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Instant,
    Mode,
    Money,
    Operation,
    Payment,
    RequiredDeposit,
    Reservation,
    ReservationStatus,
    Setup,
    Share,
    Task,
)
from hotelpay.moments import HOUR, hotel_noon, hotel_zone, instant

ZONE: Final = "Europe/Lisbon"
EUR: Final = Currency.of("EUR")
_TODAY: Final = date(2026, 3, 10)
#: The cycle that everything is decided at: an hour after noon, when nobody who arrives today has checked in yet.
AT: Final = instant(datetime(_TODAY.year, _TODAY.month, _TODAY.day, 13, tzinfo=UTC))
_DAY: Final = 24 * HOUR


@attrs.frozen
class Season:
    """How far from today guests arrive, and how many days before that (or before now) they have booked."""

    days_back: int
    days_ahead: int
    lead_days: int


#: Everybody books, arrives, leaves or cancels within days, so that a task's window leaves many rows to filter.
DENSE: Final = Season(days_back=4, days_ahead=8, lead_days=3)
#: What a hotel has on file: mostly guests who left long ago.
TWO_YEARS: Final = Season(days_back=460, days_ahead=330, lead_days=200)
#: What no task looks at any more.
LONG_AGO: Final = Season(days_back=3000, days_ahead=-700, lead_days=200)

POLICIES: Final = (
    GuaranteePolicy(id="flexible", guarantee_period_hours=48),
    GuaranteePolicy(
        id="refundable",
        guarantee_period_hours=48,
        deposit=Deposit(revenue_groups=frozenset({"rooms"}), percent=Share.of(30), nights=1),
    ),
    GuaranteePolicy(id="non-refundable", deposit=Deposit(percent=Share.of(100))),
)


def rules() -> HouseRules:
    """Return the rules of the made-up hotel."""
    return HouseRules(timezone=ZONE, guarantee_policies=POLICIES)


def setup() -> Setup:
    """Return the whole setup of the made-up hotel, with ten tasks as the real one has."""
    return Setup(timezone=ZONE, currency=EUR, guarantee_policies=POLICIES, tasks=tasks()[:10])


def tasks() -> tuple[Task, ...]:
    """Return twelve tasks: every mode, every filter and every formula."""
    balance = FolioBalance()
    half = FolioBalance(adjust_percent=Adjustment.of(-50))
    first_night = FolioCharges(revenue_groups=frozenset({"rooms"}), nights=1, fixed=_euros(2000))
    fee = FolioCharges(revenue_groups=frozenset({"rooms"}), percent=Share.of("17.5"), nights=1)
    guests = frozenset({CardClass.GUEST_ONLY, CardClass.GUEST_AND_OTA})
    virtual = frozenset({CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA})
    guaranteed = frozenset({GuaranteeStatus.GUARANTEED})
    unsure = frozenset({GuaranteeStatus.AWAITING, GuaranteeStatus.EXPIRED})

    def task(name: str, mode: Mode, hours: int, filters: Filters, amount: FolioBalance | FolioCharges) -> Task:
        return Task(
            id=name,
            active=True,
            mode=mode,
            offset_hours=hours,
            filters=filters,
            operation=Operation.PAYMENT,
            card=CardChoice.LAST,
            amount=amount,
        )

    created, before_arrival, arrived = Mode.AFTER_CREATION, Mode.BEFORE_ARRIVAL, Mode.AFTER_ARRIVAL
    before_departure, left, cancelled = Mode.BEFORE_DEPARTURE, Mode.AFTER_DEPARTURE, Mode.AFTER_CANCELLATION
    ask_for_card = attrs.evolve(
        task("ask-for-card", created, 24, Filters(cards={CardClass.NONE}, guarantee_statuses=unsure), balance),
        operation=Operation.ACTIONS_ONLY,
        card=None,
        amount=None,
        on_success=[CreateTodo("Ask for a card")],
    )
    deposit = attrs.evolve(
        task("deposit", created, 0, Filters(guarantee_policies={"refundable", "non-refundable"}), balance),
        amount=RequiredDeposit(),
    )
    return (
        deposit,
        ask_for_card,
        task("virtual", before_arrival, 0, Filters(ota=True, cards=virtual), balance),
        task("week-before", before_arrival, 168, Filters(ota=False, excluded_agents={"agent-9", "agent-3"}), half),
        task("first-night", before_arrival, 48, Filters(guarantee_statuses=guaranteed, cards=guests), first_night),
        task("company", before_arrival, 72, Filters(included_companies={"company-1", "company-2"}), balance),
        task("damage", arrived, 1, Filters(cards=guests), FolioCharges(fixed=_euros(10000))),
        task("second-day", arrived, 24, Filters(excluded_companies={"company-3"}), half),
        task("settle", before_departure, 3, Filters(cards=guests, guarantee_statuses=guaranteed), balance),
        task("late-bar", left, 2, Filters(), balance),
        task("fee", cancelled, 1, Filters(guarantee_statuses=guaranteed | unsure), fee),
        task("agents-fee", cancelled, 12, Filters(included_agents={f"agent-{n}" for n in range(20)}), fee),
    )


def without_amount(task: Task) -> Task:
    """Return the task with its window and filters alone: nothing to price, no card to find."""
    return attrs.evolve(task, operation=Operation.ACTIONS_ONLY, card=None, max_amount=None, amount=None)


def reservations(count: int, season: Season, seed: int = 1) -> Iterator[Reservation]:
    """Yield that many reservations as they stand at :data:`AT`."""
    dice = random.Random(seed)  # noqa: S311  a made-up hotel keeps no secret
    for number in range(count):
        yield _reservation(dice, number, season)


def _reservation(dice: random.Random, number: int, season: Season) -> Reservation:
    zone = hotel_zone(ZONE)
    arrival = _TODAY + timedelta(days=dice.randint(-season.days_back, season.days_ahead))
    departure = arrival + timedelta(days=dice.choice((0, 1, 1, 2, 2, 3, 3, 4, 7)))
    arrival_noon, departure_noon = hotel_noon(zone, arrival), hotel_noon(zone, departure)
    created_at = min(arrival_noon, AT) - dice.randint(HOUR, season.lead_days * _DAY)
    checked_in_at = arrival_noon + dice.randint(2 * HOUR, 8 * HOUR)
    checked_out_at = max(departure_noon - dice.randint(HOUR // 2, 4 * HOUR), checked_in_at + HOUR)
    cancelled_at = dice.randint(created_at, min(arrival_noon, AT))
    status = _status(dice.random(), checked_in_at, checked_out_at)
    is_left = status is ReservationStatus.CHECKED_OUT
    has_come = is_left or status is ReservationStatus.CHECKED_IN
    return Reservation(
        id=f"R-{number}",
        status=status,
        created_at=Instant(created_at),
        arrival=arrival,
        departure=departure,
        checked_in_at=Instant(checked_in_at) if has_come else None,
        checked_out_at=Instant(checked_out_at) if is_left else None,
        cancelled_at=Instant(cancelled_at) if status is ReservationStatus.CANCELLED else None,
        guarantee_status=dice.choice((None, *GuaranteeStatus)),
        guarantee_policy=dice.choice((None, "flexible", "flexible", "refundable", "non-refundable")),
        ota=dice.random() < 0.45,
        company=f"company-{dice.randrange(8)}" if dice.random() < 0.2 else None,
        agent=f"agent-{dice.randrange(40)}" if dice.random() < 0.7 else None,
        cards=_cards(dice, number),
        folios=_folios(dice, number, created_at, max(1, (departure - arrival).days), is_left=is_left),
    )


def _status(fate: float, checked_in_at: int, checked_out_at: int) -> ReservationStatus:
    if fate < 0.3:
        return ReservationStatus.CANCELLED
    if checked_in_at > AT:
        return ReservationStatus.EXPECTED
    if fate < 0.33:
        return ReservationStatus.NO_SHOW
    return ReservationStatus.CHECKED_OUT if checked_out_at <= AT else ReservationStatus.CHECKED_IN


def _cards(dice: random.Random, number: int) -> list[Card]:
    kinds = dice.choice(((), (CardKind.GUEST,), (CardKind.OTA,), (CardKind.GUEST, CardKind.OTA)))
    return [Card(f"{kind.value}-{number}", kind) for kind in kinds]


def _folios(dice: random.Random, number: int, created_at: int, nights: int, *, is_left: bool) -> list[Folio]:
    charges = [Charge("rooms", _euros(nights * dice.randint(4000, 25000)))]
    if dice.random() < 0.3:
        charges.append(Charge("parking", _euros(nights * 900)))
    if dice.random() < 0.2:
        charges.append(Charge("meals", _euros(nights * 1850)))
    owed = sum(charge.amount.minor for charge in charges)
    paid = dice.choice((0, 0, 0, owed * 3 // 10, owed // 3, owed))
    first = Folio(
        id=f"F{number}",
        opened_at=Instant(created_at),
        currency=EUR,
        closed=is_left and dice.random() < 0.4,
        charges=charges,
        payments=[Payment(amount=_euros(paid))] if paid else [],
    )
    if dice.random() > 0.08:
        return [first]
    bar = [Charge("extras", _euros(dice.randint(100, 9000)))]
    return [first, Folio(id=f"F{number}b", opened_at=Instant(created_at + HOUR), currency=EUR, charges=bar)]


def _euros(cents: int) -> Money:
    return Money(cents, EUR)
