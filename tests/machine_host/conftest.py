# SPDX-License-Identifier: BSD-2-Clause
"""Puts the project on the path, and skips on what is no host of this machine."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.run import host  # noqa: E402


@pytest.fixture(autouse=True)
def host_fits() -> None:
    why = host.why_not()
    if why is not None:
        pytest.skip(why)
