"""Every way in which money moves, with every way in which the other side fails, and nobody dies."""

from __future__ import annotations

import pytest

from hotelpay.autopilot.cycle_report import person_wanted
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import run_once
from hotelpay.testing.stories import BONUS_CARD, Case, cases

CASES = tuple(cases())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_story_keeps_every_promise(case: Case) -> None:
    assert run_once(case.bench(MemoryBench.at), case.story, None, 0) == []


#: How each settlement of a story ends (outcome, reason, why a person is needed) and what moved, where it is not simply
#: approved; a story is found by its whole name or by what it begins with.
UNSOLVED = ("unknown", None, "unknown_outcome")
RETURNED = ("reversed", "folio_closed", None)
BOTH_WAYS = [("approved", None, None), ("done", None, None)]
ENDINGS = {
    "actions only": ([("done", None, None)], ""),
    "no card": ([("declined", "no_card", None)], ""),
    "above the ceiling": ([("left_to_person", "above_max_amount", "above_max_amount")], ""),
    "payment, declined": ([("declined", "declined", None)], ""),
    "payment, no key memory, unknown, then absent": ([UNSOLVED], ""),
    "payment, neither, unknown, then absent": ([UNSOLVED], ""),
    "payment, neither, unknown, then found": ([UNSOLVED], "charge"),
    "redemption, declined": ([("declined", "declined", None)], ""),
    "redemption, posting refused, refund declined": (
        [("half_done", "folio_closed", "points_not_returned")],
        "debit",
    ),
    "redemption, posting refused": ([RETURNED], "debit refund"),
    "redemption with hold, commit declined": ([("reversed", "declined", None)], "hold cancel"),
    "redemption with hold, posting refused": ([RETURNED], "hold cancel"),
    "redemption with hold": ([("approved", None, None)], "hold commit"),
    "redemption": ([("approved", None, None)], "debit"),
    "reversal, refund declined": ([("approved", None, None), ("declined", "declined", None)], "debit"),
    "reversal": (BOTH_WAYS, "debit refund"),
    "release, declined": ([("declined", "declined", None)], ""),
    "release, expired": ([("done", "expired", None)], ""),
    "release": ([("approved", None, None)], "release"),
    "release at the desk, declined": ([("declined", "declined", None)], ""),
    "capture, declined": ([("declined", "declined", None)], ""),
    "capture": ([("approved", None, None)], "capture"),
    "pre-authorization": ([("approved", None, None)], "preauthorize"),
    "payment": ([("approved", None, None)], "charge"),
    "two tasks": ([("approved", None, None)], "charge"),
}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_story_ends_as_it_should(case: Case) -> None:
    expected = next(ENDINGS[name] for name in sorted(ENDINGS, key=len, reverse=True) if case.name.startswith(name))
    bench = case.bench(MemoryBench.at)
    run_once(bench, case.story, None, 600)
    found = []
    for settlement in bench.ports("reader").ledger.of_reservation("R-1"):
        ending, waits = settlement.ending, settlement.person and settlement.person.code
        reason, person = (ending.reason, ending.person) if ending else (None, waits)
        found.append((settlement.outcome.value, reason, person))
    movements = [*bench.gateway.movements, *bench.loyalty.movements]
    assert (found, " ".join(each.operation for each in movements)) == expected


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_a_person_reads_is_masked_and_said(case: Case) -> None:
    """No repr of a settlement shows the bonus card, and each that waits for a person says why."""
    bench = case.bench(MemoryBench.at)
    run_once(bench, case.story, None, 600)
    for reservation in case.story.reservations:
        for settlement in bench.ports("reader").ledger.of_reservation(reservation):
            assert BONUS_CARD.number not in repr(settlement)
            wanted = person_wanted(settlement)
            if wanted is not None:
                assert wanted.reason
                assert wanted.message
