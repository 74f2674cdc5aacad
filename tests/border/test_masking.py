"""Masking against its definition, written down again without any of its shortcuts."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from border.planted import NUMBERS, WRITTEN, is_told_by, stands_in
from hotelpay.card_numbers import _ISSUER_RANGES, contains_card_number, mask_card_numbers
from hotelpay.documents.faults import in_path
from hotelpay.errors import InvalidValue, shown

_BETWEEN: Final = " \t.\u00a0\u2010\u2011\u2012\u2013\u2014\u2015-"


def masked_by_definition(text: str) -> str:
    """Mask all but the last four digits of every number, and look again at what is left."""
    places = {place for number in numbers_by_definition(text) for place in number[:-4]}
    if not places:
        return text
    return masked_by_definition("".join("•" if place in places else each for place, each in enumerate(text)))


def numbers_by_definition(text: str) -> list[list[int]]:
    """Return where the digits of each number stand: whole groups, one separator between two of them at most."""
    groups = [list(range(*group.span())) for group in re.finditer(r"\d+", text)]
    found = []
    for first in range(len(groups)):
        together = accumulate(
            groups[first:], lambda places, group: places + group if _are_one(text, places, group) else []
        )
        found += [places for places in together if places and _is_number("".join(text[each] for each in places))]
    return found


def _are_one(text: str, places: list[int], group: list[int]) -> bool:
    return bool(places) and group[0] == places[-1] + 2 and text[group[0] - 1] in _BETWEEN


def _is_number(written: str) -> bool:
    digits = [int(each) for each in written]
    text = "".join(map(str, digits))
    issued = any(
        first <= text[: len(first)] <= last and len(text) in lengths for first, last, lengths in _ISSUER_RANGES
    )
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return issued and (sum(digits[::-2]) + sum(doubled)) % 10 == 0


_PIECES: Final = st.lists(
    st.sampled_from([*NUMBERS.values(), *WRITTEN.values(), *" .-x•٤", "4", "6", "11", "62", "0", "4111", "1111 "]),
    max_size=12,
).map("".join)
_CROWDED: Final = st.text(alphabet="0123456789 -.x\u0660\u0664\u2013", max_size=80)


@given(_PIECES | _CROWDED)
def test_what_is_masked_is_what_the_definition_says(text: str) -> None:
    assert mask_card_numbers(text) == masked_by_definition(text)
    assert contains_card_number(text) == bool(numbers_by_definition(text))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("6011111111111117 4111111111111111", "••••••••••••1117 ••••••••••••1111"),
        # A group of more digits than any number has is part of none, and parts what is beside it.
        ("4111 1111 1111 1111 " + "0" * 20 + " 1111", "•••• •••• •••• 1111 " + "0" * 20 + " 1111"),
    ],
)
def test_numbers_beside_numbers(text: str, masked: str) -> None:
    assert mask_card_numbers(text) == masked


def test_the_rest_of_a_number_may_begin_another() -> None:
    """The last four digits of the first, with the twelve after them, are a Visa number again."""
    chained = next(
        f"41111111111{last} {rest:012d}"
        for last in range(14000, 15000)
        for rest in range(10)
        if contains_card_number(f"41111111111{last}") and contains_card_number(f"{last - 10000}{rest:012d}")
    )
    assert len(numbers_by_definition(chained)) == 1
    assert mask_card_numbers(chained) == masked_by_definition(chained)
    assert mask_card_numbers(chained).count("•") == 24


# Pictures of values: what is made of digits must not look like a number either.

_VALUES: Final = st.one_of(
    _PIECES, st.text(), st.binary(), st.builds("{}{}{}".format, st.text(max_size=3), _PIECES, st.text(max_size=3))
)


@given(_VALUES)
def test_no_picture_of_a_value_shows_a_number(value: str | bytes) -> None:
    for said in (shown(value), shown([value]), in_path(str(value))):
        assert not stands_in(said)
        assert not contains_card_number(said)
        assert said.isprintable()
        assert len(said) < 200


@pytest.mark.parametrize("written", WRITTEN.values())
def test_an_errors_arguments_hold_no_number(written: str) -> None:
    """They are what a queue stores and a log collects of it."""
    error = InvalidValue("hotel", f"card {written}", "right")
    assert not is_told_by(f"{error.args} {vars(error)}")
    assert error.value == mask_card_numbers(f"card {written}")
    assert InvalidValue("hotel", "R1", "right").value == "R1"
