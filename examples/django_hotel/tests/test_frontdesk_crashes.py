"""The hotel under processes that die at every call: what our ports promise is enough for all of hotelpay's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import pytest
from frontdesk.autopilot import engine
from frontdesk_bench import FrontDeskBench, empty

from hotelpay import Instant, Ports, Reservation
from hotelpay.adapters.sql import SqlLedger
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.memory_gateway import MemoryGateway, MemoryLoyalty
from hotelpay.testing.stories import Case, cases

TOLD = ("payment, unknown, then found", "pre-authorization", "capture", "redemption, posting refused")
STORIES = {case.name: case for case in cases() if case.name in TOLD}


class Hotel:
    """The front desk and its ledger, with the processors in memory."""

    def __init__(self, start: datetime | Instant, **other_side: Any) -> None:  # noqa: ANN401  as the bench in memory
        empty()
        self.ours, self.rest = FrontDeskBench(), MemoryBench.at(start, **other_side)

    @property
    def gateway(self) -> MemoryGateway:
        return self.rest.gateway

    @property
    def loyalty(self) -> MemoryLoyalty:
        return self.rest.loyalty

    @property
    def now(self) -> Instant:
        return self.rest.now

    def advance(self, seconds: int) -> None:
        self.rest.advance(seconds)

    def put(self, reservation: Reservation) -> None:
        self.ours.put(reservation)

    def ports(self, worker: str) -> Ports:
        return attrs.evolve(
            self.rest.ports(worker),
            ledger=SqlLedger(engine(), "default", worker, clock=self.rest.clock),
            source=self.ours.source,
            book=self.ours.book,
            mailer=self.ours.mailer,
            portal=self.ours.portal,
            guarantee_desk=self.ours.desk,
            todos=self.ours.todo_list,
        )


@pytest.mark.parametrize("case", STORIES.values(), ids=STORIES)
def test_a_death_at_any_call_breaks_no_promise(case: Case) -> None:
    campaign = crash_everywhere(lambda: case.bench(Hotel), case.story, delays=[600])
    assert campaign.runs > 5
    assert campaign.broken == ()


def test_every_story_is_there() -> None:
    assert set(STORIES) == set(TOLD)
