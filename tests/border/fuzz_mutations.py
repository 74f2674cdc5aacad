"""Documents changed as somebody would get them wrong: a value replaced, a field added, left out or said twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from border.fuzz_seeds import HOSTILE_TOKENS

#: Stands in a document where a raw token is put afterwards.
_HERE: Final = "@here@"


def mutated(data: bytes, random: Random, *, most: int = 5) -> bytes:
    """Return JSON, or lines of it, with one to ``most`` changes; what is no JSON is returned as it is."""
    lines = data.split(b"\n")
    place = random.randrange(len(lines))
    for _ in range(random.randint(1, most)):
        lines[place] = _changed(lines[place], random)
    if random.random() < 0.05:
        lines.insert(place, lines[place])
    return b"\n".join(lines)


def _changed(line: bytes, random: Random) -> bytes:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return line
    places = list(_places(value))
    if not places:
        return line
    token = _change(places, random)
    try:
        written = json.dumps(value)
    except ValueError:  # it holds itself
        return line
    return written.replace(json.dumps(_HERE), token).encode(errors="surrogatepass")


def _change(places: list[tuple[Any, Any]], random: Random) -> str:
    """Change one place of a document, and return what is to be written where ``_HERE`` stands."""
    holder, key = random.choice(places)
    match random.randrange(6):
        case 0 | 1:
            holder[key] = _HERE
        case 2:
            other, name = random.choice(places)
            holder[key] = json.loads(json.dumps(other[name]))
        case 3:
            del holder[key]
        case 4 if isinstance(holder, dict):
            holder[random.choice(places)[1] if random.random() < 0.5 else f"{key}x"] = holder[key]
        case 4:
            holder.insert(key, holder[key])
        case _:
            holder[key] = [holder[key]] if random.random() < 0.5 else {str(key): holder[key]}
    return random.choice(HOSTILE_TOKENS)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from _places(item)
