# SPDX-License-Identifier: BSD-2-Clause
"""How does a test change the tree without changing it? In a copy of what git tracks or would track, with a build folder of its own.

That folder may begin with what has been built already: file times are copied, too, so that make finds it up to date.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import guest

LIST = ["git", "-C", str(guest.ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
LIST_SECONDS = 20


def copy_build(name: str, target: Path) -> None:
    """A folder of the build folder, under the lock that make holds while it builds this folder."""
    source = guest.BUILD / name
    held = os.open(source, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        shutil.copytree(source, target / name)
    finally:
        os.close(held)


def made(folder: Path, builds: Iterable[str] = ()) -> Path:
    """The copy; results and figures included, since tutorials read them. builds: folders of the build folder to begin with."""
    listed = subprocess.run(LIST, capture_output=True, text=True, check=True, timeout=LIST_SECONDS).stdout.split("\0")
    for name in filter(None, listed):
        if (guest.ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(guest.ROOT / name, folder / name)
    for name in builds:
        copy_build(name, folder / "build")
    return folder


def run(copy: Path, command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {"L4LAB_BUILD": str(copy / "build"), "NO_INSTALL": "1"}
    return subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
