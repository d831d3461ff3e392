# SPDX-License-Identifier: BSD-2-Clause
"""How does an external process run so that it never outlives us?

Each command gets its own process group, a time limit, and `setpriv --pdeathsig`, which lets the kernel kill it if
we die without a chance to clean up. Every way out of `run` has ended the group: by its own end, or by its number.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.run.errors import Missing, TimeLimit

POLL_SECONDS = 0.05
GRACE_SECONDS = 2
_stopping = threading.Event()


class Stopped(Exception):
    """The user asked for the end (Ctrl-C); nothing new may start."""


@dataclass(frozen=True)
class Ended:
    """status is None if we ended the process because `until` said so."""

    status: int | None
    output: str
    errors: str


def stop_all() -> None:
    """Lets every running command be ended by the thread that waits for it, and refuses new ones; called on Ctrl-C."""
    _stopping.set()


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _end(process: subprocess.Popen[bytes]) -> None:
    """First asks, so that make removes what it has half made, then kills whatever is left of the group."""
    try:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(GRACE_SECONDS)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
    finally:
        _kill_group(process.pid)
        process.wait()


def require(tool: str, package: str) -> str:
    """The path of a tool, or the apt line that brings it."""
    path = shutil.which(tool)
    if path is None:
        raise Missing(f"{tool} is missing: apt-get install {package}")
    return path


def _guarded(command: Sequence[str]) -> list[str]:
    return [require("setpriv", "util-linux"), "--pdeathsig", "KILL", "--", *command]


def _wait(process: subprocess.Popen[bytes], seconds: float, until: Callable[[], bool]) -> int | None:
    deadline = time.monotonic() + seconds
    while process.poll() is None:
        if _stopping.is_set():
            raise Stopped
        if until():
            return None
        if time.monotonic() > deadline:
            raise TimeLimit(f"still running after {seconds:g} s")
        time.sleep(POLL_SECONDS)
    return process.returncode


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace")


def run(command: Sequence[str], seconds: float, folder: Path, until: Callable[[], bool] = lambda: False) -> Ended:
    """Runs `command` in `folder` for at most `seconds`.

    Raises TimeLimit when the time is over, Stopped after `stop_all`. `until` is asked every POLL_SECONDS; its True
    ends the process.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        if _stopping.is_set():
            raise Stopped
        process = subprocess.Popen(
            _guarded(command),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        try:
            status = _wait(process, seconds, until)
        except TimeLimit as limit:
            limit.said = _text(errors)
            raise
        finally:
            _end(process)
        return Ended(status, _text(output), _text(errors))
