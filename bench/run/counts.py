# SPDX-License-Identifier: BSD-2-Clause
"""What did the plugin count? Reads counts.jsonl of one boot (docs/formats.md, section 5)."""

import json
from dataclasses import dataclass
from typing import Any

from bench.run.errors import RunFailed

Sample = dict[str, Any]


@dataclass(frozen=True)
class Counts:
    """cases[N] holds the samples of the Nth case in the order of their indexes."""

    model: Sample
    cases: dict[int, list[Sample]]
    end: Sample


def _lines(text: str) -> list[Sample]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found.append(json.loads(line))
        except ValueError as error:
            raise RunFailed(f"line {number} of the model's counts is not JSON: the file is truncated") from error
    return found


def model_error(text: str) -> str | None:
    """The reason if the model itself stopped the run."""
    last = text.rstrip("\n").rpartition("\n")[2]
    if '"status":"error"' not in last.replace(" ", ""):
        return None
    return str(json.loads(last).get("reason", "no reason given"))


def read(text: str) -> Counts:
    """Raises RunFailed if the file is incomplete or its samples are out of order."""
    lines = _lines(text)
    if not lines or lines[0].get("type") != "model":
        raise RunFailed("the model's counts have no first line: the plugin did not start")
    if lines[-1].get("type") != "end":
        raise RunFailed("the model's counts have no last line: the file is truncated")
    cases: dict[int, list[Sample]] = {}
    for sample in lines[1:-1]:
        row = cases.setdefault(sample["case"], [])
        if sample["index"] != len(row):
            raise RunFailed(f"sample {sample['index']} of case {sample['case']} is out of order in the model's counts")
        row.append(sample)
    total = sum(len(row) for row in cases.values())
    if total != lines[-1]["samples"]:
        raise RunFailed(f"the model counted {lines[-1]['samples']} samples and wrote {total}")
    return Counts(lines[0], cases, lines[-1])
