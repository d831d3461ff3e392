# SPDX-License-Identifier: BSD-2-Clause
"""What is a kernel image that was not built here: where does it begin, and which address does a name stand for?"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from analysis.dwarf import Program
from bench.run.errors import UsageError

ELF_MAGIC = b"\x7fELF"
# Linux's boot protocol: the signature of the setup header, and where it keeps the 32-bit entry.
LINUX_SIGNATURE, LINUX_SIGNATURE_AT, LINUX_ENTRY_AT = b"HdrS", 0x202, 0x214
# Multiboot 1: the header lies in the first 8 KiB; bit 16 says that it carries its own addresses.
MULTIBOOT_MAGIC, MULTIBOOT_SEARCH, MULTIBOOT_ADDRESSES, MULTIBOOT_ENTRY_AT = 0x1BADB002, 8192, 1 << 16, 28
PLACE = re.compile(r"(?:(?P<file>[^:+]+):)?(?P<name>[^:+]+?)(?:\+(?P<offset>0x[0-9a-fA-F]+|\d+))?")
PAGE_BYTES = 4096


def _multiboot_entry(image: bytes) -> int | None:
    """The entry that the header itself gives, 0 if it leaves it to the ELF file, None if there is no header."""
    for at in range(0, min(MULTIBOOT_SEARCH, len(image) - 12) // 4 * 4, 4):
        magic, flags, checksum = struct.unpack_from("<III", image, at)
        if magic == MULTIBOOT_MAGIC and (magic + flags + checksum) % (1 << 32) == 0:
            own = flags & MULTIBOOT_ADDRESSES and len(image) >= at + MULTIBOOT_ENTRY_AT + 4
            return int(struct.unpack_from("<I", image, at + MULTIBOOT_ENTRY_AT)[0]) if own else 0
    return None


def _elf_entry(path: Path) -> int:
    """Physical: a loader adjusts an entry in a segment whose load address differs from its link address."""
    with path.open("rb") as stream:
        try:
            elf = ELFFile(stream)
            entry = int(elf["e_entry"])
            for segment in elf.iter_segments():
                start, size = segment["p_vaddr"], segment["p_filesz"]
                if segment["p_type"] == "PT_LOAD" and start <= entry < start + size:
                    return int(entry - start + segment["p_paddr"])
        except ELFError as error:
            raise UsageError(f"{path} is not a whole ELF file: {error}") from error
    return entry


def entry_of(path: Path) -> int:
    """The physical address of the first instruction that runs in protected mode."""
    image = path.read_bytes()
    if image[LINUX_SIGNATURE_AT : LINUX_SIGNATURE_AT + 4] == LINUX_SIGNATURE:
        return int(struct.unpack_from("<I", image, LINUX_ENTRY_AT)[0])
    own = _multiboot_entry(image)
    if own is None:
        raise UsageError(f"{path} has neither a multiboot 1 header nor the header of a Linux boot image")
    if own:
        return own
    if not image.startswith(ELF_MAGIC):
        raise UsageError(f"{path} has a multiboot header without addresses, but is no ELF file")
    return _elf_entry(path)


@dataclass(frozen=True)
class Names:
    """The symbols of some ELF files; `inline` reads DWARF's inline frames too."""

    programs: dict[str, Program]

    @staticmethod
    def of(paths: Sequence[Path], inline: bool) -> "Names":
        found = {}
        for path in paths:
            with path.open("rb") as stream:
                if stream.read(4) == ELF_MAGIC:
                    found[path.name] = Program(path, inline)
        return Names(found)

    def address(self, text: str) -> int:
        """A number, or [FILE:]SYMBOL[+OFFSET]. Raises UsageError for a name that is not there or not unique."""
        try:
            return int(text, 0)
        except ValueError:
            pass
        match = PLACE.fullmatch(text)
        if not match:
            raise UsageError(f"'{text}' is neither an address nor [FILE:]SYMBOL[+OFFSET]")
        wanted = {name: p for name, p in self.programs.items() if match["file"] in (None, name)}
        found = {(file, at) for file, p in wanted.items() for at, name in p.symbols if name == match["name"]}
        if len({at for _, at in found}) != 1:
            which = ", ".join(f"{file} {at:#x}" for file, at in sorted(found)) or "in none of the files"
            raise UsageError(f"the symbol {match['name']} must be there once, and is {which}; --symbols adds files")
        return int(next(iter(found))[1]) + int(match["offset"] or "0", 0)

    def function(self, address: int) -> str:
        """The innermost function that holds the address; its page if no file names it."""
        return _function(self, address)

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=1 << 16)
def _function(names: Names, address: int) -> str:
    for program in names.programs.values():
        if chain := program.chain(address):
            return chain[-1]
    return f"? page {address // PAGE_BYTES * PAGE_BYTES:08X}"
