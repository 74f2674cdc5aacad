"""A task in words, as a person reads it in the demo."""

from __future__ import annotations

import pytest

from examples import eur, task
from hotelpay import (
    Adjustment,
    CardChoice,
    CardClass,
    CloseFolio,
    CreateTodo,
    Filters,
    FolioBalance,
    FolioCharges,
    Formula,
    GuaranteeStatus,
    Mode,
    Operation,
    RequiredDeposit,
    SendEmail,
    SetFolioVisibility,
    SetGuaranteeStatus,
    Share,
)
from hotelpay.cli import task_words


@pytest.mark.parametrize(
    ("mode", "hours", "words"),
    [
        (Mode.AFTER_CREATION, 168, "168 h after booking"),
        (Mode.BEFORE_ARRIVAL, 0, "at noon of arrival"),
        (Mode.BEFORE_ARRIVAL, 24, "24 h before noon of arrival"),
        (Mode.AFTER_ARRIVAL, 1, "1 h after check-in"),
        (Mode.BEFORE_DEPARTURE, 2, "2 h before noon of departure"),
        (Mode.AFTER_DEPARTURE, 0, "at check-out"),
        (Mode.AFTER_CANCELLATION, 0, "at cancellation"),
    ],
)
def test_when(mode: Mode, hours: int, words: str) -> None:
    assert task_words.when(task(mode=mode, offset_hours=hours)) == words


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(), "every reservation"),
        (Filters(ota=True), "OTA only"),
        (Filters(ota=False), "no OTA"),
        (Filters(cards=[CardClass.OTA_ONLY, CardClass.GUEST_AND_OTA]), "cards: guest and ota / ota only"),
        (Filters(guarantee_statuses=[GuaranteeStatus.NOT_GUARANTEED]), "guarantee: not guaranteed"),
        (Filters(guarantee_policies=["non_ref"], included_companies=["b", "a"]), "policy: non_ref\ncompany: a / b"),
        (Filters(excluded_agents=["expedia"]), "not agent: expedia"),
    ],
)
def test_which(filters: Filters, words: str) -> None:
    """A status is put into words; what a hotel named itself stands as it is."""
    assert task_words.which(task(filters=filters)) == words


def test_what() -> None:
    """Every action has its words, and the operation comes first."""
    actions = (
        SendEmail("receipt"),
        CloseFolio("invoice"),
        SetFolioVisibility(visible=True),
        SetFolioVisibility(visible=False),
        SetGuaranteeStatus(GuaranteeStatus.NOT_GUARANTEED),
        CreateTodo("Call the guest"),
    )
    assert task_words.what(task(on_success=actions)) == (
        "charge the last card, e-mail receipt, close the folio (invoice), show the folio, hide the folio, "
        "set not guaranteed, leave a to-do"
    )
    hold = task(operation=Operation.PREAUTHORIZATION, card=CardChoice.LAST_OTA)
    assert task_words.what(hold) == "block on the last OTA card"
    assert task_words.what(task(operation=Operation.ACTIONS_ONLY, on_success=actions[:1])) == "e-mail receipt"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (FolioBalance(), "the amount due"),
        (FolioBalance(adjust_percent=Adjustment.of(-50), fixed=eur("-2.00")), "the amount due -50 % - 2.00 EUR"),
        (RequiredDeposit(adjust_percent=Adjustment.of(10)), "the deposit still missing +10 %"),
        (FolioCharges(percent=Share.of(50)), "50 % of all charges"),
        (
            FolioCharges(percent=Share.of(30), nights=1, revenue_groups=["rooms"], fixed=eur("5.00")),
            "30 % or 1 night, the greater, of rooms + 5.00 EUR",
        ),
        (FolioCharges(nights=2, revenue_groups=["rooms", "packages"]), "2 nights of packages, rooms"),
        (FolioCharges(fixed=eur("100.00")), "100.00 EUR"),
        (FolioCharges(fixed=eur("0.00")), "nothing"),
    ],
)
def test_how_much(amount: Formula, words: str) -> None:
    assert task_words.how_much(task(amount=amount)) == words


def test_how_much_at_most() -> None:
    limited = task(max_amount=eur("2000.00"))
    assert task_words.how_much(limited) == "the amount due; above 2000.00 EUR a person decides"
    assert task_words.how_much(task(operation=Operation.ACTIONS_ONLY)) == "nothing"
