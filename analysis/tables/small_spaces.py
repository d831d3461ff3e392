# SPDX-License-Identifier: BSD-2-Clause
"""When do small spaces pay? `liedtke` (small spaces) and `liedtke93` (page tables) for every pair of client and
server space.

A variant without small spaces runs large tasks only, so its large pair stands beside each of the four.
"""

from analysis import observations, statistics
from analysis.records import Campaign
from analysis.tables.table import Row, context, costs

WITH, WITHOUT = "liedtke", "liedtke93"


def rows(campaign: Campaign) -> list[Row]:
    if not {WITH, WITHOUT} <= set(campaign.records):
        return []
    large = observations.select(
        campaign, WITHOUT, tasks="two", temperature="warm", client_space="large", server_space="large"
    )
    reference = {seen.line["bytes"]: seen.cycles or 0.0 for seen in large}
    found = []
    for seen in observations.select(campaign, WITH, tasks="two", temperature="warm"):
        size = seen.line["bytes"]
        if size not in reference:
            continue
        saved = reference[size] - (seen.cycles or 0.0)
        beside: Row = {
            "one_way_cycles_page_table_large": reference[size],
            "one_way_saved_cycles": saved,
            "one_way_saved_percent": statistics.percent(saved, reference[size]),
        }
        who = {"variant": WITH, "pair": f"{seen.client_space}-{seen.server_space}"}
        found.append({**who, **context(seen), **costs(seen), **beside})
    return found
