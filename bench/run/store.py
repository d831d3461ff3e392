# SPDX-License-Identifier: BSD-2-Clause
"""What has been measured already? A folder of finished cells, each under the hash of everything its samples depend on.

A cell's file holds its samples, its end line and its trace, and appears whole or not at all. What a record says of its run
beside that (campaign, source hash) is not kept: it is that of the request that finds the cell.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from analysis import records
from bench.run import runner
from bench.run.errors import RunFailed
from bench.run.paths import ROOT, build_root, shown
from bench.run.storage import json_line, write_text

# What of a run line decides the samples; the command line holds the machine's whole configuration.
IDENTITY = ("image_hash", "model_hash", "machine", "board", "qemu", "firmware", "command")
# Who turns a log and counts into samples.
RECORDER = ("bench/run/record.py", "bench/run/counts.py", "bench/run/serial.py", "analysis/steps.py")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def address(prepared: runner.Prepared) -> str:
    """The name under which this cell is kept."""
    line, trace = runner.run_line(prepared), prepared.request.trace
    facts: dict[str, Any] = {key: line[key] for key in IDENTITY}
    facts["host"] = line.get("host")
    facts["plugin"] = prepared.plugin and _digest(prepared.plugin.read_bytes())
    facts["trace"] = trace and [trace.case, trace.sample]
    facts["recorder"] = [_digest((ROOT / name).read_bytes()) for name in RECORDER]
    return _digest(json.dumps(facts, sort_keys=True).encode())


def path_of(name: str) -> Path:
    return build_root() / "store" / f"{name}.json"


def _read(name: str) -> dict[str, Any] | None:
    """A file that cannot be read, or is damaged, is a cell that is not there."""
    try:
        found = json.loads(path_of(name).read_text())
        return dict(found) if found["address"] == name else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find(prepared: runner.Prepared) -> runner.Outcome | None:
    kept = _read(address(prepared))
    if kept is None:
        return None
    try:
        return runner.Outcome(records.check([runner.run_line(prepared), *kept["lines"]]), kept["steps"])
    except (records.RecordError, KeyError):
        return None


def keep(prepared: runner.Prepared, outcome: runner.Outcome) -> None:
    """Raises RunFailed if the cell is there with other samples: a modelled machine must repeat itself."""
    name = address(prepared)
    lines = outcome.record.lines[1:]
    before = _read(name)
    if before is not None and prepared.request.machine.model and before["lines"] != lines:
        raise RunFailed(
            f"{prepared.request.name}: {shown(path_of(name))} has the same image, model and command line, and other samples: "
            "one of the two runs is wrong"
        )
    cell = {"address": name, "cell": prepared.request.name, "lines": lines, "steps": outcome.steps}
    write_text(path_of(name), json_line(cell))
