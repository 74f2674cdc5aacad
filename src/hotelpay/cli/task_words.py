"""A task in words: when, which reservations, what, how much."""

from __future__ import annotations

from typing import assert_never

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
from hotelpay.cli import counts
from hotelpay.cli.speech import say, spoken
from hotelpay.conditions import Condition, Field
from hotelpay.messages import AT_EVENT, BLOCKS, CHARGES, HOURS_FROM_EVENT
from hotelpay.money import Money


def when(task: Task) -> str:
    """Say when a task is due."""
    table = HOURS_FROM_EVENT if task.offset_hours else AT_EVENT
    return spoken().sentence(table, task.mode.value, {"hours": task.offset_hours})


def which(task: Task) -> str:
    """Say which reservations a task is for, one filter a line."""
    return "\n".join(_condition(each) for each in task.filters.conditions) or say("every reservation")


def _condition(condition: Condition) -> str:
    language = spoken()
    if condition.field is Field.OTA:
        return say("OTA only") if True in condition.values else say("no OTA")
    values = " / ".join(sorted(map(language.word, condition.values)))
    name = language.word(condition.field)
    if condition.wanted:
        return say("{filter}: {values}", filter=name, values=values)
    return say("not {filter}: {values}", filter=name, values=values)


def what(task: Task) -> str:
    """Say what a task does, and what after that."""
    language, card = spoken(), (task.card or CardChoice.LAST).value
    steps = [_action(action) for action in task.on_success]
    match task.operation:
        case Operation.PAYMENT:
            steps.insert(0, language.sentence(CHARGES, card, {}))
        case Operation.PREAUTHORIZATION:
            steps.insert(0, language.sentence(BLOCKS, card, {}))
        case Operation.ACTIONS_ONLY:
            pass
    return ", ".join(steps)


def _action(action: Action) -> str:
    match action:
        case SendEmail():
            return say("e-mail {template}", template=action.template)
        case CloseFolio():
            return say("close the folio ({document})", document=action.document_type)
        case SetFolioVisibility():
            return say("show the folio") if action.visible else say("hide the folio")
        case SetGuaranteeStatus():
            return say("set {status:word}", status=action.status)
        case CreateTodo():
            return say("leave a to-do")
        case _:
            assert_never(action)


def how_much(task: Task) -> str:
    """Say how a task's amount is calculated."""
    if task.amount is None:
        return say("nothing")
    words = _formula(task.amount)
    if task.max_amount is None:
        return words
    return say("{formula}; above {ceiling} a person decides", formula=words, ceiling=task.max_amount)


def _formula(formula: Formula) -> str:
    match formula:
        case FolioBalance():
            return _adjusted(say("the amount due"), formula)
        case RequiredDeposit():
            return _adjusted(say("the deposit still missing"), formula)
        case FolioCharges():
            return _with_fixed(_shares(formula), formula.fixed)
        case _:
            assert_never(formula)


def _adjusted(base: str, formula: FolioBalance | RequiredDeposit) -> str:
    if formula.adjust_percent is not None:
        sign = "+" if formula.adjust_percent.value > 0 else ""
        base = f"{base} {sign}{spoken().text(formula.adjust_percent)}"
    return _with_fixed(base, formula.fixed)


def _shares(formula: FolioCharges) -> str:
    percent, nights = formula.percent, None if formula.nights is None else counts.nights(formula.nights)
    groups = ", ".join(sorted(formula.revenue_groups)) or say("all charges")
    if percent is not None and nights is not None:
        return say("{percent} or {nights}, the greater, of {groups}", percent=percent, nights=nights, groups=groups)
    share = nights if percent is None else spoken().text(percent)
    return "" if share is None else say("{share} of {groups}", share=share, groups=groups)


def _with_fixed(words: str, fixed: Money | None) -> str:
    if not fixed:
        return words or say("nothing")
    if not words:
        return spoken().text(fixed)
    return f"{words} {'-' if fixed.minor < 0 else '+'} {spoken().text(max(fixed, -fixed))}"
