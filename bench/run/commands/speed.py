# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab speed`: how many modelled instructions a second, on this host?

300,000 round trips of 8 bytes between two tasks. Prints millions of guest instructions per second of processor time, without start and
boot, and the factor to the same run of QEMU without the plugin. Depends on the host; nothing is recorded.
"""

import argparse
import json

from bench.run import speed

EXAMPLE = "l4lab speed --machine i486"
REPETITIONS = 3


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--machine", default="i486", help="a machine with a cycle model (default: i486)")
    parser.add_argument("--runs", type=_count, default=REPETITIONS, metavar="N", help="of each kind (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def run(arguments: argparse.Namespace) -> int:
    found = speed.measure(arguments.machine, arguments.runs)
    alone = found[0].seconds
    if arguments.json:
        rows = [{"what": one.what, "instructions": one.instructions, "seconds": round(one.seconds, 3),
                 "mips": round(one.mips, 2), "factor": round(one.seconds / alone, 2)} for one in found]
        print(json.dumps(rows, indent=2))
        return 0
    print(f"{'':36} {'seconds':>8} {'MIPS':>8} {'factor':>7}   best of {arguments.runs}")
    for one in found:
        print(f"{one.what:36} {one.seconds:8.2f} {one.mips:8.1f} {one.seconds / alone:7.1f}")
    return 0
