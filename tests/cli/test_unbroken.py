"""No-break spaces in a terminal: no line ends at one where the line has room for what they hold together."""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from contextvars import copy_context
from functools import cache

import pytest
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from command_line import COMMAND, Hotel, environment, hotelpay
from hotelpay.cli import demo, made_up_hotel, tables
from hotelpay.cli.made_up_crash import Crash, made_up_crash
from hotelpay.cli.made_up_story import made_up_story
from hotelpay.cli.options import OutputFormat
from hotelpay.cli.speech import speak
from hotelpay.cli.unbroken import UnbrokenConsole
from hotelpay.moments import instant, utc_text

SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}"
#: What no-break spaces hold together: an amount, a number with its unit, a date's year.
HELD = re.compile(rf"\S+(?:[{SPACES}]\S+)+")
PRIVATE = re.compile("[\ue000-\uf8ff]")
WIDTHS = (40, 60, 80, 100)
WIDEST = 120

NOW = utc_text(instant(made_up_hotel.NOW))

foreign = pytest.mark.parametrize("language", ["ru", "bg"])
at_widths = pytest.mark.parametrize("width", WIDTHS)


def held(text: str) -> Counter[str]:
    return Counter(each[0] for line in text.splitlines() for each in HELD.finditer(line))


@cache
def told(language: str | None, width: int) -> str:
    """Return the demo in a language and a width."""
    return copy_context().run(_told, language, width)


story = cache(made_up_story)


@cache
def crash() -> Crash:
    return made_up_crash(story())


def _told(language: str | None, width: int) -> str:
    with pytest.MonkeyPatch.context() as patch:
        paper = io.StringIO()
        patch.setenv("COLUMNS", str(width))
        patch.setattr("sys.stdout", paper)
        patch.setattr(demo, "made_up_story", story)
        patch.setattr(demo, "made_up_crash", lambda _: crash())
        speak(language)
        demo.demo(None, OutputFormat.TABLE)
    return paper.getvalue()


def drawn(shown: RenderableType, width: int) -> list[str]:
    """Draw something on a console of a width; lines without what they are padded with."""
    paper = io.StringIO()
    UnbrokenConsole(file=paper, width=width, markup=False, highlight=False, emoji=False).print(shown)
    return [line.rstrip(" ") for line in paper.getvalue().splitlines()]


# The demo.


@foreign
@at_widths
def test_the_demo_tears_nothing_that_a_line_has_room_for(language: str, width: int) -> None:
    """Its table of days is the only one that is wider than 40 columns even with nothing in it but amounts."""
    wide, narrow = (_chapters(told(language, each)) for each in (WIDEST, width))
    assert sum(map(held, wide), Counter()).total() > 60
    for number, (expected, found) in enumerate(zip(wide, narrow, strict=True)):
        if (number, width) != (5, 40):
            assert held(found) == held(expected)


def _chapters(text: str) -> list[str]:
    return re.split(r"^(?=[1-8]  .*─$)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("language", [None, "ru", "bg"])
@at_widths
def test_the_demo_loses_no_digit(language: str | None, width: int) -> None:
    assert digits(told(language, width)) == digits(told(language, WIDEST))


def digits(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d", text))


@foreign
@at_widths
def test_the_demo_is_as_wide_as_its_terminal(language: str, width: int) -> None:
    text, _, _ = told(language, width).partition("hotelpay demo --write")
    assert max(map(len, text.splitlines())) == width
    assert not PRIVATE.search(text)


# Other commands.


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Hotel:
    made = Hotel(tmp_path_factory.mktemp("seven-gulls"))
    made.write("setup.json", made_up_hotel.setup())
    made.write("reservations.jsonl", list(made_up_hotel.reservations()))
    return made


@pytest.mark.parametrize(
    "command",
    [
        f"forecast -s S -r R --from {NOW} --to 2025-07-17T21:00:00Z",
        f"backtest -s S -r R --from 2025-07-01T00:00:00Z --to {NOW}",
    ],
    ids=lambda command: command.split()[0],
)
def test_a_command_tears_nothing_that_a_line_has_room_for(hotel: Hotel, command: str) -> None:
    files = {"S": str(hotel.setup), "R": str(hotel.reservations)}
    arguments = [files.get(word, word) for word in command.split()]
    wide = hotelpay("--lang", "bg", *arguments)
    narrow = hotelpay("--lang", "bg", *arguments, settings={"COLUMNS": "60"})
    assert (wide.status, narrow.status) == (0, 0)
    assert held(narrow.out) == held(wide.out)
    assert held(wide.out).total() > 20
    assert not PRIVATE.search(wide.out + narrow.out)


def quote(hotel: Hotel) -> list[str]:
    words = "bonus quote --payment-type kontur --balance=-1800.00 --currency RUB --card-balance 9746600.38 --setup"
    return [*words.split(), str(hotel.setup)]


def test_an_output_that_knows_no_stand_in_has_the_spaces(hotel: Hotel) -> None:
    """A stand-in would be a question mark here; the space is not."""
    command = [*COMMAND, "--lang", "bg", *quote(hotel)]
    settings = environment(PYTHONIOENCODING="cp1251")
    ran = subprocess.run(command, capture_output=True, encoding="cp1251", env=settings, check=True)
    assert "9\u00a0746\u00a0600,38" in ran.stdout
    assert held(ran.stdout.replace("|", " ")) == held(hotelpay("--lang", "bg", *quote(hotel)).out)


def test_an_output_that_knows_no_such_space_has_a_question_mark_for_it(hotel: Hotel) -> None:
    answer = hotelpay("--lang", "bg", *quote(hotel), settings={"PYTHONIOENCODING": "ascii"})
    assert (answer.status, answer.err) == (0, "")
    assert "9?746?600,38" in answer.out


# Texts.


@pytest.mark.parametrize("space", SPACES)
def test_a_line_ends_before_what_is_held_together(space: str) -> None:
    amount = f"60{space}000,00{space}RUB"
    assert drawn(f"more than {amount} enough", 18) == ["more than", amount, "enough"]


def test_what_no_line_has_room_for_is_folded_at_its_spaces() -> None:
    assert drawn("60\u00a0000,00\u00a0RUB", 7) == ["60\u00a0", "000,00\u00a0", "RUB"]


def test_a_character_that_could_be_a_stand_in_stays_what_it_is() -> None:
    text = "\ue000 1\u00a0000 \ue001 2\u202f000 \ue002\ue000"
    assert " ".join(drawn(text, 9)) == text


def test_colors_stay_where_they_are() -> None:
    text = Text.assemble("due: ", ("1\u00a0800,00\u00a0RUB", "red"), " today")
    segments = UnbrokenConsole(width=80).render(text)
    assert [(each.text, str(each.style)) for each in segments if each.text.strip()] == [
        ("due: ", "none"),
        ("1\u00a0800,00\u00a0RUB", "red"),
        (" today", "none"),
    ]


# Tables.


AMOUNT = "9\u00a0746\u00a0600,38\u00a0RUB"


def table(*cells: str, no_wrap: bool = False) -> Table:
    """Return a table with one row, whose last column has amounts."""
    made = tables.table_of(*("words" for _ in cells[1:]))
    made.add_column("an amount to be paid", justify="right", no_wrap=no_wrap)
    made.add_row(*cells)
    return made


@pytest.mark.parametrize("no_wrap", [False, True])
@pytest.mark.parametrize("width", range(22, 70))
def test_words_and_headings_give_way_to_amounts(width: int, no_wrap: bool) -> None:  # noqa: FBT001
    cells = ("a cell full of words", "reservation-of-a-long-name", AMOUNT)
    lines = drawn(table(*cells, no_wrap=no_wrap), width)
    assert sum(line.endswith(AMOUNT) for line in lines) == 1
    assert max(map(len, lines)) <= width
    assert Counter("".join("".join(lines).split())) >= Counter("".join("".join(cells).split()))


@pytest.mark.parametrize("no_wrap", [False, True])
@pytest.mark.parametrize("width", range(9, 22))
def test_an_amount_that_a_table_has_no_room_for_is_folded(width: int, no_wrap: bool) -> None:  # noqa: FBT001
    lines = drawn(table("7", "8", AMOUNT, no_wrap=no_wrap), width)
    assert digits("".join(lines)) == digits(f"78{AMOUNT}")


@pytest.mark.parametrize("width", range(40, 140, 9))
def test_where_nothing_is_torn_or_cut_a_table_is_as_rich_lays_it_out(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Plain English has no no-break spaces."""
    told_of, zone = story(), story().setup.timezone

    def shown() -> list[RenderableType]:
        return [
            tables.forecast_table(told_of.forecast, zone),
            tables.preview_table(told_of.preview, zone),
            tables.findings_table(told_of.findings),
            tables.skip_table(told_of.not_taken),
            tables.quote_table(told_of.quote),
        ]

    ours = [drawn(each, width) for each in shown()]
    monkeypatch.setattr(tables, "UnbrokenTable", Table)
    theirs = [drawn(each, width) for each in shown()]
    assert not any("…" in line for lines in theirs for line in lines)
    assert ours == theirs
