"""The tiny PMS under processes that die at every call: what its adapter promises is enough for all of hotelpay's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import pytest

from hotelpay import Instant
from hotelpay.testing.bench import MemoryBench, OwnPortsBench
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.stories import Case, cases
from tiny_pms.test_adapter import TinyBench

STORIES = {case.name: case for case in cases()}


def tiny_hotel(start: datetime | Instant, **other_side: Any) -> OwnPortsBench:  # noqa: ANN401  as the bench in memory
    """Return a hotel on the tiny PMS, with everything that it does not have in memory."""
    tiny = TinyBench()
    return OwnPortsBench(
        rest=MemoryBench.at(start, **other_side),
        enter=tiny.put,
        own=lambda ports, _worker: attrs.evolve(ports, source=tiny.source, book=tiny.book),
    )


@pytest.mark.parametrize("case", STORIES.values(), ids=STORIES)
def test_a_death_at_any_call_breaks_no_promise(case: Case) -> None:
    campaign = crash_everywhere(lambda: case.bench(tiny_hotel), case.story, delays=[600])
    assert campaign.runs > 5
    assert campaign.broken == ()
