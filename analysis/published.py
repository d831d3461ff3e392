# SPDX-License-Identifier: BSD-2-Clause
"""What does the literature say? The only reader of results/published; its numbers are compared with, never asserted.

Columns of each file: source, system, quantity, bytes (empty where it means nothing), value, unit, confidence, note.
Confidence: text_seen (read in the source's text), second_hand (read in notes about it), derived (computed from
text_seen), memory (recalled), unsure (recalled weakly).
"""

import csv
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "results" / "published"
CERTAIN = ("text_seen", "second_hand", "derived")


@dataclass(frozen=True)
class Figure:
    source: str
    system: str
    quantity: str
    bytes: str
    value: float
    unit: str
    confidence: str
    note: str

    @property
    def label(self) -> str:
        """How a figure or table marks a number that nobody has read again."""
        return "" if self.confidence in CERTAIN else "recalled"


def _figure(row: dict[str, str]) -> Figure:
    value = float(row.pop("value"))
    return Figure(value=value, **row)


def load(name: str) -> list[Figure]:
    with (FOLDER / f"{name}.csv").open(newline="") as stream:
        return [_figure(row) for row in csv.DictReader(stream)]


def find(name: str, system: str, quantity: str) -> Figure:
    return next(one for one in load(name) if (one.system, one.quantity) == (system, quantity))
