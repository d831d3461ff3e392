# SPDX-License-Identifier: BSD-2-Clause
"""What does the kernel's memory hold, read from outside? Physical memory as a file, and the kernel's own DWARF for where
its variables are and how its structures are laid out: the kernel that is looked at is the one that is shipped.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile

PHYSICAL_ALIAS = 0xF0000000
ALIAS_SIZE = 0x08000000
PAGE = 0x1000
FRAME = 0xFFFFF000
PRESENT, WRITABLE = 1, 2
FORMATS = {1: "<B", 2: "<H", 4: "<I", 8: "<Q"}


@dataclass(frozen=True)
class Field:
    offset: int
    size: int


class Kernel:
    """Symbols, structures and enumerations of a kernel image."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb")
        self._elf = ELFFile(self._stream)
        table = self._elf.get_section_by_name(".symtab")
        self._fields: dict[str, dict[str, Field]] = {}
        self.symbols = {symbol.name: int(symbol["st_value"]) for symbol in table.iter_symbols() if symbol.name}

    @cached_property
    def _types(self) -> dict[tuple[str, str], Any]:
        """The first complete structure of each name, and every enumerator's die."""
        found: dict[tuple[str, str], Any] = {}
        for unit in self._elf.get_dwarf_info().iter_CUs():
            for die in unit.get_top_DIE().iter_children():
                if die.tag == "DW_TAG_structure_type" and "DW_AT_byte_size" in die.attributes:
                    found.setdefault(("struct", _name(die)), die)
                if die.tag == "DW_TAG_enumeration_type":
                    for one in die.iter_children():
                        found.setdefault(("enumerator", _name(one)), one)
        return found

    def constant(self, name: str) -> int:
        return int(self._types["enumerator", name].attributes["DW_AT_const_value"].value)

    def size(self, structure: str) -> int:
        return int(self._types["struct", structure].attributes["DW_AT_byte_size"].value)

    def fields(self, structure: str) -> dict[str, Field]:
        """Members by name, those of members that are structures as `outer.inner`."""
        if structure not in self._fields:
            self._fields[structure] = dict(_fields(self._types["struct", structure], 0, ""))
        return self._fields[structure]

    def code(self) -> tuple[int, bytes]:
        section = self._elf.get_section_by_name(".text")
        return int(section["sh_addr"]), bytes(section.data())


def _name(die: Any) -> str:
    attribute = die.attributes.get("DW_AT_name")
    return str(attribute.value.decode()) if attribute else ""


def _stripped(die: Any) -> Any:
    """The type below typedefs and qualifiers."""
    while die.tag in ("DW_TAG_typedef", "DW_TAG_volatile_type", "DW_TAG_const_type"):
        die = die.get_DIE_from_attribute("DW_AT_type")
    return die


def _fields(structure: Any, base: int, prefix: str) -> Iterator[tuple[str, Field]]:
    for member in structure.iter_children():
        if member.tag != "DW_TAG_member":
            continue
        offset = base + int(member.attributes["DW_AT_data_member_location"].value)
        kind = _stripped(member.get_DIE_from_attribute("DW_AT_type"))
        if kind.tag == "DW_TAG_structure_type":
            yield from _fields(kind, offset, f"{prefix}{_name(member)}.")
        size = kind.attributes.get("DW_AT_byte_size")
        yield prefix + _name(member), Field(offset, int(size.value) if size else 4)


class Memory:
    """The machine's memory after a run."""

    def __init__(self, kernel: Kernel, ram: bytes) -> None:
        self.kernel, self.ram = kernel, ram

    def words(self, physical: int, count: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{count}I", self.ram, physical)

    def physical(self, linear: int) -> int:
        """Of a kernel address, as the kernel's own page directory maps it."""
        if PHYSICAL_ALIAS <= linear < PHYSICAL_ALIAS + ALIAS_SIZE:
            return linear - PHYSICAL_ALIAS
        directory = self.kernel.symbols["boot_page_directory"] - PHYSICAL_ALIAS
        (table,) = self.words(directory + linear // 0x400000 * 4, 1)
        (entry,) = self.words((table & FRAME) + linear % 0x400000 // PAGE * 4, 1)
        if not table & PRESENT or not entry & PRESENT:
            raise ValueError(f"{linear:#x} is not mapped")
        return (entry & FRAME) + linear % PAGE

    def word(self, linear: int) -> int:
        return self.words(self.physical(linear), 1)[0]

    def symbol(self, name: str) -> int:
        """The word that a variable of the kernel holds."""
        return self.word(self.kernel.symbols[name])

    def field(self, structure: str, linear: int, name: str) -> int:
        at = self.kernel.fields(structure)[name]
        return int(struct.unpack_from(FORMATS[at.size], self.ram, self.physical(linear + at.offset))[0])
