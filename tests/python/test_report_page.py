# SPDX-License-Identifier: BSD-2-Clause
"""Is the report one file that can be read without network and scripts, and does it sort, filter, zoom and lead down to the
instructions when somebody clicks through it?
"""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import Browser, opened
from command_line import Lab

from analysis.figures.all import FIGURES, figures, of_machine
from analysis.hypertext import report
from analysis.tables.table import read

NETWORK = re.compile(r"""(?:src|href|action)\s*=\s*["']?(?!#|data:)[^"'\s>]|url\(\s*["']?(?!#)|@import|fetch\(|XMLHttpRequest""", re.IGNORECASE)
# Namespaces and licences are names, not addresses that anybody fetches.
DECLARED = re.compile(r"xmlns(?::\w+)?=\S+|<(?:rdf|cc|dc):?.*?>|<metadata>.*?</metadata>", re.DOTALL | re.IGNORECASE)
VARIANT = "liedtke93"
# What the campaign of the second processor and its validation can fill.
OF_THE_PENTIUM = ("ablation", "small_spaces", "samples", "validation", "structure", "short_ipc")
DRAWINGS = len(of_machine("i486")) + len(OF_THE_PENTIUM)


@pytest.fixture(scope="module")
def text(table_folder: Path, campaign_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    drawn = tmp_path_factory.mktemp("drawn")
    for folder in ("", "pentium"):
        figures(table_folder / folder, drawn / folder)
    return report.page(table_folder, drawn, campaign_folder)


def test_nothing_is_fetched(text: str) -> None:
    assert NETWORK.findall(DECLARED.sub("", text)) == []
    assert "default-src 'none'" in text


def test_every_table_and_figure_is_there(text: str, table_folder: Path) -> None:
    for path in table_folder.rglob("*.csv"):
        name = "-".join(path.relative_to(table_folder).with_suffix("").parts)
        assert f'id="table-{name}"' in text
    assert text.count('<figure class="drawing"') == DRAWINGS == text.count("<svg")


class Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.targets.append(str(given["href"]).removeprefix("#"))


def test_every_link_has_its_target_and_no_two_figures_share_a_name(text: str) -> None:
    found = Ids()
    found.feed(text)
    assert found.targets and set(found.targets) <= set(found.ids)
    owners = {name: figure for figure in FIGURES for name in found.ids if name.startswith(f"{figure}-")}
    assert len(owners) > 100


def test_what_is_the_same_in_all_rows_is_said_once() -> None:
    rows = [{"machine": "i486", "bytes": "8", "empty": ""}, {"machine": "i486", "bytes": "12", "empty": ""}]
    shown = report.show("t", "a title", rows, {}, [])
    assert (shown.same, shown.columns, shown.rows) == ({"machine": "i486"}, ["bytes"], [(["8"], []), (["12"], [])])


def test_a_cell_is_text_and_no_markup(table_folder: Path, tmp_path: Path) -> None:
    for path in table_folder.glob("*.csv"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "zz.csv").write_text("a,b\n<script>alert(1)</script>,2\nx,3\n")
    page = report.page(tmp_path, tmp_path / "none", tmp_path / "none")
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert "No trace was given." in page


def test_the_command_gives_the_same_bytes(text: str, lab: Lab, table_folder: Path, campaign_folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "report.html"
    ended = lab("report", "--from", str(table_folder), "--records", str(campaign_folder), "--to", str(to))
    assert ended.returncode == 0 and text.startswith("<!doctype html>"), ended.stderr
    assert to.read_text() == text
    assert lab("report", "--from", str(tmp_path)).returncode == 3


needs_browser = pytest.mark.skipif(shutil.which("chromedriver") is None, reason="packages chromium and chromium-driver are missing")


@pytest.fixture(scope="module")
def address(text: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(text)
    return path.as_uri()


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Browser]:
    with opened() as one:
        one.open(address)
        yield one


def column(browser: Browser, table: str, name: str) -> list[str]:
    """The cells of a column in the order of the page."""
    script = """
      const table = document.querySelector(`#table-${arguments[0]} table`);
      const place = Array.from(table.tHead.rows[0].cells).findIndex((cell) => cell.textContent.trim() === arguments[1]);
      return Array.from(table.tBodies[0].rows).filter((row) => !row.hidden).map((row) => row.cells[place].textContent.trim());
    """
    return list(browser.run(script, table, name))


@needs_browser
def test_a_column_sorts_both_ways(browser: Browser, table_folder: Path) -> None:
    values = sorted({float(row["one_way_cycles"]) for row in read(table_folder / "small_spaces.csv")})
    heading = "one way cycles"
    place = browser.run(
        "return Array.from(document.querySelectorAll('#table-small_spaces th')).findIndex((e) => e.textContent === arguments[0])", heading
    )
    for wanted in (values, values[::-1]):
        browser.click(f"#table-small_spaces th:nth-child({place + 1}) button")
        found = [float(value) for value in column(browser, "small_spaces", heading)]
        assert list(dict.fromkeys(found)) == wanted


@needs_browser
def test_a_filter_keeps_the_rows_with_its_words(browser: Browser) -> None:
    before = column(browser, "comparison", "variant")
    browser.type("#table-comparison input.filter", "baseline l3")
    after = column(browser, "comparison", "variant")
    assert set(before) == {"baseline", VARIANT} and set(after) == {"baseline"}


@needs_browser
def test_a_drawing_grows_and_closes(browser: Browser) -> None:
    browser.click("#table-ablation figure.drawing")
    width = "return document.querySelector('dialog svg').getBoundingClientRect().width"
    first = browser.run(width)
    browser.run("document.querySelector('dialog').dispatchEvent(new WheelEvent('wheel', {deltaY: -1, cancelable: true}))")
    assert browser.run(width) > first
    browser.click("dialog button")
    assert browser.run("return document.querySelectorAll('dialog').length") == 0


@needs_browser
def test_a_row_leads_down_to_the_instructions(browser: Browser) -> None:
    assert browser.texts(f"#anatomy-{VARIANT} details.step code") == []
    browser.run("document.querySelector('#table-small_spaces').scrollIntoView()")
    browser.click(f"#table-ablation td a[href='#anatomy-{VARIANT}']")
    assert browser.run("return location.hash") == f"#anatomy-{VARIANT}"
    assert browser.run("return document.querySelector(arguments[0]).open", f"#anatomy-{VARIANT}")
    browser.click(f"#anatomy-{VARIANT} details.step summary")
    assert browser.texts(f"#anatomy-{VARIANT} details.step[open] code")


@needs_browser
def test_it_can_be_read_without_scripts(text: str, tmp_path: Path) -> None:
    """As a browser sees it that runs none: the page without its own."""
    page = tmp_path / "plain.html"
    page.write_text(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))
    with opened() as plain:
        plain.open(page.as_uri())
        assert plain.run("return document.documentElement.classList.contains('scripted')") is False
        assert plain.run("return document.querySelectorAll('input.filter').length") == 0
        assert len(plain.texts("#table-small_spaces tbody tr")) > 5
        assert len(plain.texts("figure.drawing")) == DRAWINGS
        plain.click("#anatomies summary")
        assert plain.texts("#anatomies details[open] tbody tr")
