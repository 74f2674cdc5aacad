"""Stripe over HTTP: what the port promises, what each answer and each silence of Stripe's means."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import attrs
import pytest
import stripe

from adapters.stripe_sandbox import API_KEY, StripeSandbox, nobody_there
from hotelpay import Instant, InvalidValue, Money, WrongType
from hotelpay.adapters.stripe import StripeCard, StripeGateway
from hotelpay.adapters.stripe.intents import PaymentIntent
from hotelpay.moments import HOUR
from hotelpay.settlement.effects import Capture, Charge, GatewayEffect, Preauthorize, Release
from hotelpay.settlement.identity import Call
from hotelpay.settlement.outcome import Approved, Declined, MoneyOutcome, NotAttempted, Unknown
from hotelpay.testing.contracts import AsksInVain, LooksUpByKey, PaymentGatewayContract, RemembersKeys
from hotelpay.testing.contracts.payment_gateway import approved, new_key

TEN = Money.of("10.00", "EUR")
DAY = 24 * HOUR


@pytest.fixture
def gateway(sandbox: StripeSandbox) -> Iterator[StripeGateway]:
    made = sandbox.gateway()
    yield made
    made.close()


@attrs.define
class StripeBench:
    sandbox: StripeSandbox
    gateway: StripeGateway
    currency: str = "EUR"

    @property
    def good_card(self) -> str:
        return self.sandbox.cards["good"]

    @property
    def bad_card(self) -> str:
        return self.sandbox.cards["bad"]

    def astray(self) -> AbstractContextManager[None]:
        return self.sandbox.astray()

    def taken(self) -> int:
        taken: int = self.sandbox.books()["taken"]
        return taken

    def blocked(self) -> int:
        blocked: int = self.sandbox.books()["blocked"]
        return blocked


class TestStripe(RemembersKeys, LooksUpByKey, AsksInVain, PaymentGatewayContract):
    @pytest.fixture
    def gateways(self, sandbox: StripeSandbox, gateway: StripeGateway) -> StripeBench:
        return StripeBench(sandbox, gateway)


def charge(
    gateway: StripeGateway, sandbox: StripeSandbox, *, key: str | None = None, card: str = "good"
) -> MoneyOutcome:
    return gateway.charge(key or new_key(), sandbox.cards[card], TEN)


def charged_with(key: str, card: str, amount: Money = TEN) -> Charge:
    return Charge(Call("charge", key), card, amount)


# What goes wrong on the way.


@pytest.mark.parametrize(
    ("fault", "kind", "taken"),
    [
        ("lost_request", Unknown, 0),
        ("late_request", Unknown, 0),
        ("unavailable", Unknown, 0),
        ("server_error", Unknown, 0),
        ("held_back", NotAttempted, 0),
        ("declined", Declined, 0),
        ("lost_reply", Unknown, 1000),
        ("bad_gateway", Unknown, 1000),
    ],
)
def test_what_a_silence_means(
    sandbox: StripeSandbox, gateway: StripeGateway, fault: str, kind: type, taken: int
) -> None:
    """What may have happened is unknown, never a refusal; what certainly has not is not attempted."""
    sandbox.fail(fault)
    assert isinstance(charge(gateway, sandbox), kind)
    assert sandbox.books()["taken"] == taken


@pytest.mark.parametrize(
    "fault", ["lost_request", "late_request", "unavailable", "held_back", "lost_reply", "bad_gateway"]
)
def test_the_same_key_afterwards_takes_the_amount_once(
    sandbox: StripeSandbox, gateway: StripeGateway, fault: str
) -> None:
    """Whatever became of the first call, the second one under its key is answered, and one amount is taken."""
    key = new_key()
    sandbox.fail(fault)
    charge(gateway, sandbox, key=key)
    found = approved(charge(gateway, sandbox, key=key))
    sandbox.advance(600)  # what was late arrives
    assert gateway.look_up(charged_with(key, sandbox.cards["good"])) == found
    assert sandbox.books()["taken"] == 1000


def test_an_error_that_stripe_remembers_stays_unknown(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    """A repeat gets the same 500, nothing is found, and nobody says that it was refused."""
    key = new_key()
    sandbox.fail("server_error")
    answers = [charge(gateway, sandbox, key=key), charge(gateway, sandbox, key=key)]
    assert [type(each) for each in answers] == [Unknown, Unknown]
    assert gateway.look_up(charged_with(key, sandbox.cards["good"])) is None


def test_nobody_answers_the_door() -> None:
    """A connection that never stood carried nothing."""
    gateway = nobody_there()
    assert gateway.charge(new_key(), "cus_1/pm_1", TEN) == NotAttempted("no connection to Stripe")
    assert isinstance(gateway.look_up(charged_with(new_key(), "cus_1/pm_1")), Unknown)
    gateway.close()


def test_an_answer_that_takes_too_long_is_unknown(sandbox: StripeSandbox) -> None:
    """The call has its effect, and nobody waited for the answer."""
    impatient, key = sandbox.gateway(timeout_seconds=1), new_key()
    sandbox.fail("slow")
    assert isinstance(charge(impatient, sandbox, key=key), Unknown)
    assert isinstance(impatient.look_up(charged_with(key, sandbox.cards["good"])), Approved)
    impatient.close()


def test_the_client_repeats_under_the_same_key(sandbox: StripeSandbox) -> None:
    """A lost answer is asked for again at once, and one amount is taken."""
    patient = sandbox.gateway(repeats=1)
    sandbox.fail("lost_reply")
    approved(charge(patient, sandbox))
    books = sandbox.books()
    assert books["taken"] == 1000
    assert len({each["key"] for each in books["calls"]}) == 1
    assert len(books["calls"]) == 2
    patient.close()


def test_a_key_in_use_is_unknown(sandbox: StripeSandbox) -> None:
    """While Stripe is still at the first call, the second is told so; that is no answer about the money."""
    key, told = new_key(), list[MoneyOutcome]()
    ready = threading.Barrier(6)

    def call() -> None:
        gateway = sandbox.gateway()
        ready.wait()
        told.append(charge(gateway, sandbox, key=key))
        gateway.close()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {type(each) for each in told} <= {Approved, Unknown}
    assert any(isinstance(each, Approved) for each in told)
    assert sandbox.books()["taken"] == 1000


def test_a_key_of_another_payment_says_nothing(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    key, card = new_key(), sandbox.cards["good"]
    approved(charge(gateway, sandbox, key=key))
    assert isinstance(gateway.charge(key, card, Money.of("20.00", "EUR")), Unknown)
    others: list[GatewayEffect] = [
        charged_with(key, card, Money.of("20.00", "EUR")),
        charged_with(key, card, Money.of("10.00", "USD")),
        Preauthorize(Call("preauthorize", key), card, TEN),
    ]
    for effect in others:
        assert gateway.look_up(effect) == Unknown("this key belongs to another payment at Stripe")


@pytest.mark.parametrize(("error", "kind"), [(401, NotAttempted), (403, NotAttempted), (409, Unknown), (418, Unknown)])
def test_what_stripe_says_of_itself(
    error: int, kind: type, gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is not known or may not do it was never attempted; anything unforeseen is unknown."""

    def refuse(*_: object, **__: object) -> tuple[bytes, int, dict[str, str]]:
        return b'{"error": {"message": "sk_live_abc is not allowed"}}', error, {}

    monkeypatch.setattr(stripe.RequestsClient, "request", refuse)
    answer = gateway.charge(new_key(), "cus_1/pm_1", TEN)
    assert type(answer) is kind
    assert "sk_live" not in repr(answer)
    found = gateway.look_up(charged_with(new_key(), "cus_1/pm_1"))
    assert isinstance(found, Unknown)
    assert "sk_live" not in repr(found)


def test_what_was_paid_is_found_when_the_key_is_forgotten(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    """Stripe forgets keys and never payments."""
    key = new_key()
    first = approved(charge(gateway, sandbox, key=key))
    sandbox.advance(30 * DAY)
    assert gateway.look_up(charged_with(key, sandbox.cards["good"])) == first


def test_a_payment_is_found_among_hundreds(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    """The customer's payments come in pages."""
    key = new_key()
    first = approved(charge(gateway, sandbox, key=key))
    for _ in range(101):
        approved(charge(gateway, sandbox))
    assert gateway.look_up(charged_with(key, sandbox.cards["good"])) == first
    assert gateway.look_up(charged_with(new_key(), sandbox.cards["good"])) is None


# The cardholder.


@pytest.mark.parametrize("off_session_errors", [True, False])
@pytest.mark.parametrize("kind", ["charge", "preauthorize"])
def test_what_the_cardholder_must_confirm_is_canceled(
    sandbox: StripeSandbox, gateway: StripeGateway, kind: str, *, off_session_errors: bool
) -> None:
    """Told as an error or as a state, it is refused only when it cannot succeed any more."""
    sandbox.reset(off_session_errors=off_session_errors)
    key, card = new_key(), sandbox.cards["confirm"]
    answer = getattr(gateway, kind)(key, card, TEN)
    assert isinstance(answer, Declined)
    assert answer.code == "authentication_required"
    assert list(sandbox.books()["statuses"].values()) == ["canceled"]
    assert getattr(gateway, kind)(key, card, TEN) == answer
    effect = Charge if kind == "charge" else Preauthorize
    found = gateway.look_up(effect(Call(kind, key), card, TEN))
    assert isinstance(found, Declined)
    assert found.code == "authentication_required"


@pytest.mark.parametrize("off_session_errors", [True, False])
def test_an_attempt_whose_answer_was_lost_is_canceled_by_the_look_up(
    sandbox: StripeSandbox, gateway: StripeGateway, *, off_session_errors: bool
) -> None:
    sandbox.reset(off_session_errors=off_session_errors)
    key, card = new_key(), sandbox.cards["confirm"]
    sandbox.fail("lost_reply")
    assert isinstance(gateway.charge(key, card, TEN), Unknown)
    assert "canceled" not in sandbox.books()["statuses"].values()
    found = gateway.look_up(charged_with(key, card))
    assert isinstance(found, Declined)
    assert found.code == "authentication_required"
    assert list(sandbox.books()["statuses"].values()) == ["canceled"]


def intent(status: str, **fields: Any) -> dict[str, Any]:
    usual = {
        "id": "pi_1", "status": status, "amount": 1000, "currency": "eur", "capture_method": "automatic",
        "amount_received": 1000 if status == "succeeded" else 0, "metadata": {}, "latest_charge": None,
        "last_payment_error": None, "object": "payment_intent",
    }  # fmt: skip
    return {**usual, **fields}


@attrs.define
class Scripted:
    """Stripe's own answers, one for each call, as its client reads them."""

    answers: list[tuple[int, dict[str, Any]]]
    asked: list[str] = attrs.field(factory=list)

    def __call__(self, method: str, url: str, *_: object) -> tuple[str, int, dict[str, str]]:
        self.asked.append(f"{method} {url.rpartition('/v1/')[2].partition('?')[0]}")
        status, body = self.answers.pop(0)
        return json.dumps(body), status, {}


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    made = Scripted([])
    monkeypatch.setattr(stripe.RequestsClient, "request", made)
    return made


def refusal(**error: Any) -> tuple[int, dict[str, Any]]:
    return 402, {"error": {"code": "authentication_required", "message": "Confirm.", **error}}


def in_state(status: str) -> Unknown:
    return Unknown(f"the payment is in the state {status} at Stripe")


WRONG_STATE = (400, {"error": {"code": "payment_intent_unexpected_state", "message": "Canceled already."}})
NOT_NAMED = Unknown("the cardholder has to confirm a payment that Stripe does not name")
NOT_CANCELED = Unknown("the cardholder has to confirm, and it could not be canceled")


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        # It was canceled before: a repeat.
        ([refusal(payment_intent={"id": "pi_1"}), WRONG_STATE, (200, intent("canceled"))],
         Declined("authentication_required", "Confirm.")),
        # The cardholder was quicker: the money is taken.
        ([refusal(payment_intent={"id": "pi_1"}), WRONG_STATE, (200, intent("succeeded"))],
         Approved(TEN, "pi_1")),
        # Stripe neither cancels it nor says that it is.
        ([refusal(payment_intent={"id": "pi_1"}), WRONG_STATE, (200, intent("requires_action"))], NOT_CANCELED),
        ([refusal(payment_intent={"id": "pi_1"}), (500, {"error": {}})],
         Unknown("the cardholder has to confirm, and it could not be canceled: APIError")),
        # Which payment it is, Stripe does not say.
        ([refusal()], NOT_NAMED),
        ([refusal(payment_intent="pi_1")], NOT_NAMED),
        # A state instead of an error.
        ([(200, intent("requires_confirmation")), (200, intent("canceled"))], Declined("authentication_required")),
    ],
)  # fmt: skip
def test_it_is_refused_only_when_it_is_canceled(
    scripted: Scripted, answers: list[tuple[int, dict[str, Any]]], outcome: MoneyOutcome
) -> None:
    scripted.answers += answers
    assert StripeGateway.connect(API_KEY, repeats=0).charge(new_key(), "cus_1/pm_1", TEN) == outcome
    assert scripted.answers == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, intent("processing")), in_state("processing")),
        ((200, intent("requires_payment_method")), in_state("requires_payment_method")),
        ((200, intent("something_new")), in_state("something_new")),
        ((200, intent("succeeded", amount_received=400)), Approved(Money.of("4.00", "EUR"), "pi_1")),
        ((200, intent("succeeded", currency="jpy")), Approved(Money.of("1000", "JPY"), "pi_1")),
        ((200, intent("succeeded", currency="xxx", amount_received=1)), Unknown),
        ((200, intent("succeeded", currency="ugx")), Unknown),
        ((200, intent("succeeded", currency="isk", amount_received=50)), Unknown),
        ((402, {"error": {"code": "card_declined", "decline_code": "insufficient_funds", "message": "No."}}),
         Declined("insufficient_funds", "No.")),
        ((402, {"error": {"code": "expired_card", "message": "Your card 4242 4242 4242 4242 has expired."}}),
         Declined("expired_card", "Your card •••• •••• •••• 4242 has expired.")),
        ((402, {"error": {"code": 7, "message": ["?"]}}), Declined("declined")),
        ((402, {"error": {"code": "\x1b[31mred", "message": "a\nb" + "c" * 5000}}), Declined),
        ((404, {"error": {"code": "resource_missing", "message": "No such customer."}}),
         Declined("resource_missing", "No such customer.")),
        ((502, {"error": {}}), Unknown("Stripe: APIError 502")),
    ],
)  # fmt: skip
def test_what_an_answer_means(scripted: Scripted, answer: tuple[int, dict[str, Any]], outcome: Any) -> None:
    """Refusals bear Stripe's own codes; what cannot be read is never taken for a refusal."""
    scripted.answers.append(answer)
    gateway = StripeGateway.connect(API_KEY, repeats=0)
    told = gateway.charge(new_key(), "cus_1/pm_1", TEN)
    assert told == outcome if not isinstance(outcome, type) else isinstance(told, outcome)


@pytest.mark.parametrize("answer", [(200, {"object": "payment_intent", "id": "pi_1"}), (400, {"error": "no object"})])
def test_an_answer_that_nobody_can_read_is_raised(scripted: Scripted, answer: tuple[int, dict[str, Any]]) -> None:
    """Whatever a gateway raises is an unknown outcome to those who drive it."""
    scripted.answers.append(answer)
    with pytest.raises((KeyError, AttributeError)):
        StripeGateway.connect(API_KEY, repeats=0).charge(new_key(), "cus_1/pm_1", TEN)


# Blocked amounts.


def test_the_expiry_is_stripes_own(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    """The instant before which an amount has to be captured is kept, and found again by its key."""
    key, card = new_key(), sandbox.cards["good"]
    held = approved(gateway.preauthorize(key, card, TEN))
    assert held.expires_at == sandbox.clock + 7 * DAY
    assert gateway.look_up(Preauthorize(Call("preauthorize", key), card, TEN)) == held


def test_a_processor_that_gives_no_expiry(scripted: Scripted) -> None:
    scripted.answers.append((200, intent("requires_capture", capture_method="manual", latest_charge="ch_1")))
    assert StripeGateway.connect(API_KEY).preauthorize(new_key(), "cus_1/pm_1", TEN) == Approved(TEN, "pi_1")


def test_an_expired_amount_is_gone(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    """It is neither captured nor released; but that it was blocked stays true, and that it is given back."""
    key, card = new_key(), sandbox.cards["good"]
    held = approved(gateway.preauthorize(key, card, TEN))
    sandbox.advance(7 * DAY)
    assert sandbox.books()["blocked"] == 0
    assert isinstance(gateway.capture(new_key(), held.reference, TEN), Declined)
    assert isinstance(gateway.release(new_key(), held.reference), Declined)
    assert gateway.look_up(Preauthorize(Call("preauthorize", key), card, TEN)) == held
    released = gateway.look_up(Release(Call("release", new_key()), held.reference))
    assert released == Approved(TEN, held.reference)
    captured = gateway.look_up(Capture(Call("capture", new_key()), held.reference, TEN))
    assert isinstance(captured, Declined)


def test_what_was_captured_is_found_as_captured(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    """By its reference: in part, and as no release."""
    held = approved(gateway.preauthorize(new_key(), sandbox.cards["good"], TEN))
    four = Money.of("4.00", "EUR")
    sandbox.fail("lost_reply")
    assert isinstance(gateway.capture(new_key(), held.reference, four), Unknown)
    assert gateway.look_up(Capture(Call("capture", new_key()), held.reference, four)) == Approved(four, held.reference)
    assert isinstance(gateway.look_up(Release(Call("release", new_key()), held.reference)), Declined)


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("capture", "processing", Unknown("Stripe is still at it")),
        ("release", "processing", Unknown("Stripe is still at it")),
        (
            "capture",
            "requires_capture",
            Unknown("Stripe answered, and the payment is still in the state requires_capture"),
        ),
        (
            "release",
            "requires_capture",
            Unknown("Stripe answered, and the payment is still in the state requires_capture"),
        ),
    ],
)
def test_what_is_not_done_yet_is_unknown(scripted: Scripted, kind: str, status: str, outcome: MoneyOutcome) -> None:
    scripted.answers.append((200, intent(status, capture_method="manual")))
    told = (TEN,) if kind == "capture" else ()
    assert getattr(StripeGateway.connect(API_KEY), kind)(new_key(), "pi_1", *told) == outcome


def test_a_look_up_that_is_refused_says_nothing(scripted: Scripted) -> None:
    """That Stripe does not know a reference, perhaps for want of rights, is no word on the money."""
    scripted.answers += [(404, {"error": {"code": "resource_missing"}})] * 2
    gateway = StripeGateway.connect(API_KEY)
    assert isinstance(gateway.look_up(Capture(Call("capture", new_key()), "pi_1", TEN)), Unknown)
    assert isinstance(gateway.look_up(Release(Call("release", new_key()), "pi_1")), Unknown)


# Refunds.


def test_a_refund_returns_what_was_taken(sandbox: StripeSandbox, gateway: StripeGateway) -> None:
    """In part and in the same currency; a repeat of its key returns nothing more."""
    paid, key = approved(charge(gateway, sandbox)), new_key()
    first = approved(gateway.refund(key, paid.reference, Money.of("3.00", "EUR")))
    assert first.amount == Money.of("3.00", "EUR")
    assert gateway.refund(key, paid.reference, Money.of("3.00", "EUR")) == first
    assert sandbox.books()["taken"] == 700


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, {"object": "refund", "id": "re_1", "status": "pending"}), Approved(TEN, "re_1")),
        ((200, {"object": "refund", "id": "re_1", "status": "failed"}), Declined("refund_failed")),
        ((400, {"error": {"code": "charge_already_refunded", "message": "Again?"}}),
         Declined("charge_already_refunded", "Again?")),
        ((500, {"error": {}}), Unknown("Stripe: APIError 500")),
    ],
)  # fmt: skip
def test_what_became_of_a_refund(scripted: Scripted, answer: tuple[int, dict[str, Any]], outcome: MoneyOutcome) -> None:
    scripted.answers.append(answer)
    assert StripeGateway.connect(API_KEY, repeats=0).refund(new_key(), "pi_1", TEN) == outcome


# What is never sent.


def test_a_card_of_another_processor_is_never_sent(scripted: Scripted) -> None:
    gateway = StripeGateway.connect(API_KEY)
    for call in (gateway.charge, gateway.preauthorize):
        answer = call(new_key(), "tok_1", TEN)
        assert isinstance(answer, Declined)
        assert answer.code == "malformed_card"
    with pytest.raises(InvalidValue):
        gateway.look_up(charged_with(new_key(), "tok_1"))
    assert scripted.asked == []


@pytest.mark.parametrize("amount", [Money.of("0.20", "MGA"), Money.of("5.124", "KWD"), Money.of("7", "UGX")])
def test_an_amount_that_cannot_be_paid_exactly_is_never_sent(scripted: Scripted, amount: Money) -> None:
    gateway, card = StripeGateway.connect(API_KEY), "cus_1/pm_1"
    answers = [
        gateway.charge(new_key(), card, amount),
        gateway.preauthorize(new_key(), card, amount),
        gateway.capture(new_key(), "pi_1", amount),
        gateway.refund(new_key(), "pi_1", amount),
    ]
    assert [each.code for each in answers if isinstance(each, Declined)] == ["amount_not_payable"] * 4
    assert scripted.asked == []


# Names and secrets.


def test_a_card_is_named_by_customer_and_payment_method() -> None:
    card = StripeCard.of("cus_A1/pm_B2")
    assert (card.customer, card.payment_method, str(card)) == ("cus_A1", "pm_B2", "cus_A1/pm_B2")


@pytest.mark.parametrize(
    "card", ["", "pm_B2", "cus_A1", "cus_A1/", "/pm_B2", "cus_A1/pm_B2/", "cus_A1/pm_B2\n", "cus_/pm_", "cus_A1/tok_1",
             "cus_A1/pm_" + "x" * 100, "cus_Ä/pm_B"]
)  # fmt: skip
def test_other_names_are_refused(card: str) -> None:
    with pytest.raises(InvalidValue):
        StripeCard.of(card)


@pytest.mark.parametrize(
    "settings", [{"timeout_seconds": 0}, {"timeout_seconds": 601}, {"repeats": -1}, {"repeats": 11}]
)
def test_settings_have_bounds(settings: dict[str, int]) -> None:
    with pytest.raises(InvalidValue):
        StripeGateway.connect(API_KEY, **settings)  # type: ignore[arg-type]
    with pytest.raises(WrongType):
        StripeGateway.connect(API_KEY, timeout_seconds=1.5)  # type: ignore[arg-type]


def test_a_connected_account_is_named_in_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each hotel of a chain may have an account of its own; the API's version is the adapter's, not the client's."""
    seen: list[Any] = []

    def note(_self: object, _method: str, _url: str, headers: Any, *_: object) -> tuple[str, int, dict[str, str]]:
        seen.append(headers)
        return '{"error": {"code": "expired_card"}}', 402, {}

    monkeypatch.setattr(stripe.RequestsClient, "request", note)
    key = new_key()
    StripeGateway.connect(API_KEY, account="acct_7").charge(key, "cus_1/pm_1", TEN)
    (headers,) = seen
    assert headers["Stripe-Account"] == "acct_7"
    assert headers["Idempotency-Key"] == key
    assert headers["Stripe-Version"] == "2024-06-20"


def test_a_hosts_own_client_is_the_hosts_to_close() -> None:
    client = stripe.StripeClient(API_KEY)
    gateway = StripeGateway(client)
    gateway.close()
    assert gateway.client is client


def test_the_api_key_is_shown_nowhere(sandbox: StripeSandbox, caplog: pytest.LogCaptureFixture) -> None:
    """Neither by the object nor by any answer or log line of a bad day."""
    caplog.set_level(logging.DEBUG)
    gateway = sandbox.gateway()
    said = [repr(gateway), str(gateway), f"{gateway!r:>5}"]
    for fault in ("lost_request", "unavailable", "server_error", "held_back", None):
        sandbox.fail(fault)
        said.append(repr(charge(gateway, sandbox)))
    gateway.close()
    assert API_KEY not in "".join(said)
    assert API_KEY not in caplog.text


def test_an_intent_without_metadata_has_no_key() -> None:
    assert PaymentIntent.read(intent("succeeded", metadata=None)).key is None


def test_when_a_blocked_amount_ends_is_an_instant() -> None:
    charge_of = {"status": "succeeded", "payment_method_details": {"card": {"capture_before": 1_700_000_000}}}
    read = PaymentIntent.read(intent("requires_capture", capture_method="manual", latest_charge=charge_of))
    assert read.blocked() == Approved(TEN, "pi_1", Instant(1_700_000_000))


def test_without_its_client_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['stripe'] = None; import hotelpay.adapters.stripe"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "pip install 'hotelpay[stripe]'" in done.stderr
