"""What an error of Stripe's client says about the money: refused, never attempted, or unknown."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

import stripe
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from hotelpay.adapters.stripe.intents import declined
from hotelpay.settlement.outcome import Declined, NotAttempted, Unknown

#: A connection that never stood carries no request.
_NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)


def outcome_of(fault: stripe.StripeError) -> Declined | NotAttempted | Unknown:
    """Return what an error means for a call that moves money.

    Refused for good: a declined card (402) and a request that Stripe finds wrong (400, 404), with Stripe's own code.
    Never attempted: no connection, too many requests (429), an API key that is not known or may not do it (401, 403).
    Unknown: everything else, an answer of 5xx, a key in use (409) or used for another call, a lost connection.
    """
    match fault:
        case stripe.CardError() | stripe.InvalidRequestError():
            return declined(_error_of(fault))
        case stripe.RateLimitError() | stripe.AuthenticationError() | stripe.PermissionError():
            return NotAttempted(told(fault))
        case stripe.APIConnectionError() if any(isinstance(each, _NEVER_CONNECTED) for each in _causes(fault)):
            return NotAttempted("no connection to Stripe")
        case _:
            return Unknown(told(fault))


def intent_named(fault: stripe.StripeError) -> str | None:
    """Return the id of the PaymentIntent that a refusal is about, where Stripe says it."""
    named = _error_of(fault).get("payment_intent")
    found = named.get("id") if isinstance(named, dict) else None
    return found if isinstance(found, str) else None


def _error_of(fault: stripe.StripeError) -> dict[str, Any]:
    body = fault.json_body
    found = body.get("error") if isinstance(body, dict) else None
    return found if isinstance(found, dict) else {}


def told(fault: stripe.StripeError) -> str:
    """Name an error without its text, which may repeat what was sent; with the number Stripe's support asks for."""
    status = "" if fault.http_status is None else f" {fault.http_status}"
    request = "" if fault.request_id is None else f", request {fault.request_id}"
    return f"Stripe: {type(fault).__name__}{status}{request}"


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything that it came from, as the HTTP client nests it."""
    seen: set[int] = set()
    waiting: list[object] = [fault]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            waiting += (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
            yield each
