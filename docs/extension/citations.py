"""Decisions and scenarios that a docstring cites by number and id, as links."""

from __future__ import annotations

from sphinx.application import Sphinx


def link(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:  # noqa: PLR0913, PLR0917
    """Turn each citation of a docstring into a link."""
