"""Findings about one task: what it can never do, and what it does that nobody means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hotelpay.actions import Action, CloseFolio, SetFolioVisibility, SetGuaranteeStatus
from hotelpay.autopilot.amounts import FolioBalance, FolioCharges, Formula, RequiredDeposit
from hotelpay.autopilot.task import CardChoice, Operation, Task
from hotelpay.autopilot.window import Mode
from hotelpay.findings.finding import Finding, error, warning
from hotelpay.guarantee import GuaranteePolicy, GuaranteeStatus
from hotelpay.hotel import Setup
from hotelpay.messages import Phrase
from hotelpay.money import Money
from hotelpay.reservation import CardClass

#: One night, in hours; also how long a task may stay armed without a word about it.
_NIGHT: Final = 24
#: How long many cards keep an amount blocked at the most: 4 to 7 days.
_LONGEST_HOLD: Final = 168

_FITTING: Final = {
    CardChoice.LAST: frozenset({CardClass.GUEST_ONLY, CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA}),
    CardChoice.LAST_OTA: frozenset({CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA}),
    CardChoice.LAST_GUEST: frozenset({CardClass.GUEST_ONLY, CardClass.GUEST_AND_OTA}),
}


def task_findings(task: Task, path: str, setup: Setup) -> Iterator[Finding]:
    """Yield everything that is noticed about one task of a setup."""
    yield from _card_findings(task, path)
    yield from _formula_findings(task, path, setup)
    yield from _closing_findings(task, path)
    yield from _action_findings(task, path)
    yield from _guarantee_findings(task, path, setup)
    yield from _timing_findings(task, path, setup)
    if task.operation is Operation.PREAUTHORIZATION and setup.release_preauthorizations_after_days is None:
        yield warning("holds_never_released", f"{path}.operation")
    if task.max_amount is not None and not task.max_amount:
        yield warning("ceiling_of_zero", f"{path}.max_amount")


def _card_findings(task: Task, path: str) -> Iterator[Finding]:
    if task.card is None:
        return
    admitted = task.filters.cards or frozenset(CardClass)
    fitting = _FITTING[task.card]
    unfit = sorted((card_class for card_class in admitted - fitting), key=lambda each: each.value)
    if admitted == {CardClass.NONE}:
        yield error("payment_without_cards", f"{path}.filters.cards")
    elif not admitted & fitting:
        yield error("card_never_fits", f"{path}.card", card=task.card, cards=unfit)
    elif unfit:
        yield warning("card_may_be_missing", f"{path}.filters.cards", cards=unfit)


def _formula_findings(task: Task, path: str, setup: Setup) -> Iterator[Finding]:
    if isinstance(task.amount, FolioCharges):
        yield from _charges_findings(task.amount, f"{path}.amount")
    elif task.amount is not None:
        yield from _adjustment_findings(task.amount, f"{path}.amount")
    if isinstance(task.amount, RequiredDeposit) and not any(
        policy.deposit is not None for policy in _policies_taken(task, setup)
    ):
        yield error("deposit_never_asked", f"{path}.amount")


def _charges_findings(formula: FolioCharges, where: str) -> Iterator[Finding]:
    shares = formula.nights is not None or (formula.percent is not None and formula.percent.value > 0)
    if not shares and _minor(formula.fixed) <= 0:
        yield error("formula_gives_nothing", where)
    elif formula.revenue_groups and formula.nights is None and formula.percent is None:
        yield warning("groups_without_share", f"{where}.revenue_groups")
    if formula.percent is not None and formula.percent.value > 100:  # noqa: PLR2004  per cent
        yield warning("share_above_whole", f"{where}.percent", percent=formula.percent)


def _adjustment_findings(formula: FolioBalance | RequiredDeposit, where: str) -> Iterator[Finding]:
    adjustment = 0 if formula.adjust_percent is None else formula.adjust_percent.value
    if adjustment == -100 and _minor(formula.fixed) <= 0:  # noqa: PLR2004  nothing is left
        yield error("formula_gives_nothing", where)
    elif adjustment > 0 or _minor(formula.fixed) > 0:
        basis = Phrase("balance" if isinstance(formula, FolioBalance) else "deposit")
        field = "adjust_percent" if adjustment > 0 else "fixed"
        yield warning("charges_more_than_owed", f"{where}.{field}", basis=basis)


def _minor(money: Money | None) -> int:
    return 0 if money is None else money.minor


def _closing_findings(task: Task, path: str) -> Iterator[Finding]:
    for place, action in enumerate(task.on_success):
        if not isinstance(action, CloseFolio):
            continue
        where = f"{path}.on_success[{place}]"
        if task.operation is Operation.PREAUTHORIZATION:
            yield warning("closes_unpaid_folio", where, why=Phrase("hold_pays_nothing"))
        elif task.operation is Operation.ACTIONS_ONLY:
            if isinstance(task.amount, FolioBalance):
                yield error("never_closes_folio", where, why=Phrase("something_due"))
            else:
                yield warning("closes_unpaid_folio", where, why=Phrase("nothing_taken"))
        elif not _takes_exactly_the_balance(task.amount):
            yield warning("closes_unpaid_folio", where, why=Phrase("not_exactly_balance"))


def _takes_exactly_the_balance(formula: Formula | None) -> bool:
    """Less leaves a debt and more a credit: both keep a folio from being closed."""
    return (
        isinstance(formula, FolioBalance)
        and _minor(formula.fixed) == 0
        and (formula.adjust_percent is None or formula.adjust_percent.value == 0)
    )


def _action_findings(task: Task, path: str) -> Iterator[Finding]:
    if task.operation is Operation.ACTIONS_ONLY:
        if not task.on_success:
            yield error("actions_only_without_actions", f"{path}.on_success")
        if task.on_failure:
            yield warning("failure_actions_never_run", f"{path}.on_failure")
    elif not task.on_failure:
        yield warning("no_failure_actions", f"{path}.on_failure")
    for name, actions in (("on_success", task.on_success), ("on_failure", task.on_failure)):
        for what in _contradicted(actions):
            yield warning("contradicting_actions", f"{path}.{name}", what=Phrase(what))


def _contradicted(actions: tuple[Action, ...]) -> Iterator[str]:
    if len({action.visible for action in actions if isinstance(action, SetFolioVisibility)}) > 1:
        yield "folio_visibility"
    if len({action.status for action in actions if isinstance(action, SetGuaranteeStatus)}) > 1:
        yield "guarantee_status"


def _guarantee_findings(task: Task, path: str, setup: Setup) -> Iterator[Finding]:
    known = {policy.id for policy in setup.guarantee_policies}
    for policy in sorted(task.filters.guarantee_policies - known):
        yield warning("unknown_policy", f"{path}.filters.guarantee_policies", policy=policy)
    periods = [policy.guarantee_period_hours for policy in _policies_taken(task, setup)]
    where = f"{path}.filters.guarantee_statuses"
    statuses = task.filters.guarantee_statuses
    longest = max((period for period in periods if period is not None), default=None)
    if GuaranteeStatus.EXPIRED in statuses and longest is None:
        yield warning("status_never_derived", where, status=GuaranteeStatus.EXPIRED)
    if GuaranteeStatus.AWAITING in statuses:
        if not longest:
            yield warning("status_never_derived", where, status=GuaranteeStatus.AWAITING)
        elif (
            task.mode is Mode.AFTER_CREATION and task.offset_hours >= longest and statuses == {GuaranteeStatus.AWAITING}
        ):
            yield warning("awaiting_is_over", where, offset=task.offset_hours, longest=longest)


def _policies_taken(task: Task, setup: Setup) -> list[GuaranteePolicy]:
    wanted = task.filters.guarantee_policies
    return [policy for policy in setup.guarantee_policies if not wanted or policy.id in wanted]


def _timing_findings(task: Task, path: str, setup: Setup) -> Iterator[Finding]:
    where, offset = f"{path}.offset_hours", task.offset_hours
    late = offset - setup.catch_up_hours
    if task.mode is Mode.BEFORE_DEPARTURE and offset > _NIGHT and late > 0:
        yield warning("offset_longer_than_stay", where, offset=offset, late=late)
    if task.mode is not Mode.BEFORE_ARRIVAL:
        return
    if offset > _NIGHT and isinstance(task.amount, FolioBalance | RequiredDeposit):
        yield warning("stays_armed", where, armed=offset)
    if offset > _LONGEST_HOLD and task.operation is Operation.PREAUTHORIZATION:
        yield warning("hold_may_expire", where, offset=offset)
