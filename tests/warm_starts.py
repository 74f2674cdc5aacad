"""Processes of the command that begin where it is already imported: most of a short command's time is its imports.

Each command still has a process of its own, with its own streams, environment and folder; only the interpreter is
not a fresh one. How a fresh one starts is for the tests that call :data:`command_line.COMMAND`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TextIO

from hotelpay.cli import main


@cache
def _forks() -> ForkServerContext:
    """Return where processes begin; the first one of them imports what commands use."""
    forks = get_context("forkserver")
    forks.set_forkserver_preload(["hotelpay.cli.app", "hotelpay.adapters.sql", "hotelpay.adapters.babel"])
    return forks


def run(arguments: Sequence[str], stdin: bytes, environment: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """Run the command to its end; return its exit status, what it printed, and what it told on standard error."""
    with TemporaryDirectory() as name:
        streams = Path(name)
        (streams / "stdin").write_bytes(stdin)
        process = _forks().Process(target=_command, args=(arguments, streams, dict(environment)))
        process.start()
        process.join()
        status = process.exitcode
        process.close()
        assert status is not None
        return status, (streams / "stdout").read_bytes(), (streams / "stderr").read_bytes()


def _command(arguments: Sequence[str], streams: Path, environment: Mapping[str, str]) -> None:
    """Be the command: as a fresh interpreter sets itself up for it."""
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        with (streams / name).open("rb" if name == "stdin" else "wb") as file:
            os.dup2(file.fileno(), descriptor)
    sys.stdin, sys.stdout, sys.stderr = _standard(0, "r"), _standard(1, "w"), _standard(2, "w")
    sys.argv = ["hotelpay", *arguments]
    main()


def _standard(descriptor: int, mode: Literal["r", "w"]) -> TextIO:
    """Return a standard stream, which writes what it has at every end of a line."""
    return open(descriptor, mode, buffering=1, encoding="utf-8", closefd=False)
