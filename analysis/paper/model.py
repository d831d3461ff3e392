# SPDX-License-Identifier: BSD-2-Clause
"""What is there to say of a processor's model? The tables that `l4lab validate` wrote, as facts for the paper and README."""

from dataclasses import dataclass
from pathlib import Path

from analysis import validation
from analysis.tables.table import read

Row = dict[str, str]
Rows = list[Row]
# The independent figures of the memory system have this source.
MEMORY_SOURCE = "LMB"
PART = "  of which "
PROCESSORS = {"pentium": "Pentium"}
# Figures that the text speaks of by name.
ENTRY, SWITCH = "int to inner level and iret", "segment switch"
SHORT, REFILL, LOST = "short IPC, small spaces", "TLB refill, whole: 32 of code, 64 of data", "working set lost with the TLB"


class ModelError(Exception):
    """The tables of a model's validation do not hold what the text needs."""


@dataclass(frozen=True)
class Model:
    """figures: the rows of validation_end_to_end.csv. forms, structures, assumed: those of the table of that name."""

    machine: str
    figures: Rows
    forms: Rows
    structures: Rows
    assumed: Rows

    @property
    def processor(self) -> str:
        """As a text writes it."""
        return PROCESSORS.get(self.machine, self.machine)

    def of_kind(self, kind: str) -> Rows:
        return [row for row in self.figures if row["kind"] == kind]

    def figure(self, name: str) -> Row:
        """Raises ModelError."""
        for row in self.figures:
            if row["name"] == name and row["modelled"]:
                return row
        raise ModelError(f"validation_end_to_end.csv of {self.machine} has no value of '{name}'")

    def parts_of(self, name: str) -> Rows:
        """The rows behind a figure that it is made of."""
        place = self.figures.index(self.figure(name)) + 1
        behind = self.figures[place:]
        end = next((at for at, row in enumerate(behind) if not row["name"].startswith(PART)), len(behind))
        return [row | {"name": row["name"].removeprefix(PART)} for row in behind[:end]]

    @property
    def error(self) -> validation.Headline:
        """Over the independent figures of confidence A or B, by the formula of `l4lab validate`."""
        return validation.headline([_end_to_end(row) for row in self.figures])

    @property
    def worst(self) -> Row:
        """Of those figures the one that is furthest off. Raises ModelError if there is none."""
        firm = [row for row in self.of_kind("independent") if row["confidence"] in validation.HEADLINE_CONFIDENCE]
        known = [row for row in firm if row["error_percent"]]
        if not known:
            raise ModelError(f"no independent figure of {self.machine} could be compared")
        return max(known, key=lambda row: abs(float(row["error_percent"])))

    @property
    def memory(self) -> Rows:
        return [row for row in self.figures if row["source"] == MEMORY_SOURCE and row["error_percent"]]

    @property
    def memory_error(self) -> float:
        """In percent; of the figure of the memory system that is furthest off."""
        return max(abs(float(row["error_percent"])) for row in self.memory)

    @property
    def varied(self) -> Rows:
        return [row for row in self.assumed if row["one_way_cycles_at_low"]]

    @property
    def moving(self) -> Rows:
        """The assumed parameters that move the short message at all, the one that moves it most first."""
        return [row for row in self.varied if float(row["largest_change_cycles"])]

    def checked(self, kind: str) -> int:
        """How many forms or rules were compared with the documents."""
        return sum(row["kind"] == kind for row in self.forms)

    def differing(self, kind: str) -> int:
        return sum(row["kind"] == kind and row["difference"] != "0" for row in self.forms)

    @property
    def recovered(self) -> Rows:
        """One row for each structure."""
        return list({row["structure"]: row for row in self.structures}.values())


def _end_to_end(row: Row) -> validation.EndToEnd:
    modelled = float(row["modelled"]) if row["modelled"] else None
    text = {key: row[key] for key in ("name", "unit", "kind", "confidence", "source", "board", "note")}
    return validation.EndToEnd(published=float(row["published"]), modelled=modelled, **text)


def load(machine: str, folder: Path | None = None) -> Model:
    """folder: default: the committed tables. Raises ModelError."""
    place = folder or validation.folder_of(machine)
    try:
        rows = [read(place / f"validation_{name}.csv") for name in ("end_to_end", "forms", "structure", "assumed")]
    except FileNotFoundError as error:
        raise ModelError(f"{machine}: no {error.filename}; ./l4lab validate makes it") from error
    return Model(machine, *rows)
