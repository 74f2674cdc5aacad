"""The port of the payment gateway over Stripe's official client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol, Self, assert_never

import attrs
import stripe

from hotelpay.adapters.stripe.amounts import in_stripe_units
from hotelpay.adapters.stripe.cards import StripeCard
from hotelpay.adapters.stripe.faults import intent_named, outcome_of, told
from hotelpay.adapters.stripe.intents import KEY_FIELD, PaymentIntent
from hotelpay.errors import InvalidValue
from hotelpay.money import Money
from hotelpay.settlement.effects import Capture, Charge, GatewayEffect, Preauthorize, Release
from hotelpay.settlement.outcome import AUTHENTICATION_REQUIRED, Approved, Declined, MoneyOutcome, Unknown
from hotelpay.settlement.stepper import Promises
from hotelpay.texts import whole_number

#: Stripe keeps a key for at least 24 hours, and a payment for ever (https://docs.stripe.com/api/idempotent_requests).
PROMISES: Final = Promises(key_memory_hours=24, can_look_up=True)
#: The version of Stripe's API that this adapter is written against, whatever the installed client's own is.
API_VERSION: Final = "2024-06-20"
_PAGE: Final = 100
_CHARGE: Final = "latest_charge"
_NO_CARD: Final = Declined("malformed_card", "the card is not named as Stripe's customer and payment method")
_NO_AMOUNT: Final = Declined("amount_not_payable", "Stripe cannot take this amount of this currency exactly")
_OTHERS: Final = "this key belongs to another payment at Stripe"


class _Connections(Protocol):
    def close(self) -> None: ...


@attrs.frozen(eq=False)
class StripeGateway:
    """A :class:`~hotelpay.ports.PaymentGateway` that takes and blocks amounts as off-session PaymentIntents.

    Cards are named ``cus_…/pm_…`` (:class:`StripeCard`), references are PaymentIntents' ids. Refusals bear Stripe's
    own codes; ``authentication_required`` is answered only when the intent is canceled. What became of a key is
    found in the list of the customer's payments, which is never behind, as Stripe's search may be.
    """

    client: stripe.StripeClient = attrs.field(repr=False)
    """Stripe's client; one of a host's own has to ask for :data:`API_VERSION`."""
    _http: _Connections | None = attrs.field(default=None, repr=False)

    @classmethod
    def connect(
        cls,
        api_key: str,
        *,
        account: str | None = None,
        address: str | None = None,
        timeout_seconds: int = 30,
        repeats: int = 1,
    ) -> Self:
        """Return a gateway with a secret (or restricted) API key, which no repr and no error shows.

        ``account`` is a connected account, such as one hotel's of a chain. ``address`` is another server that speaks
        Stripe's API. A call waits ``timeout_seconds`` for an answer and is repeated under its own key ``repeats``
        times after a lost connection or a 5xx; keep the product below the ledger's lease.
        """
        whole_number(timeout_seconds, "timeout_seconds", 1, 600)
        whole_number(repeats, "repeats", 0, 10)
        http = stripe.RequestsClient(timeout=timeout_seconds)
        client = stripe.StripeClient(
            api_key,
            stripe_account=account,
            stripe_version=API_VERSION,
            base_addresses=None if address is None else {"api": address},
            max_network_retries=repeats,
            http_client=http,
        )
        return cls(client, http)

    @property
    def promises(self) -> Promises:
        """How long Stripe remembers keys, and that it can be asked by key."""
        return PROMISES

    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Take an amount from a stored card."""
        return self._pay(key, card, amount, "automatic")

    def preauthorize(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        """Block an amount; ``Approved.expires_at`` is Stripe's ``capture_before``, None where it gives none."""
        return self._pay(key, card, amount, "manual")

    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        """Take at most the blocked amount; Stripe gives the rest back."""
        units = in_stripe_units(amount)
        if units is None:
            return _NO_AMOUNT
        intents = self.client.v1.payment_intents
        return self._answer(
            lambda: intents.capture(reference, {"amount_to_capture": units}, {"idempotency_key": key}),
            lambda intent: intent.captured() or _still_blocked(intent),
        )

    def release(self, key: str, reference: str) -> MoneyOutcome:
        """Give a blocked amount back."""
        intents = self.client.v1.payment_intents
        return self._answer(
            lambda: intents.cancel(reference, {}, {"idempotency_key": key}),
            lambda intent: intent.released() or _still_blocked(intent),
        )

    def refund(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        """Return (a part of) what was taken; not of the port, but for a host's own desk. ``Approved`` may take days."""
        units = in_stripe_units(amount)
        if units is None:
            return _NO_AMOUNT
        try:
            refund = self.client.v1.refunds.create(
                {"payment_intent": reference, "amount": units, "metadata": {KEY_FIELD: key}}, {"idempotency_key": key}
            )
        except stripe.StripeError as fault:
            return outcome_of(fault)
        if refund.status in ("succeeded", "pending"):
            return Approved(amount, refund.id)
        return Declined(f"refund_{refund.status}")

    def look_up(self, effect: GatewayEffect) -> MoneyOutcome | None:
        """Return what became of the call with this key; one that still waits for the cardholder is canceled."""
        try:
            match effect:
                case Charge() | Preauthorize():
                    return self._found(effect)
                case Capture(_, reference):
                    return self._retrieved(reference).captured()
                case Release(_, reference):
                    return self._retrieved(reference).released()
        except stripe.StripeError as fault:
            # That nobody could ask, or that the question was refused, says nothing about the payment.
            return Unknown(f"the look-up failed: {told(fault)}")
        assert_never(effect)

    def close(self) -> None:
        """Close this thread's connections, where :meth:`connect` made them."""
        if self._http is not None:
            self._http.close()

    def _pay(self, key: str, card: str, amount: Money, capture: Literal["automatic", "manual"]) -> MoneyOutcome:
        try:
            named = StripeCard.of(card)
        except InvalidValue:
            return _NO_CARD
        units = in_stripe_units(amount)
        if units is None:
            return _NO_AMOUNT

        asked: Any = {  # the client's own types are those of its own version of the API
            "amount": units,
            "currency": amount.currency.code.lower(),
            "customer": named.customer,
            "payment_method": named.payment_method,
            "payment_method_types": ["card"],
            "capture_method": capture,
            "confirm": True,
            "off_session": True,
            "metadata": {KEY_FIELD: key},
            "expand": [_CHARGE],
        }
        intents = self.client.v1.payment_intents
        read = PaymentIntent.blocked if capture == "manual" else PaymentIntent.charged
        return self._answer(lambda: intents.create(asked, {"idempotency_key": key}), read)

    def _answer(
        self, call: Callable[[], stripe.PaymentIntent], read: Callable[[PaymentIntent], MoneyOutcome]
    ) -> MoneyOutcome:
        try:
            intent = _read(call())
        except stripe.StripeError as fault:
            refusal = outcome_of(fault)
            if isinstance(refusal, Declined) and refusal.code == AUTHENTICATION_REQUIRED:
                return self._canceled(intent_named(fault), refusal, read)
            return refusal
        return self._settled(intent, read)

    def _settled(self, intent: PaymentIntent, read: Callable[[PaymentIntent], MoneyOutcome]) -> MoneyOutcome:
        if not intent.waits_for_cardholder:
            return read(intent)
        return self._canceled(intent.id, intent.error or Declined(AUTHENTICATION_REQUIRED), read)

    def _canceled(
        self, intent: str | None, refusal: Declined, read: Callable[[PaymentIntent], MoneyOutcome]
    ) -> MoneyOutcome:
        """Cancel an attempt that waits for the cardholder, and only then say that it is refused."""
        if intent is None:
            return Unknown("the cardholder has to confirm a payment that Stripe does not name")
        try:
            ended = self._cancel_or_retrieve(intent)
        except stripe.StripeError as fault:
            return Unknown(f"the cardholder has to confirm, and it could not be canceled: {type(fault).__name__}")
        if ended.waits_for_cardholder:
            return Unknown("the cardholder has to confirm, and it could not be canceled")
        return refusal if ended.status == "canceled" else read(ended)

    def _cancel_or_retrieve(self, intent: str) -> PaymentIntent:
        try:
            return _read(self.client.v1.payment_intents.cancel(intent))
        except stripe.InvalidRequestError:  # it is canceled already, or the cardholder was quicker
            return self._retrieved(intent)

    def _retrieved(self, intent: str) -> PaymentIntent:
        return _read(self.client.v1.payment_intents.retrieve(intent, {"expand": [_CHARGE]}))

    def _found(self, effect: Charge | Preauthorize) -> MoneyOutcome | None:
        manual = isinstance(effect, Preauthorize)
        intent = self._of_key(effect)
        if intent is None:
            return None
        if (intent.amount, intent.currency.upper(), intent.manual) != (
            in_stripe_units(effect.amount),
            effect.amount.currency.code,
            manual,
        ):
            return Unknown(_OTHERS)
        return self._settled(intent, PaymentIntent.blocked if manual else PaymentIntent.charged)

    def _of_key(self, effect: Charge | Preauthorize) -> PaymentIntent | None:
        """Return the payment that was made under a key, newest first, among the customer's."""
        payments = self.client.v1.payment_intents.list(
            {"customer": StripeCard.of(effect.card).customer, "limit": _PAGE, "expand": [f"data.{_CHARGE}"]}
        )
        found = (_read(each) for each in payments.auto_paging_iter())
        return next((each for each in found if each.key == effect.call.key), None)


def _read(intent: stripe.PaymentIntent) -> PaymentIntent:
    plain: dict[str, Any] = intent.to_dict()
    return PaymentIntent.read(plain)


def _still_blocked(intent: PaymentIntent) -> Unknown:
    return Unknown(f"Stripe answered, and the payment is still in the state {intent.status}")
