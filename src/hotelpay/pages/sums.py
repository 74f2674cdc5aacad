"""What a preview comes to: how many runs end which way, and the exact sums of each currency."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import attrs

from hotelpay.autopilot.decision import Problem, Run
from hotelpay.autopilot.task import Operation
from hotelpay.messages import Language
from hotelpay.money import Currency


class Fate(enum.Enum):
    """What is known of a run before its cycle: what it takes, or what keeps it from that."""

    CHARGED = "charged"
    BLOCKED = "blocked"
    NO_CARD = "no_card"
    ABOVE_MAX_AMOUNT = "above_max_amount"
    ABOVE_MAX_RUNS = "above_max_runs"
    ACTIONS = "actions"

    @classmethod
    def of(cls, run: Run) -> Fate:
        """Return the fate of a run."""
        if run.problem is not None:
            return _HINDERED[run.problem]
        return _OPERATIONS[run.task.operation]

    def said_in(self, language: Language) -> str:
        """Say it."""
        return _SAID[self](language)


_HINDERED: Final = {
    Problem.NO_CARD: Fate.NO_CARD,
    Problem.ABOVE_MAX_AMOUNT: Fate.ABOVE_MAX_AMOUNT,
    Problem.ABOVE_MAX_RUNS: Fate.ABOVE_MAX_RUNS,
}
_OPERATIONS: Final = {
    Operation.PAYMENT: Fate.CHARGED,
    Operation.PREAUTHORIZATION: Fate.BLOCKED,
    Operation.ACTIONS_ONLY: Fate.ACTIONS,
}
_SAID: Final[Mapping[Fate, Callable[[Language], str]]] = {
    Fate.CHARGED: lambda language: language.say("to be charged"),
    Fate.BLOCKED: lambda language: language.say("to be blocked"),
    Fate.NO_CARD: lambda language: language.say("will fail: no fitting card"),
    Fate.ABOVE_MAX_AMOUNT: lambda language: language.say("for a person: above the task's ceiling"),
    Fate.ABOVE_MAX_RUNS: lambda language: language.say("for a person: beyond the cycle's limit"),
    Fate.ACTIONS: lambda language: language.say("actions only"),
}


@attrs.frozen
class Group:
    """Runs whose amounts may be added up: of one fate and one currency; None where no money moves."""

    fate: Fate
    currency: Currency | None

    @classmethod
    def of(cls, run: Run) -> Group:
        """Return the group of a run."""
        return cls(Fate.of(run), None if run.moves is None else run.moves.currency)


@attrs.frozen
class Sum:
    """How many runs a group has, and what they come to in minor units of its currency."""

    group: Group
    runs: int
    minor: int


def sums(runs: Iterable[Run]) -> tuple[Sum, ...]:
    """Return the sums of runs by group: by fate, then by the code of the currency."""
    counted: dict[Group, int] = {}
    added: dict[Group, int] = {}
    for run in runs:
        group = Group.of(run)
        counted[group] = counted.get(group, 0) + 1
        added[group] = added.get(group, 0) + (0 if run.moves is None else run.moves.minor)
    return tuple(Sum(group, counted[group], added[group]) for group in sorted(counted, key=_place))


def _place(group: Group) -> tuple[int, str]:
    return list(Fate).index(group.fate), "" if group.currency is None else group.currency.code
