"""The script of each settlement: what comes next, given the definite answers so far, down to the last field."""

from __future__ import annotations

from typing import Any, Final

import attrs
import pytest

from examples import eur, task
from ground.refusals import refusal
from hotelpay import (
    Approved,
    BonusCard,
    CloseFolio,
    CurrencyMismatch,
    Declined,
    Identity,
    Kind,
    Money,
    Operation,
    Outcome,
    Payment,
    Points,
    PreAuthorization,
    PreAuthorizationState,
    Problem,
    SendEmail,
)
from hotelpay.actions import CreateTodo
from hotelpay.autopilot.hold_intents import CaptureIntent, ReleaseIntent
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.bonus.redemption_intents import RedemptionIntent, ReversalIntent
from hotelpay.moments import Instant
from hotelpay.settlement.effects import (
    CancelHold,
    Capture,
    Charge,
    CommitHold,
    Debit,
    FollowUp,
    HoldPoints,
    KeepPreauthorization,
    MarkPreauthorization,
    Post,
    Preauthorize,
    Refund,
    Release,
    TakeBack,
)
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.outcome import Done, Ending, Refused, TooLate

AT: Final = Instant(1_706_800_000)
END: Final = Instant(1_706_803_600)
ASKED: Final = eur("100.00")
PAID: Final = Approved(ASKED, "ch_1", Instant(1_707_000_000))
NO: Final = Declined("no_funds", "not today")
CLOSED: Final = Refused("folio_closed")
FOREIGN: Final = Approved(Money.of("100.00", "BGN"), "ch_1")
POINTS: Final = Points.of("450.00", "BONUS")
CARD: Final = BonusCard("1234")
DEBITED: Final = Approved(POINTS, "de_1")
LESS: Final = Points.of("449.00", "BONUS")


def settled(intent: Intent, results: dict[str, Any], expected: object) -> None:
    assert intent.next_effect(results) == expected


# A run


def run(**fields: Any) -> RunIntent:
    """Return a payment of 100.00 EUR that is followed by a mail and the closing of the folio."""
    return RunIntent(
        **{
            "identity": Identity("default", Kind.RUN, ("T1", "R1")),
            "task": task(on_success=[SendEmail("paid"), CloseFolio("invoice")], on_failure=[CreateTodo("call")]),
            "reservation": "R1",
            "folio": "F1",
            "card": "c1",
            "amount": ASKED,
            "due_at": AT,
            "closes_at": END,
            "cycle_at": AT,
            "problem": None,
            "snapshot": "digest",
            **fields,
        }
    )


def run_call(purpose: str) -> Any:
    return run().identity.call(purpose)


POSTED: Final = Payment(amount=ASKED, reference=run_call("post").key, paid_at=AT)
KEPT: Final = PreAuthorization(
    id=run_call("keep").key, card="c1", folio="F1", amount=ASKED, reference="ch_1", expires_at=PAID.expires_at
)
BLOCKING: Final = task(operation=Operation.PREAUTHORIZATION)
MAILED: Final = {"charge": PAID, "post": Done(), "action-1": Done()}


@pytest.mark.parametrize(
    ("fields", "results", "expected"),
    [
        ({}, {}, Charge(run_call("charge"), "c1", ASKED, END)),
        ({"task": BLOCKING}, {}, Preauthorize(run_call("preauthorize"), "c1", ASKED, END)),
        ({}, {"charge": PAID}, Post(run_call("post"), "R1", "F1", POSTED, "ch_1")),
        ({"task": BLOCKING}, {"preauthorize": PAID}, KeepPreauthorization(run_call("keep"), "R1", KEPT)),
        ({"task": BLOCKING}, {"preauthorize": PAID, "keep": Done()}, Ending(Outcome.APPROVED)),
        (
            {"task": BLOCKING},
            {"preauthorize": PAID, "keep": Refused("locked")},
            Ending(Outcome.APPROVED, "locked", "posting_refused"),
        ),
        (
            {},
            {"charge": PAID, "post": Done()},
            FollowUp(run_call("action-1"), SendEmail("paid"), "R1", "F1", ASKED),
        ),
        ({}, MAILED, FollowUp(run_call("action-2"), CloseFolio("invoice"), "R1", "F1", ASKED)),
        ({}, {**MAILED, "action-2": Refused("no_port")}, Ending(Outcome.APPROVED)),
        (
            {},
            {**MAILED, "post": CLOSED, "action-2": Done()},
            Ending(Outcome.APPROVED, "folio_closed", "posting_refused"),
        ),
        ({}, {"charge": NO}, FollowUp(run_call("action-1"), CreateTodo("call"), "R1", "F1", ASKED)),
        ({}, {"charge": NO, "action-1": Done()}, Ending(Outcome.DECLINED, "no_funds")),
        ({}, {"charge": TooLate()}, Ending(Outcome.NOT_ATTEMPTED, "window_closed", "not_attempted")),
        # A processor that takes more, less or something else than it was asked for.
        (
            {"task": task()},
            {"charge": Approved(eur("100.01"), "ch_1"), "post": Done()},
            Ending(Outcome.APPROVED, "approved_above_asked", "approved_above_asked"),
        ),
        ({"task": task()}, {"charge": Approved(eur("99.99"), "ch_1"), "post": Done()}, Ending(Outcome.APPROVED)),
        ({"task": task()}, {"charge": FOREIGN}, Ending(Outcome.APPROVED, "foreign_currency", "foreign_currency")),
        ({"task": task()}, {"charge": DEBITED}, Ending(Outcome.APPROVED, "foreign_currency", "foreign_currency")),
        # What needs a person is claimed, and nothing else.
        (
            {"problem": Problem.ABOVE_MAX_AMOUNT},
            {},
            Ending(Outcome.LEFT_TO_PERSON, "above_max_amount", "above_max_amount"),
        ),
        ({"problem": Problem.ABOVE_MAX_RUNS}, {}, Ending(Outcome.LEFT_TO_PERSON, "above_max_runs", "above_max_runs")),
        (
            {"problem": Problem.NO_CARD, "card": None},
            {},
            FollowUp(run_call("action-1"), CreateTodo("call"), "R1", "F1", ASKED),
        ),
        ({"problem": Problem.NO_CARD, "card": None}, {"action-1": Done()}, Ending(Outcome.DECLINED, "no_card")),
        # Actions alone.
        (
            {"task": task(operation=Operation.ACTIONS_ONLY, on_success=[SendEmail("t")]), "card": None, "amount": None},
            {},
            FollowUp(run_call("action-1"), SendEmail("t"), "R1", "F1", None),
        ),
        ({"task": task(operation=Operation.ACTIONS_ONLY), "card": None}, {}, Ending(Outcome.DONE)),
    ],
)
def test_a_run_acts_keeps_the_books_and_follows_up(
    fields: dict[str, Any], results: dict[str, Any], expected: object
) -> None:
    settled(run(**fields), results, expected)


@pytest.mark.parametrize(
    ("fields", "opening"),
    [
        ({}, "charge"),
        ({"task": BLOCKING}, "preauthorize"),
        ({"problem": Problem.NO_CARD}, None),
        ({"problem": Problem.ABOVE_MAX_AMOUNT}, None),
        ({"card": None}, None),
    ],
)
def test_a_run_opens_with_the_call_that_moves_money(fields: dict[str, Any], opening: str | None) -> None:
    assert run(**fields).opening == opening


# Blocked amounts

HELD: Final = PreAuthorization(
    id="A-1", card="c1", folio="F1", amount=ASKED, reference="ch_1", expires_at=PAID.expires_at
)


def release() -> ReleaseIntent:
    return ReleaseIntent.of(HELD, hotel="default", reservation="R1", attempt=2, cycle_at=AT)


def release_call(purpose: str) -> Any:
    return Identity("default", Kind.RELEASE, ("R1", "A-1"), 2).call(purpose)


RELEASED: Final = MarkPreauthorization(release_call("mark"), "R1", "A-1", PreAuthorizationState.RELEASED)
TOLD: Final = CreateTodo("Release of pre-authorization A-1 was refused (no_funds)", "Payments")


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({}, Release(release_call("release"), "ch_1", PAID.expires_at)),
        ({"release": PAID}, RELEASED),
        ({"release": TooLate()}, RELEASED),
        ({"release": PAID, "mark": Done()}, Ending(Outcome.APPROVED)),
        ({"release": PAID, "mark": Refused("locked")}, Ending(Outcome.APPROVED, None, "not_marked")),
        ({"release": TooLate(), "mark": Done()}, Ending(Outcome.DONE, "expired")),
        ({"release": TooLate(), "mark": Refused("locked")}, Ending(Outcome.DONE, "expired", "not_marked")),
        ({"release": NO}, FollowUp(release_call("action-1"), TOLD, "R1", "F1", ASKED)),
        ({"release": NO, "action-1": Refused("no_port")}, Ending(Outcome.DECLINED, "no_funds")),
    ],
)
def test_a_release_is_written_down_or_staff_are_told(results: dict[str, Any], expected: object) -> None:
    settled(release(), results, expected)
    assert release() == ReleaseIntent(
        identity=Identity("default", Kind.RELEASE, ("R1", "A-1"), 2),
        reservation="R1",
        preauthorization=HELD,
        cycle_at=AT,
    )


def capture(**fields: Any) -> CaptureIntent:
    return CaptureIntent(
        **{
            "identity": Identity("default", Kind.CAPTURE, ("R1", "A-1")),
            "reservation": "R1",
            "preauthorization": HELD,
            "amount": ASKED,
            "at": AT,
            **fields,
        }
    )


def capture_call(purpose: str) -> Any:
    return capture().identity.call(purpose)


CAPTURED: Final = Payment(amount=eur("99.00"), reference=capture_call("post").key, paid_at=AT)
TAKEN: Final = Approved(eur("99.00"), "ch_2")
NOTED: Final = MarkPreauthorization(capture_call("mark"), "R1", "A-1", PreAuthorizationState.CAPTURED)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({}, Capture(capture_call("capture"), "ch_1", ASKED, PAID.expires_at)),
        ({"capture": TAKEN}, Post(capture_call("post"), "R1", "F1", CAPTURED, "ch_2")),
        ({"capture": TAKEN, "post": Done()}, NOTED),
        ({"capture": TAKEN, "post": CLOSED}, NOTED),
        ({"capture": TAKEN, "post": Done(), "mark": Done()}, Ending(Outcome.APPROVED)),
        (
            {"capture": TAKEN, "post": Done(), "mark": Refused("locked")},
            Ending(Outcome.APPROVED, None, "not_marked"),
        ),
        (
            {"capture": TAKEN, "post": CLOSED, "mark": Done()},
            Ending(Outcome.APPROVED, "folio_closed", "posting_refused"),
        ),
        ({"capture": FOREIGN}, Ending(Outcome.APPROVED, "foreign_currency", "foreign_currency")),
        ({"capture": DEBITED}, Ending(Outcome.APPROVED, "foreign_currency", "foreign_currency")),
        ({"capture": NO}, Ending(Outcome.DECLINED, "no_funds")),
        ({"capture": TooLate()}, Ending(Outcome.NOT_ATTEMPTED, "expired")),
    ],
)
def test_a_capture_is_posted_and_written_down(results: dict[str, Any], expected: object) -> None:
    settled(capture(), results, expected)


def test_no_more_is_captured_than_is_held_and_in_its_currency() -> None:
    assert capture(amount=eur("0.01")).amount == eur("0.01")
    for amount in ("0.00", "-1.00", "100.01"):
        assert refusal(capture, amount=eur(amount))[1:] == (
            "number_out_of_range",
            f"amount: '{amount} EUR' is not above zero and at most 100.00 EUR",
        )
    with pytest.raises(CurrencyMismatch) as caught:
        capture(amount=Money.of("1.00", "BGN"))
    assert (caught.value.left, caught.value.right) == ("BGN", "EUR")


# Points


def redemption(**fields: Any) -> RedemptionIntent:
    return RedemptionIntent(
        **{
            "identity": Identity("default", Kind.REDEMPTION, ("B-1",)),
            "reservation": "R1",
            "folio": "F1",
            "payment_type": "kontur",
            "card": CARD,
            "points": POINTS,
            "amount": ASKED,
            "comment": "thank you",
            "at": AT,
            "until": END,
            **fields,
        }
    )


def points_call(purpose: str) -> Any:
    return redemption().identity.call(purpose)


BY_POINTS: Final = Payment(
    amount=ASKED, payment_type="kontur", reference=points_call("post").key, paid_at=AT, comment="thank you"
)
TAKING_BACK: Final = TakeBack(
    points_call("take-back"),
    "R1",
    "F1",
    Payment(amount=-ASKED, payment_type="kontur", reference=points_call("take-back").key, paid_at=AT),
    points_call("post").key,
)
HELD_POINTS: Final = {"hold": DEBITED, "post": Done()}
TOO_FEW: Final = Approved(LESS, "de_1")


@pytest.mark.parametrize(
    ("fields", "results", "expected"),
    [
        ({}, {}, Debit(points_call("debit"), CARD, POINTS, END)),
        ({}, {"debit": DEBITED}, Post(points_call("post"), "R1", "F1", BY_POINTS, "de_1")),
        ({}, {"debit": DEBITED, "post": Done()}, Ending(Outcome.APPROVED)),
        ({}, {"debit": NO}, Ending(Outcome.DECLINED, "no_funds")),
        ({}, {"debit": TooLate()}, Ending(Outcome.NOT_ATTEMPTED, "too_late")),
        ({}, {"debit": DEBITED, "post": CLOSED}, Refund(points_call("refund"), CARD, POINTS, "de_1")),
        ({}, {"debit": TOO_FEW}, Refund(points_call("refund"), CARD, LESS, "de_1")),
        ({}, {"debit": TOO_FEW, "refund": DEBITED}, Ending(Outcome.REVERSED, "other_points_taken")),
        ({}, {"debit": PAID}, Ending(Outcome.HALF_DONE, "other_points_taken", "points_not_returned")),
        ({}, {"debit": DEBITED, "post": CLOSED, "refund": DEBITED}, Ending(Outcome.REVERSED, "folio_closed")),
        (
            {},
            {"debit": DEBITED, "post": CLOSED, "refund": NO},
            Ending(Outcome.HALF_DONE, "folio_closed", "points_not_returned"),
        ),
        # Where the loyalty system can set points aside.
        ({"with_hold": True}, {}, HoldPoints(points_call("hold"), CARD, POINTS, END)),
        ({"with_hold": True}, {"hold": DEBITED}, Post(points_call("post"), "R1", "F1", BY_POINTS, "de_1")),
        ({"with_hold": True}, HELD_POINTS, CommitHold(points_call("commit"), "de_1", POINTS)),
        ({"with_hold": True}, {**HELD_POINTS, "commit": DEBITED}, Ending(Outcome.APPROVED)),
        ({"with_hold": True}, {**HELD_POINTS, "commit": NO}, TAKING_BACK),
        (
            {"with_hold": True},
            {**HELD_POINTS, "commit": NO, "take-back": CLOSED},
            Ending(Outcome.HALF_DONE, "folio_closed", "points_not_taken"),
        ),
        (
            {"with_hold": True},
            {**HELD_POINTS, "commit": NO, "take-back": Done()},
            CancelHold(points_call("cancel"), "de_1", POINTS),
        ),
        (
            {"with_hold": True},
            {**HELD_POINTS, "commit": NO, "take-back": Done(), "cancel": DEBITED},
            Ending(Outcome.REVERSED, "no_funds"),
        ),
        (
            {"with_hold": True},
            {**HELD_POINTS, "commit": TooLate(), "take-back": Done(), "cancel": DEBITED},
            Ending(Outcome.REVERSED, "not_committed"),
        ),
        ({"with_hold": True}, {"hold": DEBITED, "post": CLOSED}, CancelHold(points_call("cancel"), "de_1", POINTS)),
    ],
)
def test_points_and_the_folio_never_part(fields: dict[str, Any], results: dict[str, Any], expected: object) -> None:
    settled(redemption(**fields), results, expected)


def test_a_redemption_opens_with_the_call_that_moves_points() -> None:
    assert (redemption().opening, redemption(with_hold=True).opening) == ("debit", "hold")
    assert redemption().posting_key == points_call("post").key


def reversal(**fields: Any) -> ReversalIntent:
    return ReversalIntent(
        **{
            "identity": Identity("default", Kind.REVERSAL, ("B-1", "V-1")),
            "reservation": "R1",
            "folio": "F1",
            "payment_type": "kontur",
            "card": CARD,
            "points": POINTS,
            "amount": ASKED,
            "posted": "hp1-posted",
            "debit": "de_1",
            "at": AT,
            **fields,
        }
    )


def reversal_call(purpose: str) -> Any:
    return reversal().identity.call(purpose)


BACK: Final = Payment(amount=-ASKED, payment_type="kontur", reference=reversal_call("take-back").key, paid_at=AT)
AGAIN: Final = Payment(amount=ASKED, payment_type="kontur", reference=reversal_call("post-again").key, paid_at=AT)
POSTING_AGAIN: Final = Post(reversal_call("post-again"), "R1", "F1", AGAIN, "de_1")


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({}, TakeBack(reversal_call("take-back"), "R1", "F1", BACK, "hp1-posted")),
        ({"take-back": CLOSED}, Ending(Outcome.DECLINED, "folio_closed")),
        ({"take-back": Done()}, Refund(reversal_call("refund"), CARD, POINTS, "de_1")),
        ({"take-back": Done(), "refund": DEBITED}, Ending(Outcome.DONE)),
        (
            {"take-back": Done(), "refund": TOO_FEW},
            Ending(Outcome.DONE, "other_points_returned", "other_points_returned"),
        ),
        ({"take-back": Done(), "refund": NO}, POSTING_AGAIN),
        ({"take-back": Done(), "refund": NO, "post-again": Done()}, Ending(Outcome.DECLINED, "no_funds")),
        ({"take-back": Done(), "refund": TooLate(), "post-again": Done()}, Ending(Outcome.DECLINED, "too_late")),
        (
            {"take-back": Done(), "refund": NO, "post-again": CLOSED},
            Ending(Outcome.HALF_DONE, "no_funds", "points_not_returned"),
        ),
    ],
)
def test_a_payment_is_taken_back_before_its_points_return(results: dict[str, Any], expected: object) -> None:
    settled(reversal(), results, expected)
    assert reversal().opening == "refund"


@pytest.mark.parametrize("build", [redemption, reversal])
def test_points_money_and_cards_are_not_taken_for_one_another(build: Any) -> None:
    for fields, sentence in (
        ({"payment_type": ""}, "payment_type: '' is not a text of 1 to 128 printable characters"),
        ({"points": 1}, "points: 1 (int) is not a Points"),
        ({"amount": "1.00"}, "amount: '1.00' (str) is not a Money"),
        ({"card": "1234"}, "card: '1234' (str) is not a BonusCard"),
    ):
        assert refusal(build, **fields)[2] == sentence


def test_what_is_erased_is_the_card_and_the_comment() -> None:
    assert redemption().erased() == redemption(card=BonusCard("erased"), comment=None)
    assert reversal().erased() == reversal(card=BonusCard("erased"))
    for kept in (run(), release(), capture()):
        assert kept.erased() is kept
    assert "thank you" not in repr(redemption())
    assert attrs.evolve(redemption(), comment=None).next_effect({}) == redemption().next_effect({})
