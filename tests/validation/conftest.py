# SPDX-License-Identifier: BSD-2-Clause
"""How do these tests reach the harness of the probes and each other?"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parent / "probes"), str(FOLDER)]
