"""Real processes, a real PostgreSQL, a processor that speaks HTTP and loses replies, and SIGKILL.

Two workers run cycles over the same guests at the same time; one of them after the other is killed and started anew.
In the end the processor's own books are compared with the folios.
"""

from __future__ import annotations

import http.server
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from adapters.postgresql import running_server
from hotelpay import Money, Outcome, Reservation, recover
from hotelpay.adapters.sql import SqlStore, open_store
from hotelpay.folio import Charge
from hotelpay.moments import instant
from hotelpay.testing.stories import EUR, START, guest

HOTEL: Final = "chaos"
#: Short, so that what a killed worker held is free again soon.
LEASE_SECONDS: Final = 3
_WORKER: Final = Path(__file__).with_name("chaos_worker.py")
#: One reply in so many is lost, after the money has moved.
_LOST_IN: Final = 50
_PATIENCE_SECONDS: Final = 3600


@attrs.define
class Processor:
    """The processor's own books: every movement, and what was answered to every key."""

    movements: list[tuple[str, str, int]] = attrs.field(factory=list)
    answers: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    repeats: int = 0
    lost: int = 0
    lock: threading.Lock = attrs.field(factory=threading.Lock)

    def charge(self, key: str, card: str, minor: int) -> dict[str, Any]:
        """Take an amount once for each key."""
        with self.lock:
            if key in self.answers:
                self.repeats += 1
            else:
                self.movements.append((key, card, minor))
                self.answers[key] = {"reference": f"ch_{len(self.movements)}", "minor": minor}
            return self.answers[key]


@attrs.frozen(kw_only=True)
class Result:
    """What came of it all."""

    guests: int
    kills: int
    charges: int
    twice: int
    lost: int
    posted_minor: int
    charged_minor: int
    repeats: int
    replies_lost: int
    seconds: float


def chaos(*, guests: int, kills: int, seed: int, every: tuple[float, float]) -> Result:
    """Let two workers charge so many guests, kill one of them so many times, and compare the books."""
    chance, began = random.Random(seed), time.monotonic()  # noqa: S311  a schedule, no secret
    processor = Processor()
    with running_server() as server, _serving(processor, chance) as address:
        url = server.new_schema().render_as_string(hide_password=False)
        with open_store(url, HOTEL, "parent", lease_seconds=LEASE_SECONDS) as store:
            store.hotel.import_reservations(_guests(guests))
            killed = _let_them_work(store, url, address, chance, kills=kills, every=every)
            _come_to_rest(store, address)
            return _compared(store, processor, guests=guests, kills=killed, seconds=time.monotonic() - began)


def _guests(number: int) -> Iterator[Reservation]:
    for each in range(number):
        bill = attrs.evolve(guest().folios[0], charges=[Charge("rooms", Money(10_000 + each, EUR))])
        card = attrs.evolve(guest().cards[0], id=f"card-{each}")
        yield guest(id=f"R-{each:05}", folios=[bill], cards=[card])


def _let_them_work(
    store: SqlStore, url: str, address: str, chance: random.Random, *, kills: int, every: tuple[float, float]
) -> int:
    """Run two workers until both have nothing left to do; until then kill one of them now and then."""
    workers = [_start(url, address, place) for place in range(2)]
    killed, deadline = 0, time.monotonic() + _PATIENCE_SECONDS
    try:
        while any(worker.poll() is None for worker in workers):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(store.ledger.unfinished())} settlements are unfinished")
            time.sleep(chance.uniform(*every))
            running = [place for place, worker in enumerate(workers) if worker.poll() is None]
            if running and killed < kills:
                place = chance.choice(running)
                workers[place].send_signal(signal.SIGKILL)
                workers[place].wait()
                killed += 1
                workers[place] = _start(url, address, place)
    finally:
        for worker in workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()
    if any(worker.returncode for worker in workers):
        raise RuntimeError("a worker ended with a fault of its own")
    return killed


def _start(url: str, address: str, place: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(_WORKER), url, address, str(place)])


def _come_to_rest(store: SqlStore, address: str) -> None:
    from money_moves.chaos_worker import HttpGateway  # noqa: PLC0415  the workers' own module

    ports = store.ports(gateway=HttpGateway(address))
    for _ in range(20):
        time.sleep(LEASE_SECONDS)
        recover(ports, instant(START))
        if not store.ledger.unfinished():
            return


def _compared(store: SqlStore, processor: Processor, *, guests: int, kills: int, seconds: float) -> Result:
    cards = Counter(card for _, card, _ in processor.movements)
    posted = lost = 0
    for each in range(guests):
        name = f"R-{each:05}"
        found = store.hotel.reservation(name)
        paid = 0 if found is None else sum(folio.paid_minor for folio in found.folios)
        posted += paid
        settlements = store.ledger.of_reservation(name)
        known = len(settlements) == 1 and settlements[0].outcome is Outcome.APPROVED
        lost += not known or paid != 10_000 + each or cards[f"card-{each}"] != 1
    return Result(
        guests=guests,
        kills=kills,
        charges=len(processor.movements),
        twice=sum(times - 1 for times in cards.values()),
        lost=lost,
        posted_minor=posted,
        charged_minor=sum(minor for _, _, minor in processor.movements),
        repeats=processor.repeats,
        replies_lost=processor.lost,
        seconds=seconds,
    )


@contextmanager
def _serving(processor: Processor, chance: random.Random) -> Iterator[str]:
    """Serve the processor on a free port of the loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = processor.charge(asked["key"], asked["card"], asked["minor"])
            if chance.randrange(_LOST_IN) == 0:
                processor.lost += 1
                self.close_connection = True
                return  # the money has moved, and nobody hears of it
            self._answer(answer)

        def do_GET(self) -> None:
            self._answer(processor.answers.get(self.path.removeprefix("/")))

        def _answer(self, answer: dict[str, Any] | None) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True  # the worker was killed

        def log_message(self, *_given: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
