"""What a hotel may configure: tasks with filters, formulas and actions, house rules, the bonus, a whole setup."""

from __future__ import annotations

import enum
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
import pytest

from examples import EUR, SOFIA, cards, eur, reservation, task, utc
from ground.refusals import refusal
from hotelpay import (
    Adjustment,
    BonusPaymentType,
    BonusSettings,
    Cap,
    CapBasis,
    CardChoice,
    CardClass,
    CardKind,
    CloseFolio,
    CreateTodo,
    Currency,
    Deposit,
    Filters,
    Folio,
    FolioBalance,
    FolioCharges,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    Mode,
    Money,
    Operation,
    Payment,
    PreAuthorization,
    PreAuthorizationState,
    Rate,
    RequiredDeposit,
    Reservation,
    ReservationStatus,
    Rounding,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
    Setup,
    Share,
    Step,
    Task,
    Unit,
    UnknownName,
    WrongType,
    todo_text,
)
from hotelpay.autopilot.house_rules import as_zone
from hotelpay.conditions import Condition, Field
from hotelpay.moments import instant

LEV: Final = Money.of("1.00", "BGN")
PAN: Final = "4111111111111111"


def setup(**fields: Any) -> Setup:
    return Setup(**{"timezone": "Europe/Sofia", "currency": EUR, **fields})


def bonus_type(**fields: Any) -> BonusPaymentType:
    return BonusPaymentType(**{"id": "kontur", "currency_type": "BONUS", "currency": Currency.of("RUB"), **fields})


def values(thing: Any) -> dict[str, Any]:
    return {field.name: getattr(thing, field.name) for field in attrs.fields(type(thing)) if field.init}


# What holds until somebody says otherwise


def test_a_task_is_off_takes_everyone_and_uses_the_last_card() -> None:
    plain = Task(id="T", mode=Mode.AFTER_ARRIVAL, operation=Operation.PAYMENT, amount=FolioBalance())
    assert values(plain) == {
        "id": "T",
        "name": "",
        "active": False,
        "mode": Mode.AFTER_ARRIVAL,
        "offset_hours": 0,
        "filters": Filters(),
        "operation": Operation.PAYMENT,
        "card": CardChoice.LAST,
        "max_amount": None,
        "amount": FolioBalance(),
        "on_success": (),
        "on_failure": (),
    }


def test_a_task_that_only_runs_actions_has_no_card_and_may_have_no_amount() -> None:
    plain = Task(id="T", mode=Mode.AFTER_ARRIVAL, operation=Operation.ACTIONS_ONLY)
    assert (plain.card, plain.amount, plain.max_amount) == (None, None, None)
    assert attrs.evolve(plain, amount=FolioBalance()).amount == FolioBalance()


def test_filters_are_empty() -> None:
    assert values(Filters()) == {
        "guarantee_statuses": frozenset(),
        "guarantee_policies": frozenset(),
        "ota": None,
        "cards": frozenset(),
        "included_companies": frozenset(),
        "excluded_companies": frozenset(),
        "included_agents": frozenset(),
        "excluded_agents": frozenset(),
    }
    assert Filters().conditions == ()


def test_house_rules_catch_up_a_day() -> None:
    assert values(HouseRules(timezone="UTC")) == {
        "timezone": ZoneInfo("UTC"),
        "guarantee_policies": (),
        "catch_up_hours": 24,
    }


def test_a_setup_has_no_tasks_and_limits_nothing() -> None:
    plain = setup()
    assert values(plain) == {
        "hotel": "default",
        "timezone": ZoneInfo("Europe/Sofia"),
        "currency": EUR,
        "paused": False,
        "catch_up_hours": 24,
        "max_runs_per_cycle": None,
        "release_preauthorizations_after_days": None,
        "guarantee_policies": (),
        "tasks": (),
        "bonus": BonusSettings(),
    }
    assert plain.rules == SOFIA


def test_the_bonus_is_off_and_redeems_nothing() -> None:
    assert values(BonusSettings()) == {"active": False, "payment_types": ()}
    assert values(bonus_type()) == {
        "id": "kontur",
        "name": "",
        "external_id": None,
        "currency_type": "BONUS",
        "unit": Unit.POINTS,
        "currency": Currency.of("RUB"),
        "max_percent": Cap.of(0),
        "enabled": False,
        "rate": Rate.of(1),
        "step": Step.of("0.01"),
        "cap_basis": CapBasis.BALANCE,
    }


# What may be set, up to its limits


@pytest.mark.parametrize(
    ("build", "fields"),
    [
        (task, {"name": "Advance payment", "active": True, "offset_hours": 0}),
        (task, {"offset_hours": 100_000}),
        (task, {"card": CardChoice.LAST_OTA, "max_amount": eur("0.00")}),
        (task, {"amount": RequiredDeposit(), "operation": Operation.PREAUTHORIZATION}),
        (task, {"amount": FolioCharges(), "on_success": (SendEmail("t"), CloseFolio("invoice"), SendEmail("t"))}),
        (task, {"on_failure": (SetGuaranteeStatus(GuaranteeStatus.NOT_GUARANTEED), CreateTodo("call"))}),
        (task, {"on_success": (SetFolioVisibility(visible=False),)}),
        (Filters, {"ota": False}),
        (Filters, {"included_companies": frozenset("a"), "excluded_agents": frozenset("a")}),
        (FolioBalance, {"adjust_percent": Adjustment.of("-100"), "fixed": eur("-10")}),
        (RequiredDeposit, {"adjust_percent": Adjustment.of("10"), "fixed": LEV}),
        (
            FolioCharges,
            {"revenue_groups": frozenset({"rooms"}), "percent": Share.of("150"), "nights": 10_000, "fixed": LEV},
        ),
        (HouseRules, {"timezone": ZoneInfo("UTC"), "catch_up_hours": 1}),
        (HouseRules, {"timezone": ZoneInfo("UTC"), "catch_up_hours": 100_000}),
        (setup, {"hotel": "Стая", "paused": True, "catch_up_hours": 1}),
        (setup, {"max_runs_per_cycle": 0, "release_preauthorizations_after_days": 0}),
        (setup, {"max_runs_per_cycle": 1_000_000, "release_preauthorizations_after_days": 3650}),
        (setup, {"tasks": (task(id="a"), task(id="b")), "guarantee_policies": (GuaranteePolicy(id="a"),)}),
        (setup, {"bonus": BonusSettings(active=True, payment_types=(bonus_type(id="a"), bonus_type(id="b")))}),
        (bonus_type, {"name": "Kontur", "external_id": "1C-7", "max_percent": Cap.of(100), "enabled": True}),
        (bonus_type, {"rate": Rate.of("0.5"), "step": Step.of(1), "cap_basis": CapBasis.CHARGES}),
    ],
)
def test_a_setting_is_kept_as_it_was_set(build: Callable[..., Any], fields: dict[str, Any]) -> None:
    built = build(**fields)
    assert {name: getattr(built, name) for name in fields} == fields


def test_lists_may_be_any_iterables() -> None:
    assert task(on_success=iter([SendEmail("t")]), on_failure=[]).on_success == (SendEmail("t"),)
    assert Filters(cards=[CardClass.NONE], included_agents=iter("ab")).included_agents == frozenset("ab")
    assert setup(tasks=iter([task()]), guarantee_policies=[]).tasks == (task(),)
    assert BonusSettings(payment_types=iter([bonus_type()])).payment_types == (bonus_type(),)
    assert HouseRules(timezone="UTC", guarantee_policies=iter([GuaranteePolicy(id="p")])).guarantee_policies


# What is refused

ID: Final = "is not a text of 1 to 128 printable characters"
UTC_RULES: Final[dict[str, Any]] = {"timezone": "UTC"}

REFUSED: Final[tuple[tuple[Callable[..., object], dict[str, Any], str, str], ...]] = (
    (task, {"id": ""}, "not_an_identifier", f"id: '' {ID}"),
    (task, {"id": 1}, "wrong_type", "id: 1 (int) is not a text"),
    (task, {"name": "a\tb"}, "not_an_identifier", rf"name: 'a\tb' {ID}"),
    (task, {"name": None}, "wrong_type", "name: None (NoneType) is not a text"),
    (task, {"name": False}, "wrong_type", "name: False (bool) is not a text"),
    (task, {"active": 1}, "wrong_type", "active: 1 (int) is not true or false"),
    (task, {"active": "no"}, "wrong_type", "active: 'no' (str) is not true or false"),
    (task, {"mode": "after_creation"}, "wrong_type", "mode: 'after_creation' (str) is not a Mode"),
    (task, {"operation": "payment"}, "wrong_type", "operation: 'payment' (str) is not a Operation"),
    (task, {"offset_hours": -1}, "number_out_of_range", "offset_hours: -1 is not a whole number from 0 to 100000"),
    (
        task,
        {"offset_hours": 100_001},
        "number_out_of_range",
        "offset_hours: 100001 is not a whole number from 0 to 100000",
    ),
    (task, {"offset_hours": 1.5}, "wrong_type", "offset_hours: 1.5 (float) is not a whole number from 0 to 100000"),
    (task, {"offset_hours": True}, "wrong_type", "offset_hours: True (bool) is not a whole number from 0 to 100000"),
    (task, {"filters": None}, "wrong_type", "filters: None (NoneType) is not Filters"),
    (task, {"on_success": ["close"]}, "wrong_type", "actions: 'close' (str) is not one of the actions"),
    (task, {"on_failure": [SendEmail("t"), None]}, "wrong_type", "actions: None (NoneType) is not one of the actions"),
    (task, {"amount": None}, "amount_missing", "amount: None is not a formula, which payment needs"),
    (
        task,
        {"amount": None, "operation": Operation.PREAUTHORIZATION},
        "amount_missing",
        "amount: None is not a formula, which preauthorization needs",
    ),
    (task, {"amount": "all"}, "wrong_type", "amount: 'all' (str) is not a formula"),
    (
        task,
        {"amount": "all", "operation": Operation.ACTIONS_ONLY},
        "wrong_type",
        "amount: 'all' (str) is not a formula",
    ),
    (task, {"max_amount": 100}, "wrong_type", "max_amount: 100 (int) is not Money"),
    (task, {"max_amount": 0}, "wrong_type", "max_amount: 0 (int) is not Money"),
    (task, {"max_amount": eur("-0.01")}, "negative_amount", "max_amount: '-0.01' is not zero or more"),
    (task, {"card": "last"}, "wrong_type", "card: 'last' (str) is not a CardChoice"),
    (
        task,
        {"operation": Operation.ACTIONS_ONLY, "card": CardChoice.LAST},
        "not_with_actions_only",
        "card: 'last' is not absent, since actions_only touches no card",
    ),
    (
        task,
        {"operation": Operation.ACTIONS_ONLY, "max_amount": eur("0")},
        "not_with_actions_only",
        "max_amount: '0.00 EUR' is not absent, since actions_only touches no card",
    ),
    (
        Filters,
        {"guarantee_statuses": ["awaiting"]},
        "wrong_type",
        "guarantee_statuses: 'awaiting' (str) is not a GuaranteeStatus",
    ),
    (Filters, {"cards": ["none"]}, "wrong_type", "cards: 'none' (str) is not a CardClass"),
    (Filters, {"ota": 1}, "wrong_type", "ota: 1 (int) is not true or false"),
    (Filters, {"ota": "yes"}, "wrong_type", "ota: 'yes' (str) is not true or false"),
    *(
        (Filters, {name: wrong}, code, sentence)
        for name in (
            "guarantee_policies",
            "included_companies",
            "excluded_companies",
            "included_agents",
            "excluded_agents",
        )
        for wrong, code, sentence in (
            ("abc", "wrong_type", "values: 'abc' (str) is not a list of texts"),
            ([""], "not_an_identifier", f"{name}: '' {ID}"),
            ([None], "wrong_type", f"{name}: None (NoneType) is not a text"),
        )
    ),
    (
        Filters,
        {"included_companies": ["c", "b", "a"], "excluded_companies": ["b", "c", "d"]},
        "included_and_excluded",
        "excluded_companies: 'b' is not free of what included_companies holds",
    ),
    (
        Filters,
        {"included_agents": ["a"], "excluded_agents": ["a"]},
        "included_and_excluded",
        "excluded_agents: 'a' is not free of what included_agents holds",
    ),
    (FolioBalance, {"adjust_percent": Share.of(1)}, "wrong_type", "adjust_percent: 1 % (Share) is not an Adjustment"),
    (FolioBalance, {"fixed": "1"}, "wrong_type", "fixed: '1' (str) is not Money"),
    (RequiredDeposit, {"adjust_percent": 50}, "wrong_type", "adjust_percent: 50 (int) is not an Adjustment"),
    (RequiredDeposit, {"fixed": Decimal(1)}, "wrong_type", "fixed: 1 (Decimal) is not Money"),
    (FolioCharges, {"percent": Adjustment.of(1)}, "wrong_type", "percent: 1 % (Adjustment) is not a Share"),
    (FolioCharges, {"fixed": 9}, "wrong_type", "fixed: 9 (int) is not Money"),
    (FolioCharges, {"nights": 0}, "number_out_of_range", "nights: 0 is not a whole number from 1 to 10000"),
    (FolioCharges, {"revenue_groups": "rooms"}, "wrong_type", "values: 'rooms' (str) is not a list of texts"),
    (SendEmail, {"template": ""}, "not_an_identifier", f"template: '' {ID}"),
    (CloseFolio, {"document_type": None}, "wrong_type", "document_type: None (NoneType) is not a text"),
    (SetFolioVisibility, {"visible": 0}, "wrong_type", "visible: 0 (int) is not true or false"),
    (SetGuaranteeStatus, {"status": "guaranteed"}, "wrong_type", "status: 'guaranteed' (str) is not a GuaranteeStatus"),
    (
        SetGuaranteeStatus,
        {"status": GuaranteeStatus.AWAITING},
        "unknown_choice",
        "status: 'awaiting' is not guaranteed or not_guaranteed",
    ),
    (
        SetGuaranteeStatus,
        {"status": GuaranteeStatus.EXPIRED},
        "unknown_choice",
        "status: 'expired' is not guaranteed or not_guaranteed",
    ),
    (CreateTodo, {"text": " \n"}, "not_a_text", r"text: ' \n' is not a text that tells the staff what to do"),
    (CreateTodo, {"text": None}, "wrong_type", "text: None (NoneType) is not a text"),
    (CreateTodo, {"text": "call", "channel": ""}, "not_an_identifier", f"channel: '' {ID}"),
    (
        HouseRules,
        {"timezone": "EEST"},
        "unknown_timezone",
        "timezone: 'EEST' is not an IANA time zone such as \"Europe/Sofia\"",
    ),
    (
        HouseRules,
        {"timezone": []},
        "wrong_type",
        'timezone: a list (list) is not an IANA time zone such as "Europe/Sofia"',
    ),
    (
        HouseRules,
        UTC_RULES | {"catch_up_hours": 0},
        "number_out_of_range",
        "catch_up_hours: 0 is not a whole number from 1 to 100000",
    ),
    (
        HouseRules,
        UTC_RULES | {"catch_up_hours": 100_001},
        "number_out_of_range",
        "catch_up_hours: 100001 is not a whole number from 1 to 100000",
    ),
    (
        HouseRules,
        UTC_RULES | {"guarantee_policies": ["p"]},
        "wrong_type",
        "guarantee_policies: 'p' (str) is not a list of GuaranteePolicy",
    ),
    (
        HouseRules,
        UTC_RULES | {"guarantee_policies": [GuaranteePolicy(id="p"), GuaranteePolicy(id="p", name="again")]},
        "duplicate_id",
        "guarantee_policies[1].id: 'p' is not different from the ids before it",
    ),
    (setup, {"hotel": ""}, "not_an_identifier", f"hotel: '' {ID}"),
    (
        setup,
        {"timezone": "Europe/sofia"},
        "unknown_timezone",
        "timezone: 'Europe/sofia' is not an IANA time zone such as \"Europe/Sofia\"",
    ),
    (setup, {"currency": "EUR"}, "wrong_type", "currency: 'EUR' (str) is not a Currency"),
    (setup, {"paused": None}, "wrong_type", "paused: None (NoneType) is not true or false"),
    (setup, {"bonus": None}, "wrong_type", "bonus: None (NoneType) is not a BonusSettings"),
    (setup, {"catch_up_hours": 0}, "number_out_of_range", "catch_up_hours: 0 is not a whole number from 1 to 100000"),
    (
        setup,
        {"max_runs_per_cycle": -1},
        "number_out_of_range",
        "max_runs_per_cycle: -1 is not a whole number from 0 to 1000000",
    ),
    (
        setup,
        {"max_runs_per_cycle": 1_000_001},
        "number_out_of_range",
        "max_runs_per_cycle: 1000001 is not a whole number from 0 to 1000000",
    ),
    (
        setup,
        {"release_preauthorizations_after_days": -1},
        "number_out_of_range",
        "release_preauthorizations_after_days: -1 is not a whole number from 0 to 3650",
    ),
    (
        setup,
        {"release_preauthorizations_after_days": 3651},
        "number_out_of_range",
        "release_preauthorizations_after_days: 3651 is not a whole number from 0 to 3650",
    ),
    (setup, {"tasks": [None]}, "wrong_type", "tasks: None (NoneType) is not a list of Task"),
    (
        setup,
        {"tasks": [task(id="a"), task(id="b"), task(id="a", active=False)]},
        "duplicate_id",
        "tasks[2].id: 'a' is not different from the ids before it",
    ),
    (
        setup,
        {"guarantee_policies": ["p"]},
        "wrong_type",
        "guarantee_policies: 'p' (str) is not a list of GuaranteePolicy",
    ),
    (
        setup,
        {"guarantee_policies": [GuaranteePolicy(id="p"), GuaranteePolicy(id="p")]},
        "duplicate_id",
        "guarantee_policies[1].id: 'p' is not different from the ids before it",
    ),
    (
        setup,
        {"tasks": [task(), task(id="T2", max_amount=LEV)]},
        "foreign_currency",
        "tasks[1].max_amount: '1.00 BGN' is not in the setup's currency, EUR",
    ),
    (
        setup,
        {"tasks": [task(amount=FolioBalance(fixed=Money.zero("BGN")))]},
        "foreign_currency",
        "tasks[0].amount.fixed: '0.00 BGN' is not in the setup's currency, EUR",
    ),
    (
        setup,
        {"tasks": [task(amount=FolioCharges(fixed=LEV))]},
        "foreign_currency",
        "tasks[0].amount.fixed: '1.00 BGN' is not in the setup's currency, EUR",
    ),
    (
        setup,
        {"guarantee_policies": [GuaranteePolicy(id="p"), GuaranteePolicy(id="q", deposit=Deposit(fixed=LEV))]},
        "foreign_currency",
        "guarantee_policies[1].deposit.fixed: '1.00 BGN' is not in the setup's currency, EUR",
    ),
    (BonusSettings, {"active": 1}, "wrong_type", "active: 1 (int) is not true or false"),
    (
        BonusSettings,
        {"payment_types": ["kontur"]},
        "wrong_type",
        "payment_types: 'kontur' (str) is not a list of BonusPaymentType",
    ),
    (
        BonusSettings,
        {"payment_types": [bonus_type(), bonus_type(name="again")]},
        "duplicate_id",
        "payment_types[1].id: 'kontur' is not different from the ids before it",
    ),
    (bonus_type, {"id": ""}, "not_an_identifier", f"id: '' {ID}"),
    (bonus_type, {"name": "\x00"}, "not_an_identifier", rf"name: '\x00' {ID}"),
    (bonus_type, {"name": None}, "wrong_type", "name: None (NoneType) is not a text"),
    (bonus_type, {"external_id": ""}, "not_an_identifier", f"external_id: '' {ID}"),
    (bonus_type, {"currency_type": ""}, "not_an_identifier", f"currency_type: '' {ID}"),
    (bonus_type, {"unit": "points"}, "wrong_type", "unit: 'points' (str) is not a Unit"),
    (bonus_type, {"cap_basis": "balance"}, "wrong_type", "cap_basis: 'balance' (str) is not a CapBasis"),
    (bonus_type, {"enabled": "true"}, "wrong_type", "enabled: 'true' (str) is not true or false"),
    (bonus_type, {"currency": "RUB"}, "wrong_type", "currency: 'RUB' (str) is not a Currency"),
    (bonus_type, {"max_percent": Share.of(25)}, "wrong_type", "max_percent: 25 % (Share) is not a Cap"),
    (bonus_type, {"max_percent": 25}, "wrong_type", "max_percent: 25 (int) is not a Cap"),
    (bonus_type, {"step": Rate.of(1)}, "wrong_type", "step: 1 (Rate) is not a Step"),
    (bonus_type, {"rate": Step.of(1)}, "wrong_type", "rate: 1 (Step) is not a Rate"),
    (bonus_type, {"rate": 0}, "wrong_type", "rate: 0 (int) is not a Rate"),
    (
        bonus_type,
        {"unit": Unit.CURRENCY},
        "unknown_currency",
        "currency_type: 'BONUS' is not an ISO 4217 code with a minor unit, such as \"EUR\"",
    ),
    (
        bonus_type,
        {"unit": Unit.CURRENCY, "currency_type": "XAU", "rate": Rate.of(1)},
        "unknown_currency",
        "currency_type: 'XAU' is not an ISO 4217 code with a minor unit, such as \"EUR\"",
    ),
)


@pytest.mark.parametrize(("build", "fields", "code", "sentence"), REFUSED)
def test_a_setting_that_makes_no_sense_is_refused(
    build: Callable[..., object], fields: dict[str, Any], code: str, sentence: str
) -> None:
    found = refusal(build, **fields)
    assert found[1:] == (code, sentence)
    assert issubclass(found[0], WrongType) is (code == "wrong_type")
    assert issubclass(found[0], UnknownName) is (code in {"unknown_currency", "unknown_timezone"})


# The words that documents use, which stay what they are

WORDS: Final[dict[type[enum.Enum], str]] = {
    CapBasis: "balance charges",
    CardChoice: "last last_ota last_guest",
    CardClass: "none guest_only ota_only guest_and_ota",
    CardKind: "guest ota",
    Field: "guarantee_status guarantee_policy ota cards company agent",
    GuaranteeStatus: "guaranteed awaiting expired not_guaranteed",
    Mode: "after_creation before_arrival after_arrival before_departure after_departure after_cancellation",
    Operation: "payment preauthorization actions_only",
    PreAuthorizationState: "held captured released",
    ReservationStatus: "expected checked_in checked_out cancelled no_show",
    Rounding: "half_up down up",
    Unit: "points currency",
}


@pytest.mark.parametrize("kind", WORDS)
def test_a_choices_words_are_fixed(kind: type[enum.Enum]) -> None:
    assert [member.value for member in kind] == WORDS[kind].split()
    assert [member.name for member in kind] == WORDS[kind].upper().split()


# What follows from settings


def test_each_filter_that_is_set_is_a_condition_in_the_order_of_reasons() -> None:
    filters = Filters(
        guarantee_statuses=[GuaranteeStatus.AWAITING],
        guarantee_policies=["p"],
        ota=False,
        cards=[CardClass.NONE, CardClass.OTA_ONLY],
        included_companies=["a"],
        excluded_companies=["b"],
        included_agents=["c"],
        excluded_agents=["d"],
    )
    assert filters.conditions == (
        Condition(Field.GUARANTEE_STATUS, frozenset({GuaranteeStatus.AWAITING})),
        Condition(Field.GUARANTEE_POLICY, frozenset({"p"})),
        Condition(Field.OTA, frozenset({False})),
        Condition(Field.CARDS, frozenset({CardClass.NONE, CardClass.OTA_ONLY})),
        Condition(Field.COMPANY, frozenset({"a"})),
        Condition(Field.COMPANY, frozenset({"b"}), wanted=False),
        Condition(Field.AGENT, frozenset({"c"})),
        Condition(Field.AGENT, frozenset({"d"}), wanted=False),
    )
    assert [each.wanted for each in filters.conditions] == [True, True, True, True, True, False, True, False]
    assert Filters(ota=True).conditions == (Condition(Field.OTA, frozenset({True})),)


def test_a_choice_of_card_takes_the_last_that_fits() -> None:
    taken = reservation(cards=cards("ota", "guest", "ota", "guest"))
    chosen = [choice.of(taken) for choice in (CardChoice.LAST, CardChoice.LAST_OTA, CardChoice.LAST_GUEST)]
    assert [card and card.id for card in chosen] == ["c4", "c3", "c4"]
    assert CardChoice.LAST_OTA.of(reservation(cards=cards("guest"))) is None


def test_a_zone_may_be_given_by_name_or_as_the_zone() -> None:
    assert as_zone("Europe/Sofia") is as_zone(ZoneInfo("Europe/Sofia")) is ZoneInfo("Europe/Sofia")
    assert setup(timezone=ZoneInfo("UTC")).rules.timezone.key == "UTC"


def test_house_rules_know_their_policies() -> None:
    rules = HouseRules(
        timezone="UTC", guarantee_policies=[GuaranteePolicy(id="a"), GuaranteePolicy(id="b", guarantee_period_hours=1)]
    )
    at = instant(utc("2024-01-10 07:30"))
    assert rules.policy_of(reservation(guarantee_policy="b")) == rules.guarantee_policies[1]
    assert rules.policy_of(reservation(guarantee_policy="c")) is None
    assert rules.policy_of(reservation()) is None
    assert rules.guarantee_status_of(reservation(guarantee_policy="b"), at) is GuaranteeStatus.AWAITING
    assert rules.guarantee_status_of(reservation(guarantee_policy="a"), at) is GuaranteeStatus.NOT_GUARANTEED
    handed_in = reservation(guarantee_policy="b", guarantee_status=GuaranteeStatus.EXPIRED)
    assert rules.guarantee_status_of(handed_in, at) is GuaranteeStatus.EXPIRED


def test_a_setups_rules_are_the_part_that_decisions_read() -> None:
    policy = GuaranteePolicy(id="p", deposit=Deposit(fixed=eur("1")))
    made = setup(
        catch_up_hours=7, guarantee_policies=[policy], tasks=[task(amount=None, operation=Operation.ACTIONS_ONLY)]
    )
    assert made.rules == HouseRules(timezone="Europe/Sofia", catch_up_hours=7, guarantee_policies=[policy])
    assert "rules" not in repr(made)
    assert (
        repr(made.rules) == f"HouseRules(timezone={made.timezone!r}, guarantee_policies={(policy,)}, catch_up_hours=7)"
    )


def test_a_task_is_found_by_its_id() -> None:
    made = setup(tasks=[task(id="a"), task(id="b", active=False), task(id=PAN)])
    assert made.task("b") is made.tasks[1]
    assert refusal(made.task, "c") == (
        UnknownName,
        "unknown_id",
        "task: 'c' is not one of the setup's tasks (a, b, ••••••••••••1111)",
    )
    assert refusal(setup().task, "c")[2] == "task: 'c' is not one of the setup's tasks (none is set up)"


def test_a_payment_type_is_found_by_its_id() -> None:
    made = BonusSettings(payment_types=[bonus_type(id="a"), bonus_type(id=PAN)])
    assert made.payment_type("a") is made.payment_types[0]
    assert refusal(made.payment_type, "b") == (
        UnknownName,
        "unknown_id",
        "payment_type: 'b' is not one of the bonus payment types (a, ••••••••••••1111)",
    )
    assert refusal(BonusSettings().payment_type, "b")[2].endswith("(none is set up)")


@pytest.mark.parametrize(
    ("fields", "rate"),
    [
        ({}, "1"),
        ({"currency_type": "RUB"}, "1"),
        ({"currency_type": "RUB", "unit": Unit.CURRENCY}, "1"),
        ({"currency_type": "BYN", "unit": Unit.CURRENCY}, None),
        ({"currency_type": "BYN"}, "1"),  # points that are merely called so
        ({"currency_type": "BYN", "unit": Unit.CURRENCY, "rate": Rate.of("29.5")}, "29.5"),
        ({"rate": Rate.of("0.5")}, "0.5"),
    ],
)
def test_a_rate_is_one_only_where_nothing_is_converted(fields: dict[str, Any], rate: str | None) -> None:
    assert bonus_type(**fields).rate == (None if rate is None else Rate.of(rate))
    assert (bonus_type(**fields).step_worth is None) is (rate is None)


@pytest.mark.parametrize(
    ("currency", "rate", "step", "minor_units"),
    [
        ("RUB", "1", "0.01", 1),
        ("RUB", "1", "1", 100),
        ("JPY", "1", "0.01", Fraction(1, 100)),
        ("KWD", "0.5", "1", 500),
        ("EUR", "0.015", "0.01", Fraction(15, 1000)),
        ("EUR", "0.3", "0.07", Fraction(21, 10)),
    ],
)
def test_a_step_is_worth_minor_units(currency: str, rate: str, step: str, minor_units: Fraction | int) -> None:
    worth = bonus_type(currency=Currency.of(currency), rate=Rate.of(rate), step=Step.of(step)).step_worth
    assert worth is not None
    assert Fraction(*worth) == minor_units


def test_a_to_do_ends_with_the_amount() -> None:
    todo = CreateTodo("Deposit of {amount} due", "Payments")
    assert todo_text(todo, eur("1234.50")) == "Deposit of {amount} due: 1234.50 EUR"
    assert todo_text(todo, Money.of(120, "JPY")) == "Deposit of {amount} due: 120 JPY"
    assert todo_text(todo, eur("0")) == "Deposit of {amount} due: 0.00 EUR"
    assert todo_text(todo, None) == "Deposit of {amount} due"
    assert (todo.channel, CreateTodo("x").channel) == ("Payments", None)


@pytest.mark.parametrize(
    "kind",
    [
        BonusPaymentType,
        BonusSettings,
        Deposit,
        Filters,
        Folio,
        FolioBalance,
        FolioCharges,
        GuaranteePolicy,
        HouseRules,
        Payment,
        PreAuthorization,
        RequiredDeposit,
        Reservation,
        Setup,
        Task,
    ],
)
def test_what_has_many_fields_is_given_by_name(kind: Any) -> None:
    with pytest.raises(TypeError, match="positional"):
        kind("a", "b", "c")


def test_settings_cannot_be_changed() -> None:
    for thing, field in ((task(), "active"), (setup(), "paused"), (Filters(), "ota"), (bonus_type(), "enabled")):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(thing, field, True)


def test_formulas_of_different_kinds_are_never_the_same() -> None:
    formulas: list[Any] = [FolioBalance(), RequiredDeposit(), FolioCharges()]
    assert [[one == other for other in formulas] for one in formulas] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
