# SPDX-License-Identifier: BSD-2-Clause
"""Does a generated layout move what it may and keep what it must, and is its report right?"""

import random
import re

import pytest

from analysis import layouts
from boot.image import layout

TEMPLATE = """\
    .text : {
        *(.multiboot)
        . = ALIGN(0x1000);
        path_begin = .;
        . += 0x80; /* by hand */
        *(.text.path .text.path.*)
        path_end = .;
        *(.text .text.*)
    }
    .banner : { KEEP(*(.banner)) }
    .rodata : { *(.rodata .rodata.*) }
    . = ALIGN(0x1000);
"""
SECTIONS = [
    layout.Section("boot.o", ".multiboot", 12, 4),
    layout.Section("trap.o", ".text.path", 129, 1),
    layout.Section("ipc.o", ".text.path.ipc", 600, 16),
    layout.Section("ipc.o", ".text.slow", 90, 16),
    layout.Section("support.a:a.o", ".text.other", 32, 16),
    layout.Section("a.o", ".rodata.str1.1", 10, 1),
    layout.Section("a.o", ".rodata.sizes", 40, 4),
]
SIZES = {".text.path": 129, ".text.path.ipc": 600}


def written(seed: int = 1, number: int = 1) -> str:
    return layout.script(TEMPLATE, SECTIONS, layout.source(seed, number, "test"))


def path_places(text: str) -> list[tuple[int, int]]:
    """(first byte, byte behind the last) of the sections on the path."""
    found = re.findall(r"\. = path_begin \+ (\d+); \w+\.o\((\S+)\)", text)
    return [(int(at), int(at) + SIZES[name]) for at, name in found]


@pytest.mark.parametrize("number", range(20))
def test_the_path_stays_in_its_page_and_does_not_overlap(number: int) -> None:
    places = path_places(written(number=number))
    assert len(places) == 2 and places[0][1] <= places[1][0]
    assert places[-1][1] <= 4096 and all(at % 16 == 0 for at, _ in places)


def test_every_section_is_taken_once_and_patterns_stay_for_the_rest() -> None:
    text = written()
    for section in SECTIONS[1:]:
        expected = 0 if section.name.startswith(".rodata.str") else 1
        assert text.count(section.statement) == expected, section
    for line in ("*(.multiboot)", "*(.text .text.*)", "KEEP(*(.banner))", "*(.rodata .rodata.*)"):
        assert text.count(line) == 1
    assert "0x80" not in text and "boot.o" not in text


def test_the_last_boundary_ends_the_image() -> None:
    assert re.findall(r"ALIGN\(0x1000\);(.*)", written())[-1] == ""
    assert re.search(r"ALIGN\(0x1000\); \. \+= \d+;", written())


def test_a_seed_and_a_number_are_one_layout() -> None:
    assert written(1, 1) == written(1, 1)
    assert len({written(seed, number) for seed in (1, 2) for number in range(10)}) == 20
    assert layout.header(3, 4) == layout.header(3, 4) != layout.header(4, 3)


@pytest.mark.parametrize("number", range(20))
def test_header_keeps_room_for_stacks_and_the_hot_page(number: int) -> None:
    text = layout.header(1, number)
    offset = re.search(r"TCB_OFFSET (0x[0-9a-f]+)", text)
    assert offset and 0x400 <= int(offset[1], 16) <= 0x740 and int(offset[1], 16) % 16 == 0
    assert sum(map(int, re.findall(r"uint8_t gap_\d\[(\d+)\]", text))) <= 512
    assert sorted(re.findall(r"HOT_\w+", text)) == sorted(layout.HOT_PARTS)


def test_divided_is_a_division() -> None:
    draw = random.Random(1)
    found = [layout.divided(10, 3, draw) for _ in range(500)]
    assert all(len(gaps) == 3 and min(gaps) >= 0 and sum(gaps) <= 10 for gaps in found)
    assert {gaps[0] for gaps in found} == set(range(11))


def test_spread_counts_distinct_sets() -> None:
    first = {"kernel path ipc": 0x1000, "user .bss job": 0x10, "kernel .text gone": 0}
    second = {"kernel path ipc": 0x1810, "user .bss job": 0x10 + 2048}
    third = {"kernel path ipc": 0x3000, "user .bss job": 0x10 + 4096}
    assert layouts.spread([first, second, third]) == [
        layouts.Spread("ipc", "kernel path", 2, 2),
        layouts.Spread("job", "user .bss", 1, 2),
    ]


def test_distribution() -> None:
    found = layouts.distribution([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found["n"], found["mean"], found["median"], found["low"], found["high"]) == (5, 3.0, 3.0, 1.0, 5.0)
    assert found["deviation"] == pytest.approx(1.5811388)
    assert layouts.distribution([7.0])["deviation"] == 0.0
