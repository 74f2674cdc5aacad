"""What a ledger promises about what it keeps: every value comes back as it was, and personal data go on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any, Final, TypeVar

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotelpay.moments import Instant
from hotelpay.settlement.journal import (
    Completed,
    Erased,
    PersonNeeded,
    Recorded,
    Sending,
    Settlement,
    SettlementEvent,
    erased_event,
    fold,
)
from hotelpay.settlement.outcome import (
    Approved,
    Declined,
    Ending,
    Failed,
    NotAttempted,
    Outcome,
    Refused,
    Result,
    Unknown,
)
from hotelpay.testing import settlement_strategies as some
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.intents import (
    CARD_NUMBER,
    COMMENT,
    EVERY_ENDING,
    EVERY_INTENT,
    EVERY_RESULT,
    MESSAGE,
    eur,
    redemption_intent,
    reversal_intent,
    run_intent,
)
from hotelpay.testing.contracts.ledger_bench import LedgerBench, claimed, ended, events_of, recorded

_T = TypeVar("_T")

_SECRETS: Final = (CARD_NUMBER, COMMENT, MESSAGE)
#: What a settlement can go through, with a guest's data wherever there is room for them.
_TALKATIVE: Final[tuple[SettlementEvent, ...]] = (
    Sending("debit"),
    Recorded("debit", Unknown(MESSAGE)),
    Sending("debit"),
    Recorded("debit", NotAttempted(MESSAGE)),
    PersonNeeded("unknown_outcome", MESSAGE),
    Recorded("debit", Approved(eur(4500), "debit-1"), by="ivan"),
    Recorded("post", Failed(MESSAGE)),
    Recorded("post", Refused("folio_closed", MESSAGE)),
    Recorded("refund", Declined("wallet_closed", MESSAGE)),
)
_END: Final = Completed(Ending(Outcome.HALF_DONE, "wallet_closed", "points_not_returned"))
_numbers = count(1)


class StorageGuarantees(PortContract):
    """What is read is equal to what was written, down to the last digit."""

    @pytest.mark.parametrize("kind", EVERY_INTENT)
    def test_every_intent_comes_back_as_it_was(self, ledgers: LedgerBench, kind: str) -> None:
        """Whoever resumes a settlement has exactly the intent that was claimed."""
        intent = EVERY_INTENT[kind](ledgers.hotel)
        claimed(ledgers.worker("a"), intent)
        found = ledgers.worker("b").find(intent.identity)
        assert found is not None
        assert found.intent == intent
        assert type(found.intent) is type(intent)
        assert _digits(found.intent) == _digits(intent)
        assert found.intent.identity.key == intent.identity.key

    @pytest.mark.parametrize("result", EVERY_RESULT, ids=repr)
    def test_every_answer_comes_back_as_it_was(self, ledgers: LedgerBench, result: Result) -> None:
        """An answer that was recorded is the answer that is found, with who found it out."""
        events = (Sending("charge"), Recorded("charge", result), Recorded("post", result, by="иван"))
        _comes_back(ledgers, *events)

    @pytest.mark.parametrize("ending", EVERY_ENDING, ids=repr)
    def test_every_ending_comes_back_as_it_was(self, ledgers: LedgerBench, ending: Ending) -> None:
        """How a settlement ended is kept with its reason and the person it calls."""
        _comes_back(ledgers, PersonNeeded("not_posted", "post: the books are locked"), Completed(ending))

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(data=st.data())
    def test_whatever_is_written_comes_back_as_it_was(self, ledgers: LedgerBench, data: st.DataObject) -> None:
        """Any intent and any events of a generated hotel come back equal."""
        intent = data.draw(some.intents(ledgers.hotel, f"R{next(_numbers)}"))
        drawn = data.draw(st.lists(some.settlement_events, max_size=4))
        # An end comes last: it ends the lease, so nothing would be sent after it.
        events = sorted(drawn, key=lambda event: isinstance(event, Completed))
        ledger = ledgers.worker("a")
        claim = claimed(ledger, intent)
        for event in events:
            recorded(ledger, claim, event)
        found = ledgers.worker("b").find(intent.identity)
        assert found == _after(claim.settlement, events, claim.now)
        assert found is not None
        assert _digits(found.intent) == _digits(intent)

    # Erasing.

    def test_an_erasure_removes_personal_data_and_free_text(self, ledgers: LedgerBench) -> None:
        """After an erasure no bonus card, comment or message of the reservation is left in the journal."""
        ledger = ledgers.worker("a")
        _end_with_much_said(ledgers)
        assert set(_parts(list(ledger.entries()), str)) & set(_SECRETS) == set(_SECRETS)
        assert ledger.erase("R1") == 1
        for seen in (list(ledgers.worker("b").entries()), ledger.of_reservation("R1")):
            assert not any(secret in text for text in _parts(seen, str) for secret in _SECRETS)

    def test_an_erasure_keeps_keys_amounts_and_outcomes(self, ledgers: LedgerBench) -> None:
        """Every entry stays, with its number, time, worker and what is no personal data; one more says so."""
        ledger = ledgers.worker("a")
        _end_with_much_said(ledgers)
        before = list(ledger.entries())
        ledger.erase("R1")
        *entries, last = ledger.entries()
        wanted = [attrs.evolve(each, event=erased_event(each.event)) for each in before]  # type: ignore[arg-type]
        assert entries == wanted
        assert (last.event, last.key) == (Erased("R1"), None)
        intent = redemption_intent(ledgers.hotel)
        found = ledger.find(intent.identity)
        assert found == fold(wanted)
        assert found is not None
        assert (found.key, found.intent) == (intent.identity.key, intent.erased())

    def test_an_erasure_concerns_one_reservation(self, ledgers: LedgerBench) -> None:
        """Another guest's settlements stay as they are."""
        ledger = ledgers.worker("a")
        ended(ledger, redemption_intent(ledgers.hotel, name="D1", reservation="R1"))
        ended(ledger, redemption_intent(ledgers.hotel, name="D2", reservation="R2"))
        other = ledger.of_reservation("R2")
        assert ledger.erase("R1") == 1
        assert list(ledger.of_reservation("R2")) == list(other)

    def test_an_erasure_counts_what_it_erased(self, ledgers: LedgerBench) -> None:
        """It returns how many settlements there were; a reservation without any is none."""
        ledger = ledgers.worker("a")
        ended(ledger, run_intent(ledgers.hotel))
        ended(ledger, redemption_intent(ledgers.hotel))
        assert ledger.erase("R1") == len(ledger.of_reservation("R1"))
        assert ledger.erase("R2") == 0

    def test_an_erasure_leaves_what_is_unfinished(self, ledgers: LedgerBench) -> None:
        """A settlement on its way still needs its card; after its end a second erasure removes that too."""
        ledger, intent = ledgers.worker("a"), reversal_intent(ledgers.hotel)
        _end_with_much_said(ledgers)
        claim = claimed(ledger, intent)
        assert ledger.erase("R1") == 1
        found = ledger.find(intent.identity)
        assert found == claim.settlement
        recorded(ledger, claim, _END)
        ledger.erase("R1")
        found = ledger.find(intent.identity)
        assert found is not None
        assert found.intent == intent.erased()

    def test_an_erased_settlement_has_still_had_its_turn(self, ledgers: LedgerBench) -> None:
        """What was erased is not claimed again, and its ids still lead to it."""
        ledger = ledgers.worker("a")
        ended(ledger, run_intent(ledgers.hotel))
        ledger.erase("R1")
        assert ledger.processed([("T1", "R1")]) == {("T1", "R1")}
        assert [each.outcome for each in ledger.of_reservation("R1")] == [Outcome.APPROVED]


def _comes_back(ledgers: LedgerBench, *events: SettlementEvent) -> None:
    """Check that events are found again, in the journal and in the settlement's state."""
    ledger, intent = ledgers.worker("a"), run_intent(ledgers.hotel)
    claim = claimed(ledger, intent)
    recorded(ledger, claim, *events)
    other = ledgers.worker("b")
    found = events_of(other.entries())[1:]
    assert found == list(events)
    assert _digits(found) == _digits(events)
    assert other.find(intent.identity) == _after(claim.settlement, events, claim.now)
    assert list(other.of_reservation("R1")) == [other.find(intent.identity)]


def _after(settlement: Settlement, events: Iterable[SettlementEvent], at: Instant) -> Settlement:
    for event in events:
        settlement = settlement.after(event, at)
    return settlement


def _end_with_much_said(ledgers: LedgerBench) -> None:
    """Write a redemption that has ended, and whose every free text names the guest."""
    ledger = ledgers.worker("a")
    claim = claimed(ledger, redemption_intent(ledgers.hotel), _TALKATIVE[0])
    ledgers.advance(1)
    recorded(ledger, claim, *_TALKATIVE[1:])
    recorded(ledger, claim, _END)


def _digits(value: object) -> list[str]:
    """Return the decimals inside a value as they are written: 450.00 points are equal to 450, and shown otherwise."""
    return [str(each) for each in _parts(value, Decimal)]


def _parts(value: object, kind: type[_T]) -> Iterator[_T]:
    """Yield everything of one type inside a value, however deep."""
    if isinstance(value, kind):
        yield value
    elif attrs.has(type(value)):
        holder: Any = type(value)
        for field in attrs.fields(holder):
            yield from _parts(getattr(value, field.name), kind)
    elif isinstance(value, Mapping):
        yield from _parts((*value.keys(), *value.values()), kind)
    elif isinstance(value, list | tuple | frozenset):
        for item in value:
            yield from _parts(item, kind)
