"""Draw the pictures of the documentation: ``python docs/pictures/draw.py DIR``.

Each is one SVG file in ``DIR``, the same bytes every time. Nothing in them is made up that the library knows: windows
are those of a real timeline, amounts those of real formulas and quotes, steps those of real intents. They are committed
beside this file, so that whoever reads the Markdown sees them too; a test fails where one is no longer what is drawn.
``python docs/pictures/draw.py docs/pictures`` brings them up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from drawings import PICTURES


def main() -> None:
    """Draw them all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        (folder / f"{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
