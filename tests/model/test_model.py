# SPDX-License-Identifier: BSD-2-Clause
"""Do the model's structures behave as computed by hand? Builds and runs the host tests (C, under sanitizers)."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_structures(tmp_path: Path) -> None:
    ended = subprocess.run(
        ["make", "-s", "-C", str(ROOT / "boot/model"), f"O={tmp_path}", "test"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    counts = re.search(r"(\d+) passed, (\d+) failed", ended.stdout)
    assert counts and int(counts[1]) > 100 and counts[2] == "0"
