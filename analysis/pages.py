# SPDX-License-Identifier: BSD-2-Clause
"""What lies on a page? Names a linear page by the sections of the programs and by the areas of
kernel/memory/layout.h.
"""

import re
from functools import cache
from pathlib import Path

from analysis.dwarf import Program

LAYOUT = Path(__file__).resolve().parents[1] / "kernel" / "memory" / "layout.h"
PAGE_BYTES = 4096
# The areas outside every section, from the top down: the first whose beginning is not above a page holds it.
AREAS = {
    "WINDOW_AREA": "communication window",
    "PHYSICAL_ALIAS": "physical memory alias",
    "TCB_AREA": "thread control block",
    "SMALL_AREA": "small spaces",
}


@cache
def _areas() -> list[tuple[int, str]]:
    """(beginning, name) of each area."""
    values = dict(re.findall(r"#define (\w+)\s+(0x[0-9A-Fa-f]+)", LAYOUT.read_text()))
    return [(int(values[macro], 16), name) for macro, name in AREAS.items()]


def _sections(program: Program, page: int) -> str:
    return " ".join(name for low, high, name in program.sections if low < page + PAGE_BYTES and page < high)


def name(page: int, kernel: Program, task: Program) -> str:
    """Such as `kernel .data` or `thread control block`; a user page outside the program is `user`."""
    if found := _sections(kernel, page):
        return f"kernel {found}"
    area = next((name for beginning, name in _areas() if page >= beginning), None)
    return area or f"user {_sections(task, page)}".strip()
