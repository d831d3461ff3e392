# SPDX-License-Identifier: BSD-2-Clause
"""Are the model's errors computed, sorted by kind and judged as they are defined? The numbers are worked by hand."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Lab

from analysis import validation
from analysis.assumed import Effect, Parameter
from analysis.validation import EndToEnd, Form, Structure
from bench.run import catalog
from bench.run.commands import validate
from bench.run.errors import LabError

MEASURED = EndToEnd("loop", 8, 10, "cycles", "independent", "B", "book", "ideal", "")
EXACT = EndToEnd("sum", 107, 107, "cycles", "identity", "A", "manual", "ideal", "")
RIGHT = Form("form", "nop", 1, 1, "manual")
BUFFERS = Effect(Parameter("rules.psv", "write_buffers", 4, 1, 8, "C", "inference", "few or many"), 320, 296)
CACHE = Structure("cache", 8192, 8192, "manual", ((8192, 2.0), (16384, 5.0)))


def test_error_is_relative_to_the_published_value() -> None:
    assert MEASURED.error_percent == 25.0
    assert replace(MEASURED, modelled=6).error_percent == -25.0
    assert replace(MEASURED, modelled=None).error_percent is None


def test_one_pass_is_the_slope_without_overhead() -> None:
    # 100 passes more take 2700 - 700 = 2000: 20 each, of which 4 are overhead; 16 for 8 units.
    assert validation.per_pass((50, 700), (150, 2700), units=8, overhead=4) == 2.0


def test_bandwidth() -> None:
    # 50 MHz, 2 cycles a byte: 25 000 000 bytes a second.
    assert validation.mebibytes_per_second(2, 50) == pytest.approx(23.842, abs=0.001)


def test_headline_counts_independent_figures_of_a_and_b_only() -> None:
    figures = [
        MEASURED,
        replace(MEASURED, modelled=4, confidence="A"),
        replace(MEASURED, modelled=8),
        replace(MEASURED, modelled=80, confidence="C"),
        replace(MEASURED, modelled=80, kind="other_kernel"),
        replace(MEASURED, modelled=None),
        EXACT,
    ]
    error = validation.headline(figures)
    assert (error.n, error.mean, error.median, error.largest) == (3, 25.0, 25.0, 50.0)
    assert "n = 3, which is few" in validation.sentence(error)


def test_without_figures_the_error_is_unknown() -> None:
    error = validation.headline([EXACT, replace(MEASURED, confidence="C")])
    assert error.n == 0 and error.mean is None
    assert "unknown" in validation.sentence(error)


def test_many_figures_are_not_called_few() -> None:
    assert "few" not in validation.sentence(validation.headline([MEASURED] * validation.SMALL_N))


def test_what_must_be_exact_is_a_gate() -> None:
    good = validate.Measured(catalog.machine("i486"), [RIGHT], [EXACT, MEASURED], [CACHE], "ideal")
    validate.judge(good)
    with pytest.raises(LabError, match="not as documented: nop$"):
        validate.judge(replace(good, forms=[replace(RIGHT, modelled=2)]))
    with pytest.raises(LabError, match="not as documented: sum$"):
        validate.judge(replace(good, figures=[replace(EXACT, modelled=108)]))
    with pytest.raises(LabError, match="not as documented: cache$"):
        validate.judge(replace(good, structures=[replace(CACHE, recovered=None)]))


def test_a_structure_ends_where_loads_become_dear() -> None:
    # The range is 2 to 10: half of it is 6, a tenth of it 2.8.
    points = ((4, 2.0), (8, 3.0), (16, 9.0), (32, 10.0))
    assert validation.largest_cheap(points, 0.5) == 8
    assert validation.largest_cheap(points, 0.1) == 4
    assert validation.largest_cheap(((4, 2.0), (8, 2.0)), 0.5) is None


def test_a_line_ends_where_the_cost_stops_growing() -> None:
    assert validation.first_flat(((4, 2.0), (8, 4.0), (16, 8.0), (32, 8.1)), 0.05) == 16
    assert validation.first_flat(((4, 2.0), (8, 4.0)), 0.05) is None


def test_rules_and_forms_are_counted_apart() -> None:
    rule = Form("rule", "agi", 2, 3, "manual")
    assert validation.wrong([RIGHT, rule], "form") == []
    assert validation.wrong([RIGHT, rule], "rule") == [rule]


def test_tables_of_this_kernel_stand_beside_others(tmp_path: Path) -> None:
    (tmp_path / "message_length.csv").write_text(
        "variant,case,board,one_way_cycles\nliedtke93,two-large-large-8-warm,async-l2,300\n"
    )
    (tmp_path / "small_spaces.csv").write_text(
        "variant,pair,bytes,board,one_way_cycles\nliedtke,large-small,8,async-l2,320.5\n"
    )
    figures = {one.name: one for one in validation.other_kernels(tmp_path)}
    assert (figures["L3, short IPC"].modelled, figures["L3, short IPC"].error_percent) == (300, 20.0)
    assert figures["large to small to large, by segments"].modelled == 641
    assert figures["Mach, null kernel call"].modelled is None


def test_a_switch_of_spaces_is_a_difference(tmp_path: Path) -> None:
    cases = {"one-large-0": 400, "two-large-0": 530, "one-small-0": 405, "two-small-0": 470}
    cases |= {"one-large-alone-28": 600, "two-large-alone-28": 1000}
    rows = [
        f"space_switch,{case},{variant},async-l2,cycles,{value}"
        for variant in ("liedtke", "liedtke93")
        for case, value in cases.items()
    ]
    (tmp_path / "suite.csv").write_text("\n".join(["benchmark,case,variant,board,metric,value", *rows]) + "\n")
    figures = {one.name: one for one in validation.other_kernels(tmp_path)}
    assert figures["address-space switch by segments"].modelled == 65
    assert figures["large to small to large, by CR3, best"].modelled == 260
    assert figures["large to small to large, by CR3, full tlb"].modelled == 800
    assert figures["large to small to large, by CR3, half tlb"].modelled is None


def test_without_tables_nothing_is_invented(tmp_path: Path) -> None:
    assert {one.modelled for one in validation.other_kernels(tmp_path)} == {None}


def test_csv_keeps_the_order_and_leaves_unknown_cells_empty() -> None:
    text = validation.csv_text([validation.end_to_end_row(replace(MEASURED, modelled=None))])
    assert text == (
        "name,published,modelled,error_percent,unit,kind,confidence,source,board,note\n"
        "loop,8,,,cycles,independent,B,book,ideal,\n"
    )


def test_the_command_prints_what_was_measured_and_fails_by_what_is_inexact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured = validate.Measured(catalog.machine("i486"), [RIGHT], [MEASURED, EXACT], [CACHE], "ideal", 300, (BUFFERS,))
    monkeypatch.setattr(validate, "_measure", lambda *_: measured)
    as_text = Namespace(machine="i486", json=False, without_assumed=False, out=tmp_path)
    assert validate.run(as_text) == 0
    text = capsys.readouterr().out
    assert "1 forms, 0 wrong; 0 rules, 0 wrong" in text and "n = 1, which is few" in text and "+20.0" in text
    assert "book" in (tmp_path / "validation_end_to_end.csv").read_text()

    monkeypatch.setattr(validate, "_measure", lambda *_: replace(measured, forms=[replace(RIGHT, modelled=2)]))
    with pytest.raises(LabError, match="not as documented: nop"):
        validate.run(as_text)
    assert "1 forms, 1 wrong" in capsys.readouterr().out


def test_missing_tools_are_named(lab: Lab, tmp_path: Path) -> None:
    ended = lab("validate", PATH=str(tmp_path))
    assert ended.returncode == 5
    assert "apt-get install qemu-system-x86" in ended.stderr


def test_help_has_an_example(lab: Lab) -> None:
    assert "example: l4lab validate" in lab("validate", "--help").stdout
