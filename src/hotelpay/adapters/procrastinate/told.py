"""What a worker tells of what it did: one line in the log for what somebody should know."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, TypeAlias

from hotelpay.autopilot.cycle_report import CycleReport, persons_wanted
from hotelpay.card_numbers import mask_card_numbers
from hotelpay.driver import described
from hotelpay.moments import utc_text
from hotelpay.recovery import Recovery

#: What is told of a hotel: the report of a cycle or of a recovery, or why there is none.
Told: TypeAlias = Callable[[str, CycleReport | Recovery | Exception], None]

LOGGER: Final = logging.getLogger("hotelpay.chain")


def log(hotel: str, told: CycleReport | Recovery | Exception) -> None:
    """Log what was done at level INFO, who needs a person as WARNING, and what failed as ERROR, all without traces.

    The logger is ``hotelpay.chain``. A host that wants more than lines hands in a function of its own.
    """
    if isinstance(told, Exception):
        LOGGER.log(logging.ERROR, "hotel %s: %s", hotel, mask_card_numbers(described(told)))
        return
    if isinstance(told, Recovery):
        wanted = persons_wanted(told.visited)
        LOGGER.info("hotel %s: recovered %d, resting %d", hotel, len(told.settled), len(told.resting))
    else:
        wanted = told.needs_person
        counted = (len(told.runs), len(told.releases), len(told.forgotten))
        line = "hotel %s: cycle %s %s: %d runs, %d releases, %d forgotten"
        LOGGER.info(line, hotel, utc_text(told.cycle_at), told.state.value, *counted)
        for reservation, fault in told.faults:
            LOGGER.log(logging.ERROR, "hotel %s: reservation %s: %s", hotel, reservation, mask_card_numbers(fault))
    for each in wanted:
        message = "hotel %s: reservation %s needs a person (%s): %s"
        LOGGER.log(logging.WARNING, message, hotel, each.reservation, each.reason, mask_card_numbers(each.message))
