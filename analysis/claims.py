# SPDX-License-Identifier: BSD-2-Clause
"""What does the kit claim, with which command is it checked, how long does that take, and what must come out?"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.tables.table import read

CLAIMS = Path(__file__).resolve().parents[1] / "paper" / "claims.toml"


class ClaimError(Exception):
    """A claim that no row, or more than one row, of its table supports."""


@dataclass(frozen=True)
class Claim:
    """expected: with its unit and where it stands."""

    says: str
    command: str
    minutes: int
    expected: str
    source: str


def _expected(claim: dict[str, Any], tables: Path) -> str:
    path = tables / f"{claim['table']}.csv"
    if not path.exists():
        raise ClaimError(f"{path.name} is missing, in which stands: {claim['says']}")
    rows = [row for row in read(path) if all(row[key] == value for key, value in claim["where"].items())]
    if len(rows) != 1:
        raise ClaimError(f"{len(rows)} rows of {path.name} are meant by: {claim['says']}")
    row = rows[0]
    return f"{row[claim['value']]} {row['unit'].replace('_', ' ')} (machine {row['machine']}, board {row['board']})"


def load(tables: Path, claims: Path = CLAIMS, partial: bool = False) -> list[Claim]:
    """partial: without those whose table is missing, as those of long campaigns may be. Raises ClaimError."""
    listed = tomllib.loads(claims.read_text())["claim"]
    if partial:
        listed = [one for one in listed if (tables / f"{one['table']}.csv").exists()]
    return [
        Claim(one["says"], one["command"], one["minutes"], _expected(one, tables), f"results/tables/{one['table']}.csv")
        for one in listed
    ]


def markdown(claims: list[Claim]) -> str:
    lines = ["| claim | command | minutes | expected | from |", "|---|---|---|---|---|"]
    lines += [f"| {one.says} | `{one.command}` | {one.minutes} | {one.expected} | `{one.source}` |" for one in claims]
    return "\n".join(lines) + "\n"
