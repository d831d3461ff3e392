# SPDX-License-Identifier: BSD-2-Clause
"""What does a technique cost or save, and through what? Differences of one way between pairs of variants that
differ in one axis.

removed: a variant without the technique minus the one that has it. added: the baseline minus the baseline with the
technique. In both, a positive difference is what the technique saves, a negative one what it costs.
"""

from collections.abc import Iterator

from analysis import observations, statistics
from analysis.observations import Observation
from analysis.records import Campaign
from analysis.tables.table import Row, context

AXES = ("message", "queue", "handoff", "transfer", "space")
COUNTS = ("instructions", "tlb_misses", "cache_misses", "cr3_loads")


def pairs() -> Iterator[tuple[str, str, str, str]]:
    """(how, axis, variant with the technique, variant without it)."""
    for axis in AXES[:-1]:
        yield "removed", axis, "liedtke93", f"liedtke93-no-{axis}"
    yield "removed", "space", "liedtke", "liedtke93"
    for axis in AXES:
        yield "added", axis, f"baseline-plus-{axis}", "baseline"


def difference(with_it: Observation, without_it: Observation) -> Row:
    """What the technique saves one way: cycles, counts, and cycles by cause; `work` is what no stall explains."""
    cycles = (without_it.cycles or 0.0) - (with_it.cycles or 0.0)
    stalls = {cause: without_it.stall(cause) - with_it.stall(cause) for cause in with_it.causes}
    return {
        "one_way_cycles_with": with_it.cycles,
        "one_way_cycles_without": without_it.cycles,
        "one_way_saved_cycles": cycles,
        "one_way_saved_percent": statistics.percent(cycles, with_it.cycles or 1.0),
        **{f"one_way_saved_{key}": (without_it.count(key) or 0.0) - (with_it.count(key) or 0.0) for key in COUNTS},
        "one_way_saved_work_cycles": cycles - sum(stalls.values()),
        **{f"one_way_saved_{cause}_cycles": saved for cause, saved in stalls.items()},
    }


def rows(campaign: Campaign) -> list[Row]:
    """Every warm case of two tasks that both variants of a pair have; pairs that the campaign lacks are left out."""
    found = []
    for how, axis, name_with, name_without in pairs():
        if not {name_with, name_without} <= set(campaign.records):
            continue
        others = {seen.line["case"]: seen for seen in observations.select(campaign, name_without)}
        for seen in observations.select(campaign, name_with, temperature="warm", tasks="two"):
            other = others.get(seen.line["case"])
            if other is not None:
                who = {"how": how, "technique": axis, "variant_with": name_with, "variant_without": name_without}
                found.append({**who, "case": seen.line["case"], **context(seen), **difference(seen, other)})
    return found
