# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab reproduce`: the default campaign, its tables and its figures, made again and compared with the committed ones.

`l4lab reproduce RECORD` makes one record again and says whether it is identical, or what differs.
`l4lab reproduce --full` then sweeps the campaigns full_*: all combinations, all benchmarks on both processors, and many
layouts. They have no committed reference; a full reproduction that was ended goes on where it was.
`l4lab reproduce --further` also makes what takes longer and is committed: the tables of every benchmark and of the layouts, and
the validation of both models. `--further --update-reference` renews everything that the project keeps.
Exit status 1 if a file differs from the committed one: the numbers were made, but they are not those of the reference.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from analysis import difference, readme_numbers
from analysis.tables.table import render
from bench.run import again, campaign, derive, doctor, reference, runner, sweep
from bench.run.commands import interaction, validate
from bench.run.errors import Missing
from bench.run.paths import ROOT, TABLES, build_root, shown
from bench.run.reference import Reference
from bench.run.storage import write_text

EXAMPLE = "l4lab reproduce"
CAMPAIGN = "default"
LAYOUTS = "full_layouts"
FULL = ("full_combinations", LAYOUTS, "full_suite_i486", "full_suite_pentium")
JOBS = 2


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("record", type=Path, nargs="?", help="a file of results/raw (default: everything)")
    parser.add_argument("--jobs", type=int, default=JOBS, metavar="N", help="boots at a time (default: 2)")
    parser.add_argument("--full", action="store_true", help="also the campaigns full_* (up to 90 minutes; resumable)")
    further = "also every benchmark, the layouts and the validation of both models, as committed (up to an hour; resumable)"
    parser.add_argument("--further", action="store_true", help=further)
    parser.add_argument(
        "--update-reference", action="store_true", help="replace the committed records, tables and figures by these"
    )


def _compare(wanted: Reference) -> int:
    """Prints a line for each file and returns how many are not the same."""
    others = 0
    for pair in wanted.pairs:
        for name, verdict in pair.compare().items():
            print(f"{verdict:14} {shown(pair.committed / name)}")
            others += verdict not in reference.ALIKE
    return others


def _verdict(others: int) -> int:
    if others:
        print(f"\n{others} files are not the same as the committed ones.")
        print("If that is meant: ./l4lab reproduce --update-reference")
    else:
        print("\nevery record, table and figure is the same as the committed one (`same`: byte for byte; `other tools`:")
        print("the numbers are the same, and the versions of QEMU, its firmware or the drawing tools are not)")
    return 1 if others else 0


def _one(path: Path) -> int:
    """Exit status 1 unless the samples are the same and nothing but versions of tools differs."""
    old = again.load(path)
    new = runner.perform(runner.prepare(again.request(old))).record
    differing = difference.of_runs(old, new) + difference.of_samples(old, new)
    if not differing:
        print(f"identical: {shown(path)}, {len(old.samples)} cases")
        return 0
    print("\n".join(differing))
    if difference.only_tools(old, new):
        print(f"identical but for the versions of tools: {shown(path)}, {len(old.samples)} cases")
        return 0
    same = not difference.of_samples(old, new)
    print(f"not identical: {shown(path)}" + ("; its samples are the same" if same else ""))
    return 1


def _sweep(name: str, jobs: int) -> Path:
    """The records of a campaign, from the store where that has the cells."""
    raw = build_root() / "results" / "raw" / name
    print(f"campaign {name}", file=sys.stderr)
    sweep.run(campaign.load(name), raw, jobs)
    return raw


def _full(jobs: int) -> None:
    for name in FULL:
        raw, tables = _sweep(name, jobs), build_root() / "results" / "tables" / name
        for path in derive.layouts(raw, tables) if name == LAYOUTS else derive.tables(raw, tables):
            print(shown(path))


def _make_tables(wanted: Reference, jobs: int, further: bool) -> None:
    """Records, and the tables of them."""
    for name, pair in wanted.records.items():
        sweep.run(campaign.load(name), pair.made, jobs, force=True)
    first, second = (pair.made for pair in wanted.tables)
    derive.tables(wanted.records[CAMPAIGN].made, first)
    derive.tables(wanted.records[reference.SECOND].made, second)
    write_text(first / "interaction.csv", render(interaction.rows(wanted.records[reference.COMBINATIONS].made)))
    if further:
        derive.tables(_sweep(reference.SUITE, jobs), first, reference.FURTHER_TABLES)
        derive.layouts(_sweep(reference.LAYOUTS, jobs), first)


def _update(pairs: Iterable[reference.Pair]) -> None:
    for pair in pairs:
        pair.update()


def _update_readme() -> None:
    readme = ROOT / "README.md"
    write_text(readme, readme_numbers.replaced(readme.read_text(), TABLES))


def _everything(arguments: argparse.Namespace) -> int:
    """What is committed is replaced step by step, because the next step reads it: tables, the models' validation, figures."""
    wanted = reference.reference(CAMPAIGN, arguments.further)
    update = arguments.update_reference
    wanted.clear()
    _make_tables(wanted, arguments.jobs, arguments.further)
    first = wanted.tables[0].made
    if update:
        _update([*wanted.records.values(), *wanted.tables])
    for machine, pair in wanted.validation.items():
        validate.write(machine, pair.made)
        if update:
            pair.update()
    print(f"figures: {shown(wanted.figures[0].made)}", file=sys.stderr)
    derive.figures(first, wanted.figures[0].made)
    text = derive.summary(first)
    write_text(build_root() / "results" / "summary.txt", text)
    print(text)
    if update:
        _update(wanted.figures)
        _update_readme()
    return _verdict(_compare(wanted))


def run(arguments: argparse.Namespace) -> int:
    if arguments.record is not None:
        return _one(arguments.record)
    missing = doctor.missing_packages()
    if missing:
        raise Missing(doctor.apt_line(missing))
    status = _everything(arguments)
    if arguments.full:
        _full(arguments.jobs)
    return status
