# SPDX-License-Identifier: BSD-2-Clause
"""What does lazy scheduling defer, and to where? The load case: many ready and sleeping threads, the timer ticking.

The ordinary trip is the median one; whatever the mean exceeds it by is paid in the few trips in which the
dispatcher runs (a tick, a yield), where lazy scheduling meets the blocked threads it left queued.
"""

from analysis import observations, statistics
from analysis.observations import Observation
from analysis.records import Campaign
from analysis.tables.table import Row, context


def _row(seen: Observation) -> Row:
    chosen, values, ticks = seen.chosen, seen.line["values"], seen.line["counts"]["ticks"]
    assert chosen is not None
    mean = statistics.mean(values) / 2
    ticked = [value for value, count in zip(values, ticks) if count]
    ordinary = statistics.one_way(chosen.value)
    return {
        "samples": len(values),
        "one_way_median_cycles": ordinary,
        "one_way_mean_cycles": mean,
        "one_way_deferred_cycles": mean - ordinary,
        "one_way_largest_cycles": statistics.one_way(max(values)),
        "samples_with_ticks": len(ticked),
        "one_way_mean_with_ticks_cycles": statistics.mean(ticked) / 2 if ticked else None,
        "ticks": seen.ticks,
    }


def rows(campaign: Campaign) -> list[Row]:
    found = []
    for variant in campaign.records:
        queue = campaign.records[variant].run["axes"]["queue"]
        for seen in observations.select(campaign, variant, loaded=True):
            found.append({"variant": variant, "queue": queue, "case": seen.line["case"], **context(seen), **_row(seen)})
    return found
