"""The catalogues: everything that can be said is said in every language, with the same values in it."""

from __future__ import annotations

import enum
import importlib
import pkgutil
import re
import string
import sys
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from babel.messages import Catalog, Message
from babel.messages.mofile import read_mo

import hotelpay
from hotelpay import Formula
from hotelpay.messages import LABELS, LANGUAGES

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
catalogues = importlib.import_module("catalogues")

every_language = pytest.mark.parametrize("language", catalogues.TRANSLATED)
SAID = [message for message in catalogues.template() if message.id]


def placeholders(text: str) -> list[tuple[str, str | None]]:
    return sorted((name, kind) for _, name, kind, _ in string.Formatter().parse(text) if name is not None)


def forms(message: Message) -> list[str]:
    """Return what a translation says: one text, or one for every plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def many(message: Message) -> str:
    """Return the English text, or the last of its plural forms."""
    return message.id if isinstance(message.id, str) else message.id[-1]


def translated(language: str) -> Iterator[tuple[Message, list[str]]]:
    catalog = catalogues.translations(language)
    for said in SAID:
        message = catalog.get(said.id, said.context)
        yield said, [] if message is None else forms(message)


def test_every_language_but_english_has_a_catalogue() -> None:
    assert ("en", *catalogues.TRANSLATED) == LANGUAGES
    assert len(SAID) > 300


@every_language
def test_no_message_lacks_its_translation(language: str) -> None:
    missing = [said.id for said, texts in translated(language) if not texts or not all(texts)]
    assert missing == []


@every_language
def test_a_catalogue_has_no_more_than_there_is_to_say(language: str) -> None:
    known = {(message.id, message.context) for message in SAID}
    catalog = catalogues.translations(language)
    assert [message.id for message in catalog if message.id and (message.id, message.context) not in known] == []
    assert not catalog.obsolete
    assert not any(message.fuzzy for message in catalog if message.id)


@every_language
def test_a_translation_has_the_placeholders_of_the_english(language: str) -> None:
    for said, texts in translated(language):
        wanted = many(said)
        for text in texts:
            assert placeholders(text) == placeholders(wanted), text


@every_language
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    catalog = catalogues.translations(language)
    number_of_forms = {"ru": 3, "bg": 2}[language]
    assert catalog.num_plurals == number_of_forms
    assert all(len(texts) == number_of_forms for said, texts in translated(language) if isinstance(said.id, tuple))


@every_language
def test_no_letter_of_another_script_hides_in_a_word(language: str) -> None:
    """A Latin ``c`` in a Russian word looks right, and no search finds the word."""
    for _, texts in translated(language):
        for text in texts:
            words = re.findall(r"\w+", re.sub(r"\{[^}]*\}", " ", text))
            assert [word for word in words if len({unicodedata.name(letter).split()[0] for letter in word}) > 1] == []


@every_language
def test_sentences_are_set_like_the_english(language: str) -> None:
    for said, texts in translated(language):
        wanted = many(said)
        for text in texts:
            assert text == text.strip()
            assert "  " not in text
            assert text.endswith(".") is wanted.endswith("."), text


@every_language
def test_what_is_compiled_is_what_was_translated(language: str) -> None:
    path = catalogues.po_file(language).with_suffix(".mo")
    shipped, fresh = read_mo(BytesIO(path.read_bytes())), read_mo(BytesIO(catalogues.compiled(language)))
    assert _texts(shipped) == _texts(fresh)
    assert shipped.plural_expr == fresh.plural_expr == catalogues.translations(language).plural_expr


def _texts(catalog: Catalog) -> dict[tuple[str, str | None], list[str]]:
    return {(many(each), each.context): forms(each) for each in catalog if each.id}


def test_every_label_is_of_a_code_that_exists() -> None:
    members = {kind.__name__: {str(member.value) for member in kind} for kind in _enumerations()}
    for kind, words in LABELS.items():
        if kind == "Outcome":  # what documents write beside the outcomes of settlements
            assert words.keys() == members[kind] | {"dropped", "unfinished"}
        elif kind == "Formula":  # a union of classes
            assert words.keys() == {formula.__name__ for formula in get_args(Formula)}
        elif kind != "Purpose":  # named by constants of the intents
            assert words.keys() == members[kind], kind


def _enumerations() -> Iterator[type[enum.Enum]]:
    for module in pkgutil.walk_packages(hotelpay.__path__, "hotelpay."):
        if module.name.partition("hotelpay.")[2].split(".")[0] in ("adapters", "cli", "testing", "__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, enum.Enum) and value is not enum.Enum:
                yield value
