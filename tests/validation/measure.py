# SPDX-License-Identifier: BSD-2-Clause
"""What does the model charge for every probe and every loop? Builds their images, runs them, reads the counts."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import loops
import pentium_forms
import pentium_loops
import pentium_rules
import probe_forms
import probe_rules
import structure
from probe import REPETITIONS, Probe, order
from probe_run import GUEST_EXIT, I486, PENTIUM, Target, build_image, run_image

from analysis import published
from analysis.validation import EndToEnd, Form, Structure, mebibytes_per_second, per_pass

PROBES_BOARD = "ideal"
# What a load waits when it misses on that board: 2-1-2, D486.
READ_FIRST = 2
Counts = dict[str, int]


class Unfinished(Exception):
    """The guest or the model did not come to its end; the message says why."""


def mhz(board: str, target: Target) -> float:
    with (target.folder / "boards" / f"{board}.psv").open() as stream:
        rows = csv.DictReader((line for line in stream if not line.startswith("#")), delimiter="|")
        return next(float(row["value"]) for row in rows if row["key"] == "mhz")


def tlb_cycles_of(name: str) -> str:
    """The key of a probe's cycles in walks."""
    return f"{name}, in walks"


def cycles(folder: Path, plugin: Path, probes: list[Probe], board: str, target: Target = I486) -> Counts:
    """Cycles of every probe's last sample, and those of its TLB walks; the sample before must be equal, or the probe is not
    warm."""
    ordered = order(probes)
    status, lines, errors = run_image(folder, plugin, build_image(folder, ordered, target=target), board, target=target)
    end: dict[str, Any] = lines[-1] if lines else {}
    if status != GUEST_EXIT or end.get("status") != "ok" or end.get("samples") != REPETITIONS * len(ordered):
        raise Unfinished(end.get("reason") or errors.strip() or f"the probes ended with status {status}")
    samples: dict[int, list[int]] = {}
    walks: Counts = {}
    for line in lines:
        if line["type"] == "sample":
            samples.setdefault(line["case"], []).append(line["cycles"])
            walks[tlb_cycles_of(ordered[line["case"]].name)] = line["stalls"]["tlb"]
    unsteady = [probe.name for case, probe in enumerate(ordered) if len(set(samples[case][-2:])) != 1]
    if unsteady:
        raise Unfinished(f"the last two samples differ: {', '.join(unsteady)}")
    return walks | {probe.name: samples[case][-1] for case, probe in enumerate(ordered)}


def loop_probes(loop: loops.Loop) -> list[Probe]:
    def filled(passes: int) -> Probe:
        body, setup = (code.replace("{n}", str(passes)) for code in (loop.body, loop.setup))
        return Probe(f"{loop.name} {passes}", body, 0, setup=setup, after=loop.after)

    return [filled(loop.low), filled(loop.high)]


def loop_figure(loop: loops.Loop, counts: Counts, target: Target) -> EndToEnd:
    low, high = ((passes, counts[f"{loop.name} {passes}"]) for passes in (loop.low, loop.high))
    modelled = per_pass(low, high, loop.units, loop.overhead)
    if loop.unit == "MiB/s":
        modelled = mebibytes_per_second(modelled, mhz(loop.board, target))
    origin = (loop.unit, loop.kind, loop.confidence, loop.source, loop.board, loop.note)
    return EndToEnd(loop.name, loop.published, round(modelled, 3), *origin)


def _clock_rows(target: Target) -> list[dict[str, str]]:
    lines = [line for line in (target.folder / "clocks.psv").read_text().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="|"))


def _mnemonic(name: str) -> str:
    """The clock table's word for the instruction that a probe is named after."""
    word = re.sub(r"^(?:rep|repe|repne) ", "", name).split()[0].rstrip(",")
    return {"pushad": "pushal", "popad": "popal"}.get(word, word)


def form_source(name: str, rows: list[dict[str, str]]) -> str:
    """Where the documents give the form's clocks: the sources of its row, or of all rows of its mnemonic."""
    word = _mnemonic(name)
    spelled = {word, word + "b", re.sub(r"l$", "d", word)}
    of_word = [row for row in rows if spelled & set(row["mnemonic"].split())]
    exact = [row for row in of_word if row["form"] == name.partition(" ")[2]]
    return " ".join(sorted({code for row in exact or of_word for code in row["source"].split(",")}))


def forms(counts: Counts, of: Subject) -> list[Form]:
    rows = _clock_rows(of.target)
    found = [
        Form("form", probe.name, probe.clocks, counts[probe.name], form_source(probe.name, rows)) for probe in of.forms
    ]
    return found + [Form("rule", probe.name, probe.clocks, counts[probe.name], of.rule_source) for probe in of.rules]


def probe_identities(counts: Counts) -> list[EndToEnd]:
    """Sums that a probe of the rules contains already; a load that hits takes 1."""

    def figure(name: str, published: float, modelled: int, confidence: str, source: str, note: str) -> EndToEnd:
        return EndToEnd(name, published, modelled, "cycles", "identity", confidence, source, PROBES_BOARD, note)

    cached = counts["walk, both entries in the cache"] - 1
    uncached = counts["walk, neither entry in the cache"] - 1 - READ_FIRST
    return [
        figure("int to inner level and iret", 107, counts["int to inner level and iretd back"], "A", "D486", "71 + 36"),
        figure("TLB refill, both entries in the cache", 9, cached, "B", "SOSP95, table", "a load takes 1"),
        figure("TLB refill, neither entry in the cache", 13, uncached, "C", "D486, recalled", "the load misses too"),
    ]


def pentium_identities(counts: Counts) -> list[EndToEnd]:
    def figure(name: str, published: float, modelled: int, confidence: str, source: str, note: str) -> EndToEnd:
        return EndToEnd(name, published, modelled, "cycles", "identity", confidence, source, PROBES_BOARD, note)

    refill = counts[tlb_cycles_of(pentium_loops.REFILL.name)]
    return [
        figure("int to inner level and iret", 75, counts["int to inner level and iretd back"], "A", "86B, R", "48 + 27"),
        figure("TLB refill, one page", 9, counts["walk"] - 1, "C", "SOSP95, recalled: 9 to 13", "a load takes 1"),
        figure("TLB refill, whole: 32 of code, 64 of data", published.find("small_spaces", "Pentium", "full_tlb_refill_cycles").value,
               refill, "A", "SOSP95", "the walks alone; the branch target buffer is lost, too"),
    ]


@dataclass(frozen=True)
class Subject:
    """What is measured of one processor; `identities` are sums that probes contain already."""

    target: Target
    forms: tuple[Probe, ...]
    rules: tuple[Probe, ...]
    rule_source: str
    loops: tuple[loops.Loop, ...]
    extra: tuple[Probe, ...]
    sizes: structure.Sizes
    identities: Callable[[Counts], list[EndToEnd]]


def subjects() -> dict[str, Subject]:
    i486 = Subject(
        I486, tuple(probe_forms.probes()), tuple(probe_rules.probes()), "D486, AP500, R: rules.psv", tuple(loops.loops()),
        (), structure.I486_SIZES, probe_identities,
    )
    pentium = Subject(
        PENTIUM, tuple(pentium_forms.probes()), tuple(pentium_rules.probes()), "DM97, AP500, AFU, R: rules.psv",
        tuple(pentium_loops.loops()), (pentium_loops.REFILL,), structure.PENTIUM_SIZES, pentium_identities,
    )
    return {one.target.name: one for one in (i486, pentium)}


def measure(folder: Path, plugin: Path, name: str) -> tuple[list[Form], list[EndToEnd], list[Structure]]:
    """Every form and rule, every identity and independent figure, every structure."""
    subject = subjects()[name]
    every = subject.loops
    counts: Counts = {}
    for board in sorted({one.board for one in every}):
        probes = [probe for one in every if one.board == board for probe in loop_probes(one)]
        if board == PROBES_BOARD:
            probes += [*subject.forms, *subject.rules, *subject.extra, *structure.probes(subject.sizes)]
        counts |= cycles(folder, plugin, probes, board, subject.target)
    figures = subject.identities(counts) + [loop_figure(one, counts, subject.target) for one in every]
    return forms(counts, subject), figures, structure.structures(counts, subject.sizes)
