# SPDX-License-Identifier: BSD-2-Clause
"""Which command was meant, and which exit status does its end have?

A command is a module of bench/run/commands with EXAMPLE, `configure(parser)` and `run(arguments) -> status`.
Modules are loaded when they are named, so that `doctor` works on a machine on which the others cannot be imported.
"""

import argparse
import errno
import os
import signal
import sys
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import NoReturn

from bench.run.errors import LabError, Missing, RunFailed
from bench.run.storage import FULL

COMMANDS = {
    "list": "variants, axes, benchmarks, machines, cases or campaigns",
    "run": "one variant, one benchmark, one machine",
    "attach": "time a kernel that was not built here",
    "anatomy": "every instruction of one round trip: its step, its cycles and their causes",
    "compare": "two variants, revisions or folders of records, over many layouts",
    "sweep": "every cell of a campaign file; goes on where it was ended",
    "gate": "is a case of the committed reference slower now?",
    "verify": "does every hash in results/ name what this tree builds?",
    "artifact": "one archive for an artefact committee",
    "interaction": "what each technique saves over all 32 combinations, and which interact",
    "new": "the files and the test of a choice, a variant or a benchmark",
    "tables": "records to tables (CSV)",
    "figures": "tables to figures (PDF, SVG, PNG)",
    "paper": "the paper from the tables: LaTeX, figures, PDF",
    "report": "every table, figure and anatomy as one HTML file",
    "summary": "what the tables say, in plain text",
    "reproduce": "the default campaign, tables and figures, or one record, compared with the committed ones",
    "validate": "the cycle model against the documents and against figures measured elsewhere",
    "speed": "modelled instructions per second on this host",
    "host": "the same questions asked of the system at hand",
    "conformance": "does the kernel keep the rules of the interface?",
    "fuzz": "does the kernel survive hostile tasks?",
    "manual": "the manual page",
    "doctor": "is everything there that the kit needs?",
}
INTERRUPTED = 130
STATUSES = "exit status: 0 ok, 1 a gate failed, 2 usage, 3 a run failed, 4 time limit, 5 something is missing here, 77 skipped"


def parser(names: list[str]) -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="l4lab",
        description="What does each IPC technique of an L4 kernel cost or save, and why?",
        epilog=f"example: l4lab run --variant liedtke93 --benchmark pingpong --machine i486\n{STATUSES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, help_text in COMMANDS.items():
        one = commands.add_parser(name, help=help_text, formatter_class=argparse.RawDescriptionHelpFormatter)
        if name in names:
            module = import_module(f"bench.run.commands.{name}")
            one.description, one.epilog = module.__doc__, f"example: {module.EXAMPLE}\n{STATUSES}"
            module.configure(one)
    return whole


def _named(words: list[str]) -> list[str]:
    """The commands whose modules this call needs: the first word that is one, or all for shell completion."""
    if "_ARGCOMPLETE" in os.environ:
        return list(COMMANDS)
    return [word for word in words if word in COMMANDS][:1]


def _complete(accepted: argparse.ArgumentParser) -> None:
    if find_spec("argcomplete"):
        import_module("argcomplete").autocomplete(accepted)


def _terminated(signal_number: int, frame: FrameType | None) -> NoReturn:
    del signal_number, frame
    raise KeyboardInterrupt


def _dispatch(words: list[str]) -> int:
    try:
        accepted = parser(_named(words))
    except ModuleNotFoundError as error:
        raise Missing(f"the Python module {error.name} is missing; ./l4lab doctor names the packages") from error
    _complete(accepted)
    arguments = accepted.parse_args(words)
    status: int = import_module(f"bench.run.commands.{arguments.command}").run(arguments)
    sys.stdout.flush()
    return status


def _complain(error: LabError) -> int:
    print(f"l4lab: {error}", file=sys.stderr)
    return error.status


def _drop_stdout() -> None:
    """Keeps the interpreter from failing once more when it flushes what cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> int:
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return _dispatch(sys.argv[1:])
    except LabError as error:
        return _complain(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno == errno.EPIPE:
            _drop_stdout()
            return 0
        if error.errno not in FULL:
            raise
        _drop_stdout()
        return _complain(RunFailed("the disk is full, and the output could not be written"))
