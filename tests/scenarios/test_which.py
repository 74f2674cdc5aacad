"""Which reservations a task takes: filters, cards, one turn each."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from examples import SOFIA, cards, codes, decided, folio, reservation, task, utc
from hotelpay import (
    CardChoice,
    CardClass,
    Filters,
    FolioBalance,
    GuaranteePolicy,
    GuaranteeStatus,
    HouseRules,
    InvalidValue,
    Mode,
    Operation,
    Problem,
    Reservation,
    ReservationStatus,
    Run,
    SetFolioVisibility,
    decide,
    decide_all,
)
from hotelpay.moments import utc_datetime
from scenario_marks import scenario

AT = "2024-01-10 07:30"
GUARANTEED = {"guarantee_status": GuaranteeStatus.GUARANTEED}


def reasons(filters: Filters, rules: HouseRules = SOFIA, at: str = AT, **fields: Any) -> list[str]:
    """Return why a task with these filters does not take a reservation with these fields."""
    taken = reservation(**fields)
    this = task(filters=filters)
    return codes(decided(this, taken, at, rules))


@pytest.mark.parametrize(
    ("filters", "fields", "expected"),
    [
        scenario("AP-FILTER-EMPTY", Filters(), {}, []),
        scenario("AP-FILTER-EMPTY", Filters(), {"ota": True, "company": "a", "cards": ()}, []),
        scenario(
            "AP-FILTER-AND",
            Filters(guarantee_statuses=[GuaranteeStatus.GUARANTEED], included_agents=["expedia"]),
            {**GUARANTEED, "agent": "expedia"},
            [],
        ),
        scenario(
            "AP-FILTER-AND",
            Filters(guarantee_statuses=[GuaranteeStatus.GUARANTEED], included_agents=["expedia"]),
            {**GUARANTEED, "agent": "booking"},
            ["agent"],
        ),
        scenario(
            "AP-FILTER-AND",
            Filters(guarantee_statuses=[GuaranteeStatus.GUARANTEED], included_agents=["expedia"]),
            {"agent": None},
            ["guarantee_status", "agent"],
        ),
        scenario("AP-FILTER-OTA-NO", Filters(ota=False), {"ota": False}, []),
        scenario("AP-FILTER-OTA-NO", Filters(ota=False), {"ota": True}, ["ota"]),
        pytest.param(Filters(ota=True), {"ota": True}, [], id="ota-yes"),
        pytest.param(Filters(ota=True), {"ota": False}, ["ota"], id="ota-yes-not"),
        scenario("AP-COMPANY-IN", Filters(included_companies=["a"]), {"company": "a"}, []),
        scenario("AP-COMPANY-IN", Filters(included_companies=["a"]), {"company": "b"}, ["company"]),
        scenario("AP-COMPANY-OUT", Filters(excluded_companies=["a"]), {"company": "a"}, ["company"]),
        scenario("AP-COMPANY-OUT", Filters(excluded_companies=["a"]), {"company": "b"}, []),
        scenario("AP-COMPANY-NOBODY", Filters(included_companies=["a"]), {"company": None}, ["company"]),
        scenario("AP-COMPANY-NOBODY", Filters(excluded_companies=["a"]), {"company": None}, []),
        pytest.param(Filters(excluded_agents=["x", "y"]), {"agent": "y"}, ["agent"], id="agent-excluded"),
        pytest.param(Filters(included_agents=["x", "y"]), {"agent": "y"}, [], id="any-of-the-agents"),
        pytest.param(Filters(guarantee_policies=["flex"]), {"guarantee_policy": "flex"}, [], id="policy"),
        pytest.param(Filters(guarantee_policies=["flex"]), {}, ["guarantee_policy"], id="no-policy"),
    ],
)
def test_filters_must_all_hold(filters: Filters, fields: dict[str, Any], expected: list[str]) -> None:
    assert reasons(filters, **fields) == expected


@pytest.mark.parametrize(
    ("kinds", "only"),
    [
        scenario("AP-CARDS-NONE", (), CardClass.NONE),
        scenario("AP-CARDS-GUEST", ("guest", "guest"), CardClass.GUEST_ONLY),
        scenario("AP-CARDS-OTA", ("ota",), CardClass.OTA_ONLY),
        scenario("AP-CARDS-BOTH", ("guest", "ota"), CardClass.GUEST_AND_OTA),
    ],
)
def test_exactly_one_class_of_cards_holds(kinds: tuple[str, ...], only: CardClass) -> None:
    for card_class in CardClass:
        expected = [] if card_class is only else ["cards"]
        assert reasons(Filters(cards=[card_class]), cards=cards(*kinds)) == expected
    assert reasons(Filters(cards=list(CardClass)), cards=cards(*kinds)) == []


@pytest.mark.parametrize("what", ["companies", "agents"])
def test_a_profile_cannot_be_included_and_excluded(what: str) -> None:
    lists: dict[str, Any] = {f"included_{what}": ["a", "b"], f"excluded_{what}": ["b"]}
    with pytest.raises(InvalidValue, match=f"excluded_{what}: 'b'"):
        Filters(**lists)


FLEX = GuaranteePolicy(id="flex", guarantee_period_hours=48)
LOOSE = GuaranteePolicy(id="loose")


@pytest.mark.parametrize(
    ("policy", "handed_in", "at", "status"),
    [
        ("flex", None, "2024-01-12 07:15", GuaranteeStatus.AWAITING),
        ("flex", None, "2024-01-12 07:30", GuaranteeStatus.EXPIRED),
        ("loose", None, "2024-01-12 07:15", GuaranteeStatus.NOT_GUARANTEED),
        ("unknown", None, "2024-01-12 07:15", GuaranteeStatus.NOT_GUARANTEED),
        (None, None, "2024-01-12 07:15", GuaranteeStatus.NOT_GUARANTEED),
        ("flex", GuaranteeStatus.GUARANTEED, "2024-01-12 07:15", GuaranteeStatus.GUARANTEED),
        ("flex", GuaranteeStatus.EXPIRED, "2024-01-10 07:30", GuaranteeStatus.EXPIRED),
    ],
)
def test_a_missing_guarantee_status_is_derived(
    policy: str | None, handed_in: GuaranteeStatus | None, at: str, status: GuaranteeStatus
) -> None:
    """Domain 2.2: awaiting before creation + the period, expired from then on; only a PMS says guaranteed."""
    rules = HouseRules(timezone="Europe/Sofia", guarantee_policies=[FLEX, LOOSE], catch_up_hours=72)
    for wanted in GuaranteeStatus:
        found = reasons(
            Filters(guarantee_statuses=[wanted]), rules, at, guarantee_policy=policy, guarantee_status=handed_in
        )
        assert found == ([] if wanted is status else ["guarantee_status"])


@pytest.mark.parametrize(
    ("choice", "card"),
    [
        scenario("AP-CARD-LAST", CardChoice.LAST, "c3"),
        scenario("AP-CARD-OTA", CardChoice.LAST_OTA, "c2"),
        scenario("AP-CARD-GUEST", CardChoice.LAST_GUEST, "c3"),
        pytest.param(None, "c3", id="the last unless it says otherwise"),
    ],
)
def test_the_card_added_last_is_used(choice: CardChoice | None, card: str) -> None:
    run = decided(task(card=choice), reservation(cards=cards("guest", "ota", "guest")), AT)
    assert isinstance(run, Run)
    assert (run.card, run.problem) == (card, None)


@pytest.mark.scenario("AP-CARD-MISSING")
@pytest.mark.parametrize("operation", [Operation.PAYMENT, Operation.PREAUTHORIZATION])
def test_without_a_fitting_card_the_run_is_an_attempt_that_fails(operation: Operation) -> None:
    this = task(card=CardChoice.LAST_OTA, operation=operation)
    run = decided(this, reservation(cards=cards("guest", "guest")), AT)
    assert isinstance(run, Run)
    assert (run.card, run.problem, run.needs_person) == (None, Problem.NO_CARD, False)


EXPEDIA = Filters(included_agents=["expedia"], cards=[CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA])


@pytest.mark.scenario("AP-EXPEDIA-VCC")
def test_virtual_cards_are_charged_at_noon_of_the_arrival() -> None:
    this = task(mode=Mode.BEFORE_ARRIVAL, filters=EXPEDIA, card=CardChoice.LAST_OTA, amount=FolioBalance())
    taken = reservation(agent="expedia", ota=True, cards=cards("ota", "guest"), folios=[folio("300", paid=("50",))])
    run = decided(this, taken, "2024-02-01 10:00")
    assert isinstance(run, Run)
    assert run.amount is not None
    assert (utc_datetime(run.due_at), run.card, str(run.amount.total)) == (utc("2024-02-01 10:00"), "c1", "250.00 EUR")
    assert codes(decided(this, reservation(agent="booking", cards=cards("ota")), "2024-02-01 10:00")) == ["agent"]
    assert codes(decided(this, reservation(agent="expedia"), "2024-02-01 10:00")) == ["cards"]


@pytest.mark.scenario("AP-EXPEDIA-HIDE")
def test_the_folio_of_a_virtual_card_is_hidden_without_a_payment() -> None:
    """No formula, so the balance does not matter either."""
    hide = SetFolioVisibility(visible=False)
    this = task(operation=Operation.ACTIONS_ONLY, filters=EXPEDIA, on_success=[hide])
    taken = reservation(agent="expedia", cards=cards("ota"), folios=[folio("300", paid=("300",))])
    run = decided(this, taken, AT)
    assert isinstance(run, Run)
    assert (run.amount, run.card, run.folio, run.problem) == (None, None, "F1", None)
    assert run.task.on_success == (hide,)


@pytest.mark.scenario("AP-ONCE-FAILED")
def test_a_pair_that_had_its_turn_is_never_taken_again() -> None:
    """What the outcome was does not matter: the pair is processed."""
    decision = decide(task(), reservation(), at=utc(AT), rules=SOFIA, processed={("T1", "R1")})
    assert codes(decision) == ["already_processed"]
    assert decide_all(task(), [reservation()], at=utc(AT), rules=SOFIA, processed={("T1", "R1")}) == []


@pytest.mark.scenario("AP-ONCE-EDIT")
def test_editing_a_task_gives_no_second_turn() -> None:
    edited = attrs.evolve(task(name="now it charges half"), offset_hours=3, active=False)
    again = attrs.evolve(edited, active=True)
    processed = {("T1", "R1")}
    assert codes(decide(again, reservation(), at=utc("2024-01-10 10:30"), rules=SOFIA, processed=processed)) == [
        "already_processed"
    ]
    assert isinstance(decide(again, reservation(id="R2"), at=utc("2024-01-10 10:30"), rules=SOFIA), Run)


def test_a_task_that_is_switched_off_takes_nothing() -> None:
    assert codes(decided(task(active=False), reservation(), AT)) == ["inactive"]
    assert decide_all(task(active=False), [reservation()], at=utc(AT), rules=SOFIA) == []


def test_a_skip_lists_every_reason_in_the_documented_order() -> None:
    this = task(
        active=False,
        mode=Mode.BEFORE_ARRIVAL,
        filters=Filters(
            guarantee_statuses=[GuaranteeStatus.GUARANTEED],
            guarantee_policies=["flex"],
            ota=True,
            cards=[CardClass.OTA_ONLY],
            included_companies=["a"],
            excluded_agents=["b"],
        ),
    )
    taken: Reservation = reservation(status=ReservationStatus.NO_SHOW, agent="b", folios=())
    decision = decide(this, taken, at=utc("2024-01-30 10:00"), rules=SOFIA, processed={("T1", "R1")})
    assert codes(decision) == [
        "inactive",
        "already_processed",
        "wrong_status",
        "not_due",
        "guarantee_status",
        "guarantee_policy",
        "ota",
        "cards",
        "company",
        "agent",
        "no_open_folio",
    ]
