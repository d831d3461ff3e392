# SPDX-License-Identifier: BSD-2-Clause
"""How large are cache and TLB, judged by nothing but the time that dependent loads take?

Rings of pointers of growing size or distance. The code of the loop lies in the same cache and TLB: a ring that fills
them exactly loses a few entries to it, so sizes are powers of two and a ring fits while most of its loads are cheap.
"""

from dataclasses import dataclass

from loops import BUFFER, KIB, LOOP_CONTROL, UNROLLED, follow, passes_twice_round, ring
from probe import Probe

from analysis.validation import Structure, first_flat, largest_cheap, per_pass

# One set, and one that lies half the sets away: the loop's own lines can be in one of them only.
PLACES = (BUFFER, BUFFER + KIB)
CACHE_BYTES, PAGE_BYTES = 8 * KIB, 4 * KIB
SAME_COST = 0.05
MOST, NEARLY_ALL = 0.5, 0.1


@dataclass(frozen=True)
class Sizes:
    """What is documented for data, and what DEC and JNZ cost between two dependent loads, the interlock they save taken off."""

    line_bytes: int
    ways: int
    tlb_entries: int
    loop_control: int
    source: str
    tlb_source: str


I486_SIZES = Sizes(16, 4, 32, LOOP_CONTROL, "AP500", "486 data sheet, recalled")
# DEC joins the last load, JNZ takes a clock, and the first load has no interlock.
PENTIUM_SIZES = Sizes(32, 2, 64, 0 + 1 - 1, "DM97", "DM97")


@dataclass(frozen=True)
class Ring:
    structure: str
    candidate: int
    loads: int
    stride: int
    loop_control: int
    base: int = BUFFER

    def probes(self) -> list[Probe]:
        setup = ring(self.loads * self.stride, self.stride, self.base)
        return [
            Probe(self.name(passes), follow(), 0, setup=setup.replace("{n}", str(passes))) for passes in self.passes()
        ]

    def passes(self) -> tuple[int, int]:
        twice = passes_twice_round(self.loads * self.stride, self.stride)
        return twice, 2 * twice

    def name(self, passes: int) -> str:
        return f"{self.structure} {self.candidate} at {self.base:x} {passes}"

    def cost(self, counts: dict[str, int]) -> float:
        low, high = ((passes, counts[self.name(passes)]) for passes in self.passes())
        return round(per_pass(low, high, UNROLLED, self.loop_control), 3)


def rings(of: Sizes) -> dict[str, list[Ring]]:
    """Ways: addresses a cache apart share a set. TLB: pages, each load in another set of the cache."""
    size, line, ways, tlb = "cache size, bytes", "cache line, bytes", "cache ways", "TLB entries"
    control, step = of.loop_control, of.line_bytes
    return {
        size: [Ring(size, kib * KIB, kib * KIB // step, step, control) for kib in (1, 2, 4, 8, 16, 32)],
        line: [Ring(line, stride, 64 * KIB // stride, stride, control) for stride in (4, 8, 16, 32, 64)],
        ways: [Ring(ways, count, count, CACHE_BYTES, control, base) for count in range(1, 9) for base in PLACES],
        tlb: [Ring(tlb, pages, pages, PAGE_BYTES + step, control) for pages in (4, 8, 16, 32, 64, 128)],
    }


def probes(of: Sizes = I486_SIZES) -> list[Probe]:
    return [probe for group in rings(of).values() for one in group for probe in one.probes()]


def structures(counts: dict[str, int], of: Sizes = I486_SIZES) -> list[Structure]:
    points: dict[str, tuple[tuple[int, float], ...]] = {}
    for name, group in rings(of).items():
        cheapest: dict[int, float] = {}
        for one in group:
            cost = one.cost(counts)
            cheapest[one.candidate] = min(cost, cheapest.get(one.candidate, cost))
        points[name] = tuple(cheapest.items())
    size, line, ways, tlb = points
    return [
        Structure(size, CACHE_BYTES, largest_cheap(points[size], MOST), of.source, points[size]),
        Structure(line, of.line_bytes, first_flat(points[line], SAME_COST), of.source, points[line]),
        Structure(ways, of.ways, largest_cheap(points[ways], NEARLY_ALL), of.source, points[ways]),
        Structure(tlb, of.tlb_entries, largest_cheap(points[tlb], MOST), of.tlb_source, points[tlb]),
    ]
