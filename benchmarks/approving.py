"""A payment processor for measuring: it approves everything at once."""

from __future__ import annotations

from hotelpay import Approved, Money, Promises
from hotelpay.settlement.effects import GatewayEffect
from hotelpay.settlement.outcome import MoneyOutcome


class ApprovingGateway:
    """A processor that charges, and is asked for nothing else."""

    promises = Promises(key_memory_hours=24, can_look_up=True)

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Approve."""
        return Approved(amount, f"{card}-{key[-12:]}")

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Nobody asks."""
        raise NotImplementedError

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        """Nobody asks."""
        raise NotImplementedError

    def release(self, key: str, reference: str) -> MoneyOutcome:
        """Nobody asks."""
        raise NotImplementedError

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        """Nobody asks."""
        raise NotImplementedError
