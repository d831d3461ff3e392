# SPDX-License-Identifier: BSD-2-Clause
"""Does `compare` hold its promises on real layouts?  Few of them by default; the rate of wrong verdicts is for
`make layout-noise`, which sets LAYOUT_NOISE=1 and takes about half an hour.
"""

import json
import os
import subprocess
import sys

import guest
import pytest

from bench.run import process

SECONDS = 3000
LONG = pytest.mark.skipif("LAYOUT_NOISE" not in os.environ, reason="long: make layout-noise")
CASE = "two-large-large-8-warm"
MOST_WRONG_SHARE = 0.08
WRONG = ("faster", "slower")


def compared(*words: str) -> dict[str, object]:
    ended = process.run([sys.executable, "l4lab", "compare", *words, "--json"], SECONDS, guest.ROOT)
    assert ended.status == 0, ended.errors
    found: dict[str, object] = json.loads(ended.output)
    return found


def rows_of(found: dict[str, object]) -> list[dict[str, object]]:
    rows = found["rows"]
    assert isinstance(rows, list)
    return rows


def verdicts(found: dict[str, object]) -> list[str]:
    return [str(row["verdict"]) for row in rows_of(found)]


def test_two_layouts_show_what_a_technique_saves_and_resolve_nothing() -> None:
    (row,) = rows_of(compared("liedtke93", "liedtke93-no-queue", "--case", CASE, "--layouts", "2"))
    assert (row["n"], row["verdict"]) == (2, "not resolved")
    assert isinstance(row["difference_cycles"], float) and row["difference_cycles"] > 0


@LONG
def test_a_technique_is_larger_than_layout_noise() -> None:
    assert verdicts(compared("liedtke93", "liedtke93-no-queue", "--case", CASE, "--layouts", "10")) == ["slower"]


def test_the_last_commit_is_built_in_its_own_tree() -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=guest.ROOT, capture_output=True, text=True, timeout=20, check=False)
    if head.returncode:
        pytest.skip("not a git checkout")
    found = compared("HEAD", "liedtke93", "--case", CASE, "--layouts", "2")
    assert verdicts(found) in (["not resolved"], ["invalid"])
    assert (guest.BUILD / "revisions" / head.stdout.strip()[:12] / "kernel").is_dir()


@LONG
def test_wrong_verdicts_between_disjoint_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    found = [verdict for name in ("liedtke93", "liedtke", "baseline") for verdict in verdicts(compared(name, name))]
    wrong = sum(verdict in WRONG for verdict in found)
    with capsys.disabled():
        print(f"\nA/A, 20 layouts on each side, {len(found)} rows: {wrong} wrong verdicts")
    assert len(found) >= 100 and wrong <= MOST_WRONG_SHARE * len(found)
