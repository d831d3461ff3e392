# SPDX-License-Identifier: BSD-2-Clause
"""Which functions took the cycles of a kernel that was not built here? From the trace of one sample, or from a profile."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

NOT_CAUSES = {"linear", "physical", "cycles", "privilege", "bytes", "text", "notes"}
USER_PRIVILEGE = "3"
Naming = Callable[[int], str]


@dataclass
class Function:
    """Cycles of one function; `causes` is empty in a profile, which does not tell them."""

    name: str
    side: str | None
    instructions: int = 0
    cycles: int = 0
    causes: dict[str, int] = field(default_factory=dict)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t"))


def of_trace(trace: str, naming: Naming) -> list[Function]:
    """In the order in which the sample first reaches them. Entries that no instruction caused keep their name."""
    found: dict[tuple[str, str], Function] = {}
    for row in _rows(trace):
        pseudo = row["text"].startswith("<")
        side = "user" if row["privilege"] == USER_PRIVILEGE else "kernel"
        name = row["text"] if pseudo else naming(int(row["linear"], 16))
        one = found.setdefault((side, name), Function(name, side))
        one.instructions += not pseudo
        one.cycles += int(row["cycles"])
        for cause, value in row.items():
            if cause not in NOT_CAUSES and int(value):
                one.causes[cause] = one.causes.get(cause, 0) + int(value)
    return list(found.values())


def of_profile(profile: str, naming: Naming) -> list[Function]:
    """The hottest first."""
    found: dict[str, Function] = {}
    for row in _rows(profile):
        name = naming(int(row["linear"], 16))
        one = found.setdefault(name, Function(name, None))
        one.instructions += int(row["times"])
        one.cycles += int(row["cycles"])
    return sorted(found.values(), key=lambda one: (-one.cycles, one.name))


def as_json(of: list[Function]) -> list[dict[str, Any]]:
    return [{key: value for key, value in vars(one).items() if value not in (None, {})} for one in of]
