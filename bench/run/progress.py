# SPDX-License-Identifier: BSD-2-Clause
"""How far is the work? A live line on a terminal, plain lines elsewhere; always on stderr."""

import os
import sys
import time


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class Progress:
    """done/total and an estimate of the time left, from the mean duration of what this run has finished."""

    def __init__(self, total: int, jobs: int) -> None:
        self.total, self.jobs, self.done, self.timed = total, jobs, 0, 0
        self.start = time.monotonic()
        self.live = sys.stderr.isatty()
        self.color = self.live and "NO_COLOR" not in os.environ

    def _left(self) -> str:
        if not self.timed:
            return ""
        each = (time.monotonic() - self.start) / self.timed
        return f", {clock(each * (self.total - self.done))} left"

    def finish(self, name: str, how: str, timed: bool = True) -> None:
        """One piece of work has ended; `how` is ok, kept or failed."""
        self.done += 1
        self.timed += timed
        mark = f"\033[{31 if how == 'failed' else 32}m{how}\033[0m" if self.color else how
        text = f"[{self.done}/{self.total}{self._left()}] {mark} {name}"
        if not self.live:
            print(text, file=sys.stderr, flush=True)
            return
        end = "\n" if how == "failed" or self.done == self.total else ""
        print(f"\r\033[K{text}", end=end, file=sys.stderr, flush=True)
