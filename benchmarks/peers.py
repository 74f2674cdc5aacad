"""Where the packages that hotelpay is compared with live, and which versions of everything took part.

They are installed in a folder of their own, looked into last: one of them asks for an older dateutil than the
tests run on, and no import that is measured shall meet them.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

#: What the benchmarks compare with, by the names under which it is installed.
PEERS: Final = (
    "zen-engine",
    "datalogic-py",
    "simpleeval",
    "business-rules",
    "rule-engine",
    "common-expression-language",
    "py-moneyed",
    "stockholm",
)
_OWN: Final = ("hotelpay", "attrs", "python-dateutil", "cattrs", "SQLAlchemy")
_FOLDER: Final = Path(sys.prefix, "peers")


def find_peers() -> None:
    """Let the packages be imported."""
    if str(_FOLDER) not in sys.path:
        sys.path.append(str(_FOLDER))


def versions() -> dict[str, str]:
    """Return the version of every package that takes part; one that is not installed is left out."""
    find_peers()
    found = {}
    for name in (*_OWN, *PEERS):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
