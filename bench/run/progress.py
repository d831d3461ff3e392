# SPDX-License-Identifier: BSD-2-Clause
"""How far is the work? A live line on a terminal, plain lines elsewhere; always on stderr."""

import os
import sys
import threading
import time


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


class Progress:
    """done/total, what is at work, and an estimate of the time left, from the mean duration of what this run has finished.

    May be called from several threads.
    """

    def __init__(self, total: int) -> None:
        self.total, self.done, self.timed = total, 0, 0
        self.at_work: list[str] = []
        self.start = time.monotonic()
        self.live = sys.stderr.isatty()
        self.color = self.live and "NO_COLOR" not in os.environ
        self._lock = threading.Lock()

    def _left(self) -> str:
        if not self.timed:
            return ""
        each = (time.monotonic() - self.start) / self.timed
        return f", {clock(each * (self.total - self.done))} left"

    def _text(self, said: str) -> str:
        working = f"at work: {', '.join(self.at_work)}" if self.at_work else ""
        return f"[{self.done}/{self.total}{self._left()}] {'; '.join(part for part in (said, working) if part)}"

    def _show(self, said: str, end: str) -> None:
        """On a terminal the line is cut to its width: one that wraps could not be overwritten."""
        text = self._text(said)
        if self.live:
            width = os.get_terminal_size(sys.stderr.fileno()).columns
            cut = text if end else text[: width - 1]
            print(f"\r\033[K{self._colored(cut)}", end=end, file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def _colored(self, text: str) -> str:
        if not self.color:
            return text
        for word, color in (("failed ", 31), ("ok ", 32), ("kept ", 32)):
            text = text.replace(f"] {word}", f"] \033[{color}m{word}\033[0m", 1)
        return text

    def begin(self, name: str) -> None:
        """Shown on a terminal only: plain lines say what is at work when something ends."""
        with self._lock:
            self.at_work.append(name)
            if self.live:
                self._show("", end="")

    def finish(self, name: str, how: str, timed: bool = True) -> None:
        """One piece of work has ended; `how` is ok, kept or failed."""
        with self._lock:
            self.done += 1
            self.timed += timed
            if name in self.at_work:
                self.at_work.remove(name)
            self._show(f"{how} {name}", end="\n" if how == "failed" or self.done == self.total else "")
