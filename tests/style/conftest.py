# SPDX-License-Identifier: BSD-2-Clause
"""What the tests of style share: their helper module on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
