"""The tiny PMS under processes that die at every call: what its adapter promises is enough for all of hotelpay's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs
import pytest

from hotelpay import Instant, Ports, Reservation
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import crash_everywhere
from hotelpay.testing.memory_gateway import MemoryGateway, MemoryLoyalty
from hotelpay.testing.stories import Case, cases
from tiny_pms.test_adapter import TinyBench

STORIES = {case.name: case for case in cases()}


class TinyHotel:
    """The tiny PMS, with everything that it does not have in memory."""

    def __init__(self, start: datetime | Instant, **other_side: Any) -> None:  # noqa: ANN401  as the bench in memory
        self.tiny, self.rest = TinyBench(), MemoryBench.at(start, **other_side)

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
        self.tiny.put(reservation)

    def ports(self, worker: str) -> Ports:
        return attrs.evolve(self.rest.ports(worker), source=self.tiny.source, book=self.tiny.book)


@pytest.mark.parametrize("case", STORIES.values(), ids=STORIES)
def test_a_death_at_any_call_breaks_no_promise(case: Case) -> None:
    campaign = crash_everywhere(lambda: case.bench(TinyHotel), case.story, delays=[600])
    assert campaign.runs > 5
    assert campaign.broken == ()
