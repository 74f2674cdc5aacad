"""What the schemas are made of: objects, fields, lists, choices, and the texts of both documents.

Each call makes new dicts: what a caller does to a schema stays with the caller.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from hotelpay.documents.scalars import DATE_PATTERN, INSTANT_PATTERN
from hotelpay.money import DECIMAL_PATTERN
from hotelpay.texts import LONGEST_IDENTIFIER

#: A schema, or a part of one.
Schema: TypeAlias = dict[str, Any]
#: The fields of an object by name.
Fields: TypeAlias = dict[str, Schema]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def document(name: str, title: str, body: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return the schema of a whole document: what ``body`` says, and the definitions that it refers to."""
    head = {"$schema": _DIALECT, "$id": f"urn:hotelpay:1:{name}", "title": title}
    return {**head, **body, "$defs": {**definitions}}


def closed_object(meaning: str, fields: Fields, *, optional: tuple[str, ...] = ()) -> Schema:
    """Take these fields and no others; those without a default are required, unless they are ``optional``."""
    required = [name for name, field in fields.items() if "default" not in field and name not in optional]
    shape: Schema = {"type": "object", "description": meaning, "properties": fields}
    return {**shape, "required": required, "additionalProperties": False}


def one_of(variants: Mapping[str, Schema], meaning: str) -> Schema:
    """Take exactly one of the definitions of these names."""
    return {"description": meaning, "oneOf": [ref(name) for name in variants]}


def ref(definition: str) -> Schema:
    """Take what a definition of the same document takes."""
    return {"$ref": f"#/$defs/{definition}"}


def field(kind: Schema, meaning: str, **notes: Any) -> Schema:
    """Take what ``kind`` takes, with a meaning; ``notes`` are a default or examples."""
    return {**kind, "description": meaning, **notes}


def nullable(kind: Schema, meaning: str, **notes: Any) -> Schema:
    """Take what ``kind`` takes, or null, which means the same as a field left out."""
    return {"anyOf": [kind, {"type": "null"}], "description": meaning, "default": None, **notes}


def list_of(items: Schema, meaning: str, **notes: Any) -> Schema:
    """Take a list; left out it is empty."""
    return {"type": "array", "items": items, "description": meaning, "default": [], **notes}


def switch(meaning: str) -> Schema:
    """Take true or false; every switch is off until switched on."""
    return {"type": "boolean", "description": meaning, "default": False}


def whole(lowest: int, highest: int) -> Schema:
    """Take a whole number from ``lowest`` to ``highest``."""
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def choice(members: Iterable[enum.Enum]) -> Schema:
    """Take the value of one of these members of an enumeration."""
    return {"type": "string", "enum": [member.value for member in members]}


def _matching(pattern: str, meaning: str, *examples: str) -> Schema:
    return {"type": "string", "pattern": f"^({pattern})$", "description": meaning, "examples": list(examples)}


def texts(*names: str) -> dict[str, Schema]:
    """Return the definitions of these texts; both documents are made of them."""
    known: dict[str, Schema] = {
        "identifier": {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_IDENTIFIER,
            "description": f"A text of 1 to {LONGEST_IDENTIFIER} printable characters.",
        },
        "name": {
            "type": "string",
            "maxLength": LONGEST_IDENTIFIER,
            "description": f"What people call it: at most {LONGEST_IDENTIFIER} printable characters, or nothing.",
        },
        "decimal": _matching(
            DECIMAL_PATTERN, "A decimal, written as a text so that no program rounds it.", "135.00", "-50"
        ),
        "instant": _matching(
            INSTANT_PATTERN, "A moment: ISO 8601 with a UTC offset or Z.", "2024-01-10T09:30:00+02:00"
        ),
        "date": _matching(DATE_PATTERN, "A date on the hotel's clock.", "2024-02-01"),
        "currency": _matching("[A-Z]{3}", "An ISO 4217 code with a minor unit, withdrawn ones included.", "EUR"),
    }
    return {name: known[name] for name in names}
