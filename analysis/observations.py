# SPDX-License-Identifier: BSD-2-Clause
"""What does one case of a record come to? Everything one way, or for one operation where a sample is not a round trip,
from the sample that stands for the case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis import statistics
from analysis.records import Campaign, Line, Record

# Said wherever these figures are printed.
DEFINITION = "one way = round trip / 2"
ROUND_TRIP = "round_trip"
RESULT_KEYS = (
    "variant",
    "benchmark",
    "case",
    "machine",
    "board",
    "unit",
    "tasks",
    "client_space",
    "server_space",
    "bytes",
    "parameters",
    "temperature",
    "way",
    "operations",
    "one_way_cycles",
    "one_way_instructions",
    "one_way_kernel_cycles",
    "operation_cycles",
    "operation_instructions",
    "operation_kernel_cycles",
    "tlb_misses",
    "cache_misses",
    "cr3_loads",
    "n",
    "warmups",
    "ticks",
    "settled",
    "low_cycles",
    "high_cycles",
)


@dataclass(frozen=True)
class Observation:
    """A case of a record; counts and cycles are those of one sample, divided by what the sample holds (`share`)."""

    record: Record
    line: Line

    def __getattr__(self, name: str) -> Any:
        """The case's own facts (bytes, tasks, ...) and the run's (variant, machine, ...)."""
        for source in (self.line, self.record.run):
            if name in source:
                return source[name]
        raise AttributeError(name)

    @property
    def loaded(self) -> bool:
        """True for a case among many ready and sleeping threads, which belongs in a table of its own."""
        return str(self.line["case"]).endswith("-load")

    @property
    def timed(self) -> bool:
        return self.line["values"] is not None

    @property
    def chosen(self) -> statistics.Settled | None:
        """The sample that stands for the case: by cycles, or by instructions where nothing tells cycles."""
        counts = self.line["counts"]
        if counts is None:
            return None
        return statistics.settle(self.line["values"] or counts["instructions"], counts["ticks"])

    @property
    def way(self) -> str:
        """Of what the figures are: `one way` of a round trip, or one `operation`."""
        return "one way" if self.line["metric"] == ROUND_TRIP else "operation"

    @property
    def operations(self) -> int:
        """In one sample; 1 unless the case says so."""
        return int(self.line.get("operations", 1))

    @property
    def parameters(self) -> dict[str, int]:
        return dict(self.line.get("parameters", {}))

    def share(self, value: int) -> float:
        """What of a sample's value belongs to one way or one operation."""
        if self.line["metric"] == ROUND_TRIP:
            return statistics.one_way(value)
        return statistics.per_operation(value, self.operations)

    def count(self, key: str) -> float | None:
        """A count one way or by operation, or None where the machine does not count it."""
        chosen = self.chosen
        series = self.line["counts"][key] if chosen else None
        return self.share(series[chosen.index]) if chosen and series else None

    @property
    def cycles(self) -> float | None:
        return self.share(self.chosen.value) if self.timed and self.chosen else None

    def stall(self, cause: str) -> float:
        """Stall cycles of one cause, one way or by operation."""
        assert self.chosen is not None
        return self.share(self.line["counts"]["stalls"][cause][self.chosen.index])

    @property
    def causes(self) -> list[str]:
        return list(self.line["counts"]["stalls"] or []) if self.line["counts"] else []

    @property
    def ticks(self) -> int | None:
        return sum(self.line["counts"]["ticks"]) if self.line["counts"] else None

    def result(self) -> dict[str, Any]:
        """The row of `run --json`; cycles are null on a machine without a clock."""
        chosen = self.chosen
        spread = (self.share(chosen.low), self.share(chosen.high)) if self.timed and chosen else (None, None)
        figures = {
            "cycles": self.cycles,
            "instructions": self.count("instructions"),
            "kernel_cycles": self.count("kernel_cycles"),
        }
        values = {
            **{f"{way}_{key}": None for way in ("one_way", "operation") for key in figures},
            **{f"{self.way.replace(' ', '_')}_{key}": value for key, value in figures.items()},
            **{key: self.count(key) for key in ("tlb_misses", "cache_misses", "cr3_loads")},
            "n": chosen.n if chosen else None,
            "ticks": self.ticks,
            "settled": chosen.settled if chosen else None,
            "low_cycles": spread[0],
            "high_cycles": spread[1],
        }
        return {key: values[key] if key in values else getattr(self, key) for key in RESULT_KEYS}


def of(record: Record) -> list[Observation]:
    return [Observation(record, line) for line in record.samples]


def select(campaign: Campaign, variant: str, loaded: bool = False, **facts: Any) -> Iterator[Observation]:
    """The timed cases of a variant with these facts, smallest message first."""
    found = [seen for seen in of(campaign.records[variant]) if seen.timed and seen.loaded == loaded]
    matching = [seen for seen in found if all(getattr(seen, key) == value for key, value in facts.items())]
    yield from sorted(matching, key=lambda seen: int(seen.line["bytes"]))
