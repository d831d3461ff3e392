# SPDX-License-Identifier: BSD-2-Clause
"""How do tables, figures and traces become one page that needs no network, and can be read without scripts?

Every table stands in it whole. What is the same in all rows of a table is said once above it. A row that names a variant
with a trace leads to that variant's anatomy: its steps, and below each the instructions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis import anatomy, published, validation
from analysis.steps import COST_COLUMNS
from analysis.summary import text as summary
from analysis.tables.minimum_path import TRACED_CASE
from analysis.tables.table import machine_of, read
from boot.machines import machine as machines

HERE = Path(__file__).parent
TRACE = "*.pingpong.*.steps.tsv"
VARIANT_COLUMNS = ("variant", "variant_with", "variant_without")
# A drawing's names must not meet those of another drawing in the same page.
NAMED = re.compile(r'\bid="([^"]+)"|\bid=\'([^\']+)\'')
PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
TITLES = {
    "message_length": "IPC time against message length",
    "ablation": "What each technique costs or saves",
    "ablation_steps": "On which step it costs or saves",
    "interaction": "How techniques interact",
    "minimum_path": "The short path by step",
    "tlb_misses": "TLB misses of the short path",
    "small_spaces": "Small spaces",
    "lazy_scheduling": "What lazy scheduling defers",
    "layouts": "What the placement of code and data does",
    "samples": "Samples of the load case",
    "growth": "A short IPC among many threads",
    "working_set": "A call to a client with many pages",
    "suite": "Every benchmark",
    "comparison": "Beside published values",
    "kernel_stack": "Kernel stacks",
    "validation_end_to_end": "The model beside measured loops and other kernels",
    "validation_assumed": "Assumed parameters varied",
    "validation_structure": "Structures recovered",
    "validation_forms": "The model beside the manual",
}
# The figures that belong to a table of another name.
FIGURES_OF = {"validation_end_to_end": ("validation", "short_ipc"), "validation_structure": ("structure",)}
# Folders of a second processor's tables, and what its titles begin with.
SECOND = {"pentium": "Pentium: "}


@dataclass(frozen=True)
class Shown:
    """A table of the page. same: columns with one value in all rows; each row: its cells, and the variants it leads to."""

    name: str
    title: str
    same: dict[str, str]
    columns: list[str]
    rows: list[tuple[list[str], list[str]]]
    figures: list[Markup]


@dataclass(frozen=True)
class Step:
    """One visit of the path to a step, with its instructions: (address, text, cycles, causes, notes)."""

    part: str
    name: str
    cycles: int
    instructions: list[tuple[str, str, int, str, str]]


@dataclass(frozen=True)
class Dissected:
    """A variant's traced round trip. totals: (side, step, instructions, cycles, cycles by cause)."""

    variant: str
    cycles: int
    causes: list[str]
    totals: list[tuple[str, str, int, int, list[int]]]
    steps: list[Step]


def inline(name: str, svg: str) -> Markup:
    """The drawing as an element; its ids, and what refers to them, begin with the figure's name."""
    body = PROLOGUE.sub("", svg, count=1)
    for found in {one or other for one, other in NAMED.findall(body)}:
        word = re.escape(found)
        body = re.sub(rf"""(\bid=["']|url\(["']?#|href=["']#){word}(?=["')])""", rf"\g<1>{name}-{found}", body)
    return Markup(body)


def show(name: str, title: str, rows: list[dict[str, str]], known: Mapping[str, object], drawn: list[Markup]) -> Shown:
    """known: the variants that have an anatomy."""
    values = {key: {row[key] for row in rows} for key in rows[0]}
    same = {key: next(iter(seen)) for key, seen in values.items() if len(seen) == 1 and len(rows) > 1}
    columns = [key for key in rows[0] if key not in same]
    leads = [[row[key] for key in VARIANT_COLUMNS if row.get(key) in known] for row in rows]
    cells = [[row[key] for key in columns] for row in rows]
    shown_same = {key: value for key, value in same.items() if value}
    return Shown(name, title, shown_same, columns, list(zip(cells, leads, strict=True)), drawn)


def _charge(one: anatomy.Instruction) -> str:
    return " ".join(f"{cause} {cycles}" for cause, cycles in one.causes.items())


def _step(of: list[anatomy.Instruction]) -> Step:
    instructions = [
        (f"{one.row.linear:08X}", one.row.text, one.row.cycles, _charge(one), " ".join(one.row.notes)) for one in of
    ]
    return Step(of[0].part, of[0].row.step, sum(one.row.cycles for one in of), instructions)


def dissect(variant: str, trace: str, line_bytes: int) -> Dissected:
    path = anatomy.read(trace, line_bytes)
    totals = anatomy.by_step(path)
    causes = [cause for cause in COST_COLUMNS if any(one.causes[cause] for one in totals)]
    by_step = [(one.side, one.step, one.instructions, one.cycles, [one.causes[key] for key in causes]) for one in totals]
    return Dissected(variant, sum(one.cycles for one in totals), causes, by_step, [_step(of) for of in anatomy.visits(path)])


def anatomies(records: Path) -> dict[str, Dissected]:
    """Of every variant whose trace lies in the folder."""
    found = {}
    for path in sorted(records.glob(TRACE)):
        variant, _, machine, *_ = path.name.split(".")
        found[variant] = dissect(variant, path.read_text(), machines.load(machine).rule("cache_line_bytes"))
    return found


def drawings(figures: Path, prefix: str) -> dict[str, Markup]:
    return {path.stem: inline(f"{prefix}{path.stem}", path.read_text()) for path in sorted(figures.glob("*.svg"))}


def listed(tables: Path, figures: Path, known: Mapping[str, object], prefix: str = "", heading: str = "") -> list[Shown]:
    """Of one machine, in the order of the titles, then whatever else there is. prefix: of the names in the page."""
    folders = (validation.folder_of(machine_of(tables)), tables)
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.csv"))}
    order = [name for name in TITLES if name in paths] + [name for name in paths if name not in TITLES]
    drawn = drawings(figures, prefix)
    shown = []
    for name in order:
        if rows := read(paths[name]):
            own = [drawn[figure] for figure in FIGURES_OF.get(name, (name,)) if figure in drawn]
            shown.append(show(f"{prefix}{name}", f"{heading}{TITLES.get(name, name)}", rows, known, own))
    return shown


def of_every_machine(tables: Path, figures: Path, known: Mapping[str, object]) -> list[Shown]:
    """An anatomy is of the first machine: rows of another lead to none."""
    shown = listed(tables, figures, known)
    for machine, heading in SECOND.items():
        if any((tables / machine).glob("*.csv")):
            shown += listed(tables / machine, figures / machine, {}, f"{machine}-", heading)
    return shown


def page(tables: Path, figures: Path, records: Path) -> str:
    """The whole page. figures: a folder of SVGs; records: a folder with traces, possibly none."""
    made = Environment(loader=FileSystemLoader(HERE), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    dissected = anatomies(records)
    return made.get_template("report.html").render(
        tables=of_every_machine(tables, figures, dissected),
        anatomies=list(dissected.values()),
        traced_case=TRACED_CASE,
        summary=summary(tables),
        published=[vars(one) for path in sorted(published.FOLDER.glob("*.csv")) for one in published.load(path.stem)],
        style=Markup((HERE / "report.css").read_text()),
        script=Markup((HERE / "report.js").read_text()),
    )
