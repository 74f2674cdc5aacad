"""hotelpay decides a hotel's automatic payments, says why, and carries them out once.

Two systems: the **autopilot**, tasks that charge or pre-authorise cards by themselves, and the **bonus**,
paying a guest's bill with loyalty points. Decisions are pure: values in, values out, ``now`` is always an
argument. What acts does so through :class:`~hotelpay.ports.Ports`, and survives being killed at any moment.
Documents (JSON, TOML) are read by :mod:`hotelpay.documents`, an extra.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hotelpay.actions import (
        Action,
        CloseFolio,
        CreateTodo,
        SendEmail,
        SetFolioVisibility,
        SetGuaranteeStatus,
        todo_text,
    )
    from hotelpay.autopilot.amounts import Amount, FolioBalance, FolioCharges, Formula, Line, LineKind, RequiredDeposit
    from hotelpay.autopilot.backtest import Assumption, Backtest, PastRun, RunSum, backtest
    from hotelpay.autopilot.candidates import candidates_at
    from hotelpay.autopilot.cycle import preview_next, run_cycle
    from hotelpay.autopilot.cycle_report import CycleReport, CycleState, PersonWanted, RunReport
    from hotelpay.autopilot.decision import Decision, Problem, Run, Skip, decide, decide_all
    from hotelpay.autopilot.desk import capture, release
    from hotelpay.autopilot.filters import Filters
    from hotelpay.autopilot.forecast import Foreseen, forecast
    from hotelpay.autopilot.going_live import rearm
    from hotelpay.autopilot.history import UndatedPayments, as_of
    from hotelpay.autopilot.house_rules import HouseRules
    from hotelpay.autopilot.index import ReservationIndex
    from hotelpay.autopilot.preview import Preview, as_if_active, preview, skips
    from hotelpay.autopilot.reasons import Reason, ReasonCode
    from hotelpay.autopilot.release import releasable, release_due
    from hotelpay.autopilot.task import CardChoice, Operation, Task
    from hotelpay.autopilot.timeline import (
        Milestone,
        Timeline,
        TimelineEvent,
        TimelineRow,
        TimelineState,
        timeline,
    )
    from hotelpay.autopilot.window import Mode, Window
    from hotelpay.bonus.payment_types import BonusPaymentType, BonusSettings, CapBasis, Unit
    from hotelpay.bonus.points import Rate, Step
    from hotelpay.bonus.quote import LimitedBy, Quote, QuoteReason, QuoteReasonCode, quote, quote_folio
    from hotelpay.bonus.redemption import Redeemed, Refusal, redeem, reverse
    from hotelpay.by_hand import retry_actions, settle_by_hand
    from hotelpay.chain import Chain, serve_cycle, serve_recovery
    from hotelpay.errors import (
        CurrencyMismatch,
        HotelpayError,
        InvalidValue,
        MissingExtra,
        PointsMismatch,
        UnknownName,
        WrongType,
    )
    from hotelpay.findings import Finding, Severity, review
    from hotelpay.folio import Charge, Folio, Payment
    from hotelpay.guarantee import Deposit, GuaranteePolicy, GuaranteeStatus
    from hotelpay.hotel import Setup
    from hotelpay.messages import Language
    from hotelpay.moments import Instant, next_cycle, utc_datetime
    from hotelpay.money import Adjustment, Cap, Currency, Money, Rounding, Share
    from hotelpay.observed import ObservedLedger, Observer
    from hotelpay.points import BonusCard, Points
    from hotelpay.ports import Ports
    from hotelpay.recovery import Recovery, recover
    from hotelpay.reservation import (
        Card,
        CardClass,
        CardKind,
        Pair,
        PreAuthorization,
        PreAuthorizationState,
        Reservation,
        ReservationStatus,
    )
    from hotelpay.settlement.identity import Identity, Kind
    from hotelpay.settlement.outcome import Approved, Declined, Done, NotAttempted, Outcome, Refused, Unknown
    from hotelpay.settlement.stepper import Promises

__all__ = [
    "Action",
    "Adjustment",
    "Amount",
    "Approved",
    "Assumption",
    "Backtest",
    "BonusCard",
    "BonusPaymentType",
    "BonusSettings",
    "Cap",
    "CapBasis",
    "Card",
    "CardChoice",
    "CardClass",
    "CardKind",
    "Chain",
    "Charge",
    "CloseFolio",
    "CreateTodo",
    "Currency",
    "CurrencyMismatch",
    "CycleReport",
    "CycleState",
    "Decision",
    "Declined",
    "Deposit",
    "Done",
    "Filters",
    "Finding",
    "Folio",
    "FolioBalance",
    "FolioCharges",
    "Foreseen",
    "Formula",
    "GuaranteePolicy",
    "GuaranteeStatus",
    "HotelpayError",
    "HouseRules",
    "Identity",
    "Instant",
    "InvalidValue",
    "Kind",
    "Language",
    "LimitedBy",
    "Line",
    "LineKind",
    "Milestone",
    "MissingExtra",
    "Mode",
    "Money",
    "NotAttempted",
    "ObservedLedger",
    "Observer",
    "Operation",
    "Outcome",
    "Pair",
    "PastRun",
    "Payment",
    "PersonWanted",
    "Points",
    "PointsMismatch",
    "Ports",
    "PreAuthorization",
    "PreAuthorizationState",
    "Preview",
    "Problem",
    "Promises",
    "Quote",
    "QuoteReason",
    "QuoteReasonCode",
    "Rate",
    "Reason",
    "ReasonCode",
    "Recovery",
    "Redeemed",
    "Refusal",
    "Refused",
    "RequiredDeposit",
    "Reservation",
    "ReservationIndex",
    "ReservationStatus",
    "Rounding",
    "Run",
    "RunReport",
    "RunSum",
    "SendEmail",
    "SetFolioVisibility",
    "SetGuaranteeStatus",
    "Setup",
    "Severity",
    "Share",
    "Skip",
    "Step",
    "Task",
    "Timeline",
    "TimelineEvent",
    "TimelineRow",
    "TimelineState",
    "UndatedPayments",
    "Unit",
    "Unknown",
    "UnknownName",
    "Window",
    "WrongType",
    "as_if_active",
    "as_of",
    "backtest",
    "candidates_at",
    "capture",
    "decide",
    "decide_all",
    "forecast",
    "next_cycle",
    "preview",
    "preview_next",
    "quote",
    "quote_folio",
    "rearm",
    "recover",
    "redeem",
    "releasable",
    "release",
    "release_due",
    "retry_actions",
    "reverse",
    "review",
    "run_cycle",
    "serve_cycle",
    "serve_recovery",
    "settle_by_hand",
    "skips",
    "timeline",
    "todo_text",
    "utc_datetime",
]

#: Where each public name lives. A name is imported when it is first asked for: a host that only quotes points
#: does not wait for the autopilot, and `import hotelpay` costs less than attrs does.
_HOMES: Final = {
    "hotelpay.actions": (
        "Action",
        "CloseFolio",
        "CreateTodo",
        "SendEmail",
        "SetFolioVisibility",
        "SetGuaranteeStatus",
        "todo_text",
    ),
    "hotelpay.autopilot.amounts": (
        "Amount",
        "FolioBalance",
        "FolioCharges",
        "Formula",
        "Line",
        "LineKind",
        "RequiredDeposit",
    ),
    "hotelpay.autopilot.backtest": ("Assumption", "Backtest", "PastRun", "RunSum", "backtest"),
    "hotelpay.autopilot.candidates": ("candidates_at",),
    "hotelpay.autopilot.cycle": ("preview_next", "run_cycle"),
    "hotelpay.autopilot.cycle_report": ("CycleReport", "CycleState", "PersonWanted", "RunReport"),
    "hotelpay.autopilot.decision": ("Decision", "Problem", "Run", "Skip", "decide", "decide_all"),
    "hotelpay.autopilot.desk": ("capture", "release"),
    "hotelpay.autopilot.filters": ("Filters",),
    "hotelpay.autopilot.forecast": ("Foreseen", "forecast"),
    "hotelpay.autopilot.going_live": ("rearm",),
    "hotelpay.autopilot.history": ("UndatedPayments", "as_of"),
    "hotelpay.autopilot.house_rules": ("HouseRules",),
    "hotelpay.autopilot.index": ("ReservationIndex",),
    "hotelpay.autopilot.preview": ("Preview", "as_if_active", "preview", "skips"),
    "hotelpay.autopilot.reasons": ("Reason", "ReasonCode"),
    "hotelpay.autopilot.release": ("releasable", "release_due"),
    "hotelpay.autopilot.task": ("CardChoice", "Operation", "Task"),
    "hotelpay.autopilot.timeline": (
        "Milestone",
        "Timeline",
        "TimelineEvent",
        "TimelineRow",
        "TimelineState",
        "timeline",
    ),
    "hotelpay.autopilot.window": ("Mode", "Window"),
    "hotelpay.bonus.payment_types": ("BonusPaymentType", "BonusSettings", "CapBasis", "Unit"),
    "hotelpay.bonus.points": ("Rate", "Step"),
    "hotelpay.points": ("BonusCard", "Points"),
    "hotelpay.bonus.quote": ("LimitedBy", "Quote", "QuoteReason", "QuoteReasonCode", "quote", "quote_folio"),
    "hotelpay.bonus.redemption": ("Redeemed", "Refusal", "redeem", "reverse"),
    "hotelpay.chain": ("Chain", "serve_cycle", "serve_recovery"),
    "hotelpay.by_hand": ("retry_actions", "settle_by_hand"),
    "hotelpay.errors": (
        "CurrencyMismatch",
        "HotelpayError",
        "InvalidValue",
        "MissingExtra",
        "PointsMismatch",
        "UnknownName",
        "WrongType",
    ),
    "hotelpay.folio": ("Charge", "Folio", "Payment"),
    "hotelpay.guarantee": ("Deposit", "GuaranteePolicy", "GuaranteeStatus"),
    "hotelpay.hotel": ("Setup",),
    "hotelpay.messages": ("Language",),
    "hotelpay.moments": ("Instant", "next_cycle", "utc_datetime"),
    "hotelpay.money": ("Adjustment", "Cap", "Currency", "Money", "Rounding", "Share"),
    "hotelpay.reservation": (
        "Card",
        "CardClass",
        "CardKind",
        "Pair",
        "PreAuthorization",
        "PreAuthorizationState",
        "Reservation",
        "ReservationStatus",
    ),
    "hotelpay.observed": ("ObservedLedger", "Observer"),
    "hotelpay.ports": ("Ports",),
    "hotelpay.recovery": ("Recovery", "recover"),
    "hotelpay.settlement.identity": ("Identity", "Kind"),
    "hotelpay.settlement.outcome": (
        "Approved",
        "Declined",
        "Done",
        "NotAttempted",
        "Outcome",
        "Refused",
        "Unknown",
    ),
    "hotelpay.settlement.stepper": ("Promises",),
    "hotelpay.findings": ("Finding", "Severity", "review"),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
