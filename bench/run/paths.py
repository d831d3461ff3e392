# SPDX-License-Identifier: BSD-2-Clause
"""Where does everything lie? The only place that joins folder names to the project's root."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARIANTS = ROOT / "variants"
BENCHMARKS = ROOT / "bench" / "benchmarks"
CAMPAIGNS = ROOT / "bench" / "campaigns"
MACHINES = ROOT / "boot" / "machines"
MODEL_SOURCE = ROOT / "boot" / "model"
RAW = ROOT / "results" / "raw"
TABLES = ROOT / "results" / "tables"
VALIDATION = ROOT / "results" / "validation"
FIGURES = ROOT / "paper" / "figures"


def build_root() -> Path:
    """The folder of everything that can be made again; L4LAB_BUILD moves it."""
    return Path(os.environ.get("L4LAB_BUILD", ROOT / "build")).resolve()


def shown(path: Path) -> str:
    """The path as a message prints it: relative to the project where that is possible."""
    try:
        return str(path.resolve().relative_to(ROOT))
    except ValueError:
        return str(path)
