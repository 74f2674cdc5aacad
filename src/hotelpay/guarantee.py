"""How a reservation is guaranteed: policies, the deposit they ask for, the status as of an instant."""

from __future__ import annotations

import enum
from typing import Final

import attrs

from hotelpay.errors import WrongType
from hotelpay.moments import Instant, hours_later
from hotelpay.money import Money, Share
from hotelpay.texts import identifier, text_set, whole_number

#: Eleven years: no booking engine takes reservations further ahead.
LONGEST_HOURS: Final = 100_000
MOST_NIGHTS: Final = 10_000


class GuaranteeStatus(enum.Enum):
    """How sure a reservation is."""

    GUARANTEED = "guaranteed"
    AWAITING = "awaiting"
    EXPIRED = "expired"
    NOT_GUARANTEED = "not_guaranteed"


@attrs.frozen(kw_only=True)
class Deposit:
    """What a policy asks for: the greater of ``percent`` and ``nights`` of the charges, plus ``fixed`` (AP-DEPOSIT).

    The charges are those of all folios in ``revenue_groups`` (none: all charges). ``fixed`` is in the
    setup's currency.
    """

    revenue_groups: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    percent: Share | None = None
    nights: int | None = None
    fixed: Money | None = None

    def __attrs_post_init__(self) -> None:
        checked_charge_rule(self.revenue_groups, self.percent, self.nights, self.fixed)


def checked_charge_rule(
    revenue_groups: frozenset[str], percent: Share | None, nights: int | None, fixed: Money | None
) -> None:
    """Check the parts that a deposit and a formula over charges have in common."""
    for group in revenue_groups:
        identifier(group, "revenue_groups")
    if percent is not None and type(percent) is not Share:
        raise WrongType("percent", percent, "a Share")
    if nights is not None:
        whole_number(nights, "nights", 1, MOST_NIGHTS)
    if fixed is not None and type(fixed) is not Money:
        raise WrongType("fixed", fixed, "Money")


@attrs.frozen(kw_only=True)
class GuaranteePolicy:
    """The rule a reservation is guaranteed under.

    ``guarantee_period_hours`` (elapsed hours from creation) is how long a guarantee is awaited; without it
    nothing is awaited. Without a ``deposit`` the policy asks for none.
    """

    id: str
    name: str = ""
    guarantee_period_hours: int | None = None
    deposit: Deposit | None = None

    def __attrs_post_init__(self) -> None:
        identifier(self.id, "id")
        if self.name != "":
            identifier(self.name, "name")
        if self.guarantee_period_hours is not None:
            whole_number(self.guarantee_period_hours, "guarantee_period_hours", 0, LONGEST_HOURS)
        if self.deposit is not None and type(self.deposit) is not Deposit:
            raise WrongType("deposit", self.deposit, "a Deposit")


def guarantee_deadline(policy: GuaranteePolicy | None, created_at: Instant) -> Instant | None:
    """Return when a guarantee is no longer awaited, or None where none ever is."""
    if policy is None or policy.guarantee_period_hours is None:
        return None
    return hours_later(created_at, policy.guarantee_period_hours)


def awaited_if_created_after(policy: GuaranteePolicy, at: Instant) -> Instant | None:
    """Return the creation up to which a guarantee is expired at ``at``; None where none is ever awaited.

    The end of a guarantee period turned round, so that a database can compare a column with it.
    """
    if policy.guarantee_period_hours is None:
        return None
    return hours_later(at, -policy.guarantee_period_hours)


def derived_guarantee_status(policy: GuaranteePolicy | None, created_at: Instant, at: Instant) -> GuaranteeStatus:
    """Return the status, as of ``at``, of a reservation that nobody called guaranteed.

    ``awaiting`` before creation + the policy's period, ``expired`` from then on, ``not_guaranteed`` without
    a policy or a period. Only a PMS can say ``guaranteed``.
    """
    deadline = guarantee_deadline(policy, created_at)
    if deadline is None:
        return GuaranteeStatus.NOT_GUARANTEED
    return GuaranteeStatus.AWAITING if at < deadline else GuaranteeStatus.EXPIRED
