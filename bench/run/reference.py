# SPDX-License-Identifier: BSD-2-Clause
"""Is what was made the same as what is committed? Compares folders file by file, byte for byte, and replaces the committed
ones on request.

A machine may have other versions of the emulator and of the drawing tools than the one that made the reference. Then a record
whose numbers are all the same, and a figure, may differ in bytes; that is said and is not a difference of results.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.run.paths import FIGURES, RAW, TABLES, VALIDATION, build_root
from bench.run.storage import write_bytes

GENERATED = (".jsonl", ".steps.tsv", ".csv", ".pdf", ".svg", ".png", "tools.json")
DRAWINGS = (".pdf", ".svg", ".png", "tools.json")
TOOLS = "tools.json"
# What a record says of the tools that ran the image; the image itself and the model are hashed.
TOOL_KEYS = ("qemu", "firmware")
# Tables of the campaigns `suite` and `layouts`, which only a reproduction with --further makes, and the figures drawn from them.
SUITE, LAYOUTS = "suite", "layouts"
FURTHER_FIGURES = ("working_set", "growth", "layouts")
FURTHER_TABLES = ("suite.csv", *(f"{name}.csv" for name in FURTHER_FIGURES))
FURTHER_DRAWINGS = tuple(f"{name}.{kind}" for name in FURTHER_FIGURES for kind in ("pdf", "svg", "png"))
SAME = "same"
OTHER_TOOLS = "other tools"
ALIKE = (SAME, OTHER_TOOLS)


def _without_tools(record: bytes) -> list[str]:
    """A record's lines, the first without the versions of the tools."""
    lines = record.decode().splitlines()
    run = json.loads(lines[0]) if lines else {}
    return [json.dumps({key: value for key, value in run.items() if key not in TOOL_KEYS}), *lines[1:]]


@dataclass(frozen=True)
class Pair:
    """A folder under build/ and the committed one it must equal, but for files that other campaigns make."""

    made: Path
    committed: Path
    of_other_campaigns: tuple[str, ...] = ()

    def _names(self) -> list[str]:
        found = {path.name for folder in (self.made, self.committed) if folder.is_dir() for path in folder.iterdir()}
        return sorted(name for name in found - set(self.of_other_campaigns) if name.endswith(GENERATED))

    def compare(self) -> dict[str, str]:
        """File name -> same, other tools, different, not committed, or not made."""
        return {name: self._verdict(name) for name in self._names()}

    def _verdict(self, name: str) -> str:
        made, committed = self.made / name, self.committed / name
        if not committed.exists():
            return "not committed"
        if not made.exists():
            return "not made"
        if made.read_bytes() == committed.read_bytes():
            return SAME
        return OTHER_TOOLS if self._made_by_other_tools(name) else "different"

    def _made_by_other_tools(self, name: str) -> bool:
        """Are other tool versions all that tells the two files apart, or, for a drawing, the reason why they may differ?"""
        made, committed = self.made / name, self.committed / name
        if name.endswith(DRAWINGS):
            tools = [folder / TOOLS for folder in (self.made, self.committed)]
            return all(path.exists() for path in tools) and tools[0].read_bytes() != tools[1].read_bytes()
        if name.endswith(".jsonl"):
            return _without_tools(made.read_bytes()) == _without_tools(committed.read_bytes())
        return False

    def update(self) -> None:
        """Makes the committed folder equal to the made one."""
        for name, verdict in self.compare().items():
            if verdict == "not made":
                (self.committed / name).unlink()
            elif verdict != SAME:
                write_bytes(self.committed / name, (self.made / name).read_bytes())


# Beside the campaign `default`: the records that only the table of interactions reads, and those of the second processor.
COMBINATIONS, FIRST, SECOND = "combinations", "i486", "pentium"


@dataclass(frozen=True)
class Reference:
    """Everything that a reproduction makes, in the order in which one is made of another; the records by campaign.

    validation: of the models, by machine; empty without --further, which alone runs their probes.
    """

    records: dict[str, Pair]
    tables: list[Pair]
    validation: dict[str, Pair]
    figures: list[Pair]

    @property
    def pairs(self) -> list[Pair]:
        return [*self.records.values(), *self.tables, *self.validation.values(), *self.figures]

    def clear(self) -> None:
        """Removes what an earlier reproduction made, so that nothing old can pass for new."""
        for pair in self.pairs:
            shutil.rmtree(pair.made, ignore_errors=True)


def reference(campaign: str, further: bool) -> Reference:
    """Of a campaign on the first processor; what is of the second lies in folders of its name."""
    made = build_root()
    results, figures = made / "results", made / "figures"
    records = {name: Pair(results / "raw" / name, RAW / name) for name in (campaign, COMBINATIONS, SECOND)}
    tables = Pair(results / "tables", TABLES, () if further else FURTHER_TABLES)
    drawn = Pair(figures, FIGURES, () if further else FURTHER_DRAWINGS)
    second = [Pair(pair.made / SECOND, pair.committed / SECOND) for pair in (tables, drawn)]
    first = Pair(made / "validation", VALIDATION)
    validation = {FIRST: first, SECOND: Pair(first.made / SECOND, first.committed / SECOND)}
    return Reference(records, [tables, second[0]], validation if further else {}, [drawn, second[1]])
