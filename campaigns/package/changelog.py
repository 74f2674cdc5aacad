"""The fragments of the next version's changelog, rendered and thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from campaigns.package.building import Built
from campaigns.package.environments import run, tool
from campaigns.package.words import Line


def render(built: Built, scratch: Path) -> Iterator[Line]:
    """Tell whether towncrier renders every fragment."""
    del scratch
    ran = run(tool("towncrier"), "build", "--draft", "--version", built.version, "--dir", built.root, cwd=built.root)
    rendered = " ".join(ran.said.split())
    fragments = sorted(set((built.root / "changes").glob("*.md")) - {built.root / "changes" / "README.md"})
    faults = [ran.end] if ran.status else []
    faults += [f"{each.name} is not rendered" for each in fragments if _words(each) not in rendered]
    yield Line.of("draft", f"{len(fragments)} fragments", faults)


def _words(fragment: Path) -> str:
    return " ".join(fragment.read_text(encoding="utf-8").split())
