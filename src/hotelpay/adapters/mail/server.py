"""Which mail server e-mails are handed to, and how."""

from __future__ import annotations

import enum
import re
from typing import Final, Never

import attrs

from hotelpay.errors import InvalidValue
from hotelpay.texts import choice, whole_number

SUBMISSION_PORT: Final = 587
LONGEST_WAIT_SECONDS: Final = 300
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
_OWN_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]+|\[[A-Za-z0-9.:]+\]")
_LONGEST_NAME: Final = 253
_CREDENTIAL: Final = re.compile(r"[ -~]{1,255}")


class Tls(enum.Enum):
    """How the connection is encrypted."""

    IMPLICIT = "implicit"
    """From the first byte on, usually on port 465."""
    STARTTLS = "starttls"
    """After a greeting in clear, usually on port 587; a server that does not offer it gets no e-mail."""
    NONE = "none"
    """Not at all: for a mail server on the same machine."""


@attrs.frozen(kw_only=True)
class SmtpServer:
    """The mail server that e-mails are handed to; it queues them and delivers them.

    ``timeout_seconds`` bounds each wait for the server (connecting, each answer), not the whole. ``local_hostname`` is
    what this machine calls itself towards the server, None for its own name. User name and password are printable
    ASCII, both or none, and are not sent in clear. The password is in no repr, text or error, and settings cannot be
    pickled.

    Raises :class:`~hotelpay.errors.InvalidValue`.
    """

    host: str
    port: int = SUBMISSION_PORT
    tls: Tls = Tls.STARTTLS
    username: str | None = attrs.field(default=None, repr=False)
    password: str | None = attrs.field(default=None, repr=False)
    timeout_seconds: int = 10
    local_hostname: str | None = None

    def __attrs_post_init__(self) -> None:
        _name(self.host, "host", _HOST)
        whole_number(self.port, "port", 1, 65_535)
        choice(self.tls, Tls, "tls")
        whole_number(self.timeout_seconds, "timeout_seconds", 1, LONGEST_WAIT_SECONDS)
        if self.local_hostname is not None:
            _name(self.local_hostname, "local_hostname", _OWN_NAME)
        if self.username is not None or self.password is not None:
            _credential(self.username, "username")
            _credential(self.password, "password")
            if self.tls is Tls.NONE:
                raise InvalidValue("tls", self.tls.value, "implicit or starttls, which a password needs")

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __reduce__(self) -> Never:
        """Refuse to be pickled."""
        raise TypeError("the settings of a mail server are not pickled: they hold a password")


def _name(value: str, field: str, shape: re.Pattern[str]) -> None:
    if not isinstance(value, str) or len(value) > _LONGEST_NAME or not shape.fullmatch(value):
        raise InvalidValue(field, value, "a host name or an IP address, in ASCII")


def _credential(value: str | None, field: str) -> None:
    if not isinstance(value, str) or not _CREDENTIAL.fullmatch(value):
        expected = "a text of 1 to 255 printable ASCII characters, and user name and password go together"
        raise InvalidValue(field, "what was given", expected)
