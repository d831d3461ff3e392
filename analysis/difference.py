# SPDX-License-Identifier: BSD-2-Clause
"""In what do two records of one request differ? Sentences, the samples first; none if they are the same."""

from collections.abc import Iterator

from analysis.observations import Observation
from analysis.records import Record
from analysis.report import text
from analysis.steps import Cost

# What a record says of the tools that ran the image; the image itself and the model are hashed.
TOOLS = ("qemu", "firmware")
# Where a run was asked for; not what it measured.
NOT_MEASURED = ("campaign",)


def _case(name: str, old: Record, new: Record) -> Iterator[str]:
    before, after = old.case(name), new.case(name)
    keys = [key for key in before if before[key] != after.get(key)]
    if not keys:
        return
    was, now = (Observation(record, record.case(name)).cycles for record in (old, new))
    cycles = f": {text(was)} cycles before, {text(now)} now" if was != now else ", not the cycles that stand for it"
    yield f"case {name}: {', '.join(keys)}{cycles}"


def of_samples(old: Record, new: Record) -> list[str]:
    names, again = ([line["case"] for line in record.samples] for record in (old, new))
    found = [f"case {name}: only in the old record" for name in names if name not in again]
    found += [f"case {name}: only in the new record" for name in again if name not in names]
    return found + [sentence for name in names if name in again for sentence in _case(name, old, new)]


def of_runs(old: Record, new: Record) -> list[str]:
    keys = [key for key in dict.fromkeys([*old.run, *new.run]) if key not in NOT_MEASURED]
    return [f"{key}: {old.run.get(key)} before, {new.run.get(key)} now" for key in keys if old.run.get(key) != new.run.get(key)]


def only_tools(old: Record, new: Record) -> bool:
    """Are versions of tools all that differs?"""
    keys = {key for key in {*old.run, *new.run} if old.run.get(key) != new.run.get(key)} - {*TOOLS, *NOT_MEASURED}
    return not keys and not of_samples(old, new)


def slower(old: Record, new: Record) -> dict[str, float]:
    """Case -> by how many cycles it is slower than before (faster: below 0); cases of equal cycles are left out."""
    found = {}
    for line in old.samples:
        if any(other["case"] == line["case"] for other in new.samples):
            was, now = Observation(old, line).cycles, Observation(new, new.case(line["case"])).cycles
            if was is not None and now is not None and was != now:
                found[str(line["case"])] = now - was
    return found


def slowest_step(old: list[Cost], new: list[Cost]) -> str | None:
    """The step of a round trip that lost most, in words; None if no step lost."""
    before = {(one.user, one.step): one.cycles for one in old}
    lost = {(one.user, one.step): one.cycles - before.get((one.user, one.step), 0) for one in new}
    key = max(lost, key=lambda key: lost[key])
    if lost[key] <= 0:
        return None
    return f"{'user' if key[0] else 'kernel'}: {key[1]} (+{lost[key]} cycles of the round trip)"
