# SPDX-License-Identifier: BSD-2-Clause
"""How much does the headline depend on what is assumed rather than documented?

A parameter of confidence C is recalled or inferred. Each has a range (assumed.psv of its machine), and so have some of
confidence B, which one source gives; one parameter at a time goes to either end of it, and the headline is run again.
Instruction forms whose clocks depend on a value have a documented range. Where the model does not know the value it charges the
midpoint; that charge goes to either end of the range, too.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASSUMED = "assumed.psv"
RECALLED, ONE_SOURCE = "C", "B"
UNSEEN = "a value decides by no printed formula; the midpoint is charged"
UNKNOWN = "a register decides, which the model does not always know; then the midpoint is charged"
BY_A_VALUE = ("range", "multiplier", "scan_forward", "scan_reverse", "condition")


class AssumedError(Exception):
    """assumed.psv and the parameter files do not belong together; the message says where."""


@dataclass(frozen=True)
class Parameter:
    """low and high are None where the model has one value only; `value` is the one in use, as text if it is several numbers.

    `charged`: the numbers are a documented range and stay; what is charged in their place is a further number.
    """

    file: str
    key: str
    value: int | str
    low: int | None
    high: int | None
    confidence: str
    source: str
    reason: str
    charged: bool = False


@dataclass(frozen=True)
class Effect:
    """One-way cycles of the headline with the parameter at either end; None where it was not varied."""

    parameter: Parameter
    at_low: float | None
    at_high: float | None

    def largest(self, headline: float) -> float:
        return max((abs(cycles - headline) for cycles in (self.at_low, self.at_high) if cycles is not None), default=0)


def psv_rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="|"))


def _keys(row: dict[str, str]) -> tuple[str, ...]:
    """What assumed.psv may call a row: its key, or its mnemonic with and without the form."""
    return (row["key"],) if "key" in row else (f"{row['mnemonic']} {row['form']}", row["mnemonic"])


def _value(row: dict[str, str]) -> int | str:
    text = row["value"] if "value" in row else row["clocks"]
    return int(text) if text.isdecimal() else text


def parameter_files(board: str) -> tuple[str, ...]:
    return ("clocks.psv", "rules.psv", f"boards/{board}.psv")


def parameters(machine: Path, board: str) -> list[Parameter]:
    """Every parameter of confidence C, and those of B that have a range.

    Raises AssumedError if a range is missing or belongs to no such parameter.
    """
    ranges = {(row["file"], row["key"]): row for row in psv_rows(machine / ASSUMED)}
    found = []
    for file in parameter_files(board):
        for row in psv_rows(machine / file):
            if row["conf"] not in (RECALLED, ONE_SOURCE):
                continue
            key = next((key for key in _keys(row) if (file, key) in ranges), _keys(row)[-1])
            bounds = ranges.pop((file, key), None)
            if bounds is None and row["conf"] == RECALLED:
                raise AssumedError(f"{ASSUMED} has no range for {_keys(row)[0]} of {file}, which is of confidence C")
            if bounds is None:
                continue
            low, high = (int(bounds[end]) if bounds[end] else None for end in ("low", "high"))
            found.append(Parameter(file, key, _value(row), low, high, row["conf"], row["source"], bounds["reason"]))
    for file, key in ranges:
        if file in parameter_files(board):
            raise AssumedError(f"{ASSUMED} has a range for {key} of {file}, which is not of confidence C or B")
    return found


def _reason(row: dict[str, str]) -> str | None:
    """Why the midpoint may be charged; None if it never is: immediates and memory are always known."""
    if row["kind"] == "range":
        return UNSEEN
    register = row["form"].split(",")[-1].startswith("r")
    return UNKNOWN if row["kind"] in BY_A_VALUE and register else None


def unseen(machine: Path) -> list[Parameter]:
    """The instruction forms of which the midpoint may be charged, by their first mnemonic: "mul r32"."""
    found = []
    for row in psv_rows(machine / "clocks.psv"):
        if reason := _reason(row):
            low, high = sorted(int(word) for word in row["clocks"].split())
            key = f"{row['mnemonic'].split()[0]} {row['form']}"
            found.append(Parameter("clocks.psv", key, row["clocks"], low, high, row["conf"], row["source"], reason, charged=True))
    return found


def _names(fields: list[str]) -> tuple[str, ...]:
    """What a parameter's key may call the row."""
    return (fields[0], " ".join(fields[:2]), " ".join(fields[0].split()[:1] + fields[1:2]))


def with_value(text: str, parameter: Parameter, value: int) -> str:
    """A parameter file's text with the parameter set, every number of it, or what is charged; everything else stays, byte for byte."""
    lines = text.split("\n")
    old = str(parameter.value)
    for number, line in enumerate(lines):
        fields = line.split("|")
        if line.startswith("#") or parameter.key not in _names(fields) or old not in fields[1:]:
            continue
        fields[fields.index(old, 1)] = f"{old} {value}" if parameter.charged else " ".join([str(value)] * len(old.split()))
        lines[number] = "|".join(fields)
        return "\n".join(lines)
    raise AssumedError(f"{parameter.file} has no {parameter.key} of {old}")


def in_order(effects: Sequence[Effect], headline: float) -> list[Effect]:
    """The largest effect first; equal ones stay as they stand in the files."""
    return sorted(effects, key=lambda effect: -effect.largest(headline))


def rows(effects: Sequence[Effect], headline: float, context: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"file": one.parameter.file, "key": one.parameter.key, "value": one.parameter.value, "low": one.parameter.low,
         "high": one.parameter.high, "confidence": one.parameter.confidence, "headline_one_way_cycles": headline, "one_way_cycles_at_low": one.at_low,
         "one_way_cycles_at_high": one.at_high, "largest_change_cycles": one.largest(headline),
         "source": one.parameter.source, "reason": one.parameter.reason, **context}
        for one in in_order(effects, headline)
    ]


def _change(cycles: float | None, headline: float) -> str:
    return "-" if cycles is None else f"{cycles - headline:+.1f}"


def text(effects: Sequence[Effect], headline: float, name: str) -> str:
    lines = [
        f"\nassumed parameters: change of the headline ({name}: {headline:.1f} one-way cycles), one varied at a time",
        f"{'parameter':40} conf {'value':>7} {'low':>7} {'change':>7} {'high':>8} {'change':>7}  range",
    ]
    for one in in_order(effects, headline):
        parameter = one.parameter
        ends = [str("-" if end is None else end) for end in (parameter.low, parameter.high)]
        lines.append(
            f"{parameter.file + ' ' + parameter.key:40} {parameter.confidence:4} {str(parameter.value).replace(' ', '..'):>7} {ends[0]:>7} {_change(one.at_low, headline):>7} "
            f"{ends[1]:>8} {_change(one.at_high, headline):>7}  {parameter.reason}"
        )
    return "\n".join(lines) + "\n"
