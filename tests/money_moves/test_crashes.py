"""Whatever kills a process at whatever call: no guest is charged twice, and no approved payment is lost.

The stories and delays that differ most; `make crashes` runs all of them, in pairs too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from hotelpay.moments import HOUR
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import Life, crash_everywhere
from hotelpay.testing.interleaving import interleave_everywhere
from hotelpay.testing.stories import Case, cases

Note: TypeAlias = Callable[[str, object], None]
CASES = {case.name: case for case in cases()}
MEETINGS = (
    "payment",
    "payment, unknown, then found",
    "two tasks",
    "redemption",
    "redemption, posting refused",
    "reversal in part",
    "release",
    "capture",
)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_death_at_any_call_breaks_no_promise(case: Case, record_property: Note) -> None:
    campaign = crash_everywhere(lambda: case.bench(MemoryBench.at), case.story, delays=(600, 25 * HOUR))
    record_property("crash_runs", campaign.runs)
    assert campaign.runs > 10
    assert campaign.broken == ()


@pytest.mark.parametrize("beside", ["the same", "a healer"])
@pytest.mark.parametrize("name", MEETINGS)
def test_two_workers_at_every_pair_of_calls_break_no_promise(name: str, beside: str, record_property: Note) -> None:
    """One stands still before any call while the other goes on, for a moment or longer than its lease."""
    case = CASES[name]
    other = case.story.act if beside == "the same" else case.story.settle
    campaign = interleave_everywhere(lambda: case.bench(MemoryBench.at), case.story, other, stalls=(0, 301))
    record_property("interleaved_runs", campaign.runs)
    assert campaign.runs > 10
    assert campaign.broken == ()


def test_a_run_records_before_it_acts() -> None:
    case = CASES["payment"]
    bench, life = case.bench(MemoryBench.at), Life()
    case.story.arrange(bench)
    case.story.act(life.ports(bench.ports("first")), bench)
    charged, posted = life.calls.index("gateway.charge"), life.calls.index("book.post")
    assert life.calls[:charged][-1] == "ledger.claim"
    assert life.calls[charged + 1] == "ledger.record"
    assert life.calls[posted - 1] == "ledger.record"
    assert life.calls.index("ledger.let_go") > posted
