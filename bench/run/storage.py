# SPDX-License-Identifier: BSD-2-Clause
"""How does a file reach the disk so that a reader never meets half of it?

Contract: a file is written under a temporary name in its own folder, synced, and renamed; on any error the
temporary file is gone and the old file, if there was one, is unchanged.
"""

import errno
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.run.errors import DiskFull, UsageError
from bench.run.paths import shown

FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns a full disk into the sentence and the exit status that the command line promises."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(f"the disk is full: {shown(path)} was not written") from error
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Replaces `path` by `content`, all of it or nothing.

    Raises UsageError if `path` is there and not an ordinary file: a device or a folder must not be renamed over.
    """
    if path.exists() and not path.is_file():
        raise UsageError(f"{shown(path)} is not a file that can be replaced")
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode())


def json_line(value: Any) -> str:
    """One line with a fixed order of keys, so that equal facts are equal bytes."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) + "\n"
