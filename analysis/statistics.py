# SPDX-License-Identifier: BSD-2-Clause
"""Which formulas turn samples into figures? All of them, and nothing else.

A sample is one round trip, from user to user. Words: a sample is *disturbed* if an interrupt fell into it (its
ticks are not 0).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

# The settled end of a case: if this many last undisturbed samples are equal, the case has settled.
SETTLED_SAMPLES = 4
# Reading the clock costs the guest the same few instructions in every steady sample. A write buffer that is still draining
# may move it by the cycles of one bus write, 8 at most. And what the region fills may push out a line that a reading needs,
# wherever a layout places the two: one fill from main memory, at most 8 + 3 * 4 cycles on the boards, falls on one side of
# the region in some samples and on the other in the rest.
CLOCK_BOUND_CYCLES = 8 + 20


@dataclass(frozen=True)
class Settled:
    """The sample that stands for a case: counts are taken from the same sample, so that they belong together.

    low and high are the extremes of the samples it was chosen from, n of them; settled says if the last ones are equal.
    """

    index: int
    value: int
    low: int
    high: int
    settled: bool
    n: int


def undisturbed(ticks: Sequence[int]) -> list[int]:
    """The indexes of the samples without ticks, or of all samples if there is none."""
    quiet = [index for index, count in enumerate(ticks) if count == 0]
    return quiet or list(range(len(ticks)))


def settle(values: Sequence[int], ticks: Sequence[int]) -> Settled:
    """The low median of the undisturbed samples, and the last sample that has this value."""
    chosen = undisturbed(ticks)
    pool = [values[index] for index in chosen]
    middle = median_low(pool)
    index = max(index for index in chosen if values[index] == middle)
    return Settled(index, middle, min(pool), max(pool), len(set(pool[-SETTLED_SAMPLES:])) == 1, len(pool))


def one_way(round_trip: int) -> float:
    """One way = round trip / 2: the definition of the 1993 paper (10,000 ping-pongs, total time / 20,000)."""
    return float(Fraction(round_trip, 2))


def per_operation(sample: int, operations: int) -> float:
    """A sample that holds several equal operations, spread evenly over them."""
    return float(Fraction(sample, operations))


def microseconds(cycles: float, clock_mhz: float) -> float:
    return cycles / clock_mhz


def percent(change: float, of: float) -> float:
    return 100.0 * change / of


def mean(values: Sequence[float]) -> float:
    return float(sum(Fraction(value) for value in values) / len(values))


def steady(values: Sequence[int], ticks: Sequence[int], starts: Sequence[int]) -> list[int]:
    """The settled samples whose ways from the last sample and to the next were settled, too, by the model's
    account alone.

    starts: model time at each START. The clock is read between two samples, so what disturbs that way (a tick,
    cold code at the beginning, cold caches after a tick) changes the guest's value and not the model's.
    """
    settled = settle(values, ticks).value
    ways = [after - before - value for before, after, value in zip(starts, starts[1:], values)]
    calm = [index for index in undisturbed(ticks) if values[index] == settled and 0 < index < len(ways)]
    usual = median_low(ways[index] for index in calm) if calm else 0
    return [index for index in calm if ways[index - 1] == ways[index] == usual]


@dataclass(frozen=True)
class Clocks:
    """The guest's clock against the model's markers: the smallest and the largest cost of reading the clock, in cycles.

    agree: they saw the same region, but for a constant. Without steady samples nothing says that the cost is constant:
    then it must only be a cost.
    """

    low: int
    high: int
    agree: bool


def compare_clocks(
    guest: Sequence[int],
    values: Sequence[int],
    ticks: Sequence[int],
    starts: Sequence[int],
) -> Clocks:
    """Over the steady samples, or over all if none is steady."""
    indexes = steady(values, ticks, starts)
    offsets = [guest[index] - values[index] for index in indexes or range(len(values))]
    low, high = min(offsets), max(offsets)
    return Clocks(low, high, low >= 0 and (not indexes or high - low <= CLOCK_BOUND_CYCLES))
