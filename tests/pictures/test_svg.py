"""The parts that pictures are made of: what is escaped, how wide it is, how it is cut."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn import SVG, parsed, spoken_of
from hotelpay.pictures.svg import (
    colour,
    document,
    element,
    escaped,
    fitting,
    line,
    path,
    pixels,
    text,
    text_width,
    wrapped,
)

INKS = ("ink", "muted", "blue", "green", "amber", "red", "violet")
CARD = "4111 1111 1111 1111"
words = st.text(st.characters(codec="utf-8"), max_size=60)


def picture(*children: str) -> str:
    lines = (text(0, 20, each) for each in children)
    return document(100, 50, lines, title="A <title>", description="What & why", name="sample")


@given(words)
def test_whatever_is_written_the_picture_is_well_formed_and_says_it(said: str) -> None:
    (written,) = parsed(picture(said)).iter(f"{SVG}text")
    # A line break of XML is one character, and what XML cannot hold is replaced.
    expected = escaped(said).replace("\r\n", "\n").replace("\r", "\n")
    assert parsed(f"<x>{expected}</x>").text == written.text


def test_nothing_in_a_text_or_an_attribute_is_markup() -> None:
    made = element("text", "<script>&\"'", id="a\"b<c>&'")
    assert str(made) == '<text id="a&quot;b&lt;c&gt;&amp;&#39;">&lt;script&gt;&amp;&quot;&#39;</text>'


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert escaped("a\x00b\x1b\ud800c\ufffe") == "a\ufffdb\ufffd\ufffdc\ufffd"


def test_no_card_number_can_be_read() -> None:
    assert CARD not in picture(f"paid with {CARD}")
    assert "1111 1111" not in fitting(f"{CARD} and so on", 130, 13)


def test_a_picture_tells_screen_readers_what_it_is() -> None:
    drawn = parsed(picture("x"))
    assert drawn.attrib["role"] == "img"
    assert spoken_of(drawn) == ("A <title>", "What & why")


def test_two_pictures_on_one_page_are_told_apart() -> None:
    one, other = (document(9, 9, [], title=each, description="", name="sample") for each in ("This", "That"))
    assert parsed(one).attrib["aria-labelledby"] != parsed(other).attrib["aria-labelledby"]


def test_a_picture_brings_nothing_along_and_asks_for_nothing() -> None:
    drawn = picture("x")
    assert drawn == picture("x")
    assert drawn.count("http") == 1  # the name of the format itself
    assert not {"script", "image", "use", "foreignObject", "url("} & set(drawn.replace("<", " ").split())


def test_light_and_dark_have_the_same_colours() -> None:
    style = parsed(picture()).find(f"{SVG}style")
    assert style is not None
    light, _, dark = (style.text or "").partition("@media (prefers-color-scheme:dark)")
    names = [part.partition(":")[0] for part in light.partition("{")[2].split(";") if part.startswith("--")]
    assert names
    assert [name for name in names if f"{name}:#" not in dark] == []


def _luminance(code: str) -> float:
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("shade", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, "paper") for ink in INKS),
        *((ink, "panel") for ink in INKS),
        *((ink, f"{ink}-soft") for ink in INKS[2:]),
        *((f"on-heat-{level}", f"heat-{level}") for level in (1, 2, 3, 4)),
    ],
)
def test_what_is_written_can_be_read_on_its_ground(ink: str, ground: str, shade: int) -> None:
    """The contrast that the guidelines for accessible content ask of small text: 4.5 to 1."""
    style = parsed(picture()).find(f"{SVG}style")
    assert style is not None
    part = (style.text or "").split("@media")[shade]
    colours = dict(each.split(":", 1) for each in part.replace("{", ";").split(";") if each.startswith("--"))
    assert _contrast(colours[f"--{ink}"], colours[f"--{ground}"]) >= 4.5


def test_a_colour_that_there_is_not_is_refused() -> None:
    assert colour("ink") == "var(--ink)"
    with pytest.raises(KeyError):
        colour("pink")


@pytest.mark.parametrize(
    ("length", "written"),
    [(1, "1"), (Fraction(1, 3), "0.33"), (2.50, "2.5"), (-0.001, "0"), (Fraction(200, 2), "100"), (-1.5, "-1.5")],
)
def test_a_length_has_two_digits_at_most(length: Fraction, written: str) -> None:
    assert pixels(length) == written


def test_lines_and_paths() -> None:
    assert str(line((0, 1), (2, 3), stroke="red")) == '<line x1="0" y1="1" x2="2" y2="3" stroke="red"/>'
    assert str(path([(0, 1), (2, 3)], stroke_width=2)) == '<path d="M0,1 L2,3" fill="none" stroke-width="2"/>'


def test_lengths_never_look_like_a_card_number() -> None:
    """Four, one and fifteen more: as a path this is a place far down a very long picture, not somebody's card."""
    assert 'd="M4111.11,111111.11 L1111,1"' in str(path([(4111.11, 111111.11), (1111, 1)]))


def test_a_text_may_stand_on_a_halo() -> None:
    assert 'paint-order="stroke"' in str(text(0, 0, "x", halo="paper"))
    assert "stroke" not in str(text(0, 0, "x"))


@given(words, words)
def test_more_words_are_never_narrower(one: str, more: str) -> None:
    assert text_width(one, 13) <= text_width(one, 13) + text_width(more, 13)
    assert text_width(one, 13) <= text_width(one, 13, bold=True)


@pytest.mark.parametrize(
    ("said", "ems"),
    [("", 0), ("W", 0.9), ("ll", 0.5), ("Ж", 0.9), ("漢字", 2), ("e\u0301", 0.6), ("€", 0.6), ("→", 0.8), ("A", 0.7)],
)
def test_widths_are_no_less_than_those_of_wide_fonts(said: str, ems: float) -> None:
    assert text_width(said, 1) >= Fraction(str(ems))


@given(words, st.integers(0, 300))
def test_what_is_cut_fits_and_says_so(said: str, width: int) -> None:
    cut = fitting(said, width, 13)
    assert cut == said or cut.endswith("…")
    assert cut in (said, "…") or text_width(cut, 13) <= width


@given(st.lists(st.text("abc…м", min_size=1, max_size=9), max_size=12), st.integers(40, 300), st.integers(1, 3))
def test_lines_are_broken_between_words_and_none_is_lost_unseen(said: list[str], width: int, most: int) -> None:
    lines = wrapped(" ".join(said), width, 13, lines=most)
    assert len(lines) <= most
    assert all(text_width(each, 13) <= width for each in lines)
    if not any(each.endswith("…") for each in lines):
        assert " ".join(lines) == " ".join(said)
