"""What a task does after its operation: actions on success and on failure, as data."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from hotelpay.errors import InvalidValue
from hotelpay.guarantee import GuaranteeStatus
from hotelpay.messages import ENGLISH, Language
from hotelpay.money import Money
from hotelpay.texts import choice, free_text, identifier, optional_identifier, switch


@attrs.frozen
class SendEmail:
    """Send the reservation an e-mail made from a template of the PMS."""

    template: str

    def __attrs_post_init__(self) -> None:
        identifier(self.template, "template")


@attrs.frozen
class CloseFolio:
    """Close the folio and issue a document of this type; a folio with a balance is not closed, the action fails."""

    document_type: str

    def __attrs_post_init__(self) -> None:
        identifier(self.document_type, "document_type")


@attrs.frozen
class SetFolioVisibility:
    """Show the folio in the guest's portal, or hide it."""

    visible: bool

    def __attrs_post_init__(self) -> None:
        switch(self.visible, "visible")


@attrs.frozen
class SetGuaranteeStatus:
    """Make the reservation guaranteed or not; the other two statuses follow from a policy and cannot be set."""

    status: GuaranteeStatus

    def __attrs_post_init__(self) -> None:
        choice(self.status, GuaranteeStatus, "status")
        if self.status not in (GuaranteeStatus.GUARANTEED, GuaranteeStatus.NOT_GUARANTEED):
            raise InvalidValue("status", self.status.value, "guaranteed or not_guaranteed", code="unknown_choice")


@attrs.frozen
class CreateTodo:
    """Leave the staff a to-do, in a channel; the calculated amount is added to the text (:func:`todo_text`)."""

    text: str = attrs.field(converter=free_text)
    channel: str | None = None

    def __attrs_post_init__(self) -> None:
        if not self.text.strip():
            raise InvalidValue("text", self.text, "a text that tells the staff what to do", code="not_a_text")
        optional_identifier(self.channel, "channel")


#: One step of a task's on-success or on-failure list.
Action: TypeAlias = SendEmail | CloseFolio | SetFolioVisibility | SetGuaranteeStatus | CreateTodo


def todo_text(todo: CreateTodo, amount: Money | None, language: Language = ENGLISH) -> str:
    """Return the text that the staff read: it ends with the amount and its currency (AP-TODO-AMOUNT).

    Without an amount (a task without a formula) it is the text alone. The text is used as it stands: braces
    in it mean nothing, and it is not translated. ``language`` says how the amount is written.
    """
    return todo.text if amount is None else f"{todo.text}: {language.text(amount)}"
