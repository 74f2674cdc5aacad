"""Intents and answers of every kind, for suites that show whether a ledger keeps them as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import attrs

from hotelpay.actions import CloseFolio, CreateTodo, SendEmail, SetFolioVisibility, SetGuaranteeStatus
from hotelpay.autopilot.amounts import FolioBalance, FolioCharges, Formula, RequiredDeposit
from hotelpay.autopilot.decision import Problem
from hotelpay.autopilot.filters import Filters
from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.autopilot.task import CardChoice, Operation, Task
from hotelpay.autopilot.window import Mode
from hotelpay.bonus.redemption_intents import RedemptionIntent, ReversalIntent
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.moments import HOUR, Instant, instant
from hotelpay.money import Adjustment, Currency, Money, Share
from hotelpay.points import BonusCard, Points
from hotelpay.reservation import CardClass, PreAuthorization
from hotelpay.settlement.digest import digest
from hotelpay.settlement.identity import Identity, Kind
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.outcome import (
    Approved,
    Declined,
    Done,
    Ending,
    Failed,
    NotAttempted,
    Outcome,
    Refused,
    Result,
    TooLate,
    Unknown,
)

#: The cycle that the examples belong to.
CYCLE: Final = instant(datetime(2024, 7, 10, 9, 0, tzinfo=UTC))
_EUR: Final = Currency.of("EUR")
#: As long as a name or a free text may be, and not of Latin letters.
_LONG_NAME: Final = "Ж" * 128
_LONG_TEXT: Final = "日本語のメモ\n\tÄÖ \N{BLACK TELEPHONE}! " * 200

#: A guest's personal data as they stand in the examples, to be looked for after an erasure.
CARD_NUMBER: Final = "9990001234567"
COMMENT: Final = "for Anna Petrova, room 7"
MESSAGE: Final = "Anna Petrova did not confirm"


def eur(minor: int) -> Money:
    """Return euros, in cents."""
    return Money(minor, _EUR)


def run_intent(
    hotel: str, *, task: Task | None = None, name: str = "T1", reservation: str = "R1", attempt: int = 1
) -> RunIntent:
    """Return the intent of a run that charges 320.00 EUR."""
    task = task or plain_task(name)
    return RunIntent(
        identity=Identity(hotel, Kind.RUN, (task.id, reservation), attempt),
        task=task,
        reservation=reservation,
        folio="F1",
        card="tok_1",
        amount=eur(32000),
        due_at=Instant(CYCLE - HOUR),
        closes_at=Instant(CYCLE + 23 * HOUR),
        cycle_at=CYCLE,
        problem=None,
        snapshot=digest(reservation),
    )


def plain_task(name: str = "T1", amount: Formula | None = None) -> Task:
    """Return a task that charges the whole balance."""
    return Task(
        id=name, active=True, mode=Mode.AFTER_CREATION, operation=Operation.PAYMENT, amount=amount or FolioBalance()
    )


def held_amount(name: str = "A1") -> PreAuthorization:
    """Return 100.00 EUR blocked on a card for a week."""
    return PreAuthorization(
        id=name,
        card="tok_1",
        folio="F1",
        amount=eur(10000),
        reference=f"auth-{name}",
        expires_at=Instant(CYCLE + 7 * 24 * HOUR),
    )


def release_intent(hotel: str, *, reservation: str = "R1", name: str = "A1", attempt: int = 1) -> ReleaseIntent:
    """Return the intent of releasing a blocked amount."""
    held = held_amount(name)
    return ReleaseIntent.of(held, hotel=hotel, reservation=reservation, attempt=attempt, cycle_at=CYCLE)


def capture_intent(hotel: str, *, reservation: str = "R1", name: str = "A1") -> CaptureIntent:
    """Return the intent of taking a part of a blocked amount."""
    return CaptureIntent(
        identity=Identity(hotel, Kind.CAPTURE, (reservation, name)),
        reservation=reservation,
        preauthorization=attrs.evolve(held_amount(name), expires_at=None),
        amount=eur(4000),
        at=CYCLE,
    )


def redemption_intent(
    hotel: str, *, name: str = "D1", reservation: str = "R1", comment: str | None = COMMENT
) -> RedemptionIntent:
    """Return the intent of paying 45.00 EUR with 450 points of a card that stands for a person."""
    return RedemptionIntent(
        identity=Identity(hotel, Kind.REDEMPTION, (name,)),
        reservation=reservation,
        folio="F1",
        payment_type="kontur",
        card=BonusCard(CARD_NUMBER),
        points=Points.of("450.00", "BONUS"),
        amount=eur(4500),
        comment=comment,
        at=CYCLE,
        until=Instant(CYCLE + 900),
    )


def reversal_intent(hotel: str, *, name: str = "D1", reversal: str = "V1", reservation: str = "R1") -> ReversalIntent:
    """Return the intent of taking a part of a redemption back."""
    redeemed = redemption_intent(hotel, name=name, reservation=reservation)
    return ReversalIntent(
        identity=Identity(hotel, Kind.REVERSAL, (name, reversal)),
        reservation=reservation,
        folio="F1",
        payment_type="kontur",
        card=redeemed.card,
        points=Points.of("10.5", "BONUS"),
        amount=eur(105),
        posted=redeemed.posting_key,
        debit="debit-1",
        at=CYCLE,
    )


def full_task() -> Task:
    """Return a task that uses everything a task can have."""
    return Task(
        id=_LONG_NAME,
        name="Виртуални карти при пристигане",
        active=False,
        mode=Mode.BEFORE_ARRIVAL,
        offset_hours=100_000,
        filters=Filters(
            guarantee_statuses=frozenset(GuaranteeStatus),
            guarantee_policies=frozenset({"flex", "strict"}),
            ota=False,
            cards=frozenset(CardClass),
            included_companies=frozenset({"a", "b"}),
            excluded_companies=frozenset({"c"}),
            included_agents=frozenset({"expedia"}),
            excluded_agents=frozenset({"booking", "Čedok"}),
        ),
        operation=Operation.PREAUTHORIZATION,
        card=CardChoice.LAST_OTA,
        max_amount=eur(200_000),
        amount=FolioCharges(revenue_groups=frozenset({"rooms", "spa"}), percent=Share.of("33.333"), nights=2),
        on_success=(
            SendEmail("thanks"),
            CloseFolio("invoice"),
            SetFolioVisibility(visible=False),
            SetGuaranteeStatus(GuaranteeStatus.GUARANTEED),
        ),
        on_failure=(CreateTodo(_LONG_TEXT, "Payments"), CreateTodo("{curly} braces", None)),
    )


def _with_formula(amount: Formula) -> Callable[[str], Intent]:
    return lambda hotel: run_intent(hotel, task=plain_task(amount=amount))


def _without_money(hotel: str) -> Intent:
    task = Task(id="T1", active=True, mode=Mode.AFTER_CREATION, operation=Operation.ACTIONS_ONLY)
    return attrs.evolve(run_intent(hotel, task=task), card=None, amount=None)


def _with_problem(problem: Problem) -> Callable[[str], Intent]:
    card = None if problem is Problem.NO_CARD else "tok_1"
    return lambda hotel: attrs.evolve(run_intent(hotel), problem=problem, card=card)


def _at_the_ends(hotel: str) -> Intent:
    """Return a run with the first and last instants, the largest amount and the longest names there are."""
    first, last = instant(datetime(1900, 1, 1, tzinfo=UTC)), instant(datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC))
    run = run_intent(hotel, name=_LONG_NAME, reservation=_LONG_NAME, attempt=1)
    largest = Money.of("99999999999999.9999", "CLF")
    return attrs.evolve(run, amount=largest, due_at=first, cycle_at=first, closes_at=last)


#: Every kind of intent, with everything that it can hold, by what is special about it.
EVERY_INTENT: Final[Mapping[str, Callable[[str], Intent]]] = {
    "a run": run_intent,
    "a run of a task with everything": lambda hotel: run_intent(hotel, task=full_task()),
    "a run of an adjusted balance": _with_formula(FolioBalance(adjust_percent=Adjustment.of("-33.3"), fixed=eur(-50))),
    "a run of a deposit": _with_formula(RequiredDeposit(adjust_percent=Adjustment.of("10"), fixed=eur(1))),
    "a run of charges": _with_formula(FolioCharges(percent=Share.of("50.0"), fixed=eur(0))),
    "a run of nothing but actions": _without_money,
    "a run without a card": _with_problem(Problem.NO_CARD),
    "a run above the ceiling": _with_problem(Problem.ABOVE_MAX_AMOUNT),
    "a run above the limit": _with_problem(Problem.ABOVE_MAX_RUNS),
    "a run at the ends": _at_the_ends,
    "a run in yen": lambda hotel: attrs.evolve(run_intent(hotel), amount=Money.of(135, "JPY")),
    "a release": release_intent,
    "a capture": capture_intent,
    "a redemption": redemption_intent,
    "a redemption with a hold": lambda hotel: attrs.evolve(redemption_intent(hotel, comment=None), with_hold=True),
    "a redemption of many decimals": lambda hotel: attrs.evolve(
        redemption_intent(hotel, comment=_LONG_TEXT), points=Points.of("12345678901234.00000000000010", "Рубли")
    ),
    "a reversal": reversal_intent,
}

#: Every answer that a call may have.
EVERY_RESULT: Final[tuple[Result, ...]] = (
    Approved(eur(31_999), "ch_1"),
    Approved(Money.of("0.001", "KWD"), "auth-1", Instant(CYCLE + HOUR)),
    Approved(Points.of("450.00", "BONUS"), "debit-1"),
    Declined("authentication_required", MESSAGE),
    Declined("no_card"),
    NotAttempted("connection refused"),
    Unknown("timed out \N{SNOWMAN}"),
    Unknown(),
    Done(),
    Refused("folio_closed", "closed by the night audit"),
    Failed("the books are locked"),
    TooLate(),
)

#: Every way a settlement may end.
EVERY_ENDING: Final[tuple[Ending, ...]] = (
    *(Ending(outcome) for outcome in Outcome),
    Ending(Outcome.APPROVED, "folio_closed", "posting_refused"),
)
