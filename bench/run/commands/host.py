# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab host`: what do getpid, pipe, UNIX socket and futex cost on the system at hand, an ordinary Linux?

Timed by the time-stamp counter and, through PAPI, by every preset that counts around a known loop; the others are
named with the reason. Ticks of a host are in no table with modelled cycles. Exit 77 where there is nothing to run.
"""

import argparse
from pathlib import Path

from analysis import host_text
from bench.run import host, record
from bench.run.errors import Skipped
from bench.run.paths import build_root, shown
from bench.run.storage import json_line

EXAMPLE = "l4lab host --json"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the record goes (default: build/runs/host.jsonl)")
    parser.add_argument("--json", action="store_true", help="print the record")


def run(arguments: argparse.Namespace) -> int:
    why = host.why_not()
    if why is not None:
        raise Skipped(f"skipped: {why}")
    measured = host.measure()
    path = arguments.out or build_root() / "runs" / "host.jsonl"
    record.write(measured, path)
    if arguments.json:
        print("".join(json_line(line) for line in measured.lines), end="")
    else:
        print(host_text.text(measured), end="")
        print(f"record: {shown(path)}")
    return 0
