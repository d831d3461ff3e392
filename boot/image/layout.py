#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Where does everything lie in layout N of a seed?  Generates what layout 0 has by hand: placement.h and linker scripts.

A linker script keeps its form. Each statement that takes input sections by a pattern becomes the list of these sections,
shuffled, with up to seven cache lines before each; sections that fill pages of their own are shuffled among themselves. At
each page boundary inside the image up to seven pages are left out, so that all sets of the TLB are visited. What lies
between path_begin and path_end stays in its page: there the free bytes of the page are divided at random among its parts.
"""

import argparse
import fnmatch
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LINE, PAGE = 16, 4096
GAP_LINES = 8
TLB_SETS = 8
# A kernel stack keeps at least 1 KB, and the control block above it ends within its unit of 2 KB.
TCB_FIRST, TCB_LAST = 0x400, 0x740
HOT_PARTS = ("HOT_IDT", "HOT_READY", "HOT_GDT", "HOT_TSS", "HOT_WORDS", "HOT_MARKS")
# What the parts leave free in their page, rounded down; a compile-time assertion in kernel/arch/hot.h checks it.
HOT_FREE_LINES = 32
STACKS, STACK_LINES = 16, 128
OBJDUMP = "i686-linux-gnu-objdump"
SECONDS = 60

STATEMENT = re.compile(r"(?<!KEEP\()\*\(([^()]+)\)")
PAGE_BOUNDARY = re.compile(r"\. = ALIGN\((?:0x1000|4096)\);")
PADDING_BY_HAND = re.compile(r"^ *\. \+= \w+;.*\n", re.MULTILINE)
PATH = ".text.path"
MOVED = (".text", ".rodata", ".data", ".bss")
STAYS = (".text.start",)
MERGED_STRINGS = ".rodata.str"


@dataclass(frozen=True)
class Section:
    """An input section; file as a linker script names it, an archive's member with its archive."""

    file: str
    name: str
    size: int
    alignment: int

    @property
    def statement(self) -> str:
        return f"{self.file}({self.name})"


def source(seed: int, layout: int, purpose: str) -> random.Random:
    """Its own stream for each purpose, so that one more section in the kernel does not move the user's."""
    return random.Random(f"{seed}/{layout}/{purpose}")


def divided(lines: int, parts: int, draw: random.Random) -> list[int]:
    """At most `lines` cache lines divided among gaps before `parts` parts, every division equally likely."""
    marks = sorted(draw.sample(range(lines + parts), parts))
    return [mark - before - 1 for before, mark in zip([-1, *marks], marks)]


def header(seed: int, layout: int) -> str:
    """placement.h; boot/image/L00/placement.h says what each macro means."""
    draw = source(seed, layout, "placement.h")
    offset = draw.randrange(TCB_FIRST, TCB_LAST + LINE, LINE)
    parts = draw.sample(HOT_PARTS, len(HOT_PARTS))
    gaps = divided(HOT_FREE_LINES, len(parts), draw)
    hot = " ".join(
        f"uint8_t gap_{place}[{gap * LINE}]; {part}" if gap else part
        for place, (gap, part) in enumerate(zip(gaps, parts))
    )
    shifts = ", ".join(str(LINE * draw.randrange(STACK_LINES)) for _ in range(STACKS))
    return (
        "#pragma once\n"
        f"#define TCB_OFFSET {offset:#x}\n"
        f"#define LAYOUT_HOT {hot}\n"
        f"#define LAYOUT_STACK_SHIFT(number) (((const uint16_t[]){{{shifts}}})[(number) % {STACKS}])\n"
    )


def sections(objects: Sequence[str]) -> list[Section]:
    """Every section of these objects and archives that has bytes, in their order."""
    listing = subprocess.run([OBJDUMP, "-h", *objects], capture_output=True, text=True, check=True, timeout=SECONDS)
    found, file, archive = [], "", ""
    for line in listing.stdout.splitlines():
        words = line.split()
        if line.startswith("In archive"):
            archive = words[2].rstrip(":")
        elif "file format" in line:
            name = words[0].rstrip(":")
            archive = "" if name in objects else archive
            file = f"{archive}:{name}" if archive else name
        elif words and words[0].isdigit() and int(words[2], 16):
            found.append(Section(file, words[1], int(words[2], 16), 1 << int(words[-1].removeprefix("2**"))))
    return found


def _spread(of: list[Section], draw: random.Random) -> Iterator[str]:
    small = [one for one in of if one.alignment < PAGE]
    for one in draw.sample(small, len(small)):
        yield f". += {LINE * draw.randrange(GAP_LINES)}; {one.statement}"
    pages = [one for one in of if one.alignment >= PAGE]
    yield from (one.statement for one in draw.sample(pages, len(pages)))


def _within_a_page(of: list[Section], draw: random.Random) -> Iterator[str]:
    """Each part at the beginning of a cache line, somewhere in the page that path_begin begins."""
    lengths = {one: -(-one.size // LINE) for one in of}
    order = draw.sample(of, len(of))
    at = 0
    for gap, one in zip(divided(PAGE // LINE - sum(lengths.values()), len(of), draw), order):
        at += gap
        yield f". = path_begin + {at * LINE}; {one.statement}"
        at += lengths[one]


class _Script:
    """A template and the sections that no statement has taken yet."""

    def __init__(self, of: list[Section], draw: random.Random) -> None:
        self.left, self.draw = of, draw

    def _take(self, patterns: list[str]) -> list[Section]:
        taken = [one for one in self.left if any(fnmatch.fnmatchcase(one.name, pattern) for pattern in patterns)]
        self.left = [one for one in self.left if one not in taken]
        return taken

    def statement(self, match: re.Match[str]) -> str:
        """The sections it takes one by one, then the statement itself, for what the linker makes or merges."""
        patterns = match[1].split()
        taken = [one for one in self._take(patterns) if not one.name.startswith(MERGED_STRINGS)]
        if not patterns[0].startswith(MOVED) or patterns[0].startswith(STAYS):
            return match[0]
        place = _within_a_page if patterns[0].startswith(PATH) else _spread
        return "\n".join([*place(taken, self.draw), match[0]])

    def boundary(self, match: re.Match[str]) -> str:
        return f"{match[0]} . += {PAGE * self.draw.randrange(TLB_SETS)};"


def script(template: str, of: list[Section], draw: random.Random) -> str:
    writer = _Script(of, draw)
    text = STATEMENT.sub(writer.statement, PADDING_BY_HAND.sub("", template))
    # The last one ends the image, and what the loader puts behind it is not the image's.
    return PAGE_BOUNDARY.sub(writer.boundary, text, count=len(PAGE_BOUNDARY.findall(text)) - 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layout", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--template", type=Path, help="the linker script of layout 0; without it: placement.h")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("objects", nargs="*", help="what the linker links, as its command line names it")
    return parser.parse_args()


def main() -> None:
    given = _arguments()
    if given.template is None:
        text = header(given.seed, given.layout)
    else:
        draw = source(given.seed, given.layout, given.template.name)
        text = script(given.template.read_text(), sections(given.objects), draw)
    given.out.write_text(text)


if __name__ == "__main__":
    main()
