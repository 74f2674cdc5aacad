"""The words for codes: what people read in the place of ``before_arrival`` or ``guest_and_ota``.

The first key is the name of the enumeration that a code belongs to, or of the field of a document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "Mode": {
        "after_creation": "after booking",
        "before_arrival": "before arrival",
        "after_arrival": "after check-in",
        "before_departure": "before departure",
        "after_departure": "after check-out",
        "after_cancellation": "after cancellation",
    },
    "Anchor": {
        "created_at": "booking",
        "arrival": "noon of arrival",
        "checked_in_at": "check-in",
        "departure": "noon of departure",
        "checked_out_at": "check-out",
        "cancelled_at": "cancellation",
    },
    "Operation": {
        "payment": "payment",
        "preauthorization": "pre-authorisation",
        "actions_only": "actions only",
    },
    "CardChoice": {"last": "last", "last_ota": "last ota", "last_guest": "last guest"},
    "CardClass": {
        "none": "none",
        "guest_only": "guest only",
        "ota_only": "ota only",
        "guest_and_ota": "guest and ota",
    },
    "ReservationStatus": {
        "expected": "expected",
        "checked_in": "checked in",
        "checked_out": "checked out",
        "cancelled": "cancelled",
        "no_show": "no show",
    },
    "GuaranteeStatus": {
        "guaranteed": "guaranteed",
        "awaiting": "awaiting",
        "expired": "expired",
        "not_guaranteed": "not guaranteed",
    },
    "Field": {
        "guarantee_status": "guarantee",
        "guarantee_policy": "policy",
        "ota": "OTA",
        "cards": "cards",
        "company": "company",
        "agent": "agent",
    },
    "Problem": {
        "no_card": "no fitting card",
        "above_max_amount": "above the task's ceiling",
        "above_max_runs": "beyond the cycle's limit",
    },
    "LimitedBy": {"cap": "the cap", "card": "the card"},
    "LineKind": {
        "base": "base",
        "percent": "percent",
        "nights": "nights",
        "fixed": "fixed sum",
        "rounding": "rounding",
    },
    "Formula": {
        "FolioBalance": "amount due",
        "FolioCharges": "charges",
        "RequiredDeposit": "outstanding deposit",
    },
    "Rounding": {"half_up": "half up", "down": "down", "up": "up"},
    "Severity": {"error": "error", "warning": "warning"},
    "Outcome": {
        "approved": "approved",
        "declined": "declined",
        "unknown": "unknown",
        "not_attempted": "not attempted",
        "done": "done",
        "reversed": "reversed",
        "half_done": "half done",
        "left_to_person": "for a person",
        "dropped": "dropped",
        "unfinished": "unfinished",
    },
    "Kind": {
        "run": "run",
        "release": "release",
        "capture": "capture",
        "redemption": "redemption",
        "reversal": "reversal",
    },
    "Purpose": {
        "charge": "charge",
        "preauthorize": "pre-authorise",
        "post": "post",
        "post-again": "post again",
        "release": "release",
        "capture": "capture",
        "mark": "mark",
        "debit": "debit points",
        "hold": "hold points",
        "commit": "commit points",
        "cancel": "cancel the hold",
        "refund": "refund",
        "take-back": "take back",
    },
}
