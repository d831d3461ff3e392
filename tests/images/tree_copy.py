# SPDX-License-Identifier: BSD-2-Clause
"""How does a test change the tree without changing it? In a copy of what git tracks or would track, with a build folder of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import guest

LIST = ["git", "-C", str(guest.ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
LIST_SECONDS = 20


def made(folder: Path) -> Path:
    """The copy; results and figures included, since tutorials read them."""
    listed = subprocess.run(LIST, capture_output=True, text=True, check=True, timeout=LIST_SECONDS).stdout.split("\0")
    for name in filter(None, listed):
        if (guest.ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(guest.ROOT / name, folder / name)
    return folder


def run(copy: Path, command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {"L4LAB_BUILD": str(copy / "build"), "NO_INSTALL": "1"}
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
