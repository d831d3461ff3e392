# SPDX-License-Identifier: BSD-2-Clause
"""On which step of the short path does a technique save or cost? Differences of the traced cycles by step, one way."""

from analysis.records import Campaign
from analysis.tables import ablation, minimum_path
from analysis.tables.table import Row

ABOUT = (
    "case",
    "machine",
    "board",
    "model",
    "unit",
    "clock_mhz",
    "tasks",
    "client_space",
    "server_space",
    "temperature",
    "warmups",
    "n",
    "bytes",
)
SAVED = ("one_way_cycles", "one_way_instructions", "one_way_tlb_misses", "one_way_cache_misses")


def _difference(with_it: dict[str, Row], without_it: dict[str, Row]) -> list[Row]:
    """One row for each step that either variant has."""
    found = []
    for step in dict.fromkeys([*with_it, *without_it]):
        one, other = with_it.get(step, {}), without_it.get(step, {})
        cycles = {
            "one_way_cycles_with": one.get("one_way_cycles", 0.0),
            "one_way_cycles_without": other.get("one_way_cycles", 0.0),
        }
        saved = {key.replace("one_way_", "one_way_saved_"): other.get(key, 0.0) - one.get(key, 0.0) for key in SAVED}
        found.append({"step": step, **cycles, **saved})
    return found


def _by_step(rows: list[Row]) -> dict[str, Row]:
    return {f"{row['side']}: {row['step']}": row for row in rows}


def rows(campaign: Campaign) -> list[Row]:
    found = []
    for how, axis, name_with, name_without in ablation.pairs():
        if not {name_with, name_without} <= set(campaign.records):
            continue
        one, other = (minimum_path.of_variant(campaign, name) for name in (name_with, name_without))
        if not one or not other:
            continue
        who = {"how": how, "technique": axis, "variant_with": name_with, "variant_without": name_without}
        about = {key: one[0][key] for key in ABOUT}
        found += [{**who, **about, **row} for row in _difference(_by_step(one), _by_step(other))]
    return found
