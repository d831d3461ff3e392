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

from bench.run.paths import FIGURES, RAW, TABLES, build_root
from bench.run.storage import write_bytes

GENERATED = (".jsonl", ".steps.tsv", ".csv", ".pdf", ".svg", ".png", "tools.json")
DRAWINGS = (".pdf", ".svg", ".png", "tools.json")
TOOLS = "tools.json"
# What a record says of the tools that ran the image; the image itself and the model are hashed.
TOOL_KEYS = ("qemu", "firmware")
# Tables of the campaigns `suite` and `full_layouts`, which are not part of a reproduction, and the figures drawn from them.
FURTHER_FIGURES = ("working_set", "growth", "layouts")
OF_FURTHER_BENCHMARKS = ("suite.csv", *(f"{name}.csv" for name in FURTHER_FIGURES))
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


COMBINATIONS = "combinations"


def combinations() -> Pair:
    """The records of the campaign that only the table of interactions reads."""
    return Pair(build_root() / "results" / "raw" / COMBINATIONS, RAW / COMBINATIONS)


def pairs(campaign: str) -> list[Pair]:
    """The records of a campaign, then tables, figures, and the records of all combinations."""
    made = build_root()
    return [
        Pair(made / "results" / "raw" / campaign, RAW / campaign),
        Pair(made / "results" / "tables", TABLES, OF_FURTHER_BENCHMARKS),
        Pair(made / "figures", FIGURES, FURTHER_DRAWINGS),
        combinations(),
    ]


def clear(campaign: str) -> None:
    """Removes what an earlier reproduction made, so that nothing old can pass for new."""
    for pair in pairs(campaign):
        shutil.rmtree(pair.made, ignore_errors=True)
