"""Building both archives, and looking into them with our own eyes and with the tools that package indexes use."""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import attrs
from campaigns.package import archives
from campaigns.package.environments import Ran, run, tool
from campaigns.package.words import Line


@attrs.frozen
class Built:
    """A checkout, and what was built of it in its folder ``dist``."""

    root: Path
    version: str

    @property
    def folder(self) -> str:
        """The name that both archives begin with."""
        return f"hotelpay-{self.version}"

    @property
    def wheel(self) -> Path:
        """The wheel, made from the checkout."""
        return self.root / "dist" / f"{self.folder}-py3-none-any.whl"

    @property
    def sdist(self) -> Path:
        """The source distribution."""
        return self.root / "dist" / f"{self.folder}.tar.gz"


def build(root: Path, scratch: Path) -> Built:
    """Build sdist and wheel of a checkout; what an older build left in ``dist`` is removed first."""
    version: str = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    built = Built(root, version)
    for old in (root / "dist").glob("hotelpay-*"):
        old.unlink()
    ran = run(sys.executable, "-m", "build", "--sdist", "--wheel", "--outdir", root / "dist", root, cwd=scratch)
    if ran.status:
        raise SystemExit(f"it cannot be built:\n{ran.end}")
    return built


def look_into(built: Built, scratch: Path) -> Iterator[Line]:
    """Tell what is in the archives, and what is said about them."""
    wheel, sdist = archives.read_wheel(built.wheel), archives.read_sdist(built.sdist)
    catalogues = sum(name.endswith(".mo") for name in wheel)
    seen = f"{len(wheel)} files, {_kilobytes(built.wheel)}, {catalogues} message catalogues"
    yield Line.of("wheel", seen, archives.wheel_faults(wheel, built.root, built.folder))
    seen = f"{len(sdist)} files, {_kilobytes(built.sdist)}"
    yield Line.of("sdist", seen, archives.sdist_faults(sdist, built.root, built.folder))
    again = archives.read_wheel(_from_sdist(built, scratch))
    yield Line.of("wheel of sdist", "compared byte by byte", archives.differences(wheel, again))
    yield _said("wheel contents", run(tool("check-wheel-contents"), built.wheel, cwd=scratch))
    yield _said("twine", run(tool("twine"), "check", "--strict", built.wheel, built.sdist, cwd=scratch))


def _kilobytes(path: Path) -> str:
    return f"{path.stat().st_size // 1000} kB"


def _from_sdist(built: Built, scratch: Path) -> Path:
    shutil.unpack_archive(built.sdist, scratch, filter="data")
    source = scratch / built.folder
    ran = run(sys.executable, "-m", "build", "--wheel", "--outdir", scratch, source, cwd=scratch)
    if ran.status:
        raise SystemExit(f"no wheel can be built of the sdist:\n{ran.end}")
    return scratch / built.wheel.name


def _said(what: str, ran: Ran) -> Line:
    return Line.of(what, "content" if not ran.status else "not content", [ran.end] if ran.status else ())
