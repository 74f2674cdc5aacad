"""Every finding of a review: the setup that earns it, its path, and the neighbour that does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import eur
from hotelpay import (
    Adjustment,
    BonusPaymentType,
    BonusSettings,
    Cap,
    CardChoice,
    CardClass,
    CloseFolio,
    CreateTodo,
    Currency,
    Deposit,
    Filters,
    FolioBalance,
    FolioCharges,
    GuaranteePolicy,
    GuaranteeStatus,
    Mode,
    Operation,
    Rate,
    RequiredDeposit,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
    Setup,
    Severity,
    Share,
    Task,
    Unit,
    review,
)
from hotelpay.findings.pair_checks import can_share_a_reservation
from hotelpay.messages import FINDINGS
from hotelpay.testing import strategies as some

EUR = Currency.of("EUR")
CARDS = {CardClass.GUEST_ONLY, CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA}
NONE, GUEST, OTA, BOTH = CardClass.NONE, CardClass.GUEST_ONLY, CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA
AWAITING, EXPIRED = GuaranteeStatus.AWAITING, GuaranteeStatus.EXPIRED
TODO = CreateTodo("Card declined")
FLEX = GuaranteePolicy(id="flex", guarantee_period_hours=48)
LOOSE = GuaranteePolicy(id="loose")


def good(**fields: Any) -> Task:
    """Return a task without a finding: it charges the balance of whoever has a card, and says when it fails."""
    defaults: dict[str, Any] = {
        "id": "T1",
        "active": True,
        "mode": Mode.AFTER_DEPARTURE,
        "operation": Operation.PAYMENT,
        "filters": Filters(cards=CARDS),
        "amount": FolioBalance(),
        "on_failure": [TODO],
    }
    return Task(**{**defaults, **fields})


def alone(**fields: Any) -> Task:
    """Return a task that only runs actions, without a finding."""
    defaults = {
        "operation": Operation.ACTIONS_ONLY,
        "amount": None,
        "on_failure": (),
        "on_success": [SendEmail("hello")],
    }
    return good(**{**defaults, **fields})


def hold(**fields: Any) -> Task:
    return good(operation=Operation.PREAUTHORIZATION, **fields)


def setup(*tasks: Task, **fields: Any) -> Setup:
    defaults: dict[str, Any] = {"timezone": "Europe/Sofia", "currency": EUR, "release_preauthorizations_after_days": 2}
    return Setup(**{**defaults, **fields}, tasks=tasks)


def points(**fields: Any) -> BonusPaymentType:
    defaults: dict[str, Any] = {
        "id": "kontur",
        "currency_type": "BONUS",
        "currency": EUR,
        "max_percent": Cap.of(25),
        "enabled": True,
    }
    return BonusPaymentType(**{**defaults, **fields})


def bonus(*types: BonusPaymentType, active: bool = True) -> Setup:
    return setup(bonus=BonusSettings(active=active, payment_types=types))


def balance(percent: object = None, fixed: str | None = None) -> FolioBalance:
    return FolioBalance(
        adjust_percent=None if percent is None else Adjustment.of(str(percent)),
        fixed=None if fixed is None else eur(fixed),
    )


def charges(percent: object = None, nights: int | None = None, fixed: str | None = None, *groups: str) -> FolioCharges:
    return FolioCharges(
        revenue_groups=groups,
        percent=None if percent is None else Share.of(str(percent)),
        nights=nights,
        fixed=None if fixed is None else eur(fixed),
    )


def only(*classes: CardClass) -> Filters:
    return Filters(cards=classes)


CLOSE = [CloseFolio("invoice")]
T, W, E = "tasks[0]", Severity.WARNING, Severity.ERROR

#: (code, severity, path, setups that earn exactly this finding, setups that do not)
TABLE: list[tuple[str, Severity, str, list[Setup], list[Setup]]] = [
    (
        "payment_without_cards",
        E,
        f"{T}.filters.cards",
        [setup(good(filters=only(NONE))), setup(hold(filters=only(NONE)))],
        [],
    ),
    (
        "card_never_fits",
        E,
        f"{T}.card",
        [
            setup(good(card=CardChoice.LAST_OTA, filters=only(GUEST))),
            setup(good(card=CardChoice.LAST_GUEST, filters=only(OTA))),
            setup(good(card=CardChoice.LAST_OTA, filters=only(GUEST, NONE))),
        ],
        [
            setup(good(card=CardChoice.LAST_OTA, filters=only(OTA, BOTH))),
            setup(good(card=CardChoice.LAST_GUEST, filters=only(GUEST, BOTH))),
        ],
    ),
    (
        "card_may_be_missing",
        W,
        f"{T}.filters.cards",
        [
            setup(good(filters=Filters())),
            setup(good(filters=only(NONE, GUEST))),
            setup(good(card=CardChoice.LAST_OTA, filters=only(GUEST, BOTH))),
            setup(good(card=CardChoice.LAST_GUEST, filters=Filters(cards=CARDS))),
        ],
        [setup(good()), setup(alone(filters=Filters()))],
    ),
    (
        "formula_gives_nothing",
        E,
        f"{T}.amount",
        [
            setup(good(amount=balance(-100))),
            setup(good(amount=balance(-100, "-1.00"))),
            setup(good(amount=charges())),
            setup(good(amount=charges(0))),
            setup(good(amount=charges(None, None, "0.00", "rooms"))),
            setup(good(amount=charges(0, None, "-1.00"))),
        ],
        [
            setup(good(amount=balance(-99))),
            setup(good(amount=charges(0, 1))),
            setup(good(amount=charges(None, None, "1.00"))),
            setup(good(amount=charges("0.1"))),
        ],
    ),
    (
        "groups_without_share",
        W,
        f"{T}.amount.revenue_groups",
        [setup(good(amount=charges(None, None, "5.00", "rooms")))],
        [setup(good(amount=charges(10, None, "5.00", "rooms"))), setup(good(amount=charges(None, 1, "5.00", "rooms")))],
    ),
    (
        "deposit_never_asked",
        E,
        f"{T}.amount",
        [
            setup(good(amount=RequiredDeposit())),
            setup(good(amount=RequiredDeposit()), guarantee_policies=[LOOSE]),
            setup(
                good(amount=RequiredDeposit(), filters=Filters(cards=CARDS, guarantee_policies=["loose"])),
                guarantee_policies=[LOOSE, GuaranteePolicy(id="d", deposit=Deposit(nights=1))],
            ),
        ],
        [
            setup(
                good(amount=RequiredDeposit()), guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit(nights=1))]
            )
        ],
    ),
    (
        "charges_more_than_owed",
        W,
        f"{T}.amount.adjust_percent",
        [
            setup(good(amount=balance(10))),
            setup(
                good(amount=RequiredDeposit(adjust_percent=Adjustment.of(1))),
                guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit(nights=1))],
            ),
        ],
        [
            setup(good(amount=balance(0))),
            setup(good(amount=balance(0, "0.00"))),
            setup(good(amount=balance(-5, "-1.00"))),
        ],
    ),
    ("charges_more_than_owed", W, f"{T}.amount.fixed", [setup(good(amount=balance(None, "0.01")))], []),
    (
        "share_above_whole",
        W,
        f"{T}.amount.percent",
        [setup(good(amount=charges("100.1")))],
        [setup(good(amount=charges(100)))],
    ),
    (
        "share_above_whole",
        W,
        "guarantee_policies[0].deposit.percent",
        [setup(guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit(percent=Share.of("100.1")))])],
        [setup(guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit(percent=Share.of("100")))])],
    ),
    (
        "deposit_gives_nothing",
        W,
        "guarantee_policies[0].deposit",
        [
            setup(guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit())]),
            setup(guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit(percent=Share.of(0), fixed=eur("-1")))]),
        ],
        [
            setup(guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit(fixed=eur("1")))]),
            setup(guarantee_policies=[GuaranteePolicy(id="d", deposit=Deposit(nights=1)), LOOSE]),
        ],
    ),
    (
        "closes_unpaid_folio",
        W,
        f"{T}.on_success[0]",
        [
            setup(good(amount=balance(-50), on_success=CLOSE)),
            setup(good(amount=balance(None, "-0.01"), on_success=CLOSE)),
            setup(good(amount=charges(100), on_success=CLOSE)),
            setup(hold(on_success=CLOSE)),
            setup(alone(on_success=CLOSE)),
            setup(alone(amount=charges(100), on_success=CLOSE)),
        ],
        [setup(good(on_success=CLOSE)), setup(good(amount=balance(0), on_success=CLOSE))],
    ),
    ("never_closes_folio", E, f"{T}.on_success[0]", [setup(alone(amount=balance(), on_success=CLOSE))], []),
    ("actions_only_without_actions", E, f"{T}.on_success", [setup(alone(on_success=[]))], [setup(alone())]),
    ("failure_actions_never_run", W, f"{T}.on_failure", [setup(alone(on_failure=[TODO]))], []),
    ("no_failure_actions", W, f"{T}.on_failure", [setup(good(on_failure=[])), setup(hold(on_failure=[]))], []),
    (
        "contradicting_actions",
        W,
        f"{T}.on_success",
        [
            setup(alone(on_success=[SetFolioVisibility(True), SetFolioVisibility(False)])),  # noqa: FBT003
            setup(
                alone(
                    on_success=[
                        SetGuaranteeStatus(GuaranteeStatus.GUARANTEED),
                        SetGuaranteeStatus(GuaranteeStatus.NOT_GUARANTEED),
                    ]
                )
            ),
        ],
        [setup(alone(on_success=[SetFolioVisibility(True), SetFolioVisibility(True)]))],  # noqa: FBT003
    ),
    (
        "status_never_derived",
        W,
        f"{T}.filters.guarantee_statuses",
        [
            setup(alone(filters=Filters(guarantee_statuses=[AWAITING]))),
            setup(alone(filters=Filters(guarantee_statuses=[EXPIRED])), guarantee_policies=[LOOSE]),
            setup(
                alone(filters=Filters(guarantee_statuses=[AWAITING])),
                guarantee_policies=[GuaranteePolicy(id="now", guarantee_period_hours=0)],
            ),
            setup(
                alone(filters=Filters(guarantee_statuses=[EXPIRED], guarantee_policies=["loose"])),
                guarantee_policies=[LOOSE, FLEX],
            ),
        ],
        [
            setup(alone(filters=Filters(guarantee_statuses=[AWAITING, EXPIRED])), guarantee_policies=[FLEX]),
            setup(
                alone(filters=Filters(guarantee_statuses=[EXPIRED])),
                guarantee_policies=[GuaranteePolicy(id="now", guarantee_period_hours=0)],
            ),
            setup(alone(filters=Filters(guarantee_statuses=[GuaranteeStatus.GUARANTEED]))),
        ],
    ),
    (
        "awaiting_is_over",
        W,
        f"{T}.filters.guarantee_statuses",
        [
            setup(
                alone(mode=Mode.AFTER_CREATION, offset_hours=48, filters=Filters(guarantee_statuses=[AWAITING])),
                guarantee_policies=[FLEX],
            )
        ],
        [
            setup(
                alone(mode=Mode.AFTER_CREATION, offset_hours=47, filters=Filters(guarantee_statuses=[AWAITING])),
                guarantee_policies=[FLEX],
            ),
            setup(
                alone(
                    mode=Mode.AFTER_CREATION, offset_hours=48, filters=Filters(guarantee_statuses=[AWAITING, EXPIRED])
                ),
                guarantee_policies=[FLEX],
            ),
            setup(
                alone(mode=Mode.AFTER_ARRIVAL, offset_hours=48, filters=Filters(guarantee_statuses=[AWAITING])),
                guarantee_policies=[FLEX],
            ),
        ],
    ),
    (
        "unknown_policy",
        W,
        f"{T}.filters.guarantee_policies",
        [setup(alone(filters=Filters(guarantee_policies=["flex"])))],
        [setup(alone(filters=Filters(guarantee_policies=["flex"])), guarantee_policies=[FLEX])],
    ),
    (
        "offset_longer_than_stay",
        W,
        f"{T}.offset_hours",
        [setup(good(mode=Mode.BEFORE_DEPARTURE, offset_hours=25))],
        [
            setup(good(mode=Mode.BEFORE_DEPARTURE, offset_hours=24)),
            setup(good(mode=Mode.BEFORE_DEPARTURE, offset_hours=25), catch_up_hours=25),
            setup(good(mode=Mode.AFTER_DEPARTURE, offset_hours=25)),
        ],
    ),
    (
        "stays_armed",
        W,
        f"{T}.offset_hours",
        [setup(good(mode=Mode.BEFORE_ARRIVAL, offset_hours=25))],
        [
            setup(good(mode=Mode.BEFORE_ARRIVAL, offset_hours=24)),
            setup(good(mode=Mode.BEFORE_ARRIVAL, offset_hours=25, amount=charges(50))),
            setup(alone(mode=Mode.BEFORE_ARRIVAL, offset_hours=25)),
        ],
    ),
    (
        "hold_may_expire",
        W,
        f"{T}.offset_hours",
        [setup(hold(mode=Mode.BEFORE_ARRIVAL, offset_hours=169, amount=charges(50)))],
        [
            setup(hold(mode=Mode.BEFORE_ARRIVAL, offset_hours=168, amount=charges(50))),
            setup(good(mode=Mode.BEFORE_ARRIVAL, offset_hours=169, amount=charges(50))),
        ],
    ),
    (
        "holds_never_released",
        W,
        f"{T}.operation",
        [setup(hold(), release_preauthorizations_after_days=None)],
        [
            setup(hold(), release_preauthorizations_after_days=0),
            setup(good(), release_preauthorizations_after_days=None),
        ],
    ),
    (
        "ceiling_of_zero",
        W,
        f"{T}.max_amount",
        [setup(good(max_amount=eur("0")))],
        [setup(good(max_amount=eur("0.01")))],
    ),
    (
        "double_charging",
        W,
        "tasks[1]",
        [
            setup(good(), good(id="T2", amount=charges(50))),
            setup(good(amount=charges(100)), good(id="T2", amount=charges(50))),
            setup(good(amount=charges(100)), good(id="T2", mode=Mode.AFTER_CREATION)),
        ],
        [
            setup(good(), good(id="T2", mode=Mode.AFTER_CREATION)),
            setup(good(), good(id="T2", amount=charges(50), active=False)),
            setup(good(), hold(id="T2", amount=charges(50))),
            setup(good(), alone(id="T2", amount=charges(50))),
            setup(good(), good(id="T2", amount=charges(50), mode=Mode.AFTER_CANCELLATION)),
            setup(
                good(filters=Filters(cards=CARDS, ota=True)),
                good(id="T2", amount=charges(50), filters=Filters(cards=CARDS, ota=False)),
            ),
            setup(
                good(filters=Filters(cards=CARDS, included_agents=["a"])),
                good(id="T2", amount=charges(50), filters=Filters(cards=CARDS, excluded_agents=["a", "b"])),
            ),
            setup(
                good(filters=Filters(cards=CARDS, excluded_agents=["a", "b"])),
                good(id="T2", amount=charges(50), filters=Filters(cards=CARDS, included_agents=["a"])),
            ),
        ],
    ),
    (
        "duplicate_task",
        W,
        "tasks[1]",
        [setup(good(), good(id="T2", name="another"))],
        [setup(good(), good(id="T2", active=False)), setup(good(), good(id="T2", offset_hours=1))],
    ),
    ("no_active_tasks", W, "tasks", [setup(good(active=False))], [setup(good(active=False), alone(id="T2")), setup()]),
    ("paused", W, "paused", [setup(good(), paused=True)], []),
    (
        "no_runs_allowed",
        W,
        "max_runs_per_cycle",
        [setup(good(), max_runs_per_cycle=0)],
        [setup(good(), max_runs_per_cycle=1)],
    ),
    (
        "bonus_zero_percent",
        W,
        "bonus.payment_types[0].max_percent",
        [bonus(points(max_percent=Cap.of(0)))],
        [bonus(points())],
    ),
    (
        "bonus_rate_missing",
        W,
        "bonus.payment_types[0].rate",
        [bonus(points(unit=Unit.CURRENCY, currency_type="BYN"))],
        [
            bonus(points(unit=Unit.CURRENCY, currency_type="BYN", rate=Rate.of(2))),
            bonus(points(unit=Unit.CURRENCY, currency_type="EUR")),
        ],
    ),
    (
        "bonus_integration_off",
        W,
        "bonus.active",
        [bonus(points(), active=False)],
        [bonus(points(enabled=False), active=False)],
    ),
    ("bonus_no_enabled_type", W, "bonus.payment_types", [bonus(), bonus(points(enabled=False))], [bonus(active=False)]),
    (
        "bonus_type_repeated",
        W,
        "bonus.payment_types[1].currency_type",
        [bonus(points(), points(id="again"))],
        [
            bonus(points(), points(id="again", enabled=False)),
            bonus(points(), points(id="again", currency_type="MILES")),
        ],
    ),
    (
        "bonus_foreign_currency",
        W,
        "bonus.payment_types[0].currency",
        [bonus(points(currency=Currency.of("RUB")))],
        [bonus(points())],
    ),
]


@pytest.mark.parametrize(
    ("code", "severity", "path", "earned"),
    [(code, severity, path, earned) for code, severity, path, setups, _ in TABLE for earned in setups],
)
def test_a_setup_earns_exactly_its_finding(code: str, severity: Severity, path: str, earned: Setup) -> None:
    findings = review(earned)
    assert [(finding.code, finding.severity, finding.path) for finding in findings] == [(code, severity, path)]
    assert "{" not in findings[0].message


@pytest.mark.parametrize(
    ("code", "innocent"), [(code, each) for code, _, _, _, innocents in TABLE for each in innocents]
)
def test_its_neighbour_does_not(code: str, innocent: Setup) -> None:
    assert [finding.code for finding in review(innocent) if finding.code == code] == []


def test_every_finding_is_in_the_table() -> None:
    assert {row[0] for row in TABLE} == set(FINDINGS)


def test_a_setup_without_a_fault_has_no_findings() -> None:
    assert review(setup(good(), alone(id="T2"), hold(id="T3", mode=Mode.AFTER_ARRIVAL))) == ()
    assert review(bonus(points())) == ()


@given(some.hotels(), some.house_rules, st.booleans())
def test_any_setup_can_be_reviewed(hotel: tuple[list[Task], Any], rules: Any, paused: bool) -> None:  # noqa: FBT001
    this = Setup(
        timezone=rules.timezone,
        currency=EUR,
        tasks=hotel[0],
        guarantee_policies=rules.guarantee_policies,
        paused=paused,
    )
    for finding in review(this):
        assert "{" not in finding.message
        assert finding.path


@given(some.filters, some.filters, some.rows)
def test_who_passes_both_filters_is_shared(first: Filters, second: Filters, rows: list[Any]) -> None:
    """A pair of tasks is called apart only where no reservation, seen by what does not change, suits both."""
    one, other = (good(filters=filters) for filters in (first, second))
    for row in rows:
        suits_both = all(
            (getattr(row, name) in condition.values) is condition.wanted
            for filters in (first, second)
            for condition in filters.conditions
            if (name := STABLE.get(condition.field.value)) is not None
        )
        assert can_share_a_reservation(one, other) or not suits_both


STABLE = {
    "guarantee_policy": "guarantee_policy",
    "ota": "ota",
    "cards": "card_class",
    "company": "company",
    "agent": "agent",
}
