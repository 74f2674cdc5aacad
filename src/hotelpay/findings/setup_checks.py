"""Findings about a setup as a whole: its switches, its policies, its bonus payment types."""

from __future__ import annotations

from collections.abc import Iterator

from hotelpay.bonus.payment_types import BonusPaymentType
from hotelpay.findings.finding import Finding, warning
from hotelpay.guarantee import Deposit
from hotelpay.hotel import Setup


def switch_findings(setup: Setup) -> Iterator[Finding]:
    """Yield what is noticed about the autopilot's switches."""
    if setup.tasks and not any(task.active for task in setup.tasks):
        yield warning("no_active_tasks", "tasks")
    if setup.paused:
        yield warning("paused", "paused")
    if setup.max_runs_per_cycle == 0:
        yield warning("no_runs_allowed", "max_runs_per_cycle")


def policy_findings(setup: Setup) -> Iterator[Finding]:
    """Yield what is noticed about the deposits that guarantee policies ask for."""
    for place, policy in enumerate(setup.guarantee_policies):
        deposit, path = policy.deposit, f"guarantee_policies[{place}].deposit"
        if deposit is None:
            continue
        if not _can_ask(deposit):
            yield warning("deposit_gives_nothing", path)
        if deposit.percent is not None and deposit.percent.value > 100:  # noqa: PLR2004  per cent
            yield warning("share_above_whole", f"{path}.percent", percent=deposit.percent)


def _can_ask(deposit: Deposit) -> bool:
    shares = deposit.nights is not None or (deposit.percent is not None and deposit.percent.value > 0)
    return shares or (deposit.fixed is not None and deposit.fixed.minor > 0)


def bonus_findings(setup: Setup) -> Iterator[Finding]:
    """Yield what is noticed about paying with points."""
    bonus = setup.bonus
    enabled = [payment_type for payment_type in bonus.payment_types if payment_type.enabled]
    if enabled and not bonus.active:
        yield warning("bonus_integration_off", "bonus.active")
    if bonus.active and not enabled:
        yield warning("bonus_no_enabled_type", "bonus.payment_types")
    first_of: dict[str, str] = {}
    for place, payment_type in enumerate(bonus.payment_types):
        path = f"bonus.payment_types[{place}]"
        yield from _type_findings(payment_type, path, setup)
        if payment_type.enabled:
            other = first_of.setdefault(payment_type.currency_type, payment_type.id)
            if other != payment_type.id:
                yield warning("bonus_type_repeated", f"{path}.currency_type", other=other)


def _type_findings(payment_type: BonusPaymentType, path: str, setup: Setup) -> Iterator[Finding]:
    if payment_type.max_percent.value == 0:
        yield warning("bonus_zero_percent", f"{path}.max_percent")
    if payment_type.rate is None:
        yield warning(
            "bonus_rate_missing",
            f"{path}.rate",
            currency_type=payment_type.currency_type,
            currency=payment_type.currency,
        )
    if payment_type.currency != setup.currency:
        yield warning("bonus_foreign_currency", f"{path}.currency", currency=payment_type.currency, own=setup.currency)
