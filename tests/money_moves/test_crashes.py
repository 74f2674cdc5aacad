"""Whatever kills a process at whatever call: no guest is charged twice, and no approved payment is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeAlias

import pytest

from hotelpay.moments import HOUR
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import DELAYS, Life, crash_everywhere
from hotelpay.testing.interleaving import interleave_everywhere
from hotelpay.testing.stories import Case, cases

Note: TypeAlias = Callable[[str, object], None]
CASES = tuple(cases())
#: `make crashes` runs everything, in pairs too; an ordinary run the delays that differ most.
EVERYTHING = bool(os.environ.get("HOTELPAY_ALL_CRASHES"))
SOME_DELAYS = (600, 25 * HOUR)
#: Nothing, just beyond a lease, within and beyond a key's memory.
STALLS = (0, 301, 23 * HOUR, 25 * HOUR)
#: A worker that is frozen between its last look at the lease and the call itself, for longer than the other side
#: remembers keys, cannot be stopped by anything on this side. Only a call that is repeated without a look-up can
#: move money twice that way; docs/money.md says so.
KEY_MEMORY = 24 * HOUR
SOME_CASES = (
    "payment",
    "payment, unknown, then found",
    "two tasks",
    "redemption",
    "redemption, posting refused",
    "reversal in part",
    "release",
    "capture",
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_death_at_any_call_breaks_no_promise(case: Case, record_property: Note) -> None:
    campaign = crash_everywhere(
        lambda: case.bench(MemoryBench.at), case.story, delays=DELAYS if EVERYTHING else SOME_DELAYS
    )
    record_property("crash_runs", campaign.runs)
    assert campaign.runs > 2 * len(SOME_DELAYS)
    assert campaign.broken == ()


@pytest.mark.skipif(not EVERYTHING, reason="two deaths, at every pair of calls: make crashes")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_second_death_while_the_first_is_healed_breaks_none_either(case: Case, record_property: Note) -> None:
    campaign = crash_everywhere(lambda: case.bench(MemoryBench.at), case.story, delays=SOME_DELAYS, in_pairs=True)
    record_property("crash_runs", campaign.runs)
    assert campaign.broken == ()


@pytest.mark.parametrize("beside", ["the same", "a healer"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_two_workers_at_every_pair_of_calls_break_no_promise(case: Case, beside: str, record_property: Note) -> None:
    """One stands still before any call while the other goes on, for a moment or longer than its lease."""
    if not EVERYTHING and case.name not in SOME_CASES:
        pytest.skip("every story: make crashes")
    other = case.story.act if beside == "the same" else case.story.settle
    stalls = [seconds for seconds in STALLS if EVERYTHING or seconds < HOUR]
    if not case.promises.can_look_up:
        stalls = [seconds for seconds in stalls if seconds < KEY_MEMORY]
    campaign = interleave_everywhere(lambda: case.bench(MemoryBench.at), case.story, other, stalls=stalls)
    record_property("interleaved_runs", campaign.runs)
    assert campaign.runs > 10
    assert campaign.broken == ()


def test_a_death_is_really_a_death() -> None:
    """A dead process makes no further call, not even one that gives a lease back."""
    case = next(case for case in CASES if case.name == "payment")
    bench = case.bench(MemoryBench.at)
    case.story.arrange(bench)
    calls = crash_calls(case)
    assert calls.index("gateway.charge") > calls.index("ledger.claim")
    assert "ledger.let_go" in calls


def crash_calls(case: Case) -> list[str]:
    """Return the calls that a story's process makes."""
    bench, life = case.bench(MemoryBench.at), Life()
    case.story.arrange(bench)
    case.story.act(life.ports(bench.ports("first")), bench)
    return life.calls
