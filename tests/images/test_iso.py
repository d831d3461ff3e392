# SPDX-License-Identifier: BSD-2-Clause
"""Does the CD of a benchmark boot by itself, run it by the time-stamp counter, and say so on the serial port?"""

import shutil
from pathlib import Path

import guest
import pytest

from bench.run import process, serial

SECONDS = 120
TOOLS = ("grub-mkrescue", "xorriso", "mformat")
CASE = "two-large-large-8-warm"
# A Pentium: the first with a time-stamp counter.
QEMU = "qemu-system-i386 -cpu pentium -m 64 -nodefaults -display none -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4".split()


@pytest.fixture(autouse=True)
def tools() -> None:
    missing = [name for name in TOOLS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} missing: apt-get install grub-common grub-pc-bin xorriso mtools")


def made(folder: Path, target: str, *words: str) -> process.Ended:
    return process.run(["make", "-s", target, f"BUILD={folder}", *words], SECONDS, guest.ROOT)


def test_iso_boots(tmp_path: Path) -> None:
    ended = made(tmp_path, "image", "VARIANT=liedtke93", "BENCHMARK=pingpong", f"CASES={CASE}")
    assert ended.status == 0, ended.errors
    log = tmp_path / "log"
    command = [*QEMU, "-cdrom", ended.output.strip(), "-serial", f"file:{log}"]
    assert process.run(command, SECONDS, tmp_path).status == guest.GUEST_DONE
    read = serial.read(log.read_text())
    assert (read.variant, read.benchmark, read.clock, read.verdict) == ("liedtke93", "pingpong", "tsc", "ok")
    (case,) = read.cases
    assert case.name == CASE and all(value is not None and value > 0 for value in case.values)


def test_unknown_benchmark_is_refused(tmp_path: Path) -> None:
    ended = made(tmp_path, "iso", "VARIANT=liedtke93", "BENCHMARK=nix")
    assert ended.status == 2 and "no benchmark 'nix'" in ended.errors
    assert not list(tmp_path.glob("iso/*"))
