# SPDX-License-Identifier: BSD-2-Clause
"""Which request made a record? Read back from its first line."""

import re
from pathlib import Path

from analysis import records
from bench.run import build, catalog, runner
from bench.run.errors import RunFailed

CASES = re.compile(r"\bcases=(\S+)")


def load(path: Path) -> records.Record:
    try:
        return records.load(path)
    except (OSError, records.RecordError) as error:
        raise RunFailed(f"{path} is not a record: {error}") from error


def request(of: records.Record) -> runner.Request:
    """Its machine's command line holds the cases; a machine that gets them otherwise runs all."""
    run = of.run
    base, *overrides = run["variant"].split("+")
    cases = CASES.search(" ".join(run["command"]))
    return runner.Request(
        catalog.variant(base, overrides),
        catalog.benchmark(run["benchmark"]),
        catalog.machine(run["machine"]),
        run["board"],
        cases[1] if cases else runner.EVERY_CASE,
        run["campaign"],
        layout=build.Layout(run["layout"], run.get("layout_seed", 0)),
    )
