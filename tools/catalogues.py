"""The catalogues of the languages: what there is to say is gathered from the code, and translations are compiled.

``python tools/catalogues.py update`` brings every ``.po`` file up to what the code says; what is new is empty there.
``python tools/catalogues.py compile`` writes the ``.mo`` files that the package reads. A test fails where one of
the two was forgotten, or a message lacks its translation.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from hotelpay.messages import LABELS, LANGUAGES, sentences
from hotelpay.messages.language import CATALOGUES, DOMAIN

SOURCE: Final = Path(__file__).parents[1] / "src"
#: The languages that are translated into: English is the text in the code.
TRANSLATED: Final = tuple(code for code in LANGUAGES if code != "en")
#: A catalogue is the same on every day.
_UNDATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TRANSLATORS: Final = "The hotelpay developers"
_HEADER: Final = "# What hotelpay says, in {language}. Codes and placeholders in braces stay as they are."


class Said(NamedTuple):
    """Something that is said: its text or its two English plural forms, its context, where it is said, and its code."""

    text: str | tuple[str, str]
    context: str | None = None
    place: str = ""
    comment: str = ""


def messages() -> Iterator[Said]:
    """Yield everything that the package can say."""
    for name, table in vars(sentences).items():
        if name.isupper() and isinstance(table, Mapping):
            yield from (Said(text, None, "hotelpay/messages/sentences.py", code) for code, text in table.items())
        elif name.isupper() and isinstance(table, str):
            yield Said(table, None, "hotelpay/messages/sentences.py", name.lower())
    for kind, words in LABELS.items():
        yield from (Said(word, kind, "hotelpay/messages/labels.py", code) for code, word in words.items())
    for path in sorted(SOURCE.rglob("*.py")):
        yield from _said_in(path)


def _said_in(path: Path) -> Iterator[Said]:
    """Yield what is said where it stands: the literals in calls of ``say`` and ``count``."""
    place = path.relative_to(SOURCE).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        match _name(node.func), texts:
            case "say", [text]:
                yield Said(text, None, place)
            case "count", [none, one, many]:
                yield Said(none, None, place)
                yield Said((one, many), None, place)
            case _:
                pass


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def template() -> Catalog:
    """Return the catalogue of everything there is to say, without translations."""
    catalog = _empty(None)
    for text, context, place, comment in messages():
        comments = [comment] if comment else []
        catalog.add(text, locations=[(place, 0)] if place else [], auto_comments=comments, context=context)
    return catalog


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project=DOMAIN,
        version="0",
        header_comment=_HEADER.format(language=language),
        creation_date=_UNDATED,
        revision_date=_UNDATED,
        last_translator=_TRANSLATORS,
        language_team=_TRANSLATORS,
        msgid_bugs_address=_TRANSLATORS,
        fuzzy=False,
    )


def po_file(language: str) -> Path:
    """Return where the translations into a language are written down."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def translations(language: str) -> Catalog:
    """Read the translations into a language."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def updated(language: str) -> bytes:
    """Return the ``.po`` file of a language with exactly the messages that there are, in the code's order."""
    catalog = _empty(language)
    known = translations(language) if po_file(language).exists() else catalog
    for message in template():
        if message.id:
            old = known.get(message.id, message.context)
            catalog.add(
                message.id,
                old.string if old is not None else None,
                locations=message.locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    out = BytesIO()
    write_po(out, catalog, width=100, include_lineno=False)
    return out.getvalue()


def compiled(language: str) -> bytes:
    """Return the ``.mo`` file of a language."""
    out = BytesIO()
    write_mo(out, translations(language))
    return out.getvalue()


def is_translated(message: Message) -> bool:
    """Tell whether a message has its translation, in every plural form that the language has."""
    said = message.string
    return bool(said) and (isinstance(said, str) or all(said or ()))


def main(asked: str) -> None:
    """Write the files that are asked for."""
    for language in TRANSLATED:
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        if asked == "update":
            path.write_bytes(updated(language))
        else:
            path.with_suffix(".mo").write_bytes(compiled(language))
        whole = [message for message in translations(language) if message.id]
        done = sum(is_translated(message) for message in whole)
        sys.stdout.write(f"{language}: {done} of {len(whole)} messages are translated\n")


if __name__ == "__main__":
    if sys.argv[1:] not in (["update"], ["compile"]):
        sys.exit("usage: catalogues.py update|compile")
    main(sys.argv[1])
