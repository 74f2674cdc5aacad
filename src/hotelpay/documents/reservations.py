"""The reservations document: JSON Lines, read as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from hotelpay.documents.complaints import Complaint, complaints
from hotelpay.documents.converters import converter
from hotelpay.documents.faults import DocumentError, Fault, is_not
from hotelpay.documents.json_lines import read_json_lines
from hotelpay.documents.strict_json import Limits
from hotelpay.documents.thorough import STAND_IN
from hotelpay.errors import InvalidValue
from hotelpay.reservation import Reservation


def load_reservations(path: str | Path, *, limits: Limits | None = None) -> Iterator[Reservation]:
    """Read reservations from a file of JSON Lines, one at a time (:func:`read_reservations`)."""
    with Path(path).open("rb") as file:
        yield from read_reservations(file, document=str(path), limits=limits)


def read_reservations(
    file: BinaryIO, *, document: str = "reservations", limits: Limits | None = None
) -> Iterator[Reservation]:
    """Yield the reservations of a stream of JSON Lines; blank lines are passed over.

    From the first fault on nothing more is yielded, the rest is looked through, and
    :class:`~hotelpay.documents.DocumentError` is raised at the end with every fault (at most
    ``limits.faults`` of them). So who has taken everything has a document without faults.
    """
    structure = converter(STAND_IN, detailed=False).get_structure_hook(Reservation)
    seen: set[str] = set()

    def build(value: Any) -> Reservation:
        reservation: Reservation = structure(value, Reservation)
        if reservation.id in seen:
            raise InvalidValue("id", reservation.id, "different from the reservations before it", code="duplicate_id")
        seen.add(reservation.id)
        return reservation

    def explain(value: Any) -> Iterator[Complaint]:
        faulty = list(_value_complaints(value))
        yield from faulty
        if not faulty and value["id"] in seen:
            yield Complaint("duplicate_id", "id", is_not(value["id"], "different from the reservations before it"))

    return read_json_lines(file, build, explain, document=document, limits=limits)


def reservation_from(value: object, *, document: str = "reservation") -> Reservation:
    """Return the reservation of a value that a JSON parser made."""
    found = list(_value_complaints(value))
    if found:
        raise DocumentError(
            Fault(code=each.code, path=each.path, message=each.message, document=document) for each in found
        )
    return converter(STAND_IN, detailed=True).structure(value, Reservation)


def reservation_document(reservation: Reservation) -> dict[str, Any]:
    """Return a reservation as the document that :func:`reservation_from` reads, without its empty fields."""
    fields = converter(STAND_IN, detailed=True).unstructure(reservation, Reservation)
    for written, held in zip(fields.get("preauthorizations", ()), reservation.preauthorizations, strict=False):
        written["currency"] = held.amount.currency.code
    return {name: value for name, value in fields.items() if value not in (None, [], ())}


def _value_complaints(value: object) -> Iterable[Complaint]:
    try:
        converter(STAND_IN, detailed=True).structure(value, Reservation)
    except Exception as error:  # noqa: BLE001  complaints() raises again what is no fault of the document
        yield from complaints(error)
