# SPDX-License-Identifier: BSD-2-Clause
"""How are the cycles of each case distributed over generated layouts? One row for each variant and case."""

from analysis import layouts, observations
from analysis.observations import Observation
from analysis.records import Record
from analysis.tables.table import MODEL_DIGITS, Row


CONDITIONS = ("tasks", "client_space", "server_space", "temperature", "warmups", "bytes")


def _by_case(records: list[Record]) -> dict[tuple[str, str, str], list[Observation]]:
    found: dict[tuple[str, str, str], list[Observation]] = {}
    for record in records:
        for seen in observations.of(record):
            if seen.timed:
                found.setdefault((seen.variant, seen.benchmark, str(seen.line["case"])), []).append(seen)
    return found


def rows(records: list[Record]) -> list[Row]:
    """cycles: one way or for one operation, as `way` says."""
    found = []
    for (variant, benchmark, case), seen in sorted(_by_case(records).items()):
        first = seen[0]
        about: Row = {"variant": variant, "benchmark": benchmark, "case": case, "machine": first.machine, "board": first.board}
        about |= {"model": (first.model_hash or "")[:MODEL_DIGITS], "unit": first.unit, "way": first.way}
        about |= {key: first.line[key] for key in CONDITIONS}
        found.append({**about, **layouts.distribution([one.cycles for one in seen if one.cycles is not None])})
    return found
