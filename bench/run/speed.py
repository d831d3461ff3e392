# SPDX-License-Identifier: BSD-2-Clause
"""How many guest instructions a second does a machine's model get through, and QEMU without a plugin?

One image, three kinds of boot: QEMU alone, with the plugin that only counts, and with the model. Processor time of the timed region: of
the whole process, less that of a boot with a single round trip. Of each the best of a few runs, since other work on the
host only adds.
"""

import json
import resource
from dataclasses import dataclass
from pathlib import Path

from bench.run import boot as booting
from bench.run import build, catalog, process
from bench.run.boot import check_identity, driver
from bench.run.errors import RunFailed, UsageError
from bench.run.serial import read
from boot.machines.machine import COUNTS, SERIAL, Boot, Machine

VARIANT, PROGRAM, TARGET = "liedtke93", "roundtrips", "speed"
COUNTER = "qemu"
LOOP, BOOT_ONLY = "roundtrips", "none"


@dataclass(frozen=True)
class Speed:
    """`instructions` of the timed region, and its processor `seconds`."""

    what: str
    instructions: int
    seconds: float

    @property
    def mips(self) -> float:
        return self.instructions / self.seconds / 1e6


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _without_plugin(command: list[str]) -> list[str]:
    place = command.index("-plugin")
    return command[:place] + command[place + 2 :]


def _instructions(folder: Path) -> int:
    lines = [json.loads(line) for line in (folder / COUNTS).read_text().splitlines()]
    return sum(line["instructions"] for line in lines if line["type"] == "sample")


@dataclass(frozen=True)
class _Kind:
    what: str
    machine: Machine
    board: str | None
    alone: bool


def _boot(kind: _Kind, case: str, image: build.Image, plugin: Path) -> tuple[float, int]:
    """Processor seconds, and the instructions of the timed region as the plugin counted them (0 without it)."""
    machine, board = kind.machine, kind.board
    with booting.private_folder(machine.memory_mib) as folder:
        digest = build.model_hash(machine, board) if board else None
        plan = Boot(folder, PROGRAM, case, board, digest)
        for path in [*image.files(PROGRAM), plugin]:
            (folder / path.name).write_bytes(path.read_bytes())
        module = driver(machine)
        module.prepare(machine, plan)
        [command] = module.commands(machine, plan)
        before = _children_seconds()
        ended = process.run(_without_plugin(command) if kind.alone else command, machine.timeout_seconds, folder)
        seconds = _children_seconds() - before
        log = read((folder / SERIAL).read_text(errors="replace"))
        check_identity(log, image, PROGRAM)
        if ended.status != module.GUEST_DONE or log.verdict != "ok":
            raise RunFailed(f"{PROGRAM} on {machine.name} left with status {ended.status}: {ended.errors.strip()}")
        return seconds, 0 if kind.alone else _instructions(folder)


def _region(kind: _Kind, image: build.Image, plugin: Path, repetitions: int) -> Speed:
    """Loop and boot take turns, so that a busy moment of the host meets both."""
    runs = [(_boot(kind, LOOP, image, plugin), _boot(kind, BOOT_ONLY, image, plugin)) for _ in range(repetitions)]
    whole, booted = (min(run[part][0] for run in runs) for part in (0, 1))
    return Speed(kind.what, runs[0][0][1] - runs[0][1][1], whole - booted)


def measure(name: str, repetitions: int) -> list[Speed]:
    """QEMU alone, the counting plugin, the model. Raises UsageError for a machine without a model."""
    machine, counter = catalog.machine(name), catalog.machine(COUNTER)
    if machine.default_board is None:
        raise UsageError(f"machine {name} has no cycle model")
    plugin = build.plugin()
    image = build.image(catalog.variant(VARIANT), target=TARGET)
    board = machine.default_board
    kinds = (
        _Kind("QEMU without the plugin", machine, board, alone=True),
        _Kind("counting only", counter, None, alone=False),
        _Kind(f"model {name}, board {board}", machine, board, alone=False),
    )
    found = [_region(kind, image, plugin, repetitions) for kind in kinds]
    return [Speed(one.what, found[-1].instructions, one.seconds) for one in found]
