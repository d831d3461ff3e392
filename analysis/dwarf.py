# SPDX-License-Identifier: BSD-2-Clause
"""Which function does an address belong to, as the source names it? Inline frames from DWARF, plain symbols where
there are none.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.dwarf.descriptions import describe_form_class
from elftools.elf.elffile import ELFFile


@dataclass(frozen=True)
class Frame:
    """A function's code in [low, high); depth 0 is a function that was not inlined."""

    low: int
    high: int
    depth: int
    name: str


def _origin(die: Any) -> Any:
    """The DIE that carries the name: inlined copies refer to an abstract one, which may refer to a declaration."""
    for attribute in ("DW_AT_abstract_origin", "DW_AT_specification"):
        if attribute in die.attributes:
            return _origin(die.get_DIE_from_attribute(attribute))
    return die


def _name(die: Any) -> str:
    attribute = _origin(die).attributes.get("DW_AT_name")
    return str(attribute.value.decode()) if attribute else "?"


def _ranges(die: Any, unit: Any, info: Any) -> Iterator[tuple[int, int]]:
    attributes = die.attributes
    if "DW_AT_ranges" in attributes:
        yield from _range_list(attributes["DW_AT_ranges"], unit, info)
    elif "DW_AT_low_pc" in attributes and "DW_AT_high_pc" in attributes:
        low, high = attributes["DW_AT_low_pc"].value, attributes["DW_AT_high_pc"]
        yield low, high.value if describe_form_class(high.form) == "address" else low + high.value


def _range_list(attribute: Any, unit: Any, info: Any) -> Iterator[tuple[int, int]]:
    top = unit.get_top_DIE().attributes
    base = top["DW_AT_low_pc"].value if "DW_AT_low_pc" in top else 0
    for entry in info.range_lists().get_range_list_at_offset(attribute.value, cu=unit):
        if hasattr(entry, "base_address"):
            base = entry.base_address
        else:
            offset = 0 if getattr(entry, "is_absolute", False) else base
            yield entry.begin_offset + offset, entry.end_offset + offset


def _frames(die: Any, unit: Any, info: Any, depth: int) -> Iterator[Frame]:
    for child in die.iter_children():
        if child.tag not in ("DW_TAG_subprogram", "DW_TAG_inlined_subroutine", "DW_TAG_lexical_block"):
            continue
        here = depth
        if child.tag != "DW_TAG_lexical_block":
            here = 0 if child.tag == "DW_TAG_subprogram" else depth + 1
            yield from (Frame(low, high, here, _name(child)) for low, high in _ranges(child, unit, info) if low < high)
        yield from _frames(child, unit, info, here)


def members(path: Path, structure: str) -> dict[str, int]:
    """Offsets of the members of a structure, from the first unit that defines it; empty if none does."""
    with path.open("rb") as stream:
        for unit in ELFFile(stream).get_dwarf_info().iter_CUs():
            for die in unit.get_top_DIE().iter_children():
                if die.tag == "DW_TAG_structure_type" and "DW_AT_byte_size" in die.attributes and _name(die) == structure:
                    return {
                        _name(member): member.attributes["DW_AT_data_member_location"].value
                        for member in die.iter_children()
                    }
    return {}


class Program:
    """The functions of one ELF file, asked by address."""

    def __init__(self, path: Path, inline: bool = True) -> None:
        """inline: read DWARF's inline frames too, which takes minutes for a kernel of megabytes."""
        with path.open("rb") as stream:
            elf = ELFFile(stream)
            self.frames = list(self._read_frames(elf)) if inline else []
            table = elf.get_section_by_name(".symtab")
            symbols = [(s["st_value"], s.name) for s in table.iter_symbols() if s.name] if table else []
            self.sections = [
                (s["sh_addr"], s["sh_addr"] + s["sh_size"], s.name)
                for s in elf.iter_sections()
                if s["sh_flags"] & 2 and s["sh_size"]
            ]
        self.symbols = sorted((address, name) for address, name in symbols if self.section(address))
        self.addresses = [address for address, _ in self.symbols]

    @staticmethod
    def _read_frames(elf: Any) -> Iterator[Frame]:
        if elf.has_dwarf_info():
            info = elf.get_dwarf_info()
            for unit in info.iter_CUs():
                yield from _frames(unit.get_top_DIE(), unit, info, -1)

    def section(self, address: int) -> str | None:
        return next((name for low, high, name in self.sections if low <= address < high), None)

    def symbol(self, address: int) -> str | None:
        """The last symbol at or before an address of this program."""
        place = bisect_right(self.addresses, address)
        return self.symbols[place - 1][1] if place and self.section(address) else None

    def chain(self, address: int) -> list[str]:
        """Function names from the outermost to the innermost inline frame; assembly has its symbol only."""
        found = sorted((f for f in self.frames if f.low <= address < f.high), key=lambda f: (f.depth, f.low - f.high))
        if found:
            return [frame.name for frame in found]
        symbol = self.symbol(address)
        return [symbol] if symbol else []
