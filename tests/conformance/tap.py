# SPDX-License-Identifier: BSD-2-Clause
"""Does a kernel conform? Boots guest tests on images and says it as TAP, the Test Anything Protocol: one test point for
each case of a program, and one for the program itself, which must come to its end.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import claims
import guest

from bench.run import process

OK, FAILED, RUN_FAILED, TIME_LIMIT = 0, 1, 3, 4


@dataclass(frozen=True)
class Point:
    """One test point. problems: why it failed; skipped: why it was not run, if it was not."""

    image: str
    program: str
    case: str
    rules: tuple[str, ...]
    problems: tuple[str, ...]
    skipped: str | None = None

    def lines(self, number: int) -> list[str]:
        verdict = "not ok" if self.problems else "ok"
        rules = f" [{' '.join(self.rules)}]" if self.rules else ""
        skip = f" # SKIP {self.skipped}" if self.skipped else ""
        point = f"{verdict} {number} - {self.image} {self.program}.{self.case}{rules}{skip}"
        return [point, *(f"# {problem}" for problem in self.problems)]


@dataclass(frozen=True)
class Report:
    """What one program said on one image; status as the command line's exit status."""

    points: list[Point]
    status: int


# The point of a program as a whole.
WHOLE = "end"


def _cases(outcome: guest.Outcome) -> list[str]:
    """In the order of their first line."""
    named = [name for name, _, _ in outcome.verdicts]
    return list(dict.fromkeys([*named, *outcome.skipped]))


def _case_point(image: str, program: str, case: str, outcome: guest.Outcome) -> Point:
    failed = [sentence for name, verdict, sentence in outcome.verdicts if (name, verdict) == (case, "fail")]
    rules = tuple(outcome.covered.get(case, []))
    return Point(image, program, case, rules, tuple(failed), outcome.skipped.get(case))


def report(image: str, program: str, outcome: guest.Outcome) -> Report:
    points = [_case_point(image, program, case, outcome) for case in _cases(outcome)]
    breakdown = outcome.breakdown(program)
    points.append(Point(image, program, WHOLE, (), (*outcome.unkept(program), *breakdown)))
    if outcome.status is None:
        return Report(points, TIME_LIMIT)
    if breakdown:
        return Report(points, RUN_FAILED)
    return Report(points, FAILED if any(point.problems for point in points) else OK)


def programs() -> list[str]:
    return sorted(path.stem for path in claims.GUEST.glob("*.c"))


def _reports_of(image: guest.Image, names: Sequence[str]) -> list[Report]:
    targets = ["kernel.elf", "sigma0.elf", *(f"{name}.elf" for name in names)]
    folder = guest.build(image, targets)
    return [report(image.name, name, guest.boot(folder, name)) for name in names]


def reports(
    images: Sequence[guest.Image], names: Sequence[str], ended: Callable[[str], None]
) -> Iterator[list[Report]]:
    """The reports of each image in turn, made on all processors; `ended` is told each image that is done."""

    def made(image: guest.Image) -> list[Report]:
        found = _reports_of(image, names)
        ended(image.name)
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            yield from pool.map(made, images)
        except KeyboardInterrupt:
            process.stop_all()
            raise
