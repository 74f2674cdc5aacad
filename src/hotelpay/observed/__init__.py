"""Watching a ledger: whoever listens is told what was kept, in values that hold nothing of a guest."""

from __future__ import annotations

from hotelpay.observed.happenings import (
    Answer,
    AttemptAllowed,
    CallAnswered,
    CallSent,
    CycleBegun,
    CycleEnded,
    CycleRefused,
    GivenBack,
    Happening,
    HotelHappening,
    LeaseLost,
    PersonCalled,
    ReservationErased,
    RunForgotten,
    SettlementEnded,
    SettlementHappening,
    Start,
    Stop,
    Visit,
    VisitBegun,
)
from hotelpay.observed.ledger import ObservedLedger, Observer

__all__ = [
    "Answer",
    "AttemptAllowed",
    "CallAnswered",
    "CallSent",
    "CycleBegun",
    "CycleEnded",
    "CycleRefused",
    "GivenBack",
    "Happening",
    "HotelHappening",
    "LeaseLost",
    "ObservedLedger",
    "Observer",
    "PersonCalled",
    "ReservationErased",
    "RunForgotten",
    "SettlementEnded",
    "SettlementHappening",
    "Start",
    "Stop",
    "Visit",
    "VisitBegun",
]
