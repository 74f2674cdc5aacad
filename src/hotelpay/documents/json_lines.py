"""JSON Lines as a stream: values one at a time, every fault with its line."""

from __future__ import annotations

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
    for number, line in _lines(file, limits.line_bytes):
        try:
            built = build(strict_json.parse(line))
        except Exception as error:  # noqa: BLE001  whatever stopped it is explained, or raised again
            faults += (
                Fault(code=each.code, path=each.path, message=each.message, document=document, line=number)
                for each in _complaints(line, error, explain, limits)
            )
            if len(faults) >= limits.faults:
                break
        else:
            if not faults:
                yield built
    if faults:
        raise DocumentError(faults)


def _complaints(
    line: bytes, error: Exception, explain: Callable[[Any], Iterable[Complaint]], limits: Limits
) -> Iterable[Complaint]:
    if len(line) > limits.line_bytes:
        return [Complaint("too_large", "", f"a line of more than {limits.line_bytes} bytes")]
    if isinstance(error, JsonFault):
        return [Complaint(error.code, error.path, error.message)]
    found = list(explain(strict_json.parse(line)))
    if not found:
        raise error
    return found


def _lines(file: BinaryIO, longest: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank with their numbers; of one that is too long only the beginning."""
    number = 0
    while line := file.readline(longest + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.isspace():
            yield number, line
        while len(line) > longest and not line.endswith(b"\n"):
            line = file.readline(longest + 1)
