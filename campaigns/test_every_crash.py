"""Every death, every pair of deaths, and every meeting of two workers, in every story: `make crashes`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from hotelpay.moments import HOUR
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import DELAYS, crash_everywhere
from hotelpay.testing.interleaving import interleave_everywhere
from hotelpay.testing.stories import Case, cases

Note: TypeAlias = Callable[[str, object], None]
CASES = tuple(cases())
every_story = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])

#: Nothing, just beyond a lease, within and beyond a key's memory.
STALLS = (0, 301, 23 * HOUR, 25 * HOUR)
#: A worker that is frozen between its last look at the lease and the call itself, for longer than the other side
#: remembers keys, while others settle the call, moves money twice: docs/money.md says so. With these schedules that
#: happens where the stopped call is itself a repeat, which without a look-up it may be.
KEY_MEMORY = 24 * HOUR


@every_story
def test_one_death(case: Case, record_property: Note) -> None:
    campaign = crash_everywhere(lambda: case.bench(MemoryBench.at), case.story, delays=DELAYS)
    record_property("crash_runs", campaign.runs)
    assert campaign.broken == ()


@every_story
@pytest.mark.parametrize("delay", [600, 25 * HOUR])
def test_a_second_death_while_the_first_is_healed(case: Case, delay: int, record_property: Note) -> None:
    campaign = crash_everywhere(lambda: case.bench(MemoryBench.at), case.story, delays=[delay], in_pairs=True)
    record_property("crash_pair_runs", campaign.runs)
    assert campaign.broken == ()


@every_story
@pytest.mark.parametrize("beside", ["the same", "a healer"])
def test_two_workers(case: Case, beside: str, record_property: Note) -> None:
    other = case.story.act if beside == "the same" else case.story.settle
    stalls = [seconds for seconds in STALLS if case.promises.can_look_up or seconds < KEY_MEMORY]
    campaign = interleave_everywhere(lambda: case.bench(MemoryBench.at), case.story, other, stalls=stalls)
    record_property("interleaved_runs", campaign.runs)
    assert campaign.broken == ()
