# SPDX-License-Identifier: BSD-2-Clause
"""Which files are the project's own, and of which kind? What git tracks or would track, by path from the root."""

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
C, ASSEMBLY, PYTHON = (".c", ".h"), (".S",), (".py",)


@functools.cache
def names() -> tuple[str, ...]:
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS).stdout.split("\0")
    return tuple(sorted({name for name in listed if name and (ROOT / name).is_file()}))


def below(*folders: str, suffixes: tuple[str, ...] = C) -> list[str]:
    """Files of some kinds in some folders; no folder: everywhere."""
    starts = tuple(f"{folder}/" for folder in folders) or ("",)
    return [name for name in names() if name.startswith(starts) and name.endswith(suffixes)]


def first_line(name: str) -> str:
    with (ROOT / name).open("rb") as stream:
        return stream.readline(200).decode(errors="replace")


def scripts(interpreter: str) -> list[str]:
    """Files whose first line names an interpreter."""
    return [name for name in names() if first_line(name).startswith("#!") and interpreter in first_line(name)]


def text(name: str) -> str | None:
    """Contents, None if the file is not text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
