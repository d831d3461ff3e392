# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the command line share: where the project is, and the run most of them make."""

import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAKES = ROOT / "tests" / "python" / "fakes"
SECONDS = 240
RUN = ("run", "--variant", "liedtke93", "--benchmark", "pingpong", "--machine", "i486")

Ended = subprocess.CompletedProcess[str]
Lab = Callable[..., Ended]
