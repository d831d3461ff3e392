# SPDX-License-Identifier: BSD-2-Clause
"""What does a call cost a client with many pages, the TLB misses that it brings included? (SOSP 1995, figure 2)

call: one operation with the call minus the same touching of pages without it; in between lies what the call did to the TLB.
"""

from collections.abc import Iterator

from analysis import observations
from analysis.observations import Observation
from analysis.records import Campaign
from analysis.tables.table import Row, context

BENCHMARK, WITHOUT = "working_set", "no-call"


def _touching(seen: Observation) -> bool:
    return str(seen.line["case"]).startswith(WITHOUT)


def _of_record(all_seen: list[Observation]) -> Iterator[Row]:
    alone = {seen.parameters["pages"]: seen for seen in all_seen if _touching(seen)}
    for seen in all_seen:
        pages = seen.parameters["pages"]
        if _touching(seen) or pages not in alone or seen.cycles is None:
            continue
        without = alone[pages]
        misses, before = seen.count("tlb_misses") or 0.0, without.count("tlb_misses") or 0.0
        yield {
            "variant": seen.variant,
            "case": seen.line["case"],
            **context(seen),
            "pages": pages,
            "operation_cycles": seen.cycles,
            "touching_cycles": without.cycles,
            "call_cycles": seen.cycles - (without.cycles or 0.0),
            "call_tlb_misses": misses - before,
        }


def rows(campaign: Campaign) -> list[Row]:
    records = [record for record in campaign.further if record.run["benchmark"] == BENCHMARK]
    return [row for record in records for row in _of_record(observations.of(record))]
