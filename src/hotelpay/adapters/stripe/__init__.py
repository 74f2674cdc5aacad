"""A payment gateway over Stripe's PaymentIntents (extra ``stripe``)."""

from __future__ import annotations

from hotelpay.errors import MissingExtra

try:
    import stripe as _stripe
except ImportError as _missing:  # pragma: no cover  shown by a test in a process without it
    raise MissingExtra("hotelpay.adapters.stripe", "stripe") from _missing

from hotelpay.adapters.stripe.cards import StripeCard
from hotelpay.adapters.stripe.gateway import StripeGateway

del _stripe

__all__ = ["StripeCard", "StripeGateway"]
