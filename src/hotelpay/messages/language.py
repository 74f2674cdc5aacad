"""Languages: the translations of the sentences, from gettext catalogues that are part of the package.

English is the text in the code; another language is a catalogue with the same templates. Codes are the same in
every language. Nothing here is ambient: who wants another language than English hands it over.
"""

from __future__ import annotations

import enum
import functools
import gettext
import string
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from hotelpay.card_numbers import mask_card_numbers
from hotelpay.errors import UnknownName
from hotelpay.messages.labels import LABELS
from hotelpay.messages.sentences import COMMA, NO, NONE, NOTHING, OR, PHRASES, YES
from hotelpay.messages.writing import AS_DOCUMENTS, Writing
from hotelpay.money import Money, Percent
from hotelpay.points import Points

#: The languages that there are, by their codes.
LANGUAGES: Final = ("en", "ru", "bg")
#: Where the catalogues lie, and their name.
CATALOGUES: Final = Path(__file__).with_name("catalogues")
DOMAIN: Final = "hotelpay"


@attrs.frozen
class Phrase:
    """A part of a sentence as a value: the code of a template of its own, and its values."""

    code: str
    values: Mapping[str, object] = attrs.field(factory=dict, hash=False)

    def __attrs_post_init__(self) -> None:
        if self.code not in PHRASES:
            raise UnknownName("code", self.code, "one of the phrases", code="unknown_choice")

    def __str__(self) -> str:
        """Say it in English."""
        return ENGLISH.sentence(PHRASES, self.code, self.values)


@attrs.frozen(eq=False)
class Language:
    """A language that sentences are said in, and how values are written in them.

    ``code`` is ``en``, ``ru`` or ``bg``; another raises :class:`~hotelpay.errors.UnknownName`. ``writing`` is that of
    the documents unless a locale's is handed over (:class:`~hotelpay.adapters.babel.LocalWriting`).
    """

    code: str
    writing: Writing = attrs.field(default=AS_DOCUMENTS, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.code not in LANGUAGES:
            raise UnknownName("language", self.code, f"one of {', '.join(LANGUAGES)}", code="unknown_choice")

    @classmethod
    def of(cls, code: str, writing: Writing = AS_DOCUMENTS) -> Language:
        """Return the language with this code, as the other values of the library are made."""
        return cls(code, writing)

    def sentence(self, templates: Mapping[str, str], code: str, values: Mapping[str, object]) -> str:
        """Return the sentence of a code with its values filled in.

        Only the template's own placeholders are filled: braces in a value stay what they are.
        """
        return self._filled(_catalogue(self.code).gettext(templates[code]), values)

    def say(self, template: str, /, **values: object) -> str:
        """Return a sentence that stands where it is said; tools find it there for the catalogues."""
        return self._filled(_catalogue(self.code).gettext(template), values)

    def count(self, number: int, none: str, one: str, many: str, /, **values: object) -> str:
        """Return a number of things in words, in the plural form that the number takes; none has words of its own."""
        catalogue = _catalogue(self.code)
        template = catalogue.ngettext(one, many, number) if number else catalogue.gettext(none)
        return self._filled(template, {"number": self.writing.number(number), **values})

    def label(self, kind: str, code: str) -> str:
        """Return the word for a code of an enumeration, named by the class, or the code where there is none."""
        word = LABELS.get(kind, {}).get(code)
        return code.replace("_", " ") if word is None else _catalogue(self.code).pgettext(kind, word)

    def word(self, value: object) -> str:
        """Return a value as it stands in a sentence: a member's label, yes or no, an amount, an id."""
        match value:
            case None:
                return self.say(NONE)
            case bool():
                return self.say(YES if value else NO)
            case enum.Enum():
                return self.label(type(value).__name__, str(value.value))
            case _:
                return self.text(value)

    def text(self, value: object) -> str:
        """Return a value as it stands in a sentence where nothing is said about its kind."""
        match value:
            case Phrase():
                return self.sentence(PHRASES, value.code, value.values)
            case Money():
                return self.writing.money(value)
            case Points():
                return self.writing.points(value)
            case Percent():
                return self.writing.percent(value)
            case _:
                return mask_card_numbers(str(value))

    def one_of(self, values: Iterable[object]) -> str:
        """Return values as a choice: ``a, b or c``."""
        *others, last = [self.word(each) for each in values] or [self.say(NOTHING)]
        return self.say(OR, before=self._listed(others), last=last) if others else last

    def all_of(self, values: Iterable[object]) -> str:
        """Return values one after the other: ``a, b``."""
        return self._listed([self.word(each) for each in values])

    def _listed(self, words: Iterable[str]) -> str:
        return functools.reduce(lambda before, following: self.say(COMMA, before=before, next=following), words)

    def _filled(self, template: str, values: Mapping[str, object]) -> str:
        return _Filler(self).vformat(template, (), values)


class _Filler(string.Formatter):
    """Fills placeholders by the kind that the template names after the colon."""

    def __init__(self, language: Language) -> None:
        self._kinds: Final[Mapping[str, Callable[[Any], str]]] = {
            "instant": language.writing.instant,
            "list": language.one_of,
            "names": language.all_of,
            "word": language.word,
            "note": lambda value: f" ({language.text(value)})" if value else "",
        }
        self._text: Final = language.text

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[object, str]:
        """Look the name up as it stands: no attributes, no indexes."""
        del args
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one value."""
        return self._kinds.get(format_spec, self._text)(value)


@functools.cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGUES, [code], fallback=code == "en")


#: The language of the code itself.
ENGLISH: Final = Language("en")
