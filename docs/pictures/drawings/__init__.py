"""The pictures of the documentation, each drawn by a function from what the library itself says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from drawings.amounts import amount, cap_bases
from drawings.holds import holds
from drawings.lives import calendar, timeline
from drawings.redemptions import redemption
from drawings.settlements import settlement
from drawings.windows import after_creation, before_arrival, before_departure, catch_up
from drawings.workers import two_workers

#: What draws each picture, by the name of its file.
PICTURES: Final[Mapping[str, Callable[[], str]]] = {
    "amount": amount,
    "calendar": calendar,
    "cap-bases": cap_bases,
    "catch-up": catch_up,
    "holds": holds,
    "redemption": redemption,
    "settlement": settlement,
    "timeline": timeline,
    "two-workers": two_workers,
    "window-after-creation": after_creation,
    "window-before-arrival": before_arrival,
    "window-before-departure": before_departure,
}
