# ruff: noqa: SLF001  localstripe is looked into and set from behind, which it has no public way for
"""Stripe made up: localstripe on loopback, behind what it leaves out and what a network does to calls.

localstripe keeps the books: customers, payment methods, PaymentIntents, charges, refunds. Added here, as Stripe
documents it: idempotency keys that are remembered for a day of a clock that tests set, the codes of declined cards,
authentication that is demanded off-session, amounts received, the expiry of a blocked amount, the list of a
customer's payments. And what goes wrong on the way: see :data:`FAULTS`.

Run as a program it listens on a free port of 127.0.0.1, prints that port, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

import attrs
from aiohttp import ClientSession, web
from localstripe import resources
from localstripe.server import app

#: Before a call has its effect: it is lost, it arrives a minute later, a proxy answers 503, Stripe holds it back (429),
#: the card is declined. After it: the answer is lost, a proxy answers 502, the answer comes late. And an error of
#: Stripe's own, which it remembers under the key.
FAULTS: Final = (
    "lost_request", "late_request", "unavailable", "held_back", "declined",
    "lost_reply", "bad_gateway", "slow", "server_error",
)  # fmt: skip
LATE_SECONDS: Final = 60
KEY_MEMORY_SECONDS: Final = 24 * 3600
HELD_SECONDS: Final = 7 * 24 * 3600
SLOW_SECONDS: Final = 2.0
#: Numbers that localstripe's test cards are told apart by.
CARDS: Final = {
    "good": "4242424242424242",
    "bad": "4000000000000341",
    "confirm": "4000002500003155",
}
_INTENTS: Final = "/v1/payment_intents"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@attrs.define
class Remembered:
    """The first answer to a key."""

    request: tuple[str, bytes]
    status: int
    body: dict[str, Any]
    at: int


@attrs.define
class Sandbox:
    """What a test sees and sets, beside localstripe's books."""

    clock: int = 1_700_000_000
    faults: list[str | None] = attrs.field(factory=list)
    off_session_errors: bool = True
    astray: bool = False
    effects: list[dict[str, Any]] = attrs.field(factory=list)
    calls: list[dict[str, Any]] = attrs.field(factory=list)
    _misled: int = 0
    _keys: dict[str, Remembered] = attrs.field(factory=dict)
    _running: set[str] = attrs.field(factory=set)
    _late: list[tuple[int, str, dict[str, str], bytes]] = attrs.field(factory=list)
    _errors: dict[str, dict[str, Any]] = attrs.field(factory=dict)
    _until: dict[str, int] = attrs.field(factory=dict)

    # Calls.

    async def answer(  # noqa: PLR0911  one answer for each thing that goes wrong
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Answer a call to Stripe's API, unless something goes wrong with it."""
        self._expire()
        if request.method != "POST" and self.astray:
            return _sent(*self._led_astray())
        if request.method != "POST":
            return _sent(*await self._asked(request, handler))
        body, key = await request.read(), request.headers.get("Idempotency-Key", "")
        fault = self.faults.pop(0) if self.faults and key.startswith("hp1-") else None
        self.calls.append({"path": request.path, "key": key, "fault": fault})
        match fault:
            case "lost_request":
                return _cut(request)
            case "late_request":
                self._late.append((self.clock + LATE_SECONDS, request.path, dict(request.headers), body))
                return _cut(request)
            case "unavailable":
                return web.Response(status=503, text="<html>back soon</html>")
            case "held_back":
                return _sent(429, _error("rate_limit", "Too many requests.", "rate_limit_error"))
            case _:
                answer = await self._once(key, (request.path, body), lambda: self._done(request, handler, fault))
        if fault == "lost_reply":
            return _cut(request)
        if fault == "bad_gateway":
            return web.Response(status=502, text="<html>bad gateway</html>")
        if fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return _sent(*answer)

    def _led_astray(self) -> tuple[int, dict[str, Any]]:
        """Answer a question with something else, each time with another."""
        self._misled += 1
        return (
            (404, _error("resource_missing", "No such route.", "invalid_request_error")),
            (403, _error(None, "This key may not read that.", "permission_error")),
            (500, _error(None, "Something went wrong.", "api_error")),
        )[self._misled % 3]

    async def _once(
        self, key: str, request: tuple[str, bytes], act: Callable[[], Awaitable[tuple[int, dict[str, Any]]]]
    ) -> tuple[int, dict[str, Any]]:
        if key in self._running:
            message = "There is currently another in-progress request using this key."
            return 409, _error("idempotency_key_in_use", message, "idempotency_error")
        known = self._keys.get(key)
        if known is not None and self.clock < known.at + KEY_MEMORY_SECONDS:
            if known.request != request:
                return 400, _error(None, "Keys can only be used with the same parameters.", "idempotency_error")
            return known.status, known.body
        self._running.add(key)
        try:
            status, body = await act()
        finally:
            self._running.discard(key)
        # What is refused before Stripe begins with it is not remembered; the wrong state is found out after that.
        if status < 400 or status in (402, 500) or body["error"].get("code") == "payment_intent_unexpected_state":
            self._keys[key] = Remembered(request, status, body, self.clock)
        return status, body

    async def _done(self, request: web.Request, handler: Handler, fault: str | None) -> tuple[int, dict[str, Any]]:
        if fault == "server_error":
            return 500, _error(None, "An error on our side.", "api_error")
        creating = request.path == _INTENTS
        before = _intent(request.path.split("/")[3]) if request.path.startswith(f"{_INTENTS}/") else None
        was = None if before is None else before.status
        if (fault == "declined" and not creating) or (request.path.endswith("/capture") and was == "canceled"):
            return 400, _error("payment_intent_unexpected_state", "Not in this state.")
        form = parse_qs((await request.read()).decode())
        method = _method(form.get("payment_method", [""])[0]) if fault == "declined" else None
        number = None if method is None else method._card_number
        if method is not None:
            method._card_number = CARDS["bad"]
        await asyncio.sleep(0)  # another call may come in between
        status, body = await _plain(await handler(request))
        if method is not None:
            method._card_number = number
        if creating:
            status, body = self._created(status, body, off_session=form.get("off_session") == ["true"])
        if status == 200:
            self._note(request, body, was)
        return status, self._shown(body, form.get("expand[0]", []))

    def _created(self, status: int, body: dict[str, Any], *, off_session: bool) -> tuple[int, dict[str, Any]]:
        """Tell a refusal as Stripe does: 402 with the intent, which has lost its payment method."""
        if status == 402:
            intent = _intent(resources.Charge._api_retrieve(body["error"]["charge"]).payment_intent)
            return self._refuse(intent, {**body["error"], "decline_code": "generic_decline"})
        if status == 200 and body["status"] == "requires_action" and off_session and self.off_session_errors:
            code = "authentication_required"
            intent = _intent(body["id"])
            intent.next_action = None
            error = {"code": code, "decline_code": code, "message": "This card requires authentication."}
            return self._refuse(intent, error)
        if status == 200 and body["capture_method"] == "manual":
            self._until[body["id"]] = self.clock + HELD_SECONDS
        return status, body

    def _refuse(self, intent: Any, error: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        intent.payment_method = None
        self._errors[intent.id] = {**error, "type": "card_error"}
        return 402, {"error": {**self._errors[intent.id], "payment_intent": self._shown(intent._export(), [])}}

    def _note(self, request: web.Request, body: dict[str, Any], was: str | None) -> None:
        operation = {"capture": "capture", "cancel": "release"}.get(request.path.rpartition("/")[2])
        if request.path == _INTENTS:
            operation = {"succeeded": "charge", "requires_capture": "preauthorize"}.get(body["status"])
        if operation is None or (operation == "release" and was != "requires_capture"):
            return
        charge = _intent(body["id"]).latest_charge
        taken = charge.amount - charge.amount_refunded if operation == "capture" else body["amount"]
        self.effects.append(
            {
                "operation": operation,
                "key": request.headers.get("Idempotency-Key", ""),
                "intent": body["id"],
                "amount": taken,
                "currency": body["currency"],
                "at": self.clock,
            }
        )

    # Questions.

    async def _asked(self, request: web.Request, handler: Handler) -> tuple[int, dict[str, Any]]:
        expand = request.query.getall("expand[0]", [])
        if request.path != _INTENTS:
            status, body = await _plain(await handler(request))
            return status, self._shown(body, expand)
        found = [each for each in reversed(_intents()) if each.customer == request.query.get("customer")]
        after, limit = request.query.get("starting_after"), int(request.query.get("limit", "10"))
        ids = [each.id for each in found]
        first = 0 if after is None else ids.index(after) + 1
        page = [self._shown(each._export(), [e.removeprefix("data.") for e in expand]) for each in found[first:]]
        return 200, {"object": "list", "url": _INTENTS, "data": page[:limit], "has_more": len(page) > limit}

    def _shown(self, body: dict[str, Any], expand: list[str]) -> dict[str, Any]:
        """Return a PaymentIntent with what localstripe leaves out of it; anything else as it is."""
        if body.get("object") != "payment_intent":
            return body
        charge, shown = body["latest_charge"], dict(body)
        shown["amount_received"] = charge["amount"] - charge["amount_refunded"] if body["status"] == "succeeded" else 0
        shown["last_payment_error"] = self._errors.get(body["id"])
        if charge is not None:
            details = {"card": {"capture_before": self._until.get(body["id"])}, "type": "card"}
            whole = {**charge, "payment_method_details": details}
            shown["latest_charge"] = whole if "latest_charge" in expand else charge["id"]
        return shown

    def _expire(self) -> None:
        for each in _intents():
            if each.status == "requires_capture" and self.clock >= self._until.get(each.id, self.clock + 1):
                each._canceled = True

    # What tests do.

    async def configure(self, request: web.Request) -> web.Response:
        """Do what a test asks for."""
        told: Any = await request.json()
        answer: dict[str, Any] = {}
        what = request.path.rpartition("/")[2]
        if what == "reset":
            answer = self._reset(**told)
        elif what == "faults":
            self.faults = told
        elif what == "astray":
            self.astray = told["on"]
        elif what == "clock":
            self.clock = told
            await self._deliver(request)
        elif what == "books":
            answer = self._books()
        return web.json_response(answer)

    def _reset(self, clock: int, *, off_session_errors: bool = True) -> dict[str, str]:
        resources.store.clear()
        self.__init__(clock=clock, off_session_errors=off_session_errors)  # type: ignore[misc]
        customer = resources.Customer()
        named = {}
        for name, number in CARDS.items():
            card = {"number": number, "exp_month": "12", "exp_year": "2030", "cvc": "123"}
            method = resources.PaymentMethod(type="card", card=card)
            method.customer = customer.id
            named[name] = f"{customer.id}/{method.id}"
        return named

    async def _deliver(self, request: web.Request) -> None:
        arrived = [late for late in self._late if late[0] <= self.clock]
        self._late = [late for late in self._late if late[0] > self.clock]
        async with ClientSession(f"http://{request.host}") as session:
            for _, path, headers, body in arrived:
                async with session.post(path, headers=headers, data=body):
                    pass

    def _books(self) -> dict[str, Any]:
        self._expire()
        charges = [each for each in resources.store.values() if isinstance(each, resources.Charge)]
        return {
            "effects": self.effects,
            "calls": self.calls,
            "taken": sum(each.amount - each.amount_refunded for each in charges if each.captured and each.paid),
            "blocked": sum(each.amount for each in _intents() if each.status == "requires_capture"),
            "paid_keys": [
                each.metadata.get("hotelpay_key")
                for each in _intents()
                if each.latest_charge is not None and each.latest_charge.paid
            ],
            "statuses": {each.id: each.status for each in _intents()},
        }


def _intents() -> list[Any]:
    return [each for each in resources.store.values() if isinstance(each, resources.PaymentIntent)]


def _intent(name: str) -> Any:
    return resources.store.get(f"payment_intent:{name}")


def _method(name: str) -> Any:
    return resources.store.get(f"payment_method:{name}")


def _error(code: str | None, message: str, kind: str = "invalid_request_error") -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, **({} if code is None else {"code": code})}}


async def _plain(response: web.StreamResponse) -> tuple[int, dict[str, Any]]:
    assert isinstance(response, web.Response)
    assert isinstance(response.body, bytes)
    return response.status, json.loads(response.body)


def _sent(status: int, body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=status, headers={"Request-Id": "req_made_up"})


def _cut(request: web.Request) -> web.Response:
    """Cut the line: whoever called gets no answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _serve() -> None:
    sandbox = Sandbox()

    @web.middleware
    async def everything(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/_sandbox/"):
            return await sandbox.configure(request)
        return await sandbox.answer(request, handler)

    resources.Store.dump_to_disk = lambda _store: None  # the books of one test are nobody else's
    app.middlewares.insert(0, everything)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)  # noqa: T201  what the parent waits for
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
