# SPDX-License-Identifier: BSD-2-Clause
"""Which tables are there? Name -> the module whose `rows(campaign)` fills results/tables/NAME.csv."""

from analysis.records import Campaign
from analysis.tables import (
    ablation,
    ablation_steps,
    comparison,
    growth,
    kernel_stack,
    lazy_scheduling,
    message_length,
    minimum_path,
    samples,
    small_spaces,
    suite,
    tlb_misses,
    working_set,
)
from analysis.tables.table import render

TABLES = {
    "message_length": message_length.rows,
    "ablation": ablation.rows,
    "ablation_steps": ablation_steps.rows,
    "minimum_path": minimum_path.rows,
    "tlb_misses": tlb_misses.rows,
    "small_spaces": small_spaces.rows,
    "lazy_scheduling": lazy_scheduling.rows,
    "kernel_stack": kernel_stack.rows,
    "comparison": comparison.rows,
    "samples": samples.rows,
    "suite": suite.rows,
    "working_set": working_set.rows,
    "growth": growth.rows,
}


def tables(campaign: Campaign) -> dict[str, str]:
    """The CSV text of every table that this campaign can fill, by file name."""
    filled = {name: rows(campaign) for name, rows in TABLES.items()}
    return {f"{name}.csv": render(rows) for name, rows in filled.items() if rows}
