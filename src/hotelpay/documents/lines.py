"""On which line of a text a path stands, so that a person finds the fault."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from json import JSONDecoder
from typing import Any, Final, TypeAlias

#: A path in its parts: keys and list places.
Steps: TypeAlias = tuple[str | int, ...]

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = JSONDecoder()


def steps(path: str) -> Steps:
    """Return the parts of a path written as ``tasks[2].amount``."""
    return tuple(int(place) if place else key for key, place in _STEP.findall(path))


def line_finder(text: str, *, toml: bool) -> Callable[[str], int | None]:
    """Return what gives the line of a path, or of its nearest ancestor that stands in the text."""
    found = _toml_lines(text) if toml else _json_lines(text)

    def line_of(path: str) -> int | None:
        parts = steps(path)
        while parts not in found and parts:
            parts = parts[:-1]
        return found.get(parts)

    return line_of


def _json_lines(text: str) -> dict[Steps, int]:
    """Return the line of every path of a valid JSON text; a member's line is that of its key."""
    line_ends = [end.start() for end in re.finditer("\n", text)]
    found: dict[Steps, int] = {}

    def walk(position: int, path: Steps) -> int:
        """Note the value that begins at ``position``, and return where it ends."""
        found.setdefault(path, bisect_left(line_ends, position) + 1)
        if text[position] not in "[{":
            return _DECODER.raw_decode(text, position)[1]
        is_object = text[position] == "{"
        position, place = _skip_blank(text, position + 1), 0
        while text[position] not in "]}":
            step: str | int = place
            if is_object:
                key_position = position
                step, position = _DECODER.raw_decode(text, position)
                found.setdefault((*path, step), bisect_left(line_ends, key_position) + 1)
                position = _skip_blank(text, _skip_blank(text, position) + 1)  # over the colon
            position = _skip_blank(text, walk(position, (*path, step)))
            if text[position] == ",":
                position = _skip_blank(text, position + 1)
            place += 1
        return position + 1

    walk(_skip_blank(text, 0), ())
    return found


def _skip_blank(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _toml_lines(text: str) -> dict[Steps, int]:
    """Return the line on which every path of a TOML text is complete.

    tomllib tells no positions, so longer and longer beginnings of the text are read: a path stands where the
    first beginning that has it ends. A cut inside a list or a text of several lines is no TOML and is passed
    over. This is read only where there is a fault to place.
    """
    found: dict[Steps, int] = {}
    beginning = ""
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        beginning += line
        try:
            value = tomllib.loads(beginning)
        except tomllib.TOMLDecodeError:
            continue
        for path in _paths(value, ()):
            found.setdefault(path, number)
    return found


def _paths(value: Any, path: Steps) -> Iterator[Steps]:
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from _paths(child, (*path, step))
