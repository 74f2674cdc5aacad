"""Do the books balance? What the other side moved, what the folios show and what the ledger says, compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import attrs

from hotelpay.autopilot.hold_intents import CaptureIntent
from hotelpay.autopilot.run_intent import RunIntent
from hotelpay.bonus.redemption_intents import RedemptionIntent, ReversalIntent
from hotelpay.folio import Payment
from hotelpay.money import Money
from hotelpay.points import Points
from hotelpay.ports import ReservationSource, RunLedger
from hotelpay.reservation import PreAuthorizationState
from hotelpay.settlement.journal import Rearmed, Settlement
from hotelpay.settlement.outcome import Outcome
from hotelpay.testing.memory_gateway import Movement

#: Every purpose of a call, whose key is looked for on the other side and on the folios.
_OUTSIDE = ("charge", "preauthorize", "capture", "release", "debit", "refund", "hold", "commit", "cancel")
_INSIDE = ("post", "take-back", "post-again")


@attrs.frozen(kw_only=True)
class _Evidence:
    """What is known of one settlement: its movements outside by purpose, and its lines on the folios."""

    settlement: Settlement
    moved: Mapping[str, list[Movement]]
    posted: list[Payment]
    kept: bool

    @property
    def posted_minor(self) -> int:
        return sum(each.amount.minor for each in self.posted)

    def minor(self, purpose: str) -> int:
        return sum(each.amount.minor for each in self.moved[purpose] if isinstance(each.amount, Money))

    def points(self, *purposes: str) -> Decimal:
        amounts = (each.amount for purpose in purposes for each in self.moved[purpose])
        return sum((amount.amount for amount in amounts if isinstance(amount, Points)), Decimal(0))


def violations(
    ledger: RunLedger,
    source: ReservationSource,
    movements: Iterable[Movement],
    reservations: Iterable[str],
    *,
    at_rest: bool = True,
) -> list[str]:
    """Return every broken promise that the three sets of books show; none is how it has to be.

    Nothing is moved twice or without a claim, everything approved is posted to the cent or known to need a person,
    points taken are points paid with. ``at_rest``: recovery has run until nothing changed, so that whatever has not
    ended must be waiting for a person.
    """
    rearmed = {(e.event.names, e.event.attempt) for e in ledger.entries() if isinstance(e.event, Rearmed)}
    by_key: defaultdict[str, list[Movement]] = defaultdict(list)
    for movement in movements:
        by_key[movement.key].append(movement)
    found: list[str] = []
    for reservation in reservations:
        lines: defaultdict[str, list[Payment]] = defaultdict(list)
        held: set[str] = set()
        snapshot = source.reservation(reservation)
        if snapshot is not None:
            held = {each.id for each in snapshot.preauthorizations}
            for payment in (payment for folio in snapshot.folios for payment in folio.payments):
                if payment.reference is not None and payment.reference.startswith("hp1-"):
                    lines[payment.reference].append(payment)
        charged: Counter[tuple[str, ...]] = Counter()
        for settlement in ledger.of_reservation(reservation):
            evidence = _evidence(settlement, by_key, lines, held)
            found += (f"{_name(settlement)}: {fault}" for fault in _faults(evidence, at_rest=at_rest))
            identity = settlement.intent.identity
            if identity.attempt > 1 and (identity.names, identity.attempt) not in rearmed:
                found.append(f"{_name(settlement)}: nobody re-armed it")
            charged[identity.names] += bool(evidence.moved["charge"] or evidence.moved["preauthorize"])
        found += (f"{' / '.join(names)}: charged in {times} attempts" for names, times in charged.items() if times > 1)
        found += (f"{reservation}: a posting that nobody claimed ({key})" for key, rest in lines.items() if rest)
    return [*found, *(f"{key}: moved and never claimed" for key, rest in by_key.items() if rest)]


def _evidence(
    settlement: Settlement,
    by_key: Mapping[str, list[Movement]],
    lines: Mapping[str, list[Payment]],
    held: set[str],
) -> _Evidence:
    """Take what belongs to a settlement out of the books; what is left in the end belongs to nobody."""
    identity = settlement.intent.identity
    moved: dict[str, list[Movement]] = {}
    for purpose in _OUTSIDE:
        key = identity.call(purpose).key
        moved[purpose] = list(by_key.get(key, ()))
        if key in by_key:
            by_key[key].clear()
    posted: list[Payment] = []
    for purpose in _INSIDE:
        key = identity.call(purpose).key
        posted += lines.get(key, ())
        if key in lines:
            lines[key].clear()
    return _Evidence(settlement=settlement, moved=moved, posted=posted, kept=identity.call("keep").key in held)


def _faults(evidence: _Evidence, *, at_rest: bool) -> Iterator[str]:
    settlement = evidence.settlement
    for purpose, movements in evidence.moved.items():
        if len(movements) > 1:
            yield f"{purpose} moved {len(movements)} times"
    keys = Counter(payment.reference for payment in evidence.posted)
    yield from (f"posted {times} times under {key}" for key, times in keys.items() if times > 1)
    waits = settlement.waits_for_person is not None
    if settlement.ending is None:
        if at_rest and not waits:
            yield f"it rests unfinished ({settlement.outcome.value}), and nobody was told"
        return
    yield from _outcome_faults(evidence)
    if not waits:
        yield from _amount_faults(evidence)


def _outcome_faults(evidence: _Evidence) -> Iterator[str]:
    """Compare what an ended settlement says of the money with whether it moved."""
    settlement = evidence.settlement
    if isinstance(settlement.intent, RunIntent | CaptureIntent):
        moved = any(evidence.moved[purpose] for purpose in ("charge", "preauthorize", "capture"))
        if moved != (settlement.outcome is Outcome.APPROVED):
            yield f"it ended {settlement.outcome.value}, and the other side {'moved' if moved else 'did not move'}"


def _amount_faults(evidence: _Evidence) -> Iterator[str]:
    """Compare what an ended settlement moved with what it posted."""
    intent = evidence.settlement.intent
    expected = 0
    match intent:
        case RunIntent() | CaptureIntent():
            expected = evidence.minor("charge") + evidence.minor("capture")
            if evidence.moved["preauthorize"] and not evidence.kept:
                yield "an amount is blocked and not kept"
        case RedemptionIntent():
            taken = evidence.points("debit", "hold") - evidence.points("refund", "cancel")
            if taken not in (0, intent.points.amount):
                yield f"{taken} points are taken, of {intent.points}"
            expected = intent.amount.minor if taken else 0
        case ReversalIntent():
            expected = -intent.amount.minor if evidence.points("refund") else 0
        case _:  # a release moves nothing that a folio shows
            pass
    if evidence.posted_minor != expected:
        yield f"{expected} minor units are to be on the folio, and {evidence.posted_minor} are"


def _name(settlement: Settlement) -> str:
    identity = settlement.intent.identity
    return f"{identity.kind.value} {' / '.join(identity.names)} #{identity.attempt}"


def held_amounts(source: ReservationSource, reservation: str) -> list[str]:
    """Return the ids of the amounts that a reservation's books show as held."""
    snapshot = source.reservation(reservation)
    found = () if snapshot is None else snapshot.preauthorizations
    return [each.id for each in found if each.state is PreAuthorizationState.HELD]
