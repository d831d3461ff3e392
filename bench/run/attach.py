# SPDX-License-Identifier: BSD-2-Clause
"""How is a kernel that was not built here started and timed? A private folder, one start of QEMU, and what it left."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.run import build, counts, process
from bench.run.boot import private_folder
from bench.run.errors import RunFailed, TimeLimit, UsageError
from bench.run.serial import tail
from bench.run.storage import disk_errors
from boot.machines import qemu
from boot.machines.attach import KERNEL, PROFILE, Guest, command
from boot.machines.qemu import copy_parameters
from boot.machines.machine import COUNTS, PLUGIN, SERIAL, TRACE, Machine


@dataclass(frozen=True)
class Attached:
    """The samples in their order, the trace of the last one, the profile, and the last line of the counts."""

    samples: list[dict[str, Any]]
    end: dict[str, Any]
    trace: str
    profile: str
    log: str


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def _samples_written(folder: Path) -> int:
    return _text(folder / COUNTS).count('"type":"sample"')


def _fill(folder: Path, machine: Machine, guest: Guest, image: Path, modules: Sequence[Path]) -> None:
    with disk_errors(folder):
        for source, name in [(image, KERNEL), (build.plugin(), PLUGIN), *((one, one.name) for one in modules)]:
            shutil.copyfile(source, folder / name)
        copy_parameters(machine, guest.board, folder)


def _judge(folder: Path, guest: Guest, ended: process.Ended) -> None:
    said = _text(folder / COUNTS)
    if (reason := counts.model_error(said)) is not None:
        raise RunFailed(f"the model stopped the run: {reason}")
    if not said:
        raise RunFailed(f"QEMU did not start the model (status {ended.status}):\n{tail(ended.errors)}")
    wanted = guest.region.samples if guest.region and not guest.limit else None
    if wanted is not None and _samples_written(folder) < wanted:
        seen = _samples_written(folder)
        log = tail(_text(folder / SERIAL))
        raise RunFailed(f"the machine ended by itself after {seen} of {wanted} samples; its last lines:\n{log}")


def run(machine: Machine, guest: Guest, image: Path, modules: Sequence[Path], seconds: float) -> Attached:
    """Raises TimeLimit with the number of samples so far, RunFailed if the model met what it does not know."""
    process.require(qemu.TOOL, qemu.PACKAGE)
    names = [one.name for one in modules]
    if len(set(names)) < len(names):
        raise UsageError("two modules have the same file name")
    with private_folder(guest.memory_mib) as folder, disk_errors(folder):
        _fill(folder, machine, guest, image, modules)
        try:
            ended = process.run(command(machine, guest), seconds, folder)
        except TimeLimit as error:
            log = tail(_text(folder / SERIAL))
            raise TimeLimit(f"{error}, with {_samples_written(folder)} samples; the guest's last lines:\n{log}") from None
        _judge(folder, guest, ended)
        found = counts.read(_text(folder / COUNTS))
        samples = found.cases.get(0, [])
        texts = (_text(folder / name) for name in (TRACE, PROFILE, SERIAL))
        return Attached(samples, found.end, *texts)
