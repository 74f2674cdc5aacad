"""The grammar of templates, what they refuse, and what is put in the place of placeholders."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from hotelpay import InvalidValue, Money, WrongType
from hotelpay.adapters.mail import MissingValue, Placeholder, Rendered, Rule, Template, TemplateFault, Values
from hotelpay.adapters.mail.grammar import parse, printed
from hotelpay.adapters.mail.templates import LONGEST_HTML, LONGEST_SUBJECT, LONGEST_TEXT
from hotelpay.adapters.mail.values import LONGEST_VALUE

PAN = "4111111111111111"
ANNA = Values(
    guest="Anna & Co",
    hotel="Seven Gulls",
    reservation="R-1001",
    arrival="1 February",
    departure="4 February",
    amount=Money.of("135.00", "EUR"),
)


def text_of(source: str, values: Values = ANNA) -> str:
    return Template(subject="x", text=source).render(values).text


def fault_of(field: str, source: Any) -> InvalidValue:
    parts: dict[str, Any] = {"subject": "x", "text": "x", field: source}
    with pytest.raises(InvalidValue) as caught:
        Template(**parts)
    return caught.value


# The grammar.


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Dear {{ guest }},", "Dear Anna & Co,"),
        ("{{guest}}{{   guest}}{{guest   }}", "Anna & Co" * 3),
        ("{{hotel}} {{reservation}}: {{arrival}} to {{departure}}", "Seven Gulls R-1001: 1 February to 4 February"),
        ("{{ amount }}", "135.00 EUR"),
        (
            "{ guest } 100 % $guest ${guest} {0.__class__} %s \\n }{",
            "{ guest } 100 % $guest ${guest} {0.__class__} %s \\n }{",
        ),
        ("{{{{ guest }}}}", "{{ guest }}"),
        ("{{{ guest }}}", "{Anna & Co}"),
        ("{{{{{{ guest }}}}}}", "{{Anna & Co}}"),
        ("a{{{{{b", "a{{{b"),
        ("two\n\tlines\r\n", "two\n\tlines\r\n"),
    ],
)
def test_placeholders_are_replaced_and_all_else_is_plain_text(source: str, shown: str) -> None:
    assert text_of(source) == shown


@pytest.mark.parametrize("placeholder", Placeholder)
def test_every_placeholder_can_be_named_and_told(placeholder: Placeholder) -> None:
    assert text_of(f"{{{{ {placeholder.value} }}}}") == ANNA.text_of(placeholder)


@pytest.mark.parametrize(
    ("source", "rule", "position", "sentence"),
    [
        ("Dear {{ gast }}", Rule.UNKNOWN_PLACEHOLDER, 5, "'gast' is not a placeholder (guest, hotel, reservation, "),
        ("{{ Guest }}", Rule.UNKNOWN_PLACEHOLDER, 0, "'Guest' is not"),
        ("{{ guest.name }}", Rule.UNKNOWN_PLACEHOLDER, 0, "'guest.name' is not"),
        ("{{ amount:.2f }}", Rule.UNKNOWN_PLACEHOLDER, 0, "'amount:.2f' is not"),
        ("{{ guest|safe }}", Rule.UNKNOWN_PLACEHOLDER, 0, "'guest|safe' is not"),
        ("{{\tguest }}", Rule.UNKNOWN_PLACEHOLDER, 0, r"'\tguest' is not"),
        ("{{\nguest }}", Rule.UNKNOWN_PLACEHOLDER, 0, r"'\nguest' is not"),
        ("{{ \uff47uest }}", Rule.UNKNOWN_PLACEHOLDER, 0, "'\uff47uest' is not"),
        ("{{}}", Rule.UNKNOWN_PLACEHOLDER, 0, "'' is not"),
        (f"{{{{ {PAN} }}}}", Rule.UNKNOWN_PLACEHOLDER, 0, "'••••••••••••1111' is not"),
        ("a {{ guest", Rule.UNBALANCED_BRACES, 2, "'{{' is not half of a placeholder; {{{{ stands for {{ itself"),
        ("a guest }} b", Rule.UNBALANCED_BRACES, 8, "'}}' is not half of a placeholder; }}}} stands for }} itself"),
        ("{{{{ guest }}", Rule.UNBALANCED_BRACES, 11, "'}}' is not"),
        ("{{ guest }}}}", Rule.UNBALANCED_BRACES, 11, "'}}' is not"),
        ("{{{ guest", Rule.UNBALANCED_BRACES, 1, "'{{' is not"),
        ("{{ {{ guest }} }}", Rule.UNBALANCED_BRACES, 0, "'{{' is not"),
        ("a\x00b", Rule.CONTROL_CHARACTER, 1, r"'\x00' is not a character that can be written"),
        ("a\ud800", Rule.CONTROL_CHARACTER, 1, r"'\ud800' is not a character that can be written"),
        ("", Rule.EMPTY, 0, "'' is not a text that says something"),
        (" \n ", Rule.EMPTY, 0, "is not a text that says something"),
    ],
)
@pytest.mark.parametrize("field", ["text", "html"])
def test_a_template_that_means_nothing_is_refused_with_its_place(
    field: str, source: str, rule: Rule, position: int, sentence: str
) -> None:
    fault = fault_of(field, source)
    assert isinstance(fault, TemplateFault)
    assert (fault.field, fault.code, fault.position) == (field, rule.value, position)
    assert str(fault).startswith(f"{field}[{position}]: ")
    assert sentence in str(fault)
    assert PAN not in str(fault)
    assert str(pickle.loads(pickle.dumps(fault))) == str(fault)  # noqa: S301  our own


@pytest.mark.parametrize("line_break", ["\n", "\r", "\u2028", "\u2029"])
def test_a_subject_is_one_line(line_break: str) -> None:
    fault = fault_of("subject", f"x{line_break}Bcc: someone@example.com")
    assert (fault.code, str(fault)) == (
        Rule.LINE_BREAK_IN_SUBJECT.value,
        f"subject[1]: {line_break!a} is not within one line",
    )
    assert text_of(f"x{line_break}y") == f"x{line_break}y"


@pytest.mark.parametrize("control", ["\t", "\x0b", "\x0c", "\x1c", "\x85"])
def test_a_subject_has_no_control_characters(control: str) -> None:
    assert fault_of("subject", f"x{control}").code == Rule.CONTROL_CHARACTER.value


@pytest.mark.parametrize(
    ("field", "longest"), [("subject", LONGEST_SUBJECT), ("text", LONGEST_TEXT), ("html", LONGEST_HTML)]
)
def test_a_template_has_an_end(field: str, longest: int) -> None:
    parts: dict[str, Any] = {"subject": "x", "text": "x", field: "x" * longest}
    assert getattr(Template(**parts).render(ANNA), field) == "x" * longest
    fault = fault_of(field, "x" * (longest + 1))
    assert isinstance(fault, TemplateFault)
    assert (fault.code, fault.position) == (Rule.TOO_LONG.value, longest)
    assert len(str(fault)) < 200


@pytest.mark.parametrize("field", ["subject", "text", "html"])
def test_a_template_is_made_of_texts(field: str) -> None:
    for value in (7, b"x", ["x"], *([] if field == "html" else [None])):
        assert type(fault_of(field, value)) is WrongType


@pytest.mark.parametrize("source", ["{{ guest }}", "a {{{{ b }}}} {{{ amount }}}", "{{{{{{ hotel }}}}}}}", "{}{"])
def test_a_template_that_was_read_can_be_written_again(source: str) -> None:
    assert printed(parse(source, "text")) == source


# Values.


def test_values_in_html_are_escaped_and_in_text_are_not() -> None:
    template = Template(subject="{{ guest }}", text="{{ guest }}", html='<p title="{{ guest }}">{{ guest }}</p>')
    odd = '<b>O\'Neil & "Co"</b>'
    escaped = "&lt;b&gt;O&#x27;Neil &amp; &quot;Co&quot;&lt;/b&gt;"
    assert template.render(Values(guest=odd)) == Rendered(
        subject=odd, text=odd, html=f'<p title="{escaped}">{escaped}</p>'
    )


def test_a_value_is_never_read_for_placeholders() -> None:
    assert text_of("{{ guest }} {{ hotel }}", Values(guest="{{ hotel }}", hotel="{{ amount }}")) == (
        "{{ hotel }} {{ amount }}"
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Anna\r\nBcc: b@example.com", "Anna Bcc: b@example.com"),
        ("  Anna \t\x00 Maria\u2028", "Anna Maria"),
        ("Anna\u3000\u00a0Maria", "Anna Maria"),
        ("Anna\ud800", "Anna?"),
        (f"Anna {PAN}", "Anna ••••••••••••1111"),
        ("4111\x001111\n1111 1111", "•••• •••• •••• 1111"),
        ("x" * LONGEST_VALUE, "x" * LONGEST_VALUE),
        ("x" * (LONGEST_VALUE + 1), "x" * (LONGEST_VALUE - 1) + "…"),
        ("x" * (LONGEST_VALUE - 9) + " " + PAN, "x" * (LONGEST_VALUE - 9) + " •••••••…"),
        ("👩\u200d🍳 אנה", "👩\u200d🍳 אנה"),
        ("", ""),
    ],
)
def test_a_value_is_one_safe_line(given: str, shown: str) -> None:
    assert text_of("{{ guest }}", Values(guest=given)) == shown


def test_a_value_that_is_missing_is_told_beforehand_and_raised() -> None:
    template = Template(subject="{{ amount }}", text="{{ guest }}", html="{{ arrival }}")
    assert template.missing(Values(guest="Anna")) == (Placeholder.ARRIVAL, Placeholder.AMOUNT)
    assert template.missing(ANNA) == ()
    with pytest.raises(MissingValue, match="the template names amount, and there is none") as caught:
        template.render(Values(guest="Anna", arrival="today"))
    assert isinstance(caught.value, LookupError)


def test_values_are_texts_and_money() -> None:
    for field, value in (("guest", 7), ("arrival", b"today"), ("amount", "1.00 EUR")):
        wrong: dict[str, Any] = {field: value}
        with pytest.raises(WrongType, match=f"^{field}: "):
            Values(**wrong)


def test_a_guests_name_is_in_no_repr() -> None:
    assert "Anna" not in repr(ANNA)


def test_a_subject_has_no_blanks_too_many() -> None:
    template = Template(subject=" {{ guest }}  {{ hotel }} ", text="x")
    assert template.render(Values(guest="", hotel="Seven Gulls")).subject == "Seven Gulls"
