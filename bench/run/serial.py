# SPDX-License-Identifier: BSD-2-Clause
"""What did the guest say? Reads the serial log of one boot (docs/formats.md, section 3)."""

import re
from dataclasses import dataclass, field

from bench.run.errors import RunFailed

BANNER = re.compile(r"l4lab: variant=(\S+) text=(\S+)$")
STACK = re.compile(r"l4lab: kernel stack: deepest use (\d+) of (\d+) bytes$")
FATAL = re.compile(r"l4lab: (panic|exception): (.*)")
CASE_KEYS = ("temperature", "warmups", "n", "metric")
END = re.compile(r"^@end \S+ \S+\r?\n", re.MULTILINE)
TAIL_LINES = 12
TAIL_COLUMNS = 140


@dataclass
class Case:
    name: str
    facts: dict[str, str]
    values: list[int | None] = field(default_factory=list)
    counted: dict[str, list[int]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return int(self.facts["n"])


@dataclass
class Log:
    """Everything in a log that is data; `verdict` is None while no @end was seen."""

    variant: str | None = None
    text: str | None = None
    benchmark: str | None = None
    clock: str | None = None
    cases: list[Case] = field(default_factory=list)
    checks: int = 0
    failed_checks: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    verdict: str | None = None
    fatal: str | None = None


def tail(text: str) -> str:
    """The last lines of a log, indented, for a message about a failed run."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return "\n".join("    | " + line[:TAIL_COLUMNS] for line in lines[-TAIL_LINES:])


def finished(text: str) -> bool:
    """True once nothing more of interest can follow."""
    return END.search(text) is not None or FATAL.search(text) is not None


def _pairs(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words if "=" in word)


def _read_benchmark(log: Log, words: list[str]) -> None:
    log.benchmark, log.clock = words[0], _pairs(words)["clock"]


def _read_case(log: Log, words: list[str]) -> None:
    case = Case(words[0], _pairs(words[1:]))
    missing = [key for key in CASE_KEYS if key not in case.facts]
    if missing:
        raise ValueError(f"a @case line without {', '.join(missing)}")
    if any(case.name == other.name for other in log.cases):
        raise ValueError(f"the case {case.name} occurs twice")
    log.cases.append(case)


def _read_values(log: Log, words: list[str]) -> None:
    log.cases[-1].values += [None if word == "-" else int(word) for word in words]


def _read_count(log: Log, words: list[str]) -> None:
    log.cases[-1].counted[words[0]] = [int(word) for word in words[1:]]


def _read_check(log: Log, words: list[str]) -> None:
    log.checks += 1
    if words[1] != "ok":
        log.failed_checks.append(" ".join(words))


def _read_note(log: Log, words: list[str]) -> None:
    log.notes.update(_pairs(words))


def _read_end(log: Log, words: list[str]) -> None:
    log.verdict = words[1]


READERS = {
    "@benchmark": _read_benchmark,
    "@case": _read_case,
    "@values": _read_values,
    "@count": _read_count,
    "@check": _read_check,
    "@note": _read_note,
    "@end": _read_end,
}


def _read_plain(log: Log, line: str) -> None:
    if banner := BANNER.match(line):
        log.variant, log.text = banner.groups()
    elif stack := STACK.match(line):
        log.notes.update(zip(("kernel_stack_deepest_bytes", "kernel_stack_bytes"), stack.groups()))
    elif (fatal := FATAL.match(line)) and log.fatal is None:
        log.fatal = f"{fatal[1]}: {fatal[2]}"


def read(text: str) -> Log:
    """Raises RunFailed with the line number if a data line is malformed.

    A last line without its newline is not read: the guest was stopped while it wrote it.
    """
    log = Log()
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        line = line.rstrip("\r")
        keyword, _, rest = line.partition(" ")
        if reader := READERS.get(keyword):
            try:
                reader(log, rest.split())
            except (ValueError, IndexError, KeyError) as error:
                raise RunFailed(f"line {number} of the serial log is malformed ({error}): {line}") from error
        else:
            _read_plain(log, line)
    return log


def check_complete(log: Log) -> None:
    """Raises RunFailed unless the benchmark ended well and every case has all of its values."""
    if log.failed_checks:
        raise RunFailed(f"the guest's check failed: {log.failed_checks[0]}")
    if log.verdict != "ok":
        raise RunFailed("the benchmark itself ended with 'fail'")
    for case in log.cases:
        if len(case.values) != case.n:
            raise RunFailed(f"case {case.name} announced {case.n} values and sent {len(case.values)}")
