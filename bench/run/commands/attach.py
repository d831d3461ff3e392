# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab attach`: the cycles between two addresses of a kernel that was not built here, or its hottest functions.

The kernel boots as it is, from a multiboot or a Linux boot image. A sample goes from the instruction at --begin up to the
one at --end, which is no part of it; equal ends give the period of a loop. Outside samples what the model does not know
runs untimed; in a sample it ends the run with the address. docs/attach.md has command lines for known kernels.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from analysis import functions, statistics
from analysis.report import columns
from bench.run import attach, build, catalog
from bench.run.errors import RunFailed, UsageError
from bench.run.foreign import Names, entry_of
from boot.machines.attach import Guest, Region
from boot.machines.machine import Machine

EXAMPLE = "l4lab attach --image kernel --module 'task.elf verbose' --begin ipc_entry --end ipc_exit --machine i486"
RANGE = re.compile(r"(0x[0-9a-fA-F]+)-(0x[0-9a-fA-F]+)")
PROFILE_INSTRUCTIONS = 50_000_000
HOTTEST = 25
ADDRESS_LIMIT = 1 << 32
COLUMNS = ("cycles", "instructions", "tlb_misses", "cache_misses", "kernel_cycles", "user_cycles", "halts")


def _positive(text: str) -> int:
    number = int(text)
    if not 1 <= number < 1 << 31:
        raise ValueError
    return number


def configure(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--image", type=Path, required=True, metavar="FILE", help="a multiboot 1 kernel or a Linux boot image")
    add("--module", action="append", default=[], metavar="'FILE ARGS'", help="a multiboot module, or Linux's initrd")
    add("--append", default="", metavar="WORDS", help="the kernel's command line")
    add("--symbols", type=Path, action="append", default=[], metavar="FILE", help="an ELF file with more names")
    add("--inline", action="store_true", help="name inline functions from DWARF (slow for large kernels)")
    add("--begin", metavar="ADDR|[FILE:]SYM[+N]", help="where a sample begins")
    add("--end", metavar="ADDR|[FILE:]SYM[+N]", help="the instruction before which it ends")
    add("--every", type=_positive, default=1, metavar="N", help="sample one of N passages (default: 1)")
    add("--samples", type=_positive, default=8, metavar="N", help="end after so many (default: 8); the last is dissected")
    add("--task-of", metavar="DIR|LOW-HIGH", help="only passages with this page directory, or in this physical range")
    add("--profile", action="store_true", help="the hottest functions, with or without a region")
    add("--instructions", type=_positive, metavar="N", help=f"end after so many ({PROFILE_INSTRUCTIONS} without a region)")
    add("--machine", default="i486", help="a machine with a cycle model (default: i486)")
    add("--board", help="the board around the processor (the machine's default if left out)")
    add("--cpu", help="QEMU's processor, for a kernel that needs one with more features, as in 486,+cmov")
    add("--memory", type=_positive, metavar="MIB", help="(default: the machine's)")
    add("--seconds", type=_positive, default=120, metavar="N", help="time limit (default: 120)")
    add("--json", action="store_true", help="print JSON instead of text")


def _task(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    if match := RANGE.fullmatch(text):
        return {"physical": (int(match[1], 16), int(match[2], 16))}
    try:
        return {"directory": int(text, 0)}
    except ValueError:
        raise UsageError(f"'{text}' is neither a page directory (0x1000) nor a range (0x100000-0x1FFFFF)") from None


def _region(arguments: argparse.Namespace, names: Names) -> Region | None:
    if not arguments.begin and not arguments.end:
        if not arguments.profile:
            raise UsageError("name a region with --begin and --end, or ask for --profile")
        return None
    if not arguments.begin or not arguments.end:
        raise UsageError("a region needs both --begin and --end")
    begin, end = (names.address(text) for text in (arguments.begin, arguments.end))
    if not 0 <= begin < ADDRESS_LIMIT or not 0 <= end < ADDRESS_LIMIT:
        raise UsageError("an address of a region has 32 bits")
    return Region(begin, end, arguments.every, arguments.samples, **_task(arguments.task_of))


def _machine(name: str) -> Machine:
    machine = catalog.machine(name)
    if machine.unit != "modelled_cycles":
        raise UsageError(f"machine {machine.name} has no cycle model")
    return machine


def _files(arguments: argparse.Namespace) -> list[Path]:
    """The image, the modules and the files with names; all must be there."""
    files = [arguments.image, *(Path(line.split()[0]) for line in arguments.module), *arguments.symbols]
    for path in files:
        if not path.is_file():
            raise UsageError(f"there is no file {path}")
    return files


def _guest(arguments: argparse.Namespace, machine: Machine, region: Region | None) -> Guest:
    lines = [" ".join([Path(words[0]).name, *words[1:]]) for words in map(str.split, arguments.module)]
    board = catalog.board(machine, arguments.board)
    assert board is not None
    limit = arguments.instructions or (None if region else PROFILE_INSTRUCTIONS)
    return Guest(
        lines,
        arguments.append,
        arguments.cpu or machine.cpu,
        arguments.memory or machine.memory_mib,
        entry_of(arguments.image),
        board,
        build.model_hash(machine, board),
        region,
        arguments.profile,
        limit,
    )


def _object(machine: Machine, guest: Guest, seen: attach.Attached, names: Names) -> dict[str, Any]:
    """What --json prints."""
    dissected = functions.of_trace(seen.trace, names.function)
    total = sum(one.cycles for one in dissected)
    complete = guest.region is not None and len(seen.samples) == guest.region.samples
    if complete and total != seen.samples[-1]["cycles"]:
        raise RunFailed(f"the trace has {total} cycles and its sample {seen.samples[-1]['cycles']}")
    return {
        "machine": machine.name,
        "board": guest.board,
        "model_hash": guest.model_hash,
        "cpu": guest.cpu,
        "unit": machine.unit,
        "begin": f"{guest.region.begin:08X}" if guest.region else None,
        "end": f"{guest.region.end:08X}" if guest.region else None,
        "every": guest.region.every if guest.region else None,
        "samples": [{key: value for key, value in one.items() if key not in ("type", "case")} for one in seen.samples],
        "functions": functions.as_json(dissected) if complete else None,
        "profile": functions.as_json(functions.of_profile(seen.profile, names.function)) if guest.profile else None,
        "untimed": seen.end["untimed"],
        "not_followed": seen.end["not_followed"],
        "instructions": seen.end["instructions"],
    }


def _share(of: list[dict[str, Any]]) -> str:
    total = sum(one["cycles"] for one in of)
    rows = [
        [one["name"], one.get("side", ""), one["instructions"], one["cycles"]]
        + [f"{statistics.percent(one['cycles'], total):.1f}" if total else "-"]
        + ["  " + " ".join(f"{cause} {cycles}" for cause, cycles in one.get("causes", {}).items())]
        for one in of[:HOTTEST]
    ]
    left = f"and {len(of) - HOTTEST} more functions\n" if len(of) > HOTTEST else ""
    return columns([["function", "side", "instr", "cycles", "percent", "causes"], *rows]) + left


def _lay_out(seen: dict[str, Any]) -> str:
    text = f"machine {seen['machine']}, board {seen['board']}, QEMU's cpu {seen['cpu']}, model {seen['model_hash'][:12]}\n"
    if seen["begin"]:
        text += f"from {seen['begin']} up to {seen['end']}, one of {seen['every']} passages; modelled cycles\n\n"
        rows = [[one["index"], *(one[key] for key in COLUMNS)] for one in seen["samples"]]
        text += columns([["sample", *COLUMNS], *rows])
    if seen["functions"] is not None:
        text += f"\nthe last sample by function:\n{_share(seen['functions'])}"
    if seen["profile"] is not None:
        text += f"\nhottest functions of {seen['instructions']} instructions:\n{_share(seen['profile'])}"
    outside = f"outside samples {seen['untimed']} instructions ran untimed"
    return f"{text}\n{outside}, and {seen['not_followed']} turns of control could not be followed\n"


def run(arguments: argparse.Namespace) -> int:
    machine = _machine(arguments.machine)
    files = _files(arguments)
    names = Names.of(files, arguments.inline)
    guest = _guest(arguments, machine, _region(arguments, names))
    modules = files[1 : 1 + len(arguments.module)]
    seen = _object(machine, guest, attach.run(machine, guest, arguments.image, modules, arguments.seconds), names)
    print(json.dumps(seen, indent=2) if arguments.json else _lay_out(seen), end="\n" if arguments.json else "")
    return 0
