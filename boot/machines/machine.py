# SPDX-License-Identifier: BSD-2-Clause
"""What is a machine? The facts of boot/machines/NAME/machine.toml, and the contract of its driver.

A driver is a module of this folder with `commands(machine, boot)`, the command lines that run a boot in its
private folder, the last of which is the machine itself, and `prepare(machine, boot)`, which writes the files those
commands read besides the image.
"""

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path

MACHINES = Path(__file__).parent
SERIAL = "serial.log"
COUNTS = "counts.jsonl"
TRACE = "trace.tsv"
PLUGIN = "l4lab-model.so"
RAM = "ram"


@dataclass(frozen=True)
class Machine:
    """unit is None on a machine without a clock; model is None where no plugin can be loaded.

    parameters: a folder to take parameter files from instead of the machine's own. self_test_seconds: within which a first
    boot must have ended before others are made; None where the machine is the same on every host.
    """

    name: str
    summary: str
    driver: str
    cpu: str
    memory_mib: int
    clock: str
    timeout_seconds: float
    icount_shift: int | None = None
    model: str | None = None
    unit: str | None = None
    clock_mhz: int | None = None
    default_board: str | None = None
    self_test_seconds: float | None = None
    parameters: Path | None = None

    @property
    def folder(self) -> Path:
        return self.parameters or MACHINES / self.name

    def rule(self, key: str) -> int:
        """A value of the machine's rules.psv."""
        with (self.folder / "rules.psv").open(newline="") as stream:
            rows = csv.DictReader((line for line in stream if not line.startswith("#")), delimiter="|")
            return next(int(row["value"]) for row in rows if row["key"] == key)

    def boards(self) -> list[str]:
        return sorted(path.stem for path in (self.folder / "boards").glob("*.psv"))


@dataclass(frozen=True)
class Trace:
    """One sample of one case, both counted from 0 in the order of the log."""

    case: int
    sample: int


@dataclass(frozen=True)
class Boot:
    """One start of one image; `folder` is private to it and holds the files under the names the command lines use."""

    folder: Path
    benchmark: str
    cases: str
    board: str | None
    model_hash: str | None
    trace: Trace | None = None

    def module_lines(self, machine: Machine) -> list[str]:
        """The multiboot modules in order, each with its command line."""
        return ["sigma0.elf", f"{self.benchmark}.elf clock={machine.clock} cases={self.cases}"]


def load(name: str) -> Machine:
    with (MACHINES / name / "machine.toml").open("rb") as stream:
        return Machine(name=name, **tomllib.load(stream))


def names() -> list[str]:
    return sorted(path.parent.name for path in MACHINES.glob("*/machine.toml"))
