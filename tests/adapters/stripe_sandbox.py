"""A made-up Stripe for tests: started as a process of its own, set and looked into over HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs
import requests

from hotelpay.adapters.stripe import StripeGateway
from hotelpay.moments import Instant

SERVER: Final = Path(__file__).with_name("stripe_server.py")
#: Looks like a secret key; the server takes any.
API_KEY: Final = "sk_test_abcdefghijklmnop"
START: Final = Instant(1_700_000_000)


@attrs.define
class StripeSandbox:
    """The server, its clock and its books."""

    address: str
    cards: dict[str, str] = attrs.field(factory=dict)
    clock: Instant = START
    _session: requests.Session = attrs.field(factory=requests.Session, repr=False)

    def reset(self, clock: int = START, **settings: bool) -> None:
        """Empty the books; three cards of one customer are stored."""
        self.clock = Instant(clock)
        self.cards = self._told("reset", {"clock": clock, **settings})

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.clock = Instant(self.clock + seconds)
        self._told("clock", self.clock)

    def fail(self, *faults: str | None) -> None:
        """Say what goes wrong with the next calls, each in its turn; None for a call that goes well."""
        self._told("faults", faults)

    @contextmanager
    def astray(self) -> Iterator[None]:
        """Let no question be answered for a while."""
        self._told("astray", {"on": True})
        yield
        self._told("astray", {"on": False})

    def books(self) -> dict[str, Any]:
        """Return what Stripe's own books say."""
        books: dict[str, Any] = self._told("books", {})
        return books

    def gateway(self, *, repeats: int = 0, timeout_seconds: int = 30) -> StripeGateway:
        """Return a gateway to it."""
        return StripeGateway.connect(API_KEY, address=self.address, repeats=repeats, timeout_seconds=timeout_seconds)

    def close(self) -> None:
        """Close the connection to it."""
        self._session.close()

    def _told(self, what: str, told: Any) -> Any:
        answer = self._session.post(f"{self.address}/_sandbox/{what}", json=told, timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def stripe_sandbox() -> Iterator[StripeSandbox]:
    """Start the server, and end it."""
    command: Sequence[str] = [sys.executable, str(SERVER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        sandbox = StripeSandbox(f"http://127.0.0.1:{port}")
        try:
            yield sandbox
        finally:
            sandbox.close()
            assert server.stdin is not None
            server.stdin.close()
            server.wait(timeout=10)


def nobody_there() -> StripeGateway:
    """Return a gateway to a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return StripeGateway.connect(API_KEY, address=f"http://127.0.0.1:{port}", repeats=0)
