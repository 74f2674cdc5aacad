"""How a host uses hotelpay, for type checkers to read: this file is checked, not run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import assert_type

import attrs

import hotelpay
from hotelpay import (
    Adjustment,
    Amount,
    BonusCard,
    BonusPaymentType,
    Cap,
    Card,
    CardKind,
    Charge,
    Currency,
    CycleReport,
    Decision,
    Filters,
    Folio,
    FolioBalance,
    HouseRules,
    Mode,
    Money,
    ObservedLedger,
    Observer,
    Operation,
    Payment,
    Points,
    Ports,
    Preview,
    Quote,
    Reason,
    Recovery,
    Redeemed,
    Reservation,
    ReservationStatus,
    Run,
    Setup,
    Skip,
    Task,
    Timeline,
    TimelineRow,
)
from hotelpay.adapters.logs import LogObserver
from hotelpay.adapters.sql import SqlGateway, open_store
from hotelpay.observed import Happening, SettlementEnded
from hotelpay.pictures import timeline_svg
from hotelpay.testing.bench import MemoryBench


def a_reservation(now: datetime, today: date) -> Reservation:
    eur = Currency.of("EUR")
    folio = Folio(
        id="F1",
        opened_at=now,
        currency=eur,
        charges=[Charge("rooms", Money.of("300.00", "EUR"))],
        payments=(Payment(amount=Money.of(50, eur)),),
    )
    assert_type(folio.balance, Money)
    return Reservation(
        id="R1",
        status=ReservationStatus.EXPECTED,
        created_at=now,
        arrival=today,
        departure=today,
        cards=[Card("c1", CardKind.GUEST)],
        folios=[folio],
    )


def a_setup() -> Setup:
    task = Task(
        id="T1",
        mode=Mode.BEFORE_ARRIVAL,
        operation=Operation.PAYMENT,
        filters=Filters(included_agents=["expedia"]),
        amount=FolioBalance(adjust_percent=Adjustment.of("-50")),
    )
    return Setup(timezone="Europe/Sofia", currency=Currency.of("EUR"), tasks=[task])


def why(decision: Decision) -> str:
    match decision:
        case Run(amount=Amount() as amount):
            assert_type(amount.total, Money)
            return str(amount.total)
        case Run():
            return "only actions"
        case Skip(reasons=reasons):
            assert_type(reasons, tuple[Reason, ...])
            return "; ".join(reason.message for reason in reasons)


def tonight(setup: Setup, reservations: Iterable[Reservation], now: datetime) -> Preview:
    result = hotelpay.preview(setup.tasks, reservations, at=now, rules=setup.rules)
    assert_type(result, Preview)
    assert_type(result.runs, tuple[Run, ...])
    return result


def one(setup: Setup, reservation: Reservation, now: datetime) -> Decision:
    assert_type(setup.rules, HouseRules)
    return hotelpay.decide(setup.task("T1"), reservation, at=now, rules=setup.rules, processed={("T1", "R2")})


def its_life(setup: Setup, reservation: Reservation, now: datetime) -> str:
    life = hotelpay.timeline(setup.tasks, reservation, at=now, rules=setup.rules)
    assert_type(life, Timeline)
    assert_type(life.rows, tuple[TimelineRow, ...])
    return timeline_svg(life, language=hotelpay.Language.of("bg"), width=390)


def at_the_desk(payment_type: BonusPaymentType, folio: Folio) -> Quote:
    assert_type(payment_type.max_percent, Cap)
    return hotelpay.quote(
        payment_type, integration_active=True, balance=folio.balance, card_balance=Points.of("120.50", "BONUS")
    )


def every_quarter_of_an_hour(setup: Setup, ports: Ports, now: datetime) -> list[str]:
    assert_type(hotelpay.preview_next(setup, ports, now), Preview)
    report = hotelpay.run_cycle(setup, ports, now)
    assert_type(report, CycleReport)
    assert_type(hotelpay.recover(ports, now), Recovery)
    return [wanted.message for wanted in report.needs_person]


def paid_with_points(setup: Setup, ports: Ports, now: datetime) -> Redeemed:
    return hotelpay.redeem(
        setup.bonus,
        ports,
        redemption="B-1",
        reservation="R1",
        folio="F1",
        payment_type="kontur",
        card=BonusCard("9000"),
        points=Points.of("10", "BONUS"),
        at=now,
    )


def store(path: str) -> Ports:
    with open_store(path, "default", "worker-1") as opened:
        return opened.ports(gateway=SqlGateway(opened.engine, "default"))


def in_memory(now: datetime) -> Ports:
    return MemoryBench.at(now).ports()


class Bell:
    def __init__(self) -> None:
        self.rings: list[str] = []

    def observe(self, happening: Happening) -> None:
        match happening:
            case SettlementEnded(person=str(code)):
                self.rings.append(code)
            case _:
                pass


def watched(ports: Ports) -> Ports:
    observers: list[Observer] = [Bell(), LogObserver()]
    return attrs.evolve(ports, ledger=ObservedLedger(ports.ledger, observers))
