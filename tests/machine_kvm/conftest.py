# SPDX-License-Identifier: BSD-2-Clause
"""Puts the project on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
