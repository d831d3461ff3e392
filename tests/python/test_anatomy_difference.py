# SPDX-License-Identifier: BSD-2-Clause
"""Does the difference of two anatomies add up, in text and as a waterfall?"""

import dataclasses
from typing import Any

import pytest
import test_anatomy

from analysis import anatomy, anatomy_difference
from analysis.figures import waterfall

LONGER = test_anatomy.line(1, "wait", (0xF0101040, 0x101040), {"base": 3, "tlb": 9}, "nop", notes="tlb=E0100000:data")


def read(lines: list[str], total: int, variant: str) -> anatomy.Anatomy:
    trace = "\n".join(["\t".join(test_anatomy.COLUMNS), *lines]) + "\n"
    about: dict[str, Any] = {**test_anatomy.ABOUT, "variant": variant}
    return anatomy.dissect(trace, total, about, test_anatomy.KERNEL, test_anatomy.TASK, test_anatomy.LINE_BYTES)


@pytest.fixture
def one() -> anatomy.Anatomy:
    return read(test_anatomy.LINES, test_anatomy.TOTAL, "liedtke93")


@pytest.fixture
def other() -> anatomy.Anatomy:
    """Without the step state_change (2 cycles) and with a step of 12."""
    lines = [line for line in test_anatomy.LINES if "state_change" not in line]
    return read([*lines[:3], LONGER, *lines[3:]], test_anatomy.TOTAL + 10, "baseline")


def test_changes_add_up(one: anatomy.Anatomy, other: anatomy.Anatomy) -> None:
    found = anatomy_difference.changes(one, other)
    assert sum(change.cycles for change in found) == other.total - one.total == 10
    named = {change.key: (change.before, change.after, change.causes) for change in found if change.cycles}
    assert named == {
        ("kernel", "state_change"): (2, 0, {"base": -1, "cache": -1}),
        ("kernel", "wait"): (0, 12, {"base": 3, "tlb": 9}),
    }


def test_text_names_steps_and_memory(one: anatomy.Anatomy, other: anatomy.Anatomy) -> None:
    text = anatomy_difference.lay_out(one, other)
    assert "kernel: wait" in text and "partner_check" not in text
    assert "base+3 tlb+9" in text and "+10" in text
    assert "liedtke93" in text and "baseline" in text and "lines of code" in text


def test_a_waterfall_begins_and_ends_at_the_totals(one: anatomy.Anatomy, other: anatomy.Anatomy) -> None:
    first, *middle, last = waterfall.between(one, other)
    assert (first[1:3], last[1:3]) == ((0, one.total), (0, other.total))
    assert [start for _, start, _, _ in middle] == [one.total, one.total - 2]
    assert waterfall.of_one(one)[-1][2] == one.total == sum(bar[2] for bar in waterfall.of_one(one)[:-1])


def test_equal_anatomies_give_equal_drawings(one: anatomy.Anatomy, other: anatomy.Anatomy) -> None:
    assert waterfall.svg(one, other) == waterfall.svg(dataclasses.replace(one), other)
    assert b"<svg" in waterfall.svg(one, None)
