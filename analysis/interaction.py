# SPDX-License-Identifier: BSD-2-Clause
"""What is each technique's own, if all are combined with all? Effects over the 32 combinations of a message length.

cycles[S] is the cost with the techniques of S. main: what a technique saves on average over all combinations of the
others. pair: by how much more it saves where the other is there, too (above 0: they reinforce each other; below: each
does part of the other's work). shapley: its share of what all five save together, averaged over every order of adding
them, so that the shares sum to the whole (Shapley 1953).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import factorial

from analysis.statistics import mean

Techniques = frozenset[str]
Cycles = Mapping[Techniques, float]


def subsets(of: Iterable[str]) -> list[Techniques]:
    listed = list(of)
    return [frozenset(chosen) for size in range(len(listed) + 1) for chosen in combinations(listed, size)]


def saved(cycles: Cycles, technique: str, beside: Techniques) -> float:
    """By one technique where those of `beside` are there already."""
    return cycles[beside] - cycles[beside | {technique}]


def main_effect(cycles: Cycles, techniques: Sequence[str], technique: str) -> float:
    others = [one for one in techniques if one != technique]
    return mean([saved(cycles, technique, beside) for beside in subsets(others)])


def pair_effect(cycles: Cycles, techniques: Sequence[str], one: str, other: str) -> float:
    """Symmetric in the two."""
    rest = subsets(name for name in techniques if name not in (one, other))
    return mean([saved(cycles, one, beside | {other}) - saved(cycles, one, beside) for beside in rest])


def shapley(cycles: Cycles, techniques: Sequence[str], technique: str) -> float:
    n = len(techniques)
    total = 0.0
    for beside in subsets(one for one in techniques if one != technique):
        orders = factorial(len(beside)) * factorial(n - len(beside) - 1)
        total += orders * saved(cycles, technique, beside)
    return total / factorial(n)
