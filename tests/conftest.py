# SPDX-License-Identifier: BSD-2-Clause
"""How does any test reach the project's own Python? The root of the tree goes on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
