# SPDX-License-Identifier: BSD-2-Clause
"""Does the model, inside QEMU, charge the documented clocks, count exactly and stop where it must?"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import probe_forms  # noqa: E402
import probe_rules  # noqa: E402
import probe_values  # noqa: E402
from probe import REPETITIONS, order  # noqa: E402
from probe_run import GUEST_EXIT, I486, build_image, build_plugin, run_image  # noqa: E402

PROBES = order(probe_forms.probes() + probe_rules.probes() + probe_values.probes())
MODEL_EXIT = 70
ICOUNT_SHIFT = 6
LOOP_INSTRUCTIONS = 1_000_000 * 6
# Four nops, dec and a taken branch are 8 clocks; the last branch is not taken.
LOOP_CYCLES = 1_000_000 * 8 - 2
# From one latching load to the next: it, a load, six nops and a marker.
CLOCK_DIFFERENCE = 9


@dataclass(frozen=True)
class Run:
    status: int
    lines: list[dict[str, Any]]
    folder: Path

    def samples(self, case: int) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["type"] == "sample" and line["case"] == case]


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_plugin(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def probe_run(plugin: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("probes")
    status, lines, _ = run_image(folder, plugin, build_image(folder, PROBES))
    return Run(status, lines, folder)


def small_run(plugin: Path, folder: Path, assembly: str, extra: str = "", board: str = "ideal") -> Run:
    status, lines, _ = run_image(folder, plugin, build_image(folder, [], assembly), board, extra)
    return Run(status, lines, folder)


def test_run_is_complete(probe_run: Run) -> None:
    assert probe_run.status == GUEST_EXIT
    assert probe_run.lines[0] == {"type": "model", "model": "i486", "board": "ideal", "model_hash": None}
    assert probe_run.lines[-1]["status"] == "ok"
    assert probe_run.lines[-1]["samples"] == REPETITIONS * len(PROBES)


def test_print_table(probe_run: Run) -> None:
    """The table of every probe, for a reader: pytest -s."""
    print(f"\n{'probe':44} {'documented':>10} {'modelled':>9}")
    for case, probe in enumerate(PROBES):
        print(f"{probe.name:44} {probe.clocks:10} {probe_run.samples(case)[-1]['cycles']:9}")


@pytest.mark.parametrize("case", range(len(PROBES)), ids=[probe.name for probe in PROBES])
def test_probe(probe_run: Run, case: int) -> None:
    probe = PROBES[case]
    samples = probe_run.samples(case)
    assert [sample["cycles"] for sample in samples[-2:]] == [probe.clocks] * 2
    warm = samples[-1]
    always = ("iterations", "restarts", "tlb_misses", "interrupts")
    expected: dict[str, Any] = {key: getattr(probe, key) for key in always}
    for key in ("instructions", "cache_misses"):
        if getattr(probe, key) is not None:
            expected[key] = getattr(probe, key)
    assert {key: warm[key] for key in expected} == expected


def test_cycles_have_an_owner(probe_run: Run) -> None:
    for line in probe_run.lines:
        if line["type"] == "sample":
            assert line["kernel_cycles"] + line["user_cycles"] == line["cycles"]


def test_every_probe_name_is_used_once() -> None:
    names = [probe.name for probe in PROBES]
    assert len(set(names)) == len(names)


def test_exact_count_and_clock(plugin: Path, tmp_path: Path) -> None:
    run = small_run(plugin, tmp_path, "count.S")
    sample = run.samples(0)[0]
    assert sample["instructions"] == LOOP_INSTRUCTIONS
    assert sample["cycles"] == LOOP_CYCLES
    assert run.status == 2 * CLOCK_DIFFERENCE + 1


def test_exact_count_without_a_model(plugin: Path, tmp_path: Path) -> None:
    run = small_run(plugin, tmp_path, "count.S", ",model=none")
    assert run.lines[0] == {"type": "model", "model": "none", "board": None, "model_hash": None}
    sample = run.samples(0)[0]
    assert sample["instructions"] == LOOP_INSTRUCTIONS
    assert sample["cycles"] is None
    assert run.status == 2 * 0x7F + 1, "the clock page must stay empty"


def test_counts_do_not_depend_on_the_model(plugin: Path, probe_run: Run, tmp_path: Path) -> None:
    status, lines, _ = run_image(tmp_path, plugin, build_image(tmp_path, PROBES), extra=",model=none")
    assert status == GUEST_EXIT
    counted = ("case", "index", "instructions", "iterations", "restarts", "cr3_loads", "interrupts")
    runs = [[{key: line[key] for key in counted} for line in run[1:-1]] for run in (probe_run.lines, lines)]
    assert runs[0] == runs[1]


def test_counts_are_those_of_the_emulators_own_clock(plugin: Path, tmp_path: Path) -> None:
    """QEMU counts every instruction that it begins by -icount, takes a faulting attempt back, and begins a rep once more to
    see that nothing is left; the last instruction ends the machine. A halt lets its clock jump, and it counts what
    follows a taken into.
    """
    counted = [probe for probe in PROBES if "halt" not in probe.name and probe.name != "into taken"]
    _, lines, _ = run_image(tmp_path, plugin, build_image(tmp_path, order(counted)))
    end = lines[-1]
    assert end["iterations"] > 10_000 and end["restarts"] > 0
    begun = end["instructions"] + end["iterations"] + end["empty_passes"] + 1
    assert round(end["guest_seconds"] * 1e9) == begun << ICOUNT_SHIFT


def test_same_bytes_twice(plugin: Path, probe_run: Run, tmp_path: Path) -> None:
    run_image(tmp_path, plugin, build_image(tmp_path, PROBES))
    assert (tmp_path / "counts.jsonl").read_bytes() == (probe_run.folder / "counts.jsonl").read_bytes()


@pytest.mark.parametrize(
    "assembly,reason",
    [
        ("absent.S", "the i486 has no such instruction: rdtsc at 0010000D, bytes 0f 31"),
        ("unlisted.S", "no clocks for this instruction form: daa at 0010000D, bytes 27"),
    ],
)
def test_unknown_instruction_stops(plugin: Path, tmp_path: Path, assembly: str, reason: str) -> None:
    run = small_run(plugin, tmp_path, assembly)
    assert run.status == MODEL_EXIT
    assert run.lines[-1]["status"] == "error"
    assert run.lines[-1]["reason"] == reason


def test_task_switch_stops(plugin: Path, tmp_path: Path) -> None:
    run = small_run(plugin, tmp_path, "task.S")
    assert run.status == MODEL_EXIT
    assert "is a task switch or goes through a gate that is not modelled: lcall" in run.lines[-1]["reason"]


@pytest.mark.parametrize(
    ("name", "reads", "writes"),
    [
        # Gate and code descriptor, and for LRET two words and the descriptor.
        ("lcall gate, same level", 4 + 4, 2),
        # Besides, stack and its descriptor, each way.
        ("lcall gate to inner level and retf back", 8 + 8, 4),
        # Besides, two pushes, and two words copied.
        ("lcall gate with two parameters and retf imm back", 8 + 8 + 2, 4 + 2 + 2),
    ],
)
def test_a_gate_touches_the_words_of_the_manual(probe_run: Run, name: str, reads: int, writes: int) -> None:
    sample = probe_run.samples([probe.name for probe in PROBES].index(name))[-1]
    assert (sample["reads"], sample["writes"]) == (reads, writes)


@pytest.mark.parametrize(
    "name", ["int to inner level and iretd back", "page fault in a copy", "timer interrupt ends a halt"]
)
def test_trace_sums_to_the_sample(plugin: Path, tmp_path: Path, name: str) -> None:
    case = [probe.name for probe in PROBES].index(name)
    trace = tmp_path / "trace.tsv"
    extra = f",trace={trace},trace_case={case},trace_sample={REPETITIONS - 1}"
    _, lines, _ = run_image(tmp_path, plugin, build_image(tmp_path, PROBES), extra=extra)
    sample = [line for line in lines if line.get("case") == case][-1]
    with trace.open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert sum(int(row["cycles"]) for row in rows) == sample["cycles"]
    for cause, clocks in sample["stalls"].items():
        assert sum(int(row[cause]) for row in rows) == clocks
    assert all(int(row["base"]) >= 0 for row in rows)


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("value just loaded", ["range=13-42"]),
        ("value before a read", []),
        ("constant", []),
        ("own product at once", ["range=13-42"]),
        ("bsf m of 0x80", []),
        ("imul r,r,imm", []),
        ("sete r", ["range=3-4"]),
        ("sete m", []),
        ("rcl r,cl", ["range=8-30"]),
    ],
)
def test_the_trace_names_clocks_of_an_unknown_value(plugin: Path, tmp_path: Path, name: str, notes: list[str]) -> None:
    probe = next(probe for probe in PROBES if probe.name == name)
    trace = tmp_path / "trace.tsv"
    run_image(tmp_path, plugin, build_image(tmp_path, [probe]), extra=f",trace={trace},trace_case=0,trace_sample=0")
    with trace.open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [word for row in rows for word in row["notes"].split() if word.startswith("range=")] == notes


def test_slower_boards_are_not_faster(plugin: Path, tmp_path: Path) -> None:
    image = build_image(tmp_path, PROBES)
    totals = []
    for board in ("ideal", "fast-50", "async-l2", "dram-only"):
        _, lines, _ = run_image(tmp_path, plugin, image, board)
        assert lines[0]["board"] == board
        totals.append(sum(line["cycles"] for line in lines if line["type"] == "sample"))
    assert totals == sorted(totals) and len(set(totals)) == len(totals)


@pytest.mark.parametrize(
    "extra,sentence",
    [
        (",colour=red", "the argument colour is unknown"),
        (",model=i586", "the argument model is unknown or its value is wrong"),
        (",board=/nonexistent.psv", "cannot open /nonexistent.psv"),
    ],
)
def test_wrong_arguments_are_refused(plugin: Path, tmp_path: Path, extra: str, sentence: str) -> None:
    status, lines, errors = run_image(tmp_path, plugin, build_image(tmp_path, [], "absent.S"), extra=extra)
    assert status != 0 and sentence in errors and lines == []


def test_no_kernel_is_an_error(plugin: Path, tmp_path: Path) -> None:
    _, lines, _ = run_image(tmp_path, plugin, tmp_path / "no-such-kernel.elf")
    assert lines[-1]["status"] == "error" and lines[-1]["reason"] == "the kernel never ran"


def test_missing_row_is_named(plugin: Path, tmp_path: Path) -> None:
    clocks = tmp_path / "clocks.psv"
    rows = (I486.folder / "clocks.psv").read_text().splitlines(keepends=True)
    clocks.write_text("".join(row for row in rows if not row.startswith("nop pause|")))
    status, lines, _ = run_image(tmp_path, plugin, build_image(tmp_path, PROBES), clocks=clocks)
    assert status == MODEL_EXIT
    assert lines[-1]["reason"].startswith("no clocks for this instruction form: nop at ")
