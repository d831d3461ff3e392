# SPDX-License-Identifier: BSD-2-Clause
"""Are the effects those of the definitions, for costs that anybody can check by hand?"""

import itertools

import pytest
import synthetic

from analysis import interaction
from analysis.tables import interaction as table
from analysis.tables.ablation import AXES

NAMES = ("a", "b", "c")
# a saves 10; b saves 4, and 6 more where a is there, too; c saves nothing.
COSTS = {
    techniques: 100.0 - 10 * ("a" in techniques) - 4 * ("b" in techniques) - 6 * ({"a", "b"} <= techniques)
    for techniques in interaction.subsets(NAMES)
}


def test_main_effects_are_averages() -> None:
    assert [interaction.main_effect(COSTS, NAMES, name) for name in NAMES] == [13.0, 7.0, 0.0]


def test_pairs_reinforce() -> None:
    assert interaction.pair_effect(COSTS, NAMES, "a", "b") == interaction.pair_effect(COSTS, NAMES, "b", "a") == 6.0
    assert interaction.pair_effect(COSTS, NAMES, "a", "c") == 0.0


def test_shapley_values_split_an_interaction_and_sum_to_the_whole() -> None:
    assert [interaction.shapley(COSTS, NAMES, name) for name in NAMES] == pytest.approx([13.0, 7.0, 0.0])
    odd = {techniques: float(hash_of(techniques)) for techniques in interaction.subsets(AXES)}
    whole = odd[frozenset()] - odd[frozenset(AXES)]
    assert sum(interaction.shapley(odd, AXES, axis) for axis in AXES) == pytest.approx(whole)


def hash_of(techniques: frozenset[str]) -> int:
    """Any numbers without a pattern."""
    return sum(ord(name[0]) ** 2 for name in techniques) * 7919 % 1009


def shapley_by_orders(cost: dict[frozenset[str], float], name: str) -> float:
    gains = []
    for order in itertools.permutations(AXES):
        before = frozenset(order[: order.index(name)])
        gains.append(cost[before] - cost[before | {name}])
    return sum(gains) / len(gains)


def test_shapley_is_the_mean_over_all_orders() -> None:
    odd = {techniques: float(hash_of(techniques)) for techniques in interaction.subsets(AXES)}
    for axis in AXES:
        assert interaction.shapley(odd, AXES, axis) == pytest.approx(shapley_by_orders(odd, axis))


def test_table_of_additive_techniques() -> None:
    rows = table.rows(synthetic.combinations())
    at_8 = {(row["effect"], row["technique"], row["other"]): row["one_way_saved_cycles"] for row in rows if row["bytes"] == 8}
    assert len(at_8) == 5 + 5 + 10
    assert (at_8["main", "queue", ""], at_8["shapley", "handoff", ""], at_8["pair", "message", "queue"]) == (30, 40, 0)
    of_4096 = {row["technique"]: row["one_way_saved_cycles"] for row in rows if (row["bytes"], row["effect"]) == (4096, "main")}
    assert of_4096["transfer"] == 256


def test_a_missing_combination_gives_no_row() -> None:
    campaign = synthetic.combinations()
    campaign.records.popitem()
    assert table.rows(campaign) == []
