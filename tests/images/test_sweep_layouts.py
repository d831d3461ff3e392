# SPDX-License-Identifier: BSD-2-Clause
"""Does a real sweep go on after kill -9 with what it has, and are its records those of an undisturbed one?"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import guest
import tree_copy

from bench.run import build

SECONDS = 300
LAYOUTS = 2
# The seed of test_placement.py: what that has compiled is compiled.
SEED = 11
COMMAND = [sys.executable, "l4lab", "sweep", "combinations", "--only", "liedtke93.*", "--layouts", str(LAYOUTS), "--seed", str(SEED), "--jobs", "1"]


def swept(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "L4LAB_BUILD": str(folder)}
    return subprocess.run(
        COMMAND, cwd=guest.ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def test_killed_sweep_goes_on(tmp_path: Path) -> None:
    build.plugin()
    tree_copy.copy_build("model", tmp_path)
    store, raw = tmp_path / "store", tmp_path / "results" / "raw" / "combinations"
    with subprocess.Popen(COMMAND, cwd=guest.ROOT, env={**os.environ, "L4LAB_BUILD": str(tmp_path)}) as process:
        deadline = time.monotonic() + SECONDS
        while not list(store.glob("*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    ended = swept(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "kept liedtke93.pingpong.i486." in ended.stderr
    first = {path.name: path.read_bytes() for path in raw.glob("*.jsonl")}
    assert len(first) == LAYOUTS
    values = {str([json.loads(line)["values"] for line in content.splitlines()[1:-1]]) for content in first.values()}
    assert len(values) > 1, "the layouts do not differ"
    again = subprocess.run(
        [*COMMAND, "--force"], cwd=guest.ROOT, env={**os.environ, "L4LAB_BUILD": str(tmp_path)}, timeout=SECONDS, check=False
    )
    assert again.returncode == 0
    assert {path.name: path.read_bytes() for path in raw.glob("*.jsonl")} == first
