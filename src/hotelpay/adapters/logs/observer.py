"""One log record for each happening: a level by what it asks of an operator, a short message, and fields."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final, assert_never

import attrs

from hotelpay.moments import utc_text
from hotelpay.observed import (
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
    Stop,
    VisitBegun,
)

#: The logger above all of them. An application says what becomes of its records; by itself they go nowhere.
ROOT: Final = "hotelpay"
logging.getLogger(ROOT).addHandler(logging.NullHandler())

_MESSAGE: Final = "hotel %s: %s"
#: After these nobody knows yet, or a step did not come about: somebody may want to look at the other side.
_TROUBLED: Final = (Answer.NOT_ATTEMPTED, Answer.UNKNOWN, Answer.REFUSED, Answer.FAILED, Answer.TOO_LATE)


class LogObserver:
    """Hands what ledgers tell to the loggers ``hotelpay.run``, ``hotelpay.redemption`` … and ``hotelpay.cycle``.

    ERROR: a person is needed, or a lease was lost. WARNING: an answer that nobody knows yet or that came to nothing, a
    run that was forgotten, a cycle that another worker has by now. INFO: how settlements and cycles ended, and what
    people did. DEBUG: every step. Each record bears the :data:`~hotelpay.adapters.logs.json_lines.FIELDS` that it has.
    """

    def observe(self, happening: Happening) -> None:
        """Log it."""
        line = _settlement_line(happening) if isinstance(happening, SettlementHappening) else _hotel_line(happening)
        known = {name: value for name, value in line.fields.items() if value is not None}
        logging.getLogger(f"{ROOT}.{line.logger}").log(
            line.level, _MESSAGE, line.fields["hotel"], line.words, extra={"event": line.event, **known}
        )


@attrs.frozen
class _Line:
    """What a record is made of: ``words`` are for people, ``event`` and ``fields`` for programs."""

    logger: str
    level: int
    event: str
    words: str
    fields: Mapping[str, Any]


@attrs.frozen
class _Step:
    """What is new in a line about a settlement."""

    level: int
    event: str
    words: str
    fields: Mapping[str, Any] = attrs.field(factory=dict)


def _settlement_line(happening: SettlementHappening) -> _Line:
    visit, step = happening.visit, _step(happening)
    kind, names = visit.identity.kind.value, visit.identity.names
    fields = {
        "hotel": visit.hotel,
        "kind": kind,
        "names": list(names),
        "task": visit.task,
        "reservation": visit.reservation,
        "attempt": visit.identity.attempt,
        "key": visit.key,
        "epoch": visit.epoch,
        **step.fields,
    }
    return _Line(kind, step.level, step.event, f"{kind} of {' / '.join(names)} {step.words}", fields)


def _step(happening: SettlementHappening) -> _Step:
    match happening:
        case VisitBegun(_, at, start):
            fields = {"at": utc_text(at), "start": start.value}
            step = _Step(logging.DEBUG, "begun", f"is {start.value.replace('_', ' ')}", fields)
        case CallSent(_, at, purpose):
            step = _Step(logging.DEBUG, "sending", f"sends {purpose}", {"at": utc_text(at), "purpose": purpose})
        case CallAnswered():
            step = _answer(happening)
        case PersonCalled(_, at, code):
            step = _Step(logging.ERROR, "person", f"needs a person ({code})", {"at": utc_text(at), "person": code})
        case SettlementEnded():
            step = _end(happening)
        case GivenBack():
            step = _Step(logging.DEBUG, "given_back", "is given back")
        case LeaseLost():
            step = _Step(logging.ERROR, "lease_lost", "was lost: its lease is over")
        case _:
            assert_never(happening)
    return step


def _answer(answered: CallAnswered) -> _Step:
    level = logging.WARNING if answered.answer in _TROUBLED else logging.DEBUG
    fields = {
        "at": utc_text(answered.at),
        "purpose": answered.purpose,
        "answer": answered.answer.value,
        "code": answered.code,
        "by_hand": answered.by_hand,
    }
    words = f"heard of {answered.purpose}: {_with_code(answered.answer.value, answered.code)}"
    return _Step(level, "answer", words, fields)


def _end(end: SettlementEnded) -> _Step:
    fields = {
        "at": utc_text(end.at),
        "seconds": end.seconds,
        "outcome": end.outcome.value,
        "code": end.reason,
        "person": end.person,
    }
    words = f"ended: {_with_code(end.outcome.value, end.reason)}"
    if end.person is None:
        return _Step(logging.INFO, "ended", words, fields)
    return _Step(logging.ERROR, "ended", f"{words}; it needs a person ({end.person})", fields)


def _with_code(what: str, code: str | None) -> str:
    return what if code is None else f"{what} ({code})"


def _hotel_line(happening: HotelHappening) -> _Line:
    match happening:
        case AttemptAllowed(hotel=hotel, kind=kind, names=names, attempt=attempt):
            words = f"{kind.value} of {' / '.join(names)} may be tried again, attempt {attempt}"
            fields = {"hotel": hotel, "kind": kind.value, "names": list(names), "attempt": attempt}
            return _Line(kind.value, logging.INFO, "rearmed", words, fields)
        case RunForgotten():
            return _forgotten_line(happening)
        case ReservationErased(hotel=hotel, reservation=reservation, settlements=settlements):
            fields = {"hotel": hotel, "reservation": reservation, "settlements": settlements}
            return _Line("ledger", logging.INFO, "erased", f"reservation {reservation} was erased", fields)
        case CycleBegun() | CycleRefused() | CycleEnded():
            return _cycle_line(happening)
    assert_never(happening)


def _forgotten_line(forgotten: RunForgotten) -> _Line:
    fields = {
        "hotel": forgotten.hotel,
        "kind": "run",
        "task": forgotten.task,
        "reservation": forgotten.reservation,
        "due_at": utc_text(forgotten.due_at),
        "closed_at": utc_text(forgotten.closed_at),
    }
    words = f"run of {forgotten.task} / {forgotten.reservation} was forgotten"
    return _Line("run", logging.WARNING, "forgotten", words, fields)


def _cycle_line(happening: CycleBegun | CycleRefused | CycleEnded) -> _Line:
    cycle = utc_text(happening.cycle_at)
    fields: dict[str, Any] = {"hotel": happening.hotel, "cycle_at": cycle}
    match happening:
        case CycleBegun(epoch=epoch, at=at):
            words = "begun" if epoch == 1 else "resumed"
            return _Line(
                "cycle", logging.DEBUG, words, f"cycle {cycle} {words}", fields | {"at": utc_text(at), "epoch": epoch}
            )
        case CycleRefused(refusal=refusal):
            words = refusal.value
            return _Line("cycle", logging.DEBUG, words, f"cycle {cycle} refused: {words}", fields)
        case CycleEnded(stop=stop):
            level = logging.WARNING if stop is Stop.LOST else logging.INFO
            counts = {"epoch": happening.epoch, "forgotten": happening.forgotten, "waiting": happening.waiting}
            return _Line("cycle", level, stop.value, f"cycle {cycle} {stop.value}", fields | counts)
    assert_never(happening)
