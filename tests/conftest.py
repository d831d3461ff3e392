# SPDX-License-Identifier: BSD-2-Clause
"""How does any test reach the project's own Python, and which tests run first?

The root of the tree goes on the path. Copies of the tree and other build folders share what has been compiled. `make test`
gives whole files to three workers, in this order: the files that take longest come first, so that no worker is left with one of
them at the end. Three on two processors: some tests wait, for a kill or a timeout.
"""

import os
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS.parent))
os.environ.setdefault("CCACHE_DIR", str(Path(os.environ.get("L4LAB_BUILD", TESTS.parent / "build")) / ".ccache"))

LONGEST_FIRST = (
    "images/test_guest_programs.py",
    "images/test_kernel_binary.py",
    "images/test_tutorials.py",
    "images/test_suite.py",
    "style/test_tools.py",
    "validation/test_validate.py",
    "validation/test_validate_pentium.py",
    "images/test_extending.py",
    "python/test_sweep.py",
    "host_fuzz/test_host_fuzz.py",
    "images/test_cycles.py",
    "bochs/test_bochs.py",
    "python/test_report_page.py",
    "images/test_compare_layouts.py",
    "images/test_sweep_layouts.py",
    "probes/test_probes.py",
    "python/test_figures.py",
)


def _place(item: pytest.Item) -> int:
    name = item.path.relative_to(TESTS).as_posix() if item.path.is_relative_to(TESTS) else ""
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order within a file, and among the files that are not named, stays."""
    items.sort(key=_place)
