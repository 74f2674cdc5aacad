"""Public names: the one under which users import a thing, and the one under which the source defines it."""

from __future__ import annotations

import ast
import functools
from importlib import import_module
from inspect import getsource
from pathlib import Path
from typing import Any, Final, NewType

#: The packages whose ``__all__`` is a promise; a name that stands in several is imported from the first.
PACKAGES: Final = (
    "hotelpay",
    "hotelpay.documents",
    "hotelpay.documents.schema",
    "hotelpay.findings",
    "hotelpay.messages",
    "hotelpay.observed",
    "hotelpay.pages",
    "hotelpay.pictures",
    "hotelpay.adapters.logs",
    "hotelpay.adapters.mail",
    "hotelpay.adapters.otel",
    "hotelpay.adapters.procrastinate",
    "hotelpay.adapters.sql",
    "hotelpay.adapters.stripe",
    "hotelpay.testing.contracts",
)


def value_of(full_name: str) -> Any:  # noqa: ANN401  a class, a function, an alias: anything that can be imported
    """Return what can be imported under a full name."""
    module, _, name = full_name.rpartition(".")
    return getattr(import_module(module), name)


@functools.cache
def home_of(full_name: str) -> str:
    """Return the full name under which the source defines what is public as ``full_name``."""
    module, _, name = full_name.rpartition(".")
    home = _imports(module).get(name)
    return full_name if home is None else home_of(f"{home}.{name}")


@functools.cache
def _imports(module: str) -> dict[str, str]:
    """Return where a module has its names from."""
    tree = ast.parse(getsource(import_module(module)))
    return {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
    }


@functools.cache
def public_names() -> dict[str, str]:
    """Return the full public name of every definition that has one, by the name of the definition."""
    names: dict[str, str] = {}
    for package in PACKAGES:
        for name in import_module(package).__all__:
            names.setdefault(home_of(f"{package}.{name}"), f"{package}.{name}")
    for name in port_names():
        names.setdefault(name, name)
    return names


def port_names() -> list[str]:
    """Return what ``hotelpay.ports`` itself defines for everybody."""
    module = import_module("hotelpay.ports")
    return [
        f"{module.__name__}.{name}"
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_")
    ]


def public_name_of(definition: str) -> str:
    """Return a full name as users write it: a part of something public by the public name, any other as it is."""
    names = public_names()
    head, tail = definition, ""
    while head:
        if head in names:
            return names[head] + tail
        head, _, last = head.rpartition(".")
        tail = f".{last}{tail}"
    return definition


def is_alias(value: object) -> bool:
    """Tell whether a value names a type without being a class."""
    return isinstance(value, NewType) or (hasattr(value, "__args__") and not isinstance(value, type))


def listed_names(folder: Path) -> list[str]:
    """Return the full names that the directives of the API pages list, in their order, repeated where they are."""
    return [name for page in sorted(folder.glob("*.rst")) for name in _listed(page.read_text(encoding="utf-8"))]


def _listed(page: str) -> list[str]:
    names: list[str] = []
    module = None
    for line in page.splitlines():
        if line.startswith(".. public:: "):
            module = line.removeprefix(".. public:: ").strip()
        elif module and line.startswith("   "):
            names.append(f"{module}.{line.strip()}")
        elif line.strip():
            module = None
    return names
