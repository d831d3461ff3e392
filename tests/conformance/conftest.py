# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of conformance share: their helper modules on the path, and those that boot guest tests."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "images")]
