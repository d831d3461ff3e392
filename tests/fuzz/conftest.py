# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of the fuzzer share: its modules on the path, and those that build images."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "images")]
