# SPDX-License-Identifier: BSD-2-Clause
"""Does a short IPC cost more the more threads there are: with timeouts running, ready to run, or merely existing?

others: how many there are besides the client and the server. receive: `finite` if the client's own receive has a timeout.
"""

from analysis import observations
from analysis.records import Campaign
from analysis.tables.table import Row, context, costs

BENCHMARKS = ("timeouts", "ready_queue", "existing_threads")
FINITE = "finite"


def rows(campaign: Campaign) -> list[Row]:
    found = []
    for record in campaign.further:
        if record.run["benchmark"] not in BENCHMARKS:
            continue
        for seen in observations.of(record):
            if seen.timed:
                receive = FINITE if str(seen.line["case"]).startswith(FINITE) else "endless"
                who = {"variant": seen.variant, "benchmark": seen.benchmark, "case": seen.line["case"]}
                crowd = {"others": seen.parameters["others"], "receive": receive}
                found.append({**who, **context(seen), **crowd, **costs(seen)})
    return found
