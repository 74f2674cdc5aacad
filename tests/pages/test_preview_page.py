"""A preview as a page: it tells exactly what the preview says, and holds nothing that could do anything else."""

from __future__ import annotations

import base64
import gettext
import hashlib
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from importlib import resources
from typing import Final

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from examples import SOFIA, cards, eur, folio, reservation, task, utc
from hotelpay import (
    Adjustment,
    CardChoice,
    Currency,
    Filters,
    FolioBalance,
    FolioCharges,
    Mode,
    Money,
    Operation,
    Preview,
    RequiredDeposit,
    Reservation,
    Run,
    Share,
    Task,
    preview,
)
from hotelpay.adapters.babel import local_language
from hotelpay.autopilot.preview import skips
from hotelpay.messages import ENGLISH, LANGUAGES, Language, Writing
from hotelpay.pages import preview as page_module
from hotelpay.pages.preview import PageHead, preview_html
from hotelpay.pages.shapes import Shape, amount_shape, count_shape
from hotelpay.pages.sums import Fate, Group, sums

ABOUT: Final = PageHead(zone=SOFIA.timezone)
AT: Final = "2024-01-10 08:00"
HOSTILE: Final = "</script><b>\"'&amp;<!--]]>{all}"
VISA: Final = "4111 1111 1111 1111"


class Read(HTMLParser):
    """What a page holds: its elements in order, the rows of its tables, and each run of text with where it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.breakdowns: list[list[list[str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.sources: list[str] = []
        self._rows: list[list[list[str]]] = []
        self._summary = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attributes
        match tag:
            case "table":
                rows: list[list[str]] = []
                self._rows.append(rows)
                if len(self._rows) == 1:
                    self.tables[dict(attributes)["id"] or ""] = rows
                else:
                    self.breakdowns.append(rows)
            case "tr":
                self._rows[-1].append([])
            case "td" | "th":
                self._rows[-1][-1].append("")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._rows.pop()

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        inside = self.elements[-1]
        if inside in {"style", "script"}:
            self.sources.append(data)
        else:
            self.texts.append((inside, data.strip()))
            if self._rows and self._rows[-1]:
                cell = self._rows[-1][-1]
                cell[-1] = f"{cell[-1]} {data.strip()}".strip()

    def body(self, table: str) -> list[list[str]]:
        return self.tables[table][1:]


def ahead(*tasks: Task, at: str = AT, rows: Sequence[Reservation] = (), max_runs: int | None = None) -> Preview:
    return preview(tasks, rows or [reservation()], at=utc(at), rules=SOFIA, max_runs=max_runs)


def read(result: Preview, about: PageHead = ABOUT, language: Language = ENGLISH) -> Read:
    return Read(preview_html(result, about, language=language))


CHARGES: Final = FolioCharges(revenue_groups=["rooms"], percent=Share.of("50"), nights=2, fixed=eur("0.50"))
EVERYTHING: Final = (
    task(id="balance", name="Half of it", amount=FolioBalance(adjust_percent=Adjustment.of("-50"))),
    task(id="charges", operation=Operation.PREAUTHORIZATION, amount=CHARGES),
    task(id="virtual", card=CardChoice.LAST_OTA),
    task(id="ceiling", max_amount=eur("10.00")),
    task(id="actions", operation=Operation.ACTIONS_ONLY),
    task(id="actions-with-formula", operation=Operation.ACTIONS_ONLY, amount=FolioBalance()),
)
HOUSE: Final = (
    reservation(),
    reservation(id="R2", folios=(folio("135000", currency="JPY", id="F9"),), cards=cards("ota", "guest")),
)


def test_every_run_is_a_row_in_the_order_of_work() -> None:
    rows = read(ahead(*EVERYTHING, rows=HOUSE)).body("runs")
    after = "after balance, charges, virtual, ceiling"
    assert len(rows) == 10
    assert rows[0] == ["2024-01-10 09:30", "balance", "R1", "payment", "F1", "c1", "160.00 EUR", ""]
    assert rows[1] == ["2024-01-10 09:30", "balance", "R2", "payment", "F9", "c2", "67500 JPY", ""]
    assert rows[2][3:] == ["pre-authorisation", "F1", "c1", "213.83 EUR", "after balance"]
    assert rows[3][5:] == ["", "320.00 EUR", "no fitting card after balance, charges"]
    assert rows[5][6:] == ["320.00 EUR", "above the task's ceiling after balance, charges, virtual"]
    assert rows[6] == ["2024-01-10 09:30", "actions", "R1", "actions only", "F1", "", "", after]
    assert rows[8][6] == "320.00 EUR"


def test_amounts_tell_line_by_line_how_they_came_about() -> None:
    first, _, second, *_ = read(ahead(*EVERYTHING, rows=HOUSE)).breakdowns
    assert first == [["amount due", "320.00"], ["percent (-50 %)", "-160.00"], ["total", "160.00"]]
    assert second == [
        ["charges compared", "320.00"],
        ["percent (50 %) compared", "160.00"],
        ["nights (2 of 3) counts", "213.33333…"],
        ["fixed sum counts", "0.50"],
        ["rounding (half up) counts", "-0.00333…"],
        ["total", "213.83"],
    ]


def test_the_page_says_whose_cycle_it_is_and_on_which_clock() -> None:
    told = read(ahead(), attrs.evolve(ABOUT, hotel="Seven & Gulls"))
    texts = dict(told.texts)
    assert texts["title"] == "Seven & Gulls: what the cycle at 2024-01-10 10:00 will do"
    assert texts["h1"] == "What the cycle at 2024-01-10 10:00 will do"
    assert any("on the hotel's clock: Europe/Sofia, UTC+02:00." in text for _, text in told.texts)
    assert ("lang", "en") in told.attributes


def test_on_the_night_of_a_clock_change_a_row_of_another_offset_bears_it() -> None:
    """03:30 happens twice on that night in Sofia."""
    booked = [reservation(created_at=utc("2024-10-27 00:30"))]
    told = read(ahead(task(id="first"), task(id="second", offset_hours=1), at="2024-10-27 02:00", rows=booked))
    assert [row[0] for row in told.body("runs")] == ["2024-10-27 03:30 UTC+03:00", "2024-10-27 03:30"]


def test_sums_are_by_what_becomes_of_a_run_and_by_currency() -> None:
    assert read(ahead(*EVERYTHING, rows=HOUSE)).body("sums") == [
        ["to be charged", "1", "160.00 EUR", "", ""],
        ["to be charged", "2", "202500 JPY", "", ""],
        ["to be blocked", "1", "213.83 EUR", "", ""],
        ["will fail: no fitting card", "1", "320.00 EUR", "", ""],
        ["for a person: above the task's ceiling", "1", "320.00 EUR", "", ""],
        ["actions only", "4", "nothing", "", ""],
    ]
    limited = read(ahead(*EVERYTHING, rows=HOUSE, max_runs=1)).body("sums")
    beyond = "for a person: beyond the cycle's limit"
    assert limited[2:] == [
        [beyond, "4", "nothing", "", ""],
        [beyond, "2", "533.83 EUR", "", ""],
        [beyond, "2", "202500 JPY", "", ""],
    ]


def test_sums_lose_nothing_however_great_they_are() -> None:
    great = "99999999999999.99"
    rows = [reservation(id=f"R{place}", folios=(folio(great),)) for place in range(3)]
    assert read(ahead(task(), rows=rows)).body("sums") == [["to be charged", "3", "299999999999999.97 EUR", "", ""]]


@given(st.data())
def test_sums_are_those_of_the_runs(data: st.DataObject) -> None:
    """Whatever is drawn: every run is in one group, and the sum of a group is that of its runs."""
    drawn = data.draw(st.lists(st.tuples(st.sampled_from(EVERYTHING), st.integers(1, 10**9)), max_size=8))
    rows = [reservation(id=f"R{place}", folios=(folio(str(euros)),)) for place, (_, euros) in enumerate(drawn)]
    runs = [run for (chosen, _), row in zip(drawn, rows, strict=True) for run in ahead(chosen, rows=[row]).runs]
    added = sums(runs)
    assert sum(each.runs for each in added) == len(runs)
    for each in added:
        own = [run for run in runs if Group.of(run) == each.group]
        assert each.runs == len(own)
        totals = [run.amount.total_minor for run in own if run.amount is not None]
        assert each.minor == (sum(totals) if each.group.currency else 0)


def fate(chosen: Task, max_runs: int | None = None) -> Fate:
    (run,) = ahead(chosen, max_runs=max_runs).runs
    return Fate.of(run)


def test_what_hinders_a_run_comes_before_what_it_would_do() -> None:
    assert [fate(each) for each in EVERYTHING] == [
        Fate.CHARGED,
        Fate.BLOCKED,
        Fate.NO_CARD,
        Fate.ABOVE_MAX_AMOUNT,
        Fate.ACTIONS,
        Fate.ACTIONS,
    ]
    assert fate(EVERYTHING[0], max_runs=0) is Fate.ABOVE_MAX_RUNS


def test_tasks_stand_there_with_their_names_and_how_many_runs_they_have() -> None:
    rows = read(ahead(*EVERYTHING[:2], rows=HOUSE)).body("tasks")
    assert rows == [["balance", "Half of it", "payment", "2"], ["charges", "", "pre-authorisation", "1"]]


OTHER: Final = task(id="ota", mode=Mode.BEFORE_ARRIVAL, filters=Filters(ota=True))


def test_pairs_that_are_not_taken_stand_there_with_every_reason() -> None:
    missed = skips([OTHER], HOUSE[:1], at=utc(AT), rules=SOFIA)
    told = Read(preview_html(ahead(task(), OTHER), ABOUT, skips=missed))
    reasons = "due at 2024-02-01 12:00+0200, after this cycle (2024-01-10 10:00+0200)"
    assert told.body("skips") == [
        ["ota", "R1", f"{reasons} the reservation's OTA mark is no; the filter asks for yes"],
    ]
    assert [text for inside, text in told.texts if inside == "li"] == [
        reasons,
        "the reservation's OTA mark is no; the filter asks for yes",
    ]
    assert [row[0] for row in told.body("tasks")] == ["T1", "ota"]


def test_of_very_many_pairs_the_first_are_shown_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MOST_SKIPS", 2)
    rows = [reservation(id=f"R{place}") for place in range(5)]
    told = Read(preview_html(ahead(rows=rows), ABOUT, skips=skips([OTHER], rows, at=utc(AT), rules=SOFIA)))
    assert [row[1] for row in told.body("skips")] == ["R0", "R1"]
    assert any(text.startswith("The first 2 of 5 pairs.") for _, text in told.texts)


def said(page: str) -> str:
    return " ".join(text for _, text in Read(page).texts)


def test_of_very_many_rows_the_script_is_told_how_many_to_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MOST_LISTED", 7)
    told = read(ahead(task()))
    assert ("data-most", "7") in told.attributes
    assert "The first 7 rows are listed." in [text for _, text in told.texts]


def test_a_cycle_that_takes_nothing_says_so() -> None:
    page = preview_html(ahead(OTHER), ABOUT)
    assert "This cycle takes nothing." in said(page)
    assert not {"table", "form"} & set(Read(page).elements)
    explained = preview_html(ahead(OTHER), ABOUT, skips=[])
    assert "Every pair of a task and a reservation is taken." in said(explained)


def test_what_limits_the_answer_is_said() -> None:
    plain = said(preview_html(ahead(task()), ABOUT))
    limited = attrs.evolve(ABOUT, paused=True, task="T1", reservation="R1")
    page = preview_html(ahead(task()), limited)
    for words in ("The autopilot is paused", "Asked about the task T1 alone", "Asked about the reservation R1 alone"):
        assert words not in plain
        assert words in said(page)
    assert ("open", None) in Read(page).attributes, "what was asked about is open"


TEXT: Final = st.text(st.sampled_from("<>&\"'/-=`!;{}\\ aзש€😀"), min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and "  " not in text
)


def with_ids(write: Callable[[str], str]) -> str:
    """Return a page in which everything that somebody can name has a name that ``write`` makes."""
    named = [
        attrs.evolve(each, id=write(f"task{place}"), name=write(f"name{place}"))
        for place, each in enumerate(EVERYTHING)
    ]
    chosen = Filters(included_agents=[write("agent")])
    other = task(id=write("other"), name=write("other-name"), filters=chosen)
    bill = folio("320.00", id=write("folio"))
    own = tuple(attrs.evolve(each, id=write(f"card{place}")) for place, each in enumerate(cards("guest", "ota")))
    row = reservation(id=write("reservation"), folios=(bill,), cards=own)
    about = attrs.evolve(ABOUT, hotel=write("hotel"), task=write("task0"), reservation=write("reservation"))
    missed = skips([other], [row], at=utc(AT), rules=SOFIA)
    return preview_html(ahead(*named, rows=[row]), about, skips=missed)


@given(TEXT)
@example(HOSTILE)
@example("<script>alert(1)</script>")
@example("</style><img src=x onerror=alert(1)>")
@example('" onmouseover=alert(1) x="')
@example("{column}{shown}")
def test_what_somebody_named_is_text_and_nothing_else(text: str) -> None:
    """A page with hostile names has the elements of one with tame names, and their texts, and no others."""
    tame, hostile = Read(with_ids(lambda name: name)), Read(with_ids(lambda name: f"{name}{text}"))
    assert hostile.elements == tame.elements
    assert [name for name, _ in hostile.attributes] == [name for name, _ in tame.attributes]
    names = re.compile(r"\b((?:task|name|card)\d|other-name|other|agent|hotel|folio|reservation)\b")

    def renamed(cells: list[str]) -> list[str]:
        return [f"{cell}{text}" if names.fullmatch(cell) else cell for cell in cells]

    plain = [row[:6] for row in tame.body("runs")]
    assert [row[:6] for row in hostile.body("runs")] == [renamed(row) for row in plain]
    assert [row[:2] for row in hostile.body("tasks")] == [renamed(row[:2]) for row in tame.body("tasks")]
    assert [row[:2] for row in hostile.body("skips")] == [renamed(row[:2]) for row in tame.body("skips")]


def test_what_looks_like_a_card_number_is_masked_whoever_wrote_it() -> None:
    def write(name: str) -> str:
        return name if name.startswith("card") else f"{name} {VISA}"

    page = with_ids(write)
    assert VISA not in page
    assert "reservation •••• •••• •••• 1111" in page


def test_the_policy_lets_this_style_and_this_script_work_and_nothing_else() -> None:
    told = read(ahead(*EVERYTHING, rows=HOUSE))
    digests = [
        f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'" for source in told.sources
    ]
    style, labels, script = digests
    (policy,) = [value for name, value in told.attributes if name == "content" and value and "default-src" in value]
    assert policy == (
        f"default-src 'none'; style-src {style} {labels}; script-src {script}; base-uri 'none'; form-action 'none'"
    )
    assert [told.elements.count(each) for each in ("style", "script", "link", "img", "iframe", "a")] == [
        2,
        1,
        0,
        0,
        0,
        0,
    ]
    names = {name for name, _ in told.attributes}
    assert not {name for name in names if name.startswith("on")} | (names & {"style", "src", "href", "action"})


def test_the_files_that_are_put_in_hold_nothing_that_ends_them_or_leaves_the_page() -> None:
    for name in ("preview.css", "preview.js"):
        text = resources.files("hotelpay.pages").joinpath(name).read_text(encoding="utf-8")
        assert text.isascii()
        assert not re.search(
            r"</|<!--|https?:|//\w|@import|url\(|fetch|XMLHttp|storage|cookie|eval|innerHTML", text, re.IGNORECASE
        )


def test_the_same_preview_is_the_same_page() -> None:
    pages = {preview_html(ahead(*EVERYTHING, rows=HOUSE), ABOUT) for _ in range(2)}
    assert len(pages) == 1


def test_a_row_costs_little() -> None:
    """Ten thousand rows with their breakdowns are a page of a few megabytes."""
    (run,) = ahead(EVERYTHING[0]).runs

    def size(number: int) -> int:
        runs = tuple(attrs.evolve(run, reservation=f"R-{place:06}") for place in range(number))
        return len(preview_html(Preview(run.due_at, runs), ABOUT).encode())

    assert (size(200) - size(100)) / 100 < 450


class Marked(gettext.NullTranslations):
    """A catalogue in which every sentence bears a mark: what has none was not said by it."""

    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return f"«{one if number == 1 else many}»"

    def pgettext(self, context: str, message: str) -> str:
        return f"«{context} {message}»"


def test_everything_that_is_said_is_said_by_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotelpay.messages.language._catalogue", lambda _: Marked())
    about = attrs.evolve(ABOUT, hotel="H1", paused=True, task="T1", reservation="R1")
    missed = list(skips([OTHER], HOUSE[:1], at=utc(AT), rules=SOFIA))
    bulgarian = Language("bg", local_language("en", SOFIA.timezone).writing)
    page = preview_html(ahead(*EVERYTHING, rows=HOUSE), about, skips=missed, language=bulgarian)
    told = Read(page)
    assert ("lang", "bg") in told.attributes
    data = re.compile(
        r"10 Jan 2024, 09:30|[FRcTH]\d|-?[€JP¥\d.,]+…?|ota|Half of it|" + "|".join(t.id for t in EVERYTHING)
    )
    unsaid = [text for _, text in told.texts if not text.startswith("«") and not data.fullmatch(text)]
    assert unsaid == ["balance: Half of it"]
    spoken = [value for name, value in told.attributes if name in {"aria-label", "placeholder"}]
    assert len(spoken) == 2
    assert all((value or "").startswith("«") for value in spoken)
    assert "\\ab due\\bb " in page, "the labels of the columns stand in a style"


CURRENCIES: Final = st.sampled_from(["EUR", "RUB", "BGN", "JPY", "KWD", "USD", "CLF"]).map(Currency.of)


@pytest.mark.parametrize("writing", [ENGLISH.writing, *(local_language(code).writing for code in LANGUAGES)])
def test_a_shape_writes_what_the_language_writes(writing: Writing) -> None:
    language = attrs.evolve(ENGLISH, writing=writing)

    @given(CURRENCIES, st.integers(0, 10**17))
    @example(Currency.of("EUR"), 99_999)
    @example(Currency.of("EUR"), 100_000)
    @example(Currency.of("EUR"), 1_000_000)
    def same(currency: Currency, minor: int) -> None:
        assert amount_shape(language, currency).text(minor) == language.writing.money(Money(minor, currency))
        assert count_shape(language).text(minor) == language.writing.number(minor)

    same()


def test_a_shape_holds_what_a_script_needs() -> None:
    assert amount_shape(local_language("bg"), Currency.of("EUR")) == Shape(
        suffix="\N{NO-BREAK SPACE}€", point=",", group="\N{NO-BREAK SPACE}", least=4, decimals=2
    )
    assert amount_shape(ENGLISH, Currency.of("JPY")) == Shape(suffix=" JPY")


def test_thousands_may_be_apart_from_five_digits_on() -> None:
    shape = Shape.of(lambda number: f"{number:,}" if number >= 10_000 else str(number), 0)
    assert [shape.text(number) for number in (0, 9_999, 10_000, 1_234_567)] == ["0", "9999", "10,000", "1,234,567"]


def test_amounts_and_dates_are_written_as_the_language_writes_them() -> None:
    rows = read(ahead(*EVERYTHING, rows=HOUSE), language=local_language("en", SOFIA.timezone)).body("runs")
    assert rows[0][0] == "10 Jan 2024, 09:30"
    assert [row[6] for row in rows[:3]] == ["€160.00", "JP¥67,500", "€213.83"]


def test_a_deposit_is_explained_as_one() -> None:
    (run,) = ahead(EVERYTHING[0]).runs
    assert isinstance(run, Run)
    assert run.amount is not None
    deposit = attrs.evolve(run, amount=attrs.evolve(run.amount, formula=RequiredDeposit()))
    assert read(Preview(run.due_at, (deposit,))).breakdowns[0][0] == ["outstanding deposit", "320.00"]


def test_every_task_of_a_long_list_has_a_choice_of_its_own() -> None:
    many = [task(id=f"T{place:02}") for place in range(30)]
    told = read(ahead(*many))
    options = [text for inside, text in told.texts if inside == "option"]
    assert options == ["all", *(each.id for each in many), "all", "payment"]
    assert [value for name, value in told.attributes if name == "data-t"] == [str(place) for place in range(30)]
