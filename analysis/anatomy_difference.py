# SPDX-License-Identifier: BSD-2-Clause
"""On which steps do two round trips of the same case differ, and which memory does each touch?"""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.anatomy import Anatomy, Key, Total
from analysis.anatomy_text import conditions
from analysis.report import columns


@dataclass(frozen=True)
class Change:
    """Cycles of one step in either round trip, 0 where it has none; causes: the differences that are not 0."""

    key: Key
    before: int
    after: int
    causes: dict[str, int]

    @property
    def cycles(self) -> int:
        return self.after - self.before


def _change(key: Key, before: Total, after: Total) -> Change:
    causes = {cause: after.causes[cause] - cycles for cause, cycles in before.causes.items()}
    return Change(key, before.cycles, after.cycles, {cause: cycles for cause, cycles in causes.items() if cycles})


def changes(a: Anatomy, b: Anatomy) -> list[Change]:
    """Every step of either, in the order of the first path; what only the second has comes last."""
    ours, theirs = ({(one.side, one.step): one for one in seen.steps} for seen in (a, b))
    keys = dict.fromkeys([*ours, *theirs])
    return [_change(key, ours.get(key, Total(*key)), theirs.get(key, Total(*key))) for key in keys]


def _footprint(seen: Anatomy) -> list[object]:
    code = sum(line.kind == "code" for line in seen.lines)
    walks = sum(page.walks for page in seen.pages)
    fills = sum(line.fills for line in seen.lines)
    return [seen.about["variant"], len(seen.pages), walks, code, len(seen.lines) - code, fills]


def _only(name: str, a: Anatomy, b: Anatomy) -> Iterator[str]:
    """By name: the addresses of two images need not be the same."""
    theirs = {page.name for page in b.pages}
    for page in a.pages:
        if page.name not in theirs:
            yield f"  only {name}: {page.address:08X} {page.name} ({'+'.join(page.kinds)})"


def lay_out(a: Anatomy, b: Anatomy) -> str:
    rows = [
        [f"{one.key[0]}: {one.key[1]}", one.before, one.after, f"{one.cycles:+d}", _signed(one.causes)]
        for one in changes(a, b)
        if one.cycles or one.causes
    ]
    total = ["all steps", a.total, b.total, f"{b.total - a.total:+d}", ""]
    names = [str(seen.about["variant"]) for seen in (a, b)]
    table = columns([["steps that differ, round trip", *names, "difference", "by cause"], *rows, total])
    header = ["memory known to be touched", "pages", "walks", "lines of code", "other lines", "fills"]
    memory = columns([header, _footprint(a), _footprint(b)])
    pages = [*_only(names[0], a, b), *_only(names[1], b, a)]
    return "\n".join([*conditions(a), *conditions(b), "", table, memory, *pages]).rstrip("\n") + "\n"


def _signed(causes: dict[str, int]) -> str:
    return " ".join(f"{cause}{cycles:+d}" for cause, cycles in causes.items())
