# SPDX-License-Identifier: BSD-2-Clause
"""How many guest instructions a second does a machine's model get through, and QEMU without a plugin?

One image, three boots: QEMU alone, with the plugin that only counts, and with the model. Processor time of the whole
process, start and boot of the guest included; the best of a few runs, since other work on the host only adds.
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


@dataclass(frozen=True)
class Speed:
    """`instructions` of the timed region; processor `seconds` of the fastest run."""

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


def _boot(machine: Machine, board: str | None, image: build.Image, plugin: Path, alone: bool) -> tuple[float, int]:
    """Processor seconds, and the instructions of the timed region as the plugin counted them (0 without it)."""
    with booting.private_folder(machine.memory_mib) as folder:
        digest = build.model_hash(machine, board) if board else None
        plan = Boot(folder, PROGRAM, "*", board, digest)
        for path in [*image.files(PROGRAM), plugin]:
            (folder / path.name).write_bytes(path.read_bytes())
        module = driver(machine)
        module.prepare(machine, plan)
        [command] = module.commands(machine, plan)
        before = _children_seconds()
        ended = process.run(_without_plugin(command) if alone else command, machine.timeout_seconds, folder)
        seconds = _children_seconds() - before
        log = read((folder / SERIAL).read_text(errors="replace"))
        check_identity(log, image, PROGRAM)
        if ended.status != module.GUEST_DONE or log.verdict != "ok":
            raise RunFailed(f"{PROGRAM} on {machine.name} left with status {ended.status}: {ended.errors.strip()}")
        return seconds, 0 if alone else _instructions(folder)


def measure(name: str, repetitions: int) -> list[Speed]:
    """QEMU alone, the counting plugin, the model. Raises UsageError for a machine without a model."""
    machine, counter = catalog.machine(name), catalog.machine(COUNTER)
    if machine.default_board is None:
        raise UsageError(f"machine {name} has no cycle model")
    plugin = build.plugin()
    image = build.image(catalog.variant(VARIANT), target=TARGET)
    found: list[Speed] = []
    for what, on, board, alone in (
        ("QEMU without the plugin", machine, machine.default_board, True),
        ("counting only", counter, None, False),
        (f"model {name}, board {machine.default_board}", machine, machine.default_board, False),
    ):
        runs = [_boot(on, board, image, plugin, alone) for _ in range(repetitions)]
        found.append(Speed(what, runs[0][1], min(seconds for seconds, _ in runs)))
    instructions = found[-1].instructions
    return [Speed(one.what, instructions, one.seconds) for one in found]
