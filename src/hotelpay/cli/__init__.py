"""The ``hotelpay`` command (extra ``cli``)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from hotelpay.errors import HotelpayError, MissingExtra

#: Exit statuses: done; a check found errors or a person is needed; the input is wrong.
DONE, NEEDS_PERSON, WRONG_INPUT = 0, 1, 2


def main() -> None:
    """Run the command line: the result goes to standard output, everything else to standard error."""
    # A caller may close a stream (`>&-`): Python then has none, and what is written goes nowhere.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  open to the end
    try:
        try:
            from hotelpay.cli.app import app  # noqa: PLC0415  the extra may be missing
        except ModuleNotFoundError as missing:
            raise MissingExtra("the command line", "cli") from missing
        try:
            app(_language_first(sys.argv[1:]))
        finally:
            sys.stdout.flush()  # here a pipe that is closed can still be handled
    except BrokenPipeError:
        _leave_quietly()
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):
            _leave_quietly()  # typer and rich would call it a failure
        raise
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        _drop_output()  # where it is what could not be written
        _stop(": ".join(filter(None, (error.filename, error.strerror or str(error)))))
    except HotelpayError as error:
        _stop(str(error))


def _language_first(words: Sequence[str]) -> list[str]:
    """Put ``--lang`` before the command, where it belongs: people write it where they think of it."""
    before_end = words[: words.index("--")] if "--" in words else words
    for place, word in enumerate(before_end):
        length = 2 if word == "--lang" else 1 if word.startswith("--lang=") else 0
        if length:
            return [*words[place : place + length], *words[:place], *words[place + length :]]
    return list(words)


def _leave_quietly() -> None:
    """Stop, since who reads the output has read enough."""
    _drop_output()
    sys.exit(DONE)


def _drop_output() -> None:
    """Let nothing be flushed at exit into a pipe that is closed or a disk that is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop(message: str) -> None:
    for line in message.splitlines():
        sys.stderr.write(f"hotelpay: {line}\n")
    sys.exit(WRONG_INPUT)
