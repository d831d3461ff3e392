# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab doctor`: is everything there that the kit needs, and does the cycle model run?"""

import argparse

from bench.run import doctor
from bench.run.errors import Missing

EXAMPLE = "l4lab doctor"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--packages", action="store_true", help="print the missing packages only, without checking more"
    )


def run(arguments: argparse.Namespace) -> int:
    missing = doctor.missing_packages()
    if arguments.packages:
        print(" ".join(missing))
        return 0
    found = doctor.findings()
    for finding in found:
        print(f"{finding.state:8} {finding.what}")
    if missing:
        raise Missing(doctor.apt_line(missing))
    doctor.require_ok(found)
    return 0
