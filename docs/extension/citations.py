"""Decisions and scenarios that a docstring cites by number and id, as links."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Final

from sphinx.application import Sphinx

DOCS: Final = Path(__file__).parents[1]
#: A decision or a scenario, where it is neither a part of a word nor of code.
_CITED: Final = re.compile(r"(?<![\w`\"'-])(?:D([1-9]\d?)|(?:AP|BN)-[A-Z0-9-]*[A-Z0-9])(?![\w`\"'])")


def link(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Turn each citation of a docstring into a link."""
    del app, what, name, obj, options
    lines[:] = [line if line.lstrip().startswith(">>>") else _CITED.sub(_linked, line) for line in lines]


def _linked(cited: re.Match[str]) -> str:
    number = cited[1]
    if number is None:
        return f"`{cited[0]} <../scenarios.html>`__"
    return f"`{cited[0]} <../decisions.html#{_anchors()[number]}>`__"


@functools.cache
def _anchors() -> dict[str, str]:
    """Return the anchor of each decision by its number, made as GitHub makes anchors."""
    headings = re.findall(r"^## (D(\d+): .+)$", (DOCS / "decisions.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {number: re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading, number in headings}
