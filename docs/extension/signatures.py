"""How classes are called: attrs classes by their fields with types and defaults; what nobody calls, without that."""

from __future__ import annotations

import enum
import functools
import inspect
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_type_hints

import attrs
from sphinx.application import Sphinx
from sphinx.util.inspect import object_description
from sphinx.util.typing import stringify_annotation

from extension.names import listed_names, value_of

#: A union of so many classes is written out.
_FEW: Final = 2


def show(  # noqa: PLR0913, PLR0917  an event of autodoc
    app: Sphinx, what: str, name: str, obj: object, options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Return the signature that a reader is to see."""
    signature, returns = _named(app, signature), _named(app, returns)
    del options
    if what == "method" and ".test_" in name:
        return "()", None
    if what not in {"class", "exception"} or not isinstance(obj, type):
        return signature, returns
    if attrs.has(obj):
        return _named(app, _called(obj)), None
    if issubclass(obj, enum.Enum) or getattr(obj, "_is_protocol", False):
        return "", None
    return signature, returns


def _named(app: Sphinx, signature: str | None) -> str | None:
    """Call unions by the names that they have: a list of fifteen classes tells a reader nothing."""
    if signature is None:
        return None
    for written, name in _unions(Path(app.srcdir, "api")):
        signature = signature.replace(written, f"~{name}")
    return signature


@functools.cache
def _unions(api: Path) -> list[tuple[str, str]]:
    """Return the unions that have an entry, as signatures write them, with their names; the longest first."""
    found = {name: value_of(name) for name in listed_names(api)}
    written = {
        stringify_annotation(value, mode="smart"): name
        for name, value in found.items()
        if isinstance(value, UnionType) and len(value.__args__) > _FEW
    }
    return sorted(written.items(), key=lambda union: -len(union[0]))


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
    # attrs says that Factory is a function; it is a class, and this its one public attribute here.
    factory = getattr(default, "factory", None)
    if factory is not None:
        return f"{factory.__name__}()" if isinstance(factory, type) else "..."
    text = object_description(default)
    return "..." if text.startswith("<") else text
