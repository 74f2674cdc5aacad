"""The extra ``procrastinate``: the engine's tasks, when they are due, and a database that cannot be reached."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hotelpay import Ports, Setup, serve_cycle
from hotelpay.adapters.procrastinate import app_of
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.stories import START, guest, setup_of, task


class OneHotel:
    """A chain in memory."""

    def __init__(self) -> None:
        self.bench = MemoryBench.at(START)
        self.bench.put(guest())

    def hotels(self) -> Sequence[str]:
        return ["default"]

    def unsettled(self) -> Sequence[str]:
        return []

    def setup(self, hotel: str) -> Setup:
        assert hotel == "default"
        return setup_of(task())

    def ports(self, hotel: str) -> Ports:
        assert hotel == "default"
        return self.bench.ports()


chain = OneHotel()
app = app_of(chain, "postgresql://127.0.0.1:1/hotels")
assert {"hotelpay:fan_out", "hotelpay:cycle", "hotelpay:recovery"} <= set(app.tasks)
crons = {periodic.task.name: periodic.cron for periodic in app.periodic_registry.periodic_tasks.values()}
assert crons["hotelpay:fan_out"] == "*/15 * * * *", crons
assert [run.outcome for run in serve_cycle(chain, "default", START).runs] == ["approved"]

sys.stdout.write("has the engine's tasks, and one is due every quarter of an hour\n")
