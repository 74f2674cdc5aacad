"""The setup document: one JSON or TOML object, read whole, refused whole."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from hotelpay.documents import scalars, strict_json, strict_toml
from hotelpay.documents.complaints import Complaint, complaints
from hotelpay.documents.converters import converter
from hotelpay.documents.faults import DocumentError, Fault, is_not
from hotelpay.documents.lines import Steps, children, line_finder, written
from hotelpay.documents.strict_json import JsonFault, Limits
from hotelpay.documents.thorough import STAND_IN
from hotelpay.errors import HotelpayError
from hotelpay.hotel import Setup
from hotelpay.money import Currency

FORMAT: Final = "hotelpay/1"
_FORMAT_SHAPE: Final = re.compile(r"hotelpay/1(\.[0-9]{1,6})?")


def load_setup(path: str | Path, *, limits: Limits | None = None) -> Setup:
    """Read a setup from a file; ``.toml`` is TOML, everything else JSON.

    Raises :class:`~hotelpay.documents.DocumentError` with **every** fault, ``OSError`` where there is no file.
    """
    path = Path(path)
    limits = limits or Limits()
    with path.open("rb") as file:
        text = file.read(limits.setup_bytes + 1)
    return parse_setup(text, document=str(path), toml=path.suffix.lower() == ".toml", limits=limits)


def parse_setup(
    text: bytes | str, *, document: str = "setup", toml: bool = False, limits: Limits | None = None
) -> Setup:
    """Read a setup from a text; ``document`` is the name that faults give it."""
    limits = limits or Limits()
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    try:
        value = _parsed(raw.removeprefix(BOM_UTF8), limits, toml=toml)
    except JsonFault as fault:
        found = Fault(code=fault.code, path=fault.path, message=fault.message, document=document, line=fault.line)
        raise DocumentError([found]) from None
    try:
        return setup_from(value, document=document, limits=limits)
    except DocumentError as error:
        line_of = line_finder(raw.removeprefix(BOM_UTF8).decode(), toml=toml)
        placed = [attrs.evolve(fault, line=line_of(fault.path)) for fault in error.faults]
        raise DocumentError(sorted(placed, key=lambda fault: fault.line or 0)) from None


def _parsed(raw: bytes, limits: Limits, *, toml: bool) -> Any:
    if len(raw) > limits.setup_bytes:
        raise JsonFault("too_large", f"larger than {limits.setup_bytes} bytes: that is no setup")
    return (strict_toml if toml else strict_json).parse(raw, depth=limits.depth)


def setup_from(value: object, *, document: str = "setup", limits: Limits | None = None) -> Setup:
    """Return the setup of a value that a JSON or TOML parser made (numbers with a fraction are refused)."""
    limits = limits or Limits()
    if not isinstance(value, dict):
        message = is_not(value, "an object with format, timezone, currency …")
        raise DocumentError([Fault(code="wrong_type", path="", message=message, document=document)])
    found = list(_too_much(value, limits))
    setup = None
    if not found:
        rest = {key: item for key, item in value.items() if key != "format"}
        setup, found = _structured(rest)
        found = [*_format_complaints(value.get("format")), *found]
    if setup is None or found:
        raise DocumentError(
            Fault(code=each.code, path=each.path, message=each.message, document=document)
            for each in found[: max(1, limits.faults)]
        )
    return setup


def _too_much(value: object, limits: Limits) -> Iterator[Complaint]:
    """Yield what is nested too deeply, and the lists with more items than are read.

    Tasks are compared with one another, each with each. A host's own parser may have read deeper than ours would.
    """
    waiting: list[tuple[Steps, object]] = [((), value)]
    while waiting:
        path, each = waiting.pop()
        if len(path) >= limits.depth:
            yield Complaint("too_deep", written(path), f"nested deeper than {limits.depth} levels")
        elif isinstance(each, list) and len(each) > limits.items:
            message = f"a list of {len(each)} items; at most {limits.items} are taken"
            yield Complaint("too_large", written(path), message)
        else:
            inner = [((*path, step), child) for step, child in children(each) if isinstance(child, dict | list)]
            waiting += reversed(inner)


def setup_document(setup: Setup) -> dict[str, Any]:
    """Return a setup as the document that :func:`setup_from` reads."""
    fields = converter(setup.currency, detailed=True).unstructure(setup, Setup)
    return {"format": FORMAT, **fields}


def _structured(rest: dict[str, Any]) -> tuple[Setup | None, list[Complaint]]:
    """Return the setup, or everything that is wrong with it."""
    try:
        currency = Currency.of(scalars.text(rest.get("currency")))
    except HotelpayError:
        currency = STAND_IN
    try:
        return converter(currency, detailed=True).structure(rest, Setup), []
    except Exception as error:  # noqa: BLE001  complaints() raises again what is no fault of the document
        found = list(complaints(error))
    return None, [*found, *_hidden_duplicates(rest, {each.path for each in found})]


def _hidden_duplicates(rest: dict[str, Any], known: set[str]) -> Iterator[Complaint]:
    """Yield the ids that stand twice in a list whose other faults kept it from being built."""
    bonus = rest.get("bonus")
    lists = {
        "guarantee_policies": rest.get("guarantee_policies"),
        "tasks": rest.get("tasks"),
        "bonus.payment_types": bonus.get("payment_types") if isinstance(bonus, dict) else None,
    }
    for name, items in lists.items():
        seen: set[str] = set()
        for place, item in enumerate(items if isinstance(items, list) else ()):
            given = item.get("id") if isinstance(item, dict) else None
            path = f"{name}[{place}].id"
            if not isinstance(given, str):
                continue
            if given in seen and path not in known:
                yield Complaint("duplicate_id", path, is_not(given, "different from the ids before it"))
            seen.add(given)


def _format_complaints(value: Any) -> Iterator[Complaint]:
    if value == FORMAT:
        return
    if value is None:
        yield Complaint("missing_field", "format", f'this field is needed: "{FORMAT}"')
    elif isinstance(value, str) and _FORMAT_SHAPE.fullmatch(value):
        message = f"the document needs a hotelpay that reads {value}; this one reads {FORMAT}"
        yield Complaint("newer_format", "format", message)
    else:
        yield Complaint("unknown_format", "format", is_not(value, f'"{FORMAT}"'))
