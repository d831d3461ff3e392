# SPDX-License-Identifier: BSD-2-Clause
"""Which variants, benchmarks, machines, boards and campaigns are there? Folders are the only register.

Every function that takes a name refuses an unknown one with the list of the known ones.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bench.run.errors import UsageError
from bench.run.paths import BENCHMARKS, CAMPAIGNS
from boot.machines import machine as known_machines
from variants import select

QUESTION = re.compile(r"^/\* ((?!SPDX)[^?/]*\?)", re.MULTILINE)
GLOB = re.compile(r"[A-Za-z0-9_.*?-]+")


@dataclass(frozen=True)
class Variant:
    """A variant with the overrides laid over it; `name` carries them, `base` is the name without."""

    base: str
    overrides: tuple[str, ...]
    name: str
    summary: str
    axes: dict[str, str]


def known(kind: str, name: str, names: Iterable[str]) -> str:
    """`name` itself, or a sentence with the list of the known ones."""
    listed = list(names)
    if name not in listed:
        raise UsageError(f"unknown {kind} '{name}'; known: {', '.join(listed) or 'none'}")
    return name


def variants() -> list[str]:
    return list(select.variants())


def variant(name: str, overrides: Iterable[str] = ()) -> Variant:
    chosen = tuple(sorted(set(overrides)))
    try:
        full, summary, axes = select.resolve(name, list(chosen))
    except select.VariantError as error:
        raise UsageError(str(error)) from error
    return Variant(name, chosen, full, summary, axes)


def combinations() -> list[Variant]:
    """Every selection of one choice per axis; one that has a name of its own goes by it."""
    plain = variant("baseline")
    named = {tuple(variant(name).axes.items()): name for name in variants()}
    found = []
    for choices in itertools.product(*axes().values()):
        selection = dict(zip(axes(), choices))
        differing = [f"{axis}={choice}" for axis, choice in selection.items() if plain.axes[axis] != choice]
        name = named.get(tuple((axis, selection[axis]) for axis in plain.axes))
        found.append(variant(name) if name else variant("baseline", differing))
    return found


def axes() -> dict[str, list[str]]:
    return select.axes()


def benchmarks() -> list[str]:
    return sorted(path.stem for path in BENCHMARKS.glob("*.c"))


def benchmark(name: str) -> str:
    return known("benchmark", name, benchmarks())


def question(name: str) -> str:
    """What a benchmark asks: the beginning of its file's head, up to the question mark; empty if there is none."""
    found = QUESTION.search((BENCHMARKS / f"{name}.c").read_text())
    return " ".join(found[1].replace("\n *", "\n").split()) if found else ""


def campaigns() -> list[str]:
    return sorted(path.stem for path in CAMPAIGNS.glob("*.toml"))


def campaign_summary(name: str) -> str:
    """What a campaign is for: its file's comments, the licence line left out."""
    lines = (CAMPAIGNS / f"{name}.toml").read_text().splitlines()
    return " ".join(line.removeprefix("# ") for line in lines if line.startswith("# ") and "SPDX" not in line)


def machines() -> list[str]:
    return known_machines.names()


def machine(name: str) -> known_machines.Machine:
    return known_machines.load(known("machine", name, machines()))


def board(of: known_machines.Machine, name: str | None) -> str | None:
    """The board a run uses: the named one, the machine's default, or None where boards mean nothing."""
    if name is None:
        return of.default_board
    return known(f"board of machine {of.name}", name, of.boards())


def case_glob(pattern: str) -> str:
    """A pattern as the benchmarks match it, which also survives QEMU's -initrd, where a comma begins a new module."""
    if not GLOB.fullmatch(pattern):
        raise UsageError(f"'{pattern}' is not a pattern for cases: letters, digits, '-', '_', '.', '*' and '?' only")
    return pattern
