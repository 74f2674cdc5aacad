"""What every task of one hotel is decided under: its clock, its guarantee policies, its catch-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from hotelpay.guarantee import LONGEST_HOURS, GuaranteePolicy, GuaranteeStatus, derived_guarantee_status
from hotelpay.moments import Instant, hotel_zone
from hotelpay.reservation import Reservation
from hotelpay.texts import all_different, every, whole_number

DEFAULT_CATCH_UP_HOURS: Final = 24


def as_zone(value: str | ZoneInfo) -> ZoneInfo:
    """Return the IANA zone of a name, or of a ``ZoneInfo`` that bears one."""
    return hotel_zone(value.key if isinstance(value, ZoneInfo) else value)


def _policies(items: Iterable[GuaranteePolicy]) -> tuple[GuaranteePolicy, ...]:
    return tuple(items)


@attrs.frozen(kw_only=True)
class HouseRules:
    """The part of a hotel's setup that decisions read.

    ``timezone`` is an IANA name (or its ``ZoneInfo``); ``catch_up_hours`` is how long a reservation that a
    cycle missed is still taken, in elapsed hours (D12).
    """

    timezone: ZoneInfo = attrs.field(converter=as_zone)
    guarantee_policies: tuple[GuaranteePolicy, ...] = attrs.field(default=(), converter=_policies)
    catch_up_hours: int = DEFAULT_CATCH_UP_HOURS
    _policy_by_id: Mapping[str, GuaranteePolicy] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        whole_number(self.catch_up_hours, "catch_up_hours", 1, LONGEST_HOURS)
        every(self.guarantee_policies, GuaranteePolicy, "guarantee_policies")
        all_different((policy.id for policy in self.guarantee_policies), "guarantee_policies")
        object.__setattr__(self, "_policy_by_id", {policy.id: policy for policy in self.guarantee_policies})

    def policy_of(self, reservation: Reservation) -> GuaranteePolicy | None:
        """Return the reservation's guarantee policy; None where it has none or the setup does not know it."""
        name = reservation.guarantee_policy
        return None if name is None else self._policy_by_id.get(name)

    def guarantee_status_of(self, reservation: Reservation, at: Instant) -> GuaranteeStatus:
        """Return the status the PMS handed in or, where it is missing, the one derived as of ``at``."""
        if reservation.guarantee_status is not None:
            return reservation.guarantee_status
        return derived_guarantee_status(self.policy_of(reservation), reservation.created_at, at)
