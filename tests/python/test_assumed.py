# SPDX-License-Identifier: BSD-2-Clause
"""Has every assumed parameter a range, and does a varied copy differ in that one value? The files are made by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis import assumed
from analysis.assumed import Effect, Parameter
from bench.run import catalog

WALK = Parameter("rules.psv", "walk", 9, 7, 13, "C", "R", "why")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    (tmp_path / "boards").mkdir()
    (tmp_path / "clocks.psv").write_text("mnemonic|form|kind|clocks|conf|source|note\nmov|r,r|fixed|1|A|D486|\n")
    (tmp_path / "rules.psv").write_text("# 9\nkey|value|conf|source|note\nsure|9|A|D486|9\nwalk|9|C|R|9\nlone|4|B|R|\n")
    (tmp_path / "boards" / "b.psv").write_text("key|value|conf|source|note\nread|2|B|R|\n")
    (tmp_path / "assumed.psv").write_text("file|key|low|high|reason\nrules.psv|walk|7|13|why\nboards/b.psv|read|||fixed\n")
    return tmp_path


def test_recalled_parameters_have_ranges_and_others_may(machine: Path) -> None:
    assert assumed.parameters(machine, "b") == [
        WALK,
        Parameter("boards/b.psv", "read", 2, None, None, "B", "R", "fixed"),
    ]


def test_a_missing_range_and_one_too_many_are_refused(machine: Path) -> None:
    ranges = machine / "assumed.psv"
    text = ranges.read_text()
    ranges.write_text(text.replace("rules.psv|walk|7|13|why\n", ""))
    with pytest.raises(assumed.AssumedError, match="no range for walk of rules.psv"):
        assumed.parameters(machine, "b")
    ranges.write_text(text + "rules.psv|sure|1|2|\n")
    with pytest.raises(assumed.AssumedError, match="range for sure of rules.psv, which is not"):
        assumed.parameters(machine, "b")


def test_one_value_changes_and_nothing_else(machine: Path) -> None:
    text = (machine / "rules.psv").read_text()
    assert assumed.with_value(text, WALK, 13) == text.replace("walk|9|C|R|9", "walk|13|C|R|9")
    with pytest.raises(assumed.AssumedError, match="no gone of 9"):
        assumed.with_value(text, replace(WALK, key="gone"), 13)


def test_forms_with_a_range_go_to_its_ends(machine: Path) -> None:
    path = machine / "clocks.psv"
    rows = ["mul imul|r32|multiplier|13 42", "rcl|r,cl|range|7 9", "sete setne|r|condition|4 3"]
    known = ["mul|m32|multiplier|13 42", "imul|r32,r32,imm|multiplier|13 42", "bsf|r,m|scan_forward|7 43", "sete|m|condition|3 4"]
    path.write_text(path.read_text() + "".join(f"{row}|A|D486|\n" for row in [*known, *rows]))
    found = assumed.unseen(machine)
    assert [(one.key, one.value, one.low, one.high) for one in found] == [
        ("mul r32", "13 42", 13, 42), ("rcl r,cl", "7 9", 7, 9), ("sete r", "4 3", 3, 4)]
    assert [one.reason for one in found] == [assumed.UNKNOWN, assumed.UNSEEN, assumed.UNKNOWN]
    text = path.read_text()
    assert assumed.with_value(text, found[0], 13) == text.replace(rows[0], rows[0] + " 13")
    assert assumed.with_value(text, found[1], 9) == text.replace(rows[1], rows[1] + " 9")


@pytest.mark.parametrize(("name", "count"), [("i486", 13), ("pentium", 4)])
def test_every_form_with_a_range_can_be_varied(name: str, count: int) -> None:
    folder = catalog.machine(name).folder
    text = (folder / "clocks.psv").read_text()
    found = assumed.unseen(folder)
    assert len({one.key for one in found}) == len(found) == count
    for one in found:
        assert one.high is not None
        changed = assumed.with_value(text, one, one.high).splitlines()
        [row] = [new for old, new in zip(text.splitlines(), changed, strict=True) if new != old]
        assert row.split("|")[1] == one.key.split()[1] and row.split("|")[3] == f"{one.value} {one.high}"
        assert row.startswith(one.key.split()[0])


def test_the_largest_effect_comes_first() -> None:
    small, large, fixed = (Effect(replace(WALK, key=key), *ends) for key, *ends in
                           (("small", 100.0, 101.0), ("large", 80.0, 100.0), ("fixed", None, None)))
    table = assumed.rows([small, fixed, large], 100.0, {"board": "b"})
    assert [(row["key"], row["largest_change_cycles"]) for row in table] == [("large", 20), ("small", 1), ("fixed", 0)]
    assert "-20.0" in assumed.text([large], 100.0, "case")


@pytest.mark.parametrize("name", [name for name in catalog.machines() if (catalog.machine(name).folder / "rules.psv").exists()])
def test_the_machines_own_ranges_are_complete(name: str) -> None:
    machine = catalog.machine(name)
    for board in machine.boards():
        if board == machine.default_board:
            for one in assumed.parameters(machine.folder, board):
                assert (one.low is None) == (one.high is None), one
                assert one.low is None or one.low <= int(one.value) <= (one.high or 0), one
