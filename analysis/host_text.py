# SPDX-License-Identifier: BSD-2-Clause
"""What does a record of the host say, in plain text? Ticks by case, then which counters count and why others do not."""

from statistics import median_low

from analysis import records
from analysis.report import columns

COUNTS = "counts"


def counting(record: records.Record) -> list[str]:
    """The presets that really count; under our kernel none does."""
    if record.run["machine"] != records.HOST:
        return []
    return [name for name, said in record.end["notes"].items() if said == COUNTS]


def silent(record: records.Record) -> dict[str, list[str]]:
    """Reason -> the presets that do not count for it, or `papi` for all of them."""
    found: dict[str, list[str]] = {}
    for name, said in record.end["notes"].items():
        if said != COUNTS:
            found.setdefault(said.replace("_", " "), []).append(name)
    return found


def _row(line: records.Line, presets: list[str]) -> list[object]:
    values = line["values"]
    counted = [median_low(line["papi"][name]) for name in presets]
    return [line["case"], line["metric"].replace("_", " "), min(values), median_low(values), max(values), len(values), *counted]


def text(record: records.Record) -> str:
    """Whole round trips, not one way: on a host nobody knows where the half is."""
    host, presets = record.run["host"], counting(record)
    heading = f"ticks of the time-stamp counter of {host['name']} ({host['cpu']}); measured, different at each run; "
    if record.run["machine"] != records.HOST:
        heading += f"{record.run['variant']} on machine {record.run['machine']}\n"
    else:
        heading += "both processes on one processor\n"
    header = ["case", "a sample is a", "least", "median", "most", "n", *presets]
    out = [heading, columns([header, *(_row(line, presets) for line in record.samples)])]
    if record.run["machine"] != records.HOST:
        return "".join(out)
    out.append(f"counters that count here: {', '.join(presets) or 'none'}\n")
    for why, names in silent(record).items():
        out.append(f"not counting ({why}): {', '.join(names)}\n")
    return "".join(out)
