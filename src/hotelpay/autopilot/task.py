"""A task: one automation rule of the autopilot."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Final, get_args

import attrs

from hotelpay.actions import Action
from hotelpay.autopilot.amounts import FolioBalance, FolioCharges, Formula, RequiredDeposit
from hotelpay.autopilot.filters import Filters
from hotelpay.autopilot.window import Mode
from hotelpay.errors import InvalidValue, WrongType
from hotelpay.guarantee import LONGEST_HOURS
from hotelpay.money import Money
from hotelpay.reservation import Card, CardKind, Reservation
from hotelpay.texts import choice, identifier, switch, whole_number


class Operation(enum.Enum):
    """What a task does: take an amount, block it, or neither and count as a success (AP-EXPEDIA-HIDE)."""

    PAYMENT = "payment"
    PREAUTHORIZATION = "preauthorization"
    ACTIONS_ONLY = "actions_only"


class CardChoice(enum.Enum):
    """Which card is used: of all, of the OTA's or of the guest's, the one added last."""

    LAST = "last"
    LAST_OTA = "last_ota"
    LAST_GUEST = "last_guest"

    def of(self, reservation: Reservation) -> Card | None:
        """Return the reservation's card that fits, or None (AP-CARD-LAST, AP-CARD-MISSING)."""
        return reservation.last_card(_KIND_OF_CHOICE[self])


_KIND_OF_CHOICE: Final = {
    CardChoice.LAST: None,
    CardChoice.LAST_OTA: CardKind.OTA,
    CardChoice.LAST_GUEST: CardKind.GUEST,
}


def _actions(items: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(items)


@attrs.frozen(kw_only=True)
class Task:
    """One automation rule: when, which reservations, what, how much, and then what.

    ``offset_hours`` are elapsed hours; ``card`` defaults to the last one; ``max_amount`` (in the setup's
    currency) is a ceiling above which a run needs a person. An ``actions_only`` task has neither card nor
    ceiling and may have no ``amount``; the others need one. Tasks are off until switched on.
    """

    id: str
    name: str = ""
    active: bool = False
    mode: Mode
    offset_hours: int = 0
    filters: Filters = attrs.field(factory=Filters)
    operation: Operation
    card: CardChoice | None = None
    max_amount: Money | None = None
    amount: Formula | None = None
    on_success: tuple[Action, ...] = attrs.field(default=(), converter=_actions)
    on_failure: tuple[Action, ...] = attrs.field(default=(), converter=_actions)

    def __attrs_post_init__(self) -> None:
        identifier(self.id, "id")
        if self.name != "":
            identifier(self.name, "name")
        switch(self.active, "active")
        choice(self.mode, Mode, "mode")
        choice(self.operation, Operation, "operation")
        whole_number(self.offset_hours, "offset_hours", 0, LONGEST_HOURS)
        if type(self.filters) is not Filters:
            raise WrongType("filters", self.filters, "Filters")
        for action in (*self.on_success, *self.on_failure):
            if not isinstance(action, get_args(Action)):
                raise WrongType("actions", action, "one of the actions")
        self._check_amount()
        if self.operation is Operation.ACTIONS_ONLY:
            self._refuse_card_and_ceiling()
        elif self.card is None:
            object.__setattr__(self, "card", CardChoice.LAST)
        else:
            choice(self.card, CardChoice, "card")

    def _check_amount(self) -> None:
        if self.amount is None:
            if self.operation is not Operation.ACTIONS_ONLY:
                raise InvalidValue(
                    "amount", None, f"a formula, which {self.operation.value} needs", code="amount_missing"
                )
        elif not isinstance(self.amount, FolioBalance | FolioCharges | RequiredDeposit):
            raise WrongType("amount", self.amount, "a formula")
        if self.max_amount is not None:
            if type(self.max_amount) is not Money:
                raise WrongType("max_amount", self.max_amount, "Money")
            if self.max_amount.minor < 0:
                raise InvalidValue("max_amount", self.max_amount.text, "zero or more", code="negative_amount")

    def _refuse_card_and_ceiling(self) -> None:
        for field, written in (("card", self.card and self.card.value), ("max_amount", self.max_amount)):
            if written is not None:
                raise InvalidValue(
                    field,
                    str(written),
                    "absent, since actions_only touches no card",
                    code="not_with_actions_only",
                )
