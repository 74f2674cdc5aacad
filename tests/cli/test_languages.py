"""``hotelpay --lang``: the same answers in another language; the codes, ids and numbers stay."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from command_line import Answer, hotelpay
from hotelpay.cli import made_up_hotel
from hotelpay.messages import FINDINGS, PERSON_REASONS, QUOTE_REASONS, REASONS
from hotelpay.moments import instant, utc_text

AT = utc_text(instant(made_up_hotel.NOW))
NIGHT = "2025-07-12T00:00:00Z"

CYRILLIC = re.compile("[\N{CYRILLIC SMALL LETTER A}-\N{CYRILLIC SMALL LETTER YA}]")

foreign = pytest.mark.parametrize("language", ["ru", "bg"])


class Files(NamedTuple):
    """A hotel in a folder of its own, with a store that commands write to."""

    folder: Path

    def ask(self, language: str | None, *command: str) -> Answer:
        """Run a command in a language; file names are those of the folder."""
        chosen = () if language is None else ("--lang", language)
        known = {"SETUP": "setup.json", "ROWS": "reservations.jsonl", "DB": "hotel.db", "CHAIN": "none.db"}
        return hotelpay(*chosen, *(str(self.folder / known[word]) if word in known else word for word in command))


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("seven-gulls")
    assert hotelpay("demo", "--write", folder, "--format", "json").status == 0
    return Files(folder)


DECIDING = [
    line.split()
    for line in (
        "check -s SETUP",
        f"preview -s SETUP -r ROWS --at {AT} --explain",
        f"preview -s SETUP -r ROWS --at {AT} --reservation {made_up_hotel.CANCELLED}",
        f"forecast -s SETUP -r ROWS --from {AT} --to {NIGHT}",
        f"backtest -s SETUP -r ROWS --from 2025-07-01T00:00:00Z --to {AT}",
        "bonus quote -s SETUP --payment-type kontur --balance=-1800.00 --currency RUB --card-balance 100.5",
        "bonus quote -s SETUP --payment-type kontur --balance 0.00 --currency EUR --card-balance 0",
    )
]

_GUEST = f"--reservation {made_up_hotel.SPA_GUEST} --folio F1"
_CARD = "--payment-type kontur --card K-20250711 --card-balance 9746.38"
#: In this order: each goes on where the one before it has left the store.
ACTING = [
    line.split()
    for line in (
        f"run -s SETUP -r ROWS --db DB --at {AT} --declines 30 --timeouts 40",
        f"run -s SETUP -r ROWS --db DB --at {AT}",
        f"recover --db DB --at {AT}",
        "report --db DB",
        f"bonus redeem -s SETUP --db DB {_GUEST} {_CARD} --points 450 --redemption spa --at {AT}",
        f"bonus redeem -s SETUP --db DB {_GUEST} {_CARD} --points 99999 --redemption more --at {AT}",
        f"bonus reverse --db DB --redemption spa --reversal back --at {AT}",
        f"rearm --db DB --task deposit --reservation {made_up_hotel.NO_CARD} --by Anna --reason why",
        "erase --db DB --reservation R-1004",
    )
]


@foreign
def test_what_people_read_is_in_their_language(hotel: Files, language: str, tmp_path: Path) -> None:
    """Whatever Latin word is left is an id, a code, a currency or a name from the hotel's own documents."""
    here = Files(tmp_path)
    for name in ("setup.json", "reservations.jsonl"):
        (tmp_path / name).write_bytes((hotel.folder / name).read_bytes())
    kept = _kept_words(hotel)
    for command in (*DECIDING, *ACTING):
        answer = here.ask(language, *command)
        assert answer.status in (0, 1, 2), answer.err
        said = answer.out + answer.err
        words = set(re.findall(r"[A-Za-z][A-Za-z_-]+", said.replace("hotelpay:", "")))
        assert words - kept == set(), (command, said)
        assert CYRILLIC.search(said), command


def _kept_words(hotel: Files) -> set[str]:
    """Return every word of the documents, every code, and what stands for nothing in another language."""
    rows = (hotel.folder / "reservations.jsonl").read_text(encoding="utf-8").splitlines()
    values = [*_texts(json.loads((hotel.folder / "setup.json").read_text())), *_texts([*map(json.loads, rows)])]
    codes = {*REASONS, *FINDINGS, *QUOTE_REASONS, *PERSON_REASONS, "no_card"}
    names = {"spa", "back", "RUB", "EUR", "BONUS", "OTA", "PMS", "UTC"}
    words = {word for text in values for word in re.findall(r"[A-Za-z][A-Za-z_-]+", text)}
    said_by_a_processor = {"no", "answer", "in", "time"}
    return words | codes | names | said_by_a_processor


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


@foreign
@pytest.mark.parametrize("command", DECIDING, ids=lambda command: " ".join(command[:2]))
def test_documents_differ_in_their_sentences_alone(hotel: Files, language: str, command: list[str]) -> None:
    english, said = _document(hotel, None, *command), _document(hotel, language, *command)
    assert _without_messages(said) == _without_messages(english)
    for theirs, ours in zip(_messages(said), _messages(english), strict=True):
        assert theirs != ours
        assert CYRILLIC.search(theirs)


@functools.cache
def _document(hotel: Files, language: str | None, *command: str) -> Any:
    return json.loads(hotel.ask(language, *command, "-f", "json").out)


def _without_messages(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: None if key == "message" else _without_messages(inner) for key, inner in value.items()}
    return [*map(_without_messages, value)] if isinstance(value, list) else value


def _messages(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "message":
                yield inner
            else:
                yield from _messages(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _messages(inner)


def test_english_asked_for_has_words_for_codes_and_the_dates_of_a_locale(hotel: Files) -> None:
    command = ("preview", "-s", "SETUP", "-r", "ROWS", "--at", AT)
    plain, english = hotel.ask(None, *command), hotel.ask("en", *command)
    assert plain.out.startswith("The cycle at 2025-07-11 12:00+0300: ")
    assert english.out.startswith("The cycle at 11 Jul 2025, 12:00: ")
    assert "preauthorization" in plain.out
    assert "pre-authorisation" in english.out
    assert "no fitting card" in english.out
    assert "preauthorization" not in english.out


def test_the_language_may_come_from_the_environment(hotel: Files) -> None:
    setup = hotel.folder / "setup.json"
    asked = hotelpay("check", "-s", setup, settings={"HOTELPAY_LANG": "bg"})
    assert asked == hotelpay("--lang", "bg", "check", "-s", setup)
    assert asked != hotelpay("check", "-s", setup)


@pytest.mark.parametrize("words", [["--lang", "bg"], ["--lang=bg"]])
def test_the_language_may_stand_behind_the_command(hotel: Files, words: list[str]) -> None:
    """People write it where they think of it."""
    asked = hotel.ask("bg", "check", "-s", "SETUP")
    assert hotel.ask(None, "check", *words, "-s", "SETUP") == asked
    assert hotel.ask(None, "check", "-s", "SETUP", *words) == asked


def test_what_ends_the_options_ends_the_look_for_a_language(hotel: Files) -> None:
    answer = hotel.ask(None, "schema", "--", "--lang=bg")
    assert (answer.status, answer.out) == (2, "")
    assert "--lang=bg" in answer.err


def test_an_unknown_language_is_refused(hotel: Files) -> None:
    answer = hotel.ask("fr", "check", "-s", "SETUP")
    assert (answer.status, answer.out) == (2, "")
    assert all(word in answer.err for word in ("'fr'", "en, ru, bg"))


@foreign
def test_the_demo_is_told_in_every_language(hotel: Files, language: str) -> None:
    said = hotel.ask(language, "demo").out
    story, _, commands = said.partition("hotelpay demo --write")
    words = set(re.findall(r"[A-Za-z][A-Za-z_-]+", story))
    assert words - _kept_words(hotel) == {"Hotel", "Seven", "Gulls", "demo"}
    assert commands.rstrip() == hotelpay("demo").out.partition("hotelpay demo --write")[2].rstrip()
