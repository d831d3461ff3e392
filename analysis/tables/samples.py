# SPDX-License-Identifier: BSD-2-Clause
"""In which samples does a case cost more than in the others? Every sample in its order: the load case, lazy and eager.

A diagnostic: a trend, a period or steps would say that no single sample stands for the case.
"""

from analysis import observations
from analysis.records import Campaign
from analysis.tables.table import Row, context

VARIANTS = ("liedtke93", "liedtke93-no-queue")


def rows(campaign: Campaign) -> list[Row]:
    found = []
    for variant in [name for name in VARIANTS if name in campaign.records]:
        queue = campaign.records[variant].run["axes"]["queue"]
        for seen in observations.select(campaign, variant, loaded=True):
            about = {"variant": variant, "queue": queue, "case": seen.line["case"], **context(seen)}
            pairs = zip(seen.line["values"], seen.line["counts"]["ticks"], strict=True)
            found += [
                {**about, "sample": index, "round_trip_cycles": value, "ticks": ticks}
                for index, (value, ticks) in enumerate(pairs)
            ]
    return found
