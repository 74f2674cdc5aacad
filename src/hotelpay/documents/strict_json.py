"""JSON as money needs it read: no duplicate keys, no NaN, no bottomless nesting, no endless line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any, Final

import attrs

#: No document of ours nests deeper than eight; ``extra`` may hold what a PMS likes, within reason.
DEEPEST: Final = 64
_BRACKETS_OR_STRINGS: Final = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*"', re.DOTALL)


@attrs.frozen
class Limits:
    """How much a document may ask of the machine; the defaults are far above honest documents."""

    setup_bytes: int = 4_000_000
    line_bytes: int = 1_000_000
    faults: int = 1_000


class JsonFault(ValueError):
    """A text that is not the JSON that is wanted; ``line`` counts from 1, ``path`` is known for few faults."""

    def __init__(self, code: str, message: str, *, line: int | None = None, path: str = "") -> None:
        """Keep the parts."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.path = path


def parse(text: bytes) -> Any:
    """Return the value of a JSON text, or raise :class:`JsonFault`."""
    return _decoded(text, _STRICT)


def _decoded(text: bytes, decoder: json.JSONDecoder) -> Any:
    if text.count(b"[") + text.count(b"{") > DEEPEST and _depth(text) > DEEPEST:
        raise JsonFault("too_deep", f"nested deeper than {DEEPEST} levels")
    try:
        return decoder.decode(text.decode())
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise JsonFault("not_utf8", f"byte {error.start + 1} is not UTF-8", line=line) from None
    except json.JSONDecodeError as error:
        raise JsonFault("not_json", f"not JSON: {error.msg} (column {error.colno})", line=error.lineno) from None
    except _DuplicateKey as duplicate:
        path = _path_of_duplicate(text)
        raise JsonFault("duplicate_key", f"the key {duplicate} stands twice in one object", path=path) from None
    except JsonFault:
        raise
    except ValueError as error:
        # Python refuses to read an integer of thousands of digits.
        raise JsonFault("not_json", "a number of thousands of digits") from error


def _depth(text: bytes) -> int:
    deepest = depth = 0
    for token in _BRACKETS_OR_STRINGS.finditer(text):
        match token.group()[:1]:
            case b"[" | b"{":
                depth += 1
                deepest = max(deepest, depth)
            case b"]" | b"}":
                depth -= 1
            case _:
                pass
    return deepest


class _DuplicateKey(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKey(_twice(pairs))
    return found


def _twice(pairs: list[tuple[str, Any]]) -> str:
    keys = [key for key, _ in pairs]
    return ascii(next(key for key in keys if keys.count(key) > 1)[:60])


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JsonFault("not_json", "a number too large to be one")
    return number


def _constant(text: str) -> Any:
    raise JsonFault("not_json", f"{text} is not a JSON number")


def _decoder(make_object: Callable[[list[tuple[str, Any]]], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=make_object, parse_float=_number, parse_constant=_constant)


_STRICT: Final = _decoder(_object)


class _Marked(dict[str, Any]):
    """An object that had a key twice."""


def _path_of_duplicate(text: bytes) -> str:
    """Read the text again, marking the objects with a key twice, and find the first of them."""
    marking = _decoder(lambda pairs: (dict if len(dict(pairs)) == len(pairs) else _Marked)(pairs))
    return _find_marked(_decoded(text, marking), "") or ""


def _find_marked(value: Any, path: str) -> str | None:
    if isinstance(value, _Marked):
        return path
    if isinstance(value, dict):
        children = [(f"{path}.{key}".lstrip("."), child) for key, child in value.items()]
    elif isinstance(value, list):
        children = [(f"{path}[{place}]", child) for place, child in enumerate(value)]
    else:
        return None
    return next((found for where, child in children if (found := _find_marked(child, where)) is not None), None)
