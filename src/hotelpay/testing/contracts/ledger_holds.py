"""What a ledger promises about holds: the lease on a reservation while its money is decided about."""

from __future__ import annotations

from functools import partial

from hotelpay.testing.contracts.at_once import ROUNDS, WORKERS, at_once
from hotelpay.testing.contracts.contract import PortContract
from hotelpay.testing.contracts.ledger_bench import LedgerBench, held


class HoldGuarantees(PortContract):
    """A reservation is held by one worker at a time, and never longer than the lease."""

    def test_a_hold_says_what_it_is(self, ledgers: LedgerBench) -> None:
        """A hold names its reservation, the ledger's time, and its end a lease later."""
        ledger = ledgers.worker("a")
        first = held(ledger, "R1")
        ledgers.advance(7)
        second = held(ledger, "R2")
        assert (first.reservation, second.reservation) == ("R1", "R2")
        assert second.now == first.now + 7
        assert second.until == second.now + ledger.lease_seconds

    def test_a_hold_is_exclusive(self, ledgers: LedgerBench) -> None:
        """While one worker holds a reservation no other gets it."""
        held(ledgers.worker("a"))
        assert ledgers.worker("b").hold("R1") is None

    def test_a_hold_is_exclusive_also_for_its_own_worker(self, ledgers: LedgerBench) -> None:
        """A worker that asks twice is refused as well: two of its threads are two decisions."""
        held(ledgers.worker("a"))
        assert ledgers.worker("a").hold("R1") is None

    def test_other_reservations_stay_free(self, ledgers: LedgerBench) -> None:
        """A hold on one reservation keeps nobody from another."""
        held(ledgers.worker("a"), "R1")
        held(ledgers.worker("b"), "R2")

    def test_a_hold_lasts_as_long_as_its_lease(self, ledgers: LedgerBench) -> None:
        """Until the last second of the lease nobody else gets the reservation."""
        hold = held(ledgers.worker("a"))
        ledgers.advance(hold.until - hold.now - 1)
        assert ledgers.worker("b").hold("R1") is None

    def test_a_hold_ends_by_itself_in_ledger_time(self, ledgers: LedgerBench) -> None:
        """A worker that died keeps a reservation until the lease is over, and no longer."""
        hold = held(ledgers.worker("a"))
        ledgers.advance(hold.until - hold.now)
        again = held(ledgers.worker("b"))
        assert again.token != hold.token
        assert again.now == hold.until

    def test_a_hold_let_go_frees_the_reservation_at_once(self, ledgers: LedgerBench) -> None:
        """After a worker lets go the next one need not wait."""
        ledger = ledgers.worker("a")
        ledger.let_go(held(ledger))
        held(ledgers.worker("b"))

    def test_letting_a_lost_hold_go_leaves_the_new_one_alone(self, ledgers: LedgerBench) -> None:
        """A worker that comes back late does not free what another one holds by now."""
        late = held(ledgers.worker("a"))
        ledgers.advance(late.until - late.now)
        held(ledgers.worker("b"))
        ledgers.worker("a").let_go(late)
        assert ledgers.worker("c").hold("R1") is None

    def test_letting_go_twice_does_no_harm(self, ledgers: LedgerBench) -> None:
        """A hold let go twice frees the reservation once, and never somebody else's hold."""
        ledger = ledgers.worker("a")
        hold = held(ledger)
        ledger.let_go(hold)
        ledger.let_go(hold)
        held(ledger)
        ledger.let_go(hold)
        assert ledgers.worker("b").hold("R1") is None

    def test_of_many_workers_at_once_one_gets_the_hold(self, ledgers: LedgerBench) -> None:
        """However many workers ask at the same moment, exactly one gets the reservation."""
        workers = [ledgers.worker(f"w{number}") for number in range(WORKERS)]
        for round_ in range(ROUNDS):
            holds = at_once([partial(each.hold, f"R{round_}") for each in workers])
            assert sum(hold is not None for hold in holds) == 1
