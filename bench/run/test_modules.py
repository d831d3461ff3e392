# SPDX-License-Identifier: BSD-2-Clause
"""How does a command use modules of the tests? They find each other by their folders, which go on Python's path."""

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType


def load(name: str, folders: Iterable[Path]) -> ModuleType:
    for folder in map(str, folders):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    return import_module(name)
