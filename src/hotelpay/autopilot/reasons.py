"""Why a task does not take a reservation: a code with the values that were compared."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

from hotelpay.messages import ENGLISH, REASONS, Language


class ReasonCode(enum.Enum):
    """Every reason not to take a reservation, in the order in which a skip lists them."""

    INACTIVE = "inactive"
    ALREADY_PROCESSED = "already_processed"
    WRONG_STATUS = "wrong_status"
    NO_ANCHOR = "no_anchor"
    NOT_DUE = "not_due"
    WINDOW_CLOSED = "window_closed"
    GUARANTEE_STATUS = "guarantee_status"
    GUARANTEE_POLICY = "guarantee_policy"
    OTA = "ota"
    CARDS = "cards"
    COMPANY = "company"
    AGENT = "agent"
    NO_OPEN_FOLIO = "no_open_folio"
    NOTHING_DUE = "nothing_due"
    NOTHING_TO_CHARGE = "nothing_to_charge"
    CURRENCY_MISMATCH = "currency_mismatch"


@attrs.frozen
class Reason:
    """One reason: its ``code`` and the ``values`` compared, by name; :attr:`message` is made when read."""

    code: ReasonCode
    values: Mapping[str, object] = attrs.field(factory=dict, hash=False)
    template: str | None = attrs.field(default=None, repr=False)

    @property
    def message(self) -> str:
        """The reason as an English sentence."""
        return self.message_in(ENGLISH)

    def message_in(self, language: Language) -> str:
        """Return the reason as a sentence."""
        return language.sentence(REASONS, self.template or self.code.value, self.values)
