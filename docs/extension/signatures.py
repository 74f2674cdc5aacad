"""How classes are called: attrs classes by their fields with types and defaults, what nobody calls without brackets."""

from __future__ import annotations

import enum
import inspect
from typing import Any, get_type_hints

import attrs
from sphinx.application import Sphinx
from sphinx.util.inspect import object_description
from sphinx.util.typing import stringify_annotation


def show(  # noqa: PLR0913, PLR0917  an event of autodoc
    app: Sphinx, what: str, name: str, obj: object, options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Return the signature that a reader is to see."""
    del app, name, options
    if what not in {"class", "exception"} or not isinstance(obj, type):
        return signature, returns
    if attrs.has(obj):
        return _called(obj), None
    if issubclass(obj, enum.Enum) or getattr(obj, "_is_protocol", False):
        return "", None
    return signature, returns


def _called(cls: type[attrs.AttrsInstance]) -> str:
    """Return the parameters of an attrs class: those that take any position first, then those by name."""
    hints = get_type_hints(cls)
    fields = [field for field in attrs.fields(cls) if field.init and not is_private(field, hints)]
    parts = [_parameter(field, hints) for field in fields if not field.kw_only]
    named = [_parameter(field, hints) for field in fields if field.kw_only]
    return f"({', '.join([*parts, *(['*', *named] if named else [])])})"


def is_private(field: attrs.Attribute[Any], hints: dict[str, Any]) -> bool:
    """Tell whether a field, or its type, is nobody else's business."""
    return field.name.startswith("_") or "._" in stringify_annotation(hints[field.name])


def private_fields(cls: type) -> list[str]:
    """Return the names of the fields that are not shown."""
    if not attrs.has(cls):
        return []
    hints = get_type_hints(cls)
    return [field.name for field in attrs.fields(cls) if is_private(field, hints)]


def _parameter(field: attrs.Attribute[Any], hints: dict[str, Any]) -> str:
    text = f"{field.alias}: {stringify_annotation(taken(field, hints), mode='smart')}"
    return text if field.default is attrs.NOTHING else f"{text} = {default_text(field.default)}"


def taken(field: attrs.Attribute[Any], hints: dict[str, Any]) -> Any:  # noqa: ANN401  a type of any kind
    """Return what a field takes: where it is converted, what the converter takes."""
    converter = field.converter
    if not inspect.isfunction(converter):
        return hints[field.name]
    first = next(iter(inspect.signature(converter).parameters))
    return get_type_hints(converter).get(first, hints[field.name])


def default_text(default: object) -> str:
    """Return a default as a reader would write it, or dots where that takes a computation."""
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  a class, though typed as a function
        factory = default.factory  # type: ignore[attr-defined]
        return f"{factory.__name__}()" if isinstance(factory, type) else "..."
    return object_description(default)
