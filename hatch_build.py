"""What the build adds to pyproject.toml: README.md as a package index shows it.

Its relative links lead somewhere in a checkout and in the source distribution, and nowhere on a package index. There
each becomes its words with the path beside them, and a picture is left out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?://)[^)]*\)\n+")
_RELATIVE_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://|#)([^)\s]+)\)")


class Description(MetadataHookInterface):
    """Hands README.md over as the package's description."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the description to the project's metadata."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": _RELATIVE_LINK.sub(_as_words, _PICTURE.sub("", text)),
        }


def _as_words(link: re.Match[str]) -> str:
    words, path = link.groups()
    return words if words == path else f"{words} (`{path}`)"
