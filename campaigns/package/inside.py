"""Run in an environment under test: prints as JSON what is installed and which modules of hotelpay can be imported."""

from __future__ import annotations

import json
import pkgutil
import sys
from importlib import import_module
from importlib.metadata import distributions

import hotelpay


def error_of(module: str) -> str | None:
    try:
        import_module(module)
    except ImportError as error:
        return f"{type(error).__name__}: {error}"
    return None


def walked() -> list[str]:
    """Return the modules; a folder that cannot be imported hides what is in it."""
    return [each.name for each in pkgutil.walk_packages(hotelpay.__path__, "hotelpay.", onerror=lambda _: None)]


sys.stdout.write(
    json.dumps(
        {
            "distributions": {each.name: (each.version, each.requires or []) for each in distributions()},
            "modules": {name: error_of(name) for name in walked() if name != "hotelpay.__main__"},
        }
    )
)
