"""What is taken for a payment card's number, what is not, and what is left of one."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotelpay.card_numbers import contains_card_number, mask_card_numbers

ANY_LENGTH: Final = range(10, 23)


class Issuer(NamedTuple):
    """Prefixes at both ends of an issuer's ranges, their neighbours that nobody issues, and the lengths."""

    prefixes: tuple[str, ...]
    neighbours: tuple[str, ...]
    lengths: tuple[int, ...]


ISSUERS: Final = {
    "Visa": Issuer(("40", "49"), ("39000",), (13, 16, 19)),
    "Mastercard": Issuer(("51", "52", "55"), ("50", "56"), (16,)),
    "Mastercard, second series": Issuer(("2221", "2500", "2720"), ("2220", "2721"), (16,)),
    "American Express": Issuer(("34", "37"), ("33", "35"), (15,)),
    "Diners Club": Issuer(("300", "305", "36", "38", "39"), ("299", "306"), (14, 16, 19)),
    "JCB": Issuer(("3528", "3550", "3589"), ("3527", "3590"), (16, 17, 18, 19)),
    "Discover": Issuer(("6011", "644", "649", "65"), ("6010", "6012", "643", "66"), (16, 17, 18, 19)),
    "UnionPay": Issuer(("62",), ("61", "63"), (16, 17, 18, 19)),
    "Mir": Issuer(("2200", "2204"), ("2199", "2205"), (16, 17, 18, 19)),
    "Maestro": Issuer(
        ("5018", "5020", "5038", "5893", "6304", "6759", "6761", "6763"),
        ("5017", "5019", "5021", "5037", "5039", "5892", "5894", "6303", "6305", "6758", "6760", "6764"),
        (12, 13, 14, 15, 16, 17, 18, 19),
    ),
}
#: Numbers that payment processors publish for tests.
PUBLISHED: Final = (
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "3530111333300000",
    "6011111111111117",
    "6205500000000000004",
    "2200000000000053",
    "6304000000000000",
)


def luhn_sum(digits: str) -> int:
    """Return Luhn's sum, written another way than in the library: a table of doubled digits."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    return sum(map(int, digits[::-1][::2])) + sum(doubled[int(digit)] for digit in digits[::-1][1::2])


def number(prefix: str, length: int) -> str:
    """Return the number of that length that begins with ``prefix`` and passes Luhn, zeros between."""
    body = prefix.ljust(length - 1, "0")
    return body + str(-luhn_sum(body + "0") % 10)


@pytest.mark.parametrize("issuer", ISSUERS.values(), ids=ISSUERS)
def test_an_issuers_numbers_are_known_by_prefix_and_length(issuer: Issuer) -> None:
    for prefix in issuer.prefixes:
        lengths = [length for length in ANY_LENGTH if contains_card_number(number(prefix, length))]
        assert lengths == list(issuer.lengths), prefix


@pytest.mark.parametrize("issuer", ISSUERS.values(), ids=ISSUERS)
def test_the_prefixes_beside_a_range_are_nobodys_at_these_lengths(issuer: Issuer) -> None:
    # "39000" would be a Diners Club number at other lengths than Visa's 13.
    lengths = (13,) if issuer is ISSUERS["Visa"] else ANY_LENGTH
    found = [
        prefix for prefix in issuer.neighbours for length in lengths if contains_card_number(number(prefix, length))
    ]
    assert found == []


@pytest.mark.parametrize("digits", PUBLISHED)
def test_one_wrong_digit_makes_it_no_card_number(digits: str) -> None:
    assert contains_card_number(digits)
    for place in range(len(digits)):
        for wrong in set("0123456789") - {digits[place]}:
            assert not contains_card_number(digits[:place] + wrong + digits[place + 1 :])


def test_numbers_of_other_things_are_no_card_numbers() -> None:
    others = (
        "",
        "4",
        "0000000000000000",  # passes Luhn, begins like nobody's
        "1234567812345670",
        "2024-01-10T07:30:00",
        "BG80BNBG96611020345678",
        "+359 88 812 3456",
        "9411111111111111",
        "1" * 10_000,
    )
    assert [text for text in others if contains_card_number(text) or mask_card_numbers(text) != text] == []


@pytest.mark.parametrize("separator", [" ", "-", ".", "\t", "\u00a0", "\u2010", "\u2011", "\u2013", "\u2014", "\u2015"])
def test_a_number_written_in_groups_is_one_number(separator: str) -> None:
    written = separator.join(("4111", "1111", "1111", "1111"))
    assert contains_card_number(written)
    assert mask_card_numbers(written) == separator.join(("••••", "••••", "••••", "1111"))


@pytest.mark.parametrize("separator", [", ", " and ", "x", ":", "\n"])
def test_numbers_in_a_list_are_not_read_as_one(separator: str) -> None:
    assert not contains_card_number(separator.join(("4111", "1111", "1111", "1111")))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("card 4111111111111111!", "card ••••••••••••1111!"),
        ("x4111111111111111y", "x••••••••••••1111y"),
        ("room 12 4111 1111 1111 1111", "room 12 •••• •••• •••• 1111"),
        ("3782 822463 10005 until 12", "•••• •••••• •0005 until 12"),
        ("4111 1111 1111 1111 12 26", "•••• •••• •••• 1111 12 26"),
        ("4111111111111111, 5555555555554444", "••••••••••••1111, ••••••••••••4444"),
        ("4111111111111111 5555555555554444", "••••••••••••1111 ••••••••••••4444"),
        ("501800000009", "••••••••0009"),
        ("4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", "•-•-•-•-•-•-•-•-•-•-•-•-1-1-1-1"),
        ("44111111111111111", "44111111111111111"),
        ("41111111111111111111", "41111111111111111111"),
    ],
)
def test_all_but_the_last_four_digits_are_masked(text: str, masked: str) -> None:
    assert mask_card_numbers(text) == masked


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\u0966", "\uff10"], ids=["Arabic", "Persian", "Hindi", "wide"])
def test_no_script_hides_a_number(zero: str) -> None:
    other = {ord(digit): chr(ord(zero) + int(digit)) for digit in "0123456789"}
    assert mask_card_numbers("4111111111111111".translate(other)) == "••••••••••••" + "1111".translate(other)
    assert mask_card_numbers("4111 " + "1111".translate(other) + " 1111 1111") == "•••• •••• •••• 1111"


@given(st.sampled_from(PUBLISHED), st.text(), st.text(), st.sampled_from(["", " ", "-"]))
def test_whatever_stands_around_it_a_number_is_masked(digits: str, before: str, after: str, separator: str) -> None:
    text = f"{before}|{separator.join(digits)}|{after}"
    masked = mask_card_numbers(text)
    assert contains_card_number(text)
    assert len(masked) == len(text)
    assert digits not in re.sub("[ -]", "", masked)
    assert f"|{separator.join('•' * (len(digits) - 4) + digits[-4:])}|" in masked


@given(st.text(alphabet="0123456789 -.x\u0660\u0664", max_size=60))
def test_only_digits_of_numbers_are_replaced(text: str) -> None:
    masked = mask_card_numbers(text)
    replaced = [(was, now) for was, now in zip(text, masked, strict=True) if was != now]
    assert all(was.isdecimal() and now == "•" for was, now in replaced)
    assert bool(replaced) == contains_card_number(text)


def test_the_end_of_a_number_may_begin_another_one() -> None:
    """The four digits that are left of the first, with those that follow, would be a card's again."""
    assert mask_card_numbers("4000000000024242 424242424242") == "•" * 16 + " " + "•" * 8 + "4242"


def test_digits_that_words_part_are_no_number() -> None:
    text = "4111 and 1111 1111 1111"
    assert not contains_card_number(text)
    assert mask_card_numbers(text) == text


def test_a_single_digit_before_a_number_does_not_hide_it() -> None:
    assert mask_card_numbers("1 4111111111111111") == "1 ••••••••••••1111"
