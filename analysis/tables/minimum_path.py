# SPDX-License-Identifier: BSD-2-Clause
"""Where do the cycles of a short IPC go? Every step of the traced round trip, one way, for each variant that was
traced.

client, call, server and reply are the four parts of the round trip; one way is half of their sum.
"""

from analysis import observations, statistics, steps
from analysis.records import Campaign
from analysis.tables.table import Row, context

TRACED_CASE = "two-large-large-8-warm"


def of_variant(campaign: Campaign, variant: str) -> list[Row]:
    """A variant without a trace has no rows."""
    path = campaign.trace(variant)
    if path is None:
        return []
    case = campaign.records[variant]
    traced = list(steps.rows(path.read_text()))
    total = sum(row.cycles for row in traced)
    seen = next(one for one in observations.of(case) if one.line["case"] == TRACED_CASE)
    about = {"variant": variant, "case": TRACED_CASE, **context(seen)}
    return [{**about, **_row(place, cost, total)} for place, cost in enumerate(steps.costs(traced), start=1)]


def _side(cost: steps.Cost) -> str:
    if cost.step in (steps.ENTER, steps.LEAVE):
        return "processor"
    return "user" if cost.user else "kernel"


def _row(place: int, cost: steps.Cost, total: int) -> Row:
    half = statistics.one_way
    return {
        "place": place,
        "side": _side(cost),
        "step": cost.step,
        "one_way_cycles": half(cost.cycles),
        "one_way_percent": statistics.percent(cost.cycles, total),
        **{f"{part}_cycles": cost.by_segment[part] for part in dict.fromkeys(steps.SEGMENTS)},
        "one_way_instructions": half(cost.instructions),
        "one_way_tlb_misses": half(cost.tlb_misses),
        "one_way_cache_misses": half(cost.cache_misses),
        **{f"one_way_{cause}_cycles": half(cycles) for cause, cycles in cost.by_cause.items()},
    }


def rows(campaign: Campaign) -> list[Row]:
    return [row for variant in campaign.records for row in of_variant(campaign, variant)]
