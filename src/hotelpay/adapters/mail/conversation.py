"""A conversation with a mail server: connect, hand one e-mail over, close.

What the server says in words may hold the guest's address, so only its codes are kept.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import attrs

from hotelpay.adapters.mail.message import Envelope
from hotelpay.adapters.mail.outcomes import MaybeSent, NotSent, Refusal, refused
from hotelpay.adapters.mail.server import SmtpServer, Tls
from hotelpay.settlement.outcome import Done, Refused

_ENHANCED: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
#: Refusals of whoever connects, not of the e-mail: no authentication or TLS yet (RFC 3207, RFC 4954).
_OF_THE_CLIENT: Final = frozenset((530, 534, 535, 538))
_PERMANENT: Final = 5
_POSITIVE: Final = 2


@attrs.frozen
class Reply:
    """What a server answered to a command."""

    code: int
    text: bytes

    @property
    def is_positive(self) -> bool:
        """Whether the command was obeyed."""
        return self.code // 100 == _POSITIVE

    @property
    def is_final(self) -> bool:
        """Whether it refuses this e-mail, and would refuse it again."""
        return self.code // 100 == _PERMANENT and self.code not in _OF_THE_CLIENT

    def __str__(self) -> str:
        """Give the codes, the enhanced one (RFC 2034) where there is one."""
        enhanced = _ENHANCED.match(self.text)
        return str(self.code) if enhanced is None else f"{self.code} {enhanced[0].decode()}"


@contextlib.contextmanager
def conversation(server: SmtpServer, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """Give a connection that is encrypted and authenticated as the settings say; it is closed at the end.

    Raises :class:`~hotelpay.adapters.mail.NotSent` where there is none to be had.
    """
    with contextlib.ExitStack() as at_the_end:
        with _nothing_sent(f"{server} cannot be used"):
            smtp = _connected(server, context)
            at_the_end.callback(smtp.close)
            _introduce(smtp, server, context)
        yield smtp
        # The e-mail was answered for: how the server takes its leave changes nothing.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _connected(server: SmtpServer, context: ssl.SSLContext) -> smtplib.SMTP:
    connect = partial(smtplib.SMTP_SSL, context=context) if server.tls is Tls.IMPLICIT else smtplib.SMTP
    return connect(server.host, server.port, local_hostname=server.local_hostname, timeout=server.timeout_seconds)


def _introduce(smtp: smtplib.SMTP, server: SmtpServer, context: ssl.SSLContext) -> None:
    if server.tls is Tls.STARTTLS:
        smtp.starttls(context=context)
    smtp.ehlo_or_helo_if_needed()
    if server.username is not None and server.password is not None:
        smtp.login(server.username, server.password)


@contextlib.contextmanager
def _nothing_sent(what: str) -> Iterator[None]:
    """Raise what goes wrong before the content is sent as our own, in words without guest data or password."""
    try:
        yield
    except smtplib.SMTPResponseException as fault:
        raise NotSent(f"{what}: it answered {_reply_in(fault)}; nothing was sent") from None
    # A server that asks for CRAM-MD5 with what is no base64 makes smtplib raise a ValueError.
    except (smtplib.SMTPException, OSError, ValueError) as fault:
        raise NotSent(f"{what}: {type(fault).__name__}: {fault}; nothing was sent") from None


def hand_over(smtp: smtplib.SMTP, mail: Envelope) -> Done | Refused:
    """Hand an e-mail over, and return what the server says to it for good.

    Raises :class:`~hotelpay.adapters.mail.NotSent` for what it says for now, and where the connection is lost
    :class:`~hotelpay.adapters.mail.NotSent` before the content and :class:`~hotelpay.adapters.mail.MaybeSent` after.
    """
    if mail.needs_smtputf8 and not smtp.has_extn("smtputf8"):
        return refused(Refusal.NEEDS_SMTPUTF8, "the mail server takes no address with letters beyond ASCII")
    return (
        _refusal(Refusal.SENDER_REFUSED, partial(smtp.mail, mail.sender, _options(smtp, mail)))
        or _refusal(Refusal.RECIPIENT_REFUSED, partial(smtp.rcpt, mail.recipient))
        or _delivered(smtp, mail.content)
    )


def _options(smtp: smtplib.SMTP, mail: Envelope) -> list[str]:
    size = [f"SIZE={len(mail.content)}"] if smtp.has_extn("size") else []
    return [*size, "SMTPUTF8", "BODY=8BITMIME"] if mail.needs_smtputf8 else size


def _refusal(why: Refusal, command: Callable[[], tuple[int, bytes]]) -> Refused | None:
    with _nothing_sent("the mail server ended the conversation"):
        reply = Reply(*command())
    return None if reply.is_positive else _judged(why, reply)


def _judged(why: Refusal, reply: Reply) -> Refused:
    if reply.is_final:
        return refused(why, f"the mail server answered {reply}")
    raise NotSent(f"the mail server answered {reply}; nothing was sent")


def _delivered(smtp: smtplib.SMTP, content: bytes) -> Done | Refused:
    try:
        reply = Reply(*smtp.data(content))
    except smtplib.SMTPDataError as fault:  # it did not ask for the content, so it did not get it
        return _judged(Refusal.MESSAGE_REFUSED, _reply_in(fault))
    except (smtplib.SMTPException, OSError):
        reply = Reply(-1, b"")
    if reply.is_positive:
        return Done()
    if reply.code < 400:  # noqa: PLR2004  nothing that RFC 5321 knows at this place
        raise MaybeSent("the connection to the mail server was lost during the e-mail, which may have gone out")
    return _judged(Refusal.MESSAGE_REFUSED, reply)


def _reply_in(fault: smtplib.SMTPResponseException) -> Reply:
    text = fault.smtp_error
    return Reply(fault.smtp_code, text if isinstance(text, bytes) else text.encode())
