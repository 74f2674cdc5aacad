"""What people do about settlements that a machine cannot end, and about actions that failed."""

from __future__ import annotations

import attrs
import pytest

from examples import eur
from hotelpay import (
    Approved,
    Declined,
    Identity,
    InvalidValue,
    Kind,
    Outcome,
    Promises,
    UnknownName,
    rearm,
    recover,
    retry_actions,
    run_cycle,
    settle_by_hand,
)
from hotelpay.settlement.journal import Recorded
from hotelpay.settlement.outcome import Done
from hotelpay.testing.bench import MemoryBench
from hotelpay.testing.crashes import Life
from hotelpay.testing.memory_gateway import Fault, faults_in_turn
from hotelpay.testing.memory_hotel import Mail
from hotelpay.testing.stories import START, guest, setup_of, task

RUN = Identity("default", Kind.RUN, ("on-arrival", "R-1"))


def hotel(*faults: Fault) -> MemoryBench:
    bench = MemoryBench.at(
        START, promises=Promises(key_memory_hours=0, can_look_up=False), gateway_faults=faults_in_turn(*faults)
    )
    bench.put(guest())
    return bench


def unknown() -> MemoryBench:
    """Return a hotel in which a charge stays unknown: the processor neither remembers keys nor can be asked."""
    bench = hotel(Fault.LOST_REQUEST)
    report = run_cycle(setup_of(task()), bench.ports(), START)
    assert [wanted.reason for wanted in report.needs_person] == ["unknown_outcome"]
    return bench


def test_a_person_who_found_the_charge_has_it_posted() -> None:
    bench = unknown()
    settled = settle_by_hand(bench.ports(), RUN, Approved(eur("1800.00"), "ch_77"), by="M. Petrova", at=START)
    assert settled.outcome is Outcome.APPROVED
    assert bench.hotel.reservations["R-1"].folios[0].balance == eur("0.00")
    told = [entry.event for entry in bench.ledger.entries() if isinstance(entry.event, Recorded)]
    assert [each.by for each in told if each.by] == ["M. Petrova"]


def test_a_person_who_knows_that_it_never_happened_ends_it_and_may_rearm() -> None:
    bench = unknown()
    settled = settle_by_hand(bench.ports(), RUN, Declined("never_arrived"), by="M. Petrova", at=START)
    assert settled.outcome is Outcome.DECLINED
    assert bench.hotel.mails == [Mail("R-1", "declined", eur("1800.00"))]
    assert rearm(bench.ports(), task="on-arrival", reservation="R-1", by="M. Petrova", reason="never arrived") == 2


def test_what_does_not_wait_for_an_answer_takes_none() -> None:
    bench = hotel(Fault.NEVER_SENT)
    run_cycle(setup_of(task()), bench.ports(), START)
    with pytest.raises(InvalidValue) as refused:
        settle_by_hand(bench.ports(), RUN, Declined("no"), by="M. Petrova", at=START)
    assert refused.value.code == "not_waiting"
    assert len(recover(bench.ports(), START).settled) == 1


def test_what_was_never_claimed_or_has_ended_is_not_settled_by_hand() -> None:
    bench = hotel()
    with pytest.raises(UnknownName):
        settle_by_hand(bench.ports(), RUN, Declined("no"), by="M. Petrova", at=START)
    run_cycle(setup_of(task()), bench.ports(), START)
    with pytest.raises(InvalidValue) as refused:
        settle_by_hand(bench.ports(), RUN, Declined("no"), by="M. Petrova", at=START)
    assert refused.value.code == "unsettled"


def test_a_failed_action_is_done_again_and_the_others_are_not() -> None:
    bench = hotel()
    run_cycle(setup_of(task()), attrs.evolve(bench.ports(), mailer=None), START)
    assert (bench.hotel.mails, bench.hotel.visible) == ([], {("R-1", "F-1"): True})
    bench.hotel.visible.clear()
    settled = retry_actions(bench.ports(), RUN)
    assert settled.results["action-1"] == Done()
    assert bench.hotel.mails == [Mail("R-1", "paid", eur("1800.00"))]
    assert bench.hotel.visible == {}
    assert settled.outcome is Outcome.APPROVED
    assert settled == bench.ledger.find(RUN)
    assert len(bench.gateway.moved("charge")) == 1


def test_a_posting_that_was_refused_is_no_action_to_retry() -> None:
    bench = hotel()

    def close_meanwhile(_operation: str, _key: str) -> None:
        bench.hotel.change("R-1", folios=[attrs.evolve(guest().folios[0], closed=True)])

    bench.gateway.faults = close_meanwhile
    run_cycle(setup_of(task()), bench.ports(), START)
    before, entries = bench.ledger.find(RUN), list(bench.ledger.entries())
    assert retry_actions(bench.ports(), RUN) == before
    assert list(bench.ledger.entries()) == entries


def test_of_two_who_retry_at_once_one_asks_again() -> None:
    bench = hotel()
    run_cycle(setup_of(task()), attrs.evolve(bench.ports(), mailer=None), START)

    def overtake(_number: int, name: str) -> None:
        if name == "ledger.record":
            bench.advance(bench.ledger.lease_seconds)
            assert bench.ports("other").ledger.reopen(RUN.key) is not None

    with pytest.raises(InvalidValue) as refused:
        retry_actions(Life(at_call=overtake).ports(bench.ports()), RUN)
    assert refused.value.code == "unsettled"


def test_only_an_ended_run_has_its_actions_done_again() -> None:
    bench = unknown()
    with pytest.raises(InvalidValue) as refused:
        retry_actions(bench.ports(), RUN)
    assert refused.value.code == "unsettled"
    with pytest.raises(UnknownName):
        retry_actions(bench.ports(), attrs.evolve(RUN, names=("other", "R-1")))
