"""``hotelpay bonus redeem`` and ``reverse``: points for a payment on a folio, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from command_line import AT, RESERVATIONS, Answer, Hotel, hotelpay
from hotelpay.adapters.sql import open_store

JSON: Final = ("--format", "json")
CARD: Final = "7000123412349876"
MASKED: Final = "•••9876"


@pytest.fixture
def hotel(tmp_path: Path) -> Hotel:
    """Return a hotel where a guest owes 1800.00 RUB."""
    made = Hotel(tmp_path)
    guest = json.loads(json.dumps(RESERVATIONS[1]))
    guest["folios"][0] |= {
        "currency": "RUB",
        "charges": [{"revenue_group": "extras", "amount": "1800.00"}],
        "payments": [],
    }
    made.write("reservations.jsonl", [guest])
    return made


def redeem(hotel: Hotel, points: str, name: str, *more: str | Path, card: str = CARD, stdin: bytes = b"") -> Answer:
    about = ("--reservation", "R-1001", "--folio", "F1", "--payment-type", "kontur")
    asked = ("--card", card, f"--points={points}", "--redemption", name, "--at", AT)
    return hotelpay("bonus", "redeem", "-s", hotel.setup, "--db", hotel.store, *about, *asked, *more, stdin=stdin)


def redeemed(hotel: Hotel, points: str = "450", name: str = "B-1") -> dict[str, Any]:
    """Redeem on a fresh store with a full card."""
    more = ("-r", hotel.reservations, "--card-balance", "9746600.38", *JSON)
    found: dict[str, Any] = redeem(hotel, points, name, *more).json
    return found


def reverse(hotel: Hotel, name: str, *more: str) -> Answer:
    return hotelpay(
        "bonus", "reverse", "--db", hotel.store, "--redemption", "B-1", "--reversal", name, "--at", AT, *more
    )


def payments(hotel: Hotel) -> list[tuple[str, str | None, str | None]]:
    with open_store(hotel.store, "default", "auditor") as store:
        found = store.hotel.reservation("R-1001")
        assert found is not None
        paid = sorted(found.folios[0].payments, key=lambda payment: -payment.amount.minor)
        return [(each.amount.text, each.payment_type, each.comment) for each in paid]


def test_points_become_a_payment(hotel: Hotel) -> None:
    found = redeemed(hotel)
    settlement = found["settlement"]
    assert settlement.pop("reference").startswith("sim-")
    assert found == {
        "redemption": "B-1",
        "refusal": None,
        "settlement": {
            "kind": "redemption",
            "names": ["B-1"],
            "attempt": 1,
            "task": None,
            "reservation": "R-1001",
            "amount": "450.00",
            "currency": "RUB",
            "outcome": "approved",
            "reason": None,
            "folio": "F1",
            "payment_type": "kontur",
            "card": MASKED,
            "points": "450.00",
            "currency_type": "BONUS",
        },
        "quote": found["quote"],
        "needs_person": [],
    }
    assert (found["quote"]["points"], found["quote"]["card_balance"]) == ("450.00", "9746600.38")
    assert payments(hotel) == [("450.00", "kontur", None)]


def test_people_get_a_table(hotel: Hotel) -> None:
    answer = redeem(hotel, "450", "B-1", "-r", hotel.reservations, "--card-balance", "1000", "--comment", "at the desk")
    assert (answer.status, answer.err) == (0, "")
    rows = [line.split() for line in answer.out.splitlines()]
    assert ["outcome", "approved"] in rows
    assert ["card", MASKED] in rows
    assert ["amount", "450.00", "RUB"] in rows
    assert payments(hotel) == [("450.00", "kontur", "at the desk")]


def test_the_same_id_again_does_nothing_twice(hotel: Hotel) -> None:
    first = redeemed(hotel)
    again = redeem(hotel, "450", "B-1", *JSON).json
    assert again["settlement"] == first["settlement"]
    assert len(payments(hotel)) == 1
    other = redeem(hotel, "450", "B-1", card="7000123412340000")
    assert (other.status, other.out) == (2, "")
    assert other.err == "hotelpay: redemption: 'B-1' is not an id of its own\n"


def test_a_card_is_filled_once(hotel: Hotel) -> None:
    redeemed(hotel)
    found = redeem(hotel, "337.5", "B-2", "--card-balance", "5000", *JSON).json
    assert found["quote"]["card_balance"] == "9746150.38"
    assert [amount for amount, *_ in payments(hotel)] == ["450.00", "337.50"]


def test_more_than_the_quote_is_refused_and_nothing_happens(hotel: Hotel) -> None:
    redeemed(hotel)
    answer = redeem(hotel, "337.51", "B-2", *JSON)
    found = answer.told(2, "hotelpay: more points than may be redeemed; nothing was done\n")
    assert (found["refusal"], found["settlement"]) == ("more_than_quote", None)
    assert (found["quote"]["points"], found["quote"]["limited_by"]) == ("337.50", "cap")
    assert len(payments(hotel)) == 1
    told = redeem(hotel, "337.51", "B-2")
    assert told.status == 2
    assert "337.50 points = 337.50 RUB" in told.out


def test_an_empty_card_says_so(hotel: Hotel) -> None:
    answer = redeem(hotel, "1", "B-1", "-r", hotel.reservations, *JSON)
    assert answer.status == 2
    assert [reason["code"] for reason in json.loads(answer.out)["quote"]["reasons"]] == ["empty_card"]


def test_a_number_may_come_from_standard_input(hotel: Hotel) -> None:
    more = ("-r", hotel.reservations, "--card-balance", "1000", *JSON)
    found = redeem(hotel, "450", "B-1", *more, card="-", stdin=CARD.encode() + b"\n").json
    assert found["settlement"]["card"] == MASKED


@pytest.mark.parametrize(
    "arguments",
    [("450", "B-1"), ("450.001", "B-1"), ("99999", "B-1"), ("450", "B\n1")],
    ids=["done", "off the step", "too many", "no id"],
)
def test_the_number_of_the_card_is_never_printed(hotel: Hotel, arguments: tuple[str, str]) -> None:
    for output in ("json", "table"):
        answer = redeem(hotel, *arguments, "-r", hotel.reservations, "--card-balance", "1000", "--format", output)
        assert CARD not in answer.out + answer.err
    assert CARD not in reverse(hotel, "back").out
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    ("points", "more", "said"),
    [
        ("450.001", (), "points: '450.001 BONUS' is not above zero and in steps of 0.01"),
        ("0", (), "points: '0 BONUS' is not above zero"),
        ("450", ("--payment-type", "nope"), "'nope' is not one of the bonus payment types"),
        ("450", ("--reservation", "nope"), "reservation: 'nope' is not one of the hotel's reservations"),
        ("450", ("--folio", "nope"), "folio: 'nope' is not a folio of the reservation"),
    ],
)
def test_what_cannot_be_asked_is_wrong_input(hotel: Hotel, points: str, more: tuple[str, ...], said: str) -> None:
    answer = redeem(hotel, points, "B-1", "-r", hotel.reservations, "--card-balance", "1000", *more)
    assert (answer.status, answer.out) == (2, "")
    assert said in answer.err


def test_a_redemption_needs_a_store_with_reservations(hotel: Hotel) -> None:
    answer = redeem(hotel, "450", "B-1")
    assert (answer.status, answer.err) == (2, f"hotelpay: {hotel.store}: No such file or directory\n")
    assert not hotel.store.exists()


def test_a_reversal_takes_the_payment_back(hotel: Hotel) -> None:
    redeemed(hotel)
    part = reverse(hotel, "part", "--points", "50", *JSON).json
    assert (part["reversal"], part["settlement"]["outcome"], part["settlement"]["amount"]) == ("part", "done", "50.00")
    assert part["settlement"]["card"] == MASKED
    assert reverse(hotel, "part", *JSON).json["settlement"] == part["settlement"]
    whole = reverse(hotel, "rest").out
    assert ["amount", "400.00", "RUB"] in [line.split() for line in whole.splitlines()]
    assert [amount for amount, *_ in payments(hotel)] == ["450.00", "-50.00", "-400.00"]
    left = redeem(hotel, "450", "B-2", *JSON).json
    assert left["quote"]["card_balance"] == "9746600.38"


@pytest.mark.parametrize(
    ("more", "refusal", "said"),
    [
        (("--points", "450.01"), "more_than_taken", "more points than the redemption took"),
        ((), None, None),
    ],
)
def test_no_more_is_reversed_than_was_taken(
    hotel: Hotel, more: tuple[str, ...], refusal: str | None, said: str | None
) -> None:
    redeemed(hotel)
    answer = reverse(hotel, "back", *more, *JSON)
    assert answer.status == (2 if refusal else 0)
    assert json.loads(answer.out)["refusal"] == refusal
    assert (said or "") in answer.err


def test_what_was_never_redeemed_cannot_be_reversed(hotel: Hotel) -> None:
    hotel.run()
    for more in ((), ("--points", "5")):
        answer = reverse(hotel, "back", *more)
        assert (answer.status, answer.out) == (2, "")
        assert "redemption: 'B-1' is not one that was begun" in answer.err


def test_the_points_are_in_the_report(hotel: Hotel) -> None:
    redeemed(hotel)
    reverse(hotel, "part", "--points", "50")
    found = hotelpay("report", "--db", hotel.store, *JSON).json
    assert found["adds_up"]
    assert found["cards"] == []
    assert found["postings"] == [{"currency": "RUB", "postings": 2, "amount": "400.00"}]
    assert [(row["kind"], row["outcome"], row["approved"]) for row in found["operations"]] == [
        ("redemption", "approved", "450.00"),
        ("reversal", "done", "-50.00"),
    ]


def test_a_charge_on_its_way_is_settled_by_the_processor_it_went_to(tmp_path: Path) -> None:
    """Whoever redeems settles first what is unfinished, and no person is called for what can be found out."""
    hotel = Hotel(tmp_path)
    assert hotel.run(*JSON, "--timeouts", "100").json["runs"][1]["outcome"] == "unknown"
    assert redeem(hotel, "1", "B-1", "--card-balance", "1000").status == 2
    found = hotelpay("report", "--db", hotel.store, *JSON).json
    assert [row["reservation"] for row in found["unfinished"]] == ["R-1002"]
    assert (found["needs_person"], found["adds_up"]) == ([], True)
