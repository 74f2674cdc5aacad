"""hotelpay decides a hotel's automatic payments, and says why.

Two systems: the **autopilot**, tasks that charge or pre-authorise cards by themselves, and the **bonus**,
paying a guest's bill with loyalty points. Everything here is pure: values in, decisions out, ``now`` is
always an argument. Documents (JSON, TOML) are read by :mod:`hotelpay.documents`, an extra.
"""

from __future__ import annotations

from hotelpay.autopilot.actions import (
    Action,
    CloseFolio,
    CreateTodo,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
    todo_text,
)
from hotelpay.autopilot.amounts import Amount, FolioBalance, FolioCharges, Formula, Line, LineKind, RequiredDeposit
from hotelpay.autopilot.decision import Decision, Pair, Problem, Run, Skip, decide, decide_all
from hotelpay.autopilot.filters import Filters
from hotelpay.autopilot.forecast import Foreseen, forecast
from hotelpay.autopilot.house_rules import HouseRules
from hotelpay.autopilot.preview import Preview, as_if_active, preview, skips
from hotelpay.autopilot.reasons import Reason, ReasonCode
from hotelpay.autopilot.task import CardChoice, Operation, Task
from hotelpay.autopilot.window import Mode, Window
from hotelpay.bonus.payment_types import BonusPaymentType, BonusSettings, CapBasis, Unit
from hotelpay.bonus.points import Points, Rate, Step
from hotelpay.bonus.quote import LimitedBy, Quote, QuoteReason, QuoteReasonCode, quote, quote_folio
from hotelpay.errors import (
    CurrencyMismatch,
    HotelpayError,
    InvalidValue,
    MissingExtra,
    PointsMismatch,
    UnknownName,
    WrongType,
)
from hotelpay.folio import Charge, Folio, Payment
from hotelpay.guarantee import Deposit, GuaranteePolicy, GuaranteeStatus
from hotelpay.hotel import Setup
from hotelpay.moments import Instant, next_cycle
from hotelpay.money import Adjustment, Cap, Currency, Money, Rounding, Share
from hotelpay.reservation import (
    Card,
    CardClass,
    CardKind,
    PreAuthorization,
    PreAuthorizationState,
    Reservation,
    ReservationStatus,
)
from hotelpay.review import Finding, Severity, review

__all__ = [
    "Action",
    "Adjustment",
    "Amount",
    "BonusPaymentType",
    "BonusSettings",
    "Cap",
    "CapBasis",
    "Card",
    "CardChoice",
    "CardClass",
    "CardKind",
    "Charge",
    "CloseFolio",
    "CreateTodo",
    "Currency",
    "CurrencyMismatch",
    "Decision",
    "Deposit",
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
    "Instant",
    "InvalidValue",
    "LimitedBy",
    "Line",
    "LineKind",
    "MissingExtra",
    "Mode",
    "Money",
    "Operation",
    "Pair",
    "Payment",
    "Points",
    "PointsMismatch",
    "PreAuthorization",
    "PreAuthorizationState",
    "Preview",
    "Problem",
    "Quote",
    "QuoteReason",
    "QuoteReasonCode",
    "Rate",
    "Reason",
    "ReasonCode",
    "RequiredDeposit",
    "Reservation",
    "ReservationStatus",
    "Rounding",
    "Run",
    "SendEmail",
    "SetFolioVisibility",
    "SetGuaranteeStatus",
    "Setup",
    "Severity",
    "Share",
    "Skip",
    "Step",
    "Task",
    "Unit",
    "UnknownName",
    "Window",
    "WrongType",
    "as_if_active",
    "decide",
    "decide_all",
    "forecast",
    "next_cycle",
    "preview",
    "quote",
    "quote_folio",
    "review",
    "skips",
    "todo_text",
]
