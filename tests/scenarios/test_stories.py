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
