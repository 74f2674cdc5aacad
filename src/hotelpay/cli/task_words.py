"""A task in words: when, which reservations, what, how much."""

from __future__ import annotations

from typing import Final, assert_never

from hotelpay.actions import (
    Action,
    CloseFolio,
    CreateTodo,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
)
from hotelpay.autopilot.amounts import FolioBalance, FolioCharges, Formula, RequiredDeposit
from hotelpay.autopilot.task import CardChoice, Operation, Task
from hotelpay.autopilot.window import Mode
from hotelpay.conditions import Condition, Field
from hotelpay.money import Money

_EVENTS: Final = {
    Mode.AFTER_CREATION: ("after", "booking"),
    Mode.BEFORE_ARRIVAL: ("before", "noon of arrival"),
    Mode.AFTER_ARRIVAL: ("after", "check-in"),
    Mode.BEFORE_DEPARTURE: ("before", "noon of departure"),
    Mode.AFTER_DEPARTURE: ("after", "check-out"),
    Mode.AFTER_CANCELLATION: ("after", "cancellation"),
}
_CARDS: Final = {
    CardChoice.LAST: "the last card",
    CardChoice.LAST_OTA: "the last OTA card",
    CardChoice.LAST_GUEST: "the last guest card",
}
_FIELDS: Final = {
    Field.GUARANTEE_STATUS: "guarantee",
    Field.GUARANTEE_POLICY: "policy",
    Field.OTA: "OTA",
    Field.CARDS: "cards",
    Field.COMPANY: "company",
    Field.AGENT: "agent",
}


def when(task: Task) -> str:
    """Say when a task is due."""
    side, event = _EVENTS[task.mode]
    return f"{task.offset_hours} h {side} {event}" if task.offset_hours else f"at {event}"


def which(task: Task) -> str:
    """Say which reservations a task is for, one filter a line."""
    return "\n".join(_condition(each) for each in task.filters.conditions) or "every reservation"


def _condition(condition: Condition) -> str:
    name = _FIELDS[condition.field]
    if condition.field is Field.OTA:
        return f"{name} only" if True in condition.values else f"no {name}"
    values = sorted(str(getattr(value, "value", value)) for value in condition.values)
    if condition.field in (Field.CARDS, Field.GUARANTEE_STATUS):
        values = [value.replace("_", " ") for value in values]
    return f"{'' if condition.wanted else 'not '}{name}: {' / '.join(values)}"


def what(task: Task) -> str:
    """Say what a task does, and what after that."""
    steps = [_action(action) for action in task.on_success]
    match task.operation:
        case Operation.PAYMENT:
            steps.insert(0, f"charge {_card(task)}")
        case Operation.PREAUTHORIZATION:
            steps.insert(0, f"block on {_card(task)}")
        case Operation.ACTIONS_ONLY:
            pass
    return ", ".join(steps)


def _card(task: Task) -> str:
    return _CARDS[task.card or CardChoice.LAST]


def _action(action: Action) -> str:
    match action:
        case SendEmail():
            return f"e-mail {action.template}"
        case CloseFolio():
            return f"close the folio ({action.document_type})"
        case SetFolioVisibility():
            return f"{'show' if action.visible else 'hide'} the folio"
        case SetGuaranteeStatus():
            return f"set {action.status.value.replace('_', ' ')}"
        case CreateTodo():
            return "leave a to-do"
        case _:
            assert_never(action)


def how_much(task: Task) -> str:
    """Say how a task's amount is calculated."""
    if task.amount is None:
        return "nothing"
    words = _formula(task.amount)
    return words if task.max_amount is None else f"{words}; above {task.max_amount} a person decides"


def _formula(formula: Formula) -> str:
    match formula:
        case FolioBalance():
            return _adjusted("the amount due", formula)
        case RequiredDeposit():
            return _adjusted("the deposit still missing", formula)
        case FolioCharges():
            return _with_fixed(_shares(formula), formula.fixed)
        case _:
            assert_never(formula)


def _adjusted(base: str, formula: FolioBalance | RequiredDeposit) -> str:
    if formula.adjust_percent is not None:
        sign = "+" if formula.adjust_percent.value > 0 else ""
        base = f"{base} {sign}{formula.adjust_percent}"
    return _with_fixed(base, formula.fixed)


def _shares(formula: FolioCharges) -> str:
    shares = [] if formula.percent is None else [str(formula.percent)]
    if formula.nights is not None:
        shares.append("1 night" if formula.nights == 1 else f"{formula.nights} nights")
    if not shares:
        return ""
    greater = ", the greater," if len(shares) > 1 else ""
    groups = ", ".join(sorted(formula.revenue_groups)) or "all charges"
    return f"{' or '.join(shares)}{greater} of {groups}"


def _with_fixed(words: str, fixed: Money | None) -> str:
    if not fixed:
        return words or "nothing"
    if not words:
        return str(fixed)
    return f"{words} {'-' if fixed.minor < 0 else '+'} {max(fixed, -fixed)}"
