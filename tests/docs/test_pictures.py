"""The pictures of the documentation: drawn from source, current, readable, and shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from drawn import SVG, outside, overlapping, parsed, size, spoken_of, texts

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "pictures"
PAGES = sorted(DOCS.rglob("*.md"))
COMMITTED = sorted(FOLDER.glob("*.svg"))
every_picture = pytest.mark.parametrize("file", COMMITTED, ids=lambda file: file.stem)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pictures as they are drawn now."""
    folder = tmp_path_factory.mktemp("pictures") / "new"
    subprocess.run([sys.executable, FOLDER / "draw.py", folder], check=True)
    return folder


def test_what_is_committed_is_what_is_drawn(fresh: Path) -> None:
    """If this fails: python docs/pictures/draw.py docs/pictures."""
    drawn = {file.name: file.read_text(encoding="utf-8") for file in fresh.iterdir()}
    assert drawn == {file.name: file.read_text(encoding="utf-8") for file in COMMITTED}
    assert drawn


@every_picture
def test_no_text_overlaps_and_nothing_lies_outside(file: Path) -> None:
    picture = parsed(file.read_text(encoding="utf-8"))
    assert overlapping(picture) == []
    assert outside(picture) == []


@every_picture
def test_a_screen_reader_has_something_to_say(file: Path) -> None:
    title, description = spoken_of(parsed(file.read_text(encoding="utf-8")))
    assert 10 < len(title) < 80
    assert len(description) > 80


@every_picture
def test_words_are_large_enough_for_a_phone(file: Path) -> None:
    """Shrunk to the 360 pixels of a narrow phone no letter is smaller than six of them, and it can be enlarged."""
    picture = parsed(file.read_text(encoding="utf-8"))
    smallest = min(int(each.attrib["font-size"]) for each in picture.iter(f"{SVG}text"))
    assert smallest * 360 / float(size(picture).right) >= 5.5
    assert texts(picture)


@every_picture
def test_a_picture_is_light_and_dark_and_brings_nothing_along(file: Path) -> None:
    svg = file.read_text(encoding="utf-8")
    assert "prefers-color-scheme:dark" in svg
    assert not re.search(r"<(script|image|use|foreignObject|a)\b|url\(|@import|href", svg)
    # A colour that is written out would not turn dark.
    body = svg.partition("</style>")[2]
    assert not re.search(r'(fill|stroke)="(?!var\(--|none)', body)


@every_picture
def test_every_picture_is_shown_on_a_page_with_words_in_its_place(file: Path) -> None:
    shown = [
        alternative
        for page in PAGES
        for alternative, path in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
        if (page.parent / path).resolve() == file.resolve()
    ]
    assert shown
    assert all(len(alternative) > 20 for alternative in shown)
