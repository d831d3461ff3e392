# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab interaction`: what is each technique's own over all 32 combinations, and which of them interact?

Reads the records of campaign `combinations`; writes interaction.csv and prints the Shapley values and the pairs.
"""

import argparse
from pathlib import Path

from analysis import records
from analysis.report import columns
from analysis.tables import interaction
from analysis.tables.table import Row, render
from bench.run.errors import RunFailed
from bench.run.paths import RAW, build_root, shown
from bench.run.storage import write_text

EXAMPLE = "l4lab interaction --from build/results/raw/combinations"
CAMPAIGN = "combinations"
HEADINGS = {
    "shapley": "share of what all five save together, over every order of adding them (Shapley)",
    "main": "saved on average over all combinations of the others",
    "pair": "how much more the one saves where the other is there, too",
}


def configure(parser: argparse.ArgumentParser) -> None:
    help_text = "records (default: the committed ones)"
    parser.add_argument("--from", dest="source", type=Path, default=RAW / CAMPAIGN, metavar="DIR", help=help_text)
    parser.add_argument("--to", type=Path, metavar="DIR", help="default: build/results/tables")


def rows(source: Path) -> list[Row]:
    """Raises RunFailed if a combination is missing."""
    try:
        found = interaction.rows(records.load_campaign(source))
    except records.RecordError as error:
        raise RunFailed(str(error)) from error
    if not found:
        raise RunFailed(f"{shown(source)} has not all 32 combinations; ./l4lab sweep {CAMPAIGN} makes them")
    return found


def _name(row: Row) -> str:
    return f"{row['technique']} and {row['other']}" if row["other"] else str(row["technique"])


def text(found: list[Row]) -> str:
    """A block for each kind of effect, a column for each length."""
    first = found[0]
    out = [
        f"{first['unit'].replace('_', ' ')} one way, machine {first['machine']}, board {first['board']}, "
        f"model {first['model']}; two large tasks, warm, layout of the source\n"
    ]
    lengths = sorted({int(row["bytes"]) for row in found})
    for effect, heading in HEADINGS.items():
        of_kind = [row for row in found if row["effect"] == effect]
        values = {(_name(row), int(row["bytes"])): float(row["one_way_saved_cycles"]) for row in of_kind}
        names = dict.fromkeys(_name(row) for row in of_kind)
        table = [[name, *(f"{values[name, length]:+.1f}" for length in lengths)] for name in names]
        out += [f"{heading}:\n", columns([["bytes", *lengths], *table])]
    return "".join(out)


def run(arguments: argparse.Namespace) -> int:
    found = rows(arguments.source)
    path = (arguments.to or build_root() / "results" / "tables") / "interaction.csv"
    write_text(path, render(found))
    print(text(found), end="")
    print(f"table: {shown(path)}")
    return 0
