"""Each effect is one call of one port: which method is called with what, and what is made of a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest

from examples import eur
from hotelpay import (
    Approved,
    BonusCard,
    CloseFolio,
    CreateTodo,
    GuaranteeStatus,
    Payment,
    Points,
    PreAuthorization,
    PreAuthorizationState,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
)
from hotelpay.actions import Action
from hotelpay.driver import described, look_up, perform
from hotelpay.settlement.effects import (
    CancelHold,
    Capture,
    Charge,
    CommitHold,
    Debit,
    Effect,
    FollowUp,
    HoldPoints,
    KeepPreauthorization,
    MarkPreauthorization,
    MoneyEffect,
    Post,
    Preauthorize,
    Refund,
    Release,
    TakeBack,
)
from hotelpay.settlement.identity import Call
from hotelpay.settlement.outcome import Done, Failed, NotAttempted, Refused, Unknown
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.stories import START

CALL: Final = Call("purpose", "hp1-key")
AMOUNT: Final = eur("100.00")
POINTS: Final = Points.of("450.00", "BONUS")
CARD: Final = BonusCard("1234")
PAYMENT: Final = Payment(amount=AMOUNT)
HELD: Final = PreAuthorization(id="A-1", card="c1", folio="F1", amount=AMOUNT, reference="ch_1")
CAPTURED: Final = PreAuthorizationState.CAPTURED
GUARANTEED: Final = GuaranteeStatus.GUARANTEED


class Port:
    """A port of every kind, which notes how it is called and gives one answer."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self._answer = answer

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            self.calls.append((name, *given, *((named,) if named else ())))
            return self._answer()

        return called


def broken() -> Any:
    raise OSError("it is gone")


def ports(answer: Callable[[], Any]) -> tuple[Port, Any]:
    """Return a port, and the ports of a hotel in which it is each of them."""
    port: Any = Port(answer)
    usual = MemoryBench.at(START).ports()
    names = ("gateway", "loyalty", "book", "mailer", "portal", "todos", "guarantee_desk")
    return port, attrs.evolve(usual, **dict.fromkeys(names, port))


def following(action: Action) -> FollowUp:
    return FollowUp(CALL, action, "R1", "F1", AMOUNT)


MOVING_MONEY: Final[list[tuple[MoneyEffect, tuple[Any, ...]]]] = [
    (Charge(CALL, "c1", AMOUNT), ("charge", "hp1-key", "c1", AMOUNT)),
    (Preauthorize(CALL, "c1", AMOUNT), ("preauthorize", "hp1-key", "c1", AMOUNT)),
    (Capture(CALL, "ch_1", AMOUNT), ("capture", "hp1-key", "ch_1", AMOUNT)),
    (Release(CALL, "ch_1"), ("release", "hp1-key", "ch_1")),
    (Debit(CALL, CARD, POINTS), ("debit", "hp1-key", CARD, POINTS)),
    (Refund(CALL, CARD, POINTS, "de_1"), ("refund", "hp1-key", CARD, POINTS, {"debit": "de_1"})),
    (HoldPoints(CALL, CARD, POINTS), ("hold", "hp1-key", CARD, POINTS)),
    (CommitHold(CALL, "ho_1", POINTS), ("commit", "hp1-key", "ho_1", POINTS)),
    (CancelHold(CALL, "ho_1", POINTS), ("cancel", "hp1-key", "ho_1", POINTS)),
]
INSIDE: Final[list[tuple[Effect, tuple[Any, ...]]]] = [
    (Post(CALL, "R1", "F1", PAYMENT, "ch_1"), ("post", "hp1-key", "R1", "F1", PAYMENT, {"received": "ch_1"})),
    (
        TakeBack(CALL, "R1", "F1", PAYMENT, "hp1-old"),
        ("take_back", "hp1-key", "R1", "F1", PAYMENT, {"posted": "hp1-old"}),
    ),
    (KeepPreauthorization(CALL, "R1", HELD), ("keep", "R1", HELD)),
    (MarkPreauthorization(CALL, "R1", "A-1", CAPTURED), ("mark", "R1", "A-1", CAPTURED)),
    (following(SendEmail("paid")), ("send", "hp1-key", "R1", "paid", AMOUNT)),
    (following(CloseFolio("invoice")), ("close", "hp1-key", "R1", "F1", "invoice")),
    (
        following(SetFolioVisibility(visible=True)),
        ("set_folio_visibility", "hp1-key", "R1", "F1", {"visible": True}),
    ),
    (following(SetGuaranteeStatus(GUARANTEED)), ("set_guarantee_status", "hp1-key", "R1", GUARANTEED)),
    (following(CreateTodo("Call", "Payments")), ("create", "hp1-key", "R1", "Call: 100.00 EUR", "Payments")),
]


@pytest.mark.parametrize(("effect", "called"), [*MOVING_MONEY, *INSIDE])
def test_an_effect_is_one_call_of_one_port(effect: Effect, called: tuple[Any, ...]) -> None:
    answer = Approved(AMOUNT, "ch_2") if isinstance(effect, MoneyEffect) else Done()
    port, every = ports(lambda: answer)
    assert perform(effect, every) is answer
    assert port.calls == [called]


@pytest.mark.parametrize("effect", [effect for effect, _ in MOVING_MONEY])
def test_what_moves_money_is_looked_up_as_it_was_asked(effect: MoneyEffect) -> None:
    for answer in (Approved(AMOUNT, "ch_2"), NotAttempted("no"), None):
        port, every = ports(lambda: answer)  # noqa: B023  it is called at once
        assert look_up(effect, every) is answer
        assert port.calls == [("look_up", effect)]


@pytest.mark.parametrize("effect", [effect for effect, _ in MOVING_MONEY])
def test_a_fault_while_money_moves_leaves_it_unknown(effect: MoneyEffect) -> None:
    side = "gateway" if isinstance(effect, Charge | Preauthorize | Capture | Release) else "loyalty"
    called = f"{side}.{type(effect).__name__}"
    _, every = ports(broken)
    assert perform(effect, every) == Unknown(f"{called} raised OSError: it is gone")
    assert look_up(effect, every) == Unknown(f"{called}: look_up raised OSError: it is gone")
    _, every = ports(Done)
    assert perform(effect, every) == look_up(effect, every) == Unknown(f"{called} answered with a Done")


@pytest.mark.parametrize("effect", [effect for effect, _ in INSIDE])
def test_a_fault_in_the_house_is_tried_again_or_given_up(effect: Effect) -> None:
    """The books are asked again until they answer; an action that failed is not done later on its own."""
    action = isinstance(effect, FollowUp)
    called = type(effect.action).__name__ if isinstance(effect, FollowUp) else f"book.{type(effect).__name__}"
    for answer, said in ((broken, "raised OSError: it is gone"), (lambda: None, "answered with a NoneType")):
        _, every = ports(answer)
        why = f"{called} {said}"
        assert perform(effect, every) == (Refused("port_failed", why) if action else Failed(why))


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("mailer", SendEmail("paid")),
        ("portal", SetFolioVisibility(visible=True)),
        ("guarantee_desk", SetGuaranteeStatus(GUARANTEED)),
        ("todos", CreateTodo("Call")),
    ],
)
def test_an_action_without_its_port_is_refused(name: str, action: Action) -> None:
    port, every = ports(Done)
    found = perform(following(action), attrs.evolve(every, **{name: None}))
    assert found == Refused("no_port", "this hotel has none that does it")
    assert port.calls == []


@pytest.mark.parametrize(("effect", "called"), MOVING_MONEY)
def test_money_that_nobody_can_move_is_not_attempted(effect: MoneyEffect, called: tuple[Any, ...]) -> None:
    gateway = called[0] in {"charge", "preauthorize", "capture", "release"}
    _, every = ports(broken)
    without = attrs.evolve(every, **{"gateway" if gateway else "loyalty": None})
    missing = "payment gateway" if gateway else "loyalty processor"
    assert perform(effect, without) == NotAttempted(f"this hotel has no {missing}")
    assert look_up(effect, without) is None


def test_a_fault_is_told_in_300_characters_that_can_be_written() -> None:
    assert described(ValueError("x" * 400)) == "ValueError: " + "x" * 288
    assert described(ValueError("caf\ud83d")) == "ValueError: caf?"
