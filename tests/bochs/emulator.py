# SPDX-License-Identifier: BSD-2-Clause
"""How does a guest test run on Bochs? With the machine's own driver, until it says that it has ended.

The boot of `l4lab run` would not do: it stops at the first exception of the guest, and these tests provoke some.
"""

import dataclasses
import re
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import guest

from bench.run import boot as booting
from bench.run import process
from bench.run.errors import TimeLimit
from boot.machines import machine

ENDED = re.compile(r"^(@end \S+ \S+|l4lab: panic: .*)\n", re.MULTILINE)


def _read(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def log_of(folder: Path, program: str) -> str:
    """Boots the images of a build folder; the serial log until its end, or until the machine's time limit."""
    facts = dataclasses.replace(machine.load("bochs"), memory_mib=guest.memory_mib(program))
    driver = booting.driver(facts)
    with tempfile.TemporaryDirectory(prefix="l4lab-") as name:
        boot = machine.Boot(Path(name), program, "*", None, None)
        for image in ("kernel.elf", "sigma0.elf", f"{program}.elf"):
            shutil.copyfile(folder / image, boot.folder / image)
        driver.prepare(facts, boot)
        *preparations, command = driver.commands(facts, boot)
        for preparation in preparations:
            ended = process.run(preparation, facts.timeout_seconds, boot.folder)
            assert ended.status == 0, ended.errors
        serial = boot.folder / machine.SERIAL
        with suppress(TimeLimit):
            process.run(command, facts.timeout_seconds, boot.folder, lambda: ENDED.search(_read(serial)) is not None)
        return _read(serial)


def problems(log: str, program: str) -> list[str]:
    """What is wrong with a guest test's run, in sentences; empty if it passed."""
    verdicts = guest.CHECK.findall(log)
    found = [f"{name}: {sentence}" for name, verdict, sentence in verdicts if verdict == "fail"]
    if not verdicts:
        found.append("it checked nothing")
    if guest.END.findall(log) != [(program, "ok")]:
        found.append(f"no '@end ok': {log[-400:]}")
    return found
