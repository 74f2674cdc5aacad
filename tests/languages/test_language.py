"""Languages: the same code, said so that its reader understands it."""

from __future__ import annotations

import unicodedata

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hotelpay
from hotelpay import Assumption, Finding, Language, Money, PersonWanted, Points, Quote, Reason, Share, Skip, todo_text
from hotelpay.documents.outputs import finding_document, quote_document, skip_document
from hotelpay.documents.reports import person_document
from hotelpay.errors import UnknownName
from hotelpay.messages import ENGLISH, LANGUAGES, PERSON_REASONS, Phrase
from hotelpay.moments import Instant
from hotelpay.testing import settlement_strategies as moved

RUSSIAN, BULGARIAN = Language.of("ru"), Language.of("bg")
foreign = pytest.mark.parametrize("language", [RUSSIAN, BULGARIAN], ids=lambda language: language.code)


def is_cyrillic(text: str) -> bool:
    return any(unicodedata.name(letter, "").startswith("CYRILLIC") for letter in text)


def test_a_language_is_named_by_its_code() -> None:
    assert [Language.of(code).code for code in LANGUAGES] == ["en", "ru", "bg"]
    with pytest.raises(UnknownName, match=r"language: 'xx' is not one of en, ru, bg"):
        Language.of("xx")


def test_english_is_what_the_code_says() -> None:
    assert ENGLISH.say("{number} to come", number=3) == "3 to come"
    assert [ENGLISH.count(number, "no runs", "{number} run", "{number} runs") for number in (0, 1, 2)] == [
        "no runs",
        "1 run",
        "2 runs",
    ]
    assert ENGLISH.label("Mode", "before_arrival") == "before arrival"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (RUSSIAN, {1: "1 ночь", 2: "2 ночи", 5: "5 ночей", 11: "11 ночей", 21: "21 ночь", 22: "22 ночи"}),
        (BULGARIAN, {1: "1 нощувка", 2: "2 нощувки", 5: "5 нощувки", 21: "21 нощувки"}),
    ],
    ids=["ru", "bg"],
)
def test_numbers_take_the_plural_forms_of_the_language(language: Language, said: dict[int, str]) -> None:
    found = {number: language.count(number, "no nights", "{number} night", "{number} nights") for number in said}
    assert found == said


@foreign
@given(number=st.integers(0, 10**9))
def test_a_number_is_always_told(language: Language, number: int) -> None:
    text = language.count(number, "no runs", "{number} run", "{number} runs")
    assert str(number) in text if number else text
    assert is_cyrillic(text)


def test_a_code_without_a_word_is_told_as_it_is() -> None:
    assert RUSSIAN.label("Kind", "something_new") == "something new"
    assert RUSSIAN.label("Nothing", "at_all") == "at all"


@foreign
@given(skip=st.from_type(Skip))
def test_every_reason_is_said_in_every_language(language: Language, skip: Skip) -> None:
    """The codes are those of the English document; only sentences differ."""
    said, english = skip_document(skip, language), skip_document(skip)
    assert all(is_cyrillic(reason["message"]) for reason in said["reasons"])
    assert [reason["code"] for reason in said["reasons"]] == [reason["code"] for reason in english["reasons"]]
    assert {**said, "reasons": None} == {**english, "reasons": None}


@foreign
@given(quote=st.from_type(Quote))
def test_every_reason_of_a_quote_is_said_in_every_language(language: Language, quote: Quote) -> None:
    said, english = quote_document(quote, language), quote_document(quote)
    assert all(is_cyrillic(reason["message"]) for reason in said["reasons"])
    assert {**said, "reasons": None} == {**english, "reasons": None}


@foreign
@given(finding=st.from_type(Finding))
def test_every_finding_is_said_in_every_language(language: Language, finding: Finding) -> None:
    said = finding_document(finding, language)
    assert is_cyrillic(said["message"])
    assert {**said, "message": None} == {**finding_document(finding), "message": None}
    assert finding_document(finding)["message"] == finding.message


@foreign
@pytest.mark.parametrize("assumption", Assumption)
def test_every_assumption_is_said_in_every_language(language: Language, assumption: Assumption) -> None:
    assert is_cyrillic(assumption.message_in(language))
    assert assumption.message_in(ENGLISH) == assumption.message


@foreign
@given(wanted=moved.persons_wanted, reason=st.sampled_from(sorted(PERSON_REASONS)))
def test_who_is_wanted_reads_why(language: Language, wanted: PersonWanted, reason: str) -> None:
    wanted = attrs.evolve(wanted, reason=reason, message=f"charge: {wanted.message}")
    assert is_cyrillic(wanted.message_in(language))
    assert wanted.message_in(ENGLISH) == wanted.message
    assert person_document(wanted, language) == {
        **person_document(wanted),
        "message": wanted.message_in(language),
    }


def test_what_a_port_said_stays_as_it_was_said() -> None:
    said = "post: OSError: the books are locked"
    wanted = PersonWanted(kind="run", names=("t", "R-1"), reservation="R-1", reason="not_posted", message=said)
    assert wanted.message_in(RUSSIAN).endswith("OSError: the books are locked")
    assert attrs.evolve(wanted, message="").message_in(RUSSIAN) == ""
    assert attrs.evolve(wanted, reason="of_a_host").message_in(RUSSIAN) == said


@foreign
def test_values_are_those_of_documents_unless_a_locale_is_asked_for(language: Language) -> None:
    values = [Money.of("320.00", "EUR"), Points.of("5.5", "BONUS"), Share.of("12.5"), "R-1", 7]
    assert [language.text(value) for value in values] == ["320.00 EUR", "5.5 BONUS", "12.5 %", "R-1", "7"]
    assert language.say("{at:instant}", at=Instant(0)) == "1970-01-01T00:00:00Z"


@foreign
def test_yes_no_and_choices_are_words_too(language: Language) -> None:
    assert all(is_cyrillic(language.word(value)) for value in (True, False, None, Phrase("balance")))
    assert is_cyrillic(language.one_of([]))
    assert language.one_of(["a"]) == "a"
    first, second, _, last = language.one_of(["a", "b", "c"]).split(" ")
    assert (first, second, last) == ("a,", "b", "c")
    assert language.all_of(["EUR", "USD"]) == "EUR, USD"


@foreign
def test_what_could_be_a_card_number_is_masked_in_every_language(language: Language) -> None:
    reason = Reason(hotelpay.ReasonCode.COMPANY, {"found": "4111111111111111", "wanted": ["5500005555555559"]})
    message = reason.message_in(language)
    assert "4111111111111111" not in message
    assert "5500005555555559" not in message


def test_the_text_of_a_to_do_is_the_hotels_own() -> None:
    todo, amount = hotelpay.CreateTodo("Нова карта"), Money.of("80.00", "EUR")
    assert todo_text(todo, amount, BULGARIAN) == "Нова карта: 80.00 EUR"
