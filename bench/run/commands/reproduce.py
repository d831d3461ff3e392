# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab reproduce`: the default campaign, its tables and its figures, made again and compared with the committed ones.

`l4lab reproduce RECORD` makes one record again and says whether it is identical, or what differs.
`l4lab reproduce --full` then sweeps the campaigns full_*: all combinations, all benchmarks on both processors, and many
layouts. They have no committed reference; a full reproduction that was ended goes on where it was.
Exit status 1 if a file differs from the committed one: the numbers were made, but they are not those of the reference.
"""

import argparse
import sys
from pathlib import Path

from analysis import difference, readme_table
from analysis.tables.table import read as read_table
from analysis.tables.table import render
from bench.run import again, campaign, derive, doctor, reference, runner, sweep
from bench.run.commands import interaction
from bench.run.errors import Missing
from bench.run.paths import ROOT, TABLES, build_root, shown
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
    parser.add_argument(
        "--update-reference", action="store_true", help="replace the committed records, tables and figures by these"
    )


def _compare() -> int:
    """Prints a line for each file and returns how many are not the same."""
    others = 0
    for pair in reference.pairs(CAMPAIGN):
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


def _full(jobs: int) -> None:
    """Sweeps every further campaign, each with its tables, from the store where that has the cells."""
    results = build_root() / "results"
    for name in FULL:
        raw, tables = results / "raw" / name, results / "tables" / name
        print(f"campaign {name}", file=sys.stderr)
        sweep.run(campaign.load(name), raw, jobs)
        for path in derive.layouts(raw, tables) if name == LAYOUTS else derive.tables(raw, tables):
            print(shown(path))


def run(arguments: argparse.Namespace) -> int:
    if arguments.record is not None:
        return _one(arguments.record)
    missing = doctor.missing_packages()
    if missing:
        raise Missing(doctor.apt_line(missing))
    reference.clear(CAMPAIGN)
    raw, tables, figures = (pair.made for pair in reference.pairs(CAMPAIGN)[:3])
    sweep.run(campaign.load(CAMPAIGN), raw, arguments.jobs, force=True)
    print(f"tables and figures: {shown(tables)}, {shown(figures)}", file=sys.stderr)
    combined = reference.combinations().made
    sweep.run(campaign.load(reference.COMBINATIONS), combined, arguments.jobs, force=True)
    derive.tables(raw, tables)
    write_text(tables / "interaction.csv", render(interaction.rows(combined)))
    derive.figures(tables, figures)
    text = derive.summary(tables)
    write_text(build_root() / "results" / "summary.txt", text)
    print(text)
    if arguments.update_reference:
        for pair in reference.pairs(CAMPAIGN):
            pair.update()
        readme = ROOT / "README.md"
        write_text(readme, readme_table.replaced(readme.read_text(), read_table(TABLES / "ablation.csv")))
    status = _verdict(_compare())
    if arguments.full:
        _full(arguments.jobs)
    return status
