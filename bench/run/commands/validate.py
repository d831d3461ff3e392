# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab validate`: how far is the model from the documents, and from what was measured elsewhere?

Runs a probe for every documented instruction form, loops whose cost others have published, pointer chases that recover
cache and TLB from cycles alone, and the headline with each assumed parameter at either end of its range. Writes
validation_forms.csv, validation_end_to_end.csv, validation_structure.csv and validation_assumed.csv. Exit 1 if a form, an identity or a structure is not as documented; an independent figure that
differs is the model's error, and is reported.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis import assumed, validation
from analysis.assumed import Effect
from analysis.validation import EndToEnd, Form, Structure
from bench.run import assumed as varying
from bench.run import boot, build, catalog, process, short_ipc, storage
from bench.run.errors import LabError, RunFailed, TimeLimit, UsageError
from bench.run.paths import ROOT, TABLES, build_root, shown
from boot.machines.machine import Machine

EXAMPLE = "l4lab validate --machine pentium --json"
DEFAULT = "i486"
GUEST_MIB = 64
PROBES = (ROOT / "tests" / "probes", ROOT / "tests" / "validation")
TOOLS = (
    ("qemu-system-i386", "qemu-system-x86"),
    ("i686-linux-gnu-gcc", "gcc-i686-linux-gnu"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--machine", default=DEFAULT, help=f"a machine with a cycle model (default: {DEFAULT})")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the CSV files go (default: build/validation, or build/validation/MACHINE)")
    parser.add_argument(
        "--without-assumed",
        action="store_true",
        help="leave out the assumed parameters, which take a boot for each end of their ranges, and their table",
    )


@dataclass(frozen=True)
class Measured:
    machine: Machine
    forms: list[Form]
    figures: list[EndToEnd]
    structures: list[Structure]
    board: str
    headline: float = 0
    effects: tuple[Effect, ...] = ()


def _beside(machine: Machine) -> list[EndToEnd]:
    """What other kernels took on this processor."""
    return short_ipc.figures(machine) if machine.name == short_ipc.MACHINE else validation.other_kernels(TABLES)


def _measure(machine: Machine, with_assumed: bool = True) -> Measured:
    """The probes are modules of the tests, which find each other by their folders."""
    sys.path[:0] = [str(folder) for folder in PROBES]
    measure = import_module("measure")
    for tool, package in TOOLS:
        process.require(tool, package)
    plugin = build.plugin()
    try:
        with boot.private_folder(GUEST_MIB) as folder:
            forms, figures, structures = measure.measure(folder, plugin, machine.name)
    except TimeLimit as error:
        raise TimeLimit(f"the probes: {error}") from error
    except (subprocess.CalledProcessError, measure.Unfinished) as error:
        raise RunFailed(f"the probes did not run: {error}") from error
    headline, effects = varying.effects(machine) if with_assumed else (0, [])
    figures += _beside(machine)
    return Measured(machine, forms, figures, structures, measure.PROBES_BOARD, headline, tuple(effects))


def _report(measured: Measured) -> dict[str, Any]:
    forms, figures = measured.forms, measured.figures
    return {
        "machine": measured.machine.name,
        "board": measured.board,
        "model_hash": build.model_hash(measured.machine, measured.board),
        "forms": sum(form.kind == "form" for form in forms),
        "forms_wrong": len(validation.wrong(forms, "form")),
        "rules": sum(form.kind == "rule" for form in forms),
        "rules_wrong": len(validation.wrong(forms, "rule")),
        "structures": [
            {"name": one.name, "documented": one.documented, "recovered": one.recovered} for one in measured.structures
        ],
        "headline": asdict(validation.headline(figures)),
        "assumed": assumed.rows(measured.effects, measured.headline, {}),
        "end_to_end": [validation.end_to_end_row(figure) for figure in figures],
    }


def _write(folder: Path, measured: Measured, report: dict[str, Any]) -> None:
    """The rows of end-to-end figures name their own boards, and the model with each."""
    context = {key: report[key] for key in ("machine", "board", "model_hash")}
    machine = measured.machine
    board = machine.default_board or report["board"]
    hashes = {board: build.model_hash(machine, board) for board in machine.boards()}
    tables = {
        "forms": validation.form_rows(measured.forms, context),
        "structure": validation.structure_rows(measured.structures, context),
        "assumed": [
            {**row, "machine": machine.name, "board": board, "model_hash": hashes[board]} for row in report["assumed"]
        ],
        "end_to_end": [
            {**row, "machine": machine.name, "model_hash": hashes.get(row["board"], "")} for row in report["end_to_end"]
        ],
    }
    for name, rows in tables.items():
        if name == "assumed" and not rows:
            continue
        storage.write_text(folder / f"validation_{name}.csv", validation.csv_text(rows))
    print(f"tables in {shown(folder)}", file=sys.stderr)


def _print(measured: Measured, report: dict[str, Any]) -> None:
    print(f"machine {measured.machine.name}, board {report['board']} unless a row says another, model {report['model_hash'][:12]}\n")
    print(validation.forms_text(measured.forms), end="")
    counts = "{forms} forms, {forms_wrong} wrong; {rules} rules, {rules_wrong} wrong".format(**report)
    print(f"\n{counts}\n\n{validation.structures_text(measured.structures)}", end="")
    print(validation.end_to_end_text(measured.figures))
    if measured.effects:
        print(assumed.text(measured.effects, measured.headline, varying.NAME))
    print(validation.sentence(validation.headline(measured.figures)))


def judge(measured: Measured) -> None:
    """Raises if something is not exact that must be."""
    wrong = [form.name for form in measured.forms if form.difference]
    wrong += [figure.name for figure in validation.inexact(measured.figures)]
    wrong += [one.name for one in measured.structures if one.recovered != one.documented]
    if wrong:
        raise LabError(f"not as documented: {', '.join(wrong)}")


def _folder(machine: Machine) -> Path:
    folder = build_root() / "validation"
    return folder if machine.name == DEFAULT else folder / machine.name


def write(name: str, folder: Path) -> None:
    """Writes the tables of a machine's model and raises what `l4lab validate` would."""
    measured = _measure(catalog.machine(name))
    _write(folder, measured, _report(measured))
    judge(measured)


def run(arguments: argparse.Namespace) -> int:
    machine = catalog.machine(arguments.machine)
    if machine.unit != "modelled_cycles":
        raise UsageError(f"machine {machine.name} has no cycle model, so there is nothing to validate")
    measured = _measure(machine, not arguments.without_assumed)
    report = _report(measured)
    _write((arguments.out or _folder(machine)).resolve(), measured, report)
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        _print(measured, report)
    judge(measured)
    return 0
