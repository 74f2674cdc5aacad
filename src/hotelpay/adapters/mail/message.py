"""An e-mail as it goes over the wire.

Headers are encoded and folded here. What the standard library does with them by itself loses blanks between encoded
words, and reads encoded words in a value, also such as decode to a line break.
"""

from __future__ import annotations

import hashlib
import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Final

import attrs

from hotelpay.adapters.mail.addresses import Mailbox
from hotelpay.adapters.mail.templates import Rendered
from hotelpay.moments import Instant, utc_datetime

#: Seven bits on the way, whatever the words are: every server takes that.
_POLICY: Final = SMTP.clone(cte_type="7bit")
_LONGEST_LINE: Final = 76
_ATOM: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@attrs.frozen(kw_only=True)
class Envelope:
    """An e-mail with the addresses that the server is told; ``content`` is what it is handed."""

    sender: str
    recipient: str
    content: bytes

    @property
    def needs_smtputf8(self) -> bool:
        """Whether an address has letters beyond ASCII (RFC 6531)."""
        return not (self.sender + self.recipient).isascii()


class _Written(str):
    """A header's value that is encoded and folded already: the policy is to leave it as it is."""

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it stands in the message."""
        return f"{self.name}: {self}{policy.linesep}"


def message_of(
    key: str, words: Rendered, *, sender: Mailbox, recipient: Mailbox, reply_to: Mailbox | None, at: Instant
) -> EmailMessage:
    """Return the e-mail; the same ``key`` gives the same Message-ID.

    It is ``multipart/alternative`` where there is HTML, and marked as made by a program (RFC 3834), so that nobody's
    absence note answers it.
    """
    message = EmailMessage(policy=_POLICY)
    _write(message, "From", _mailbox_text("From", sender))
    _write(message, "To", _mailbox_text("To", recipient))
    if reply_to is not None:
        _write(message, "Reply-To", _mailbox_text("Reply-To", reply_to))
    _write(message, "Subject", _text("Subject", words.subject))
    _write(message, "Date", format_datetime(utc_datetime(at)))
    _write(message, "Message-ID", f"<{_atom(key)}@{sender.domain}>")
    _write(message, "Auto-Submitted", "auto-generated")
    message.set_content(words.text)
    if words.html is not None:
        message.add_alternative(words.html, subtype="html")
    return message


def envelope_of(message: EmailMessage, *, sender: Mailbox, recipient: Mailbox) -> Envelope:
    """Return the e-mail as it is handed to a server."""
    content = message.as_bytes(policy=_POLICY.clone(utf8=True))
    return Envelope(sender=sender.address, recipient=recipient.address, content=content)


def _write(message: EmailMessage, name: str, value: str) -> None:
    written = _Written(value)
    written.name = name
    message[name] = written


def _text(name: str, value: str) -> str:
    """Return a text as it stands in a header: as it is where it fits on a line, else as encoded words (RFC 2047)."""
    fits = len(name) + 2 + len(value) <= _LONGEST_LINE
    return value if fits and _is_plain(value) else _encoded(name, value)


def _mailbox_text(name: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    quoted = '"' + mailbox.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    fits = len(name) + 2 + len(quoted) <= _LONGEST_LINE
    shown = quoted if fits and _is_plain(mailbox.name) else _encoded(name, mailbox.name)
    return f"{shown}\r\n <{mailbox.address}>"


def _is_plain(value: str) -> bool:
    # Printable ASCII that nobody takes for an encoded word.
    return value.isascii() and value.isprintable() and "=?" not in value


def _encoded(name: str, value: str) -> str:
    return Header(value, "utf-8", header_name=name, maxlinelen=_LONGEST_LINE).encode(splitchars="", linesep="\r\n")


def _atom(key: str) -> str:
    """Return a key as one word of a Message-ID; one that is none is hashed."""
    return key if _ATOM.fullmatch(key) else hashlib.sha256(key.encode(errors="replace")).hexdigest()
