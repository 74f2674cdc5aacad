"""An asynchronous host: a settlement carried on without a thread waiting for the payment processor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hotelpay import Instant, Ports, Unknown
from hotelpay.driver import answer, terms_of
from hotelpay.ports import Claim
from hotelpay.settlement.effects import Charge
from hotelpay.settlement.outcome import MoneyOutcome
from hotelpay.settlement.stepper import Answer, Perform, Progress


async def settle(
    claim: Claim, ports: Ports, at: Instant, charge: Callable[[Charge], Awaitable[MoneyOutcome]]
) -> Progress:
    """Carry a claimed settlement on, and await the processor's answer to a charge."""
    progress = Progress.begin(claim.settlement, now=claim.now, terms=terms_of(ports, at))
    while (request := progress.request) is not None:
        told: Answer
        match request:
            case Perform(Charge() as effect):
                try:
                    told = await charge(effect)
                except Exception as fault:  # noqa: BLE001  nobody knows whether it happened: it is looked up by its key
                    told = Unknown(str(fault))
            case _:
                told = await asyncio.to_thread(answer, request, claim, ports)
        progress = progress.after(told)
    if progress.settlement.ending is None and not progress.lost:
        await asyncio.to_thread(ports.ledger.give_back, claim)
    return progress
