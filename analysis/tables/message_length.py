# SPDX-License-Identifier: BSD-2-Clause
"""How does the time of one IPC grow with the message? Every variant, two tasks and one, client and server large,
warm and cold.
"""

from analysis import observations
from analysis.records import Campaign
from analysis.tables.table import Row, context, costs


def rows(campaign: Campaign) -> list[Row]:
    found = []
    for variant in campaign.records:
        for seen in observations.select(campaign, variant, client_space="large", server_space="large"):
            result = seen.result()
            extremes = {f"{end}_one_way_cycles": result[f"{end}_cycles"] for end in ("low", "high")}
            spread = {"settled": result["settled"], **extremes, "ticks": result["ticks"]}
            found.append({"variant": variant, "case": seen.line["case"], **context(seen), **costs(seen), **spread})
    return found
