"""The suites notice: an adapter that breaks a promise fails the test that is named for it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import attrs
import pytest

from hotelpay import Declined, Done, Instant, Money, PreAuthorization, Reservation
from hotelpay.conditions import Field
from hotelpay.folio import Payment
from hotelpay.ports import CandidateQuery, Claim, CycleEnd, Hold
from hotelpay.settlement.cycles import CycleClaim, CyclePlan, EarlierCycle
from hotelpay.settlement.intent import Intent
from hotelpay.settlement.journal import Entry, Forgotten, SettlementEvent
from hotelpay.settlement.outcome import InsideOutcome, MoneyOutcome
from hotelpay.testing.clock import SetClock
from hotelpay.testing.contracts import (
    AsksInVain,
    FolioBookContract,
    LooksUpByKey,
    PaymentGatewayContract,
    RemembersKeys,
    ReservationSourceContract,
    RunLedgerContract,
)
from hotelpay.testing.memory_gateway import MemoryGateway
from hotelpay.testing.memory_hotel import MemoryHotel
from hotelpay.testing.memory_ledger import Books, MemoryLedger

NOW = Instant(1_720_602_060)
_Suite = TypeVar("_Suite")


def fails(suite: type[_Suite], test: str, *arguments: object) -> None:
    """Check that one test of a suite does not pass on this bench."""
    with pytest.raises((AssertionError, TypeError, ValueError)):
        getattr(suite(), test)(*arguments)


# Ledgers.


class HeldByItsOwnWorkerTwice(MemoryLedger):
    def hold(self, reservation: str) -> Hold | None:
        known = self.books.holds.get(reservation)
        return known if known is not None and known.token.startswith(self.worker) else super().hold(reservation)


class HoldsForEver(MemoryLedger):
    def hold(self, reservation: str) -> Hold | None:
        return None if reservation in self.books.holds else super().hold(reservation)


class LetsAnybodyGo(MemoryLedger):
    def let_go(self, hold: Hold) -> None:
        self.books.holds.pop(hold.reservation, None)


class ClaimsWithoutALease(MemoryLedger):
    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        return super().claim(intent, attrs.evolve(hold, until=Instant(hold.until + 10**6)), events)


class ClaimsForOtherReservations(MemoryLedger):
    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        self.books.holds[intent.reservation] = mine = attrs.evolve(hold, reservation=intent.reservation)
        return super().claim(intent, mine, events)


class ClaimsTwice(MemoryLedger):
    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        self.books.rows.pop(intent.identity.key, None)
        self.books.attempts.clear()
        return super().claim(intent, hold, events)


class LooksBeforeItClaims(MemoryLedger):
    """Asks whether a settlement is claimed, and claims it in a second step."""

    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        free = self.find(intent.identity) is None
        time.sleep(0.001)
        if free:
            self.books.rows.pop(intent.identity.key, None)
            self.books.attempts.clear()
        return super().claim(intent, hold, events) if free else None


class WritesTheClaimAlone(MemoryLedger):
    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        claim = super().claim(intent, hold, ())
        if claim is not None:
            self.record(claim, events)
        return claim


class RecordsUnderAnyEpoch(MemoryLedger):
    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Any:
        return super().record(attrs.evolve(claim, epoch=self.books.rows[claim.key].epoch), events)


class SendsAfterTheLease(MemoryLedger):
    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Any:
        self.books.rows[claim.key].lease_until = max(self.books.rows[claim.key].lease_until, self.books.clock() + 1)  # type: ignore[assignment]
        return super().record(claim, events)


class ForgetsLateAnswers(MemoryLedger):
    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Any:
        late = self.books.clock() >= self.books.rows[claim.key].lease_until
        return None if late else super().record(claim, events)


class WritesHalfARecord(MemoryLedger):
    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Any:
        done = [super(WritesHalfARecord, self).record(claim, [event]) for event in events]
        return None if None in done else done[-1]


class NeverExtends(MemoryLedger):
    def record(self, claim: Claim, events: Sequence[SettlementEvent]) -> Any:
        before = self.books.rows[claim.key].lease_until
        at = super().record(claim, events)
        self.books.rows[claim.key].lease_until = before
        return at


class TakesWhatIsLeased(MemoryLedger):
    def take(self, key: str) -> Claim | None:
        if key in self.books.rows:
            self.books.rows[key].lease_until = self.books.clock()
        return super().take(key)


class TakesUnderTheSameEpoch(MemoryLedger):
    def take(self, key: str) -> Claim | None:
        claim = super().take(key)
        if claim is None:
            return None
        self.books.rows[key].epoch -= 1
        return attrs.evolve(claim, epoch=claim.epoch - 1)


class GivesBackForOthers(MemoryLedger):
    def give_back(self, claim: Claim) -> None:
        super().give_back(attrs.evolve(claim, epoch=self.books.rows[claim.key].epoch))


class FindsTheNewestFirst(MemoryLedger):
    def of_reservation(self, reservation: str) -> Any:
        return list(reversed(list(super().of_reservation(reservation))))


class CountsEveryImport(MemoryLedger):
    def import_processed(self, pairs: Iterable[tuple[str, str]]) -> int:
        known = list(pairs)
        super().import_processed(known)
        return len(known)


class LooksBackToTheNewestCycle(MemoryLedger):
    def begin_cycle(self, cycle_at: Any) -> Any:
        claim = super().begin_cycle(cycle_at)
        newest = max((at for at, cycle in self.books.cycles.items() if cycle.completed), default=None)
        if newest is None or not isinstance(claim, CycleClaim):
            return claim
        return attrs.evolve(claim, previous=EarlierCycle(cycle_at=newest, active_tasks=()))


class CompletesForOthers(MemoryLedger):
    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        newest = attrs.evolve(claim, epoch=self.books.cycles[claim.cycle_at].epoch)
        return super().complete_cycle(newest, forgotten, plan=plan)


class ReportsAgain(MemoryLedger):
    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        told = super().complete_cycle(claim, forgotten, plan=plan)
        return None if told is None else attrs.evolve(told, forgotten=tuple(forgotten))


class NeverTells(MemoryLedger):
    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        told = super().complete_cycle(claim, forgotten, plan=plan)
        return None if told is None else attrs.evolve(told, waiting=())


class DropsTheListOfTheEnd(MemoryLedger):
    def complete_cycle(
        self, claim: CycleClaim, forgotten: Sequence[Forgotten], *, plan: CyclePlan | None = None
    ) -> CycleEnd | None:
        del plan
        return super().complete_cycle(claim, forgotten)


class ErasesWhatIsNeeded(MemoryLedger):
    def erase(self, reservation: str) -> int:
        for key in self.books.of_reservation.get(reservation, ()):
            self.books.rows[key].ended = True
        return super().erase(reservation)


class KeepsMessages(MemoryLedger):
    def erase(self, reservation: str) -> int:
        messages = [entry for entry in self.books.entries if entry.key]
        erased = super().erase(reservation)
        self.books.entries[1 : len(messages)] = messages[1:]
        return erased


class SkipsAnEntry(MemoryLedger):
    def entries(self, after: int = 0) -> Iterator[Entry]:
        return islice(super().entries(after), 1 if after else 0, None)


class RoundsPoints(MemoryLedger):
    def claim(self, intent: Intent, hold: Hold, events: Sequence[SettlementEvent]) -> Claim | None:
        if hasattr(intent, "points"):
            points = attrs.evolve(intent.points, amount=intent.points.amount.normalize())
            intent = attrs.evolve(intent, points=points)  # type: ignore[misc]
        return super().claim(intent, hold, events)


@attrs.define
class Bench:
    made: Callable[..., MemoryLedger]
    clock: SetClock = attrs.field(factory=lambda: SetClock(NOW))
    books: Books = attrs.field(init=False)
    hotel: str = "default"

    def __attrs_post_init__(self) -> None:
        self.books = Books(self.hotel, self.clock)

    def worker(self, name: str) -> MemoryLedger:
        return self.made(self.books, name)

    def advance(self, seconds: int) -> None:
        self.clock.advance(seconds)


@pytest.mark.parametrize(
    ("fault", "test"),
    [
        (HeldByItsOwnWorkerTwice, "test_a_hold_is_exclusive_also_for_its_own_worker"),
        (HoldsForEver, "test_a_hold_ends_by_itself_in_ledger_time"),
        (LetsAnybodyGo, "test_letting_a_lost_hold_go_leaves_the_new_one_alone"),
        (LetsAnybodyGo, "test_letting_go_twice_does_no_harm"),
        (ClaimsWithoutALease, "test_no_claim_after_the_hold_has_ended"),
        (ClaimsForOtherReservations, "test_no_claim_under_a_hold_on_another_reservation"),
        (ClaimsForOtherReservations, "test_no_claim_under_a_hold_that_was_never_given"),
        (ClaimsTwice, "test_a_settlement_is_claimed_once"),
        (ClaimsTwice, "test_a_settlement_that_has_ended_is_not_claimed_again"),
        (LooksBeforeItClaims, "test_of_many_workers_at_once_one_claims"),
        (WritesTheClaimAlone, "test_the_first_events_are_written_with_the_claim"),
        (RecordsUnderAnyEpoch, "test_a_lost_claim_records_nothing"),
        (SendsAfterTheLease, "test_nothing_is_sent_after_the_lease"),
        (ForgetsLateAnswers, "test_an_answer_is_kept_however_late_it_comes"),
        (WritesHalfARecord, "test_nothing_else_is_written_beside_a_sending_that_is_refused"),
        (NeverExtends, "test_a_record_extends_the_lease"),
        (TakesWhatIsLeased, "test_nothing_is_taken_over_while_its_lease_runs"),
        (TakesUnderTheSameEpoch, "test_an_unfinished_settlement_is_taken_over_after_its_lease"),
        (TakesUnderTheSameEpoch, "test_a_lost_claim_records_nothing"),
        (GivesBackForOthers, "test_giving_a_lost_claim_back_leaves_the_new_one_alone"),
        (FindsTheNewestFirst, "test_a_reservations_settlements_are_all_there_oldest_first"),
        (CountsEveryImport, "test_importing_counts_what_is_new"),
        (LooksBackToTheNewestCycle, "test_a_later_cycle_is_not_the_previous_one"),
        (CompletesForOthers, "test_a_lost_cycle_cannot_be_planned_kept_or_completed"),
        (ReportsAgain, "test_what_was_forgotten_is_reported_once"),
        (NeverTells, "test_who_waits_for_a_person_is_told_once"),
        (DropsTheListOfTheEnd, "test_a_list_may_be_kept_by_the_end_alone"),
        (ErasesWhatIsNeeded, "test_an_erasure_leaves_what_is_unfinished"),
        (KeepsMessages, "test_an_erasure_removes_personal_data_and_free_text"),
        (SkipsAnEntry, "test_entries_are_read_on_from_a_number"),
    ],
)
def test_a_broken_ledger_is_noticed(fault: type[MemoryLedger], test: str) -> None:
    getattr(RunLedgerContract(), test)(Bench(MemoryLedger))
    fails(RunLedgerContract, test, Bench(fault))


def test_a_ledger_that_loses_a_decimal_is_noticed() -> None:
    fails(RunLedgerContract, "test_every_intent_comes_back_as_it_was", Bench(RoundsPoints), "a redemption")


# Gateways.


class ForgetsKeys(MemoryGateway):
    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        self._answered.clear()
        return super().charge(key, card, amount)


class TakesAKeyAsNew(MemoryGateway):
    def charge(self, key: str, card: str, amount: Money) -> MoneyOutcome:
        return super().charge(f"{key}/{amount}", card, amount)


class CapturesTheWhole(MemoryGateway):
    def capture(self, key: str, reference: str, amount: Money) -> MoneyOutcome:
        del amount
        return super().capture(key, reference, self._blocked[reference].amount)


class ReleasesWhatWasTaken(MemoryGateway):
    def release(self, key: str, reference: str) -> MoneyOutcome:
        self._blocked[reference].open = True
        return super().release(key, reference)


class FindsNothing(MemoryGateway):
    def look_up(self, effect: Any) -> MoneyOutcome | None:
        del effect
        return None


class TakesWhatIsUnknownForDeclined(MemoryGateway):
    def look_up(self, effect: Any) -> MoneyOutcome | None:
        return super().look_up(effect) or Declined("not_found")


@attrs.define
class TakesAFailedQuestionForDeclined(MemoryGateway):
    """What comes of one reading of answers for calls and for questions alike."""

    lost: bool = False

    def look_up(self, effect: Any) -> MoneyOutcome | None:
        return Declined("not_found") if self.lost else super().look_up(effect)


class TakesAFailedQuestionForNever(TakesAFailedQuestionForDeclined):
    def look_up(self, effect: Any) -> MoneyOutcome | None:
        return None if self.lost else super().look_up(effect)


@attrs.define
class Sandbox:
    gateway: MemoryGateway
    currency: str = "EUR"
    good_card: str = "tok_good"
    bad_card: str = "tok_bad"

    @contextlib.contextmanager
    def astray(self) -> Iterator[None]:
        assert isinstance(self.gateway, TakesAFailedQuestionForDeclined)
        self.gateway.lost = True
        yield
        self.gateway.lost = False

    def taken(self) -> int:
        moved = [*self.gateway.moved("charge"), *self.gateway.moved("capture")]
        return sum(each.amount.minor for each in moved if isinstance(each.amount, Money))

    def blocked(self) -> int:
        ended = {each.of for kind in ("capture", "release") for each in self.gateway.moved(kind)}
        held = [each for each in self.gateway.moved("preauthorize") if each.reference not in ended]
        return sum(each.amount.minor for each in held if isinstance(each.amount, Money))


@pytest.mark.parametrize(
    ("fault", "suite", "test", "more"),
    [
        (ForgetsKeys, RemembersKeys, "test_a_repeat_moves_nothing", ["charge"]),
        (TakesAKeyAsNew, RemembersKeys, "test_a_key_is_good_for_one_call", []),
        (CapturesTheWhole, PaymentGatewayContract, "test_a_capture_takes_a_part_and_gives_the_rest_back", []),
        (ReleasesWhatWasTaken, PaymentGatewayContract, "test_what_was_captured_is_not_released", []),
        (FindsNothing, LooksUpByKey, "test_what_was_answered_is_found", ["charge"]),
        (TakesWhatIsUnknownForDeclined, LooksUpByKey, "test_what_never_arrived_is_not_found", ["charge"]),
        (
            TakesAFailedQuestionForDeclined,
            AsksInVain,
            "test_a_question_that_fails_says_nothing_of_what_happened",
            ["charge"],
        ),
        (
            TakesAFailedQuestionForNever,
            AsksInVain,
            "test_a_question_that_fails_says_nothing_of_what_happened",
            ["release"],
        ),
        (
            TakesAFailedQuestionForNever,
            AsksInVain,
            "test_a_question_that_fails_says_nothing_of_what_never_happened",
            [],
        ),
        # It promises a memory and look-up, and leaves their part of the suite out.
        (MemoryGateway, PaymentGatewayContract, "test_what_is_promised_is_tested", []),
    ],
)
def test_a_broken_gateway_is_noticed(fault: type[MemoryGateway], suite: type, test: str, more: list[str]) -> None:
    fails(suite, test, Sandbox(fault(SetClock(NOW))), *more)


# Books and sources.


class PostsAgain(MemoryHotel):
    def post(self, key: str, reservation: str, folio: str, payment: Payment, *, received: str) -> InsideOutcome:
        self._answers.pop(key, None)
        return super().post(key, reservation, folio, payment, received=received)


class ForgetsRefusals(MemoryHotel):
    def post(self, key: str, reservation: str, folio: str, payment: Payment, *, received: str) -> InsideOutcome:
        if self._answers.get(key) != Done():
            self._answers.pop(key, None)
        return super().post(key, reservation, folio, payment, received=received)


class ClosesAnything(MemoryHotel):
    def close(self, key: str, reservation: str, folio: str, document_type: str) -> InsideOutcome:
        del key, document_type
        self._change_folio(reservation, folio, lambda bill: attrs.evolve(bill, closed=True))
        return Done()


class KeepsAsAPayment(MemoryHotel):
    def keep(self, reservation: str, preauthorization: PreAuthorization) -> InsideOutcome:
        self.pay(reservation, preauthorization.folio, preauthorization.amount)
        return super().keep(reservation, preauthorization)


class KeepsAfresh(MemoryHotel):
    def keep(self, reservation: str, preauthorization: PreAuthorization) -> InsideOutcome:
        self.change(reservation, preauthorizations=())
        return super().keep(reservation, preauthorization)


class LeavesTheEndOut(MemoryHotel):
    def candidates(self, query: CandidateQuery) -> Iterable[Reservation]:
        ends = [(span.field, span.last) for span in query.spans]
        found = super().candidates(query)
        return [each for each in found if all(getattr(each, field) != last for field, last in ends)]


class AsksForTheFirstSpanAlone(MemoryHotel):
    def candidates(self, query: CandidateQuery) -> Iterable[Reservation]:
        return super().candidates(attrs.evolve(query, spans=query.spans[:1]))


class AnswersEverySpanByItself(MemoryHotel):
    def candidates(self, query: CandidateQuery) -> Iterable[Reservation]:
        return [row for span in query.spans for row in super().candidates(attrs.evolve(query, spans=(span,)))]


class TakesNothingForExcluded(MemoryHotel):
    """A database's NULL is neither in a list nor not."""

    def candidates(self, query: CandidateQuery) -> Iterable[Reservation]:
        named = [each.field for span in query.spans for part in span.any_of for each in part.conditions]
        found = super().candidates(query)
        return [row for row in found if Field.AGENT not in named or row.agent is not None]


class ReadsOnce(MemoryHotel):
    def reservation(self, reservation: str) -> Reservation | None:
        found = super().reservation(reservation)
        return None if found is None else _cache.setdefault(reservation, found)


_cache: dict[str, Reservation] = {}


@attrs.define
class Pms:
    source: MemoryHotel

    @property
    def book(self) -> MemoryHotel:
        return self.source

    def put(self, reservation: Reservation) -> Reservation:
        self.source.put(reservation)
        return reservation


@pytest.mark.parametrize(
    ("fault", "suite", "test", "more"),
    [
        (PostsAgain, FolioBookContract, "test_a_payment_is_posted_once", []),
        (ForgetsRefusals, FolioBookContract, "test_a_closed_folio_refuses_for_good", []),
        (ClosesAnything, FolioBookContract, "test_a_folio_with_a_balance_stays_open", [10001]),
        (KeepsAsAPayment, FolioBookContract, "test_a_blocked_amount_is_no_payment", []),
        (KeepsAfresh, FolioBookContract, "test_keeping_again_does_not_undo_a_mark", []),
        (
            LeavesTheEndOut,
            ReservationSourceContract,
            "test_a_span_of_instants_has_its_ends_in_it",
            ["created_at"],
        ),
        (
            AsksForTheFirstSpanAlone,
            ReservationSourceContract,
            "test_several_spans_are_asked_at_once",
            [],
        ),
        (
            AnswersEverySpanByItself,
            ReservationSourceContract,
            "test_several_spans_are_asked_at_once",
            [],
        ),
        (
            TakesNothingForExcluded,
            ReservationSourceContract,
            "test_whoever_fulfils_a_filter_is_there",
            [Field.AGENT, {}],
        ),
        (ReadsOnce, ReservationSourceContract, "test_a_reservation_is_read_afresh", []),
    ],
)
def test_broken_books_are_noticed(fault: type[MemoryHotel], suite: type, test: str, more: list[Any]) -> None:
    getattr(suite(), test)(Pms(MemoryHotel()), *more)
    fails(suite, test, Pms(fault()), *more)
