"""Mail servers for the tests of the mailer: a real one, and one that says what a test wants, or nothing."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import attrs
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
PASSWORD = "open-the-letterbox"  # noqa: S105  it opens nothing else
#: How many seconds a server is waited for: one that answers however slowly, and one that is known to be silent.
PATIENCE, SHORT_PATIENCE = 30, 2
#: A port that nobody listens on, for what is not to get as far as a server.
NOWHERE = 1


@attrs.define
class Outbox:
    """What a server took, and what it is to answer instead: the hook of aiosmtpd's command, and the reply."""

    answers: Mapping[str, str] = attrs.field(factory=dict)
    envelopes: list[Envelope] = attrs.field(factory=list)
    logins: list[str] = attrs.field(factory=list)

    async def handle_MAIL(  # noqa: N802  the name and the arguments are aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  as above
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        del server
        if "RCPT" in self.answers:
            return self.answers["RCPT"].format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        del server
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.envelopes.append(envelope)
        return "250 2.0.0 queued"

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802  as above
        del server
        return self.answers.get("QUIT", "221 Bye")

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Let in who has the password."""
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)

    @property
    def messages(self) -> list[EmailMessage]:
        """The e-mails as whoever gets them reads them."""
        return [BytesParser(policy=default).parsebytes(bytes(each.content or b"")) for each in self.envelopes]  # type: ignore[arg-type]


class _Controller(Controller):
    """A server on a port that is free, which nobody else can get meanwhile."""

    def __init__(self, handler: Outbox, **options: Any) -> None:
        self.listening = socket.create_server((HOST, 0))
        super().__init__(handler, hostname=HOST, port=self.listening.getsockname()[1], **options)

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self.listening, ssl=self.ssl_context)


@contextlib.contextmanager
def mail_server(outbox: Outbox, **options: Any) -> Iterator[int]:
    """Run aiosmtpd in a thread, and give its port."""
    controller = _Controller(outbox, server_hostname="mail.test", ready_timeout=PATIENCE, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@attrs.frozen
class Certificates:
    """A certificate authority of our own, and a server's certificate."""

    authority: trustme.CA = attrs.field(factory=trustme.CA)

    def server(self, name: str = HOST) -> ssl.SSLContext:
        """Return the context of a server of this name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(name).configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        """Return the context of a client that trusts the authority."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context


@attrs.define
class Line:
    """One connection, as a scripted server has it."""

    connection: socket.socket
    heard: list[bytes] = attrs.field(factory=list)

    def say(self, *lines: str) -> None:
        """Send lines to the client."""
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def hear(self, until: bytes = b"\r\n") -> bytes:
        """Return what the client sends until it has sent that, or has gone."""
        received = b""
        while not received.endswith(until):
            piece = self.connection.recv(65_536)
            if not piece:
                break
            received += piece
        self.heard.append(received)
        return received

    def up_to(self, command: str) -> None:
        """Greet, and agree to everything, until the client has sent that command."""
        self.say("220 mail.test")
        while not self.hear().upper().startswith(command.encode()):
            self.say("250 OK")


@contextlib.contextmanager
def scripted_server(script: Callable[[Line], object]) -> Iterator[tuple[int, list[Line]]]:
    """Run a server that does this with each connection and then closes it; give its port and the connections."""
    lines: list[Line] = []
    listening = socket.create_server((HOST, 0))

    def serve() -> None:
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(30)
                line = Line(connection)
                # Whoever connects once the test is over only wakes the thread.
                if over.is_set():
                    return
                lines.append(line)
                with contextlib.suppress(ConnectionError):
                    script(line)

    over = threading.Event()
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1], lines
    finally:
        over.set()
        socket.create_connection(listening.getsockname()).close()
        thread.join(60)
        listening.close()
    assert not thread.is_alive()


@contextlib.contextmanager
def nobody() -> Iterator[int]:
    """Give a port that nobody listens on, and that nobody else gets meanwhile."""
    with socket.socket() as deaf:
        deaf.bind((HOST, 0))
        yield deaf.getsockname()[1]
