# SPDX-License-Identifier: BSD-2-Clause
"""How is a variant fuzzed? Boots the hostile program with one seed after another, counts what its calls came to, and looks
at what each run left in memory.

Which of the kernel's functions were reached is read from QEMU's list of translated code: an address is in it if, and
only if, the processor has come to its block.
"""

import functools
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import guest
import invariants

from analysis.dwarf import Program
from bench.run import process
from bench.run.errors import TimeLimit

PROGRAM = "hostile"
TARGETS = ["kernel.elf", "sigma0.elf", f"{PROGRAM}.elf"]
# So little that what sigma0 gives the kernel, 8 MB, runs out.
MEMORY_MIB = 16
CALLS_PER_BOOT = 50_000
SECONDS_PER_BOOT = 240
COUNT = re.compile(r"^@count (\S+) (\S+) (\d+)$", re.MULTILINE)
CALLS = re.compile(r"^@note calls=(\d+) ", re.MULTILINE)
TRANSLATED = re.compile(r"^0x([0-9a-f]{8}):", re.MULTILINE)
FUNCTION = re.compile(r"^[a-zA-Z_][\w \*\(\)]*?\b(\w+)\([^;{]*\)\n\{", re.MULTILINE)
LONG_PATH = ("kernel/ipc", "kernel/syscall")
VALID, ERRORS = "valid", range(16)
LEAST_VALID = 0.3
# From here on a run must have met everything. A fifth of it missed a function on two of six variants.
CALLS_FOR_EVERYTHING = 1_000_000


@dataclass
class Result:
    """What one or several boots of a variant came to. counts: by call and outcome; functions: reached, of the kernel's."""

    calls: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    functions: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    timed_out: bool = False

    def add(self, other: "Result") -> None:
        self.calls += other.calls
        self.counts.update(other.counts)
        self.functions |= other.functions
        self.problems += other.problems
        self.timed_out = self.timed_out or other.timed_out

    @property
    def valid(self) -> int:
        return sum(count for (_, outcome), count in self.counts.items() if outcome == VALID)

    def codes_missing(self) -> list[str]:
        """Completion codes of IPC that no call had."""
        return [f"{code << 4:02X}" for code in ERRORS if not self.counts["ipc", f"{code:08x}"]]


def command(seed: int, calls: int, scratch: Path) -> list[str]:
    memory = f"{MEMORY_MIB}M"
    return [
        *("qemu-system-i386", "-cpu", "486", "-m", memory, "-icount", "shift=6,sleep=off", "-nodefaults"),
        *("-display", "none", "-monitor", "none", "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"),
        *("-object", f"memory-backend-file,id=ram,size={memory},mem-path={scratch / 'ram'},share=on"),
        *("-machine", "pc,memory-backend=ram", "-serial", f"file:{scratch / 'serial.log'}", "-kernel", "kernel.elf"),
        *("-d", "in_asm", "-D", str(scratch / "translated"), "-dfilter", "0xf0100000+0x100000"),
        *("-initrd", f"sigma0.elf,{PROGRAM}.elf clock=none seed={seed} calls={calls}"),
    ]


class _Code:
    """A kernel's functions by address. The boots of a variant come to the same addresses, so each is looked up once."""

    def __init__(self, kernel: Path) -> None:
        self.program = Program(kernel)
        self._names: dict[int, list[str]] = {}

    def names(self, address: int) -> list[str]:
        if address not in self._names:
            self._names[address] = self.program.chain(address)
        return self._names[address]


_code_of = functools.cache(_Code)


def _reached(translated: Path, kernel: Path) -> set[str]:
    addresses = {int(text, 16) for text in TRANSLATED.findall(translated.read_text(errors="replace"))}
    return {name for address in addresses for name in _code_of(kernel).names(address)}


def _panicked(log: Path) -> bool:
    """A kernel that panicked stands still. Its sentence is complete once the registers follow."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return re.search(r"l4lab: panic: .*\n.*\n", text) is not None


def _boot(folder: Path, seed: int, calls: int, scratch: Path) -> Result:
    log = scratch / "serial.log"
    timed_out = False
    try:
        status = process.run(command(seed, calls, scratch), SECONDS_PER_BOOT, folder, lambda: _panicked(log)).status
    except TimeLimit:
        status, timed_out = None, True
    outcome = guest.Outcome(status, log.read_text(errors="replace"), 0)
    counts = Counter({(call, kind): int(count) for call, kind, count in COUNT.findall(outcome.log)})
    problems = [text for name, verdict, text in outcome.verdicts if verdict == "fail"]
    problems += [text for text in outcome.breakdown(PROGRAM) if not text.startswith("still running")]
    if timed_out:
        problems.append(f"still running after {SECONDS_PER_BOOT} s")
    if not problems:
        problems = invariants.broken(folder / "kernel.elf", scratch / "ram")
    made = sum(map(int, CALLS.findall(outcome.log)))
    functions = _reached(scratch / "translated", folder / "kernel.elf")
    named = [f"seed {seed}, {calls} calls: {problem}" for problem in problems]
    return Result(made, counts, functions, named, timed_out)


def run(image: guest.Image, seed: int, calls: int) -> Result:
    """One boot."""
    folder = guest.build(image, TARGETS)
    with tempfile.TemporaryDirectory(prefix="l4lab-") as name:
        return _boot(folder, seed, calls, Path(name))


def seeds(first: int, calls: int) -> Iterator[tuple[int, int]]:
    """Seeds and calls of the boots that make so many calls."""
    while calls > 0:
        yield first, min(calls, CALLS_PER_BOOT)
        first, calls = first + 1, calls - CALLS_PER_BOOT


def long_path(image: guest.Image) -> set[str]:
    """The functions of IPC and of the system calls, as far as this image has code of them."""
    program = _code_of(guest.build(image, TARGETS) / "kernel.elf").program
    there = {frame.name for frame in program.frames}
    sources = [path for folder in LONG_PATH for path in sorted((guest.ROOT / folder).glob("*.c"))]
    return {name for path in sources for name in FUNCTION.findall(path.read_text()) if name in there}


def shortcomings(result: Result, image: guest.Image) -> list[str]:
    """What the run should have met and has not, in sentences."""
    found = []
    if result.valid < LEAST_VALID * result.calls:
        found.append(f"only {result.valid} of {result.calls} calls got past the checks of their arguments")
    if result.calls >= CALLS_FOR_EVERYTHING:
        found += [f"no IPC ended with {code}" for code in result.codes_missing()]
        found += [f"{name}() was never reached" for name in sorted(long_path(image) - result.functions)]
    return found
