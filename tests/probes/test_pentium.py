# SPDX-License-Identifier: BSD-2-Clause
"""Does the Pentium's model, inside QEMU, charge the documented clocks, and say how instructions issued?"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import pentium_forms  # noqa: E402
import pentium_rules  # noqa: E402
from probe import REPETITIONS, order  # noqa: E402
from probe_run import GUEST_EXIT, PENTIUM, build_image, build_plugin, run_image  # noqa: E402

PROBES = order(pentium_forms.probes() + pentium_rules.probes())
MODEL_EXIT = 70
Lines = list[dict[str, Any]]


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_plugin(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_image(tmp_path_factory.mktemp("image"), PROBES, target=PENTIUM)


@pytest.fixture(scope="session")
def lines(plugin: Path, image: Path, tmp_path_factory: pytest.TempPathFactory) -> Lines:
    status, found, errors = run_image(tmp_path_factory.mktemp("probes"), plugin, image, target=PENTIUM)
    assert status == GUEST_EXIT, errors
    return found


def samples(of: Lines, name: str) -> Lines:
    case = [probe.name for probe in PROBES].index(name)
    return [line for line in of if line["type"] == "sample" and line["case"] == case]


def test_run_is_complete(lines: Lines) -> None:
    assert lines[0] == {"type": "model", "model": "pentium", "board": "ideal", "model_hash": None}
    assert lines[-1]["status"] == "ok" and lines[-1]["samples"] == REPETITIONS * len(PROBES)


def test_every_probe_name_is_used_once() -> None:
    names = [probe.name for probe in PROBES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("case", range(len(PROBES)), ids=[probe.name for probe in PROBES])
def test_probe(lines: Lines, case: int) -> None:
    probe = PROBES[case]
    found = samples(lines, probe.name)
    assert [sample["cycles"] for sample in found[-2:]] == [probe.clocks] * 2
    keys = ["iterations", "restarts", "tlb_misses", "interrupts"]
    keys += [key for key in ("instructions", "cache_misses") if getattr(probe, key) is not None]
    assert {key: found[-1][key] for key in keys} == {key: getattr(probe, key) for key in keys}


@pytest.mark.parametrize(
    "name,pairs,mispredicts",
    [
        ("four in two pairs", 2, 0),
        ("never pairs, first", 0, 0),
        ("compare and branch taken", 1, 0),
        ("taken, not known, v pipe", 1, 1),
        # The first pass finds neither address, and the end is predicted wrongly.
        ("loop of one pair, not known", 8, 3),
    ],
)
def test_pairs_and_mispredictions_are_counted(lines: Lines, name: str, pairs: int, mispredicts: int) -> None:
    warm = samples(lines, name)[-1]
    assert (warm["pairs"], warm["mispredicts"]) == (pairs, mispredicts)


@pytest.mark.parametrize(
    "name,cause,clocks",
    [
        ("read after write", "pairing", 1),
        ("first pass of a line", "pairing", 1),
        ("never pairs, second", "pairing", 0),
        ("bank conflict", "bank", 1),
        ("taken, not known, u pipe", "branch", 3),
        ("agi on an index", "agi", 1),
    ],
)
def test_a_loss_has_its_cause(lines: Lines, name: str, cause: str, clocks: int) -> None:
    assert samples(lines, name)[-1]["stalls"][cause] == clocks


def test_trace_sums_to_the_sample_and_says_why_not_paired(plugin: Path, image: Path, tmp_path: Path) -> None:
    case = [probe.name for probe in PROBES].index("read after write")
    trace = tmp_path / "trace.tsv"
    extra = f",trace={trace},trace_case={case},trace_sample={REPETITIONS - 1}"
    _, found, _ = run_image(tmp_path, plugin, image, extra=extra, target=PENTIUM)
    sample = samples(found, "read after write")[-1]
    with trace.open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert sum(int(row["cycles"]) for row in rows) == sample["cycles"]
    for cause, clocks in sample["stalls"].items():
        assert sum(int(row[cause]) for row in rows) == clocks
    assert [row["notes"] for row in rows] == ["", "unpaired=register"]


@pytest.mark.parametrize("boards", [("ideal", "pb-l2", "edo-only"), ("ideal", "pb-l2", "pb-l2-133")])
def test_slower_boards_are_not_faster(plugin: Path, image: Path, tmp_path: Path, boards: tuple[str, ...]) -> None:
    totals = []
    for board in boards:
        _, found, _ = run_image(tmp_path, plugin, image, board, target=PENTIUM)
        assert found[0]["board"] == board
        totals.append(sum(line["cycles"] for line in found if line["type"] == "sample"))
    assert totals == sorted(totals) and len(set(totals)) == len(totals)


def test_time_stamps_are_modelled_cycles(plugin: Path, tmp_path: Path) -> None:
    image = build_image(tmp_path, [], "stamp.S", PENTIUM)
    status, found, errors = run_image(tmp_path, plugin, image, target=PENTIUM)
    assert found[-1]["status"] == "ok", errors
    # Three pairs of mov and no-operations, one alone, and rdtsc with its prefix.
    assert status == 2 * (3 + 1 + 6 + 1) + 1


def test_unlisted_instruction_stops(plugin: Path, tmp_path: Path) -> None:
    status, found, _ = run_image(
        tmp_path, plugin, build_image(tmp_path, [], "unlisted.S", PENTIUM), target=PENTIUM
    )
    assert status == MODEL_EXIT
    assert found[-1]["reason"] == "no clocks for this instruction form: daa at 0010000D, bytes 27"
