"""Who an e-mail goes to and comes from."""

from __future__ import annotations

import re
from typing import Final, Protocol

import attrs

from hotelpay.adapters.mail.values import Values, one_line
from hotelpay.errors import InvalidValue

LONGEST_ADDRESS: Final = 254
_LONGEST_LOCAL_PART: Final = 64
#: RFC 5322's dot-atom, with what RFC 6531 adds to it. Quoted local parts and addresses in brackets are left out: no
#: guest has one, and they are where programs disagree about who is meant.
_WORD: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+"
_LABEL: Final = r"[A-Za-z0-9\u00a1-\U0010ffff](?:[A-Za-z0-9\u00a1-\U0010ffff-]{0,61}[A-Za-z0-9\u00a1-\U0010ffff])?"
_ADDRESS: Final = re.compile(rf"(?P<local>{_WORD}(?:\.{_WORD})*)@(?P<domain>{_LABEL}(?:\.{_LABEL})*)")


@attrs.frozen
class Mailbox:
    """An e-mail address and the name that is shown beside it.

    The address is of the plain form ``name@example.com``, at most 254 bytes; letters of other scripts are allowed in
    it. The name is made one line (:func:`~hotelpay.adapters.mail.values.one_line`). Raises
    :class:`~hotelpay.errors.InvalidValue`, which does not repeat the address.
    """

    address: str = attrs.field(repr=False)
    name: str = attrs.field(default="", repr=False)

    def __attrs_post_init__(self) -> None:
        if not _is_address(self.address):
            raise InvalidValue("address", "what was given", 'an e-mail address of the form "name@example.com"')
        object.__setattr__(self, "name", one_line(self.name, "name"))

    @property
    def domain(self) -> str:
        """What stands after the ``@``."""
        return self.address.rpartition("@")[2]


def _is_address(value: object) -> bool:
    # The beginning of an encoded word in an address would be decoded by whoever reads the header.
    if not isinstance(value, str) or not value.isprintable() or "=?" in value:
        return False
    found = _ADDRESS.fullmatch(value)
    return (
        found is not None
        and len(found["local"].encode()) <= _LONGEST_LOCAL_PART
        and len(value.encode()) <= LONGEST_ADDRESS
    )


@attrs.frozen(kw_only=True)
class Recipient:
    """Who is written to about a reservation.

    ``address`` is the e-mail address as the hotel has it, None where it has none; it is judged when an e-mail is sent,
    so that a mistyped one is a refusal and no exception. ``values`` is what the placeholders stand for, but for the
    amount.
    """

    address: str | None = attrs.field(repr=False)
    name: str = attrs.field(default="", repr=False)
    values: Values = attrs.field(factory=Values)


class AddressBook(Protocol):
    """Where a hotel knows its guests' addresses: the part that the host writes."""

    def recipient(self, reservation: str) -> Recipient | None:
        """Return who is written to about a reservation, or None where nobody is to be."""
        ...
