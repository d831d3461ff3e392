# SPDX-License-Identifier: BSD-2-Clause
"""How do our modelled values stand beside the published ones? A comparison with other kernels on real machines,
never a test.

published: the literature's value in cycles at 50 MHz; `recalled` marks one that was not read again in its source.
"""

from analysis import observations, published, statistics
from analysis.records import Campaign
from analysis.tables.table import Row, clock_mhz, context


# Of which processor the published values are, at the clock that makes cycles of their microseconds.
MACHINE, CLOCK_MHZ = "i486", 50


def _published() -> list[tuple[published.Figure, int, float]]:
    """(figure, message bytes, cycles) of everything that is a cost of one way."""
    lengths = [one for one in published.load("message_length") if one.unit == "microseconds"]
    paths = [one for one in published.load("minimum_path") if one.quantity == "one_way_cycles"]
    return [(one, int(one.bytes), one.value * CLOCK_MHZ) for one in lengths] + [
        (one, int(one.bytes), one.value) for one in paths
    ]


def rows(campaign: Campaign) -> list[Row]:
    found = []
    for variant in ("liedtke93", "baseline"):
        if variant not in campaign.records or campaign.records[variant].run["machine"] != MACHINE:
            continue
        warm = observations.select(
            campaign, variant, tasks="two", client_space="large", server_space="large", temperature="warm"
        )
        ours = {seen.line["bytes"]: seen for seen in warm}
        for figure, size, cycles in _published():
            if size in ours:
                seen = ours[size]
                found.append(
                    {
                        "variant": variant,
                        **context(seen),
                        "one_way_cycles": seen.cycles,
                        "one_way_microseconds": statistics.microseconds(seen.cycles or 0.0, clock_mhz(seen)),
                        "published_source": figure.source,
                        "published_system": figure.system,
                        "published_one_way_cycles": cycles,
                        "published_confidence": figure.confidence,
                        "ours_over_published": (seen.cycles or 0.0) / cycles,
                    }
                )
    return found
