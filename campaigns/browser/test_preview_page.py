"""The page of a preview in a real Chromium: sorted, filtered, added up, read and printed: `make browser`."""

from __future__ import annotations

import functools
import http.server
import io
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from examples import SOFIA, cards, eur, folio, reservation, task, utc
from hotelpay import (
    Adjustment,
    CardChoice,
    Filters,
    FolioBalance,
    FolioCharges,
    Mode,
    Money,
    Operation,
    Preview,
    Reservation,
    Run,
    Share,
    Task,
    preview,
)
from hotelpay.adapters.babel import local_language
from hotelpay.autopilot.preview import skips
from hotelpay.messages import Language
from hotelpay.moments import utc_datetime
from hotelpay.pages import preview as page_module
from hotelpay.pages.preview import MOST_LISTED, PageHead, preview_html

ABOUT: Final = PageHead(zone=SOFIA.timezone, hotel="seven-gulls")
AT: Final = utc("2024-01-31 10:00")
ENGLISH: Final = local_language("en", SOFIA.timezone)
COLUMNS: Final = ("due", "task", "reservation", "operation", "folio", "card", "amount", "remarks")
TEXT_COLUMNS: Final = tuple(name for name in COLUMNS if name not in {"due", "amount"})
#: Filters that are drawn at random: so many of them.
FILTERS: Final = 150
CYRILLIC: Final = re.compile("[\N{CYRILLIC SMALL LETTER A}-\N{CYRILLIC SMALL LETTER YA}]{4}")
#: The text of each cell of a table's rows.
TEXTS: Final = """
(rows) => [...document.querySelectorAll(rows)].map((row) => [...row.cells].map((cell) => cell.textContent))
"""

TASKS: Final = (
    task(id="balance", name="Half of what is owed", amount=FolioBalance(adjust_percent=Adjustment.of("-50"))),
    task(id="hold", operation=Operation.PREAUTHORIZATION, amount=FolioCharges(percent=Share.of("30"), nights=1)),
    task(id="virtual", card=CardChoice.LAST_OTA, mode=Mode.BEFORE_ARRIVAL, offset_hours=72),
    task(id="ceiling", max_amount=eur("400.00"), filters=Filters(ota=True)),
    task(id="remind", operation=Operation.ACTIONS_ONLY, mode=Mode.BEFORE_ARRIVAL, offset_hours=48),
)
OTHER: Final = task(id="leaving", mode=Mode.AFTER_DEPARTURE)


@functools.cache
def house(size: int) -> tuple[Reservation, ...]:
    """Return guests of every kind: with and without cards, in three currencies, with small and with huge bills."""
    drawn = random.Random(7)  # noqa: S311  a made-up house
    rows = []
    for place in range(size):
        currency, decimals = drawn.choice([("EUR", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3)])
        minor = drawn.choice([drawn.randint(1, 90_000), drawn.randint(10**6, 10**12)])
        owed = Money(minor, Money.zero(currency).currency).text if decimals else str(minor)
        rows.append(
            reservation(
                id=f"R-{place + 1}",
                created_at=AT - timedelta(minutes=drawn.randint(0, 1400)),
                arrival=date(2024, 2, 1) + timedelta(days=drawn.randint(0, 3)),
                departure=date(2024, 2, 8),
                ota=drawn.random() < 0.4,
                cards=cards(*drawn.choice([(), ("guest",), ("ota",), ("guest", "ota")])),
                folios=(folio(owed, currency=currency, id=f"F{place % 17}"),),
            )
        )
    return tuple(rows)


@functools.cache
def looked_ahead(size: int) -> Preview:
    return preview(TASKS, house(size), at=AT, rules=SOFIA)


def page_of(size: int = 60, language: Language = ENGLISH, about: PageHead = ABOUT) -> str:
    rows = house(size)
    missed = skips([*TASKS, OTHER], rows[:10], at=AT, rules=SOFIA)
    return preview_html(looked_ahead(size), about, skips=missed, language=language)


def cells(run: Run, language: Language = ENGLISH) -> dict[str, str]:
    """Return what the page shows of a run, worked out beside it."""
    local = utc_datetime(run.due_at).astimezone(SOFIA.timezone)
    problem = "" if run.problem is None else language.word(run.problem)
    after = language.say("after {tasks}", tasks=", ".join(run.after)) if run.after else ""
    return {
        "due": f"{language.writing.day(local.date())}, {local:%H:%M}",
        "task": run.task.id,
        "reservation": run.reservation,
        "operation": language.word(run.task.operation),
        "folio": run.folio,
        "card": run.card or "",
        "amount": "" if run.amount is None else language.writing.money(run.amount.total),
        "remarks": "\n".join(filter(None, (problem, after))),
    }


def shown_rows(page: Page) -> list[str]:
    """Return task and reservation of the rows that can be seen, in their order."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('#runs > tbody > tr')].filter((row) => row.checkVisibility())"
        ".map((row) => `${row.cells[1].textContent} ${row.cells[2].textContent}`)"
    )
    return found


def named(runs: Sequence[Run]) -> list[str]:
    return [f"{run.task.id} {run.reservation}" for run in runs]


def natural(text: str) -> list[tuple[bool, int, str]]:
    """Return by what people sort a text: numbers in it as numbers."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part.casefold()) for part in re.split(r"(\d+)", text)]


def in_order(runs: Sequence[Run], column: str, *, downwards: bool) -> list[Run]:
    """Return runs as a column sorts them: what is empty is last, what is alike stays in the order of work."""

    def key(run: Run) -> tuple[Any, ...]:
        match column:
            case "due":
                return (run.due_at,)
            case "amount":
                assert run.amount is not None
                return run.amount.currency.code, run.amount.total_minor
            case _:
                return tuple(natural(cells(run)[column]))

    full = [run for run in runs if cells(run)[column]]
    empty = [run for run in runs if not cells(run)[column]]
    return sorted(full, key=key, reverse=downwards) + empty


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Serve the page from this machine, as a web server of the hotel might."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "preview.html").write_text(page_of(), encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/preview.html"
        server.shutdown()
        thread.join()


def use_everything(page: Page, settle: Callable[[], None]) -> None:
    """Touch every control that there is."""
    for name in COLUMNS:
        page.locator("#runs thead").get_by_role("button", name=name).click()
    page.get_by_label("Search", exact=True).fill("R-1")
    page.get_by_label("Task", exact=True).select_option("0")
    page.get_by_label("Operation", exact=True).select_option("payment")
    page.get_by_label("only runs with remarks", exact=True).check()
    page.get_by_label("Search", exact=True).press("Enter")
    settle()
    for name in ("Open all amounts", "Close all amounts", "Clear filters"):
        page.get_by_role("button", name=name).click()
    settle()
    page.locator("#runs summary").first.click()


@pytest.mark.parametrize("where", ["file", "server"])
def test_the_page_says_nothing_asks_for_nothing_and_breaks_nothing(
    open_page: Callable[..., Any], served: str, where: str
) -> None:
    opened = open_page(served if where == "server" else page_of())
    use_everything(opened.page, opened.settle)
    assert opened.said == []
    assert [url for url in opened.asked if url != opened.page.url] == []
    assert len(opened.asked) == 1
    assert opened.broken == []
    kept = opened.page.evaluate("[document.cookie, location.hash, history.length]")
    assert (kept[0], kept[1]) == ("", "")
    if where == "server":
        assert opened.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_page_that_is_loaded_again_remembers_nothing(open_page: Callable[..., Any], served: str) -> None:
    opened = open_page(served)
    all_rows = shown_rows(opened.page)
    opened.page.get_by_label("Search", exact=True).fill("R-11")
    opened.settle()
    assert shown_rows(opened.page) != all_rows
    opened.page.reload()
    assert shown_rows(opened.page) == all_rows
    assert opened.page.get_by_label("Search", exact=True).input_value() == ""


def test_the_policy_stops_what_somebody_slips_in(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of())
    opened.page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.slipped = 1";
          document.body.append(script);
          const slipped = "<img src=/x.png onerror='window.slipped = 1'><p style='color:red'>";
          document.body.insertAdjacentHTML("beforeend", slipped);
          await fetch("http://127.0.0.1:9/").catch(() => null);
        }"""
    )
    opened.settle()
    assert opened.page.evaluate("window.slipped") is None
    assert {"connect-src", "img-src", "script-src-elem", "style-src-attr"} <= set(opened.broken)


def test_the_rows_are_those_of_the_preview(open_page: Callable[..., Any]) -> None:
    page, runs = open_page(page_of()).page, looked_ahead(60).runs
    found = page.evaluate(
        "() => [...document.querySelectorAll('#runs > tbody > tr')].map((row) => [...row.cells]"
        ".map((cell) => (cell.querySelector('summary') ?? cell).innerText.trim()))"
    )
    assert found == [[*cells(run).values()] for run in runs]
    assert {run.problem for run in runs} >= {None}
    assert len({run.amount.currency.code for run in runs if run.amount}) == 3


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_sorts_by_the_mouse(open_page: Callable[..., Any], column: str) -> None:
    page, runs = open_page(page_of()).page, looked_ahead(60).runs
    assert shown_rows(page) == named(runs)
    if column == "due":
        page.locator("#runs thead button").nth(1).click()
    head = page.locator("#runs thead th").nth(COLUMNS.index(column))
    for downwards, said in ((False, "ascending"), (True, "descending"), (False, "ascending")):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == said
        assert shown_rows(page) == named(in_order(runs, column, downwards=downwards))
    assert page.locator("#runs [aria-sort]").count() == 1


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.textContent")
    return name


def test_everything_can_be_reached_and_seen_by_the_keyboard_alone(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of())
    page, runs = opened.page, looked_ahead(60).runs
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert (width > 1, style != "none") == (True, True), focused(page)
        reached.append(page.evaluate("document.activeElement.id") or focused(page))
        if reached[-1] == "amount":
            break
    assert reached[:7] == ["words", "task", "operation", "remarks", "Clear filters", "open", "close"]
    assert reached[-7:] == list(COLUMNS[:7])
    page.keyboard.press("Enter")
    assert shown_rows(page) == named(in_order(runs, "amount", downwards=False))
    assert focused(page) == "amount"
    page.keyboard.press("Space")
    assert shown_rows(page) == named(in_order(runs, "amount", downwards=True))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    details = page.locator("#runs > tbody > tr details").first
    assert details.get_attribute("open") is None
    page.keyboard.press("Enter")
    expect(details).to_have_attribute("open", "")
    expect(details.locator("table")).to_be_visible()
    page.keyboard.press("Space")
    expect(details.locator("table")).to_be_hidden()


def sums_of(runs: Sequence[Run]) -> dict[str, tuple[int, str]]:
    """Return the sums of runs, worked out beside the page."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        match run.problem and run.problem.value, run.task.operation:
            case "no_card", _:
                what = "will fail: no fitting card"
            case "above_max_amount", _:
                what = "for a person: above the task's ceiling"
            case _, Operation.PAYMENT:
                what = "to be charged"
            case _, Operation.PREAUTHORIZATION:
                what = "to be blocked"
            case _:
                what = "actions only"
        moved = run.amount if what != "actions only" else None
        found.setdefault(f"{what} {moved.currency.code if moved else ''}", []).append(run)
    return {
        what: (
            len(group),
            "nothing"
            if what == "actions only "
            else ENGLISH.writing.money(
                functools.reduce(lambda a, b: a + b, (run.amount.total for run in group if run.amount))
            ),
        )
        for what, group in found.items()
    }


SIGNS: Final = {"€": "EUR", "JP¥": "JPY", "KWD": "KWD"}


def told_sums(page: Page, *, shown: bool) -> dict[str, tuple[int, str]]:
    """Return the sums as the page tells them: of what is shown, or of all; those without a run are left out."""
    rows = page.evaluate(TEXTS, "#sums > tbody > tr")
    found = {}
    for what, runs, amount, some, part in rows:
        code = next((code for sign, code in SIGNS.items() if amount.startswith(sign)), "")
        number, text = (some, part) if shown else (runs, amount)
        if int(number.replace(",", "")):
            found[f"{what} {code}"] = (int(number.replace(",", "")), text)
        else:
            assert text == "nothing" or not re.search("[1-9]", text)
    return found


def test_sums_and_counts_are_those_of_the_rows_whatever_is_filtered(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of(200))
    page, runs = opened.page, looked_ahead(200).runs
    assert told_sums(page, shown=False) == sums_of(runs)
    drawn = random.Random(11)  # noqa: S311  made-up filters
    words = [
        "",
        "R-1",
        "r-2",
        "F1",
        "after",
        "hold",
        "€",
        "jp¥",
        ",",
        "card",
        "31 Jan",
        "c1",
        "c2",
        ".5",
        "zzz",
        "R-1 c2",
    ]
    empty = 0
    for _ in range(FILTERS):
        word = drawn.choice(words)
        chosen = drawn.choice([None, None, *TASKS])
        operation = drawn.choice([None, None, *Operation])
        remarks = drawn.random() < 0.3
        page.get_by_label("Search", exact=True).fill(word)
        page.get_by_label("Task", exact=True).select_option(label=f"{_option(chosen)}" if chosen else "all")
        page.get_by_label("Operation", exact=True).select_option(operation.value if operation else "")
        page.get_by_label("only runs with remarks", exact=True).set_checked(remarks)
        page.locator("#runs thead button").nth(drawn.randrange(8)).evaluate("(button) => button.click()")
        opened.settle()
        wanted = [
            run
            for run in runs
            if (chosen is None or run.task is chosen)
            and (operation is None or run.task.operation is operation)
            and (not remarks or run.problem or run.after)
            and all(part in _searched(run) for part in word.lower().split())
        ]
        assert sorted(shown_rows(page)) == sorted(named(wanted)), (word, chosen, operation, remarks)
        assert page.locator("#runs-count").text_content() == f"Shown: {len(wanted):,} of {len(runs):,}"
        assert page.locator("#runs-none").is_visible() == (not wanted)
        assert page.locator("#runs").is_visible() == bool(wanted)
        filtered = bool(word or chosen or operation or remarks)
        assert page.locator("#sums .of").first.is_visible() == filtered
        assert told_sums(page, shown=True) == sums_of(wanted)
        empty += not wanted
    assert 0 < empty < FILTERS / 2


def _option(chosen: Task) -> str:
    return f"{chosen.id}: {chosen.name}" if chosen.name else chosen.id


def _searched(run: Run) -> str:
    return " ".join(" ".join(cells(run).values()).lower().split())


def test_typing_filters_as_it_goes_and_clearing_shows_everything_again(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of())
    page, runs = opened.page, looked_ahead(60).runs
    page.get_by_label("Search", exact=True).click()
    page.keyboard.type("r-5")
    opened.settle()
    assert shown_rows(page) == named([run for run in runs if "r-5" in _searched(run)])
    page.keyboard.type("7")
    opened.settle()
    assert shown_rows(page) == named([run for run in runs if run.reservation == "R-57"])
    assert page.locator("#skips-none").is_visible(), "no pair that is not taken matches either"
    page.get_by_role("button", name="Clear filters").click()
    opened.settle()
    assert shown_rows(page) == named(runs)
    assert page.locator("#skips > tbody > tr:visible").count() == page.locator("#skips > tbody > tr").count() > 10


def test_pairs_that_are_not_taken_are_filtered_and_sorted_too(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of())
    page = opened.page
    page.get_by_label("Task", exact=True).select_option(label="leaving")
    page.get_by_label("Search", exact=True).fill("check-out yet")
    opened.settle()
    rows = page.locator("#skips > tbody > tr:visible")
    assert rows.count() == 10
    page.locator("#skips thead button").nth(1).click()
    page.locator("#skips thead button").nth(1).click()
    found = [row.locator("th").first.text_content() for row in rows.all()]
    assert found == [f"R-{place}" for place in range(10, 0, -1)]
    assert page.locator("#runs-none").is_visible()


def test_all_amounts_that_are_shown_open_and_close_at_once(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of())
    page = opened.page
    page.get_by_label("Task", exact=True).select_option(label="hold")
    opened.settle()
    page.get_by_role("button", name="Open all amounts").click()
    assert page.locator("#runs details[open]").count() == page.locator("#runs > tbody > tr:visible").count() > 10
    page.get_by_role("button", name="Clear filters").click()
    opened.settle()
    page.get_by_role("button", name="Close all amounts").click()
    assert page.locator("#runs details[open]").count() == 0


def test_of_very_many_rows_the_first_are_listed_until_all_are_asked_for(
    open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "MOST_LISTED", 20)
    opened = open_page(page_of())
    page, runs = opened.page, looked_ahead(60).runs
    assert shown_rows(page) == named(runs[:20])
    assert page.locator("#runs-count").text_content() == f"Shown: {len(runs)} of {len(runs)}"
    page.locator("#runs thead button").nth(2).click()
    ordered = in_order(runs, "reservation", downwards=False)
    assert shown_rows(page) == named(ordered[:20])
    page.locator("#task").select_option(label="hold")
    opened.settle()
    held = [run for run in ordered if run.task.id == "hold"]
    assert shown_rows(page) == named(held[:20])
    assert told_sums(page, shown=True) == sums_of(held)
    paper = re.findall(r"\bhold (R-\d+)\b", " ".join("\n".join(printed(page)).split()))
    assert paper == [run.reservation for run in held], "paper bears all that is shown"
    assert shown_rows(page) == named(held[:20])
    page.get_by_role("button", name="List all").first.click()
    assert focused(page) == "due"
    assert shown_rows(page) == named(held)
    assert not page.locator("#runs-more").is_visible()
    page.get_by_role("button", name="Clear filters").click()
    opened.settle()
    assert shown_rows(page) == named(ordered)


def test_a_browser_that_cannot_run_the_script_still_shows_every_row(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of(), spoiled="delete Intl.Collator")
    assert len(opened.said) == 1
    assert opened.page.locator("#runs > tbody > tr:visible").count() == len(looked_ahead(60).runs)
    assert not opened.page.locator("form").is_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1025, 1280, 1920])
@pytest.mark.parametrize("language", ["en", "ru", "bg"])
def test_no_width_makes_the_page_scroll_sideways(open_page: Callable[..., Any], width: int, language: str) -> None:
    spoken = local_language(language, SOFIA.timezone)
    long = attrs.evolve(ABOUT, hotel="W" * 128, paused=True, task="T" * 128, reservation="R" * 128)
    rows = [attrs.evolve(each, id=f"{each.id}{'W' * 90}") for each in house(8)]
    tasks = [attrs.evolve(each, id=f"{each.id}{'w' * 90}", name="W" * 128) for each in TASKS]
    missed = skips([OTHER], rows, at=AT, rules=SOFIA)
    result = preview(tasks, rows, at=AT, rules=SOFIA)
    opened = open_page(preview_html(result, long, skips=missed, language=spoken), width=width)
    page = opened.page
    assert page.evaluate("document.documentElement.lang") == language
    page.locator("#words").fill("w")
    opened.settle()
    page.locator("#open").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "() => [...document.querySelectorAll('#runs > tbody > tr > *, #sums *, #tasks *, form *')]"
        ".filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)"
        ".map((each) => each.outerHTML.slice(0, 80))"
    )
    assert cut == []
    outside = page.evaluate(
        "() => [...document.querySelectorAll('#runs details *')]"
        ".filter((each) => each.checkVisibility() && each.getBoundingClientRect().right >"
        " each.closest('#runs > tbody > tr > td').getBoundingClientRect().right + 1)"
        ".map((each) => each.outerHTML.slice(0, 80))"
    )
    assert outside == [], "what an amount is made of stays in its column"


def test_on_a_phone_a_row_is_a_card_that_names_its_values(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of(), width=390)
    page, runs = opened.page, looked_ahead(60).runs
    before = "(row) => [...row.cells].map((cell) => getComputedStyle(cell, '::before').content.replaceAll('\"', ''))"
    names = page.locator("#runs > tbody > tr").first.evaluate(before)
    assert names == ["due", "task", "none", "operation", "folio", "card", "amount", "remarks"]
    page.locator("#runs thead").get_by_role("button", name="reservation").click()
    assert shown_rows(page) == named(in_order(runs, "reservation", downwards=False))
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    assert roles.count("rowheader") > len(runs), "it stays a table for who does not see it"


CONTRAST: Final = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = (colour) => { const [r, g, b] = rgb(colour).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (each) => {
    while (each && rgb(getComputedStyle(each).backgroundColor)[3] < 255) each = each.parentElement;
    return each ? getComputedStyle(each).backgroundColor : "white"; };
  return [...document.querySelectorAll("body *")].filter((each) => each.checkVisibility() &&
      [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .map((each) => { const [a, b] = [light(getComputedStyle(each).color), light(behind(each))].sort((x, y) => y - x);
      return [(a + 0.05) / (b + 0.05), each.tagName, each.textContent.slice(0, 30)]; });
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground_by_day_and_by_night(open_page: Callable[..., Any], scheme: str) -> None:
    about = attrs.evolve(ABOUT, paused=True)
    opened = open_page(page_of(about=about), color_scheme=scheme)
    opened.page.get_by_label("Search", exact=True).fill("r")
    opened.settle()
    opened.page.locator("#runs summary").first.click()
    found = opened.page.evaluate(CONTRAST)
    assert len(found) > 500
    assert [each for each in found if each[0] < 4.5] == []
    ground = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


def test_the_page_can_be_read_by_those_who_hear_it(open_page: Callable[..., Any]) -> None:
    page = open_page(page_of()).page
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("main").count() == page.get_by_role("search").count() == 1
    tables = page.locator("main > section > table")
    named_by = page.locator("section[aria-labelledby] > h2")
    assert tables.count() == named_by.count() == 4
    controls = page.locator("input, select")
    assert controls.count() == 4
    assert all(each.evaluate("(control) => control.labels.length") == 1 for each in controls.all())
    heads = page.locator("main > section > table > thead th")
    assert all(each.get_attribute("scope") == "col" for each in heads.all())
    assert page.locator("#runs > tbody > tr > th[scope=row]").count() == len(looked_ahead(60).runs)
    assert page.locator("#runs-count").get_attribute("role") == "status"


def printed(page: Page, *, landscape: bool = False) -> list[str]:
    """Return the text of each page that a printer would get."""
    reader = PdfReader(io.BytesIO(page.pdf(format="A4", landscape=landscape)))
    return [each.extract_text().replace("\N{LATIN SMALL LIGATURE FI}", "fi") for each in reader.pages]


@pytest.mark.parametrize("landscape", [False, True])
def test_paper_bears_what_is_shown_under_a_head_on_every_page(
    open_page: Callable[..., Any], *, landscape: bool
) -> None:
    opened = open_page(page_of(200), color_scheme="dark")
    page, runs = opened.page, looked_ahead(200).runs
    page.get_by_label("Task", exact=True).select_option(label="hold")
    page.get_by_label("Search", exact=True).fill("F1")
    page.locator("#runs thead").get_by_role("button", name="reservation").click()
    opened.settle()
    page.locator("#runs details:visible summary").first.click()
    page.locator("#runs details:visible summary").nth(2).click()
    wanted = [run for run in runs if run.task.id == "hold" and "f1" in _searched(run)]
    assert len(wanted) > 60
    sheets = printed(page, landscape=landscape)
    first, everything = sheets[0], "\n".join(sheets)
    assert "What the cycle at 31 Jan 2024, 12:00 will do" in first
    assert "Search: F1; Task: hold" in first
    assert f"Shown: {len(wanted)} of {len(runs)}" in first
    assert "Sorted by: reservation, ascending" in first
    assert "Clear filters" not in everything
    assert everything.count("compared") >= 2
    rows = [sheet for sheet in sheets if re.search(r"\bhold R-\d", sheet)]
    assert len(rows) > 1
    for place, sheet in enumerate(sheets, 1):
        assert f"{place} / {len(sheets)}" in sheet
    for sheet in rows:
        head = " ".join(sheet.split()).partition(" hold R-")[0]
        assert all(name in head for name in ("due", "reservation", "amount", "remarks"))
    found = re.findall(r"\bhold (R-\d+)\b", " ".join("\n".join(rows).split()))
    assert found == [run.reservation for run in in_order(wanted, "reservation", downwards=False)]
    for run in wanted:
        assert any(run.reservation in sheet and cells(run)["amount"] in sheet for sheet in rows), "no row is cut"


def test_paper_is_white_and_nothing_leaves_it_sideways(open_page: Callable[..., Any]) -> None:
    for width in (718, 1047):
        opened = open_page(page_of(), width=width, color_scheme="dark")
        opened.page.locator("#words").fill("r-1")
        opened.settle()
        opened.page.emulate_media(media="print", color_scheme="dark")
        look = "[getComputedStyle(document.body).backgroundColor, document.documentElement.scrollWidth <= innerWidth]"
        assert opened.page.evaluate(look) == ["rgb(255, 255, 255)", True]
        assert not opened.page.locator("form").is_visible()
        assert (
            opened.page.locator("#runs thead").evaluate("(head) => getComputedStyle(head).display")
            == "table-header-group"
        )
        assert [each for each in opened.page.evaluate(CONTRAST) if each[0] < 4.5] == []


def test_without_a_script_it_is_a_plain_page_with_every_row(open_page: Callable[..., Any]) -> None:
    opened = open_page(page_of(), scripts=False)
    page, runs = opened.page, looked_ahead(60).runs
    assert page.locator("#runs > tbody > tr:visible").count() == len(runs)
    assert page.locator("#skips > tbody > tr:visible").count() > 10
    for hidden in ("form", "#runs-none", "#runs-count", ".of", "#runs thead button", ".paper"):
        assert page.locator(f"{hidden}:visible").count() == 0
    details = page.locator("#runs details").first
    details.locator("summary").click()
    expect(details.locator("table")).to_be_visible()


HOSTILE: Final = (
    "</script><script>window.slipped = 1</script>",
    "<img src=x onerror=alert(1)>",
    "</style><style>body{display:none}</style>",
    "\"' onmouseover='alert(1)' x=\"",
    "<!-- {all} --><b>&amp;lt;",
    "</details></table></main><h1>Paid</h1>",
    "javascript:alert(1)//${alert(1)}",
)


def test_hostile_names_are_shown_and_do_nothing(open_page: Callable[..., Any]) -> None:
    rows = [
        attrs.evolve(each, id=name, folios=(folio("10.00", id=name),))
        for each, name in zip(house(7), HOSTILE, strict=True)
    ]
    tasks = [attrs.evolve(task(offset_hours=0), id=name, name=name) for name in HOSTILE]
    about = attrs.evolve(ABOUT, hotel=HOSTILE[0], task=HOSTILE[1], reservation=HOSTILE[2])
    missed = skips([attrs.evolve(OTHER, id=HOSTILE[3], name=HOSTILE[4])], rows, at=AT, rules=SOFIA)
    result = preview(tasks[:3], rows, at=AT, rules=SOFIA)
    opened = open_page(preview_html(result, about, skips=missed, language=ENGLISH))
    page = opened.page
    found = [[row[place] for place in (1, 2, 4)] for row in page.evaluate(TEXTS, "#runs > tbody > tr")]
    assert found == [[run.task.id, run.reservation, run.folio] for run in result.runs]
    for place, name in enumerate(HOSTILE):
        page.get_by_label("Search", exact=True).fill(name)
        opened.settle()
        shown = [row for row in result.runs if all(part in _searched(row) for part in name.lower().split())]
        assert sorted(shown_rows(page)) == sorted(named(shown))
        page.locator("#runs thead button").nth(place).evaluate("(button) => button.click()")
    page.locator("#open").click()
    page.hover("h1")
    assert (opened.said, opened.broken, page.evaluate("window.slipped")) == ([], [], None)
    assert page.locator("h1").count() == 1
    assert page.locator("img").count() == 0
    assert "{all}" not in (page.locator("#runs-count").text_content() or "")


def test_in_russian_and_bulgarian_it_speaks_and_adds_up(open_page: Callable[..., Any]) -> None:
    for code in ("ru", "bg"):
        language, runs = local_language(code, SOFIA.timezone), looked_ahead(60).runs
        opened = open_page(page_of(language=language))
        page = opened.page
        assert CYRILLIC.search(page.locator("h1").text_content() or "")
        page.locator("#task").select_option(label="hold")
        opened.settle()
        wanted = [run for run in runs if run.task.id == "hold"]
        assert shown_rows(page) == named(wanted)
        parts = {}
        for run in wanted:
            assert run.amount is not None
            key = (run.problem, run.amount.currency.code)
            parts[key] = parts[key] + run.amount.total if key in parts else run.amount.total
        told = [row[4] for row in page.evaluate(TEXTS, "#sums > tbody > tr")]
        assert {language.writing.money(total) for total in parts.values()} <= set(told)
        english = re.compile(r"\b(?:the|amount|sorted|shown|search|reservation|payment)\b", re.IGNORECASE)
        assert not english.search(page.locator("body").inner_text())
        assert opened.said == []


def test_ten_thousand_rows(open_page: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    runs = looked_ahead(5500).runs[:10_000]
    assert len(runs) == 10_000
    result = Preview(looked_ahead(60).cycle_at, runs)
    began = time.perf_counter()
    text = preview_html(result, ABOUT, language=ENGLISH)
    made = time.perf_counter() - began
    began = time.perf_counter()
    opened = open_page(text)
    page = opened.page
    figures = {"made in": made, "loaded in": time.perf_counter() - began}
    for column in ("reservation", "amount", "due"):
        figures[f"sorted by {column}"] = page.evaluate(
            """(place) => new Promise((done) => {
              const began = performance.now();
              document.querySelectorAll("#runs thead button")[place].click();
              requestAnimationFrame(() => setTimeout(() => done((performance.now() - began) / 1000)));
            })""",
            COLUMNS.index(column),
        )
    assert shown_rows(page) == named(runs)[:MOST_LISTED]
    assert page.locator("#runs-count").text_content() == "Shown: 10,000 of 10,000"
    assert told_sums(page, shown=False) == sums_of(runs)
    for words in ("hold", "R-42", ""):
        figures[f"filtered by {words!r}"] = page.evaluate(
            """(words) => new Promise((done) => {
              const began = performance.now();
              const field = document.getElementById("words");
              field.value = words;
              field.dispatchEvent(new Event("input", {bubbles: true}));
              requestAnimationFrame(() => setTimeout(() => done((performance.now() - began) / 1000)));
            })""",
            words,
        )
    page.get_by_label("Search", exact=True).fill("r-42")
    opened.settle()
    wanted = [run for run in runs if "r-42" in _searched(run)]
    assert len(wanted) < MOST_LISTED
    assert sorted(shown_rows(page)) == sorted(named(wanted))
    assert told_sums(page, shown=True) == sums_of(wanted)
    with capsys.disabled():
        size = len(text.encode()) / 1e6
        print(f"\n{'a page of':<24} {size:.1f} MB, {len(runs):,} rows")  # noqa: T201  the figures are the result
        for name, seconds in figures.items():
            print(f"{name:<24} {seconds:.2f} s")  # noqa: T201  as above
