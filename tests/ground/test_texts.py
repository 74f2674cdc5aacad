"""What a text, a number, a switch and a choice may be where they enter."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.refusals import refusal
from hotelpay import InvalidValue, WrongType
from hotelpay.texts import (
    all_different,
    card_token,
    choice,
    every,
    free_text,
    identifier,
    optional_identifier,
    switch,
    text_set,
    whole_number,
)

PAN = "4111111111111111"


class Colour(enum.Enum):
    """A choice for examples."""

    RED = "red"
    BLUE = "blue"


class Name(str):
    """A text that is not quite one."""

    __slots__ = ()


def test_an_identifier_is_1_to_128_printable_characters() -> None:
    for value in ("a", " ", "x" * 128, "Стая 12", "é", "{brace}", PAN, "👩"):
        assert identifier(value, "id") == value
        assert optional_identifier(value, "id") == value


def test_other_texts_identify_nothing() -> None:
    unprintable = ("a\n", "a\tb", "\x00", "a\x7f", "\ud800", "a\u00a0b", "\u202eabc", "a\u200b", "\u2028")
    for value in ("", "x" * 129, *unprintable):
        kind, code, sentence = refusal(identifier, value, "hotel")
        assert (kind, code) == (InvalidValue, "not_an_identifier")
        assert sentence.startswith("hotel: ")
        assert sentence.endswith(" is not a text of 1 to 128 printable characters")
        assert sentence.isprintable()
        assert refusal(optional_identifier, value, "hotel") == (kind, code, sentence)


@pytest.mark.parametrize("check", [identifier, card_token])
@pytest.mark.parametrize("value", [None, 7, 1.5, True, b"a", ["a"], Name("a"), Colour.RED])
def test_only_a_text_identifies(check: Callable[..., str], value: Any) -> None:
    kind, code, sentence = refusal(check, value, "id")
    assert (kind, code) == (WrongType, "wrong_type")
    assert sentence.endswith(f"({type(value).__name__}) is not a text")


def test_an_optional_text_may_be_missing() -> None:
    assert optional_identifier(None, "id") is None


def test_a_card_token_is_an_identifier_that_is_no_card_number() -> None:
    assert card_token("tok_4111", "id") == "tok_4111"
    assert card_token("4111111111111112", "id") == "4111111111111112"
    assert refusal(card_token, "", "id")[1] == "not_an_identifier"
    for written in (PAN, "4111 1111 1111 1111", f"pm_{PAN}_x", "3782-822463-10005"):
        assert refusal(card_token, written, "card") == (
            InvalidValue,
            "card_number",
            "card: 'a card number, not repeated here' is not a token of the payment processor",
        )


def test_free_text_is_kept_as_it_was_written() -> None:
    joined = "\u200f\u05d0\u200d"
    for value in (
        "",
        "x" * 4000,
        "two\nlines\r\n\tand a tab",
        "{0.__class__}",
        "<b>",
        joined,
        "a\u00a0b",
        "\u2028",
        "•",
    ):
        assert free_text(value) == value
        assert free_text(value, "comment") == value


def test_free_text_takes_neither_controls_nor_more_than_4000_characters() -> None:
    controls = ("\x00", "\x08", "\x0b", "\x0c", "\x0e", "\x1b[2J", "\x1f", "\x7f", "\x9f", "\ud800", "a\udfff")
    for value in ("x" * 4001, "\n" * 4001, *controls):
        kind, code, sentence = refusal(free_text, value)
        assert (kind, code) == (InvalidValue, "not_a_text")
        assert sentence.startswith("text: ")
        assert sentence.endswith(" is not a text of at most 4000 characters without control characters")
        assert sentence.isprintable()


def test_free_text_is_a_text() -> None:
    assert refusal(free_text, b"abc") == (WrongType, "wrong_type", "text: b'abc' (bytes) is not a text")
    assert refusal(free_text, 7, "comment") == (WrongType, "wrong_type", "comment: 7 (int) is not a text")
    assert refusal(free_text, Name("a"))[0] is WrongType


def test_free_text_masks_card_numbers() -> None:
    assert free_text("call, 4111-1111-1111-1111\nor not") == "call, ••••-••••-••••-1111\nor not"
    assert free_text(PAN) == "••••••••••••1111"


@given(st.text(max_size=50))
def test_free_text_is_refused_or_can_be_written(value: str) -> None:
    try:
        kept = free_text(value)
    except InvalidValue:
        assert any(ord(character) < 0xA0 or 0xD800 <= ord(character) < 0xE000 for character in value)
    else:
        assert kept.encode().decode() == kept
        assert free_text(kept) == kept


@pytest.mark.parametrize("value", [-1, 0, 5])
def test_a_whole_number_may_be_either_limit(value: int) -> None:
    assert whole_number(value, "hours", -1, 5) == value


@pytest.mark.parametrize(
    ("value", "kind", "code", "picture"),
    [
        (-2, InvalidValue, "number_out_of_range", "-2"),
        (6, InvalidValue, "number_out_of_range", "6"),
        pytest.param(10**10_000, InvalidValue, "number_out_of_range", "an enormous number", id="enormous"),
        (True, WrongType, "wrong_type", "True (bool)"),
        (1.0, WrongType, "wrong_type", "1.0 (float)"),
        (float("nan"), WrongType, "wrong_type", "nan (float)"),
        ("1", WrongType, "wrong_type", "'1' (str)"),
        (None, WrongType, "wrong_type", "None (NoneType)"),
    ],
)
def test_other_whole_numbers_are_refused(value: Any, kind: type[InvalidValue], code: str, picture: str) -> None:
    sentence = f"hours: {picture} is not a whole number from -1 to 5"
    assert refusal(whole_number, value, "hours", -1, 5) == (kind, code, sentence)


def test_a_switch_is_true_or_false_and_nothing_that_counts_as_it() -> None:
    assert switch(value=True, field="active") is True
    assert switch(value=False, field="active") is False
    for value in (1, 0, "true", "", None, 0.0):
        kind, code, sentence = refusal(switch, value, "active")
        assert (kind, code) == (WrongType, "wrong_type")
        assert sentence.endswith(" is not true or false")


def test_a_choice_is_a_member_of_its_enumeration() -> None:
    assert choice(Colour.BLUE, Colour, "colour") is Colour.BLUE
    for value in ("red", None, WrongType):
        kind, _, sentence = refusal(choice, value, Colour, "colour")
        assert kind is WrongType
        assert sentence.startswith("colour: ")
        assert sentence.endswith(" is not a Colour")


def test_a_text_is_not_a_list_of_its_letters() -> None:
    assert text_set(["b", "a", "b"]) == frozenset({"a", "b"})
    assert text_set(()) == frozenset()
    assert refusal(text_set, "ab") == (WrongType, "wrong_type", "values: 'ab' (str) is not a list of texts")


def test_every_item_is_of_one_class_exactly() -> None:
    every((), str, "names")
    every(("a", "b"), str, "names")
    assert refusal(every, ("a", 7), str, "names") == (
        WrongType,
        "wrong_type",
        "names: 7 (int) is not a list of str",
    )
    assert refusal(every, (True,), int, "numbers")[0] is WrongType


def test_an_id_that_stands_twice_is_named_with_its_second_place() -> None:
    all_different((), "tasks")
    all_different(iter(("a", "b", "A")), "tasks")
    assert refusal(all_different, iter(("a", "b", "c", "b", "a")), "tasks") == (
        InvalidValue,
        "duplicate_id",
        "tasks[3].id: 'b' is not different from the ids before it",
    )
