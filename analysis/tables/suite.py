# SPDX-License-Identifier: BSD-2-Clause
"""What did every benchmark of a campaign find? One row for each case and figure, of any benchmark, with its definition.

value: the figure one way or for one operation, as `way` says; per_sample: the same in a whole sample, as it was
counted. parameters: what the case varies, by the benchmark's own words. A campaign of pingpong alone has tables of its own.
"""

from collections.abc import Iterator

from analysis import observations
from analysis.observations import Observation
from analysis.records import Campaign
from analysis.tables.table import MODEL_DIGITS, Row

COUNTS = ("instructions", "kernel_cycles", "tlb_misses", "cache_misses", "cr3_loads")
CYCLE_COUNTS = ("kernel_cycles",)


def _parameters(seen: Observation) -> str:
    facts = {key: seen.line[key] for key in ("tasks", "client_space", "server_space", "bytes")}
    named = {**{key: value for key, value in facts.items() if value is not None}, **seen.parameters}
    return " ".join(f"{key}={value}" for key, value in named.items())


def _figures(seen: Observation) -> Iterator[Row]:
    """(metric, unit, value, per_sample) of a case, from the sample that stands for it."""
    chosen, counts = seen.chosen, seen.line["counts"]
    if chosen is None:
        return
    if seen.timed:
        yield {"metric": "cycles", "unit": seen.unit, "value": seen.cycles, "per_sample": chosen.value}
    for key in COUNTS:
        if counts[key] is not None:
            unit = seen.unit if key in CYCLE_COUNTS else "count"
            yield {"metric": key, "unit": unit, "value": seen.count(key), "per_sample": counts[key][chosen.index]}


def _rows(seen: Observation) -> Iterator[Row]:
    about: Row = {
        "benchmark": seen.benchmark,
        "case": seen.line["case"],
        "variant": seen.variant,
        "machine": seen.machine,
        "board": seen.board,
        "model": (seen.model_hash or "")[:MODEL_DIGITS],
        "parameters": _parameters(seen),
    }
    chosen = seen.chosen
    definition: Row = {
        "way": seen.way,
        "operations": seen.operations,
        "temperature": seen.temperature,
        "warmups": seen.line["warmups"],
        "n": chosen.n if chosen else None,
        "ticks": seen.ticks,
    }
    for figure in _figures(seen):
        yield {**about, **figure, **definition}


def rows(campaign: Campaign) -> list[Row]:
    if not campaign.further:
        return []
    records = [*campaign.further, *campaign.records.values()]
    return [row for record in records for seen in observations.of(record) for row in _rows(seen)]
