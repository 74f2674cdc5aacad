"""JSON Lines as a stream: values one at a time, every fault with its line."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, TypeVar

from hotelpay.documents import strict_json
from hotelpay.documents.complaints import Complaint
from hotelpay.documents.faults import DocumentError, Fault
from hotelpay.documents.strict_json import JsonFault, Limits

_T = TypeVar("_T")


def read_json_lines(
    file: BinaryIO,
    build: Callable[[Any], _T],
    explain: Callable[[Any], Iterable[Complaint]],
    *,
    document: str,
    limits: Limits | None = None,
) -> Iterator[_T]:
    """Yield what ``build`` makes of each line; blank lines are passed over.

    Where ``build`` fails, ``explain`` says what is wrong with the value. A fault does not stop the reading:
    from the first one on nothing more is yielded, the rest is looked through, and
    :class:`~hotelpay.documents.DocumentError` is raised at the end with every fault (at most
    ``limits.faults``). So who has taken everything has a document without faults.
    """
    limits = limits or Limits()
    faults: list[Fault] = []
    for number, line in _lines(file, limits):
        try:
            value = _parsed(line, limits)
        except JsonFault as fault:
            complaints = [Complaint(fault.code, fault.path, fault.message)]
        else:
            try:
                built = build(value)
            except Exception:
                complaints = list(explain(value))
                if not complaints:
                    raise
            else:
                if not faults:
                    yield built
                continue
        faults += (
            Fault(code=each.code, path=each.path, message=each.message, document=document, line=number)
            for each in complaints
        )
        if len(faults) >= limits.faults:
            break
    if faults:
        raise DocumentError(faults[: max(1, limits.faults)])


def _parsed(line: bytes | JsonFault, limits: Limits) -> Any:
    if isinstance(line, JsonFault):
        raise line
    return strict_json.parse(line, depth=limits.depth)


def _lines(file: BinaryIO, limits: Limits) -> Iterator[tuple[int, bytes | JsonFault]]:
    """Yield the lines that are not blank with their numbers; a fault for one that is too long, or one too many."""
    longest, number = limits.line_bytes, 0
    while line := file.readline(longest + 1):
        number += 1
        if number > limits.lines:
            yield number, JsonFault("too_large", f"more than {limits.lines} lines")
            return
        if len(line) > longest and not line.endswith(b"\n"):
            yield number, JsonFault("too_large", f"a line of more than {longest} bytes")
            while line and not line.endswith(b"\n"):
                line = file.readline(longest + 1)
            continue
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
        if line := line.rstrip():
            yield number, line
