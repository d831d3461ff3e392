# SPDX-License-Identifier: BSD-2-Clause
"""What does a record say? The only reader of results/raw, and the check that its writer uses too.

A record is JSON Lines: one `run`, one `samples` per case, one `end` (docs/formats.md, section 7).
"""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = Path(__file__).resolve().parents[1] / "results" / "schema" / "record.schema.json"
Line = dict[str, Any]
# The benchmark that most tables are about.
PINGPONG = "pingpong"
# The system at hand, without our kernel and with it: their records are in ticks of its own counter and in no table with
# cycles.
HOST, HOST_UNIT = "host", "tsc_ticks"
HOST_MACHINES = (HOST, "kvm")
# What real hardware says, different at each run.
MEASURED_UNITS = ("cycles", HOST_UNIT)


class RecordError(Exception):
    """A record that cannot be trusted; the text says which and why."""


class Incomplete(RecordError):
    """A record without its last line: the run did not end."""


def identity(run: Line) -> tuple[Any, ...]:
    """Two records of one identity must have equal samples: nothing else may influence a modelled cycle."""
    return tuple(run.get(key) for key in ("image_hash", "model_hash", "machine", "board", "qemu", "firmware"))


@dataclass(frozen=True)
class Record:
    run: Line
    samples: list[Line]
    end: Line

    @property
    def lines(self) -> list[Line]:
        return [self.run, *self.samples, self.end]

    @property
    def identity(self) -> tuple[Any, ...]:
        return identity(self.run)

    @property
    def measured(self) -> bool:
        """True if a second run of the same image may have other samples."""
        return any(line["unit"] in MEASURED_UNITS for line in self.samples)

    def case(self, name: str) -> Line:
        return next(line for line in self.samples if line["case"] == name)


@cache
def _validator(kind: str) -> Any:
    """Of one kind of line, so that a complaint is about the line and not about its being none of the three."""
    schema = json.loads(SCHEMA.read_text())
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})


def _check_lengths(line: Line) -> None:
    counts = line["counts"] or {}
    series = [line["values"], line["guest_values"]]
    series += list(line.get("papi", {}).values())
    series += [value for value in counts.values() if isinstance(value, list)] + list(
        (counts.get("stalls") or {}).values()
    )
    if len({len(one) for one in series if one is not None}) > 1:
        raise RecordError(f"case {line['case']} has series of different lengths")


def check(lines: list[Line]) -> Record:
    """The record these lines form. Raises RecordError or Incomplete."""
    if not lines or lines[-1].get("type") != "end":
        raise Incomplete("no end line: the run did not finish")
    for number, line in enumerate(lines, start=1):
        wanted = "run" if number == 1 else "end" if number == len(lines) else "samples"
        if line.get("type") != wanted:
            raise RecordError(f"line {number} is not a {wanted} line")
        problem = next(iter(_validator(wanted).iter_errors(line)), None)
        if problem is not None:
            raise RecordError(f"line {number} breaks the schema: {_deepest(problem)}")
    record = Record(lines[0], lines[1:-1], lines[-1])
    for line in record.samples:
        if (line["unit"] == HOST_UNIT) != (record.run["machine"] in HOST_MACHINES):
            raise RecordError(f"case {line['case']}: ticks of a host's counter and cycles of a machine are different units")
        _check_lengths(line)
    if record.end["samples"] != len(record.samples):
        raise RecordError(
            f"the end line counts {record.end['samples']} samples lines and there are {len(record.samples)}"
        )
    return record


def _deepest(problem: Any) -> str:
    """Of the alternatives `oneOf` tried, the complaint of the one that came furthest."""
    best = jsonschema.exceptions.best_match([problem])
    where = "/".join(str(part) for part in best.absolute_path)
    return f"{where + ': ' if where else ''}{best.message[:200]}"


def first_line(path: Path) -> Line:
    """What a record says of its run, unchecked. Raises RecordError if it is not JSON."""
    try:
        with path.open() as stream:
            return dict(json.loads(stream.readline()))
    except ValueError as error:
        raise RecordError(f"{path.name}: not JSON Lines ({error})") from error


def load(path: Path) -> Record:
    try:
        return check([json.loads(line) for line in path.read_text().splitlines()])
    except ValueError as error:
        raise RecordError(f"{path.name}: not JSON Lines ({error})") from error
    except Incomplete as error:
        raise Incomplete(f"{path.name}: {error}") from error
    except RecordError as error:
        raise RecordError(f"{path.name}: {error}") from error


@dataclass(frozen=True)
class Campaign:
    """The records of one folder, and the sentences about files that were left out.

    records: those of IPC between a client and a server (benchmark pingpong), by variant; further: all others.
    """

    folder: Path
    records: dict[str, Record]
    left_out: list[str]
    further: list[Record] = field(default_factory=list)

    def trace(self, variant: str) -> Path | None:
        """The attributed trace beside a variant's record, if the campaign asked for one."""
        found = sorted(self.folder.glob(f"{variant}.{PINGPONG}.*.steps.tsv"))
        return found[0] if found else None


def load_campaign(folder: Path) -> Campaign:
    """Every complete record of a folder; they must come from one machine, board, model and layout."""
    loaded: dict[tuple[str, str], Record] = {}
    left_out = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            record = load(path)
        except Incomplete as error:
            left_out.append(str(error))
            continue
        key = (record.run["benchmark"], record.run["variant"])
        if key in loaded:
            raise RecordError(f"{folder}: two records of benchmark {key[0]} and variant {key[1]}")
        loaded[key] = record
    if not loaded:
        raise RecordError(f"{folder} holds no complete record")
    if any(record.run["machine"] in HOST_MACHINES for record in loaded.values()):
        raise RecordError(f"{folder} holds ticks of a host, which belong in no table of cycles")
    for same in ("machine", "board", "model_hash", "layout"):
        if len({record.run[same] for record in loaded.values()}) > 1:
            raise RecordError(f"{folder} mixes records of different {same}; they cannot be compared")
    pairs = {variant: record for (benchmark, variant), record in loaded.items() if benchmark == PINGPONG}
    further = [record for (benchmark, _), record in sorted(loaded.items()) if benchmark != PINGPONG]
    return Campaign(folder, pairs, left_out, further)
