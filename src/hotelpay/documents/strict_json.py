"""JSON as money needs it read: no duplicate keys, no NaN, no bottomless nesting, no endless line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

import attrs

from hotelpay.documents.lines import Steps, json_places, written
from hotelpay.errors import shown
from hotelpay.texts import whole_number

#: No document of ours nests deeper than eight; ``extra`` may hold what a PMS likes, within reason.
DEEPEST: Final = 64
_MOST: Final = 10**12
#: Python's stack has room for no more in every reader.
_MOST_DEPTH: Final = 100
# A text that never ends is taken to the end at once: looking for its end from every quote in it would take hours.
_BRACKETS_OR_TEXTS: Final = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_NUMBER: Final = re.compile(r"-?(?:[0-9][0-9.eE+-]*|NaN|Infinity)")


@attrs.frozen
class Limits:
    """How much a document may ask of the machine; the defaults are far above honest documents.

    Of a setup ``setup_bytes`` and the ``items`` of one list; of a stream ``lines`` and the ``line_bytes`` of one; of
    both the ``depth`` of objects and lists within one another (at most 100), and the ``faults`` that are told.
    """

    setup_bytes: int = 4_000_000
    line_bytes: int = 1_000_000
    faults: int = 1_000
    depth: int = DEEPEST
    items: int = 1_000
    lines: int = 10_000_000

    def __attrs_post_init__(self) -> None:
        for name in ("setup_bytes", "line_bytes", "faults", "items", "lines"):
            whole_number(getattr(self, name), name, 0, _MOST)
        whole_number(self.depth, "depth", 1, _MOST_DEPTH)


class JsonFault(ValueError):
    """A text that is not the JSON that is wanted; ``line`` counts from 1, ``path`` is known for few faults."""

    def __init__(self, code: str, message: str, *, line: int | None = None, path: str = "") -> None:
        """Keep the parts."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.path = path


def too_deep(depth: int, *, line: int | None = None) -> JsonFault:
    """Return the fault of a text that nests deeper than ``depth`` levels."""
    return JsonFault("too_deep", f"nested deeper than {depth} levels", line=line)


def parse(text: bytes, *, depth: int = DEEPEST) -> Any:
    """Return the value of a JSON text, or raise :class:`JsonFault`."""
    if text.count(b"[") + text.count(b"{") > depth:
        _refuse_depth(text, depth)
    try:
        return _STRICT.decode(text.decode())
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise JsonFault("not_utf8", f"byte {error.start + 1} is not UTF-8", line=line) from None
    except json.JSONDecodeError as error:
        raise JsonFault("not_json", f"not JSON: {error.msg} (column {error.colno})", line=error.lineno) from None
    except ValueError:
        # Ours, or Python's own, which refuses to read an integer of thousands of digits.
        raise next(_faults_in(text.decode())) from None


def _refuse_depth(text: bytes, depth: int) -> None:
    level = 0
    for token in _BRACKETS_OR_TEXTS.finditer(text):
        match token.group()[:1]:
            case b"[" | b"{":
                level += 1
            case b"]" | b"}":
                level -= 1
            case _:
                pass
        if level > depth:
            raise too_deep(depth, line=text.count(b"\n", 0, token.start()) + 1)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("infinite")
    return number


def _constant(text: str) -> Any:
    raise ValueError(text)


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_constant)


def _faults_in(text: str) -> Iterator[JsonFault]:
    """Yield the keys that stand twice and the numbers that are none; up to the first of them the text is JSON."""
    seen: set[Steps] = set()
    for place in json_places(text):
        if place.path in seen:
            message = f"the key {shown(place.path[-1])} stands twice in one object"
            line = text.count("\n", 0, place.begins) + 1
            yield JsonFault("duplicate_key", message, line=line, path=written(place.path[:-1]))
        seen.add(place.path)
        number = _NUMBER.match(text, place.value_begins)
        if number is not None and not _is_readable(number[0]):
            wrong = f"{number[0]} is not a JSON number" if number[0][-1].isalpha() else "a number too large to be one"
            yield JsonFault("not_json", wrong, line=text.count("\n", 0, place.value_begins) + 1)


def _is_readable(number: str) -> bool:
    try:
        _STRICT.decode(number)
    except ValueError:
        return False
    return True
