# SPDX-License-Identifier: BSD-2-Clause
"""How does one boot happen? A private folder, the image and the parameters copied into it, the machine, and the
verdict.

Copies, because a rebuild may replace the originals meanwhile, and because constant file names keep the guest's command
line, and with it the image, the same wherever the project lies.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from bench.run import counts, process, serial
from bench.run.build import Image
from bench.run.errors import RunFailed, TimeLimit
from bench.run.paths import build_root, shown
from bench.run.storage import disk_errors
from boot.machines.machine import COUNTS, SERIAL, TRACE, Boot, Machine

SHARED_MEMORY = Path("/dev/shm")
PREFIX = "l4lab-"
OWNER = "owner"
# Room for the memory of this boot and of others that start at the same time, before the shared memory is preferred
# to the disk.
ROOM_FACTOR = 4
GRACE_POLLS = 40
FULL_BYTES = 64 << 10
ERRORS = "errors.txt"
KEPT = (SERIAL, COUNTS, ERRORS, "bochs.log")


@dataclass(frozen=True)
class Result:
    """What a boot left behind; counts is None on a machine without the plugin, trace None unless asked for."""

    log: serial.Log
    counts: counts.Counts | None
    trace: str | None


def driver(machine: Machine) -> ModuleType:
    return import_module(f"boot.machines.{machine.driver}")


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """Holds a lock in the folder for as long as its owner lives; it gets its name when it is held already."""
    with (folder / "owner.new").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        (folder / "owner.new").rename(folder / OWNER)
        yield


@contextmanager
def private_folder(memory_mib: int) -> Iterator[Path]:
    """A folder that is gone afterwards; in shared memory if that has room, since the guest's memory lies in it."""
    room = SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free >= ROOM_FACTOR * memory_mib << 20
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=SHARED_MEMORY if room else None) as name:
        with _owned(Path(name)):
            yield Path(name)


def remove_abandoned() -> None:
    """Removes private folders whose owner was killed before it could: the guest's memory lies in them."""
    for place in {SHARED_MEMORY, Path(tempfile.gettempdir())}:
        for owner in place.glob(f"{PREFIX}*/{OWNER}"):
            try:
                with owner.open("r+") as stream:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(owner.parent, ignore_errors=True)
            except OSError:
                continue  # Its owner lives, is another user, or has just removed it.


def _read(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


class _LogWatch:
    """Says when to stop waiting: some polls after the log is complete, so that a machine that ends by itself may
    do so.
    """

    def __init__(self, path: Path, polls: int) -> None:
        self.path, self.left, self.size = path, polls, -1
        self.complete = False

    def __call__(self) -> bool:
        size = self.path.stat().st_size if self.path.exists() else 0
        if not self.complete and size != self.size:
            self.size, self.complete = size, serial.finished(_read(self.path))
        self.left -= self.complete
        return self.left <= 0


def _execute(machine: Machine, boot: Boot) -> process.Ended:
    module = driver(machine)
    process.require(module.TOOL, module.PACKAGE)
    module.prepare(machine, boot)
    *preparations, command = module.commands(machine, boot)
    for preparation in preparations:
        process.require(preparation[0], module.PACKAGE)
        ended = process.run(preparation, machine.timeout_seconds, boot.folder)
        if ended.status != 0:
            raise RunFailed(f"{preparation[0]} failed:\n{serial.tail(ended.errors)}")
    watch = _LogWatch(boot.folder / SERIAL, GRACE_POLLS if module.GUEST_DONE is not None else 1)
    try:
        ended = process.run(command, machine.timeout_seconds, boot.folder, watch)
    except TimeLimit as limit:
        (boot.folder / ERRORS).write_text(limit.said)
        raise
    (boot.folder / ERRORS).write_text(ended.errors)
    return ended


def _judge(machine: Machine, log: serial.Log, model_reason: str | None, ended: process.Ended, full: bool) -> None:
    """Raises RunFailed with the deepest reason there is: the model's, the kernel's, the benchmark's, the machine's."""
    wanted = driver(machine).GUEST_DONE
    if model_reason is not None:
        raise RunFailed(f"the model stopped the run: {model_reason}")
    if log.fatal is not None:
        raise RunFailed(f"the guest stopped: {log.fatal}")
    if log.verdict is None and full:
        raise RunFailed("the log ends without @end, and the disk that holds it is full")
    if log.verdict is None and ended.status == 0:
        raise RunFailed("the log ends without @end, and the machine reset itself: a triple fault")
    if log.verdict is None:
        reason = f"the log ends without @end: it is truncated (exit status {ended.status})"
        raise RunFailed(f"{reason}\n{serial.tail(ended.errors)}".rstrip())
    serial.check_complete(log)
    if ended.status != wanted:
        raise RunFailed(f"the benchmark ended, but the machine left with status {ended.status} instead of {wanted}")


def check_identity(log: serial.Log, image: Image, benchmark: str) -> None:
    """The kernel that ran must be the kernel the manifest describes."""
    said = (log.variant, log.text)
    built = (image.manifest["variant"], image.manifest["text_hash"])
    if said != built:
        raise RunFailed(f"the kernel that ran calls itself {said[0]} {said[1]}, the manifest {built[0]} {built[1]}")
    if log.benchmark != benchmark:
        raise RunFailed(f"the image ran benchmark {log.benchmark} instead of {benchmark}")


def _keep(folder: Path, name: str) -> str:
    """Copies what a failed boot left to build/failed/NAME and says where; a full disk must not hide the failure
    itself.
    """
    target = build_root() / "failed" / name
    try:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for kept in KEPT:
            if (folder / kept).exists():
                shutil.copyfile(folder / kept, target / kept)
    except OSError as error:
        return f"its log could not be kept: {error.strerror}"
    return f"its log is kept in {shown(target)}"


def _fill(folder: Path, image: Image, benchmark: str, plugin: Path | None) -> None:
    with disk_errors(folder):
        for path in [*image.files(benchmark), *([plugin] if plugin else [])]:
            shutil.copyfile(path, folder / path.name)


def _collect(machine: Machine, boot: Boot, image: Image) -> Result:
    with disk_errors(boot.folder):
        ended = _execute(machine, boot)
    log = serial.read(_read(boot.folder / SERIAL))
    counted = _read(boot.folder / COUNTS)
    _judge(machine, log, counts.model_error(counted), ended, shutil.disk_usage(boot.folder).free < FULL_BYTES)
    check_identity(log, image, boot.benchmark)
    trace = _read(boot.folder / TRACE) if boot.trace else None
    return Result(log, counts.read(counted) if machine.model else None, trace)


def run(machine: Machine, boot: Boot, image: Image, plugin: Path | None) -> Result:
    """Runs a boot whose `folder` is fresh. Raises RunFailed or TimeLimit unless it ended well in every respect."""
    _fill(boot.folder, image, boot.benchmark, plugin)
    return _collect(machine, boot, image)


@contextmanager
def explained(folder: Path, name: str) -> Iterator[None]:
    """Lets a failure carry the last lines of the log and the place where the whole log is kept."""
    try:
        yield
    except (RunFailed, TimeLimit) as error:
        text = _read(folder / SERIAL)
        last = f"the last lines of its log:\n{serial.tail(text)}" if text.strip() else "its log is empty"
        raise type(error)(f"{name}: {error}\n{last}\n{_keep(folder, name)}") from error
