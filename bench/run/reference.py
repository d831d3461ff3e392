# SPDX-License-Identifier: BSD-2-Clause
"""Is what was made the same as what is committed, byte for byte? Compares folders file by file, and replaces the
committed ones on request.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.run.paths import FIGURES, RAW, TABLES, build_root
from bench.run.storage import write_bytes

GENERATED = (".jsonl", ".steps.tsv", ".csv", ".pdf", ".svg", ".png")


@dataclass(frozen=True)
class Pair:
    """A folder under build/ and the committed one it must equal."""

    made: Path
    committed: Path

    def _names(self) -> list[str]:
        found = {path.name for folder in (self.made, self.committed) if folder.is_dir() for path in folder.iterdir()}
        return sorted(name for name in found if name.endswith(GENERATED))

    def compare(self) -> dict[str, str]:
        """File name -> same, different, not committed, or not made."""
        return {name: self._verdict(name) for name in self._names()}

    def _verdict(self, name: str) -> str:
        made, committed = self.made / name, self.committed / name
        if not committed.exists():
            return "not committed"
        if not made.exists():
            return "not made"
        return "same" if made.read_bytes() == committed.read_bytes() else "different"

    def update(self) -> None:
        """Makes the committed folder equal to the made one."""
        for name, verdict in self.compare().items():
            if verdict == "not made":
                (self.committed / name).unlink()
            elif verdict != "same":
                write_bytes(self.committed / name, (self.made / name).read_bytes())


def pairs(campaign: str) -> list[Pair]:
    made = build_root()
    return [
        Pair(made / "results" / "raw" / campaign, RAW / campaign),
        Pair(made / "results" / "tables", TABLES),
        Pair(made / "figures", FIGURES),
    ]


def clear(campaign: str) -> None:
    """Removes what an earlier reproduction made, so that nothing old can pass for new."""
    for pair in pairs(campaign):
        shutil.rmtree(pair.made, ignore_errors=True)
