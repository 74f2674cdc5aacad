"""Is the package what its users need? ``make package``.

Builds sdist and wheel, looks into both, installs the wheel with each extra alone into an empty environment and uses it
there, reads its types with five checkers, and renders the changelog. ``python -m campaigns.package PART …`` does a part
of it; ``oldest`` (``make oldest``) runs tests on the oldest dependencies that pyproject.toml allows.

The status is 1 where anything is not as it should be.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from campaigns.package import building, changelog, extras, oldest, pythons, type_checkers
from campaigns.package.building import Built
from campaigns.package.words import Line

#: What is done, in this order: each yields lines as it goes.
PARTS: Final[dict[str, Callable[[Built, Path], Iterator[Line]]]] = {
    "archives": building.look_into,
    "extras": extras.use_each,
    "pythons": pythons.use_each,
    "types": type_checkers.check_all,
    "changelog": changelog.render,
    "oldest": oldest.test,
}
#: What takes longer, and is a target of its own.
_APART: Final = "oldest"


def main() -> int:
    """Do the parts that are asked for, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; without any all but {_APART}")
    asked: list[str] = parser.parse_args().parts or [name for name in PARTS if name != _APART]
    if unknown := set(asked) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    root, faults, begun = Path.cwd(), 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hotelpay-package-") as scratch:
        built = building.build(root, Path(scratch))
        for part in asked:
            folder = Path(scratch, part)
            folder.mkdir()
            for line in PARTS[part](built, folder):
                faults += len(line.faults)
                print(f"{part:<10} {line}", flush=True)  # noqa: T201  what was asked for
    verdict = "all is well" if not faults else f"{faults} faults"
    print(f"{'in all':<10} {verdict}, in {time.monotonic() - begun:.0f} seconds")  # noqa: T201  the sum
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
