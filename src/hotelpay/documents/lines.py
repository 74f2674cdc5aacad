"""On which line of a text a path stands, so that a person finds the fault."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator
from json import JSONDecoder
from typing import Any, Final, NamedTuple, TypeAlias

from hotelpay.documents.faults import in_path

#: A path in its parts: keys and list places.
Steps: TypeAlias = tuple[str | int, ...]

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_COLON: Final = re.compile(r"[ \t\n\r]*:[ \t\n\r]*")
_COMMA: Final = re.compile(r"[ \t\n\r]*,?[ \t\n\r]*")
_SCALAR: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[^\s,\[\]{}]*')
_TOML_PIECE: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|"(?:[^"\\\n]|\\.)*+"'''
    r"""|'''.*?'{3,5}|'[^'\n]*'|\#[^\n]*|[\[\]{}\n]""",
    re.DOTALL,
)
_DECODER: Final = JSONDecoder()


def steps(path: str) -> Steps:
    """Return the parts of a path written as ``tasks[2].amount``."""
    return tuple(int(place) if place else key for key, place in _STEP.findall(path))


def written(path: Steps) -> str:
    """Return the path of these parts as faults write it; keys that a hostile document made up are harmless in it."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{in_path(step)}" for step in path)
    return "".join(parts).removeprefix(".")


def line_finder(text: str, *, toml: bool) -> Callable[[str], int | None]:
    """Return what gives the line of a path, or of its nearest ancestor that stands in the text."""
    found: dict[str, int] = {}
    for steps_to, line in _toml_lines(text).items() if toml else _json_lines(text):
        found.setdefault(written(steps_to), line)

    def line_of(path: str) -> int | None:
        while path and path not in found:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return found.get(path)

    return line_of


class Place(NamedTuple):
    """Where a value of a JSON text stands; a member begins with its key, an item with its value."""

    path: Steps
    begins: int
    value_begins: int


def json_places(text: str) -> Iterator[Place]:
    """Yield where every value stands, in the order of the text; as far as it is read it must be JSON."""
    position = _after(_BLANK, text, 0)
    yield Place((), position, position)
    yield from _inside(text, position, ())


def _inside(text: str, position: int, path: Steps) -> Generator[Place, None, int]:
    """Yield where everything stands that the value at ``position`` holds, and return where that value ends."""
    if text[position] not in "[{":
        return _after(_SCALAR, text, position)
    is_object = text[position] == "{"
    position, count = _after(_BLANK, text, position + 1), 0
    while text[position] not in "]}":
        begins = position
        step: str | int = count
        if is_object:
            step, position = _DECODER.raw_decode(text, position)
            position = _after(_COLON, text, position)
        yield Place((*path, step), begins, position)
        position = yield from _inside(text, position, (*path, step))
        position = _after(_COMMA, text, position)
        count += 1
    return position + 1


def _after(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Return where a pattern that fits at ``position`` ends."""
    found = pattern.match(text, position)
    return found.end() if found else position


def _json_lines(text: str) -> Iterator[tuple[Steps, int]]:
    """Yield the line of every path of a valid JSON text; a member's line is that of its key."""
    line_ends = [end.start() for end in re.finditer("\n", text)]
    for place in json_places(text):
        yield place.path, bisect_left(line_ends, place.begins) + 1


def _toml_lines(text: str) -> dict[Steps, int]:
    """Return the line of every path of a valid TOML text; all that one statement sets is on its first line.

    tomllib tells no positions, so it is given one statement at a time. This is read only where there is a
    fault to place.
    """
    found: dict[Steps, int] = {(): 1}
    tables: dict[Steps, int] = {}
    table: Steps = ()
    for number, statement in _toml_statements(text):
        value = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _opened_table(value, tables)
            for length in range(1, len(table) + 1):
                found.setdefault(table[:length], number)
        else:
            for path in _paths(value, table):
                found.setdefault(path, number)
    return found


def _toml_statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number or, where a value goes over several, those together with the first's."""
    begins = depth = 0
    number = first = 1
    for piece in _TOML_PIECE.finditer(f"{text}\n"):
        what = piece[0]
        number += what.count("\n")
        depth += (what in "[{") - (what in "]}")
        if what == "\n" and not depth:
            yield first, text[begins : piece.end()]
            begins, first = piece.end(), number


def _opened_table(header: Any, tables: dict[Steps, int]) -> Steps:
    """Return the path of the table that a header opens; ``tables`` counts those in each list of tables."""
    path: Steps = ()
    while isinstance(header, dict) and header:
        ((key, header),) = header.items()
        path = (*path, key)
        if isinstance(header, list):
            tables[path] = tables.get(path, 0) + 1
        if path in tables:
            path = (*path, tables[path] - 1)
    return path


def _paths(value: Any, path: Steps) -> Iterator[Steps]:
    yield path
    for step, child in children(value):
        yield from _paths(child, (*path, step))


def children(value: Any) -> Iterable[tuple[str | int, Any]]:
    """Return what an object or a list holds, each with its key or place; nothing for anything else."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()
