"""The JSON Schemas: field by field, as JSON, and as files to take along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from extension.tables import code, table
from hotelpay.documents.schema import SCHEMAS


def text() -> str:
    """Return a section for each document, with one for each of its parts."""
    return "\n".join(part for name, schema in SCHEMAS.items() for part in _document(name, schema()))


def write(app: Sphinx, failure: Exception | None) -> None:
    """Write the files that the page offers beside it."""
    if failure is None and app.builder.format == "html":
        for name, schema in SCHEMAS.items():
            Path(app.outdir, _file(name)).write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")


def _file(name: str) -> str:
    return f"{name}.schema.json"


def _document(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"## {name}\n\n{schema['description']}\n"
    yield f'File: <a href="{_file(name)}" download>{_file(name)}</a>, or `hotelpay schema {name}`.\n'
    yield _fields(name, schema)
    for part, inner in schema["$defs"].items():
        yield f"### {name}: {part}\n\n{inner.get('description', '')}\n"
        yield _fields(name, inner) if "properties" in inner else f"Type: {_kind(name, inner)}.\n"
    whole = f"```json\n{json.dumps(schema, indent=2)}\n```"
    yield f"<details><summary>{_file(name)}, the whole of it</summary>\n\n{whole}\n\n</details>\n"


def _fields(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = [
        (code(field), _kind(name, inner), _default(inner, needed=field in required), inner.get("description", ""))
        for field, inner in schema["properties"].items()
    ]
    return table(("field", "type", "default", "meaning"), rows)


def _default(schema: dict[str, Any], *, needed: bool) -> str:
    if "default" in schema:
        return code(json.dumps(schema["default"]))
    return "required" if needed else "none"


def _kind(name: str, schema: dict[str, Any]) -> str:
    """Return the type of a value in words, with its bounds."""
    match schema:
        case {"$ref": str(reference)}:
            part = reference.rpartition("/")[2]
            kind = f"[{part}](#{name}-{part})"
        case {"const": value}:
            kind = code(json.dumps(value))
        case {"enum": choices}:
            kind = ", ".join(code(json.dumps(choice)) for choice in choices)
        case {"anyOf": choices} | {"oneOf": choices}:
            kind = " or ".join(_kind(name, choice) for choice in choices)
        case {"type": "array", "items": items}:
            kind = f"list of {_kind(name, items)}"
        case {"type": "null"}:
            kind = code("null")
        case _:
            kind = f"{schema.get('type', 'anything')}{_bounds(schema)}"
    return kind


def _bounds(schema: dict[str, Any]) -> str:
    match schema:
        case {"minimum": least, "maximum": most}:
            return f", {least} to {most}"
        case {"minLength": least, "maxLength": most}:
            return f" of {least} to {most} characters"
        case {"maxLength": most}:
            return f" of at most {most} characters"
        case {"pattern": pattern}:
            return f" like {code(pattern)}"
        case _:
            return ""
