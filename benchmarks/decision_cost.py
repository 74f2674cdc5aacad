"""What one decision costs that explains itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Final

from cost_rows import Row, Topic, agree
from engines import compiled_rule_engine
from generated import AT, DENSE, reservations, rules, tasks, without_amount
from hotelpay import Decision, HouseRules, Reservation, Run, Skip, Task, decide
from hotelpay.autopilot.reasons import ReasonCode
from hotelpay.reservation import Pair
from peer_rules import document, peer_rules
from timing import in_turns, ratios

_ROUNDS: Final = 9
_COUNT: Final = 1_000
_TARGET: Final = 1.0
#: What the engines are not asked about.
_BESIDE_THE_RULE: Final = frozenset({ReasonCode.NO_OPEN_FOLIO})


def decision_rows() -> Iterator[Row]:
    """Compare single decisions, with every reason, with a bare match that stops at the first test that fails."""
    house, rows = rules(), list(reservations(_COUNT, DENSE))
    bare = [without_amount(task) for task in tasks()]
    compiled = compiled_rule_engine(peer_rules(bare, house, AT))
    things = [SimpleNamespace(**document(row, house, AT)) for row in rows]

    def matches() -> list[Pair]:
        return [(task, str(thing.id)) for task, rule in compiled for thing in things if rule.matches(thing)]

    agree("decide and rule-engine", [_pair(each) for each in _decided(rows, bare, house) if _takes(each)], matches())

    def explained() -> list[Decision]:
        return _decided(rows, bare, house)

    def with_amounts() -> list[Decision]:
        return _decided(rows, tasks(), house)

    def in_sentences() -> None:
        for each in _decided(rows, bare, house):
            if isinstance(each, Skip):
                for reason in each.reasons:
                    reason.message  # noqa: B018  it is written when read

    rounds = in_turns([explained, with_amounts, in_sentences, matches], _ROUNDS)
    for place, what in enumerate(
        (
            "decide, window and filters, every reason with the values compared",
            "decide, the same with folio, card and amount",
            "decide, window and filters, every reason read as a sentence",
        )
    ):
        yield Row(
            topic=Topic.DECISION,
            what=what,
            against="rule-engine: a compiled rule's bare match, on attributes",
            spread=ratios(rounds, place, 3),
            target=None if place == 2 else _TARGET,
            note=f"{len(rows):,} dense reservations x {len(bare)} tasks, pair by pair",
        )


def _decided(rows: Sequence[Reservation], wanted: Sequence[Task], house: HouseRules) -> list[Decision]:
    return [decide(task, row, at=AT, rules=house) for task in wanted for row in rows]


def _takes(decision: Decision) -> bool:
    """Tell whether a task's rule takes a reservation, whether or not there is a folio for it."""
    return isinstance(decision, Run) or all(reason.code in _BESIDE_THE_RULE for reason in decision.reasons)


def _pair(decision: Decision) -> Pair:
    return decision.task.id, decision.reservation
