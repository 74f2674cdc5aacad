"""Every code with its English sentence, from the tables that the sentences are made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from extension.tables import code, table
from hotelpay.documents.rules import LOADER_ONLY
from hotelpay.messages import ASSUMPTIONS, FINDINGS, PERSON_REASONS, QUOTE_REASONS, REASONS, REFUSALS

#: The tables in their order: title, where the meaning of each code is told, the codes.
TABLES: Final[tuple[tuple[str, str, Mapping[str, Any]], ...]] = (
    ("Why a pair is skipped", "[Documents](documents.md#why-a-pair-is-skipped)", REASONS),
    ("Why nothing may be redeemed", "[Documents](documents.md#why-nothing-may-be-redeemed)", QUOTE_REASONS),
    ("Why a person is needed", "[How money moves once](money.md#when-a-person-is-needed)", PERSON_REASONS),
    ("Why a redemption or a reversal is refused", "[Documents](documents.md#bonus-redemption-and-reversal)", REFUSALS),
    ("What a back-test assumes", "[Documents](documents.md#back-test)", ASSUMPTIONS),
    ("Findings of a review", "[Review](review.md)", FINDINGS),
)


def text() -> str:
    """Return a section for each table of sentences, and one for what no schema can see."""
    parts = [f"## {title}\n\n{where} tells what each means.\n\n{_sentences(codes)}" for title, where, codes in TABLES]
    rows = [(code(name), said) for name, said in LOADER_ONLY.items()]
    parts.append(
        "## Faults that only the loader sees\n\nThe JSON Schemas cannot refuse these; "
        f"[Documents](documents.md#faults-of-documents) has all codes of faults.\n\n{table(('code', 'rule'), rows)}"
    )
    return "\n".join(parts)


def _sentences(sentences: Mapping[str, Any]) -> str:
    return table(("code", "sentence"), [(code(name), _said(sentence)) for name, sentence in sentences.items()])


def _said(sentence: str) -> str:
    """Return a sentence with its placeholders as code, without the way in which each is written."""
    return re.sub(r"\{(\w+)(:\w+)?\}", r"`{\1}`", sentence)
