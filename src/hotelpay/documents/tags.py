"""Unions in documents: the field that says which class an object is, and the name of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, get_args

from hotelpay.actions import (
    Action,
    CloseFolio,
    CreateTodo,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
)
from hotelpay.autopilot.amounts import FolioBalance, FolioCharges, Formula, RequiredDeposit


class TaggedUnion(NamedTuple):
    """A union whose members are told apart by the value of one field."""

    union: Any
    tag: str
    kinds: Mapping[str, type]

    def covers(self) -> Callable[[Any], bool]:
        """Return what recognises this union, with or without None."""
        members = frozenset(get_args(self.union))
        return lambda kind: members <= frozenset(get_args(kind)) <= members | {type(None)}


FORMULAS: Final = TaggedUnion(
    Formula,
    "basis",
    {"folio_balance": FolioBalance, "folio_charges": FolioCharges, "required_deposit": RequiredDeposit},
)
ACTIONS: Final = TaggedUnion(
    Action,
    "action",
    {
        "send_email": SendEmail,
        "close_folio": CloseFolio,
        "set_folio_visibility": SetFolioVisibility,
        "set_guarantee_status": SetGuaranteeStatus,
        "create_todo": CreateTodo,
    },
)
TAGGED_UNIONS: Final = (FORMULAS, ACTIONS)
