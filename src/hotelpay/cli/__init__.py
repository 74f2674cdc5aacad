"""The ``hotelpay`` command (extra ``cli``)."""

from __future__ import annotations

import os
import sys

from hotelpay.errors import HotelpayError, MissingExtra

#: Exit statuses: done; a check found errors or a person is needed; the input is wrong.
DONE, NEEDS_PERSON, WRONG_INPUT = 0, 1, 2


def main() -> None:
    """Run the command line: the result goes to standard output, everything else to standard error."""
    try:
        try:
            from hotelpay.cli.app import app  # noqa: PLC0415  the extra may be missing
        except ModuleNotFoundError as missing:
            raise MissingExtra("the command line", "cli") from missing
        app()
    except BrokenPipeError:
        # Who reads the output has read enough. Nothing may be flushed into the closed pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        _stop(f"{error.filename or 'file'}: {error.strerror or error}")
    except HotelpayError as error:
        _stop(str(error))


def _stop(message: str) -> None:
    for line in message.splitlines():
        sys.stderr.write(f"hotelpay: {line}\n")
    sys.exit(WRONG_INPUT)
