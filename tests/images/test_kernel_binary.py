# SPDX-License-Identifier: BSD-2-Clause
"""What do the compiler's and the linker's outputs promise? Frame sizes, the shape of the short path, the same bytes from
every folder.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path

import guest
import pytest
from elftools.elf.elffile import ELFFile

from bench.run import process

COMBINATIONS = guest.combinations()
FRAME_BYTES = 256
PAGE = 0x1000
SECONDS = 60
# Where the short path may leave to: the general path, its receive phase, words in memory. Everything else is inlined.
MAY_CALL = {"ipc_general", "ipc_receive", "ipc_with_transfer"}
INSTRUCTION = re.compile(r"^\s*[0-9a-f]+:\s+(\S+)\s*(.*)$")


@pytest.mark.parametrize("image", COMBINATIONS, ids=guest.image_name)
def test_kernel_frames_are_small_and_bounded(image: guest.Image) -> None:
    folder = guest.build(image, ["kernel.elf"])
    files = [*folder.glob("kernel/*/*.su"), *folder.glob("variants/*/*.su")]
    rows = [line.split("\t") for file in files for line in file.read_text().splitlines()]
    assert len(rows) > 50
    assert [row for row in rows if row[2] not in ("static", "dynamic,bounded")] == []
    assert [row for row in rows if int(row[1]) > FRAME_BYTES] == []


def symbols(kernel: Path) -> dict[str, tuple[int, int]]:
    with kernel.open("rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        return {symbol.name: (symbol["st_value"], symbol["st_size"]) for symbol in table.iter_symbols()}


@pytest.mark.parametrize("image", COMBINATIONS, ids=guest.image_name)
def test_short_path_fits_a_page(image: guest.Image) -> None:
    found = symbols(guest.build(image, ["kernel.elf"]) / "kernel.elf")
    begin, end = found["path_begin"][0], found["path_end"][0]
    address, size = found["ipc"]
    assert begin % PAGE == 0 and end - begin <= PAGE
    assert begin <= address and address + size <= end


def test_no_division_in_libgcc() -> None:
    """Its functions take their arguments from the stack; the kernel's calls pass them in registers."""
    found = symbols(guest.build(guest.Image("liedtke93"), ["kernel.elf"]) / "kernel.elf")
    assert [name for name in found if re.fullmatch(r"__u?(div|mod|divmod)di[34]", name)] == []


def transfers_of_control(kernel: Path, function: str) -> set[str]:
    """Functions that a function's calls and jumps lead to, itself excepted; `*` for an indirect one."""
    address, size = symbols(kernel)[function]
    limits = [f"--start-address={address:#x}", f"--stop-address={address + size:#x}"]
    command = ["i686-linux-gnu-objdump", "-d", "--no-show-raw-insn", *limits, str(kernel)]
    listing = process.run(command, SECONDS, guest.ROOT)
    assert listing.status == 0, listing.errors
    targets = set()
    for match in filter(None, map(INSTRUCTION.match, listing.output.splitlines())):
        if match[1].startswith(("call", "j")):
            target = re.search(r"<([^>+]+)", match[2])
            targets.add(target[1] if target else "*")
    return targets - {function}


def test_short_path_of_liedtke93_calls_nothing() -> None:
    folder = guest.build(guest.Image("liedtke93"), ["kernel.elf"])
    targets = transfers_of_control(folder / "kernel.elf", "ipc")
    assert targets and targets <= MAY_CALL


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.elf"))}


def copy_of_tree(target: Path) -> Path:
    """What an image is built from, somewhere else."""
    for name in ("kernel", "variants", "boot/image", "bench"):
        shutil.copytree(guest.ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(guest.ROOT / "Makefile", target)
    return target


@pytest.mark.parametrize("variant", ["liedtke93", "baseline"])
def test_same_bytes_from_two_folders(variant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = guest.build(guest.Image(variant), ["manifest.json"])
    monkeypatch.setenv("CCACHE_DISABLE", "1")  # there everything is compiled
    there = guest.build(guest.Image(variant), ["manifest.json"], copy_of_tree(tmp_path / "a/much/longer/place"))
    made = hashes(there)
    assert "kernel.elf" in made and "pingpong.elf" in made
    assert {name: digest for name, digest in hashes(here).items() if name in made} == made  # other tests build more there
    first, second = (json.loads((folder / "manifest.json").read_text()) for folder in (here, there))
    assert {**first, "files": None} == {**second, "files": None}
