"""Who a settlement is, and the key of every call that it makes to the outside."""

from __future__ import annotations

import enum
import hashlib
from typing import Final

import attrs

from hotelpay.errors import WrongType
from hotelpay.texts import choice, identifier, whole_number

MOST_ATTEMPTS: Final = 1000


class Kind(enum.Enum):
    """What is settled, and what its names are."""

    RUN = "run"
    """One task on one reservation: (task, reservation)."""
    RELEASE = "release"
    """Giving a blocked amount back: (reservation, pre-authorisation)."""
    CAPTURE = "capture"
    """Taking a blocked amount: (reservation, pre-authorisation)."""
    REDEMPTION = "redemption"
    """Points for a payment: (redemption)."""
    REVERSAL = "reversal"
    """Points returned for a payment taken back: (redemption, reversal)."""


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Call:
    """One call to the outside: its purpose within the settlement, and the key that makes a repeat harmless.

    The key is the same for every retry, at most 64 characters long, and holds no guest data.
    """

    purpose: str
    key: str


@attrs.frozen
class Identity:
    """Which settlement it is; never made from the time, so that whoever tries again has the same keys.

    ``attempt`` is 1 unless a person re-armed it.
    """

    hotel: str
    kind: Kind
    names: tuple[str, ...] = attrs.field(converter=_names)
    attempt: int = 1

    def __attrs_post_init__(self) -> None:
        identifier(self.hotel, "hotel")
        choice(self.kind, Kind, "kind")
        if not self.names:
            raise WrongType("names", self.names, "a list of ids")
        for name in self.names:
            identifier(name, "names")
        whole_number(self.attempt, "attempt", 1, MOST_ATTEMPTS)

    @property
    def key(self) -> str:
        """The settlement's own key."""
        return self._hashed("")

    def call(self, purpose: str) -> Call:
        """Return the call for one purpose, such as ``charge`` or ``action-3``."""
        return Call(purpose, self._hashed(purpose))

    def _hashed(self, purpose: str) -> str:
        # Identifiers are printable, so the separator cannot occur in one of them.
        parts = (self.hotel, self.kind.value, *self.names, str(self.attempt), purpose)
        return "hp1-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:48]
