"""The synchronous driver: one loop over the stepper, one ``match`` from effects to ports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, assert_never

from hotelpay.actions import (
    Action,
    CloseFolio,
    CreateTodo,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
    todo_text,
)
from hotelpay.card_numbers import mask_card_numbers
from hotelpay.moments import Instant
from hotelpay.ports import Claim, Hold, LoyaltyProcessor, PaymentGateway, Ports
from hotelpay.settlement.effects import (
    BookEffect,
    CancelHold,
    Capture,
    Charge,
    CommitHold,
    Debit,
    Effect,
    FollowUp,
    GatewayEffect,
    HoldPoints,
    KeepPreauthorization,
    LoyaltyEffect,
    MarkPreauthorization,
    MoneyEffect,
    Post,
    Preauthorize,
    Refund,
    Release,
    TakeBack,
)
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Settlement
from hotelpay.settlement.outcome import (
    Approved,
    Declined,
    Done,
    Failed,
    InsideOutcome,
    MoneyOutcome,
    NotAttempted,
    Refused,
    Result,
    Unknown,
)
from hotelpay.settlement.stepper import (
    Answer,
    LookUp,
    Perform,
    Progress,
    Request,
    Save,
    Terms,
)

_LONGEST_FAULT: Final = 300
_T = TypeVar("_T")


def terms_of(ports: Ports, at: Instant) -> Terms:
    """Return the terms that a worker with these ports carries settlements on under."""
    return Terms(
        at=at,
        lease_seconds=ports.ledger.lease_seconds,
        gateway=None if ports.gateway is None else ports.gateway.promises,
        loyalty=None if ports.loyalty is None else ports.loyalty.promises,
    )


def claim_and_drive(intent: Intent, hold: Hold, ports: Ports, *, at: Instant) -> Progress | None:
    """Claim a settlement under a hold and carry it on; None where it is claimed already or the hold is lost."""
    begun = Progress.begin(Settlement(intent=intent, claimed_at=hold.now), now=hold.now, terms=terms_of(ports, at))
    first = begun.request
    claim = ports.ledger.claim(intent, hold, first.events if isinstance(first, Save) else ())
    if claim is None:
        return None
    return _driven(begun.after(claim.now) if isinstance(first, Save) else begun, claim, ports)


def drive(claim: Claim, ports: Ports, *, at: Instant) -> Progress:
    """Carry a settlement that was taken over on, until it ends or has to rest."""
    return _driven(Progress.begin(claim.settlement, now=claim.now, terms=terms_of(ports, at)), claim, ports)


def _driven(progress: Progress, claim: Claim, ports: Ports) -> Progress:
    while (request := progress.request) is not None:
        progress = progress.after(answer(request, claim, ports))
    if progress.settlement.ending is None and not progress.lost:
        ports.ledger.give_back(claim)
    return progress


def answer(request: Request, claim: Claim, ports: Ports) -> Answer:
    """Do what the stepper asks for, and return what came of it."""
    match request:
        case Save(events):
            return ports.ledger.record(claim, events)
        case Perform(effect):
            return perform(effect, ports)
        case LookUp(effect):
            return look_up(effect, ports)
    assert_never(request)


def perform(effect: Effect, ports: Ports) -> Result:
    """Make one call of one port.

    Whatever a port raises is an answer too: a call that moves money is then ``Unknown``, one to the hotel's books
    ``Failed`` (it is made again), and a follow-up action ``Refused`` with the code ``port_failed``.
    """
    try:
        if isinstance(effect, MoneyEffect):
            return _checked(_move_money(effect, ports), effect)
        result = (
            _follow_up(effect.action, effect, ports) if isinstance(effect, FollowUp) else _write_books(effect, ports)
        )
        if isinstance(result, Done | Refused):
            return result
        why = f"{_port_called(effect)} answered with a {type(result).__name__}"
    except Exception as fault:  # noqa: BLE001  what a port raises must never stop the other runs
        why = f"{_port_called(effect)} raised {described(fault)}"
    if isinstance(effect, MoneyEffect):
        return Unknown(why)
    return Refused("port_failed", why) if isinstance(effect, FollowUp) else Failed(why)


def look_up(effect: MoneyEffect, ports: Ports) -> MoneyOutcome | None:
    """Ask the other side what became of a call; a port that raises leaves it unknown."""
    try:
        if isinstance(effect, GatewayEffect):
            return None if ports.gateway is None else _checked(ports.gateway.look_up(effect), effect)
        return None if ports.loyalty is None else _checked(ports.loyalty.look_up(effect), effect)
    except Exception as fault:  # noqa: BLE001  as above
        return Unknown(f"{_port_called(effect)}: look_up raised {described(fault)}")


def described(fault: Exception) -> str:
    """Return a fault as a short text, with what could be a card number in it masked."""
    text = f"{type(fault).__name__}: {fault}"[: _LONGEST_FAULT * 2].encode(errors="replace").decode()
    # Masked before it is cut, lest a part of a number stays.
    return mask_card_numbers(text)[:_LONGEST_FAULT]


_Answered = TypeVar("_Answered", MoneyOutcome, MoneyOutcome | None)


def _checked(found: _Answered, effect: MoneyEffect) -> _Answered:
    """Take what is no answer at all for an unknown outcome."""
    if found is None or isinstance(found, Approved | Declined | NotAttempted | Unknown):
        return found
    return Unknown(f"{_port_called(effect)} answered with a {type(found).__name__}")


def _move_money(effect: MoneyEffect, ports: Ports) -> MoneyOutcome:
    if isinstance(effect, GatewayEffect):
        if ports.gateway is None:
            return NotAttempted("this hotel has no payment gateway")
        return _ask_gateway(effect, ports.gateway)
    if ports.loyalty is None:
        return NotAttempted("this hotel has no loyalty processor")
    return _ask_loyalty(effect, ports.loyalty)


def _ask_gateway(effect: GatewayEffect, gateway: PaymentGateway) -> MoneyOutcome:
    key = effect.call.key
    match effect:
        case Charge():
            return gateway.charge(key, effect.card, effect.amount)
        case Preauthorize():
            return gateway.preauthorize(key, effect.card, effect.amount)
        case Capture():
            return gateway.capture(key, effect.reference, effect.amount)
        case Release():
            return gateway.release(key, effect.reference)
    assert_never(effect)


def _ask_loyalty(effect: LoyaltyEffect, loyalty: LoyaltyProcessor) -> MoneyOutcome:
    key = effect.call.key
    match effect:
        case Debit():
            return loyalty.debit(key, effect.card, effect.points)
        case Refund():
            return loyalty.refund(key, effect.card, effect.points, debit=effect.debit)
        case HoldPoints():
            return loyalty.hold(key, effect.card, effect.points)
        case CommitHold():
            return loyalty.commit(key, effect.hold, effect.points)
        case CancelHold():
            return loyalty.cancel(key, effect.hold, effect.points)
    assert_never(effect)


def _write_books(effect: BookEffect, ports: Ports) -> InsideOutcome:
    book = ports.book
    match effect:
        case Post(call, reservation, folio, payment, received):
            return book.post(call.key, reservation, folio, payment, received=received)
        case TakeBack(call, reservation, folio, payment, posted):
            return book.take_back(call.key, reservation, folio, payment, posted=posted)
        case KeepPreauthorization(_, reservation, preauthorization):
            return book.keep(reservation, preauthorization)
        case MarkPreauthorization(_, reservation, name, state):
            return book.mark(reservation, name, state)
    assert_never(effect)


def _follow_up(action: Action, effect: FollowUp, ports: Ports) -> InsideOutcome:
    key, reservation = effect.call.key, effect.reservation
    match action:
        case SendEmail(template):
            return _or_refused(ports.mailer, lambda port: port.send(key, reservation, template, effect.amount))
        case CloseFolio(document_type):
            return ports.book.close(key, reservation, effect.folio, document_type)
        case SetFolioVisibility(visible):
            return _or_refused(
                ports.portal,
                lambda port: port.set_folio_visibility(key, reservation, effect.folio, visible=visible),
            )
        case SetGuaranteeStatus(status):
            return _or_refused(ports.guarantee_desk, lambda port: port.set_guarantee_status(key, reservation, status))
        case CreateTodo(_, channel):
            text = todo_text(action, effect.amount)
            return _or_refused(ports.todos, lambda port: port.create(key, reservation, text, channel))
    assert_never(action)


def _or_refused(port: _T | None, call: Callable[[_T], InsideOutcome]) -> InsideOutcome:
    return Refused("no_port", "this hotel has none that does it") if port is None else call(port)


def _port_called(effect: Effect) -> str:
    """Name the port and the method of an effect, for reports."""
    if isinstance(effect, FollowUp):
        return type(effect.action).__name__
    side = "gateway" if isinstance(effect, GatewayEffect) else "book"
    return f"{'loyalty' if isinstance(effect, LoyaltyEffect) else side}.{type(effect).__name__}"
