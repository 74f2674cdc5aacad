"""The targets of fuzzing hold for their seeds, for documents with mistakes, and for every input that once broke one.

No fuzzer is needed here: campaigns/fuzzing runs the same targets over millions of inputs.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from border import fuzz_seeds
from border.fuzz_mutations import mutated
from border.fuzz_targets import TARGETS, Target
from documents.reading import SETUP
from hotelpay.documents import DocumentError, parse_setup

every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)

#: Inputs that once broke a target or the border itself, and what they did.
FOUND: Final[tuple[tuple[str, bytes, str], ...]] = (
    ("setup_toml", b'["at line 7"]\n\n["at line 7"]\n', "the key's words were taken for the fault's line"),
    (
        "setup_toml",
        b'["at line %s"]\n["at line %s"]\n' % (b"9" * 5000, b"9" * 5000),
        "no fault, but a plain ValueError",
    ),
    ("setup_toml", b'["%s"]\n["%s"]\n' % (b"4 " * 3000, b"4 " * 3000), "a sentence as long as the key"),
    ("setup_toml", b"a." * 4000 + b"a = 1", "time and memory with the square of the dots"),
    ("decimals", b'*"\xb4222222222222"', "an escape made a card number of the digits after it"),
    (
        "masking",
        b"3\x00\x10\x005.555\xa4.44443333005 5 2 5555.5555.5555.44443000",
        "cutting made a card number of more digits",
    ),
    ("masking", "\N{BABY}".encode() * 60 + b"\x00", "a sentence of six hundred characters"),
)


def test_a_guests_name_that_is_cut_shows_no_card_number() -> None:
    """Cut off at 199 characters, a number of twenty digits looks like a card's."""
    name = b"x" * 183 + b"41111111111111119999"
    TARGETS["templates"].run(b"\n===\n".join((b"s", b"t", b"", name)))


@every_target
def test_a_target_holds_for_its_seeds(target: Target) -> None:
    seeds = list(target.seeds())
    assert len(seeds) >= 2
    for seed in (b"", *seeds):
        target.run(seed)


@pytest.mark.parametrize(("name", "data", "what"), FOUND, ids=[what for *_, what in FOUND])
def test_what_was_found_once_stays_mended(name: str, data: bytes, what: str) -> None:
    assert what
    TARGETS[name].run(data)


def test_a_faults_line_is_not_taken_from_a_key() -> None:
    with pytest.raises(DocumentError) as caught:
        parse_setup(FOUND[0][1], toml=True)
    assert [fault.line for fault in caught.value.faults] == [3]


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.is_json])
def test_a_target_holds_for_documents_with_mistakes(name: str) -> None:
    """The mistakes of a seed are always the same; among the documents are some that load and some that do not."""
    random = Random(1)  # noqa: S311  nothing here is a secret
    seeds = list(TARGETS[name].seeds())
    for _ in range(200):
        TARGETS[name].run(mutated(random.choice(seeds), random))


@every_target
@given(data=st.data())
def test_a_target_holds_for_other_bytes(target: Target, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(list(target.seeds())))
    target.run(_edited(seed, data.draw(st.lists(_EDITS, max_size=4))))


#: Where in a seed so many bytes are replaced, and by what.
_EDITS: Final = st.tuples(
    st.floats(0, 1),
    st.integers(0, 8),
    st.binary(max_size=8)
    | st.sampled_from([word.encode(errors="surrogatepass") for word in fuzz_seeds.HOSTILE_TOKENS]),
)


def _edited(seed: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for where, length, new in edits:
        place = int(where * len(seed))
        seed = seed[:place] + new + seed[place + length :]
    return seed


# What the campaign begins with.


def test_the_dictionary_has_every_field_and_no_word_twice_over() -> None:
    words = fuzz_seeds.words()
    assert {json.dumps(name) for name in ("tasks", "max_percent", "preauthorizations", "revenue_group")} <= set(words)
    assert all(words)
    assert 150 < len(words) < 600


def test_mistakes_make_other_documents() -> None:
    random = Random(1)  # noqa: S311  as above
    (seed, *_) = fuzz_seeds.setups()
    made = {mutated(seed, random) for _ in range(100)}
    assert len(made) > 90
    readable = [value for value in map(_value, made) if value is not None]
    assert 50 < len(readable) < 100
    assert mutated(b"no document", random) in {b"no document", b"no document\nno document"}


def _value(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def test_a_target_notices_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mask that masks nothing, a parser that raises what it should not, a dump that loses a field."""
    monkeypatch.setattr("border.fuzz_targets.mask_card_numbers", lambda text: text)
    with pytest.raises(AssertionError):
        TARGETS["masking"].run(b"4111 1111 1111 1111")
    monkeypatch.setattr("border.fuzz_targets.setup_document", lambda _: SETUP)
    with pytest.raises(AssertionError):
        TARGETS["setup"].run(fuzz_seeds.setups()[0])
    monkeypatch.setattr("border.fuzz_targets.parse", lambda _: int("x"))
    with pytest.raises(ValueError, match="x"):
        TARGETS["settlements"].run(b"{}")
