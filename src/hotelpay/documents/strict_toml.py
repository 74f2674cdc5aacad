"""TOML as money needs it read: what JSON could not nest or hold either is refused before the reader works for hours."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from hotelpay.card_numbers import mask_card_numbers
from hotelpay.documents.lines import children
from hotelpay.documents.strict_json import DEEPEST, JsonFault, too_deep

_TEXT_OR_COMMENT: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}|"(?:[^"\\\n]|\\.)*+"'''
    r"""|'''.*?'{3,5}|'[^'\n]*'|\#[^\n]*""",
    re.DOTALL,
)
_BRACKET: Final = re.compile(r"[\[\]{}]")
#: Where the reader says that the fault is, at the very end: a key before it may say something alike.
_PLACE: Final = re.compile(r"\(at line ([0-9]{1,9}), column [0-9]{1,9}\)\Z")
_LONGEST_SAID: Final = 160


def parse(raw: bytes, *, depth: int = DEEPEST) -> Any:
    """Return the value of a TOML text, or raise :class:`~hotelpay.documents.strict_json.JsonFault`."""
    try:
        text = raw.decode()
        _refuse_depth(text, depth)
        value = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise JsonFault("not_utf8", f"byte {error.start + 1} is not UTF-8", line=line) from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), raw) from None
    except JsonFault:
        raise
    except ValueError:
        # Python refuses to read an integer of thousands of digits.
        longest = max(re.finditer(rb"[0-9_]+", raw), key=lambda digits: len(digits[0]))
        line = raw.count(b"\n", 0, longest.start()) + 1
        raise JsonFault("not_toml", "a number too large to be one", line=line) from None
    _refuse_deep_value(value, depth)
    return value


def _refuse_depth(text: str, depth: int) -> None:
    """Refuse brackets and dotted keys that nest too deeply.

    The reader follows brackets until Python's stack ends, and a key takes it time and memory with the square of its
    dots: forty kilobytes of ``a.a.a`` took ten seconds.
    """
    bare = _TEXT_OR_COMMENT.sub(lambda found: "_" + "\n" * found[0].count("\n"), text)
    # A key that begins within another one would be looked at again and again.
    long_key = re.search(rf"(?<![\w \t.-])(?:[\w-]*+[ \t]*+\.[ \t]*+){{{depth}}}", bare)
    if long_key:
        raise too_deep(depth, line=bare.count("\n", 0, long_key.start()) + 1)
    level = 1  # the document itself
    for bracket in _BRACKET.finditer(bare):
        level += 1 if bracket[0] in "[{" else -1
        if level > depth:
            raise too_deep(depth, line=bare.count("\n", 0, bracket.start()) + 1)


def _not_toml(said: str, raw: bytes) -> JsonFault:
    """Return the fault of a text that is not TOML; what the reader says of it may repeat keys of any length."""
    place = _PLACE.search(said)
    line = int(place[1]) if place else raw.count(b"\n") + 1
    message = mask_card_numbers(f"not TOML: {said[: _LONGEST_SAID * 2]}")
    if len(said) > _LONGEST_SAID:
        message = f"{message[:_LONGEST_SAID]}…"
    return JsonFault("not_toml", message, line=line)


def _refuse_deep_value(value: Any, depth: int) -> None:
    """Refuse what a table header and the keys below it nest together, each of them shallow enough."""
    level = [value]
    for _ in range(depth):
        level = [child for parent in level for _, child in children(parent)]
    if any(isinstance(each, dict | list) for each in level):
        raise too_deep(depth)
