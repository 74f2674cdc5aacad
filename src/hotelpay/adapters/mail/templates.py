"""Templates of e-mails: read once, when they are made, and rendered without any effect on anything."""

from __future__ import annotations

import html as markup
import re
from collections.abc import Callable, Iterable
from typing import Final

import attrs

from hotelpay.adapters.mail.grammar import Part, Placeholder, Rule, fault, parse
from hotelpay.adapters.mail.values import Values
from hotelpay.errors import HotelpayError, WrongType
from hotelpay.texts import UNWRITABLE

#: The most characters that the parts of a template may have.
LONGEST_SUBJECT: Final = 200
LONGEST_TEXT: Final = 20_000
LONGEST_HTML: Final = 100_000

_TAB: Final = re.compile("\t")
_LINE_BREAK: Final = re.compile("[\n\r\u2028\u2029]")


class MissingValue(HotelpayError, LookupError):
    """A template names a placeholder that there is no value for; :meth:`Template.missing` tells beforehand."""

    def __init__(self, placeholder: Placeholder) -> None:
        """Keep the placeholder."""
        super().__init__(placeholder)
        self.placeholder = placeholder

    def __str__(self) -> str:
        """Name the placeholder."""
        return f"the template names {self.placeholder.value}, and there is none"


@attrs.frozen(kw_only=True)
class Rendered:
    """An e-mail's words as the guest reads them; ``html`` is None where the template has none."""

    subject: str
    text: str
    html: str | None = None


@attrs.frozen(kw_only=True)
class Template:
    """The words of an e-mail, with placeholders: ``{{ guest }}`` and the others of :class:`Placeholder`.

    ``subject`` is one line of at most 200 characters, ``text`` has at most 20,000 and ``html``, which is optional,
    100,000. In HTML a placeholder may stand in a text or in the quoted value of an attribute, not in a script, a style
    or an address: there, escaping is something else.

    Raises :class:`~hotelpay.adapters.mail.TemplateFault` for a template that breaks a
    :class:`~hotelpay.adapters.mail.Rule`.
    """

    subject: str
    text: str
    html: str | None = None
    _subject_parts: tuple[Part, ...] = attrs.field(init=False, eq=False, repr=False)
    _text_parts: tuple[Part, ...] = attrs.field(init=False, eq=False, repr=False)
    _html_parts: tuple[Part, ...] | None = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        subject = _parsed(self.subject, "subject", LONGEST_SUBJECT)
        text = _parsed(self.text, "text", LONGEST_TEXT)
        html = None if self.html is None else _parsed(self.html, "html", LONGEST_HTML)
        for field, parts in (("_subject_parts", subject), ("_text_parts", text), ("_html_parts", html)):
            object.__setattr__(self, field, parts)

    def missing(self, values: Values) -> tuple[Placeholder, ...]:
        """Return the placeholders that the template names and that have no value, in the order of their list."""
        named = {*self._subject_parts, *self._text_parts, *(self._html_parts or ())}
        return tuple(each for each in Placeholder if each in named and values.text_of(each) is None)

    def render(self, values: Values) -> Rendered:
        """Return the e-mail's words: values are put in as they are, in HTML escaped; none is read for placeholders.

        Raises :class:`MissingValue` where a placeholder has none.
        """
        return Rendered(
            subject=" ".join(_filled(self._subject_parts, values, str).split()),
            text=_filled(self._text_parts, values, str),
            html=None if self._html_parts is None else _filled(self._html_parts, values, markup.escape),
        )


def _parsed(source: str, field: str, longest: int) -> tuple[Part, ...]:
    if not isinstance(source, str):
        raise WrongType(field, source, "a text")
    if len(source) > longest:
        raise fault(Rule.TOO_LONG, field, source, f"a text of at most {longest} characters", longest)
    if not source.strip():
        raise fault(Rule.EMPTY, field, source, "a text that says something")
    _refuse(UNWRITABLE, Rule.CONTROL_CHARACTER, source, field)
    if field == "subject":
        _refuse(_LINE_BREAK, Rule.LINE_BREAK_IN_SUBJECT, source, field)
        _refuse(_TAB, Rule.CONTROL_CHARACTER, source, field)
    return parse(source, field)


def _refuse(unwanted: re.Pattern[str], rule: Rule, source: str, field: str) -> None:
    found = unwanted.search(source)
    if found is not None:
        expected = "within one line" if rule is Rule.LINE_BREAK_IN_SUBJECT else "a character that can be written"
        raise fault(rule, field, found[0], expected, found.start())


def _filled(parts: Iterable[Part], values: Values, escaped: Callable[[str], str]) -> str:
    return "".join(part if isinstance(part, str) else escaped(_value(part, values)) for part in parts)


def _value(placeholder: Placeholder, values: Values) -> str:
    value = values.text_of(placeholder)
    if value is None:
        raise MissingValue(placeholder)
    return value
