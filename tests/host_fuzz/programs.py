# SPDX-License-Identifier: BSD-2-Clause
"""How are the fuzz targets built and run, and which lines of the kernel do they reach?"""

import itertools
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests import linux32

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
HOST = ROOT / "tests/host"
CORPUS = HERE / "corpus"
COMPILER, GCOV = "i686-linux-gnu-gcc", "i686-linux-gnu-gcov"
WARNINGS = "-std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wshadow -Werror -fno-strict-aliasing -fno-delete-null-pointer-checks".split()
# Stack frames are left without a return when a blocked thread's IPC is ended by another: so no poison around their variables.
EDGES = ["--param", "asan-stack=0", "-fsanitize-coverage=trace-pc"]

COMMON = ("kernel/memory/frames.c", "kernel/memory/slots.c", "kernel/memory/page_table.c", "kernel/arch/tables.c")
TIMEOUT, PORTS = ("kernel/ipc/timeout.c",), "kernel/memory/ports.c"
MAPPING = ("kernel/memory/mapping.c", "kernel/ipc/map.c", "kernel/syscall/fpage_unmap.c")


@dataclass(frozen=True)
class Target:
    """A fuzz program: the kernel files whose lines it must reach, those it needs besides, and the selections of the axes."""

    name: str
    measured: tuple[str, ...]
    besides: tuple[str, ...] = ()
    selections: tuple[tuple[str, ...], ...] = ((),)
    long_selections: tuple[tuple[str, ...], ...] = ()
    parts: tuple[str, ...] = ()


IPC = tuple(f"kernel/ipc/{name}.c" for name in ("ipc", "general", "send_queue", "abort", "timeout"))
IPC_BESIDES = (
    *(f"kernel/ipc/{name}.c" for name in ("clan", "interrupt", "map", "page_fault", "rpc", "strings", "transfer")),
    *("kernel/memory/mapping.c", PORTS, "kernel/memory/user_memory.c"),
    *(f"kernel/thread/{name}.c" for name in ("dispatch", "ready_list", "thread")),
)
AXES = {
    "message": ("registers", "memory"),
    "queue": ("lazy", "eager"),
    "handoff": ("direct", "scheduler"),
    "transfer": ("temporary_mapping", "double_copy"),
    "space": ("page_table", "small"),
}
ALL_SELECTIONS = tuple(
    tuple(f"{axis}={choice}" for axis, choice in zip(AXES, choices)) for choices in itertools.product(*AXES.values())
)
IPC_SELECTIONS = (ALL_SELECTIONS[0], ALL_SELECTIONS[-1])

TARGETS = (
    Target("timeout", TIMEOUT),
    Target("mapping", MAPPING, (PORTS,)),
    Target("ipc", IPC, IPC_BESIDES, IPC_SELECTIONS, ALL_SELECTIONS, ("machine", "rules", "world")),
)


def run(command: list[str], seconds: int, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    killed_with_us = ["setpriv", "--pdeathsig", "KILL", "--"]
    return subprocess.run(
        [*killed_with_us, *command], capture_output=True, text=True, errors="replace", timeout=seconds, check=False, cwd=cwd
    )


def objects(target: Target, selection: tuple[str, ...], folder: Path, instrument: list[str]) -> list[Path]:
    """Compiles the program's files into a folder, what is fuzzed with the given instrumentation."""
    choices = [word for text in selection for word in ("--axis", text)]
    select = [sys.executable, str(ROOT / "variants/select.py"), "--variant", "liedtke93", *choices, "--out", str(folder)]
    assert run(select, 60).returncode == 0
    kernel = (*COMMON, *target.measured, *target.besides, *(folder / "variant.mk").read_text().split()[2:])
    sources = {ROOT / file: instrument for file in kernel}
    for part in (target.name, *target.parts):
        sources[HERE / f"{part}.c"] = []
    sources |= {HERE / "fuzz.c": [], HOST / "host.c": []}
    # The fakes stand before the kernel's own headers.
    places = [f"-I{HOST / 'fake'}", f"-I{ROOT}", f"-I{ROOT / 'boot/image/L00'}", f"-I{folder}"]
    places += ["-include", str(HOST / "fake/selectors.h"), "-include", str(HERE / "stacks.h")]
    made = []
    for number, (source, flags) in enumerate(sources.items()):
        made.append(folder / f"{number}_{source.stem}.o")
        command = [COMPILER, *WARNINGS, "-fno-pie", *places, *flags, "-c", "-o", str(made[-1]), str(source)]
        ended = run(command, 120)
        assert ended.returncode == 0, ended.stderr
    return made


def link(made: list[Path], program: Path, flags: list[str]) -> Path:
    ended = run([COMPILER, "-no-pie", *linux32.LINKING, *flags, "-o", str(program), *map(str, made)], 120)
    assert ended.returncode == 0, ended.stderr
    return program


def build(target: Target, selection: tuple[str, ...], folder: Path) -> Path:
    """The program that fuzzes, with sanitizers and edge callbacks."""
    folder.mkdir(parents=True, exist_ok=True)
    sanitizers = linux32.sanitizers()
    made = objects(target, selection, folder, [*sanitizers, *EDGES])
    return link(made, folder / target.name, [*sanitizers, *linux32.runtimes()])


def build_counted(target: Target, selection: tuple[str, ...], folder: Path) -> Path:
    """The same program counting lines instead, without sanitizers."""
    folder.mkdir(parents=True, exist_ok=True)
    return link(objects(target, selection, folder, ["--coverage"]), folder / target.name, ["--coverage"])


def execute(program: Path, arguments: list[str], inputs: list[Path], seconds: int) -> subprocess.CompletedProcess[str]:
    command = linux32.command(str(program), ":handle_segv=0")
    return run([*command, *arguments, *map(str, sorted(inputs))], seconds, program.parent)


def corpus(target: Target) -> list[Path]:
    return sorted((CORPUS / target.name).glob("*.input"))


LINE = re.compile(r"^\s*([^:]+):\s*(\d+):")


def reached_lines(folder: Path, files: tuple[str, ...]) -> dict[str, dict[int, bool]]:
    """Of each measured file, its lines with code: were they reached?"""
    found: dict[str, dict[int, bool]] = {file: {} for file in files}
    for data in sorted(folder.glob("*.gcda")):
        text = run([GCOV, "--stdout", str(data)], 60, folder).stdout
        name = ""
        for line in text.splitlines():
            head = LINE.match(line)
            if not head:
                continue
            if head[2] == "0":
                source = re.search(r":Source:(.+)$", line)
                name = str(Path(source[1]).relative_to(ROOT)) if source and source[1].startswith(str(ROOT)) else name
            elif name in found and head[1] != "-":
                number = int(head[2])
                found[name][number] = found[name].get(number, False) or not head[1].startswith(("#", "="))
    return found


def merge(one: dict[str, dict[int, bool]], other: dict[str, dict[int, bool]]) -> dict[str, dict[int, bool]]:
    return {
        file: {line: one[file].get(line, False) or other[file].get(line, False) for line in {*one[file], *other[file]}}
        for file in one
    }
