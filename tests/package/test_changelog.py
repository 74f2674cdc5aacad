"""What the next release will tell: fragments of known kinds, with words, that towncrier can read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
FOLDER = ROOT / SETTINGS["directory"]
KINDS = [kind["directory"] for kind in SETTINGS["type"]]
FRAGMENTS = sorted(path for path in FOLDER.iterdir() if path.name != "README.md")


def parts(name: str) -> tuple[str, str]:
    """Return the words and the kind of a fragment's name: those that `changes/README.md` tells."""
    match = re.fullmatch(r"(\+[a-z0-9-]+|[0-9]+)\.([a-z]+)\.md", name)
    assert match, f"{name}: a fragment is called +WORDS.KIND.md, or NUMBER.KIND.md"
    return match[1], match[2]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
def test_a_fragment_is_of_a_known_kind_and_says_something(fragment: Path) -> None:
    _, kind = parts(fragment.name)
    assert kind in KINDS
    text = fragment.read_text(encoding="utf-8")
    assert re.fullmatch(r"\S.*[.)]\n", text, re.DOTALL), "a fragment is one sentence or more, with a newline at the end"
    assert not re.search(r"^(#|[-*] )", text, re.MULTILINE), "a heading or a list breaks the list that it goes into"


@pytest.mark.parametrize(
    "name", ["timeline.added.md", "+Timeline.added.md", "+timeline.md", "+timeline.added.rst", "+.added.md"]
)
def test_another_name_is_no_fragment(name: str) -> None:
    with pytest.raises(AssertionError, match="a fragment is called"):
        parts(name)


def test_the_kinds_are_those_that_the_page_tells_each_with_its_own_heading() -> None:
    told = re.search(r"The kinds are (.+?)\.\n", (FOLDER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert told
    assert re.findall(r"`(\w+)`", told[1]) == KINDS
    assert [kind["name"] for kind in SETTINGS["type"]] == [kind.title() for kind in KINDS]
    assert all(kind["showcontent"] for kind in SETTINGS["type"])


def test_a_release_knows_its_place_in_the_changelog() -> None:
    """Towncrier writes below the mark, and above the newest version so far."""
    changelog = (ROOT / SETTINGS["filename"]).read_text(encoding="utf-8")
    before, mark, after = changelog.partition(SETTINGS["start_string"])
    assert mark, "the mark that towncrier looks for is gone"
    assert "\n## " not in before
    assert re.match(r"\n## \[\d+\.\d+\.\d+\] - ", after)
