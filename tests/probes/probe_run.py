# SPDX-License-Identifier: BSD-2-Clause
"""How does a probe image get built and run? Files in, the model's counts out."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probe import LEAD, PAIRED_LEAD, Probe, include_file

from bench.run import process

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
QEMU = "qemu-system-i386"
GUEST_EXIT = 2 * 0x10 + 1
TIMEOUT_S = 40


@dataclass(frozen=True)
class Target:
    """The processor that the probes run on: `folder` holds its parameter files, `name` is QEMU's and the model's."""

    name: str
    folder: Path
    cpu: str
    lead: str


I486 = Target("i486", ROOT / "boot/machines/i486", "486", LEAD)
PENTIUM = Target("pentium", ROOT / "boot/machines/pentium", "pentium", PAIRED_LEAD)


def build_plugin(folder: Path) -> Path:
    subprocess.run(["make", "-s", "-C", str(ROOT / "boot/model"), f"O={folder}"], check=True, timeout=120)
    return folder / "l4lab-model.so"


def build_image(folder: Path, probes: list[Probe], assembly: str = "image.S", target: Target = I486) -> Path:
    (folder / "probes.inc").write_text(include_file(probes, target.lead))
    image = folder / f"{Path(assembly).stem}.elf"
    command = ["i686-linux-gnu-gcc", "-m32", "-march=i486", "-nostdlib", "-static", "-no-pie", "-Wl,-z,noseparate-code"]
    command += ["-Wl,--build-id=none", "-Wl,-T", str(HERE / "image.ld"), f"-I{folder}"]
    command += ["-o", str(image), str(HERE / assembly)]
    subprocess.run(command, check=True, timeout=60)
    return image


def run_image(
    folder: Path,
    plugin: Path,
    image: Path,
    board: str = "ideal",
    extra: str = "",
    clocks: Path | None = None,
    target: Target = I486,
) -> tuple[int, list[dict[str, Any]], str]:
    """Exit status of QEMU, the lines of its counts, and what it wrote to stderr."""
    ram, counts = folder / "ram", folder / "counts.jsonl"
    ram.unlink(missing_ok=True)
    counts.unlink(missing_ok=True)
    arguments = f"{plugin},ram={ram},out={counts},model={target.name}"
    arguments += f",clocks={clocks or target.folder / 'clocks.psv'},rules={target.folder / 'rules.psv'}"
    arguments += f",board={target.folder / 'boards' / board}.psv{extra}"
    command = [QEMU, "-cpu", target.cpu, "-m", "64", "-nodefaults", "-display", "none", "-no-reboot"]
    command += ["-object", f"memory-backend-file,id=ram,size=64M,mem-path={ram},share=on"]
    command += ["-machine", "pc,memory-backend=ram", "-icount", "shift=6,sleep=off"]
    command += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-kernel", str(image), "-plugin", arguments]
    ended = process.run(command, TIMEOUT_S, folder)
    assert ended.status is not None
    lines = [json.loads(line) for line in counts.read_text().splitlines()] if counts.exists() else []
    ram.unlink(missing_ok=True)
    return ended.status, lines, ended.errors
