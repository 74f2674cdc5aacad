"""The hotel under processes that die at every call: what our ports promise is enough for all of hotelpay's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import pytest
from frontdesk.autopilot import engine
from frontdesk_bench import FrontDeskBench, empty

from hotelpay import Instant, Ports
from hotelpay.adapters.sql import SqlLedger
from hotelpay.testing.bench import MemoryBench, OwnPortsBench
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.stories import Case, cases

TOLD = ("payment, unknown, then found", "pre-authorization", "capture", "redemption, posting refused")
STORIES = {case.name: case for case in cases() if case.name in TOLD}


def hotel(start: datetime | Instant, **other_side: Any) -> OwnPortsBench:  # noqa: ANN401  as the bench in memory
    """Return the front desk and its ledger, empty again, with the processors in memory."""
    empty()
    ours, rest = FrontDeskBench(), MemoryBench.at(start, **other_side)

    def own(ports: Ports, worker: str) -> Ports:
        return attrs.evolve(
            ports,
            ledger=SqlLedger(engine(), "default", worker, clock=rest.clock),
            source=ours.source,
            book=ours.book,
            mailer=ours.mailer,
            portal=ours.portal,
            guarantee_desk=ours.desk,
            todos=ours.todo_list,
        )

    return OwnPortsBench(rest=rest, enter=ours.put, own=own)


@pytest.mark.parametrize("case", STORIES.values(), ids=STORIES)
def test_a_death_at_any_call_breaks_no_promise(case: Case) -> None:
    campaign = crash_everywhere(lambda: case.bench(hotel), case.story, delays=[600])
    assert campaign.runs > 5
    assert campaign.broken == ()


def test_every_story_is_there() -> None:
    assert set(STORIES) == set(TOLD)
