"""What is read of a PaymentIntent, and what it means for each kind of call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

import attrs

from hotelpay.adapters.stripe.amounts import from_stripe_units
from hotelpay.errors import HotelpayError
from hotelpay.moments import Instant
from hotelpay.settlement.outcome import AUTHENTICATION_REQUIRED, Approved, Declined, MoneyOutcome, Unknown
from hotelpay.texts import LONGEST_IDENTIFIER, LONGEST_TEXT

#: Where the key of a call is kept at Stripe, so that what became of it can be asked for.
KEY_FIELD: Final = "hotelpay_key"
#: Stripe's own word for an intent that is in no state for what is asked of it.
WRONG_STATE: Final = "payment_intent_unexpected_state"
_UNCONFIRMED: Final = frozenset(["requires_action", "requires_confirmation"])


@attrs.frozen(kw_only=True)
class PaymentIntent:
    """A PaymentIntent, as far as it matters here; amounts in Stripe's units, times in UTC seconds."""

    id: str
    status: str
    amount: int
    received: int
    currency: str
    manual: bool
    key: str | None
    authorized: bool
    """Whether its latest charge went through, captured or not, given back or not."""
    capture_before: int | None
    error: Declined | None

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Read what Stripe sent; one that lacks what every PaymentIntent has raises KeyError."""
        charge = raw.get("latest_charge")
        charge = charge if isinstance(charge, Mapping) else {}
        card = (charge.get("payment_method_details") or {}).get("card") or {}
        fault = raw.get("last_payment_error")
        return cls(
            id=raw["id"],
            status=raw["status"],
            amount=raw["amount"],
            received=raw["amount_received"],
            currency=raw["currency"],
            manual=raw["capture_method"] == "manual",
            key=(raw.get("metadata") or {}).get(KEY_FIELD),
            authorized=charge.get("status") == "succeeded",
            capture_before=card.get("capture_before"),
            error=None if fault is None else declined(fault),
        )

    @property
    def waits_for_cardholder(self) -> bool:
        """Whether it may still succeed without anybody here: it has to be canceled."""
        demanded = self.error is not None and self.error.code == AUTHENTICATION_REQUIRED
        return self.status in _UNCONFIRMED or (self.status == "requires_payment_method" and demanded)

    def charged(self) -> MoneyOutcome:
        """Return what became of taking the amount."""
        return self._approved(self.received) if self.status == "succeeded" else self._not_approved()

    def blocked(self) -> MoneyOutcome:
        """Return what became of blocking the amount, whatever was done with it since."""
        held = self.status in ("requires_capture", "succeeded") or (self.status == "canceled" and self.authorized)
        return self._approved(self.amount, self.capture_before) if held else self._not_approved()

    def captured(self) -> MoneyOutcome | None:
        """Return what became of taking a blocked amount; None where it is still blocked."""
        if self.status == "requires_capture":
            return None
        return self._approved(self.received) if self.status == "succeeded" else self._wrong_state()

    def released(self) -> MoneyOutcome | None:
        """Return what became of giving a blocked amount back; None where it is still blocked."""
        if self.status == "requires_capture":
            return None
        return self._approved(self.amount) if self.status == "canceled" else self._wrong_state()

    def _not_approved(self) -> Declined | Unknown:
        match self.status:
            case "requires_payment_method" if self.error is not None:
                return self.error
            case "canceled":
                return self.error or Declined(AUTHENTICATION_REQUIRED)
            case _:
                return Unknown(f"the payment is in the state {self.status} at Stripe")

    def _wrong_state(self) -> Declined | Unknown:
        if self.status == "processing":
            return Unknown("Stripe is still at it")
        return Declined(WRONG_STATE, f"the payment is in the state {self.status} at Stripe")

    def _approved(self, units: int, until: int | None = None) -> Approved | Unknown:
        try:
            return Approved(from_stripe_units(units, self.currency), self.id, None if until is None else Instant(until))
        except (HotelpayError, ValueError) as fault:
            # Money has moved, and it is not certain how much: a person has to look.
            return Unknown(f"Stripe's answer cannot be read: {fault}")


def declined(fault: Mapping[str, Any]) -> Declined:
    """Return a refusal with Stripe's own code: what the bank said, where it said something."""
    code = fault.get("code")
    if code != AUTHENTICATION_REQUIRED:
        code = fault.get("decline_code") or code
    return Declined(_printable(code, LONGEST_IDENTIFIER) or "declined", _printable(fault.get("message"), LONGEST_TEXT))


def _printable(value: object, longest: int) -> str:
    """Return a text as a journal takes it; what is none is empty."""
    return "".join(each for each in value if each.isprintable())[:longest] if isinstance(value, str) else ""
