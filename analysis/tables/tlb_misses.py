# SPDX-License-Identifier: BSD-2-Clause
"""Which pages miss in the TLB on a short IPC, at which step? One row per miss of the traced round trip."""

from analysis import observations, steps
from analysis.records import Campaign
from analysis.tables.minimum_path import TRACED_CASE
from analysis.tables.table import Row, context

PAGE_MASK = ~0xFFF


def of_variant(campaign: Campaign, variant: str) -> list[Row]:
    path = campaign.trace(variant)
    if path is None:
        return []
    seen = next(one for one in observations.of(campaign.records[variant]) if one.line["case"] == TRACED_CASE)
    about = {"variant": variant, "case": TRACED_CASE, **context(seen)}
    found: list[Row] = []
    for row in steps.rows(path.read_text()):
        for (page, kind), held in zip(row.tlb_misses, row.pages):
            miss = {
                "part": steps.SEGMENTS[row.segment],
                "step": row.step,
                "page": f"{page & PAGE_MASK:08X}",
                "holds": held,
                "access": kind,
            }
            found.append({**about, "round_trip_place": len(found) + 1, **miss, "instruction": row.text})
    return found


def rows(campaign: Campaign) -> list[Row]:
    return [row for variant in campaign.records for row in of_variant(campaign, variant)]
