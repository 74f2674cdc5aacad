"""The extra ``stripe``: a charge over HTTP with its key, at a processor of ours on this machine."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs

from hotelpay import Approved, Declined, Money, NotAttempted
from hotelpay.adapters.stripe import StripeCard, StripeGateway

CARD = str(StripeCard("cus_NffrFeUfNV2Hib", "pm_1MqLiJLkdIwHu7ix"))
AMOUNT = Money.of("10.00", "EUR")


class Processor(BaseHTTPRequestHandler):
    """Approves what it is asked for, and keeps the keys."""

    keys: ClassVar[list[str | None]] = []

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.keys.append(self.headers["Idempotency-Key"])
        intent = {
            "id": "pi_1",
            "object": "payment_intent",
            "status": "succeeded",
            "amount": int(asked["amount"][0]),
            "amount_received": int(asked["amount"][0]),
            "currency": asked["currency"][0],
            "capture_method": asked["capture_method"][0],
        }
        body = json.dumps(intent).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of the class above
        """Say nothing."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Processor)
Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}"
gateway = StripeGateway.connect("sk_test_1", repeats=0, timeout_seconds=10, address=address)
answer = gateway.charge("hp1-key", CARD, AMOUNT)
assert answer == Approved(AMOUNT, "pi_1"), answer
assert Processor.keys == ["hp1-key"], Processor.keys
assert isinstance(gateway.charge("hp1-other", "tok_of_another_processor", AMOUNT), Declined)
server.shutdown()
server.server_close()
answer = gateway.charge("hp1-third", CARD, AMOUNT)
assert isinstance(answer, NotAttempted), answer
assert gateway.promises.can_look_up

sys.stdout.write("charges over HTTP, and knows a call that never happened\n")
