# SPDX-License-Identifier: BSD-2-Clause
"""What does one case of a record come to? Everything one way, from the sample that stands for the case."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis import statistics
from analysis.records import Campaign, Line, Record

# Said wherever these figures are printed.
DEFINITION = "one way = round trip / 2"
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
    "temperature",
    "one_way_cycles",
    "one_way_instructions",
    "one_way_kernel_cycles",
    "tlb_misses",
    "cache_misses",
    "cr3_loads",
    "n",
    "warmups",
    "ticks",
    "settled",
    "low_one_way_cycles",
    "high_one_way_cycles",
)


@dataclass(frozen=True)
class Observation:
    """A case of a record; counts and cycles are those of one sample, halved by `one_way`."""

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

    def count(self, key: str) -> float | None:
        """A count one way, or None where the machine does not count it."""
        chosen = self.chosen
        series = self.line["counts"][key] if chosen else None
        return statistics.one_way(series[chosen.index]) if chosen and series else None

    @property
    def cycles(self) -> float | None:
        return statistics.one_way(self.chosen.value) if self.timed and self.chosen else None

    def stall(self, cause: str) -> float:
        """Stall cycles of one cause, one way."""
        assert self.chosen is not None
        return statistics.one_way(self.line["counts"]["stalls"][cause][self.chosen.index])

    @property
    def causes(self) -> list[str]:
        return list(self.line["counts"]["stalls"] or []) if self.line["counts"] else []

    @property
    def ticks(self) -> int | None:
        return sum(self.line["counts"]["ticks"]) if self.line["counts"] else None

    def result(self) -> dict[str, Any]:
        """The row of `run --json`; cycles are null on a machine without a clock."""
        chosen = self.chosen
        spread = (
            (statistics.one_way(chosen.low), statistics.one_way(chosen.high)) if self.timed and chosen else (None, None)
        )
        values = {
            "one_way_cycles": self.cycles,
            "one_way_instructions": self.count("instructions"),
            "one_way_kernel_cycles": self.count("kernel_cycles"),
            **{key: self.count(key) for key in ("tlb_misses", "cache_misses", "cr3_loads")},
            "n": chosen.n if chosen else None,
            "ticks": self.ticks,
            "settled": chosen.settled if chosen else None,
            "low_one_way_cycles": spread[0],
            "high_one_way_cycles": spread[1],
        }
        return {key: values[key] if key in values else getattr(self, key) for key in RESULT_KEYS}


def of(record: Record) -> list[Observation]:
    return [Observation(record, line) for line in record.samples]


def select(campaign: Campaign, variant: str, loaded: bool = False, **facts: Any) -> Iterator[Observation]:
    """The timed cases of a variant with these facts, smallest message first."""
    found = [seen for seen in of(campaign.records[variant]) if seen.timed and seen.loaded == loaded]
    matching = [seen for seen in found if all(getattr(seen, key) == value for key, value in facts.items())]
    yield from sorted(matching, key=lambda seen: int(seen.line["bytes"]))
