# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab manual`: the manual page, docs/l4lab.1, made of what every command accepts. `man -l docs/l4lab.1` shows it."""

import argparse

from bench.run import cli, manual
from bench.run.paths import ROOT, shown
from bench.run.storage import write_text

EXAMPLE = "l4lab manual --write"
PAGE = ROOT / "docs" / "l4lab.1"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--write", action="store_true", help="replace docs/l4lab.1 instead of printing")


def run(arguments: argparse.Namespace) -> int:
    text = manual.page(cli.parser(list(cli.COMMANDS)), cli.COMMANDS)
    if arguments.write:
        write_text(PAGE, text)
        print(shown(PAGE))
    else:
        print(text, end="")
    return 0
