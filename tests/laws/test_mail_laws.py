"""Laws of e-mails: whatever a guest is called, a template stays what it is, and so does a message."""

from __future__ import annotations

from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from html.parser import HTMLParser
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from hotelpay import InvalidValue, Money
from hotelpay.adapters.mail import Mailbox, Placeholder, Rendered, Template, Values
from hotelpay.adapters.mail.grammar import Part, parse, printed
from hotelpay.adapters.mail.message import envelope_of, message_of
from hotelpay.card_numbers import contains_card_number
from hotelpay.moments import Instant
from hotelpay.testing import strategies as some

AT: Final = Instant(1_720_602_060)
DESK: Final = Mailbox("desk@hotel.example", "Seven Gulls")
PIECES: Final = (
    *(
        "{",
        "{{",
        "}}",
        "}",
        "{{ amount }}",
        "{{{{",
        "<",
        "</p>",
        "<img src=x onerror=y>",
        "&lt;",
        "&",
        '"',
        "'",
        "`",
        "=",
    ),
    *("\r\n", "\n", "\r", "\u2028", "\x0b", "\x1c", "\x85", "\x00", "Bcc: b@example.com", "\r\n\r\n", "\r\n.\r\n"),
    *("=?utf-8?q?=0D=0AX-Evil:_1?=", "=?utf-8?b?DQpYLUV2aWw6IDE=?=", "=?", "?=", "@", ",", ";", ":", "\\", "(", ")"),
    *("4111 1111", " 1111 1111", "\ud800", "é", "日本語 ", "👩\u200d🍳", " ", "\u00a0", "%s", "{0}", "$guest"),
)
hostile: Final = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)
braces: Final = st.text(alphabet="{} guest") | st.lists(st.sampled_from(PIECES)).map("".join)
parts: Final = st.lists(st.sampled_from(list(Placeholder)) | st.text(alphabet="{}a ", min_size=1))
values: Final = st.builds(
    Values,
    guest=hostile,
    hotel=hostile,
    reservation=hostile,
    arrival=hostile,
    departure=hostile,
    amount=some.currencies.flatmap(lambda currency: some.amounts(currency, -(10**12), 10**12)),
)
EVERYTHING: Final = " | ".join(f"{{{{ {each.value} }}}}" for each in Placeholder)
FULL: Final = Values(
    guest="Anna",
    hotel="Seven Gulls",
    reservation="R-1",
    arrival="1 February",
    departure="4 February",
    amount=Money.of(100, "EUR"),
)
TEMPLATE: Final = Template(
    subject=f"Stay {EVERYTHING}",
    text=f"Dear guest,\n{EVERYTHING}\n",
    html=f'<p title="{EVERYTHING}">{EVERYTHING}</p><hr>',
)


def joined(pieces: list[Part]) -> tuple[Part, ...]:
    """Return parts with texts that stand beside each other as one."""
    found: list[Part] = []
    for each in pieces:
        if found and isinstance(found[-1], str) and isinstance(each, str):
            found[-1] += each
        else:
            found.append(each)
    return tuple(found)


@given(parts)
def test_what_is_printed_is_read_as_the_same(pieces: list[Part]) -> None:
    assert parse(printed(pieces), "text") == joined(pieces)


@given(braces)
def test_a_text_is_refused_or_can_be_printed_and_read_again(source: str) -> None:
    try:
        read = parse(source, "text")
    except InvalidValue:
        return
    assert parse(printed(read), "text") == read


@given(hostile, hostile, st.none() | hostile)
def test_a_template_is_refused_with_a_place_or_can_be_rendered(subject: str, text: str, html: str | None) -> None:
    try:
        template = Template(subject=subject, text=text, html=html)
    except InvalidValue as fault:
        told = str(fault)
    else:
        rendered = template.render(FULL)
        assert (rendered.html is None) == (html is None)
        told = rendered.subject if "4111" not in subject else ""
    assert len(told.splitlines()) <= 1
    assert not contains_card_number(told)


@given(values)
def test_rendering_puts_values_in_and_does_nothing_else(drawn: Values) -> None:
    """No value is read for placeholders, ends a line or hides a card's number; it never raises."""
    rendered = TEMPLATE.render(drawn)
    shown = [drawn.text_of(each) or "" for each in Placeholder]
    assert rendered.text == f"Dear guest,\n{' | '.join(shown)}\n"
    assert rendered.subject == " ".join(f"Stay {' | '.join(shown)}".split())
    assert not any(contains_card_number(each) for each in shown)
    assert len(rendered.subject.splitlines()) == 1
    assert rendered.text.encode().count(b"\r") == 0


class Tags(HTMLParser):
    """The tags, attributes and texts of a page, in the order in which they stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, object]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("end", tag))

    def handle_data(self, data: str) -> None:
        # A text may be told in pieces.
        kind, before = self.found[-1] if self.found else ("", "")
        if kind == "text":
            self.found[-1] = ("text", f"{before}{data}")
        else:
            self.found.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))


@given(values)
def test_no_value_introduces_a_tag_or_an_attribute(drawn: Values) -> None:
    """A reader of the page finds the template's tags, and in them the values."""
    html = TEMPLATE.render(drawn).html
    assert html is not None
    shown = " | ".join(drawn.text_of(each) or "" for each in Placeholder)
    assert Tags(html).found == [("p", {"title": shown}), ("text", shown), ("end", "p"), ("hr", {})]


def arrived(words: Rendered, recipient: Mailbox) -> Message:
    """Return the e-mail as it is handed over, read by a reader that repairs nothing."""
    message = message_of("hp1-a", words, sender=DESK, recipient=recipient, reply_to=DESK, at=AT)
    content = envelope_of(message, sender=DESK, recipient=recipient).content
    assert content.isascii()
    assert all(len(line) <= 78 for line in content.split(b"\r\n"))
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert b"\n" not in content.replace(b"\r\n", b"")
    return BytesParser(policy=compat32).parsebytes(content)


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


@given(values, hostile)
def test_no_value_introduces_a_header_or_a_part(drawn: Values, name: str) -> None:
    words, recipient = TEMPLATE.render(drawn), Mailbox("anna@guests.example", name)
    message = arrived(words, recipient)
    written = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"]
    assert message.keys() == [*written, "MIME-Version", "Content-Type"]
    assert decoded(message["Subject"]) == words.subject
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert message.defects == []


@given(hostile)
def test_a_name_is_read_as_it_was_written_and_beside_one_address(name: str) -> None:
    recipient = Mailbox("anna@guests.example", name)
    shown, _, address = arrived(Rendered(subject="x", text="x"), recipient)["To"].rpartition("\r\n ")
    assert address.strip("<>") == "anna@guests.example"
    unquoted = shown[1:-1].replace('\\"', '"').replace("\\\\", "\\") if shown.startswith('"') else shown
    assert decoded(unquoted) == recipient.name


@given(hostile, hostile)
def test_words_are_read_as_they_were_written(text: str, html: str) -> None:
    """Whatever a template says: the encoding on the way takes nothing and adds nothing."""
    try:
        template = Template(subject="x", text=text, html=html)
    except InvalidValue:
        return
    words = template.render(FULL)
    _, *found = arrived(words, DESK).walk()
    for part, written in zip(found, (words.text, words.html), strict=True):
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert lines(payload.decode()) == lines(written or "")


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
