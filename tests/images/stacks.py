# SPDX-License-Identifier: BSD-2-Clause
"""How deep were the kernel's stacks used? Read from the guest's physical memory after it has ended.

The kernel paints a stack when it makes a thread. The blocks are found as the processor finds them, by the page tables of
the kernel's own page directory; blocks that were never made share one read-only page.
"""

import mmap
import re
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from elftools.elf.elffile import ELFFile

ROOT = Path(__file__).resolve().parents[2]
WRITABLE = 2
PAGE = 0x1000
FRAME = 0xFFFFF000
ENTRIES = 1024


@cache
def _constant(file: str, name: str) -> int:
    found = re.search(rf"\b{name}\b\s*=?\s*(0x[0-9A-F]+|\d+)", (ROOT / file).read_text())
    assert found, f"{name} is not in {file}"
    return int(found[1], 0)


def _layout(name: str) -> int:
    return _constant("kernel/memory/layout.h", name)


def paint() -> bytes:
    """The word with which the kernel fills a stack."""
    return struct.pack("<I", _constant("kernel/thread/thread.c", "STACK_PAINT"))


@cache
def _addresses(kernel: Path, _written_ns: int) -> dict[str, int]:
    """Of the kernel's symbols; of a file that is written again they are read again."""
    with kernel.open("rb") as stream:
        symbols = ELFFile(stream).get_section_by_name(".symtab").iter_symbols()
        return {symbol.name: int(symbol["st_value"]) for symbol in symbols}


def _words(memory: mmap.mmap, physical: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{count}I", memory, physical)


def _blocks(memory: mmap.mmap, directory: int) -> Iterator[bytes]:
    """Every made thread control block with the stack below it."""
    size, first = _layout("TCB_SIZE"), _layout("TCB_AREA") >> 22
    tables = _words(memory, directory, ENTRIES)[first : first + (_layout("TCB_AREA_SIZE") >> 22)]
    for table in tables:
        for entry in _words(memory, table & FRAME, ENTRIES):
            if entry & WRITABLE:
                frame = entry & FRAME
                page = memory[frame : frame + PAGE]
                yield from (page[offset : offset + size] for offset in range(0, PAGE, size))


def _free(block: bytes, unused: bytes, top: int) -> int:
    free = 0
    while free < top and block[free : free + 4] == unused:
        free += 4
    return free


def least_free(kernel: Path, ram: Path) -> int:
    """The smallest number of stack bytes never used over all threads, dead ones too; of those whose block is gone the
    kernel knows it. A block without an id was never a thread's."""
    top = _constant("boot/image/L00/placement.h", "TCB_OFFSET")
    addresses, alias = _addresses(kernel, kernel.stat().st_mtime_ns), _layout("PHYSICAL_ALIAS")
    with ram.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        blocks = _blocks(memory, addresses["boot_page_directory"] - alias)
        free = [_free(block, paint(), top) for block in blocks if block[top : top + 4] != bytes(4)]
        return min([*free, *_words(memory, addresses["untouched_before"] - alias, 1)])
