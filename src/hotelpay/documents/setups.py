"""The setup document: one JSON or TOML object, read whole, refused whole."""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from hotelpay.card_numbers import mask_card_numbers
from hotelpay.documents import scalars, strict_json
from hotelpay.documents.complaints import Complaint, complaints
from hotelpay.documents.converters import converter
from hotelpay.documents.faults import DocumentError, Fault, is_not
from hotelpay.documents.lines import children, line_finder
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
    if len(text) > limits.setup_bytes:
        message = f"larger than {limits.setup_bytes} bytes: that is no setup"
        raise DocumentError([Fault(code="too_large", path="", message=message, document=str(path))])
    return parse_setup(text, document=str(path), toml=path.suffix.lower() == ".toml")


def parse_setup(text: bytes | str, *, document: str = "setup", toml: bool = False) -> Setup:
    """Read a setup from a text; ``document`` is the name that faults give it."""
    raw = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    raw = raw.removeprefix(BOM_UTF8)
    try:
        value = _toml(raw) if toml else strict_json.parse(raw)
    except JsonFault as fault:
        found = Fault(code=fault.code, path=fault.path, message=fault.message, document=document, line=fault.line)
        raise DocumentError([found]) from None
    try:
        return setup_from(value, document=document)
    except DocumentError as error:
        line_of = line_finder(raw.decode(), toml=toml)
        placed = [attrs.evolve(fault, line=line_of(fault.path)) for fault in error.faults]
        raise DocumentError(sorted(placed, key=lambda fault: fault.line or 0)) from None


def setup_from(value: object, *, document: str = "setup") -> Setup:
    """Return the setup of a value that a JSON or TOML parser made (numbers with a fraction are refused)."""
    if not isinstance(value, dict):
        message = is_not(value, "an object with format, timezone, currency …")
        raise DocumentError([Fault(code="wrong_type", path="", message=message, document=document)])
    rest = {key: item for key, item in value.items() if key != "format"}
    setup, found = _structured(rest)
    found = [*_format_complaints(value.get("format")), *found]
    if setup is None or found:
        raise DocumentError(
            Fault(code=each.code, path=each.path, message=each.message, document=document) for each in found
        )
    return setup


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
        seen: list[object] = []
        for place, item in enumerate(items if isinstance(items, list) else ()):
            given = item.get("id") if isinstance(item, dict) else None
            path = f"{name}[{place}].id"
            if isinstance(given, str) and given in seen and path not in known:
                yield Complaint("duplicate_id", path, is_not(given, "different from the ids before it"))
            seen.append(given)


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


def _toml(raw: bytes) -> Any:
    try:
        value = tomllib.loads(raw.decode())
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise JsonFault("not_utf8", f"byte {error.start + 1} is not UTF-8", line=line) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else raw.count(b"\n") + 1
        raise JsonFault("not_toml", mask_card_numbers(f"not TOML: {error}"), line=line) from None
    except ValueError:
        # Python refuses to read an integer of thousands of digits.
        longest = max(re.finditer(rb"[0-9_]+", raw), key=lambda digits: len(digits[0]))
        line = raw.count(b"\n", 0, longest.start()) + 1
        raise JsonFault("not_toml", "a number too large to be one", line=line) from None
    except RecursionError:
        raise _too_deep() from None
    _refuse_depth(value)
    return value


def _refuse_depth(value: Any) -> None:
    """Refuse what JSON could not nest either: a key with dots nests as deep as it likes without a bracket."""
    level = [value]
    for _ in range(strict_json.DEEPEST):
        level = [child for parent in level for _, child in children(parent)]
    if any(isinstance(each, dict | list) for each in level):
        raise _too_deep()


def _too_deep() -> JsonFault:
    return JsonFault("too_deep", f"nested deeper than {strict_json.DEEPEST} levels")
