"""The words of a timeline: what an event is called, and how a task stands to the reservation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never
from zoneinfo import ZoneInfo

from hotelpay.autopilot.decision import Run, Skip
from hotelpay.autopilot.reasons import ReasonCode
from hotelpay.autopilot.task import Operation, Task
from hotelpay.autopilot.timeline import Milestone, TimelineEvent, TimelineRow, TimelineState
from hotelpay.messages import AT_EVENT, HOURS_FROM_EVENT, Language
from hotelpay.messages.writing import AS_DOCUMENTS, OnClock
from hotelpay.moments import Instant
from hotelpay.money import Money

#: Why a task does not take a reservation besides the time; the time is told by the picture itself.
_OF_TIME = (ReasonCode.NOT_DUE, ReasonCode.WINDOW_CLOSED)


def on_the_clock(moment: Instant, zone: ZoneInfo, language: Language) -> str:
    """Write an instant as a picture on the hotel's clock does; its offset follows where the clock shows it twice."""
    writing = OnClock(zone) if language.writing is AS_DOCUMENTS else language.writing
    return writing.instant(moment)


def event_words(event: TimelineEvent, language: Language) -> str:  # noqa: C901, PLR0911  word by word
    """Return what an event is called."""
    match event.milestone:
        case Milestone.CREATED:
            return language.say("booked")
        case Milestone.FOLIO_OPENED:
            return language.say("folio {name} opened", name=event.name)
        case Milestone.PAID:
            return language.say("paid {amount} on folio {name}", amount=event.amount, name=event.name)
        case Milestone.GUARANTEE_DEADLINE:
            return language.say("guarantee no longer awaited")
        case Milestone.ARRIVAL_NOON:
            return language.say("noon of arrival")
        case Milestone.CHECKED_IN:
            return language.say("checked in")
        case Milestone.DEPARTURE_NOON:
            return language.say("noon of departure")
        case Milestone.CHECKED_OUT:
            return language.say("checked out")
        case Milestone.CANCELLED:
            return language.say("cancelled")
        case Milestone.NO_SHOW:
            return language.say("no show")
        case Milestone.HOLD_EXPIRES:
            return language.say("pre-authorisation {name} of {amount} expires", amount=event.amount, name=event.name)
    assert_never(event.milestone)


def group_words(events: Sequence[TimelineEvent], language: Language) -> str:
    """Return what several events of one kind and one day are called together."""
    first, number = events[0], len(events)
    if number == 1:
        return event_words(first, language)
    match first.milestone:
        case Milestone.PAID:
            words = language.count(number, "no payments", "{number} payment", "{number} payments")
        case Milestone.FOLIO_OPENED:
            return language.count(number, "no folio opened", "{number} folio opened", "{number} folios opened")
        case _:
            return language.count(
                number,
                "no pre-authorisations",
                "{number} pre-authorisation expires",
                "{number} pre-authorisations expire",
            )
    amounts = [event.amount for event in events if event.amount is not None]
    if len({amount.currency for amount in amounts}) != 1:
        return words
    return language.say("{payments}, {amount} in all", payments=words, amount=sum(amounts[1:], amounts[0]))


def state_words(row: TimelineRow, zone: ZoneInfo, language: Language) -> str:
    """Return in words how a task stands to the reservation."""
    match row.state:
        case TimelineState.PROCESSED:
            return language.say("has had its turn")
        case TimelineState.INACTIVE:
            return language.say("switched off")
        case TimelineState.TAKES_NOW | TimelineState.WILL_TAKE:
            return _taken_words(row, zone, language)
        case TimelineState.NO_ANCHOR:
            return language.say("no {anchor:word} yet to count from", anchor=row.anchor)
        case TimelineState.CLOSED:
            return language.say("the window has closed")
        case TimelineState.NOT_TAKEN:
            return _hindered_words(row.decision, language)
    assert_never(row.state)


def _taken_words(row: TimelineRow, zone: ZoneInfo, language: Language) -> str:
    now = row.state is TimelineState.TAKES_NOW
    run = row.decision if isinstance(row.decision, Run) else row.taken.run if row.taken is not None else None
    when = "" if row.taken is None else on_the_clock(row.taken.at, zone, language)
    amount = None if run is None else run.moves
    if run is None or amount is None:
        return language.say("runs in this cycle") if now else language.say("will run at {when}", when=when)
    problem = run.problem
    if problem is not None and now:
        return language.say("{amount} in this cycle, but: {problem:word}", amount=amount, problem=problem)
    if problem is not None:
        return language.say("{amount} at {when}, but: {problem:word}", amount=amount, when=when, problem=problem)
    if run.task.operation is Operation.PREAUTHORIZATION:
        return _blocked_words(amount, None if now else when, language)
    if now:
        return language.say("takes {amount} in this cycle", amount=amount)
    return language.say("will take {amount} at {when}", amount=amount, when=when)


def _blocked_words(amount: Money, when: str | None, language: Language) -> str:
    if when is None:
        return language.say("blocks {amount} in this cycle", amount=amount)
    return language.say("will block {amount} at {when}", amount=amount, when=when)


def _hindered_words(decision: Run | Skip, language: Language) -> str:
    reasons = decision.reasons if isinstance(decision, Skip) else ()
    others = [reason for reason in reasons if reason.code not in _OF_TIME]
    if not others:
        # What holds today no longer holds when the window opens: a guarantee that has expired by then.
        return language.say("will not be taken when it is due")
    first = others[0].message_in(language)
    if len(others) == 1:
        return language.say("not taken: {reason}", reason=first)
    more = language.count(len(others) - 1, "nothing else", "{number} more reason", "{number} more reasons")
    return language.say("not taken: {reason}; {more}", reason=first, more=more)


def when_words(task: Task, language: Language) -> str:
    """Return when a task is due."""
    table = HOURS_FROM_EVENT if task.offset_hours else AT_EVENT
    return language.sentence(table, task.mode.value, {"hours": task.offset_hours})
