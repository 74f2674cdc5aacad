"""A worker that is killed at any moment: it runs cycles until every guest has been settled.

Arguments: the database, the processor's address, and which of the workers this is.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from datetime import timedelta
from typing import Any

from hotelpay import Approved, Money, NotAttempted, Promises, Setup, Unknown, run_cycle
from hotelpay.adapters.sql import open_store
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.outcome import MoneyOutcome
from hotelpay.testing.stories import EUR, START, setup_of, task

_PATIENCE_SECONDS = 5


class HttpGateway:
    """A payment gateway over HTTP; only charges are asked of it here."""

    promises = Promises(key_memory_hours=24, can_look_up=True, grace_seconds=_PATIENCE_SECONDS)

    def __init__(self, address: str) -> None:
        self._address = address
        self._open: http.client.HTTPConnection | None = None

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        body = json.dumps({"key": key, "card": card, "minor": amount.minor})
        try:
            return self._approved(self._ask("POST", "/charge", body))
        except ConnectionRefusedError as refused:
            return NotAttempted(str(refused))
        except (OSError, http.client.HTTPException) as lost:
            self._open = None
            return Unknown(type(lost).__name__)

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        found = self._ask("GET", f"/{effect.call.key}", None)
        return None if found is None else self._approved(found)

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        raise NotImplementedError

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        raise NotImplementedError

    def release(self, key: str, reference: str) -> MoneyOutcome:
        raise NotImplementedError

    def _ask(self, method: str, path: str, body: str | None) -> Any:
        if self._open is None:
            self._open = http.client.HTTPConnection(self._address, timeout=_PATIENCE_SECONDS)
        try:
            self._open.request(method, path, body)
            return json.loads(self._open.getresponse().read())
        except (OSError, http.client.HTTPException):
            self._open.close()
            self._open = None
            raise

    @staticmethod
    def _approved(answer: Any) -> Approved:
        return Approved(Money(answer["minor"], EUR), answer["reference"])


def setup(hotel: str) -> Setup:
    made = setup_of(task(on_success=[], on_failure=[]))
    return Setup(hotel=hotel, timezone=made.timezone, currency=made.currency, tasks=made.tasks)


def main(url: str, address: str, place: int) -> None:
    """Run this worker's cycle until it is completed, and later ones until nothing is left to settle."""
    quarter = timedelta(minutes=15)
    with open_store(url, "chaos", f"worker-{place}-{os.getpid()}", lease_seconds=3) as store:
        ports = store.ports(gateway=HttpGateway(address))
        at = START + quarter * place
        quiet = 0
        while quiet < 2:
            report = run_cycle(setup("chaos"), ports, at)
            done = report.state.value in ("completed", "already_run")
            busy = any(row.dropped in ("held", "unsettled", "fault") for row in report.runs)
            if done and not busy and not report.recovery.visited:
                quiet += 1
            if done:
                at += quarter * 2
            else:
                time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
