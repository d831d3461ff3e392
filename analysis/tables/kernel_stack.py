# SPDX-License-Identifier: BSD-2-Clause
"""How much of their kernel stacks have the threads used, at most? Bytes, by the paint that was left untouched."""

from analysis.records import Campaign
from analysis.tables.table import Row


def rows(campaign: Campaign) -> list[Row]:
    found: list[Row] = []
    for variant, record in campaign.records.items():
        notes = record.end["notes"]
        if "kernel_stack_bytes" in notes:
            deepest, size = int(notes["kernel_stack_deepest_bytes"]), int(notes["kernel_stack_bytes"])
            found.append({"variant": variant, "deepest_bytes": deepest, "size_bytes": size, "free_bytes": size - deepest})
    return found
