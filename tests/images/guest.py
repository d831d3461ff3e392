# SPDX-License-Identifier: BSD-2-Clause
"""How does a test build a variant's image and boot a guest test on it? `make image`, then QEMU without a model.

The images are those of the ordinary build folder, which is incremental and locks each variant's folder.
"""

import fnmatch
import functools
import itertools
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import claims
import stacks

from bench.run import process
from bench.run.errors import RunFailed, TimeLimit
from variants import select

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("L4LAB_BUILD", ROOT / "build"))
BUILD_SECONDS = 120
# A guest test takes a second, one that uses up all memory a few; a hang must not take the whole suite's time.
BOOT_SECONDS = 60
MEMORY_MIB = 64
# What uses up all memory does it sooner.
LESS_MEMORY_MIB = {"exhaustion": 24}
GUEST_DONE = 1
QEMU = (
    "qemu-system-i386 -cpu 486 -icount shift=6,sleep=off -nodefaults -display none"
    " -monitor none -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4"
).split()
CHECK = re.compile(r"^@check (\S+) (ok|fail) (.*)$", re.MULTILINE)
COVERS = re.compile(r"^@covers (\S+) (.*)$", re.MULTILINE)
SKIPPED = re.compile(r"^@skipped (\S+) (.*)$", re.MULTILINE)
END = re.compile(r"^@end (\S+) (ok|fail)$", re.MULTILINE)


@dataclass(frozen=True)
class Image:
    """A variant with overrides, as `make image` knows it."""

    variant: str
    overrides: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return "+".join([self.variant, *sorted(self.overrides)])

    @property
    def folder(self) -> Path:
        return BUILD / self.name


def image_name(image: object) -> str:
    """For pytest's ids."""
    assert isinstance(image, Image)
    return image.name


@dataclass(frozen=True)
class Outcome:
    """status: QEMU's; None if the time was over. verdicts: (case, ok or fail, sentence) of every @check.

    stack_bytes_free: how much of a kernel stack nobody has used, the least over all threads.
    """

    status: int | None
    log: str
    stack_bytes_free: int

    @property
    def verdicts(self) -> list[tuple[str, str, str]]:
        return CHECK.findall(self.log)

    @property
    def covered(self) -> dict[str, list[str]]:
        """The rules that each case says it checks."""
        found: dict[str, list[str]] = {}
        for name, rules in COVERS.findall(self.log):
            found.setdefault(name, []).extend(rules.split())
        return found

    @property
    def skipped(self) -> dict[str, str]:
        """Cases that were not run, and why."""
        return dict(SKIPPED.findall(self.log))

    def unkept(self, program: str, cases: str = "*") -> list[str]:
        """Claims of the program's source, for these cases, that its run did not keep: it neither checked nor skipped."""
        named = dict.fromkeys(claim.case for claim in claims.of_program(program))
        claimed = [case for case in named if fnmatch.fnmatch(case, cases)]
        checked = {name for name, _, _ in self.verdicts} & self.covered.keys() | self.skipped.keys()
        return [f"{name}: it says that it covers rules, and checked nothing" for name in claimed if name not in checked]

    def problems(self, program: str, cases: str = "*") -> list[str]:
        """What is wrong with a guest test's run, in sentences; empty if it passed."""
        failed = [f"{name}: {sentence}" for name, verdict, sentence in self.verdicts if verdict == "fail"]
        return failed + self.unkept(program, cases) + self.breakdown(program)

    def breakdown(self, program: str) -> list[str]:
        """What kept the run from its end."""
        found = [] if self.verdicts else ["it checked nothing"]
        wanted = "fail" if any(verdict == "fail" for _, verdict, _ in self.verdicts) else "ok"
        if END.findall(self.log) != [(program, wanted)]:
            found.append(f"no '@end {wanted}'")
        if self.status is None:
            found.append(f"still running after {BOOT_SECONDS} s")
        elif self.status != GUEST_DONE:
            found.append(f"QEMU left with status {self.status}")
        return found + re.findall(r"^l4lab: panic: .*$", self.log, re.MULTILINE)


def selection(variant: str) -> dict[str, str]:
    """The choice on each axis."""
    return select.resolve(variant, [])[2]


def axes() -> dict[str, list[str]]:
    return select.axes()


def combinations() -> list[Image]:
    """Every selection of one choice per axis; a selection that has a name of its own goes by it."""
    named = {tuple(selection(name).items()): name for name in select.variants()}
    images = []
    for choices in itertools.product(*axes().values()):
        chosen = tuple(zip(axes(), choices))
        overrides = tuple(f"{axis}={choice}" for axis, choice in chosen)
        name = named.get(chosen)
        images.append(Image(name) if name else Image("baseline", differing(overrides)))
    return images


# Between them these have every choice of every axis.
VARIANTS = (
    "liedtke93",
    "liedtke",
    "baseline",
    "liedtke93-no-message",
    "liedtke93-no-transfer",
    "baseline-plus-space",
)


# And these, too.
FEW_VARIANTS = ("liedtke93", "liedtke", "baseline", "baseline-plus-space")


def representative(variants: Sequence[str] = VARIANTS) -> list[Image]:
    """The given variants, and for each choice that none of them has, the first of them with that choice."""
    chosen = {item for name in variants for item in selection(name).items()}
    others = [(axis, choice) for axis, choices in axes().items() for choice in choices]
    missing = [f"{axis}={choice}" for axis, choice in others if (axis, choice) not in chosen]
    return [Image(name) for name in variants] + [Image(variants[0], (text,)) for text in missing]


def differing(overrides: tuple[str, ...]) -> tuple[str, ...]:
    base = selection("baseline")
    return tuple(text for text in overrides if base[text.split("=")[0]] != text.split("=")[1])


def _make(image: Image, targets: Sequence[str], root: Path) -> Path:
    command = ["make", "-s", "image", f"VARIANT={image.variant}", f"AXES={' '.join(image.overrides)}"]
    folder = (BUILD if root == ROOT else root / "build") / image.name
    command += [f"IMAGE_TARGET={' '.join(targets)}", f"BUILD={folder.parent}"]
    ended = process.run(command, BUILD_SECONDS, root)
    if ended.status != 0:
        raise RunFailed(f"{image.name} does not build:\n{ended.output}{ended.errors}")
    return folder


@functools.cache
def _made(image: Image, targets: tuple[str, ...]) -> Path:
    return _make(image, targets, ROOT)


def build(image: Image, targets: Sequence[str], root: Path = ROOT) -> Path:
    """Builds the targets of an image and returns its folder. Of the tree that is tested, once in a process: it stays as it
    is while its tests run."""
    return _made(image, tuple(targets)) if root == ROOT else _make(image, targets, root)


def memory_mib(program: str) -> int:
    """Of the machine that a guest test boots on."""
    return LESS_MEMORY_MIB.get(program, MEMORY_MIB)


def boot(folder: Path, program: str, cases: str = "*", seconds: int = BOOT_SECONDS) -> Outcome:
    """Boots a guest test of a built image; its folder is where QEMU runs."""
    with tempfile.TemporaryDirectory(prefix="l4lab-") as scratch:
        log, ram = Path(scratch) / "serial.log", Path(scratch) / "ram"
        memory = f"{memory_mib(program)}M"
        command = [*QEMU, "-m", memory, "-serial", f"file:{log}", "-kernel", "kernel.elf"]
        command += ["-machine", "pc,memory-backend=ram"]
        command += ["-object", f"memory-backend-file,id=ram,size={memory},mem-path={ram},share=on"]
        command += ["-initrd", f"sigma0.elf,{program}.elf clock=none cases={cases}"]
        try:
            status = process.run(command, seconds, folder).status
        except TimeLimit:
            status = None
        text = log.read_text(errors="replace") if log.exists() else ""
        return Outcome(status, text, stacks.least_free(folder / "kernel.elf", ram))


def run(image: Image, program: str, cases: str = "*", root: Path = ROOT) -> Outcome:
    folder = build(image, ["kernel.elf", "sigma0.elf", f"{program}.elf"], root)
    return boot(folder, program, cases)

