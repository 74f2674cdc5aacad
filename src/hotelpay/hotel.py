"""One hotel's whole setup: its settings, guarantee policies, tasks and bonus types together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.house_rules import DEFAULT_CATCH_UP_HOURS, HouseRules, as_zone
from hotelpay.autopilot.task import Task
from hotelpay.bonus.payment_types import BonusSettings
from hotelpay.card_numbers import mask_card_numbers
from hotelpay.errors import InvalidValue, UnknownName, WrongType
from hotelpay.guarantee import GuaranteePolicy
from hotelpay.money import Currency, Money
from hotelpay.texts import all_different, every, identifier, switch, whole_number

LONGEST_RELEASE_DAYS: Final = 3650
MOST_RUNS: Final = 1_000_000


def _policies(items: Iterable[GuaranteePolicy]) -> tuple[GuaranteePolicy, ...]:
    return tuple(items)


def _tasks(items: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(items)


@attrs.frozen(kw_only=True)
class Setup:
    """What a hotel has configured; one that exists is consistent.

    ``currency`` is the hotel's own: every fixed amount and ceiling in the setup is in it.
    ``release_preauthorizations_after_days`` counts calendar days from check-out; None is off, 0 at once
    (AP-RELEASE-0, -2, -OFF). ``max_runs_per_cycle`` limits what one cycle attempts, ``paused`` stops every new run
    (D14). ``rules`` is the part that decisions read.
    """

    hotel: str = "default"
    timezone: ZoneInfo = attrs.field(converter=as_zone)
    currency: Currency
    paused: bool = False
    catch_up_hours: int = DEFAULT_CATCH_UP_HOURS
    max_runs_per_cycle: int | None = None
    release_preauthorizations_after_days: int | None = None
    guarantee_policies: tuple[GuaranteePolicy, ...] = attrs.field(default=(), converter=_policies)
    tasks: tuple[Task, ...] = attrs.field(default=(), converter=_tasks)
    bonus: BonusSettings = attrs.field(factory=BonusSettings)
    rules: HouseRules = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        identifier(self.hotel, "hotel")
        switch(self.paused, "paused")
        for field, kind in (("currency", Currency), ("bonus", BonusSettings)):
            if type(getattr(self, field)) is not kind:
                raise WrongType(field, getattr(self, field), f"a {kind.__name__}")
        for field, highest in (
            ("max_runs_per_cycle", MOST_RUNS),
            ("release_preauthorizations_after_days", LONGEST_RELEASE_DAYS),
        ):
            if getattr(self, field) is not None:
                whole_number(getattr(self, field), field, 0, highest)
        every(self.tasks, Task, "tasks")
        all_different((task.id for task in self.tasks), "tasks")
        rules = HouseRules(
            timezone=self.timezone, guarantee_policies=self.guarantee_policies, catch_up_hours=self.catch_up_hours
        )
        object.__setattr__(self, "rules", rules)
        for where, money in self._own_amounts():
            if money.currency.code != self.currency.code:
                raise InvalidValue(
                    where, str(money), f"in the setup's currency, {self.currency}", code="foreign_currency"
                )

    def _own_amounts(self) -> Iterator[tuple[str, Money]]:
        for place, task in enumerate(self.tasks):
            if task.max_amount is not None:
                yield f"tasks[{place}].max_amount", task.max_amount
            if task.amount is not None and task.amount.fixed is not None:
                yield f"tasks[{place}].amount.fixed", task.amount.fixed
        for place, policy in enumerate(self.guarantee_policies):
            if policy.deposit is not None and policy.deposit.fixed is not None:
                yield f"guarantee_policies[{place}].deposit.fixed", policy.deposit.fixed

    @property
    def tasks_in_order(self) -> tuple[Task, ...]:
        """The tasks, in the order in which a cycle works them."""
        # A field with a converter is no plain attribute to every type checker; what a protocol asks for has to be one.
        return self.tasks

    def task(self, name: str) -> Task:
        """Return the task of an id; raises :class:`~hotelpay.errors.UnknownName` (a LookupError)."""
        for task in self.tasks:
            if task.id == name:
                return task
        known = mask_card_numbers(", ".join(task.id for task in self.tasks)) or "none is set up"
        raise UnknownName("task", name, f"one of the setup's tasks ({known})", code="unknown_id")
