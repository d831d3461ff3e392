# SPDX-License-Identifier: BSD-2-Clause
"""How do the techniques interact at each message length? Main effects, pairs and Shapley values (analysis/interaction.py).

Both tasks are large, so that every combination has the case; the technique `space` then only costs. Positive: saves.
"""

from collections.abc import Iterator

from analysis import interaction, observations
from analysis.interaction import Techniques
from analysis.observations import Observation
from analysis.records import Campaign
from analysis.tables.ablation import AXES
from analysis.tables.table import Row, context
from variants import select

EVERY = "liedtke"


def present(axes: dict[str, str]) -> Techniques:
    """The axes on which this selection has the technique of the variant that has every one."""
    with_it = select.resolve(EVERY, [])[2]
    return frozenset(axis for axis in AXES if axes[axis] == with_it[axis])


def by_length(campaign: Campaign) -> dict[int, dict[Techniques, Observation]]:
    """Bytes -> techniques -> the warm case of two large tasks."""
    found: dict[int, dict[Techniques, Observation]] = {}
    for variant, record in campaign.records.items():
        warm = observations.select(
            campaign, variant, tasks="two", client_space="large", server_space="large", temperature="warm"
        )
        for seen in warm:
            found.setdefault(int(seen.line["bytes"]), {})[present(record.run["axes"])] = seen
    return found


def _effects(cycles: dict[Techniques, float]) -> Iterator[Row]:
    for axis in AXES:
        yield {"effect": "main", "technique": axis, "other": "", "saved": interaction.main_effect(cycles, AXES, axis)}
        yield {"effect": "shapley", "technique": axis, "other": "", "saved": interaction.shapley(cycles, AXES, axis)}
    for one in AXES:
        for other in AXES[AXES.index(one) + 1 :]:
            effect = interaction.pair_effect(cycles, AXES, one, other)
            yield {"effect": "pair", "technique": one, "other": other, "saved": effect}


def rows(campaign: Campaign) -> list[Row]:
    """Only for lengths that all 32 combinations have."""
    found = []
    for _, seen in sorted(by_length(campaign).items()):
        if len(seen) < 2 ** len(AXES):
            continue
        cycles = {techniques: one.cycles or 0.0 for techniques, one in seen.items()}
        none = cycles[frozenset()]
        for effect in _effects(cycles):
            saved = effect.pop("saved")
            about = context(seen[frozenset()])
            found.append({**effect, **about, "one_way_saved_cycles": saved, "percent_of_baseline": 100 * saved / none})
    return found
